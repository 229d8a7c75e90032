"""Checking (校验): every relation of a plan against the figures, with a verdict each.

A relation breaks only if no true values inside the intervals of its stated figures satisfy it; the allowance is the
sum of the half-intervals of its non-blank figures. A nonzero difference within it is 尾差.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from juesuan.binding import Binding
from juesuan.book import place_name
from juesuan.catalogue import Catalogue
from juesuan.findings import Counts, Finding, Verdict
from juesuan.plan import Condition, Linear, Plan
from juesuan.refs import Ref
from juesuan.shape import PRIOR
from juesuan.statements import StatementSet
from juesuan.structure import live, settled
from juesuan.text import plain


@dataclass(frozen=True)
class Checked:
    """A binding's findings (without causes), its counts, the plan and figures they were drawn from.

    ``values``/``halves``: by the plan's variables, 分; ``given`` the variables that state a figure.
    ``verdicts``: of the linear relations that do not hold. ``unchecked``: rule ids not applied, by reason.
    """

    plan: Plan
    values: list[int]
    halves: list[int]
    given: frozenset[int]
    verdicts: Mapping[int, Verdict]
    findings: tuple[Finding, ...]
    counts: Counts
    unchecked: Mapping[str, tuple[str, ...]]

    def verdict(self, linear: int) -> Verdict:
        """The verdict of a linear relation, by its index in the plan."""
        return self.verdicts.get(linear, "holds")


def check(binding: Binding, catalogue: Catalogue, prior: StatementSet | None = None) -> Checked:
    """Check every relation that applies to the tables bound. ``prior``: last year's account (上年决算), if given."""
    statements = with_prior(binding.statements, prior)
    plan = catalogue.plan_for(binding.region, statements)
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
        self.values, self.halves = [0] * len(plan.variables), [0] * len(plan.variables)
        self.given: list[int] = []
        self.unread: dict[int, str] = {}
        for key, statement in statements.tables.items():
            slots = plan.slots.get(key, {})
            for place, amount in statement.figures.items():
                if (at := slots.get(place)) is not None:
                    self.values[at], self.halves[at] = amount.fen, amount.half
                    self.given.append(at)
            for place, why in statement.unread.items():
                if (at := slots.get(place)) is not None:
                    self.unread[at] = why

    def run(self) -> Checked:
        differences = self._differences()
        verdicts: dict[int, Verdict] = {}
        reasons: dict[int, str] = {}
        for condition, linears in zip(self.plan.conditions, self.plan.by_condition, strict=True):
            applies = self._applies(condition)
            if applies is False:
                for at in linears:
                    verdicts[at] = "not_applicable"
                    if not self._settled_anyway(self.plan.linears[at], differences[at]):
                        self._note_unchecked(self.plan.linears[at])
            elif applies is not True:
                reasons.update(dict.fromkeys(linears, applies))
        for variable, why in self.unread.items():
            for at in self.plan.containing.get(variable, ()):
                reasons.setdefault(at, why)
        verdicts.update({at: "not_evaluated" for at in reasons if at not in verdicts})
        for at in self._suspects(differences, verdicts):
            verdict, _ = self._judge(self.plan.linears[at], differences[at])
            if verdict != "holds":
                verdicts[at] = verdict
        for at in sorted(at for at, verdict in verdicts.items() if verdict != "not_applicable"):
            linear = self.plan.linears[at]
            allowed = self._judge(linear, differences[at])[1]
            self._add(linear, verdicts[at], allowed, reasons.get(at, ""))
        return self._checked(verdicts)

    def _differences(self) -> list[int]:
        """left - right of every linear relation, 分. Blank figures add nothing, so only given ones are gone through."""
        differences = [0] * len(self.plan.linears)
        adds, takes = self.plan.adds, self.plan.takes
        for variable in self.given:
            value = self.values[variable]
            for at in adds[variable]:
                differences[at] += value
            for at in takes[variable]:
                differences[at] -= value
        return differences

    def _suspects(self, differences: list[int], settled_already: Mapping[int, Verdict]) -> list[int]:
        """The relations that do not hold to the 分, by their differences."""
        found = []
        for op, linears in self.plan.by_op.items():
            if op == "=":
                found += [at for at in linears if differences[at]]
            elif op == "<=":
                found += [at for at in linears if differences[at] > 0]
            elif op == ">=":
                found += [at for at in linears if differences[at] < 0]
            else:
                found += linears
        return [at for at in found if at not in settled_already]

    def _checked(self, verdicts: dict[int, Verdict]) -> Checked:
        structure = self._structure()
        for gap in self.plan.gaps:
            self._finding(gap.rule, gap.subject, (gap.subject,), "not_evaluated", detail=gap.reason)
        for number in self.plan.idle:
            self._note_needs(number)
        tally = Counter(verdicts.values())
        counts = Counts(
            len(self.plan.linears) - len(verdicts) + structure[0],
            tally["rounding"],
            tally["breaks"] + structure[1],
            tally["not_evaluated"] + len(self.plan.gaps),
            tally["not_applicable"] + structure[2] + len(self.plan.idle),
        )
        return Checked(
            self.plan,
            self.values,
            self.halves,
            frozenset(self.given),
            verdicts,
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
            cells = (place_name(table.sheet, *table.title_cell),)
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
        table, word = condition.titled
        if table and (table not in self.statements.tables or word not in plain(self.statements.tables[table].title)):
            return False
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
        if declared.needs and not any(key.startswith(PRIOR) for key in self.statements.tables):
            self.unchecked.setdefault(f"没有提供{declared.needs}", {})[declared.id] = None

    # --- structure ---

    def _structure(self) -> tuple[int, int, int]:
        breaks = 0
        always = settled(self.catalogue, self.plan, self.statements.year)
        holds, idle = always.holds, always.idle
        for item, outcome in (*always.wrong, *live(self.plan, self.statements)):
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
