"""What all nine forms share: title, 公开NN表, header line, the texts below, print set-up, amount cells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from juesuan import amount
from juesuan.book import Cell
from juesuan.draft import Page
from juesuan.layout import Layout
from juesuan.refs import Ref
from juesuan.render import excel
from juesuan.template import cover
from juesuan.template.content import Content, Facts, Item
from juesuan.template.derived import Derived
from juesuan.template.drawing import Drawing, lines_needed
from juesuan.template.looks import COMPUTED, TYPED

#: Rows 0–2: title, number, header line; the table's headings start here.
HEADING = 3


@dataclass(frozen=True)
class Sheet:
    """What a form is drawn from. ``formulas``: computed cells get formulas (else the stated totals stay values)."""

    content: Content
    layout: Layout
    facts: Facts
    derived: Derived
    formulas: bool

    def computes(self, line: str, column: str) -> bool:
        """True where the figure is computed by a rule."""
        return Ref(self.content.spec.key, line, column) in self.derived.relations


def open_sheet(sheet: Sheet, name: str, widths: list[float]) -> Drawing:
    """A drawing with title, number and header line over columns of these widths."""
    content, last = sheet.content, len(widths) - 1
    drawing = Drawing(name, widths=dict(enumerate(widths)))
    drawing.spread((0, 0, 0, last), content.title, "title")
    drawing.heights[0] = 32
    right = _split(widths, 0.70)
    drawing.spread((1, right, 1, last), content.number or None, "number")
    middle = min(_split(widths, 0.42), right - 1)
    for (first, end), text, style in zip(((0, middle - 1), (middle, right - 1), (right, last)), sheet.layout.header,
                                         ("left", "middle", "right"), strict=True):
        value, formula = cover.live(text, sheet.facts)
        drawing.spread((2, first, 2, end), value, style, formula)
    taken = lines_needed(cover.plain(sheet.layout.header[0], sheet.facts), drawing.width(0, middle - 1))
    if taken > 1:
        drawing.heights[2] = 15 * taken
    return drawing


def _split(widths: list[float], share: float) -> int:
    """The column that starts nearest to ``share`` of the whole width, leaving at least one on either side."""
    total, passed, best = sum(widths), 0.0, (9.0, 1)
    for at, width in enumerate(widths):
        if at > 0:
            best = min(best, (abs(passed / total - share), at))
        passed += width
    return max(2 if share > 0.5 else 1, best[1])


def close_sheet(sheet: Sheet, drawing: Drawing, row: int, body: int, *, left: int = 0) -> None:
    """Notes and remark from ``row`` on, freeze panes above ``body``, print set-up."""
    content, last = sheet.content, max(drawing.widths)
    width = drawing.width(0, last)
    if content.remark:
        value, formula = _remark(sheet, drawing)
        drawing.spread((row, 0, row, last), value, "remark", formula)
        drawing.heights[row] = 15 * lines_needed(content.remark, width) + 2
        row += 1
    for text in content.notes:
        value, formula = cover.live(text, sheet.facts) if content.live else (text, "")
        drawing.spread((row, 0, row, last), value, "note", formula)
        drawing.heights[row] = 15 * lines_needed(value, width) + 2
        row += 1
    drawing.freeze = (body, left)
    drawing.page = Page(width > 95, content.spec.kind != "codes", (0, body - 1))


def _remark(sheet: Sheet, drawing: Drawing) -> tuple[str, str]:
    """The remark of an empty table; in a live template it shows only while the table has no figures."""
    content = sheet.content
    if not content.live:
        return content.remark, ""
    value, formula = cover.live(content.remark, sheet.facts)
    row = next(iter(drawing.places.values()))[0]
    cells = [place for place in drawing.places.values() if place[0] == row]
    return value, f'IF({excel.total(sorted(cells))}=0,{formula or cover.literal(value)},"")'


def figure(sheet: Sheet, drawing: Drawing, item: Item, column: str, place: Cell) -> None:
    """One amount cell, to be completed by ``formulas`` once every cell has its place."""
    text = item.figures.get(column)
    if not item.key and text is None:
        drawing.put(*place, None, "void")
        return
    line = item.key
    if line:
        drawing.places[line, column] = place
    void = line in sheet.content.spec.fixed and sheet.content.spec.fixed[line].blank
    if sheet.computes(line, column):
        style = "total" if sheet.formulas else "stated"
    else:
        style = "void" if void and text is None else "input"
    value, code = stated(text)
    drawing.put(*place, value, style, code=code)


def formulas(sheet: Sheet, drawing: Drawing) -> None:
    """Write the formula and its value into every computed cell of a table with fixed lines."""
    if not sheet.formulas:
        return
    key, derived = sheet.content.spec.key, sheet.derived
    for (line, column), place in drawing.places.items():
        ref = Ref(key, line, column)
        if ref in derived.relations:
            formula = excel.linear(derived.relations[ref], derived.plan.variables,
                                   lambda r: drawing.places.get((r.line, r.column)))
            drawing.put(*place, computed(derived, ref), "total", formula, COMPUTED)


def computed(derived: Derived, ref: Ref) -> Decimal:
    """A computed figure's value, for the cell's cache."""
    return amount.to_decimal(derived.values.get(ref, 0), derived.unit).normalize()


def stated(text: str | None) -> tuple[Decimal | str | None, str]:
    """A figure as printed → the number and the format that print it again: "10.00" → #,##0.00, "38.2" → General.

    A zero dropped at the end ("38.2") gets General and not one decimal, so that a figure corrected later never shows
    rounded. What is no number stays text.
    """
    if text is None:
        return None, ""
    clean = text.replace(",", "").strip()
    try:
        number = Decimal(clean)
    except InvalidOperation:
        return text, ""
    if not number.is_finite():
        return text, ""
    decimals = len(clean.partition(".")[2])
    if decimals == amount.STATED_DECIMALS:
        return number, TYPED
    return number, "General" if clean == plain_number(number) else "0." + "0" * decimals if decimals else "0"


def plain_number(number: Decimal) -> str:
    """How General prints a number: 38.20 → "38.2"."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
