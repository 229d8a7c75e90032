"""Broken relations grouped by cause (根因归并): the smallest corrections that make everything hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from juesuan.causes.blocks import Block
from juesuan.causes.phrase import Phrases
from juesuan.causes.rank import best_first, sinks
from juesuan.causes.records import Cause, Change, Kind, Outcome, Relation, Variable
from juesuan.causes.search import Solution, foothold, solutions
from juesuan.causes.shift import find_blocks
from juesuan.causes.system import Purse, System

#: Cells corrected together by exact search; beyond this a report of separate findings is the better help.
MOST_CELLS = 4
#: Search nodes for everything, for one component at one size, and hypotheses of moved blocks.
NODES, NODES_EACH, NODES_BLOCKS = 5_000, 1_500, 12_000
CANDIDATES = 5
#: So many single corrections are worth one moved block.
FEWER = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One accepted correction: changes by position, how they came about, what else would have done."""

    changes: Solution
    kind: Kind | None = None
    note: str = ""
    rivals: Sequence[Solution] = ()


@dataclass(slots=True)
class Work:
    """The state of one grouping.

    ``failed`` remembers how many cells did not suffice for a component as things stood, ``unmoved`` the broken rules
    among which no moved block was found.
    """

    system: System
    purse: Purse
    steps: list[Step] = field(default_factory=list)
    failed: dict[tuple[int, ...], int] = field(default_factory=dict)
    unmoved: set[tuple[int, ...]] = field(default_factory=set)
    negative: bool = False

    def take(self, step: Step) -> None:
        touched = set(self.system.commit(step.changes))
        self.steps.append(step)
        reach = {i for r in touched for i in self.system.terms[r]}
        for rules in list(self.failed):
            if any(i in reach for r in rules for i in self.system.terms[r]):
                del self.failed[rules]

    def solve(self, rules: list[int], size: int) -> list[Solution]:
        """Ranked corrections of ``size`` cells for one component."""
        if size == 1:
            # One cell must be in every broken relation: few to try, and too telling to save on.
            return self.likely(solutions(self.system, rules, 1, Purse(NODES_EACH)))
        part = self.purse.part(NODES_EACH)
        found = solutions(self.system, rules, size, part)
        self.purse.back(part)
        return self.likely(found)

    def likely(self, found: Iterable[Solution]) -> list[Solution]:
        """Ranked corrections, those that need a negative figure only when nothing else is left."""
        return best_first(self.system, (s for s in found if self.negative or not sinks(self.system, s)))


def find_causes(
    variables: Sequence[Variable], relations: Iterable[Relation], *, nodes: int = NODES, most: int = MOST_CELLS
) -> Outcome:
    """As ``causes_in``, of cells and relations not yet put together."""
    return causes_in(System.of(variables, relations), nodes=nodes, most=most)


def causes_in(system: System, *, nodes: int = NODES, most: int = MOST_CELLS) -> Outcome:
    """Causes of the broken hard relations. ``nodes`` bounds the search, ``most`` the cells corrected together.

    ``system`` is left with the corrections made.
    """
    broken = frozenset(system.broken)
    if not system.hard():
        return Outcome()
    work = Work(system, Purse(nodes))
    blocks = Purse(NODES_BLOCKS)
    while _block(work, blocks) or _singles(work) or any(_sets(work, n) for n in range(2, most + 1)) or _foothold(work):
        continue
    work.negative = True
    work.failed.clear()
    while _singles(work):
        continue
    return _outcome(work, broken)


def _block(work: Work, purse: Purse) -> bool:
    """Accept a moved block that single cells explain worse: more than one component, or one they cannot mend."""
    groups = [tuple(rules) for rules in work.system.components()]
    rules = [r for group in groups for r in group]
    if len(rules) < 2 or purse.nodes <= 0 or tuple(rules) in work.unmoved:
        return False
    lone = {group for group in groups if work.solve(list(group), 1)}
    blocks = find_blocks(work.system, rules, purse, _worthwhile(work.system, groups, lone))
    for n, block in enumerate(blocks):
        met = [group for group in groups if not block.mended.isdisjoint(group)]
        if (len(met) > 1 or met[0] not in lone) and _spares(work, block, met, lone):
            rivals = [b.changes for b in blocks[n + 1 : n + 2] if b.mended == block.mended]
            work.take(Step(block.changes, block.kind, block.note, rivals))
            return True
    work.unmoved.add(tuple(rules))
    return False


def _spares(work: Work, block: Block, met: Sequence[tuple[int, ...]], lone: set[tuple[int, ...]]) -> bool:
    """Is one moved block a shorter story than correcting its components cell by cell?

    It is where they need three cells or more; a block much larger than the cells it spares is a chance likeness.
    """
    cells = 0
    for group in met:
        cells += 1 if group in lone else 2
        if cells >= FEWER or (group not in lone and not work.solve(list(group), 2)):
            return True
    return len(block.changes) <= cells + 1


