"""What the first users of 情况说明 stumbled over: findings told wrongly, and errors not told at all."""

from __future__ import annotations

from typing import Any

import pytest

from juesuan.findings import WordFinding
from juesuan.narrative import Verification
from juesuan.narrative.findings import word_findings
from tests.words_rules.build import Whole, change

TWO = (
    "3.社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）。年初预算为80万元，"
    "支出决算为80万元，完成年初预算的100%。\n"
)


def read(entry: dict[str, Any]) -> tuple[Verification, list[WordFinding]]:
    account = change(Whole(), entry)
    found = account.read()
    cells = [f"情况说明!A{row}" for row in range(3, 3 + len(account.texts))]
    return found, list(word_findings(found, account.texts, cells))


def told(*changes: tuple[str, str], **entry: Any) -> list[WordFinding]:
    return read({"change": [list(pair) for pair in changes], **entry})[1]


# --- items ---

#: 医疗 as the second 项 in the paragraph of another, without its 类 and 款.
SECOND = (
    ("4.卫生健康支出（类）行政事业单位医疗（款）事业单位医疗（项）。年初预算", "事业单位医疗（项）年初预算"),
    (
        "完成年初预算的104.8%，支出决算数大于年初预算数的主要原因是调整工资。\n3.",
        "完成年初预算的104.8%，原因是调整工资。3.",
    ),
)


def test_an_item_named_by_its_last_name_with_its_figure_is_written() -> None:
    assert [f.rule for f in told(*SECOND)] == []
    broken = told(*SECOND, ("支出决算为100万元", "支出决算为101万元"))
    assert "N-07" in {f.rule for f in broken}, "its figure is judged as any other"


def test_an_item_left_out_is_told_of_the_section() -> None:
    (one,) = [f for f in told((TWO, "")) if f.rule == "N-07"]
    assert "文中没有写：机关事业单位基本养老保险缴费" in one.message
    assert "住房公积金" not in one.message, "no item that is written is wrong"
    assert one.cells == ("情况说明!A7",)
    assert (one.stated, one.expected) == ("4", "5")


# --- funds under self-assessment ---

FUNDS = {"政府性基金表,合计,项目支出": "30.00"}


def test_self_assessed_funds_may_be_those_of_all_three_budgets() -> None:
    """180 from the general budget, 30 from funds: 210, though 支出决算表 has 400."""
    says = ("资金400万元，占项目支出总额的100%", "资金210万元")
    assert "N-22.2" not in {f.rule for f in told(says, figures=FUNDS)}
    (one,) = [f for f in told(says) if f.rule.startswith("N-22")]
    assert (one.rule, one.severity) == ("N-22.2", "explain")


def test_funds_said_to_be_all_of_a_spending_must_be_it() -> None:
    found = told(("资金400万元，占项目支出总额", "资金390万元，占项目支出总额"))
    assert ("N-22", "fatal") in {(f.rule, f.severity) for f in found}


def test_a_share_above_the_whole_is_told_though_the_quotient_is_right() -> None:
    found = told(("占项目支出总额的100%", "占一般公共预算项目支出总额的222.2%"))
    assert [(f.rule, f.severity, f.stated) for f in found] == [("N-21.2", "explain", "222.2%")]


# --- another unit's name ---

HERE = "示例市社会保险服务中心"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("本单位无国有资本经营预算财政拨款支出", "2023年度江夏区图书馆无国有资本经营预算财政拨款支出"),
        ("2023年12月31日，共有车辆", "2023年12月31日，江夏区图书馆共有车辆"),
        ("2023年度政府采购支出总额", "2023年度江夏区图书馆政府采购支出总额"),
        ("本单位无政府性基金预算", "2023年度江夏区图书馆（江夏区文化中心）部门无政府性基金预算"),
    ],
)
def test_another_units_name_before_its_money_is_found(old: str, new: str) -> None:
    found = [f for f in told((old, new)) if f.rule == "N-26"]
    assert [(f.stated, f.expected, f.severity) for f in found] == [("江夏区图书馆", HERE, "warn")]


@pytest.mark.parametrize("name", [HERE, "社会保险服务中心", "示例社保中心", "我中心", "全市各所", "下属中心"])
def test_this_units_name_however_short_is_none(name: str) -> None:
    assert told(("2023年度政府采购支出总额", f"2023年度{name}政府采购支出总额")) == []


def test_an_institution_that_is_not_the_subject_is_left_alone() -> None:
    assert told(("主要原因是压减办公开支", "主要原因是2023年度市财政局压减了政府采购")) == []


# --- how it is told ---


def test_a_wrong_direction_is_quoted_as_written_once_a_sentence() -> None:
    flipped = told(("比上年减少30万元，下降2.5%", "比上年增加 30万元，增长2.5%"), prior=True)
    (one,) = [f for f in flipped if "方向" in f.message]
    assert "“增加 30万元”“增长2.5%”的方向按数字应是“减少”。" in one.message


def test_a_placeholder_is_quoted_once() -> None:
    (one,) = told(("主要原因是压减办公开支", "主要原因是××"))
    assert one.message.count("××") == 1


def test_no_finding_points_to_itself() -> None:
    rules = ("完成年初预算的105.9%，支出决算数大于年初预算数的主要原因是鉴定人数增加", "增加")
    for one in told((rules[0], rules[1]), (TWO, "")):
        place = one.message.split("：")[0].split("“")[-1].rstrip("”")
        assert f"与“{place}”由同一处" not in one.message


# --- what a figure was used for ---

USED = "2023年度会议费支出9万元"


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("9万元，主要用于业务培训会5万元、工作例会6万元", "2 万元"),
        ("9万元，占公用经费的15%，主要用于业务培训会5万元，工作例会3万元", "-1 万元"),
        ("9万元，主要用于业务培训会5万元、工作例会4万元", ""),
        ("9万元，主要用于业务培训会5万元、工作例会等3万元", ""),
        ("9万元，主要用于业务培训会5万元", ""),
        ("9万元，主要用于业务培训会5万元、工作例会和其他会议", ""),
    ],
)
def test_parts_listed_to_the_end_add_up(text: str, off: str) -> None:
    found = told((USED, USED.replace("9万元", text)))
    assert [(f.rule, f.severity, f.difference) for f in found] == ([("N-34.2", "explain", off)] if off else [])


# --- vehicles ---


def test_vehicles_are_those_of_their_kinds_where_their_number_is_not_filled_in() -> None:
    blank = {"资产.车辆": "", "车辆.保有量": ""}
    says = ("共有车辆4辆，其中：机要通信用车1辆、应急保障用车1辆、其他用车2辆", "共有车辆5辆")
    (one,) = [f for f in told(says, given=True, facts=blank) if f.rule == "N-35"]
    assert "写 5辆，补充资料“共有车辆（各类之和）”填的是 4 辆" in one.message
    assert one.cells[0] == "情况说明!A14"
    assert [f for f in told(given=True, facts=blank) if f.rule == "N-35"] == []
