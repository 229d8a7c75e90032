"""Indicators by their column headings: any order of columns, levels merged, repeated or written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from juesuan.book import Problem
from juesuan.forms.labels import Labels
from juesuan.forms.locate.funds import Places, pointed
from juesuan.forms.locate.grid import Grid, Spot
from juesuan.forms.locate.marks import goal, heading, is_total
from juesuan.forms.records import Indicator

_LEVELS = ("level1", "level2")
_NEEDED = {"target": "目标值", "actual": "完成值", "score": "得分"}
#: Words of second-level names that tell their first level, for first levels written once and not merged.
_STEMS = {"数量": "产出", "质量": "产出", "时效": "产出", "经济效益": "效益", "社会效益": "效益", "生态": "效益",
          "可持续": "效益"}  # fmt: skip

#: Columns of funds whose headings end the indicators.
_FUNDS = frozenset({"budget", "executed"})

Columns = dict[str, tuple[int, int]]


def is_header(spots: list[Spot], labels: Labels) -> bool:
    """True for the row (or the first of two rows) of the indicators' headings."""
    return _heads({labels.column(s.text) for s in spots})


def _heads(keys: set[str | None]) -> bool:
    return "level3" in keys and not keys.isdisjoint(("level1", "level2", "target", "actual"))


@dataclass
class Indicators:
    """Collects a form's indicators; the level above carries on from row to row."""

    grid: Grid
    labels: Labels
    places: Places
    problems: list[Problem]
    rows: list[Indicator] = field(default_factory=list)
    columns: Columns = field(default_factory=dict)

    def read(self, row: int, aim: int | None, stop: Stop) -> int:
        """Read the rows below a header row until ``stop``; the first row that is none of them."""
        self.columns, first = self._header(row)
        levels = [key for key in _LEVELS if key in self.columns]
        beyond = self.grid.bottom + 1
        end = next((r for r in range(first, beyond) if self.grid.row(r) and stop.at(r, self.columns)), beyond)
        merged = {key: self._merged(key, first, end) for key in levels}
        above: dict[str, tuple[str, str | None]] = {}
        places: dict[str, tuple[int, int]] = {}
        for at in range(first, end):
            texts = {spot.column: spot.text for spot in self.grid.row(at)}
            values = {key: _first(texts, span) for key, span in self.columns.items() if key not in _LEVELS}
            for key in levels:
                self._level(at, key, merged[key], above, places, values)
            self._keep(at, values, above, places, aim)
        return end

    # --- headings ---

    def _header(self, row: int) -> tuple[Columns, int]:
        """The columns, from one row or two, and the first row below."""
        spots = [(s, key) for s in self.grid.row(row) if (key := self.labels.column(s.text))]
        keys = {key for _, key in spots}
        body = row + 1
        lacking = {"target", "actual", "score", "weight"} - keys
        below = [(s, key) for s in self.grid.row(row + 1) if (key := self.labels.column(s.text))]
        if lacking and below and any(key in lacking for _, key in below):
            spots += [(s, key) for s, key in below if key not in keys]
            body = row + 2
        found: Columns = {}
        for spot, key in sorted(spots, key=lambda x: x[0].column):
            key = self._weighed(spot, key, found)
            if key in found:
                self._tell(spot.row, spot.column, f"表头有两栏都像“{spot.text}”，按左边一栏读")
                continue
            found[key] = (spot.column, spot.right)
        for key, name in _NEEDED.items():
            if key not in found:
                self._tell(row, next(iter(found.values()))[0], f"指标表头里没有“{name}”一栏，这一栏没有读到")
        return found, body

    def _weighed(self, spot: Spot, key: str, found: Columns) -> str:
        """A 分值 column directly behind a level's column holds that level's points."""
        if key != "weight" or not found:
            return key
        before, (_, right) = max(found.items(), key=lambda x: x[1])
        return f"{before}_weight" if before in _LEVELS and right + 1 == spot.column else key

    def _merged(self, key: str, first: int, end: int) -> bool:
        """True where a level's cells are merged downwards somewhere: then a blank cell is blank."""
        areas = (self.grid.area(row, self.columns[key][0]) for row in range(first, end))
        return any(bottom > top for top, _, bottom, _ in areas)

    # --- rows ---

    def _level(
        self,
        row: int,
        key: str,
        merged: bool,
        above: dict[str, tuple[str, str | None]],
        places: dict[str, tuple[int, int]],
        values: dict[str, str],
    ) -> None:
        """The level's name and points in this row: its own, its merged area's, or the one written above."""
        column = self.columns[key][0]
        top, left, *_ = self.grid.area(row, column)
        own = next((t for c in range(column, self.columns[key][1] + 1) if (t := self.grid.text(row, c))), "")
        if own:
            above[key], places[key] = pointed(own), (top, left)
            if weight := values.get(f"{key}_weight"):
                above[key] = (above[key][0], weight)
            if key == "level1" and top == row:
                above.pop("level2", None)
        elif merged:
            if top == row:
                above.pop(key, None)
            places[key] = (top, left)
        elif key == "level1" and "level2" in self.columns and key in above:
            second = self.grid.text(row, self.columns["level2"][0])
            stem = next((first for word, first in _STEMS.items() if word in second), "")
            if stem and stem not in above[key][0]:
                above.pop(key)
                places[key] = (row, column)

    def _keep(
        self,
        row: int,
        values: dict[str, str],
        above: dict[str, tuple[str, str | None]],
        places: dict[str, tuple[int, int]],
        aim: int | None,
    ) -> None:
        name, weight = values.get("level3", ""), values.get("weight") or None
        said = any(values.get(key) for key in ("target", "actual", "score"))
        if not name and not said:
            return
        if weight is None:
            name, weight = pointed(name)
        if not name:
            self._tell(row, self.columns.get("level3", (0, 0))[0], "这一行有目标值、完成值或得分，但没有写三级指标名称")
        at = len(self.rows)
        first, second = above.get("level1", ("", None)), above.get("level2", ("", None))
        texts = {key: values.get(key) or None for key in ("target", "actual", "score", "deviation")}
        self.rows.append(Indicator(name, first[0], first[1], second[0], second[1], weight, goal=aim, **texts))
        for key, (column, _) in self.columns.items():
            self.places["indicators", at, key] = places.get(key, (row, column)) if key in _LEVELS else (row, column)
        for key in _LEVELS:
            if key in self.columns and f"{key}_weight" not in self.columns:
                self.places["indicators", at, f"{key}_weight"] = self.places["indicators", at, key]
        if "weight" not in self.columns and "level3" in self.columns:
            self.places["indicators", at, "weight"] = (row, self.columns["level3"][0])

    def _tell(self, row: int, column: int, what: str) -> None:
        cell = self.grid.name(row, column)
        self.problems.append(Problem("S-02", cell, f"自评表{cell}：{what}"))


def _first(texts: Mapping[int, str], span: tuple[int, int]) -> str:
    """What starts in the first of a heading's columns that has anything."""
    first, last = span
    if first in texts or first == last:
        return texts.get(first, "")
    return next((texts[c] for c in range(first, last + 1) if c in texts), "")


class Stop:
    """Where the indicators end: at the totals, the reasons, the notes, the next goal or section."""

    def __init__(self, grid: Grid, labels: Labels) -> None:
        self.grid, self.labels = grid, labels

    def at(self, row: int, columns: Columns) -> bool:
        spots = self.grid.row(row)
        first = spots[0]
        if heading(spots) or self.labels.notes.match(first.text) or goal(first.text):
            return True
        known = [self.labels.known(s.text) for s in spots]
        if _heads({k.column for k in known}) or {k.fund for k in known} >= _FUNDS:
            return True
        level3 = columns.get("level3", (0, 0))
        named = known[0].field or is_total(first.text) or self.labels.colon.match(first.text)
        if first.column < level3[0]:
            return bool(named) or first.right > level3[1]
        said = {key for spot in spots[1:] for key in ("target", "actual")
                if key in columns and columns[key][0] <= spot.column <= columns[key][1]}  # fmt: skip
        return bool(named) and not said
