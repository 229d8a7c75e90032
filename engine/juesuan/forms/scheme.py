"""Forms A–H, scoring schemes and rules, as declared in workbook_templates/forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from juesuan import data
from juesuan.data import BadData
from juesuan.forms.words import Words, read_words
from juesuan.rules import WordRule, within, word_rules

if TYPE_CHECKING:
    from juesuan.forms.score import Outcome

FOLDER = "forms"
#: Parts of the folder that are not forms.
_OTHERS = frozenset({"rules", "schemes", "words", "labels"})


@dataclass(frozen=True, slots=True)
class Level:
    """A first-level indicator: its weight (None = not prescribed) and words of its second-level names."""

    name: str
    weight: Fraction | None
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one region scores in some years. ``bands``: lower ends of the upper two qualitative bands, as shares.

    ``execution``: points for the budget's execution; ``strict``: whether the levels' weights are binding;
    ``optional``: first levels a form may go without; ``overshoot``: share from which an overshoot must be explained.
    """

    id: str
    name: str
    regions: tuple[str, ...]
    years: str
    kinds: tuple[str, ...]
    execution: Fraction
    levels: tuple[Level, ...]
    strict: bool
    bands: tuple[Fraction, Fraction]
    grades: tuple[tuple[str, Fraction], ...]
    overshoot: Fraction
    optional: tuple[str, ...]
    source: str

    @property
    def indicators(self) -> Fraction:
        """Points for all indicators together."""
        return 100 - self.execution

    def level_of(self, level1: str, level2: str) -> str:
        """The first level an indicator belongs to by its names; "" where they do not tell.

        The second level decides first: some forms print 满意度 under 效益指标, or no first level at all.
        """
        for level in self.levels:
            if "满意度" in level.name and "满意度" in level2:
                return level.name
        for level in self.levels:
            if level1 and (level1 == level.name or level.name.removesuffix("指标") in level1):
                return level.name
        for level in self.levels:
            if level2 and any(word in level2 for word in level.second):
                return level.name
        return ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a form: ``kind`` fields, rows, goals, indicators, choices, texts or notes.

    ``columns``/``fields``: (key, printed label); ``rows``: keys of fund rows; ``repeats``: what it has one row or block
    for; ``within``: the repeated block it stands in; ``lines``: printed notes; ``levels``: first and second levels of a
    blank form.
    """

    key: str
    kind: str
    label: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[str, ...] = ()
    choices: tuple[tuple[str, ...], ...] = ()
    heading: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    repeats: str = ""
    within: str = ""
    optional: bool = False
    blank: str = ""
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A form's layout. ``reasons``: where deviations are explained (foot, row); ``weights``: levels whose points are
    printed; ``dated``/``graded``: whether it has 填报日期 / 等级; ``groups``: fund groups that mark the form."""

    id: str
    name: str
    kind: str
    regions: tuple[str, ...]
    years: str
    title: str
    sections: tuple[Section, ...]
    reasons: str = ""
    weights: tuple[str, ...] = ()
    dated: bool = False
    graded: bool = False
    groups: tuple[str, ...] = ()
    repeats: str = ""

    def section(self, key: str) -> Section | None:
        return next((s for s in self.sections if s.key == key), None)


@dataclass(frozen=True)
class FormCatalogue:
    """Everything declared about forms; ``judged`` keeps outcomes by scheme, year, target, actual and weight as
    written (forms repeat their indicators, and are checked again after a correction)."""

    forms: Mapping[str, FormSpec]
    schemes: tuple[Scheme, ...]
    rules: Mapping[str, WordRule]
    words: Words
    judged: dict[tuple[object, ...], Outcome | None] = field(default_factory=dict, repr=False, compare=False)

    def scheme(self, region: str, year: int | None, kind: str, execution: Fraction | None = None) -> Scheme:
        """The scheme of a region, year and kind of form. Where several fit, the one whose points for execution are
        those stated, else the region's own."""
        fitting = [
            s
            for s in self.schemes
            if (region in s.regions or "*" in s.regions) and kind in s.kinds and (year is None or within(s.years, year))
        ]
        if not fitting:
            raise BadData(f"没有适用于“{kind}”自评表的计分方案")
        fitting.sort(key=lambda s: "*" in s.regions)
        return next((s for s in fitting if s.execution == execution), fitting[0])

    def spec(self, region: str, year: int | None, kind: str, groups: frozenset[str] = frozenset()) -> FormSpec | None:
        """The form of a region, year and kind (``groups``: fund groups it has); None where none is known."""
        fitting = [
            f
            for f in self.forms.values()
            if region in f.regions and f.kind == kind and (year is None or within(f.years, year))
        ]
        marked = [f for f in fitting if f.groups and groups.issuperset(f.groups)]
        plain = [f for f in fitting if not f.groups]
        return next(iter((*marked, *plain, *fitting)), None)


