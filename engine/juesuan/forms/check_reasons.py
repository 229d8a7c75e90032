"""Reasons and meaning: explanations of short scores and overshoots, directions, units, dates, names (P-11 … P-13,
P-16, P-19, P-20)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from juesuan.findings import Verdict
from juesuan.forms import numbers
from juesuan.forms.check_scores import outcomes, overshot, value
from juesuan.forms.checks import Checks, Place, Sheet
from juesuan.forms.names import Mentions, mentions
from juesuan.forms.numbers import round_half_up
from juesuan.forms.score import Outcome
from juesuan.forms.target import Quantity, read
from juesuan.text import plain

_EXECUTION = ("执行", "预算", "资金")


def check_reasons(checks: Checks) -> None:
    """Every check of words of every form."""
    for sheet in checks.sheets:
        _head(checks, sheet)
        if sheet.form.kind not in ("整体", "项目"):
            continue
        names = [i.name for i in sheet.form.indicators]
        said = mentions(sheet.form.deviation_analysis, names, checks.catalogue.words)
        judged = outcomes(checks, sheet)
        _short(checks, sheet, said)
        _quoted(checks, sheet, said)
        _unmet(checks, sheet, judged)
        _overshoot(checks, sheet, judged, said)
        for row in range(len(sheet.form.indicators)):
            _direction(checks, sheet, row, judged[row])
            _units(checks, sheet, row)
        _repeated(checks, sheet)


def _short(checks: Checks, sheet: Sheet, said: Mentions) -> None:
    """P-11, P-11.1: whatever fell short has its reason."""
    analysis = (sheet.form.deviation_analysis or "").strip()
    for row, indicator in enumerate(sheet.form.indicators):
        score, weight = value(indicator.score), value(indicator.weight)
        if score is None or weight is None or score >= weight:
            continue
        own = bool((indicator.deviation or "").strip())
        _reason(checks, sheet, ("indicators", row, "deviation"), f"“{indicator.name}”", own, analysis, row in said.all)
    if sheet.total:
        row, total = sheet.total
        score, weight = value(total.score), value(total.weight) or sheet.scheme.execution
        # A form that explains deviations line by line has no place for this one.
        if score is not None and score < weight and (sheet.spec is None or sheet.spec.reasons == "foot"):
            named = any(word in analysis for word in _EXECUTION)
            _reason(checks, sheet, ("foot", None, "deviation_analysis"), "预算执行率", False, analysis, named)


def _reason(
    checks: Checks, sheet: Sheet, place: Place, what: str, own: bool, analysis: str, named: bool
) -> None:
    if not own and not analysis:
        checks.add("P-11", "breaks", sheet, *place, message=f"{what}没有得满分，没有写偏差原因")
        return
    checks.add("P-11", "holds", sheet, *place)
    if own or named:
        checks.add("P-11.1", "holds", sheet, *place)
    else:
        checks.add("P-11.1", "breaks", sheet, *place, message=f"{what}没有得满分，偏差原因分析中没有说到")


def _quoted(checks: Checks, sheet: Sheet, said: Mentions) -> None:
    """P-11.2: names quoted as they are."""
    for quoted, row in said.quoted:
        name = sheet.form.indicators[row].name
        if checks.catalogue.words.name(quoted) != checks.catalogue.words.name(name):
            checks.add(
                "P-11.2", "breaks", sheet, "foot", None, "deviation_analysis", stated=quoted, expected=name,
                message=f"偏差原因分析写“{quoted}”，指标栏是“{name}”", others=((sheet.at, row),),
            )  # fmt: skip


def _unmet(checks: Checks, sheet: Sheet, judged: tuple[Outcome | None, ...]) -> None:
    """P-11.3: full marks in all, and yet a target missed (those arithmetic decides are P-07)."""
    if value(sheet.form.total_score) != 100:
        return
    missed = [row for row, o in enumerate(judged) if o and o.met is False and o.exact is None]
    names = "、".join(f"“{sheet.form.indicators[row].name}”" for row in missed)
    checks.add(
        "P-11.3", "breaks" if missed else "holds", sheet, "foot", None, "total_score", stated="100",
        message=f"总分 100，而{names}没有达到目标" if missed else "", others=tuple((sheet.at, row) for row in missed),
    )  # fmt: skip


def _overshoot(checks: Checks, sheet: Sheet, judged: tuple[Outcome | None, ...], said: Mentions) -> None:
    """P-12: an overshoot is explained beside the indicator or in the form's analysis."""
    for row, outcome in enumerate(judged):
        if outcome is None or outcome.way != "正向" or outcome.ratio is None:
            continue
        indicator = sheet.form.indicators[row]
        place = ("indicators", row, "actual")
        if not overshot(sheet, outcome) or (indicator.deviation or "").strip() or row in said.all:
            checks.add("P-12", "holds", sheet, *place)
            continue
        lowered = value(indicator.score) != value(indicator.weight)
        checks.add(
            "P-12", "breaks", sheet, *place, stated=(indicator.actual or "").strip(),
            expected=(indicator.target or "").strip(),
            message=f"完成值是目标值的 {numbers.percent(outcome.ratio)}，没有说明原因"
            + ("（得分已调减）" if lowered else ""),
        )  # fmt: skip


