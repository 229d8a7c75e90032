"""What a workbook says of itself: unit (单位名称), year, money unit, kind."""

from __future__ import annotations

import re
import unicodedata

from juesuan.amount import Unit
from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.text import printed, year_in

_UNIT = re.compile(r"^(?:编制|填报|公开|预算|决算)?(?:部门|单位)(?:名称)?(?:（公章）|\(公章\))?[：:](.*)$")
_MONEY = re.compile(r"(?:金额)?单位[：:]?(?:人民币)?(万元|元)|[（(](?:单位[：:])?(万元|元)[）)]")


def squeeze(text: str) -> str:
    """Text without any blanks, half-width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def money_unit(grid: Grid, area: Area) -> tuple[Unit, tuple[int, int]] | None:
    """(unit, cell) stated in an area or in the three rows above it; None where nothing is said."""
    for row, column, text in grid.texts:
        if (
            area.top - 3 <= row <= min(area.bottom, area.title.row + 12)
            and len(text) < 60
            and (match := _MONEY.search(squeeze(text)))
        ):
            if column < area.left or column > area.right:
                continue
            return ("万元" if "万元" in match.groups() else "元"), (row, column)
    return None


def unit_names(grid: Grid, top: int, bottom: int) -> list[tuple[str, str, tuple[int, int]]]:
    """(部门|单位, name, cell) for every 部门：…/单位：… between two rows; the name may stand in the next cell."""
    found = []
    for row, column, text in grid.texts:
        if not (top <= row <= bottom) or len(text) > 120:
            continue
        for part in re.split(r"\s{3,}|\u3000{2,}|\t", text.strip()):
            match = _UNIT.match(squeeze(part))
            if not match or "金额" in part:
                continue
            name = re.split(r"[：:]", printed(part), maxsplit=1)[1]
            if not name:
                beside = range(column + 1, min(column + 6, grid.width))
                name = next((printed(grid.raw(row, c)) for c in beside if grid.raw(row, c).strip()), "")
            name = re.split(r"20\d\d年|金额单位|单位[：:]", name)[0]
            if name and name not in ("万元", "元") and not _MONEY.search(squeeze(name)):
                found.append(("部门" if "部门" in match.group(0)[:8] else "单位", name, (row, column)))
    return found


def years(grid: Grid, top: int, bottom: int) -> list[tuple[int, tuple[int, int]]]:
    """Every year named between two rows in a short text (a title, a header, a cover line)."""
    return [
        (year, (row, column))
        for row, column, text in grid.texts
        if top <= row <= bottom and len(text) <= 60 and (year := year_in(text))
    ]
