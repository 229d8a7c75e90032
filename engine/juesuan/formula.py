"""The rule language: its expression tree and its parser.

    收支总表[本年收入合计] = sum(收支总表[收入各项])
    each r in 收入决算表.行: r[本年收入合计] = sum(r[分栏])
    each n in 支出决算表.上级, c in 支出决算表.栏: n[c] = sum(children(n)[c])
    each k in 支出决算表.科目 | 政府性基金表.科目: known(k)

A formula is one relation (=, <=, >=, <, >, !=) between linear expressions, or one predicate (a check of structure or
text). The same tree is evaluated, written as an Excel formula, printed as a note and put into words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Op = Literal["=", "<=", ">=", "<", ">", "!="]


class BadFormula(ValueError):
    """A formula cannot be read; the message shows where."""


@dataclass(frozen=True, slots=True)
class Place:
    """``of[line, column]``. ``of`` is a table key, a variable, or ``children(variable)``; ``line``/``column`` are a
    key, a group, a variable, or "" where left out (the variable's own line; the line's first column)."""

    of: str
    line: str
    column: str
    children: bool = False

    def __str__(self) -> str:
        inner = ", ".join(part for part in (self.line, self.column) if part)
        return f"{f'children({self.of})' if self.children else self.of}[{inner}]"


@dataclass(frozen=True, slots=True)
class Term:
    """``factor × place``; ``total`` where the place is a group inside sum(…)."""

    factor: int
    place: Place
    total: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """Σ left  op  Σ right; ``constant`` stands on the right (0 in nearly all)."""

    left: tuple[Term, ...]
    op: Op
    right: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A named check over its arguments: a variable, a table, or a place."""

    name: str
    arguments: tuple[str | Place, ...]


@dataclass(frozen=True, slots=True)
class Binder:
    """``variable`` runs over the union of ``sets`` (table, set name)."""

    variable: str
    sets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A whole rule formula; ``source`` its text."""

    source: str
    binders: tuple[Binder, ...]
    body: Relation | Predicate
    when: tuple[Relation | Predicate, ...] = field(default=())


_TOKEN = re.compile(r"\s*(?:(?P<op><=|>=|!=|[=<>])|(?P<sign>[+\-*,:|()\[\].])|(?P<name>[^\s+\-*,:|()\[\].=<>!]+))")


def parse(source: str, when: str = "") -> Formula:
    """The tree of a formula text (and of its ``when`` condition). Raises BadFormula with the offending place."""
    reader = _Reader(source)
    binders = reader.binders()
    body = reader.body()
    reader.end()
    return Formula(source, binders, body, _conditions(when))


def _conditions(when: str) -> tuple[Relation | Predicate, ...]:
    found = []
    for part in filter(None, (p.strip() for p in when.split("且"))):
        reader = _Reader(part)
        found.append(reader.body())
        reader.end()
    return tuple(found)


class _Reader:
    """Recursive descent over the tokens of one text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(source):
            if source[at].isspace():
                at += 1
                continue
            match = _TOKEN.match(source, at)
            if not match:
                raise BadFormula(f"看不懂“{source[at : at + 12]}”（在“{source}”中）")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind)))
            at = match.end()
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead][1] if self.at + ahead < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        found = self.peek()
        if not found or (wanted and found != wanted):
            raise BadFormula(f"应为“{wanted or '名称'}”，实为“{found or '结尾'}”（在“{self.source}”中）")
        self.at += 1
        return found

    def end(self) -> None:
        if self.peek():
            raise BadFormula(f"多出“{self.peek()}”（在“{self.source}”中）")

    def binders(self) -> tuple[Binder, ...]:
        if self.peek() != "each":
            return ()
        self.take("each")
        found = [self.binder()]
        while self.peek() == ",":
            self.take(",")
            found.append(self.binder())
        self.take(":")
        return tuple(found)

    def binder(self) -> Binder:
        variable = self.take()
        self.take("in")
        sets = [self.set_name()]
        while self.peek() == "|":
            self.take("|")
            sets.append(self.set_name())
        return Binder(variable, tuple(sets))

    def set_name(self) -> tuple[str, str]:
        table = self.take()
        self.take(".")
        return table, self.take()

    def body(self) -> Relation | Predicate:
        if self.peek(1) == "(" and self.peek() not in ("sum", "children", "(", "-"):
            return self.predicate()
        left = self.terms()
        op = self.take()
        if op not in ("=", "<=", ">=", "<", ">", "!="):
            raise BadFormula(f"应为关系符号，实为“{op}”（在“{self.source}”中）")
        return Relation(left, op, self.terms())  # type: ignore[arg-type]  # checked on the line above

    def predicate(self) -> Predicate:
        name = self.take()
        self.take("(")
        arguments: list[str | Place] = []
        while self.peek() != ")":
            arguments.append(self.place() if self.peek(1) in ("[", "(") else self.take())
            if self.peek() == ",":
                self.take(",")
        self.take(")")
        return Predicate(name, tuple(arguments))

    def terms(self) -> tuple[Term, ...]:
        found = self.term(1)
        while self.peek() in ("+", "-"):
            found += self.term(1 if self.take() == "+" else -1)
        return found

    def term(self, sign: int) -> tuple[Term, ...]:
        if self.peek() == "-":
            self.take()
            return self.term(-sign)
        if self.peek() == "0":
            self.take()
            return ()
        if self.peek() == "(":
            self.take("(")
            inner = self.terms()
            self.take(")")
            return tuple(Term(sign * t.factor, t.place, t.total) for t in inner)
        if self.peek() == "sum" and self.peek(1) == "(":
            self.take()
            self.take("(")
            place = self.place()
            self.take(")")
            return (Term(sign, place, total=True),)
        return (Term(sign, self.place()),)

    def place(self) -> Place:
        children = self.peek() == "children"
        if children:
            self.take()
            self.take("(")
        of = self.take()
        if children:
            self.take(")")
        self.take("[")
        first = self.take()
        second = ""
        if self.peek() == ",":
            self.take(",")
            second = self.take()
        self.take("]")
        if children or (not second and of.isascii()):
            return Place(of, "", first, children)
        return Place(of, first, second)