@cache
def load() -> FormCatalogue:
    """The forms shipped with the program. Raises BadData when the data contradicts itself."""
    return build({path: data.text(path) for path in data.folder(FOLDER, ".toml")})


def build(documents: Mapping[str, str]) -> FormCatalogue:
    """A catalogue from data texts by path. Raises BadData."""
    parsed = {path.rpartition("/")[2].removesuffix(".toml"): data.parse(text, path) for path, text in documents.items()}
    if missing := _OTHERS - parsed.keys():
        raise BadData(f"缺少数据文件 {FOLDER}/{min(missing)}.toml")
    words = read_words(parsed["words"], f"{FOLDER}/words.toml")
    rules = word_rules(parsed["rules"]["rule"], "自评表", f"{FOLDER}/rules.toml")
    schemes = tuple(_scheme(entry) for entry in parsed["schemes"]["scheme"])
    drafts = {name: content for name, content in parsed.items() if name not in _OTHERS}
    forms = {spec.id: spec for spec in (_spec(content, drafts, words) for content in drafts.values())}
    if len(forms) != len(drafts):
        raise BadData(f"{FOLDER}：表式编号重复")
    return FormCatalogue(forms, schemes, rules, words)


def _scheme(entry: dict[str, Any]) -> Scheme:
    name = entry.get("id", "?")
    try:
        levels = tuple(
            Level(x["name"], Fraction(x["weight"]) if "weight" in x else None, tuple(x["second"]))
            for x in entry["level"]
        )
        upper, lower = entry["bands"]
        scheme = Scheme(
            name, entry["name"], tuple(entry["regions"]), entry["years"], tuple(entry["kinds"]),
            Fraction(entry["execution"]), levels, entry["strict"], (Fraction(upper, 100), Fraction(lower, 100)),
            tuple((g, Fraction(least)) for g, least in entry.get("grades", [])), Fraction(entry["overshoot"], 100),
            tuple(entry.get("optional", [])), entry["source"],
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise BadData(f"{FOLDER}/schemes.toml：方案“{name}”不完整（{error}）") from error
    weights = [x.weight for x in scheme.levels if x.weight is not None]
    if len(weights) == len(scheme.levels) and sum(weights, scheme.execution) != 100:
        raise BadData(f"{FOLDER}/schemes.toml：方案“{name}”的分值合计不是 100")
    if not 1 > scheme.bands[0] > scheme.bands[1] > 0:
        raise BadData(f"{FOLDER}/schemes.toml：方案“{name}”的定性档次不是由高到低")
    if [least for _, least in scheme.grades] != sorted((least for _, least in scheme.grades), reverse=True):
        raise BadData(f"{FOLDER}/schemes.toml：方案“{name}”的等级不是由高到低")
    return scheme


_SECTION = {"key", "kind", "label", "repeats", "within", "optional", "blank", "rows", "lines"}


def _spec(content: dict[str, Any], drafts: Mapping[str, dict[str, Any]], words: Words) -> FormSpec:
    name = content.get("id", "?")
    try:
        sections = tuple(_section(x, drafts, name) for x in content["section"])
        rest: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in content.items() if k != "section"}
        spec = FormSpec(sections=sections, **rest)
    except (KeyError, TypeError, ValueError) as error:
        raise BadData(f"{FOLDER}：表式“{name}”不完整（{error}）") from error
    known = {fund.key for fund in words.funds}
    for section in spec.sections:
        if section.key in ("funds", "nature") and not known.issuperset(section.rows):
            raise BadData(f"{FOLDER}：表式“{name}”有没有登记的资金行")
    return spec


def _section(entry: dict[str, Any], drafts: Mapping[str, dict[str, Any]], name: str) -> Section:
    if "from" in entry:
        source = [s for d in drafts.values() if d["id"] == entry["from"] for s in d["section"]]
        found = [s for s in source if s["key"] == entry["key"]]
        if not found:
            raise BadData(f"{FOLDER}：表式“{name}”引用的“{entry['from']}”没有“{entry['key']}”")
        entry = found[0]
    if unknown := entry.keys() - _SECTION - {"fields", "columns", "choices", "heading", "levels"}:
        raise BadData(f"{FOLDER}：表式“{name}”有不认识的键“{min(unknown)}”")
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k in _SECTION}
    return Section(
        **plain,
        fields=_pairs(entry.get("fields", [])),
        columns=_pairs(entry.get("columns", [])),
        choices=tuple(tuple(x) for x in entry.get("choices", [])),
        heading=tuple(entry.get("heading", {}).items()),
        levels=tuple((first, tuple(second)) for first, second in entry.get("levels", {}).items()),
    )


def _pairs(entries: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((key, label) for key, label in entries)
