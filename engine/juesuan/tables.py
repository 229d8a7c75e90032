"""The nine tables by meaning: their columns, lines and groups, without positions, line numbers or regional wording.

Four kinds: ``panels`` (two panels of fixed lines: the summary tables), ``codes`` (one row for each functional 科目,
figures in columns), ``economic`` (one line for each economic 科目), ``matrix`` (fixed lines × columns: 三公).
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["panels", "codes", "economic", "matrix"]
TOTAL = "合计"


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineSpec(_Spec):
    """A fixed line (行): ``key`` its meaning, ``label`` what the form prints ("" for a blank line)."""

    key: str
    label: str | None = None
    parent: str = ""
    aliases: tuple[str, ...] = ()
    optional: bool = False
    blank: bool = False
    code: str = ""

    @property
    def printed(self) -> str:
        return self.key if self.label is None else self.label


class ColumnSpec(_Spec):
    """An amount column (栏). ``measure``: what it counts; a relation never mixes measures."""

    key: str
    label: str | None = None
    parent: str = ""
    aliases: tuple[str, ...] = ()
    measure: str = "金额"

    @property
    def printed(self) -> str:
        return self.key if self.label is None else self.label


class GroupSpec(_Spec):
    """A named group of fixed lines, for sums."""

    key: str
    lines: tuple[str, ...]


class PanelSpec(_Spec):
    """One side of a summary table: ``head`` lines from the top, ``tail`` lines aligned at the bottom.

    ``classes``: the head is the functional classes (功能分类“类”); ``group`` names the head for sums.
    """

    key: str
    columns: tuple[str, ...]
    group: str
    classes: bool = False
    head: tuple[LineSpec, ...] = ()
    tail: tuple[LineSpec, ...] = ()
    groups: tuple[GroupSpec, ...] = ()

    @property
    def lines(self) -> tuple[LineSpec, ...]:
        return self.head + self.tail


class TotalSpec(_Spec):
    """A total line of the economic table over whole classes (301 + 303 …)."""

    key: str
    block: str
    classes: tuple[str, ...]
    aliases: tuple[str, ...] = ()


class TableSpec(_Spec):
    """One of the nine tables."""

    key: str
    name: str
    titles: tuple[str, ...]
    kind: Kind
    may_be_empty: bool = False
    columns: tuple[ColumnSpec, ...] = Field(alias="column")
    panels: tuple[PanelSpec, ...] = Field(default=(), alias="panel")
    totals: tuple[TotalSpec, ...] = Field(default=(), alias="total")
    lines: tuple[LineSpec, ...] = Field(default=(), alias="line")
    groups: tuple[GroupSpec, ...] = Field(default=(), alias="group")

    @cached_property
    def column_keys(self) -> tuple[str, ...]:
        return tuple(c.key for c in self.columns)

    def column(self, key: str) -> ColumnSpec:
        """The column of that key; KeyError if the table has none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(f"《{self.name}》没有栏“{key}”")

    @cached_property
    def fixed(self) -> dict[str, LineSpec]:
        """Every fixed line by key (both panels of a summary table, the totals of the economic table)."""
        found = {line.key: line for panel in self.panels for line in panel.lines}
        found.update({line.key: line for line in self.lines})
        found.update({t.key: LineSpec(key=t.key, aliases=t.aliases) for t in self.totals})
        if self.kind == "codes":
            found[TOTAL] = LineSpec(key=TOTAL)
        return found

    def panel_of(self, line: str) -> PanelSpec | None:
        """The panel that holds a line (by key or class code); None where the table has no panels."""
        for panel in self.panels:
            if any(line in (spec.key, spec.code) for spec in panel.lines):
                return panel
        return None

    @cached_property
    def grouped(self) -> dict[str, tuple[str, ...]]:
        """Group name → the fixed lines in it (groups may name groups)."""
        found: dict[str, tuple[str, ...]] = {p.group: tuple(x.key for x in p.head) for p in self.panels}
        for group in (*(g for p in self.panels for g in p.groups), *self.groups):
            found[group.key] = tuple(x for name in group.lines for x in found.get(name, (name,)))
        return found

    def columns_of(self, line: str) -> tuple[str, ...]:
        """The columns in which a line has figures, first the one that is meant when none is named."""
        panel = self.panel_of(line)
        return panel.columns if panel else self.column_keys

    def with_classes(self, classes: tuple[LineSpec, ...]) -> TableSpec:
        """The same table with its class panels headed by ``classes`` (functional 类, in order)."""
        panels = tuple(p.model_copy(update={"head": classes}) if p.classes else p for p in self.panels)
        return self.model_copy(update={"panels": panels})