def _direction(checks: Checks, sheet: Sheet, row: int, outcome: Outcome | None) -> None:
    """P-13: ≥ and ≤ agree with what the indicator is and with the actual value."""
    indicator, (target, actual) = sheet.form.indicators[row], sheet.values[row]
    words = checks.catalogue.words
    if target.kind != "number" or not target.value:
        return
    place = ("indicators", row, "target")
    stated = (indicator.target or "").strip()
    falls = words.falls(indicator.name, indicator.level1, indicator.level2)
    if falls and target.comparison not in "≤<":
        said = "没有写明 ≤" if target.comparison == "=" else f"写作“{target.comparison}”"
        reverse = _reversed(target, actual, value(indicator.weight))
        tail = f"；按反向 A/B 应得 {reverse}，填 {indicator.score}" if reverse is not None else ""
        checks.add(
            "P-13", "breaks", sheet, *place, stated=indicator.score or "", expected=reverse or "",
            message=f"“{indicator.name}”通常越低越好，目标“{stated}”{said}{tail}",
        )  # fmt: skip
        return
    if words.rises(indicator.name) and target.comparison in "≤<":
        message = f"“{indicator.name}”通常越高越好，目标写作“{stated}”"
        checks.add("P-13", "breaks", sheet, *place, stated=stated, message=message)
        return
    opposite = actual.kind == "number" and (
        (target.comparison in "≥>" and actual.comparison in "≤<")
        or (target.comparison in "≤<" and actual.comparison in "≥>")
    )
    message = f"目标“{stated}”与完成值“{(indicator.actual or '').strip()}”方向相反" if opposite else ""
    checks.add("P-13", "breaks" if opposite else "holds", sheet, *place, stated=stated, message=message)


def _reversed(target: Quantity, actual: Quantity, weight: Fraction | None) -> str | None:
    """The score by A/B, where that is another one."""
    if actual.kind != "number" or not actual.value or not target.value or weight is None:
        return None
    if actual.value <= target.value:
        return None
    return numbers.show(Fraction(round_half_up(weight * target.value / actual.value)))


def _units(checks: Checks, sheet: Sheet, row: int) -> None:
    """P-13.1: the same unit in target and actual; a bare number against a percentage counts as another."""
    target, actual = sheet.values[row]
    numeric = ("number", "range")
    if target.kind not in numeric or actual.kind not in numeric or not target.value or not actual.value:
        return
    family = checks.catalogue.words.family
    one, other = family(target.unit), family(actual.unit)
    same = target.unit == actual.unit or (one == other == "比率")
    if not same and "" in (one, other) and "比率" not in (one, other):
        same = True
    indicator = sheet.form.indicators[row]
    message = "" if same else f"目标值单位“{target.unit or '无'}”，完成值单位“{actual.unit or '无'}”"
    checks.add(
        "P-13.1", "holds" if same else "breaks", sheet, "indicators", row, "actual",
        stated=(indicator.actual or "").strip(), expected=(indicator.target or "").strip(), message=message,
    )  # fmt: skip


def _repeated(checks: Checks, sheet: Sheet) -> None:
    """P-16: no name twice in one form."""
    seen: dict[str, int] = {}
    for row, indicator in enumerate(sheet.form.indicators):
        name = plain(indicator.name)
        first = seen.setdefault(name, row)
        if not name:
            checks.blank("P-16", sheet, ("indicators", row, "level3"), "三级指标名称")
        elif first != row:
            checks.add(
                "P-16", "breaks", sheet, "indicators", row, "level3", stated=indicator.name,
                message=f"指标“{indicator.name}”在第 {first + 1}、{row + 1} 行重复", others=((sheet.at, first),),
            )  # fmt: skip
        else:
            checks.add("P-16", "holds", sheet, "indicators", row, "level3")


def _head(checks: Checks, sheet: Sheet) -> None:
    """P-19: the day of filling in; P-20: the unit's name."""
    form, known = sheet.form, checks.known
    if form.unit_name and known.unit:
        same = plain(form.unit_name) == plain(known.unit)
        message = "" if same else f"自评表写“{form.unit_name}”，封面是“{known.unit}”"
        verdict: Verdict = "holds" if same else "breaks"
        checks.add(
            "P-20", verdict, sheet, "head", None, "unit_name", stated=form.unit_name, expected=known.unit,
            message=message,
        )  # fmt: skip
    if form.fill_date is None:
        if sheet.spec and sheet.spec.dated:
            checks.blank("P-19", sheet, ("head", None, "fill_date"), "填报日期")
        return
    day = read(form.fill_date, sheet.year).period
    message = "" if day else f"“{form.fill_date}”不是日期"
    if day and sheet.year is not None and day.last <= date(sheet.year, 12, 31):
        message = f"填报日期 {day.last} 早于年度末"
    elif day and known.published and day.first > known.published:
        message = f"填报日期 {day.first} 晚于公开日期 {known.published}"
    fits: Verdict = "breaks" if message else "holds"
    checks.add("P-19", fits, sheet, "head", None, "fill_date", stated=form.fill_date, message=message)
