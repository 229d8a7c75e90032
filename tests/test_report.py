"""The report as data, text and HTML: its schema, numbers and language; nothing from a workbook gets out of hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from juesuan.book import Problem, cell_name
from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits
from juesuan.messages import Lang
from juesuan.naming import split_cell
from juesuan.refs import Ref
from juesuan.report import Failure, Report, failure, json_schema, to_json
from juesuan.show import html, text
from tests.foreign.writers import WRITERS
from tests.validated import published, shifted, validation, workbook

KEYS = {
    "report": ["schema", "file", "unit", "year", "layout", "catalogue", "counts", "findings", "causes", "problems",
               "reading"],
    "counts": ["applicable", "holds", "rounding", "breaks", "not_evaluated", "not_applicable"],
    "finding": [
        "id", "rule", "severity", "verdict", "table", "row", "column", "cells", "stated", "expected", "difference",
        "allowed", "message", "cause", "explanation",
    ],
    "cause": ["id", "cell", "table", "row", "column", "stated", "suggested", "explains"],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_every_report_fits_the_schema(writer: str, lang: Lang) -> None:
    document = to_json(published("000", writer), lang)
    Report.model_validate(json.loads(json.dumps(document, ensure_ascii=False)))
    assert list(document) == KEYS["report"]
    assert list(document["counts"]) == KEYS["counts"]
    assert all(list(finding) == KEYS["finding"] for finding in document["findings"])
    assert all(list(cause)[: len(KEYS["cause"])] == KEYS["cause"] for cause in document["causes"])
    counts = document["counts"]
    assert counts["applicable"] == sum(counts[key] for key in ("holds", "rounding", "breaks", "not_evaluated"))
    for verdict in ("rounding", "breaks", "not_evaluated"):
        assert sum(f["verdict"] == verdict for f in document["findings"]) == counts[verdict]


def test_the_two_wrong_cells_of_000() -> None:
    document = to_json(published("000"))
    found = [(c["table"], c["row"], c["column"], c["stated"], c["suggested"]) for c in document["causes"]]
    assert found == [
        ("支出决算表", "208", "基本支出", "470.34", "573.19"),
        ("一般公共预算财政拨款支出决算表", "208", "基本支出", "470.34", "573.19"),
    ]
    rows = [(f["rule"], f["row"], f["column"], f["difference"], f["allowed"]) for f in document["findings"][:3]]
    assert rows == [
        ("T3-01", "208", "本年支出合计", "102.85", "0.01"),
        ("T3-02", "合计", "基本支出", "102.85", "0.02"),
        ("T3-03", "208", "基本支出", "-102.85", "0.01"),
    ]


def test_in_yuan_nothing_is_allowed() -> None:
    document = to_json(published("000", "yuan"))
    assert {f["allowed"] for f in document["findings"] if f["stated"]} == {"0.00"}


def test_amounts_are_in_wan_yuan_whatever_the_cell_is_written_in() -> None:
    document = to_json(published("000", "yuan"))
    cause = document["causes"][0]
    assert (cause["suggested"], cause["unit"]) == ("573.19", "元")
    assert "5731900.00" in cause["message"]


def test_findings_and_causes_name_each_other() -> None:
    for found in (published("000"), shifted()):
        document = to_json(found)
        causes = {c["id"]: c for c in document["causes"]}
        findings = {f["id"]: f for f in document["findings"]}
        assert len(causes) == len(document["causes"])
        assert all(i in findings for c in causes.values() for i in c["explains"])
        for finding in findings.values():
            assert finding["cause"] is None or finding["id"] in causes[finding["cause"]]["explains"]


def test_a_cause_of_several_cells_is_one_group() -> None:
    causes = to_json(shifted())["causes"]
    assert [(c["id"], c["group"], c["row"], c["stated"], c["suggested"]) for c in causes] == [
        ("c1.1", "c1", "20801", None, "256.24"),
        ("c1.2", "c1", "2080101", "256.24", "140.80"),
        ("c1.3", "c1", "2080107", "140.80", "11.70"),
        ("c1.4", "c1", "2080108", "11.70", None),
    ]
    assert {c["kind"] for c in causes} == {"shift"}


def test_the_own_cell_comes_first() -> None:
    """The subject's cell for an amount; the cell of the name for a finding about the name."""
    binding = published("000").binding
    subjects = {f.id: f.subject for f in published("000").report.findings}
    for finding in to_json(published("000"))["findings"]:
        sheet, name = split_cell(finding["cells"][0])
        if finding["rule"] == "T6-07.2":
            table = binding.tables["基本支出明细表"]
            assert (sheet, name) == (table.sheet, cell_name(*table.labels["30212"]))
            assert finding["column"] is None
        else:
            assert finding["cells"][0] == binding.cell(subjects[finding["id"]])


