"""A drawn sheet into a running Excel or WPS: values as blocks, looks by areas of equal style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import xlwings as xw

from juesuan.book import Cell, cell_name
from juesuan.draft import DraftCell, SheetDraft, Style
from juesuan_addin.apply import blocks
from juesuan_addin.excel import native
from juesuan_addin.port import Held, Put

#: Excel's numbers: XlHAlign, XlVAlign, XlLineStyle, XlDVType, XlDVAlertStyle, XlFormatConditionType, XlPageOrientation.
_ACROSS = {"": 1, "left": -4131, "center": -4108, "right": -4152}
_CENTRE, _THIN, _UNDERLINED, _PLAIN = -4108, 1, 2, -4142
_LIST, _CUSTOM = 3, 7
_ALERTS = {"stop": 1, "warning": 2, "information": 3}
_EXPRESSION = 2
_DIRECTIONS = {True: 2, False: 1}
_A4 = 9
_GREY = "BFBFBF"
#: Text that no program takes for a number, a date or a formula. Anything else is marked as text when it is written.
_PLAINLY_TEXT = re.compile(r"[\u4e00-\u9fff【（“《〈、。]")


def put(book: xw.Book, draft: SheetDraft, styles: Mapping[str, Style], after: str, filters: str) -> None:
    """Draw the sheet, in place of the one of that name or behind ``after``; ``filters`` gets filter buttons."""
    sheet = _blank(book, draft.name, after)
    for (style, code), cells in _by_style(draft).items():
        _dress(sheet, list(areas(cells)), styles[style], code)
    if draft.open_rows:
        sheet.api.Rows(f"{draft.open_rows[0] + 1}:{draft.open_rows[1] + 1}").Locked = False
    write(sheet, list(blocks({place: _content(cell) for place, cell in draft.cells.items() if _holds(cell)})))
    _shape(sheet, draft)
    _rules(sheet, draft)
    here: Any = sheet.api
    for place, target in sorted(draft.links.items()):
        anchor = here.Range(cell_name(*place))
        here.Hyperlinks.Add(anchor, "", _jump(target))
    if filters:
        here.Range(filters).AutoFilter()
    if draft.page:
        _page(here.PageSetup, draft)
    if draft.state == "visible":
        _view(book, sheet, draft)
    native.set_state(sheet, draft.state)


def write(sheet: xw.Sheet, puts: list[Put]) -> None:
    """Write blocks; texts stay texts."""
    for block in puts:
        target = sheet.range(block.cell).resize(len(block.rows), len(block.rows[0]))
        if block.formulas:
            target.formula = [[str(value) for value in row] for row in block.rows]
        else:
            target.value = [[as_text(value) for value in row] for row in block.rows]


def as_text(value: Held) -> Held:
    """A text the program would take for something else gets the mark of a text."""
    if not isinstance(value, str) or not value or _PLAINLY_TEXT.match(value):
        return value
    return "'" + value


def areas(cells: set[Cell]) -> Iterator[str]:
    """Cells as few rectangles: runs along rows, equal runs joined downwards."""
    runs: dict[tuple[int, int], list[int]] = {}
    for row in sorted({row for row, _ in cells}):
        columns = sorted(column for r, column in cells if r == row)
        start = previous = columns[0]
        for column in [*columns[1:], -1]:
            if column != previous + 1:
                runs.setdefault((start, previous), []).append(row)
                start = column
            previous = column
    for (left, right), rows in runs.items():
        top = bottom = rows[0]
        for row in [*rows[1:], -1]:
            if row != bottom + 1:
                first, last = cell_name(top, left), cell_name(bottom, right)
                yield first if first == last else f"{first}:{last}"
                top = row
            bottom = row


def _blank(book: xw.Book, name: str, after: str) -> xw.Sheet:
    known = {sheet.name: sheet for sheet in book.sheets}
    if name in known:
        sheet = known[name]
        here: Any = sheet.api
        if here.AutoFilterMode:
            here.AutoFilterMode = False
        here.Cells.UnMerge()
        here.Cells.Validation.Delete()
        here.Cells.FormatConditions.Delete()
        here.Hyperlinks.Delete()
        here.Cells.ClearComments()
        here.Cells.Clear()
        here.Columns.Hidden = False
        return sheet
    order = list(known.values())
    behind = known.get(after) or [one for one in order if native.state(one) == "visible"][-1]
    number = order.index(behind) + 1
    shown = book.sheets.active
    # Behind the last one only where that is visible: xlwings shows it on the way, and a hidden one cannot be shown.
    sheet = book.sheets.add(before=order[number]) if number < len(order) else book.sheets.add(after=behind)
    sheet.name = name
    native.activate(shown)
    return sheet


def _by_style(draft: SheetDraft) -> dict[tuple[str, str], set[Cell]]:
    found: dict[tuple[str, str], set[Cell]] = {}
    for place, cell in draft.cells.items():
        found.setdefault((cell.style, cell.format), set()).add(place)
    return found


def _dress(sheet: xw.Sheet, where: list[str], style: Style, code: str) -> None:
    for address in native.unions(where):
        here: Any = sheet.api.Range(address)
        here.NumberFormat = code or style.format
        font = here.Font
        font.Name, font.Size, font.Bold = style.font, style.size, style.bold
        if style.colour:
            font.Color = native.colour_number(style.colour)
        font.Underline = _UNDERLINED if style.underline else _PLAIN
        if style.fill:
            here.Interior.Color = native.colour_number(style.fill)
        if style.border:
            here.Borders.LineStyle = _THIN
            here.Borders.Color = native.colour_number(_GREY)
        here.HorizontalAlignment, here.VerticalAlignment = _ACROSS[style.across], _CENTRE
        here.WrapText, here.IndentLevel, here.Locked = style.wrap, style.indent, style.locked


def _holds(cell: DraftCell) -> bool:
    return bool(cell.formula) or cell.value not in (None, "")


def _content(cell: DraftCell) -> tuple[Held, bool]:
    if cell.formula:
        return f"={cell.formula}", True
    value = cell.value
    return (float(value) if isinstance(value, int | Decimal) else value), False


def _shape(sheet: xw.Sheet, draft: SheetDraft) -> None:
    here: Any = sheet.api
    for top, left, bottom, right in draft.merges:
        here.Range(f"{cell_name(top, left)}:{cell_name(bottom, right)}").Merge()
    for column, width in draft.widths.items():
        here.Columns(column + 1).ColumnWidth = width
    for row, height in draft.heights.items():
        here.Rows(row + 1).RowHeight = height
    for column in sorted(draft.hidden):
        here.Columns(column + 1).Hidden = True


def _rules(sheet: xw.Sheet, draft: SheetDraft) -> None:
    here: Any = sheet.api
    for rule in draft.validations:
        validation = here.Range(rule.area.replace(" ", ",")).Validation
        validation.Delete()
        formula = rule.formula.strip('"') if rule.formula.startswith('"') else f"={rule.formula}"
        validation.Add(_LIST if rule.kind == "list" else _CUSTOM, _ALERTS[rule.alert], 1, formula)
        validation.ErrorTitle, validation.ErrorMessage = rule.title[:32], rule.message[:255]
    for highlight in draft.highlights:
        condition = here.Range(highlight.area).FormatConditions.Add(_EXPRESSION, 1, f"={highlight.formula}")
        condition.Font.Bold = True


def _page(setup: Any, draft: SheetDraft) -> None:
    page = draft.page
    if page is None:
        return
    setup.Orientation, setup.PaperSize, setup.Zoom = _DIRECTIONS[page.landscape], _A4, False
    setup.FitToPagesWide, setup.FitToPagesTall = 1, 1 if page.one_page else False
    if page.area:
        top, left, bottom, right = page.area
        setup.PrintArea = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
    if page.repeat:
        setup.PrintTitleRows = f"${page.repeat[0] + 1}:${page.repeat[1] + 1}"


def _view(book: xw.Book, sheet: xw.Sheet, draft: SheetDraft) -> None:
    """Frozen panes belong to the window, so the sheet is shown for a moment."""
    if not draft.freeze:
        return
    shown = book.sheets.active
    native.set_state(sheet, "visible")
    native.activate(sheet)
    window: Any = book.app.api.ActiveWindow
    window.FreezePanes = False
    window.SplitRow, window.SplitColumn = draft.freeze
    window.FreezePanes = True
    window.DisplayGridlines = False
    native.activate(shown)


def _jump(target: str) -> str:
    """A link's place with the sheet quoted, as SubAddress wants it."""
    sheet, _, cell = target.rpartition("!")
    if not sheet or sheet[0] == "'":
        return target
    return f"'{sheet}'!{cell}"
