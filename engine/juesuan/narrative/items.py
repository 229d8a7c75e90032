"""The items of 五（三）: as many as the table has, each once, in its order, with its names, rates and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from juesuan.narrative.compact import compact
from juesuan.narrative.judge import money
from juesuan.narrative.ledger import CODE, GENERAL, SPENDING, Ledger
from juesuan.narrative.reading import Item
from juesuan.narrative.records import Span
from juesuan.narrative.results import Results
from juesuan.narrative.state import Topic
from juesuan.narrative.tie import Levels

#: From here on (a tenth of 年初预算) a difference needs its reason.
TENTH = 10
#: Where items are written; 基本 and 其他 in texts that put several sections under one heading.
SECTIONS = ("一般公共", "其他", "基本")
_REASON = re.compile(r"原因|因为|由于|用于|系|追加|受")


class Items:
    """Judges the items by their names and by what each must say."""

    def __init__(self, ledger: Ledger, levels: Levels, results: Results) -> None:
        self.ledger, self.levels, self.results = ledger, levels, results

    def run(self, whole: bool) -> None:
        items = [i for i in self.results.reading.items if i.section in SECTIONS and i.names[2]]
        self._all(items, whole)
        for at, item in enumerate(items):
            follows = items[at + 1].span if at + 1 < len(items) else None
            self._says(item, follows)
        for item in self.results.reading.items:
            if item.section == "名词解释":
                self._explained(item)

    def _explained(self, item: Item) -> None:
        """N-31 in 名词解释: the names are those of the tables."""
        if not item.codes:
            return  # N-23 says that the table has no such item
        code = next((c for c in item.codes if self.ledger.has_code(SPENDING, c)), item.codes[0])
        wrong = self._wrong_name(code, item.names)
        self.results.add("N-31", "breaks" if wrong else "holds", item.span, wrong, stated=item.text if wrong else "")

    def _says(self, item: Item, follows: Span | None) -> None:
        """A rate where there was a budget, a reason where the difference is large."""
        code = next((c for c in item.codes if self.ledger.has_code(GENERAL, c)), "")
        told = "".join(self.results.texts(item.span, follows))
        topic = Topic(CODE + code, "一般公共")
        block = self.results.reading.blocks[item.span.paragraph]
        first = self.results.after(item.span.paragraph, item.span.end)
        last = self.results.after(follows.paragraph, follows.start) if follows else len(self.results.mentions)
        here = [i for i in range(first, last) if self.results.block(i) == block]
        if not code or not here:
            return
        final, budget = (self.levels.value(topic, m, here[-1] + 1) for m in ("决算", "年初预算"))
        if final is None or budget is None:
            return
        rated = any((m := self.results.mentions[i].meaning) and m.measure == "完成率" for i in here)
        if budget.fen and not rated:
            self.results.add(
                "N-07.2", "breaks", item.span, f"“{item.names[2]}”有年初预算 {money(budget.fen)}，没有写完成率。"
            )
        if abs(final.fen - budget.fen) * TENTH >= max(budget.fen, 1) and final.fen != budget.fen:
            right = _REASON.search(told) is not None
            said = (
                ""
                if right
                else (f"“{item.names[2]}”年初预算 {money(budget.fen)}、决算 {money(final.fen)}，没有写差异原因。")
            )
            self.results.add("N-10.1", "holds" if right else "breaks", item.span, said)

    def _all(self, items: list[Item], whole: bool) -> None:
        """N-07, N-31: as many items as the table has, each once, in its order, with its names."""
        table = self.ledger.table(GENERAL)
        if table is None or not items:
            return
        rows = [n.code for n in self.ledger.children(GENERAL, 7)]
        seen: list[str] = []
        for item in items:
            code = self._item(item)
            if code in seen:
                self.results.add("N-07", "breaks", item.span, f"“{item.names[2]}”写了两次。", stated=item.text)
            if code:
                seen.append(code)
        if len(items) < 2 or not whole:
            return
        names = {n.code: n.name for n in self.ledger.children(GENERAL, 7)}
        told = {*seen, *self._named([c for c in rows if c not in seen])}
        missing = [names[c] for c in rows if c not in told]
        stated, expected = str(len(told)), str(len(rows))
        if missing:  # about the section: no item that is written is wrong
            section = self.results.paragraphs[items[-1].span.paragraph].section
            text = f"表中有 {len(rows)} 项，文中没有写：{'、'.join(missing)}。"
            self.results.add("N-07", "breaks", None, text, stated=stated, expected=expected, section=section)
        else:
            self.results.add("N-07", "holds", items[-1].span, "", stated=stated, expected=expected)
        kept = [c for c in seen if c in rows]
        ordered = [c for c in rows if c in kept]
        if kept != ordered:
            at = next(i for i, (a, b) in enumerate(zip(kept, ordered, strict=False)) if a != b)
            span = next(i.span for i in items if kept[at] in i.codes)
            self.results.add(
                "N-07.1",
                "rounding",
                span,
                f"各项的次序与表不同，表中“{names[ordered[at]]}”在“{names[kept[at]]}”之前。",
                stated=",".join(kept),
                expected=",".join(ordered),
            )

    def _named(self, rows: list[str]) -> Iterator[str]:
        """Items named by their 项 alone, after another of the same 款: “…；职业年金缴费支出（项）…” with its figure."""
        for index, mention in enumerate(self.results.mentions):
            meaning = mention.meaning
            if (
                meaning is None
                or meaning.measure != "决算"
                or meaning.name not in rows
                or not meaning.subject.startswith(CODE)
                or self.results.reading.kind_at[index] not in SECTIONS
                or not self.results.bound(index)
            ):
                continue
            before = compact(self.results.paragraphs[mention.span.paragraph].text[: mention.span.start]).text
            if any(f"{name}（项）" in before for name in self.ledger.names.get(meaning.name, ())):
                yield meaning.name

    def _item(self, item: Item) -> str:
        """The item's code in the table; "" with a finding where its names are not the table's."""
        here = [c for c in item.codes if self.ledger.has_code(GENERAL, c)]
        if not here:
            what = item.names[2] or item.names[1] or item.names[0]
            text = f"“{what}”不在一般公共预算财政拨款支出决算表中。" if item.codes else f"没有“{what}”这个科目。"
            self.results.add("N-31", "breaks", item.span, text, stated=item.text)
            return ""
        wrong = self._wrong_name(here[0], item.names)
        if wrong:
            self.results.add("N-31", "breaks", item.span, wrong, stated=item.text)
        return here[0]

    def _wrong_name(self, code: str, names: tuple[str, str, str]) -> str:
        for length, name, level in zip((3, 5, 7), names, "类款项", strict=True):
            if not name or len(code) < length:
                continue
            known = self.ledger.names.get(code[:length], ())
            if known and name not in known and f"{name}支出" not in known and name.removesuffix("支出") not in known:
                return f"{level}级名称写“{name}”，科目 {code[:length]} 是“{known[0]}”。"
        return ""
