"""Weights (分值): totals of 100, levels against the scheme, sums of each level (P-05, P-06)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import groupby

from juesuan.forms import numbers
from juesuan.forms.checks import Checks, Place, Sheet
from juesuan.forms.numbers import NotANumber, add
from juesuan.forms.records import Indicator

#: A run of consecutive indicators under one heading: (row, indicator).
Run = list[tuple[int, Indicator]]


def check_weights(checks: Checks) -> None:
    """Every check of weights of every form."""
    for sheet in checks.sheets:
        if sheet.form.kind not in ("整体", "项目") or not sheet.form.indicators:
            continue
        weights = _weights(checks, sheet)
        _complete(checks, sheet, weights)
        _sums(checks, sheet, weights)
        if weights is not None:
            _total(checks, sheet, weights)
            if not sheet.form.goals:
                _levels(checks, sheet, weights)


def _weights(checks: Checks, sheet: Sheet) -> list[Fraction] | None:
    """The third level's weights; None where one is missing or cannot be read."""
    found: list[Fraction] = []
    for row, indicator in enumerate(sheet.form.indicators):
        place = ("indicators", row, "weight")
        stated = checks.points("P-06", sheet, place, indicator.weight)
        if stated is None and not _void(sheet, row):
            if indicator.weight is None:
                checks.blank("P-06", sheet, place, "三级指标分值")
            return None
        found.append(stated.value if stated else Fraction(0))
    return found


def _void(sheet: Sheet, row: int) -> bool:
    """A line of a form that says 无 all along (E): no weight, no score, no values."""
    indicator = sheet.form.indicators[row]
    empty = all(quantity.kind in ("none", "blank") for quantity in sheet.values[row])
    return empty and indicator.weight is None and indicator.score is None


def _runs(form: tuple[Indicator, ...], key: Callable[[Indicator], object]) -> Iterator[Run]:
    for _, run in groupby(enumerate(form), key=lambda pair: key(pair[1])):
        yield list(run)


def _first(indicator: Indicator) -> object:
    return indicator.goal, indicator.level1, indicator.level1_weight


def _second(indicator: Indicator) -> object:
    return indicator.goal, indicator.level1, indicator.level1_weight, indicator.level2, indicator.level2_weight


def _complete(checks: Checks, sheet: Sheet, weights: list[Fraction] | None) -> None:
    """P-06.1: names and weights of the upper levels are there."""
    printed = sheet.spec.weights if sheet.spec else ()
    if not any(i.level2_weight for i in sheet.form.indicators):
        # A form that prints points of the first and third level only asks for no others; P-06 compares those two.
        printed = tuple(level for level in printed if level != "level2")
    for level, key in ((1, _first), (2, _second)):
        for run in _runs(sheet.form.indicators, key):
            row, head = run[0]
            name, weight = (head.level1, head.level1_weight) if level == 1 else (head.level2, head.level2_weight)
            gaps = [] if name else ["名称"]
            if weight is None and f"level{level}" in printed:
                gaps.append("分值")
            place = ("indicators", row, f"level{level}")
            if not gaps:
                checks.add("P-06.1", "holds", sheet, *place)
                continue
            total = numbers.show(add(weights[at] for at, _ in run)) if weights is not None else ""
            until = f"至“{run[-1][1].name}”" if len(run) > 1 else ""
            checks.add(
                "P-06.1", "breaks", sheet, *place, expected=total,
                message=f"“{head.name}”{until}的{'一级' if level == 1 else '二级'}指标没有填{'、'.join(gaps)}"
                + (f"，按三级分值合计为 {total}" if total else ""),
            )  # fmt: skip


