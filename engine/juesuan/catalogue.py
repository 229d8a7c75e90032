"""The catalogue: tables, layouts, rules and code dictionaries, loaded from data and checked against each other.

It refuses to load (BadData) when it contradicts itself: an id used twice, an unknown table, line, column or set, two
derives for one cell, a derive cycle, a relation that mixes measures, a predicate nobody evaluates.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from juesuan import data, layout
from juesuan.codes import Codes, read_codes
from juesuan.data import BadData
from juesuan.formula import BadFormula, Place, Predicate, Relation
from juesuan.layout import Layout
from juesuan.plan import Plan, UnknownName, compile_plan
from juesuan.rules import Of, Rule, WordRule, within, word_rules
from juesuan.shape import PRIOR, TableShape, shapes
from juesuan.statements import Line, StatementSet
from juesuan.tables import TOTAL, LineSpec, TableSpec

VERSION = "2026.1"
#: The fingerprint of the shipped data, written when it has passed every check (python -m juesuan.template.ready).
CHECKED = "checked.sha256"
#: Predicates that check.structure evaluates, and those allowed only in conditions.
PREDICATES = frozenset(
    {
        "parent",
        "ordered",
        "known",
        "named",
        "unique",
        "leaf",
        "blank",
        "present",
        "within",
        "scope",
        "samename",
        "remark",
        "remarked",
        "reading",
    }
)
#: Where the rules of words and forms are declared, and what they are about.
WORD_RULES: Mapping[str, Of] = {
    "narrative/rules.toml": "情况说明", "forms/rules.toml": "自评表", "bureau/rules.toml": "单位汇总",
}  # fmt: skip
#: Folders that belong to the fingerprint but are read by those who use them.
WORDS = ("narrative", "forms", "bureau")
KEPT_PLANS = 256  # plans kept; a plan of a large department takes about 2 MB
CONDITIONS = frozenset({"nature", "anyof", "titled"})


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything declared; ``sha256`` is the fingerprint of the data it was read from.

    ``texts``: data files of words and forms by path, read only when they are asked for.
    """

    version: str
    sha256: str
    tables: Mapping[str, TableSpec]
    layouts: Mapping[str, Layout]
    rules: tuple[Rule, ...]
    functional: Codes
    economic: Codes
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    _plans: dict[object, Plan] = field(default_factory=dict, repr=False)
    _seen: dict[object, tuple[StatementSet, Plan]] = field(default_factory=dict, repr=False)

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises KeyError with a sentence."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(f"没有编号为“{rule_id}”的规则")

    @cached_property
    def word_rules(self) -> Mapping[str, WordRule]:
        """The rules of 情况说明, 补充资料, 自评表 and 单位汇总 by id. Raises BadData when an id is used twice."""
        found: dict[str, WordRule] = {}
        for path, of in WORD_RULES.items():
            if path not in self.texts:
                continue
            for rule in word_rules(data.parse(self.texts[path], path).get("rule", ()), of, path).values():
                if rule.id in found or any(rule.id == r.id for r in self.rules):
                    raise BadData(f"{path}：规则编号 {rule.id} 用了两次")
                found[rule.id] = rule
        return found

    @property
    def declarations(self) -> tuple[Rule | WordRule, ...]:
        """All rules: of the tables, then of words and forms."""
        return (*self.rules, *self.word_rules.values())

    def declared(self, rule_id: str) -> Rule | WordRule:
        """The rule of that id, of tables, words or forms. Raises KeyError with a sentence."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        if rule_id in self.word_rules:
            return self.word_rules[rule_id]
        raise KeyError(f"没有编号为“{rule_id}”的规则")

    def layout_for(self, region: str, year: int | None, lines: int | None = None) -> Layout:
        """The layout of a region and year (``lines``: rows of the summary table); national where there is none."""
        fitting = [x for x in self.layouts.values() if x.region == region and (year is None or within(x.years, year))]
        summary = self.tables["收支总表"]
        for found in sorted(fitting, key=lambda x: x.id):
            if lines is None or len(next(iter(found.slots(summary).values()))) == lines:
                return found
        return self.layouts["national"]

    def codes(self, table: str) -> Codes:
        """The dictionary a table's rows are coded by."""
        return self.economic if self.tables[table].kind == "economic" else self.functional

    def plan(self, region: str, year: int | None, tables: Mapping[str, TableShape]) -> Plan:
        """The compiled plan for tables of that shape; kept, because files of one template share it."""
        key = (region, year, tuple((k, s.lines, s.columns, s.partial) for k, s in tables.items()))
        if key not in self._plans:
            if len(self._plans) > KEPT_PLANS:
                self._plans.clear()
            applying = tuple(r for r in self.rules if not r.retired and r.applies(region, year))
            self._plans[key] = compile_plan(applying, self.tables, tables)
        return self._plans[key]

    def plan_for(self, region: str, statements: StatementSet) -> Plan:
        """The plan of one file's tables.

        Files located alike share the very tuples of lines and columns, so plans are first looked up by their identity
        (the kept statements keep the identities from being reused).
        """
        tables = statements.tables
        quick = (region, statements.year, *((k, id(s.lines), id(s.columns), s.partial) for k, s in tables.items()))
        known = self._seen.get(quick)
        if known is None:
            if len(self._seen) > KEPT_PLANS:
                self._seen.clear()
            plan = self.plan(region, statements.year, shapes(statements, self.tables))
            known = self._seen[quick] = (statements, plan)
        return known[1]


