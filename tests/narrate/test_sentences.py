"""Sentences in every situation: lacking inputs, zero budgets, 持平, empty and filled funds, kinds of units."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from juesuan.narrate import Narrative
from juesuan.narrative import verify
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement
from tests.narrate.build import CASES, changed, facts, piece, statements, told


def given(case: str, **values: str | None) -> Supplement:
    """The case's 补充资料 with other values (None takes one away); keys with dots are written with two underscores."""
    found = dict(facts(case).values)
    for name, text in values.items():
        key = name.replace("__", ".")
        found.pop(key, None)
        if text is not None:
            found[key] = text
    return replace(facts(case), values=found)


def holds(found: Narrative, tables: StatementSet, region: str) -> None:
    """Nothing in the text contradicts the tables."""
    result = verify(tables, found.paragraphs, region=region)
    assert [(f.rule, f.quote, f.message) for f in result.findings if f.verdict == "breaks" and f.rule != "N-26"] == []


@pytest.mark.parametrize("case", CASES)
def test_without_any_input_every_gap_shows_and_is_named(case: str) -> None:
    found = told(case, Supplement())
    assert len(found.missing) > 40
    for one in found.pieces:
        assert one.text.count("【待填：") >= len(one.missing) > 0 or ("【" not in one.text and not one.missing), one
    text = "".join(one.text for one in found.pieces)
    assert tuple(found.called) == found.missing
    assert all(f"【待填：{label}】" in text for label in found.called.values())
    assert set(re.findall("【待填：(.+?)】", text)) == set(found.called.values())
    assert not any(word in one.text for one in found.pieces for word in ("None", "nan", "{{", "  "))


@pytest.mark.parametrize("case", CASES)
def test_without_any_input_no_figure_is_invented(case: str) -> None:
    found = told(case, Supplement())
    region = {"001": "湖南"}.get(case, "湖北")
    result = verify(statements(case), found.paragraphs, region=region, whole=False)
    wrong = [(f.rule, f.message) for f in result.findings if f.verdict == "breaks"]
    # What is open is told as a placeholder or as a statement that is lacking, nothing as a wrong figure.
    assert {rule for rule, _ in wrong} <= {"N-26", "N-30", "N-07.2", "N-13"}
    assert not [m for m in result.mentions if m.meaning and m.meaning.measure in ("变动", "变动率", "完成率")
                and m.meaning.subject not in ("三公", "公务用车", "公务用车购置费", "公务用车运行维护费", "公务接待费")]


def test_unchanged_is_said_to_be_unchanged() -> None:
    same = given("000", 上年__收支总计="1696.45", 上年__三公="2.4", 原因__收支总计=None, 原因__三公=None)
    found = told("000", same)
    assert piece(found, "收支总体.总计").endswith("与2022年度相比，收、支总计持平。")
    assert "“三公”经费支出决算与上年持平。" in piece(found, "三公.总体")
    assert found.missing == ()
    holds(found, statements("000"), "湖北")


def test_growth_and_decline() -> None:
    found = told("000", given("000", 上年__收支总计="1,000", 上年__收入合计="2000"))
    assert "各增加696.45万元，增长69.6%" in piece(found, "收支总体.总计")
    assert "收入合计减少303.55万元，下降15.2%" in piece(found, "收入.合计")


def test_a_prior_year_of_zero_has_no_rate() -> None:
    text = piece(told("001"), "三公.总体.购置")
    assert "与上年相比增加15.21万元，主要原因是更新公务用车。" in text
    assert text.count("%") == 1  # only the completion of the budget


def test_a_missing_prior_year_leaves_both_gaps_and_no_rate() -> None:
    found = told("000", given("000", 上年__支出合计=None, 原因__支出合计=None))
    text = piece(found, "支出.合计")
    assert "支出合计【待填：上年支出合计】，主要原因是【待填：支出合计变动的主要原因】" in text
    assert found.missing == ("上年.支出合计", "原因.支出合计")