def _sums(checks: Checks, sheet: Sheet, weights: list[Fraction] | None) -> None:
    """P-06: second level = Σ third, first = Σ second, goal = Σ first."""
    if weights is None:
        return
    firsts: dict[int | None, Fraction] = {}
    for run in _runs(sheet.form.indicators, _first):
        row, head = run[0]
        below = Fraction(0)
        for second in _runs(tuple(i for _, i in run), _second):
            start = row + second[0][0]
            summed = add(weights[row + at] for at, _ in second)
            stated = checks.points("P-06", sheet, ("indicators", start, "level2_weight"), second[0][1].level2_weight)
            if stated:
                what = f"二级指标“{second[0][1].level2}”的分值与所属三级分值之和"
                checks.scores("P-06", sheet, ("indicators", start, "level2_weight"), stated.value, summed, what)
            below += stated.value if stated else summed
        own = checks.points("P-06", sheet, ("indicators", row, "level1_weight"), head.level1_weight)
        if own:
            what = f"一级指标“{head.level1}”的分值与所属二级分值之和"
            checks.scores("P-06", sheet, ("indicators", row, "level1_weight"), own.value, below, what)
        firsts[head.goal] = firsts.get(head.goal, Fraction(0)) + (own.value if own else below)
    for row, goal in enumerate(sheet.form.goals):
        stated = checks.points("P-06", sheet, ("goals", row, "weight"), goal.weight)
        if stated:
            what = f"年度目标 {goal.no} 的分值与所属一级分值之和"
            checks.scores("P-06", sheet, ("goals", row, "weight"), stated.value, firsts.get(goal.no, Fraction(0)), what)
    stated = checks.points("P-06", sheet, ("indicators", None, "indicators_weight"), sheet.form.indicators_weight)
    if stated:
        whole = sum(firsts.values(), Fraction(0))
        what = "年度绩效目标分值与一级分值之和"
        checks.scores("P-06", sheet, ("indicators", None, "indicators_weight"), stated.value, whole, what)


def _total(checks: Checks, sheet: Sheet, weights: list[Fraction]) -> None:
    """P-05: 100 in all; the execution's points and the goals' sum are the scheme's."""
    scheme = sheet.scheme
    binding = "P-05" if scheme.strict else "P-05.1"
    execution = scheme.execution
    if sheet.total and sheet.total[1].weight:
        place: Place = ("funds", sheet.total[0], "weight")
        stated = checks.points("P-05", sheet, place, sheet.total[1].weight)
        if stated:
            execution = stated.value
            checks.scores(binding, sheet, place, execution, scheme.execution, f"预算执行分值（{scheme.name}）")
    place = ("foot", None, "total_weight")
    checks.scores("P-05", sheet, place, add((execution, *weights)), Fraction(100), "预算执行与各指标分值合计")
    if sheet.form.total_weight:
        printed = checks.points("P-05", sheet, place, sheet.form.total_weight)
        if printed:
            checks.scores("P-05", sheet, place, printed.value, Fraction(100), "分值合计一栏")
    goals = [_value(goal.weight) for goal in sheet.form.goals]
    known = [g for g in goals if g is not None]
    if known and len(known) == len(goals):
        place = ("goals", None, "weight")
        checks.scores("P-05", sheet, place, sum(known, Fraction(0)), 100 - execution, "各年度目标分值之和")


def _value(text: str | None) -> Fraction | None:
    try:
        stated = numbers.points(text)
    except NotANumber:
        return None
    return stated.value if stated else None


def _levels(checks: Checks, sheet: Sheet, weights: list[Fraction]) -> None:
    """P-05, P-05.1: each first level's points are the scheme's. A form without an optional level (满意度) spreads its
    points over the others, so then only the total counts."""
    scheme = sheet.scheme
    sums: dict[str, list[Fraction]] = {}
    rows: dict[str, int] = {}
    for row, indicator in enumerate(sheet.form.indicators):
        level = scheme.level_of(indicator.level1, indicator.level2)
        sums.setdefault(level, []).append(weights[row])
        rows.setdefault(level, row)
    if any(level not in sums for level in scheme.optional) or any(x.weight is None for x in scheme.levels):
        return
    rule = "P-05" if scheme.strict else "P-05.1"
    if "" in sums:
        row = rows[""]
        name = sheet.form.indicators[row].level1 or sheet.form.indicators[row].level2
        checks.add(
            rule, "not_evaluated", sheet, "indicators", row, "level1", stated=name,
            message=f"一级指标“{name}”不在方案“{scheme.name}”中，各级分值不能核对",
        )  # fmt: skip
        return
    for declared in scheme.levels:
        if declared.weight is not None:
            name = declared.name
            what = f"“{name}”分值（{scheme.name}）"
            place = ("indicators", rows.get(name), "level1_weight")
            checks.scores(rule, sheet, place, add(sums.get(name, ())), declared.weight, what)
