"""The three published narratives: every known error found, none invented, nearly every figure bound."""

from __future__ import annotations

import re

import pytest

from tests.narrative.build import CASES, check, facts, paragraphs, published, say

Row = tuple[str, str, str, str, str, str]

#: (rule, severity, verdict, quote, stated, expected) of everything that is not 相符, blanks left out.
FINDINGS: dict[str, set[Row]] = {
    "000": {
        ("N-33.1", "warn", "rounding", "95%", "95%", "94.9%"),
        ("N-21", "fatal", "breaks", "100%", "100%", "454.8%"),
        ("N-21.1", "explain", "breaks", "973.44万元", "973.44万元", "214.04万元"),
        ("N-12", "explain", "breaks", "办公费", "", "维修（护）费、租赁费"),
    },
    "001": {
        ("N-15", "fatal", "breaks", "0.08%", "0.08%", "7.5%"),
        ("N-09.1", "warn", "breaks", "100.0%", "100.0%", ""),
        ("N-08", "fatal", "rounding", "331.61万元", "331.61万元", "331.62万元"),
        ("N-34.1", "fatal", "rounding", "331.61万元", "331.61万元", "331.62万元"),
        (
            "N-07.1",
            "warn",
            "rounding",
            "卫生健康支出（类）行政事业单位医疗（款）事业单位医疗（项）",
            "2080101,2080107,2080108,2080109,2080199,2080501,2080502,2080505,2101102,2101103,2080704,2080705",
            "2080101,2080107,2080108,2080109,2080199,2080501,2080502,2080505,2080704,2080705,2101102,2101103",
        ),
    },
    "003": {
        ("N-22", "fatal", "breaks", "46,675.73万元", "46675.73万元", "46675.71万元"),
        ("N-22", "fatal", "breaks", "37,340.25万元", "37340.25万元", "37340.27万元"),
        ("N-21", "fatal", "breaks", "100%", "100%", "105.7%"),
        ("N-21.1", "explain", "breaks", "37,340.27万元", "37340.27万元", "35328.48万元"),
        ("N-08", "fatal", "rounding", "60,960.94万元", "60960.94万元", "60960.96万元"),
        ("N-20", "fatal", "rounding", "3,038.94万元", "3038.94万元", "3038.93万元"),
        ("N-22.1", "explain", "rounding", "8,082.53万元", "37340.24万元", "37340.27万元"),
        (
            "N-07.2",
            "warn",
            "breaks",
            "社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位职业年金缴费支出（项）",
            "",
            "",
        ),
        (
            "N-26",
            "warn",
            "breaks",
            "武汉市人力资源和社会管理局",
            "武汉市人力资源和社会管理局",
            "武汉市人力资源和社会保障局",
        ),
    },
}
#: What the texts around the narrative add (glossary, annexed reports).
ANNEX: dict[str, set[Row]] = {
    "000": set(),
    "001": {
        ("N-22", "fatal", "rounding", "293.87万元", "293.87万元", "293.88万元"),
        ("N-25", "explain", "breaks", "3.3万元", "3.3万元", "0万元"),
        ("N-24", "fatal", "breaks", "年中执行追加项目", "3", "4"),
        ("N-24", "fatal", "breaks", "37.74万元", "37.74万元", "41.04万元"),
    },
    "003": {
        ("N-26", "warn", "breaks", "管理事务障管理事务", "管理事务障管理事务", ""),
    },
}


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def rows(findings: object) -> set[Row]:
    found = set()
    for f in findings:  # type: ignore[attr-defined]
        quote = bare(f.quote).split("、")[0] if f.rule == "N-12" else bare(f.quote)
        found.add((f.rule, f.severity, f.verdict, quote, bare(f.stated), bare(f.expected)))
    return found


@pytest.mark.parametrize("case", CASES)
def test_exactly_the_known_deviations(case: str) -> None:
    assert rows(published(case).findings) == FINDINGS[case]
    assert published(case).counts.holds > 100


@pytest.mark.parametrize("case", CASES)
def test_glossary_and_reports_add_only_theirs(case: str) -> None:
    found = check(case, paragraphs(case, "narrative", "glossary", "reports"), given=facts(case))
    assert rows(found.findings) == FINDINGS[case] | ANNEX[case]


@pytest.mark.parametrize(("case", "least"), [("000", 0.97), ("001", 0.93), ("003", 0.80)])
def test_tables_and_the_text_alone_bind_most(case: str, least: float) -> None:
    found = published(case)
    print(f"{case} 不借助自评表：{sum(1 for m in found.figures if m.hold)}/{len(found.figures)} = {found.coverage:.1%}")
    assert found.coverage >= least


@pytest.mark.parametrize("case", CASES)
def test_nearly_every_figure_of_the_published_text_is_bound(case: str) -> None:
    found = check(case, paragraphs(case, "narrative", "glossary", "reports"), given=facts(case))
    count = len(paragraphs(case))
    figures = [m for m in found.figures if m.span.paragraph < count]
    bound = [m for m in figures if m.hold]
    print(f"{case}：{len(bound)}/{len(figures)} = {len(bound) / len(figures):.1%}")
    for m in figures:
        if not m.hold:
            print("   未绑定", m.text, m.meaning)
    assert len(bound) >= 0.95 * len(figures)


@pytest.mark.parametrize("case", CASES)
def test_spans_quote_what_was_written(case: str) -> None:
    texts = paragraphs(case)
    for mention in published(case).mentions:
        written = texts[mention.span.paragraph].text[mention.span.start : mention.span.end]
        assert bare(written) == bare(mention.text)
    for finding in published(case).results:
        if finding.span is not None:
            assert finding.quote == texts[finding.span.paragraph].text[finding.span.start : finding.span.end]


def test_an_empty_narrative_misses_every_section() -> None:
    found = check("000", ())
    assert {f.rule for f in found.findings} == {"N-28"}
    assert len(found.findings) == 13
    assert check("000", (), whole=False).findings == ()


def test_hunan_asks_for_fourteen_sections() -> None:
    assert len(check("001", ()).findings) == 14


def test_tables_that_are_missing_bind_nothing_and_break_nothing() -> None:
    from dataclasses import replace

    from juesuan.narrative import verify
    from tests.narrative.build import statements

    empty = replace(statements("000"), tables={})
    found = verify(empty, paragraphs("000"), region="湖北")
    # What is left is the text contradicting itself: 973.44 is not all of 214.04.
    assert {f.rule for f in found.findings if f.verdict == "breaks"} == {"N-21", "N-21.1"}


def test_only_sections_given_are_judged() -> None:
    assert say("000", "二、收入决算情况说明", paragraphs("000")[1].text).findings == ()
