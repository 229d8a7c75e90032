"""Arithmetic between the figures of a text: shares, completion rates, comparisons of 决算 with 预算."""

from __future__ import annotations

from typing import NamedTuple

from juesuan.narrative.figures import MILLION
from juesuan.narrative.judge import TENTH, Ratio, Value, money, percent, ratio
from juesuan.narrative.records import Meaning, Mention, NarrativeVerdict
from juesuan.narrative.results import Results
from juesuan.narrative.state import Topic
from juesuan.narrative.tie import BUDGETS, Levels, key_of
from juesuan.narrative.vocabulary import Vocabulary

OTHER_TOTAL = {"收入合计": "收入总计", "支出合计": "支出总计", "收入总计": "收入合计", "支出总计": "支出合计"}


class _Share(NamedTuple):
    """A printed share: its mention, its part and its whole."""

    mention: int
    part: Value
    whole: Value


class Relations:
    """Shares, completion rates and comparisons, against the tables where they hold the terms."""

    def __init__(self, words: Vocabulary, levels: Levels, results: Results) -> None:
        self.words, self.levels, self.results = words, levels, results
        self.shares: dict[tuple[int, Topic], list[_Share]] = {}

    def run(self) -> None:
        for index, mention in enumerate(self.results.mentions):
            meaning = mention.meaning
            if meaning is None or mention.kind not in ("percent", "amount"):
                continue
            if mention.kind == "amount" and mention.unit:
                continue
            if meaning.measure == "占比":
                self._share(index, mention, meaning)
            elif meaning.measure == "完成率":
                self._completion(index, mention, meaning)
        self._orders()
        for (_, whole), shares in self.shares.items():
            self._complete(whole, shares)

    # --- shares ---

    def _share(self, index: int, mention: Mention, meaning: Meaning) -> None:
        topic = Topic(meaning.subject, meaning.fund, meaning.column, also=meaning.also)
        part = self.levels.value(topic, "决算", index)
        if meaning.subject == "自评资金":
            at = self.levels.mention(Meaning("自评资金", "决算"), index)
            part = Value(self.results.mentions[at].value, 5_000, "文中") if at is not None else part
        if part is None:
            return
        tried: list[tuple[Topic, Ratio, Value]] = []
        for whole in self._wholes(index, meaning):
            value = self.levels.value(whole, "决算", index)
            found = ratio(part, value) if value else None
            if value and found:
                tried.append((whole, found, value))
        if not tried:
            return
        verdicts = [percent(mention, found) for _, found, _ in tried]
        at = next((i for i, v in enumerate(verdicts) if v == "holds"), None)
        if at is None:
            at = next((i for i, v in enumerate(verdicts) if v == "rounding"), 0)
        whole, found, value = tried[at]
        name = self.levels.ledger.called(whole.subject)
        self._told(
            index,
            mention,
            self.levels.rule(index, meaning),
            verdicts[at],
            found,
            f"{money(part.fen)} 占{_fund(whole.fund)}{name} {money(value.fen)}",
            self._terms(index, (topic, whole)),
        )
        if verdicts[at] != "breaks" and mention.value > 100 * MILLION:
            what = _fund(whole.fund) + self.levels.ledger.called(whole.subject)
            text = f"{money(part.fen)} 占{what} {money(value.fen)} 的 {mention.text}，超过了 100%。"
            self.results.add("N-21.2", "breaks", mention.span, text, stated=mention.text)
        if meaning.subject == "自评资金":
            self._covers(index, mention, part, value, whole)
        elif verdicts[at] != "breaks":
            key = (self.results.block(index), whole)
            self.shares.setdefault(key, []).append(_Share(index, part, value))

    def _complete(self, whole: Topic, shares: list[_Share]) -> None:
        """Shares in a row whose parts make up the whole add up to 100%, half a printed place off for each."""
        run: list[_Share] = []
        for share in shares:
            run.append(share)
            while run and sum(s.part.fen for s in run) > share.whole.fen + share.whole.half:
                run.pop(0)
            total, allowed = sum(s.part.fen for s in run), share.whole.half + sum(s.part.half for s in run)
            if len(run) < 2 or abs(total - share.whole.fen) > allowed:
                continue
            mentions = [self.results.mentions[s.mention] for s in run]
            off = sum(m.value for m in mentions) - 100 * MILLION
            half = sum(max(m.half, TENTH) for m in mentions)
            verdict: NarrativeVerdict = "holds" if not off else "rounding" if abs(off) <= half else "breaks"
            name = _fund(whole.fund) + self.levels.ledger.called(whole.subject)
            shown = _percent(100 * MILLION + off)
            text = "" if verdict == "holds" else f"占{name}的 {len(run)} 项占比之和是 {shown}。"
            meaning = mentions[0].meaning
            assert meaning is not None
            if verdict != "rounding":  # a last place off is what rounding each share does
                self.results.add(
                    self.levels.rule(run[0].mention, meaning),
                    verdict,
                    mentions[0].span,
                    text,
                    stated=shown,
                    expected="100%",
                    others=[m.span for m in mentions[1:]],
                )
            run = []

    def _terms(self, index: int, topics: tuple[Topic, ...]) -> list[int]:
        """The mentions that state the terms of a quotient, where the text does."""
        found = (self.levels.mention(Meaning(t.subject, "决算", t.fund, t.column), index) for t in topics)
        return [i for i in found if i is not None]

    def _covers(self, index: int, mention: Mention, part: Value, value: Value, whole: Topic) -> None:
        """N-21.1: said to be all of a spending, so it is that spending."""
        at = self.levels.mention(Meaning("自评资金", "决算"), index)
        if at is None or mention.value != 100_000_000:
            return
        amount = self.results.mentions[at]
        right = abs(part.fen - value.fen) <= 10_000
        name = _fund(whole.fund) + whole.subject
        text = "" if right else (f"写占{name} 100%，资金 {money(part.fen)}，而{name}是 {money(value.fen)}。")
        self.results.add(
            "N-21.1",
            "holds" if right else "breaks",
            amount.span,
            text,
            stated=money(part.fen),
            expected=money(value.fen),
            difference="" if right else money(part.fen - value.fen),
        )

    def _wholes(self, index: int, meaning: Meaning) -> list[Topic]:
        """What a share may be of: the whole named; else what it is a part of; else the section's own subject."""
        if meaning.whole:
            whole = Topic(meaning.whole, meaning.whole_fund)
            more = []
            if meaning.whole in OTHER_TOTAL and not meaning.whole_fund:
                more.append(Topic(OTHER_TOTAL[meaning.whole]))
            return [whole, *more]
        found: list[Topic] = []
        section = self.words.section(self.results.reading.kind_at[index])
        spec = self.words.subjects.get(meaning.subject)
        parent = self.results.reading.parents[index]
        if spec and spec.part and not spec.refs:
            return [Topic(spec.part), *((parent,) if parent.subject not in ("", meaning.subject) else ())]
        if spec and spec.part:
            found.append(Topic(spec.part, meaning.fund if spec.part not in ("收支总计", "三公") else ""))
        if parent.subject and parent.subject != meaning.subject:
            found.append(parent)
        if spec and spec.part == "基本支出":
            found += [Topic("基本支出", "一般公共"), Topic("支出合计", "一般公共")]
        if section.subject:
            found.append(Topic(section.subject, section.fund))
        side = spec.side if spec else ""
        if side == "收" or section.key == "收入":
            found += [Topic("收入合计"), Topic("收入总计"), Topic("收入合计", "财政拨款")]
        else:
            found += [
                Topic("支出合计", meaning.fund),
                Topic("支出合计"),
                Topic("支出总计"),
                Topic("支出合计", "财政拨款"),
            ]
        mine = key_of(meaning, "决算")
        return [t for t in dict.fromkeys(found) if (t.subject, t.fund, t.column, "决算") != mine]

    # --- completion ---

    def _completion(self, index: int, mention: Mention, meaning: Meaning) -> None:
        topic = Topic(meaning.subject, meaning.fund, meaning.column, also=meaning.also)
        final = self.levels.value(topic, "决算", index)
        budgets = (meaning.base, *(b for b in BUDGETS if b != meaning.base))
        known = [(b, v) for b in budgets if (v := self.levels.value(topic, b, index)) is not None]
        if final is None or not known:
            return
        section = self.results.reading.kind_at[index]
        rule = "N-14" if section == "三公" else "N-07" if meaning.subject.startswith("科目:") else "N-33"
        base, budget = known[0]
        if budget.fen == 0:
            self.results.bind(index, "ratio", f"{self.levels.ledger.called(meaning.subject)} 完成率")
            self.results.add(
                "N-09",
                "breaks",
                mention.span,
                f"{self.levels.ledger.called(meaning.subject)}{base}为 0，不应写完成率 {mention.text}。",
                stated=mention.text,
            )
            return
        tried = [(b, v, found) for b, v in known if (found := ratio(final, v))]
        if not tried:
            return
        order: list[NarrativeVerdict] = [percent(mention, found) for _, _, found in tried]
        at = next((i for i, v in enumerate(order) if v == "holds"), 0)
        base, budget, found = tried[at]
        others = [
            i
            for i in (
                self.levels.mention(Meaning(topic.subject, m, topic.fund, topic.column), index) for m in (base, "决算")
            )
            if i is not None
        ]
        for other in others:
            self.results.bind(other, "ratio", f"{self.levels.ledger.called(meaning.subject)} 完成率")
        self._told(index, mention, rule, order[at], found, f"{money(final.fen)} 除以{base} {money(budget.fen)}", others)

    def _told(
        self,
        index: int,
        mention: Mention,
        rule: str,
        verdict: NarrativeVerdict,
        found: Ratio,
        how: str,
        others: list[int],
    ) -> None:
        self.results.bind(index, "ratio", how)
        spans = [self.results.mentions[i].span for i in others]
        shown = found.text(max(1, mention.decimals))
        if verdict == "rounding":
            self.results.add(
                "N-33.1",
                "rounding",
                mention.span,
                f"{how}是 {shown}，写成 {mention.text}，少一位小数。",
                stated=mention.text,
                expected=shown,
                others=spans,
            )
            return
        message = "" if verdict == "holds" else f"写 {mention.text}，{how}应是 {shown}。"
        difference = "" if verdict == "holds" else found.off(mention)
        self.results.add(
            rule,
            verdict,
            mention.span,
            message,
            stated=mention.text,
            expected=shown,
            difference=difference,
            others=spans,
        )

    # --- 大于, 小于 ---

    def _orders(self) -> None:
        for order in self.results.reading.orders:
            index = self._place(order.span.paragraph, order.span.start)
            left = self.levels.value(order.topic, order.left, index)
            right = self.levels.value(order.topic, order.right, index)
            if right is None and order.right in BUDGETS:
                right = self.levels.value(order.topic, BUDGETS[1 - BUDGETS.index(order.right)], index)
            if left is None or right is None:
                continue
            way = "大于" if left.fen > right.fen else "小于" if left.fen < right.fen else "等于"
            verdict: NarrativeVerdict = "holds" if way == order.way else "breaks"
            message = (
                ""
                if verdict == "holds"
                else (
                    f"写“{order.text}”，而{order.left} {money(left.fen)}、"
                    f"{order.right} {money(right.fen)}，应是“{way}”。"
                )
            )
            self.results.add("N-10", verdict, order.span, message, stated=order.way, expected=way)

    def _place(self, paragraph: int, start: int) -> int:
        """The index that the mention after a place would have."""
        return min(self.results.after(paragraph, start), len(self.results.mentions) - 1)


def _percent(millionths: int) -> str:
    whole, rest = divmod(millionths, MILLION)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") + "%"


def _fund(fund: str) -> str:
    return {
        "一般公共": "一般公共预算",
        "基金": "政府性基金预算",
        "国资": "国有资本经营预算",
        "财政拨款": "财政拨款",
    }.get(fund, "")
