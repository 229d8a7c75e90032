"""Code tables (收入、支出、一般公共预算、政府性基金、国有资本): one row for each functional 科目."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.header import stated_year
from juesuan.bind.parts import (
    NOTE,
    NUMBERING,
    TOTALS,
    Heads,
    Parsed,
    columns_by_heading,
    heading_cell,
    is_total_row,
    settle,
    spans,
)
from juesuan.codes import Codes
from juesuan.statements import Line
from juesuan.tables import TOTAL, TableSpec
from juesuan.text import plain, printed

_JOINED = re.compile(r"^[（【]?(\d{7}|\d{5}|\d{3})[）】]?[-—:：.、]*([一-鿿（].*)$")
_PARTED = re.compile(r"^([（【]?\d{3})[-—–·/](\d{2})(?:[-—–·/](\d{2}))?(?!\d)")
#: Columns left of the figures that name something else than the 科目.
_NOT_NAMES = re.compile(r"^(预算|填报|编报)?(单位|部门|机构|区划|地区)(编码|代码|名称)?$|^(年度|月份|级次|层级|备注)$")
_LEVEL = re.compile(r"[（(]([类款项])[)）]$")
#: Rows that repeat what other rows say.
_PARTIAL = re.compile(r"^(小计|其中|本页|续|.*小计$|.*页合计$)")


@lru_cache(maxsize=16384)
def joined(label: str) -> tuple[str, str] | None:
    """(code, name) of a plain label that holds both, or None: 「2080502事业单位离退休」, 「208-05-02…」, 「[208]…」."""
    match = _JOINED.match(_PARTED.sub(lambda m: "".join(g for g in m.groups() if g), label))
    return (match.group(1), match.group(2)) if match else None


def parse(grid: Grid, area: Area, spec: TableSpec, extra: Mapping[str, str], codes: Codes) -> Parsed | None:
    """The table in an area, or None where its headings are not there."""
    parsed = Parsed(spec, area)
    top = area.title.row + 1
    start = _first_row(grid, area, top)
    if start is None:
        start = _below_headings(grid, area, top)
    if start is None:
        return None
    span = range(area.left, area.right + 1)
    heads = Heads(grid, top, start - 1, span, stated_year(grid, area))
    found = columns_by_heading(parsed, heads, span, spec.columns, extra)
    needed = spec.column_keys[1:3] if len(spec.column_keys) > 2 else spec.column_keys
    if not found or (spec.column_keys[0] not in found and len(found) < 2) or not any(key in found for key in needed):
        return None
    left = [c for c in range(area.left, min(found.values())) if not heads.aside(c) and not _set_apart(heads, c)]
    if not left:
        return None
    parsed.columns = [c.key for c in spec.columns if c.key in found]
    parsed.headings = {k: heading_cell(grid, c, top, start - 1) for k, c in found.items()}
    rows = _Rows(grid, parsed, found, left, codes)
    rows.read(start)
    _unknown_columns(parsed, heads, found)
    settle(grid, parsed, heads.top, start, set(left) | spans(found, grid, parsed.headings))
    return parsed


def _set_apart(heads: Heads, column: int) -> bool:
    """True for a column of numbering or of something else than 科目."""
    stack = heads.grid.stack(column, heads.top, heads.bottom)
    return bool(stack) and (stack[0] in ("序号", "行次") or bool(_NOT_NAMES.match(stack[-1])))


def _first_row(grid: Grid, area: Area, top: int) -> int | None:
    """The first row that has a 科目 code or is the total row."""
    used = [c for r, c, _ in grid.texts if top <= r <= area.bottom and area.left <= c <= area.right]
    first = min(used, default=area.left)
    for row in range(top, area.bottom + 1):
        for column in range(first, min(area.right + 1, first + 12)):
            label = grid.label(row, column)
            if label in NUMBERING:
                break
            if _total(label) and is_total_row(grid, row, column, area):
                return row
            if len(grid.code(row, column)) in (3, 5, 7) or joined(label):
                return row
    return None


def _total(label: str) -> bool:
    return label in TOTALS or label.removesuffix("（万元）").removesuffix("（元）") in TOTALS


def _below_headings(grid: Grid, area: Area, top: int) -> int | None:
    """For a table without any row: the row under 栏次, or under the last row with three or more labels."""
    last = None
    for row in range(top, area.bottom + 1):
        labels = {grid.origin(row, c) for c in range(area.left, area.right + 1) if grid.label(row, c)}
        first = next((grid.label(row, c) for c in range(area.left, area.right + 1) if grid.label(row, c)), "")
        if NOTE.match(first) or (last is not None and not labels):
            break
        if len(labels) >= 3 or first in NUMBERING:
            last = row
    return None if last is None else last + 1


def _unknown_columns(parsed: Parsed, heads: Heads, found: Mapping[str, int]) -> None:
    """Tell headings that are not known and lie among the amount columns, and columns that are not there."""
    grid, name = heads.grid, parsed.spec.name
    known = spans(found, grid, parsed.headings)
    for column in range(min(found.values()), max(found.values()) + 1):
        labels = heads.labels(column)
        if column in known or not labels or heads.aside(column):
            continue
        if not any(grid.origin(heads.bottom, column) == grid.origin(heads.bottom, c) for c in known):
            parsed.partial = True
            parsed.tell(grid, heads.bottom, column, f"《{name}》的栏“{labels[-1]}”不认识，这一栏没有参加校验")
    missing = [c.printed for c in parsed.spec.columns if c.key not in found]
    if missing and not (parsed.spec.may_be_empty and not any(x.code for x in parsed.lines)):
        title = parsed.area.title
        parsed.tell(grid, title.row, title.column, f"《{name}》没有找到栏“{'、'.join(missing)}”，按没有此栏处理")


class _Rows:
    """Reads the rows below the headings."""

    def __init__(self, grid: Grid, parsed: Parsed, found: Mapping[str, int], left: list[int], codes: Codes) -> None:
        self.grid, self.parsed, self.found, self.left, self.codes = grid, parsed, found, left, codes
        self.pieces = ["", "", ""]
        self.previous = ""
        self.padded: list[tuple[int, int]] = []

    def read(self, start: int) -> None:
        area, grid = self.parsed.area, self.grid
        self.parsed.last = start - 1
        for row in range(start, area.bottom + 1):
            texts = [t for c in self.left if (t := grid.label(row, c))]
            first = next((grid.raw(row, c) for c in range(area.left, area.right + 1) if grid.raw(row, c)), "")
            if NOTE.match(first) and not any(grid.code(row, c) for c in self.left):
                break
            if texts and texts[0] in NUMBERING:
                continue
            self.row(row, texts)
        # Rows further down than those that directly follow the last known one are not the table's.
        stray = {row: entry for entry in self.parsed.loose if (row := entry[0]) > self.parsed.last and entry[3]}
        end = self.parsed.last
        while end + 1 in stray and any(grid.filled(end + 1, c) for c in (*self.left, *self.found.values())):
            end += 1
        self.parsed.loose = [entry for entry in self.parsed.loose if entry[0] <= end or not entry[3]]
        if self.padded:
            said = f"《{self.parsed.spec.name}》的类、款编码补零到 7 位，按 3 位、5 位认"
            self.parsed.tell(grid, *self.padded[0], said)

    def row(self, row: int, texts: list[str]) -> None:
        grid, parsed, name = self.grid, self.parsed, self.parsed.spec.name
        code, place, own = self.code(row)
        label = next((c for c in self.left if grid.label(row, c) and not grid.code(row, c)), None)
        written = _LEVEL.sub("", printed(grid.raw(row, label))) if label is not None else ""
        at = grid.origin(row, label) if label is not None else place
        if not code and any(_total(t) for t in texts):
            if any(x.key == TOTAL for x in parsed.lines):
                parsed.repeated = True
                parsed.loose.append((row, tuple(self.found.values()), f"《{name}》第 {row + 1} 行又一个“合计”", ()))
                return
            at = next(grid.origin(row, c) for c in self.left if _total(grid.label(row, c)))
            line = parsed.add(Line(TOTAL, "", printed(grid.raw(*at))), at)
        elif code:
            line = parsed.add(Line(code, code, _LEVEL.sub("", own) or written), at)
            parsed.codes[line.key] = place
            self.previous = code
        elif texts and (guess := self.by_name(texts[-1])):
            line = parsed.add(Line(guess, guess, written), at)
            self.previous = guess
        else:
            what = f"行“{texts[0]}”不认识" if texts else f"第 {row + 1} 行没有科目编码和名称"
            parsed.loose.append((row, tuple(self.found.values()), f"《{name}》{what}", self.above(row)))
            return
        parsed.last = row
        for key, column in self.found.items():
            parsed.cells[line.key, key] = grid.origin(row, column)

    def above(self, row: int) -> tuple[str, ...]:
        """The lines whose sums an unknown row may belong to; none for a row that repeats others."""
        texts = [self.grid.raw(row, c).strip() for c in self.left if self.grid.raw(row, c).strip()]
        if any(_PARTIAL.match(plain(t)) or t.startswith("其中") for t in texts):
            return ()
        return (TOTAL, *(self.previous[:n] for n in (3, 5) if n < len(self.previous)))

    def code(self, row: int) -> tuple[str, tuple[int, int], str]:
        """(code, its cell, the name where it stands in the same cell) of a row; "" where it has none."""
        grid = self.grid
        pieces: list[tuple[str, tuple[int, int], int]] = []
        seen = set()
        for column in self.left:
            place = grid.origin(row, column)
            if place in seen:
                continue
            seen.add(place)
            if both := joined(grid.label(row, column)):
                return self.unpadded(both[0], place), place, both[1]
            if digits := grid.code(row, column):
                pieces.append((digits, place, column))
        if not pieces:
            return "", (row, self.left[0]), ""
        longest = max(pieces, key=lambda p: len(p[0]))
        if len(longest[0]) >= 5:
            return self.unpadded(longest[0], longest[1]), longest[1], ""
        if len(pieces[0][0]) == 3:
            code = pieces[0][0]
            for piece, _, _ in pieces[1:3]:
                if len(piece) <= 2:
                    code += piece.rjust(2, "0")
            return code, pieces[0][1], ""
        return self.carried(pieces), pieces[-1][1], ""

    def unpadded(self, code: str, place: tuple[int, int]) -> str:
        """A code without the 00 that stand for no 款 and no 项 (2080000 is 208)."""
        if len(code) != 7 or not code.endswith("00"):
            return code
        self.padded.append(place)
        return code[:3] if code.endswith("0000") else code[:5]

    def carried(self, pieces: list[tuple[str, tuple[int, int], int]]) -> str:
        """A code whose 类 (and 款) parts were written only on an earlier row."""
        parts = [p.rjust(2, "0") for p, _, _ in pieces if len(p) <= 2]
        before = self.previous
        if not before or not parts or len(parts) > 2:
            return ""
        if len(parts) == 2:
            return before[:3] + "".join(parts)
        third = len([c for c in self.left if c < pieces[-1][2]]) >= 2
        return before[:5] + parts[0] if third and len(before) >= 5 else before[:3] + parts[0]

    def by_name(self, name: str) -> str:
        """The code of a row that gives only a name: the one code of that name that fits under the rows above."""
        level = _LEVEL.search(name)
        name = plain(_LEVEL.sub("", name))
        fitting = [c for c, names in self.codes.names.items() if name in {plain(n) for n in names}]
        if level:
            fitting = [c for c in fitting if len(c) == 3 + 2 * "类款项".index(level.group(1))]
        near = [c for c in fitting if len(c) == 3 or self.previous.startswith(c[:-2])]
        taken = {x.code for x in self.parsed.lines}
        left = [c for c in near if c not in taken]
        return left[0] if len(left) == 1 else ""
