"""Walking through a text: every figure gets its meaning from the words around it, not from its position."""

from __future__ import annotations

import re

from juesuan.narrative.compact import compact
from juesuan.narrative.ledger import ITEM
from juesuan.narrative.reading import Listing, Nothing, Order, Reading
from juesuan.narrative.records import Paragraph
from juesuan.narrative.sense import LEVEL_NEXT
from juesuan.narrative.state import State, Topic
from juesuan.narrative.tokens import Token
from juesuan.narrative.topics import Topics
from juesuan.narrative.vocabulary import Section

_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}[、.．]|（[一二三四五六七八九十]{1,3}）|\d{1,2}[、.．])?(?P<title>[^。，；\d%]{3,40}(?:20\d\d年度?[^。，；\d%]{3,30})?)$"
)
_LEAD = re.compile(r"^（[一二三四五六七八九十]{1,3}）(?P<title>[^。，；：\d%]{3,20})[。：]")
_GOES_ON = re.compile(
    r"[二三四五六七八九十]是|第?[二三四五][、，]|另一方面|其次|再次|此外|同时|（[2-9]）|[2-9][、.．](?!\d)"
)
_FIGURE = re.compile(r"\d[\d.,]*")
#: A line that goes on with the parts of what the line before it says.
_WITHIN = re.compile(r"\d{1,2}[、.．]|（|其中")
_RATE_NEXT = re.compile(r"(?:数|比例|率)?(?:的|为|达到|达|是|：)?(?:约)?[\d百]")
_CAUSE = re.compile(r"的?(?:主要|具体)?原因")
_NO_BUDGET = re.compile(
    r"(?:无|没有|未安排|未编制|未列)(?:年初|支出|财政拨款)?预算|预算(?:数|安排)?(?:均)?为?零|均?无预算"
)
_SUMMARY = re.compile(
    r"^(?:\d{1,2}[、.．]|（\d{1,2}）|[一二三四五六七八九十]+、)?(?P<name>[^。，；：]{2,40}?)(?:项目)?(?:绩效)?(?:自评)?(?:综述|概述)[：:]?"
)
_REPORT = re.compile(
    r"(?:附件\d*)?[：:]?(?:[一二三四五六七八九十]+、)?(?:20\d\d年度?)?(?P<name>.+?)(?:项目)?(?:支出)?绩效(?:评价|自评)(?:报告|表|综述)"
)
#: Sections often put together as 其他重要事项, each with its title in its first line: “（一）机关运行经费。本单位…”.
OTHERS = frozenset({"其他", "机关运行", "一般性支出", "政府采购", "国有资产", "绩效"})
#: Sections whose prose is not about the nine tables: names of 科目 count there only when written out.
LOOSE = frozenset({"绩效", "重点工作", "报告"})


