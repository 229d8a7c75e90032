"""Funds (资金): totals and parts, execution rate and score, links to the tables (P-01 … P-04, P-17)."""

from __future__ import annotations

from fractions import Fraction

from juesuan.amount import Amount, decimals
from juesuan.findings import Verdict
from juesuan.forms import numbers
from juesuan.forms.checks import Checks, Place, Sheet, half
from juesuan.forms.numbers import Stated, round_half_up
from juesuan.forms.records import FundRow
from juesuan.forms.score import execution_rate, execution_score
from juesuan.forms.target import Quantity

SPENDING, SUMMARY = "支出决算表", "收支总表"
TOTAL = "合计"
#: Role of a fund row → column of 支出决算表.
ROLES = {"basic": "基本支出", "project": "项目支出"}
_COLUMNS = {"initial": "年初预算数", "budget": "预算数", "executed": "执行数"}


def check_funds(checks: Checks) -> None:
    """Every check of the funds of every form."""
    for sheet in checks.sheets:
        if sheet.form.kind not in ("整体", "项目"):
            continue
        _parts(checks, sheet)
        if sheet.total is None:
            checks.blank("P-03", sheet, ("funds", None, "budget"), "资金情况")
            continue
        _execution(checks, sheet, *sheet.total)
        if sheet.form.kind == "整体":
            _whole(checks, sheet, *sheet.total)
            _named(checks, sheet)


def _parts(checks: Checks, sheet: Sheet) -> None:
    """P-02.2: the total of each column is the sum of each group's parts."""
    if sheet.total is None:
        return
    top, total = sheet.total
    groups: dict[str, list[tuple[int, FundRow, str]]] = {}
    for row, entry, fund in sheet.funds:
        if fund and fund.group:
            groups.setdefault(fund.group, []).append((row, entry, fund.key))
    for group, rows in groups.items():
        for column, label in _COLUMNS.items():
            if group == "支出性质" and column == "executed":
                continue  # P-02
            place = ("funds", top, column)
            texts = [getattr(entry, column) for _, entry, _ in rows]
            if getattr(total, column) is None and not any(texts):
                continue
            whole = checks.amount("P-02.2", sheet, place, getattr(total, column))
            parts = [checks.amount("P-02.2", sheet, ("funds", r, column), getattr(e, column)) for r, e, _ in rows]
            if whole is None:
                continue
            if not any(texts):
                if whole.fen and _expected(sheet, rows[0][2], column):
                    checks.add(
                        "P-02.2", "not_evaluated", sheet, *place, stated=getattr(total, column),
                        message=f"{label}按{group}的各分项都没有填，不能核对",
                    )  # fmt: skip
                continue
            expected = sum(p.fen for p in parts if p)
            others = tuple((sheet.at, r) for r, _, _ in rows)
            checks.amounts(
                "P-02.2", sheet, place, whole.fen, expected, half(whole, *parts), f"{label}合计与{group}各分项之和",
                others=others,
            )  # fmt: skip


def _expected(sheet: Sheet, fund: str, column: str) -> bool:
    """Whether the form has this column for these rows at all."""
    if sheet.spec is None:
        return column != "initial"
    return any(fund in section.rows and column in dict(section.columns) for section in sheet.spec.sections)


