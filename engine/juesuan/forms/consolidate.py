"""Consolidating (汇总) one indicator of several units: the form notes' rule.

“绝对值直接累加计算，相对值按照资金额度加权平均计算。定量指标先汇总完成数，再计算得分。定性指标汇总时以资金额度为权重，对分值进行加权平均。”
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from juesuan.forms import numbers
from juesuan.forms.numbers import round_half_up
from juesuan.forms.scheme import Scheme
from juesuan.forms.score import Outcome, judge
from juesuan.forms.target import Comparison, Quantity
from juesuan.forms.words import Words

How = Literal["累加", "加权平均", "最晚", "相同", "定性", "不能汇总"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One unit's part: its ``funds`` in 分, target and actual value, and for a quality its score and weight."""

    funds: int
    target: Quantity
    actual: Quantity
    score: Fraction | None = None
    weight: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Combined:
    """Several values in one; ``value`` is None where they cannot be combined, and ``reason`` says why."""

    how: How
    value: Quantity | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Consolidated:
    """One indicator of the whole department. ``score`` None where a person must judge; see ``reason``."""

    target: Combined
    actual: Combined
    outcome: Outcome | None
    score: Decimal | None
    reason: str = ""


def consolidate(
    name: str,
    weight: Fraction,
    parts: Sequence[Contribution],
    scheme: Scheme,
    words: Words,
    target: Quantity | None = None,
) -> Consolidated:
    """First the actual values, then the score. ``target``: the department's own; else the parts' combined."""
    funds = [part.funds for part in parts]
    actual = combine(name, funds, [part.actual for part in parts], words)
    aim = Combined("相同", target) if target else combine(name, funds, [part.target for part in parts], words)
    if actual.how == "定性":
        return _quality(weight, parts, aim, actual)
    if actual.value is None or aim.value is None:
        return Consolidated(aim, actual, None, None, actual.reason or aim.reason)
    outcome = judge(aim.value, actual.value, weight, scheme, words)
    return Consolidated(aim, actual, outcome, outcome.score, outcome.reason)


def combine(name: str, funds: Sequence[int], values: Sequence[Quantity], words: Words) -> Combined:
    """Several values of one indicator in one: numbers added or averaged by funds, dates the latest."""
    if not values or len(funds) != len(values):
        return Combined("不能汇总", None, "没有可汇总的值，或资金与值的个数不同")
    kinds = {v.kind for v in values}
    if kinds == {"none"}:
        return Combined("相同", values[0])
    if kinds == {"quality"}:
        same = len({v.words for v in values}) == 1
        return Combined("定性", values[0] if same else None)
    if kinds == {"date"}:
        dated = [(v.period.last, at) for at, v in enumerate(values) if v.period]
        return Combined("最晚", values[max(dated)[1]])
    if kinds != {"number"}:
        bad = next(v for v in values if v.kind != "number")
        return Combined("不能汇总", None, f"“{bad.raw.strip()}”不是单个数，不能汇总")
    return _numbers(name, funds, values, words)


def _numbers(name: str, funds: Sequence[int], values: Sequence[Quantity], words: Words) -> Combined:
    first = values[0]
    for other in values[1:]:
        if words.comparable(first, other) or (first.unit != other.unit and not _one_unit(first, other, words)):
            units = "、".join(dict.fromkeys(v.unit or "无" for v in values))
            return Combined("不能汇总", None, f"各单位的计量单位不同（{units}）")
    signs: set[Comparison] = {v.comparison for v in values if v.comparison != "="}
    if len(signs) > 1:
        return Combined("不能汇总", None, "各单位的方向（≥、≤）不同")
    exact = [v.value or Fraction(0) for v in values]
    if words.additive(name, values[0]):
        how: How = "累加"
        total = sum(exact, Fraction(0))
    else:
        how = "加权平均"
        whole = sum(funds)
        if whole <= 0 or min(funds) < 0:
            return Combined("不能汇总", None, "资金额度合计不是正数，不能加权")
        total = sum((f * v for f, v in zip(funds, exact, strict=True)), Fraction(0)) / whole
    return Combined(how, _restated(values, total, signs.pop() if signs else "="))


def _one_unit(one: Quantity, other: Quantity, words: Words) -> bool:
    """% and ‰ are one unit; a zero needs none."""
    return words.family(one.unit) == words.family(other.unit) == "比率" or not one.value or not other.value


def _restated(values: Sequence[Quantity], total: Fraction, sign: Comparison) -> Quantity:
    """The result written like its parts: in the largest multiplier and with the most decimals among them."""
    like = max(values, key=lambda v: (v.multiplier, bool(v.unit)))
    scale = Fraction(like.multiplier) / {"%": 100, "百分点": 100, "‰": 1000}.get(like.unit, 1)
    places = max(2, *(v.decimals for v in values))
    power = {10_000: "万", 1000: "千", 100_000_000: "亿"}.get(like.multiplier, "")
    scale = scale if power or like.multiplier == 1 else scale / like.multiplier
    shown = numbers.show(Fraction(round_half_up(total / scale, places)))
    prefix = "" if sign == "=" else sign
    text = f"{prefix}{shown}{power}{like.unit}"
    return Quantity(text, "number", sign, total, None, like.unit, like.multiplier, places, change=like.change)


def _quality(weight: Fraction, parts: Sequence[Contribution], aim: Combined, actual: Combined) -> Consolidated:
    """Qualities: the shares of their weights that the units scored, weighted by funds."""
    whole = sum(part.funds for part in parts)
    shares = [(p.funds, p.score / p.weight) for p in parts if p.score is not None and p.weight]
    if whole <= 0 or len(shares) < len(parts) or min(p.funds for p in parts) < 0:
        return Consolidated(aim, actual, None, None, "有单位没有得分、分值或资金额度，不能加权")
    share = sum((f * s for f, s in shares), Fraction(0)) / whole
    return Consolidated(aim, actual, None, round_half_up(weight * share))
