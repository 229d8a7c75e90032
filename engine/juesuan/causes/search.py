"""The smallest set of cells whose correction makes everything hold (最小修正集).

A hitting-set search: every broken relation contains a wrong cell, so branch on the cells of one; where the cells
chosen cannot satisfy all their relations, one of the conflicting relations contains a further wrong cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from juesuan.causes.fit import fit
from juesuan.causes.system import Purse, System

Solution = dict[int, int | None]


def packing(system: System, rules: Iterable[int], most: int) -> int:
    """How many of ``rules`` share no cell, counted greedily up to ``most`` + 1: so many cells at least are wrong."""
    used: set[int] = set()
    count = 0
    for r in sorted(rules, key=lambda r: (len(system.terms[r]), r)):
        if used.isdisjoint(system.terms[r]):
            used.update(system.terms[r])
            count += 1
            if count > most:
                break
    return count


def solutions(system: System, broken: list[int], size: int, purse: Purse) -> list[Solution]:
    """All sets of ``size`` cells with values that repair ``broken`` and break nothing, until the purse is empty."""
    found: list[Solution] = []
    seen: set[frozenset[int]] = set()
    if packing(system, broken, size) > size:
        return found

    def grow(chosen: tuple[int, ...]) -> None:
        left = size - len(chosen)
        uncovered = [r for r in broken if not any(i in system.terms[r] for i in chosen)]
        if uncovered:
            if left == 0 or (left > 1 and packing(system, uncovered, left) > left):
                return
            pool = set(system.terms[min(uncovered, key=lambda r: (len(system.terms[r]), r))])
            if left == 1:
                pool = pool.intersection(*(system.terms[r] for r in uncovered))
        else:
            if not purse.take():
                return
            result = fit(system, chosen)
            if isinstance(result, dict):
                found.append(result)
                return
            if left == 0:
                return
            pool = {i for r in result for i in system.terms[r]}
        for i in sorted(pool):
            if i in chosen or i in system.fixed:
                continue
            key = frozenset((*chosen, i))
            if key in seen:
                continue
            seen.add(key)
            if purse.nodes <= 0:
                return
            grow((*chosen, i))

    grow(())
    return found


def foothold(system: System, broken: list[int]) -> list[Solution]:
    """Single corrections that repair two or more of ``broken`` and break nothing, though not all holds after them.

    For components with more errors than the exact search affords.
    """
    home: dict[int, list[int]] = {}
    for r in broken:
        for i in system.terms[r]:
            home.setdefault(i, []).append(r)
    found: list[tuple[int, Solution]] = []
    for i, rules in sorted(home.items()):
        if len(rules) < 2 or i in system.fixed:
            continue
        step = system.cells[i].step
        values = set()
        for r in rules:
            value, odd = divmod(-system.resid[r], system.terms[r][i])
            if not odd:
                values.add(((system.value[i] or 0) + value) // step * step)
        for value in sorted(values):
            change: Solution = {i: value or None}
            gain = gains(system, change)
            if gain is not None and len(gain) >= 2:
                found.append((len(gain), change))
    most = max((gain for gain, _ in found), default=0)
    return [change for gain, change in found if gain == most]


def gains(system: System, changes: Solution) -> list[int] | None:
    """Broken hard rules that ``changes`` repair; None if a holding one would break."""
    mended = []
    for r in system.touched(changes):
        if system.rules[r].soft:
            continue
        if system.stands(r, changes):
            if r in system.broken:
                mended.append(r)
        elif r not in system.broken:
            return None
    return mended
