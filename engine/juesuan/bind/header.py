"""What a workbook says of itself: unit (单位名称), year, money unit, kind."""

from __future__ import annotations

import re
import unicodedata

from juesuan.amount import Unit
from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.text import bare, printed, year_in

_UNIT = re.compile(
    r"^(?:编制|填报|编报|公开|预算|决算|主管|报送)?(?:部门|单位)(?:全称|名称)?(?:（公章）|\(公章\)|（盖章）|\(盖章\))?[：:](.*)$"
)
_SUMS = r"(?:百|千|十|百万|千万|亿|万)?元"
_MONEY = re.compile(rf"单位[：:]?[（(]?(?:人民币)?[（(]?({_SUMS})|[（(](?:单位[：:])?(?:人民币)?({_SUMS})[）)]")
_ASKED = re.compile(r"(?:金额|计量|货币)单位[：:]?$|^单位[：:]$")
_KNOWN: dict[str, Unit] = {"万元": "万元", "元": "元"}
#: Text that heads a column rather than the table.
_HEADING = re.compile(r"数|预算|支出|收入|金额|年初|年末|结转")


def squeeze(text: str) -> str:
    """Text without any blanks, half-width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def money_units(grid: Grid, area: Area, start: int, last: int) -> dict[str, tuple[int, int]]:
    """Every money unit stated from the title to the first row of figures (else in the three rows above the title, else
    under the table), as written, with its cell."""
    heads = (area.title.row, max(start - 1, area.title.row))
    for top, bottom in (heads, (area.top - 3, area.top - 1), (last + 1, area.bottom)):
        found: dict[str, tuple[int, int]] = {}
        for row, column, text in grid.texts:
            if (
                top <= row <= bottom
                and area.left <= column <= area.right
                and (unit := money_in(grid, row, column, text))
            ):
                found.setdefault(unit, (row, column))
        if found:
            return found
    return {}


def money_in(grid: Grid, row: int, column: int, text: str) -> str:
    """The money unit a cell states, as written; it may stand in the next cell: 「金额单位：」 | 「万元」."""
    if len(text) >= 80:
        return ""
    said = squeeze(text)
    if _ASKED.search(said):
        said += next(
            (squeeze(t) for c in range(column + 1, min(column + 4, grid.width)) if (t := grid.raw(row, c))), ""
        )
    match = _MONEY.search(said)
    return next(g for g in match.groups() if g) if match else ""


def money_unit(grid: Grid, area: Area, start: int, last: int) -> tuple[Unit | None, str, tuple[int, int]]:
    """(unit, what is wrong with what is stated, its cell): one of 元 and 万元; None where nothing is stated."""
    found = money_units(grid, area, start, last)
    if not found:
        return None, "", (0, 0)
    unit, place = next(iter(found.items()))
    if len(found) > 1:
        return _KNOWN.get(unit), f"金额单位写了{'、'.join(found)}几种，不知道以哪个为准", list(found.values())[1]
    if unit not in _KNOWN:
        return None, f"金额单位“{unit}”不是元或万元", place
    return _KNOWN[unit], "", place


def money_above(grid: Grid, bottom: int) -> Unit | None:
    """The one money unit stated down to a row (on a cover, above a sheet's first table), None without just one."""
    found = {u for r, c, text in grid.texts if r <= bottom and (u := money_in(grid, r, c, text))}
    return _KNOWN.get(found.pop()) if len(found) == 1 else None


def unit_names(grid: Grid, top: int, bottom: int) -> list[tuple[str, str, tuple[int, int]]]:
    """(部门|单位, name, cell) for every 部门：…/单位：… between two rows; the name may stand in the next cell."""
    found = []
    for row, column, text in grid.texts:
        if not (top <= row <= bottom) or len(text) > 120:
            continue
        for part in re.split(r"\s{3,}|\u3000{2,}|\t|\n", text.strip()):
            match = _UNIT.match(squeeze(part))
            if not match or "金额" in part:
                continue
            name = re.split(r"[：:]", printed(part), maxsplit=1)[1]
            if not name:
                beside = range(column + 1, min(column + 6, grid.width))
                name = next((printed(grid.raw(row, c)) for c in beside if grid.raw(row, c).strip()), "")
            name = re.split(r"20\d\d年|金额单位|单位[：:]", name)[0]
            if name and not _MONEY.search(squeeze(f"单位：{name}")):
                found.append(("部门" if "部门" in match.group(0)[:8] else "单位", name, (row, column)))
    return found


def years(grid: Grid, top: int, bottom: int) -> list[tuple[int, tuple[int, int]]]:
    """Every year named between two rows in a short text that does not head a column (title, header, cover line)."""
    return [
        (year, (row, column))
        for row, column, text in grid.texts
        if top <= row <= bottom
        and len(text) <= 60
        and (year := year_in(text))
        and ("表" in text or not _HEADING.search(bare(text)) or bare(text).endswith(("决算", "公开")))
    ]


def stated_year(grid: Grid, area: Area) -> int | None:
    """The year a table's title or header states."""
    if found := year_in(area.title.text):
        return found
    around = years(grid, area.top - 5, area.title.row + 6)
    return next((year for year, (row, _) in around if row != area.title.row), None)
