"""Arithmetic inside a sentence: totals and their parts, things counted, quotients, what was carried over."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from juesuan.narrative.compact import compact
from juesuan.narrative.judge import Value, money, percent, ratio, stated
from juesuan.narrative.ledger import COUNT, ITEM
from juesuan.narrative.records import Meaning, Mention, Span
from juesuan.narrative.results import Results
from juesuan.narrative.state import Topic
from juesuan.narrative.sums import Sums
from juesuan.narrative.tie import Levels
from juesuan.narrative.vocabulary import Vocabulary

#: So many figures of one sentence are tried against each other.
MOST = 40
#: 主要用于A5万元、B3万元。 without 等: names with amounts to the end of the sentence.
_USED = re.compile(
    r"(?:主要)?用于(?P<parts>(?:(?:(?!等)[^，、；。：（）\d\n]){2,24}\d[\d,.]*万?元[、，和及]?){2,})(?<![、，和及])(?=[。；\n]|$)"
)
SAME = ("购置车辆数", "车辆保有量", "接待批次", "接待人次", "出国团组", "出国人次")


class Counting:
    """Binds and judges counts and amounts by the other figures of their sentence."""

    def __init__(self, words: Vocabulary, levels: Levels, results: Results, sums: Sums, units: Sequence[str]) -> None:
        self.words, self.levels, self.results, self.sums, self.units = words, levels, results, sums, units
        self.mentions = results.mentions

    def run(self) -> None:
        self._carried()
        self._kept()
        self._counts()
        self._listed()
        self._used()
        self._shares()

    def _sentences(self, kind: str) -> Iterator[list[int]]:
        """The mentions of a kind, sentence by sentence."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index, mention in enumerate(self.mentions):
            if mention.kind == kind:
                found[self.results.block(index), mention.sentence].append(index)
        yield from (indices[:MOST] for indices in found.values())

    def _carried(self) -> None:
        """金额 = 实际支出 + 结转结余 of one thing in one sentence; and reasons whose amounts add up."""
        for found in self._sentences("amount"):
            self._runs(found)
            measures: dict[str, int] = {}
            for i in found:
                meaning = self.mentions[i].meaning
                if meaning:
                    measures.setdefault(meaning.measure, i)
            if {"追加", "决算", "结转"} <= measures.keys():
                whole = measures["追加"]
                parts = [(measures[m], stated(self.mentions[measures[m]])) for m in ("决算", "结转")]
                self.sums.judge("N-34.1", whole, stated(self.mentions[whole]), parts, "金额等于实际支出与结余结转之和")
            self._reasons(
                [i for i in found if self.mentions[i].meaning is None and not self.results.bound(i)], found[0]
            )

    def _runs(self, found: list[int]) -> None:
        """An amount that is the sum of amounts standing next to each other in its sentence."""
        values = [self.mentions[i].value for i in found]
        for at, index in enumerate(found):
            if not values[at] or all(self.results.bound(i) for i in found):
                continue
            for start in range(len(found)):
                for end in range(start + 2, min(len(found), start + 6) + 1):
                    if not start <= at < end and sum(values[start:end]) == values[at]:
                        for i in (index, *found[start:end]):
                            self.results.bind(i, "sum", "同句各数之和")

    def _kept(self) -> None:
        """N-25: what the text says was carried over is what the summary table carries over."""
        found = self.levels.table(Meaning("年末结转和结余", "决算"))
        if not found:
            return
        ref, amount = found[0]
        for key, stated_at in self.levels.stated.items():
            if key[3] != "结转" or key[0].startswith(ITEM):
                continue
            for index in stated_at:
                mention = self.mentions[index]
                off = mention.value - amount.fen
                right = abs(off) <= 10_000
                self.results.bind(index, "table", str(ref))
                text = (
                    ""
                    if right
                    else (f"写结转结余 {mention.text}，{self.levels.ledger.label(ref)}是 {money(amount.fen)}。")
                )
                self.results.add(
                    "N-25",
                    "holds" if right else "breaks",
                    mention.span,
                    text,
                    stated=money(mention.value),
                    expected=money(amount.fen),
                    difference=money(off) if off else "",
                    refs=(ref,),
                )

    def _listed(self) -> None:
        """N-24: projects listed by name where no others are, and the number of projects stated elsewhere."""
        for span, _, names in self.results.reading.listed:
            block = self.results.reading.blocks[span.paragraph]
            text = "".join(self.results.texts(Span(self.results.reading.blocks.index(block), 0, 0)))
            if "年初无预算项目" not in text.replace(" ", ""):
                continue
            for mention in self.mentions:
                if not mention.meaning or mention.meaning.subject != COUNT + "自评项目数":
                    continue
                right = mention.value == len(names) * 1_000_000
                said = "" if right else f"这里列了 {len(names)} 个项目，另一处写涉及项目 {mention.text}。"
                self.results.add(
                    "N-24",
                    "holds" if right else "breaks",
                    span,
                    said,
                    stated=str(len(names)),
                    expected=str(mention.value // 1_000_000),
                    others=[mention.span],
                )
                break

    def _used(self) -> None:
        """N-34.2: what a figure was used for, listed with amounts to the end of the sentence, adds up to it."""
        for number, paragraph in enumerate(self.results.paragraphs):
            if "用于" not in paragraph.text:
                continue
            text = compact(paragraph.text)
            for m in _USED.finditer(text.text):
                (start, end), (begun, _) = text.origin(*m.span("parts")), text.origin(*m.span())
                at, first, last = (self.results.after(number, place) for place in (begun, start, end))
                parts = [(i, self.mentions[i]) for i in range(first, last) if self.mentions[i].kind == "amount"]
                before = [
                    x
                    for i in range(at - 1, -1, -1)
                    if (x := self.mentions[i]).span.paragraph == number
                    and x.kind == "amount"
                    and parts
                    and x.sentence == parts[0][1].sentence
                ]
                if len(parts) > 1 and before:
                    self._used_for(before, parts)

    def _used_for(self, before: list[Mention], parts: list[tuple[int, Mention]]) -> None:
        """Any amount of the sentence may be the whole; where none is, the nearest final figure is compared."""
        values = [stated(mention) for _, mention in parts]
        total, half = sum(v.fen for v in values), sum(v.half for v in values)
        for index, _ in parts:
            self.results.bind(index, "sum", "所列用途之和")
        near = [x for x in before if abs(x.value - total) <= half + stated(x).half]
        if any(x.value == total for x in near):
            return
        whole = near[0] if near else next((x for x in before if x.meaning and x.meaning.measure == "决算"), before[0])
        off = total - whole.value
        self.results.add(
            "N-34.2",
            "rounding" if near else "breaks",
            parts[0][1].span,
            f"所列 {len(parts)} 项用途之和是 {money(total)}，写 {whole.text}，相差 {money(off)}。",
            stated=money(total),
            expected=money(whole.value),
            difference=money(off),
            others=[whole.span, *(mention.span for _, mention in parts[1:])],
        )

    def _reasons(self, loose: list[int], first: int) -> None:
        """Amounts in a reason that add up to the figure explained, or to its change."""
        if not loose:
            return
        before = [i for i in range(first, -1, -1) if self.mentions[i].meaning and self.mentions[i].kind == "amount"]
        if not before:
            return
        meaning = self.mentions[before[0]].meaning
        assert meaning is not None
        topic = Topic(meaning.subject, meaning.fund, meaning.column)
        total = sum(self.mentions[i].value for i in loose)
        final, budget = (self.levels.value(topic, m, first) for m in ("决算", "年初预算"))
        targets = [final.fen] if final else []
        if final and budget:
            targets.append(abs(final.fen - budget.fen))
        targets += [self.mentions[i].value for i in before[:4]]
        if total in targets and total:
            for i in loose:
                self.results.bind(i, "sum", f"{meaning.name}的构成")

    def _counts(self) -> None:
        """Vehicles by kind add up; 保有量 equals them (N-18); any “共 N，其中 a、b” binds where it adds up."""
        cars = dict.fromkeys(c.key for c in self.words.counts if c.part == "车辆总数")
        by_key: dict[str, list[int]] = defaultdict(list)
        for index, mention in enumerate(self.mentions):
            if mention.kind == "count" and mention.meaning:
                by_key[mention.meaning.name].append(index)
        here = [i for i in by_key["车辆总数"] if self.results.reading.kind_at[i] == "国有资产"]
        total = next(iter(here or by_key["车辆总数"]), None)
        parts = [by_key[c][0] for c in cars if by_key[c]]
        if total is not None:
            kept = [i for i in by_key["车辆总数"] if here and self.results.reading.kind_at[i] == "三公"]
            self._cars(total, parts, by_key["车辆保有量"] + kept)
        for index in by_key["自评单位数"]:
            if self.units and self.mentions[index].value == len(self.units) * 1_000_000:
                self.results.bind(index, "fact", "决算编制范围内的单位数")
        for key in SAME:
            same = by_key[key]
            if len(same) > 1 and len({self.mentions[i].value for i in same}) == 1:
                for i in same:
                    self.results.bind(i, "fact", f"文中另一处的{key}")
        self._in_all()

    def _cars(self, total: int, parts: list[int], kept: list[int]) -> None:
        mention = self.mentions[total]
        if parts:
            listed = sum(self.mentions[i].value for i in parts)
            right = listed == mention.value
            text = "" if right else f"共有车辆 {mention.text}，各类之和是 {listed // 1_000_000} 辆。"
            self.results.add(
                "N-18",
                "holds" if right else "breaks",
                mention.span,
                text,
                stated=mention.text,
                expected=f"{listed // 1_000_000} 辆",
                others=[self.mentions[i].span for i in parts],
            )
            for i in (total, *parts):
                self.results.bind(i, "sum", "车辆各类之和")
        for index in kept:
            right = self.mentions[index].value == mention.value
            text = "" if right else f"公务用车保有量写 {self.mentions[index].text}，国有资产占用写车辆 {mention.text}。"
            self.results.add(
                "N-18",
                "holds" if right else "breaks",
                self.mentions[index].span,
                text,
                stated=self.mentions[index].text,
                expected=mention.text,
                others=[mention.span],
            )
            for i in (index, total):
                self.results.bind(i, "fact", "公务用车保有量与国有资产占用")

    def _in_all(self) -> None:
        for found in self._sentences("count"):
            for at, index in enumerate(found):
                unit = self.mentions[index].unit
                rest = [i for i in found[at + 1 :] if self.mentions[i].unit == unit]
                for size in range(2, len(rest) + 1):
                    if sum(self.mentions[i].value for i in rest[:size]) == self.mentions[index].value:
                        for i in (index, *rest[:size]):
                            self.results.bind(i, "sum", "总数等于其中各数")
                        break

    def _shares(self) -> None:
        """An unbound percentage that is the quotient of two counts of its sentence."""
        for index, mention in enumerate(self.mentions):
            if mention.kind != "percent" or mention.meaning or self.results.bound(index):
                continue
            counts = [
                i
                for i, m in enumerate(self.mentions[max(0, index - 6) : index], max(0, index - 6))
                if m.kind == "count" and m.sentence == mention.sentence
            ]
            self._quotient(index, mention, counts)

    def _quotient(self, index: int, mention: Mention, counts: list[int]) -> None:
        for a in counts:
            for b in counts:
                if a == b or self.mentions[a].unit != self.mentions[b].unit or not self.mentions[b].value:
                    continue
                found = (
                    ratio(Value(self.mentions[b].value, 0), Value(self.mentions[a].value, 0))
                    if self.mentions[a].value
                    else None
                )
                if found and percent(mention, found) == "holds":
                    for i in (index, a, b):
                        self.results.bind(i, "ratio", "两数之比")
                    return
