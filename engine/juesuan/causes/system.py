"""The relations over the current values of the cells, with residuals kept up to date (勾稽关系组)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from juesuan.causes.records import Relation, Variable

#: Position of a cell -> the 分 it should hold (None blank).
Changes = Mapping[int, int | None]
_KEPT = 1_000  # lines of cells whose own rules are remembered with a web


class Web:
    """Which cell stands in which rule: all of a System that does not hang on the figures, so files alike share it.

    Cells have positions in table, row, column order, rules in the order of their ids. Positions, unlike the caller's
    indices, put neighbours together, so the order of the input decides nothing. ``occurs`` lists a cell's rules, each
    with the cell's coefficient; ``fixed`` are the cells never to be changed, ``flexible`` the rules whose allowance
    grows with the nonblank addends.
    """

    def __init__(self, variables: Iterable[Variable], relations: Iterable[Relation]) -> None:
        self.cells = sorted(variables, key=lambda v: (v.grid, v.index))
        self.rules = sorted(relations, key=lambda r: r.id)
        at = {cell.index: i for i, cell in enumerate(self.cells)}
        self.fixed = frozenset(i for i, cell in enumerate(self.cells) if cell.weight <= 0)
        self.flexible = [rule.wide is None and not rule.exact for rule in self.rules]
        self.terms: list[dict[int, int]] = []
        self.derives: list[int | None] = []
        self.occurs: list[list[tuple[int, int]]] = [[] for _ in self.cells]
        for r, rule in enumerate(self.rules):
            terms: dict[int, int] = {}
            for index, coef in rule.terms:
                terms[at[index]] = terms.get(at[index], 0) + coef
            terms = {i: c for i, c in terms.items() if c}
            self.terms.append(terms)
            self.derives.append(None if rule.derives is None else at.get(rule.derives))
            for i, coef in terms.items():
                self.occurs[i].append((r, coef))
        self._alone: dict[tuple[tuple[int, ...], ...], list[list[int]]] = {}

    def alone(self, units: tuple[tuple[int, ...], ...]) -> list[list[int]]:
        """For each of some groups of cells the hard rules that it shares with no other of them; remembered."""
        found = self._alone.get(units)
        if found is None:
            owner: dict[int, int] = {}
            for n, unit in enumerate(units):
                for i in unit:
                    for r, _ in self.occurs[i]:
                        if owner.setdefault(r, n) != n:
                            owner[r] = -1
            found = [[] for _ in units]
            for r, n in owner.items():
                if n >= 0 and not self.rules[r].soft:
                    found[n].append(r)
            if len(self._alone) >= _KEPT:
                self._alone.clear()
            self._alone[units] = found
        return found


class System:
    """A web with its figures. ``value``/``resid``/``allow`` are the current state; ``commit`` changes it.

    ``figures``: each cell's 分 (None for blank) and rounding half-interval, by the caller's index. ``wide``: allowances
    of rules by id, before those the rules state themselves.
    """

    def __init__(
        self,
        web: Web,
        figures: Mapping[int, tuple[int | None, int]] | Sequence[tuple[int | None, int]],
        wide: Mapping[int, int] | None = None,
    ) -> None:
        self.web, self.cells, self.rules = web, web.cells, web.rules
        self.terms, self.derives, self.occurs = web.terms, web.derives, web.occurs
        self.fixed, self.flexible = web.fixed, web.flexible
        self.value: list[int | None] = [figures[cell.index][0] for cell in self.cells]
        self.half = [figures[cell.index][1] for cell in self.cells]
        self.stated = list(self.value)
        self.resid, self.allow = [0] * len(self.rules), [0] * len(self.rules)
        for fen, half, occurs in zip(self.value, self.half, self.occurs, strict=True):
            if fen is not None:
                for r, coef in occurs:
                    self.resid[r] += coef * fen
                    self.allow[r] += abs(coef) * half
        for r, flexible in enumerate(self.flexible):
            if not flexible:
                rule = self.rules[r]
                self.allow[r] = (wide or {}).get(rule.id, rule.wide or 0)
        self.broken = {r for r, resid in enumerate(self.resid) if resid and not self.holds(r, resid, self.allow[r])}

    @classmethod
    def of(cls, variables: Sequence[Variable], relations: Iterable[Relation]) -> System:
        """The system of ``relations`` over cells with the figures they state."""
        return cls(Web(variables, relations), {v.index: (v.fen, v.half) for v in variables})

    def holds(self, r: int, resid: int, allow: int) -> bool:
        """Would rule ``r`` hold with this residual and allowance (分)?"""
        return resid <= allow if self.rules[r].op == "<=" else -allow <= resid <= allow

    def hard(self) -> list[int]:
        """Broken rules that must be explained (强制性)."""
        return sorted(r for r in self.broken if not self.rules[r].soft)

    def after(self, r: int, changes: Changes) -> tuple[int, int]:
        """Residual and allowance of rule ``r`` once ``changes`` are made."""
        resid, allow, flexible = self.resid[r], self.allow[r], self.flexible[r]
        terms = self.terms[r]
        for i in changes if len(changes) < len(terms) else terms:
            if i in changes and i in terms:
                coef, new, old = terms[i], changes[i], self.value[i]
                resid += coef * ((new or 0) - (old or 0))
                if flexible and (new is None) != (old is None):
                    allow += abs(coef) * self.half[i] * (1 if old is None else -1)
        return resid, allow

    def stands(self, r: int, changes: Changes) -> bool:
        """Does rule ``r`` hold once ``changes`` are made?"""
        return self.holds(r, *self.after(r, changes))

    def touched(self, changes: Iterable[int]) -> list[int]:
        """Rules that contain one of these cells, in order."""
        return sorted({r for i in changes for r, _ in self.occurs[i]})

    def mends(self, changes: Changes, least: int = 0) -> frozenset[int] | None:
        """The broken hard rules that ``changes`` repair.

        None if these are fewer than ``least``, or a touched hard rule would not hold.
        """
        rules = self.rules
        mended = {r for r in self.broken if not rules[r].soft and not self.terms[r].keys().isdisjoint(changes)}
        # The broken ones are looked at first, for they refuse most.
        if len(mended) < least or not all(self.stands(r, changes) for r in mended):
            return None
        others = {r for i in changes for r, _ in self.occurs[i] if not rules[r].soft} - mended
        return frozenset(mended) if all(self.stands(r, changes) for r in others) else None

    def commit(self, changes: Changes) -> list[int]:
        """Make ``changes``; return the rules touched."""
        touched = self.touched(changes)
        new = [self.after(r, changes) for r in touched]
        for i, fen in changes.items():
            self.value[i] = fen
        for r, (resid, allow) in zip(touched, new, strict=True):
            self.resid[r], self.allow[r] = resid, allow
            (self.broken.discard if self.holds(r, resid, allow) else self.broken.add)(r)
        return touched

    def components(self) -> list[list[int]]:
        """Broken hard rules grouped by shared cells, each group and the list in rule order."""
        todo, groups = set(self.hard()), []
        home: dict[int, list[int]] = {}
        for r in todo:
            for i in self.terms[r]:
                home.setdefault(i, []).append(r)
        for first in sorted(todo):
            if first in todo:
                groups.append(sorted(self._reach(first, home, todo)))
        return groups

    def _reach(self, first: int, home: Mapping[int, list[int]], todo: set[int]) -> Iterator[int]:
        todo.discard(first)
        stack = [first]
        while stack:
            r = stack.pop()
            yield r
            for i in self.terms[r]:
                for other in home[i]:
                    if other in todo:
                        todo.discard(other)
                        stack.append(other)


class Purse:
    """A budget of search nodes, so that the same input always gets the same effort."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes

    def take(self, nodes: int = 1) -> bool:
        self.nodes -= nodes
        return self.nodes >= 0

    def part(self, nodes: int) -> Purse:
        """A smaller purse filled from this one; ``back`` returns what is left."""
        share = max(0, min(nodes, self.nodes))
        self.nodes -= share
        return Purse(share)

    def back(self, part: Purse) -> None:
        self.nodes += max(0, part.nodes)
