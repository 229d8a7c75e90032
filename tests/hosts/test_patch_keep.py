"""What is not touched stays byte for byte; what is touched differs only where it was asked for."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile

import openpyxl
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from juesuan.edits import TONES, Link, Mark, ResultSheet, SetValue, TabColour
from juesuan.hosts.patch import annotate, apply_edits, clear_marks
from tests.hosts import rich

warnings.filterwarnings("ignore", module="openpyxl")

SHEET, OTHER = "支出决算表", "汇总 '表' 2"
RESULT = ResultSheet(
    name="校验结果",
    summary=("某单位：2 处不符", "=不是公式"),
    header=("序号", "位置", "说明"),
    rows=(
        (1, Link("支出决算表!B6", "支出决算表!B6"), "=1+1 <不是公式>"),
        (2, Link("汇总", "'汇总 ''表'' 2'!A2"), None),
    ),
    tones=("error", None),
    widths=(6, 20, 50),
)
EDITS = [
    Mark(SHEET, "B6", "error", "规则 T3\n表内 15.00\n应为 14.00"),
    Mark(SHEET, "D2", "cause", "自有批注之下"),
    Mark(SHEET, "D3", "explain", "有线程批注"),
    Mark(SHEET, "C10", "rounding", "合并区"),
    Mark(SHEET, "F3", "error", "空单元格，列样式"),
    Mark(SHEET, "H5", "error", "空单元格，行样式"),
    Mark(SHEET, "E20", "explain", "空行"),
    Mark(OTHER, "A2", "rounding", "差 0.01"),
    TabColour(SHEET, "error"),
    TabColour(OTHER, "rounding"),
    RESULT,
]
TOUCHED = {
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "xl/comments1.xml",
    "xl/drawings/vmlDrawing1.vml",
}
NEW = {
    "xl/worksheets/_rels/sheet2.xml.rels",
    "xl/worksheets/sheet4.xml",
    "xl/worksheets/sheet5.xml",
    "xl/comments2.xml",
    "xl/drawings/vmlDrawing2.vml",
}


def canonical(data: bytes) -> bytes:
    return etree.tostring(etree.fromstring(data), method="c14n")


def load(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def colour(cell: object) -> str | None:
    fill = cell.fill  # type: ignore[attr-defined]
    return fill.fgColor.rgb[-6:] if fill.patternType == "solid" and fill.fgColor.type == "rgb" else None


def test_untouched_parts_keep_their_bytes() -> None:
    before, after = rich.parts(rich.excel()), rich.parts(annotate(rich.excel(), EDITS))
    assert set(after) - set(before) == NEW
    assert {name for name in before if before[name] != after.get(name)} == TOUCHED
    assert list(after)[: len(before)] == list(before)


def test_untouched_entries_keep_their_stored_form() -> None:
    source = rich.excel()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(io.BytesIO(annotate(source, EDITS))) as new,
    ):
        for name in set(old.namelist()) - TOUCHED:
            a, b = old.getinfo(name), new.getinfo(name)
            assert (a.CRC, a.compress_size, a.date_time) == (b.CRC, b.compress_size, b.date_time)
        assert {new.getinfo(name).date_time for name in TOUCHED | NEW} == {(1980, 1, 1, 0, 0, 0)}
        assert new.testzip() is None


def test_touched_sheet_differs_only_in_styles_and_new_cells() -> None:
    """Take styles, the new cells and the tab colour away again: the rest is what it was."""
    before = rich.parts(rich.excel())["xl/worksheets/sheet1.xml"]
    after = rich.parts(annotate(rich.excel(), EDITS))["xl/worksheets/sheet1.xml"].decode()
    for added in (
        r'<c r="F3" s="\d+"/>',
        r'<c r="H5" s="\d+"/>',
        r'<row r="20"><c r="E20" s="\d+"/></row>',
        r'<tabColor rgb="FFFFC7CE"/>',
    ):
        after, count = re.subn(added, "", after)
        assert count == 1, added
    for cell, style in (("B6", "1"), ("D2", "1"), ("A9", "1")):
        after, count = re.subn(rf'(<c r="{cell}" s=")\d+"', rf'\g<1>{style}"', after)
        assert count == 1
    after, count = re.subn(r'<c r="D3" s="\d+"', '<c r="D3"', after)
    assert count == 1
    after = after.replace('r="3" spans="1:6"', 'r="3" spans="1:4"').replace('r="5" spans="1:8"', 'r="5" spans="1:4"')
    assert canonical(after.encode()) == canonical(before)


def test_marked_cells_keep_number_format_font_border_protection() -> None:
    old, new = load(rich.excel())[SHEET], load(annotate(rich.excel(), EDITS))[SHEET]
    for name, tone in (("B6", "error"), ("D2", "cause"), ("D3", "explain"), ("A9", "rounding")):
        a, b = old[name], new[name]
        assert colour(b) == TONES[tone]
        for look in ("number_format", "font", "border", "alignment", "protection"):
            assert repr(getattr(a, look)) == repr(getattr(b, look)), (name, look)
    assert new["F3"].number_format == "mm-dd-yy"  # the column's
    assert new["H5"].number_format == "0.00%"  # the row's


def test_notes() -> None:
    sheet = load(annotate(rich.excel(), EDITS))[SHEET]
    assert sheet["B6"].comment.text == "—— 决算校验 ——\n规则 T3\n表内 15.00\n应为 14.00"
    assert sheet["B6"].comment.author == "决算校验"
    assert sheet["D2"].comment.text == "会计:\n含上年结转 & 其他\n—— 决算校验 ——\n自有批注之下"
    assert sheet["D2"].comment.author == "会计"
    assert sheet["D3"].comment.text == "[线程批注] 请核对"
    assert sheet["A9"].comment.text.endswith("合并区")


def test_note_boxes() -> None:
    drawing = rich.parts(annotate(rich.excel(), EDITS))["xl/drawings/vmlDrawing1.vml"].decode()
    numbers = re.findall(r'id="_x0000_s(\d+)"', drawing)
    assert len(numbers) == len(set(numbers)) == 3 + 5
    assert "已核<br>对" in drawing
    assert drawing.count('_x0000_t202" coordsize') == 1
    own = re.search(r"<x:Anchor>([^<]*)</x:Anchor>\s*<x:AutoFill>False</x:AutoFill><x:Row>1</x:Row>", drawing)
    assert own is not None
    assert [int(n) for n in own[1].split(",")][4] > 5  # grown: two texts have to be read


def test_annotating_twice_is_annotating_once() -> None:
    for source, edits in samples():
        once = annotate(source, edits)
        assert annotate(once, edits) == once
        assert annotate(source, edits) == once


def test_annotating_with_other_findings_leaves_no_trace_of_the_first() -> None:
    other = [Mark(SHEET, "B3", "rounding", "别处"), RESULT]
    twice, once = annotate(annotate(rich.excel(), EDITS), other), annotate(rich.excel(), other)
    a, b = rich.parts(twice), rich.parts(once)
    assert set(a) == set(b)
    assert [name for name in a if canonical_or_raw(a[name]) != canonical_or_raw(b[name])] == []


def canonical_or_raw(data: bytes) -> bytes:
    """Without what may stay behind: row spans are only a hint, and an empty list of names says nothing."""
    try:
        return canonical(re.sub(rb' spans="[^"]*"|<definedNames ?/>', b"", data))
    except etree.XMLSyntaxError:
        return data


def samples() -> list[tuple[bytes, list]]:
    return [
        (rich.excel(), EDITS),
        (
            rich.xlsxwriter_book(),
            [Mark("收入决算表", "A3", "error", "甲"), Mark("收入决算表", "C9", "cause", "乙"), RESULT],
        ),
        (rich.openpyxl_book(3, 8, 5), [Mark("表1", "B2", "error", "甲"), Mark("表2", "J30", "cause", "乙"), RESULT]),
        (
            rich.prefixed(),
            [Mark("表一", "B2", "error", "甲"), Mark("表一", "D9", "explain", "乙"), TabColour("表一", "error")],
        ),
    ]


@pytest.mark.parametrize("number", range(4))
def test_clear_gives_the_original_back(number: int) -> None:
    source, edits = samples()[number]
    cleared = clear_marks(annotate(source, edits))
    before, after = rich.parts(source), rich.parts(cleared)
    if number == 3:  # it had no styles part, cells need one
        assert set(after) - set(before) == {"xl/styles.xml"}
        for name in ("[Content_Types].xml", "xl\\_rels\\workbook.xml.rels", "xl/styles.xml"):
            before.pop(name, None)
            after.pop(name)
    assert set(before) == set(after)
    for name, data in before.items():
        if data != after[name]:
            assert canonical_or_raw(data) == canonical_or_raw(after[name]), name


def test_files_without_marks_come_back_as_they_are() -> None:
    for source, _ in samples():
        assert clear_marks(source) is source or clear_marks(source) == source
        assert apply_edits(source, []) == source
        assert annotate(source, []) == source
    template = rich.parts(rich.excel())
    template["xl/workbook.xml"] = template["xl/workbook.xml"].replace("参数".encode(), b"_juesuan_meta")
    assert clear_marks(rich.zipped(template)) == rich.zipped(template)  # another sheet of ours is no mark


def test_result_sheet() -> None:
    data = annotate(rich.excel(), EDITS)
    book = load(data)
    assert book.sheetnames == [SHEET, OTHER, "参数", "校验结果", "_juesuan_marks"]
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "veryHidden", "visible", "veryHidden"]
    assert book._active_sheet_index == 1
    assert book.security.lockStructure
    sheet = book["校验结果"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["某单位：2 处不符", None, None],
        ["=不是公式", None, None],
        [None, None, None],
        ["序号", "位置", "说明"],
        [1, "支出决算表!B6", "=1+1 <不是公式>"],
        [2, "汇总", None],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s", "n"}
    assert sheet["B5"].hyperlink.location == "'支出决算表'!B6"
    assert sheet["B6"].hyperlink.location == "'汇总 ''表'' 2'!A2"
    assert sheet.auto_filter.ref == "A4:C6"
    assert sheet.freeze_panes == "A5"
    assert [colour(cell) for cell in sheet[5]] == ["FFC7CE"] * 3
    assert [colour(cell) for cell in sheet[6]] == [None] * 3
    assert sheet["A4"].font.b
    assert sheet["C5"].alignment.wrap_text
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [6, 20, 50]
    assert book[SHEET].sheet_properties.tabColor.rgb == "FFFFC7CE"
    assert book.defined_names["合计"].attr_text == "支出决算表!$B$6"
    assert book[OTHER].print_area == "'汇总 ''表'' 2'!$A$1:$C$9"


def test_a_foreign_sheet_of_the_same_name_stays() -> None:
    once = annotate(rich.xlsxwriter_book(), [RESULT])
    assert load(once).sheetnames == ["收入决算表", "校验结果", "校验结果(2)", "_juesuan_marks"]
    assert load(once)["校验结果"]["A1"].value == "别人的表"
    assert load(clear_marks(once)).sheetnames == ["收入决算表", "校验结果"]


def test_applying_on_top_keeps_the_first_originals() -> None:
    first = apply_edits(
        rich.excel(), [Mark(SHEET, "D2", "rounding", "一"), Mark(SHEET, "B6", "rounding", "甲"), RESULT]
    )
    both = apply_edits(first, [Mark(SHEET, "D2", "cause", "二"), Mark(SHEET, "B6", "error", "乙"), RESULT])
    sheet = load(both)[SHEET]
    assert colour(sheet["D2"]) == TONES["cause"]
    assert sheet["D2"].comment.text.endswith("一\n\n二")
    assert sheet["B6"].comment.text.endswith("甲\n\n乙")
    assert load(both).sheetnames.count("校验结果") == 1
    assert load(clear_marks(both))[SHEET]["D2"].comment.text == "会计:\n含上年结转 & 其他"
    assert canonical(rich.parts(clear_marks(both))["xl/comments1.xml"]) == canonical(
        rich.parts(rich.excel())["xl/comments1.xml"]
    )


def test_several_marks_on_one_cell_become_one() -> None:
    data = annotate(
        rich.excel(),
        [
            Mark(SHEET, "B2", "rounding", "尾差"),
            Mark(SHEET, "$B$2", "cause", "根源"),
            Mark(SHEET, "B2", "error", "尾差"),
        ],
    )
    cell = load(data)[SHEET]["B2"]
    assert colour(cell) == TONES["cause"]
    assert cell.comment.text == "—— 决算校验 ——\n尾差\n\n根源"


def test_hostile_texts_are_text() -> None:
    nasty = "]]></t><x>&amp;\x00\x07_x0041_\ud800" + "长" * 40000
    page = ResultSheet("a/b[c]*?:" + "长" * 40, (nasty,), ("h",), ((nasty,),), ("cause",), (10,))
    data = annotate(rich.excel(), [Mark(SHEET, "B2", "error", nasty), page])
    book = load(data)
    note = book[SHEET]["B2"].comment.text
    assert note.startswith("—— 决算校验 ——\n]]></t><x>&amp;")
    assert note.endswith("长…")
    assert len(note) < 32100
    assert len(book.sheetnames[3]) <= 31
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert str(calamine.get_sheet_by_index(3).to_python()[0][0]).startswith("]]></t><x>&amp;_x0041_长")
    assert clear_marks(annotate(clear_marks(data), [])) == clear_marks(data)


def test_values_survive_clearing() -> None:
    data = apply_edits(rich.excel(), [SetValue(SHEET, "B2", 99.5), Mark(SHEET, "B2", "error", "改")])
    cell = load(clear_marks(data))[SHEET]["B2"]
    assert cell.value == 99.5
    assert cell.comment is None
    assert cell.fill.fgColor.theme == 4


def test_calamine_reads_the_same_figures() -> None:
    def figures(data: bytes) -> list:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [book.get_sheet_by_name(name).to_python() for name in (SHEET, OTHER)]

    plain = [edit for edit in EDITS if not (isinstance(edit, Mark) and edit.cell in ("F3", "H5", "E20"))]
    assert figures(annotate(rich.excel(), plain)) == figures(rich.excel())


def test_dates_are_not_in_the_result() -> None:
    """The output must not depend on the clock."""
    with zipfile.ZipFile(io.BytesIO(annotate(rich.excel(), EDITS))) as bundle:
        years = {info.date_time[0] for info in bundle.infolist()}
    assert dt.date.today().year not in years
