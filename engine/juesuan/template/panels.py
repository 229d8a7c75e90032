"""The two summary tables: income left, spending right, each 项目 | 行次 | amounts, tails aligned at the bottom."""

from __future__ import annotations

from juesuan.draft import SheetDraft
from juesuan.template.content import Item, Panel
from juesuan.template.drawing import Drawing
from juesuan.template.form import HEADING, Sheet, close_sheet, figure, formulas, open_sheet

_LABEL, _NUMBER, _AMOUNT = 35.0, 6.0, 16.0
_HEADS = {"收入": "收入", "支出": "支出"}


def draw(sheet: Sheet, name: str) -> SheetDraft:
    """The sheet of a ``panels`` table."""
    numbered = sheet.layout.line_numbers
    lead = [_LABEL] + [_NUMBER] * numbered
    widths = [w for panel in sheet.content.panels for w in [*lead, *[_AMOUNT] * len(panel.columns)]]
    drawing = open_sheet(sheet, name, widths)
    body = HEADING + 2 + sheet.layout.column_numbers
    left, count = 0, 1
    rows = max((len(panel.items) for panel in sheet.content.panels), default=0)
    for panel in sheet.content.panels:
        first = left + len(lead)
        _heading(sheet, drawing, panel, left, first, count)
        for at in range(rows):
            item = panel.items[at] if at < len(panel.items) else Item("", "")
            _row(sheet, drawing, panel, item, body + at, left, first)
        left, count = first + len(panel.columns), count + len(panel.columns)
    drawing.heights[HEADING + 1] = 30
    formulas(sheet, drawing)
    close_sheet(sheet, drawing, body + rows, body)
    return drawing.done()


def _heading(sheet: Sheet, drawing: Drawing, panel: Panel, left: int, first: int, count: int) -> None:
    end = first + len(panel.columns) - 1
    drawing.spread((HEADING, left, HEADING, end), _HEADS.get(panel.key, panel.key), "head")
    drawing.put(HEADING + 1, left, sheet.layout.line_heading, "head")
    if first - left > 1:
        drawing.put(HEADING + 1, left + 1, "行次", "head")
    for at, column in enumerate(panel.columns):
        drawing.put(HEADING + 1, first + at, column.label, "head")
        if sheet.layout.column_numbers:
            drawing.put(HEADING + 2, first + at, count + at, "column")
    if sheet.layout.column_numbers:
        drawing.put(HEADING + 2, left, "栏次", "column")
        if first - left > 1:
            drawing.put(HEADING + 2, left + 1, None, "column")


def _row(sheet: Sheet, drawing: Drawing, panel: Panel, item: Item, row: int, left: int, first: int) -> None:
    drawing.put(row, left, item.label or None, _style(sheet, panel, item))
    if first - left > 1:
        drawing.put(row, left + 1, item.number, "line")
    for at, column in enumerate(panel.columns):
        figure(sheet, drawing, item, column.name, (row, first + at))


def _style(sheet: Sheet, panel: Panel, item: Item) -> str:
    if not item.key:
        return "label"
    spec = next((p for p in sheet.content.spec.panels if p.key == panel.key), None)
    if spec and any(item.key in group.lines for group in spec.groups):
        return "sublabel"
    return "total label" if sheet.computes(item.key, panel.columns[-1].name) else "label"
