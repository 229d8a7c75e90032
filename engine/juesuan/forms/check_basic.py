"""Form F (整体支出绩效评价基础数据表): sums, parts within totals, control rates (P-18)."""

from __future__ import annotations

from fractions import Fraction

from juesuan.amount import Amount, NotAnAmount, parse
from juesuan.forms import numbers
from juesuan.forms.check_funds import judge_rate
from juesuan.forms.checks import Checks, Sheet, half
from juesuan.forms.numbers import round_half_up
from juesuan.text import plain

_YEARS = {"last_year": "上年决算数", "budget": "本年预算数", "final": "本年决算数"}
#: Rate column → (actual, approved).
_RATES = {
    "rate": ("actual", "approved", "控制率"),
    "size_rate": ("actual_size", "approved_size", "规模控制率"),
    "cost_rate": ("actual_cost", "approved_cost", "投资概算控制率"),
}


def check_basic(checks: Checks) -> None:
    """Every check of every form of basic data."""
    for sheet in checks.sheets:
        if sheet.form.kind == "基础数据":
            for rule in checks.catalogue.words.basics:
                for column, label in _YEARS.items():
                    _sum(checks, sheet, rule.kind, (rule.total, rule.parts), column, label)
            for row in range(len(sheet.form.basics)):
                _rates(checks, sheet, row)


def _row(sheet: Sheet, item: str) -> int | None:
    wanted = plain(item)
    return next((at for at, row in enumerate(sheet.form.basics) if plain(row.item) == wanted), None)


def _sum(
    checks: Checks, sheet: Sheet, kind: str, names: tuple[str, tuple[str, ...]], column: str, label: str
) -> None:
    rule = "P-18" if kind == "sum" else "P-18.1"
    total, parts = _row(sheet, names[0]), [_row(sheet, name) for name in names[1]]
    found = [at for at in parts if at is not None]
    if total is None or not found:
        return
    place = ("basics", total, column)
    whole = checks.amount(rule, sheet, place, sheet.form.basics[total].values.get(column))
    cells = [(("basics", at, column), sheet.form.basics[at].values.get(column)) for at in found]
    amounts = [a for where, text in cells if (a := checks.amount(rule, sheet, where, text))]
    if whole is None:
        if amounts:
            checks.blank(rule, sheet, place, f"“{names[0]}”{label}")
        return
    summed, allowed = sum(a.fen for a in amounts), half(whole, *amounts)
    others = tuple((sheet.at, at) for at in found)
    if kind == "sum":
        what = f"“{names[0]}”{label}与各分项之和"
        checks.amounts(rule, sheet, place, whole.fen, summed, allowed, what, others=others)
    else:
        what = f"“{names[0]}”的其中项{label}之和"
        checks.amounts(rule, sheet, place, summed, whole.fen, allowed, what, bound=True, others=others)


def _rates(checks: Checks, sheet: Sheet, row: int) -> None:
    """P-18.2: control rates."""
    entry = sheet.form.basics[row]
    for column, (over, under, label) in _RATES.items():
        place = ("basics", row, column)
        rate = checks.rate("P-18.2", sheet, place, entry.values.get(column))
        if rate is None:
            continue
        actual, approved = _count(entry.values.get(over)), _count(entry.values.get(under))
        if actual is None or approved is None or not approved.fen:
            checks.blank("P-18.2", sheet, place, f"“{entry.item}”的实有数或编制（批复）数")
            continue
        exact = Fraction(actual.fen, approved.fen)
        verdict, why = judge_rate(rate, exact, (exact, exact))
        expected = numbers.percent(exact, max(rate.decimals, 1))
        wrong = f"“{entry.item}”{label}：填 {entry.values[column]}，应为 {expected}{why}"
        checks.add(
            "P-18.2", verdict, sheet, *place, stated=entry.values[column] or "", expected=expected,
            difference=round_half_up((rate.value - exact) * 100, 4).normalize(),
            message="" if verdict == "holds" else wrong,
        )  # fmt: skip


def _count(text: str | None) -> Amount | None:
    """A number of people, ㎡ or money without regard to its unit."""
    try:
        return parse(text, "万元")
    except NotAnAmount:
        return None
