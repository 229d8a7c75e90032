"""The vocabulary of narratives from workbook_templates/narrative/: words of topics, directions, sections, counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any, Literal, NamedTuple, cast, get_args

from juesuan import data
from juesuan.data import BadData
from juesuan.narrative.words import every, longest
from juesuan.refs import Ref
from juesuan.rules import WordRule, word_rules

FOLDER = "narrative"
_REF = re.compile(r"^([^\[\]]+)\[([^\[\],]+), ([^\[\],]+)\]$")
_PLACE = re.compile(r"^([^\[\]]+)\[([^\[\],]+)\]$")

Sort = Literal[
    "measure", "base", "direction", "reached", "order", "completion", "share", "cue", "subject", "fund", "filler"
]


class Word(NamedTuple):
    """What a word stands for: its sort, the key within it, and the fund of a subject with a fund before it."""

    sort: Sort
    key: str
    fund: str = ""


@dataclass(frozen=True)
class Subject:
    """A figure that narratives speak of.

    ``near``: other places that may be meant by the same words; ``budget``: the places of its budget; ``part`` the
    subject it is a part of; ``column`` its column in tables by 科目; ``first`` the measure of a figure named after it
    alone; ``least`` a place that holds part of it, so that it is not less.
    """

    key: str
    refs: tuple[Ref, ...] = ()
    near: tuple[Ref, ...] = ()
    budget: tuple[Ref, ...] = ()
    part: str = ""
    side: str = ""
    column: str = ""
    first: str = ""
    least: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section: how its title is known, the default subject and fund, the rule that each measure belongs to.

    ``own``: subjects that mean others here (收支总计 in the section on appropriations).
    """

    key: str
    all: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = ()
    subject: str = ""
    fund: str = ""
    rules: Mapping[str, str] | None = None
    own: Mapping[str, str] = field(default_factory=dict)

    def titled(self, title: str) -> bool:
        return all(any(w in title for w in group) for group in self.all) and not any(w in title for w in self.none)

    def rule(self, measure: str) -> str:
        return (self.rules or {}).get(measure, "")


@dataclass(frozen=True)
class Form:
    """The sections a region's form requires: section key → title, in order."""

    region: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Count:
    """What a number of things counts: ``words`` before it, not further than ``reach``, or ``after`` right behind it.

    ``units`` are its units, ``kinds`` the sections it is known in (all where empty).
    """

    key: str
    words: tuple[str, ...]
    units: tuple[str, ...]
    after: tuple[str, ...] = ()
    reach: int = 60
    kinds: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True)
class Partition:
    """Parts that make up a whole without rest, and the rule that says so."""

    whole: str
    parts: tuple[str, ...]
    rule: str


