"""What a number of things counts: the nearest fitting words around it say so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from juesuan.narrative.ledger import COUNT
from juesuan.narrative.records import Meaning
from juesuan.narrative.tokens import Token
from juesuan.narrative.vocabulary import Count

_STOP = re.compile(r"[。；\n]")
REACH = 60


def counted(counts: Iterable[Count], section: str, line: str, token: Token) -> Meaning | None:
    """The meaning of a count, None where no words near it are known."""
    raw = token.figure
    assert raw is not None
    unit = raw.unit.lstrip("万亿千百余多")
    before = _STOP.split(line[max(0, token.start - REACH) : token.start])[-1]
    after = re.split(r"[，。；：、]", line[token.end : token.end + 24])[0]
    best: tuple[int, str] | None = None
    for order, count in enumerate(counts):
        if unit not in count.units or (count.kinds and section not in count.kinds):
            continue
        ranks = [order] if any(after.startswith(w) for w in count.after) else []
        for word in count.words:
            at = before.rfind(word)
            if at >= 0 and len(before) - at - len(word) <= count.reach:
                ranks.append((len(before) - at - len(word) + 1) * 100 + order)
        if ranks and (best is None or min(ranks) < best[0]):
            best = min(ranks), count.key
    return Meaning(COUNT + best[1], "数量") if best else None