def test_a_budget_of_zero_has_no_completion_rate_but_a_reason() -> None:
    text = piece(told("003"), "一般公共.具体.项.2050302")
    assert "年初无预算安排，支出决算为346.72万元，支出决算数大于年初预算数的主要原因是" in text
    assert "%" not in text
    rows = tuple({k: v for k, v in row.items() if k != "原因"} for row in facts("003").rows("年初预算"))
    bare = told("003", replace(facts("003"), lists={**facts("003").lists, "年初预算": rows}))
    assert "【待填：中等职业教育决算与年初预算差异的原因】" in piece(bare, "一般公共.具体.项.2050302")
    assert "年初预算.2050302.原因" in bare.missing
    # Differences below a tenth need no reason.
    assert "年初预算.2080101.原因" not in bare.missing


def test_a_budget_without_spending_is_an_item_too() -> None:
    rows = (*facts("000").rows("年初预算"), {"编码": "2080199", "名称": "其他", "年初预算": "5", "原因": "没有开展"})
    found = told("000", replace(facts("000"), lists={**facts("000").lists, "年初预算": rows}))
    text = piece(found, "一般公共.具体.项.2080199")
    assert "年初预算为5万元，支出决算为0万元，完成年初预算的0%，支出决算数小于年初预算数的主要原因是没有开展。" in text
    keys = [p.key for p in found.pieces if p.key.startswith("一般公共.具体.项.")]
    assert keys == sorted(keys)


def test_the_total_budget_is_the_sum_of_its_items_unless_given() -> None:
    assert "年初预算为940.02万元" in piece(told("000", given("000", 年初预算合计=None)), "一般公共.具体")
    assert "年初预算为60,960.96万元" in piece(told("003", given("003", 年初预算合计=None)), "一般公共.具体")
    rows = facts("000").rows("年初预算")[1:]
    lacking = replace(given("000", 年初预算合计=None), lists={**facts("000").lists, "年初预算": rows})
    assert "年初预算合计" in told("000", lacking).missing


def test_nothing_of_the_three_is_said_to_be_nothing() -> None:
    lines = ("合计", "公务用车小计", "公务用车运行维护费")
    none = changed(statements("000"), {f"三公表[{x}, {c}]": None for x in lines for c in ("预算数", "决算数")})
    found = told("000", given("000", 上年__三公="0", 上年__用车=None), none)
    assert "“三公”经费财政拨款无预算安排，无支出。" in piece(found, "三公.总体")
    for key in ("三公.出国", "三公.用车", "三公.接待"):
        assert piece(found, key).endswith("无预算安排，无支出。")
    assert not any(p.key in ("三公.购置", "三公.运行") for p in found.pieces)
    assert found.missing == ()
    holds(found, none, "湖北")


def test_each_of_the_three_with_its_counts() -> None:
    places = {"因公出国（境）费": ("3", "2"), "公务接待费": ("1", "0.5"), "合计": ("6.4", "4.9")}
    figures = {f"三公表[{line}, {column}]": text for line, (budget, final) in places.items()
               for column, text in (("预算数", budget), ("决算数", final))}
    tables = changed(statements("000"), figures)
    filled = given("000", 出国__团组数="2", 出国__人次="5", 差异__出国="压减团组", 接待__批次="3", 接待__人次="21",
                   接待__用途="调研接待", 差异__接待="厉行节约", 差异__三公="厉行节约")
    found = told("000", filled, tables)
    assert piece(found, "三公.出国") == (
        "1.因公出国（境）费预算为3万元，支出决算为2万元，完成预算的66.7%，决算数小于预算数的主要原因是压减团组。"
        "全年安排因公出国（境）团组2个，累计5人次。")
    assert "全年公务接待3批次21人次" in piece(found, "三公.接待")
    holds(found, tables, "湖北")
    assert told("000", facts("000"), tables).missing == (
        "差异.三公", "差异.出国", "出国.团组数", "出国.人次", "差异.接待", "接待.用途", "接待.批次", "接待.人次")


