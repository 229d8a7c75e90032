"""Checking (校验): every relation of a plan against the figures, with a verdict each.

A relation breaks only if no true values inside the intervals of its stated figures satisfy it; the allowance is the
sum of the half-intervals of its non-blank figures. A nonzero difference within it is 尾差.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from juesuan.binding import Binding
from juesuan.catalogue import Catalogue
from juesuan.findings import Counts, Finding, Verdict
from juesuan.plan import PRIOR, Condition, Linear, Plan
from juesuan.refs import Ref
from juesuan.shape import shapes
from juesuan.statements import StatementSet
from juesuan.structure import live, settled


@dataclass(frozen=True)
class Checked:
    """A binding's findings (without causes), its counts, the plan and figures they were drawn from.

    ``values``/``halves``: by the plan's variables, 分; ``blank`` the variables that state nothing.
    ``outcomes``: verdict of every linear relation. ``unchecked``: rule ids not applied, by reason.
    """

    plan: Plan
    values: list[int]
    halves: list[int]
    blank: frozenset[int]
    outcomes: list[Verdict]
    findings: tuple[Finding, ...]
    counts: Counts
    unchecked: Mapping[str, tuple[str, ...]]


def check(binding: Binding, catalogue: Catalogue, prior: StatementSet | None = None) -> Checked:
    """Check every relation that applies to the tables bound. ``prior``: last year's account (上年决算), if given."""
    statements = with_prior(binding.statements, prior)
    specs = {**catalogue.tables, **{f"{PRIOR}{k}": v for k, v in catalogue.tables.items()}}
    plan = catalogue.plan(binding.region, statements.year, shapes(statements, specs))
    return _Checker(binding, catalogue, plan, statements).run()


def with_prior(statements: StatementSet, prior: StatementSet | None) -> StatementSet:
    """The statements with last year's tables beside them, under the name 上年…."""
    if prior is None:
        return statements
    tables = {**statements.tables, **{f"{PRIOR}{k}": v for k, v in prior.tables.items()}}
    return StatementSet(statements.unit, statements.kind, statements.nature, statements.year, tables)


