"""Which of several equally small corrections is the likelier one (择优)."""

from __future__ import annotations

from collections.abc import Iterable

from juesuan.causes.search import Solution
from juesuan.causes.slip import NONE, OMITTED, STRONG, slip
from juesuan.causes.system import System

Key = tuple[int | tuple[int, ...], ...]


def best_first(system: System, found: Iterable[Solution]) -> list[Solution]:
    """``found`` in order of likelihood; ties in table order."""
    return sorted(found, key=lambda changes: key(system, changes))


def key(system: System, changes: Solution) -> Key:
    """Smaller is likelier: first the evidence of other relations, then of the digits, then habit."""
    loose, soft, slack = _effects(system, changes)
    defined = {system.derives[r] for r in system.broken}
    strong = weight = derives = likeness = size = 0
    for i, fen in changes.items():
        stated, cell = system.value[i], system.cells[i]
        found = slip(stated, fen, cell.step)
        strong += found.rank == STRONG
        weight += cell.weight
        derives += i in defined
        likeness += found.rank if found.rank in (NONE, OMITTED) else 0
        size += abs(stated or 0)
    # A figure that is filled in where nothing stood must compete with every other blank: last of all. The same
    # difference is a smaller slip in a larger figure.
    relations, digits = (loose, soft, slack), (-strong, -weight, -derives, likeness, -size)
    return sinks(system, changes), *relations, *digits, tuple(sorted(changes))


def sinks(system: System, changes: Solution) -> bool:
    """Does a figure become negative, other than by its sign alone?"""
    return any((fen or 0) < 0 <= (system.value[i] or 0) != -(fen or 0) for i, fen in changes.items())


def _effects(system: System, changes: Solution) -> tuple[int, int, int]:
    """How many more equalities than before hold only within rounding, how many more soft relations break, and how many
    more bounds are not met exactly: a part that becomes just the whole (一般公共预算支出 of a 科目 and its 支出) is
    likelier than one that stays somewhere below it."""
    loose = soft = slack = 0
    for r in system.touched(changes):
        resid, allow = system.after(r, changes)
        if system.rules[r].soft:
            soft += (not system.holds(r, resid, allow)) - (r in system.broken)
        elif system.rules[r].op == "=":
            loose += (resid != 0) - (r not in system.broken and system.resid[r] != 0)
        elif len(system.rules[r].terms) > 1:
            slack += (resid != 0) - (system.resid[r] != 0)
    return loose, soft, slack
