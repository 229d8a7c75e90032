"""How the sheet is drawn: inputs open, the rest locked, drop-downs, widths that print on A4."""

from __future__ import annotations

import pytest

from juesuan.supplement import Supplement, specs
from juesuan.template.looks import INPUT_FILL, STYLES
from tests.narrate.build import CASES
from tests.supplement.build import sheet, written


@pytest.mark.parametrize("case", CASES)
def test_inputs_are_open_and_blue_everything_else_is_locked(case: str) -> None:
    drawn = sheet(case, Supplement())
    seen = 0
    for (_, column), cell in drawn.cells.items():
        style = STYLES[cell.style]
        if style.fill == INPUT_FILL:
            assert not style.locked
            seen += 1
        elif not style.locked:
            assert cell.style == "supplement name"
            assert column == 1
    assert drawn.protected
    assert seen > 60


def test_every_row_says_section_item_unit_and_hint() -> None:
    drawn = sheet("000", Supplement())
    heads = {c: cell.value for (r, c), cell in drawn.cells.items() if r == 2 and cell.value}
    assert heads == {0: "节", 1: "项目", 2: "填列内容", 3: "单位", 4: "填写说明"}
    by_label = {cell.value: r for (r, c), cell in drawn.cells.items() if c == 1}
    for one in specs().inputs:
        if one.applies("hubei", "单位"):
            row = by_label[one.label]
            assert drawn.cells[row, 0].value == specs().titles[one.section]
            assert drawn.cells[row, 3].value == ({"amount": "万元", "percent": "%"}.get(one.kind, one.unit) or None)
            assert one.hint in (drawn.cells[row, 4].value or "")  # type: ignore[operator]


def test_regions_ask_for_their_own() -> None:
    drawn = {case: sheet(case, Supplement()) for case in CASES}
    labels = {case: {cell.value for (_, c), cell in d.cells.items() if c == 1} for case, d in drawn.items()}
    assert "会议费年初预算" in labels["001"] - labels["000"]
    assert "上年收入合计" in labels["000"] - labels["001"]
    assert "开展整体支出绩效自评的单位数" in labels["003"] - labels["000"]


def test_lists_are_prefilled_from_the_table() -> None:
    drawn = sheet("000", Supplement())
    first = {cell.value: r for (r, c), cell in drawn.cells.items() if c == 0}
    assert drawn.cells[first["2080111"], 1].value == "公共就业服务和职业技能鉴定机构"
    assert drawn.cells[first["208"], 1].value == "社会保障和就业支出"
    assert "20801" not in first
    assert any(area.startswith("A") for area in drawn.codes)


def test_choices_have_drop_downs_and_amounts_a_check() -> None:
    kinds = [(v.kind, v.alert) for v in sheet("000", Supplement()).validations]
    assert ("list", "warning") in kinds
    assert kinds.count(("custom", "warning")) > 40
    areas = [v.area for v in sheet("000", Supplement()).validations]
    assert len(areas) == len(set(areas))


def test_long_texts_get_room() -> None:
    long = "因" * 300
    tall = sheet("000", Supplement(values={"原因.三公": long}))
    row = next(r for (r, c), cell in tall.cells.items() if c == 2 and cell.value == long)
    assert 15 * 13 <= tall.heights[row] <= 409
    assert max(tall.heights.values()) <= 409


def test_it_prints_on_a4_landscape() -> None:
    page = sheet("003").page
    assert page is not None
    assert page.landscape
    assert not page.one_page
    assert sum(sheet("003").widths.values()) <= 175


def test_the_header_follows_the_cover_only_where_there_is_one() -> None:
    from juesuan.catalogue import load
    from juesuan.template import supplement as drawn
    from juesuan.template.content import Facts

    layout = load().layouts["hubei-2023"]
    live = drawn.sheet(layout, Facts("甲", 2023, "单位", "", "湖北"), live=True)
    assert any(cell.formula.startswith("封面!") or "封面!" in cell.formula for cell in live.cells.values())
    assert not any(cell.formula for cell in drawn.sheet(layout, Facts("甲", 2023, "单位", "", "湖北")).cells.values())
    assert written("000").sheets[0].value(1, 0) == "单位：武汉市工伤保险中心（武汉市劳动能力鉴定中心）"
