"""Locating (定位): from a book's texts to the place of every figure. No amount is read here.

Locating depends only on texts, merges and a few answers about numbers, so what it finds is kept and reused for the
next book that looks the same.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from juesuan.amount import Unit
from juesuan.bind import codetable, economic, header, panels, three
from juesuan.bind.find import Area, Title, Titles, areas, other_table, pages, titles_on, whole
from juesuan.bind.grid import Answer, Grid, answers
from juesuan.bind.parts import Parsed
from juesuan.book import Book, Problem, Sheet, place_name
from juesuan.catalogue import Catalogue
from juesuan.layout import Layout
from juesuan.sheetnames import OWN, RESULT, SUMS
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
    """Where everything is, and the answers (by sheet) it rests on; ``memo`` for what later steps draw from it.

    ``spare``: sheets with figures that no table uses.
    """

    tables: Mapping[str, Found]
    problems: tuple[Problem, ...]
    names: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    asked: tuple[tuple[int, tuple[tuple[tuple[int, int, str], Answer], ...]], ...]
    spare: tuple[str, ...] = ()
    memo: dict[object, object] = field(default_factory=dict)


def readable(sheet: Sheet) -> bool:
    """True for a sheet that may hold a table: not empty, not one of our own."""
    return bool(sheet.rows) and not sheet.name.startswith(OWN) and sheet.name not in (RESULT, "科目表", *SUMS)


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
        sheet.hidden_columns,
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
    units: set[Unit] = field(default_factory=set)
    copies: set[str] = field(default_factory=set)
    torn: set[str] = field(default_factory=set)
    unparsed: dict[str, str] = field(default_factory=dict)
    spare: tuple[str, ...] = ()

    def run(self, book: Book) -> Located:
        forms = (item for layout in self.catalogue.layouts.values() for item in layout.forms.items())
        titles = Titles(self.catalogue.tables, [(key, form.title) for key, form in forms])
        grids = [(i, Grid(sheet)) for i, sheet in enumerate(book.sheets) if readable(sheet)]
        for _, grid in sorted(grids, key=lambda g: g[1].sheet.state != "visible"):
            for group in pages(areas(grid, titles_on(grid, titles))):
                self.take_pages(grid, group)
        self.untitled([grid for _, grid in grids if not self.used(grid)])
        self.left_over([grid for _, grid in grids if not self.used(grid)])
        for _, grid in grids:
            self.cover(grid)
        for key in self.torn:
            del self.tables[key]
        self.unit_elsewhere()
        asked = tuple((i, tuple(grid.asked.items())) for i, grid in grids)
        return Located(
            self.tables,
            tuple(self.problems),
            tuple(name for name, _ in self.names.most_common()),
            tuple(year for year, _ in (self.years or self.covers).most_common()),
            asked,
            self.spare,
        )

    def take_pages(self, grid: Grid, group: list[Area]) -> None:
        """Take the printed pages of one table as one; areas that repeat a line are copies, not pages."""
        if len(group) > 1 and (together := self.parse(grid, whole(group))) is not None and not together.repeated:
            self.take(grid, whole(group))
        else:
            for area in group:
                self.take(grid, area)

    def take(self, grid: Grid, area: Area) -> None:
        """Take the table of an area, if its headings and lines are there and it was not found before."""
        key = area.title.table
        parsed = self.parse(grid, area)
        if parsed is None:
            if area.title.row >= 0 and sum(area.top < r <= area.bottom for r, _, _ in grid.texts) >= 6:
                self.unparsed.setdefault(key, place_name(grid.name, area.title.row, area.title.column))
            return
        if key in self.tables:
            place = place_name(grid.name, max(area.title.row, 0), area.title.column)
            if {x.key for x in parsed.lines}.isdisjoint(x.key for x in self.tables[key].lines) and parsed.cells:
                first = self.tables[key].sheet
                said = f"《{parsed.spec.name}》接在另一张工作表“{grid.name}”，请拼到“{first}”，没有校验"
                self.problems.append(Problem("S-02", place, said))
                self.torn.add(key)
                self.copies.add(grid.name)
                return
            said = f"《{self.catalogue.tables[key].name}》出现了不止一次，只校验“{self.tables[key].sheet}”中的一张"
            self.problems.append(Problem("S-02", place, said))
            self.copies.add(grid.name)
            return
        unit, wrong, at = header.money_unit(grid, area, parsed.first, parsed.last)
        if wrong:
            said = f"《{parsed.spec.name}》{wrong}，这张表没有参加校验"
            parsed.problems.append(Problem("S-06", place_name(grid.name, *at), said))
            parsed.doubtful.update(dict.fromkeys(parsed.cells, wrong))
        remark, notes = _below(grid, parsed)
        self.tables[key] = Found(grid.name, parsed, tuple(parsed.lines), tuple(parsed.columns), unit, remark, notes)
        self.problems.extend(parsed.problems)
        above, below = max(area.top - 5, 0), min(area.title.row + 6, max(parsed.first - 1, area.title.row))
        for kind, name, _ in header.unit_names(grid, above, below):
            self.names[kind, name] += 1
        for year, _ in header.years(grid, above, below):
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

    def unit_elsewhere(self) -> None:
        """The money unit of tables that state none: what stands on the cover or above them, where no other table says
        otherwise; where tables differ it cannot be known."""
        stated = {found.unit for found in self.tables.values() if found.unit}
        said = stated or self.units
        for key, found in self.tables.items():
            if found.unit or found.parsed.doubtful:
                continue
            if len(said) == 1 and not stated:
                self.tables[key] = replace(found, unit=next(iter(said)))
            elif len(said) > 1:
                why = "没有写明金额单位，其他表有用元的、有用万元的"
                at = place_name(found.sheet, max(found.parsed.area.title.row, 0), found.parsed.area.title.column)
                self.problems.append(Problem("S-06", at, f"《{found.parsed.spec.name}》{why}，这张表没有参加校验"))
                found.parsed.doubtful.update(dict.fromkeys(found.parsed.cells, why))

    def used(self, grid: Grid) -> bool:
        """True for a sheet that holds a table taken."""
        return any(found.sheet == grid.name for found in self.tables.values())

    def untitled(self, grids: list[Grid]) -> None:
        """Sheets without a title: each is taken for the one missing table whose headings it has, never for one of
        several, and a table is never taken from one of several such sheets."""
        while True:
            fits = {grid.name: fitting for grid in grids if not self.used(grid) and (fitting := self.fitting(grid))}
            only = {name: found[0] for name, found in fits.items() if len(found) == 1}
            counts = Counter(area.title.table for area in only.values())
            sure = [grid for grid in grids if grid.name in only and counts[only[grid.name].title.table] == 1]
            if not sure:
                break
            for grid in sure:
                name = self.catalogue.tables[only[grid.name].title.table].name
                said = f"工作表“{grid.name}”没有表题，按表头认作《{name}》"
                self.problems.append(Problem("S-07", place_name(grid.name, 0, 0), said))
                self.take(grid, only[grid.name])
        for sheet, fitting in fits.items():
            names = "、".join(f"《{self.catalogue.tables[area.title.table].name}》" for area in fitting)
            said = f"工作表“{sheet}”没有表题，像{names}，不能确定，没有校验"
            self.problems.append(Problem("S-07", place_name(sheet, 0, 0), said))
            self.copies.add(sheet)

    def fitting(self, grid: Grid) -> list[Area]:
        """A whole sheet as each of the missing tables whose headings it has best; none where it has another title."""
        found: list[tuple[int, Area]] = []
        for key in self.catalogue.tables:
            area = Area(Title(key, -1, 0, grid.name), -1, 0, grid.height - 1, grid.width - 1)
            parsed = self.parse(grid, area) if key not in self.tables else None
            if parsed is not None and len(parsed.columns) == len(parsed.spec.columns) and parsed.cells:
                if other_table(grid, parsed.first):
                    return []
                found.append((len(parsed.columns) if parsed.spec.kind == "codes" else 10, area))
        best = max((score for score, _ in found), default=0)
        return [area for score, area in found if score == best]

    def left_over(self, grids: list[Grid]) -> None:
        """Tell of titles whose tables were not recognised, and keep the sheets with figures that no table uses."""
        for key, place in self.unparsed.items():
            if key not in self.tables:
                said = f"有《{self.catalogue.tables[key].name}》的表题，但下面的表头和行认不出来，没有校验"
                self.problems.append(Problem("S-07", place, said))
        self.spare = tuple(grid.name for grid in grids if grid.name not in self.copies and grid.holds_figures())

    def cover(self, grid: Grid) -> None:
        """A sheet without tables, and what stands above a sheet's first table, may name the unit and the year."""
        tops = [f.parsed.area.top for f in self.tables.values() if f.sheet == grid.name]
        if not tops:
            for kind, name, _ in header.unit_names(grid, 0, min(grid.height, 60)):
                self.names[kind, name] += 1
        if unit := header.money_above(grid, min(tops) - 1 if tops else min(grid.height, 60)):
            self.units.add(unit)
        for year, _ in header.years(grid, 0, min(tops) if tops else min(grid.height, 20)):
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
