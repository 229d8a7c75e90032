"""Slips of the pen: placeholders, unmatched punctuation, missing percent signs, stale years, other units' names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from juesuan.narrative.compact import compact
from juesuan.narrative.judge import agree
from juesuan.narrative.records import Meaning, Paragraph, Span
from juesuan.narrative.results import Results
from juesuan.narrative.tie import Levels
from juesuan.narrative.vocabulary import Vocabulary, vocabulary

_ENDS = "局心处院委厅站馆校所办部园团队"
_LIST_BRACKET = re.compile(r"(?:^|[\n。；：，\s])[（(]?[\d一二三四五六七八九十a-zA-Z]{1,3}[)）]")
_BRACKETS = {"(": "（", ")": "）"}
_QUARTER = re.compile(r"\d年?(?:1[0-2]|[1-9])月|[1-9]月")
#: A name of an institution between the year and what a unit has or has not, where the unit's own belongs.
_SUBJECT = re.compile(
    r"(?:20\d\d年度?+|12月31日，)"
    r"(?P<name>[一-鿿]{2,28}?(?:局|中心|馆|院|所|站|处|队|宫|学校|小学|中学|委员会|办公室))"
    r"(?:（[^（）]{1,30}）)?(?:部门|单位|本级)?"
    r"(?=[无没]有?(?:机关运行|政府采购|政府性基金|国有资本|一般公共|“?三公|财政拨款|车辆)"
    r"|(?:机关运行经费|政府采购|一般公共预算|政府性基金|国有资本经营|财政拨款)|共有车辆|[收支][入出、](?:合计|总计|支))"
)
_GENERAL = re.compile(r"[本我各全该其所下直]|部门|单位|市直|区直|县直|省直|纳入")


class Slips:
    """Judges the writing."""

    def __init__(self, words: Vocabulary, levels: Levels, results: Results, paragraphs: Sequence[Paragraph]) -> None:
        self.words, self.levels, self.results, self.paragraphs = words, levels, results, paragraphs
        statements = levels.ledger.statements
        self.year, self.unit = statements.year, statements.unit

    def run(self, units: Sequence[str]) -> None:
        before = len(self.results.found)
        for number, paragraph in enumerate(self.paragraphs):
            for slip in proofread(paragraph.text):
                self.results.add(slip.rule, "breaks", Span(number, slip.start, slip.end), slip.says, stated=slip.stated)
        self._unit_names(units)
        self._other_units(units)
        self._percent_signs()
        self._years()
        if len(self.results.found) == before:
            self.results.add("N-26", "holds", None, "")

    def _unit_names(self, units: Sequence[str]) -> None:
        """N-26: a name that is nearly this unit's."""
        own = re.sub(r"（[^（）]*）|\([^()]*\)", "", self.unit)
        known = {own, self.unit, *units}
        if len(own) < 6:
            return
        head = own[: max(4, len(own) // 2)]
        for number, paragraph in enumerate(self.paragraphs):
            for m in re.finditer(re.escape(head), paragraph.text):
                tail = paragraph.text[m.start() : m.start() + len(own) + 4]
                if any(tail.startswith(k) for k in known):
                    continue
                ends = [i + 1 for i in range(len(head), len(tail)) if tail[i] in _ENDS]
                best = max(ends, key=lambda e: (SequenceMatcher(None, tail[:e], own).ratio(), e), default=0)
                if best and SequenceMatcher(None, tail[:best], own).ratio() >= 0.8:
                    self.results.add(
                        "N-26",
                        "breaks",
                        Span(number, m.start(), m.start() + best),
                        f"写“{tail[:best]}”，本单位是“{own}”。",
                        stated=tail[:best],
                        expected=own,
                    )

    def _other_units(self, units: Sequence[str]) -> None:
        """N-26: another unit's name where a sentence has this unit's before its money (“2023年度…无机关运行经费”).

        A name whose signs stand in this order in a known one is short for it or above it, and no slip.
        """
        own = re.sub(r"（[^（）]*）|\([^()]*\)", "", self.unit)
        if len(own) < 4:
            return
        known = (self.unit, own, *units)
        told = {f.span for f in self.results.found if f.rule == "N-26"}
        for number, paragraph in enumerate(self.paragraphs):
            text = compact(paragraph.text)
            for m in _SUBJECT.finditer(text.text):
                name = m["name"]
                span = Span(number, *text.origin(*m.span("name")))
                if _GENERAL.match(name) or any(_short(name, one) or one in name for one in known) or span in told:
                    continue
                said = f"写“{name}”，本单位是“{own}”。"
                self.results.add("N-26", "breaks", span, said, stated=name, expected=own)

    def _percent_signs(self) -> None:
        for mention in self.results.mentions:
            meaning = mention.meaning
            if (
                mention.kind == "amount"
                and not mention.unit
                and meaning
                and meaning.measure in ("占比", "完成率", "变动率")
            ):
                self.results.add(
                    "N-32",
                    "breaks",
                    mention.span,
                    f"{_asks(meaning)} {mention.text} 缺“%”。",
                    stated=mention.text,
                    expected=f"{mention.text}%",
                )

            if mention.kind == "point" and meaning and meaning.measure == "变动率":
                self.results.add(
                    "N-32", "breaks", mention.span, f"增减率写成“{mention.text}”，应写“%”。", stated=mention.text
                )

    def _years(self) -> None:
        """N-27: figures of this year under this year's number; compared with the year before."""
        if self.year is None:
            return
        mentions = self.results.mentions
        for index, mention in enumerate(mentions):
            if mention.kind != "year":
                continue
            if mention.way == "base":
                right = mention.value == self.year - 1
                if right:
                    self.results.bind(index, "form", "上年")
                elif self.results.reading.kind_at[index] not in ("绩效", "重点工作", "报告", "其他"):
                    self.results.add(
                        "N-27",
                        "breaks",
                        mention.span,
                        f"与 {mention.value} 年相比，上年应是 {self.year - 1} 年。",
                        stated=str(mention.value),
                        expected=str(self.year - 1),
                    )
            elif mention.value == self.year:
                self.results.bind(index, "form", "本年")
            elif mention.way in ("own", "date"):
                self._stale(index)

    def _stale(self, index: int) -> None:
        mention = self.results.mentions[index]
        text = self.paragraphs[mention.span.paragraph].text
        if re.search(r"截[至止]\s*$", text[: mention.span.start]) and self.results.reading.kind_at[index] in (
            "三公",
            "国有资产",
        ):
            self.results.add(
                "N-27",
                "breaks",
                mention.span,
                f"截至日期写 {mention.value} 年，报表年度是 {self.year} 年。",
                stated=str(mention.value),
                expected=str(self.year),
            )
            return
        if mention.way != "own":
            return
        following = self.results.mentions[index + 1 : index + 4]
        for other in following:
            if other.sentence != mention.sentence or other.kind == "year":
                break
            meaning = other.meaning
            if other.kind != "amount" or meaning is None or meaning.measure not in ("决算", "上年", "预算"):
                continue
            level = Meaning(
                meaning.subject, "决算" if meaning.measure == "上年" else meaning.measure, meaning.fund, meaning.column
            )
            found = self.levels.table(level)
            if any(agree(other, amount) == "holds" and amount.fen for _, amount in found):
                self.results.add(
                    "N-27",
                    "breaks",
                    mention.span,
                    f"{mention.value} 年应是 {self.year} 年：后面的 {other.text} 是 {self.year} 年的数。",
                    stated=str(mention.value),
                    expected=str(self.year),
                    others=[other.span],
                )
                return
        nearby = self.results.reading.nothings
        if any(
            n.span.paragraph == mention.span.paragraph and 0 <= n.span.start - mention.span.end < 60 for n in nearby
        ):
            self.results.add(
                "N-27",
                "breaks",
                mention.span,
                f"写 {mention.value} 年，报表年度是 {self.year} 年。",
                stated=str(mention.value),
                expected=str(self.year),
            )


def _short(name: str, known: str) -> bool:
    """True where the signs of a name stand in the other in their order."""
    signs = iter(known)
    return all(sign in signs for sign in name)


def _asks(meaning: Meaning) -> str:
    return {"占比": "占比", "完成率": "完成率", "变动率": "增减率"}[meaning.measure]


class Found(NamedTuple):
    """A slip of one paragraph, whatever the tables say."""

    rule: str
    start: int
    end: int
    says: str
    stated: str


@lru_cache(maxsize=512)
def proofread(text: str) -> tuple[Found, ...]:
    """Placeholders, unfinished choices and unmatched punctuation of a paragraph; unchanged ones are not read again."""
    words = vocabulary()
    return (*_patterns(text, words), *_pairs(text, words))


def _patterns(text: str, words: Vocabulary) -> Iterator[Found]:
    for slip in words.slips:
        for m in slip.pattern.finditer(text):
            rule = "N-32" if "选择" in slip.says or "矛盾" in slip.says else "N-26"
            yield Found(rule, *m.span(), f"{slip.says}。", m[0])


def _pairs(text: str, words: Vocabulary) -> Iterator[Found]:
    opens, closes = words.pairs
    marks = {m.end() - 1 for m in _LIST_BRACKET.finditer(text) if not re.search(r"[（(]", m[0])}
    stack: list[tuple[str, int]] = []
    lost: list[int] = []
    for found in words.paired.finditer(text):
        at, sign = found.start(), _BRACKETS.get(found[0], found[0])
        if sign in opens:
            if sign in "“‘" and stack and stack[-1][0] == sign:
                lost.append(stack.pop()[1])
            stack.append((sign, at))
        elif sign in closes and at not in marks:
            wanted = opens[closes.index(sign)]
            if stack and stack[-1][0] == wanted:
                stack.pop()
            elif any(s == wanted for s, _ in stack):
                while stack[-1][0] != wanted:
                    lost.append(stack.pop()[1])
                stack.pop()
            else:
                lost.append(at)
    lost += [at for _, at in stack]
    for at in lost:
        near = text[max(0, at - 6) : at + 7].strip()
        yield Found("N-32", at, at + 1, f"“{text[at]}”没有成对（{near}）。", text[at])
