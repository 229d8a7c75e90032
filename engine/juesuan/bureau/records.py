"""What the summaries of a batch show, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit. ``fatal``, ``explain``, ``warn``: open findings by severity; these, ``not_evaluated`` and ``rounding``
    are None where nothing usable was submitted. ``appeared``, ``gone``, ``explained``: against the submission before.
    ``said``: what to do first, in sentences; empty where nothing is to be done."""

    code: str
    name: str
    parent: str
    nature: str
    status: str
    version: int
    fatal: int | None
    explain: int | None
    warn: int | None
    not_evaluated: int | None
    rounding: int | None
    seal: str
    appeared: int | None
    gone: int | None
    explained: int | None
    path: str
    note: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was found: ``times`` in all, in the accounts of ``units`` units."""

    key: tuple[str, ...]
    times: int
    units: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file somebody has to look at. ``owner``: the unit's code, "" where unknown; ``said`` why."""

    path: str
    place: str
    owner: str
    unit: str
    year: int | None
    outcome: str
    said: str


@dataclass(frozen=True, slots=True)
class Board:
    """A batch as a whole. ``rules``: keys (rule, title, severity, verdict); ``causes``: (table, row, column, kind);
    ``files``: those somebody has to look at, then the ``others``, which are no workbooks; ``total``: files checked."""

    year: int
    units: tuple[UnitRow, ...]
    statuses: Mapping[str, int]
    rules: tuple[Tally, ...]
    causes: tuple[Tally, ...]
    files: tuple[FileRow, ...]
    total: int
    others: int = 0

    @property
    def submitted(self) -> int:
        """How many units have submitted."""
        return sum(unit.version > 0 for unit in self.units)
