"""What reading and verifying a narrative (情况说明) yields: mentions of figures with their meaning, and findings.

Records made by the hundred for every text are named tuples, which are made in a third of a dataclass's time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from juesuan.refs import Ref
from juesuan.rules import Severity

#: What is written: money, a percentage, a count of things, a direction word, a year; ``point`` is 个百分点.
Kind = Literal["amount", "percent", "count", "direction", "year", "point"]
#: How surely the tables, other statements or arithmetic vouch for a mention; "" where nothing does.
Hold = Literal["table", "fact", "sum", "ratio", "form", "value", ""]
NarrativeVerdict = Literal["holds", "rounding", "breaks", "not_evaluated", "not_applicable"]


class Paragraph(NamedTuple):
    """A piece of text with the heading of the section it stands in."""

    section: str
    text: str


class Span(NamedTuple):
    """Characters ``start``..``end`` of paragraph number ``paragraph`` (0-based, end exclusive)."""

    paragraph: int
    start: int
    end: int


class Meaning(NamedTuple):
    """What a figure says: ``measure`` of ``subject`` (a key of subjects.toml, "科目:2080101", "经济:30101", "事项:…").

    ``fund`` is the scope of money (一般公共 …), ``column`` 基本支出/项目支出 of a 科目. ``base`` is what a change or a
    completion is measured against, ``whole`` the subject a share is of. ``sure`` is False where the subject was only
    carried along from an earlier clause, so that a mismatch says nothing.
    """

    subject: str
    measure: str
    fund: str = ""
    column: str = ""
    base: str = ""
    whole: str = ""
    whole_fund: str = ""
    also: tuple[str, ...] = ()
    sure: bool = True

    @property
    def name(self) -> str:
        """The subject without the mark of its kind."""
        return self.subject.partition(":")[2] or self.subject


class Mention(NamedTuple):
    """One figure or direction word as written.

    ``value``: amounts in 分; percentages, points and counts in millionths; years as they are. ``half`` is half of the
    last printed place, in the same unit; ``decimals`` the places printed. ``bound`` says to what it is bound, by
    ``hold`` ("" where it is not).
    """

    span: Span
    text: str
    kind: Kind
    value: int
    unit: str
    decimals: int
    half: int = 0
    grouped: bool = False
    way: str = ""
    meaning: Meaning | None = None
    sentence: int = 0
    hold: Hold = ""
    bound: tuple[str, ...] = ()


class Fact(NamedTuple):
    """Something stated elsewhere (补充资料, 自评表, 重点工作): its ``name``, the value as written, and where."""

    name: str
    text: str
    place: str = ""


class NarrativeFinding(NamedTuple):
    """One relation of the narrative. ``span`` is where to look first, ``others`` the further figures it rests on.

    ``stated``, ``expected`` and ``difference`` are texts as shown ("675.49 万元", "7.5%"), "" where there is none.
    """

    rule: str
    severity: Severity
    verdict: NarrativeVerdict
    section: str
    span: Span | None
    quote: str
    stated: str
    expected: str
    difference: str
    message: str
    others: tuple[Span, ...] = ()
    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class NarrativeCounts:
    """How the relations of the narrative came out."""

    holds: int
    rounding: int
    breaks: int
    not_evaluated: int
    not_applicable: int = 0


@dataclass(frozen=True)
class Verification:
    """The whole result: every mention, every relation, and what could not be bound (visible, not an error)."""

    mentions: tuple[Mention, ...]
    results: tuple[NarrativeFinding, ...]
    unbound: tuple[Mention, ...] = field(default=())

    @property
    def findings(self) -> tuple[NarrativeFinding, ...]:
        """The relations that are not simply 相符."""
        return tuple(r for r in self.results if r.verdict not in ("holds", "not_applicable"))

    @property
    def counts(self) -> NarrativeCounts:
        told = [r.verdict for r in self.results]
        every: tuple[NarrativeVerdict, ...] = ("holds", "rounding", "breaks", "not_evaluated", "not_applicable")
        return NarrativeCounts(*(told.count(v) for v in every))

    @property
    def figures(self) -> tuple[Mention, ...]:
        """The mentions that coverage is measured over: amounts, percentages and counts."""
        return tuple(m for m in self.mentions if m.kind in ("amount", "percent", "count", "point"))

    @property
    def coverage(self) -> float:
        """The share of figures bound to a table, a fact or an arithmetic relation (1.0 where there is no figure)."""
        figures = self.figures
        return sum(1 for m in figures if m.hold) / len(figures) if figures else 1.0
