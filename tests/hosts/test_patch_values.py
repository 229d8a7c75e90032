"""SetValue and SetFormula: style kept, caches and calculation chain right, formula groups never torn."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from juesuan.book import CannotRead
from juesuan.edits import SetFormula, SetValue
from juesuan.hosts.patch import apply_edits
from tests.hosts import rich

warnings.filterwarnings("ignore", module="openpyxl")
SHEET = "支出决算表"


def cell_xml(data: bytes, cell: str, part: str = "xl/worksheets/sheet1.xml") -> str:
    found = re.search(rf'<c r="{cell}"(?:[^>]*/>|.*?</c>)', rich.parts(data)[part].decode(), re.DOTALL)
    assert found is not None
    return found[0]


def put(*edits: SetValue | SetFormula) -> bytes:
    return apply_edits(rich.excel(), list(edits))


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        (12, '<c r="B2" s="1"><v>12</v></c>'),
        (0.1, '<c r="B2" s="1"><v>0.1</v></c>'),
        (-1e300, '<c r="B2" s="1"><v>-1e+300</v></c>'),
        (True, '<c r="B2" s="1" t="b"><v>1</v></c>'),
        (None, '<c r="B2" s="1"/>'),
        ("=A1&B1", '<c r="B2" s="1" t="inlineStr"><is><t>=A1&amp;B1</t></is></c>'),
        (" 空 格\n", '<c r="B2" s="1" t="inlineStr"><is><t xml:space="preserve"> 空 格\n</t></is></c>'),
        ("_x0041_", '<c r="B2" s="1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>'),
        (dt.date(2023, 12, 31), '<c r="B2" s="1"><v>45291</v></c>'),
        (dt.datetime(2023, 12, 31, 12), '<c r="B2" s="1"><v>45291.5</v></c>'),
        (dt.date(1900, 1, 1), '<c r="B2" s="1"><v>1</v></c>'),
        (dt.time(6), '<c r="B2" s="1"><v>0.25</v></c>'),
        (dt.timedelta(days=2), '<c r="B2" s="1"><v>2</v></c>'),
    ],
)
def test_values(value: object, xml: str) -> None:
    assert cell_xml(put(SetValue(SHEET, "B2", value)), "B2") == xml


def test_all_readers_see_the_value() -> None:
    data = put(SetValue(SHEET, "B2", "文 字"), SetValue(SHEET, "J30", 5.5), SetValue(SHEET, "B10", "合并"))
    sheet = openpyxl.load_workbook(io.BytesIO(data))[SHEET]
    assert (sheet["B2"].value, sheet["J30"].value, sheet["A9"].value) == ("文 字", 5.5, "合并")
    streamed = openpyxl.load_workbook(io.BytesIO(data), read_only=True)[SHEET]
    assert streamed["J30"].value == 5.5
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(SHEET).to_python()
    assert (rows[1][1], rows[29][9]) == ("文 字", 5.5)
    assert 'ref="A1:J30"' in rich.parts(data)["xl/worksheets/sheet1.xml"].decode()


def test_only_the_sheet_changes() -> None:
    before, after = rich.parts(rich.excel()), rich.parts(put(SetValue(SHEET, "B3", 1)))
    assert {name for name in after if before.get(name) != after[name]} == {"xl/worksheets/sheet1.xml"}


def test_a_value_over_a_formula_leaves_the_calculation_chain() -> None:
    data = put(SetValue(SHEET, "B6", 15))
    assert cell_xml(data, "B6") == '<c r="B6" s="1"><v>15</v></c>'
    chain = rich.parts(data)["xl/calcChain.xml"].decode()
    assert 'r="B6"' not in chain
    assert '<c r="C2" i="1"/>' in chain  # it had its sheet from B6
    assert '<c r="B2" i="2"/>' in chain


def test_the_last_formula_takes_the_chain_along() -> None:
    book = apply_edits(
        put(*[SetValue(SHEET, cell, 1) for cell in ("B6", "C2", "C3", "C4", "C5")]),
        [SetValue("汇总 '表' 2", "B2", 1)],
    )
    assert rich.parts(book)["xl/calcChain.xml"].count(b"<c ") == 1  # the array formula
    no_array = rich.parts(rich.excel())
    no_array["xl/calcChain.xml"] = re.sub(rb'<c r="(?!B6).*?/>', b"", no_array["xl/calcChain.xml"])
    parts = rich.parts(apply_edits(rich.zipped(no_array), [SetValue(SHEET, "B6", 1)]))
    assert "xl/calcChain.xml" not in parts
    assert b"calcChain" not in parts["[Content_Types].xml"] + parts["xl/_rels/workbook.xml.rels"]


def test_formula_with_cache() -> None:
    data = put(SetFormula(SHEET, "B6", '=SUM(B2:B5)&"<"', "15<"), SetFormula(SHEET, "D5", "B5*2", 10.5))
    assert cell_xml(data, "B6") == '<c r="B6" s="1" t="str"><f>SUM(B2:B5)&amp;"&lt;"</f><v>15&lt;</v></c>'
    assert cell_xml(data, "D5") == '<c r="D5" s="3"><f>B5*2</f><v>10.5</v></c>'
    parts = rich.parts(data)
    assert b"fullCalcOnLoad" not in parts["xl/workbook.xml"]
    assert b'<c r="D5" i="1"/>' in parts["xl/calcChain.xml"]
    assert parts["xl/calcChain.xml"].count(b'"B6"') == 1


def test_formula_without_cache_is_calculated_on_opening() -> None:
    data = put(SetFormula(SHEET, "B6", "SUM(B2:B4)"))
    assert cell_xml(data, "B6") == '<c r="B6" s="1"><f>SUM(B2:B4)</f></c>'
    assert b'<calcPr calcId="191029" fullCalcOnLoad="1"/>' in rich.parts(data)["xl/workbook.xml"]
    assert rich.parts(apply_edits(rich.prefixed(), [SetFormula("表一", "A1", "1+1")]))["xl\\Workbook.xml"].count(
        b'<x:calcPr fullCalcOnLoad="1"/>'
    )


def test_error_and_truth_caches() -> None:
    assert 't="e"><f>1/0</f><v>#DIV/0!</v>' in cell_xml(put(SetFormula(SHEET, "B6", "1/0", "#DIV/0!")), "B6")
    assert 't="b"><f>1=1</f><v>1</v>' in cell_xml(put(SetFormula(SHEET, "B6", "1=1", True)), "B6")


def test_the_first_of_a_shared_formula_is_spread_before_it_goes() -> None:
    data = put(SetValue(SHEET, "C2", 7))
    assert cell_xml(data, "C2") == '<c r="C2" s="2"><v>7</v></c>'
    assert cell_xml(data, "C3") == '<c r="C3" s="2"><f>B3*$B$6+SUM(B$2:B3)</f><v>21</v></c>'
    assert cell_xml(data, "C5") == '<c r="C5" s="2"><f>B5*$B$6+SUM(B$2:B5)</f><v>35</v></c>'
    formulas = openpyxl.load_workbook(io.BytesIO(data))[SHEET]
    before = openpyxl.load_workbook(io.BytesIO(rich.excel()))[SHEET]
    assert [formulas[f"C{n}"].value for n in (3, 4, 5)] == [before[f"C{n}"].value for n in (3, 4, 5)]


def test_a_member_of_a_shared_formula_leaves_alone() -> None:
    data = put(SetValue(SHEET, "C4", 7))
    assert cell_xml(data, "C2") == cell_xml(rich.excel(), "C2")
    assert cell_xml(data, "C5") == cell_xml(rich.excel(), "C5")
    assert cell_xml(data, "C4") == '<c r="C4" s="2"><v>7</v></c>'


@pytest.mark.parametrize("cell", ["C6", "C7"])
def test_array_formulas_are_not_torn(cell: str) -> None:
    with pytest.raises(CannotRead, match="数组公式"):
        put(SetValue(SHEET, cell, 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(CannotRead, match="有限"):
        put(SetValue(SHEET, "B2", value))


def test_unknown_sheet() -> None:
    with pytest.raises(CannotRead, match="没有名为“无此表”的工作表"):
        put(SetValue("无此表", "B2", 1))


def test_dates_from_1904() -> None:
    parts = rich.parts(rich.excel())
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
    data = apply_edits(rich.zipped(parts), [SetValue(SHEET, "B2", dt.date(1904, 1, 2))])
    assert cell_xml(data, "B2") == '<c r="B2" s="1"><v>1</v></c>'


def test_cells_without_names() -> None:
    data = apply_edits(
        rich.prefixed(), [SetValue("表一", "B1", 9), SetValue("表一", "D1", 8), SetValue("表一", "A3", 7)]
    )
    text = rich.parts(data)["xl\\worksheets\\Sheet1.xml"].decode()
    assert '<x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>9</x:v></x:c><x:c r="D1"><x:v>8</x:v></x:c></x:row>' in text
    assert '</x:row><x:row r="3"><x:c r="A3"><x:v>7</x:v></x:c></x:row></x:sheetData>' in text
