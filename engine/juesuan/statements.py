"""Figures bound to refs: what one file states, table by table, free of cells and sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from juesuan.amount import Amount, Unit


@dataclass(frozen=True, slots=True)
class Line:
    """A line that the file holds: ``key`` (a fixed line's key or a 科目 code, made unique), its ``code`` if it has
    one and the ``label`` as written."""

    key: str
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One table of one file.

    ``figures``: (line, column) → Amount, blanks left out. ``unread``: (line, column) → why a cell that is not blank
    gave no amount. ``columns`` are the columns found; ``partial`` says that an amount column was not recognised, so
    that a column not found may be there all the same; ``remark`` is the text under an empty table, ``title``
    the title as written.
    """

    table: str
    unit: Unit
    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    figures: Mapping[tuple[str, str], Amount]
    unread: Mapping[tuple[str, str], str] = field(default_factory=dict)
    partial: bool = False
    remark: str = ""
    notes: tuple[str, ...] = ()
    title: str = ""

    @property
    def empty(self) -> bool:
        """True where no figure but zeros is stated."""
        return not any(a.fen for a in self.figures.values())


@dataclass(frozen=True, slots=True)
class StatementSet:
    """All tables of one file with the unit (单位名称), its kind (部门/单位), 单位性质 (行政/参公/事业/"") and year."""

    unit: str
    kind: str
    nature: str
    year: int | None
    tables: Mapping[str, Statement]
