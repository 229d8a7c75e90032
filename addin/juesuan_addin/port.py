"""What the add-in needs of a spreadsheet program: Port, and the records that pass through it.

Everything comes and goes in blocks or lists, never cell by cell, so that an adapter needs few calls of its program.
Rows and columns are 0-based; cells are named ("C8"). Adapters: ``excel.host`` (Excel, WPS through xlwings), ``remote``
(a JavaScript task pane). A method raises Refused where the program will not do it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from juesuan.book import State
from juesuan.draft import Rectangle, SheetDraft, Style

#: What a cell holds as the program tells it. Errors are texts ("#DIV/0!").
Held = str | float | bool | dt.datetime | None
#: A cell's fill: "" none, "RRGGBB" plain, OTHER a gradient or pattern that is left alone.
Fill = str
OTHER: Fill = "other"
Grid = Sequence[Sequence[Held]]


class Refused(Exception):
    """The program refused, or what was asked is not there; ``str()`` is one Chinese sentence: what and what to do."""


class Locked(Refused):
    """A password is in the way; nothing was changed."""


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One sheet's used block, its top-left cell at ``top``, ``left``.

    ``formulas`` has the shape of ``values``: "=…" where the cell holds a formula, anything else where it does not.
    ``protected``: cells that are locked cannot be written.
    """

    name: str
    state: State
    top: int
    left: int
    values: Grid
    formulas: Sequence[Sequence[object]]
    merges: tuple[Rectangle, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    protected: bool = False


@dataclass(frozen=True, slots=True)
class BookReading:
    """A whole open workbook, unsaved changes included.

    ``folder``: where it is saved, "" if never. ``names``: workbook-level defined names → reference without "=".
    """

    name: str
    folder: str
    sheets: tuple[SheetReading, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    structure_protected: bool = False
    active_sheet: str = ""
    active_cell: str = "A1"


@dataclass(frozen=True, slots=True)
class Look:
    """What a mark changes: a cell's fill and note. ``threaded``: it carries a comment thread, its note is taken."""

    fill: Fill
    note: str | None = None
    threaded: bool = False


#: What Excel lets a user do on a protected sheet, in the order of Worksheet.Protect.
ALLOWED = (
    "formatting_cells", "formatting_columns", "formatting_rows", "inserting_columns", "inserting_rows",
    "inserting_hyperlinks", "deleting_columns", "deleting_rows", "sorting", "filtering", "using_pivot_tables",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Protection:
    """How a sheet is protected, so that it can be put back as it was."""

    drawings: bool = False
    scenarios: bool = False
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Put:
    """A block to write from ``cell`` on. A text starting with "=" is a formula where ``formulas``, else a text."""

    cell: str
    rows: Sequence[Sequence[Held]]
    formulas: bool = False


class Port(Protocol):
    """An open workbook in a running program."""

    @property
    def program(self) -> str:
        """The program and its version, for people."""
        ...

    @property
    def calls(self) -> int:
        """Block reads asked of the program so far."""
        ...

    def read(self) -> BookReading:
        """Everything the engine looks at: at most two block reads for each sheet and one for the workbook."""
        ...

    def looks(self, sheet: str, cells: Sequence[str]) -> list[Look]:
        """Fill and note of each cell."""
        ...

    def notes(self, sheet: str) -> dict[str, str]:
        """Every note of a sheet: cell → text; comment threads are left out."""
        ...

    def paint(self, sheet: str, fills: Mapping[str, Fill]) -> None:
        """Give cells a fill."""
        ...

    def note(self, sheet: str, notes: Mapping[str, str | None]) -> None:
        """Give cells a note in place of theirs, or none."""
        ...

    def tab_colour(self, sheet: str) -> Fill:
        """A tab's colour, "" if it has none."""
        ...

    def colour_tab(self, sheet: str, colour: Fill) -> None:
        """Colour a tab; "" for none."""
        ...

    def write(self, sheet: str, puts: Sequence[Put]) -> None:
        """Write blocks. Refused where a cell is locked on a protected sheet."""
        ...

    def protection(self, sheet: str) -> Protection | None:
        """How a sheet is protected, None if it is not."""
        ...

    def unprotect(self, sheet: str, secret: str = "") -> None:
        """Lift a sheet's protection. Locked where the password is another."""
        ...

    def protect(self, sheet: str, how: Protection, secret: str = "") -> None:
        """Protect a sheet."""
        ...

    def protect_book(self, on: bool, secret: str = "") -> None:
        """Protect the workbook's structure, or lift that protection. Locked where the password is another."""
        ...

    def lock(self, sheet: str, areas: Sequence[str], locked: bool) -> None:
        """Lock or open areas ("A9:A48"), or the whole sheet where an area is ""."""
        ...

    def locked(self, sheet: str, cells: Sequence[str]) -> list[bool]:
        """Whether each cell is locked."""
        ...

    def put_sheet(
        self, draft: SheetDraft, styles: Mapping[str, Style], after: str = "", filters: str = ""
    ) -> None:
        """Put a drawn sheet in place of the one of that name, else behind ``after`` (at the end where "").

        ``filters``: an area that gets filter buttons. The sheet is left unprotected; that is a step of its own.
        """
        ...

    def drop_sheet(self, sheet: str) -> None:
        """Delete a sheet without asking."""
        ...

    def define(self, name: str, reference: str | None) -> None:
        """Define a hidden workbook-level name, or take it away (None)."""
        ...

    def insert_row(self, sheet: str, row: int, like: int) -> None:
        """Insert a copy of row ``like`` at ``row``: formulas adjusted, notes and contents copied too."""
        ...

    def recalculate(self) -> None:
        """Have the program calculate every formula anew."""
        ...

    def select(self, sheet: str, cell: str) -> None:
        """Show a cell."""
        ...

    def working(self, text: str | None) -> None:
        """Say in the status bar what is going on and stop repainting; None: all as before."""
        ...

    def keep_copy(self, path: Path) -> None:
        """Save a copy of the workbook as it is now, leaving the open one alone."""
        ...

    def tell(self, text: str, title: str, serious: bool = False) -> None:
        """A dialog with a button to close it."""
        ...

    def ask(self, text: str, title: str) -> bool:
        """A dialog with yes and no."""
        ...

    def secret(self, text: str, title: str) -> str | None:
        """A dialog to type a password in; None if it was closed."""
        ...

    def open_file(self, path: Path) -> None:
        """Show a file (a report, a guide) in the program that belongs to it."""
        ...

