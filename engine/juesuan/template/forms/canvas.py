"""A form being drawn row by row: merged cells across, boxes down, row heights that show wrapped text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from juesuan.book import Cell, cell_name
from juesuan.draft import DraftValue, Page, SheetDraft
from juesuan.template.drawing import Drawing, area_name, lines_needed
from juesuan.template.looks import TYPED

_LINE, _PAD, _LOWEST, _HIGHEST = 14.0, 7.0, 21.0, 405.0
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_PERCENT = re.compile(r"(0|[1-9]\d*)(?:\.(\d+))?%")
RATE = "0.0%"
SCORE = "0.00"


@dataclass(frozen=True, slots=True)
class Box:
    """One cell over columns ``first``–``last`` of the row being drawn; ``name``: what formulas call it."""

    first: int
    last: int
    value: DraftValue
    style: str
    formula: str = ""
    format: str = ""
    name: str = ""


@dataclass
class Canvas:
    """One form's sheet; ``row`` is the next to be drawn, ``cells`` where named cells stand."""

    drawing: Drawing
    last: int
    row: int = 0
    cells: dict[str, Cell] = field(default_factory=dict)

    def line(self, *boxes: Box, least: float = _LOWEST) -> int:
        """Draw one row; its number."""
        row, high = self.row, least
        for box in boxes:
            self.drawing.spread((row, box.first, row, box.last), box.value, box.style, box.formula)
            if box.format:
                self.drawing.put(row, box.first, box.value, box.style, box.formula, box.format)
            if box.name:
                self.cells[box.name] = (row, box.first)
            shrink = 0.85 if box.style == "form note" else 1.0
            high = max(high, self.needed(box.value, box.first, box.last) * shrink)
        self.drawing.heights[row] = min(high, _HIGHEST)
        self.row += 1
        return row

    def needed(self, value: DraftValue, first: int, last: int) -> float:
        """The height a wrapped text takes over these columns, in points."""
        if not isinstance(value, str):
            return _LOWEST
        width = max(self.drawing.width(first, last) - 2, 4)
        return _LINE * sum(lines_needed(part, width) for part in value.split("\n")) + _PAD

    def down(self, top: int, left: int, bottom: int, right: int, value: DraftValue, style: str) -> None:
        """A cell over rows already drawn; their heights grow until its text shows."""
        self.drawing.spread((top, left, bottom, right), value, style)
        rows = range(top, bottom + 1)
        lacking = self.needed(value, left, right) - sum(self.drawing.heights.get(r, 15.0) for r in rows)
        if lacking > 0:
            for r in rows:
                self.drawing.heights[r] = min(self.drawing.heights.get(r, 15.0) + lacking / len(rows), _HIGHEST)

    def name(self, key: str) -> str:
        """The cell a formula refers to by ``key``: "F12"."""
        return cell_name(*self.cells[key])

    def area(self, top: int, left: int, bottom: int, right: int) -> str:
        return area_name(top, left, bottom, right)

    def seam(self) -> int:
        """A thin blank row that sums end in, so that rows inserted above it are inside."""
        for column in range(self.last + 1):
            self.drawing.put(self.row, column, None, "seam")
        self.drawing.heights[self.row] = 3.0
        self.row += 1
        return self.row - 1

    def done(self) -> SheetDraft:
        """The finished sheet, set up for A4 upright, as the published forms are."""
        self.drawing.page = Page(landscape=False, one_page=False, repeat=(0, 0))
        return self.drawing.done()


def amount(text: str | None) -> tuple[DraftValue, str]:
    """An amount as printed → the number and the format that print it again; what is no plain number stays text."""
    if text is None or not _PLAIN.fullmatch(text):
        return text, ""
    decimals = len(text.partition(".")[2])
    if decimals == 2:
        return Decimal(text), TYPED
    return Decimal(text), "General" if not text.endswith("0") or not decimals else "0." + "0" * decimals


def points(text: str | None) -> tuple[DraftValue, str]:
    """A score or weight likewise ("8", "19.91"); "8.0" stays text, since numbers are read without idle zeros."""
    if text is None or not _PLAIN.fullmatch(text) or ("." in text and text.endswith("0")):
        return text, ""
    return Decimal(text), "General"


def rate(text: str | None) -> tuple[DraftValue, str]:
    """A percentage likewise: "99.5%" → 0.995 shown as 0.0%."""
    found = _PERCENT.fullmatch(text or "")
    if not found or (found[2] or "1").endswith("0"):
        return text, ""
    decimals = len(found[2] or "")
    return Decimal((text or "")[:-1]).scaleb(-2), "0." + "0" * decimals + "%" if decimals else "0%"
