"""Locating (定位): from a book's texts to the place of every figure. No amount is read here.

Locating depends only on texts, merges and a few answers about numbers, so what it finds is kept and reused for the
next book that looks the same.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from juesuan.amount import Unit
from juesuan.bind import codetable, economic, header, panels, three
from juesuan.bind.find import Area, Title, Titles, areas, titles_on
from juesuan.bind.grid import Answer, Grid, answers
from juesuan.bind.parts import Parsed
from juesuan.book import Book, Problem, Sheet, place_name
from juesuan.catalogue import Catalogue
from juesuan.layout import Layout
from juesuan.statements import Line

KEPT = 64  # located books kept; one template with one set of texts needs one


@dataclass(frozen=True)
class Found:
    """One table's places on its sheet: the money unit stated for it (None where none is), remark and notes below it."""

    sheet: str
    parsed: Parsed
    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    unit: Unit | None
    remark: str
    notes: tuple[str, ...]

    @cached_property
    def by_row(self) -> list[tuple[int, list[tuple[int, tuple[str, str]]]]]:
        """Row by row, the columns of its figures and what they are; in the order of ``parsed.cells``."""
        runs = groupby(self.parsed.cells.items(), key=lambda item: item[1][0])
        return [(row, [(place[1], ref) for ref, place in cells]) for row, cells in runs]


@dataclass(frozen=True)
class Located:
    """Where everything is, and the answers (by sheet) it rests on; ``memo`` for what later steps draw from it."""

    tables: Mapping[str, Found]
    problems: tuple[Problem, ...]
    names: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    asked: tuple[tuple[int, tuple[tuple[tuple[int, int, str], Answer], ...]], ...]
    memo: dict[object, object] = field(default_factory=dict)


def readable(sheet: Sheet) -> bool:
    """True for a sheet that may hold a table: not empty, not one of our own."""
    return bool(sheet.rows) and not sheet.name.startswith("_juesuan") and sheet.name not in ("校验结果", "科目表")


