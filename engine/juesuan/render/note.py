"""Rule → the note printed under a table: "27行＝（1＋2＋…＋8）行；31行＝（27＋28＋29）行；"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from juesuan.formula import Place, Relation
from juesuan.layout import Layout
from juesuan.rules import Rule
from juesuan.shape import TableShape
from juesuan.statements import Line
from juesuan.tables import TableSpec

#: More numbers in a row than this are printed as first, second, …, last.
_LISTED = 8


class _Clause(NamedTuple):
    number: int
    parts: tuple[tuple[int, int], ...]  # (sign, number)
    unit: str  # 行, 栏 or 栏各行
    group: int  # the panel: clauses of one panel are printed together


def notes(rules: Sequence[Rule], spec: TableSpec, layout: Layout) -> tuple[str, ...]:
    """The relations printed under a table in this layout, a text per panel; () where it prints none."""
    if not layout.formula_notes:
        return ()
    clauses: dict[tuple[int, str], _Clause] = {}
    for rule in rules:
        if rule.note and not rule.retired and _table(rule) == spec.key:
            for clause in _clauses(rule, spec, layout):
                clauses.setdefault((clause.number, clause.unit), clause)
    groups: dict[int, list[_Clause]] = {}
    for clause in sorted(clauses.values()):
        groups.setdefault(clause.group, []).append(clause)
    texts = ["；".join(_text(c) for c in _ordered(groups[g])) for g in sorted(groups)]
    return tuple(text + ("。" if at == len(texts) - 1 else "；") for at, text in enumerate(texts))


def clause(rule: Rule, spec: TableSpec, layout: Layout) -> str:
    """One rule as it is printed: "1栏各行＝（2＋3）栏各行"; "" for a rule that has no printed form."""
    try:
        return "；".join(_text(c) for c in dict.fromkeys(_clauses(rule, spec, layout)))
    except KeyError:
        return ""


def _table(rule: Rule) -> str:
    body = rule.tree.body
    if rule.tree.binders:
        return rule.tree.binders[0].sets[0][0]
    return body.left[0].place.of if isinstance(body, Relation) else ""


def _clauses(rule: Rule, spec: TableSpec, layout: Layout) -> list[_Clause]:
    body = rule.tree.body
    if not isinstance(body, Relation) or len(body.left) != 1:
        return []
    if spec.kind == "panels":
        return [_row_clause(body, spec, layout)]
    columns = [c.key for c in layout.columns(spec)]
    if spec.kind == "codes":
        left = body.left[0].place
        parts = [(t.factor, columns.index(c) + 1) for t in body.right for c in _columns(t.place, spec)]
        return [_Clause(columns.index(left.column) + 1, tuple(parts), "栏各行", 0)]
    if spec.kind == "matrix":
        lines = [line.key for line in spec.lines]
        return [_Clause(n * len(lines) + lines.index(body.left[0].place.line) + 1,
                        tuple((t.factor, n * len(lines) + lines.index(t.place.line) + 1) for t in body.right), "栏", 0)
                for n in range(len(columns))]
    return []


def _columns(place: Place, spec: TableSpec) -> tuple[str, ...]:
    return spec.column_keys[1:] if place.column == "分栏" else (place.column,)


def _row_clause(body: Relation, spec: TableSpec, layout: Layout) -> _Clause:
    numbers = layout.line_number(spec)
    slots = [s for panel in layout.slots(spec).values() for s in panel if s.key]
    shape = TableShape(spec, tuple(Line(s.key, s.code, s.label) for s in slots), spec.column_keys, False)
    left = body.left[0].place.line
    panel = next(i for i, p in enumerate(spec.panels) if any(x.key == left for x in p.lines))
    parts = []
    for term in body.right:
        keys = shape.lines_in(term.place.line) if term.total else (term.place.line,)
        parts += [(term.factor, numbers[key]) for key in keys if key in numbers]
    return _Clause(numbers[left], tuple(parts), "行", panel)


def _ordered(clauses: list[_Clause]) -> list[_Clause]:
    """Rows from the first; columns from the total down, each followed by what it is made of."""
    if clauses[0].unit == "行":
        return clauses
    by_number: Mapping[int, _Clause] = {c.number: c for c in clauses}
    used = {n for c in clauses for _, n in c.parts}
    found: list[_Clause] = []

    def add(one: _Clause) -> None:
        if one not in found:
            found.append(one)
            for _, number in one.parts:
                if number in by_number:
                    add(by_number[number])

    for one in [c for c in clauses if c.number not in used] + clauses:
        add(one)
    return found


def _text(one: _Clause) -> str:
    numbers = [n for _, n in one.parts]
    if len(numbers) > _LISTED and all(sign > 0 for sign, _ in one.parts) and numbers == list(
            range(numbers[0], numbers[-1] + 1)):
        inner = f"{numbers[0]}＋{numbers[1]}＋…＋{numbers[-1]}"
    else:
        inner = "".join(("＋" if sign > 0 else "－") + str(n) for sign, n in one.parts).removeprefix("＋")
    return f"{one.number}{one.unit}＝（{inner}）{one.unit}"
