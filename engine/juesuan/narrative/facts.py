"""Binding what no table holds to what is stated elsewhere: 补充资料, 自评表, 重点工作, or another place of the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from juesuan.narrative.compact import compact
from juesuan.narrative.figures import figures
from juesuan.narrative.judge import money
from juesuan.narrative.ledger import CODE, ITEM
from juesuan.narrative.records import Fact, Mention
from juesuan.narrative.results import Results
from juesuan.narrative.tie import LEVELS, Key, Levels

_HAN = re.compile(r"[\u4e00-\u9fff]")
_OTHER = re.compile(r"[^\u4e00-\u9fff]+")
_ROLE = re.compile(r"(?:目标值|完成值|数量|人数|总数|情况)$")
#: So much of the shorter name must be found in the other (of pairs of signs).
ALIKE = 0.5
#: So many places of one value are compared.
MOST = 40


class Facts:
    """Binds by name and value."""

    def __init__(self, levels: Levels, results: Results, facts: Sequence[Fact]) -> None:
        self.levels, self.results = levels, results
        self.clauses: dict[int, frozenset[str]] = {}
        self.facts: dict[tuple[str, int], list[Fact]] = defaultdict(list)
        for fact in facts:
            for value in _values(fact.text):
                self.facts[value].append(fact)

    def run(self) -> None:
        self._repeated()
        for index, mention in enumerate(self.results.mentions):
            if mention.kind in ("amount", "percent", "count", "point") and not self.results.bound(index):
                self._fact(index, mention)
        self._elsewhere()
        self._same_value()

    def _fact(self, index: int, mention: Mention) -> None:
        known = self.facts.get((_sort(mention.kind), mention.value))
        if not known:
            return
        words = pairs(self.results.reading.around[index])
        best = 0.0
        found: Fact | None = None
        for fact in known:
            name = _named(fact.name)
            alike = len(words & name) / len(name) if name else 0.0
            if alike > best:
                best, found = alike, fact
        if found and best >= ALIKE:
            self.results.bind(index, "fact", f"{found.place}：{found.name}" if found.place else found.name)

    def _repeated(self) -> None:
        """N-24: what is stated at several places is the same everywhere."""
        for key, found in self.levels.stated.items():
            if len(found) < 2 or not key[0]:
                continue
            meaning = self.results.mentions[found[0]].meaning
            if meaning and self.levels.table(meaning, near=True):
                continue
            self._same(key, found)

    def _same(self, key: Key, found: list[int]) -> None:
        mentions = self.results.mentions
        first = mentions[found[0]]
        name = self.levels.ledger.called(key[0])
        for index in found[1:]:
            other = mentions[index]
            if other.value == first.value:
                for i in (found[0], index):
                    self.results.bind(i, "fact", f"文中另一处的{name}{key[3]}")
                self.results.add("N-24", "holds", other.span, "", others=[first.span])
            elif not key[0].startswith(ITEM) or key[3] != "决算":
                what = name if key[3] == "追加" else name + key[3]
                off = money(abs(other.value - first.value))
                self.results.add(
                    "N-24",
                    "breaks",
                    other.span,
                    f"{what}这里写 {other.text}，另一处写 {first.text}，相差 {off}。",
                    stated=money(other.value),
                    expected=money(first.value),
                    difference=money(other.value - first.value),
                    others=[first.span],
                )

    def _elsewhere(self) -> None:
        """The same number of the same things at two places of the text."""
        by_value: dict[tuple[str, int], list[int]] = defaultdict(list)
        for index, mention in enumerate(self.results.mentions):
            if mention.kind in ("count", "amount", "percent") and abs(mention.value) >= 1_000_000:
                by_value[_sort(mention.kind), mention.value].append(index)
        for every in by_value.values():
            found = every[:MOST]
            for at, index in enumerate(found if len(found) > 1 else ()):
                if self.results.bound(index) or (
                    self.results.mentions[index].meaning and self.results.mentions[index].kind == "amount"
                ):
                    continue
                mine = self._clause(index)
                for other in found[:at] + found[at + 1 :]:
                    here, there = self.results.mentions[index], self.results.mentions[other]
                    if here.sentence == there.sentence:
                        continue
                    if overlap(mine, self._clause(other)) >= ALIKE:
                        self.results.bind(index, "fact", "文中另一处")
                        break

    def _clause(self, index: int) -> frozenset[str]:
        if index not in self.clauses:
            self.clauses[index] = pairs(self.results.reading.clauses[index])
        return self.clauses[index]

    def _same_value(self) -> None:
        """Last: an amount without a known name that is exactly one figure of the tables."""
        values: dict[int, str] = {}
        loose = [
            (index, mention.value)
            for index, mention in enumerate(self.results.mentions)
            if mention.kind == "amount" and not self.results.bound(index) and _unnamed(mention)
        ]
        wanted = {value for _, value in loose if value >= 10_000_000 or value % 1_000_000}
        for key, table in self.levels.ledger.statements.tables.items() if wanted else ():
            for (line, column), amount in table.figures.items():
                if amount.fen in wanted:
                    values.setdefault(amount.fen, f"{key}[{line}, {column}]")
        for index, value in loose:
            if value in values:
                self.results.bind(index, "value", values[value])


def _unnamed(mention: Mention) -> bool:
    meaning = mention.meaning
    return meaning is None or meaning.subject.startswith(ITEM) or meaning.measure not in LEVELS


@lru_cache(maxsize=4096)
def _values(text: str) -> tuple[tuple[str, int], ...]:
    """The figures of a fact; most facts of all forms are written alike ("100%")."""
    return tuple((_sort(raw.kind), raw.value) for raw in figures(compact(text).text))


@lru_cache(maxsize=4096)
def _named(name: str) -> frozenset[str]:
    """The pairs of what a fact is called, without the field it stands in."""
    return pairs(_ROLE.sub("", name))


@lru_cache(maxsize=4096)
def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring Chinese signs of a text."""
    signs = _OTHER.sub("", text)
    return frozenset(map("".join, pairwise(signs)))


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """How much of the smaller set is in the other."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _sort(kind: str) -> str:
    return "percent" if kind in ("percent", "point") else kind


def _after(mention: Mention) -> str:
    return "".join(_HAN.findall(mention.text))


__all__ = ["CODE", "Facts", "overlap", "pairs"]
