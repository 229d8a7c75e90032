"""From findings to causes (根源): hands the relations and figures to the search and names what it found by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from juesuan.amount import HALF
from juesuan.binding import Binding, Where
from juesuan.causes import Relation, Variable, find_causes
from juesuan.check import Checked
from juesuan.findings import Cause, Correction, Finding
from juesuan.formulas import Fresh
from juesuan.plan import Linear
from juesuan.shape import PRIOR
from juesuan.sums import terms as own_terms

STEP = {"万元": 10_000, "元": 1}


def trace(checked: Checked, binding: Binding, fresh: Fresh) -> tuple[tuple[Finding, ...], tuple[Cause, ...]]:
    """The findings with their causes' ids, and the causes, in table order."""
    hard = [f for f in checked.findings if f.verdict == "breaks" and f.severity == "fatal" and f.stated is not None]
    if not hard:
        return checked.findings, ()
    live = _live(checked, binding, fresh)
    order = {key: f"{at:02d}" for at, key in enumerate(binding.tables)}
    variables = [_variable(checked, binding, at, at in live, order) for at in range(len(checked.values))]
    relations, lines = _relations(checked, live)
    outcome = find_causes(variables, relations)
    by_relation = _findings_by_linear(checked)
    causes: list[Cause] = []
    assigned: dict[str, str] = {}
    for number, found in enumerate(outcome.causes, start=1):
        explained = tuple(by_relation[lines[r]].id for r in found.explains if lines[r] in by_relation)
        unit = binding.statements.tables[checked.plan.variables[found.cells[0][0]].table].unit
        cause = Cause(
            f"c{number}",
            found.kind,
            found.note,
            tuple(_correction(checked, binding, at, fen) for at, fen in found.cells),
            explained,
            tuple(_correction(checked, binding, at, fen) for at, fen in found.alternatives),
            unit,
        )
        causes.append(cause)
        for finding in explained:
            assigned.setdefault(finding, cause.id)
    findings = tuple(replace(f, cause=assigned.get(f.id, "")) for f in checked.findings)
    return findings, tuple(causes)


def _variable(checked: Checked, binding: Binding, at: int, computed: bool, order: Mapping[str, str]) -> Variable:
    ref = checked.plan.variables[at]
    prior = ref.table.startswith(PRIOR)
    unit = "万元" if prior else binding.statements.tables[ref.table].unit
    place = binding.where(ref)
    table = order.get(ref.table, ref.table)  # of two tables that explain alike, the earlier one is named
    grid = (table, place[1], place[2]) if place else (table, -1 - at, 0)
    fen = checked.values[at] if at in checked.given else None
    half = checked.halves[at] if fen is not None else HALF[unit]  # type: ignore[index]  # the two units
    return Variable(at, fen, half, grid, 0 if computed or prior or place is None else 1, STEP[unit])


def _correction(checked: Checked, binding: Binding, at: int, fen: int | None) -> Correction:
    ref = checked.plan.variables[at]
    stated = checked.values[at] if at in checked.given else None
    return Correction(ref, binding.cell(ref), stated, fen)


def _findings_by_linear(checked: Checked) -> dict[int, Finding]:
    """Index of a linear relation → its finding: both lists run in the same order."""
    shown = sorted(at for at, verdict in checked.verdicts.items() if verdict != "not_applicable")
    return dict(zip(shown, checked.findings, strict=False))


def _live(checked: Checked, binding: Binding, fresh: Fresh) -> dict[int, dict[int, int]]:
    """Figures computed by the workbook's own formula from other figures: variable → its terms by variable.

    Such a cell is never wrong by itself; relations are rewritten over what it adds up.
    """
    index = {ref: at for at, ref in enumerate(checked.plan.variables)}
    found: dict[int, dict[int, int]] = {}
    sheets = {sheet.name: sheet for sheet in fresh.original.sheets}
    for at, ref in enumerate(checked.plan.variables):
        place = binding.where(ref)
        if place is None or place[0] not in sheets:
            continue
        formula = sheets[place[0]].formulas.get(place[1:])
        if formula is None:
            continue
        terms = own_terms(fresh.book, binding, place, formula)
        if terms is None:
            continue
        known = _as_variables(terms, binding, index, fresh)
        if known is not None:
            found[at] = known
    return found


def _as_variables(
    terms: Mapping[Where, int], binding: Binding, index: Mapping[object, int], fresh: Fresh
) -> dict[int, int] | None:
    """Cell terms as variable terms; None if a number outside the tables takes part."""
    found: dict[int, int] = {}
    sheets = {sheet.name: sheet for sheet in fresh.book.sheets}
    for place, factor in terms.items():
        ref = binding.refs.get(place)
        if ref is not None and ref in index:
            found[index[ref]] = found.get(index[ref], 0) + factor
        elif isinstance(sheets[place[0]].value(*place[1:]) if place[0] in sheets else None, int | float):
            return None
    return found


def _relations(checked: Checked, live: Mapping[int, Mapping[int, int]]) -> tuple[list[Relation], list[int]]:
    relations: list[Relation] = []
    lines: list[int] = []
    for at, linear in enumerate(checked.plan.linears):
        if checked.verdict(at) in ("not_applicable", "not_evaluated") or linear.op not in ("=", "<=", ">="):
            continue
        rule = checked.plan.rules[linear.rule]
        terms = _terms(linear)
        wide = None
        if any(v in live for v in terms):
            wide = 0 if rule.tolerance == "exact" else sum(checked.halves[v] for v in terms)
            terms = _expanded(terms, live)
        if not terms:
            continue
        derives = linear.derives if linear.derives >= 0 and linear.derives not in live else None
        relations.append(
            Relation(
                len(relations),
                tuple(sorted(terms.items())),
                "=" if linear.op == "=" else "<=",
                rule.tolerance == "exact",
                rule.severity != "fatal",
                wide,
                derives,
            )
        )
        lines.append(at)
    return relations, lines


def _terms(linear: Linear) -> dict[int, int]:
    sign = -1 if linear.op == ">=" else 1
    terms: dict[int, int] = {}
    for v in linear.plus:
        terms[v] = terms.get(v, 0) + sign
    for v in linear.minus:
        terms[v] = terms.get(v, 0) - sign
    return {v: f for v, f in terms.items() if f}


def _expanded(terms: Mapping[int, int], live: Mapping[int, Mapping[int, int]]) -> dict[int, int]:
    """Terms with every computed figure replaced by what it adds up, all the way down."""
    found: dict[int, int] = {}
    stack = [(v, f, 0) for v, f in terms.items()]
    while stack:
        variable, factor, depth = stack.pop()
        if variable in live and depth < 20:
            stack.extend((v, f * factor, depth + 1) for v, f in live[variable].items())
        else:
            found[variable] = found.get(variable, 0) + factor
    return {v: f for v, f in found.items() if f}
