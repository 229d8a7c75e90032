"""Code tables (收入、支出、一般公共预算、政府性基金、国有资本): one row for each functional 科目."""

from __future__ import annotations

import re
from collections.abc import Mapping

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.parts import NOTE, NUMBERING, TOTALS, Parsed, columns_by_heading, heading_cell
from juesuan.codes import Codes
from juesuan.statements import Line
from juesuan.tables import TOTAL, TableSpec
from juesuan.text import plain, printed

JOINED = re.compile(r"^[（【]?(\d{7}|\d{5}|\d{3})[）】]?[-—:：.、]*([一-鿿（].*)$")
_CODE_HEADS = ("编码", "代码", "功能分类", "经济分类")


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
    found = columns_by_heading(grid, parsed, top, start - 1, span, spec.columns, extra)
    needed = spec.column_keys[1:3] if len(spec.column_keys) > 2 else spec.column_keys
    if spec.column_keys[0] not in found and len(found) < 2:
        return None
    if not any(key in found for key in needed):
        return None
    parsed.columns = [c.key for c in spec.columns if c.key in found]
    parsed.headings = {k: heading_cell(grid, c, top, start - 1) for k, c in found.items()}
    left = range(area.left, min(found.values()))
    _unknown_columns(grid, parsed, found, top, start)
    _Rows(grid, parsed, found, left, codes).read(start)
    return parsed


def _first_row(grid: Grid, area: Area, top: int) -> int | None:
    """The first row that has a 科目 code or is the total row."""
    for row in range(top, area.bottom + 1):
        for column in range(area.left, min(area.right + 1, area.left + 12)):
            label = grid.label(row, column)
            if label in NUMBERING:
                break
            if label in TOTALS and not _is_heading(grid, row, column, area):
                return row
            if len(grid.digits(row, column)) in (3, 5, 7) or JOINED.match(label):
                return row
    return None


def _is_heading(grid: Grid, row: int, column: int, area: Area) -> bool:
    """A 合计 that heads a column: other labels stand right of it in its row, or it is merged down."""
    if grid.area(row, column)[2] > row:
        return True
    return any(
        grid.label(row, c) and not _amount_text(grid.label(row, c)) and grid.origin(row, c) != grid.origin(row, column)
        for c in range(column + 1, area.right + 1)
    )


def _amount_text(label: str) -> bool:
    return not re.search(r"[一-鿿]", label) or label in ("无", "万元", "元")


def _below_headings(grid: Grid, area: Area, top: int) -> int | None:
    """For a table without any row: the row under 栏次, or under the last row with two or more labels."""
    last = None
    for row in range(top, area.bottom + 1):
        labels = {grid.origin(row, c) for c in range(area.left, area.right + 1) if grid.label(row, c)}
        first = next((grid.label(row, c) for c in range(area.left, area.right + 1) if grid.label(row, c)), "")
        if NOTE.match(first) or (last is not None and not labels):
            break
        if len(labels) >= 3 or first in NUMBERING:
            last = row
    return None if last is None else last + 1


def _unknown_columns(grid: Grid, parsed: Parsed, found: Mapping[str, int], top: int, start: int) -> None:
    """Tell headings that are not known and lie among the amount columns."""
    known = {c for column in found.values() for c in _spanned(grid, column, parsed.headings, found)}
    for column in range(min(found.values()), max(found.values()) + 1):
        stack = [t for t in grid.stack(column, top, start - 1) if not t.isdigit() and t not in NUMBERING]
        if (
            column not in known
            and stack
            and not any(grid.origin(start - 1, column) == grid.origin(start - 1, c) for c in known)
        ):
            parsed.partial = True
            parsed.tell(grid, start - 1, column, f"《{parsed.spec.name}》的栏“{stack[-1]}”不认识，这一栏没有参加校验")
    missing = [c.printed for c in parsed.spec.columns if c.key not in found]
    if missing and not parsed.spec.may_be_empty:
        row, column = parsed.area.title.row, parsed.area.title.column
        parsed.tell(
            grid, max(row, 0), column, f"《{parsed.spec.name}》没有找到栏“{'、'.join(missing)}”，按没有此栏处理"
        )


def _spanned(grid: Grid, column: int, headings: Mapping[str, tuple[int, int]], found: Mapping[str, int]) -> range:
    key = next(k for k, c in found.items() if c == column)
    area = grid.area(*headings[key])
    return range(area[1], area[3] + 1) if area[1] <= column <= area[3] else range(column, column + 1)


class _Rows:
    """Reads the rows below the headings."""

    def __init__(self, grid: Grid, parsed: Parsed, found: Mapping[str, int], left: range, codes: Codes) -> None:
        self.grid, self.parsed, self.found, self.left, self.codes = grid, parsed, found, left, codes
        self.pieces = ["", "", ""]
        self.previous = ""

    def read(self, start: int) -> None:
        area, grid = self.parsed.area, self.grid
        self.parsed.last = start - 1
        for row in range(start, area.bottom + 1):
            texts = [t for c in self.left if (t := grid.label(row, c))]
            first = next((grid.raw(row, c) for c in range(area.left, area.right + 1) if grid.raw(row, c)), "")
            if NOTE.match(first):
                break
            if texts and texts[0] in NUMBERING:
                continue
            self.row(row, texts)

    def row(self, row: int, texts: list[str]) -> None:
        grid, parsed = self.grid, self.parsed
        code, place, name = self.code(row)
        label = next((c for c in self.left if (t := grid.label(row, c)) and not t.isdigit()), None)
        if not code and any(t in TOTALS for t in texts):
            at = next(c for c in self.left if grid.label(row, c) in TOTALS)
            line = parsed.add(Line(TOTAL, "", printed(grid.raw(row, at))), grid.origin(row, at))
        elif code:
            where = grid.origin(row, label) if label is not None else place
            line = parsed.add(
                Line(code, code, name if name else (printed(grid.raw(row, label)) if label is not None else "")), where
            )
            parsed.codes[line.key] = place
            self.previous = code
        elif texts and (guess := self.by_name(texts[-1])):
            at = label if label is not None else self.left[0]
            line = parsed.add(Line(guess, guess, printed(grid.raw(row, at))), grid.origin(row, at))
            self.previous = guess
        else:
            what = f"行“{texts[0]}”不认识" if texts else "没有科目编码和名称的行"
            parsed.loose.append((row, tuple(self.found.values()), f"《{parsed.spec.name}》{what}"))
            return
        parsed.last = row
        for key, column in self.found.items():
            parsed.cells[line.key, key] = grid.origin(row, column)

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
            label = grid.label(row, column)
            if match := JOINED.match(label):
                return match.group(1), place, match.group(2)
            if digits := grid.digits(row, column):
                pieces.append((digits, place, column))
        if not pieces:
            return "", (row, self.left[0]), ""
        longest = max(pieces, key=lambda p: len(p[0]))
        if len(longest[0]) >= 5:
            return longest[0], longest[1], ""
        if len(pieces[0][0]) == 3:
            code = pieces[0][0]
            for piece, _, _ in pieces[1:3]:
                if len(piece) <= 2:
                    code += piece.rjust(2, "0")
            return code, pieces[0][1], ""
        return self.carried(pieces), pieces[-1][1], ""

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
        name = plain(name)
        fitting = [c for c, names in self.codes.names.items() if name in {plain(n) for n in names}]
        near = [c for c in fitting if len(c) == 3 or self.previous.startswith(c[:-2])]
        taken = {x.code for x in self.parsed.lines}
        left = [c for c in near if c not in taken]
        return left[0] if len(left) == 1 else ""
