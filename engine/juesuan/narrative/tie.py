"""Binding stated levels: each amount to the table figure it means, or to what the text states of the same thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from juesuan.amount import Amount
from juesuan.narrative.judge import Value, agree, money, stated
from juesuan.narrative.ledger import CODE, COUNT, GENERAL, ITEM, Ledger
from juesuan.narrative.records import Meaning, Mention
from juesuan.narrative.results import Results
from juesuan.narrative.state import Topic
from juesuan.narrative.vocabulary import Vocabulary
from juesuan.refs import Ref
from juesuan.tables import TOTAL

Key = tuple[str, str, str, str]
LEVELS = frozenset({"决算", "年初预算", "预算", "上年", "结转", "追加"})
BUDGETS = ("年初预算", "预算")
#: The places of 项目支出 paid from 财政拨款.
FISCAL = tuple(Ref(table, TOTAL, "项目支出") for table in (GENERAL, "政府性基金表", "国有资本经营表"))
#: The rule of a 科目 by the length of its code.
RULE_OF_CLASS = {3: "N-06", 5: "N-06", 7: "N-07"}
#: Words by which a sentence means all of a spending.
_WHOLE = re.compile(r"(?:项目|基本)支出\s*总额|整体\s*支出")
_STOP = re.compile(r"[。\n]")


def key_of(meaning: Meaning, measure: str = "") -> Key:
    return meaning.subject, meaning.fund, meaning.column, measure or meaning.measure


class Levels:
    """The levels a narrative and its tables state, by meaning."""

    def __init__(
        self,
        ledger: Ledger,
        words: Vocabulary,
        results: Results,
        prior: Ledger | None,
        given: Mapping[Key, Value] | None = None,
    ) -> None:
        self.ledger, self.words, self.results, self.prior = ledger, words, results, prior
        self.given: Mapping[Key, Value] = given or {}
        self.tables: dict[tuple[object, ...], list[tuple[Ref, Amount]]] = {}
        self.stated: Mapping[Key, list[int]] = defaultdict(list)
        for index, mention in enumerate(results.mentions):
            meaning = mention.meaning
            if (
                meaning
                and mention.kind == "amount"
                and meaning.measure in LEVELS
                and not self._mistaken(index, mention)
            ):
                self.stated[key_of(meaning)].append(index)
        self.zero: dict[Key, Value] = {}
        self.chosen: dict[int, tuple[Ref, Amount]] = {}
        for nothing in results.reading.nothings:
            topic = nothing.topic
            self.zero.setdefault((topic.subject, topic.fund, topic.column, nothing.measure), Value(0, 0, "文中写无"))

    def _mistaken(self, index: int, mention: Mention) -> bool:
        """True for this year's figure right after last year's number: a slip of the year (N-27)."""
        meaning, before = mention.meaning, self.results.mentions[index - 1] if index else None
        if meaning is None or meaning.measure != "上年" or not mention.value or before is None:
            return False
        if before.kind != "year" or before.way != "own" or before.sentence != mention.sentence:
            return False
        level = Meaning(meaning.subject, "决算", meaning.fund, meaning.column)
        return any(amount.fen == mention.value for _, amount in self.table(level))

    def run(self) -> None:
        """Bind every level that a table states, and judge it."""
        for index, mention in enumerate(self.results.mentions):
            if mention.kind != "amount" or mention.meaning is None:
                continue
            if mention.meaning.measure == "界限":
                self.results.bind(index, "form", "表式用语")
            elif mention.meaning.measure in LEVELS:
                self._level(index, mention, mention.meaning)

    def rule(self, index: int, meaning: Meaning) -> str:
        """The rule a figure belongs to: by its 科目, else by its section."""
        section = self.words.section(self.results.reading.kind_at[index])
        measure = meaning.measure
        if meaning.subject.startswith(CODE) and section.key in ("一般公共", "其他") and measure in ("决算", "占比"):
            return RULE_OF_CLASS.get(len(meaning.name), "N-07")
        return section.rule(measure) or section.rule("决算") or self.words.rest.rule(measure) or "N-24"

    def _level(self, index: int, mention: Mention, meaning: Meaning) -> None:
        found = self.table(meaning, near=True)
        spec = self.words.subjects.get(meaning.subject)
        if spec and spec.least and meaning.measure == "决算":
            self._at_least(index, mention, spec.least[0])
            return
        if not found:
            if self.prior and meaning.measure == "上年":
                self._prior(index, mention, meaning)
            return
        best: tuple[Ref, Amount] | None = None
        for ref, amount in found:
            if agree(mention, amount) == "holds":
                best = ref, amount
                break
        ref, amount = best or next(((r, a) for r, a in found if agree(mention, a) == "rounding"), found[0])
        verdict = agree(mention, amount)
        if verdict == "breaks" and not self._certain(index, meaning):
            return
        self.chosen[index] = ref, amount
        self._judge(index, mention, ref, amount)

    def _at_least(self, index: int, mention: Mention, ref: Ref) -> None:
        """A figure of which the tables hold a part (会议费: 基本支出 only)."""
        amount = self.ledger.amount(ref)
        if amount is None:
            return
        right = mention.value >= amount.fen - 10_000
        self.results.bind(index, "table", str(ref))
        text = "" if right else f"写 {mention.text}，{self.ledger.label(ref)}就有 {money(amount.fen)}。"
        self.results.add(
            "N-24.1",
            "holds" if right else "breaks",
            mention.span,
            text,
            stated=money(mention.value),
            expected=money(amount.fen),
            refs=(ref,),
        )

    def _certain(self, index: int, meaning: Meaning) -> bool:
        """False where the subject was only carried along, so that a mismatch says nothing."""
        return bool(meaning.subject) and meaning.sure

    def _judge(self, index: int, mention: Mention, ref: Ref, amount: Amount) -> None:
        meaning = mention.meaning
        assert meaning is not None
        verdict = agree(mention, amount)
        label = self.ledger.label(ref)
        self.results.bind(index, "table", str(ref))
        expected = money(amount.fen, mention)
        message = ""
        if verdict == "breaks":
            message = f"写 {mention.text}，{label}是 {expected}，相差 {money(mention.value - amount.fen, mention)}。"
            message += self._other_name(mention, meaning)
        elif verdict == "rounding":
            message = f"写 {mention.text}，{label}是 {expected}，差在末位。"
        rule = self.rule(index, meaning)
        if verdict == "breaks" and rule == "N-22" and meaning.subject == "自评资金" and not self._names_whole(mention):
            rule = "N-22.2"
        self.results.add(
            rule,
            verdict,
            mention.span,
            message,
            stated=money(mention.value, mention),
            expected=expected,
            difference="" if verdict == "holds" else money(mention.value - amount.fen, mention),
            refs=(ref,),
        )

    def _names_whole(self, mention: Mention) -> bool:
        """True where the sentence says itself that all of a spending is meant."""
        text, at = self.results.paragraphs[mention.span.paragraph].text, mention.span.start
        start = max(text.rfind(stop, 0, at) for stop in "。\n") + 1
        return bool(_WHOLE.search(_STOP.split(text[start:at])[-1] + _STOP.split(text[at:])[0]))

    def _other_name(self, mention: Mention, meaning: Meaning) -> str:
        """A hint where the figure is another 科目's: the name may be the wrong one."""
        if not meaning.subject.startswith(CODE):
            return ""
        for ref in self.ledger.refs(meaning)[:1]:
            table = self.ledger.table(ref.table)
            for line in table.lines if table else ():
                amount = table.figures.get((line.key, ref.column)) if table else None
                if amount and amount.fen == mention.value and len(line.code) == len(meaning.name) and amount.fen:
                    return f"这个数是“{line.label.strip()}”的，可能名称写错。"
        return ""

    def _prior(self, index: int, mention: Mention, meaning: Meaning) -> None:
        found = self.before(meaning)
        if found is None:
            return
        verdict = agree(mention, found)
        self.results.bind(index, "table", f"上年{found.source}")
        text = "" if verdict == "holds" else f"写 {mention.text}，上年决算是 {money(found.fen, mention)}。"
        self.results.add(
            self.rule(index, meaning),
            verdict,
            mention.span,
            text,
            stated=money(mention.value, mention),
            expected=money(found.fen, mention),
        )

    # --- values for relations ---

    def table(self, meaning: Meaning, *, near: bool = False) -> list[tuple[Ref, Amount]]:
        """The table figures a level may mean, the one meant first; the sum where several 科目 are named together."""
        key = (meaning.subject, meaning.fund, meaning.column, meaning.measure, meaning.also, near)
        if key not in self.tables:
            self.tables[key] = self._table(meaning, near)
        return self.tables[key]

    def _table(self, meaning: Meaning, near: bool) -> list[tuple[Ref, Amount]]:
        if meaning.measure == "年初预算" and meaning.subject in self.words.subjects:
            spec = self.words.subjects[meaning.subject]
            meaning = Meaning(meaning.subject, "预算", meaning.fund) if spec.budget else meaning
        found = []
        for ref in self.ledger.refs(meaning, near=near):
            amount = self.ledger.amount(ref)
            if amount is None:
                continue
            if meaning.also:
                more = [self.ledger.amount(Ref(ref.table, s.partition(":")[2], ref.column)) for s in meaning.also]
                if all(a is not None for a in more):
                    kept = [a for a in more if a is not None]
                    found.append((ref, Amount(amount.fen + sum(a.fen for a in kept), 5_000 * (len(kept) + 1))))
            found.append((ref, amount))
        if meaning.subject == "自评资金" and meaning.measure == "决算" and (fiscal := self._fiscal()):
            found.append(fiscal)
        return found

    def _fiscal(self) -> tuple[Ref, Amount] | None:
        """项目支出 from all three budgets, as they are assessed together; None where a table is missing."""
        found = [self.ledger.amount(ref) for ref in FISCAL]
        known = [a for a in found if a is not None]
        if len(known) < len(found):
            return None
        return FISCAL[0], Amount(sum(a.fen for a in known), max(a.half for a in known))

    def before(self, meaning: Meaning) -> Value | None:
        """Last year's figure of a subject, where last year's tables are given."""
        if self.prior is None:
            return None
        level = Meaning(meaning.subject, "决算", meaning.fund, meaning.column)
        found = self.prior.value(level)
        return Value(found[0].fen, found[0].half, str(found[1])) if found else None

    def value(self, topic: Topic, measure: str, index: int) -> Value | None:
        """The level of a topic: as a table states it, else as the text does nearest before mention ``index``."""
        meaning = Meaning(topic.subject, measure, topic.fund, topic.column, also=topic.also)
        found = self.table(meaning) if measure in ("决算", *BUDGETS) else []
        if found:
            at = self.mention(meaning, index)
            here = at is not None and self._beside(at, index)
            ref, amount = self.chosen.get(at, found[0]) if at is not None and here else found[0]
            return Value(amount.fen, amount.half, self.ledger.label(ref))
        if measure == "上年" and (before := self.before(meaning)):
            return before
        if not meaning.also and (given := self.given.get(key_of(meaning))):
            return given
        if (at := self.mention(meaning, index)) is not None:
            return stated(self.results.mentions[at])
        return self.zero.get(key_of(meaning))

    def _beside(self, at: int, index: int) -> bool:
        """True if two mentions stand in one text."""
        return self.results.block(at) == self.results.block(index)

    def mention(self, meaning: Meaning, index: int) -> int | None:
        """The mention of a level nearest before ``index`` (in its paragraph first), else the first anywhere."""
        known = self.stated.get(key_of(meaning), [])
        if not known:
            return None
        here = self.results.block(index)
        near = [i for i in known if self.results.block(i) == here and i < index]
        if near:
            return near[-1]
        if meaning.subject.startswith((ITEM, COUNT)):
            return None
        same = [i for i in known if self.results.block(i) == here]
        return (same or known)[0]
