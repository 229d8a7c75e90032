"""Scores (得分): recomputed, within their weights, in the right band, added up, graded (P-07 … P-10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from juesuan.findings import Verdict
from juesuan.forms import numbers
from juesuan.forms.checks import Checks, Sheet
from juesuan.forms.numbers import REMEMBERED, NotANumber, add, round_half_up
from juesuan.forms.score import Outcome, grade, judge


def outcomes(checks: Checks, sheet: Sheet) -> tuple[Outcome | None, ...]:
    """What each indicator's score must be; None where its weight is not known. Judged once for all checks."""
    if sheet.at in checks.judged:
        return checks.judged[sheet.at]
    found: list[Outcome | None] = []
    kept = checks.catalogue.judged
    for (target, actual), indicator in zip(sheet.values, sheet.form.indicators, strict=True):
        key = (sheet.scheme.id, sheet.year, indicator.target, indicator.actual, indicator.weight)
        if key not in kept:
            if len(kept) > REMEMBERED:
                kept.clear()
            weight = value(indicator.weight)
            words = checks.catalogue.words
            kept[key] = None if weight is None else judge(target, actual, weight, sheet.scheme, words)
        found.append(kept[key])
    checks.judged[sheet.at] = tuple(found)
    return checks.judged[sheet.at]


def value(text: str | None) -> Fraction | None:
    """A score or weight, None where it is blank or cannot be read."""
    try:
        stated = numbers.points(text)
    except NotANumber:
        return None
    return stated.value if stated else None


def check_scores(checks: Checks) -> None:
    """Every check of scores of every form."""
    for sheet in checks.sheets:
        if sheet.form.kind not in ("整体", "项目"):
            continue
        for row, outcome in enumerate(outcomes(checks, sheet)):
            _indicator(checks, sheet, row, outcome)
        _total(checks, sheet)


def _indicator(checks: Checks, sheet: Sheet, row: int, outcome: Outcome | None) -> None:
    indicator = sheet.form.indicators[row]
    place = ("indicators", row, "score")
    stated = checks.points("P-07", sheet, place, indicator.score)
    weight = value(indicator.weight)
    if stated is None:
        if indicator.score is None and weight:
            checks.blank("P-07", sheet, place, "得分")
        return
    if outcome is None or weight is None:
        return  # said of the weight
    within = 0 <= stated.value <= weight
    shown, most = numbers.show(stated.value), numbers.show(weight)
    message = "" if within else f"得分 {shown} 不在 0 与分值 {most} 之间"
    verdict: Verdict = "holds" if within else "breaks"
    checks.add("P-07.1", verdict, sheet, *place, stated=shown, expected=f"0–{most}", message=message)
    if not within:
        return
    if outcome.exact is not None:
        _exact(checks, sheet, row, outcome, stated.value)
    elif outcome.way == "定性":
        _quality(checks, sheet, row, outcome, stated.value)
    else:
        _open(checks, sheet, row, outcome, stated.value, weight)


def _exact(checks: Checks, sheet: Sheet, row: int, outcome: Outcome, stated: Fraction) -> None:
    """P-07. A score lowered because the target was overshot by far is for P-12."""
    indicator = sheet.form.indicators[row]
    expected = numbers.exact(expected_score(checks, sheet, row, outcome))
    if stated < expected and overshot(sheet, outcome):
        return
    what = f"“{indicator.name}”{outcome.way if outcome.way in ('正向', '反向') else ''}得分"
    checks.scores("P-07", sheet, ("indicators", row, "score"), stated, expected, what)


def expected_score(checks: Checks, sheet: Sheet, row: int, outcome: Outcome) -> Decimal:
    """The score arithmetic arrives at. Where a bare target stands at an indicator that is the better the lower (成本),
    the notes say A/B is not meant, the sense says it is: of the two the one stated is taken, and P-13 asks."""
    assert outcome.exact is not None
    forward = round_half_up(outcome.exact)
    indicator, (target, actual) = sheet.form.indicators[row], sheet.values[row]
    stated, weight = value(indicator.score), value(indicator.weight)
    bare = outcome.way == "正向" and target.comparison == "=" and bool(target.value)
    if not bare or weight is None:
        return forward
    if not checks.catalogue.words.falls(indicator.name, indicator.level1, indicator.level2):
        return forward
    backward = judge(replace(target, comparison="≤"), actual, weight, sheet.scheme, checks.catalogue.words).score
    return backward if backward is not None and stated == Fraction(backward) else forward


