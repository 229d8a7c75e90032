"""Shifted and swapped figures (错行、错栏、互换)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from juesuan.causes.blocks import Block, Guess, Table, Unit, accept, ranked, scalings, tables
from juesuan.causes.search import Solution
from juesuan.causes.system import Purse, System

#: How far beyond the rows that are visibly wrong a shifted block may reach where nothing tells its ends.
REACH = 64
DISTANCES = (1, -1, 2, -2)
#: Purse for each kind of slip in one table.
FAMILY = 2_000
#: Where a figure landed, seen from where it belongs.
PLACED = {(1, 0): "误填入下一行", (-1, 0): "误填入上一行", (0, 1): "误填入右邻栏", (0, -1): "误填入左邻栏",
          (1, 1): "误填入相邻行栏", (1, -1): "误填入相邻行栏", (-1, 1): "误填入相邻行栏", (-1, -1): "误填入相邻行栏"}


def find_blocks(system: System, broken: list[int], purse: Purse, names: Container[str]) -> list[Block]:
    """Shifts, swaps and unit slips in one of the tables ``names`` that explain broken rules, best first."""
    found = []
    for table in tables(system, broken, names):
        for family in families(table):
            part = purse.part(FAMILY)
            for guess in family:
                if part.nodes <= 0:
                    break
                block = accept(system, guess, part)
                if block:
                    found.append(block)
            purse.back(part)
    return ranked(found)


def families(table: Table) -> Iterator[Iterator[Guess]]:
    """Everything worth trying in one table, cheap and common slips first; each kind has its own share of effort."""
    yield scalings(table)
    yield _pairs(table)
    rows = [tuple(cells) for _, cells in sorted(table.rows.items())]
    columns = [tuple(cells) for _, cells in sorted(table.columns.items())]
    even_rows = _even(rows)
    yield _swaps(table, even_rows, "两行互换")
    yield _swaps(table, _even(columns), "两栏互换")
    for column in columns:
        yield _shifts(table, [(i,) for i in column], DISTANCES, ("本栏数字下移", "本栏数字上移"))
    if len(columns) > 1:
        yield _shifts(table, even_rows, (1, -1), ("各栏数字下移", "各栏数字上移"))
        yield _row_blocks(table)
        across = ("本行数字右移", "本行数字左移")
        yield (guess for row in rows for guess in _shifts(table, [(i,) for i in row], (1, -1), across))


def _even(lines: Sequence[Unit]) -> list[Unit]:
    """The lines of the commonest length: those that can stand in for each other."""
    sizes = [len(line) for line in lines]
    common = max(sizes, key=lambda n: (sizes.count(n), n), default=0)
    return [line for line in lines if len(line) == common]


def _row_blocks(table: Table) -> Iterator[Guess]:
    """Several rows shifted or swapped by columns alike: whole columns, or just the rows that are wrong."""
    numbers = sorted(row for row, cells in table.rows.items() if table.suspect(cells))
    spans = {tuple(sorted(table.rows)), tuple(r for r in sorted(table.rows) if numbers[0] <= r <= numbers[-1])}
    own = [row for row in numbers if _own_broken(table, table.rows[row])]
    if own:
        spans.add(tuple(r for r in sorted(table.rows) if own[0] <= r <= own[-1]))
    for span in sorted(spans, key=lambda span: (len(span), span)):
        columns = []
        for column in sorted(table.columns):
            cells = tuple(table.at[row, column] for row in span if (row, column) in table.at)
            if len(cells) == len(span):
                columns.append(cells)
        yield from _swaps(table, columns, "两栏互换")
        yield from _shifts(table, columns, (1, -1), ("各行数字右移", "各行数字左移"))


def _own_broken(table: Table, cells: Sequence[int]) -> bool:
    """Is a rule that lies wholly within these cells broken (a row sum)?"""
    inside = set(cells)
    return any(inside.issuperset(table.system.terms[r]) for r in table.of(cells))


def _pairs(table: Table) -> Iterator[Guess]:
    """A figure in the neighbouring blank cell; two suspect cells with each other's figures."""
    system, value = table.system, table.system.value
    for a in table.suspects:
        _, row, column = system.cells[a].grid
        for down, across in PLACED:
            b = table.at.get((row + down, column + across))
            if b is not None and (value[a] is None) != (value[b] is None):
                note = PLACED[(down, across) if value[a] is None else (-down, -across)]
                yield Guess("shift", note, {a: value[b], b: value[a]})
    # One of two swapped cells is in a broken rule without the other, and that rule says which figure it should have.
    figures = sorted((value[i] or 0, i) for i in table.suspects if value[i] is not None)
    seen = set()
    for _, a in figures:
        for r in sorted(table.of((a,))):
            wanted, near = (value[a] or 0) - system.resid[r] // system.terms[r][a], system.allow[r] + 1
            for n in range(bisect_left(figures, (wanted - near, -1)), len(figures)):
                fen, b = figures[n]
                if fen > wanted + near:
                    break
                pair = (min(a, b), max(a, b))
                if value[a] != fen and pair not in seen:
                    seen.add(pair)
                    yield Guess("swap", "两格互换", {a: fen, b: value[a]})


