"""All project forms together: their number and their money (P-14, P-14.1, P-15)."""

from __future__ import annotations

from collections.abc import Sequence

from juesuan.amount import Amount
from juesuan.findings import Verdict
from juesuan.forms.check_funds import SPENDING, TOTAL, place_of
from juesuan.forms.checks import Checks, Place, Sheet, half
from juesuan.rules import Severity

#: Where project spending paid by 财政拨款 stands; the last two only where a unit has such money.
GENERAL, FUNDED = "一般公共预算支出表", ("政府性基金表", "国有资本经营表")


def check_projects(checks: Checks) -> None:
    """P-14, P-14.1, P-15: all project forms together."""
    projects = [s for s in checks.sheets if s.form.kind == "项目" and s.total]
    if not projects:
        return
    first = projects[0]
    place = ("funds", first.total[0] if first.total else None, "executed")
    others = tuple((s.at, s.total[0]) for s in projects if s.total)
    if checks.known.projects is not None:
        known, count = checks.known.projects, sum(s.form.kind == "项目" for s in checks.sheets)
        verdict: Verdict = "holds" if known == count else "breaks"
        message = "" if verdict == "holds" else f"{checks.known.counted} {known} 个项目，附项目自评表 {count} 份"
        # Of the projects assessed an account may show some only.
        severity: Severity | None = "explain" if checks.known.assessed and count < known else None
        checks.add(
            "P-15", verdict, first, "head", stated=str(count), expected=str(known), message=message, severity=severity
        )
    else:
        checks.absent("P-15", first, "没有情况说明中的项目数，不核对")
    totals = [(s, *s.total) for s in projects if s.total]
    amounts = [checks.amount("P-14", s, ("funds", row, "executed"), total.executed) for s, row, total in totals]
    known_amounts = [a for a in amounts if a]
    if len(known_amounts) < len(projects):
        checks.blank("P-14", first, place, "全部项目的执行数")
        return
    executed = sum(a.fen for a in known_amounts)
    figure = checks.table(SPENDING, TOTAL, "项目支出")
    if figure is None:
        checks.absent("P-14", first, f"没有{SPENDING}，不核对")
    else:
        _against_projects(checks, first, place, executed, figure, known_amounts, others)
    for sheet in checks.sheets:
        if sheet.form.kind != "整体":
            continue
        if stated := checks.amount("P-14.1", sheet, place_of(sheet, "project"), sheet.spending("project")):
            allowed = half(stated, *known_amounts)
            expected, what = executed, ""
            if abs(stated.fen - executed) > allowed and (other := _not_fiscal(checks)) is not None:
                amount, halves = other
                if amount and abs(stated.fen - executed - amount) <= allowed + halves:
                    expected, allowed, what = executed + amount, allowed + halves, "（加上非财政拨款的项目支出）"
            checks.amounts(
                "P-14.1", sheet, place_of(sheet, "project"), stated.fen, expected, allowed,
                f"项目支出总额与 {len(projects)} 个项目自评执行数之和{what}", others=others,
            )  # fmt: skip


def _against_projects(
    checks: Checks, first: Sheet, place: Place, executed: int, figure: Amount, amounts: Sequence[Amount],
    others: tuple[tuple[int, int], ...],
) -> None:  # fmt: skip
    """P-14: the projects' sum is all project spending, or what of it 财政拨款 pays, which is all some forms ask for."""
    what = f"{len(amounts)} 个项目自评执行数之和与支出决算表项目支出"
    expected, allowed = figure.fen, half(figure, *amounts)
    if abs(executed - expected) > allowed and (other := _not_fiscal(checks)) is not None:
        amount, halves = other
        if amount and abs(executed - expected + amount) <= allowed + halves:
            expected, allowed = expected - amount, allowed + halves
            what = f"{len(amounts)} 个项目自评执行数之和与财政拨款项目支出"
    # Fewer forms than projects, or other money in them, is for the unit to say; all forms have to add up.
    unsure = abs(executed - expected) > allowed and not checks.known.covers_all
    checks.amounts(
        "P-14", first, place, executed, expected, allowed, what, severity="explain" if unsure else None, others=others
    )


def _not_fiscal(checks: Checks) -> tuple[int, int] | None:
    """Project spending that 财政拨款 does not pay, with its allowance (分); None where the tables do not tell."""
    whole = checks.table(SPENDING, TOTAL, "项目支出")
    if whole is None or checks.table(GENERAL, TOTAL, "项目支出") is None:
        return None
    parts = [a for table in (GENERAL, *FUNDED) if (a := checks.table(table, TOTAL, "项目支出"))]
    return whole.fen - sum(a.fen for a in parts), half(whole, *parts)
