"""A drawn sheet into a running Excel or WPS: values as blocks, looks by areas of equal style."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import xlwings as xw

from juesuan.book import cell_name
from juesuan.draft import SheetDraft, Style
from juesuan_addin import pieces
from juesuan_addin.excel import native
from juesuan_addin.excel.patience import is_busy
from juesuan_addin.port import Put

#: Excel's numbers: XlHAlign, XlVAlign, XlLineStyle, XlDVType, XlDVAlertStyle, XlFormatConditionType, XlPageOrientation.
_ACROSS = {"": 1, "left": -4131, "center": -4108, "right": -4152}
_CENTRE, _THIN, _UNDERLINED, _PLAIN = -4108, 1, 2, -4142
_LIST, _CUSTOM = 3, 7
_ALERTS = {"stop": 1, "warning": 2, "information": 3}
_EXPRESSION = 2
_DIRECTIONS = {True: 2, False: 1}
_A4 = 9
_NORMAL = 1
_GREY = "BFBFBF"


def put(book: xw.Book, draft: SheetDraft, styles: Mapping[str, Style], after: str, filters: str) -> None:
    """Draw the sheet, in place of the one of that name or behind ``after``; ``filters`` gets filter buttons."""
    sheet = _blank(book, draft.name, after)
    looks = pieces.by_style(draft)
    for (style, code), cells in looks.items():
        _dress(sheet, list(pieces.areas(cells)), styles[style], code)
    if draft.open_rows:
        sheet.api.Rows(f"{draft.open_rows[0] + 1}:{draft.open_rows[1] + 1}").Locked = False
    write(sheet, pieces.contents(draft))
    _shape(sheet, draft)
    _rules(sheet, draft)
    here: Any = sheet.api
    for place, target in sorted(draft.links.items()):
        anchor = here.Range(cell_name(*place))
        here.Hyperlinks.Add(anchor, "", pieces.jump(target))
    for (style, code), cells in looks.items():  # a link brings a look of its own
        if linked := cells & draft.links.keys():
            _dress(sheet, list(pieces.areas(linked)), styles[style], code)
    if filters:
        here.Range(filters).AutoFilter()
    if draft.page:
        _page(sheet, draft)
    if draft.state == "visible":
        _view(sheet, draft)
    native.set_state(sheet, draft.state)


def write(sheet: xw.Sheet, puts: list[Put]) -> None:
    """Write blocks; texts stay texts."""
    for block in puts:
        target = sheet.range(block.cell).resize(len(block.rows), len(block.rows[0]))
        if block.formulas:
            target.formula = [[str(value) for value in row] for row in block.rows]
        else:
            marked = [[pieces.as_text(value) for value in row] for row in block.rows]
            if (
                marked != block.rows and target.api.NumberFormat == "@"
            ):  # text already: there the mark may stay as a sign
                marked = [[pieces.as_text(value, True) for value in row] for row in block.rows]
            target.value = marked


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
    shown = book.sheets.active
    sheet = native.add_sheet(book, behind)
    sheet.name = name
    native.activate(shown)
    return sheet


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


def _shape(sheet: xw.Sheet, draft: SheetDraft) -> None:
    here: Any = sheet.api
    for top, left, bottom, right in draft.merges:
        here.Range(f"{cell_name(top, left)}:{cell_name(bottom, right)}").Merge()
    for column, width in draft.widths.items():
        here.Columns(column + 1).ColumnWidth = width
    for row, height in draft.heights.items():
        here.Rows(row + 1).RowHeight = height
    for rows in pieces.unfitted(draft):
        here.Rows(rows).AutoFit()
    for column in sorted(draft.hidden):
        here.Columns(column + 1).Hidden = True


def _rules(sheet: xw.Sheet, draft: SheetDraft) -> None:
    """Validations and highlights. Excel counts their references from the active cell, so that has to be their first."""
    if draft.validations or draft.highlights:
        with native.in_front(sheet):
            _add_rules(sheet.api, draft)


def _add_rules(here: Any, draft: SheetDraft) -> None:
    for rule in draft.validations:
        area = here.Range(rule.area.replace(" ", ","))
        here.Range(_first(rule.area)).Select()
        validation = area.Validation
        validation.Delete()
        formula = rule.formula.strip('"') if rule.formula.startswith('"') else f"={rule.formula}"
        validation.Add(_LIST if rule.kind == "list" else _CUSTOM, _ALERTS[rule.alert], 1, formula)
        validation.ErrorTitle, validation.ErrorMessage = rule.title[:32], rule.message[:255]
    for highlight in draft.highlights:
        here.Range(_first(highlight.area)).Select()
        condition = here.Range(highlight.area).FormatConditions.Add(_EXPRESSION, 1, f"={highlight.formula}")
        condition.Font.Bold = True


def _first(area: str) -> str:
    return area.split()[0].partition(":")[0]


def _page(sheet: xw.Sheet, draft: SheetDraft) -> None:
    """Page set-up. Excel without any printer refuses it; the sheet is whole anyway."""
    app = sheet.book.app
    native.switch(app, "PrintCommunication", False)  # else each setting goes to the printer and back
    try:
        with _not_needed():
            _set_page(sheet.api.PageSetup, draft)
    finally:
        native.switch(app, "PrintCommunication", True)


def _set_page(setup: Any, draft: SheetDraft) -> None:
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


def _view(sheet: xw.Sheet, draft: SheetDraft) -> None:
    """Frozen panes belong to the workbook's window, so the sheet is shown there for a moment."""
    if not draft.freeze:
        return
    with _not_needed(), native.in_front(sheet) as window:
        window.View = _NORMAL
        window.FreezePanes = False
        window.ScrollRow = window.ScrollColumn = 1  # what is frozen is counted from the first row that shows
        window.SplitRow, window.SplitColumn = draft.freeze
        window.FreezePanes = True
        window.DisplayGridlines = False


@contextlib.contextmanager
def _not_needed() -> Iterator[None]:
    """What a sheet can do without: a program that refuses it is not argued with, one that is busy is."""
    try:
        yield
    except Exception as error:
        if is_busy(error):
            raise
