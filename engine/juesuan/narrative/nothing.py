"""Statements of nothing (无…收入支出), and what must be stated: empty 基金 and 国资 tables, sections."""

from __future__ import annotations

from juesuan.narrative.judge import money
from juesuan.narrative.ledger import Ledger
from juesuan.narrative.reading import Nothing
from juesuan.narrative.records import Meaning, NarrativeVerdict
from juesuan.narrative.results import Results
from juesuan.narrative.tie import Levels
from juesuan.narrative.vocabulary import Vocabulary

EMPTY = {"基金": ("政府性基金表", "政府性基金预算财政拨款"), "国资": ("国有资本经营表", "国有资本经营预算财政拨款")}


class Nothings:
    """Judges statements of nothing and what is missing."""

    def __init__(self, words: Vocabulary, ledger: Ledger, levels: Levels, results: Results) -> None:
        self.words, self.ledger, self.levels, self.results = words, ledger, levels, results
        self.reading = results.reading

    def run(self, region: str, whole: bool) -> None:
        for nothing in self.reading.nothings:
            self._nothing(nothing)
        self._running()
        self._empty()
        if whole:
            self._sections(region)

    def _nothing(self, nothing: Nothing) -> None:
        topic = nothing.topic
        meaning = Meaning(topic.subject, nothing.measure, topic.fund, topic.column)
        found = self.levels.table(meaning) if nothing.measure in ("决算", "预算") else []
        if not found:
            return
        ref, amount = next(((r, a) for r, a in found if a.fen), found[0])
        rule = "N-13" if topic.fund in EMPTY or nothing.section in EMPTY else "N-14"
        if rule == "N-14" and nothing.section != "三公":
            rule = self.words.section(nothing.section).rule("决算") or "N-24"
        right = amount.fen == 0
        text = "" if right else f"写“{nothing.quote[-30:]}”，{self.ledger.label(ref)}却有 {money(amount.fen)}。"
        self.results.add(
            rule,
            "holds" if right else "breaks",
            nothing.span,
            text,
            stated="无",
            expected="无" if right else money(amount.fen),
            refs=(ref,),
        )

    def _running(self) -> None:
        """N-19: 机关运行经费 is 公用经费 of 行政 and 参公 units, a department's at most that; 事业 units have none."""
        office = self.levels.table(Meaning("公用经费", "决算"))
        nature, kind = self.ledger.statements.nature, self.ledger.statements.kind
        running = ("行政", "参公")
        if not office:
            return
        ref, amount = office[0]
        label = self.ledger.label(ref)
        for index in self.levels.stated.get(("机关运行经费", "", "", "决算"), []):
            mention = self.results.mentions[index]
            off = mention.value - amount.fen
            self.results.bind(index, "table", str(ref))
            must = kind == "单位" and any(nature.startswith(n) for n in running)
            right = abs(off) <= 10_000 or (not must and off < 0)
            verdict: NarrativeVerdict = "breaks" if not right else "rounding" if 0 < abs(off) <= 10_000 else "holds"
            text = "" if verdict == "holds" else f"机关运行经费写 {mention.text}，{label}是 {money(amount.fen)}。"
            self.results.add(
                "N-19",
                verdict,
                mention.span,
                text,
                stated=money(mention.value),
                expected=money(amount.fen),
                difference=money(off) if not right else "",
                refs=(ref,),
            )
        for nothing in self.reading.nothings:
            if nothing.topic.subject == "机关运行经费" and any(nature.startswith(n) for n in running) and amount.fen:
                self.results.add(
                    "N-19",
                    "breaks",
                    nothing.span,
                    f"写无机关运行经费，{label}却有 {money(amount.fen)}。",
                    stated="无",
                    expected=money(amount.fen),
                    refs=(ref,),
                )

    def _empty(self) -> None:
        """N-13: an empty table is said to be empty in its section."""
        for fund, (table, name) in EMPTY.items():
            statement = self.ledger.table(table)
            paragraphs = self.reading.sections.get(fund)
            if statement is None or not paragraphs or not statement.empty:
                continue
            said = any(n.topic.fund == fund or n.section == fund for n in self.reading.nothings)
            zero = any(
                m.kind == "amount" and m.value == 0 and self.reading.kind_at[i] == fund
                for i, m in enumerate(self.results.mentions)
            )
            if not (said or zero):
                self.results.add(
                    "N-13", "breaks", None, f"{name}表没有数，这一节没有写明“无”。", section=self._title(paragraphs[0])
                )

    def _title(self, paragraph: int) -> str:
        return self.results.paragraphs[paragraph].section

    def _sections(self, region: str) -> None:
        """N-28: all sections of the region's form are there."""
        for key, title in self.words.form(region).titles.items():
            there = key in self.reading.sections
            self.results.add(
                "N-28", "holds" if there else "breaks", None, "" if there else f"缺“{title}”一节。", section=title
            )
