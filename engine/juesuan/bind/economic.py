"""The basic-spending table (基本支出明细表): economic 科目 in one or more (code, name, amount) panels.

Beside that form there are lists whose columns are 合计 | 人员经费 | 公用经费: then a row's figure stands in 合计 (else
in the column of its class) and the total row holds the two totals.
"""

from __future__ import annotations

from collections.abc import Mapping

from juesuan.bind.codetable import joined
from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.header import stated_year
from juesuan.bind.parts import NOTE, NUMBERING, TOTALS, Heads, Parsed, heading_cell, is_total_row, names_of, settle
from juesuan.codes import Codes
from juesuan.statements import Line
from juesuan.tables import TableSpec
from juesuan.text import plain, printed

_OWN = ("30", "31", "39")  # 部门预算支出经济分类
_GOVERNMENT = ("50", "51", "59")  # 政府预算支出经济分类

Item = tuple[int, int, str, str]  # row, column of the code or name, code, name


def parse(grid: Grid, area: Area, spec: TableSpec, extra: Mapping[str, str], codes: Codes) -> Parsed | None:
    """The table in an area, or None where no economic 科目 is there."""
    parsed = Parsed(spec, area)
    items = _items(grid, area, _names(codes))
    if not items or (area.title.row < 0 and len(items) < 5):
        return None
    top = area.title.row + 1
    start = min(row for row, *_ in items)
    total = _total_row(grid, area, top, start)
    start = min(start, total if total is not None else start)
    column = spec.column_keys[0]
    heads = Heads(grid, top, start - 1, range(area.left, area.right + 1), stated_year(grid, area))
    amounts = _amount_columns(grid, parsed, heads, extra)
    blocks = _block_columns(grid, parsed, heads, amounts)
    if not amounts and not blocks:
        amounts = _unheaded(grid, parsed, items)
        if not amounts:
            parsed.tell(grid, heads.bottom, area.left, f"《{spec.name}》没有找到金额栏，这张表没有参加校验")
            parsed.partial = True
    parsed.columns = [column] if amounts or blocks else []
    used = amounts or list(blocks.values())
    if used:
        parsed.headings[column] = heading_cell(grid, used[0], top, start - 1)
    order = _collect(grid, parsed, items, amounts, blocks, column)
    _totals(grid, parsed, start, amounts or used, column, {(row, at) for row, at, *_ in items})
    _total_cells(grid, parsed, area, start, blocks, column)
    rank = {key: i for i, key in enumerate(order)}
    parsed.lines.sort(key=lambda line: rank.get(line.key, len(rank)))
    _loose(grid, parsed, start, amounts, items)
    return settle(grid, parsed, heads.top, start, _labelled(grid, parsed, heads) | set(amounts))


