"""Draft → .xlsx file, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from juesuan.draft import Draft
from juesuan.template.package import workbook_bytes

__all__ = ["workbook_bytes", "write_workbook"]


def write_workbook(draft: Draft, path: str | Path) -> None:
    """Write the file; a reader never sees half of it. Raises OSError."""
    target = Path(path)
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        temporary.write_bytes(workbook_bytes(draft))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
