"""The 三公 table: six items × 预算数/决算数, across in twelve columns, across in pairs, or one item a row."""

from __future__ import annotations

from collections.abc import Mapping

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.parts import NOTE, NUMBERING, Parsed
from juesuan.statements import Line
from juesuan.tables import LineSpec, TableSpec
from juesuan.text import plain, printed


def parse(grid: Grid, area: Area, spec: TableSpec, extra: Mapping[str, str]) -> Parsed | None:
    """The table in an area, or None where its items are not there."""
    items = {plain(w): line for line in spec.lines for w in (line.key, line.printed, *line.aliases)}
    bases = {plain(w): c.key for c in spec.columns for w in (c.key, c.printed, *c.aliases, extra.get(c.key, "")) if w}
    return _list(grid, area, spec, items, bases) or _across(grid, area, spec, items, bases)


def _basis(text: str, bases: Mapping[str, str]) -> str | None:
    text = text.removesuffix("（万元）").removesuffix("（元）")
    if text in bases:
        return bases[text]
    trimmed = text[4:] if text[:4].isdigit() else text
    return bases.get(trimmed.removeprefix("年度").removeprefix("年"))


def _list(
    grid: Grid, area: Area, spec: TableSpec, items: Mapping[str, LineSpec], bases: Mapping[str, str]
) -> Parsed | None:
    """One item a row: the items stand in one column, 预算数 and 决算数 head two others."""
    columns: dict[int, list[tuple[int, LineSpec]]] = {}
    for row, column, text in grid.texts:
        if area.title.row < row <= area.bottom and area.left <= column <= area.right and plain(text) in items:
            columns.setdefault(column, []).append((row, items[plain(text)]))
    if not columns:
        return None
    column = max(columns, key=lambda c: len({x.key for _, x in columns[c]}))
    if len({x.key for _, x in columns[column]}) < 4:
        return None
    start = min(row for row, _ in columns[column])
    amounts: dict[str, int] = {}
    for c in range(column + 1, area.right + 1):
        for text in reversed(grid.stack(c, area.title.row + 1, start - 1)):
            if (basis := _basis(text, bases)) and basis not in amounts:
                amounts[basis] = c
                break
    if not amounts:
        return None
    parsed = Parsed(spec, area, columns=[k for k in spec.column_keys if k in amounts])
    for row, line in columns[column]:
        if any(line.key == x.key for x in parsed.lines):
            continue
        parsed.add(Line(line.key, "", printed(grid.raw(row, column))), grid.origin(row, column))
        parsed.last = max(parsed.last, row)
        for key, c in amounts.items():
            parsed.cells[line.key, key] = grid.origin(row, c)
    parsed.headings = {k: (start - 1, c) for k, c in amounts.items()}
    return parsed


def _across(
    grid: Grid, area: Area, spec: TableSpec, items: Mapping[str, LineSpec], bases: Mapping[str, str]
) -> Parsed | None:
    """Items across: every column's stacked labels name an item and whether it is 预算 or 决算."""
    top = area.title.row + 1
    bottom = _heading_end(grid, area, items, bases)
    if bottom is None:
        return None
    parsed = Parsed(spec, area)
    found: dict[tuple[str, str], int] = {}
    last_basis, last_item = None, None
    for column in range(area.left, area.right + 1):
        stack = grid.stack(column, top, bottom)
        basis = next((b for t in stack if (b := _basis(t, bases))), None)
        item = next((items[t] for t in reversed(stack) if t in items), None)
        # A heading over several columns that is not merged is written over the first of them only.
        if item and not basis:
            basis = last_basis
        elif basis and not item:
            item = last_item
        last_basis, last_item = basis or last_basis, item or last_item
        if basis and item and (item.key, basis) not in found:
            found[item.key, basis] = column
    if len({line for line, _ in found}) < 3:
        return None
    row = _data_row(grid, bottom + 1, area.bottom, found)
    if row is None:
        parsed.tell(grid, bottom, area.left, f"《{spec.name}》的表头下没有数据行")
        return parsed
    columns = [k for k in spec.column_keys if any(basis == k for _, basis in found)]
    parsed.columns = columns
    parsed.headings = {basis: (bottom, c) for (_, basis), c in sorted(found.items(), key=lambda i: -i[1])}
    for line in spec.lines:
        if not any(key == line.key for key, _ in found):
            continue
        at = min(c for (key, _), c in found.items() if key == line.key)
        parsed.add(Line(line.key, "", line.printed), (bottom, at))
        for basis in columns:
            if (line.key, basis) in found:
                parsed.cells[line.key, basis] = grid.origin(row, found[line.key, basis])
    parsed.last = row
    return parsed


def _heading_end(grid: Grid, area: Area, items: Mapping[str, LineSpec], bases: Mapping[str, str]) -> int | None:
    """The last row of the headings: the lowest that still names an item or a basis."""
    last = None
    for row in range(area.title.row + 1, area.bottom + 1):
        labels = [grid.label(row, c) for c in range(area.left, area.right + 1)]
        if NOTE.match(next((t for t in (grid.raw(row, c) for c in range(area.left, area.right + 1)) if t), "")):
            break
        if any(t in items or _basis(t, bases) for t in labels if t):
            last = row
    return last


def _data_row(grid: Grid, top: int, bottom: int, found: Mapping[tuple[str, str], int]) -> int | None:
    """The row of figures: the first below the headings that is not 栏次."""
    for row in range(top, bottom + 1):
        first = next((t for c in range(min(found.values()) + 1) if (t := grid.label(row, c))), "")
        if NOTE.match(grid.raw(row, 0)) or NOTE.match(first):
            return None
        numbering = first in NUMBERING or _counts_up(grid, row, sorted(found.values()))
        if not numbering:
            return row
    return None


def _counts_up(grid: Grid, row: int, columns: list[int]) -> bool:
    """True for a row of 栏次 without that word: 1, 2, 3 … over the amount columns."""
    expected = 1
    for column in columns:
        if grid.digits(row, column) != str(expected):
            return False
        expected += 1
    return expected > 3
