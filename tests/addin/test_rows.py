"""插入科目行 in every kind of table: what the totals come to afterwards, and where no row may be inserted."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from openpyxl import Workbook

from juesuan.bind import bind
from juesuan.book import Book
from juesuan.catalogue import load
from juesuan.hosts.read import read_book
from juesuan.validation import examine
from juesuan_addin import rows
from juesuan_addin.actions import press
from juesuan_addin.port import BookReading, Put, Refused
from tests.addin import books, opened
from tests.addin.office import Office
from tests.addin.opened import Live
from tests.foreign import compact
from tests.foreign.cases import load as case

NOW = dt.datetime(2024, 5, 1, 9, 30)
SPENDING = "支出决算表"
Open = Callable[[bytes], Live]


@pytest.fixture
def workbook(office: Office, tmp_path: Path) -> Iterator[Open]:
    """``workbook(data)`` → it, open in LibreOffice."""
    with ExitStack() as stack:
        yield lambda data: stack.enter_context(opened.office(office, data, tmp_path))


def planned(book: Book, sheet: str, cell: str) -> rows.Plan:
    reading = BookReading("a.xlsx", "", (), active_sheet=sheet, active_cell=cell)
    return rows.plan(bind(book, load()), book, reading)


def written(book: compact.Book) -> Book:
    book.workbook.save(buffer := io.BytesIO())
    return read_book(buffer.getvalue())


def totals(one: Live) -> dict[int, float]:
    """The figures of column E (本年支出合计) by row."""
    sheet = one.book().sheet(SPENDING)
    held = {row + 1: sheet.value(row, 4) for row in range(6, len(sheet.rows))}
    return {row: round(value, 2) for row, value in held.items() if isinstance(value, float)}


def grown(before: dict[int, float], lies: int, grows: tuple[int, ...]) -> dict[int, float]:
    """What the totals are to be with 100 in a new row ``lies``."""
    moved = {row + (row >= lies): round(value + 100 * (row in grows), 2) for row, value in before.items()}
    return dict(sorted((moved | {lies: 100.0}).items()))


@pytest.mark.parametrize(
    ("selected", "code", "lies", "grows"),
    [
        ("A7", "201", 9, (7,)),  # 合计: the new row is the first
        ("A8", "205", 9, (7,)),
        ("A9", "20899", 10, (7, 9)),  # just below its 类
        ("A10", "2080102", 11, (7, 9, 10)),  # just below its 款
        ("A12", "2080199", 13, (7, 9, 10)),  # the last 项 of its 款
        ("A24", "2210299", 25, (7, 20, 21)),  # the last row with a code
        ("A25", "229", 26, (7,)),  # a spare row
    ],
)
def test_the_totals_take_the_new_row_in(
    workbook: Open, tmp_path: Path, selected: str, code: str, lies: int, grows: tuple[int, ...]
) -> None:
    one = workbook(books.filled("formula"))
    before = totals(one)
    one.port.select(SPENDING, selected)
    assert press("insert_row", one.port, tmp_path, NOW), one.said()
    one.port.unprotect(SPENDING)
    one.port.write(SPENDING, [Put(f"A{lies}", [[code]]), Put(f"F{lies}", [[100.0]])])
    assert totals(one) == grown(before, lies, grows)


def test_no_row_goes_through_three_columns_of_codes(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled("formula"))
    before = opened.cells(one.book())
    one.port.select("基本支出明细表", "D6")
    assert not press("insert_row", one.port, tmp_path, NOW)
    assert "几栏科目并列，科目是统一规定的，不能整行插入" in one.said()[-1]
    book = one.book()
    for cell in ("A6", "A7", "A19", "A32"):
        with pytest.raises(Refused, match="不能整行插入"):
            planned(book, "基本支出明细表", cell)
    assert opened.cells(book) == before


def test_no_row_goes_through_two_tables() -> None:
    book = written(compact.side_by_side(case("000")))
    sheet = next(table.sheet for table in bind(book, load()).tables.values() if table.key == SPENDING)
    for cell in ("A9", "L9"):
        with pytest.raises(Refused, match=r"并排在工作表.*没有插入"):
            planned(book, sheet, cell)


def test_one_of_several_tables_is_the_one_selected() -> None:
    book = written(compact.one_sheet_stacked(case("000")))
    tables = bind(book, load()).tables
    for key in ("收入决算表", SPENDING):
        table = tables[key]
        top = min(row for row, _ in table.codes.values())
        column = min(column for _, column in table.codes.values())
        found = planned(book, table.sheet, f"{chr(65 + column)}{top + 1}")
        assert found.row == top + 1
        assert found.bare
    with pytest.raises(Refused, match="有几张表"):
        planned(book, tables[SPENDING].sheet, "Z1")


def summed() -> bytes:
    """000's 支出决算表 as many units keep it: SUM over the rows of each 款, the totals added up, no spare row."""
    source = read_book(books.filled("stated")).sheet(SPENDING)
    sheet = (book := Workbook()).active
    assert sheet is not None
    sheet.title = SPENDING
    last = next(row for row in range(8, 40) if not str(source.value(row, 0)).isdigit())
    for row in range(last):
        for column, held in enumerate(source.rows[row][:10]):
            sheet.cell(row + 1, column + 1, held if held != "" else None)
    for column in "FGHIJ":
        for row, (first, end) in {9: (10, 11), 12: (13, 14), 16: (17, 18), 20: (21, 23)}.items():
            sheet[f"{column}{row}"] = f"=SUM({column}{first}:{column}{end})"
        for row, below in {8: (9, 12), 15: (16,), 19: (20,), 7: (8, 15, 19)}.items():
            sheet[f"{column}{row}"] = "=" + "+".join(f"{column}{one}" for one in below)
    for row in range(7, 24):
        sheet[f"E{row}"] = f"=SUM(F{row}:J{row})"
    book.save(buffer := io.BytesIO())
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("selected", "code", "lies", "grows"),
    [
        ("A9", "2080102", 10, (7, 8, 9)),  # below the 款: the SUM began there
        ("A10", "2080112", 11, (7, 8, 9)),
        ("A11", "2080199", 12, (7, 8, 9)),  # below the last 项: the SUM ended there
        ("A23", "2210299", 24, (7, 19, 20)),
    ],
)
def test_plain_sums_grow_at_both_ends(
    workbook: Open, tmp_path: Path, selected: str, code: str, lies: int, grows: tuple[int, ...]
) -> None:
    one = workbook(summed())
    before = totals(one)
    one.port.select(SPENDING, selected)
    assert press("insert_row", one.port, tmp_path, NOW), one.said()
    new = one.book().sheet(SPENDING)
    assert [new.value(lies - 1, column) for column in (0, 3, 5, 6)] == [None] * 4
    one.port.write(SPENDING, [Put(f"A{lies}", [[code]]), Put(f"F{lies}", [[100.0]])])
    assert totals(one) == grown(before, lies, grows)


def test_typed_totals_are_told_to_be_changed_by_hand(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled("stated"))
    broken = len([f for f in examine(one.book()).report.every if f.verdict == "breaks"])
    one.port.select(SPENDING, "A10")
    assert press("insert_row", one.port, tmp_path, NOW)
    assert "请自己加进款、类和合计" in one.said()[-1]
    assert len([f for f in examine(one.book()).report.every if f.verdict == "breaks"]) == broken


def test_formulas_grow_by_the_row() -> None:
    assert rows.grown("SUM(C9:C21)", 8) == "SUM(C9:C22)"
    assert rows.grown("SUM(C9:C21)", 8, begins=False) == "SUM(C10:C22)"
    assert rows.grown("SUM(C7:C19)", 19) == "SUM(C7:C20)"
    assert rows.grown("SUM(C19:C19)+C19", 19) == "SUM(C19:C19)+C19"
    assert rows.grown('IF($A$31="A30",表!C30:C40,F29:F$35)', 29) == 'IF($A$32="A30",表!C30:C40,F29:F$36)'