def test_funds_that_were_spent() -> None:
    tables = changed(statements("000"), {
        "政府性基金表[合计, 年初结转和结余]": "10", "政府性基金表[合计, 本年收入]": "90",
        "政府性基金表[合计, 小计]": "80", "政府性基金表[合计, 项目支出]": "80",
        "政府性基金表[合计, 年末结转和结余]": "20",
        "国有资本经营表[合计, 合计]": "7", "国有资本经营表[合计, 项目支出]": "7"})
    for case_region, key in (("湖北", "hubei"), ("湖南", "hunan")):
        found = told("000", given("000", 用途__政府性基金="城市建设", 用途__国有资本经营="用于企业改革。"), tables,
                     region=case_region)
        text = piece(found, "基金.总计")
        assert "年初结转和结余10万元，本年收入90万元，本年支出80万元，" in text, key
        assert "年末结转和结余20万元。" in text
        assert "主要用于城市建设。" in text
        assert piece(found, "国资.总计").endswith("项目支出7万元。主要用于企业改革。")
        holds(found, tables, case_region)
    bare = told("000", facts("000"), tables)
    assert {"用途.政府性基金", "用途.国有资本经营"} <= set(bare.missing)


def test_empty_funds_name_the_unit() -> None:
    assert piece(told("000"), "基金.总计") == (
        "2023年度武汉市工伤保险中心（武汉市劳动能力鉴定中心）无政府性基金预算财政拨款收入和支出。")
    assert piece(told("001"), "国资.总计") == "本部门没有使用国有资本经营预算安排的支出。"


@pytest.mark.parametrize(("nature", "says"), [
    ("事业", "无机关运行经费支出。"), ("行政", "机关运行经费支出47.52万元，比年初预算数减少2.48万元，下降5%，"),
    ("参公", "机关运行经费支出47.52万元，"), ("", "机关运行经费支出【待填：机关运行经费支出】"),
])
def test_running_costs_by_kind_of_unit(nature: str, says: str) -> None:
    open_ = given("000", 机关运行__决算=None, 机关运行__年初预算="50", 差异__机关运行="压减")
    found = told("000", open_, nature=nature)
    assert says in piece(found, "机关运行.支出")
    typed = told("000", given("000", 机关运行__决算="12", 机关运行__年初预算="12"), nature=nature)
    assert "机关运行经费支出12万元，与年初预算数持平。" in piece(typed, "机关运行.支出")


def test_department_or_unit() -> None:
    department, unit = told("003"), told("000")
    assert piece(department, "绩效.整体").startswith("我部门组织对27个单位开展整体支出绩效自评，资金84,015.98万元。")
    assert piece(unit, "绩效.整体").startswith("我单位组织开展整体支出绩效自评，资金1,696.45万元。")
    assert piece(told("000", kind="部门"), "绩效.整体标题") == "（二）部门整体支出自评结果"


def test_income_and_spending_that_differ_are_told_apart() -> None:
    tables = changed(statements("000"), {"收支总表[支出总计, 决算数]": "1,700".replace(",", "")})
    assert piece(told("000", None, tables), "收支总体.总计").startswith(
        "2023年度收入总计1,696.45万元，支出总计1,700万元。与2022年度相比，收入总计减少")


def test_tables_that_are_missing_leave_named_gaps() -> None:
    less = replace(statements("000"), tables={k: t for k, t in statements("000").tables.items() if k != "三公表"})
    found = told("000", None, less)
    assert "【待填：《财政拨款“三公”经费支出决算表》合计行预算数】" in piece(found, "三公.总体")
    assert "表.三公表[合计, 预算数]" in found.missing
    nothing = replace(less, tables={}, unit="", year=None)
    gaps = told("000", Supplement(), nothing)
    assert {"封面.年度", "封面.上年度", "封面.单位名称"} <= set(gaps.missing)
    assert not any(c.isdigit() for p in gaps.pieces if p.key.endswith(".总计") for c in p.text)


