"""A sheet as forms are read from it: texts by cell, merged areas as one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from juesuan.book import Cell, Sheet, place_name
from juesuan.forms.locate.shown import shown

Area = tuple[int, int, int, int]


class Spot(NamedTuple):
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
    _texts: dict[Cell, str] = field(default_factory=dict)

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
        area = self._merged.get((row, column))
        place = (row, column) if area is None else area[:2]
        if not money and place[0] in self._rows:
            return self._texts.get(place, "")
        value = self.sheet.value(*place)
        if value is None:
            return ""
        return shown(value, self.sheet.formats.get(place, ""), money=money)

    def row(self, row: int) -> list[Spot]:
        """The cells with text that start in this row, from left to right."""
        found = self._rows.get(row)
        if found is None:
            found = self._rows[row] = self._read(row)
        return found

    def _read(self, row: int) -> list[Spot]:
        cells = self.sheet.rows[row] if 0 <= row < len(self.sheet.rows) else ()
        merged, formats = self._merged, self.sheet.formats
        found: list[Spot] = []
        for column, value in enumerate(cells):
            if value is None or value == "":
                continue
            place = (row, column)
            area = merged.get(place)
            if area is not None and area[:2] != place:
                continue
            if text := value.strip() if isinstance(value, str) else shown(value, formats.get(place, "")):
                self._texts[place] = text
                bottom, right = (row, column) if area is None else area[2:]
                found.append(Spot(row, column, bottom, right, text))
        return found

    def beside(self, spot: Spot) -> Cell:
        """The cell right of this one, where a label's content stands."""
        top, left, *_ = self.area(spot.row, spot.right + 1)
        return top, left

    def name(self, row: int, column: int) -> str:
        """The cell as "Sheet!C7"."""
        top, left, *_ = self.area(row, column)
        return place_name(self.sheet.name, top, left)
