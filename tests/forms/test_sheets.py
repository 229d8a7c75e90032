"""Forms as sheets: filled from a case and read back, blank ones calculated by LibreOffice, what they look like."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from juesuan.book import Book, cell_name
from juesuan.draft import Draft, SheetDraft
from juesuan.forms.filled import from_case, record, to_case
from juesuan.forms.locate import locate
from juesuan.forms.records import BadForm, read_forms
from juesuan.forms.scheme import load
from juesuan.hosts.read import read_book
from juesuan.template.content import Facts
from juesuan.template.forms import blank, choose, draw, region_letters
from juesuan.template.looks import STYLES
from juesuan.template.package import workbook_bytes
from tests import soffice
from tests.forms import county, published

COUNTY = Facts("某县某局", 2023, "单位", "", "湖南")


def facts(case: str) -> Facts:
    data = published.load(case)
    return Facts(published.KNOWN[case].unit, data["year"], "单位", "", data["region"])


def written(sheets: tuple[SheetDraft, ...]) -> bytes:
    return workbook_bytes(Draft("自评表", sheets, {}, STYLES))


def back(data: bytes | Path) -> list[dict[str, Any]]:
    return [to_case(form.filled) for form in locate(read_book(data))]


@pytest.mark.parametrize("case", published.CASES)
def test_a_case_read_and_written_is_the_same(case: str) -> None:
    for entry, form in zip(published.load(case)["forms"], published.forms(case), strict=True):
        assert to_case(from_case(entry)) == entry
        assert record(from_case(entry)) == form


@pytest.mark.parametrize("case", published.CASES)
def test_filled_sheets_give_the_same_forms_back(case: str) -> None:
    forms = published.load(case)["forms"]
    assert back(written(draw(facts(case), forms))) == forms


@pytest.mark.libreoffice
def test_and_again_after_libreoffice_saved_them(tmp_path: Path) -> None:
    sources = {}
    for case in published.CASES:
        forms = published.load(case)["forms"]
        sources[case] = forms
        (tmp_path / f"{case}.xlsx").write_bytes(written(draw(facts(case), forms)))
    sources["county"] = county.forms()
    (tmp_path / "county.xlsx").write_bytes(written(draw(COUNTY, county.forms())))
    saved = soffice.convert([tmp_path / f"{name}.xlsx" for name in sources], "xlsx", tmp_path / "saved")
    for path in saved:
        assert back(path) == sources[path.stem], path.stem


def test_the_county_forms_too() -> None:
    sheets = draw(COUNTY, county.forms())
    assert [s.name for s in sheets] == ["整体自评", "项目自评1", "基础数据", "自评报告", "负责人名册"]
    assert back(written(sheets)) == county.forms()
    book = read_book(written(sheets))
    assert [form.spec for form in locate(book)] == ["D", "E", "F", "G", "H"]
    assert [form.form for form in locate(book)] == list(read_forms(county.forms()))


def test_names_go_on_by_number() -> None:
    forms = published.load("003")["forms"]
    assert [s.name for s in draw(facts("003"), forms)] == ["整体自评", *(f"项目自评{n}" for n in range(1, 10))]
    twice = draw(facts("000"), [*published.load("000")["forms"]] * 2)
    assert [s.name for s in twice] == ["整体自评", "项目自评1", "整体自评2", "项目自评2"]
    more = blank(facts("000"), ["b"], projects=2, taken=["项目自评1", "封面"])
    assert [s.name for s in more] == ["项目自评2", "项目自评3"]


def test_nothing_a_form_has_no_place_for_is_dropped() -> None:
    """Form A with grade, reasons in the rows, 年初预算 and signatures."""
    form = copy.deepcopy(published.load("000")["forms"][0])
    form["grade"] = "优"
    form["indicators"][2]["deviation"] = "超额完成"
    form["funds"][0]["extra"] = {"年初预算数": "1600.00"}
    form["extra"] |= {"filled_by": "某甲", "phone": "0000", "total_weight": "100", "annual_goal_done": "完成了。"}
    assert back(written(draw(facts("000"), [form]))) == [form]


@pytest.mark.parametrize(
    "text", ["1,696.45", "1696.450", "8.0", "100.0%", "约 3", "07", "12.5万", "-3.20", "0", "99.39%"]
)
def test_any_way_of_writing_a_number_survives(text: str) -> None:
    form = copy.deepcopy(published.load("000")["forms"][1])
    form["funds"][0] |= {"budget": text, "executed": text, "rate": text, "score": text}
    form["indicators"][0] |= {"score": text, "target": text, "actual": text}
    form["total_score"] = text
    assert back(written(draw(facts("000"), [form]))) == [form]


@pytest.mark.parametrize(("region", "letters"), [("武汉", ("A", "B")), ("湖南", ("C", "E")), ("四川", ())])
def test_the_region_decides_which_forms(region: str, letters: tuple[str, ...]) -> None:
    assert region_letters(region, 2023) == letters
    form = from_case(published.load("001")["forms"][0])
    assert choose(form, region, 2023) == {"武汉": "A", "湖南": "C", "四川": "C"}[region]


def test_forms_that_are_wrong_are_told_by_place() -> None:
    with pytest.raises(BadForm, match=r"forms\[0\]\.checkboxes\.项目类别 应是一个对象"):
        draw(COUNTY, [{"kind": "项目", "title": "x", "checkboxes": {"项目类别": ["1"]}}])
    with pytest.raises(BadForm, match=r"forms\[0\]\.basics 应是一个列表"):
        draw(COUNTY, [{"kind": "基础数据", "title": "x", "basics": {"item": "1"}}])
    with pytest.raises(BadForm, match="缺少 kind"):
        draw(COUNTY, [{"title": "x"}])


# --- blank forms ---


def test_money_typed_into_a_blank_form_shows_two_decimals() -> None:
    """Every money cell of the blank forms has the format, and what is typed is read as displayed."""
    drawn = blank(facts("000"), ["A", "B"], live=False)
    money = [{place for place, cell in sheet.cells.items() if cell.format == "#,##0.00"} for sheet in drawn]
    assert [len(places) for places in money] == [4, 2]
    whole = drawn[0]
    row = min(r for r, _ in money[0])
    labels = {c.value: at for at, c in whole.cells.items() if c.value in ("基本支出总额", "项目支出总额")}
    assert {at for at in money[0] if at[0] == row} == {(r, c + 1) for r, c in labels.values()}
    typed = {place: replace(whole.cells[place], value=Decimal("818.5")) for place in money[0]}
    (form,) = locate(read_book(written([replace(whole, cells={**whole.cells, **typed})])))
    assert (form.form.funds[0].budget, form.form.funds[0].executed) == ("818.50", "818.50")
    assert (form.form.basic_total, form.form.project_total) == ("818.50", "818.50")


def test_blank_forms_are_no_forms_yet() -> None:
    every = blank(COUNTY, sorted(load().forms), live=False, projects=2)
    assert len(every) == 11
    assert locate(read_book(written(every))) == ()
    goals = blank(facts("003"), ["A"], goals=3, live=False)
    assert locate(read_book(written(goals))) == ()


def find(sheet: SheetDraft, text: str, nth: int = 0) -> tuple[int, int]:
    return [place for place, cell in sorted(sheet.cells.items()) if cell.value == text][nth]


@pytest.mark.libreoffice
def test_blank_forms_compute_what_arithmetic_decides(tmp_path: Path) -> None:
    """Typed figures of 000 and 001; LibreOffice calculates rate, scores, totals and grade."""
    a, b = blank(facts("000"), ["A", "B"], live=False)
    (c,) = blank(facts("001"), ["C"], live=False)
    f = blank(COUNTY, ["F"], live=False)[0]
    typed = {
        a.name: _typed(a, ("单位整体支出总额", {2: 84416.43, 3: 84015.98})) | _scores(a, 5, "10", 9.5),
        b.name: _typed(b, ("年度财政资金总额", {2: 0, 3: 5})) | {_below(b, "项目名称", 0, 1): "培训经费"},
        "整体自评2": _typed(c, ("年度资金总额", {2: 292.83, 3: 331.61, 4: 331.61}))
        | _scores(c, 6, "年度指标值", 40, 5),
        f.name: _typed(f, ("财政供养人员", {1: 40, 3: 38})),
    }
    sheets = (a, b, SheetDraft("整体自评2", c.cells, c.merges, c.widths, c.heights), f)
    path = tmp_path / "blank.xlsx"
    path.write_bytes(_with(written(sheets), typed))
    (saved,) = soffice.convert(path, "xlsx", tmp_path / "saved")
    whole, part, city, basic = (form.filled for form in locate(read_book(saved)))
    assert (whole.funds[0].rate, whole.funds[0].score) == ("99.5%", "19.91")
    assert whole.fields["total_score"] == "29.41"
    assert (part.funds[0].rate, part.funds[0].score, part.fields.get("total_score")) == (None, None, None)
    assert part.title == "2023年度培训经费项目自评表"
    assert (city.funds[0].rate, city.funds[0].score) == ("100%", "10")
    assert (city.fields["total_score"], city.fields["total_weight"], city.fields["grade"]) == ("50", "15", "差")
    assert basic.rows["basics"][0]["rate"] == "95%"


def _below(sheet: SheetDraft, label: str, down: int, across: int) -> str:
    row, column = find(sheet, label)
    return cell_name(row + down, column + across)


def _typed(sheet: SheetDraft, line: tuple[str, dict[int, float]]) -> dict[str, Any]:
    row, _ = find(sheet, line[0])
    return {cell_name(row, column): value for column, value in line[1].items()}


def _scores(sheet: SheetDraft, column: int, _: str, score: float, weight: float | None = None) -> dict[str, Any]:
    row = find(sheet, "三级指标")[0] + 1
    found: dict[str, Any] = {cell_name(row, 2): "培训人数（10分）" if weight is None else "培训人数",
                             cell_name(row, column): score}  # fmt: skip
    return found | ({} if weight is None else {cell_name(row, column - 1): weight})


def _with(data: bytes, typed: dict[str, dict[str, Any]]) -> bytes:
    """The workbook with these cells typed into."""
    from juesuan.edits import SetValue
    from juesuan.hosts.patch import apply_edits

    edits = [SetValue(sheet, cell, value) for sheet, cells in typed.items() for cell, value in cells.items()]
    return apply_edits(data, edits)


def test_a_live_blank_form_follows_the_cover() -> None:
    a, b = blank(Facts("某中心", 2023, "单位", "", "武汉"), ["A", "B"])
    assert a.cells[0, 0].formula == '封面!$C$5&"年度"&封面!$C$4&封面!$C$6&"整体绩效自评表"'
    assert a.cells[0, 0].value == "2023年度某中心单位整体绩效自评表"
    name = cell_name(*find(b, "项目名称")).replace("A", "$B$")
    assert name in b.cells[0, 0].formula
    assert b.cells[0, 0].value == "2023年度项目自评表"


def test_rows_can_be_inserted_below_the_last_indicator() -> None:
    """Totals are summed over a thin row below the last indicator, so that a row inserted there counts."""
    (a,) = blank(facts("000"), ["A"], live=False)
    total = next(cell.formula for place, cell in a.cells.items() if "SUM(" in cell.formula)
    assert a.open_rows is not None
    seam = a.open_rows[1] + 1
    assert a.heights[seam] == 3.0
    assert f"SUM(F{a.open_rows[0] + 1}:F{seam + 1})" in total
    every = {cell.style for (row, _), cell in a.cells.items() if a.open_rows[0] < row <= a.open_rows[1]}
    assert all(not STYLES[style].locked for style in every)


def test_wrapped_text_has_room() -> None:
    """No row is lower than its longest text needs, as far as widths tell."""
    from juesuan.template.drawing import lines_needed

    for sheet in draw(facts("003"), published.load("003")["forms"]):
        spans = {(t, left): (b, right) for t, left, b, right in sheet.merges}
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell.value, str) and row:
                bottom, right = spans.get((row, column), (row, column))
                width = sum(sheet.widths[c] for c in range(column, right + 1)) - 2
                lines = sum(lines_needed(part, width) for part in cell.value.split("\n"))
                room = sum(sheet.heights[r] for r in range(row, bottom + 1))
                size = 0.85 if cell.style == "form note" else 1
                assert room >= min(lines * 14.0 * size, 398), cell.value


def test_options_have_a_drop_down() -> None:
    (sheet,) = draw(facts("000"), published.load("000")["forms"][1:])
    ticked = {v.area: v.formula for v in sheet.validations}
    assert '"☑ 2. 延续性项目,☐ 2. 延续性项目"' in ticked.values()
    shown = [cell.value for cell in sheet.cells.values() if isinstance(cell.value, str) and cell.value[0] in "☑☐"]
    assert "☑ 2. 延续性项目" in shown
    assert "☐ 1. 常年性项目" in shown


def test_the_book_is_a_book() -> None:
    assert isinstance(read_book(written(draw(COUNTY, county.forms()))), Book)
