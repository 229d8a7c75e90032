"""Consolidating: absolute values add, relative ones are weighted by funds, the score comes last."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.forms.consolidate import Consolidated, Contribution, combine, consolidate
from juesuan.forms.scheme import load
from juesuan.forms.target import read

WORDS = load().words
WUHAN = load().scheme("武汉", 2023, "整体")


def run(name: str, *parts: tuple[int, str, str], weight: int = 10, target: str | None = None) -> Consolidated:
    made = [Contribution(funds, read(aim, 2023), read(actual, 2023)) for funds, aim, actual in parts]
    return consolidate(name, Fraction(weight), made, WUHAN, WORDS, read(target, 2023) if target else None)


def test_absolute_values_add() -> None:
    result = run("培训人数", (100, "≥1万人", "8,000人"), (900, "≥5,000人", "4,500人"))
    assert (result.actual.how, result.target.how) == ("累加", "累加")
    assert result.actual.value is not None
    assert result.target.value is not None
    assert (result.actual.value.value, result.target.value.value) == (12_500, 15_000)
    assert (result.target.value.raw, result.target.value.comparison) == ("≥1.5万人", "≥")
    assert result.score == Decimal("8.33")


def test_relative_values_are_weighted_by_funds() -> None:
    result = run("学员满意度", (100, "≥90%", "80%"), (300, "≥90%", "96%"))
    assert result.actual.how == "加权平均"
    assert result.actual.value is not None
    assert (result.actual.value.value, result.actual.value.raw) == (Fraction(92, 100), "92%")
    assert result.score == 10


def test_the_score_comes_after_combining_not_before() -> None:
    """Scored first and averaged, a unit far above its target could not make up for another."""
    result = run("培训人数", (1, "≥100人", "50人"), (1, "≥100人", "150人"))
    assert result.score == 10


def test_the_departments_own_target_goes_first() -> None:
    result = run("培训人数", (1, "≥100人", "50人"), (1, "≥100人", "100人"), target="≥300人")
    assert (result.score, result.target.how) == (Decimal("5.00"), "相同")


@pytest.mark.parametrize(
    ("name", "text", "how"),
    [
        ("培训人数", "10人", "累加"),
        ("培训收入", "10万元", "累加"),
        ("维修面积", "10平方米", "累加"),
        ("办结率", "10%", "加权平均"),
        ("投诉率", "1‰", "加权平均"),
        ("人均标准", "923.72元/月", "加权平均"),
        ("人均工资", "7万", "加权平均"),
        ("回复时间", "5个工作日", "加权平均"),
        ("综合指数得分", "90分", "加权平均"),
    ],
)
def test_absolute_and_relative_are_told_apart(name: str, text: str, how: str) -> None:
    assert combine(name, [1, 1], [read(text)] * 2, WORDS).how == how


def test_falling_indicators_are_scored_backwards() -> None:
    result = run("办案成本", (1, "≤10万元", "12万元"), (1, "≤10万元", "13万元"))
    assert (result.score, result.outcome and result.outcome.way) == (Decimal("8.00"), "反向")


def test_permille_and_percent_are_one_unit() -> None:
    result = run("投诉率", (1, "≤1‰", "0.2%"), (1, "≤1‰", "0"))
    assert result.score == 10


@pytest.mark.parametrize(
    ("actuals", "how", "kind"),
    [
        (("无", "无"), "相同", "none"),
        (("2023年6月", "2023年12月"), "最晚", "date"),
    ],
)
def test_what_is_no_number(actuals: tuple[str, str], how: str, kind: str) -> None:
    combined = combine("安全事故", [1, 1], [read(a) for a in actuals], WORDS)
    assert combined.value is not None
    assert (combined.how, combined.value.kind) == (how, kind)
    assert combined.value.raw == actuals[1]


def test_qualities_are_weighted_scores() -> None:
    aim = read("有效提升")
    parts = [
        Contribution(300, aim, read("有效提升"), Fraction(10), Fraction(10)),
        Contribution(100, aim, read("一定程度提升"), Fraction(3), Fraction(5)),
    ]
    result = consolidate("服务水平", Fraction(20), parts, WUHAN, WORDS)
    assert (result.actual.how, result.score) == ("定性", Decimal("18.00"))
    without = [*parts, Contribution(5, aim, aim)]
    assert consolidate("服务水平", Fraction(20), without, WUHAN, WORDS).score is None


@pytest.mark.parametrize(
    ("name", "parts", "why"),
    [
        ("培训人数", [(1, "1人"), (1, "2元")], "计量单位不同"),
        ("培训人数", [(1, "1人"), (1, "约2人")], "不是单个数"),
        ("培训人数", [(1, "1人"), (1, "400-500人")], "不是单个数"),
        ("培训人数", [(1, "≥1人"), (1, "≤2人")], "方向"),
        ("满意度", [(0, "90%"), (0, "95%")], "资金"),
        ("满意度", [(-1, "90%"), (3, "95%")], "资金"),
        ("满意度", [], "没有可汇总"),
    ],
)
def test_what_cannot_be_combined_says_why(name: str, parts: list[tuple[int, str]], why: str) -> None:
    combined = combine(name, [f for f, _ in parts], [read(t) for _, t in parts], WORDS)
    assert (combined.how, combined.value) == ("不能汇总", None)
    assert why in combined.reason
    if parts:
        result = run(name, *((f, "≥1", t) for f, t in parts))
        assert (result.score, bool(result.reason)) == (None, True)


shares = st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**6)), min_size=1, max_size=6)


@given(parts=shares)
def test_an_average_lies_between_and_a_sum_is_exact(parts: list[tuple[int, int]]) -> None:
    funds, values = [f for f, _ in parts], [v for _, v in parts]
    average = combine("办结率", funds, [read(f"{v}%") for v in values], WORDS).value
    total = combine("培训人数", funds, [read(f"{v}人") for v in values], WORDS).value
    assert average is not None
    assert average.value is not None
    assert total is not None
    assert Fraction(min(values), 100) <= average.value <= Fraction(max(values), 100)
    assert total.value == sum(values)
    assert read(total.raw).value == total.value
