"""Changes to a finished form: wider columns, gaps, blank rows, hidden rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .style import Cell, Column, Form, Row


def widen_amounts(form: Form, width: int = 2) -> Form:
    """Every amount merged over several sheet columns."""
    wide = [c._replace(width=width) if c.kind in ("amount", "decoy") else c for c in form.columns]
    return replace(form, columns=wide)


def with_gap(form: Form) -> Form:
    """An empty column where the first group of headings ends."""
    heads = [column.path[0] for column in form.columns]
    at = next((n for n in range(1, len(heads)) if heads[n] != heads[n - 1]), None)
    if at is None or any(cell is None for row in form.rows for cell in row[at : at + 1]):
        return form
    columns = [*form.columns[:at], Column((), "blank"), *form.columns[at:]]
    return replace(form, columns=columns, rows=[[*row[:at], Cell(None, "blank"), *row[at:]] for row in form.rows])


def with_blank_rows(form: Form, every: int) -> Form:
    """An empty row after every few rows."""
    rows: list[Row] = []
    for index, row in enumerate(form.rows, start=1):
        rows.append(row)
        if index % every == 0:
            rows.append([Cell(None, column.kind) for column in form.columns])
    return replace(form, rows=rows)


def hide_rows(form: Form, hidden: Callable[[Row], bool]) -> Form:
    """The rows for which ``hidden`` holds become hidden rows."""
    return replace(form, hidden_rows=frozenset(n for n, row in enumerate(form.rows) if hidden(row)))


def without_figures(row: Row) -> bool:
    """Whether a row is for figures and carries none."""
    amounts = [cell.value for cell in row if cell is not None and cell.kind == "amount"]
    return bool(amounts) and not any(value is not None for value in amounts)
