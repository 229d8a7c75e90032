"""A workbook as it was read: Book, Sheet, Problem, and how cells are named.

Only hosts turn files or live applications into a Book; all between is pure. Rows and columns are 0-based here; cell
names ("C8") appear only at the edges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
Cell = tuple[int, int]
State = Literal["visible", "hidden", "veryHidden"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet.

    ``rows``: dense grid from A1, ragged rows allowed, None or "" for blank; the cached value of formula cells (None
    where the file holds none). An error value is the text Excel shows ("#DIV/0!").
    ``formulas``: cell → formula text without "=", shared formulas already expanded.
    ``merges``: (top, left, bottom, right), inclusive. ``formats``: cell → number format code, only where read.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    formulas: Mapping[Cell, str] = field(default_factory=dict)
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    state: State = "visible"
    formats: Mapping[Cell, str] = field(default_factory=dict)

    def value(self, row: int, column: int) -> Value:
        """The value at a 0-based place; None outside the grid."""
        if 0 <= row < len(self.rows):
            cells = self.rows[row]
            if 0 <= column < len(cells):
                value = cells[column]
                return None if value == "" else value
        return None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to tell about the file itself: ``code`` (S-04 …), ``cell`` ("Sheet!A1", may be ""), one sentence."""

    code: str
    cell: str
    message: str


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's snapshot; ``name`` is the file's name, ``defined_names`` workbook-level name → reference text."""

    name: str
    sheets: tuple[Sheet, ...]
    defined_names: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    has_formulas: bool = True  # False where the reader did not look for formulas

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name; KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


class CannotRead(Exception):
    """The file cannot be used at all (exit status 2); ``str()`` is one Chinese sentence: what and what to do."""


def cell_name(row: int, column: int) -> str:
    """(7, 2) → "C8"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


@lru_cache(maxsize=65536)
def cell_place(name: str) -> Cell:
    """ "C8" or "$C$8" → (7, 2). Raises ValueError for anything else."""
    text = name.replace("$", "").upper()
    split = next((i for i, c in enumerate(text) if c.isdigit()), 0)
    letters, digits = text[:split], text[split:]
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3 and digits.isdigit() and int(digits)):
        raise ValueError(f"不是单元格名：{name}")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1


def place_name(sheet: str, row: int, column: int) -> str:
    """("支出决算表", 8, 3) → "支出决算表!D9"; sheet names that need it are quoted as Excel does."""
    plain = sheet.replace("_", "").isalnum() and not sheet[:1].isdigit()
    return f"{sheet if plain else quoted(sheet)}!{cell_name(row, column)}"


def quoted(sheet: str) -> str:
    """A sheet's name as a reference quotes it."""
    return "'" + sheet.replace("'", "''") + "'"


def unquoted(sheet: str) -> str:
    """A sheet's name out of a reference, quoted or not."""
    return sheet[1:-1].replace("''", "'") if sheet[:1] == "'" and sheet[-1:] == "'" and len(sheet) > 1 else sheet