def _names(codes: Codes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, names in codes.names.items():
        for name in names:
            found.setdefault(plain(name), []).append(code)
    return {name: sorted(found_codes, key=lambda c: (len(c), c)) for name, found_codes in found.items()}


def _items(grid: Grid, area: Area, names: Mapping[str, list[str]]) -> list[Item]:
    """Every economic 科目 in the area, top to bottom per panel; the government's only where there are no others."""
    found: list[Item] = []
    columns = range(area.left, area.right + 1)
    coded = {c for c in columns if _code_column(grid, c, area)}
    for row in range(area.title.row + 1, area.bottom + 1):
        if NOTE.match(next((grid.raw(row, c) for c in columns if grid.raw(row, c)), "")):
            break
        for column in columns:
            if grid.origin(row, column) != (row, column):
                continue
            label = grid.label(row, column)
            if both := joined(label):
                again = found and found[-1][0] == row and found[-1][2] == both[0]
                if both[0].startswith(_OWN + _GOVERNMENT) and not again:
                    found.append((row, column, both[0], printed(both[1])))
                continue
            digits = grid.code(row, column) if column in coded else grid.digits(row, column) if label else ""
            if len(digits) in (3, 5) and digits.startswith(_OWN + _GOVERNMENT):
                after = next(
                    (c for c in range(column + 1, min(column + 4, area.right + 1)) if grid.label(row, c)), None
                )
                found.append((row, column, digits, _own_name(grid.raw(row, after)) if after is not None else ""))
    own = [item for item in found if item[2].startswith(_OWN)]
    return own or found or _by_name(grid, area, names)


def _own_name(text: str) -> str:
    """A name without the code that may be written before it."""
    both = joined(plain(text))
    return printed(both[1]) if both else printed(text)


def _code_column(grid: Grid, column: int, area: Area) -> bool:
    """True if a heading over the column speaks of codes (so that an amount of 302.00 is never read as one)."""
    return any(
        "编码" in t or "代码" in t for t in grid.stack(column, area.title.row + 1, min(area.title.row + 8, area.bottom))
    )


def _by_name(grid: Grid, area: Area, names: Mapping[str, list[str]]) -> list[Item]:
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


def _total_row(grid: Grid, area: Area, top: int, start: int) -> int | None:
    """A 合计 row above the first 科目."""
    for row in range(top, start):
        for column in range(area.left, area.right + 1):
            if grid.label(row, column) in TOTALS and is_total_row(grid, row, column, area):
                return row
    return None


def _amount_columns(grid: Grid, parsed: Parsed, heads: Heads, extra: Mapping[str, str]) -> list[int]:
    """Every amount column, by its heading; merged headings count once."""
    wanted = names_of(parsed.spec.columns[0], extra)
    found: dict[tuple[int, int], int] = {}
    for column in heads.span:
        labels = heads.labels(column)
        if labels and labels[-1] in wanted and not heads.aside(column):
            found.setdefault(heading_cell(grid, column, heads.top, heads.bottom), column)
    return sorted(found.values())


def _block_columns(grid: Grid, parsed: Parsed, heads: Heads, amounts: list[int]) -> dict[str, int]:
    """Total's key → the column headed 人员经费 or 公用经费, where these are columns of figures and not panels."""
    found: dict[str, int] = {}
    for total in parsed.spec.totals:
        wanted = {plain(w) for w in (total.key, *total.aliases)}
        for column in heads.span:
            labels = heads.labels(column)
            if labels and labels[-1] in wanted and column not in amounts and not heads.aside(column):
                found.setdefault(total.key, column)
    return found if len(found) == len(parsed.spec.totals) else {}


def _unheaded(grid: Grid, parsed: Parsed, items: list[Item]) -> list[int]:
    """Without headings: the one column of numbers between a column of 科目 and the next; told."""
    starts = sorted({column for _, column, _, _ in items})
    found = []
    for at, after in zip(starts, [*starts[1:], parsed.area.right + 1], strict=True):
        rows = [row for row, column, _, _ in items if column == at]
        usable = [c for c in range(at + 1, after) if any(grid.is_number(r, c) and not grid.digits(r, c) for r in rows)]
        if len(usable) == 1:
            found.append(usable[0])
            said = f"《{parsed.spec.name}》的金额栏没有认得出的表头，按科目右边唯一的一列数字认"
            parsed.tell(grid, rows[0], usable[0], said)
    return found


def _collect(
    grid: Grid, parsed: Parsed, items: list[Item], amounts: list[int], blocks: Mapping[str, int], key: str
) -> list[str]:
    order = []
    classes = {c: blocks[t.key] for t in parsed.spec.totals for c in t.classes if t.key in blocks}
    for row, at, code, name in sorted(items, key=lambda i: (i[1], i[0])):
        column = next((c for c in amounts if c > at), None) if amounts else classes.get(code[:3])
        if column is None:
            if amounts or blocks:
                parsed.tell(grid, row, at, f"科目 {code} 右边没有金额栏")
            continue
        line = parsed.add(Line(code, code, name), (row, at))
        parsed.codes[line.key] = (row, at)
        parsed.cells[line.key, key] = grid.origin(row, column)
        parsed.last = max(parsed.last, row)
        order.append(line.key)
    return order


def _totals(grid: Grid, parsed: Parsed, start: int, amounts: list[int], key: str, items: set[tuple[int, int]]) -> None:
    """The total lines: a label with its amount right of it and no 科目 between the two."""
    wanted = {plain(w): t for t in parsed.spec.totals for w in (t.key, *t.aliases)}
    found: dict[str, tuple[tuple[bool, bool], int, int, int]] = {}
    for row, at, text in grid.texts:
        total = wanted.get(plain(text))
        if total is None or not (
            start - 1 <= row <= parsed.area.bottom and parsed.area.left <= at <= parsed.area.right
        ):
            continue
        merged = grid.area(row, at)
        column = next((c for c in amounts if c > merged[3]), None)
        if merged[2] > merged[0] or column is None:
            continue
        number = grid.is_number(row, column)
        if (row < start and not number) or plain(grid.raw(row, column)) in wanted:
            continue
        if any(r == row and at < c < column for r, c in items):
            continue
        rank = (not (number or grid.raw(row, column) != ""), plain(text) != total.key)
        if total.key not in found or rank < found[total.key][0]:
            found[total.key] = (rank, row, at, column)
    for line, (_, row, at, column) in found.items():
        parsed.add(Line(line, "", printed(grid.raw(row, at))), (row, at))
        parsed.cells[line, key] = grid.origin(row, column)
        parsed.last = max(parsed.last, row)


def _total_cells(grid: Grid, parsed: Parsed, area: Area, start: int, blocks: Mapping[str, int], key: str) -> None:
    """The totals as cells of the 合计 row under 人员经费 and 公用经费."""
    if not blocks or any(line.key in blocks for line in parsed.lines):
        return
    for row in range(start, area.bottom + 1):
        at = next((c for c in range(area.left, min(blocks.values())) if grid.label(row, c) in TOTALS), None)
        if at is not None:
            for line, column in blocks.items():
                parsed.add(Line(line, "", line), grid.origin(row, at))
                parsed.cells[line, key] = grid.origin(row, column)
            parsed.last = max(parsed.last, row)
            return


def _loose(grid: Grid, parsed: Parsed, start: int, amounts: list[int], items: list[Item]) -> None:
    """Rows in which an amount column has no 科目: a figure there is told and spoils the sums it may belong to."""
    taken = set(parsed.cells.values())
    for row in range(start, parsed.last + 1):
        free = tuple(c for c in amounts if grid.origin(row, c) not in taken)
        if not free:
            continue
        texts = [t for c in range(parsed.area.left, free[0]) if (t := grid.label(row, c)) and not t.isdigit()]
        repeats = any(t in TOTALS or "小计" in t for t in texts)
        above = max((i for i in items if i[0] < row and i[1] < free[-1]), default=None)
        block = [t.key for t in parsed.spec.totals if above and above[2][:3] in t.classes]
        spoils = () if repeats or above is None else (above[2][:3], *block)
        said = f"的行“{texts[-1]}”不认识" if texts else f"第 {row + 1} 行没有认出科目"
        said = f"有一行“{texts[-1]}”" if repeats else said
        parsed.loose.append((row, free, f"《{parsed.spec.name}》{said}", spoils))


def _labelled(grid: Grid, parsed: Parsed, heads: Heads) -> set[int]:
    """The columns that hold names, codes and numbering."""
    found = {c for _, c in parsed.labels.values()}
    for column in heads.span:
        stack = grid.stack(column, heads.top, heads.bottom)
        if stack and (stack[-1] in NUMBERING or any(w in stack[-1] for w in ("编码", "代码", "名称", "科目"))):
            found.add(column)
    return found