def _swaps(table: Table, units: Sequence[Unit], note: str) -> Iterator[Guess]:
    """Two lines with each other's figures: neighbours, or any two that are suspect."""
    value = table.system.value
    suspect = {n for n, unit in enumerate(units) if table.suspect(unit)}
    for n in sorted(suspect):
        for m in sorted(suspect | {n - 1, n + 1}):
            if not 0 <= m < len(units) or m == n or (m in suspect and m < n):
                continue
            changes: Solution = {}
            for a, b in zip(units[n], units[m], strict=True):
                changes[a], changes[b] = value[b], value[a]
            yield Guess("swap", note, changes)


def _shifts(
    table: Table, units: Sequence[Unit], distances: Sequence[int], notes: tuple[str, str]
) -> Iterator[Guess]:
    """Segments of ``units`` whose figures stand ``distance`` further on (negative: back) than they should."""
    if not any(map(table.suspect, units)):
        return
    line = _line(table, units)
    back = line.back()
    for distance in distances:
        way, template = (line, notes[0]) if distance > 0 else (back, notes[1])
        for first, last in _segments(table.system, way, abs(distance)):
            yield from _moved(table, way.units[first : last + 1], abs(distance), template)


class _Line(NamedTuple):
    """Units side by side, with what stands in each.

    ``alone``: the hard rules that a unit shares with no other; ``bad``: one of these is broken; ``suspect``: a cell of
    the unit is in a broken rule.
    """

    units: list[Unit]
    figures: list[tuple[int | None, ...]]
    alone: list[list[int]]
    bad: list[bool]
    suspect: list[bool]

    def back(self) -> _Line:
        """The line from its end: backward shifts are forward shifts there."""
        return _Line(self.units[::-1], self.figures[::-1], self.alone[::-1], self.bad[::-1], self.suspect[::-1])


def _line(table: Table, units: Sequence[Unit]) -> _Line:
    system = table.system
    figures = [tuple([system.value[i] for i in unit]) for unit in units]
    alone = system.web.alone(tuple(units))
    bad = [not system.broken.isdisjoint(rules) for rules in alone]
    return _Line(list(units), figures, alone, bad, [table.suspect(unit) for unit in units])


def _segments(system: System, line: _Line, gap: int) -> list[tuple[int, int]]:
    """(first, last) of the segments that a shift by ``gap`` may cover, shortest first."""
    figures, end = line.figures, len(line.units) - 1
    low, high = _ends(line.bad) or (end, 0)
    left, right = _ends(line.suspect) or (end, 0)

    def moves(n: int) -> bool:
        """Do the rules of unit ``n`` alone hold with the figures ``gap`` further on?"""
        changes: Solution = dict(zip(line.units[n], figures[n + gap], strict=True)) if n + gap <= end else {}
        return bool(changes) and all(system.stands(r, changes) for r in line.alone[n])

    pairs = []
    # A segment takes in all that is wrong by itself, and something that is in a broken rule.
    start, least = min(low, right), max(high, left)
    stop = start  # the first unit from ``start`` on that does not move
    while stop < max(high, start) + REACH and moves(stop):
        stop += 1
    for first in range(start, max(0, low - REACH) - 1, -1):
        if first < start and not moves(first):
            stop = first
        if stop + gap <= least:
            break  # the last ``gap`` units receive what was pushed out and need not move, but no more than these
        for last in range(max(first + gap, least), min(stop, max(high, first) + REACH) + gap):
            # Starting on a figure that stays, or ending on a blank, changes nothing: the shorter segment will do.
            some = not _blank(figures[last]) or last in (end, high, first + gap)
            if some and figures[first] != figures[first + gap]:
                pairs.append((first, last))
    return sorted(pairs, key=lambda p: (p[1] - p[0], p))


def _blank(figures: tuple[int | None, ...]) -> bool:
    return figures.count(None) == len(figures)


def _ends(marks: list[bool]) -> tuple[int, int] | None:
    """The first and last place of a mark."""
    return (marks.index(True), len(marks) - 1 - marks[::-1].index(True)) if True in marks else None


def _moved(table: Table, segment: Sequence[Unit], gap: int, template: str) -> Iterator[Guess]:
    """The figures of ``segment`` moved back by ``gap``; its end blank, or what was pushed out, or computed."""
    value = table.system.value
    changes: Solution = {}
    for n, unit in enumerate(segment[:-gap]):
        for i, source in zip(unit, segment[n + gap], strict=True):
            changes[i] = value[source]
    if sum(changes[i] is not None and changes[i] != value[i] for i in changes) < 2:
        return
    ends, heads = segment[-gap:], segment[:gap]
    note = f"{template}{'一两'[gap - 1]}{'行' if template[-2] in '上下' else '栏'}"
    blank = {i: None for unit in ends for i in unit}
    yield Guess("shift", note, {**changes, **blank})
    pushed = {i: value[j] for end, head in zip(ends, heads, strict=True) for i, j in zip(end, head, strict=True)}
    if any(fen is not None for fen in pushed.values()):
        yield Guess("shift", note, {**changes, **pushed})
    if gap == 1 or len(ends[0]) == 1:
        yield Guess("shift", note, dict(changes), free=tuple(i for unit in ends for i in unit))
