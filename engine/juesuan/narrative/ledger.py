"""The tables' figures by ref, and the names of their 科目, as a narrative refers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from juesuan.amount import Amount
from juesuan.codes import Codes
from juesuan.narrative.records import Meaning
from juesuan.narrative.vocabulary import Vocabulary
from juesuan.refs import Ref
from juesuan.statements import Statement, StatementSet
from juesuan.tables import TOTAL, TableSpec
from juesuan.text import plain

GENERAL, SPENDING, BASIC = "一般公共预算支出表", "支出决算表", "基本支出明细表"
FUNCTIONAL = (GENERAL, SPENDING, "收入决算表", "政府性基金表", "国有资本经营表")
CODE, ECONOMIC, ITEM, COUNT = "科目:", "经济:", "事项:", "数量:"


class Named(NamedTuple):
    """A 科目 as a table names it."""

    code: str
    name: str


class Ledger:
    """Lookups over one file's statements. A blank in a line and column that are there is an exact zero."""

    def __init__(
        self,
        statements: StatementSet,
        vocabulary: Vocabulary,
        tables: Mapping[str, TableSpec],
        functional: Codes,
        economic: Codes,
    ) -> None:
        self.statements = statements
        self.vocabulary = vocabulary
        self.specs = tables
        self.functional, self.economic = functional, economic

    def table(self, key: str) -> Statement | None:
        """A table that gives figures, empty or not; None where the file has none."""
        return self.statements.tables.get(key)

    def amount(self, ref: Ref) -> Amount | None:
        """The figure at ``ref``; zero for a blank; None where the table, the line or the column is missing."""
        table = self.table(ref.table)
        if table is None:
            return None
        line = ref.line
        found = table.figures.get((line, ref.column))
        if found is None and line[:1].isdigit():
            line = self._keys(ref.table).get(ref.line, ref.line)
            found = table.figures.get((line, ref.column))
        if found is not None:
            return found
        if (line, ref.column) in table.unread:
            return None
        known = self._lines(ref.table)
        if line in known or (line == TOTAL and not table.figures):
            return Amount(0, 0)
        # A class without figures is left out of shorter forms; so is an optional line.
        return Amount(0, 0) if ref.table in ("收支总表", "财拨总表") and known and not line[:1].isdigit() else None

    def refs(self, meaning: Meaning, *, near: bool = False) -> tuple[Ref, ...]:
        """The places of a meaning, the first being the one that is meant; () where no table holds it."""
        if meaning.measure not in ("决算", "预算", "收入"):
            return ()
        if meaning.subject.startswith(CODE):
            return self._code_refs(meaning)
        if meaning.subject.startswith(ECONOMIC):
            return (Ref(BASIC, meaning.name, "决算数"),) if meaning.measure == "决算" else ()
        subject = self.vocabulary.subjects.get(meaning.subject)
        if subject is None:
            return ()
        if meaning.measure == "预算":
            return subject.budget
        if meaning.fund:
            funded = self.vocabulary.funds[meaning.fund].get(subject.key, ())
            if funded:
                return funded
        return subject.refs + (subject.near if near else ())

    def _code_refs(self, meaning: Meaning) -> tuple[Ref, ...]:
        if meaning.measure == "预算":
            return ()
        fund = "收入" if meaning.measure == "收入" else meaning.fund
        places = self.vocabulary.codes.get(fund) or self.vocabulary.codes[""]
        found = []
        for table, column in places:
            if meaning.column:
                if table not in FUNCTIONAL:
                    continue
                column = meaning.column
            statement = self.table(table)
            if statement and meaning.name in self._keys(table):
                found.append(Ref(table, self._keys(table)[meaning.name], column))
        return tuple(found)

    def value(self, meaning: Meaning, *, near: bool = False) -> tuple[Amount, Ref] | None:
        """The first place of a meaning that the file states, with its amount."""
        for ref in self.refs(meaning, near=near):
            amount = self.amount(ref)
            if amount is not None:
                return amount, ref
        return None

    @cached_property
    def _known_lines(self) -> dict[str, frozenset[str]]:
        return {}

    def _lines(self, table: str) -> frozenset[str]:
        if table not in self._known_lines:
            statement = self.statements.tables[table]
            self._known_lines[table] = frozenset(line.key for line in statement.lines)
        return self._known_lines[table]

    @cached_property
    def _known_keys(self) -> dict[str, dict[str, str]]:
        return {}

    def _keys(self, table: str) -> dict[str, str]:
        """Code → line key of a table."""
        if table not in self._known_keys:
            statement = self.statements.tables[table]
            keys: dict[str, str] = {}
            for line in statement.lines:
                if line.code:
                    keys.setdefault(line.code, line.key)
            self._known_keys[table] = keys
        return self._known_keys[table]

    @cached_property
    def _known_labels(self) -> dict[str, dict[str, str]]:
        return {}

    def _labels(self, table: str) -> dict[str, str]:
        """Line key → label of a table."""
        if table not in self._known_labels:
            lines = self.statements.tables[table].lines
            self._known_labels[table] = {line.key: line.label for line in reversed(lines) if line.label}
        return self._known_labels[table]

    def has_code(self, table: str, code: str) -> bool:
        return table in self.statements.tables and code in self._keys(table)

    @cached_property
    def named(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """The names of 科目 in the file's tables: what reading a text depends on."""
        tables = ((key, self.table(key)) for key in (*FUNCTIONAL, BASIC))
        return tuple((key, tuple((x.code, x.label) for x in t.lines)) for key, t in tables if t)

    @cached_property
    def functions(self) -> dict[str, tuple[Named, ...]]:
        """Name (plain) → the functional 科目 of that name in the file's tables."""
        found: dict[str, dict[str, Named]] = {}
        for key in FUNCTIONAL:
            table = self.table(key)
            for line in table.lines if table else ():
                if line.code:
                    for name in (line.label, *sorted(self.functional.names.get(line.code, ()))):
                        if cleaned := plain(name):
                            found.setdefault(cleaned, {}).setdefault(line.code, Named(line.code, cleaned))
        return {name: tuple(codes.values()) for name, codes in found.items()}

    @cached_property
    def other_functions(self) -> dict[str, tuple[Named, ...]]:
        """Names of the dictionary that the file's tables do not hold."""
        found: dict[str, list[Named]] = {}
        for entry in self.functional.entries:
            name = plain(entry.name)
            if name not in self.functions:
                found.setdefault(name, []).append(Named(entry.code, name))
        return {name: tuple(named) for name, named in found.items()}

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """Functional code → its names (plain), those of the tables first."""
        found: dict[str, list[str]] = {}
        for every in (self.functions, self.other_functions):
            for name, named in every.items():
                for one in named:
                    found.setdefault(one.code, []).append(name)
        return found

    @cached_property
    def economics(self) -> dict[str, str]:
        """Name (plain) → code of the economic 科目, those of the table first, then the dictionary's."""
        found: dict[str, str] = {}
        table = self.table(BASIC)
        for line in table.lines if table else ():
            if line.code:
                found.setdefault(plain(line.label), line.code)
        for entry in self.economic.entries:
            found.setdefault(plain(entry.name), entry.code)
        return found

    def children(self, table: str, length: int) -> tuple[Named, ...]:
        """The lines of a table whose codes have ``length`` digits and that state something, in order."""
        statement = self.table(table)
        if statement is None:
            return ()
        stating = {line for (line, _), amount in statement.figures.items() if amount.fen}
        return tuple(
            Named(x.code, plain(x.label)) for x in statement.lines if len(x.code) == length and x.key in stating
        )

    def basics(self, classes: Iterable[str]) -> tuple[Named, ...]:
        """The economic 款 with a figure in the given classes, in order."""
        wanted = tuple(classes)
        return tuple(n for n in self.children(BASIC, 5) if n.code[:3] in wanted)

    def label(self, ref: Ref) -> str:
        """A ref as people call it: 《支出决算表》合计 基本支出."""
        spec = self.specs.get(ref.table)
        table = self.table(ref.table)
        line = self._labels(ref.table).get(ref.line, ref.line) if table else ref.line
        column = "" if ref.column in ("决算数", "金额") else ref.column
        return f"《{spec.name if spec else ref.table}》{plain(line) or line}{column}"

    def called(self, subject: str) -> str:
        """A subject as people call it: the name of a 科目, else the words themselves."""
        kind, _, rest = subject.partition(":")
        if not rest:
            return kind
        codes = self.functional if subject.startswith(CODE) else self.economic
        return (codes.name(rest) or rest) if subject.startswith((CODE, ECONOMIC)) else rest
