"""Cells gathered into what a program takes in few calls: blocks to write, areas of one look. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from juesuan.book import Cell, Value, cell_name
from juesuan.draft import DraftCell, SheetDraft
from juesuan_addin.port import Held, Put

#: Text that no program takes for a number, a date or a formula. Anything else is marked as text when it is written.
_PLAINLY_TEXT = re.compile(r"[\u4e00-\u9fff【（“《〈、。]")


def held(value: Value) -> Held:
    """A value as a port takes it."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value  # type: ignore[return-value]


def blocks(cells: dict[Cell, tuple[Held, bool]]) -> Iterable[Put]:
    """Cells lying side by side in a row, and such rows of equal extent below each other, become one block."""
    lines: list[tuple[int, int, bool, list[Held]]] = []
    for (row, column), (value, formula) in sorted(cells.items()):
        if lines and lines[-1][0] == row and lines[-1][1] + len(lines[-1][3]) == column and lines[-1][2] == formula:
            lines[-1][3].append(value)
        else:
            lines.append((row, column, formula, [value]))
    open_blocks: dict[tuple[int, int, bool], tuple[int, list[list[Held]]]] = {}
    for row, column, formula, values in lines:
        key = (column, len(values), formula)
        start, rows = open_blocks.get(key, (row, []))
        if rows and start + len(rows) != row:
            yield Put(cell_name(start, column), rows, formula)
            start, rows = row, []
        rows.append(values)
        open_blocks[key] = (start, rows)
    for (column, _, formula), (start, rows) in open_blocks.items():
        yield Put(cell_name(start, column), rows, formula)


def runs(numbers: Collection[int]) -> Iterator[tuple[int, int]]:
    """Numbers as runs without a gap: (first, last)."""
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def as_text(value: Held, texts: bool = False) -> Held:
    """A text the program would take for something else gets the mark of a text.

    ``texts``: it goes to cells that hold texts only; there just a mark that is the text's own needs one before it.
    """
    if not isinstance(value, str) or not value or _PLAINLY_TEXT.match(value):
        return value
    if texts and value[0] != "'":
        return value
    return "'" + value


def areas(cells: set[Cell]) -> Iterator[str]:
    """Cells as few rectangles: runs along rows, equal runs joined downwards."""
    columns: dict[int, set[int]] = {}
    for row, column in cells:
        columns.setdefault(row, set()).add(column)
    spans: dict[tuple[int, int], list[int]] = {}
    for row in sorted(columns):
        for span in runs(columns[row]):
            spans.setdefault(span, []).append(row)
    for (left, right), rows in spans.items():
        for top, bottom in runs(rows):
            first, last = cell_name(top, left), cell_name(bottom, right)
            yield first if first == last else f"{first}:{last}"


def by_style(draft: SheetDraft) -> dict[tuple[str, str], set[Cell]]:
    """The cells of each style, by its name and the number format that replaces its own."""
    found: dict[tuple[str, str], set[Cell]] = {}
    for place, cell in draft.cells.items():
        found.setdefault((cell.style, cell.format), set()).add(place)
    return found


def contents(draft: SheetDraft) -> list[Put]:
    """What a drawn sheet's cells hold, as blocks."""
    return list(blocks({place: _content(cell) for place, cell in draft.cells.items() if _holds(cell)}))


def unfitted(draft: SheetDraft) -> list[str]:
    """The rows without a height of their own, as "3:7": programs fit them by the widths of the moment of writing."""
    return [f"{first + 1}:{last + 1}" for first, last in runs({row for row, _ in draft.cells} - draft.heights.keys())]


def jump(target: str) -> str:
    """A link's place with the sheet quoted, as SubAddress wants it."""
    sheet, _, cell = target.rpartition("!")
    if not sheet or sheet[0] == "'":
        return target
    return f"'{sheet}'!{cell}"


def _holds(cell: DraftCell) -> bool:
    return bool(cell.formula) or cell.value not in (None, "")


def _content(cell: DraftCell) -> tuple[Held, bool]:
    if cell.formula:
        return f"={cell.formula}", True
    value = cell.value
    return (float(value) if isinstance(value, int | Decimal) else value), False
