"""The same indicator in several forms (P-16.1 … P-16.3): one name has one value; names alike are shown side by side."""

from __future__ import annotations

from collections.abc import Sequence

from juesuan.forms.checks import Checks, Sheet
from juesuan.forms.names import pairs_alike
from juesuan.forms.target import Quantity

#: Where an indicator stands.
Spot = tuple[Sheet, int]
_FIELDS = (("actual", 1, "实际完成值", "P-16.1"), ("target", 0, "目标值", "P-16.2"))


def check_cross(checks: Checks) -> None:
    """Compare the indicators of all forms with each other."""
    named: dict[str, list[Spot]] = {}
    for sheet in checks.sheets:
        for row, indicator in enumerate(sheet.form.indicators):
            if name := checks.catalogue.words.name(indicator.name):
                named.setdefault(name, []).append((sheet, row))
    for spots in named.values():
        if len({sheet.at for sheet, _ in spots}) > 1:
            for column, which, label, rule in _FIELDS:
                differs = _differ(spots, which, label, "同一指标")
                _report(checks, rule, spots, column, differs)
    for one, other in pairs_alike(named, checks.catalogue.words):
        spots = _apart(named[one], named[other])
        if spots and _measures_alike(spots):
            for column, which, label, _ in _FIELDS:
                _report(checks, "P-16.3", spots, column, _differ(spots, which, label, "名称相近的指标"))


def _apart(first: Sequence[Spot], second: Sequence[Spot]) -> list[Spot]:
    """The spots of two names, where they stand in different forms; else nothing."""
    apart = {sheet.at for sheet, _ in first} | {sheet.at for sheet, _ in second}
    return [*first, *second] if len(apart) > 1 and not _together(first, second) else []


def _together(first: Sequence[Spot], second: Sequence[Spot]) -> bool:
    """True if both names stand in one form: whoever wrote it tells them apart."""
    return bool({sheet.at for sheet, _ in first} & {sheet.at for sheet, _ in second})


def _measures_alike(spots: Sequence[Spot]) -> bool:
    """True if all values are numbers of one unit."""
    values = [sheet.values[row][1] for sheet, row in spots]
    return all(v.kind == "number" for v in values) and len({v.unit for v in values if v.value}) <= 1


def same_value(one: Quantity, other: Quantity) -> bool:
    """True if two cells state the same; “≥90%” and “90%” do."""
    if "blank" in (one.kind, other.kind):
        return True
    if one.kind != other.kind:
        return False
    if one.kind in ("number", "range"):
        return (one.value, one.high) == (other.value, other.high)
    if one.kind == "date":
        return one.period == other.period
    if one.kind == "text":
        return "".join(one.raw.split()) == "".join(other.raw.split())
    return one.words == other.words or one.kind == "none"


def _differ(spots: Sequence[Spot], which: int, label: str, what: str) -> str:
    """The sentence that shows differing values; "" where they agree."""
    first = spots[0][0].values[spots[0][1]][which]
    if all(same_value(first, sheet.values[row][which]) for sheet, row in spots[1:]):
        return ""
    shown = "；".join(
        f"《{sheet.form.title}》“{sheet.form.indicators[row].name}”{sheet.values[row][which].raw.strip()}"
        for sheet, row in spots
    )
    return f"{what}的{label}不同：{shown}"


def _report(checks: Checks, rule: str, spots: Sequence[Spot], column: str, message: str) -> None:
    sheet, row = spots[0]
    values = "／".join(s.values[r][0 if column == "target" else 1].raw.strip() for s, r in spots)
    checks.add(
        rule, "breaks" if message else "holds", sheet, "indicators", row, column, stated=values if message else "",
        message=message, others=tuple((s.at, r) for s, r in spots[1:]),
    )  # fmt: skip
