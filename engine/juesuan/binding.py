"""The hinge between cells and meaning: which cell holds which figure, both ways, and what could not be placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from juesuan.book import Problem, place_name
from juesuan.refs import Ref
from juesuan.statements import StatementSet

Where = tuple[str, int, int]  # sheet name, 0-based row, 0-based column


@dataclass(frozen=True)
class BoundTable:
    """Where one table lies. ``area``: first and last row and column (0-based, inclusive) with its title and notes.

    ``cells``: (line key, column key) → (row, column) of every figure cell, blank ones too. ``labels``: line key → the
    cell that names the line. ``codes``: line key → the cell that holds its 科目 code. ``headings``: column key → its
    heading cell. ``title`` is the title as written.
    """

    key: str
    sheet: str
    title: str
    title_cell: tuple[int, int]
    area: tuple[int, int, int, int]
    cells: Mapping[tuple[str, str], tuple[int, int]]
    labels: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    codes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    headings: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Meta:
    """What our template's hidden meta sheet says; empty for workbooks that are not ours."""

    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def ours(self) -> bool:
        return "template" in self.values


@dataclass(frozen=True)
class Binding:
    """A file bound to the catalogue: its tables' places, its figures, and problems told with their cells.

    ``spare``: sheets with figures that no table uses. ``memo`` keeps what rests on the places alone, for the next file
    located alike.
    """

    layout: str
    region: str
    tables: Mapping[str, BoundTable]
    statements: StatementSet
    problems: tuple[Problem, ...]
    meta: Meta = field(default_factory=Meta)
    spare: tuple[str, ...] = ()
    memo: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def where(self, ref: Ref) -> Where | None:
        """The cell of a figure, or None where the file has none."""
        table = self.tables.get(ref.table)
        place = table.cells.get((ref.line, ref.column)) if table else None
        return (table.sheet, *place) if table and place else None

    def cell(self, ref: Ref) -> str:
        """The cell of a figure as "Sheet!A1", "" where the file has none."""
        found = self.where(ref)
        return place_name(*found) if found else ""

    @property
    def refs(self) -> Mapping[Where, Ref]:
        """Cell → the figure it holds."""
        key = ("refs", *(id(t.cells) for t in self.tables.values()))
        if key not in self.memo:
            self.memo[key] = {
                (t.sheet, *place): Ref(t.key, line, column)
                for t in self.tables.values()
                for (line, column), place in t.cells.items()
            }
        return self.memo[key]  # type: ignore[return-value]  # the memo holds what this key was given above
