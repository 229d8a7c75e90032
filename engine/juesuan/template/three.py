"""The “三公” table: the six items across, first for the budget, then for the final account; one row of figures."""

from __future__ import annotations

from juesuan.draft import SheetDraft
from juesuan.template.drawing import Drawing
from juesuan.template.form import HEADING, Sheet, close_sheet, figure, formulas, open_sheet

_WIDTH = 14.5


def draw(sheet: Sheet, name: str) -> SheetDraft:
    """The sheet of a ``matrix`` table."""
    panel = sheet.content.panels[0]
    drawing = open_sheet(sheet, name, [_WIDTH] * (len(panel.items) * len(panel.columns)))
    body = HEADING + 3 + sheet.layout.column_numbers
    for index, column in enumerate(panel.columns):
        left = index * len(panel.items)
        drawing.spread((HEADING, left, HEADING, left + len(panel.items) - 1), column.label, "head")
        _items(sheet, drawing, left)
        for at, item in enumerate(panel.items):
            if sheet.layout.column_numbers:
                drawing.put(body - 1, left + at, left + at + 1, "column")
            figure(sheet, drawing, item, column.name, (body, left + at))
    drawing.heights |= {HEADING + 1: 30, HEADING + 2: 30, body: 24}
    formulas(sheet, drawing)
    close_sheet(sheet, drawing, body + 1, body)
    return drawing.done()


def _items(sheet: Sheet, drawing: Drawing, left: int) -> None:
    items, fixed = sheet.content.panels[0].items, sheet.content.spec.fixed
    top, at = HEADING + 1, 0
    while at < len(items):
        parent = fixed[items[at].key].parent if items[at].key in fixed else ""
        end = at
        while parent and end + 1 < len(items) and fixed[items[end + 1].key].parent == parent:
            end += 1
        if parent:
            drawing.spread((top, left + at, top, left + end), parent, "head")
            for index in range(at, end + 1):
                drawing.put(top + 1, left + index, items[index].label, "head")
        else:
            drawing.spread((top, left + at, top + 1, left + at), items[at].label, "head")
        at = end + 1
