"""Where the add-in puts reports and finds its own papers."""

from __future__ import annotations

import contextlib
import json
import os
from importlib import resources
from pathlib import Path
from typing import Any


def reports_folder(workbook: str, home: Path) -> Path:
    """The workbook's own folder where it can be written, else one of ours (unsaved workbooks, the cloud).

    Whether it can is found out by writing: on Windows rights are not told by asking for them.
    """
    if workbook and "://" not in workbook:
        probe = Path(workbook) / f"~juesuan-{os.getpid()}.tmp"
        with contextlib.suppress(OSError):
            probe.touch()
            probe.unlink()
            return Path(workbook)
    folder = home / "报告"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pretty(data: Any) -> str:
    """JSON as people can read it."""
    return json.dumps(data, ensure_ascii=False, indent=1)


def manual() -> Path | None:
    """The manual, a page for the browser: office machines have no program for Markdown."""
    page = Path(str(resources.files("juesuan_addin") / "使用手册.html"))
    return page if page.is_file() else None
