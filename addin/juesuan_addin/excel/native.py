"""What xlwings has no method for, as typed functions over Excel's own object model (COM; WPS speaks the same).

``.api`` hands out anything and swallows slips, so it is used in this package only, and all of that runs in the tests
against an object model that knows no other names than Excel's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import xlwings as xw

from juesuan.book import State, cell_name
from juesuan.draft import Rectangle
from juesuan_addin.excel.patience import is_busy
from juesuan_addin.port import OTHER, Fill, Look

#: Excel's numbers: XlPattern, XlColorIndex, XlSheetVisibility, XlInsertShiftDirection, XlSearchDirection …
SOLID, NO_PATTERN, NO_COLOUR = 1, -4142, -4142
VISIBLE, HIDDEN, VERY_HIDDEN = -1, 0, 2
DOWN = -4121
STATES: dict[int, State] = {VISIBLE: "visible", HIDDEN: "hidden", VERY_HIDDEN: "veryHidden"}
NUMBERS: dict[State, int] = {state: number for number, state in STATES.items()}
_EXCELS_OWN = "_xl"  # _xlnm, _xlfn, _xlpm … : names it keeps for itself
_ADDRESS = 240  # Range() takes at most 255 characters
_LARGE = 200_000  # cells; a used block beyond that is mostly formats, down to the last row of the sheet
_FORMULAS, _PART, _BY_ROWS, _BY_COLUMNS, _BACKWARDS = -4123, 2, 1, 2, 2
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


@contextlib.contextmanager
def in_front(sheet: xw.Sheet) -> Iterator[Any]:
    """The sheet and its workbook in front for a moment, for what belongs to a window: its window."""
    book: Any = sheet.api.Parent
    outside, inside = book.Application.ActiveWorkbook, book.ActiveSheet
    set_state(sheet, "visible")
    book.Activate()
    activate(sheet)
    try:
        yield book.Windows(1)
    finally:
        inside.Activate()
        if outside is not None and outside.FullName != book.FullName:
            outside.Activate()


def used(sheet: xw.Sheet) -> xw.Range:
    """The used block; a large one only up to its last filled row and column."""
    block = sheet.used_range
    here: Any = block.api
    rows, columns = here.Rows.Count, here.Columns.Count
    if rows * columns <= _LARGE:
        return block
    first = here.Cells(1, 1)
    try:  # backwards from the first cell is from the last one
        low = here.Find("*", first, _FORMULAS, _PART, _BY_ROWS, _BACKWARDS)
        far = here.Find("*", first, _FORMULAS, _PART, _BY_COLUMNS, _BACKWARDS)
    except Exception as error:  # a program that cannot search so is read slowly
        if is_busy(error):
            raise
        return block
    top, left = here.Row, here.Column
    bottom, right = (top if low is None else low.Row), (left if far is None else far.Column)
    return sheet.range(f"{cell_name(top - 1, left - 1)}:{cell_name(bottom - 1, right - 1)}")


def merges(block: xw.Range) -> tuple[Rectangle, ...]:
    """Merged areas of a block. Asks for each one: cheap only where there are few."""
    used: Any = block.api
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


def hidden(block: xw.Range) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Hidden rows and columns of a block, in few questions where few runs of them are hidden."""
    used: Any = block.api
    sheet, top, left = used.Worksheet, used.Row - 1, used.Column - 1
    bottom, right = top + used.Rows.Count - 1, left + used.Columns.Count - 1
    rows = _hidden(lambda a, b: sheet.Range(f"{a + 1}:{b + 1}").EntireRow.Hidden, top, bottom)
    columns = _hidden(lambda a, b: sheet.Range(_columns(a, b)).EntireColumn.Hidden, left, right)
    return tuple(rows), tuple(columns)


def _hidden(asked: Callable[[int, int], bool | None], first: int, last: int) -> Iterator[int]:
    """Lines are all hidden, all shown, or (neither) asked for in two halves."""
    answer = asked(first, last)
    if answer:
        yield from range(first, last + 1)
    elif answer is None and first < last:
        middle = (first + last) // 2
        yield from _hidden(asked, first, middle)
        yield from _hidden(asked, middle + 1, last)


def _columns(first: int, last: int) -> str:
    return ":".join(cell_name(0, column).rstrip("1") for column in (first, last))


# --- looks ---


def numbers(sheet: xw.Sheet, area: str) -> Any:
    """A block with numbers whole, whatever their format; dates are numbers too."""
    return sheet.api.Range(area).Value2


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
    except Exception as error:  # Excel 2016 and WPS know no threads and say so in their own ways
        if is_busy(error):
            raise
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


# --- the workbook ---


def names(book: xw.Book) -> dict[str, str]:
    """Workbook-level names → what they refer to, without "="."""
    found = {}
    for name in book.api.Names:
        try:
            text = str(name.Name)
            if "!" not in text and not text.startswith(_EXCELS_OWN):
                found[text] = str(name.RefersTo).lstrip("=")
        except Exception as error:  # a broken name; the others are whole
            if is_busy(error):
                raise
    return found


def add_sheet(book: xw.Book, behind: xw.Sheet) -> xw.Sheet:
    """A new sheet just behind another; charts with a sheet of their own count among the sheets."""
    there: Any = behind.api
    sheets: Any = book.api.Sheets
    try:
        added = sheets.Add(After=there)
    except Exception as error:  # "behind" fails in some set-ups of pywin32
        if is_busy(error):
            raise
        added = sheets.Add(Before=there)
    if added.Index != there.Index + 1:
        there.Move(Before=added)
    return book.sheets[str(added.Name)]


def delete(sheet: xw.Sheet) -> None:
    """Delete a sheet without a question; questions are on again also where it is refused."""
    app: Any = sheet.api.Application
    before = app.DisplayAlerts
    app.DisplayAlerts = False
    try:
        sheet.api.Delete()
    finally:
        app.DisplayAlerts = before


def define(book: xw.Book, name: str, reference: str | None) -> None:
    """Define a hidden name, or take it away."""
    here: Any = book.api
    for known in list(here.Names):
        with contextlib.suppress(Exception):  # a broken name, of which nothing can be asked; adding fails if it is ours
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


def selected(app: xw.App) -> str:
    """The first selected cell; "A1" where something else is selected, a chart or a picture."""
    try:
        found = app.selection
    except AttributeError:
        found = None
    return "A1" if found is None else str(found.address).replace("$", "").partition(":")[0]


def switched(app: xw.App, name: str) -> bool:
    """Whether a setting of the program is on; WPS does not know all of them."""
    try:
        return bool(getattr(app.api, name))
    except Exception as error:
        if is_busy(error):
            raise
        return True


def switch(app: xw.App, name: str, on: bool) -> None:
    """Set one of the program's settings where it knows it; a busy one keeps its own."""
    with contextlib.suppress(Exception):
        setattr(app.api, name, on)


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
    answer = app.api.InputBox(text, title)  # it asks for a text unless told otherwise; None is no place to leave out
    return None if answer is False else str(answer)
