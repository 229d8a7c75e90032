"""What checking yields: findings, causes, counts, the report (records only)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from juesuan.amount import Unit
from juesuan.book import Problem
from juesuan.refs import Ref
from juesuan.rules import Severity

Verdict = Literal["holds", "rounding", "breaks", "not_evaluated", "not_applicable"]
VERDICT_NAMES: dict[Verdict, str] = {
    "holds": "相符",
    "rounding": "尾差",
    "breaks": "不符",
    "not_evaluated": "未执行",
    "not_applicable": "不适用",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One relation that is not simply 相符. Amounts in 分; None where the relation has no amount.

    ``refs`` are all its figures, the subject first; ``cells`` their cells; ``difference`` = stated - expected.
    """

    id: str
    rule: str
    severity: Severity
    verdict: Verdict
    subject: Ref
    refs: tuple[Ref, ...]
    cells: tuple[str, ...]
    stated: int | None = None
    expected: int | None = None
    allowed: int | None = None
    unit: Unit = "万元"
    detail: str = ""
    cause: str = ""

    @property
    def difference(self) -> int | None:
        return None if self.stated is None or self.expected is None else self.stated - self.expected


@dataclass(frozen=True, slots=True)
class WordFinding:
    """One relation of 情况说明, 补充资料, 名词解释, 重点工作 or a 自评表 that is not simply 相符.

    ``table`` is 情况说明 or the form's title, ``row`` the section or indicator, ``column`` the printed field.
    ``stated``, ``expected``, ``difference`` are texts as shown ("675.49 万元", "7.5%"), "" where there is none.
    """

    id: str
    rule: str
    severity: Severity
    verdict: Verdict
    table: str
    row: str
    column: str
    cells: tuple[str, ...]
    stated: str
    expected: str
    difference: str
    message: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """审核说明 of one 核实性 finding. ``key`` names the finding and the figures it was given for, so that it lapses
    when one of them changes; ``cell`` is where it is typed."""

    key: str
    rule: str
    reason: str
    text: str
    who: str
    when: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of the figures in the words was bound. ``unbound``: (cell, figure as written) of the others."""

    figures: int
    bound: int
    unbound: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """One cell to correct: its ref, cell, the stated and the suggested amount (分, None = blank)."""

    ref: Ref
    cell: str
    stated: int | None
    suggested: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause (根源): the corrections that mend the findings it explains. Mostly one cell; a shifted block has more.

    ``alternatives``: other single cells that would mend the same findings as well.
    """

    id: str
    kind: str
    note: str
    corrections: tuple[Correction, ...]
    explains: tuple[str, ...]
    alternatives: tuple[Correction, ...] = ()
    unit: Unit = "万元"


@dataclass(frozen=True, slots=True)
class Counts:
    """How the relations came out. ``applicable`` = holds + rounding + breaks + not_evaluated, always."""

    holds: int
    rounding: int
    breaks: int
    not_evaluated: int
    not_applicable: int

    @property
    def applicable(self) -> int:
        return self.holds + self.rounding + self.breaks + self.not_evaluated


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of validating one file."""

    file: str
    unit: str
    year: int | None
    layout: str
    catalogue_version: str
    catalogue_sha256: str
    counts: Counts
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    problems: tuple[Problem, ...]
    words: tuple[WordFinding, ...] = ()
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    reading: Reading | None = None

    @property
    def every(self) -> Iterator[Finding | WordFinding]:
        """All findings: of the tables, then of the words and forms."""
        yield from self.findings
        yield from self.words

    @property
    def open(self) -> tuple[Finding | WordFinding, ...]:
        """The findings that are still to be mended or explained: 不符 without an 审核说明, and 未执行."""
        undone = ("breaks", "not_evaluated")
        return tuple(f for f in self.every if f.verdict in undone and f.id not in self.explanations)

    @property
    def blocking(self) -> tuple[Finding | WordFinding, ...]:
        """Of the open findings those that keep the file from being locked: all but 提示."""
        return tuple(f for f in self.open if f.verdict == "not_evaluated" or f.severity != "warn")

    @property
    def clean(self) -> bool:
        """True if nothing is 未执行, and nothing 不符 that is not explained."""
        return not self.open
