"""三公: each of the four is stated with its counts, a rise has its reason, changes of parts make up the whole's."""

from __future__ import annotations

import re

from juesuan.narrative.changes import Change, Changes
from juesuan.narrative.judge import Value, money, stated
from juesuan.narrative.ledger import COUNT
from juesuan.narrative.records import Meaning, NarrativeVerdict, Span
from juesuan.narrative.results import Results
from juesuan.narrative.state import Topic
from juesuan.narrative.tie import Levels, key_of
from juesuan.narrative.vocabulary import Vocabulary
from juesuan.supplement import Supplement

WHOLE = "三公"
FOUR = ("因公出国（境）费", "公务用车购置费", "公务用车运行维护费", "公务接待费")
#: 三公 line → the counts that must be stated where money was spent on it.
NEEDED = {
    "因公出国（境）费": ("出国团组", "出国人次"),
    "公务用车购置费": ("购置车辆数",),
    "公务接待费": ("接待批次", "接待人次"),
}
#: Count → what it is called, and its key in 补充资料.
COUNTS = {
    "出国团组": ("团组数", "出国.团组数"),
    "出国人次": ("人次", "出国.人次"),
    "购置车辆数": ("购置（更新）车辆数", "购置.车辆数"),
    "接待批次": ("接待批次", "接待.批次"),
    "接待人次": ("接待人次", "接待.人次"),
}
_REASON = re.compile(r"原因|由于|因为|因(?!公)|主要[是系为]|系|受|用于")
MILLION = 1_000_000


