"""Indicator names: which are the same, which are alike, and which a reason mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from juesuan.forms.words import Words
from juesuan.text import plain

#: Names alike share at least so many characters before their measure.
SHARED = 3
#: A quoted name is taken for the indicator nearest to it from this likeness on.
NEAR = 0.5
_QUOTED = re.compile(r"[“\"「『]([^“”\"「」『』]{3,40})[”\"」』]")


def pairs_alike(names: Iterable[str], words: Words) -> Iterator[tuple[str, str]]:
    """Pairs of different names that end alike and measure the same: 市直机关幼儿园家长满意度／满意率."""
    kin: dict[tuple[str, str], list[str]] = {}
    for name in names:
        head, measure = words.measure(name)
        if measure and len(head) >= SHARED:
            kin.setdefault((head[-SHARED:], measure), []).append(name)
    for group in kin.values():
        yield from combinations(group, 2)


def likeness(one: str, other: str) -> float:
    """How much two names resemble each other: the share of common pairs of characters (0–1). Not for amounts."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


@lru_cache(maxsize=4096)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[at : at + 2] for at in range(len(name) - 1))


@dataclass(frozen=True)
class Mentions:
    """Which of a form's indicators a text of reasons mentions (by index), and names it quotes otherwise than they are:
    (as quoted, index of the indicator meant)."""

    whole: frozenset[int]
    quoted: tuple[tuple[str, int], ...]

    @property
    def all(self) -> frozenset[int]:
        return self.whole | {at for _, at in self.quoted}


def mentions(text: str | None, names: Sequence[str], words: Words) -> Mentions:
    """What a text of reasons says of the indicators of those names."""
    if not text:
        return Mentions(frozenset(), ())
    known = [words.name(n) for n in names]
    clean = plain(text)
    whole = frozenset(at for at, name in enumerate(known) if len(name) > 2 and name in clean)
    quoted: dict[str, int] = {}
    for match in _QUOTED.finditer(text):
        name = words.name(match.group(1))
        if any(name in known[at] for at in whole) or not known:
            continue
        best = max(range(len(known)), key=lambda at: likeness(name, known[at]))
        if likeness(name, known[best]) >= NEAR:
            quoted[match.group(1)] = best
    return Mentions(whole, tuple(quoted.items()))
