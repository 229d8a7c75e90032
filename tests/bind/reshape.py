"""Changes to finished forms that the foreign writers do not make: more columns and rows, panels elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tests.foreign.style import Cell, Column, Form, Row


def cell_name(row: Row) -> str:
    """The text of a row's first name cell."""
    return next((str(c.value) for c in row if c is not None and c.kind == "name" and c.value), "")


def has_figures(row: Row) -> bool:
    """Whether a row is for figures."""
    return any(c is not None and c.kind == "amount" for c in row)


def with_column(form: Form, at: int, column: Column, cell: Callable[[int, Row], Cell]) -> Form:
    """A further column before position ``at``."""
    columns = [*form.columns[:at], column, *form.columns[at:]]
    rows: list[Row] = [[*row[:at], cell(n, row), *row[at:]] for n, row in enumerate(form.rows)]
    return replace(form, columns=columns, rows=rows)


def decoy(step: float) -> Callable[[int, Row], Cell]:
    """A plausible number in every row of figures."""

    def cell(n: int, row: Row) -> Cell:
        return Cell(round(step + 7.13 * n, 2), "decoy") if has_figures(row) else Cell(None, "decoy")

    return cell


def words(text: str) -> Callable[[int, Row], Cell]:
    """A text in every third row of figures."""
    return lambda n, row: Cell(text if has_figures(row) and n % 3 == 0 else None)


def with_rows(form: Form, rows: Iterable[tuple[int, Row]]) -> Form:
    """Further rows, each before the row of that number in the old form."""
    added: dict[int, list[Row]] = {}
    for at, row in rows:
        added.setdefault(at, []).append(row)
    new: list[Row] = []
    for n in range(len(form.rows) + 1):
        new += added.get(n, [])
        new += form.rows[n : n + 1]
    return replace(form, rows=new)


def text_row(form: Form, text: str, amount: float | None = None, kind: str = "name") -> Row:
    """A row with a text in the first column of a kind and, if wanted, a number in the first amount column."""
    at = next(n for n, c in enumerate(form.columns) if c.kind == kind)
    row: Row = [Cell(None, c.kind) for c in form.columns]
    row[at] = Cell(text, "name")
    if amount is not None:
        place = next(n for n, c in enumerate(form.columns) if c.kind == "amount" and n > at)
        row[place] = Cell(amount, "decoy")
    return row


def reheaded(form: Form, path: Callable[[Column], tuple[str, ...]]) -> Form:
    """The same form with other headings."""
    return replace(form, columns=[c._replace(path=path(c)) for c in form.columns])


def renamed(form: Form, change: Callable[[str], str]) -> Form:
    """The same form with other names in its name cells."""
    rows: list[Row] = [
        [c._replace(value=change(c.value)) if c and c.kind == "name" and isinstance(c.value, str) else c for c in row]
        for row in form.rows
    ]
    return replace(form, rows=rows)


def reordered(form: Form, order: Sequence[int]) -> Form:
    """The same columns in another order."""
    return replace(form, columns=[form.columns[n] for n in order], rows=[[row[n] for n in order] for row in form.rows])


def split_at(form: Form, side: str) -> int:
    """The position of the first column whose heading starts with ``side``."""
    return next(n for n, c in enumerate(form.columns) if c.path[0] == side)