class _Checker:
    def __init__(self, binding: Binding, catalogue: Catalogue, plan: Plan, statements: StatementSet) -> None:
        self.binding, self.catalogue, self.plan, self.statements = binding, catalogue, plan, statements
        self.findings: list[Finding] = []
        self.unchecked: dict[str, dict[str, None]] = {}
        tables = statements.tables
        self.values, self.halves = [0] * len(plan.variables), [0] * len(plan.variables)
        blank = []
        self.unread: dict[int, str] = {}
        for at, (table, line, column) in enumerate(plan.variables):
            statement = tables[table]
            amount = statement.figures.get((line, column))
            if amount is not None:
                self.values[at], self.halves[at] = amount.fen, amount.half
            elif statement.unread and (line, column) in statement.unread:
                self.unread[at] = statement.unread[line, column]
            else:
                blank.append(at)
        self.blank = frozenset(blank)

    def run(self) -> Checked:
        conditions = [self._applies(c) for c in self.plan.conditions]
        values = self.values
        unreadable = {at for v in self.unread for at in self.plan.containing.get(v, ())}
        holds = rounding = breaks = failed = idle = 0
        outcomes: list[Verdict] = []
        for at, linear in enumerate(self.plan.linears):
            difference = 0
            for v in linear.plus:
                difference += values[v]
            for v in linear.minus:
                difference -= values[v]
            applies = conditions[linear.condition] if linear.condition >= 0 else True
            if applies is False:
                verdict: Verdict = "not_applicable"
                if not self._settled_anyway(linear, difference):
                    self._note_unchecked(linear)
                idle += 1
            elif applies is not True or (unreadable and at in unreadable):
                verdict = "not_evaluated"
                failed += 1
                why = applies if isinstance(applies, str) else self._unread(v for _, v in linear.left + linear.right)
                self._add(linear, verdict, detail=why)
            elif difference == 0 and linear.op in ("=", "<=", ">="):
                verdict = "holds"
                holds += 1
            else:
                verdict, allowed = self._judge(linear, difference)
                if verdict == "holds":
                    holds += 1
                else:
                    rounding += verdict == "rounding"
                    breaks += verdict == "breaks"
                    self._add(linear, verdict, allowed=allowed)
            outcomes.append(verdict)
        structure = self._structure()
        for gap in self.plan.gaps:
            self._finding(gap.rule, gap.subject, (gap.subject,), "not_evaluated", detail=gap.reason)
        for number in self.plan.idle:
            self._note_needs(number)
        counts = Counts(
            holds + structure[0],
            rounding,
            breaks + structure[1],
            failed + len(self.plan.gaps),
            idle + structure[2] + len(self.plan.idle),
        )
        return Checked(
            self.plan,
            self.values,
            self.halves,
            self.blank,
            outcomes,
            tuple(self.findings),
            counts,
            {reason: tuple(ids) for reason, ids in self.unchecked.items()},
        )

    # --- linear relations ---

    def allowance(self, linear: Linear) -> int:
        """Σ of the half-intervals of the relation's non-blank figures, in 分; 0 where the rule is exact."""
        if self.plan.rules[linear.rule].tolerance == "exact":
            return 0
        return sum(self.halves[v] for v in linear.plus) + sum(self.halves[v] for v in linear.minus)

    def _judge(self, linear: Linear, difference: int) -> tuple[Verdict, int]:
        rule, allowed = self.plan.rules[linear.rule], self.allowance(linear)
        excess = {
            "=": abs(difference),
            "<=": difference,
            ">=": -difference,
            "<": difference + 1,
            ">": 1 - difference,
            "!=": 1 if difference == 0 else 0,
        }[linear.op]
        if excess <= 0:
            return "holds", allowed
        if rule.percent:
            return self._judge_percent(linear, excess, allowed)
        return ("rounding" if excess <= allowed else "breaks"), allowed

    def _judge_percent(self, linear: Linear, excess: int, allowed: int) -> tuple[Verdict, int]:
        """Within ``percent`` % of the larger side; 尾差 where only true values inside the intervals are."""
        rule = self.plan.rules[linear.rule]
        if rule.tolerance == "same" and excess <= allowed:
            return "rounding", allowed
        sides = (linear.left, linear.right)
        size, half = max(
            (abs(sum(f * self.values[v] for f, v in side)), sum(self.halves[v] for _, v in side)) for side in sides
        )
        if excess * 100 <= size * rule.percent:
            return "holds", size * rule.percent // 100
        widest = (size - half) * rule.percent + allowed * 100
        return ("rounding" if excess * 100 <= widest else "breaks"), widest // 100

    def _add(self, linear: Linear, verdict: Verdict, allowed: int | None = None, detail: str = "") -> None:
        left = sum(f * self.values[v] for f, v in linear.left)
        right = sum(f * self.values[v] for f, v in linear.right)
        refs = tuple(dict.fromkeys((linear.subject, *(self.plan.variables[v] for _, v in linear.left + linear.right))))
        if verdict == "not_evaluated":
            self._finding(linear.rule, linear.subject, refs, verdict, detail=detail)
        else:
            self._finding(linear.rule, linear.subject, refs, verdict, left, right, allowed)

    def _finding(
        self,
        rule: int,
        subject: Ref,
        refs: tuple[Ref, ...],
        verdict: Verdict,
        stated: int | None = None,
        expected: int | None = None,
        allowed: int | None = None,
        detail: str = "",
    ) -> None:
        declared = self.plan.rules[rule]
        cells = tuple(filter(None, (self.binding.cell(ref) for ref in refs)))
        if not cells and subject.table in self.binding.tables:
            table = self.binding.tables[subject.table]
            cells = (self.binding_cell(table.sheet, table.title_cell),)
        statement = self.statements.tables.get(subject.table)
        unit = statement.unit if statement else "万元"
        self.findings.append(
            Finding(
                f"f{len(self.findings) + 1}",
                declared.id,
                declared.severity,
                verdict,
                subject,
                refs,
                cells,
                stated,
                expected,
                allowed,
                unit,
                detail,
            )
        )

    @staticmethod
    def binding_cell(sheet: str, place: tuple[int, int]) -> str:
        from juesuan.book import place_name

        return place_name(sheet, *place)

    # --- conditions ---

    def _applies(self, condition: Condition) -> bool | str:
        """Whether a condition is met; where that cannot be told (a table missing, a cell unreadable), why not."""
        unknown = condition.missing
        for plus, minus, op in condition.parts:
            if why := self._unread(plus + minus):
                unknown = unknown or why
                continue
            difference = sum(self.values[v] for v in plus) - sum(self.values[v] for v in minus)
            allowed = sum(self.halves[v] for v in plus) + sum(self.halves[v] for v in minus)
            met = {
                "=": abs(difference) <= allowed,
                "!=": abs(difference) > allowed,
                "<": difference < 0,
                ">": difference > 0,
                "<=": difference <= 0,
                ">=": difference >= 0,
            }[op]
            if not met:
                return False
        for group in condition.anyof:
            if any(self.values[v] for v in group):
                continue
            why = self._unread(group)
            if not why:
                return False
            unknown = unknown or why
        if condition.nature and condition.nature not in _natures(self.statements):
            return False
        return unknown or True

    def _unread(self, variables: Iterable[int]) -> str:
        """Why the first unreadable figure among some gave no amount; "" where all are readable."""
        return next((self.unread[v] for v in variables if v in self.unread), "")

    def _settled_anyway(self, linear: Linear, difference: int) -> bool:
        """True if not applying the relation leaves nothing open: it holds, or its condition is known to be false."""
        condition = self.plan.conditions[linear.condition]
        unknown = condition.nature and not self.statements.nature and self.statements.kind != "部门"
        return not unknown or difference == 0 or self._judge(linear, difference)[0] == "holds"

    def _note_unchecked(self, linear: Linear) -> None:
        self.unchecked.setdefault("单位性质（行政、参公、事业）没有填写", {})[self.plan.rules[linear.rule].id] = None

    def _note_needs(self, rule: int) -> None:
        declared = self.plan.rules[rule]
        if declared.needs:
            self.unchecked.setdefault(f"没有提供{declared.needs}", {})[declared.id] = None

    # --- structure ---

    def _structure(self) -> tuple[int, int, int]:
        holds = breaks = idle = 0
        for item, outcome in (
            *settled(self.catalogue, self.plan, self.statements.year),
            *live(self.plan, self.statements),
        ):
            if outcome is None:
                idle += 1
            elif outcome == "":
                holds += 1
            else:
                breaks += 1
                self._finding(item.rule, item.subject, (item.subject,), "breaks", detail=outcome)
        return holds, breaks, idle


def _natures(statements: StatementSet) -> frozenset[str]:
    """The natures a unit counts as: 参公 follows the rules for 行政."""
    return frozenset({"行政", "参公"} if statements.nature in ("行政", "参公") else {statements.nature})
