"""Blocks of figures in the wrong place or unit (错行错栏、互换、单位) as single causes.

A hypothesis is a set of moves inside one table; it is accepted when it repairs every broken relation it touches and
breaks none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from juesuan.causes.fit import fit
from juesuan.causes.records import Kind
from juesuan.causes.search import Solution
from juesuan.causes.system import Purse, System

#: Cells moved together: one cell of a column, one row of a block…
Unit = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A hypothesis: ``changes`` by position, ``free`` a cell whose figure was pushed out and must be computed."""

    kind: Kind
    note: str
    changes: Solution
    free: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """An accepted hypothesis and the rules it repairs."""

    kind: Kind
    note: str
    changes: Solution
    mended: frozenset[int]


class Table:
    """One table's cells by row and by column, with the broken rules among them."""

    def __init__(self, system: System, name: str, cells: Sequence[int], broken: set[int]) -> None:
        self.system = system
        self.name = name
        self.cells = cells
        self.rows: dict[int, list[int]] = {}
        self.columns: dict[int, list[int]] = {}
        for i in cells:
            _, row, column = system.cells[i].grid
            self.rows.setdefault(row, []).append(i)
            self.columns.setdefault(column, []).append(i)
        self.at = {system.cells[i].grid[1:]: i for i in cells}
        self.rules = {r for i in cells for r, _ in system.occurs[i] if r in broken}
        self.suspects = sorted({i for r in self.rules for i in system.terms[r]}.intersection(cells))

    def of(self, cells: Iterable[int]) -> set[int]:
        """The broken rules that contain one of ``cells``."""
        return {r for i in cells for r, _ in self.system.occurs[i] if r in self.rules}


def tables(system: System, broken: Iterable[int]) -> list[Table]:
    """Tables with two or more broken hard rules, by name."""
    bad = set(broken)
    names: dict[str, set[int]] = {}
    for r in bad:
        for i in system.terms[r]:
            names.setdefault(system.cells[i].grid[0], set()).add(r)
    found = []
    for name, rules in sorted(names.items()):
        if len(rules) >= 2:
            cells = [i for i, cell in enumerate(system.cells) if cell.grid[0] == name]
            found.append(Table(system, name, cells, bad))
    return found


def accept(system: System, guess: Guess, purse: Purse) -> Block | None:
    """The block, if ``guess`` repairs two or more broken rules and leaves every rule it touches holding."""
    changes = {i: fen for i, fen in guess.changes.items() if fen != system.value[i]}
    if not changes or not purse.take(1 + len(changes) // 8):
        return None
    if any(system.cells[i].weight <= 0 for i in changes):
        return None
    if guess.free is not None:
        return _computed(system, guess, changes)
    mended = system.mends(changes)
    if mended is None or len(mended) < 2:
        return None
    return Block(guess.kind, guess.note, changes, mended)


def _computed(system: System, guess: Guess, changes: Solution) -> Block | None:
    """As ``accept``, the figure of ``guess.free`` being computed from its relations."""
    free = guess.free
    if free is None or system.cells[free].weight <= 0:
        return None
    own = {r for r, _ in system.occurs[free]}
    changes.pop(free, None)
    for r in system.touched(changes):
        if r not in own and not system.rules[r].soft and not system.stands(r, changes):
            return None
    before = {i: system.value[i] for i in changes}
    bad = set(system.broken)
    system.commit(changes)
    value = fit(system, (free,))
    system.commit(before)
    if not isinstance(value, dict):
        return None
    changes.update(value)
    mended = frozenset(r for r in system.touched(changes) if r in bad and not system.rules[r].soft)
    return Block(guess.kind, guess.note, changes, mended) if len(mended) > 2 else None


def best(system: System, blocks: Iterable[Block]) -> Block | None:
    """The block that repairs most with the fewest changes; ties in table order."""
    return min(blocks, key=lambda b: (-len(b.mended), len(b.changes), tuple(sorted(b.changes)), b.note), default=None)


def scalings(table: Table) -> Iterator[Guess]:
    """The whole table, one row or one column typed in the other unit (万元/元)."""
    lines = [("全表", list(table.cells))]
    lines += [("整行", cells) for cells in table.rows.values()]
    lines += [("整栏", cells) for cells in table.columns.values()]
    for name, cells in lines:
        if table.of(cells):
            for times, note in ((10_000, "万元误填为元(×10000)"), (-10_000, "重复折算为万元(÷10000)")):
                changes = {i: _scaled(table.system, i, times) for i in cells}
                yield Guess("unit", f"{name}{note}", changes)


def _scaled(system: System, i: int, times: int) -> int | None:
    """The figure of a cell that was typed ``times`` too large (negative: too small), to the cell's step."""
    fen, step = system.value[i], system.cells[i].step
    if not fen:
        return fen
    if times < 0:
        return fen * -times
    return (2 * fen + times * step) // (2 * times * step) * step or None
