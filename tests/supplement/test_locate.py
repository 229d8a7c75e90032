"""Reading the sheet back: what was written, however people have moved and retyped it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juesuan.book import Book, Sheet
from juesuan.supplement import Supplement, locate, read_facts, specs
from tests.narrate.build import CASES, facts, statements
from tests.supplement.build import Rows, bent, book, row_of, sheet, written


@pytest.mark.parametrize("case", CASES)
def test_write_and_read_give_the_same(case: str) -> None:
    found = locate(written(case))
    assert found.supplement == facts(case)
    assert found.problems == ()
    assert found.sheet == "补充资料"


def test_a_blank_sheet_is_read_as_empty_with_every_cell_known() -> None:
    found = locate(written("000", Supplement()))
    assert found.supplement.empty
    assert (found.supplement.unit, found.supplement.year) == (statements("000").unit, 2023)
    asked = {one.key for one in specs().inputs if one.applies("hubei", "单位")}
    assert {k for k in found.cells if not k.startswith(("年初预算.", "类用途."))} == asked
    assert "年初预算.2080111.年初预算" in found.cells


def test_cells_are_where_the_values_stand() -> None:
    workbook = written("000")
    found = locate(workbook)
    only = workbook.sheets[0]
    from juesuan.book import cell_place

    for key in ("上年.收支总计", "运行.用途", "年初预算.2080111.原因", "运行费明细.2.金额"):
        name, _, cell = found.cells[key].partition("!")
        assert name == "补充资料"
        value = only.value(*cell_place(cell))
        if key in facts("000").values:
            assert str(value).rstrip("0").rstrip(".") == facts("000").text(key)
    assert only.value(*cell_place(found.cells["运行费明细.2.金额"].partition("!")[2])) == 1.16


TEXTS = st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Lo", "Nd")), min_size=1, max_size=30).filter(
    lambda t: t.strip() == t)
AMOUNTS = st.integers(0, 10**9).map(lambda n: str((Decimal(n) / 100).normalize().quantize(Decimal("0.01"))))


@st.composite
def supplements(draw: st.DrawFn) -> Supplement:
    """Any 补充资料 for 000."""
    values: dict[str, str] = {}
    for one in specs().inputs:
        if one.applies("hubei", "单位") and draw(st.booleans()):
            values[one.key] = draw({
                "amount": AMOUNTS, "count": st.integers(0, 10**6).map(str),
                "choice": st.sampled_from(one.choices or ("",)),
                "percent": st.integers(0, 2000).map(lambda n: f"{n / 10}%"), "date": st.dates().map(str),
                "text": TEXTS}[one.kind])
    lists: dict[str, list[dict[str, str]]] = {}
    for listed in specs().lists:
        if listed.each == "项":
            codes = draw(st.lists(st.integers(2010101, 2299999).map(str), max_size=4, unique=True))
        elif listed.each == "类":
            codes = draw(st.lists(st.integers(201, 299).map(str), max_size=3, unique=True))
        else:
            codes = draw(st.lists(st.just(""), max_size=3))
        rows = []
        for code in sorted(codes):
            row = {c.key: draw(AMOUNTS if c.kind == "amount" else TEXTS) for c in listed.columns}
            rows.append({**row, "编码": code} if code else row)
        lists[listed.key] = rows
    return read_facts({"unit": statements("000").unit, "year": 2023, "values": values, "lists": lists})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(supplements())
def test_any_supplement_comes_back_as_it_was(supplement: Supplement) -> None:
    found = locate(written("000", supplement))
    assert found.problems == ()
    assert found.supplement == supplement


def test_amounts_in_yuan() -> None:
    given_ = replace(facts("000"), money_unit="元")
    found = locate(written("000", given_, money_unit="元"))
    assert found.supplement == given_
    assert found.supplement.amount("上年.收支总计").fen == 169_848  # type: ignore[union-attr]


# --- what people do to a sheet ---


def shifted(rows: Rows) -> Rows:
    return [[], ["（内部资料）"], *([None, None, *row] for row in rows)]


def spaced(rows: Rows) -> Rows:
    found: Rows = []
    for row in rows:
        found += [row, []]
    return found


def retyped(rows: Rows) -> Rows:
    """Amounts as text with separators, labels with blanks, codes as numbers."""
    found: Rows = []
    for row in rows:
        new = [f"{v:,.2f}" if isinstance(v, float) else v for v in row]
        new = [int(v) if isinstance(v, str) and v.isdigit() and len(v) in (3, 7) else v for v in new]
        found.append([f" {v[:2]}　{v[2:]}" if isinstance(v, str) and v.startswith("上年") else v for v in new])
    return found


@pytest.mark.parametrize("change", [shifted, spaced, retyped], ids=["行列移动", "插入空行", "重新键入"])
@pytest.mark.parametrize("case", CASES)
def test_moved_and_retyped(case: str, change: object) -> None:
    found = locate(bent(written(case), change, "填报资料（财务）"))  # type: ignore[arg-type]
    assert found.supplement == facts(case)
    assert found.problems == ()
    assert found.sheet == "填报资料（财务）"


def test_columns_in_another_order() -> None:
    def swap(rows: Rows) -> Rows:
        return [[row[1], *row[2:4], row[0], *row[4:]] if len(row) >= 4 else row for row in rows]

    found = locate(bent(written("003"), swap))
    assert found.supplement == facts("003")


def test_rows_in_another_order_and_more_lists_rows() -> None:
    def turn(rows: Rows) -> Rows:
        at = row_of(rows, "上年收、支总计")
        moved = rows.pop(at)
        rows.insert(at + 30, moved)
        end = row_of(rows, "保险费")
        return [*rows[:end + 1], [None, "过路费", 0.25], *rows[end + 1:]]

    found = locate(bent(written("000"), turn))
    assert found.supplement.values == facts("000").values
    assert found.supplement.rows("运行费明细")[-1] == {"名称": "过路费", "金额": "0.25"}


def test_a_workbook_without_the_sheet_has_none() -> None:
    other = Sheet("支出决算表", (("项目", "金额"), ("合计", 1.0)))
    assert locate(Book("a.xlsx", (other,))) == locate(Book("b.xlsx", ()))
    assert locate(Book("b.xlsx", ())).sheet == ""


def test_a_sheet_of_that_name_without_headings_is_told() -> None:
    found = locate(Book("a.xlsx", (Sheet("补充资料", (("随便写写",),)),)))
    assert [p.message for p in found.problems] == [
        "工作表“补充资料”里没有找到“项目”“填列内容”两个栏头，补充资料没有读入"]
    assert found.supplement.empty


def test_two_such_sheets_are_told() -> None:
    one = written("000").sheets[0]
    found = locate(Book("a.xlsx", (replace(one, name="旧的"), one)))
    assert found.sheet == "补充资料"
    assert "没有取用“旧的”" in found.problems[0].message


@pytest.mark.parametrize(("label", "value", "said"), [
    ("上年收、支总计", "约1700", "“上年收、支总计”：“约1700”不是金额，这里应填金额（万元），没有取用"),
    ("年末公务用车保有量", 1.5, "“年末公务用车保有量”：“1.5”不是整数，这里应填数量，没有取用"),
    ("年末公务用车保有量", "1人次", "“年末公务用车保有量”：“1人次”的单位“人次”不是“辆”，没有取用"),
    ("货物采购授予中小企业合同占货物支出的比例", "全部",
     "“货物采购授予中小企业合同占货物支出的比例”：“全部”不是百分数，没有取用"),
    ("决算批复日期", "上月", "“决算批复日期”：“上月”不是日期，请写成 2024-10-08 这样，没有取用"),
    ("上述项目的级次", "三级", "“上述项目的级次”：“三级”不在可选的内容中：一级项目、二级项目、项目，没有取用"),
    ("上年收、支总计", True, "“上年收、支总计”：是逻辑值，这里应填金额，没有取用"),
])
def test_what_cannot_be_understood_is_told_with_its_place(label: str, value: object, said: str) -> None:
    def spoil(rows: Rows) -> Rows:
        rows[row_of(rows, label)][2] = value  # type: ignore[call-overload]
        return rows

    found = locate(bent(written("000"), spoil))
    assert [p.message for p in found.problems] == [said]
    assert found.problems[0].cell.startswith("补充资料!C")
    key = next(one.key for one in specs().inputs if one.label == label)
    assert found.supplement.text(key) == ""
    assert found.cells[key] == found.problems[0].cell


def test_unknown_rows_are_told_and_not_taken() -> None:
    def add(rows: Rows) -> Rows:
        at = row_of(rows, "上年收、支总计")
        more: Rows = [["收入支出总体", "上上年收支总计", 5.0], ["收入支出总体", "备注行"], [None, None, 7.0]]
        return [*rows[:at], *more, *rows[at:]]

    found = locate(bent(written("000"), add))
    assert found.supplement == facts("000")
    assert [p.message for p in found.problems] == [
        "补充资料里没有名为“上上年收支总计”的项目，所填的“5.0”没有取用", "“7.0”左边没有项目名称，没有取用"]


def test_the_same_item_twice() -> None:
    def double(rows: Rows) -> Rows:
        at = row_of(rows, "上年收、支总计")
        return [*rows[:at + 1], ["收入支出总体", "上年收、支总计", 5.0], *rows[at + 1:]]

    found = locate(bent(written("000"), double))
    assert found.supplement == facts("000")
    assert "填了两次而且不同" in found.problems[0].message


def test_rows_of_lists_that_cannot_be_used() -> None:
    def spoil(rows: Rows) -> Rows:
        at = row_of(rows, "2080111")
        bad: Rows = [["20801", "款", 5.0], [None, "没有编码", 6.0], ["2080150", "重复", 7.0]]
        rows[at + 1:at + 1] = [rows[row_of(rows, "2080150")], *bad]
        return rows

    found = locate(bent(written("000"), spoil))
    assert found.supplement == facts("000")
    told = [p.message for p in found.problems]
    assert told[0] == "“各项年初预算”的编码“20801”不是7 位的“项”，这一行没有取用"
    assert told[1] == "“各项年初预算”这一行没有科目编码，没有取用"
    assert told[2].startswith("“各项年初预算”里科目 2080150 写了两次")


def test_a_list_without_its_headings_is_told() -> None:
    def spoil(rows: Rows) -> Rows:
        at = row_of(rows, "公务用车运行维护费明细")
        rows[at + 2] = []
        return rows

    found = locate(bent(written("000"), spoil))
    assert any("“公务用车运行维护费明细”下面没有找到栏头" in p.message for p in found.problems)
    assert found.supplement.rows("运行费明细") == ()
    assert found.supplement.rows("绩效项目") == facts("000").rows("绩效项目")


def test_numbers_in_percent_cells_are_percentages() -> None:
    workbook = written("000")
    only = workbook.sheets[0]
    rows: Rows = [list(row) for row in only.rows]
    at = row_of(rows, "货物采购授予中小企业合同占货物支出的比例")
    rows[at][2] = 0.958
    shown = Sheet(only.name, rows, formats={**only.formats, (at, 2): "0.0%"})
    assert locate(replace(workbook, sheets=(shown,))).supplement.text("采购.货物中小企业占比") == "95.8%"
    plain = locate(replace(workbook, sheets=(Sheet(only.name, rows),)))
    assert "请带上百分号" in plain.problems[0].message


def test_sheets_of_tables_are_passed_over_quickly() -> None:
    import time

    rows = tuple((f"科目{n}", *(float(n * k) for k in range(8))) for n in range(200))
    many = Book("a.xlsx", tuple(Sheet(f"表{n}", rows) for n in range(9)))
    started = time.perf_counter()
    for _ in range(20):
        locate(many)
    assert (time.perf_counter() - started) / 20 < 0.005


def test_filled_and_hidden_inputs_stay_on_the_sheet() -> None:
    """An input that the region does not ask for is drawn where it was given, so that nothing is lost."""
    more = replace(facts("001"), values={**facts("001").values, "上年.收入合计": "1"})
    assert locate(book(sheet("001", more))).supplement == more
