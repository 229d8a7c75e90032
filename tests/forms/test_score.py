"""Scoring: the form notes' rules in exact arithmetic."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.forms.numbers import NotANumber, percent, points, rate, round_half_up, show
from juesuan.forms.scheme import Scheme, load
from juesuan.forms.score import Outcome, band, execution_rate, execution_score, grade, judge
from juesuan.forms.target import read

WORDS = load().words
WUHAN = load().scheme("武汉", 2023, "整体")
NATIONAL = load().scheme("全国", 2023, "项目")


def scored(target: str | None, actual: str | None, weight: int = 10, scheme: Scheme = WUHAN) -> Outcome:
    return judge(read(target, 2023), read(actual, 2023), Fraction(weight), scheme, WORDS)


@pytest.mark.parametrize(
    ("target", "actual", "weight", "way", "score"),
    [
        ("≥50名", "49名", 2, "正向", "1.96"),
        ("45人", "41人", 10, "正向", "9.11"),
        ("9,000人", "3,564人", 2, "正向", "0.79"),
        ("≥22万人", "29.26万人", 2, "正向", "2"),
        ("12人", "0", 2, "正向", "0"),
        ("≥90%", "≥95%", 8, "正向", "8"),
        ("7万以上", "7万以上", 10, "正向", "10"),
        ("≤1‰", "0.02‰", 3, "反向", "3"),
        ("≤1‰", "0.2%", 3, "反向", "1.5"),
        ("10%以下", "0.3%", 8, "反向", "8"),
        ("≤100元", "300元", 9, "反向", "3"),
        ("≤5个工作日", "≤5个工作日", 4, "反向", "4"),
        ("≤5个工作日", "0", 4, "反向", "4"),
        ("0", "0", 7, "反向", "7"),
        ("0", "3起", 7, "反向", "0"),
        ("≥0", "5", 7, "正向", "7"),
        ("无", "无", 8, "无", "8"),
        ("无", "0", 8, "无", "8"),
        ("0", "无", 8, "无", "8"),
        ("400-4,000元/人", "1,370.41元/人", 2, "范围", "2"),
        ("2023年12月", "2023年12月31日", 10, "日期", "10"),
        ("12月底前", "2023年11月5日", 10, "日期", "10"),
    ],
)
def test_what_arithmetic_decides(target: str, actual: str, weight: int, way: str, score: str) -> None:
    outcome = scored(target, actual, weight)
    assert (outcome.way, outcome.score) == (way, Decimal(score))


@pytest.mark.parametrize(
    ("target", "actual", "met"),
    [
        ("400-4,000元/人", "5,000元/人", False),
        ("2023年6月", "2023年7月1日", False),
        ("2023年6月", "2023年", None),
        ("95%", "0.98", None),
        ("90分", "90%", None),
        ("≥90%", "≥80%", None),
        ("≥90%", "约95%", None),
        ("下降5%", "增长6%", None),
        ("每月1次", "12次", None),
        ("12人", "无", None),
        ("无", "1起", None),
        ("有效推进", "95%", None),
        ("-5%", "-6%", None),
        (None, "5", None),
    ],
)
def test_what_a_person_must_judge(target: str | None, actual: str | None, met: bool | None) -> None:
    outcome = scored(target, actual)
    assert outcome.exact is None
    assert outcome.met is met
    assert outcome.reason
    assert (outcome.low, outcome.high) == (0, 10)


@pytest.mark.parametrize(
    ("target", "actual", "scheme", "low", "high", "below"),
    [
        ("有效推进", "有效推进", WUHAN, 8, 10, False),
        ("有效推进", "已完成", WUHAN, 8, 10, False),
        ("有效推进", "一定程度推进", WUHAN, 5, 8, True),
        ("有效推进", "一定程度推进", NATIONAL, 6, 8, True),
        ("基本建成", "基本建成", WUHAN, 8, 10, False),
        ("按期建成", "未完成", WUHAN, 0, 5, True),
        ("合格", "优秀", WUHAN, 0, 10, False),
    ],
)
def test_quality_bands(target: str, actual: str, scheme: Scheme, low: int, high: int, below: bool) -> None:
    outcome = scored(target, actual, scheme=scheme)
    assert (outcome.way, outcome.exact) == ("定性", None)
    assert (outcome.low, outcome.high, outcome.below) == (low, high, below)


def test_bands_include_their_lower_end() -> None:
    ten = Fraction(10)
    assert [band(Fraction(s), ten, WUHAN) for s in (10, 8, Fraction("7.99"), 5, Fraction("4.99"))] == [1, 1, 2, 2, 3]
    assert [band(Fraction(s), ten, NATIONAL) for s in (8, 6, Fraction("5.99"))] == [1, 2, 3]


@pytest.mark.parametrize(
    ("budget", "executed", "weight", "score"),
    [
        ("84416.43", "84015.98", 20, "19.91"),  # from the printed 99.5% it would be 19.90
        ("4375.22", "4348.62", 20, "19.88"),
        ("1554.86", "1455.58", 20, "18.72"),
        ("100", "120", 10, "10"),
        ("100", "0", 10, "0"),
    ],
)
def test_execution(budget: str, executed: str, weight: int, score: str) -> None:
    share = execution_rate(int(Decimal(budget) * 10**6), int(Decimal(executed) * 10**6))
    assert share is not None
    assert execution_score(Fraction(weight), share) == Decimal(score)


def test_no_rate_on_a_zero_budget() -> None:
    assert execution_rate(0, 5) is None


@pytest.mark.parametrize(
    ("total", "name"), [("100", "优"), ("90", "优"), ("89.99", "良"), ("80", "良"), ("60", "中"), ("59.99", "差")]
)
def test_grades(total: str, name: str) -> None:
    assert grade(Fraction(total), NATIONAL) == name
    assert grade(Fraction(total), WUHAN) == ""


def test_half_up() -> None:
    assert round_half_up(Fraction("0.125")) == Decimal("0.13")
    assert round_half_up(Fraction("-0.125")) == Decimal("-0.13")
    assert round_half_up(Fraction(1, 3)) == Decimal("0.33")
    assert (show(Fraction(10)), show(Fraction("19.90")), show(Fraction(2, 3)), show(Fraction("0.125"))) == (
        "10", "19.9", "0.67", "0.125",
    )  # fmt: skip
    assert (percent(Fraction("0.99525")), percent(Fraction(1))) == ("99.5%", "100%")


def test_points_and_rates_as_printed() -> None:
    assert [points(t).value for t in ("8", "8分", "（8分）", " 19.91 ")] == [8, 8, 8, Fraction("19.91")]  # type: ignore[union-attr]
    assert points("") is points(None) is points("—") is None
    assert rate("９９.５％").value == Fraction("0.995")  # type: ignore[union-attr]
    for bad in ("八分", "8/10", "1,0"):
        with pytest.raises(NotANumber):
            points(bad)
    with pytest.raises(NotANumber):
        rate("0.995")


amounts = st.integers(0, 10**9)
weights = st.integers(1, 100)


@given(a=amounts, b=amounts, weight=weights, sign=st.sampled_from(["≥", "≤", ""]))
def test_scores_lie_between_zero_and_the_weight(a: int, b: int, weight: int, sign: str) -> None:
    outcome = scored(f"{sign}{a}人", f"{b}人", weight)
    assert outcome.exact is not None
    assert outcome.score is not None
    assert 0 <= outcome.exact <= weight
    assert abs(Fraction(outcome.score) - outcome.exact) <= Fraction(1, 200)
    assert (outcome.exact == weight) == outcome.met


@given(a=amounts, b=amounts, c=amounts, weight=weights)
def test_more_is_never_worse_where_more_is_better(a: int, b: int, c: int, weight: int) -> None:
    low, high = sorted((b, c))
    up = [scored(f"≥{a}", str(x), weight).exact or 0 for x in (low, high)]
    down = [scored(f"≤{a}", str(x), weight).exact or 0 for x in (low, high)]
    assert up[0] <= up[1]
    assert down[0] >= down[1]


@given(a=st.integers(1, 10**6), b=st.integers(0, 10**6), weight=weights)
def test_the_unit_of_writing_does_not_matter(a: int, b: int, weight: int) -> None:
    assert scored(f"≥{a}万人", f"{b}万人", weight).exact == scored(f"≥{a}0000人", f"{b}0000人", weight).exact
    assert scored(f"≥{a}%", f"{b}%", weight).exact == scored(f"≥{a}0‰", f"{b}0‰", weight).exact


@given(budget=st.integers(1, 10**15), executed=st.integers(0, 10**15), weight=weights)
def test_execution_is_the_formula(budget: int, executed: int, weight: int) -> None:
    share = execution_rate(budget, executed)
    assert share is not None
    score = execution_score(Fraction(weight), share)
    assert abs(Fraction(score) - min(Fraction(weight), weight * share)) <= Fraction(1, 200)
