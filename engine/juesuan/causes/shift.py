"""Shifted and swapped figures (错行、错栏、互换)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from juesuan.causes.blocks import Block, Guess, Table, Unit, accept, best, scalings, tables
from juesuan.causes.search import Solution
from juesuan.causes.system import Purse, System

#: How far beyond the rows that are visibly wrong a shifted block may reach where nothing tells its ends.
REACH = 12
DISTANCES = (1, -1, 2, -2)


def find_block(system: System, broken: list[int], purse: Purse) -> Block | None:
    """The best shift, swap or unit slip that explains broken rules of one table, or None."""
    found = []
    for table in tables(system, broken):
        for guess in guesses(table):
            if purse.nodes <= 0:
                break
            block = accept(system, guess, purse)
            if block:
                found.append(block)
    return best(system, found)


def guesses(table: Table) -> Iterator[Guess]:
    """Everything worth trying in one table, cheap and common slips first."""
    yield from scalings(table)
    yield from _pairs(table)
    rows = [tuple(cells) for _, cells in sorted(table.rows.items())]
    columns = [tuple(cells) for _, cells in sorted(table.columns.items())]
    even_rows = _even(rows)
    yield from _swaps(table, even_rows, "两行互换")
    yield from _swaps(table, _even(columns), "两栏互换")
    for column in columns:
        if table.of(column):
            yield from _shifts(table, [(i,) for i in column], DISTANCES, ("本栏数字下移", "本栏数字上移"))
    for row in rows:
        if table.of(row):
            yield from _shifts(table, [(i,) for i in row], (1, -1), ("本行数字右移", "本行数字左移"))
    if len(columns) > 1:
        yield from _shifts(table, even_rows, (1, -1), ("各栏数字下移", "各栏数字上移"))
        yield from _row_blocks(table)


def _even(lines: Sequence[Unit]) -> list[Unit]:
    """The lines of the commonest length: those that can stand in for each other."""
    sizes = [len(line) for line in lines]
    common = max(sizes, key=lambda n: (sizes.count(n), n), default=0)
    return [line for line in lines if len(line) == common]


def _row_blocks(table: Table) -> Iterator[Guess]:
    """Several rows shifted or swapped by columns alike: whole columns, or just the rows that are wrong."""
    numbers = sorted(row for row, cells in table.rows.items() if table.of(cells))
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
    """Two suspect cells with each other's figures; a figure in the neighbouring blank cell."""
    system, value = table.system, table.system.value
    # A cell can only have a wrong figure if the relations that contain it say so.
    for n, a in enumerate(table.suspects):
        for b in table.suspects[n + 1 :]:
            if value[a] == value[b]:
                continue
            (_, row_a, col_a), (_, row_b, col_b) = system.cells[a].grid, system.cells[b].grid
            if value[a] is None or value[b] is None:
                if abs(row_a - row_b) > 1 or abs(col_a - col_b) > 1:
                    continue
                yield Guess("shift", _placed(row_a, col_a, row_b, col_b, value[a] is None), {a: value[b], b: value[a]})
            else:
                yield Guess("swap", "两格互换", {a: value[b], b: value[a]})


def _placed(row_a: int, col_a: int, row_b: int, col_b: int, moved_on: bool) -> str:
    if row_a != row_b and col_a != col_b:
        return "误填入相邻行栏"
    if row_a != row_b:
        return "误填入下一行" if moved_on else "误填入上一行"
    return "误填入右邻栏" if moved_on else "误填入左邻栏"


def _swaps(table: Table, units: Sequence[Unit], note: str) -> Iterator[Guess]:
    """Two lines with each other's figures: neighbours, or any two that are suspect."""
    value = table.system.value
    suspect = {n for n, unit in enumerate(units) if table.of(unit)}
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
    if not table.of(i for unit in units for i in unit):
        return
    for distance in distances:
        # Backward shifts are forward shifts of the reversed line.
        line = list(units) if distance > 0 else list(reversed(units))
        gap = abs(distance)
        template = notes[0] if distance > 0 else notes[1]
        for first, last in _segments(table, line, gap):
            yield from _moved(table, line[first : last + 1], gap, template)


def _segments(table: Table, line: Sequence[Unit], gap: int) -> Iterator[tuple[int, int]]:
    """(first, last) of the segments that a shift by ``gap`` may cover, shortest first."""
    keep, move = _locals(table, line, gap)
    bad = [n for n, ok in enumerate(keep) if not ok]
    low, high = (bad[0], bad[-1]) if bad else (len(line), -1)
    pairs = []
    firsts = range(max(0, low - REACH), low + 1) if bad else range(len(line) - gap)
    for first in firsts:
        if first >= len(line):
            continue
        n = first
        while n + gap < len(line) and move[n] and (not bad or n < high + REACH):
            if n + gap >= high:
                pairs.append((first, n + gap))
            n += 1
        # The last ``gap`` units of a segment receive what was pushed out, so they need not pass the local test.
    return iter(sorted(pairs, key=lambda p: (p[1] - p[0], p)))


def _locals(table: Table, line: Sequence[Unit], gap: int) -> tuple[list[bool], list[bool]]:
    """For each unit: do the rules that it shares with no other unit hold as it stands, and with the next figures?"""
    system = table.system
    home = {i: n for n, unit in enumerate(line) for i in unit}
    keep, move = [True] * len(line), [True] * len(line)
    for n, unit in enumerate(line):
        source = line[n + gap] if n + gap < len(line) else None
        changes = {} if source is None else dict(zip(unit, (system.value[i] for i in source), strict=True))
        for r in system.touched(unit):
            if system.rules[r].soft or any(home.get(i, n) != n for i in system.terms[r]):
                continue
            keep[n] = keep[n] and r not in system.broken
            move[n] = move[n] and source is not None and system.stands(r, changes)
    return keep, move


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
    note = f"{template}{'一二'[gap - 1]}{'行' if template[-2] in '上下' else '栏'}"
    blank = {i: None for unit in ends for i in unit}
    yield Guess("shift", note, {**changes, **blank})
    pushed = {i: value[j] for end, head in zip(ends, heads, strict=True) for i, j in zip(end, head, strict=True)}
    if any(fen is not None for fen in pushed.values()):
        yield Guess("shift", note, {**changes, **pushed})
    if gap == 1 and len(ends[0]) == 1:
        yield Guess("shift", note, dict(changes), free=ends[0][0])
