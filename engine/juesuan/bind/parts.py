"""What parsing one table area yields, and small things every kind of table needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.book import Problem, place_name
from juesuan.statements import Line
from juesuan.tables import ColumnSpec, TableSpec
from juesuan.text import plain

NOTE = re.compile(r"^\s*(注|备注|说明|附注|填表说明)\s*[：:\d、.．]?")
NUMBERING = frozenset({"栏次", "行次", "栏目", "序号"})
TOTALS = frozenset({"合计", "总计", "支出合计", "收入合计", "合计数"})
BUDGET = re.compile(
    r"^(本年|年初|全年|当年|调整)?(预算|调整预算)(数|金额)?$|^年初(批复)?数$|^上年(决算)?数?$|^比上年.*$|^增减.*$|完成.*%|占.*%"
)


@dataclass
class Parsed:
    """One table as found in an area: lines, columns, the cell of each figure, and what could not be placed.

    ``loose``: rows with no usable label whose cells in these columns must be empty (checked when figures are read).
    """

    spec: TableSpec
    area: Area
    lines: list[Line] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    cells: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    labels: dict[str, tuple[int, int]] = field(default_factory=dict)
    codes: dict[str, tuple[int, int]] = field(default_factory=dict)
    headings: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    loose: list[tuple[int, tuple[int, ...], str]] = field(default_factory=list)
    partial: bool = False
    last: int = 0

    def add(self, line: Line, label: tuple[int, int]) -> Line:
        """Take a line; a key that is taken already is made unique ("2080101#2")."""
        taken = {x.key for x in self.lines}
        key, count = line.key, 1
        while key in taken:
            count += 1
            key = f"{line.key}#{count}"
        line = Line(key, line.code, line.label)
        self.lines.append(line)
        self.labels[key] = label
        return line

    def tell(self, grid: Grid, row: int, column: int, message: str) -> None:
        """A problem of structure (S-07) at a cell."""
        self.problems.append(Problem("S-07", place_name(grid.name, row, column), message))


def names_of(spec: ColumnSpec, extra: Mapping[str, str]) -> set[str]:
    """The plain wordings of a column."""
    return {plain(x) for x in (spec.key, spec.printed, *spec.aliases, extra.get(spec.key, "")) if x}


def columns_by_heading(
    grid: Grid,
    parsed: Parsed,
    top: int,
    bottom: int,
    span: range,
    specs: tuple[ColumnSpec, ...],
    extra: Mapping[str, str],
) -> dict[str, int]:
    """Column key → sheet column, by the labels stacked over each column (the lowest that says something).

    Columns under a heading of another figure (预算数, 上年数 …) are passed over. The exact key beats an alias.
    """
    wordings = [(spec.key, {plain(spec.key), plain(spec.printed)}, names_of(spec, extra)) for spec in specs]
    found: dict[str, int] = {}
    exact: set[str] = set()
    for column in span:
        stack = [t for t in grid.stack(column, top, bottom) if t not in NUMBERING and not t.isdigit()]
        if not stack or any(BUDGET.match(t) for t in stack):
            continue
        for text in reversed(stack):
            text = text.removesuffix("（万元）").removesuffix("（元）")
            hit = next((k for k, own, _ in wordings if text in own and k not in exact), None)
            sure = hit is not None
            hit = hit or next((k for k, _, names in wordings if text in names and k not in found), None)
            if hit and (hit not in found or sure):
                found[hit] = column
                if sure:
                    exact.add(hit)
                break
    return found


def heading_cell(grid: Grid, column: int, top: int, bottom: int) -> tuple[int, int]:
    """The lowest labelled cell over a column."""
    for row in range(bottom, top - 1, -1):
        if grid.label(row, column) and not grid.label(row, column).isdigit():
            return grid.origin(row, column)
    return bottom, column
