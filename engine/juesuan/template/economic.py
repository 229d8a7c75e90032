"""The detailed table of basic spending: 编码 | 名称 | 金额 panels side by side, totals in the last row."""

from __future__ import annotations

from juesuan.draft import SheetDraft
from juesuan.template.content import Item, Panel
from juesuan.template.drawing import Drawing, area_name, lines_needed
from juesuan.template.form import HEADING, Sheet, close_sheet, figure, formulas, open_sheet

_WIDTHS = (10.0, 32.0, 14.0)


def draw(sheet: Sheet, name: str) -> SheetDraft:
    """The sheet of an ``economic`` table."""
    panels = sheet.content.panels
    drawing = open_sheet(sheet, name, list(_WIDTHS) * len(panels))
    _heading(drawing, panels)
    body = HEADING + 2
    rows = max((len(p.items) for p in panels), default=0)
    for index, panel in enumerate(panels):
        left = 3 * index
        for at in range(rows):
            item = panel.items[at] if at < len(panel.items) else Item("", "")
            drawing.put(body + at, left, item.code or None, "code")
            drawing.put(body + at, left + 1, item.label or None, "label")
            if lines_needed(item.label, _WIDTHS[1]) > 1:
                drawing.heights[body + at] = 27
            figure(sheet, drawing, item, panel.columns[0].name, (body + at, left + 2))
        drawing.codes.append(area_name(body, left, body + max(rows - 1, 0), left))
    _totals(sheet, drawing, body + rows)
    formulas(sheet, drawing)
    close_sheet(sheet, drawing, body + rows + 1, body)
    return drawing.done()


def _heading(drawing: Drawing, panels: tuple[Panel, ...]) -> None:
    for first, last in _blocks(panels):
        drawing.spread((HEADING, 3 * first, HEADING, 3 * last + 2), panels[first].key, "head")
    for index, panel in enumerate(panels):
        for at, text in enumerate(("科目编码", "科目名称", panel.columns[0].label)):
            drawing.put(HEADING + 1, 3 * index + at, text, "head")


def _blocks(panels: tuple[Panel, ...]) -> list[tuple[int, int]]:
    """Neighbouring panels of one block as (first, last)."""
    found: list[tuple[int, int]] = []
    for index, panel in enumerate(panels):
        if found and panels[found[-1][0]].key == panel.key:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


def _totals(sheet: Sheet, drawing: Drawing, row: int) -> None:
    """Each total under its block; totals without a block of their own would have no place, so there are none."""
    panels, spec = sheet.content.panels, sheet.content.spec
    blocks = {panels[first].key: (first, last) for first, last in _blocks(panels)}
    for item in sheet.content.totals:
        block = next((t.block for t in spec.totals if t.key == item.key), "")
        if block in blocks:
            first, last = blocks[block]
            drawing.spread((row, 3 * first, row, 3 * last + 1), item.label, "total label")
            figure(sheet, drawing, item, panels[first].columns[0].name, (row, 3 * last + 2))
