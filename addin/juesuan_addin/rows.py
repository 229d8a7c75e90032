"""插入科目行: where the row goes, which row it is copied from, and what is blank in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from juesuan.binding import Binding, BoundTable
from juesuan.book import Book, Sheet, cell_name, cell_place
from juesuan.hosts.ooxml.comments import HEAD
from juesuan_addin import ledger, pieces
from juesuan_addin.port import OTHER, BookReading, Fill, Put, Refused

#: A text, a reference to another sheet, or a cell or range of the sheet itself.
_REFERENCE = re.compile(
    r"""(?P<text>"[^"]*")|(?P<other>(?:'[^']+'|[^\s!'"(),;:*+/=<>&^-]+)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
    r"""|(?P<column>(?<![A-Za-z0-9_.])\$?[A-Z]{1,3}\$?)(?P<row>\d+)(?![\d(A-Za-z_.])"""
    r"""(?::(?P<to>\$?[A-Z]{1,3}\$?)(?P<end>\d+)(?![\d(A-Za-z_.]))?"""
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Insert a copy of row ``like`` at ``row`` of ``sheet``; ``column`` is where the code goes.

    ``blanks``: what is emptied in the new row, ``opened``: areas of it that must be open to typing; ``plain``: cells
    that lose a mark's colour. ``mended``: formulas whose ranges end just above the new row or, in the row above it,
    begin just below: a spreadsheet program would leave the new row out of them. ``bare``: no formula of the table takes
    the new row in, so the totals are the user's to change.
    """

    sheet: str
    row: int
    like: int
    column: int
    blanks: tuple[Put, ...]
    opened: tuple[str, ...]
    plain: Mapping[str, Fill]
    mended: tuple[Put, ...]
    bare: bool


def plan(binding: Binding, book: Book, reading: BookReading) -> Plan:
    """Where the selected row is one of a table by 科目. Raises Refused otherwise."""
    at, chosen = cell_place(reading.active_cell)
    table = _table(binding, reading.active_sheet, at, chosen)
    places = list(table.codes.values())
    sheet = book.sheet(table.sheet)
    _alone(binding, table)
    first = min(row for row, _ in places)
    column = min(column for _, column in places)
    at = first - 1 if at == first - 2 and not any(sheet.rows[first - 1]) else at  # 合计, above a narrow blank row
    last = _last(sheet, max(row for row, _ in places), column, table)
    if not first - 1 <= at <= last:
        raise Refused(f"请先选中“{table.sheet}”里科目所在的一行（第 {first + 1}–{last + 1} 行），新行插在它下面。")
    row = at + 1
    like = _pattern(sheet, min(max(at, first), last), (first, last), column)
    left, right = table.area[1], table.area[3]
    kept = {c for c in range(left, right + 1) if (like, c) in sheet.formulas and not _alien(sheet, like, c, column)}
    runs = tuple(pieces.runs(set(range(left, right + 1)) - kept))
    blanks = tuple(Put(cell_name(row, start), [[None] * (end - start + 1)]) for start, end in runs)
    opened = tuple(f"{cell_name(row, start)}:{cell_name(row, end)}" for start, end in runs)
    mended = tuple(_mended(sheet, at))
    plain = _plain(book, table.sheet, like, row, right)
    bare = not mended and not any(_covers(text, row) for text in sheet.formulas.values())
    return Plan(table.sheet, row, like, column, blanks, opened, plain, mended, bare)


def grown(formula: str, row: int, begins: bool = True) -> str:
    """A formula after a row was inserted at ``row`` (0-based), with that row in the ranges that end just above it and,
    where ``begins``, in those that begin just below."""

    def moved(match: re.Match[str]) -> str:
        if match["other"] or match["text"]:
            return match[0]
        number, end = int(match["row"]), int(match["end"] or 0)
        start = number + (number > row + begins)
        if not end:
            return f"{match['column']}{start}"
        stop = end + (end > row or (end == row and number < end))
        return f"{match['column']}{start}:{match['to']}{stop}"

    return _REFERENCE.sub(moved, formula)


def _mended(sheet: Sheet, at: int) -> Iterable[Put]:
    """The formulas that would miss a row inserted below ``at``, at their places after it."""
    row = at + 1
    for place, text in sorted(sheet.formulas.items()):
        begins = place[0] == at
        found = [match for match in _REFERENCE.finditer(text) if match["row"]]
        if any(
            (begins and int(m["row"]) == row + 1) or (int(m["end"] or 0) == row and int(m["row"]) < row) for m in found
        ):
            yield Put(cell_name(place[0] + (place[0] > at), place[1]), [[f"={grown(text, row, begins)}"]], True)


def _covers(formula: str, row: int) -> bool:
    """Whether a range of the sheet itself reaches over the border above ``row`` (0-based)."""
    found = (match for match in _REFERENCE.finditer(formula) if match["end"])
    return any(int(match["row"]) <= row < int(match["end"]) for match in found)


def noted(notes: Mapping[str, str], row: int) -> list[str]:
    """The notes of ours in a row."""
    return [cell for cell, text in notes.items() if HEAD in text and cell_place(cell)[0] == row]


def _table(binding: Binding, sheet: str, row: int, column: int) -> BoundTable:
    """The table by 科目 under the selected cell; where none is, the only one of its sheet."""
    known = [table for table in binding.tables.values() if table.sheet == sheet and table.codes]
    here = [t for t in known if t.area[0] <= row <= t.area[2] and t.area[1] <= column <= t.area[3]]
    if found := here or (known if len(known) == 1 else []):
        return found[0]
    if known:
        raise Refused(f"工作表“{sheet}”上有几张表，请先选中要插入的那张表里科目所在的一行。")
    raise Refused("这张表不按科目列示，不能插入科目行；请先选中收入决算表、支出决算表等按科目列示的表中的一行。")


def _alone(binding: Binding, table: BoundTable) -> None:
    """A row goes through the whole sheet. Raises Refused where it would tear something else apart."""
    if len({row for row, _ in table.codes.values()}) < len(table.codes):
        raise Refused(
            f"“{table.sheet}”几栏科目并列，科目是统一规定的，不能整行插入；没有列出的支出请填入该类的“其他”科目。"
        )
    for other in binding.tables.values():
        beside = other.sheet == table.sheet and other.area[0] <= table.area[2] and table.area[0] <= other.area[2]
        if other.key != table.key and beside:
            raise Refused(
                f"“{table.key}”与“{other.key}”并排在工作表“{table.sheet}”上，插入一行会把另一张表也拆开，没有插入；"
                "请先把两张表分到两张工作表。"
            )


def _last(sheet: Sheet, last: int, column: int, table: BoundTable) -> int:
    """The last open row: rows below the last code count while they hold a code or their amounts are formulas."""
    amounts = {place[1] for place in table.cells.values()}
    while last + 1 < len(sheet.rows):
        code = sheet.value(last + 1, column)
        spare = not code and any((last + 1, c) in sheet.formulas for c in amounts)
        if spare and any(sheet.value(last + 1, c) for c in range(table.area[1], min(amounts))):
            break  # a total below
        if not spare and not str(code or "").isdigit():
            break
        last += 1
    return last


def _pattern(sheet: Sheet, at: int, rows: tuple[int, int], column: int) -> int:
    """What to copy: a blank row that still has its formulas, nearest below; else the nearest row that sums no others;
    else the selected one."""
    first, last = rows
    for row in range(at, last + 1):
        if sheet.value(row, column) is None and any(place[0] == row for place in sheet.formulas):
            return row
    near = sorted(range(first, last + 1), key=lambda row: (abs(row - at), row))
    own = (row for row in near if not any(_alien(sheet, row, c, column) for r, c in sheet.formulas if r == row))
    return next(own, at)


def _alien(sheet: Sheet, row: int, column: int, code: int) -> bool:
    """Whether a cell of a row that has a code sums other rows: its copy would count them twice."""
    if sheet.value(row, code) is None:
        return False  # a spare row of the template, whose formulas go by the code that is to be typed
    return any(
        int(match["row"]) != row + 1 or int(match["end"] or row + 1) != row + 1
        for match in _REFERENCE.finditer(sheet.formulas.get((row, column), ""))
        if match["row"]
    )


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