def _execution(checks: Checks, sheet: Sheet, row: int, total: FundRow) -> None:
    """P-03, P-03.1, P-04: rate and score of the execution."""
    budget = checks.amount("P-03", sheet, ("funds", row, "budget"), total.budget)
    executed = checks.amount("P-03", sheet, ("funds", row, "executed"), total.executed)
    rate = checks.rate("P-03", sheet, ("funds", row, "rate"), total.rate)
    if budget is None or executed is None:
        checks.blank("P-03", sheet, ("funds", row, "budget" if budget is None else "executed"), "预算数或执行数")
        return
    checks.amounts(
        "P-03.1", sheet, ("funds", row, "executed"), executed.fen, budget.fen, half(budget, executed),
        "执行数与调整后预算数", bound=True,
    )  # fmt: skip
    exact = execution_rate(budget.fen, executed.fen)
    if exact is None:
        verdict: Verdict = "holds" if rate is None and not executed.fen else "breaks"
        text = "" if verdict == "holds" else "预算数为 0，不能有执行率"
        checks.add("P-03", verdict, sheet, "funds", row, "rate", stated=total.rate or "", message=text)
        return
    if rate is None:
        if not total.rate:
            checks.blank("P-03", sheet, ("funds", row, "rate"), "执行率")
    else:
        _rate(checks, sheet, row, total, rate, (budget, executed))
    score = checks.points("P-04", sheet, ("funds", row, "score"), total.score)
    weight = checks.points("P-04", sheet, ("funds", row, "weight"), total.weight)
    if score is None:
        if not total.score:
            checks.blank("P-04", sheet, ("funds", row, "score"), "预算执行得分")
        return
    points = weight.value if weight else sheet.scheme.execution
    expected = Fraction(execution_score(points, exact))
    checks.scores("P-04", sheet, ("funds", row, "score"), score.value, expected, "预算执行得分")


def _rate(checks: Checks, sheet: Sheet, row: int, total: FundRow, rate: Stated, amounts: tuple[Amount, Amount]) -> None:
    budget, executed = amounts
    exact = Fraction(executed.fen, budget.fen)
    places = max(rate.decimals, 1)
    expected = numbers.percent(exact, places)
    lowest = Fraction(max(executed.fen - executed.half, 0), budget.fen + budget.half)
    highest = Fraction(executed.fen + executed.half, max(budget.fen - budget.half, 1))
    slack = Fraction(1, 2 * 100 * 10**rate.decimals)
    verdict, why = judge_rate(rate, exact, (lowest - slack, highest + slack))
    message = "" if verdict == "holds" else f"执行率：填 {total.rate}，应为 {expected}{why}"
    difference = round_half_up((rate.value - exact) * 100, 4).normalize()
    checks.add(
        "P-03", verdict, sheet, "funds", row, "rate", stated=total.rate or "", expected=expected,
        difference=difference, message=message,
    )  # fmt: skip


def judge_rate(rate: Stated, exact: Fraction, span: tuple[Fraction, Fraction]) -> tuple[Verdict, str]:
    """A rate holds if it is the exact one at its own decimals, one at least (98% stands for 98.0%)."""
    if rate.value * 100 == Fraction(round_half_up(exact * 100, max(rate.decimals, 1))):
        return "holds", ""
    if rate.value * 100 == Fraction(round_half_up(exact * 100, rate.decimals)):
        return "rounding", "（只写到整数，精度较粗）"
    return ("rounding", "（在四舍五入的误差之内）") if span[0] <= rate.value <= span[1] else ("breaks", "")


def _whole(checks: Checks, sheet: Sheet, row: int, total: FundRow) -> None:
    """P-01, P-02, P-02.1, P-03.2, P-17: a form of the whole unit against the tables."""
    spent: dict[str, Amount] = {}
    wrong: list[Place] = []
    for role, column in ROLES.items():
        place = place_of(sheet, role)
        stated = checks.amount("P-01", sheet, place, sheet.spending(role))
        if stated is None:
            continue
        spent[role] = stated
        verdict = _against(checks, sheet, "P-01", place, stated, (SPENDING, TOTAL, column), f"{column}总额与支出决算表")
        wrong += [place] if verdict == "breaks" else []
    executed = checks.amount("P-02", sheet, ("funds", row, "executed"), total.executed)
    if executed is None:
        return
    if spent:
        expected = sum(a.fen for a in spent.values())
        place = ("funds", row, "executed")
        allowed = half(executed, *spent.values())
        if wrong and abs(executed.fen - expected) > allowed and _spent_in_all(checks, executed):
            # The amount executed is right: the sum is wrong because of what P-01 found.
            what = "由 P-01 引起：基本支出、项目支出总额之和与执行数"
            checks.amounts("P-02", sheet, wrong[0], expected, executed.fen, allowed, what, cause="P-01")
        else:
            checks.amounts("P-02", sheet, place, executed.fen, expected, allowed, "执行数与基本支出、项目支出总额之和")
    ref, name = (SPENDING, TOTAL, "本年支出合计"), SPENDING
    if checks.table(*ref) is None:
        ref, name = (SUMMARY, "本年支出合计", "决算数"), "收支总表"
    _against(checks, sheet, "P-02.1", ("funds", row, "executed"), executed, ref, f"执行数与{name}本年支出合计")
    income = checks.table(SUMMARY, "收入总计", "决算数")
    budget = checks.amount("P-03.2", sheet, ("funds", row, "budget"), total.budget)
    if income is None:
        checks.absent("P-03.2", sheet, f"没有{SUMMARY}，不核对")
    elif budget:
        checks.amounts(
            "P-03.2", sheet, ("funds", row, "budget"), budget.fen, income.fen, half(budget, income),
            "预算数与收入总计", bound=True,
        )  # fmt: skip
    initial = checks.amount("P-17", sheet, ("funds", row, "initial"), total.initial)
    known = checks.known.initial_budget
    if initial and known is None:
        checks.absent("P-17", sheet, "没有情况说明中的年初预算数，不核对")
    elif initial and known is not None:
        checks.amounts(
            "P-17", sheet, ("funds", row, "initial"), initial.fen, known, 2 * initial.half, "年初预算数与情况说明"
        )
    if initial and budget:
        _added(checks, sheet, row, initial, budget)


