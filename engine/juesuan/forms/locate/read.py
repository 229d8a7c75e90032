"""One region of a sheet → one form, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from juesuan.book import Problem, place_name
from juesuan.forms.filled import Filled, Row, record
from juesuan.forms.labels import Labels
from juesuan.forms.locate import funds, indicators, others
from juesuan.forms.locate.find import Region
from juesuan.forms.locate.funds import Funds, Places
from juesuan.forms.locate.grid import Grid
from juesuan.forms.locate.heads import Heads
from juesuan.forms.locate.indicators import Indicators, Stop
from juesuan.forms.locate.marks import goal, heading, is_total
from juesuan.forms.records import Form, Goal
from juesuan.forms.words import Words

Key = tuple[str, int | None, str]
_GRADES = frozenset({"优", "良", "中", "差"})
#: Whole-form titles say so; others are a project's where a project is named.
_PROJECT = ("项目", "专项", "经费", "资金")


@dataclass(frozen=True)
class BoundForm:
    """A form found in a workbook. ``places``: (part, row, field) → (row, column), the parts as the rules name them
    (head, totals, funds, goals, indicators, foot, basics); ``area``: first row and column, last row and column;
    ``spec``: the letter it looks like, "" where unsure; ``filled``: everything printed on it."""

    form: Form
    filled: Filled
    spec: str
    sheet: str
    title: str
    title_cell: tuple[int, int] | None
    area: tuple[int, int, int, int]
    places: Mapping[Key, tuple[int, int]]
    problems: tuple[Problem, ...] = ()
    _grid: Grid | None = field(default=None, compare=False, repr=False)

    @cached_property
    def cells(self) -> Mapping[Key, str]:
        """(part, row, field) → "Sheet!C7"."""
        return {key: self._name(place) for key, place in self.places.items()}

    def cell(self, part: str, row: int | None = None, field: str = "") -> str:
        """The cell of a finding: that of the field, else of its row, else of the title, else the sheet's first."""
        for key in (
            (part, row, field),
            (part, row, "level3"),
            (part, row, ""),
            (part, None, field),
            ("title", None, ""),
        ):
            if key in self.places:
                return self._name(self.places[key])
        return self._name(self.places["sheet", None, ""])

    def _name(self, place: tuple[int, int]) -> str:
        return self._grid.name(*place) if self._grid else place_name(self.sheet, *place)


@dataclass
class _Reading:
    """What has been read of one form."""

    grid: Grid
    labels: Labels
    words: Words
    kind: str
    places: Places = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    evidence: bool = False
    last: int = 0

    def __post_init__(self) -> None:
        self.heads = Heads(self.grid, self.labels, self.places)
        self.funds = Funds(self.grid, self.labels, self.words, self.places, [])
        self.indicators = Indicators(self.grid, self.labels, self.places, self.problems)
        self.stop = Stop(self.grid, self.labels)

    def run(self, row: int) -> None:
        """Read all rows from ``row`` on."""
        while row <= self.grid.bottom:
            spots = self.grid.row(row)
            if self.indicators.columns and heading(spots):
                break
            after = max(self._step(row), row) if spots else row
            if after > row:
                self.last = max((r for r in range(row, after) if self.grid.row(r)), default=row)
            row = max(after, row + 1)

    def _step(self, row: int) -> int:
        spots = self.grid.row(row)
        if self.kind == "名册" and (heads := others.people_header(spots, self.labels)):
            self.evidence = True
            return others.people(self.grid, row, heads, self.labels, self.places, self.rows.setdefault("people", []))
        if self.kind == "基础数据" and (heads := others.basic_header(spots, self.labels)):
            self.evidence = True
            rows = self.rows.setdefault("basics", [])
            return others.basics(self.grid, row, heads, self.labels, self.places, rows)
        if self.kind == "报告":
            after = others.report(self.grid, row, self.labels, self.texts, self.places)
            self.evidence = self.evidence or after > row
            if after > row:
                return after
        if indicators.is_header(spots, self.labels):
            self.evidence = True
            aim = self.goals[-1].no if self.goals else None
            return self.indicators.read(row, aim, self.stop)
        if blocks := funds.header(spots, self.labels):
            return self.funds.read(row, blocks)
        if found := goal(spots[0].text):
            self._goal(row, *found)
            return row + 1
        if self.labels.notes.match(spots[0].text) and (self.evidence or self.funds.rows):
            return self._notes(row)
        if self.indicators.columns and is_total(spots[0].text):
            self._total(row)
            return row + 1
        return row + 1 if self.heads.read(row) else row

    def _goal(self, row: int, number: int, weight: str | None, rest: str) -> None:
        spot = self.grid.row(row)[0]
        place = (row, spot.column) if rest else self.grid.beside(spot)
        text = rest or self.grid.text(*place)
        at = len(self.goals)
        self.goals.append(Goal(number, weight, text))
        self.places["goals", at, ""] = self.places["goals", at, "weight"] = (row, spot.column)
        self.places["goals", at, "text"] = place

    def _total(self, row: int) -> None:
        """The totals, in the columns of the indicators' points and scores or behind labels of their own."""
        spots = self.grid.row(row)
        labelled = [s for s in spots[1:] if self.labels.field(s.text) or self.labels.column(s.text) == "score"]
        if labelled:
            self._labelled(row)
            return
        spans = self.indicators.columns
        values: dict[str, tuple[str, tuple[int, int]]] = {}
        rest = []
        for spot in spots[1:]:
            key = next((k for k in ("weight", "score") if k in spans and spans[k][0] <= spot.column <= spans[k][1]), "")
            if key:
                values[key] = (spot.text, (row, spot.column))
            else:
                rest.append(spot)
        digits = [s for s in rest if s.text[:1].isdigit()]
        if "score" not in values and len(digits) == 1:
            values["score"] = (digits[0].text, (row, digits[0].column))
        for key, name in (("weight", "total_weight"), ("score", "total_score")):
            if key in values:
                self._foot(name, *values[key])
            elif key in spans:
                self.places.setdefault(("foot", None, name), (row, spans[key][0]))
        for spot in rest:
            if spot.text in _GRADES:
                self._foot("grade", spot.text, (row, spot.column))

    def _labelled(self, row: int) -> None:
        """“总分 100 得分 98 等级 优”: each number behind its label."""
        keys = ["total_weight", "total_score"]
        for spot in self.grid.row(row):
            key = self.labels.field(spot.text) or ("score" if self.labels.column(spot.text) == "score" else "")
            place = self.grid.beside(spot)
            text = self.grid.text(*place)
            if key == "grade":
                self._foot("grade", text, place)
            elif key or is_total(spot.text):
                self._foot("total_score" if key == "score" else keys[0], text, place)

    def _foot(self, key: str, text: str, place: tuple[int, int]) -> None:
        self.places["foot", None, key] = place
        if text and key not in self.heads.fields:
            self.heads.fields[key] = text

    def _notes(self, row: int) -> int:
        """The notes from here to the end, except signatures that stand among them."""
        first = True
        while row <= self.grid.bottom:
            spots = self.grid.row(row)
            if not spots:
                row += 1
                continue
            if self.kind != "报告" and heading(spots):
                break
            if not first and (self.labels.field(spots[0].text) or self.labels.colon.match(spots[0].text)):
                self.heads.read(row)
            else:
                match = self.labels.notes.match(spots[0].text)
                if first and match and match.end() == len(spots[0].text):
                    self.heads.fields["notes_prefix"] = spots[0].text
                    spots = spots[1:]
                self.notes += [spot.text for spot in spots]
            self.last, first = row, False
            row += 1
        return row


