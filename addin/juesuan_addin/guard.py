"""Writing into somebody's open workbook: protection lifted for it and put back, a copy kept first."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from juesuan_addin import unfinished
from juesuan_addin.port import BookReading, Port, Protection, Refused
from juesuan_addin.unfinished import Lifted

#: Copies kept of one workbook; older ones are deleted.
KEPT = 10
#: Characters of a workbook's name in its copies'; Excel saves nothing under a path of more than 218.
_STEM = 60
#: Endings of workbooks never saved that still say how the program writes them.
_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".xlt", ".csv", ".et", ".ett", ".ods")


@contextlib.contextmanager
def opened(port: Port, reading: BookReading, sheets: Sequence[str], home: Path | None = None) -> Iterator[None]:
    """Lift what protects ``sheets`` and the workbook's structure; put it back whatever happens.

    What is lifted is written down in ``home`` until it is back, for ``mended`` after the process was killed. Raises
    Locked before anything is changed where a password is in the way, Refused at the end where something could not be
    protected again.
    """
    protected = {sheet.name for sheet in reading.sheets if sheet.protected}
    known = {sheet: how for sheet in sheets if sheet in protected and (how := port.protection(sheet)) is not None}
    whole = Lifted(known, reading.structure_protected)
    if home is not None and whole:
        unfinished.write(home, reading, whole)
    lifted: dict[str, Protection] = {}
    unlocked = False
    try:
        if whole.structure:
            port.protect_book(False)
            unlocked = True
        for sheet, how in known.items():
            port.unprotect(sheet)
            lifted[sheet] = how
        yield
    finally:
        _back(port, reading, Lifted(lifted, unlocked), home)


def mended(port: Port, reading: BookReading, home: Path) -> list[str]:
    """Put back what a press on this workbook lifted before it was killed; the sheets, "" for the structure."""
    lifted = unfinished.read(home, reading)
    if not lifted:
        return []
    now = {sheet.name: sheet.protected for sheet in reading.sheets}
    open_still = {sheet: how for sheet, how in lifted.sheets.items() if now.get(sheet) is False}
    structure = lifted.structure and not reading.structure_protected
    try:
        _back(port, reading, Lifted(open_still, structure), None)
    finally:
        unfinished.forget(home, reading)  # what could not be put back was said once; it must not bar every button
    return [*open_still, *([""] if structure else [])]


def _back(port: Port, reading: BookReading, lifted: Lifted, home: Path | None) -> None:
    failed = {sheet: how for sheet, how in lifted.sheets.items() if not _again(port, sheet, how)}
    if home is not None and failed:
        unfinished.write(home, reading, Lifted(failed, lifted.structure))
    if lifted.structure:
        port.protect_book(True)
    if failed:
        names = "、".join(f"“{sheet}”" for sheet in failed)
        raise Refused(f"工作表{names}没有能够恢复保护，请在“审阅”里重新保护。")
    if home is not None:
        unfinished.forget(home, reading)


def _again(port: Port, sheet: str, how: Protection) -> bool:
    """Protect a sheet again; True where it is gone, for then there is nothing to protect."""
    try:
        if port.protection(sheet) is None:
            port.protect(sheet, how)
    except Exception as error:  # the program's own error, or Refused: the other sheets come first
        return isinstance(error, Refused) and "没有名为" in str(error)
    return True


def keep_copy(port: Port, reading: BookReading, folder: Path, now: dt.datetime) -> Path:
    """Save a copy as 名称.时间.xlsx in ``folder``; writing clears the undo list. ``trim`` takes old ones away.

    A copy has the workbook's own format, so it keeps its ending. Workbooks of one name in two folders are told apart by
    a mark of the folder. Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(re.sub(r'[\\/:*?"<>|]', "_", reading.name))
    own = bool(name.suffix) and (bool(reading.folder) or name.suffix.lower() in _ENDINGS)
    stem, suffix = (name.stem, name.suffix) if own else (name.name, ".xlsx")
    if reading.folder or len(stem) > _STEM:
        stem = f"{stem[:_STEM]}.{unfinished.mark(reading)[:6]}"
    path = folder / f"{stem}.{now:%Y%m%d-%H%M%S-%f}{suffix}"
    port.keep_copy(path)
    return path


def trim(newest: Path) -> None:
    """Of the copies of one workbook keep the newest KEPT."""
    stem = newest.stem.rpartition(".")[0]
    pattern = re.compile(re.escape(stem) + r"\.\d{8}-\d{6}-\d{6}" + re.escape(newest.suffix))
    copies = sorted(found for found in newest.parent.iterdir() if pattern.fullmatch(found.name))
    for old in copies[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
