"""Case files: one rule's small tables, turned into figures and checked without any workbook.

A case file has three sections, [holds], [breaks] and [edge], and may have more under [[also]]. A section gives tables
and says what must come out.

Tables, by the name the rules use (上年… for last year's account):

    "收支总表" = { "本年收入合计" = "100.00", "其他收入" = "40.00" }        # a line's amount
    "三公表" = { "合计" = { "预算数" = "5.00", "决算数" = "4.80" } }         # or its amounts by column
    "支出决算表" = [ ["合计", "合计", "8.00", "8.00"], ["208", "…", "8.00", "8.00"] ]   # code, name, then the columns
    "政府性基金表" = { "行" = [ … ], "说明" = "本单位当年没有…" }            # rows and the remark under the table

"" is a blank cell, "0.00" a zero that is printed, a text that is no amount stays unread. ``change`` takes the tables of
[holds] and changes some figures; ``beyond`` does the same to the section's own tables, one step too far.

What comes out: ``verdict`` (holds, breaks and rounding by default), ``expected`` and ``difference`` of the finding,
``says`` for what a structural finding says, ``findings`` where there is more than one. About the account: ``nature``,
``kind``, ``name``, ``year``, ``unit`` (元 or 万元, for all tables or by table), ``title`` (by table, as written).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from juesuan.amount import Amount, NotAnAmount, Unit, parse
from juesuan.binding import Binding
from juesuan.catalogue import load
from juesuan.check import Checked, check
from juesuan.findings import Finding, Verdict
from juesuan.plan import PRIOR
from juesuan.statements import Line, Statement, StatementSet
from juesuan.structure import live, outcomes
from juesuan.tables import TOTAL, TableSpec

CASES = Path(__file__).parent / "cases"
SECTIONS = ("holds", "breaks", "edge")
ABOUT = frozenset({"nature", "kind", "name", "year", "unit", "title"})
WANTED = frozenset({"verdict", "expected", "difference", "says", "findings", "change", "beyond"})
READ = frozenset({"workbook", "cells", "formulas", "saved", "meta", "add", "drop", "at"})


@dataclass
class Row:
    """One line of a table as a case gives it; ``key`` is unique in its table, ``amounts`` are texts by column."""

    key: str
    code: str
    label: str
    amounts: dict[str, str]


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list)
    remark: str = ""

    def row(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)


Tables = dict[str, Table]


@dataclass(frozen=True)
class Case:
    """One section of a case file: its tables, what is said of the account, and what must come out."""

    rule: str
    section: str
    tables: Tables
    about: Mapping[str, Any]
    wanted: Mapping[str, Any]
    book: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        usual = {"holds": "holds", "breaks": "breaks", "edge": "rounding", "beyond": "breaks"}
        return str(self.wanted.get("verdict", usual.get(self.section, "")))


@cache
def document(rule: str) -> dict[str, Any]:
    """A rule's case file as plain data."""
    return tomllib.loads((CASES / f"{rule}.toml").read_text(encoding="utf-8"))