@cache
def load() -> Catalogue:
    """The catalogue shipped with the program. Raises BadData when the data contradicts itself."""
    functional = read_codes("功能分类", data.text("codes/functional.csv"), "codes/functional.csv")
    economic = read_codes("经济分类", data.text("codes/economic.csv"), "codes/economic.csv")
    documents: dict[str, str] = {}
    for name in ("tables", "layouts", "rules"):
        for path in data.folder(name, ".toml"):
            documents[path] = data.text(path)
    documents["codes/scopes.toml"] = data.text("codes/scopes.toml")
    for name in WORDS:
        documents |= {path: data.text(path) for path in data.below(name)}
    return build(documents, functional, economic, known_good=data.text(CHECKED).strip())


def build(documents: Mapping[str, str], functional: Codes, economic: Codes, known_good: str = "") -> Catalogue:
    """A catalogue from data texts by path (tables/…, layouts/…, rules/…; of words only kept). Raises BadData.

    ``known_good``: the fingerprint of data that has been checked for contradictions before; with any other
    fingerprint, and by default, the data is checked now.
    """
    kept = {path: content for path, content in documents.items() if path.partition("/")[0] in WORDS}
    parsed = {path: data.parse(content, path) for path, content in documents.items() if path not in kept}
    tables = _tables({p: d for p, d in parsed.items() if p.startswith("tables/")}, functional)
    patches = {str(d.get("id", p)): d for p, d in parsed.items() if p.startswith("layouts/")}
    layouts = {name: layout.expand(patches, name) for name in patches}
    for expanded in layouts.values():
        layout.check(expanded, tables)
    rules = _rules({p: d for p, d in parsed.items() if p.startswith("rules/")})
    dictionary = json.dumps([[e.code, e.name, e.since, e.until] for e in (*functional.entries, *economic.entries)])
    digest = hashlib.sha256()
    for path in sorted(documents):
        digest.update(f"{path}\0{documents[path]}\0".encode())
    digest.update(dictionary.encode())
    scopes = {name: tuple(codes) for name, codes in parsed.get("codes/scopes.toml", {}).items()}
    catalogue = Catalogue(VERSION, digest.hexdigest(), tables, layouts, rules, functional, economic, scopes, kept)
    if catalogue.sha256 != known_good:
        _check(catalogue)
    return catalogue


def _tables(documents: Mapping[str, Mapping[str, object]], functional: Codes) -> dict[str, TableSpec]:
    found: dict[str, TableSpec] = {}
    classes = tuple(
        LineSpec(
            key=code,
            code=code,
            label=functional.name(code),
            optional=True,
            aliases=tuple(sorted(functional.names[code])),
        )
        for code in functional.of_length(3)
    )
    for path, document in documents.items():
        try:
            spec = TableSpec.model_validate(document).with_classes(classes)
        except ValueError as error:
            raise BadData(f"{path}：{error}") from error
        if spec.key in found:
            raise BadData(f"{path}：表“{spec.key}”声明了两次")
        found[spec.key] = spec
    return found


def _rules(documents: Mapping[str, Mapping[str, object]]) -> tuple[Rule, ...]:
    found: dict[str, Rule] = {}
    for path, document in documents.items():
        entries = document.get("rule", [])
        if not isinstance(entries, list):
            raise BadData(f"{path}：应为 [[rule]] 条目")
        for entry in entries:
            try:
                rule = Rule.model_validate(entry)
                _ = rule.tree
            except (ValueError, BadFormula) as error:
                raise BadData(f"{path} 规则 {entry.get('id', '?')}：{error}") from error
            if rule.id in found:
                raise BadData(f"{path}：规则编号 {rule.id} 用了两次")
            found[rule.id] = rule
    return tuple(found.values())


# --- contradictions ---


