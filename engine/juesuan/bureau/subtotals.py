"""How the figures of a consolidated workbook hang together: which it computes from which, where that contradicts the
sums of what the units state, and which of many differences only follow from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juesuan.bind import bind
from juesuan.bureau.accounts import Account
from juesuan.bureau.totals import Totals, figures
from juesuan.catalogue import Catalogue
from juesuan.check import check
from juesuan.draft import Draft
from juesuan.hosts.read import read_book
from juesuan.refs import Ref
from juesuan.template.package import workbook_bytes

Terms = tuple[tuple[int, Ref], ...]


@dataclass(frozen=True)
class Computed:
    """The tables of a consolidated workbook. ``fen``: what they state, in 分; ``cells``: where ("Sheet!A1"); ``parts``:
    figure → what it adds up; ``equal``: other relations of equality, their terms adding up to 0; ``summary``: the
    tables that sum the others up (收支总表, 财拨总表)."""

    fen: Mapping[Ref, int]
    cells: Mapping[Ref, str]
    parts: Mapping[Ref, Terms]
    equal: tuple[Terms, ...]
    summary: frozenset[str]


def computed(tables: Draft, catalogue: Catalogue) -> Computed:
    """The figures of a workbook with formulas, their places and relations."""
    binding = bind(read_book(workbook_bytes(tables), name="汇总.xlsx"), catalogue)
    checked = check(binding, catalogue)
    plan = checked.plan
    parts: dict[Ref, Terms] = {}
    equal: list[Terms] = []
    for at, linear in enumerate(plan.linears):
        if linear.op != "=" or checked.verdict(at) == "not_applicable":
            continue
        right = tuple((factor, plan.variables[v]) for factor, v in linear.right)
        if linear.derives >= 0:
            parts[plan.variables[linear.derives]] = right
        else:
            left = ((factor, plan.variables[v]) for factor, v in linear.left)
            equal.append((*left, *((-factor, ref) for factor, ref in right)))
    fen: dict[Ref, int] = {}
    for ref, amount, _ in figures(binding.statements):
        fen[ref] = fen.get(ref, 0) + amount.fen
    cells = {ref: place for ref in dict.fromkeys((*plan.variables, *fen)) if (place := binding.cell(ref))}
    summary = frozenset(key for key, spec in catalogue.tables.items() if spec.kind == "panels")
    return Computed(fen, cells, parts, tuple(equal), summary)


# --- totals that are not the sums of what the units state ---


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A total: ``fen`` as the workbook computes it, ``stated`` as the units' totals add up; ``units``: unit → by how
    much its own total is off (all amounts in 分). ``lost``: the workbook has no place for the figure."""

    ref: Ref
    fen: int
    stated: int
    allowed: int
    count: int
    units: Mapping[str, int]
    lost: bool = False


def mismatches(totals: Totals, accounts: Mapping[str, Account], tables: Computed) -> tuple[Mismatch, ...]:
    """Where the workbook's totals contradict the sums of the units' own totals by more than rounding; what only follows
    from another of them is left out. ``accounts``: those added up."""
    off = {ref: tables.fen.get(ref, 0) - fen for ref, fen in totals.fen.items()}
    allowed = {ref: totals.half[ref] + _spread(ref, totals.half, tables) for ref in off if ref in tables.parts}
    beyond = {ref: fen for ref, fen in off.items() if abs(fen) > allowed.get(ref, 0)}
    refs = roots(beyond, off, allowed, tables)
    units = _units([ref for ref in refs if ref in tables.parts], accounts, tables)
    return tuple(
        Mismatch(
            ref,
            tables.fen.get(ref, 0),
            totals.fen[ref],
            allowed.get(ref, 0),
            totals.count[ref],
            dict(sorted(units.get(ref, {}).items(), key=lambda unit: -abs(unit[1]))),
            ref not in tables.cells,
        )
        for ref in refs
    )


def _spread(ref: Ref, halves: Mapping[Ref, int], tables: Computed) -> int:
    """The rounding half-interval of a computed figure, in 分."""
    return sum(
        abs(factor) * (_spread(part, halves, tables) if part in tables.parts else halves.get(part, 0))
        for factor, part in tables.parts[ref]
    )


def _value(ref: Ref, fen: Mapping[Ref, int], tables: Computed) -> int:
    """A figure computed from its parts, in 分."""
    if ref not in tables.parts:
        return fen.get(ref, 0)
    return sum(factor * _value(part, fen, tables) for factor, part in tables.parts[ref])


def _units(refs: Sequence[Ref], accounts: Mapping[str, Account], tables: Computed) -> dict[Ref, dict[str, int]]:
    """Total → the units whose own total is not the sum of their own parts, and by how much."""
    found: dict[Ref, dict[str, int]] = {ref: {} for ref in refs}
    for code, account in accounts.items() if refs else ():
        own = Totals()
        own.add_account(code, account.statements)
        for ref in refs:
            gap = _value(ref, own.fen, tables) - own.fen.get(ref, 0)
            if abs(gap) > own.half.get(ref, 0) + _spread(ref, own.half, tables):
                found[ref][code] = gap
    return found


# --- what follows from what ---


def roots(beyond: Mapping[Ref, int], off: Mapping[Ref, int], allowed: Mapping[Ref, int], tables: Computed) -> list[Ref]:
    """Of the figures ``beyond`` rounding those whose difference does not follow from the others': totals follow from
    their parts, the summary tables (收支总表) from the tables by code. ``off``: all differences, in 分."""
    following = {
        ref for ref in beyond if ref in tables.parts and _follows(ref, tables.parts[ref], beyond, off, allowed)
    }
    for terms in tables.equal:
        for factor, ref in terms:
            if ref.table in tables.summary and ref in beyond and abs(factor) == 1:
                rest = tuple((-factor * f, other) for f, other in terms if other != ref)
                if not any(other.table in tables.summary for _, other in rest) and _follows(
                    ref, rest, beyond, off, allowed
                ):
                    following.add(ref)
    return [ref for ref in beyond if ref not in following]


def _follows(
    ref: Ref, terms: Terms, beyond: Mapping[Ref, int], off: Mapping[Ref, int], allowed: Mapping[Ref, int]
) -> bool:
    if not any(other in beyond for _, other in terms):
        return False
    return abs(off[ref] - sum(factor * off.get(other, 0) for factor, other in terms)) <= allowed.get(ref, 0)
