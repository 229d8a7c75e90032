"""A workbook to be written, as frozen records: cells with style names, merges, validations, protection, print set-up.

Pure data; ``hosts.write`` turns it into a file. Rows and columns are 0-based, areas ("A9:A48") only where a record
says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from juesuan.book import Cell, State

DraftValue = str | int | Decimal | None
Rectangle = tuple[int, int, int, int]  # top, left, bottom, right, inclusive


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. ``border``: thin lines on all sides; ``format`` a number format code; colours RRGGBB."""

    size: int = 10
    bold: bool = False
    colour: str = ""
    fill: str = ""
    border: bool = False
    across: Literal["", "left", "center", "right"] = ""
    wrap: bool = False
    indent: int = 0
    locked: bool = True
    format: str = "General"
    underline: bool = False
    font: str = "宋体"


@dataclass(frozen=True, slots=True)
class DraftCell:
    """One cell: ``value`` is the constant, or the formula's value where ``formula`` (without "=") is given; ``format``
    replaces the style's number format."""

    value: DraftValue
    style: str
    formula: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule for typing into ``area``: a drop-down ``list`` or a ``custom`` condition; what is said when it fails."""

    area: str
    kind: Literal["list", "custom"]
    formula: str
    alert: Literal["stop", "warning", "information"]
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """Bold print in ``area`` wherever ``formula`` is true."""

    area: str
    formula: str


@dataclass(frozen=True, slots=True)
class Page:
    """Print set-up on A4, one page wide: direction, whether all rows go on one page too, the heading rows repeated on
    every page (first and last, 0-based), the area printed (the whole sheet where None). ``scale`` (percent): as many
    pages wide as it takes at that size instead, with the ``columns`` (first and last) repeated on each."""

    landscape: bool
    one_page: bool
    repeat: tuple[int, int] | None = None
    area: Rectangle | None = None
    scale: int = 0
    columns: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SheetDraft:
    """One worksheet. ``open_rows``: rows unlocked as a whole, so that they can be deleted; ``codes``: areas of codes
    kept as text; ``links``: cell → target; ``hidden``: columns not shown."""

    name: str
    cells: Mapping[Cell, DraftCell]
    merges: tuple[Rectangle, ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    open_rows: tuple[int, int] | None = None
    freeze: Cell | None = None
    validations: tuple[Validation, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    links: Mapping[Cell, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    page: Page | None = None
    state: State = "visible"
    protected: bool = True
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A workbook: sheets in order, defined names (name → reference), styles by name."""

    title: str
    sheets: tuple[SheetDraft, ...]
    names: Mapping[str, str]
    styles: Mapping[str, Style]

    def sheet(self, name: str) -> SheetDraft:
        """The sheet of that name; KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)