def test_purchases() -> None:
    none = given("000", **{f"采购__{n}": None for n in ("工程", "服务", "中小企业", "小微企业")}, 采购__货物="0",
                 采购__货物中小企业占比=None, 采购__服务中小企业占比=None)
    assert piece(told("000", none), "政府采购.总额").endswith("无政府采购支出。")
    some = given("000", 采购__服务=None, 采购__中小企业="0", 采购__小微企业=None)
    text = piece(told("000", some), "政府采购.总额")
    assert "政府采购服务支出【待填：政府采购服务支出】" in text
    assert "小微" not in text  # nothing went to small firms at all


def test_vehicles() -> None:
    none = told("000", given("000", 资产__车辆="0", 资产__其他用车=None))
    assert "无车辆。无单价100万元（含）以上设备" in piece(none, "国有资产.占用")
    summed = told("000", given("000", 资产__车辆=None, 资产__机要通信用车="2", 资产__领导用车="1"))
    says = "共有车辆4辆，其中，副部（省）级及以上领导用车1辆、机要通信用车2辆、其他用车1辆"
    assert says in piece(summed, "国有资产.占用")


def test_reasons_are_taken_without_their_lead_in_and_full_stop() -> None:
    for typed in ("主要原因是压减开支。", "原因：压减开支；", "主要是因为压减开支", "  压减开支 "):
        found = told("000", given("000", 原因__收支总计=typed))
        assert piece(found, "收支总体.总计").endswith("，主要原因是压减开支。")
    used = told("000", given("000", 运行__用途="主要用于公务用车保险。"))
    assert "。主要用于公务用车保险，其中：" in piece(used, "三公.运行")


def test_what_is_typed_is_text_and_never_a_template() -> None:
    found = told("000", given("000", 原因__收支总计="{{ 年度 }}{% if %}"))
    assert piece(found, "收支总体.总计").endswith("主要原因是{{ 年度 }}{% if %}。")


def test_tables_in_yuan_are_told_in_ten_thousands() -> None:
    exact = {f"收支总表[{side}总计, 决算数]": "1234.567891" for side in ("收入", "支出")}
    tables = changed(statements("000"), exact)
    assert piece(told("000", None, tables), "收支总体.总计").startswith("2023年度收、支总计1,234.57万元。")


def test_several_paragraphs_become_several_pieces() -> None:
    found = [p for p in told("003").pieces if p.key.startswith("绩效.应用") and p.key != "绩效.应用标题"]
    assert [p.key for p in found] == ["绩效.应用", "绩效.应用.段2", "绩效.应用.段3", "绩效.应用.段4"]
    assert all("\n" not in p.text for p in told("003").pieces)


def test_a_large_department() -> None:
    from juesuan.amount import Amount
    from juesuan.statements import Line

    table = statements("003").tables["一般公共预算支出表"]
    codes = [f"20{k}{n:02d}{m:02d}" for k in (1, 5, 8) for n in range(1, 11) for m in range(1, 11)]
    more = [c for c in codes if c not in {line.code for line in table.lines}]
    lines = (*table.lines, *(Line(c, c, f"第{c}项") for c in more))
    amounts = {**table.figures, **{(c, "小计"): Amount(1_234_500_000, 5_000) for c in more}}
    wide = replace(statements("003"), tables={**statements("003").tables, "一般公共预算支出表": replace(
        table, lines=lines, figures=amounts)})
    found = told("003", None, wide)
    items = [p for p in found.pieces if p.key.startswith("一般公共.具体.项.")]
    assert len(items) == len({line.code for line in lines if len(line.code) == 7})
    assert items[-1].text.startswith(f"{len(items)}.")