def _spent_in_all(checks: Checks, executed: Amount) -> bool:
    """True if 支出决算表 has this as spending of the year."""
    figure = checks.table(SPENDING, TOTAL, "本年支出合计")
    return figure is not None and abs(executed.fen - figure.fen) <= half(executed, figure)


def _added(checks: Checks, sheet: Sheet, row: int, initial: Amount, budget: Amount) -> None:
    """P-17.1: budget of the year less initial budget is what the narrative says was added."""
    added = checks.known.added
    if added is None:
        checks.absent("P-17.1", sheet, "没有情况说明中的追加数，不核对")
        return
    checks.amounts(
        "P-17.1", sheet, ("funds", row, "budget"), budget.fen - initial.fen, added, half(initial, budget) + 5_000,
        "全年预算数减年初预算数与情况说明的追加数",
    )  # fmt: skip


def place_of(sheet: Sheet, role: str) -> Place:
    """Where a form of the whole unit states 基本支出 (basic) or 项目支出 (project)."""
    for row, _, fund in sheet.funds:
        if fund and fund.role == role:
            return ("funds", row, "executed")
    return ("totals", None, f"{role}_total")


def _against(
    checks: Checks,
    sheet: Sheet,
    rule: str,
    place: Place,
    stated: Amount,
    ref: tuple[str, str, str],
    what: str,
) -> Verdict:
    """One figure stated in a form and in a table."""
    figure = checks.table(*ref)
    if figure is None:
        checks.absent(rule, sheet, f"没有{ref[0]}，不核对")
        return "not_applicable"
    return checks.amounts(rule, sheet, place, stated.fen, figure.fen, half(stated, figure), what)


def _named(checks: Checks, sheet: Sheet) -> None:
    """P-01.1: indicators called 基本支出 or 项目支出."""
    for at, indicator in enumerate(sheet.form.indicators):
        column = checks.catalogue.words.name(indicator.name).removesuffix("总额")
        actual = sheet.values[at][1]
        if column not in ROLES.values() or not (amount := _money(checks, actual)):
            continue
        place, what = ("indicators", at, "actual"), f"指标“{indicator.name}”与支出决算表"
        _against(checks, sheet, "P-01.1", place, amount, (SPENDING, TOTAL, column), what)


def _money(checks: Checks, actual: Quantity) -> Amount | None:
    """An actual value of money as an amount; None where it is not one."""
    family = checks.catalogue.words.family(actual.unit)
    if actual.kind != "number" or actual.value is None or (family != "金额" and (family or actual.multiplier < 10_000)):
        return None
    fen = actual.value * 100
    step = Fraction(actual.multiplier * 100, 10**actual.decimals)
    if fen.denominator != 1 or "/" in actual.unit:
        return None
    return Amount(int(fen), int(step / 2) if decimals(int(fen), "万元") <= 6 else 0)
