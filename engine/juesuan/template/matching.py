"""Which line, column or table of the catalogue a published label means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from juesuan.tables import ColumnSpec, LineSpec, TableSpec
from juesuan.text import bare, plain

#: A label clipped by the printer still counts from so many characters on.
_CLIPPED = 6


def table(title: str, specs: Iterable[TableSpec]) -> TableSpec | None:
    """The table a title names; None for an unknown one."""
    wanted = {plain(title), bare(title)}
    for spec in specs:
        if wanted & {plain(t) for t in (spec.name, *spec.titles)}:
            return spec
    return None


def column(heading: str, columns: Sequence[ColumnSpec]) -> str:
    """The key of the column a heading names; "" for an unknown one. Its own name goes before other columns' aliases."""
    wanted = plain(heading)
    for spec in columns:
        if wanted in (plain(spec.key), plain(spec.printed)):
            return spec.key
    for spec in columns:
        if wanted in {plain(a) for a in spec.aliases}:
            return spec.key
    return ""


def line(label: str, lines: Sequence[LineSpec]) -> LineSpec | None:
    """The first of ``lines`` a label names, allowing for a clipped end."""
    wanted = plain(label)
    for spec in lines:
        if wanted in _names(spec):
            return spec
    if len(wanted) >= _CLIPPED:
        for spec in lines:
            if any(name.startswith(wanted) for name in _names(spec)):
                return spec
    return None


def panel_lines(labels: Sequence[str], lines: Sequence[LineSpec]) -> list[LineSpec | None]:
    """The line of every label of one panel, each line once, in the panel's order.

    One name may stand twice in a panel (a grant in the head, its carry-over in the tail): the search goes on after the
    last line found and starts again from the top only for a label out of order.
    """
    found: list[LineSpec | None] = []
    at, used = 0, set[str]()
    for label in labels:
        free = [x for x in (*lines[at:], *lines[:at]) if x.key not in used and not x.blank]
        spec = line(label, free) if label else None
        if spec:
            used.add(spec.key)
            at = lines.index(spec) + 1
        found.append(spec)
    return found


def _names(spec: LineSpec) -> set[str]:
    return {plain(n) for n in (spec.key, spec.printed, *spec.aliases) if n}