class Walker(Topics):
    """Walks paragraphs and collects a Reading."""

    block = 0

    def read(self, paragraphs: tuple[Paragraph, ...]) -> Reading:
        """All paragraphs, in order."""
        kind = self.words.rest
        heading: str | None = None
        for number, (title, text) in enumerate(paragraphs):
            if title != heading:
                heading, kind = title, self.words.announced(title) or self.words.rest
                self._open(title)
            self.reading.blocks.append(self.block)
            kind = self._paragraph(number, kind, text)
        return self.reading

    def _open(self, title: str) -> None:
        """A new section: nothing is in mind but what its title names. Its paragraphs are read as lines of one text."""
        self.block += 1
        self.state = State(sentence=self.state.sentence + 1)
        if (report := _REPORT.match(title)) and "整体" not in title:
            self.state.topic = Topic(ITEM + report["name"])

    def _paragraph(self, number: int, section: Section, text: str) -> Section:
        self.number, self.whole = number, compact(text)
        self.section = section
        self._enter(section)
        at = 0
        for line in self.whole.text.split("\n"):
            self._line(at, line)
            at += len(line) + 1
        return self.section

    def _enter(self, section: Section) -> None:
        self.section = section
        seen = self.reading.sections.setdefault(section.key, [])
        if self.number not in seen:
            seen.append(self.number)

    # --- lines ---

    def _line(self, at: int, line: str) -> None:
        state = self.state
        heading = _HEADING.match(line)
        if heading and (found := self.words.announced(heading["title"])) and (found.key != self.section.key):
            strong = line[:1] in "一二三四五六七八九十第（" or self.section is self.words.rest
            if strong and not (self.section.key in ("绩效", "报告") and line[:1] in "（123456789"):
                self._enter(found)
                state.topic = state.parent = Topic()
        elif not heading and self.section.key in OTHERS:
            lead = _LEAD.match(line)
            found = self.words.announced(lead["title"]) if lead else None
            if found and found.key in OTHERS and found.key != self.section.key:
                self._enter(found)
                state.topic = state.parent = Topic()
        state.next_sentence(at)
        state.last_reason, state.parts = False, False
        if not _WITHIN.match(line):
            state.parent = Topic()
        if ("综述" in line or "概述" in line) and (summary := _SUMMARY.match(line)):
            state.topic = Topic(ITEM + summary["name"])
            self.reading.projects.add(state.topic.subject)
        economics = self.section.key in ("基本",)
        functions = self.section.key not in LOOSE
        self.line, self.offset = line, at
        for token in self.tokenizer.tokens(line, functions=functions, economics=economics):
            self.handlers[token.sort](token)
            if token.sort != "stop":
                state.last = token
        self._end_clause(len(line))
        spec = self.words.subjects.get(state.topic.subject)
        if line.endswith("：") or heading:
            state.line_column = spec.column if spec and line.endswith("：") else ""

    # --- tokens ---

    def _on_stop(self, token: Token) -> None:
        state = self.state
        if token.key in "，：":
            if not state.quoted:
                self._end_clause(token.start)
                measure = state.measure
                state.next_clause(token.end)
                if token.key == "：":
                    state.measure = measure
        elif token.key in "“”":
            state.quoted = token.key == "“"
        elif token.key == "；":
            self._end_clause(token.start)
            on = state.mode == "reason" and _GOES_ON.match(self.line, token.end)
            state.next_part(token.end)
            state.mode = "reason" if on else ""
        else:
            self._end_clause(token.start)
            if state.parts and state.parent.subject:
                state.topic, state.parts = state.parent, False
            elif len(set(state.said)) > 1:
                state.topic = Topic()
            on = state.mode == "reason" and _GOES_ON.match(self.line, token.end)
            state.next_sentence(token.end)
            state.mode = "reason" if on else ""

    def _on_measure(self, token: Token) -> None:
        state = self.state
        if state.base and token.start - state.base_end <= 1:
            state.base_end = token.end
            return
        level = LEVEL_NEXT.match(self.line, token.end)
        if token.text in ("预算", "决算") and not level and not state.order:
            return
        if state.order:
            self._order(token)
            return
        if state.mode in ("reason", "purpose") and not level:
            return
        state.mode = ""
        state.measure = token.key
        state.measures.append(token.key)
        if state.base_used:
            state.base, state.base_used = "", False
        if token.key in ("年初预算", "预算"):
            state.budget = token.key

    def _on_order(self, token: Token) -> None:
        state = self.state
        if not state.quoted and state.measures:
            state.order = (token, state.measures[-1])
        elif not state.quoted and state.mode != "reason":
            state.order = (token, "决算")

    def _order(self, right: Token) -> None:
        state = self.state
        assert state.order is not None
        word, left = state.order
        state.order, state.measure = None, ""
        topic = self._current()
        self.reading.orders.append(
            Order(
                self._span(word.start, word.end), topic, word.key, left, right.key, self._quote(word.start, right.end)
            )
        )

    def _on_base(self, token: Token) -> None:
        state = self.state
        if state.mode == "reason":
            if (state.topic.subject, token.key) in state.changed or state.quoted:
                return
            state.mode = ""
        way = {"超": "增", "高": "增", "低": "减"}.get(token.text[:1], "")
        figure = LEVEL_NEXT.match(self.line, token.end)
        if way and not figure:
            state.order = (token, state.measures[-1] if state.measures else "决算")
            self._order(Token(token.start, token.end, "measure", token.key))
            return
        state.base, state.base_used, state.base_end, state.base_clause = token.key, False, token.end, state.clause
        state.measure = ""
        if way:
            state.direction = Token(token.start, token.end, "direction", way, text=token.text)

    def _on_direction(self, token: Token) -> None:
        state = self.state
        if state.quoted or state.mode in ("purpose", "list"):
            return
        if len(token.text) == 1 and not self.line[token.end : token.end + 1].isdigit():
            return
        if _CAUSE.match(self.line, token.end):
            self._direction(token, cause=True)
            return
        if state.mode == "reason":
            return
        state.direction = token
        if token.key == "平" and (state.base or "持平" in token.text):
            self._direction(token)

    def _on_reached(self, token: Token) -> None:
        state = self.state
        if state.mode in ("reason", "purpose", "list") or state.quoted:
            return
        state.direction, state.measure, state.year, state.base_used = None, "决算", 0, True

    def _on_completion(self, token: Token) -> None:
        state = self.state
        if state.order:
            self._order(token)
            return
        follows = _RATE_NEXT.match(self.line, token.end, token.end + 8)
        if state.mode and not follows:
            return
        if (
            token.text in ("完成率", "执行率")
            and len(self.words.filler.sub("", self.line[state.clause : token.start])) > 1
        ):
            return
        state.mode = ""
        state.completion = token.key

    def _on_share(self, token: Token) -> None:
        state = self.state
        if state.mode in ("reason", "list") and not re.match(r"[^，。；]{0,24}?\d", self.line[token.end :]):
            return
        if state.mode == "purpose":
            state.mode = ""
        state.share, state.whole = True, None

    def _on_cue(self, token: Token) -> None:
        state = self.state
        if state.quoted:
            return
        match token.key:
            case "原因":
                if token.text in ("受", "主要为", "主要是") and LEVEL_NEXT.match(self.line, token.end):
                    return
                state.mode, state.direction, state.measure = "reason", None, ""
            case "用途":
                if state.mode != "reason":
                    state.mode = "purpose"
            case "分项":
                if state.mode != "list":
                    state.mode = ""
                state.parts = True
                state.parent = self._current()
                state.base, state.base_used = "", False
            case "清单":
                self._listing(token)
            case "无":
                if state.mode in ("", "purpose"):
                    state.none = token
            case "分别":
                self._shared_out(token)

    def _shared_out(self, token: Token) -> None:
        """分别: as many figures follow as there are names (or measures) before; otherwise nothing is assigned."""
        state = self.state
        follow = len(_FIGURE.findall(re.split(r"[，。；]", self.line[token.end :])[0]))
        names = state.topics if len(state.topics) > 1 else state.before
        if len(names) > 1:
            state.queue = list(names) if len(names) == follow else []
            state.lost = len(names) != follow
        elif len(state.measures) > 1 and len(state.measures) == follow:
            state.queued = list(state.measures)

    def _listing(self, token: Token) -> None:
        state = self.state
        topic = self._current()
        if self.section.key != "基本" and topic.subject not in ("人员经费", "公用经费"):
            if state.mode != "reason":
                state.parts, state.parent = True, topic
            return
        end = next((i for i in range(token.end, len(self.line)) if self.line[i] in "。；"), len(self.line))
        text = self.line[token.end : end].lstrip("：")
        start = end - len(text)
        self.reading.listings.append(
            Listing(
                self._span(start, end),
                topic,
                text,
                bool(re.search(r"等(?:支出|费用|经费|方面|科目)?(?:的支出)?$", text)),
            )
        )
        state.mode = "list" if not re.search(r"\d", text) else ""
        state.parts = True

    def _end_clause(self, end: int) -> None:
        state = self.state
        if state.none is None:
            return
        word = state.none
        topics = list(state.topics) or [self._current()]
        clause = self.line[state.clause : end]
        no_budget = _NO_BUDGET.search(self.line[word.start : end])
        measure = "决算"
        if no_budget:
            measure = "年初预算" if "年初" in clause else "预算"
        for topic in (
            topics if state.topics or no_budget or re.search(r"支出|发生|决算|收入|预算|安排|费用", clause) else ()
        ):
            if topic.subject:
                self.reading.nothings.append(
                    Nothing(self._span(word.start, end), topic, measure, clause, self.section.key)
                )
