"""Adding accounts up: every figure of a department as the sum of its units, with what each contributes.

Figures are 分; a sum's ``half`` is the sum of its parts' rounding half-intervals, so what follows from rounding alone
is known exactly (X-26: 0.005 for each unit's figure and for the department's own).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from juesuan.amount import HALF, Amount
from juesuan.bureau.eliminations import Elimination
from juesuan.refs import Ref
from juesuan.statements import Line, StatementSet
from juesuan.tables import TOTAL


@dataclass
class Totals:
    """Sums of one department. ``parts``: figure → contributor → 分 (eliminations under "抵销"); ``labels``: (table,
    line) → the label first seen; ``members``: the units added up."""

    fen: dict[Ref, int] = field(default_factory=dict)
    half: dict[Ref, int] = field(default_factory=dict)
    count: dict[Ref, int] = field(default_factory=dict)
    parts: dict[Ref, dict[str, int]] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_account(self, code: str, statements: StatementSet) -> None:
        """Add one unit's account."""
        self.members.append(code)
        for ref, amount, label in figures(statements):
            self._add(code, ref, amount.fen, amount.half, 1)
            self.labels.setdefault((ref.table, ref.line), label)

    def add_totals(self, code: str, other: Totals) -> None:
        """Add the sums of a department below."""
        self.members += other.members
        for ref, fen in other.fen.items():
            self._add(code, ref, fen, other.half[ref], other.count[ref])
        for key, label in other.labels.items():
            self.labels.setdefault(key, label)

    def _add(self, code: str, ref: Ref, fen: int, half: int, count: int) -> None:
        self.fen[ref] = self.fen.get(ref, 0) + fen
        self.half[ref] = self.half.get(ref, 0) + half
        self.count[ref] = self.count.get(ref, 0) + count
        own = self.parts.setdefault(ref, {})
        own[code] = own.get(code, 0) + fen

    def eliminate(self, flows: Iterable[Elimination]) -> None:
        """Take declared internal flows out on both sides."""
        for flow in flows:
            for ref in (*flow.income(), *flow.spending()):
                self._add(ELIMINATED, ref, -flow.fen, 0, 0)


#: The contributor under which eliminations stand.
ELIMINATED = "抵销"


def figures(statements: StatementSet) -> Iterable[tuple[Ref, Amount, str]]:
    """(figure, amount, label) of one account: lines by 科目 code where they have one, lines without a key left out."""
    for table, statement in statements.tables.items():
        lines = {line.key: line for line in statement.lines}
        for (key, column), amount in statement.figures.items():
            line = lines.get(key)
            name = _line(key, line)
            yield Ref(table, name, column), amount, line.label if line else ""


def _line(key: str, line: Line | None) -> str:
    """One name for a line in every account: its code ("2080101" also where the key is "2080101#2")."""
    return line.code if line is not None and line.code and key != TOTAL else key


# --- against a stated account (X-26) ---


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the department that is not the sum of its units: amounts in 分; ``units``: how many state it;
    ``verdict``: "rounding" or "breaks"."""

    ref: Ref
    stated: int
    expected: int
    allowed: int
    units: int
    verdict: str

    @property
    def difference(self) -> int:
        return self.stated - self.expected


def compare(stated: StatementSet, totals: Totals) -> tuple[int, tuple[Difference, ...]]:
    """X-26: (how many figures agree to the 分, those that do not). A figure stated on one side only counts as 0."""
    own: dict[Ref, tuple[int, int]] = {}
    for ref, amount, _ in figures(stated):
        fen, half = own.get(ref, (0, 0))
        own[ref] = fen + amount.fen, half + amount.half
    agree, found = 0, []
    for ref in dict.fromkeys((*own, *totals.fen)):
        fen, half = own.get(ref, (0, 0))
        expected = totals.fen.get(ref, 0)
        if fen == expected:
            agree += 1
            continue
        allowed = half + totals.half.get(ref, 0)
        # A blank of the department stands for any amount that rounds to nothing.
        allowed += HALF["万元"] if ref not in own and allowed else 0
        verdict = "rounding" if abs(fen - expected) <= allowed else "breaks"
        found.append(Difference(ref, fen, expected, allowed, totals.count.get(ref, 0), verdict))
    return agree, tuple(sorted(found, key=lambda d: (d.verdict != "breaks", d.ref.table, d.ref.line, d.ref.column)))


def without(totals: Totals, flows: Mapping[tuple[str, str], str]) -> list[str]:
    """Sentences for internal money that may not have been taken out: both sides of a flow still carry amounts."""
    found = []
    for (income, spending), name in flows.items():
        got = totals.fen.get(Ref("收入决算表", TOTAL, income), 0)
        spent = totals.fen.get(Ref("支出决算表", TOTAL, spending), 0)
        if got > 0 and spent > 0:
            left = min(got, spent)
            found.append(
                f"{name}：汇总后仍有{income} {got / 1e6:.2f} 万元、{spending} {spent / 1e6:.2f} 万元，"
                f"其中至多 {left / 1e6:.2f} 万元可能是内部往来，请在抵销表中列明"
            )
    return found
