"""Marks come off again: after a re-save by other programs, after rows moved, after people changed things."""

from __future__ import annotations

import copy
import io
import random
import re
import subprocess
import warnings
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from juesuan.book import cell_name
from juesuan.edits import TONES, Link, Mark, ResultSheet, TabColour
from juesuan.hosts.patch import annotate, clear_marks
from tests.hosts import rich

warnings.filterwarnings("ignore", module="openpyxl")
RESULT = ResultSheet("校验结果", ("概要",), ("序号", "位置"), ((1, Link("表1!B2", "表1!B2")),), ("error",), (6, 20))
EDITS = [
    Mark("表1", "B2", "error", "第一处\n应为 5"),  # own fill, own note
    Mark("表1", "C3", "cause", "自有填色与标注色相同"),
    Mark("表1", "D4", "explain", "无填色"),
    Mark("表1", "J20", "error", "原来没有的单元格"),
    Mark("表2", "B6", "rounding", "合并区"),
    TabColour("表1", "error"),
    RESULT,
]


def load(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def paint(cell: object) -> tuple | None:
    """A cell's fill as it is seen; the background of a solid one is not."""
    fill = cell.fill  # type: ignore[attr-defined]
    if fill.fill_type == "solid":
        return fill.fgColor.type, fill.fgColor.value, fill.fgColor.tint
    return None if fill.fill_type is None else (fill.fill_type, repr(fill))


def look(data: bytes) -> dict:
    """Everything a mark can change, sheet by sheet; what is blank is left out."""
    seen: dict = {}
    for sheet in load(data):
        seen[sheet.title] = sheet.sheet_properties.tabColor and sheet.sheet_properties.tabColor.rgb
        for row in sheet.iter_rows():
            for cell in row:
                fill = paint(cell)
                note = cell.comment and cell.comment.text
                if fill or note or cell.value is not None:
                    style = (cell.number_format, repr(cell.font), repr(cell.border), repr(cell.protection))
                    seen[sheet.title, cell.coordinate] = (cell.value, fill, note, style)
    return seen


def office(folder: Path, data: bytes, ending: str = "xlsx") -> bytes:
    """The file saved again by LibreOffice."""
    source = folder / f"a.{ending}"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    target = "xlsx:Calc MS Excel 2007 XML"
    command = ["soffice", "--headless", profile, "--convert-to", target, "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "out" / "a.xlsx").read_bytes()


def test_after_openpyxl_saved_it() -> None:
    source = rich.openpyxl_book(2, 8, 6)
    again = saved(load(annotate(source, EDITS)))
    assert look(again) != look(source)
    assert look(clear_marks(again)) == look(source)
    assert load(clear_marks(again)).defined_names == {}


@pytest.mark.libreoffice
def test_after_libreoffice_saved_it(tmp_path: Path) -> None:
    source = rich.openpyxl_book(2, 8, 6)
    again = office(tmp_path, annotate(source, EDITS))
    assert "_juesuan_marks" in load(again).sheetnames
    assert look(clear_marks(again)) == look(office(tmp_path, source))


@pytest.mark.libreoffice
def test_annotating_what_libreoffice_saved(tmp_path: Path) -> None:
    """The marks go round: annotate, save elsewhere, annotate again, clear."""
    source = rich.openpyxl_book(2, 8, 6)
    again = annotate(office(tmp_path, annotate(source, EDITS)), EDITS[:3])
    assert annotate(again, EDITS[:3]) == again
    assert look(clear_marks(again)) == look(office(tmp_path, source))


@pytest.mark.libreoffice
def test_a_rich_workbook_after_libreoffice_saved_it(tmp_path: Path) -> None:
    sheet = "支出决算表"
    edits = [
        Mark(sheet, "D2", "cause", "根源"),
        Mark(sheet, "B6", "error", "不符"),
        Mark(sheet, "C2", "explain", "渐变"),
    ]
    again = clear_marks(office(tmp_path, annotate(rich.excel(), [*edits, RESULT]), "xlsm"))
    page = load(again)[sheet]
    assert load(again).sheetnames == [sheet, "汇总 '表' 2", "参数"]
    assert page["D2"].comment.text == "会计:\n含上年结转 & 其他"
    assert page["B6"].comment is None
    assert paint(page["B6"]) == paint(load(office(tmp_path, rich.excel(), "xlsm"))[sheet]["B6"])  # no theme any more
    assert page["C2"].fill.fill_type == "linear"
    assert not [c for row in page.iter_rows() for c in row if str((paint(c) or (0, 0))[1])[-6:] in TONES.values()]


def shifted(data: bytes, sheet: str, row: int) -> bytes:
    """One row inserted as Excel does: cells, notes and merges move, the new row looks like the one above."""
    book = load(data)
    page = book[sheet]
    cells = {(c.row, c.column): c for line in page.iter_rows() for c in line}
    state = {k: (c.value, copy.copy(c._style), c.comment) for k, c in cells.items() if k[0] >= row}
    above = {k[1]: copy.copy(c._style) for k, c in cells.items() if k[0] == row - 1}
    for merge in list(page.merged_cells.ranges):
        page.unmerge_cells(str(merge))
    for r, c in sorted(state):
        page.cell(r, c).comment = None
    for column, style in above.items():
        page.cell(row, column).value = None
        page.cell(row, column)._style = style
    for (r, c), (value, style, note) in sorted(state.items()):
        cell = page.cell(r + 1, c)
        cell.value, cell._style = value, style
        cell.comment = Comment(note.text, note.author) if note else None
    return saved(book)


@pytest.mark.parametrize("row", [2, 3, 4, 5, 9])
def test_after_a_row_was_inserted(row: int) -> None:
    source = openpyxl.load_workbook(io.BytesIO(rich.openpyxl_book(1, 8, 6, own="FF00B0F0")))
    source["表1"].unmerge_cells("A5:B6")
    plain = saved(source)
    edits = [
        Mark("表1", "B2", "error", "相同的话"),
        Mark("表1", "C3", "cause", "相同的话"),
        Mark("表1", "D4", "explain", "别的话"),
        RESULT,
    ]
    assert look(clear_marks(shifted(annotate(plain, edits), "表1", row))) == look(shifted(plain, "表1", row))


def test_after_a_sheet_was_renamed() -> None:
    source = rich.openpyxl_book(2, 8, 6)
    book = load(annotate(source, EDITS))
    book["表1"].title = "改了名"
    book["校验结果"].title = "结果也改了名"
    book.defined_names["_juesuan_result"].attr_text = "'结果也改了名'!$A$1"  # as Excel does
    seen = look(clear_marks(saved(book)))
    assert {k if isinstance(k, str) else (k[0], k[1]) for k in seen} == {
        k.replace("表1", "改了名") if isinstance(k, str) else (k[0].replace("表1", "改了名"), k[1])
        for k in look(source)
    }
    assert list(seen.values()) == list(look(source).values())


def test_what_people_changed_meanwhile_is_theirs() -> None:
    source = rich.openpyxl_book(2, 8, 6)
    book = load(annotate(source, EDITS))
    page = book["表1"]
    page["D4"].fill = PatternFill("solid", fgColor="FF92D050")
    page["C3"].comment = None
    page["B2"].comment = Comment(page["B2"].comment.text.replace("原有批注", "改过的批注"), "会计")
    page["J20"].value = "补记"
    page.sheet_properties.tabColor = "FF0070C0"
    page["E5"].comment = Comment("别人的", "李")
    book["表2"]["A5"].comment = Comment(book["表2"]["A5"].comment.text + "\n已核实", "李")
    cleared = load(clear_marks(saved(book)))
    page = cleared["表1"]
    assert (page["D4"].fill.fgColor.rgb, page["D4"].comment) == ("FF92D050", None)
    assert (page["C3"].fill.fgColor.rgb, page["C3"].comment) == ("FFFFC7CE", None)
    assert (page["B2"].fill.fgColor.rgb, page["B2"].comment.text) == ("FFDDEEFF", "改过的批注")
    assert (page["J20"].value, page["J20"].fill.fill_type, page["J20"].comment) == ("补记", None, None)
    assert page.sheet_properties.tabColor.rgb == "FF0070C0"
    assert page["E5"].comment.text == "别人的"
    assert cleared["表2"]["A5"].comment.text == "已核实"


def test_result_sheet_gone_already() -> None:
    book = load(annotate(rich.openpyxl_book(2, 8, 6), EDITS))
    del book["校验结果"]
    assert look(clear_marks(saved(book))) == look(rich.openpyxl_book(2, 8, 6))


def test_result_sheet_was_left_active() -> None:
    book = load(annotate(rich.openpyxl_book(2, 8, 6), EDITS))
    book.active = 2
    cleared = load(clear_marks(saved(book)))
    assert cleared.active.title == "表1"


def test_without_the_record_notes_and_tones_still_go() -> None:
    """Sheets copied into another workbook leave the record behind: the own fill is unknown, ours goes."""
    source = rich.openpyxl_book(2, 8, 6)
    book = load(annotate(source, EDITS))
    del book["_juesuan_marks"]
    seen = look(clear_marks(saved(book)))
    assert not [k for k, v in seen.items() if isinstance(v, tuple) and "决算校验" in str(v[2])]
    assert seen["表1", "B2"][2] == "原有批注"
    assert seen["表1", "D4"] == look(source)["表1", "D4"]


def test_own_note_box_has_its_size_again() -> None:
    name = "xl/drawings/vmlDrawing1.vml"
    cleared = clear_marks(annotate(rich.excel(), [Mark("支出决算表", "D2", "cause", "根源\n" * 9)]))
    assert rich.parts(cleared)[name] == rich.parts(rich.excel())[name]


def test_styles_are_as_long_as_before() -> None:
    source = rich.openpyxl_book(2, 8, 6)
    count = re.compile(rb'<(cellXfs|fills|fonts|borders) count="(\d+)"')
    styles = [rich.parts(data)["xl/styles.xml"] for data in (source, clear_marks(annotate(source, EDITS)))]
    assert count.findall(styles[0]) == count.findall(styles[1])


_TONE = st.sampled_from(sorted(TONES))
_PLACE = st.builds(cell_name, st.integers(0, 13), st.integers(0, 8))
_TEXT = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs", "S"], include_characters="\n_x"), max_size=40
)
_MARKS = st.lists(st.builds(Mark, st.sampled_from(["表1", "表2"]), _PLACE, _TONE, _TEXT), min_size=1, max_size=12)


def random_book(seed: int) -> bytes:
    """Two sheets with random figures, fills, notes and a merge."""
    dice = random.Random(seed)
    book = openpyxl.Workbook()
    book.active.title = "表1"
    book.create_sheet("表2")
    for sheet in book:
        for row in range(1, 11):
            for column in range(1, 8):
                if dice.random() < 0.6:
                    sheet.cell(row, column, dice.randint(0, 99)).number_format = dice.choice(["General", "0.00"])
                if dice.random() < 0.3:
                    colour = dice.choice(["FF00FF00", "FFFFC7CE", "FFABCDEF"])
                    sheet.cell(row, column).fill = PatternFill("solid", fgColor=colour)
                if dice.random() < 0.15:
                    sheet.cell(row, column).comment = Comment(dice.choice(["甲", "乙\n丙", " 丁 "]), "某人")
        if dice.random() < 0.5:
            sheet.merge_cells("C3:D4")
    return saved(book)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 9), _MARKS, st.booleans(), st.booleans())
def test_any_marks_on_any_workbook_come_off(seed: int, marks: list[Mark], resave: bool, with_result: bool) -> None:
    source = random_book(seed)
    edits = [*marks, *([RESULT] if with_result else [])]
    data = annotate(source, edits)
    assert annotate(data, edits) == data
    if resave:
        data = saved(load(data))
    else:
        before, after = rich.parts(source), rich.parts(clear_marks(data))
        assert set(before) == set(after)
        assert before["xl/styles.xml"] == after["xl/styles.xml"] or len(after["xl/styles.xml"]) > 500
    assert look(clear_marks(data)) == look(source)
