"""The blank workbook: what stands where, what is locked, what it looks like to other programs."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from juesuan import catalogue
from juesuan.bind import bind
from juesuan.book import cell_name, cell_place
from juesuan.draft import Draft
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes, write_workbook
from juesuan.template import ready
from juesuan.template.build import BadRequest, build, with_parents

CATALOGUE = catalogue.load()
LAYOUTS = sorted(CATALOGUE.layouts)
WORDS = ("补充资料", "情况说明", "重点工作", "名词解释")
#: What Excel 2010, WPS and LibreOffice all have.
#: The forms of a blank workbook, and what their scores are computed with.
FORMS = ("整体自评", "项目自评1")
SCORING = {"COUNT", "MAX", "MIN", "N", "OR", "ROUND"}
FUNCTIONS = {"SUM", "SUMPRODUCT", "IF", "IFERROR", "VLOOKUP", "LEN", "LEFT", "COUNTA"}


def made(layout: str, **kind: object) -> Draft:
    return build(CATALOGUE, layout, unit="甲单位", year=2023, **kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sheets_are_those_of_the_layout(layout: str) -> None:
    draft = made(layout)
    tables = CATALOGUE.layouts[layout].tables()
    assert [s.name for s in draft.sheets] == ["封面", *tables, *WORDS, *FORMS, "科目表", "_juesuan_meta"]
    assert all(len(s.name) <= 31 and not set(s.name) & set("[]:*?/\\'") for s in draft.sheets)
    assert draft.sheet("_juesuan_meta").state == "veryHidden"
    assert len(draft.sheets) <= 18


@pytest.mark.parametrize("layout", LAYOUTS)
def test_our_own_reader_binds_it_whole(layout: str) -> None:
    book = read_book(workbook_bytes(made(layout, codes=("2080101", "2120801", "2230105"))))
    binding = bind(book, CATALOGUE)
    assert not binding.problems
    assert binding.layout == layout
    assert binding.meta.values["catalogue_sha256"] == CATALOGUE.sha256
    assert binding.meta.values["totals"] == "formula"
    assert book.defined_names["juesuan_layout"] == "_juesuan_meta!$B$2"
    for key, form in CATALOGUE.layouts[layout].forms.items():
        assert binding.tables[key].title == form.title
        assert not binding.statements.tables[key].unread
    assert binding.statements.unit == "甲单位"
    assert [x.code for x in binding.statements.tables["国有资本经营表"].lines] == ["", "223", "22301", "2230105"]
    assert [x.code for x in binding.statements.tables["政府性基金表"].lines] == ["", "212", "21208", "2120801"]
    assert [x.code for x in binding.statements.tables["一般公共预算支出表"].lines] == ["", "208", "20801", "2080101"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_functions_are_common_to_excel_wps_and_libreoffice(layout: str) -> None:
    used: set[str] = set()
    for sheet in made(layout, codes=("2080101",)).sheets:
        forms = sheet.name in FORMS
        for cell in sheet.cells.values():
            text = re.sub(r'"[^"]*"', "", cell.formula)
            called = set(re.findall(r"([A-Z][A-Z.]*)\(", text))
            used |= set() if forms else called
            assert not forms or called <= FUNCTIONS | SCORING
            assert "{" not in text
            assert "#" not in text
            assert len(cell.formula) < 1000
    assert used == FUNCTIONS


def test_inputs_are_open_and_totals_are_locked_formulas() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(workbook_bytes(made("hubei-2023"))))
    summary = workbook["收支总表"]
    assert summary["C7"].protection.locked is False
    assert summary["C7"].value is None
    assert summary["C7"].fill.fgColor.rgb != summary["C33"].fill.fgColor.rgb
    assert summary["C33"].value == "=SUM(C7:C14)"
    assert summary["C33"].protection.locked
    assert summary["A7"].protection.locked
    assert summary["C33"].number_format == "#,##0.00;-#,##0.00;;@"
    assert summary["C7"].number_format == "#,##0.00"
    for name in CATALOGUE.tables:
        sheet = workbook[name]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert sheet.protection.insertRows is False  # False: allowed
        assert sheet.protection.deleteRows is False
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert workbook["_juesuan_meta"].protection.sheet


def test_code_rows_are_open_whole_and_guarded() -> None:
    draft = made("hubei-2023")
    sheet = draft.sheet("支出决算表")
    assert sheet.open_rows
    first, last = sheet.open_rows
    assert last - first + 1 == 40
    for (row, _), cell in sheet.cells.items():
        if first <= row <= last:
            assert not draft.styles[cell.style].locked
    kinds = {(v.kind, v.alert) for v in sheet.validations}
    assert kinds == {("list", "warning"), ("custom", "stop"), ("custom", "warning")}
    lists = [v for v in sheet.validations if v.kind == "list"]
    assert lists[0].area == f"A{first + 1}:A{last + 1}"
    assert lists[0].formula.startswith("科目表!$A$4:$A$")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_formula_refers_to_its_own_cell(layout: str) -> None:
    for sheet in made(layout, codes=("2080101", "2120801", "2230105")).sheets:
        for (row, column), cell in sheet.cells.items():
            for first, last in re.findall(r"(?<![!A-Z$])(\$?[A-Z]+\$?\d+)(?::(\$?[A-Z]+\$?\d+))?", cell.formula):
                (top, left), (bottom, right) = cell_place(first), cell_place(last or first)
                assert not (top <= row <= bottom and left <= column <= right), (sheet.name, cell_name(row, column))


def test_the_cover_feeds_the_headers() -> None:
    draft = made("national", kind="部门")
    header = draft.sheet("收支总表").cells[2, 0]
    assert header.formula == '封面!$C$6&"："&封面!$C$4'
    assert header.value == "部门：甲单位"
    assert draft.sheet("封面").cells[3, 2].value == "甲单位"
    note = next(c for c in draft.sheet("收入决算表").cells.values() if str(c.value).startswith("注："))
    assert note.value == "注：本表反映部门本年度取得的各项收入情况。"
    assert note.formula == '"注：本表反映"&封面!$C$6&"本年度取得的各项收入情况。"'
    remark = next(c for c in draft.sheet("政府性基金表").cells.values() if str(c.value).startswith("说明："))
    assert remark.formula.startswith("IF(SUM(E7:J7)=0,")
    assert set(draft.sheet("封面").links.values()) == {f"'{key}'!A1" for key in (*CATALOGUE.tables, *WORDS, *FORMS)}


def test_headings_are_merged_over_two_levels() -> None:
    sheet = made("hubei-2023").sheet("政府性基金表")
    texts = {cell_name(*p): c.value for p, c in sheet.cells.items() if p[0] in (3, 4, 5)}
    assert (texts["E4"], texts["G4"], texts["G5"], texts["E6"]) == ("年初结转和结余", "本年支出", "小计", 1)
    assert (3, 4, 4, 4) in sheet.merges
    assert (3, 6, 3, 8) in sheet.merges
    one = made("hunan-2021").sheet("政府性基金表")
    assert one.cells[4, 0].value == "功能分类科目编码"
    assert one.cells[4, 1].value == "科目名称"


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = workbook_bytes(made("national")), workbook_bytes(made("national"))
    assert first == second
    write_workbook(made("national"), tmp_path / "甲.xlsx")
    assert (tmp_path / "甲.xlsx").read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["甲.xlsx"]


def test_ready_made_workbooks_are_those_of_the_catalogue() -> None:
    assert ready.stale(CATALOGUE) == []
    assert ready.main(["--check"]) == 0
    assert ready.main(["--wrong"]) == 2


def test_a_changed_catalogue_makes_ready_made_workbooks_stale() -> None:
    faults = ready.stale(replace(CATALOGUE, sha256="0" * 64))
    assert len(faults) == len(LAYOUTS) + 1  # and the fingerprint of the data
    assert all("与目录不符" in fault for fault in faults)


def test_requests_that_cannot_be_met() -> None:
    with pytest.raises(BadRequest, match="没有名为“beijing”的版式"):
        made("beijing")
    with pytest.raises(BadRequest, match="3、5 或 7 位"):
        made("national", codes=("20801011",))
    with pytest.raises(BadRequest, match="类别"):
        made("national", kind="公司")


def test_codes_bring_their_parents() -> None:
    assert with_parents(("2080101", "2080150", "210")) == ("208", "20801", "2080101", "2080150", "210")
