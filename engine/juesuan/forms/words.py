"""The words the forms are read by: unit families, falling indicators, qualitative words, fund rows, indicator names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

from juesuan.data import BadData
from juesuan.forms.target import Quantity
from juesuan.text import plain

COUNT = "计数"
Attained = Literal["reached", "partly", "failed", "unclear"]


@dataclass(frozen=True, slots=True)
class Fund:
    """A row of funds: ``role`` total, part, basic or project; the parts of one ``group`` add up to the total."""

    key: str
    role: str
    group: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BasicSum:
    """Form F: ``total`` is the sum of its parts (kind sum) or at least their sum (kind within)."""

    kind: str
    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Words:
    """See workbook_templates/forms/words.toml."""

    families: Mapping[str, str]
    adding: frozenset[str]
    falling: tuple[str, ...]
    rising: tuple[str, ...]
    easing: tuple[str, ...]
    cost: str
    relative: tuple[str, ...]
    scope: tuple[str, ...]
    filler: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]
    partial: tuple[str, ...]
    failed: tuple[str, ...]
    done: frozenset[str]
    funds: tuple[Fund, ...]
    basics: tuple[BasicSum, ...]

    # --- units ---

    def family(self, unit: str) -> str:
        """What a unit measures: 比率, 金额, 时间, … 计数 for what is not listed, "" for no unit."""
        if not unit:
            return ""
        head = unit.partition("/")[0]
        return self.families.get(head, COUNT)

    def comparable(self, target: Quantity, actual: Quantity) -> str:
        """Why the two values cannot be set against each other; "" if they can."""
        if {target.change, actual.change} == {"减", "增"} or (target.change == "减") != (actual.change == "减"):
            return "一个说减少，一个没有说" if "增" not in (target.change, actual.change) else "一个说减少，一个说增加"
        if ("每" in target.lead) != ("每" in actual.lead):
            return "一个是每期的数，一个不是"
        if target.value == 0 or actual.value == 0:
            return ""
        ours, theirs = self.family(target.unit), self.family(actual.unit)
        if ours == theirs:
            same = target.unit.partition("/")[2] == actual.unit.partition("/")[2]
            named = ours not in ("时间", "评分") or target.unit == actual.unit
            return "" if same and (named or _same_time(target.unit, actual.unit)) else "单位不同，不能直接相比"
        if "" in (ours, theirs) and "比率" not in (ours, theirs):
            return ""
        return f"单位不同（{target.unit or '没有单位'}、{actual.unit or '没有单位'}），不能直接相比"

    def additive(self, name: str, quantity: Quantity) -> bool:
        """True where values of several units add up; False where they are averaged by funds."""
        if "/" in quantity.unit or any(word in name for word in self.relative):
            return False
        return self.family(quantity.unit) in self.adding | {"", COUNT}

    # --- directions and qualities ---

    def falls(self, name: str, level1: str, level2: str) -> bool:
        """True for an indicator that is the better the lower, judging by its name or level."""
        falls = _way(self, name)
        return falls is True or (falls is None and (self.cost in level1 or self.cost in level2))

    def rises(self, name: str) -> bool:
        """True for an indicator that is the better the higher, judging by its name."""
        return _unbracketed(plain(name)).endswith(self.rising)

    def attained(self, target: str, actual: str) -> Attained:
        """How far a quality was attained, as far as its words say. Both without blanks and punctuation."""
        if actual.removeprefix("已") == target.removeprefix("已") or actual in self.done:
            return "reached"
        if any(word in actual and word not in target for word in self.partial):
            return "partly"
        if any(word in actual and word not in target for word in self.failed):
            return "failed"
        return "unclear"

    # --- names ---

    @cached_property
    def _scopes(self) -> re.Pattern[str]:
        longest = sorted(self.scope, key=len, reverse=True)
        return re.compile(f"^(?:{'|'.join(map(re.escape, longest))})+(?=.{{3}})")

    def name(self, indicator: str) -> str:
        """An indicator's name for comparing: no quotes, punctuation, blanks, and no 全市, 全年… at its head."""
        return _name(self, indicator)

    def measure(self, name: str) -> tuple[str, str]:
        """A name as ``name`` gives it, without its measure, and the measure's class: (大师工作室, 数量)."""
        return _measure(self, name)

    def fund(self, item: str, taken: frozenset[str], group: str) -> Fund | None:
        """The row of funds that a label names, not yet ``taken`` (keys); of the ``group`` above it where several fit
        (其他资金 stands in two groups). None if unknown."""
        label = re.sub(r"（[^（）]*）", "", plain(item))
        fitting = [f for f in self.funds if f.key not in taken and label in (plain(n) for n in f.names)]
        return next((f for f in fitting if f.group == group), fitting[0] if fitting else None)


#: Indicators are called alike in all forms of an account: that many names are remembered.
_REMEMBERED = 4096
_ENDING = re.compile(r"（[^（）]*）$")


def _unbracketed(name: str) -> str:
    return _ENDING.sub("", name)


@lru_cache(maxsize=_REMEMBERED)
def _way(words: Words, name: str) -> bool | None:
    """True for a name that falls, False for one that rises or eases, None for neither."""
    bare = _unbracketed(plain(name))
    if any(word in bare for word in words.easing) or bare.endswith(words.rising):
        return False
    return True if bare.endswith(words.falling) else None


@lru_cache(maxsize=_REMEMBERED)
def _name(words: Words, indicator: str) -> str:
    return words._scopes.sub("", plain(indicator))


@lru_cache(maxsize=_REMEMBERED)
def _measure(words: Words, name: str) -> tuple[str, str]:
    def unfilled(head: str) -> str:
        for word in words.filler:
            head = head.replace(word, "")
        return head

    bare = _unbracketed(name)
    for word, kind in words.measures:
        if bare.endswith(word) and len(bare) > len(word):
            return unfilled(bare.removesuffix(word)), kind
    if bare.endswith("率"):
        return unfilled(bare[:-3]), bare[-3:]
    return unfilled(bare), ""


def _same_time(one: str, other: str) -> bool:
    return {one, other} <= {"日", "天"} or {one, other} <= {"小时", "时"}


def read_words(content: dict[str, Any], where: str) -> Words:
    """Words from plain data. Raises BadData."""
    try:
        indicator, quality = content["indicator"], content["quality"]
        return Words(
            {name: unit["family"] for unit in content["unit"] for name in unit["names"]},
            frozenset(unit["family"] for unit in content["unit"] if unit["add"]),
            tuple(indicator["falling"]), tuple(indicator["rising"]), tuple(indicator["easing"]), indicator["cost"],
            tuple(indicator["relative"]), tuple(indicator["scope"]),
            tuple(indicator["filler"]),
            tuple(sorted(((n, m["class"]) for m in content["measure"] for n in m["names"]), key=lambda x: -len(x[0]))),
            tuple(quality["partial"]), tuple(quality["failed"]), frozenset(quality["done"]),
            tuple(Fund(f["key"], f["role"], f.get("group", ""), tuple(f["names"])) for f in content["fund"]),
            tuple(BasicSum(b["kind"], b["total"], tuple(b["parts"])) for b in content["basic"]),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise BadData(f"{where}：缺少或写错 {error}") from error
