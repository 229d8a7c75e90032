"""The text against 补充资料: a figure that both state is the same (N-35)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from juesuan.narrative.judge import Value, agree, money
from juesuan.narrative.records import Mention, NarrativeVerdict
from juesuan.narrative.results import Results
from juesuan.narrative.tie import Key, Levels, key_of
from juesuan.supplement import Stated, Supplement

#: Texts of their own, whose figures have scopes of their own.
ELSEWHERE = frozenset({"报告", "重点工作", "名词解释"})
MILLION = 1_000_000


def values(supplement: Supplement | None, said: Sequence[Stated]) -> Mapping[Key, Value]:
    """The amounts that 补充资料 states, by meaning, in 分."""
    half = _half(supplement)
    return {_key(s): Value(s.value, half, f"补充资料“{s.label}”") for s in said if s.kind == "amount"}


def _half(supplement: Supplement | None) -> int:
    return 0 if supplement and supplement.money_unit == "元" else 5_000


def _key(one: Stated) -> Key:
    return one.meant.subject, one.meant.fund, one.meant.column, one.meant.measure


class Given:
    """Compares the mentions of a text with what 补充资料 states."""

    def __init__(self, levels: Levels, results: Results, supplement: Supplement | None, said: Sequence[Stated]) -> None:
        self.levels, self.results, self.said = levels, results, said
        self.half = _half(supplement)

    def run(self) -> None:
        if not self.said:
            return
        said: dict[Key, list[int]] = {}
        for index, mention in enumerate(self.results.mentions):
            if mention.meaning and self.results.reading.kind_at[index] not in ELSEWHERE:
                said.setdefault(key_of(mention.meaning), []).append(index)
        for one in self.said:
            if here := said.get(_key(one)):
                self._compare(one, here)

    def _compare(self, one: Stated, here: list[int]) -> None:
        """Equal anywhere: bound there. Of counts several may be meant, so only where none is equal one is wrong."""
        mentions = self.results.mentions
        verdicts = {i: v for i in here if (v := self._verdict(mentions[i], one))}
        right = [i for i, v in verdicts.items() if v == "holds"]
        for index in right:
            self.results.bind(index, "fact", f"补充资料：{one.label}")
            self.results.add("N-35", "holds", mentions[index].span, "")
        if right and one.kind != "amount":
            return
        for index, verdict in verdicts.items():
            mention = mentions[index]
            if verdict == "holds" or (verdict == "breaks" and not (mention.meaning and mention.meaning.sure)):
                continue
            expected = money(one.value, mention) if one.kind == "amount" else one.text + _unit(one, mention)
            said = f"写 {mention.text}，补充资料“{one.label}”填的是 {expected}"
            self.results.bind(index, "fact", f"补充资料：{one.label}")
            off = money(mention.value - one.value, mention) if one.kind == "amount" else ""
            self.results.add(
                "N-35",
                verdict,
                mention.span,
                f"{said}，差在末位。" if verdict == "rounding" else f"{said}。",
                stated=money(mention.value, mention) if one.kind == "amount" else mention.text,
                expected=expected,
                difference=off,
            )
            if one.kind != "amount":
                return

    def _verdict(self, mention: Mention, one: Stated) -> NarrativeVerdict | None:
        """None where the text states another kind of thing."""
        if mention.kind != one.kind:
            return None
        if one.kind == "amount":
            return agree(mention, Value(one.value, self.half))
        off = abs(mention.value - one.value)
        return "holds" if off <= mention.half else "breaks"


def _unit(one: Stated, mention: Mention) -> str:
    return "" if one.kind == "percent" else f" {mention.unit}"
