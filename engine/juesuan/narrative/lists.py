"""Lists of names: 主要包括 against the table of basic spending, 类 and 名词解释 against the spending tables."""

from __future__ import annotations

import re

from juesuan.narrative.ledger import GENERAL, SPENDING, Ledger
from juesuan.narrative.reading import Item, Listing
from juesuan.narrative.records import NarrativeVerdict, Span
from juesuan.narrative.results import Results
from juesuan.narrative.vocabulary import Vocabulary
from juesuan.text import plain

CLASSES = {"人员经费": ("301", "303"), "公用经费": ("302", "307", "309", "310", "311", "312", "313", "399")}
_SPLIT = re.compile(r"[、，,；;]|(?<=[费出资助贴])和(?=[\u4e00-\u9fff]{2})")
_TAIL = re.compile(r"(?:等(?:支出|费用|方面|科目|经费)*(?:的?支出)?|的?支出)?[。；]?$")
_AMOUNT = re.compile(r"-?[\d.,]+\s*(?:万元|元|亿元)?|（[\d.,%]+(?:万元|元)?）")
_LEAD = re.compile(r"^(?:以及|及|和|包括|用于|其中|：|一是|二是|三是)+")


class Lists:
    """Judges lists of names both ways: what is listed has figures, what has figures is listed."""

    def __init__(self, words: Vocabulary, ledger: Ledger, results: Results) -> None:
        self.words, self.ledger, self.results = words, ledger, results

    def run(self) -> None:
        for listing in self.results.reading.listings:
            self._listing(listing)
        explained = [i for i in self.results.reading.items if i.section == "名词解释"]
        if explained:
            self._glossary(explained)
        self._classes()

    # --- 主要包括 ---

    def _listing(self, listing: Listing) -> None:
        classes = CLASSES.get(listing.topic.subject)
        if classes is None or self.ledger.table("基本支出明细表") is None:
            return
        wanted = {n.code: n.name for n in self.ledger.basics(classes)}
        named: dict[str, str] = {}
        strange: list[str] = []
        for piece in _SPLIT.split(_AMOUNT.sub("", listing.text)):
            name = plain(_LEAD.sub("", _TAIL.sub("", piece.strip())))
            if not name:
                continue
            code = self._code(name, classes)
            if code:
                named[code] = name
            else:
                strange.append(name)
        missing = [wanted[c] for c in wanted if c not in named]
        extra = [named[c] for c in named if c not in wanted] + strange
        if listing.open:
            missing = []
        if not missing and not extra:
            self.results.add("N-12", "holds", listing.span, "")
            return
        parts = []
        if missing:
            parts.append(f"表中有数而没有列：{'、'.join(missing)}")
        if extra:
            parts.append(f"列了而表中无数：{'、'.join(extra)}")
        self.results.add(
            "N-12",
            "breaks",
            listing.span,
            f"{listing.topic.subject}的清单与基本支出明细表不一致，{'；'.join(parts)}。",
            stated="、".join(extra),
            expected="、".join(missing),
        )

    def _code(self, name: str, classes: tuple[str, ...]) -> str:
        names = self.ledger.economics
        for candidate in (
            name,
            f"{name}费",
            f"{name}支出",
            name.removesuffix("支出"),
            name.removesuffix("费用") + "费",
            name.removesuffix("经费") + "费",
        ):
            code = names.get(candidate)
            if code and code[:3] in classes:
                return code
        close = {_loose(n): c for n, c in names.items() if c[:3] in classes}
        return close.get(_loose(name), "")

    # --- 名词解释 ---

    def _glossary(self, items: list[Item]) -> None:
        """N-23: the items explained are those of the spending table."""
        rows = self.ledger.children(SPENDING, 7) or self.ledger.children(GENERAL, 7)
        if not rows:
            return
        explained: dict[str, Span] = {}
        for item in items:
            code = next((c for c in item.codes if any(r.code == c for r in rows)), "")
            if not code:
                self.results.add(
                    "N-23",
                    "breaks",
                    item.span,
                    f"“{item.names[2] or item.text}”在支出决算表中没有数。",
                    stated=item.text,
                )
            explained.setdefault(code, item.span)
        missing = [r.name for r in rows if r.code not in explained]
        verdict: NarrativeVerdict = "breaks" if missing else "holds"
        self.results.add(
            "N-23",
            verdict,
            items[-1].span,
            f"支出决算表有数而没有解释：{'、'.join(missing)}。" if missing else "",
            expected="、".join(missing),
        )

    # --- classes ---

    def _classes(self) -> None:
        """N-06: all classes of the table are named with their amounts."""
        told: dict[str, Span] = {}
        for index, mention in enumerate(self.results.mentions):
            meaning = mention.meaning
            if (
                meaning
                and mention.kind == "amount"
                and meaning.measure == "决算"
                and not meaning.column
                and meaning.subject.startswith("科目:")
                and len(meaning.name) == 3
                and self.results.reading.kind_at[index] == "一般公共"
            ):
                told.setdefault(meaning.name, mention.span)
        rows = self.ledger.children(GENERAL, 3)
        if len(told) < 2 and not (told and len(rows) == 1):
            return
        missing = [r.name for r in rows if r.code not in told]
        span = next(iter(told.values()))
        text = f"表中有 {len(rows)} 类，文中没有写：{'、'.join(missing)}。" if missing else ""
        self.results.add(
            "N-06", "breaks" if missing else "holds", span, text, stated=str(len(told)), expected=str(len(rows))
        )


def _loose(name: str) -> str:
    return re.sub(r"（[^（）]*）|[费用支出经的]", "", name)
