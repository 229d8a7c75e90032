"""The three published accounts, in every foreign layout: the same broken relations, the same 尾差, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan.amount import show
from juesuan.book import Book
from juesuan.findings import CheckReport
from juesuan.hosts.read import read_book
from juesuan.validation import examine
from tests.foreign import cases
from tests.foreign.writers import WRITERS, suits
from tests.published import BREAKS, NAMES, ROUNDING, Row

CASES = ("000", "001", "003")


def arithmetic(report: CheckReport) -> set[Row]:
    """The findings with amounts, as rows of tests.published (amounts in 万元)."""
    rows = set()
    for f in report.findings:
        if f.stated is None or f.expected is None or f.rule.startswith("S-"):
            continue
        rows.add(
            (f.rule, f.subject.line, f.subject.column, show(f.stated, "万元"), show(f.expected, "万元"), f.verdict)
        )
    return rows


def named(report: CheckReport) -> set[str]:
    """Rules found broken that have no amounts (names, structure); formula findings left out."""
    return {f.rule for f in report.findings if f.stated is None and not f.rule.startswith("S-")}


@pytest.mark.parametrize(("writer", "case"), [(w, c) for w in WRITERS for c in CASES if suits(w, c)])
def test_every_layout_of_the_published_figures_gives_the_same_findings(writer: str, case: str, tmp_path: Path) -> None:
    path = tmp_path / "外来.xlsx"
    WRITERS[writer](cases.load(case), path)
    book = read_book(path)
    report = examine(book).report

    assert arithmetic(report) == BREAKS[case] | ROUNDING[case]
    # A table without codes cannot tell that the clipped name in 000 is 30212.
    assert named(report) <= NAMES[case]
    assert named(report) == NAMES[case] or writer == "t6_names"
    assert report.counts.not_evaluated == 0
    counts = report.counts
    assert counts.applicable == counts.holds + counts.rounding + counts.breaks + counts.not_evaluated
    stated = cases.load(case)
    heads = ("部门：", "单位：", "单位名称：")
    names_unit = any(mentions(book, head + stated["unit"]) for head in heads)
    assert report.unit == (stated["unit"] if names_unit else "")
    assert report.year == (stated["year"] if mentions(book, f"{stated['year']}年") else None)


def mentions(book: Book, words: str) -> bool:
    """True if some cell says ``words``, whatever its blanks and the width of its colon."""
    return any(
        words in "".join(str(value).split()).replace(":", "：")
        for sheet in book.sheets
        for row in sheet.rows
        for value in row
    )


@pytest.mark.parametrize("writer", [w for w in WRITERS if suits(w, "000")])
def test_two_wrong_cells_of_000_are_the_only_causes(writer: str, tmp_path: Path) -> None:
    path = tmp_path / "外来.xlsx"
    WRITERS[writer](cases.load("000"), path)
    report = examine(read_book(path)).report

    told = {
        (fix.ref.table, fix.ref.line, fix.ref.column, show(fix.stated or 0, "万元"), show(fix.suggested or 0, "万元"))
        for cause in report.causes
        for fix in cause.corrections
    }
    assert told == {
        ("支出决算表", "208", "基本支出", "470.34", "573.19"),
        ("一般公共预算支出表", "208", "基本支出", "470.34", "573.19"),
    }
    explained = {f for cause in report.causes for f in cause.explains}
    assert explained == {f.id for f in report.findings if f.verdict == "breaks" and f.stated and f.rule[0] != "S"}
