"""Protection of sheets and of a workbook's structure, over Excel's own object model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xlwings as xw

from juesuan_addin.excel.native import unions
from juesuan_addin.excel.patience import is_busy
from juesuan_addin.port import ALLOWED, Locked, Protection, Refused

_PROPERTIES = dict(
    zip(
        ALLOWED,
        (
            "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
            "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows",
            "AllowSorting", "AllowFiltering", "AllowUsingPivotTables",
        ),
        strict=True,
    )
)  # fmt: skip
_STRUCTURE = "工作簿的结构受密码保护{}，没有改动；请先在“审阅”里撤消工作簿保护。"


def protection(sheet: xw.Sheet) -> Protection | None:
    """How the sheet is protected."""
    here: Any = sheet.api
    if not here.ProtectContents:
        return None
    allowed = frozenset(name for name, member in _PROPERTIES.items() if getattr(here.Protection, member))
    return Protection(bool(here.ProtectDrawingObjects), bool(here.ProtectScenarios), allowed)


def unprotect(sheet: xw.Sheet, secret: str) -> None:
    """Lift the protection. Locked where the password is another."""
    here: Any = sheet.api
    if not here.ProtectContents:
        return
    _lift(here, secret, _locked(sheet.name, secret))
    if here.ProtectContents:
        raise Locked(_locked(sheet.name, secret))


def _lift(here: Any, secret: str, said: str) -> None:
    try:
        here.Unprotect(secret)
    except Exception as error:
        if is_busy(error):
            raise
        raise Locked(said) from error


def _locked(name: str, secret: str) -> str:
    said = "密码不对" if secret else "设有密码"
    return f"工作表“{name}”受保护，{said}，没有改动；请先在“审阅”里撤消保护。"


def protect(sheet: xw.Sheet, how: Protection, secret: str) -> None:
    """Protect the sheet."""
    here: Any = sheet.api
    here.Protect(secret, how.drawings, True, how.scenarios, False, *(name in how.allowed for name in ALLOWED))
    if not here.ProtectContents:
        raise Refused(f"工作表“{sheet.name}”没有能够恢复保护，请在“审阅”里重新保护它。")


def protect_book(book: xw.Book, on: bool, secret: str) -> None:
    """Protect the workbook's structure, or lift that."""
    here: Any = book.api
    if on:
        if not here.ProtectStructure:  # protected already, perhaps with a password: that one stays
            here.Protect(secret, True, False)
        return
    _lift(here, secret, _STRUCTURE.format("，密码不对" if secret else ""))
    if here.ProtectStructure:
        raise Locked(_STRUCTURE.format(""))


def lock(sheet: xw.Sheet, areas: Sequence[str], locked: bool) -> None:
    """Lock or open areas; "" is the whole sheet."""
    here: Any = sheet.api
    if "" in areas:
        here.Cells.Locked = locked
    for address in unions([area for area in areas if area]):
        here.Range(address).Locked = locked


def locked(sheet: xw.Sheet, cell: str) -> bool:
    """Whether a cell is locked."""
    return bool(sheet.api.Range(cell).Locked)


def structure_protected(book: xw.Book) -> bool:
    """Whether sheets can be neither added nor deleted."""
    return bool(book.api.ProtectStructure)