def sections(rule: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The sections of a case file by name; those under [[also]] are numbered."""
    for name, content in document(rule).items():
        if name == "also":
            yield from ((f"also {n}", more) for n, more in enumerate(content, start=1))
        else:
            yield name, content


def case(rule: str, section: str) -> Case:
    """One section of a rule's case file, ready to check. Raises ValueError for a word nobody knows."""
    content = dict(sections(rule))[section]
    tables = _tables(content)
    if "change" in content:
        if tables:
            raise ValueError(f"{rule} {section}: either tables or change")
        tables = _changed(_tables(document(rule)["holds"]), content["change"])
    return Case(rule, section, tables, *({k: v for k, v in content.items() if k in w} for w in (ABOUT, WANTED, READ)))


def beyond(of: Case) -> Case:
    """The same case with its ``beyond`` figures."""
    wanted = {k: v for k, v in of.wanted["beyond"].items() if k in WANTED}
    tables = _changed(of.tables, {k: v for k, v in of.wanted["beyond"].items() if k not in WANTED})
    return replace(of, section="beyond", tables=tables, wanted=wanted)


def _tables(content: Mapping[str, Any]) -> Tables:
    return {name: table(name, given) for name, given in content.items() if name not in ABOUT | WANTED | READ}


def spec_of(name: str) -> TableSpec:
    """The declared table of a name, last year's included."""
    return load().tables[name.removeprefix(PRIOR)]


def table(name: str, given: Any) -> Table:
    """A table from a case's rows or lines."""
    spec = spec_of(name)
    if isinstance(given, Mapping) and ("行" in given or "说明" in given):
        return Table(_listed(spec, given.get("行", [])), given.get("说明", ""))
    if isinstance(given, list):
        return Table(_listed(spec, given))
    return Table([_line(spec, key, value) for key, value in given.items()])


def _listed(spec: TableSpec, given: list[list[str]]) -> list[Row]:
    rows: list[Row] = []
    for code, label, *amounts in given:
        count = sum(row.code == code for row in rows)
        key = f"{code}#{count + 1}" if count else code
        if len(amounts) > len(spec.column_keys):
            raise ValueError(f"《{spec.name}》{code}: {len(amounts)} amounts for {len(spec.column_keys)} columns")
        by_column = dict(zip(spec.column_keys, amounts, strict=False))
        rows.append(Row(key, "" if code in spec.fixed else code, label, by_column))
    return rows


def _line(spec: TableSpec, key: str, value: str | Mapping[str, str]) -> Row:
    fixed = spec.fixed.get(key)
    if fixed is None and not (key.isdigit() and spec.kind in ("codes", "economic")):
        raise ValueError(f"《{spec.name}》: {key}")
    code = fixed.code if fixed else key
    label = fixed.printed if fixed else load().codes(spec.key).name(key) or ""
    amounts = dict(value) if isinstance(value, Mapping) else {spec.columns_of(key)[0]: value}
    label = amounts.pop("名称", label)
    if unknown := amounts.keys() - set(spec.columns_of(key)):
        raise ValueError(f"《{spec.name}》{key}: {unknown}")
    return Row(key, code, label, amounts)


def _changed(tables: Tables, change: Mapping[str, Any]) -> Tables:
    result = {name: deepcopy(table) for name, table in tables.items()}
    for name, given in change.items():
        spec, changed = spec_of(name), result[name]
        for key, value in given.items():
            if key == "说明":
                changed.remark = value
                continue
            row = _line(spec, key, value)
            old = changed.row(key)
            if old is None:
                changed.rows.append(row)
            else:
                old.amounts.update(row.amounts)
                if isinstance(value, Mapping) and "名称" in value:
                    old.label = row.label
    return result


# --- figures ---


def statement(name: str, given: Table, unit: Unit = "万元", **more: Any) -> Statement:
    """The figures of one table."""
    figures: dict[tuple[str, str], Amount] = {}
    unread: dict[tuple[str, str], str] = {}
    for row in given.rows:
        for column, text in row.amounts.items():
            try:
                amount = parse(text, unit)
            except NotAnAmount as error:
                unread[row.key, column] = str(error)
                continue
            if amount is not None:
                figures[row.key, column] = amount
    lines = tuple(Line(TOTAL if row.key == TOTAL else row.key, row.code, row.label) for row in given.rows)
    settings = {"columns": spec_of(name).column_keys, "remark": given.remark, **more}
    return Statement(table=name, unit=unit, lines=lines, figures=figures, unread=unread, **settings)


def account(tables: Mapping[str, Statement], **about: Any) -> StatementSet:
    """An account of these tables: a 单位 of 2023 whose 性质 is not known, unless ``about`` says otherwise."""
    known = {"unit": "示例单位", "kind": "单位", "nature": "", "year": 2023, **about}
    return StatementSet(tables=tables, **known)


def checked(statements: StatementSet, prior: StatementSet | None = None, region: str = "湖北") -> Checked:
    """All rules on an account that stands in no workbook."""
    return check(Binding("national", region, {}, statements, ()), load(), prior)


@dataclass(frozen=True)
class Outcome:
    """What one rule says of a case: a verdict for each of its instances, and its findings."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def judge(of: Case) -> Outcome:
    """Check a case and keep what its own rule says."""
    units = of.about.get("unit", "万元")
    titles = of.about.get("title", {})
    made = {
        name: statement(
            name, given, units if isinstance(units, str) else units.get(name, "万元"), title=titles.get(name, "")
        )
        for name, given in of.tables.items()
    }
    about = {"unit" if k == "name" else k: v for k, v in of.about.items() if k not in ("unit", "title")}
    now = account({name: s for name, s in made.items() if not name.startswith(PRIOR)}, **about)
    before = {name.removeprefix(PRIOR): s for name, s in made.items() if name.startswith(PRIOR)}
    result = checked(now, account(before) if before else None)
    return Outcome(verdicts(result, now, of.rule), tuple(f for f in result.findings if f.rule == of.rule))


def verdicts(result: Checked, statements: StatementSet, rule: str) -> tuple[Verdict, ...]:
    """The verdict of every instance of a rule: relations, structural checks, and what could not be spelled out."""
    plan, catalogue = result.plan, load()
    mine = {at for at, declared in enumerate(plan.rules) if declared.id == rule}
    found: list[Verdict] = [result.verdict(at) for at, linear in enumerate(plan.linears) if linear.rule in mine]
    for item, said in (*outcomes(catalogue, plan, statements.year), *live(plan, statements)):
        if item.rule in mine:
            found.append("not_applicable" if said is None else "breaks" if said else "holds")
    found += ["not_evaluated" for gap in plan.gaps if gap.rule in mine]
    return tuple(found)
