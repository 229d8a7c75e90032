"""A sheet as forms are read from it: texts by cell, merged areas as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from juesuan.book import Cell, Sheet, place_name
from juesuan.forms.locate.shown import shown

Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell that says something: its place, the last row and column it covers, and its text."""

    row: int
    column: int
    bottom: int
    right: int
    text: str


@dataclass
class Grid:
    """``top``–``bottom``: the rows of one form on its sheet (inclusive)."""

    sheet: Sheet
    top: int
    bottom: int
    _rows: dict[int, list[Spot]] = field(default_factory=dict)

    @cached_property
    def _merged(self) -> dict[Cell, Area]:
        found: dict[Cell, Area] = {}
        for area in self.sheet.merges:
            top, left, bottom, right = area
            if bottom < self.top or top > self.bottom:
                continue
            for row in range(top, min(bottom, self.bottom) + 1):
                for column in range(left, min(right, left + 60) + 1):
                    found[row, column] = area
        return found

    def area(self, row: int, column: int) -> Area:
        return self._merged.get((row, column), (row, column, row, column))

    def text(self, row: int, column: int, *, money: bool = False) -> str:
        """What the cell shows; a cell under a merged area shows what its first cell does."""
        top, left, *_ = self.area(row, column)
        value = self.sheet.value(top, left)
        if value is None:
            return ""
        return shown(value, self.sheet.formats.get((top, left), ""), money=money)

    def row(self, row: int) -> list[Spot]:
        """The cells with text that start in this row, from left to right."""
        if row not in self._rows:
            self._rows[row] = list(self._read(row))
        return self._rows[row]

    def _read(self, row: int) -> Iterator[Spot]:
        cells = self.sheet.rows[row] if 0 <= row < len(self.sheet.rows) else ()
        for column, value in enumerate(cells):
            if value is None or value == "":
                continue
            top, left, bottom, right = self.area(row, column)
            if (top, left) != (row, column):
                continue
            if text := shown(value, self.sheet.formats.get((row, column), "")):
                yield Spot(row, column, bottom, right, text)

    def beside(self, spot: Spot) -> Cell:
        """The cell right of this one, where a label's content stands."""
        top, left, *_ = self.area(spot.row, spot.right + 1)
        return top, left

    def name(self, row: int, column: int) -> str:
        """The cell as "Sheet!C7"."""
        top, left, *_ = self.area(row, column)
        return place_name(self.sheet.name, top, left)
