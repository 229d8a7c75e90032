"""Scoring (计分): execution rate and score, 正向, 反向, dates, qualities, total, grade: exact, then half up.

What arithmetic decides comes out with a score; what a person must judge comes out with the span a score may lie in.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from juesuan.forms.numbers import round_half_up
from juesuan.forms.scheme import Scheme
from juesuan.forms.target import Quantity
from juesuan.forms.words import Words

Way = Literal["正向", "反向", "范围", "日期", "定性", "无", "不定"]

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an indicator's score must be. ``exact`` is None where a person must judge between ``low`` and ``high``
    (``below``: high itself excluded); ``ratio``: B/A, uncapped; ``met``: target reached or not, None unknown."""

    way: Way
    exact: Fraction | None
    low: Fraction
    high: Fraction
    below: bool = False
    ratio: Fraction | None = None
    met: bool | None = None
    reason: str = ""

    @property
    def score(self) -> Decimal | None:
        """The score as printed: two decimals, half up."""
        return None if self.exact is None else round_half_up(self.exact)


def execution_rate(budget: int, executed: int) -> Fraction | None:
    """B/A, unrounded; None on a zero budget."""
    return Fraction(executed, budget) if budget else None


def execution_score(weight: Fraction, rate: Fraction) -> Decimal:
    """Points for the execution: from the unrounded rate, at most ``weight``, two decimals."""
    return round_half_up(weight * max(Fraction(0), min(rate, Fraction(1))))


def grade(total: Fraction, scheme: Scheme) -> str:
    """优, 良, 中 or 差; "" where the scheme knows no grades."""
    return next((name for name, least in scheme.grades if total >= least), "")


def band(score: Fraction, weight: Fraction, scheme: Scheme) -> int:
    """The qualitative band a score lies in: 1 达成, 2 部分达成, 3 未达成."""
    share = score / weight if weight else Fraction(1)
    return 1 if share >= scheme.bands[0] else 2 if share >= scheme.bands[1] else 3


def judge(target: Quantity, actual: Quantity, weight: Fraction, scheme: Scheme, words: Words) -> Outcome:
    """What the score of a target, an actual value and a weight must be."""
    if not target.readable or not actual.readable:
        which = "目标值" if not target.readable else "完成值"
        bad = target if not target.readable else actual
        reason = f"没有填{which}" if bad.kind == "blank" else f"{which}“{bad.raw.strip()}”{bad.reason}"
        return _open("不定", weight, reason)
    if target.kind == "none" or actual.kind == "none":
        return _none(target, actual, weight)
    if target.kind == "date" or actual.kind == "date":
        return _date(target, actual, weight)
    if target.kind == "quality" or actual.kind == "quality":
        return _quality(target, actual, weight, scheme, words)
    if reason := words.comparable(target, actual):
        return _open("不定", weight, reason)
    return _range(target, actual, weight) if target.kind == "range" else _number(target, actual, weight)


def _open(way: Way, weight: Fraction, reason: str, met: bool | None = None) -> Outcome:
    return Outcome(way, None, Fraction(0), weight, met=met, reason=reason)


def _settled(way: Way, exact: Fraction, ratio: Fraction | None, met: bool) -> Outcome:
    return Outcome(way, exact, exact, exact, ratio=ratio, met=met)


def _none(target: Quantity, actual: Quantity, weight: Fraction) -> Outcome:
    """无: the target is that something does not happen; nothing (or 0) is then full marks."""
    if all(q.kind == "none" or (q.kind == "number" and q.value == 0) for q in (target, actual)):
        return _settled("无", weight, None, True)
    return _open("无", weight, "“无”与另一个值不能用算术相比")


def _date(target: Quantity, actual: Quantity, weight: Fraction) -> Outcome:
    if target.period is None or actual.period is None:
        return _open("日期", weight, "一个是日期，一个不是")
    if actual.period.last <= target.period.last:
        return _settled("日期", weight, None, True)
    if actual.period.first > target.period.last:
        return _open("日期", weight, "晚于目标日期，扣分由人判断", met=False)
    return _open("日期", weight, "完成日期写得不够细，不知是否晚于目标日期")


def _quality(target: Quantity, actual: Quantity, weight: Fraction, scheme: Scheme, words: Words) -> Outcome:
    if target.kind != "quality" or actual.kind != "quality":
        return _open("定性", weight, "一个是数，一个是文字")
    upper, lower = (share * weight for share in scheme.bands)
    match words.attained(target.words, actual.words):
        case "reached":
            return Outcome("定性", None, upper, weight, met=True)
        case "partly":
            return Outcome("定性", None, lower, upper, below=True, met=False, reason="部分达成预期指标")
        case "failed":
            return Outcome("定性", None, Fraction(0), lower, below=True, met=False, reason="未达成预期指标")
        case _:
            return _open("定性", weight, "完成情况与目标用词不同")


def _range(target: Quantity, actual: Quantity, weight: Fraction) -> Outcome:
    assert target.value is not None
    assert target.high is not None
    low, high = _bounds(actual)
    if low is not None and high is not None and target.value <= low and high <= target.high:
        return _settled("范围", weight, None, True)
    outside = (low is not None and low > target.high) or (high is not None and high < target.value)
    return _open("范围", weight, "不在目标范围内，扣分由人判断", met=False if outside else None)


def _number(target: Quantity, actual: Quantity, weight: Fraction) -> Outcome:
    assert target.value is not None
    low, high = _bounds(actual)
    if target.value < 0 or (low is not None and low < 0) or (high is not None and high < 0):
        return _open("不定", weight, "有负数，不能用 A、B 之比计分")
    falling = target.comparison in "≤<" or (target.comparison == "=" and target.value == 0)
    way: Way = "反向" if falling else "正向"
    share = _share(target.value, low or ZERO, falling)
    if high is not low and _share(target.value, high, falling) != share:
        return _open(way, weight, f"完成值“{actual.raw.strip()}”只给了界限，不能定分")
    ratio = actual.value / target.value if actual.value is not None and actual.high is None and target.value else None
    return _settled(way, weight * share, ratio, share == 1)


def _bounds(actual: Quantity) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and highest value an actual stands for; None = no such bound."""
    if actual.kind == "range":
        return actual.value, actual.high
    if actual.comparison in "≥>":
        return actual.value, None
    return (None, actual.value) if actual.comparison in "≤<" else (actual.value, actual.value)


def _share(target: Fraction, actual: Fraction | None, falling: bool) -> Fraction:
    """The share of the weight earned at one end; ``actual`` None = without limit."""
    if actual is None:
        return ZERO if falling else ONE
    if falling:
        return ONE if actual <= target else target / actual
    return ONE if actual >= target else actual / target
