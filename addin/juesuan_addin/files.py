"""Where the add-in puts reports and finds its own papers."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import Any


def reports_folder(workbook: str, home: Path) -> Path:
    """The workbook's own folder where it can be written, else one of ours (unsaved workbooks, the cloud)."""
    if workbook and "://" not in workbook and os.access(workbook, os.W_OK):
        return Path(workbook)
    folder = home / "报告"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pretty(data: Any) -> str:
    """JSON as people can read it."""
    return json.dumps(data, ensure_ascii=False, indent=1)


def manual() -> Path | None:
    """The manual: in the project beside the code, or with the installed package."""
    beside = Path(__file__).resolve().parents[2] / "docs" / "使用手册.md"
    if beside.is_file():
        return beside
    packed = resources.files("juesuan_addin") / "使用手册.md"
    return Path(str(packed)) if packed.is_file() else None