class Three:
    """Judges the section on 三公, and what other sections say of it."""

    def __init__(self, words: Vocabulary, levels: Levels, results: Results, changes: Changes) -> None:
        self.words, self.levels, self.results, self.changes = words, levels, results, changes
        self.reading = results.reading

    def run(self, whole: bool, supplement: Supplement | None) -> None:
        if WHOLE not in self.reading.sections:
            return
        self.place = self.results.paragraphs[self.reading.sections[WHOLE][0]].section
        self._counts(whole, supplement)
        if whole:
            self._each()
        self._reasons()
        for partition in self.words.partitions:
            if partition.whole in (WHOLE, "公务用车"):
                self._changes(partition.whole, partition.parts)

    def _each(self) -> None:
        """N-30: each of the four is stated, or the sum that holds two of them is said to be nothing."""
        nothings = {n.topic.subject for n in self.reading.nothings}
        said = {k[0] for k, found in self.levels.stated.items() if found} | nothings
        no_cars = any(n.topic.subject == "公务用车" and n.measure == "决算" for n in self.reading.nothings)
        for name in FOUR:
            if name in said or WHOLE in nothings or ("公务用车" in name and no_cars):
                self.results.add("N-30", "holds", None, "", section=self.place)
            else:
                self.results.add("N-30", "breaks", None, f"没有写明{name}（没有发生的写“无”）。", section=self.place)

    def _counts(self, whole: bool, supplement: Supplement | None) -> None:
        """N-30: money spent needs its counts stated; T9-05: counts there are exactly where money was spent."""
        found: dict[str, list[int]] = {}
        for index, mention in enumerate(self.results.mentions):
            if mention.kind == "count" and mention.meaning and self.reading.kind_at[index] == WHOLE:
                found.setdefault(mention.meaning.subject.removeprefix(COUNT), []).append(index)
        for subject, needed in NEEDED.items():
            level = self.levels.table(Meaning(subject, "决算"))
            if level:
                for count in needed:
                    self._count(subject, count, level[0][1].fen, found.get(count, []), whole, supplement)

    def _count(
        self, subject: str, count: str, spent: int, here: list[int], whole: bool, supplement: Supplement | None
    ) -> None:
        mentions = self.results.mentions
        name, key = COUNTS[count]
        for index in here:
            self.results.bind(index, "fact", f"与{subject}决算数同有同无")
        most = max((mentions[i].value for i in here), default=None)
        span = mentions[here[0]].span if here else None
        if most is None:
            if spent and whole:
                said = f"{subject}决算 {money(spent)}，没有写明{name}。"
                self.results.add("N-30", "breaks", None, said, section=self.place)
            given = supplement.count(key) if supplement else None
            if given is None:
                return
            most = given * MILLION
        else:
            self.results.add("N-30", "holds", None, "", section=self.place)
        right = (most > 0) == (spent > 0)
        written = mentions[here[0]].text if here else f"{most // MILLION}（补充资料）"
        if spent:
            said = f"{subject}决算 {money(spent)}，{name}却写 {written}。"
        else:
            said = f"写了{name} {written}，{subject}决算却是 0。"
        self.results.add(
            "T9-05", "holds" if right else "breaks", span, "" if right else said, stated=written, section=self.place
        )

    # --- changes against last year ---

    def _changed(self, subject: str) -> list[Change]:
        """What is said of a subject's change against last year, in reading order."""
        return self.changes.known.get((key_of(Meaning(subject, "变动")), "上年"), [])

    def _reasons(self) -> None:
        """T9-04: a rise over last year has its reason, with itself or with the whole or part that it comes from."""
        above = {part: p.whole for p in self.words.partitions for part in p.parts}
        family = [WHOLE, "公务用车", *FOUR]
        rises = {s: [g for g in self._changed(s) if g.way > 0] for s in family}
        explained = {s for s, groups in rises.items() if any(self._explained(g) for g in groups)}
        for subject, groups in rises.items():
            if not groups:
                self._silent(subject)
                continue
            kin = {subject, above.get(subject, ""), above.get(above.get(subject, ""), "")}
            kin |= {s for s in family if above.get(s) == subject or above.get(above.get(s, "")) == subject}
            right = bool(kin & explained)
            mention = self.results.mentions[groups[0].every[0]]
            text = "" if right else f"{subject}较上年增加（{mention.text}），没有写原因。"
            self.results.add("T9-04", "holds" if right else "breaks", mention.span, text, stated=mention.text)

    def _silent(self, subject: str) -> None:
        """三公 rose by what the tables, last year's tables and 补充资料 say, and the text says nothing of it."""
        if subject != WHOLE or self._changed(subject):
            return
        now = self.levels.table(Meaning(WHOLE, "决算"))
        meaning = Meaning(WHOLE, "上年")
        before = self.levels.before(meaning) or self.levels.given.get(key_of(meaning))
        if now and before and now[0][1].fen > before.fen:
            more = money(now[0][1].fen - before.fen)
            said = f"“三公”经费较上年的 {money(before.fen)} 增加 {more}，没有写增减和原因。"
            self.results.add("T9-04", "breaks", None, said, expected=more, section=self.place)

    def _explained(self, group: Change) -> bool:
        """A reason stands before the change in its sentence, or between it and the next subject's change."""
        mentions = self.results.mentions
        first, last = group.every[0], group.every[-1]
        following = (
            mentions[g.every[0]].span
            for g in self.changes.groups
            if g.every[0] > last and g.meaning.subject != group.meaning.subject
        )
        end = min(following, default=None)
        after = "".join(self.results.texts(mentions[first].span, end))
        span = mentions[first].span
        before = self.results.paragraphs[span.paragraph].text[: span.start]
        sentence = re.split(r"[。\n]", before)[-1]
        return bool(_REASON.search(after) or re.search("原因|由于|因为|受", sentence))

    def _changes(self, whole: str, parts: tuple[str, ...]) -> None:
        """N-34: the change of the whole is the sum of the changes of its parts, where all of them are known."""
        groups = [g for g in self._changed(whole) if g.amounts]
        if not groups:
            return
        index = groups[0].amounts[0]
        total = self._signed(groups[0])
        known = [self._part(name, index) for name in parts]
        found = [v for v in known if v is not None]
        off = total.fen - sum(v.fen for v in found)
        if len(found) < len(parts) and off:
            return
        allowed = total.half + sum(v.half for v in found)
        verdict: NarrativeVerdict = "holds" if off == 0 else "rounding" if abs(off) <= allowed else "breaks"
        mention = self.results.mentions[index]
        listed = "、".join(f"{n} {money(v.fen)}" for n, v in zip(parts, known, strict=True) if v is not None)
        text = (
            "" if verdict == "holds" else f"较上年变动 {money(total.fen)}，各分项变动是 {listed}，相差 {money(off)}。"
        )
        self.results.add(
            "N-34",
            verdict,
            mention.span,
            text,
            stated=money(total.fen),
            expected=money(total.fen - off),
            difference=money(off) if off else "",
            others=self._spans(parts),
        )

    def _spans(self, parts: tuple[str, ...]) -> list[Span]:
        return [self.results.mentions[i].span for name in parts for g in self._changed(name)[:1] for i in g.amounts]

    def _signed(self, group: Change) -> Value:
        value = stated(self.results.mentions[group.amounts[0]])
        return Value(value.fen * (group.way or 1), value.half)

    def _part(self, name: str, index: int) -> Value | None:
        """The change of a part: as stated; else this year's figure less last year's; zero where it is said so."""
        groups = self._changed(name)
        for group in groups:
            if group.amounts:
                return self._signed(group)
        if groups and groups[0].way == 0:
            return Value(0, 0)
        final = self.levels.value(Topic(name), "决算", index)
        before = self.levels.value(Topic(name), "上年", index)
        if final is None or before is None:
            return None
        return Value(final.fen - before.fen, final.half + before.half)
