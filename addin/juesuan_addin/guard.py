"""Writing into somebody's open workbook: protection lifted for it and put back, a copy kept first."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from juesuan_addin.port import BookReading, Port, Protection, Refused

#: Copies kept of one workbook; older ones are deleted.
KEPT = 10


@contextlib.contextmanager
def opened(port: Port, reading: BookReading, sheets: Sequence[str], structure: bool = True) -> Iterator[None]:
    """Lift what protects ``sheets`` and, where sheets come or go, the workbook; put it back whatever happens.

    Raises Locked before anything is changed where a password is in the way, Refused at the end where something could
    not be protected again.
    """
    lifted: list[tuple[str, Protection]] = []
    unlocked = False
    try:
        if structure and reading.structure_protected:
            port.protect_book(False)
            unlocked = True
        protected = {sheet.name for sheet in reading.sheets if sheet.protected}
        for sheet in sheets:
            how = port.protection(sheet) if sheet in protected else None
            if how is not None:
                port.unprotect(sheet)
                lifted.append((sheet, how))
        yield
    finally:
        failed = [sheet for sheet, how in lifted if not _again(port, sheet, how)]
        if unlocked:
            port.protect_book(True)
        if failed:
            names = "、".join(f"“{sheet}”" for sheet in failed)
            raise Refused(f"工作表{names}没有能够恢复保护，请在“审阅”里重新保护。")


def _again(port: Port, sheet: str, how: Protection) -> bool:
    """Protect a sheet again; True where it is gone, for then there is nothing to protect."""
    try:
        if port.protection(sheet) is None:
            port.protect(sheet, how)
    except Exception as error:  # the program's own error, or Refused: the other sheets come first
        return isinstance(error, Refused) and "没有名为" in str(error)
    return True


def keep_copy(port: Port, reading: BookReading, folder: Path, now: dt.datetime) -> Path:
    """Save a copy as 名称.时间.xlsx in ``folder``, the newest KEPT of each workbook; writing clears the undo list.

    Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(re.sub(r'[\\/:*?"<>|]', "_", reading.name))
    suffix = name.suffix if name.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".et") else ".xlsx"
    stem = name.stem if name.suffix else name.name
    path = folder / f"{stem}.{now:%Y%m%d-%H%M%S-%f}{suffix}"
    port.keep_copy(path)
    pattern = re.compile(re.escape(stem) + r"\.\d{8}-\d{6}-\d{6}" + re.escape(suffix))
    copies = sorted(found for found in folder.iterdir() if pattern.fullmatch(found.name))
    for old in copies[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path