def read(region: Region, labels: Labels, words: Words) -> BoundForm | None:
    """The form in a region; None where there is none, or nobody has typed anything into it."""
    grid = Grid(region.sheet, region.top, region.bottom)
    reading = _Reading(grid, labels, words, region.kind)
    reading.run(region.top + 1 if region.cell else region.top)
    if not reading.evidence:
        return _unreadable(region, reading)
    kind = _kind(region, reading)
    fields = reading.heads.fields
    filled = Filled(
        "", kind, region.title, fields, reading.heads.named, reading.heads.choices, tuple(reading.funds.rows),
        reading.funds.initial, tuple(reading.goals), tuple(reading.indicators.rows),
        {key: tuple(rows) for key, rows in reading.rows.items()}, reading.texts, tuple(reading.notes),
    )  # fmt: skip
    if filled.empty:
        return None
    return _bound(region, reading, filled, record(filled))


def _bound(region: Region, reading: _Reading, filled: Filled, form: Form) -> BoundForm:
    grid = reading.grid
    places: dict[Key, tuple[int, int]] = {**reading.places, ("sheet", None, ""): (region.top, 0)}
    if region.cell:
        places["title", None, ""] = places["", None, ""] = region.cell
    right = max((s.right for r in range(region.top, reading.last + 1) for s in grid.row(r)), default=0)
    return BoundForm(form, filled, _letter(filled, reading), region.sheet.name, region.title, region.cell,
                     (region.top, 0, reading.last, right), places, tuple(reading.problems), grid)  # fmt: skip


def _unreadable(region: Region, reading: _Reading) -> BoundForm | None:
    """A form by its title and its words, but without headings to read it by: told, not guessed."""
    words = {s.text[:4] for r in range(region.top, region.bottom + 1) for s in reading.grid.row(r)}
    if not region.cell or region.kind not in ("整体", "项目") or not {"产出指标", "效益指标", "数量指标"} & words:
        return None
    cell = reading.grid.name(*region.cell)
    what = "像是自评表，但没有找到指标的表头（三级指标、目标值、完成值、得分），没有读入，请补上表头"
    told = Problem("S-02", cell, f"《{region.title}》（{cell}）{what}")
    filled = Filled("", region.kind, region.title)
    area = (region.top, 0, region.bottom, 0)
    places: dict[Key, tuple[int, int]] = {("sheet", None, ""): region.cell}
    return BoundForm(record(filled), filled, "", region.sheet.name, region.title, region.cell, area, places, (told,))


def _kind(region: Region, reading: _Reading) -> str:
    if region.kind in ("", "项目"):
        own = any(word in region.title for word in _PROJECT) and region.kind == "项目"
        return "项目" if own or "project_name" in reading.heads.fields else "整体"
    return region.kind


def _letter(filled: Filled, reading: _Reading) -> str:
    """The form it looks like, by kind and columns."""
    apart = {"基础数据": "F", "报告": "G", "名册": "H"}
    if filled.kind in apart:
        return apart[filled.kind]
    county = filled.initial or "weight" in reading.indicators.columns
    if filled.kind == "项目":
        return "E" if county else "B"
    groups = {f.group for row in filled.funds if (f := reading.words.fund(row.item, frozenset(), ""))}
    return ("D" if {"收入性质", "支出性质"} <= groups else "C") if county else "A"
