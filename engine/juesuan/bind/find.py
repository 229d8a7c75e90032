"""Finding tables: title cells, and the area of the sheet that belongs to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from juesuan.bind.grid import Grid
from juesuan.tables import TableSpec
from juesuan.text import bare, plain

#: What may stand directly before "收入决算表"/"支出决算表" and makes it another table.
_OTHER = (
    "基本",
    "项目",
    "财政拨款",
    "预算",
    "资金",
    "基金",
    "专户",
    "采购",
    "资产",
    "经费",
    "经营",
    "其他",
    "资本性",
    "人员",
    "公用",
    "费用",
    "债务",
    "事业",
    "上级",
    "收",
    "及",
    "和",
    "与",
    "国有",
    "公共",
)
_FORM_NUMBER = re.compile(r"(公开|财决|附表|表|GK|gk|Z|z)*\d+\s*(表)?$")


@dataclass(frozen=True, slots=True)
class Title:
    """A title found: the table, its cell, and the text as written. ``row`` is -1 where the sheet's name is the title."""

    table: str
    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Area:
    """The part of a sheet that a title governs (inclusive)."""

    title: Title
    top: int
    left: int
    bottom: int
    right: int


class Titles:
    """Recognises table titles, the longest wording first."""

    def __init__(self, specs: Mapping[str, TableSpec], names: Iterable[tuple[str, str]] = ()) -> None:
        wordings = {bare(t): key for key, spec in specs.items() for t in (*spec.titles, spec.name)}
        wordings.update({bare(title): key for key, title in names})
        self._wordings = sorted(wordings.items(), key=lambda item: -len(item[0]))
        self._find = lru_cache(maxsize=4096)(self._lookup)

    def table(self, text: str) -> str | None:
        """The table a text is the title of, or None."""
        return self._find(text) if "表" in text and len(text) <= 80 else None

    def _lookup(self, text: str) -> str | None:
        title = _FORM_NUMBER.sub("", bare(text)).removesuffix("单位万元").removesuffix("单位元")
        for wording, key in self._wordings:
            if title.endswith(wording):
                before = title[: -len(wording)]
                return None if before.endswith(_OTHER) else key
        return None


def titles_on(grid: Grid, titles: Titles) -> list[Title]:
    """Every title cell on a sheet; where there is none, the sheet's own name if it is a title."""
    found = [Title(key, row, column, text) for row, column, text in grid.texts if (key := titles.table(text))]
    if not found and (key := titles.table(plain(grid.name))):
        found.append(Title(key, -1, 0, grid.name))
    return found


def areas(grid: Grid, found: list[Title]) -> list[Area]:
    """The area of each title: down to the next title below it, and across to the next title beside it."""
    bands: list[list[Title]] = []
    for title in sorted(found, key=lambda t: (t.row, t.column)):
        if bands and title.row - bands[-1][0].row <= 1 and all(_apart(grid, title, t) for t in bands[-1]):
            bands[-1].append(title)
        else:
            bands.append([title])
    result = []
    for at, band in enumerate(bands):
        bottom = bands[at + 1][0].row - 1 if at + 1 < len(bands) else grid.height - 1
        band.sort(key=lambda t: t.column)
        lefts = [0] + [_left(grid, t, band[0].row, bottom) for t in band[1:]] + [grid.width]
        for title, left, after in zip(band, lefts, lefts[1:], strict=False):
            result.append(Area(title, title.row, left, bottom, after - 1))
    return result


def _apart(grid: Grid, one: Title, other: Title) -> bool:
    a, b = grid.area(max(one.row, 0), one.column), grid.area(max(other.row, 0), other.column)
    return one.table != other.table and (a[3] < b[1] or b[3] < a[1])


def _left(grid: Grid, title: Title, top: int, bottom: int) -> int:
    """The first column of a table that stands to the right of another one."""
    left = grid.area(title.row, title.column)[1]
    blank = {c for c in range(left) if not any(grid.filled(r, c) for r in range(top + 1, min(bottom, top + 40) + 1))}
    separators = [c for c in blank if c < left]
    return max(separators) + 1 if separators else left