def _check(catalogue: Catalogue) -> None:
    _ = catalogue.word_rules
    for rule in catalogue.rules:
        _check_predicates(rule, catalogue.scopes)
        _check_measures(rule, catalogue.tables)
    for expanded in catalogue.layouts.values():
        full = full_shapes(catalogue, expanded)
        try:
            plan = compile_plan(catalogue.rules, catalogue.tables, {**full, **_prior(full)})
        except UnknownName as error:
            raise BadData(f"版式 {expanded.id}：{error.args[0]}") from error
        _check_derives(plan, expanded.id)


def _check_predicates(rule: Rule, scopes: Mapping[str, tuple[str, ...]]) -> None:
    body = rule.tree.body
    if isinstance(body, Predicate):
        if body.name not in PREDICATES:
            raise BadData(f"规则 {rule.id}：没有名为“{body.name}”的检查")
        if body.name == "scope" and body.arguments[1] not in scopes:
            raise BadData(f"规则 {rule.id}：没有名为“{body.arguments[1]}”的科目范围")
    for part in rule.tree.when:
        if isinstance(part, Predicate) and part.name not in CONDITIONS:
            raise BadData(f"规则 {rule.id}：条件中没有名为“{part.name}”的检查")


def _check_measures(rule: Rule, tables: Mapping[str, TableSpec]) -> None:
    body = rule.tree.body
    if not isinstance(body, Relation):
        return
    measures = set()
    for place in (term.place for term in body.left + body.right):
        measures |= _measures(place, rule, tables)
    if len(measures) > 1:
        raise BadData(f"规则 {rule.id}：关系两边的计量不同（{'、'.join(sorted(measures))}）")


def _measures(place: Place, rule: Rule, tables: Mapping[str, TableSpec]) -> set[str]:
    table = place.of
    for binder in rule.tree.binders:
        if binder.variable == place.of:
            table = binder.sets[0][0]
    spec = tables.get(table.removeprefix("上年"))
    if spec is None:
        return set()
    named = [c.measure for c in spec.columns if c.key == place.column]
    return set(named or [c.measure for c in spec.columns])


def full_shapes(catalogue: Catalogue, expanded: Layout, sample: tuple[str, ...] = ()) -> dict[str, TableShape]:
    """The shape of a layout's blank tables, with ``sample`` functional codes as rows."""
    rows = sample or (
        "208",
        "20801",
        "2080101",
        "2080102",
        "210",
        "21011",
        "2101101",
        "212",
        "21208",
        "2120801",
        "223",
        "22301",
        "2230105",
    )
    found = {}
    for key, spec in catalogue.tables.items():
        if spec.kind == "panels":
            slots = [s for panel in expanded.slots(spec).values() for s in panel if s.key]
            lines = tuple(Line(s.key, s.code, s.label) for s in slots if s.label)
        elif spec.kind == "economic":
            names = catalogue.economic
            lines = tuple(Line(c, c, names.name(c) or "") for c in expanded.forms[key].codes)
            lines += tuple(Line(t.key, "", t.key) for t in spec.totals)
        elif spec.kind == "codes":
            lines = (Line(TOTAL, "", TOTAL), *(Line(c, c, catalogue.functional.name(c) or "") for c in rows))
        else:
            lines = tuple(Line(x.key, "", x.printed) for x in spec.lines)
        found[key] = TableShape(spec, lines, spec.column_keys, False)
    return found


def _prior(full: Mapping[str, TableShape]) -> dict[str, TableShape]:
    return {f"{PRIOR}{key}": shape for key, shape in full.items()}


def _check_derives(plan: Plan, where: str) -> None:
    derived: dict[int, str] = {}
    edges: dict[int, tuple[int, ...]] = {}
    for linear in plan.linears:
        rule = plan.rules[linear.rule]
        variable = linear.derives
        if variable < 0:
            continue
        if variable in derived:
            raise BadData(f"版式 {where}：{plan.variables[variable]} 同时由 {derived[variable]} 和 {rule.id} 计算")
        derived[variable] = rule.id
        edges[variable] = tuple(v for _, v in linear.right)
    _check_cycle(plan, derived, edges)


def _check_cycle(plan: Plan, derived: Mapping[int, str], edges: Mapping[int, tuple[int, ...]]) -> None:
    state: dict[int, int] = {}
    for start in edges:
        stack = [(start, iter(edges[start]))]
        if state.get(start):
            continue
        state[start] = 1
        while stack:
            at, rest = stack[-1]
            following = next((v for v in rest if v in edges and state.get(v) != 2), None)
            if following is None:
                state[at] = 2
                stack.pop()
            elif state.get(following) == 1:
                raise BadData(f"规则 {derived[at]} 与 {derived[following]} 互相计算，成环：{plan.variables[following]}")
            else:
                state[following] = 1
                stack.append((following, iter(edges[following])))
