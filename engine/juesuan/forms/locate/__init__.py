"""Finding performance forms in any workbook, by titles and header words and not by position."""

from __future__ import annotations

from collections.abc import Iterable

from juesuan.binding import BoundTable
from juesuan.book import Book
from juesuan.forms import labels, scheme
from juesuan.forms.locate.find import regions
from juesuan.forms.locate.read import BoundForm, read

__all__ = ["BoundForm", "locate"]


def locate(book: Book, tables: Iterable[BoundTable] = ()) -> tuple[BoundForm, ...]:
    """The forms of a workbook in their order, without those nobody has filled in. ``tables``: what the nine tables
    take (binding.tables.values()), which is passed over."""
    words, known = scheme.load().words, labels.load()
    found = (read(region, known, words) for region in regions(book, tables, known))
    return tuple(form for form in found if form)
