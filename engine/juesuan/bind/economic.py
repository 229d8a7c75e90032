"""The basic-spending table (基本支出明细表): economic 科目 in one or more (code, name, amount) panels."""

from __future__ import annotations

from collections.abc import Mapping

from juesuan.bind.codetable import JOINED
from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.parts import NOTE, NUMBERING, Parsed, columns_by_heading, heading_cell, names_of
from juesuan.codes import Codes
from juesuan.statements import Line
from juesuan.tables import TableSpec
from juesuan.text import plain, printed

_PREFIXES = ("30", "31", "39", "50", "51")


def parse(grid: Grid, area: Area, spec: TableSpec, extra: Mapping[str, str], codes: Codes) -> Parsed | None:
    """The table in an area, or None where no economic 科目 is there."""
    parsed = Parsed(spec, area)
    names = _names(codes)
    items = _items(grid, area, names)
    if not items or (area.title.row < 0 and len(items) < 5):
        return None
    start = min(row for row, *_ in items)
    top = area.title.row + 1
    column = spec.column_keys[0]
    amounts = _amount_columns(grid, parsed, top, start - 1, extra)
    if not amounts:
        amounts = _columns_right_of(items, area)
    parsed.columns = [column]
    parsed.headings[column] = heading_cell(grid, amounts[0], top, start - 1)
    rows = {(row, at): code for row, at, code, _ in items}
    seen_codes = _collect(grid, parsed, items, amounts, column)
    _totals(grid, parsed, start, amounts, column, rows)
    _order(parsed, seen_codes)
    taken = set(parsed.cells.values())
    for row in range(start, parsed.last + 1):
        free = tuple(c for c in amounts if grid.origin(row, c) not in taken)
        if free:
            parsed.loose.append((row, free, f"《{spec.name}》没有认出科目的行"))
    return parsed