def overshot(sheet: Sheet, outcome: Outcome | None) -> bool:
    """True where the actual value exceeds a 正向 target so far that it has to be explained."""
    return (
        outcome is not None
        and outcome.way == "正向"
        and outcome.ratio is not None
        and outcome.ratio >= sheet.scheme.overshoot
    )


def _quality(checks: Checks, sheet: Sheet, row: int, outcome: Outcome, stated: Fraction) -> None:
    """P-08: the band; P-08.2 where the words do not tell it."""
    place = ("indicators", row, "score")
    indicator = sheet.form.indicators[row]
    both = f"目标“{(indicator.target or '').strip()}”，完成“{(indicator.actual or '').strip()}”"
    if outcome.met is None:
        rule = "P-08.2" if outcome.reason.startswith("完成情况") else "P-08.1"
        checks.add(
            rule, "breaks", sheet, *place, stated=numbers.show(stated),
            message=f"{both}：{outcome.reason}，得分属哪一档由人判断",
        )  # fmt: skip
        return
    fits = outcome.low <= stated <= outcome.high and not (outcome.below and stated == outcome.high)
    span = f"{numbers.show(outcome.low)}（含）–{numbers.show(outcome.high)}{'（不含）' if outcome.below else ''}"
    why = outcome.reason or "达成预期指标"
    checks.add(
        "P-08", "holds" if fits else "breaks", sheet, *place, stated=numbers.show(stated), expected=span,
        message="" if fits else f"{both}：{why}，得分应在 {span} 之间，填 {numbers.show(stated)}",
    )  # fmt: skip


def _open(checks: Checks, sheet: Sheet, row: int, outcome: Outcome, stated: Fraction, weight: Fraction) -> None:
    """P-08.1: what arithmetic cannot decide; a blank target or actual is 未执行."""
    target, actual = sheet.values[row]
    for column, quantity, label in (("target", target, "目标值"), ("actual", actual, "实际完成值")):
        if quantity.kind == "blank":
            checks.blank("P-07", sheet, ("indicators", row, column), label)
            return
    judged = outcome.met is False and stated < weight
    checks.add(
        "P-08.1", "holds" if judged else "breaks", sheet, "indicators", row, "score", stated=numbers.show(stated),
        message="" if judged else f"得分 {numbers.show(stated)} 不能由算术核定：{outcome.reason}",
    )  # fmt: skip


def _total(checks: Checks, sheet: Sheet) -> None:
    """P-09, P-10: from the scores as stated, so that one wrong score is not found twice."""
    place = ("foot", None, "total_score")
    total = checks.points("P-09", sheet, place, sheet.form.total_score)
    if total is None:
        if sheet.form.total_score is None:
            checks.blank("P-09", sheet, place, "总分")
        return
    parts = [value(i.score) for i in sheet.form.indicators if i.score is not None or value(i.weight)]
    parts.append(value(sheet.total[1].score) if sheet.total else None)
    if any(part is None for part in parts):
        checks.blank("P-09", sheet, place, "全部得分")
    else:
        expected = add(p for p in parts if p is not None)
        checks.scores("P-09", sheet, place, total.value, expected, "总分")
    stated = (sheet.form.grade or "").strip()
    wanted = grade(total.value, sheet.scheme)
    if not wanted or not (stated or (sheet.spec and sheet.spec.graded)):
        return
    place = ("foot", None, "grade")
    if not stated:
        checks.blank("P-10", sheet, place, "等级")
        return
    holds = stated.removesuffix("秀").removesuffix("好").removesuffix("等") == wanted
    message = "" if holds else f"总分 {numbers.show(total.value)} 应为“{wanted}”，填“{stated}”"
    checks.add("P-10", "holds" if holds else "breaks", sheet, *place, stated=stated, expected=wanted, message=message)
