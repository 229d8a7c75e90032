"""The sheets of words as they are drawn: what is printed, what is hidden, how high rows are; and read back."""

from __future__ import annotations

import io

import openpyxl
import pytest

from juesuan.book import Book, Sheet
from juesuan.catalogue import load
from juesuan.draft import Draft, SheetDraft
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.narrative.locate import BoundNarrative, locate
from juesuan.provenance import HEADING, WordRow, WorkRow, digest, paragraphs
from juesuan.template import words
from juesuan.template.build import build
from juesuan.template.content import Facts
from juesuan.template.drawing import lines_needed
from juesuan.template.looks import STYLES
from tests.words.layouts import CASES, NOTHING, plainly, sections, texts

FACTS = Facts("甲单位", 2023, "部门")


def drawn(*sheets: SheetDraft) -> bytes:
    return workbook_bytes(Draft("文字", sheets, {}, STYLES))


def found(data: bytes) -> BoundNarrative:
    return locate(read_book(data), NOTHING)


def test_only_the_text_is_printed_and_provenance_is_hidden() -> None:
    rows = [
        WordRow(
            "heading", "一、收入支出决算总体情况说明", f"{HEADING}收支总体", digest("一、收入支出决算总体情况说明")
        ),
        WordRow("text", "总计1,696.45万元。", "收支总体.总计", digest("总计1,696.45万元。")),
        WordRow("text", "改过的话。", "收支总体.原因", digest("原来的话。"), "新的话。"),
        WordRow("text", "还有【待填：原因】。", "收支总体.三", digest("还有【待填：原因】。")),
        WordRow("text", "手写的。"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(drawn(words.narrative(FACTS, rows, live=False))))["情况说明"]
    assert sheet.print_area == "'情况说明'!$A$1:$A$6"
    assert [sheet.column_dimensions[c].hidden for c in "ABCDE"] == [False, False, False, True, True]
    assert [c.value for c in sheet["B"]] == ["状态", None, "自动生成", "已修改", "待填", "手工填写"]
    assert sheet["C4"].value == "新的话。"
    assert sheet["A4"].alignment.wrap_text
    assert not sheet["A4"].protection.locked
    assert not sheet.protection.sheet
    assert sheet["A5"].fill.fgColor.rgb != sheet["A4"].fill.fgColor.rgb
    assert sheet.page_setup.paperSize == 9


@pytest.mark.parametrize("layout", sorted(load().layouts))
def test_an_empty_template_says_how_and_has_every_heading(layout: str) -> None:
    draft = build(load(), layout, unit="甲单位", year=2023, kind="部门")
    sheet = draft.sheet("情况说明")
    column = [sheet.cells[row, 0].value for row in range(max(r for r, _ in sheet.cells) + 1)]
    assert column[0] == "2023年度部门决算情况说明"
    assert sheet.cells[0, 0].formula == '封面!$C$5&"年度"&封面!$C$6&"决算情况说明"'
    assert str(column[1]).startswith("填写办法")
    headings = [str(v) for v in column[2:] if v]
    assert len(headings) == (14 if layout == "hunan-2021" else 13)
    assert headings[0] == "一、收入支出决算总体情况说明"
    assert column[3::2] == [None] * len(headings)
    work = draft.sheet("重点工作")
    assert [work.cells[2, c].value for c in range(4)] == ["序号", "重要事项", "工作内容及目标", "完成情况"]


@pytest.mark.parametrize("case", CASES)
def test_rows_are_high_enough_for_what_they_hold(case: str) -> None:
    sheet = words.narrative(FACTS, words.typed(sections(case)), live=False)
    covered = {row: area for area in sheet.merges for row in range(area[0], area[2] + 1)}
    for (row, column), cell in sheet.cells.items():
        if column == 0 and row and isinstance(cell.value, str):
            top, _, bottom, _ = covered.get(row, (row, 0, row, 0))
            given = sum(sheet.heights[r] for r in range(top, bottom + 1))
            lines = sum(lines_needed(part, sheet.widths[0]) for part in cell.value.split("\n"))
            assert given >= 14.5 * lines
    assert max(sheet.heights.values()) <= 409


def test_a_very_long_paragraph_takes_several_rows_and_stays_one() -> None:
    long = "本单位认真落实各项要求，" * 250
    rows = words.typed([("一、收入支出决算总体情况说明", f"{long}\n短的一段。")])
    data = drawn(words.narrative(FACTS, rows, live=False))
    assert texts(found(data)) == [("一、收入支出决算总体情况说明", f"{long}\n短的一段。")]
    sheet = openpyxl.load_workbook(io.BytesIO(data))["情况说明"]
    assert any(area.min_col == area.max_col == 1 and area.max_row > area.min_row for area in sheet.merged_cells.ranges)
    assert all((d.height or 0) <= 409 for d in sheet.row_dimensions.values())


@pytest.mark.parametrize("case", CASES)
def test_our_sheet_is_known_however_it_was_changed(case: str) -> None:
    """Renamed, a column and rows inserted, the order of columns changed: read by its headings."""
    sheet = read_book(drawn(words.narrative(FACTS, words.typed(sections(case)), live=False))).sheets[0]
    wide = [[*row, *[None] * (5 - len(row))] for row in map(list, sheet.rows)]
    moved = [[row[4], None, row[1], row[0], row[3], row[2]] for row in wide]
    bound = locate(Book("甲", (Sheet("文字说明", [[], *moved[:1], [], *moved[1:]]),)), NOTHING)
    assert texts(bound) == sections(case)
    assert bound.own is not None
    assert {p.cell.rpartition("!")[2][0] for p in bound.passages} == {"D"}


def test_our_sheet_without_its_hidden_columns_is_read_as_any_other() -> None:
    sheet = read_book(drawn(words.narrative(FACTS, words.typed(sections("000")), live=False))).sheets[0]
    bound = locate(Book("甲", (Sheet("情况说明", [list(row)[:3] for row in sheet.rows]),)), NOTHING)
    assert plainly(texts(bound)) == plainly(sections("000"))
    assert bound.own is None


def test_headings_typed_into_our_sheet_open_sections() -> None:
    rows = [
        *words.typed([("一、收入支出决算总体情况说明", "总。")]),
        WordRow("text", "二、收入决算情况说明"),
        WordRow("text", "收。"),
        WordRow("text", "三、新开展的工作"),
        WordRow("text", "做了。"),
        WordRow("text", "（一）支出决算情况说明"),
    ]
    bound = found(drawn(words.narrative(FACTS, rows, live=False)))
    assert texts(bound) == [
        ("一、收入支出决算总体情况说明", "总。"),
        ("二、收入决算情况说明", "收。"),
        ("三、新开展的工作", "做了。\n（一）支出决算情况说明"),
    ]


def test_two_narratives_are_told_and_one_is_read() -> None:
    one = words.narrative(FACTS, words.typed([("一、收入支出决算总体情况说明", "总。")]), live=False)
    two = words.narrative(FACTS, words.typed([("二、收入决算情况说明", "收。")]), "说明二", live=False)
    empty = words.narrative(FACTS, words.blank([("支出", "三、支出决算情况说明")]), "空的", live=False)
    bound = found(drawn(empty, one, two))
    assert [h for h, _ in texts(bound)] == ["一、收入支出决算总体情况说明"]
    assert [p.message for p in bound.problems] == ["“2023年度部门决算情况说明”不止一张，只用“情况说明”里的文字"]


def test_key_work_is_read_back() -> None:
    rows = [
        WorkRow("1", "扩面", "十四万\n人次", "完成。"),
        WorkRow("", "监管", "", "每季一次"),
        WorkRow("3", "", "", "做了"),
    ]
    bound = found(drawn(words.key_work(FACTS, rows, live=False)))
    assert [w.content for w in bound.works] == rows
    assert bound.work_sheet == "重点工作"


@pytest.mark.parametrize("text", ["", "甲", "甲\n乙", "\n甲", "甲\n\n乙\n", "\n\n"])
def test_paragraphs_join_to_the_text(text: str) -> None:
    assert "\n".join(paragraphs(text)) == text
    assert digest(text) == digest(text.replace("\n", "\r\n"))