def _names(codes: Codes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, names in codes.names.items():
        for name in names:
            found.setdefault(plain(name), []).append(code)
    return {name: sorted(found_codes, key=lambda c: (len(c), c)) for name, found_codes in found.items()}


def _items(grid: Grid, area: Area, names: Mapping[str, list[str]]) -> list[tuple[int, int, str, str]]:
    """(row, column of the code or name, code, name) of every economic 科目 in the area, top to bottom per panel."""
    found: list[tuple[int, int, str, str]] = []
    for row in range(area.title.row + 1, area.bottom + 1):
        if NOTE.match(next((grid.raw(row, c) for c in range(area.left, area.right + 1) if grid.raw(row, c)), "")):
            break
        for column in range(area.left, area.right + 1):
            if grid.origin(row, column) != (row, column):
                continue
            label = grid.label(row, column)
            if match := JOINED.match(label):
                if match.group(1).startswith(_PREFIXES) and not (
                    found and found[-1][0] == row and found[-1][2] == match.group(1)
                ):
                    found.append((row, column, match.group(1), printed(match.group(2))))
                continue
            digits = grid.digits(row, column) if label or _code_column(grid, column, area) else ""
            if len(digits) in (3, 5) and digits.startswith(_PREFIXES):
                after = next(
                    (c for c in range(column + 1, min(column + 4, area.right + 1)) if grid.label(row, c)), None
                )
                found.append((row, column, digits, _own_name(grid.raw(row, after)) if after is not None else ""))
    return found or _by_name(grid, area, names)


def _own_name(text: str) -> str:
    """A name without the code that may be written before it."""
    match = JOINED.match(plain(text))
    return printed(match.group(2)) if match else printed(text)


def _code_column(grid: Grid, column: int, area: Area) -> bool:
    """True if a heading over the column speaks of codes (so that an amount of 302.00 is never read as one)."""
    return any(
        "编码" in t or "代码" in t for t in grid.stack(column, area.title.row + 1, min(area.title.row + 8, area.bottom))
    )


def _by_name(grid: Grid, area: Area, names: Mapping[str, list[str]]) -> list[tuple[int, int, str, str]]:
    """The same for a table without codes: by name, column by column, a repeated name being the next code down."""
    found = []
    taken: set[str] = set()
    columns: dict[int, list[tuple[int, str]]] = {}
    for row, column, text in grid.texts:
        if area.title.row < row <= area.bottom and area.left <= column <= area.right and plain(text) in names:
            columns.setdefault(column, []).append((row, text))
    for column in sorted(columns):
        current = ""
        for row, text in columns[column]:
            options = [c for c in names[plain(text)] if c not in taken]
            below = [c for c in options if len(c) == 5 and c.startswith(current[:3])] if current else []
            code = next(iter(below or [c for c in options if len(c) == 3] or options), "")
            if code:
                taken.add(code)
                current = code
                found.append((row, column, code, printed(text)))
    return sorted(found)


def _amount_columns(grid: Grid, parsed: Parsed, top: int, bottom: int, extra: Mapping[str, str]) -> list[int]:
    """Every amount column, by its heading; merged headings count once."""
    wanted = names_of(parsed.spec.columns[0], extra)
    found: list[int] = []
    origins = set()
    for column in range(parsed.area.left, parsed.area.right + 1):
        if not columns_by_heading(grid, parsed, top, bottom, range(column, column + 1), parsed.spec.columns, extra):
            continue
        lowest = next(
            (t for t in reversed(grid.stack(column, top, bottom)) if not t.isdigit() and t not in NUMBERING), ""
        )
        cell = heading_cell(grid, column, top, bottom)
        if lowest.removesuffix("（万元）").removesuffix("（元）") in wanted and cell not in origins:
            origins.add(cell)
            found.append(column)
    return found


def _columns_right_of(items: list[tuple[int, int, str, str]], area: Area) -> list[int]:
    """Without headings: two columns right of each column of codes."""
    return [min(c + 2, area.right) for c in sorted({column for _, column, _, _ in items})]


def _collect(
    grid: Grid, parsed: Parsed, items: list[tuple[int, int, str, str]], amounts: list[int], key: str
) -> list[str]:
    order = []
    for row, at, code, name in sorted(items, key=lambda i: (i[1], i[0])):
        column = next((c for c in amounts if c > at), None)
        if column is None:
            parsed.tell(grid, row, at, f"科目 {code} 右边没有金额栏")
            continue
        line = parsed.add(Line(code, code, name), (row, at))
        parsed.codes[line.key] = (row, at)
        parsed.cells[line.key, key] = grid.origin(row, column)
        parsed.last = max(parsed.last, row)
        order.append(line.key)
    return order


def _totals(
    grid: Grid, parsed: Parsed, start: int, amounts: list[int], key: str, items: Mapping[tuple[int, int], str]
) -> None:
    """The total lines: a label with its amount right of it and no 科目 between the two."""
    wanted = {plain(w): t for t in parsed.spec.totals for w in (t.key, *t.aliases)}
    done = set()
    for row, at, text in grid.texts:
        total = wanted.get(plain(text))
        if total is None or not (
            start - 1 <= row <= parsed.area.bottom and parsed.area.left <= at <= parsed.area.right
        ):
            continue
        merged = grid.area(row, at)
        column = next((c for c in amounts if c > merged[3]), None)
        if merged[2] > merged[0] or column is None or total.key in done:
            continue
        if row < start and not grid.is_number(row, column):
            continue
        if any(r == row and at < c < column for r, c in items):
            continue
        done.add(total.key)
        parsed.add(Line(total.key, "", printed(text)), (row, at))
        parsed.cells[total.key, key] = grid.origin(row, column)
        parsed.last = max(parsed.last, row)


def _order(parsed: Parsed, codes: list[str]) -> None:
    rank = {key: i for i, key in enumerate(codes)}
    parsed.lines.sort(key=lambda line: rank.get(line.key, len(rank)))
