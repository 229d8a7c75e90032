"""Values for a few cells at once (取值): interval propagation over every relation that contains them.

``fit`` answers either with values that make all those relations hold or with the relations that exclude each other;
some other cell of the latter must then be wrong as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from juesuan.causes.system import System

FAR = 10**20
#: A relation of two cells restates one figure; agreeing with it says more than agreeing with a rounded sum.
TIE_VOTES, SUM_VOTES = 3, 1
OPTIONS = 4


class Row(NamedTuple):
    """One relation seen from the free cells: low ≤ rest + Σ coef·x ≤ allow; ``free`` are (slot, coef)."""

    rule: int
    free: tuple[tuple[int, int], ...]
    rest: int
    allow: int
    equal: bool
    votes: int


@dataclass(slots=True)
class Box:
    """Bounds of the free cells by slot, with the rules each bound comes from."""

    low: list[int]
    high: list[int]
    low_why: list[frozenset[int]]
    high_why: list[frozenset[int]]

    @classmethod
    def open(cls, size: int) -> Box:
        return cls([-FAR] * size, [FAR] * size, [frozenset()] * size, [frozenset()] * size)


def fit(system: System, cells: Sequence[int], new: bool = True) -> dict[int, int | None] | frozenset[int]:
    """Values for ``cells``, or the rules in conflict (empty when the values stay undetermined).

    ``new``: every cell must get another value than it has; a set of fewer cells would do otherwise.
    """
    rows = _rows(system, cells)
    steps = [system.cells[i].step for i in cells]
    box = Box.open(len(cells))
    clash = narrow(rows, box, steps)
    if clash:
        return clash
    for values in _settle(system, cells, rows, box, steps, {}):
        changes = {cells[slot]: value or None for slot, value in values.items()}
        if not new or all(changes[i] != system.value[i] for i in cells):
            if system.mends(changes) is not None:
                return changes
            zeros = {cells[slot]: value for slot, value in values.items()}
            if zeros != changes and system.mends(zeros) is not None:
                return dict(zeros)
    return frozenset()


def _rows(system: System, cells: Sequence[int]) -> list[Row]:
    free: dict[int, list[tuple[int, int]]] = {}
    for slot, i in enumerate(cells):
        for r, coef in system.occurs[i]:
            if not system.rules[r].soft:
                free.setdefault(r, []).append((slot, coef))
    rows = []
    for r, terms in free.items():
        rest, allow = system.resid[r], system.allow[r]
        flexible = system.flexible[r]
        for slot, coef in terms:
            old = system.value[cells[slot]]
            rest -= coef * (old or 0)
            if old is None and flexible:
                allow += abs(coef) * system.half[cells[slot]]
        votes = TIE_VOTES if len(system.terms[r]) == 2 else SUM_VOTES
        rows.append(Row(r, tuple(terms), rest, allow, system.rules[r].op == "=", votes))
    # Short relations first: they make the smallest conflicts, hence the fewest cells to try next.
    rows.sort(key=lambda row: (len(system.terms[row.rule]), row.rule))
    return rows


def narrow(rows: Iterable[Row], box: Box, steps: Sequence[int]) -> frozenset[int]:
    """Tighten ``box`` until nothing moves; the conflicting rules if it becomes empty, else nothing."""
    for _ in range(2 * len(steps) + 2):
        moved = False
        for row in rows:
            for slot, coef in row.free:
                low, high, low_why, high_why = _others(row, slot, box)
                # coef·x ≤ allow − rest − low, and for "=" also ≥ −allow − rest − high.
                if low > -FAR:
                    moved |= _cap(box, slot, coef, row.allow - row.rest - low, low_why | {row.rule}, steps[slot])
                if row.equal and high < FAR:
                    moved |= _cap(box, slot, -coef, row.allow + row.rest + high, high_why | {row.rule}, steps[slot])
                if box.low[slot] > box.high[slot]:
                    return box.low_why[slot] | box.high_why[slot]
        if not moved:
            break
    return frozenset()


def _others(row: Row, slot: int, box: Box) -> tuple[int, int, frozenset[int], frozenset[int]]:
    """Least and greatest sum of the other free cells of ``row``, ±FAR where unbounded."""
    low = high = 0
    low_why: frozenset[int] = frozenset()
    high_why: frozenset[int] = frozenset()
    for other, coef in row.free:
        if other == slot:
            continue
        ends = (box.low[other], box.high[other]) if coef > 0 else (box.high[other], box.low[other])
        whys = (box.low_why[other], box.high_why[other])
        low = -FAR if low == -FAR or abs(ends[0]) == FAR else low + coef * ends[0]
        high = FAR if high == FAR or abs(ends[1]) == FAR else high + coef * ends[1]
        low_why |= whys[0] if coef > 0 else whys[1]
        high_why |= whys[1] if coef > 0 else whys[0]
    return low, high, low_why, high_why


def _cap(box: Box, slot: int, coef: int, most: int, why: frozenset[int], step: int) -> bool:
    """Impose coef·x ≤ most, x a multiple of ``step``; True if a bound moved."""
    if coef > 0:
        high = most // (coef * step) * step
        if high < box.high[slot]:
            box.high[slot], box.high_why[slot] = high, why
            return True
    else:
        low = -(most // (-coef * step)) * step
        if low > box.low[slot]:
            box.low[slot], box.low_why[slot] = low, why
            return True
    return False


def _settle(
    system: System, cells: Sequence[int], rows: list[Row], box: Box, steps: Sequence[int], known: dict[int, int]
) -> Iterable[dict[int, int]]:
    """Assignments within ``box``, the preferred ones first; at most OPTIONS for each cell."""
    todo = [slot for slot in range(len(cells)) if slot not in known]
    if not todo:
        yield known
        return
    slot = min(todo, key=lambda s: (box.high[s] - box.low[s], s))
    for value in options(rows, box, slot, steps[slot], system.value[cells[slot]] or 0):
        then = [_fixed(row, slot, value) for row in rows]
        tight = Box(list(box.low), list(box.high), list(box.low_why), list(box.high_why))
        tight.low[slot] = tight.high[slot] = value
        if not narrow([row for row in then if row.free], tight, steps):
            yield from _settle(system, cells, then, tight, steps, {**known, slot: value})


def _fixed(row: Row, slot: int, value: int) -> Row:
    for other, coef in row.free:
        if other == slot:
            free = tuple([t for t in row.free if t[0] != slot])
            return Row(row.rule, free, row.rest + coef * value, row.allow, row.equal, row.votes)
    return row


def options(rows: Iterable[Row], box: Box, slot: int, step: int, stated: int) -> list[int]:
    """Values for one cell, best first: those that make most equalities exact, then nearest the middle."""
    low, high = box.low[slot], box.high[slot]
    votes: dict[int, int] = {}
    for row in rows:
        if len(row.free) == 1 and row.free[0][0] == slot:
            value, odd = divmod(-row.rest, row.free[0][1])
            if not odd and value % step == 0 and low <= value <= high:
                # A bound only says how far a figure may go; it breaks ties between equalities.
                votes[value] = votes.get(value, 0) + (2 * row.votes if row.equal else 0)
    if low == -FAR or high == FAR:
        nearest = min(max(stated, low), high)
        middle = nearest
    else:
        middle = (low + high) // (2 * step) * step
    for value in (middle, low, high):
        if abs(value) < FAR:
            votes.setdefault(value, -1)
    return sorted(votes, key=lambda v: (-votes[v], abs(v - middle), v))[:OPTIONS]
