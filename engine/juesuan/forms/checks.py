"""What every check of forms needs: the forms read, the tables, and one place that turns comparisons into findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from juesuan.amount import Amount, NotAnAmount, Unit, parse, show, to_decimal
from juesuan.findings import Verdict
from juesuan.forms import numbers
from juesuan.forms.numbers import NotANumber, Stated
from juesuan.forms.records import Form, FormFinding, FundRow, Known
from juesuan.forms.scheme import FormCatalogue, FormSpec, Scheme
from juesuan.forms.score import Outcome
from juesuan.forms.target import Quantity, read
from juesuan.forms.words import Fund
from juesuan.rules import Severity
from juesuan.statements import StatementSet

#: Where something stands in a form: part, row within the part, field.
Place = tuple[str, int | None, str]
#: What the forms call a rounding difference of a score.
SCORE_SLACK = Fraction(1, 100)
NONE = Decimal(0)


@dataclass(frozen=True)
class Sheet:
    """One form with all that is derived from it once."""

    at: int
    form: Form
    spec: FormSpec | None
    scheme: Scheme
    unit: Unit
    year: int | None
    funds: tuple[tuple[int, FundRow, Fund | None], ...]

    @cached_property
    def values(self) -> tuple[tuple[Quantity, Quantity], ...]:
        """Target and actual of every indicator, read."""
        return tuple((read(i.target, self.year), read(i.actual, self.year)) for i in self.form.indicators)

    @cached_property
    def total(self) -> tuple[int, FundRow] | None:
        """The row of total funds; the first row where none is called so."""
        named = [(at, row) for at, row, fund in self.funds if fund and fund.role == "total"]
        return named[0] if named else ((self.funds[0][0], self.funds[0][1]) if self.funds else None)

    def amount(self, text: str | None) -> Amount | None:
        """Raises NotAnAmount."""
        return parse(text, self.unit)

    def spending(self, role: str) -> str | None:
        """基本支出总额 (role basic) or 项目支出总额 (role project) as printed, wherever the form has it."""
        own = self.form.basic_total if role == "basic" else self.form.project_total
        if own:
            return own
        return next((row.executed for _, row, fund in self.funds if fund and fund.role == role), None)


@dataclass
class Checks:
    """Collects what is found; ``sheets`` are all forms, ``statements`` the tables beside them, if any."""

    catalogue: FormCatalogue
    sheets: tuple[Sheet, ...]
    statements: StatementSet | None
    known: Known
    found: list[FormFinding] = field(default_factory=list)
    judged: dict[int, tuple[Outcome | None, ...]] = field(default_factory=dict)

    def add(
        self,
        rule: str,
        verdict: Verdict,
        sheet: Sheet,
        part: str,
        row: int | None = None,
        column: str = "",
        *,
        stated: str = "",
        expected: str = "",
        difference: Decimal | None = None,
        message: str = "",
        severity: Severity | None = None,
        others: tuple[tuple[int, int], ...] = (),
        cause: str = "",
    ) -> None:
        declared = self.catalogue.rules[rule]
        indicator = sheet.form.indicators[row].name if part == "indicators" and row is not None else ""
        finding = FormFinding(
            rule, severity or declared.severity, verdict, sheet.at, sheet.form.title, part, row, indicator, column,
            stated, expected, difference, message, others, cause,
        )  # fmt: skip
        self.found.append(finding)

    def absent(self, rule: str, sheet: Sheet, reason: str) -> None:
        """A rule that has nothing to be compared with here."""
        self.add(rule, "not_applicable", sheet, "", message=reason)

    # --- amounts ---

    def amounts(
        self,
        rule: str,
        sheet: Sheet,
        place: Place,
        stated: int,
        expected: int,
        allowed: int,
        what: str,
        *,
        bound: bool = False,
        severity: Severity | None = None,
        others: tuple[tuple[int, int], ...] = (),
        cause: str = "",
    ) -> Verdict:
        """Compare two amounts (分); ``bound``: stated may be less. ``what`` completes the sentence."""
        difference = stated - expected
        verdict = _verdict(max(difference, 0) if bound else abs(difference), allowed)
        shown, other = show(stated, sheet.unit), show(expected, sheet.unit)
        message = "" if verdict == "holds" else f"{what}：{shown}，{'不应超过' if bound else '应为'} {other}"
        self.add(
            rule, verdict, sheet, *place, stated=shown, expected=other, difference=to_decimal(difference, sheet.unit),
            message=_because(message, verdict), severity=severity, others=others, cause=cause,
        )  # fmt: skip
        return verdict

    def amount(self, rule: str, sheet: Sheet, place: Place, text: str | None) -> Amount | None:
        """An amount of a form; where it cannot be read the rule is not evaluated. None for a blank or unreadable."""
        try:
            return sheet.amount(text)
        except NotAnAmount as error:
            self.add(rule, "not_evaluated", sheet, *place, stated=text or "", message=str(error))
            return None

    def table(self, table: str, line: str, column: str) -> Amount | None:
        """A figure of the tables beside the forms; None where there is none."""
        if self.statements is None or table not in self.statements.tables:
            return None
        return self.statements.tables[table].figures.get((line, column))

    # --- scores ---

    def points(self, rule: str, sheet: Sheet, place: Place, text: str | None) -> Stated | None:
        """A score or weight; where it cannot be read the rule is not evaluated."""
        return self._stated(numbers.points, rule, sheet, place, text)

    def rate(self, rule: str, sheet: Sheet, place: Place, text: str | None) -> Stated | None:
        return self._stated(numbers.rate, rule, sheet, place, text)

    def _stated(
        self,
        reader: Callable[[str | None], Stated | None],
        rule: str,
        sheet: Sheet,
        place: Place,
        text: str | None,
    ) -> Stated | None:
        try:
            return reader(text)
        except NotANumber as error:
            self.add(rule, "not_evaluated", sheet, *place, stated=text or "", message=str(error))
            return None

    def scores(
        self,
        rule: str,
        sheet: Sheet,
        place: Place,
        stated: Fraction,
        expected: Fraction,
        what: str,
        severity: Severity | None = None,
    ) -> None:
        """Compare two scores or sums of weights."""
        if stated == expected:
            shown = numbers.show(stated)
            self.add(rule, "holds", sheet, *place, stated=shown, expected=shown, difference=NONE, severity=severity)
            return
        difference = stated - expected
        slack = SCORE_SLACK if self.catalogue.rules[rule].tolerance == "score" else Fraction(0)
        verdict: Verdict = "rounding" if abs(difference) <= slack else "breaks"
        shown, other = numbers.show(stated), numbers.show(expected)
        self.add(
            rule, verdict, sheet, *place, stated=shown, expected=other, difference=decimal(difference),
            message=_because(f"{what}：填 {shown}，应为 {other}", verdict), severity=severity,
        )  # fmt: skip

    def blank(self, rule: str, sheet: Sheet, place: Place, what: str) -> None:
        """Something that has to be filled in for the rule is not."""
        self.add(rule, "not_evaluated", sheet, *place, message=f"没有填{what}，不能核对")


def _verdict(excess: int, allowed: int) -> Verdict:
    return "holds" if not excess else "rounding" if excess <= allowed else "breaks"


def _because(message: str, verdict: Verdict) -> str:
    return f"{message}（在四舍五入的误差之内）" if verdict == "rounding" else message


def decimal(value: Fraction) -> Decimal:
    """A fraction of points as a Decimal of at most six decimals (exact for every printed score)."""
    return Decimal(round(value * 10**6)).scaleb(-6).normalize()


def half(*amounts: Amount | None) -> int:
    """The allowance of a relation over these amounts: the sum of their half-intervals."""
    return sum(a.half for a in amounts if a is not None)


def prepare(
    forms: tuple[Form, ...], catalogue: FormCatalogue, region: str, year: int | None, unit: Unit
) -> tuple[Sheet, ...]:
    """Every form with its spec, scheme and fund rows."""
    return tuple(_sheet(at, form, catalogue, region, year, unit) for at, form in enumerate(forms))


def _sheet(at: int, form: Form, catalogue: FormCatalogue, region: str, year: int | None, unit: Unit) -> Sheet:
    taken: set[str] = set()
    funds: list[tuple[int, FundRow, Fund | None]] = []
    group = ""
    for row, entry in enumerate(form.funds):
        fund = catalogue.words.fund(entry.item, frozenset(taken), group)
        if fund:
            taken.add(fund.key)
            group = fund.group
        funds.append((row, entry, fund))
    stated = next((weight for _, r, _ in funds if (weight := _weight(r.weight)) is not None), None)
    kind = form.kind if form.kind in ("整体", "项目") else "整体"
    scheme = catalogue.scheme(region, year, kind, stated)
    groups = frozenset(f.group for _, _, f in funds if f)
    spec = catalogue.forms.get(form.layout) or catalogue.spec(region, year, form.kind, groups)
    return Sheet(at, form, spec, scheme, unit, year, tuple(funds))


def _weight(text: str | None) -> Fraction | None:
    try:
        found = numbers.points(text)
    except NotANumber:
        return None
    return found.value if found else None