def test_json_schema_describes_itself() -> None:
    schema = json_schema()
    assert schema["properties"]["schema"]["const"] == "juesuan.report/1"
    assert set(KEYS["report"]) == set(schema["required"])
    Failure.model_validate(failure("x.xlsx", "坏了"))


# --- text and HTML ---


@pytest.mark.parametrize("case", ["000", "001", "003"])
def test_text_tells_every_finding(case: str) -> None:
    document = to_json(published(case))
    said = text.plain([document], "zh")
    for finding in document["findings"]:
        assert f"[{finding['rule']}]" in said
        first = finding["message"].split("。")[0]
        rounded = finding["verdict"] == "rounding"  # the heading says that it is rounding and nothing to mend
        assert (first.partition("，是四舍五入的尾差")[0] if rounded else first) in said
    assert said.count("\x1b") == 0
    assert ("全部相符" in said) == (not document["counts"]["breaks"])


def test_narrow_terminals_are_wrapped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    text.show([to_json(published("000"))], "zh")
    lines = capsys.readouterr().out.splitlines()
    assert max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines) <= 30


class _Page(HTMLParser):
    """Collects what a page would fetch or run, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.tags: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href") or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_stands_alone(lang: Lang) -> None:
    document = to_json(published("000"), lang)
    page = html.page([document], lang)
    parsed = _Page()
    parsed.feed(page)
    assert parsed.outside == []
    assert not {"link", "img", "iframe"} & set(parsed.tags)
    assert "http" not in page.replace("http-equiv", "")
    assert all(f["message"] in parsed.said for f in document["findings"])
    assert parsed.tags.count("tbody") == 2


def test_what_a_workbook_says_is_escaped() -> None:
    evil = '<script>alert("1")</script>\x1b[31m\u202e'
    found = published("000")
    report = replace(found.report, unit=evil, file=evil, problems=(Problem("S-08", evil, evil),))
    document = to_json(replace(found, report=report))
    page = html.page([document, failure(evil, evil)], "zh")
    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    said = text.plain([document, failure(evil, evil)], "zh")
    assert "\x1b" not in said
    assert "\u202e" not in said


# --- both languages ---


@pytest.mark.parametrize("writer", ["hand_typed", "formulas_stale", "empty_tables_bare", "merged_hidden"])
def test_english_leaves_only_names_in_chinese(writer: str) -> None:
    """Table, row and column names stay; the sentence around them is English."""
    document = to_json(published("000", writer), "en")
    for told in (*document["findings"], *document["causes"], *document["problems"]):
        assert re.search(r"[a-z]{3}", told["message"]), told["message"]
        assert "。" not in told["message"]


def test_not_checked_says_why() -> None:
    cell = published("001").binding.cell(Ref("支出决算表", "208", "基本支出"))
    data = apply_edits(workbook("001"), [SetValue(*split_cell(cell), "约三百万")])
    for lang, why, what in (
        ("zh", "没有核对，因为", "“约三百万”不是金额"),
        ("en", "not checked, because ", "“约三百万” is not an amount"),
    ):
        document = to_json(validation(data), "en" if lang == "en" else "zh")
        missing = [f for f in document["findings"] if f["verdict"] == "not_evaluated"]
        assert missing
        assert document["counts"]["not_evaluated"] == len(missing)
        assert all(f"{why}{cell}" in f["message"] and what in f["message"] for f in missing)
        assert all(f["stated"] is None and f["expected"] is None for f in missing)
