"""Forms without indicators: basic data (F), the report (G), the list of people (H)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from juesuan.forms.filled import Row
from juesuan.forms.labels import Labels
from juesuan.forms.locate.funds import Places
from juesuan.forms.locate.grid import Grid, Spot
from juesuan.text import bare

_HEADING = re.compile(r"^\s*[一二三四五六七八九十]{1,2}[、.．]")
_PEOPLE = "财政供养人员"


def columns(spots: list[Spot], words: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """key → (first, last column) of a row's headings, of those that ``words`` knows."""
    found: dict[str, tuple[int, int]] = {}
    for spot in spots:
        key = words.get(bare(spot.text)) if len(spot.text) < 40 else None
        if key:
            found.setdefault(key, (spot.column, spot.right))
    return found


def basic_header(spots: list[Spot], labels: Labels) -> dict[str, tuple[int, int]]:
    """The columns of a block of basic data; {} where the row is no heading."""
    found = columns(spots, labels.basics)
    return found if len(found) >= 2 else {}


def people_header(spots: list[Spot], labels: Labels) -> dict[str, tuple[int, int]]:
    found = columns(spots, labels.people)
    return found if {"name", "post"} <= found.keys() else {}


def basics(
    grid: Grid,
    row: int,
    heads: dict[str, tuple[int, int]],
    labels: Labels,
    places: Places,
    rows: list[Row],
) -> int:
    """The rows below a heading of basic data; the first row that is none of them."""
    first = min(a for a, _ in heads.values())
    at = row + 1
    while at <= grid.bottom:
        spots = grid.row(at)
        if not spots:
            at += 1
            continue
        if basic_header(spots, labels) or labels.field(spots[0].text) or labels.notes.match(spots[0].text):
            break
        names = [s for s in spots if s.right < first]
        values = {key: _value(grid, at, span, key) for key, span in heads.items()}
        item = names[-1].text if names else ""
        if not item and any(values.values()) and "approved" in heads:
            item = _PEOPLE
        if not item:
            at += 1
            continue
        if names and names[-1].right >= max(b for _, b in heads.values()):
            break
        known = labels.items.get(bare(item))
        places["basics", len(rows), "item"] = (at, names[-1].column if names else first)
        for key, (column, _) in heads.items():
            places["basics", len(rows), key] = (at, column)
        rows.append({"item": known or item, **{key: text or None for key, text in values.items()}})
        at += 1
    return at


def people(
    grid: Grid,
    row: int,
    heads: dict[str, tuple[int, int]],
    labels: Labels,
    places: Places,
    rows: list[Row],
) -> int:
    """The people below the heading; the first row that is none."""
    at = row + 1
    while at <= grid.bottom:
        values = {key: _value(grid, at, span, key) for key, span in heads.items()}
        spots = grid.row(at)
        if spots and not any(values.values()):
            break
        if any(values.values()):
            if labels.notes.match(spots[0].text) and not values.get("name"):
                break
            for key, (column, _) in heads.items():
                places["people", len(rows), key] = (at, column)
            rows.append({key: text or None for key, text in values.items()})
        at += 1
    return at


def _value(grid: Grid, row: int, span: tuple[int, int], key: str) -> str:
    for column in range(span[0], span[1] + 1):
        top, left, *_ = grid.area(row, column)
        money = key not in ("rate", "size_rate", "cost_rate", "approved", "actual")
        if (top, left) == (row, column) and (text := grid.text(row, column, money=money)):
            return text
    return ""


def report(grid: Grid, row: int, labels: Labels, texts: dict[str, str], places: Places) -> int:
    """A part of the report: its text beside the label, or in the rows below it; the first row after it, or ``row``."""
    spots = grid.row(row)
    spot = spots[0]
    key = labels.texts.get(bare(spot.text)) if len(spot.text) < 40 else None
    if not key or key in texts:
        return row
    place = grid.beside(spot)
    if text := grid.text(*place):
        texts[key], places["texts", None, key] = text, place
        return row + 1
    at, lines = spot.bottom + 1, []
    while at <= grid.bottom:
        below = grid.row(at)
        if below and (_HEADING.match(below[0].text) or labels.texts.get(bare(below[0].text)) or len(below) > 1):
            break
        if below:
            places.setdefault(("texts", None, key), (at, below[0].column))
            lines.append(below[0].text)
        at += 1
    if lines:
        texts[key] = "\n".join(lines)
    return max(at, row + 1)
