"""插入科目行: where the row goes, which row it is copied from, and what is blank in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from juesuan.binding import Binding, BoundTable
from juesuan.book import Book, Sheet, cell_name, cell_place
from juesuan.hosts.ooxml.comments import HEAD
from juesuan_addin import ledger
from juesuan_addin.port import OTHER, BookReading, Fill, Put, Refused

#: A text, a reference to another sheet, or a cell of the sheet itself.
_REFERENCE = re.compile(
    r"""(?P<text>"[^"]*")|(?P<other>(?:'[^']+'|[^\s!'"(),;:*+/=<>&^-]+)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
    r"""|(?P<column>(?<![A-Za-z0-9_.])\$?[A-Z]{1,3})(?P<fixed>\$?)(?P<row>\d+)(?![\d(A-Za-z_.])"""
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Insert a copy of row ``like`` at ``row`` of ``sheet``; ``column`` is where the code goes.

    ``blanks``: what is emptied in the new row; ``plain``: cells that lose a mark's colour. ``mended``: formulas of the
    row above, whose ranges begin below it: a row inserted just there would be left out of them.
    """

    sheet: str
    row: int
    like: int
    column: int
    blanks: tuple[Put, ...]
    plain: Mapping[str, Fill]
    mended: tuple[Put, ...]


def plan(binding: Binding, book: Book, reading: BookReading) -> Plan:
    """Where the selected row is one of a table by 科目. Raises Refused otherwise."""
    at = cell_place(reading.active_cell)[0]
    table = _table(binding, reading.active_sheet)
    places = [place for line, place in table.codes.items()]
    first = min(row for row, _ in places)
    column = min(column for _, column in places)
    sheet = book.sheet(table.sheet)
    last = max(max(row for row, _ in places), _last_formula(sheet, first, table))
    if not first <= at <= last:
        raise Refused(f"请先选中“{table.sheet}”里科目所在的一行（第 {first + 1}–{last + 1} 行），新行插在它下面。")
    like = _pattern(sheet, at, last, column)
    row = at + 1
    width = table.area[3]
    runs = _constants(sheet, like, column, width)
    blanks = tuple(Put(cell_name(row, start), [[None] * (end - start + 1)]) for start, end in runs)
    mended = tuple(
        Put(cell_name(*place), [[f"={grown(text, row)}"]], True)
        for place, text in sorted(sheet.formulas.items())
        if place[0] == at and _starts(text, row)
    )
    return Plan(table.sheet, row, like, column, blanks, _plain(book, table.sheet, like, row, width), mended)


def grown(formula: str, row: int) -> str:
    """A formula after a row was inserted at ``row`` (0-based), with the row in the ranges that begin there."""

    def moved(match: re.Match[str]) -> str:
        if match["other"] or match["text"]:
            return match[0]
        number = int(match["row"])
        return f"{match['column']}{match['fixed']}{number + (number > row + 1)}"

    return _REFERENCE.sub(moved, formula)


def _starts(formula: str, row: int) -> bool:
    """Whether a range of the sheet itself begins at ``row``."""
    found = (match for match in _REFERENCE.finditer(formula) if match["row"])
    return any(int(match["row"]) == row + 1 for match in found)


def noted(notes: Mapping[str, str], row: int) -> list[str]:
    """The notes of ours in a row."""
    return [cell for cell, text in notes.items() if HEAD in text and cell_place(cell)[0] == row]


def _table(binding: Binding, sheet: str) -> BoundTable:
    for table in binding.tables.values():
        if table.sheet == sheet and table.codes:
            return table
    raise Refused("这张表不按科目列示，不能插入科目行；请先选中收入决算表、支出决算表等按科目列示的表中的一行。")


def _last_formula(sheet: Sheet, first: int, table: BoundTable) -> int:
    """The last open row: rows without a code count while their amounts are formulas."""
    columns = {column for _, column in table.cells.values()}
    last = first
    while any((last + 1, column) in sheet.formulas for column in columns) or sheet.value(last + 1, table.area[1]):
        last += 1
        if last > table.area[2]:
            break
    return last


def _pattern(sheet: Sheet, at: int, last: int, column: int) -> int:
    """A blank row that still has its formulas, nearest below; else the selected row itself."""
    for row in range(at, last + 1):
        if sheet.value(row, column) is None and any(place[0] == row for place in sheet.formulas):
            return row
    return at


def _constants(sheet: Sheet, like: int, left: int, right: int) -> Iterable[tuple[int, int]]:
    """Runs of columns of the copied row that hold no formula."""
    start: int | None = None
    for column in range(left, right + 2):
        free = column <= right and (like, column) not in sheet.formulas
        if free and start is None:
            start = column
        elif not free and start is not None:
            yield start, column - 1
            start = None


def _plain(book: Book, sheet: str, like: int, row: int, width: int) -> dict[str, Fill]:
    """Colours of marks that the copy took along, as they were before."""
    record = ledger.read(book)
    marks = record.marks.get(sheet, {}) if record else {}
    found = {}
    for (marked, column), entry in marks.items():
        if marked == like and column <= width:
            fill = ledger.fill_of(entry.fill)
            if fill != OTHER:
                found[cell_name(row, column)] = fill
    return found
