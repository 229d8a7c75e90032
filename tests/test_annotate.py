"""The annotated copy: the right cells in the right colours, notes that say what to do, and no trace after clearing."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from juesuan import explanations
from juesuan.annotate import TONES, marks
from juesuan.edits import Edit, Link, Mark, ResultSheet, TabColour
from juesuan.hosts.patch import annotate, clear_marks
from juesuan.hosts.read import read_book
from juesuan.naming import split_cell
from juesuan.refs import Ref
from juesuan.report import to_json
from juesuan.resultsheet import HEADER
from tests.foreign.writers import WRITERS
from tests.validated import published, shifted, validation, workbook

WRONG = Ref("支出决算表", "208", "基本支出")


def by_cell(edits: list[Edit]) -> dict[tuple[str, str], Mark]:
    return {(e.sheet, e.cell): e for e in edits if isinstance(e, Mark)}


def result(edits: list[Edit]) -> ResultSheet:
    (found,) = (e for e in edits if isinstance(e, ResultSheet))
    return found


def test_the_wrong_cell_says_what_to_write() -> None:
    found = published("000")
    marked = by_cell(marks(found))
    mark = marked[split_cell(found.binding.cell(WRONG))]
    assert mark.tone == "cause"
    assert mark.note.startswith("【根源 c1】填列 470.34，建议改为 573.19（")
    assert "改正后 T3-01、T3-02、T3-03 即相符。" in mark.note
    assert "【强制性 T3-03 类等于所属款之和，款等于所属项之和】\n填列 470.34，按下级合计应为 573.19" in mark.note
    consequence = marked[split_cell(found.binding.cell(Ref("支出决算表", "208", "本年支出合计")))]
    assert consequence.tone == "error"
    assert "由根源 c1 引起" in consequence.note


def test_rounding_is_marked_lightly() -> None:
    assert {mark.tone for mark in by_cell(marks(published("001"))).values()} == {"rounding"}


def test_one_mark_for_each_cell_and_one_colour_for_each_sheet() -> None:
    edits = marks(published("000"))
    cells = [(e.sheet, e.cell) for e in edits if isinstance(e, Mark)]
    assert len(cells) == len(set(cells))
    tabs = {e.sheet: e.tone for e in edits if isinstance(e, TabColour)}
    assert set(tabs) == {sheet for sheet, _ in cells}
    for sheet, tone in tabs.items():
        tones = [m.tone for m in by_cell(edits).values() if m.sheet == sheet]
        assert tone == min(tones, key=TONES.index)


def test_several_cells_of_one_cause_are_all_marked() -> None:
    found = shifted()
    marked = by_cell(marks(found))
    cells = [split_cell(c.cell) for c in found.report.causes[0].corrections]
    assert len(cells) == 4
    assert {marked[cell].tone for cell in cells} == {"cause"}
    assert "建议清空" in marked[cells[3]].note


def test_the_result_sheet_lists_everything() -> None:
    found = published("000")
    sheet = result(marks(found))
    document = to_json(found)
    assert sheet.name == explanations.RESULT
    assert sheet.header == HEADER["zh"]
    assert all(len(row) == len(sheet.header) == len(sheet.widths) for row in sheet.rows)
    assert [row[0] for row in sheet.rows] == list(range(1, len(sheet.rows) + 1))
    kinds = [row[1] for row in sheet.rows]
    assert kinds[:2] == ["根源", "根源"]
    assert kinds == sorted(kinds, key=["根源", "强制性", "核实性", "提示", "未执行", "尾差", "文件"].index)
    assert len(sheet.rows) == len(document["causes"]) + len(document["findings"]) + len(document["problems"])
    assert [str(value) for value in sheet.rows[0][7:10]] == ["470.34", "573.19", "-102.85"]
    links = [row[6] for row in sheet.rows if row[6] is not None]
    assert all(isinstance(link, Link) for link in links)


def test_findings_without_a_cell_are_only_listed() -> None:
    """A workbook with one table lacks the others; what cannot be checked has no cell to colour."""
    found = published("000", "empty_tables_word")
    sheet = result(marks(found))
    cells = {(m.sheet, m.cell) for m in by_cell(marks(found)).values()}
    assert all(sheet and cell for sheet, cell in cells)
    assert len(sheet.rows) >= len(found.report.findings)


def test_marks_are_the_same_every_time() -> None:
    data = workbook("000")
    assert marks(validation(data)) == marks(validation(data))


def test_english() -> None:
    found = published("000")
    mark = by_cell(marks(found, "en"))[split_cell(found.binding.cell(WRONG))]
    assert mark.note.startswith("[cause c1] stated 470.34, suggested 573.19 (")
    assert result(marks(found, "en")).header == HEADER["en"]


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_annotating_changes_no_verdict_and_can_be_undone(writer: str) -> None:
    data = workbook("000", writer)
    found = published("000", writer)
    once = annotate(data, marks(found))
    again = validation(once)
    assert to_json(again) == to_json(found)
    assert annotate(once, marks(again)) == once
    cleared = clear_marks(once)
    assert read_book(cleared, name="x") == read_book(data, name="x")
    assert to_json(validation(cleared)) == to_json(found)


def test_others_can_read_the_copy() -> None:
    found = published("000", "software_export")
    book = load_workbook(io.BytesIO(annotate(workbook("000", "software_export"), marks(found))))
    sheet, cell = split_cell(found.binding.cell(WRONG))
    comment = book[sheet][cell].comment
    assert comment is not None
    assert "建议改为 573.19" in comment.text
    assert book[sheet][cell].fill.fgColor.rgb.endswith("FF9999")
    assert book[explanations.RESULT].auto_filter.ref
    link = next(
        c
        for row in book[explanations.RESULT].iter_rows()
        for c in row
        if c.hyperlink and c.value == found.binding.cell(WRONG)
    )
    assert link.hyperlink.location == f"'{sheet}'!{cell}"
