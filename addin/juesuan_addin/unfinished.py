"""What a press has lifted of a workbook's protection, written down until it is back; a killed one puts nothing back.

No password is ever in it: only what is protected without one is lifted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from juesuan_addin import wire
from juesuan_addin.port import BookReading, Protection

_FOLDER = "未恢复"


@dataclass(frozen=True, slots=True)
class Lifted:
    """Sheets and how they were protected; whether the workbook's structure was."""

    sheets: Mapping[str, Protection] = field(default_factory=dict)
    structure: bool = False

    def __bool__(self) -> bool:
        return bool(self.sheets) or self.structure


def mark(reading: BookReading) -> str:
    """A workbook's mark: the same for one folder and name."""
    place = f"{reading.folder}\0{reading.name}".replace("\\", "/").casefold()
    return hashlib.sha256(place.encode("utf-8")).hexdigest()[:16]


def write(home: Path, reading: BookReading, lifted: Lifted) -> None:
    """Write it down. A folder that cannot be written takes nothing but this safeguard away."""
    path = _path(home, reading)
    sheets = {sheet: wire.protection(how) for sheet, how in lifted.sheets.items()}
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"sheets": sheets, "structure": lifted.structure}, ensure_ascii=False), "utf-8")


def read(home: Path, reading: BookReading) -> Lifted:
    """What is still to be put back in this workbook; nothing where the record cannot be read."""
    try:
        data = json.loads(_path(home, reading).read_text("utf-8"))
        sheets = {str(sheet): wire.read_protection(how) for sheet, how in data["sheets"].items()}
        return Lifted({sheet: how for sheet, how in sheets.items() if how is not None}, bool(data["structure"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Lifted()


def forget(home: Path, reading: BookReading) -> None:
    """All is back."""
    with contextlib.suppress(OSError):
        _path(home, reading).unlink()


def _path(home: Path, reading: BookReading) -> Path:
    return home / _FOLDER / f"{mark(reading)}.json"
