"""A sheet being drawn: the mutable helper of this package; ``done()`` freezes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from juesuan.book import Cell, State, cell_name
from juesuan.draft import DraftCell, DraftValue, Highlight, Page, Rectangle, SheetDraft, Validation


@dataclass
class Drawing:
    """Cells and furniture of one sheet; ``places`` records where each figure (line key, column key) stands."""

    name: str
    cells: dict[Cell, DraftCell] = field(default_factory=dict)
    merges: list[Rectangle] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    places: dict[tuple[str, str], Cell] = field(default_factory=dict)
    validations: list[Validation] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    links: dict[Cell, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    open_rows: tuple[int, int] | None = None
    freeze: Cell | None = None
    page: Page | None = None
    hidden: set[int] = field(default_factory=set)
    protected: bool = True

    def put(self, row: int, column: int, value: DraftValue, style: str, formula: str = "", code: str = "") -> None:
        """Write one cell; ``code`` is a number format of its own."""
        self.cells[row, column] = DraftCell(value, style, formula, code)

    def spread(self, area: Rectangle, value: DraftValue, style: str, formula: str = "") -> None:
        """Write a cell merged over ``area``; every cell under it gets the style, so that borders close."""
        top, left, bottom, right = area
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.put(row, column, None, style)
        self.put(top, left, value, style, formula)
        if (top, left) != (bottom, right):
            self.merges.append(area)

    def width(self, first: int, last: int) -> float:
        """The characters that columns ``first``–``last`` hold together."""
        return sum(self.widths.get(c, 8.0) for c in range(first, last + 1))

    def done(self, state: State = "visible") -> SheetDraft:
        """The finished sheet."""
        return SheetDraft(self.name, dict(self.cells), tuple(self.merges), dict(self.widths), dict(self.heights),
                          self.open_rows, self.freeze, tuple(self.validations), tuple(self.highlights),
                          dict(self.links), tuple(self.codes), self.page, state, self.protected, frozenset(self.hidden))


def area_name(top: int, left: int, bottom: int, right: int) -> str:
    """(8, 0, 47, 0) → "A9:A48"."""
    first, last = cell_name(top, left), cell_name(bottom, right)
    return first if first == last else f"{first}:{last}"


def lines_needed(text: str, width: float) -> int:
    """How many printed lines ``text`` takes in ``width`` characters; a Chinese character counts as two."""
    taken = sum(2 if ord(c) > 0x2E7F or c in "“”‘’…—×" else 1.05 for c in text)
    return max(1, -(-int(taken * 100) // int(width * 96)))
