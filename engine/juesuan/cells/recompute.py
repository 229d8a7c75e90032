"""Recalculation of a workbook snapshot: every formula's fresh value beside the one the file holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from juesuan.book import Book, Value
from juesuan.cells.evaluate import Place, Plan, execute, key_of, plan_for
from juesuan.cells.values import SCALE, expose, serial

#: Asked for the values of formulas that are not calculated here; may know some of them or none.
Fallback = Callable[[Book, frozenset[Place]], Mapping[Place, Value]]


@dataclass(frozen=True, slots=True)
class Recalculated:
    """``values``: fresh value of every formula that was calculated (numbers as doubles, error values as text).

    ``unsupported``: why a formula was not; ``cycles``: the formulas of each circular reference; ``stale``: where the
    cached value differs from the fresh one; ``uncached``: where the file holds none although there is something
    to show.
    """

    values: Mapping[Place, Value]
    unsupported: Mapping[Place, str]
    cycles: tuple[tuple[Place, ...], ...]
    stale: Mapping[Place, tuple[Value, Value]]
    uncached: frozenset[Place]


def recompute(book: Book, fallback: Fallback | None = None) -> Recalculated:
    """Calculate the formulas of ``book``; never follows an external reference, never raises for what a formula says.

    A formula that is not calculated stands in with what ``fallback`` gives, else with its cached value.
    """
    plan = plan_for(key_of(book))
    given: Mapping[Place, Value] = {}
    run, reasons = execute(plan, book, given)
    if fallback is not None and reasons:
        given = fallback(book, frozenset(plan.places[slot - 1] for slot in reasons))
        if given:
            run, reasons = execute(plan, book, given)
    values: dict[Place, Value] = {}
    val, places = run.val, plan.places
    for slot, _ in plan.steps:
        if slot not in reasons:
            value = val[slot]
            values[places[slot - 1]] = value / SCALE if type(value) is int and abs(value) < 1 << 60 else expose(value)
    unsupported = {places[slot - 1]: reason for slot, reason in reasons.items()}
    for place in given:
        if place in unsupported:
            values[place] = given[place]
            del unsupported[place]
    cycles = tuple(tuple(places[slot - 1] for slot in cycle) for cycle in plan.cycles)
    stale, uncached = _compare(book, plan, values)
    return Recalculated(values, unsupported, cycles, stale, uncached)


def _compare(
    book: Book, plan: Plan, values: Mapping[Place, Value]
) -> tuple[dict[Place, tuple[Value, Value]], frozenset[Place]]:
    stale: dict[Place, tuple[Value, Value]] = {}
    uncached: list[Place] = []
    rows_of = {sheet.name: sheet.rows for sheet in book.sheets}
    for place in plan.places:
        name, at, col = place
        rows = rows_of[name]
        row = rows[at] if at < len(rows) else ()
        cached = row[col] if col < len(row) else None
        if place not in values:
            if cached is None or cached == "":
                uncached.append(place)
            continue
        fresh = values[place]
        if type(cached) is float and cached == fresh and type(fresh) is float:
            continue
        if cached is None or cached == "":
            if fresh != "":
                uncached.append(place)
        elif not same(cached, fresh):
            stale[place] = (cached, fresh)
    return stale, frozenset(uncached)


def same(cached: Value, fresh: Value) -> bool:
    """Whether two cell values are equal but for the noise of doubles: the same six decimals, or twelve digits.

    Blank equals ""; 0 does not; dates equal their serial numbers.
    """
    a, b = _plain(cached), _plain(fresh)
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-9 or abs(a - b) <= 1e-12 * max(abs(a), abs(b)) or round(a, 6) == round(b, 6)
    return type(a) is type(b) and a == b


def _plain(value: Value) -> str | float | bool:
    if value is None:
        return ""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return float(serial(value) / SCALE)
    try:
        return float(value)
    except OverflowError:
        return str(value)


__all__ = ["Fallback", "Place", "Recalculated", "recompute", "same"]
