"""From findings to causes (根源): hands the relations and figures to the search and names what it found by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from juesuan.amount import HALF
from juesuan.binding import Binding, Where
from juesuan.causes import Relation, System, Variable, Web, causes_in
from juesuan.check import Checked
from juesuan.findings import Cause, Correction, Finding
from juesuan.formulas import Fresh
from juesuan.plan import Linear, Plan
from juesuan.refs import Ref
from juesuan.shape import PRIOR
from juesuan.sums import terms as own_terms

STEP = {"万元": 10_000, "元": 1}
Live = Mapping[int, Mapping[int, int]]  # figure computed in the file → what it adds up, variables all


@dataclass(frozen=True)
class _Net:
    """The web of one plan's relations, and all it was made from.

    ``lines``: linear relation by relation id. ``spans``: relation id → figures as stated, where computed ones were
    resolved into others. ``figures``: a blank in every cell.
    """

    plan: Plan
    idle: frozenset[int]
    live: Live
    cells: tuple[object, ...]
    web: Web
    lines: list[int]
    spans: Mapping[int, tuple[int, ...]]
    figures: list[tuple[int | None, int]]


def trace(checked: Checked, binding: Binding, fresh: Fresh) -> tuple[tuple[Finding, ...], tuple[Cause, ...]]:
    """The findings with their causes' ids, and the causes, in table order."""
    hard = [f for f in checked.findings if f.verdict == "breaks" and f.severity == "fatal" and f.stated is not None]
    if not hard:
        return checked.findings, ()
    net = _net(checked, binding, _live(checked, binding, fresh))
    lines = net.lines
    outcome = causes_in(_system(net, checked))
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


def _system(net: _Net, checked: Checked) -> System:
    """The net with the figures stated."""
    values, halves = checked.values, checked.halves
    figures = list(net.figures)
    for at in checked.given:
        figures[at] = values[at], halves[at]
    return System(net.web, figures, {r: sum(halves[v] for v in span) for r, span in net.spans.items()})


def _net(checked: Checked, binding: Binding, live: Live) -> _Net:
    """The net of a file; the last one is kept for the next file of the same shape."""
    plan, cells = checked.plan, tuple(table.cells for table in binding.tables.values())
    idle = frozenset(at for at, said in checked.verdicts.items() if said in ("not_applicable", "not_evaluated"))
    kept = binding.memo.get("net")
    if (
        isinstance(kept, _Net)
        and (kept.plan, kept.idle, kept.live) == (plan, idle, live)
        and all(a is b for a, b in zip(kept.cells, cells, strict=True))
    ):
        return kept
    order = {key: f"{at:02d}" for at, key in enumerate(binding.tables)}
    variables = [_variable(plan, binding, at, at in live, order) for at in range(len(plan.variables))]
    relations, lines, spans = _relations(plan, idle, live)
    blanks: list[tuple[int | None, int]] = [(None, variable.half) for variable in variables]
    net = binding.memo["net"] = _Net(plan, idle, live, cells, Web(variables, relations), lines, spans, blanks)
    return net


def _variable(plan: Plan, binding: Binding, at: int, computed: bool, order: Mapping[str, str]) -> Variable:
    """A figure's cell, blank."""
    ref = plan.variables[at]
    prior = ref.table.startswith(PRIOR)
    unit = "万元" if prior else binding.statements.tables[ref.table].unit
    place = binding.where(ref)
    table = order.get(ref.table, ref.table)  # of two tables that explain alike, the earlier one is named
    grid = (table, place[1], place[2]) if place else (table, -1 - at, 0)
    return Variable(at, None, HALF[unit], grid, 0 if computed or prior or place is None else 1, STEP[unit])


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
    slots = checked.plan.slots
    found: dict[int, dict[int, int]] = {}
    for sheet in fresh.original.sheets:
        for cell, formula in sheet.formulas.items():
            place = (sheet.name, *cell)
            at = _slot(binding.refs.get(place), slots)
            if at is None:
                continue
            terms = own_terms(fresh.book, binding, place, formula)
            known = _as_variables(terms, binding, slots, fresh) if terms is not None else None
            if known is not None:
                found[at] = known
    return found


def _slot(ref: Ref | None, slots: Mapping[str, Mapping[tuple[str, str], int]]) -> int | None:
    """The variable of a figure, if it has one."""
    return slots.get(ref.table, {}).get((ref.line, ref.column)) if ref is not None else None


def _as_variables(
    terms: Mapping[Where, int], binding: Binding, slots: Mapping[str, Mapping[tuple[str, str], int]], fresh: Fresh
) -> dict[int, int] | None:
    """Cell terms as variable terms; None if a number outside the tables takes part."""
    found: dict[int, int] = {}
    sheets = {sheet.name: sheet for sheet in fresh.book.sheets}
    for place, factor in terms.items():
        at = _slot(binding.refs.get(place), slots)
        if at is not None:
            found[at] = found.get(at, 0) + factor
        elif isinstance(sheets[place[0]].value(*place[1:]) if place[0] in sheets else None, int | float):
            return None
    return found


def _relations(
    plan: Plan, idle: frozenset[int], live: Live
) -> tuple[list[Relation], list[int], dict[int, tuple[int, ...]]]:
    """The relations between stated figures, with their ``lines`` and ``spans``."""
    relations: list[Relation] = []
    lines: list[int] = []
    spans: dict[int, tuple[int, ...]] = {}
    for at, linear in enumerate(plan.linears):
        if at in idle or linear.op not in ("=", "<=", ">="):
            continue
        rule = plan.rules[linear.rule]
        terms = stated = _terms(linear)
        if computed := any(v in live for v in terms):
            terms = _expanded(terms, live)
        if not terms:
            continue
        if computed and rule.tolerance != "exact":
            spans[len(relations)] = tuple(stated)
        derives = linear.derives if linear.derives >= 0 and linear.derives not in live else None
        relations.append(
            Relation(
                len(relations),
                tuple(sorted(terms.items())),
                "=" if linear.op == "=" else "<=",
                rule.tolerance == "exact",
                rule.severity != "fatal",
                0 if computed else None,
                derives,
            )
        )
        lines.append(at)
    return relations, lines, spans


def _terms(linear: Linear) -> dict[int, int]:
    sign = -1 if linear.op == ">=" else 1
    terms: dict[int, int] = {}
    for v in linear.plus:
        terms[v] = terms.get(v, 0) + sign
    for v in linear.minus:
        terms[v] = terms.get(v, 0) - sign
    return {v: f for v, f in terms.items() if f}


def _expanded(terms: Mapping[int, int], live: Live) -> dict[int, int]:
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
