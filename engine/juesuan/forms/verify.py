"""Verifying performance self-assessment forms: every rule of workbook_templates/forms/rules.toml, and recomputing.

``verify`` yields every check made with its verdict; ``rescore`` what the scores, the total and the grade come to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from juesuan.amount import NotAnAmount, Unit
from juesuan.forms.check_basic import check_basic
from juesuan.forms.check_cross import check_cross
from juesuan.forms.check_funds import check_funds
from juesuan.forms.check_projects import check_projects
from juesuan.forms.check_reasons import check_reasons
from juesuan.forms.check_scores import check_scores, expected_score, outcomes, value
from juesuan.forms.check_weights import check_weights
from juesuan.forms.checks import Checks, prepare
from juesuan.forms.numbers import round_half_up
from juesuan.forms.records import MONEY, Form, FormReport, Known
from juesuan.forms.scheme import FormCatalogue, load
from juesuan.forms.score import Outcome, execution_rate, execution_score, grade
from juesuan.statements import StatementSet


def verify(
    forms: Sequence[Form],
    region: str,
    year: int | None,
    *,
    statements: StatementSet | None = None,
    known: Known | None = None,
    unit: Unit = MONEY,
    catalogue: FormCatalogue | None = None,
) -> FormReport:
    """Check all forms of one account together. ``statements``: its tables; ``known``: what the cover and the narrative
    say. What has nothing to be compared with is 不适用, what is not filled in is 未执行."""
    catalogue = catalogue or load()
    checks = Checks(catalogue, prepare(tuple(forms), catalogue, region, year, unit), statements, known or Known())
    for check in (
        check_funds, check_projects, check_weights, check_scores, check_reasons, check_cross, check_basic,
    ):  # fmt: skip
        check(checks)
    return FormReport(tuple(sorted(checks.found, key=lambda f: f.form)))


@dataclass(frozen=True, slots=True)
class Rescored:
    """One form computed anew. ``scores``: each indicator's, None where a person must judge and none is stated;
    ``judged``: rows whose score was taken as stated; ``total`` None where a score is missing."""

    rate: Fraction | None
    execution: Decimal | None
    outcomes: tuple[Outcome | None, ...]
    scores: tuple[Decimal | None, ...]
    judged: tuple[int, ...]
    total: Decimal | None
    grade: str


def rescore(
    form: Form, region: str, year: int | None, *, unit: Unit = MONEY, catalogue: FormCatalogue | None = None
) -> Rescored:
    """Rate, scores, total and grade from targets, actuals, weights and funds alone; what a person must judge is taken
    as stated."""
    catalogue = catalogue or load()
    (sheet,) = prepare((form,), catalogue, region, year, unit)
    checks = Checks(catalogue, (sheet,), None, Known())
    judged = outcomes(checks, sheet)
    scores: list[Decimal | None] = []
    by_hand: list[int] = []
    for row, (indicator, outcome) in enumerate(zip(form.indicators, judged, strict=True)):
        stated = value(indicator.score)
        if outcome is not None and outcome.exact is not None:
            scores.append(expected_score(checks, sheet, row, outcome))
        else:
            by_hand.append(row)
            scores.append(None if stated is None else round_half_up(stated))
    rate = execution = None
    if sheet.total:
        try:
            budget, executed = sheet.amount(sheet.total[1].budget), sheet.amount(sheet.total[1].executed)
        except NotAnAmount:
            budget = executed = None
        if budget and executed:
            rate = execution_rate(budget.fen, executed.fen)
        if rate is not None:
            execution = execution_score(value(sheet.total[1].weight) or sheet.scheme.execution, rate)
    parts = [*scores, execution]
    known = [p for p in parts if p is not None]
    total = sum(known, Decimal(0)) if len(known) == len(parts) else None
    name = grade(Fraction(total), sheet.scheme) if total is not None else ""
    return Rescored(rate, execution, judged, tuple(scores), tuple(by_hand), total, name)
