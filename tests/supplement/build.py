"""补充资料 drawn as a sheet, read back, and bent out of shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from juesuan.book import Book, Sheet, Value
from juesuan.catalogue import load
from juesuan.draft import Draft, SheetDraft
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.supplement import Supplement
from juesuan.template import supplement as drawn
from juesuan.template.content import Facts
from juesuan.template.looks import STYLES
from tests.narrate.build import LAYOUTS, facts, statements

Rows = list[list[Value]]


def sheet(case: str, supplement: Supplement | None = None, *, money_unit: str = "万元", kind: str = "") -> SheetDraft:
    """The sheet of a case (its own 补充资料 by default)."""
    given = facts(case) if supplement is None else supplement
    tables, layout = statements(case), load().layouts[LAYOUTS[case]]
    about = Facts(tables.unit, tables.year or 0, kind or tables.kind, "", layout.region, money_unit)
    return drawn.sheet(layout, about, tables.tables["一般公共预算支出表"].lines, given)


def book(draft: SheetDraft) -> Book:
    """A workbook of that sheet, written and read."""
    return read_book(workbook_bytes(Draft("补充资料", (draft,), {}, STYLES)))


def written(case: str, supplement: Supplement | None = None, **more: str) -> Book:
    return book(sheet(case, supplement, **more))


def bent(workbook: Book, change: Callable[[Rows], Sequence[Sequence[Value]]], name: str = "补充资料") -> Book:
    """The same workbook with other rows on its first sheet."""
    only = workbook.sheets[0]
    rows: Rows = [list(row) for row in only.rows]
    return replace(workbook, sheets=(Sheet(name, change(rows)),))


def row_of(rows: Rows, label: str) -> int:
    """The row that has a label in any column."""
    return next(n for n, row in enumerate(rows) if label in row)
