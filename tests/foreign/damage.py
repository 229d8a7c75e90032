"""Cases with one thing wrong: a figure changed, figures swapped, a column slipped by a row, a wrong unit."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any, NamedTuple

from .cases import TABLES, Address, Case, addresses, figure, place, stated


class Damage(NamedTuple):
    """A damaged copy of a case, what was done to it, and the addresses whose figures differ from the original."""

    case: Case
    text: str
    touched: tuple[Address, ...]


def carrying(case: Case, table: str | None = None) -> list[Address]:
    """The addresses that carry a figure, of one table or of all nine."""
    tables = TABLES if table is None else (table,)
    return [at for name in tables for at in addresses(case, name) if figure(case, at) is not None]


def _described(case: Case, at: Address) -> str:
    where = place(case, at)
    return f"{where.table} {where.row} {where.column}"


def _with(case: Case, values: dict[Address, str | None], text: str) -> Damage:
    """A copy with some figures replaced; the original is untouched."""
    copy = deepcopy(case)
    for at, value in values.items():
        holder: Any = copy["tables"]
        for step in at[:-1]:
            holder = holder[step]
        holder[at[-1]] = value
    return Damage(copy, text, tuple(at for at, value in values.items() if value != stated(case, at)))


def _known(case: Case, at: Address) -> Decimal:
    value = figure(case, at)
    if value is None:
        raise ValueError(f"no figure at {_described(case, at)}")
    return value


def change(case: Case, at: Address, by: Decimal) -> Damage:
    """One figure changed by an amount (a blank counts as nothing)."""
    value = (figure(case, at) or Decimal(0)) + by
    return _with(case, {at: f"{value:.2f}"}, f"{_described(case, at)}: {by:+.2f}")


def scale(case: Case, at: Address, factor: Decimal = Decimal(10_000)) -> Damage:
    """One figure times a factor: 元 typed into a table of 万元, or a point slipped."""
    return _with(case, {at: f"{_known(case, at) * factor:.2f}"}, f"{_described(case, at)}: ×{factor}")


def scale_table(case: Case, table: str, factor: Decimal = Decimal(10_000)) -> Damage:
    """A whole table in the wrong unit."""
    values: dict[Address, str | None] = {at: f"{_known(case, at) * factor:.2f}" for at in carrying(case, table)}
    return _with(case, values, f"{table}: ×{factor}")


def negate(case: Case, at: Address) -> Damage:
    """One figure with the wrong sign."""
    return _with(case, {at: f"{-_known(case, at):.2f}"}, f"{_described(case, at)}: sign turned")


def blank(case: Case, at: Address) -> Damage:
    """One figure left out."""
    _known(case, at)
    return _with(case, {at: None}, f"{_described(case, at)}: left blank")


def transpose_digits(case: Case, at: Address) -> Damage:
    """The first two neighbouring digits that differ exchanged: 573.19 → 753.19; refused where there are none."""
    text = f"{_known(case, at):.2f}"
    for n in range(len(text) - 1):
        if text[n].isdigit() and text[n + 1].isdigit() and text[n] != text[n + 1]:
            turned = text[:n] + text[n + 1] + text[n] + text[n + 2 :]
            return _with(case, {at: turned}, f"{_described(case, at)}: {text} → {turned}")
    raise ValueError(f"no digits to exchange in {text} at {_described(case, at)}")


def swap(case: Case, one: Address, other: Address) -> Damage:
    """Two cells exchanged."""
    text = f"{_described(case, one)} ⇄ {_described(case, other)}"
    return _with(case, {one: stated(case, other), other: stated(case, one)}, text)


def column_of(case: Case, at: Address) -> list[Address]:
    """The cells of the column in which an address stands, from the top."""
    if len(at) < 4:
        raise ValueError(f"{_described(case, at)} does not stand in a column of rows")
    return [other for other in addresses(case, str(at[0])) if other[1] == at[1] and other[3:] == at[3:]]


def shift_column(case: Case, at: Address, first: int, last: int) -> Damage:
    """The figures of a column from row ``first`` to row ``last`` slipped down by one row; the first becomes blank."""
    column = column_of(case, at)[first : last + 1]
    above = [None, *(stated(case, cell) for cell in column[:-1])]
    return _with(
        case, dict(zip(column, above, strict=True)), f"{_described(case, at)}: rows {first}–{last} one row down"
    )


def shift_row(case: Case, at: Address) -> Damage:
    """The figures of a row slipped one column to the right; the first becomes blank."""
    row = [other for other in addresses(case, str(at[0])) if other[:-1] == at[:-1]]
    before = [None, *(stated(case, cell) for cell in row[:-1])]
    return _with(case, dict(zip(row, before, strict=True)), f"{_described(case, at)}: the row one column to the right")


def swap_columns(case: Case, one: Address, other: Address) -> Damage:
    """Two columns of a table exchanged below their headings."""
    pairs = list(zip(column_of(case, one), column_of(case, other), strict=True))
    values = {a: stated(case, b) for a, b in pairs} | {b: stated(case, a) for a, b in pairs}
    return _with(case, values, f"{place(case, one).table}: {place(case, one).column} ⇄ {place(case, other).column}")
