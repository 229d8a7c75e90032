"""What checking yields: findings, causes, counts, the report (records only)."""

from __future__ import annotations

from dataclasses import dataclass
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

    @property
    def clean(self) -> bool:
        """True if nothing is 不符 or 未执行."""
        return not (self.counts.breaks or self.counts.not_evaluated)
