"""What a clause speaks of: subjects named by words, funds, 科目 and their columns."""

from __future__ import annotations

import re

from juesuan.narrative.ledger import CODE, ECONOMIC, ITEM
from juesuan.narrative.reading import Item
from juesuan.narrative.sense import LEVEL_NEXT, Sense
from juesuan.narrative.state import Topic
from juesuan.narrative.tokens import Token

#: Words too short to count anywhere but right before a figure of purchases.
_SHORT = frozenset({"货物", "工程", "服务"})
_AVERAGE = re.compile(r"(?:[车人户次批辆]均|平均)$")
_BARE = re.compile(r"(?:决算|预算)?(收入|支出)(?:决算|总额|合计|共计|共)?(?:数)?(?:为|是)?\d")
_QUOTED_NAMES = re.compile(r"“([^”]{2,40})”")


class Topics(Sense):
    """Sets the subject in mind as names go by."""

    def _on_subject(self, token: Token) -> None:
        fund = token.fund
        spec = self.words.subjects[token.key]
        state = self.state
        if _AVERAGE.search(self.line, max(0, token.start - 3), token.start):
            self._name(Topic(ITEM + self.line[token.start - 2 : token.end]), token)
            return
        if (not fund and spec.key in ("基本支出", "项目支出")) or (not fund and spec.part == "基本支出"):
            fund = state.parent.fund if state.parts else ""
            fund = fund or (state.fund.key if state.fund else "") or self.section.fund
        elif not fund and state.fund and spec.key in self.words.funds[state.fund.key] and state.fund.end == token.start:
            fund = state.fund.key
        elif (
            not fund
            and self.section.fund
            and spec.side
            and spec.key in self.words.funds[self.section.fund]
            and not state.share
        ):
            fund = self.section.fund
        column = ""
        subject = token.key
        if not fund and not state.share and subject in self.section.own:
            subject, fund = self.section.own[subject], self.section.fund
        if self.section.key == "三公" and token.fund and subject == "支出合计":
            self._name(Topic(ITEM + token.text), token)  # “其中：一般公共预算支出”: what 三公 was paid from
            return
        if token.text in _SHORT and (self.section.key != "政府采购" or not LEVEL_NEXT.match(self.line, token.end)):
            return
        if subject == "自评资金":
            if not LEVEL_NEXT.match(self.line, token.end):
                return
            before = self.line[: token.start]
            if before.rfind("整体") > before.rfind("项目"):
                subject = "整体资金"
        if spec.column and state.parts and state.parent.subject.startswith(CODE):
            subject, column, fund = state.parent.subject, spec.column, state.parent.fund
        self._name(Topic(subject, fund, column), token)

    def _on_year(self, token: Token) -> None:
        """“2021年支出331.61万元”: the bare word right after the year is the total."""
        m = _BARE.match(self.line, token.end)
        if m and not self.state.mode:
            self._name(Topic("收入合计" if m[1] == "收入" else "支出合计", self.section.fund), token)

    def _on_fund(self, token: Token) -> None:
        state = self.state
        state.fund = token
        if state.none and state.mode == "":
            state.topics.append(Topic("支出合计", token.key))

    def _on_code(self, token: Token) -> None:
        state = self.state
        fund = (state.parent.fund if state.parts else "") or (state.fund.key if state.fund else "") or self.section.fund
        column = state.line_column or (state.parent.column if state.parts else "")
        code = token.key
        last = state.last
        also: tuple[str, ...] = ()
        if (
            last
            and last.sort == "code"
            and self.line[last.end : token.start] in ("和", "及", "与", "、")
            and state.topics
        ):
            also = (*state.topic.also, state.topic.subject)
        self._name(Topic(CODE + code, fund, column, True, also), token)

    def _on_economic(self, token: Token) -> None:
        if self.state.mode == "list":
            return
        self._name(Topic(ECONOMIC + token.key, "一般公共"), token)

    def _on_item(self, token: Token) -> None:
        state = self.state
        self.reading.items.append(
            Item(self._span(token.start, token.end), token.codes, token.names, self.section.key, token.text)
        )
        if state.mode:
            state.mode = ""
        subject = CODE + token.key if token.codes else ITEM + token.text
        self._name(Topic(subject, self.section.fund if self.section.key != "名词解释" else ""), token)

    def _name(self, topic: Topic, token: Token) -> None:
        state = self.state
        spec = self.words.subjects.get(topic.subject)
        if spec and spec.first and not state.quoted:
            self._apart(topic, token)
            return
        alone = self.line[token.start - 1 : token.start] == "“" and self.line[token.end : token.end + 1] == "”"
        if state.mode or (state.quoted and not alone):
            return
        if token.end <= state.base_end:
            return
        if state.share:
            state.whole = topic
            return
        state.topics.append(topic)
        state.said.append(topic)
        if state.base_used:
            state.base, state.base_used = "", False
        state.topic, state.named_at = topic, token.start

    def _apart(self, topic: Topic, token: Token) -> None:
        """A subject that is spoken of in reasons, too, and told apart by a name in quotes (年中追加项目“…”)."""
        rest = self.line[token.end :].split("。")[0]
        quoted = _QUOTED_NAMES.findall(rest[: (re.search(r"\d", rest) or re.search("$", rest)).start()])  # type: ignore[union-attr]
        if len(quoted) == 1:
            topic = Topic(f"{ITEM}{topic.subject}“{quoted[0]}”")
        elif quoted:
            self.reading.listed.append((self._span(token.start, token.end), topic, tuple(quoted)))
        self.state.mode = ""
        self.state.topics.append(topic)
        self.state.topic, self.state.named_at = topic, token.start
        self.state.measure = self.words.subjects["追加项目"].first
