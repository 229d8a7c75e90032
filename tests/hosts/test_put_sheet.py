"""A whole drawn sheet put into somebody's workbook: what it holds, what stays, and that other programs open it."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from juesuan.book import CannotRead, Sheet
from juesuan.draft import Draft, DraftCell, Highlight, Page, SheetDraft, Style, Validation
from juesuan.edits import Mark, PutSheet, SetValue, TabColour
from juesuan.hosts.patch import annotate, apply_edits, clear_marks
from juesuan.hosts.read import read_book
from juesuan.template.looks import STYLES
from juesuan.template.package import workbook_bytes
from tests.conftest import Convert
from tests.hosts import rich
from tests.hosts.same import cells

NASTY = "  前后空格 _x0041_ <&> 第一行\n第二行\x07 "
READ = "  前后空格 _x0041_ <&> 第一行\n第二行 "
SHEET = SheetDraft(
    "附加说明",
    {
        (0, 0): DraftCell("标题", "title"),
        (1, 0): DraftCell(NASTY, "open text"),
        (2, 0): DraftCell(Decimal("1234567890123.45"), "input"),
        (2, 1): DraftCell(Decimal("2469135780246.90"), "total", "A3*2"),
        (3, 0): DraftCell("是", "remark", 'IF(A3>0,"是","否")'),
        (4, 0): DraftCell(Decimal("0.125"), "input", format="0.0%"),
        (5, 0): DraftCell(None, "open input"),
        (6, 0): DraftCell(None, "remark"),
    },
    merges=((0, 0, 0, 3),),
    widths={0: 60.0, 1: 20.0},
    heights={0: 32.0},
    freeze=(1, 0),
    validations=(Validation("A6", "list", '"是,否"', "stop", "核对", "请选择"),),
    highlights=(Highlight("A2:A3", "LEN($A2)>3"),),
    links={(6, 0): "'附加说明'!A1"},
    page=Page(False, False, (0, 0), (0, 0, 6, 1)),
)
PUT = PutSheet(SHEET, STYLES, names={"_juesuan_words": "附加说明!$A$1"})


def by_libreoffice(convert: Convert, folder: Path) -> bytes:
    path = folder / "source.xlsx"
    path.write_bytes(rich.openpyxl_book())
    return convert(path)[0].read_bytes()


MAKERS: dict[str, Callable[[], bytes]] = {
    "excel": rich.excel,
    "openpyxl": rich.openpyxl_book,
    "xlsxwriter": rich.xlsxwriter_book,
    "prefixed": rich.prefixed,
    "template": (Path(__file__).parents[2] / "workbook_templates/ready/national.xlsx").read_bytes,
}


def put(data: bytes, name: str = "附加说明") -> Sheet:
    return read_book(data).sheet(name)


@pytest.mark.parametrize("maker", MAKERS)
def test_a_new_sheet_holds_what_was_drawn_and_leaves_the_others_alone(maker: str) -> None:
    data = MAKERS[maker]()
    before, after = read_book(data), read_book(apply_edits(data, [PUT]))
    assert [s.name for s in after.sheets] == [*(s.name for s in before.sheets), "附加说明"]
    for one, other in zip(before.sheets, after.sheets, strict=False):
        assert repr(cells(one.rows)) == repr(cells(other.rows))
        assert one.formulas == other.formulas
    sheet = after.sheet("附加说明")
    assert cells(sheet.rows) == {
        (0, 0): "标题", (1, 0): READ, (2, 0): 1234567890123.45, (2, 1): 2469135780246.9, (3, 0): "是", (4, 0): 0.125,
    }
    assert sheet.formulas == {(2, 1): "A3*2", (3, 0): 'IF(A3>0,"是","否")'}
    assert sheet.merges == ((0, 0, 0, 3),)
    assert sheet.formats[4, 0] == "0.0%"
    assert after.defined_names["_juesuan_words"] == "附加说明!$A$1"


@pytest.mark.parametrize("maker", MAKERS)
def test_parts_it_has_nothing_to_do_with_keep_their_bytes(maker: str) -> None:
    data = MAKERS[maker]()
    old, new = rich.parts(data), rich.parts(apply_edits(data, [PUT]))
    changed = {name for name in old if new.get(name) != old[name]}
    allowed = ("styles.xml", "workbook.xml", "[content_types].xml", "calcchain.xml", "workbook.xml.rels")
    assert {n for n in changed if not n.lower().replace("\\", "/").endswith(allowed)} == set()
    made = set(new) - set(old)
    assert len([n for n in made if "worksheets" in n]) == 1


@pytest.mark.parametrize("maker", MAKERS)
def test_twice_is_once(maker: str) -> None:
    once = apply_edits(MAKERS[maker](), [PUT])
    assert apply_edits(once, [PUT]) == once


def test_behind_another_sheet_names_and_views_follow() -> None:
    data = rich.openpyxl_book()
    first, *rest = [s.name for s in read_book(data).sheets]
    out = apply_edits(data, [PutSheet(SHEET, STYLES, first)])
    assert [s.name for s in read_book(out).sheets] == [first, "附加说明", *rest]
    old, new = openpyxl.load_workbook(io.BytesIO(data)), openpyxl.load_workbook(io.BytesIO(out))
    assert new.active.title == old.active.title
    for name in [first, *rest]:
        assert new[name].print_title_rows == old[name].print_title_rows
        assert new[name].print_area == old[name].print_area
        assert set(new[name].defined_names) == set(old[name].defined_names)
    assert new["附加说明"].print_title_rows == "$1:$1"
    assert new["附加说明"].print_area == "'附加说明'!$A$1:$B$7"


def test_a_sheet_is_replaced_where_it_stands() -> None:
    data = rich.excel()
    old = openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)
    name = old.sheetnames[0]
    sheet = SheetDraft(name, SHEET.cells, SHEET.merges, SHEET.widths, page=SHEET.page)
    out = apply_edits(data, [PutSheet(sheet, STYLES)])
    before, after = read_book(data), read_book(out)
    assert [(s.name, s.state) for s in before.sheets] == [(s.name, s.state) for s in after.sheets]
    assert cells(after.sheet(name).rows)[1, 0] == READ
    parts, earlier = rich.parts(out), rich.parts(data)
    assert parts["xl/vbaProject.bin"] == earlier["xl/vbaProject.bin"]
    gone = {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml",
            "xl/media/image1.png", "xl/ctrlProps/ctrlProp1.xml", "xl/threadedComments/threadedComment1.xml",
            "xl/worksheets/_rels/sheet1.xml.rels", "xl/printerSettings/printerSettings1.bin"}
    assert gone <= set(earlier)
    assert gone.isdisjoint(parts)
    assert all(f"/{part}".encode() not in parts["[Content_Types].xml"] for part in gone)
    assert b'i="2"' in parts["xl/calcChain.xml"]
    for kept in ("sheetId", "name"):
        assert earlier["xl/workbook.xml"].count(kept.encode()) <= parts["xl/workbook.xml"].count(kept.encode())


def test_macros_still_find_the_sheet_and_the_tab_keeps_its_colour() -> None:
    data = rich.excel()
    name = read_book(data).sheets[0].name
    coloured = apply_edits(data, [TabColour(name, "error")])
    out = rich.parts(apply_edits(coloured, [PutSheet(SheetDraft(name, SHEET.cells), STYLES)]))
    old = rich.parts(coloured)["xl/worksheets/sheet1.xml"]
    new = out["xl/worksheets/sheet1.xml"]
    assert b"tabColor" in new
    assert (b"codeName" in old) == (b"codeName" in new)
    back = rich.parts(clear_marks(apply_edits(coloured, [PutSheet(SheetDraft(name, SHEET.cells), STYLES)])))
    first = "xl/worksheets/sheet1.xml"
    assert (b"tabColor" in back[first]) == (b"tabColor" in rich.parts(data)[first])


def test_marks_of_the_replaced_sheet_go_with_it_and_others_stay() -> None:
    data = rich.openpyxl_book()
    one, two = [s.name for s in read_book(data).sheets][:2]
    marked = apply_edits(data, [Mark(one, "B2", "error", "甲"), Mark(two, "B2", "error", "乙")])
    out = apply_edits(marked, [PutSheet(SheetDraft(one, SHEET.cells), STYLES)])
    book = openpyxl.load_workbook(io.BytesIO(out))
    assert not any(cell.comment for row in book[one].iter_rows() for cell in row)
    assert "乙" in book[two]["B2"].comment.text
    cleared = clear_marks(out)
    assert cells(put(cleared, one).rows)[1, 0] == READ
    assert "乙" not in str(openpyxl.load_workbook(io.BytesIO(cleared))[two]["B2"].comment)


def test_values_and_marks_land_on_the_sheet_drawn_in_the_same_batch() -> None:
    edits = [SetValue("附加说明", "A6", "补"), PUT, Mark("附加说明", "A3", "explain", "请核对")]
    out = annotate(rich.openpyxl_book(), edits)
    assert annotate(out, edits) == out
    assert put(out).value(5, 0) == "补"
    assert "请核对" in openpyxl.load_workbook(io.BytesIO(out))["附加说明"]["A3"].comment.text


def test_looks_are_merged_into_the_workbooks_own() -> None:
    style = {"a": Style(size=13, bold=True, fill="123456", border=True, locked=False, format='0.000"件"')}
    out = apply_edits(rich.openpyxl_book(), [PutSheet(SheetDraft("新", {(0, 0): DraftCell(1, "a")}), style)])
    cell = openpyxl.load_workbook(io.BytesIO(out))["新"]["A1"]
    assert (cell.font.sz, cell.font.b, cell.font.name) == (13, True, "宋体")
    assert (cell.fill.fgColor.rgb, cell.border.top.style) == ("FF123456", "thin")
    assert (cell.number_format, cell.protection.locked) == ('0.000"件"', False)


def test_rules_for_typing_highlights_links_and_print_set_up_come_along() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(apply_edits(rich.xlsxwriter_book(), [PUT])))["附加说明"]
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("A6", '"是,否"')
    (area,) = sheet.conditional_formatting
    assert area.rules[0].dxf.font.b
    assert sheet["A7"].hyperlink.location == "'附加说明'!A1"
    assert (sheet.freeze_panes, sheet.protection.sheet, sheet.page_setup.paperSize) == ("A2", True, 9)
    assert sheet.column_dimensions["A"].width == 60


def test_a_hidden_sheet_and_the_only_visible_one() -> None:
    hidden = SheetDraft("_juesuan_x", {(0, 0): DraftCell("a", "meta")}, state="veryHidden")
    out = apply_edits(rich.openpyxl_book(), [PutSheet(hidden, STYLES)])
    assert put(out, "_juesuan_x").state == "veryHidden"
    shown = SheetDraft("_juesuan_x", {(0, 0): DraftCell("a", "meta")})
    assert put(apply_edits(out, [PutSheet(shown, STYLES)]), "_juesuan_x").state == "visible"
    single = workbook_bytes(Draft("x", (SheetDraft("甲", {(0, 0): DraftCell(1, "meta")}),), {}, STYLES))
    kept = apply_edits(single, [PutSheet(SheetDraft("甲", {(0, 0): DraftCell(2, "meta")}, state="hidden"), STYLES)])
    assert (put(kept, "甲").state, put(kept, "甲").value(0, 0)) == ("visible", 2)


def test_a_formula_without_a_value_is_calculated_on_opening() -> None:
    draft = SheetDraft("新", {(0, 0): DraftCell(2, "input"), (1, 0): DraftCell(None, "total", "A1*2")})
    out = rich.parts(apply_edits(rich.openpyxl_book(), [PutSheet(draft, STYLES)]))
    assert b'fullCalcOnLoad="1"' in out["xl/workbook.xml"]


def test_a_chart_sheet_of_that_name_is_no_place() -> None:
    data = rich.xlsxwriter_book()
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.create_chartsheet("附加说明")
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(CannotRead, match="图表工作表"):
        apply_edits(buffer.getvalue(), [PUT])


def test_libreoffice_opens_and_recalculates_it(libreoffice: Convert, tmp_path: Path) -> None:
    sources = {"office": by_libreoffice(libreoffice, tmp_path)} | {n: m() for n, m in MAKERS.items() if n != "prefixed"}
    paths = []
    for name, data in sources.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(apply_edits(data, [PUT]))
        assert apply_edits(paths[-1].read_bytes(), [PUT]) == paths[-1].read_bytes()
    for path in libreoffice(paths):
        sheet = put(path.read_bytes())
        assert sheet.value(1, 0) == READ, path
        assert sheet.value(2, 1) == pytest.approx(2469135780246.9, rel=1e-14)
        assert sheet.value(3, 0) == "是"
