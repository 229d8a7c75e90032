"""Comparing Books."""

from __future__ import annotations

from collections.abc import Iterable

from juesuan.book import Book, Value


def cells(rows: Iterable[Iterable[Value]]) -> dict[tuple[int, int], Value]:
    return {
        (r, c): value for r, row in enumerate(rows) for c, value in enumerate(row) if value is not None and value != ""
    }


def same(one: Book, other: Book) -> None:
    """Blank places at the ends of rows aside, the Books are equal."""
    assert [s.name for s in one.sheets] == [s.name for s in other.sheets]
    for a, b in zip(one.sheets, other.sheets, strict=True):
        assert repr(cells(a.rows)) == repr(cells(b.rows))
        for field in ("formulas", "merges", "hidden_rows", "hidden_columns", "state", "formats"):
            assert getattr(a, field) == getattr(b, field), field
    assert (one.defined_names, one.problems) == (other.defined_names, other.problems)
