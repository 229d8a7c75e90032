"""Recomputation (重算): fresh values into the cached values of a workbook's own formulas; nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass

from juesuan.binding import Where
from juesuan.book import Value, cell_name
from juesuan.cells.recompute import same
from juesuan.edits import Edit, SetFormula
from juesuan.validation import Validation


@dataclass(frozen=True)
class Summary:
    """What recomputing does.

    ``formulas`` in the book, of which ``stale`` held another value and ``uncached`` none; ``totals`` counts those that
    are totals by the rules; ``left`` are formulas that cannot be recalculated and keep what they hold.
    """

    formulas: int
    stale: int
    uncached: int
    totals: int
    left: tuple[Where, ...]


def recompute(validation: Validation) -> tuple[list[Edit], Summary]:
    """The edits that bring every formula's cached value up to date, and how many there were of what."""
    fresh = validation.fresh
    result = fresh.recalculated
    formulas = {sheet.name: sheet.formulas for sheet in fresh.original.sheets}
    count = sum(len(found) for found in formulas.values())
    if result is None:
        return [], Summary(count, 0, 0, 0, ())
    totals = _totals(validation)
    edits: list[Edit] = []
    stale = uncached = derived = 0
    for place, value in sorted(result.values.items()):
        sheet, row, column = place
        formula = formulas[sheet].get((row, column))
        held = fresh.original.sheet(sheet).value(row, column)
        if formula is None or not _wants(held, value):
            continue
        stale += held is not None
        uncached += held is None
        derived += place in totals
        edits.append(SetFormula(sheet, cell_name(row, column), formula, value))
    left = tuple(sorted({*result.unsupported, *(place for cycle in result.cycles for place in cycle)}))
    return edits, Summary(count, stale, uncached, derived, left)


def _wants(held: Value, value: Value) -> bool:
    """Does the file need this value? Text "" and an empty cache are the same."""
    if held is None:
        return value not in (None, "")
    return not same(held, value)


def _totals(validation: Validation) -> set[Where]:
    """The cells of the totals that the rules compute."""
    plan, binding = validation.checked.plan, validation.binding
    places = (binding.where(plan.variables[x.derives]) for x in plan.linears if x.derives >= 0)
    return {place for place in places if place}
