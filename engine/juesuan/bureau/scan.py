"""The files of a folder and all folders below it, in one order, without following links in circles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: What is taken for a submission. Those that cannot be read get a sentence each, so that nothing is missed in silence.
BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".xltx", ".csv", ".zip", ".rar", ".7z"})
_OURS = ("~$", ".~", "._", ".")


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its path below the folder (with "/"), size in bytes, time of change in ns; ``book``: to be checked."""

    path: str
    size: int
    changed: int
    book: bool


def files(root: Path, leave: Path | None = None) -> Iterator[Found]:
    """Every file below ``root``, sorted within its folder; what lies in ``leave`` is left out. Raises OSError only
    where ``root`` itself cannot be listed; folders below that cannot be are told as a file that cannot be read."""
    skip = leave.resolve() if leave else None
    yield from _below(root, "", skip, first=True)


def _below(folder: Path, prefix: str, skip: Path | None, *, first: bool = False) -> Iterator[Found]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda e: e.name)
    except OSError:
        if first:
            raise
        yield Found(prefix.rstrip("/"), 0, 0, True)
        return
    for entry in entries:
        if entry.name.startswith(_OURS) or entry.name == "Thumbs.db":
            continue
        path = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            below = Path(entry.path)
            if skip is None or below.resolve() != skip:
                yield from _below(below, f"{path}/", skip)
            continue
        try:
            about = entry.stat()
            if entry.is_symlink() and entry.is_dir():
                continue
            size, changed = about.st_size, about.st_mtime_ns
        except OSError:
            size, changed = 0, 0
        yield Found(path, size, changed, os.path.splitext(entry.name)[1].lower() in BOOKS)
