"""What xlwings has no method for, as typed functions over Excel's own object model (COM; WPS speaks the same).

``.api`` hands out anything and swallows slips, so it is used in this module and ``drawing`` only, and both run in the
tests against an object model that knows no other names than Excel's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import xlwings as xw

from juesuan.book import State, cell_name
from juesuan.draft import Rectangle
from juesuan_addin.port import ALLOWED, OTHER, Fill, Locked, Look, Protection, Refused

#: Excel's numbers: XlPattern, XlColorIndex, XlSheetVisibility, XlInsertShiftDirection, XlSearchDirection …
SOLID, NO_PATTERN, NO_COLOUR = 1, -4142, -4142
VISIBLE, HIDDEN, VERY_HIDDEN = -1, 0, 2
DOWN = -4121
STATES: dict[int, State] = {VISIBLE: "visible", HIDDEN: "hidden", VERY_HIDDEN: "veryHidden"}
NUMBERS: dict[State, int] = {state: number for number, state in STATES.items()}
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
_ADDRESS = 240  # Range() takes at most 255 characters
_NOTE_PART = 1000  # the text of a note goes in pieces; long ones are cut by some versions otherwise


def colour_number(fill: Fill) -> int:
    """RRGGBB as Excel counts colours (blue first)."""
    return int(fill[4:6] + fill[2:4] + fill[0:2], 16)


def colour_text(number: float) -> Fill:
    """Excel's number as RRGGBB."""
    whole = int(number)
    return f"{whole & 255:02X}{whole >> 8 & 255:02X}{whole >> 16 & 255:02X}"


def unions(cells: Sequence[str]) -> Iterator[str]:
    """Cells or areas as addresses Range() takes: "A1,B3:C4"."""
    line = ""
    for cell in cells:
        if line and len(line) + len(cell) >= _ADDRESS:
            yield line
            line = ""
        line = f"{line},{cell}" if line else cell
    if line:
        yield line


# --- state ---


def state(sheet: xw.Sheet) -> State:
    """Whether the sheet shows."""
    return STATES.get(int(sheet.api.Visible), "visible")


def set_state(sheet: xw.Sheet, wanted: State) -> None:
    """Show or hide a sheet."""
    sheet.api.Visible = NUMBERS[wanted]


def activate(sheet: xw.Sheet) -> None:
    """Bring a visible sheet to the front; xlwings' own way looks for Excel's window, which WPS has not."""
    sheet.api.Activate()


def merges(sheet: xw.Sheet) -> tuple[Rectangle, ...]:
    """Merged areas of the used block. Asks for each one: cheap only where there are few."""
    used: Any = sheet.api.UsedRange
    if used.MergeCells is False:
        return ()
    found: list[Rectangle] = []
    for row in range(1, used.Rows.Count + 1):
        line = used.Rows(row)
        if line.MergeCells is False:
            continue
        column = 1
        while column <= used.Columns.Count:
            area = line.Cells(1, column).MergeArea
            top, left, height, width = area.Row - 1, area.Column - 1, area.Rows.Count, area.Columns.Count
            if (height, width) != (1, 1) and top == line.Row - 1:
                found.append((top, left, top + height - 1, left + width - 1))
            column = left + width - used.Column + 2
    return tuple(found)


