"""What a workbook's own formulas add up, cell by cell; kept with the located places, since it rests on texts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from juesuan.binding import Binding, Where
from juesuan.book import Book, Value
from juesuan.cells.linear import Masks, linear
from juesuan.cells.parse import parse
from juesuan.cells.tree import Unsupported
from juesuan.plan import Plan
from juesuan.refs import Ref


@dataclass(frozen=True)
class Total:
    """A figure the rules compute: its ref, its cell, and the cells it should add up with their factors."""

    ref: Ref
    place: Where
    wanted: Mapping[Where, int]


def terms(book: Book, binding: Binding, place: Where, formula: str) -> Mapping[Where, int] | None:
    """What a cell's formula adds up: cell → factor; None where it is not a plain sum of cells."""
    key = ("terms", place, formula)
    if key not in binding.memo:
        masks = binding.memo.setdefault("masks", {})
        binding.memo[key] = _terms(book, place, formula, masks)  # type: ignore[arg-type]  # set on the line above
    return binding.memo[key]  # type: ignore[return-value]  # the memo holds what this key was given above


def _terms(book: Book, place: Where, formula: str, masks: Masks) -> Mapping[Where, int] | None:
    def lookup(at: tuple[str, int, int]) -> Value:
        return sheets[at[0]].value(at[1], at[2]) if at[0] in sheets else None

    sheets = {sheet.name: sheet for sheet in book.sheets}
    try:
        found = linear(parse(formula), place[0], lookup, masks)
    except (Unsupported, ValueError, RecursionError):
        return None
    if found is None or None in found or any(f != int(f) for f in found.values()):
        return None
    return {at: int(f) for at, f in found.items() if at is not None}


def totals(binding: Binding, plan: Plan) -> tuple[Total, ...]:
    """Every figure of the file that a rule computes."""
    key = ("totals", plan)
    if key not in binding.memo:
        binding.memo[key] = tuple(_totals(binding, plan))
    return binding.memo[key]  # type: ignore[return-value]  # the memo holds what this key was given above


def _totals(binding: Binding, plan: Plan) -> list[Total]:
    found = []
    for linear_relation in plan.linears:
        if linear_relation.derives < 0:
            continue
        ref = plan.variables[linear_relation.derives]
        place = binding.where(ref)
        if place is not None:
            wanted = {w: f for f, v in linear_relation.right if (w := binding.where(plan.variables[v]))}
            found.append(Total(ref, place, wanted))
    return found


def off(book: Book, binding: Binding, total: Total, formula: str) -> tuple[Where, ...] | None:
    """The cells a total's formula adds otherwise than the rule says; None where the formula is no sum of cells."""
    key = ("off", total.place, formula)
    if key not in binding.memo:
        own = terms(book, binding, total.place, formula)
        cells = None
        if own is not None:
            cells = tuple(at for at in total.wanted.keys() | own.keys() if total.wanted.get(at, 0) != own.get(at, 0))
        binding.memo[key] = cells
    return binding.memo[key]  # type: ignore[return-value]  # the memo holds what this key was given above