def _worthwhile(system: System, groups: Iterable[tuple[int, ...]], lone: set[tuple[int, ...]]) -> set[str]:
    """The tables that two components meet in, or one that no single cell mends: no other block would be accepted."""
    met: Counter[str] = Counter()
    for group in groups:
        for name in {system.cells[i].grid[0] for r in group for i in system.terms[r]}:
            met[name] += 1 if group in lone else 2
    return {name for name, count in met.items() if count > 1}


def _singles(work: Work) -> bool:
    """Correct every component that one cell explains, the least ambiguous first."""
    found = []
    for rules in work.system.components():
        if tuple(rules) not in work.failed:
            ranked = work.solve(rules, 1)
            if ranked:
                found.append((len(ranked), -len(rules), rules))
            else:
                work.failed[tuple(rules)] = 1
    done = False
    for _, _, rules in sorted(found):
        # An earlier correction may have changed what this one should be.
        live = [r for r in rules if r in work.system.broken]
        ranked = work.solve(live, 1) if live else []
        if ranked:
            work.take(Step(ranked[0], rivals=ranked[1:]))
            done = True
    return done


def _sets(work: Work, size: int) -> bool:
    """Correct the first component that ``size`` cells together explain."""
    for rules in work.system.components():
        name = tuple(rules)
        if work.failed.get(name, 0) >= size:
            continue
        ranked = work.solve(rules, size)
        if ranked:
            work.take(Step(ranked[0], rivals=ranked[1:]))
            return True
        work.failed[name] = size
    return False


def _foothold(work: Work) -> bool:
    """In a component with too many errors, correct the cell that repairs most without breaking anything."""
    for rules in work.system.components():
        ranked = work.likely(foothold(work.system, rules))
        if ranked:
            work.take(Step(ranked[0], rivals=ranked[1:]))
            return True
    return False


def _outcome(work: Work, broken: frozenset[int]) -> Outcome:
    system, phrases = work.system, Phrases(work.system, broken)
    causes, told = [], set()
    for step in reversed(work.steps):
        groups = [list(step.changes)] if step.kind else [[i] for i in sorted(step.changes)]
        for group in groups:
            # A later step may have corrected a cell again; the last word counts, once.
            cells = [i for i in group if i not in told and system.value[i] != system.stated[i]]
            told.update(group)
            if cells:
                causes.append((min(cells), _cause(system, cells, step, broken, phrases)))
    causes.sort(key=lambda pair: pair[0])
    left = [r for r in system.hard() if r in broken]
    return Outcome(
        tuple(cause for _, cause in causes),
        tuple(system.rules[r].id for r in left),
        tuple((system.rules[r].id, _candidates(system, r)) for r in left),
    )


def _cause(system: System, cells: list[int], step: Step, broken: frozenset[int], phrases: Phrases) -> Cause:
    changes = tuple((system.cells[i].index, system.value[i]) for i in sorted(cells))
    explains = tuple(system.rules[r].id for r in system.touched(cells) if r in broken and r not in system.broken)
    if step.kind is not None:
        others = tuple((system.cells[i].index, fen) for rival in step.rivals for i, fen in sorted(rival.items()))
        return Cause(changes, explains, step.kind, step.note, others)
    kind, note = phrases.of(cells[0])
    return Cause(changes, explains, kind, note, _rivals(system, cells[0], step))


def _rivals(system: System, i: int, step: Step) -> tuple[Change, ...]:
    """Cells offered instead of ``i`` by corrections that differ from the chosen one in just this cell."""
    rivals: dict[Change, None] = {}
    for rival in step.rivals:
        others = [j for j in rival if j not in step.changes]
        if i not in rival and len(others) == 1 and len(rival) == len(step.changes):
            rivals[system.cells[others[0]].index, rival[others[0]]] = None
    return tuple(rivals)


def _candidates(system: System, r: int) -> tuple[Change, ...]:
    """Cells whose correction would repair rule ``r`` alone, those first that would break least."""
    ranked = []
    for i, coef in system.terms[r].items():
        cell = system.cells[i]
        value = (-system.resid[r]) // coef // cell.step * cell.step + (system.value[i] or 0)
        change: Solution = {i: value or None}
        if i not in system.fixed and system.stands(r, change):
            harm = sum(
                not system.stands(other, change) for other in system.touched(change) if not system.rules[other].soft
            )
            ranked.append((harm, system.value[i] is None, system.derives[r] != i, i, value or None))
    return tuple((system.cells[i].index, fen) for _, _, _, i, fen in sorted(ranked)[:CANDIDATES])