class Memory:
    """What has been located before, by the texts of the book."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Located] = OrderedDict()

    def locate(self, book: Book, catalogue: Catalogue, layout: Layout | None) -> Located:
        """Locate a book, or reuse the places of one with the same texts and answers."""
        key = (catalogue.sha256, layout.id if layout else "", tuple(_texts(sheet) for sheet in book.sheets))
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
        if known is not None and all(answers(book.sheets[i], asked) for i, asked in known.asked):
            return known
        located = _Locator(catalogue, layout).run(book)
        self._kept[key] = located
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return located


def _texts(sheet: Sheet) -> tuple[object, ...]:
    widths = tuple(map(len, sheet.rows))
    return (
        sheet.name,
        sheet.state,
        sheet.merges,
        widths,
        tuple([v if type(v) is str else None for row in sheet.rows for v in row]),
    )


@dataclass
class _Locator:
    catalogue: Catalogue
    layout: Layout | None
    tables: dict[str, Found] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    names: Counter[tuple[str, str]] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    covers: Counter[int] = field(default_factory=Counter)

    def run(self, book: Book) -> Located:
        forms = (item for layout in self.catalogue.layouts.values() for item in layout.forms.items())
        titles = Titles(self.catalogue.tables, [(key, form.title) for key, form in forms])
        grids = [(i, Grid(sheet)) for i, sheet in enumerate(book.sheets) if readable(sheet)]
        for _, grid in sorted(grids, key=lambda g: g[1].sheet.state != "visible"):
            for area in areas(grid, titles_on(grid, titles)):
                self.take(grid, area)
        for _, grid in grids:
            if grid.name not in {f.sheet for f in self.tables.values()}:
                self.untitled(grid)
        for _, grid in grids:
            if grid.name not in {f.sheet for f in self.tables.values()}:
                self.cover(grid)
        asked = tuple((i, tuple(grid.asked.items())) for i, grid in grids)
        return Located(
            self.tables,
            tuple(self.problems),
            tuple(name for name, _ in self.names.most_common()),
            tuple(year for year, _ in (self.years or self.covers).most_common()),
            asked,
        )

    def take(self, grid: Grid, area: Area) -> None:
        """Take the table of an area, if its headings and lines are there and it was not found before."""
        key = area.title.table
        parsed = self.parse(grid, area)
        if parsed is None:
            return
        if key in self.tables:
            place = place_name(grid.name, max(area.title.row, 0), area.title.column)
            said = f"《{self.catalogue.tables[key].name}》出现了不止一次，只校验“{self.tables[key].sheet}”中的一张"
            self.problems.append(Problem("S-02", place, said))
            return
        stated = header.money_unit(grid, area)
        remark, notes = _below(grid, parsed)
        unit = stated[0] if stated else None
        self.tables[key] = Found(grid.name, parsed, tuple(parsed.lines), tuple(parsed.columns), unit, remark, notes)
        self.problems.extend(parsed.problems)
        for kind, name, _ in header.unit_names(grid, max(area.top - 5, 0), area.title.row + 6):
            self.names[kind, name] += 1
        for year, _ in header.years(grid, max(area.top - 5, 0), area.title.row + 4):
            self.years[year] += 1

    def parse(self, grid: Grid, area: Area) -> Parsed | None:
        spec = self.catalogue.tables[area.title.table]
        layouts = self.catalogue.layouts.values() if self.layout is None else (self.layout,)
        headings = {k: v for layout in layouts for k, v in layout.forms[spec.key].headings.items()}
        labels = {k: v for layout in layouts for k, v in layout.forms[spec.key].labels.items()}
        match spec.kind:
            case "panels":
                return panels.parse(grid, area, spec, headings, labels)
            case "codes":
                return codetable.parse(grid, area, spec, headings, self.catalogue.functional)
            case "economic":
                return economic.parse(grid, area, spec, headings, self.catalogue.economic)
            case "matrix":
                return three.parse(grid, area, spec, headings)

    def untitled(self, grid: Grid) -> None:
        """A sheet without a title: taken for the one missing table whose headings it has, never for one of several."""
        fitting: list[tuple[int, Area]] = []
        for key in self.catalogue.tables:
            if key in self.tables:
                continue
            area = Area(Title(key, -1, 0, grid.name), -1, 0, grid.height - 1, grid.width - 1)
            parsed = self.parse(grid, area)
            if parsed is not None and len(parsed.columns) == len(parsed.spec.columns) and parsed.cells:
                fitting.append((len(parsed.columns) if parsed.spec.kind == "codes" else 10, area))
        best = max((score for score, _ in fitting), default=0)
        chosen = [area for score, area in fitting if score == best]
        if len(chosen) == 1:
            name = self.catalogue.tables[chosen[0].title.table].name
            said = f"工作表“{grid.name}”没有表题，按表头认作《{name}》"
            self.problems.append(Problem("S-07", place_name(grid.name, 0, 0), said))
            self.take(grid, chosen[0])

    def cover(self, grid: Grid) -> None:
        """A sheet without tables may still name the unit and the year."""
        for kind, name, _ in header.unit_names(grid, 0, min(grid.height, 60)):
            self.names[kind, name] += 1
        for year, _ in header.years(grid, 0, min(grid.height, 20)):
            self.covers[year] += 1


def _below(grid: Grid, parsed: Parsed) -> tuple[str, tuple[str, ...]]:
    """(remark, notes) under a table: the sentence saying why it is empty, and the notes."""
    notes: list[str] = []
    remark = ""
    for row, column, text in grid.texts:
        if not (parsed.last < row <= parsed.area.bottom and parsed.area.left <= column <= parsed.area.right):
            continue
        said = text.strip()
        if len(said) < 3:
            continue
        if not remark and parsed.spec.may_be_empty and _says_none(said):
            remark = said
        else:
            notes.append(said)
    return remark, tuple(notes)


def _says_none(text: str) -> bool:
    squeezed = text.replace(" ", "")
    if squeezed.startswith("注：本表反映"):
        return False
    return any(word in squeezed for word in ("空表", "无", "没有", "未"))
