"""Our template's cover: what is typed there is what counts; a wrong prior account and an empty one are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juesuan.book import Book, Sheet, Value
from juesuan.catalogue import load
from juesuan.fill import fill
from juesuan.hosts.read import read_book
from juesuan.template.build import build
from juesuan.template.package import workbook_bytes
from juesuan.validation import examine
from tests.foreign import cases


def book(case: str = "001") -> Book:
    draft, _ = fill(cases.load(case), load(), None, "stated")
    return read_book(workbook_bytes(draft), name="决算.xlsx")


def typed(source: Book, label: str, value: Value) -> Book:
    """The book with ``value`` typed beside ``label`` on the cover."""

    def changed(sheet: Sheet) -> Sheet:
        rows = [list(row) for row in sheet.rows]
        row = next(row for row in rows if label in row)
        place = row.index(label) + 1
        row.extend([None] * (place + 1 - len(row)))
        row[place] = value
        return replace(sheet, rows=rows)

    return replace(source, sheets=tuple(changed(s) if s.name == "封面" else s for s in source.sheets))


def test_the_cover_names_unit_and_year() -> None:
    report = examine(typed(typed(book(), "单位名称", "株洲市某中心"), "年度", 2022.0)).report
    assert (report.unit, report.year) == ("株洲市某中心", 2022)


@pytest.mark.parametrize("year", ["2022年", "2022", 2022.0, "2022 年度"])
def test_the_cover_year_is_read_as_people_write_it(year: Value) -> None:
    assert examine(typed(book(), "年度", year)).report.year == 2022


def test_a_cover_year_that_is_none_is_told() -> None:
    report = examine(typed(book(), "年度", "去年")).report
    assert report.year == 2021
    assert any(p.code == "S-08" and "去年" in p.message for p in report.problems)


def test_the_nature_typed_on_the_cover_applies_its_rules() -> None:
    source = book("000")
    assert any("T6-08" in p.message for p in examine(source).report.problems)
    told = examine(typed(source, "单位性质", "行政")).report
    assert not any("单位性质" in p.message for p in told.problems)
    assert "T6-08" in {f.rule for f in told.findings if f.verdict == "breaks"}


def test_an_account_of_another_year_or_unit_is_no_prior() -> None:
    report = examine(book(), prior=examine(book()).binding.statements).report
    assert any(p.code == "S-08" and "2021 年度的，应为 2020 年度" in p.message for p in report.problems)
    report = examine(book(), prior=examine(book("003")).binding.statements).report
    assert any(p.code == "S-08" and "武汉市人力资源和社会保障局" in p.message for p in report.problems)


def test_an_empty_template_is_told() -> None:
    blank = workbook_bytes(build(load(), "hubei-2023", unit="某单位", year=2023))
    assert any("没有填数" in p.message for p in examine(read_book(blank, name="空.xlsx")).report.problems)
    assert not any("没有填数" in p.message for p in examine(book()).report.problems)
