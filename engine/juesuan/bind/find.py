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
#: What may stand behind a title: the form's number, the money unit.
_BEHIND = tuple(
    re.compile(p)
    for p in (r"[-—–]*\d+表?$", r"[-—–]*(?:财决|公开|附)*(?:表|件|GK|gk|Z|z)?\d+表?$", r"(?:金额)?单位万?元$")
)
_STATED = re.compile(r"[：:]|20\d\d年度?$")
#: A heading that a sheet ends with 表 without being one of the nine: a table of another kind.
_SOME_TABLE = re.compile(r"(?<!公开)(?<!财决)[一-鿿]{3,}表$")


@dataclass(frozen=True, slots=True)
class Title:
    """A title found: the table, its cell, and the text as written. ``row`` is -1 where it is the sheet's name."""

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
        found = self._match(text)
        return found[0] if found and not found[1].endswith(_OTHER) else None

    def _match(self, text: str) -> tuple[str, str] | None:
        """(table, what stands before the title's wording) of a text."""
        whole = bare(text)
        for title in dict.fromkeys((whole, *(p.sub("", whole) for p in _BEHIND))):
            for wording, key in self._wordings:
                if title.endswith(wording):
                    return key, title[: -len(wording)]
        return None

    def joined(self, before: str, text: str) -> str | None:
        """The table whose title is broken in two: its wording starts in ``before`` and ends in ``text``; "" where
        ``before`` makes ``text`` the title of a table that is none of the nine."""
        if "表" not in text or len(before) + len(text) > 80 or not before or self._match(before):
            return None
        found, alone = self._match(before + text), self._match(text)
        if found is None:
            return None
        if len(found[1]) < len(bare(before)):
            return "" if found[1].endswith(_OTHER) else found[0]
        return "" if alone and not alone[1] and bare(before).endswith(_OTHER) else None


def titles_on(grid: Grid, titles: Titles) -> list[Title]:
    """Every title cell on a sheet; where there is none, the sheet's own name if it is a title."""
    found = []
    for row, column, text in grid.texts:
        if "表" not in text or len(text) > 80 or "本表" in text:
            continue
        key = titles.table(text)
        for before in (_above(grid, row, column), _beside(grid, row, column)):
            if (whole := titles.joined(before, text)) is not None:
                key, text = whole, before + text
                break
        if key:
            found.append(Title(key, row, column, text))
    if not found and (key := titles.table(plain(grid.name))):
        found.append(Title(key, -1, 0, grid.name))
    return found


def _above(grid: Grid, row: int, column: int) -> str:
    """The text that stands alone in the row above, over this one."""
    if row == 0:
        return ""
    _, left, _, right = grid.area(row, column)
    texts = {grid.origin(row - 1, c): grid.raw(row - 1, c) for c in range(grid.width) if grid.raw(row - 1, c)}
    if len(texts) != 1:
        return ""
    ((place, text),) = texts.items()
    over = grid.area(*place)
    return text if over[1] <= right and left <= over[3] and not _STATED.search(text) else ""


def _beside(grid: Grid, row: int, column: int) -> str:
    """The nearest text to the left in the same row."""
    text = next((t for c in range(column - 1, -1, -1) if (t := grid.raw(row, c))), "")
    return "" if _STATED.search(text) else text


def other_table(grid: Grid, bottom: int) -> str:
    """The title of some table of another kind above a row, "" where there is none."""
    for row, _, text in grid.texts:
        if row <= bottom and len(text) < 60 and _SOME_TABLE.search(bare(text)):
            return text
    return ""


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


def pages(found: list[Area]) -> list[list[Area]]:
    """Areas that may be the printed pages of one table together: the same title again, directly below."""
    groups: list[list[Area]] = []
    for area in found:
        for group in groups:
            last = group[-1]
            if last.title.table == area.title.table and last.bottom + 1 == area.top and last.left <= area.title.column:
                group.append(area)
                break
        else:
            groups.append([area])
    return groups


def whole(group: list[Area]) -> Area:
    """The area of all pages of a table."""
    first, last = group[0], group[-1]
    return Area(first.title, first.top, min(a.left for a in group), last.bottom, max(a.right for a in group))


def _apart(grid: Grid, one: Title, other: Title) -> bool:
    a, b = grid.area(max(one.row, 0), one.column), grid.area(max(other.row, 0), other.column)
    return one.table != other.table and (a[3] < b[1] or b[3] < a[1])


def _left(grid: Grid, title: Title, top: int, bottom: int) -> int:
    """The first column of a table that stands to the right of another one."""
    left = grid.area(title.row, title.column)[1]
    blank = {c for c in range(left) if not any(grid.filled(r, c) for r in range(top + 1, min(bottom, top + 40) + 1))}
    separators = [c for c in blank if c < left]
    return max(separators) + 1 if separators else left
