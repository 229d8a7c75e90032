"""What one figure says, by the state of reading at its place."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable

from juesuan.narrative.compact import Compact
from juesuan.narrative.counts import counted
from juesuan.narrative.ledger import CODE, ITEM, Ledger
from juesuan.narrative.reading import Reading
from juesuan.narrative.records import Meaning, Mention, Span
from juesuan.narrative.state import State, Topic
from juesuan.narrative.tokens import SORTS, Token, Tokenizer
from juesuan.narrative.vocabulary import Section, Vocabulary

#: A level follows: 为, 共 … and a number.
LEVEL_NEXT = re.compile(
    r"(?:数|额)?(?:共计|共|合计|总计|总额)?(?:分别|均|各|都)?(?:为|是|达到|达|：|计)?人?民?币?约?-?\d"
)
_OVER = re.compile(r"(?:（含）)?(?:及|）)?以上|（含）")
_BARE = re.compile(r"(?:其中：?)?(收入|支出)(?:为|合计|共计|共)?")
_JOINS = frozenset({"，", "、", "和", "与", "及", "以及"})
_TOTAL = re.compile(r"(?:两项|三项|以上|全部|各项)?(?:合计|共计|总计|小计)(?:为|是)?")
_DONE = re.compile(r"(?:^|[，：])?完成$")
_CLOSED = re.compile(r"相比|比较|相较|对比")
_OF_BUDGET = re.compile(r"[^，。；\d]{0,16}?(年初预算|预算)(?:数|安排)?(?=\d)")
_BELONGS = re.compile(r"(?:是|为|用于|属于|系|来自|来源于)(?:了)?")
_NOT_NAME = re.compile(r"20\d{2}年度?|[\d.,]+|[一二三四五六七八九十]是|（[^（）]*）|^（\d+）|^\d+[、.．]")
_PARTICLES = re.compile(r"[为是共约计达的了及和与各均在其于等]")
#: Sections in which 支出 without a name is that of the thing in mind.
LOCAL = frozenset({"三公", "机关运行", "一般性支出", "政府采购"})
#: How much of the text around a figure is kept for comparing it with facts.
BEFORE, AFTER = 60, 14


class Sense(ABC):
    """Gives figures their meaning; Walker moves the state along."""

    def __init__(self, ledger: Ledger, words: Vocabulary) -> None:
        self.ledger, self.words = ledger, words
        self.tokenizer = Tokenizer(ledger)
        self.year = ledger.statements.year
        self.unit = re.sub(r"（[^（）]*）", "", ledger.statements.unit)
        self.reading = Reading()
        self.state = State()
        self.section: Section = words.rest
        self.whole: Compact = Compact("", None, 0)
        self.handlers: dict[str, Callable[[Token], None]] = {s: getattr(self, f"_on_{s}") for s in SORTS}
        self.number = self.offset = 0
        self.line = ""

    def _current(self) -> Topic:
        """The subject in mind, else the section's own."""
        state = self.state
        if state.topic.subject:
            return state.topic
        if self.section.key == "绩效" and not re.search(r"整体|部门|单位", self.line):
            return Topic(ITEM, sure=False)
        if self.section.subject:
            return Topic(self.section.subject, self.section.fund, sure=False)
        return Topic(sure=False)

    def _on_figure(self, token: Token) -> None:
        raw = token.figure
        assert raw is not None
        state = self.state
        if raw.kind == "year":
            self._year(token)
            return
        meaning = self._meaning(token)
        state.figures += 1
        self._mention(token, meaning)
        if state.direction and meaning and meaning.measure in ("变动", "变动率"):
            if state.base:
                state.base_used = True
            state.changed.add((meaning.subject, meaning.base))
            state.direction = None
        state.share = state.share and (raw.kind != "percent" or bool(state.queue))
        state.completion = "" if raw.kind == "percent" else state.completion

    def _meaning(self, token: Token) -> Meaning | None:
        state, raw = self.state, token.figure
        assert raw is not None
        if raw.kind == "count":
            return counted(self.words.counts, self.section.key, self.line, token)
        if state.mode or self._goes_on(token):
            return None
        if raw.kind in ("percent", "point") or (raw.bare and (state.share or state.completion or self._second())):
            return self._percent(token, raw.kind)
        if raw.bare and not raw.decimals and not raw.grouped and not state.measure and not state.direction:
            return None
        return self._amount(token)

    def _goes_on(self, token: Token) -> bool:
        """True for a second figure of one name without 分别: “各是4125.49、4143.91万元”."""
        last = self.state.last
        if not last or last.figure is None or token.figure is None or self.state.queue or self.state.queued:
            return False
        return last.figure.kind == token.figure.kind and self.line[last.end : token.start] in _JOINS

    def _second(self) -> bool:
        """True for the bare number after a second direction word: the rate that goes with an amount."""
        last = self.reading.mentions[-1] if self.reading.mentions else None
        return bool(
            self.state.direction
            and last
            and last.meaning
            and last.meaning.measure == "变动"
            and last.sentence == self.state.sentence
        )

    def _percent(self, token: Token, kind: str) -> Meaning | None:
        state = self.state
        topic = self._taken()
        if state.lost and state.share:
            return None
        if kind == "point":
            last = self.reading.mentions[-1] if self.reading.mentions else None
            paired = last and last.sentence == state.sentence and last.meaning and last.meaning.measure == "变动"
            return self._made(topic, "变动率", base=last.meaning.base) if paired and last and last.meaning else None
        if state.completion:
            return self._made(topic, "完成率", base=state.completion)
        if state.share or self.line[max(0, state.clause) :][:1] == "占":
            whole = state.whole
            return self._made(topic, "占比", whole=whole)
        if state.direction:
            return self._made(topic, "变动率", base=state.base or state.budget or "上年")
        if _DONE.search(self.line, state.clause, token.start):
            return self._made(topic, "完成率", base=state.budget or "预算")
        if budget := self._of_budget():
            return self._made(topic, "完成率", base=budget)
        if state.last and state.last.sort == "figure" and state.last.figure and state.last.figure.kind == "amount":
            gap = self.line[state.last.end :][:2]
            if gap[:1] in "（/" and not state.base:
                return self._made(topic, "占比")
        return None

    def _of_budget(self) -> str:
        """“为全年预算21.3万元的78.7%”: the budget a percentage is of."""
        last = self.state.last
        if not last or last.sort != "figure" or not self.reading.mentions or self.line[last.end : last.end + 1] != "的":
            return ""
        meaning = self.reading.mentions[-1].meaning
        return meaning.measure if meaning and meaning.measure in ("预算", "年初预算") else ""

    def _amount(self, token: Token) -> Meaning | None:
        state = self.state
        raw = token.figure
        assert raw is not None
        if _OVER.match(self.line, token.end):
            return Meaning("界限", "界限")
        follows = self._after(token)
        if follows:
            state.topic = follows
            state.topics.append(follows)
        topic = follows or self._taken()
        bare = None if self.section.key in LOCAL else _BARE.fullmatch(self.line[state.clause : token.start])
        if not state.topics and bare:
            fund = topic.fund or self.section.fund
            topic = state.topic = Topic("收入合计" if bare[1] == "收入" else "支出合计", fund)
            state.topics.append(topic)
        if state.share:
            return self._made(state.whole or self._whole(topic), "决算")
        if state.direction:
            if (noun := self._noun(token)) and not state.base_used:
                topic = state.topic = Topic(ITEM + noun, topic.fund)
            return self._made(topic, "变动", base=state.base or state.budget or "上年")
        if _TOTAL.fullmatch(self.line[state.clause : token.start]) and not state.measure:
            spec = self.words.subjects.get(topic.subject)
            return (
                self._made(Topic(spec.part, topic.fund), "决算")
                if spec and spec.part and len(state.before) > 1
                else None
            )
        noun = self._noun(token)
        if noun and not (topic.subject.startswith(ITEM) and _same(noun, topic.subject)):
            topic = state.topic = Topic(ITEM + noun, state.parent.fund)
            return self._made(topic, state.measure or "决算")
        if not topic.subject and not state.measure:
            return None
        measure = state.measure or "决算"
        if (
            state.base
            and not state.base_used
            and state.base_clause == state.clause
            and not _CLOSED.search(self.line, state.base_end - 2, token.start)
        ):
            measure = state.base
        elif measure == "决算" and self.year and state.year == self.year - 1:
            measure = "上年"
        elif state.queued:
            measure = state.queued.pop(0)
        return self._made(topic, measure, sure=self._named(token))

    def _named(self, token: Token) -> bool:
        """True where the clause itself names the subject or the measure, or says nothing but the figure."""
        state = self.state
        if state.topics or state.measure or state.measures or state.base or state.queue:
            return True
        return not _PARTICLES.sub("", self.words.filler.sub("", self.line[state.clause : token.start]))

    def _whole(self, topic: Topic) -> Topic:
        """What a share is of where the text only gives its amount."""
        spec = self.words.subjects.get(topic.subject)
        return Topic(spec.part, topic.fund) if spec and spec.part else self.state.parent

    def _taken(self) -> Topic:
        """The subject of the next figure: the next of a 分别 list, else the current one."""
        state = self.state
        if state.queue:
            state.topic = state.queue.pop(0)
        topic = self._current()
        if state.fund and not state.topics and state.fund.start >= state.clause:
            spec = self.words.subjects.get(topic.subject)
            income = spec is not None and (spec.side == "收" or spec.part == "收入合计")
            income = income or self.section.key in ("收入", "财拨总体", "收支总体")
            found = Topic("收入合计" if income else "支出合计", state.fund.key)
            state.topics.append(found)
            return found
        return topic

    def _after(self, token: Token) -> Topic | None:
        """The subject where it follows its figure: “723.01万元用于基本支出”."""
        state = self.state
        if state.topics or state.measure or state.direction:
            return None
        tail = self.line[token.end : token.end + 24]
        m = _BELONGS.match(tail)
        if not m:
            return None
        found = self.tokenizer.tokens(tail[m.end() :], functions=True, economics=False)
        if not found or found[0].start > 0:
            return None
        first = found[0]
        if first.sort == "subject":
            fund = first.fund or (state.parent.fund if state.parts else "") or self.section.fund
            spec = self.words.subjects[first.key]
            return Topic(first.key, fund if first.fund or spec.column else "")
        return Topic(CODE + first.key, self.section.fund) if first.sort == "code" else None

    def _noun(self, token: Token) -> str:
        """The name before a figure where it is no word of ours: 燃料费 in “燃料费0.93万元”."""
        state = self.state
        if state.topics:
            return ""
        text = self.line[state.clause : token.start]
        for word in (self.unit, self.ledger.statements.unit):
            text = text.replace(word, "") if word else text
        marked = _NOT_NAME.sub("，", text)
        for known in self.tokenizer.tokens(marked, functions=False, economics=False):
            if known.sort not in ("figure", "stop"):
                marked = marked.replace(known.text, "，")
        pieces = [_PARTICLES.sub("", self.words.filler.sub("", piece)) for piece in re.split(r"[，：“”]", marked)]
        longest = max(zip(map(len, pieces), re.split(r"[，：“”]", marked), strict=True), default=(0, ""))
        return longest[1].strip("的共为") if longest[0] >= 3 else ""

    def _made(
        self, topic: Topic, measure: str, base: str = "", whole: Topic | None = None, sure: bool = True
    ) -> Meaning:
        named = (whole.subject, whole.fund) if whole else ("", "")
        return Meaning(topic.subject, measure, topic.fund, topic.column, base, *named, topic.also, sure)

    def _year(self, token: Token) -> None:
        state, raw = self.state, token.figure
        assert raw is not None
        before = self.line[token.start - 1 : token.start]
        compares = before in ("与", "比", "较", "同", "和") and before != ""
        compares = compares or (
            before in ("从", "由") and before != "" and self.line[token.end : token.end + 1] in ("的", "决")
        )
        role = "base" if compares else ""
        budget = _OF_BUDGET.match(self.line, token.end) if compares else None
        if budget:
            state.base, state.base_used, state.base_end = budget[1], False, budget.end()
            state.base_clause, state.measure, role = state.clause, "", "own"
        elif compares and state.mode in ("", "list"):
            state.base, state.base_used, state.base_end = "上年", False, token.end
            state.base_clause, state.measure = state.clause, ""
        elif compares and state.mode == "reason":
            self._on_base(Token(token.start, token.end, "base", "上年"))
        elif not state.mode:
            state.year = raw.value
            self._on_year(token)
        self._mention(
            token, None, way=role or state.mode or ("date" if self.line[token.end : token.end + 1].isdigit() else "own")
        )

    @abstractmethod
    def _on_year(self, token: Token) -> None: ...

    @abstractmethod
    def _on_base(self, token: Token) -> None: ...

    def _direction(self, token: Token, cause: bool = False) -> None:
        state = self.state
        topic = self._current()
        meaning = self._made(topic, "方向", base=state.base or ("上年" if not cause else ""))
        self._mention(token, meaning, way=token.key)

    def _mention(self, token: Token, meaning: Meaning | None, way: str = "") -> None:
        raw, state = token.figure, self.state
        span = self._span(token.start, token.end)
        text = self.line[token.start : token.end]
        if raw is None:
            mention = Mention(span, text, "direction", 0, "", 0, way=way, meaning=meaning, sentence=state.sentence)
        else:
            if (
                raw.kind in ("amount", "percent")
                and meaning
                and meaning.measure in ("变动", "变动率")
                and state.direction
            ):
                way = state.direction.key
            mention = Mention(
                span,
                text,
                raw.kind,
                raw.value,
                raw.unit,
                raw.decimals,
                raw.half,
                raw.grouped,
                way,
                meaning,
                state.sentence,
            )
        at = len(self.reading.mentions)
        self.reading.mentions.append(mention)
        self.reading.kind_at[at] = self.section.key
        self.reading.parents[at] = state.parent if state.parts else Topic()
        self.reading.clauses[at] = self.line[state.clause : token.start][-40:] + self.line[token.end : token.end + 6]
        self.reading.around[at] = self.line[max(0, token.start - BEFORE) : token.end + AFTER]

    def _span(self, start: int, end: int) -> Span:
        return Span(self.number, *self.whole.origin(self.offset + start, self.offset + end))

    def _quote(self, start: int, end: int) -> str:
        return self.line[start:end]


def _same(noun: str, subject: str) -> bool:
    name = subject.partition(":")[2]
    return not name or noun in name or name in noun or len(set(noun) & set(name)) * 2 > len(noun)
