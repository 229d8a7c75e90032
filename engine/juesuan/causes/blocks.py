"""Blocks of figures in the wrong place or unit (错行错栏、互换、单位) as single causes.

A hypothesis is a set of moves inside one table; it is accepted when it repairs every broken relation it touches and
breaks none.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from juesuan.causes.fit import fit
from juesuan.causes.records import Kind
from juesuan.causes.search import Solution
from juesuan.causes.slip import UNIT, unit_note
from juesuan.causes.system import Purse, System

#: Cells moved together: one cell of a column, one row of a block…
Unit = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A hypothesis: ``changes`` by position, ``free`` the cells whose figures were pushed out and must be computed.

    ``odds`` is higher for slips that are rarer.
    """

    kind: Kind
    note: str
    changes: Solution
    free: Unit = ()
    odds: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """An accepted hypothesis and the rules it repairs."""

    kind: Kind
    note: str
    changes: Solution
    mended: frozenset[int]
    odds: int = 0


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
        self._suspects = {i for r in self.rules for i in system.terms[r]}.intersection(cells)
        self.suspects = sorted(self._suspects)

    def suspect(self, cells: Iterable[int]) -> bool:
        """Is one of ``cells`` in a broken rule?"""
        return not self._suspects.isdisjoint(cells)

    def of(self, cells: Iterable[int]) -> set[int]:
        """The broken rules that contain one of ``cells``."""
        return {r for i in cells for r, _ in self.system.occurs[i] if r in self.rules}


def tables(system: System, broken: Iterable[int], names: Container[str]) -> list[Table]:
    """Those of the tables ``names`` that have two or more broken hard rules, by name."""
    bad = set(broken)
    touched: dict[str, set[int]] = {}
    for r in bad:
        for i in system.terms[r]:
            touched.setdefault(system.cells[i].grid[0], set()).add(r)
    found = []
    for name, rules in sorted(touched.items()):
        if len(rules) >= 2 and name in names:
            cells = [i for i, cell in enumerate(system.cells) if cell.grid[0] == name]
            found.append(Table(system, name, cells, bad))
    return found


def accept(system: System, guess: Guess, purse: Purse) -> Block | None:
    """The block, if ``guess`` repairs two or more broken rules and leaves every rule it touches holding."""
    changes = {i: fen for i, fen in guess.changes.items() if fen != system.value[i]}
    if not changes or not purse.take(1 + len(changes) // 8):
        return None
    if not system.fixed.isdisjoint(changes):
        return None
    if guess.free:
        return _computed(system, guess, changes)
    mended = system.mends(changes, 2)
    if mended is None:
        return None
    if guess.kind == "unit" and sum(_mixed(system, r, changes) for r in mended) < 2:
        return None
    return Block(guess.kind, guess.note, changes, mended, guess.odds)


def _mixed(system: System, r: int, changes: Solution) -> bool:
    """Does rule ``r`` compare changed figures with others? Scaled down together, any figures agree within rounding."""
    return any(i not in changes and system.value[i] for i in system.terms[r])


def _computed(system: System, guess: Guess, changes: Solution) -> Block | None:
    """As ``accept``, the figures of ``guess.free`` being computed from their relations."""
    if not system.fixed.isdisjoint(guess.free):
        return None
    own = set(system.touched(guess.free))
    changes = {i: fen for i, fen in changes.items() if i not in guess.free}
    for r in system.touched(changes):
        if r not in own and not system.rules[r].soft and not system.stands(r, changes):
            return None
    before = {i: system.value[i] for i in changes}
    bad = set(system.broken)
    system.commit(changes)
    values = fit(system, guess.free, new=False)
    system.commit(before)
    if not isinstance(values, dict) or any((fen or 0) < 0 for fen in values.values()):
        return None
    changes.update((i, fen) for i, fen in values.items() if fen != system.value[i])
    mended = frozenset(r for r in system.touched(changes) if r in bad and not system.rules[r].soft)
    # Each computed figure could satisfy a sum and a tie whatever the moved figures are.
    chance = 2 * sum(fen is not None for fen in values.values())
    return Block(guess.kind, guess.note, changes, mended, guess.odds) if len(mended) > chance else None


def ranked(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that repair most with the fewest changes first; ties in table order."""
    return sorted(blocks, key=lambda b: (-len(b.mended), b.odds, len(b.changes), tuple(sorted(b.changes)), b.note))


def scalings(table: Table) -> Iterator[Guess]:
    """The whole table, one row or one column typed in the other unit (万元/元)."""
    value, step = table.system.value, table.system.cells[table.cells[0]].step
    lines = [("全表", list(table.cells))]
    lines += [("整行", cells) for cells in table.rows.values()]
    lines += [("整栏", cells) for cells in table.columns.values()]
    for name, cells in lines:
        if table.suspect(cells):
            for too_large in (True, False):
                changes: Solution = {i: _scaled(table.system, i, too_large) for i in cells if value[i]}
                # A figure that vanishes was never in the other unit.
                if all(changes.values()):
                    # Typing the figures of the ledger unchanged is likelier than converting them twice.
                    odds = int(too_large != (step >= UNIT))
                    yield Guess("unit", name + unit_note(too_large, step), changes, odds=odds)


def _scaled(system: System, i: int, too_large: bool) -> int:
    """The figure of a cell that was typed 10,000 times too large or too small, to the cell's step."""
    fen, step = system.value[i] or 0, system.cells[i].step
    if too_large:
        return (2 * fen + UNIT * step) // (2 * UNIT * step) * step
    return fen * UNIT
