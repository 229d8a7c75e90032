"""A workbook in memory behind the Excel object model: what a file holds, changed as it is told to."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from juesuan.hosts.read import read_book
from juesuan.hosts.shift import shift
from tests.addin.backend import Area, places

Place = tuple[int, int]
_STATES = {"visible": -1, "hidden": 0, "veryHidden": 2}


@dataclass
class Page:
    """One sheet."""

    values: dict[Place, Any] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    fills: dict[Place, int] = field(default_factory=dict)
    open: set[Place] = field(default_factory=set)
    notes: dict[Place, str] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    looks: list[tuple[Area, str, Any]] = field(default_factory=list)
    rules: list[tuple[Area, str, Mapping[str, Any]]] = field(default_factory=list)
    state: int = -1
    formats: dict[Place, str] = field(default_factory=dict)
    tab: int | None = None
    secret: str | None = None


class Memory:
    """A Backend. ``macros``: name → function, as if an add-in were loaded."""

    def __init__(self, data: bytes, name: str = "决算公开表.xlsx", path: str = "") -> None:
        self.name, self.path, self._data = name, path, data
        self.pages: dict[str, Page] = {}
        self.copies: list[str] = []
        self.macros: dict[str, Callable[[str], Any]] = {}
        book = read_book(data, name=name)
        self._names = dict(book.defined_names)
        looks = load_workbook(io.BytesIO(data))
        for sheet in book.sheets:
            page = self.pages[sheet.name] = Page(state=_STATES[sheet.state], merges=list(sheet.merges))
            page.formulas = dict(sheet.formulas)
            page.hidden_rows, page.hidden_columns = set(sheet.hidden_rows), set(sheet.hidden_columns)
            for row, values in enumerate(sheet.rows):
                for column, value in enumerate(values):
                    if value not in (None, ""):
                        page.values[row, column] = value
            styled = looks[sheet.name]
            page.secret = "" if styled.protection.sheet else None
            for cells in styled.iter_rows():
                for cell in cells:
                    place = (cell.row - 1, cell.column - 1)
                    fill = cell.fill
                    if fill.fill_type == "solid" and isinstance(fill.fgColor.rgb, str):
                        page.fills[place] = _bgr(fill.fgColor.rgb[-6:])
                    if cell.number_format != "General":
                        page.formats[place] = cell.number_format
                    if not cell.protection.locked:
                        page.open.add(place)
                    if cell.comment:
                        page.notes[place] = cell.comment.text
            colour = styled.sheet_properties.tabColor
            page.tab = _bgr(colour.rgb[-6:]) if colour is not None and isinstance(colour.rgb, str) else None

    def sheets(self) -> list[str]:
        return list(self.pages)

    def add(self, name: str, at: int) -> None:
        items = list(self.pages.items())
        items.insert(at, (name, Page()))
        self.pages = dict(items)

    def drop(self, sheet: str) -> None:
        del self.pages[sheet]

    def rename(self, sheet: str, name: str) -> None:
        self.pages = {name if known == sheet else known: page for known, page in self.pages.items()}

    def move(self, sheet: str, at: int) -> None:
        items = [(name, page) for name, page in self.pages.items() if name != sheet]
        items.insert(at, (sheet, self.pages[sheet]))
        self.pages = dict(items)

    def used(self, sheet: str) -> Area:
        page = self.pages[sheet]
        held = [*page.values, *page.formulas, *page.fills] or [(0, 0)]
        return min(r for r, _ in held), min(c for _, c in held), max(r for r, _ in held), max(c for _, c in held)

    def filled(self, sheet: str) -> set[Place]:
        page = self.pages[sheet]
        return {*page.values, *page.formulas}

    def values(self, sheet: str, area: Area) -> tuple[tuple[Any, ...], ...]:
        page = self.pages[sheet]
        return _rows(area, lambda place: page.values.get(place))

    def formulas(self, sheet: str, area: Area) -> tuple[tuple[Any, ...], ...]:
        page = self.pages[sheet]
        return _rows(area, lambda place: "=" + page.formulas[place] if place in page.formulas
                     else _text(page.values.get(place)))  # fmt: skip

    def write(self, sheet: str, area: Area, rows: Sequence[Sequence[Any]], formulas: bool) -> None:
        page = self.pages[sheet]
        for place in places(area):
            value = rows[place[0] - area[0]][place[1] - area[1]]
            page.values.pop(place, None)
            page.formulas.pop(place, None)
            if isinstance(value, str) and value.startswith("=") and self._format(page, place) != "@":
                page.formulas[place] = value[1:]
            elif isinstance(value, str):
                page.values[place] = value.removeprefix("'") if self._format(page, place) != "@" else value
            elif value is not None:
                page.values[place] = value

    def clear(self, sheet: str) -> None:
        kept = self.pages[sheet]
        self.pages[sheet] = Page(state=kept.state, tab=kept.tab, secret=kept.secret)

    def get(self, sheet: str, area: Area, what: str) -> Any:
        page, place = self.pages[sheet], area[:2]
        if what == "NumberFormat":
            formats = {self._format(page, one) for one in places(area)}
            return formats.pop() if len(formats) == 1 else None
        return {"fill": page.fills.get(place), "Locked": place not in page.open, "threaded": False}[what]

    def set(self, sheet: str, area: Area, what: str, value: Any) -> None:
        page = self.pages[sheet]
        if what == "row.Hidden" or what == "column.Hidden":
            lines = page.hidden_rows if what[0] == "r" else page.hidden_columns
            span = range(area[0], area[2] + 1) if what[0] == "r" else range(area[1], area[3] + 1)
            lines.update(span) if value else lines.difference_update(span)
            return
        if what not in ("fill", "Locked"):
            page.looks.append((area, what, value))
            return
        for place in places(area):
            if what == "Locked":
                page.open.discard(place) if value else page.open.add(place)
            elif value is None:
                page.fills.pop(place, None)
            else:
                page.fills[place] = value

    def _format(self, page: Page, place: Place) -> str:
        row, column = place
        told = (value for (top, left, bottom, right), what, value in reversed(page.looks)
                if what == "NumberFormat" and top <= row <= bottom and left <= column <= right)  # fmt: skip
        return str(next(told, page.formats.get(place, "General")))

    def notes(self, sheet: str) -> dict[Place, str]:
        return self.pages[sheet].notes

    def note(self, sheet: str, place: Place, text: str | None) -> None:
        if text is None:
            self.pages[sheet].notes.pop(place, None)
        else:
            self.pages[sheet].notes[place] = text

    def merges(self, sheet: str) -> list[Area]:
        return self.pages[sheet].merges

    def merge(self, sheet: str, area: Area) -> None:
        self.pages[sheet].merges.append(area)

    def unmerge(self, sheet: str) -> None:
        self.pages[sheet].merges.clear()

    def hidden(self, sheet: str) -> tuple[set[int], set[int]]:
        return self.pages[sheet].hidden_rows, self.pages[sheet].hidden_columns

    def state(self, sheet: str) -> int:
        return self.pages[sheet].state

    def show(self, sheet: str, state: int) -> None:
        self.pages[sheet].state = state

    def tab(self, sheet: str) -> int | None:
        return self.pages[sheet].tab

    def colour_tab(self, sheet: str, colour: int | None) -> None:
        self.pages[sheet].tab = colour

    def protected(self, sheet: str) -> bool:
        return self.pages[sheet].secret is not None

    def protect(self, sheet: str, secret: str) -> None:
        self.pages[sheet].secret = secret

    def unprotect(self, sheet: str, secret: str) -> bool:
        page = self.pages[sheet]
        if page.secret not in (None, secret):
            return False
        page.secret = None
        return True

    def names(self) -> dict[str, str]:
        return self._names

    def define(self, name: str, reference: str | None) -> None:
        self._names.pop(name, None)
        if reference is not None:
            self._names[name] = reference

    def copy_row(self, sheet: str, row: int, like: int) -> None:
        page = self.pages[sheet]
        source = like + (like >= row)
        for kept in (page.values, page.formulas, page.fills, page.notes):
            _insert(kept, row, source)  # type: ignore[arg-type]  # each a dictionary by place
        for column in [c for r, c in page.formulas if r == source]:
            page.formulas[row, column] = shift(page.formulas[source, column], (source, column), (row, column))
        opened: dict[Place, bool] = dict.fromkeys(page.open, True)
        _insert(opened, row, source)
        page.open = set(opened)
        page.merges = [(t + (t >= row), left, b + (b >= row), r) for t, left, b, r in page.merges]
        page.merges += [(row, left, row, r) for t, left, b, r in page.merges if t == b == source]

    def recalculate(self) -> None:
        return None

    def save_copy(self, path: str) -> None:
        """What the file held when it was opened stands in for what would be saved."""
        self.copies.append(path)
        Path(path).write_bytes(self._data)

    def add_rule(self, sheet: str, area: Area, kind: str, details: Mapping[str, Any]) -> None:
        self.pages[sheet].rules.append((area, kind, details))

    def run(self, macro: str, argument: str) -> Any:
        return self.macros[macro](argument)


def _rows(area: Area, of: Callable[[Place], Any]) -> tuple[tuple[Any, ...], ...]:
    top, left, bottom, right = area
    return tuple(tuple(of((r, c)) for c in range(left, right + 1)) for r in range(top, bottom + 1))


def _insert(kept: dict[Place, Any], row: int, source: int) -> None:
    """Move what stands from ``row`` on one down, then copy the row ``source`` (its number after that)."""
    below = {(r + 1, c): kept.pop((r, c)) for r, c in [place for place in kept if place[0] >= row]}
    kept.update(below)
    kept.update({(row, c): value for (r, c), value in list(kept.items()) if r == source})


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _bgr(rgb: str) -> int:
    return int(rgb[4:6] + rgb[2:4] + rgb[:2], 16)
