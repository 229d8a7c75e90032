"""The small account of account.toml, whole in every rule, and ways to change one thing in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from juesuan.amount import parse
from juesuan.catalogue import load
from juesuan.narrative import Paragraph, Verification, verify
from juesuan.narrative.inputs import InputResult, check_inputs
from juesuan.statements import Line, Statement, StatementSet
from juesuan.supplement import Supplement

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases"
Table = Mapping[str, Mapping[str, str]]


@cache
def account() -> dict[str, Any]:
    return tomllib.loads((HERE / "account.toml").read_text(encoding="utf-8"))


@cache
def document(rule: str) -> dict[str, Any]:
    return tomllib.loads((CASES / f"{rule}.toml").read_text(encoding="utf-8"))


def statement(key: str, columns: Table) -> Statement:
    names = list(dict.fromkeys(line for column in columns.values() for line in column))
    codes = load().codes(key)
    lines = tuple(Line(n, n, codes.name(n) or n) if n.isdigit() else Line(n, "", n) for n in names)
    figures = {(line, c): a for c, column in columns.items() for line, t in column.items() if (a := parse(t, "万元"))}
    return Statement(key, "万元", lines, tuple(columns), figures)


def statements(tables: Mapping[str, Table], year: int, nature: str, kind: str) -> StatementSet:
    held = {key: statement(key, columns) for key, columns in tables.items()}
    return StatementSet(account()["unit"], kind, nature, year, held)


@dataclass
class Whole:
    """Everything of the small account, as a case has changed it."""

    texts: list[Paragraph] = field(default_factory=lambda: [Paragraph(**t) for t in account()["text"]])
    tables: dict[str, Table] = field(default_factory=lambda: dict(account()["tables"]))
    facts: dict[str, str] = field(default_factory=lambda: dict(account()["facts"]))
    lists: dict[str, Any] = field(default_factory=lambda: dict(account()["lists"]))
    nature: str = "事业"
    kind: str = "单位"
    given: bool = False
    prior: bool = False

    def now(self) -> StatementSet:
        return statements(self.tables, account()["year"], self.nature, self.kind)

    def before(self) -> StatementSet | None:
        return statements(account()["prior"], account()["year"] - 1, self.nature, self.kind) if self.prior else None

    def supplement(self) -> Supplement:
        lists = {k: tuple(rows) for k, rows in self.lists.items()}
        return Supplement(values={k: v for k, v in self.facts.items() if v}, lists=lists)

    def read(self) -> Verification:
        """The narrative verified; with 补充资料 where a case says ``given``."""
        supplement = self.supplement() if self.given else None
        return verify(self.now(), self.texts, region=account()["region"], prior=self.before(), supplement=supplement)

    def inputs(self) -> tuple[InputResult, ...]:
        return check_inputs(self.supplement(), self.now(), prior=self.before())


def change(whole: Whole, entry: Mapping[str, Any], *, beyond: bool = False) -> Whole:
    """The account as a section of a case file has it: texts replaced, figures, facts and rows set."""
    changes = list(entry.get("change", ()))
    if changes and isinstance(changes[0], str):
        changes = [changes]
    if beyond:
        more = entry["beyond"]
        if isinstance(more, dict):
            return change(change(whole, entry), more)
        changes += [more] if isinstance(more[0], str) else more
    for old, new in changes:
        _replace(whole, old, new)
    for place, amount in entry.get("figures", {}).items():
        table, line, column = place.split(",")
        columns = {c: dict(v) for c, v in whole.tables[table].items()}
        columns.setdefault(column, {})[line] = amount
        whole.tables[table] = columns
    whole.facts |= entry.get("facts", {})
    whole.lists |= entry.get("lists", {})
    whole.nature, whole.kind = entry.get("nature", whole.nature), entry.get("kind", whole.kind)
    whole.given, whole.prior = entry.get("given", whole.given), entry.get("prior", whole.prior)
    return whole


def _replace(whole: Whole, old: str, new: str) -> None:
    """One place of the text; a section left out where ``new`` is empty and ``old`` its heading."""
    at = [i for i, p in enumerate(whole.texts) if old in p.text or old == p.section]
    assert at, f"正文里没有“{old}”"
    paragraph = whole.texts[at[0]]
    if old == paragraph.section:
        if new:
            whole.texts[at[0]] = replace_section(paragraph, new)
        else:
            del whole.texts[at[0]]
        return
    assert paragraph.text.count(old) == 1, f"“{old}”不止一处"
    whole.texts[at[0]] = Paragraph(paragraph.section, paragraph.text.replace(old, new))


def replace_section(paragraph: Paragraph, section: str) -> Paragraph:
    return paragraph._replace(section=section)


__all__ = ["CASES", "Whole", "account", "change", "document", "replace"]
