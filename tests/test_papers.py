"""情况说明 and the rest are checked with the tables, in whatever workbook they stand and whichever of them is there."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from juesuan import explanations
from juesuan.annotate import marks
from juesuan.book import CannotRead
from juesuan.catalogue import load
from juesuan.edits import SetValue
from juesuan.fill import fill
from juesuan.findings import WordFinding
from juesuan.hosts.patch import annotate, apply_edits
from juesuan.hosts.read import read_book
from juesuan.naming import split_cell
from juesuan.report import Report, to_json
from juesuan.template.package import workbook_bytes
from juesuan.validation import Validation, examine
from tests.foreign import cases

DATA = Path(__file__).resolve().parent / "data"
CASES = ("000", "001", "003")
#: What the published words get wrong (shared/cases, sections 情况说明 and 自评表): rule → how often.
WRONG = {
    "000": {"N-21": 1, "N-21.1": 1, "N-12": 1},
    "001": {"N-15": 1, "N-09.1": 1},
    "003": {"N-22": 2, "N-21": 1, "N-21.1": 1, "N-07.2": 1, "N-26": 2},
}


@cache
def whole(case: str) -> dict[str, Any]:
    """A published account with its narrative and glossary."""
    words = json.loads((DATA / "narrative" / f"{case}.json").read_text(encoding="utf-8"))
    glossary = [p["text"] for p in words["glossary"]]
    return {**cases.load(case), "narrative": words["narrative"], "glossary": glossary}


@cache
def book(case: str) -> bytes:
    return workbook_bytes(fill(whole(case), load())[0])


@cache
def checked(case: str) -> Validation:
    return examine(read_book(book(case), name=f"{case}.xlsx"))


def broken(found: Validation) -> dict[str, int]:
    rules = [f.rule for f in found.report.words if f.verdict == "breaks"]
    return {rule: rules.count(rule) for rule in rules}


def foreign(case: str) -> bytes:
    """Only the narrative, one paragraph a row, in a workbook of somebody's own."""
    paper = Workbook()
    sheet = paper.active
    assert sheet is not None
    sheet.title = "说明"
    for part in whole(case)["narrative"]:
        sheet.append([part["section"]])
        for line in part["text"].split("\n"):
            sheet.append([line])
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


@pytest.mark.parametrize("case", CASES)
def test_the_published_words_are_checked_with_the_tables(case: str) -> None:
    found = checked(case)
    assert broken(found) == WRONG[case]
    counts = found.report.counts
    assert counts.applicable == counts.holds + counts.rounding + counts.breaks + counts.not_evaluated
    assert counts.breaks == sum(f.verdict == "breaks" for f in found.report.every)
    assert counts.not_evaluated == sum(f.verdict == "not_evaluated" for f in found.report.every)
    assert found.report.reading is not None
    assert found.report.reading.bound + len(found.report.reading.unbound) == found.report.reading.figures


@pytest.mark.parametrize("case", CASES)
def test_every_finding_of_words_has_its_cell_and_text(case: str) -> None:
    sheets = {sheet.name: sheet for sheet in read_book(book(case)).sheets}
    for finding in checked(case).report.words:
        assert finding.cells, finding
        for cell in finding.cells:
            sheet, _ = split_cell(cell)
            assert sheet in sheets
        assert finding.message.endswith("。")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_keeps_to_its_schema(lang: Any) -> None:
    document = to_json(checked("003"), lang)
    Report.model_validate(json.loads(json.dumps(document, ensure_ascii=False)))
    said = [f["message"] for f in document["findings"] if f["table"] == "情况说明"]
    assert said
    assert all(("should be" in m or "the rule is" in m or "rounding" in m) == (lang == "en") for m in said)


def test_words_are_marked_and_unmarked_like_figures() -> None:
    data = book("001")
    once = annotate(data, marks(checked("001")))
    again = examine(read_book(once, name="001.xlsx"))
    assert to_json(again) == to_json(checked("001"))
    assert annotate(once, marks(again)) == once
    (wrong,) = (f for f in checked("001").report.words if f.rule == "N-15" and f.verdict == "breaks")
    sheet, cell = split_cell(wrong.cells[0])
    noted = [m for m in marks(again) if getattr(m, "cell", "") == cell and getattr(m, "sheet", "") == sheet]
    assert any("7.5%" in getattr(m, "note", "") for m in noted)


def test_one_changed_character_of_a_figure_is_found() -> None:
    data = book("000")
    before = checked("000")
    sheet = read_book(data).sheet("情况说明")
    row = next(i for i, cells in enumerate(sheet.rows) if "937.05" in str(cells[0]) and "总计" in str(cells[0]))
    text = str(sheet.rows[row][0]).replace("937.05", "937.06", 1)
    after = examine(read_book(apply_edits(data, [SetValue("情况说明", f"A{row + 1}", text)]), name="000.xlsx"))
    new = {f.rule for f in after.report.words} - {f.rule for f in before.report.words}
    assert any(f.cells[0] == f"情况说明!A{row + 1}" and "937.06" in f.message for f in after.report.words), new


def test_a_narrative_alone_is_checked_as_what_it_is() -> None:
    found = examine(read_book(foreign("001"), name="说明.xlsx"))
    assert found.report.reading is not None
    assert found.report.reading.figures == checked("001").report.reading.figures  # type: ignore[union-attr]
    assert {f.rule for f in found.report.words if f.verdict == "breaks"} >= {"N-15"}
    assert any("没有找到决算公开表" in p.message for p in found.report.problems)
    assert not any("没有找到《" in p.message for p in found.report.problems)
    assert not found.report.findings
    assert to_json(found)["file"] == "说明.xlsx"


def test_a_workbook_with_neither_is_refused_in_one_sentence() -> None:
    paper = Workbook()
    paper.active["A1"] = "通讯录"  # type: ignore[index]
    out = io.BytesIO()
    paper.save(out)
    with pytest.raises(CannotRead, match="没有找到任何一张决算公开表"):
        examine(read_book(out.getvalue(), name="x.xlsx"))


def test_words_without_text_are_told_not_passed_over() -> None:
    plain = {key: value for key, value in whole("001").items() if key not in ("narrative", "glossary")}
    found = examine(read_book(workbook_bytes(fill(plain, load())[0]), name="x.xlsx"))
    assert not found.report.words
    assert found.report.reading is None


def test_explanations_close_findings_of_words() -> None:
    found = checked("000")
    (finding,) = (f for f in found.report.words if f.rule == "N-12" and f.verdict == "breaks")
    assert isinstance(finding, WordFinding)
    once = annotate(book("000"), marks(found))
    sheet = read_book(once).sheet(explanations.RESULT)
    row = next(i for i, cells in enumerate(sheet.rows) if "N-12" in cells)
    first = list(next(cells for cells in sheet.rows if "审核说明" in cells)).index("原因")
    edits = [
        SetValue(sheet.name, f"{chr(65 + first + i)}{row + 1}", text)
        for i, text in enumerate(("取数口径不同", "列示主要科目", "某某", "2024-01-02"))
    ]
    after = examine(read_book(apply_edits(once, edits), name="000.xlsx"))
    assert [e.text for e in after.report.explanations.values()] == ["列示主要科目"]
    assert "N-12" not in {f.rule for f in after.report.open}