@dataclass(frozen=True)
class Slip:
    """A pattern of text left unfinished, and how to say so."""

    pattern: re.Pattern[str]
    says: str


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Everything that is data about narratives."""

    words: Mapping[str, Word]
    subjects: Mapping[str, Subject]
    funds: Mapping[str, Mapping[str, tuple[Ref, ...]]]
    codes: Mapping[str, tuple[tuple[str, str], ...]]
    sections: tuple[Section, ...]
    rest: Section
    forms: tuple[Form, ...]
    counts: tuple[Count, ...]
    partitions: tuple[Partition, ...]
    rules: Mapping[str, WordRule]
    slips: tuple[Slip, ...]
    pairs: tuple[str, str]
    paired: re.Pattern[str]
    filler: re.Pattern[str]

    def section(self, key: str) -> Section:
        """The (first) section of that key; the rest where there is none."""
        return self._sections.get(key, self.rest)

    @cached_property
    def _sections(self) -> Mapping[str, Section]:
        return {s.key: s for s in reversed(self.sections)}

    def announced(self, title: str) -> Section | None:
        """The section a heading announces; None if it says none."""
        return _announced(self, title)

    def form(self, region: str) -> Form:
        """The form of a region, the general one where it has none of its own."""
        return next((f for f in self.forms if f.region == region), self.forms[0])


@lru_cache(maxsize=1024)
def _announced(words: Vocabulary, title: str) -> Section | None:
    return next((s for s in words.sections if s.titled(title)), None)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary shipped with the program. Raises BadData when it contradicts itself."""
    read = {
        name: data.toml(f"{FOLDER}/{name}.toml")
        for name in ("words", "subjects", "sections", "counts", "slips", "rules")
    }
    subjects = {s["key"]: _subject(s) for s in read["subjects"]["subject"]}
    funds = {f["key"]: {k: _refs(v) for k, v in f["refs"].items()} for f in read["subjects"]["fund"]}
    for name, entries in funds.items():
        for key in entries:
            if key not in subjects:
                raise BadData(f"{FOLDER}/subjects.toml：资金“{name}”写了没有声明的“{key}”")
    rules = word_rules(read["rules"]["rule"], "情况说明", f"{FOLDER}/rules.toml")
    sections = tuple(_section(s, rules) for s in read["sections"]["section"])
    return Vocabulary(
        words=_words(read["words"], read["subjects"]),
        subjects=subjects,
        funds=funds,
        codes={fund: tuple(_place(p) for p in places) for fund, places in read["subjects"]["codes"].items()},
        sections=sections,
        rest=_section({"key": "其他", **read["sections"]["rest"]}, rules),
        forms=tuple(Form(f["region"], f["titles"]) for f in read["sections"]["form"]),
        counts=tuple(_count(c) for c in read["counts"]["count"]),
        partitions=tuple(Partition(p["whole"], tuple(p["parts"]), p["rule"]) for p in read["subjects"]["partition"]),
        rules=rules,
        slips=tuple(Slip(re.compile(s["pattern"]), s["says"]) for s in read["slips"]["slip"]),
        pairs=(read["slips"]["pairs"]["open"], read["slips"]["pairs"]["close"]),
        paired=re.compile(f"[()（）{re.escape(''.join(read['slips']['pairs'].values()))}]"),
        filler=re.compile(longest(w for group in read["words"]["filler"].values() for w in every(group))),
    )


def _words(sorts: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for sort, groups in sorts.items():
        if sort not in get_args(Sort):
            raise BadData(f"{FOLDER}/words.toml：没有名为“{sort}”的一类")
        for key, patterns in groups.items():
            for word in every(patterns) if sort != "filler" else ():
                found.setdefault(word, Word(cast(Sort, sort), key))
    for subject in names["subject"]:
        for word in every(subject.get("words", ())):
            found[word] = Word("subject", subject["key"])
    for fund in names["fund"]:
        heads = every(fund["words"])
        for head in heads:
            found[head] = Word("fund", fund["key"], fund["key"])
        for subject in names["subject"]:
            for tail in every(subject.get("generic", ())):
                for head in heads:
                    found.setdefault(head + tail, Word("subject", subject["key"], fund["key"]))
    return found


def _subject(entry: Mapping[str, Any]) -> Subject:
    return Subject(
        entry["key"],
        _refs(entry.get("refs", ())),
        _refs(entry.get("near", ())),
        _refs(entry.get("budget", ())),
        entry.get("part", ""),
        entry.get("side", ""),
        entry.get("column", ""),
        entry.get("first", ""),
        _refs(entry.get("least", ())),
    )


def _section(entry: Mapping[str, Any], rules: Mapping[str, WordRule]) -> Section:
    for rule in entry.get("rules", {}).values():
        if rule not in rules:
            raise BadData(f"{FOLDER}/sections.toml：“{entry['key']}”写了没有的规则 {rule}")
    return Section(
        entry["key"],
        tuple(tuple(g) for g in entry.get("all", ())),
        tuple(entry.get("none", ())),
        entry.get("subject", ""),
        entry.get("fund", ""),
        entry.get("rules", {}),
        entry.get("own", {}),
    )


def _count(entry: Mapping[str, Any]) -> Count:
    return Count(
        entry["key"],
        every(entry["words"]),
        tuple(entry["units"]),
        tuple(entry.get("after", ())),
        entry.get("reach", 60),
        tuple(entry.get("kinds", ())),
        entry.get("part", ""),
    )


def _refs(texts: Any) -> tuple[Ref, ...]:
    found = []
    for text in texts:
        match = _REF.match(text)
        if not match:
            raise BadData(f"{FOLDER}/subjects.toml：“{text}”应写成 表[行, 栏]")
        found.append(Ref(*match.groups()))
    return tuple(found)


def _place(text: str) -> tuple[str, str]:
    match = _PLACE.match(text)
    if not match:
        raise BadData(f"{FOLDER}/subjects.toml：“{text}”应写成 表[栏]")
    return match[1], match[2]
