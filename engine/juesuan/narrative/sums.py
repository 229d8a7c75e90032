"""Sums in a text: parts and their whole, 年初预算 of all items, counts of which and in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from juesuan.narrative.judge import Value, money, stated
from juesuan.narrative.ledger import CODE, COUNT, GENERAL, ITEM
from juesuan.narrative.records import Meaning, NarrativeVerdict
from juesuan.narrative.results import Results
from juesuan.narrative.state import Topic
from juesuan.narrative.tie import Levels, key_of
from juesuan.narrative.vocabulary import Vocabulary

ALL = Topic("支出合计", "一般公共")
CARS = COUNT + "车辆总数"


class Sums:
    """Sums of stated amounts and counts."""

    def __init__(self, words: Vocabulary, levels: Levels, results: Results, whole: bool) -> None:
        self.words, self.levels, self.results, self.whole = words, levels, results, whole
        self.mentions = results.mentions

    def run(self) -> None:
        self._partitions()
        self._items()
        self._named_parts()
        self._projects()
        self._purchases()

    def judge(
        self, rule: str, whole: int, value: Value, parts: Iterable[tuple[int, Value]], what: str
    ) -> NarrativeVerdict:
        listed = list(parts)
        total = sum(v.fen for _, v in listed)
        allowed = value.half + sum(v.half for _, v in listed)
        off = value.fen - total
        verdict: NarrativeVerdict = "holds" if off == 0 else "rounding" if abs(off) <= allowed else "breaks"
        mention = self.mentions[whole]
        for index, _ in listed:
            if index >= 0:
                self.results.bind(index, "sum", what)
        self.results.bind(whole, "sum", what)
        text = (
            ""
            if verdict == "holds"
            else f"{what}：写 {money(value.fen)}，各项之和是 {money(total)}，相差 {money(off)}。"
        )
        self.results.add(
            rule,
            verdict,
            mention.span,
            text,
            stated=money(value.fen),
            expected=money(total),
            difference=money(off) if off else "",
            others=[self.mentions[i].span for i, _ in listed if i >= 0],
        )
        return verdict

    def _partitions(self) -> None:
        """Wholes and parts that the text states itself (purchases: no table holds them)."""
        for part in self.words.partitions:
            for whole in self._stated(part.whole):
                mention = self.mentions[whole]
                meaning = mention.meaning
                assert meaning is not None
                bound = bool(self.levels.table(meaning))
                found = []
                for name in part.parts:
                    at = next(
                        (i for i in self._stated(name) if self.results.block(i) == self.results.block(whole)),
                        None,
                    )
                    if at is not None:
                        found.append((at, stated(self.mentions[at])))
                if bound:
                    self._stated_sum(part.whole, whole, found, len(part.parts))
                elif found:
                    self.judge(part.rule, whole, stated(mention), found, f"{part.whole}等于各分项之和")
                break

    def _stated_sum(self, name: str, whole: int, found: list[tuple[int, Value]], parts: int) -> None:
        """Figures that tables hold are judged there; here only their 尾差 among each other is told."""
        total, value = sum(v.fen for _, v in found), stated(self.mentions[whole])
        allowed = value.half + sum(v.half for _, v in found)
        same = all(self.mentions[i].sentence == self.mentions[whole].sentence for i, _ in found)
        if len(found) == parts and same and 0 < abs(value.fen - total) <= allowed:
            self.judge("N-34.1", whole, value, found, f"{name}等于各分项之和")

    def _stated(self, subject: str, measure: str = "决算") -> list[int]:
        return [
            i
            for key, found in self.levels.stated.items()
            if key[0] == subject and key[3] == measure and not key[2]
            for i in found
        ]

    def _items(self) -> None:
        """N-08: 年初预算 of all items add up to the total; their 决算 too."""
        rows = self.levels.ledger.children(GENERAL, 7)
        names = {i.codes for i in self.results.reading.items if len(i.codes) == 1}
        if not rows or len(names) < 2:
            return
        for measure in ("年初预算", "决算"):
            whole = self.levels.mention(Meaning(ALL.subject, measure, ALL.fund), len(self.mentions) - 1)
            if whole is None:
                continue
            if measure == "决算":
                at = self.levels.mention(Meaning(ALL.subject, "年初预算", ALL.fund), len(self.mentions) - 1)
                stated_here = self.levels.stated[key_of(Meaning(ALL.subject, "决算", ALL.fund))]
                whole = next((i for i in stated_here if at is not None and i > at), whole)
            parts: list[tuple[int, Value]] = []
            missing = []
            for row in rows:
                meaning = Meaning(CODE + row.code, measure, ALL.fund)
                index = next(iter(self.levels.stated.get(key_of(meaning), [])), None)
                if index is not None:
                    value = stated(self.mentions[index])
                    parts.append((index, value if value.fen else Value(0, 0)))
                elif key_of(meaning) in self.levels.zero:
                    parts.append((-1, Value(0, 0)))
                elif given := self.levels.given.get(key_of(meaning)):
                    parts.append((-1, given if given.fen else Value(0, 0)))
                else:
                    missing.append(row.name)
            if missing:
                if parts and self.whole:
                    mention = self.mentions[whole]
                    self.results.add(
                        "N-08",
                        "not_evaluated",
                        mention.span,
                        f"有 {len(missing)} 项没有写{measure}（{missing[0]}等），没有核对合计。",
                    )
                continue
            self.judge("N-08", whole, stated(self.mentions[whole]), parts, f"{measure}等于各项{measure}之和")

    def _named_parts(self) -> None:
        """Parts named by the author (燃料费 …) under a whole: they bind each other where they add up."""
        groups: dict[tuple[Topic, int], list[int]] = defaultdict(list)
        for index, mention in enumerate(self.mentions):
            meaning = mention.meaning
            if mention.kind == "amount" and meaning and meaning.subject.startswith(ITEM) and meaning.measure == "决算":
                parent = self.results.reading.parents[index]
                if parent.subject:
                    groups[parent, mention.sentence].append(index)
        for (parent, _), found in groups.items():
            value = self.levels.value(parent, "决算", found[0])
            if value is None:
                continue
            total = sum(self.mentions[i].value for i in found)
            allowed = value.half + sum(stated(self.mentions[i]).half for i in found)
            off = total - value.fen
            verdict: NarrativeVerdict = "holds" if off == 0 else "rounding" if abs(off) <= allowed else "breaks"
            must = parent.subject == "公务用车运行维护费" and len(found) > 1
            if verdict == "breaks" and not must:
                continue
            name = parent.subject.partition(":")[2] or parent.subject
            for index in found:
                self.results.bind(index, "sum", f"{name}的分项")
            text = (
                ""
                if verdict == "holds"
                else f"{name}是 {money(value.fen)}，所列各项之和是 {money(total)}，相差 {money(off)}。"
            )
            self.results.add(
                "N-17" if must else "N-34.1",
                verdict,
                self.mentions[found[0]].span,
                text,
                stated=money(total),
                expected=money(value.fen),
                difference=money(off) if off else "",
                others=[self.mentions[i].span for i in found],
            )

    def _projects(self) -> None:
        """N-22.1: the 执行数 of all projects add up to 项目支出."""
        by_text: dict[int, list[tuple[int, Value]]] = defaultdict(list)
        names = [k[0] for k in self.levels.stated if k[0] in self.results.reading.projects and k[3] == "预算"]
        for name in dict.fromkeys(names):
            for at in self.levels.stated.get((name, "", "", "决算"), [])[:1]:
                if self.results.reading.kind_at[at] == "绩效":
                    by_text[self.results.block(at)].append((at, stated(self.mentions[at])))
        done = max(by_text.values(), key=len, default=[])
        for index, mention in enumerate(self.mentions):
            meaning = mention.meaning
            if done and meaning and meaning.subject == COUNT + "自评项目数" and mention.value == len(done) * 1_000_000:
                self.results.bind(index, "fact", f"文中写了 {len(done)} 个项目")
        self._project_counts()
        value = self.levels.value(Topic("项目支出"), "决算", 0)
        if len(done) < 2 or value is None:
            return
        total = sum(v.fen for _, v in done)
        allowed = value.half + sum(v.half for _, v in done)
        off = total - value.fen
        verdict: NarrativeVerdict = "holds" if off == 0 else "rounding" if abs(off) <= allowed else "breaks"
        for index, _ in done:
            self.results.bind(index, "sum", "各项目执行数之和")
        text = (
            ""
            if verdict == "holds"
            else (
                f"{len(done)} 个项目的执行数之和是 {money(total)}，项目支出是 {money(value.fen)}，相差 {money(off)}。"
            )
        )
        self.results.add(
            "N-22.1",
            verdict,
            self.mentions[done[0][0]].span,
            text,
            stated=money(total),
            expected=money(value.fen),
            difference=money(off) if off else "",
            others=[self.mentions[i].span for i, _ in done],
        )

    def _project_counts(self) -> None:
        """A number of projects that is the number of 项 with 项目支出."""
        table = self.levels.ledger.table(GENERAL)
        if table is None:
            return
        coded = {line.key for line in table.lines if len(line.code) == 7}
        rows = sum(1 for (line, column), a in table.figures.items() if column == "项目支出" and line in coded and a.fen)
        for index, mention in enumerate(self.mentions):
            if (
                mention.meaning
                and mention.meaning.subject == COUNT + "自评项目数"
                and mention.value == rows * 1_000_000
            ):
                self.results.bind(index, "value", f"{rows} 个项级科目有项目支出")

    def _purchases(self) -> None:
        """N-20: 小微 ≤ 中小 ≤ 总额; shares of 货物 and 服务 given to 中小企业 make up what was given to them."""
        named = {k: next(iter(self._stated(k)), None) for k in ("小微企业合同", "中小企业合同", "政府采购")}
        pairs = (("小微企业合同", "中小企业合同"), ("中小企业合同", "政府采购"))
        for small, large in pairs:
            a, b = named[small], named[large]
            if a is None or b is None:
                continue
            right = self.mentions[a].value <= self.mentions[b].value + 10_000
            text = "" if right else f"{small}金额 {self.mentions[a].text} 大于{large} {self.mentions[b].text}。"
            self.results.add(
                "N-20", "holds" if right else "breaks", self.mentions[a].span, text, others=[self.mentions[b].span]
            )
            for i in (a, b):
                self.results.bind(i, "ratio", "采购各数互相核对")
        self._given(named["中小企业合同"])

    def _given(self, whole: int | None) -> None:
        if whole is None:
            return
        low = high = 0
        found = []
        for kind in ("货物", "工程", "服务"):
            rate = next(
                (
                    i
                    for i, m in enumerate(self.mentions)
                    if m.meaning and m.meaning.measure == "占比" and m.meaning.subject == f"{kind}中小企业合同"
                ),
                None,
            )
            base = next(iter(self._stated(f"采购{kind}")), None)
            if rate is None and base is not None and self.mentions[base].value:
                return
            if rate is not None and base is not None:
                share, half = self.mentions[rate].value, max(self.mentions[rate].half, 50_000)
                low += (share - half) * (self.mentions[base].value - 5_000) // 100_000_000
                high += (share + half) * (self.mentions[base].value + 5_000) // 100_000_000 + 1
                found.append(rate)
        if not found:
            return
        mention = self.mentions[whole]
        right = low - 5_000 <= mention.value <= high + 5_000
        for i in found:
            self.results.bind(i, "ratio", "按占比推算授予中小企业合同金额")
        text = (
            ""
            if right
            else (
                f"按货物、工程、服务各自的占比推算，授予中小企业合同金额约 "
                f"{money((low + high) // 20_000 * 10_000)}，"
                f"写 {mention.text}。"
            )
        )
        self.results.add(
            "N-20",
            "holds" if right else "breaks",
            self.mentions[found[0]].span,
            text,
            stated=mention.text,
            others=[mention.span, *(self.mentions[i].span for i in found)],
        )
