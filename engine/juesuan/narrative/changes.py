"""Changes against last year or against a budget: amount, rate and direction belong together and can be recomputed."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from juesuan.narrative.judge import Value, money, percent, ratio, stated
from juesuan.narrative.records import Meaning, Mention, NarrativeVerdict
from juesuan.narrative.results import Results
from juesuan.narrative.state import Topic
from juesuan.narrative.tie import BUDGETS, Key, Levels, key_of

SIGN = {"增": 1, "减": -1, "平": 0}
WORD = {1: "增加", -1: "减少", 0: "持平"}
_WAYS = re.compile(r"(?:增|减|下降|降低|上升|提高|超|节约|压减|回落|持平)[加少长幅]?")


@dataclass
class Change:
    """What one sentence says of one change."""

    meaning: Meaning
    amounts: list[int] = field(default_factory=list)
    rates: list[int] = field(default_factory=list)
    ways: list[int] = field(default_factory=list)
    terms: list[int] = field(default_factory=list)
    way: int = 0
    known: int | None = None

    @property
    def every(self) -> list[int]:
        return sorted({*self.amounts, *self.rates, *self.ways})


class Changes:
    """Groups the mentions of changes and judges each group."""

    def __init__(self, levels: Levels, results: Results) -> None:
        self.levels, self.results = levels, results
        self.groups: list[Change] = []
        self.known: dict[tuple[Key, str], list[Change]] = defaultdict(list)

    def run(self) -> None:
        self._group()
        for group in self.groups:
            self._judge(group)

    def _group(self) -> None:
        open_groups: dict[tuple[int, str, Key, str], Change] = {}
        loose: list[int] = []
        for index, mention in enumerate(self.results.mentions):
            meaning = mention.meaning
            if meaning is None or meaning.measure not in ("变动", "变动率", "方向") or not meaning.subject:
                continue
            if meaning.measure == "方向":
                loose.append(index)
                continue
            key = (self.results.block(index), str(mention.sentence), key_of(meaning, "变动"), meaning.base)
            group = open_groups.get(key)
            if group is None or (meaning.measure == "变动" and group.amounts):
                group = open_groups[key] = Change(meaning)
                self.groups.append(group)
                self.known[key_of(meaning, "变动"), meaning.base].append(group)
            (group.amounts if meaning.measure == "变动" else group.rates).append(index)
            group.ways.append(index)
        for index in loose:
            self._join(index)

    def _join(self, index: int) -> None:
        """A direction word without a figure joins the change of its subject named nearest before it."""
        mention = self.results.mentions[index]
        meaning = mention.meaning
        assert meaning is not None
        bases = (meaning.base,) if meaning.base else ("上年", *BUDGETS)
        near = [
            g
            for base in bases
            for g in self.known.get((key_of(meaning, "变动"), base), ())
            if self.results.block(g.every[0]) == self.results.block(index) and g.every[0] < index
        ]
        if near:
            max(near, key=lambda g: g.every[-1]).ways.append(index)
        elif meaning.base:
            group = Change(meaning, ways=[index])
            self.groups.append(group)

    def _judge(self, group: Change) -> None:
        mentions = self.results.mentions
        meaning, first = group.meaning, group.every[0]
        topic = Topic(meaning.subject, meaning.fund, meaning.column, also=meaning.also)
        rule = self._rule(first, meaning)
        final = self.levels.value(topic, "决算", first)
        base = self.levels.value(topic, meaning.base, first)
        if base is None and meaning.base in BUDGETS:
            base = self.levels.value(topic, BUDGETS[1 - BUDGETS.index(meaning.base)], first)
        known = final.fen - base.fen if final and base else None
        way = group.way = self._way(group, final, known)
        group.known = known
        self._directions(group, rule, way, known is not None)
        amount = self._amount(group, rule, known, final, base)
        for measure in ("决算", meaning.base, *(BUDGETS if meaning.base in BUDGETS else ())):
            level = self.levels.mention(Meaning(meaning.subject, measure, meaning.fund, meaning.column), first)
            if level is not None and mentions[level].sentence == mentions[first].sentence and (group.amounts or base):
                self.results.bind(level, "ratio", "与增减互相复算")
                group.terms.append(level)
        for index in group.rates:
            mention = mentions[index]
            if base is not None and final is not None:
                self._rate(index, mention, rule, Value(abs(final.fen - base.fen), final.half + base.half), base, group)
            elif amount is not None and final is not None:
                changed = stated(amount)
                signed = changed.fen * (way or 1)
                before = Value(final.fen - signed, final.half + changed.half)
                self._rate(index, mention, rule, changed, before, group)

    def _rule(self, index: int, meaning: Meaning) -> str:
        section = self.levels.words.section(self.results.reading.kind_at[index])
        return section.rule("变动") or "N-33"

    def _way(self, group: Change, final: Value | None, known: int | None) -> int:
        """+1, -1 or 0: the true direction where it can be told, else the one most words say."""
        if known is not None:
            return (known > 0) - (known < 0)
        mentions = self.results.mentions
        said = [SIGN[mentions[i].way] for i in group.ways if mentions[i].way in SIGN]
        if not said:
            return 1
        choices = sorted(set(said), key=lambda s: -said.count(s))
        if len(choices) > 1 or not (group.amounts and group.rates and final):
            fitting = (
                [s for s in choices if self._fits(group, final, s)] if group.amounts and group.rates and final else []
            )
            return fitting[0] if len(fitting) == 1 else choices[0]
        only = choices[0]
        if not self._fits(group, final, only) and self._fits(group, final, -only):
            return -only
        return only

    def _fits(self, group: Change, final: Value, way: int) -> bool:
        mentions = self.results.mentions
        changed = stated(mentions[group.amounts[0]])
        found = ratio(changed, Value(final.fen - changed.fen * way, final.half + changed.half))
        return found is not None and percent(mentions[group.rates[0]], found) != "breaks"

    def _directions(self, group: Change, rule: str, way: int, sure: bool) -> None:
        mentions = self.results.mentions
        said = {SIGN[mentions[i].way] for i in group.ways if mentions[i].way in SIGN}
        wrong: dict[tuple[int, int], list[Mention]] = defaultdict(list)
        for index in group.ways:
            mention = mentions[index]
            if mention.way not in SIGN:
                continue
            zero = mention.value == 0 and mention.kind in ("amount", "percent")
            if SIGN[mention.way] != way and not zero:
                wrong[mention.span.paragraph, mention.sentence].append(mention)
            elif mention.kind == "direction":
                self.results.bind(index, "ratio", "方向与增减一致")
        why = f"按数字应是“{WORD[way]}”" if sure or len(said) == 1 else f"与同一处的“{WORD[way]}”矛盾"
        for here in wrong.values():
            self.results.add(
                rule,
                "breaks",
                here[0].span,
                f"{''.join(f'“{self._worded(m)}”' for m in here)}的方向{why}。",
                stated=WORD[SIGN[here[0].way]],
                expected=WORD[way],
                others=[m.span for m in here[1:]] + [mentions[i].span for i in group.every],
            )

    def _worded(self, mention: Mention) -> str:
        """A change as written, from its direction word on: 减少33.7万元."""
        text, (_, start, end) = self.results.paragraphs[mention.span.paragraph].text, mention.span
        if mention.kind != "direction":
            words = list(_WAYS.finditer(text, max(0, start - 8), start))
            start = words[-1].start() if words else start
        return " ".join(text[start:end].split())

    def _amount(
        self, group: Change, rule: str, known: int | None, final: Value | None, base: Value | None
    ) -> Mention | None:
        mentions = self.results.mentions
        if known is not None and final and base:
            allowed = final.half + base.half
            for index in group.amounts:
                mention = mentions[index]
                off = abs(mention.value) - abs(known)
                verdict: NarrativeVerdict = (
                    "holds" if off == 0 else "rounding" if abs(off) <= allowed + mention.half else "breaks"
                )
                self.results.bind(index, "sum", f"{money(final.fen)} 与 {money(base.fen)} 之差")
                text = (
                    ""
                    if verdict == "holds"
                    else (
                        f"写{WORD[SIGN.get(mention.way, 1)]} {mention.text}，{money(final.fen)} 与{group.meaning.base} "
                        f"{money(base.fen)} 相差 {money(abs(known))}。"
                    )
                )
                self.results.add(
                    rule,
                    verdict,
                    mention.span,
                    text,
                    stated=money(mention.value, mention),
                    expected=money(abs(known)),
                    difference=money(off) if off else "",
                )
        elif group.amounts and group.rates:
            for index in group.amounts:
                self.results.bind(index, "ratio", "与增减率互相复算")
        return mentions[group.amounts[0]] if group.amounts else None

    def _rate(self, index: int, mention: Mention, rule: str, changed: Value, base: Value, group: Change) -> None:
        spans = [self.results.mentions[i].span for i in (*group.every, *group.terms)]
        if base.fen == 0 and changed.fen:
            self.results.bind(index, "ratio", "上年为 0")
            self.results.add(
                "N-09.1" if group.meaning.base == "上年" else "N-09",
                "breaks",
                mention.span,
                f"{group.meaning.base}为 0，增减率 {mention.text}没有意义。",
                stated=mention.text,
                others=spans,
            )
            return
        found = ratio(changed, base)
        if found is None:
            if base.fen + base.half < 0:
                self.results.bind(index, "ratio", "增减率")
                self.results.add(
                    rule,
                    "breaks",
                    mention.span,
                    f"增加 {money(changed.fen)}，比本年数还大，上年成了负数。",
                    stated=mention.text,
                    others=spans,
                )
            return
        verdict = percent(mention, found)
        shown = found.text(max(1, mention.decimals))
        self.results.bind(index, "ratio", f"{money(changed.fen)} 除以{group.meaning.base} {money(base.fen)}")
        if verdict == "rounding":
            self.results.add(
                "N-33.1",
                verdict,
                mention.span,
                f"{shown} 写成 {mention.text}，少一位小数。",
                stated=mention.text,
                expected=shown,
                others=spans,
            )
            return
        text = ""
        if verdict == "breaks":
            text = f"写 {mention.text}，{money(changed.fen)} 除以{group.meaning.base} {money(base.fen)} 应是 {shown}。"
            hundred = percent(mention._replace(value=mention.value * 100, half=mention.half * 100), found)
            if hundred != "breaks" and found.part * 1000 > found.whole:
                text += "像是把小数写成了百分数。"
        self.results.add(
            rule,
            verdict,
            mention.span,
            text,
            stated=mention.text,
            expected=shown,
            others=spans,
            difference="" if verdict == "holds" else found.off(mention),
        )
