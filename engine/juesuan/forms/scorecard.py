"""A form recomputed beside what is stated: rate, scores, total, grade, and what a person must judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from juesuan.forms import numbers
from juesuan.forms.check_scores import value
from juesuan.forms.checks import prepare
from juesuan.forms.records import MONEY, Form
from juesuan.forms.scheme import FormCatalogue, load
from juesuan.forms.score import Outcome
from juesuan.forms.verify import rescore


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: as stated and as computed ("" where there is none). ``note``: why a person must judge, with the span
    the score may lie in; ``agrees`` is None where nothing can be compared."""

    what: str
    stated: str
    computed: str
    agrees: bool | None
    note: str = ""
    weight: str = ""
    target: str = ""
    actual: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One form. ``judged``: how many indicators' scores were taken as stated."""

    title: str
    scheme: str
    lines: tuple[Line, ...]
    judged: int

    @property
    def differing(self) -> tuple[Line, ...]:
        """What is stated otherwise than computed."""
        return tuple(line for line in self.lines if line.agrees is False)

    def as_data(self) -> Mapping[str, Any]:
        """Plain data for JSON."""
        return {"title": self.title, "scheme": self.scheme, "judged": self.judged,
                "lines": [asdict(line) for line in self.lines]}  # fmt: skip


def region_of(region: str, letter: str, year: int | None, kind: str, catalogue: FormCatalogue | None = None) -> str:
    """The region whose scheme scores a form: the account's own where it has forms, else that of the form's layout."""
    catalogue = catalogue or load()
    if catalogue.spec(region, year, kind) is not None or letter not in catalogue.forms:
        return region
    return catalogue.forms[letter].regions[0]


def scorecard(form: Form, region: str, year: int | None, catalogue: FormCatalogue | None = None) -> Scorecard:
    """Everything a form's arithmetic decides, beside what it states."""
    catalogue = catalogue or load()
    (sheet,) = prepare((form,), catalogue, region, year, MONEY)
    again = rescore(form, region, year, catalogue=catalogue)
    lines = []
    if sheet.total:
        total = sheet.total[1]
        rate = numbers.percent(again.rate, max(1, _decimals(total.rate))) if again.rate is not None else ""
        lines.append(_line("执行率", total.rate, rate))
        lines.append(_line("预算执行得分", total.score, _shown(again.execution)))
    for row, (indicator, outcome) in enumerate(zip(form.indicators, again.outcomes, strict=True)):
        computed = "" if row in again.judged else _shown(again.scores[row])
        note = _judged(outcome) if row in again.judged else ""
        agrees = _within(indicator.score, outcome) if row in again.judged else _same(indicator.score, computed)
        lines.append(Line(indicator.name, indicator.score or "", computed, agrees, note, indicator.weight or "",
                          indicator.target or "", indicator.actual or "", row))  # fmt: skip
    lines.append(_line("总分", form.total_score, _shown(again.total)))
    if again.grade or form.grade:
        agrees = form.grade == again.grade if form.grade and again.grade else None
        lines.append(Line("等级", form.grade or "", again.grade, agrees))
    return Scorecard(form.title, sheet.scheme.name, tuple(lines), len(again.judged))


def _line(what: str, stated: str | None, computed: str) -> Line:
    return Line(what, stated or "", computed, _same(stated, computed))


def _shown(score: Decimal | None) -> str:
    return "" if score is None else numbers.show(Fraction(score))


def _same(stated: str | None, computed: str) -> bool | None:
    """Whether two printed numbers are one; None where one of them is missing or unreadable."""
    if not computed:
        return None
    one, other = _read(stated), _read(computed)
    return None if one is None or other is None else one == other


def _read(text: str | None) -> Fraction | None:
    try:
        found = numbers.rate(text) if text and "%" in text.replace("％", "%") else numbers.points(text)
    except numbers.NotANumber:
        return None
    return found.value if found else None


def _decimals(rate: str | None) -> int:
    try:
        found = numbers.rate(rate)
    except numbers.NotANumber:
        return 1
    return found.decimals if found else 1


def _judged(outcome: Outcome | None) -> str:
    if outcome is None:
        return "没有填分值，不能计分"
    span = ""
    if outcome.high and (outcome.low or outcome.below):
        below = "（不含）" if outcome.below else "（含）"
        span = f"，得分应在 {numbers.show(outcome.low)}（含）–{numbers.show(outcome.high)}{below}"
    return f"{outcome.reason or '定性指标'}，由人判断{span}"


def _within(stated: str | None, outcome: Outcome | None) -> bool | None:
    score = value(stated)
    if score is None or outcome is None:
        return None
    return outcome.low <= score and (score < outcome.high if outcome.below else score <= outcome.high)