def hidden(sheet: xw.Sheet) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Hidden rows and columns of the used block; asks line by line only where some are hidden."""
    used: Any = sheet.api.UsedRange
    rows = _hidden(used.Rows) if used.EntireRow.Hidden is not False else ()
    columns = _hidden(used.Columns) if used.EntireColumn.Hidden is not False else ()
    first_row, first_column = used.Row - 1, used.Column - 1
    return tuple(first_row + at for at in rows), tuple(first_column + at for at in columns)


def _hidden(lines: Any) -> tuple[int, ...]:
    return tuple(at for at in range(lines.Count) if lines(at + 1).Hidden)


# --- looks ---


def look(sheet: xw.Sheet, cell: str) -> Look:
    """Fill and note of a cell."""
    here: Any = sheet.api.Range(cell)
    interior = here.Interior
    pattern = interior.Pattern
    fill = "" if pattern == NO_PATTERN else colour_text(interior.Color) if pattern == SOLID else OTHER
    comment = here.Comment
    return Look(fill, None if comment is None else _text(comment), _threaded(here))


def notes(sheet: xw.Sheet) -> dict[str, str]:
    """Every note: cell → text."""
    found = {}
    for comment in sheet.api.Comments:
        here = comment.Parent
        if not _threaded(here):
            found[cell_name(here.Row - 1, here.Column - 1)] = _text(comment)
    return found


def _text(comment: Any) -> str:
    return str(comment.Text())


def _threaded(here: Any) -> bool:
    try:
        return here.CommentThreaded is not None
    except Exception:  # Excel 2016 and WPS know no threads and say so in their own ways
        return False


def paint(sheet: xw.Sheet, cells: Sequence[str], fill: Fill) -> None:
    """Give cells a fill."""
    for address in unions(cells):
        interior: Any = sheet.api.Range(address).Interior
        if fill:
            interior.Pattern = SOLID
            interior.Color = colour_number(fill)
        else:
            interior.ColorIndex = NO_COLOUR


def set_note(sheet: xw.Sheet, cell: str, text: str | None) -> None:
    """Give a cell a note in place of its own, or none."""
    here: Any = sheet.api.Range(cell)
    if here.Comment is not None:
        here.Comment.Delete()
    if text:
        comment = here.AddComment(text[:_NOTE_PART])
        for at in range(_NOTE_PART, len(text), _NOTE_PART):
            comment.Text(text[at : at + _NOTE_PART], at + 1, False)
        comment.Visible = False
        lines = sum(1 + sum(2 if ord(c) > 0x2E7F else 1 for c in line) // 40 for line in text.split("\n"))
        comment.Shape.Width, comment.Shape.Height = 230, min(400, 14 * lines + 16)


def tab_colour(sheet: xw.Sheet) -> Fill:
    """A tab's colour, "" for none."""
    tab: Any = sheet.api.Tab
    return "" if tab.ColorIndex == NO_COLOUR else colour_text(tab.Color)


def colour_tab(sheet: xw.Sheet, fill: Fill) -> None:
    """Colour a tab, "" for none."""
    tab: Any = sheet.api.Tab
    if fill:
        tab.Color = colour_number(fill)
    else:
        tab.ColorIndex = NO_COLOUR


# --- protection ---


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
    try:
        here.Unprotect(secret)
    except Exception as error:
        raise Locked(_locked(sheet.name, secret)) from error
    if here.ProtectContents:
        raise Locked(_locked(sheet.name, secret))


def _locked(name: str, secret: str) -> str:
    said = "密码不对" if secret else "设有密码"
    return f"工作表“{name}”受保护，{said}，没有改动；请先用“解锁”或在“审阅”里撤消保护。"


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
        here.Protect(secret, True, False)
        return
    try:
        here.Unprotect(secret)
    except Exception as error:
        raise Locked("工作簿的结构受密码保护，密码不对，没有改动。") from error
    if here.ProtectStructure:
        raise Locked("工作簿的结构受密码保护，没有改动；请先用“解锁”撤消。")


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


# --- the workbook ---


def structure_protected(book: xw.Book) -> bool:
    """Whether sheets can be neither added nor deleted."""
    return bool(book.api.ProtectStructure)


def names(book: xw.Book) -> dict[str, str]:
    """Workbook-level names → what they refer to, without "="."""
    found = {}
    for name in book.api.Names:
        text = str(name.Name)
        if "!" not in text and not text.startswith("_xlnm"):
            found[text] = str(name.RefersTo).lstrip("=")
    return found


def define(book: xw.Book, name: str, reference: str | None) -> None:
    """Define a hidden name, or take it away."""
    here: Any = book.api
    for known in list(here.Names):
        if known.Name == name:
            known.Delete()
    if reference is not None:
        here.Names.Add(name, f"={reference}", False)


def insert_copy(sheet: xw.Sheet, row: int, like: int) -> None:
    """Insert a copy of row ``like`` at ``row`` (both 0-based)."""
    here: Any = sheet.api
    here.Rows(like + 1).Copy()
    here.Rows(row + 1).Insert(DOWN)
    here.Application.CutCopyMode = False


def recalculate(app: xw.App) -> None:
    """Every formula anew, also those the program thinks are up to date."""
    app.api.CalculateFull()


def save_copy(book: xw.Book, path: str) -> None:
    """Save a copy of the workbook as it is now."""
    book.api.SaveCopyAs(path)


def whole(app: xw.App, macro: str, name: str) -> Any:
    """Everything in the workbook by one call of our own macro; raises whatever the program raises."""
    return app.api.Run(macro, name)


def ask_text(app: xw.App, text: str, title: str) -> str | None:
    """The program's own input box."""
    answer = app.api.InputBox(text, title, "", None, None, None, None, 2)
    return None if answer is False else str(answer)
