"""The 三公 table: six items × 预算数/决算数, across in twelve columns or in pairs, in two rows, or one item a row."""

from __future__ import annotations

from collections.abc import Mapping

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.header import stated_year
from juesuan.bind.parts import ASIDE, NOTE, NUMBERING, TOTALS, UNITS, Heads, Parsed, has_chinese, settle
from juesuan.statements import Line
from juesuan.tables import LineSpec, TableSpec
from juesuan.text import plain, printed, year_in, yearless

#: Where a table has several budgets, the one meant: 预算数 itself, else the last that was in force.
_BUDGETS = ("预算数", "预算", "全年预算数", "调整预算数", "本年预算数", "年初预算数")

Items = Mapping[str, LineSpec]
Bases = Mapping[str, str]


def parse(grid: Grid, area: Area, spec: TableSpec, extra: Mapping[str, str]) -> Parsed | None:
    """The table in an area, or None where its items are not there."""
    items = {plain(w): line for line in spec.lines for w in (line.key, line.printed, *line.aliases)}
    bases = {plain(w): c.key for c in spec.columns for w in (c.key, c.printed, *c.aliases, extra.get(c.key, "")) if w}
    parsed = _list(grid, area, spec, items, bases) or _across(grid, area, spec, items, bases)
    if parsed is not None and parsed.cells:
        words = items.keys() | bases.keys()
        start = max(parsed.first, area.title.row + 1)
        names = {c for row, c in parsed.labels.values() if row >= start}
        heads = Heads(grid, area.title.row + 1, start - 1, range(area.left, area.right + 1), words=words)
        settle(grid, parsed, heads.top, start, names | {c for _, c in parsed.cells.values()})
    return parsed


def _basis(text: str, bases: Bases) -> str | None:
    """The column a heading names: 预算数 or 决算数, whatever its year."""
    text = UNITS.sub("", text)
    return bases.get(text) or bases.get(yearless(text))


def _item(text: str, items: Items) -> LineSpec | None:
    return items.get(text) or items.get(UNITS.sub("", text))


def _chosen(grid: Grid, parsed: Parsed, found: Mapping[str, dict[str, int]], row: int) -> dict[str, int]:
    """Of several headings for one basis (basis → heading as written → column), the one meant; told."""
    chosen = {}
    for basis, written in found.items():
        wordings = {yearless(w): w for w in written}
        pick = next((wordings[b] for b in _BUDGETS if b in wordings), next(iter(written)))
        chosen[basis] = written[pick]
        if len(written) > 1:
            others = "、".join(w for w in written if w != pick)
            said = f"《{parsed.spec.name}》有几种{basis}，按“{pick}”认，“{others}”没有参加校验"
            parsed.tell(grid, row, min(written.values()), said)
    return chosen


def _this_year(grid: Grid, area: Area, texts: Mapping[int, list[str]]) -> set[int]:
    """The columns whose headings are not another year's (texts: column → its headings)."""
    named = {c: next((y for t in reversed(stack) if (y := year_in(t))), None) for c, stack in texts.items()}
    years = {y for y in named.values() if y}
    stated = stated_year(grid, area)
    year = stated if stated in years else max(years, default=None)
    return {c for c, y in named.items() if y in (None, year)}


def _list(grid: Grid, area: Area, spec: TableSpec, items: Items, bases: Bases) -> Parsed | None:
    """One item a row: the items stand in one column, 预算数 and 决算数 head two others."""
    columns: dict[int, list[tuple[int, LineSpec]]] = {}
    for row, column, text in grid.texts:
        if area.title.row < row <= area.bottom and area.left <= column <= area.right and plain(text) in items:
            columns.setdefault(column, []).append((row, items[plain(text)]))
    if not columns:
        return None
    column = max(columns, key=lambda c: len({x.key for _, x in columns[c]}))
    if len({x.key for _, x in columns[column]}) < 4:
        return None
    start, top = min(row for row, _ in columns[column]), area.title.row + 1
    stacks = {
        c: [t for t in grid.stack(c, top, start - 1) if _basis(t, bases)] for c in range(column + 1, area.right + 1)
    }
    stacks = {c: stack for c, stack in stacks.items() if stack}
    found: dict[str, dict[str, int]] = {}
    for c in sorted(_this_year(grid, area, stacks)):
        found.setdefault(_basis(stacks[c][-1], bases) or "", {}).setdefault(stacks[c][-1], c)
    if not found:
        return None
    parsed = Parsed(spec, area, columns=[k for k in spec.column_keys if k in found], first=start)
    amounts = _chosen(grid, parsed, found, start - 1)
    for row, line in columns[column]:
        if not any(line.key == x.key for x in parsed.lines):
            parsed.add(Line(line.key, "", printed(grid.raw(row, column))), grid.origin(row, column))
            parsed.last = max(parsed.last, row)
            for key, c in amounts.items():
                parsed.cells[line.key, key] = grid.origin(row, c)
    rows = {parsed.labels[x.key][0] for x in parsed.lines}
    for row in (r for r in range(start, parsed.last + 1) if r not in rows):
        said = (
            f"的行“{printed(grid.raw(row, column))}”不认识" if grid.raw(row, column) else f"第 {row + 1} 行没有项目名"
        )
        parsed.loose.append((row, tuple(amounts.values()), f"《{spec.name}》{said}", ()))
    parsed.headings = {k: (start - 1, c) for k, c in amounts.items()}
    return parsed


def _across(grid: Grid, area: Area, spec: TableSpec, items: Items, bases: Bases) -> Parsed | None:
    """Items across: every column's stacked labels name an item and whether it is 预算 or 决算."""
    top = area.title.row + 1
    bottom = _heading_end(grid, area, items, bases)
    if bottom is None:
        return None
    parsed = Parsed(spec, area, first=bottom + 1)
    found = _columns(grid, parsed, items, bases, top, bottom)
    if len({line for line, _ in found}) < 3:
        return None
    if all(not basis for _, basis in found):
        rows = _side_rows(grid, parsed, found, bases, bottom)
    else:
        row = _data_row(grid, parsed, bottom + 1, found)
        rows = {} if row is None else {basis: row for _, basis in found if basis}
    if not rows:
        return parsed
    parsed.columns = [k for k in spec.column_keys if k in rows]
    for line in spec.lines:
        places = {basis: column for (key, basis), column in found.items() if key == line.key}
        if places:
            parsed.add(Line(line.key, "", line.printed), (bottom, min(places.values())))
            for basis in parsed.columns:
                if (column := places.get(basis, places.get(""))) is not None:
                    parsed.cells[line.key, basis] = grid.origin(rows[basis], column)
                    parsed.headings.setdefault(basis, (bottom, column))
    parsed.last = max(rows.values())
    return parsed


def _columns(
    grid: Grid, parsed: Parsed, items: Items, bases: Bases, top: int, bottom: int
) -> dict[tuple[str, str], int]:
    """(item, basis) → column; the basis is "" where headings name items only."""
    area = parsed.area
    span = range(area.left, area.right + 1)
    heads = Heads(grid, top, bottom, span, words=items.keys() | bases.keys())
    stacks = {c: [t for t in grid.stack(c, heads.top, bottom) if t not in NUMBERING] for c in heads.span}
    several: dict[str, dict[str, int]] = {}
    columns: list[tuple[str, str, str, int]] = []
    last_basis, last_item = ("", ""), ""
    for column in sorted(_this_year(grid, area, stacks)):
        stack = [t for t in stacks[column] if not t.isdigit()]
        if not stack:
            continue
        written = next((t for t in stack if _basis(t, bases)), "")
        basis = _basis(written, bases) or ""
        item = next((line.key for t in reversed(stack) if (line := _item(t, items))), "")
        known = _item(stack[-1], items) or _basis(stack[-1], bases)
        if not known or (not basis and any(ASIDE.search(yearless(t)) for t in stack)):
            continue  # told where there is a figure below
        # A heading over several columns that is not merged is written over the first of them only.
        if item and not basis:
            basis, written = last_basis
        elif basis and not item:
            item = last_item
        last_basis, last_item = (basis, written), item or last_item
        columns.append((item, basis, written, column))
        if basis:
            several.setdefault(basis, {}).setdefault(written, column)
    meant = {basis: next(w for w, c in several[basis].items() if c == at)
             for basis, at in _chosen(grid, parsed, several, bottom).items()}  # fmt: skip
    found: dict[tuple[str, str], int] = {}
    for item, basis, written, column in columns:
        if item and (not basis or written == meant[basis]):
            found.setdefault((item, basis), column)
    return found


def _heading_end(grid: Grid, area: Area, items: Items, bases: Bases) -> int | None:
    """The last row of the headings: the lowest that names two items or bases."""
    last = None
    for row in range(area.title.row + 1, area.bottom + 1):
        labels = {grid.origin(row, c): grid.label(row, c) for c in range(area.left, area.right + 1)}
        if NOTE.match(next((t for t in (grid.raw(row, c) for c in range(area.left, area.right + 1)) if t), "")):
            break
        if sum(bool(t) and (bool(_item(t, items) or _basis(t, bases))) for t in labels.values()) >= 2:
            last = row
    return last


def _side_rows(
    grid: Grid, parsed: Parsed, found: Mapping[tuple[str, str], int], bases: Bases, bottom: int
) -> dict[str, int]:
    """Basis → row, where 预算数 and 决算数 head rows; other rows with figures are told."""
    rows: dict[str, dict[str, int]] = {}
    for row in range(bottom + 1, parsed.area.bottom + 1):
        label = next((t for c in range(parsed.area.left, min(found.values())) if (t := grid.label(row, c))), "")
        if NOTE.match(label):
            break
        if basis := _basis(label, bases):
            rows.setdefault(basis, {}).setdefault(label, row)
        else:
            what = (
                f"《{parsed.spec.name}》的行“{label}”不认识"
                if label
                else f"《{parsed.spec.name}》第 {row + 1} 行没有行名"
            )
            parsed.loose.append((row, tuple(found.values()), what, ()))
    known = {label: row for written in rows.values() for label, row in written.items()}
    here = _this_year(grid, parsed.area, {row: [label] for label, row in known.items()})
    kept = {b: {w: r for w, r in written.items() if r in here} for b, written in rows.items()}
    return _chosen(grid, parsed, {b: written for b, written in kept.items() if written}, bottom)


def _data_row(grid: Grid, parsed: Parsed, top: int, found: Mapping[tuple[str, str], int]) -> int | None:
    """The row of figures below the headings: the only one, or that of the 合计 where there are several; None and told
    where it cannot be known."""
    area, columns = parsed.area, sorted(found.values())
    plausible: list[int] = []
    for at in range(top, area.bottom + 1):
        first = next((t for c in range(columns[0] + 1) if (t := grid.label(at, c))), "")
        if NOTE.match(grid.raw(at, area.left)) or NOTE.match(first):
            break
        if first not in NUMBERING and not _counts_up(grid, at, columns):
            plausible.append(at)
    filled = [r for r in plausible if any(grid.filled(r, c) and not has_chinese(grid.raw(r, c)) for c in columns)]
    total = [r for r in filled if any(grid.label(r, c) in TOTALS for c in range(area.left, columns[0]))]
    name = parsed.spec.name
    sure = (filled or plausible)[:1] if len(filled) < 2 else total
    row = sure[0] if len(sure) == 1 else None
    if row is None:
        said = "有几行数，不知道哪一行是合计，没有参加校验" if filled else "的表头下没有数据行"
        parsed.tell(grid, top - 1, area.left, f"《{name}》{said}")
    for other in (r for r in filled if r != row):
        label = next((t for c in range(area.left, columns[0]) if (t := grid.label(other, c))), "")
        said = f"的行“{label}”" if label else f"第 {other + 1} 行"
        parsed.loose.append((other, tuple(columns), f"《{name}》{said}不在校验之内", ()))
    return row


def _counts_up(grid: Grid, row: int, columns: list[int]) -> bool:
    """True for a row of 栏次 without that word: 1, 2, 3 … over the amount columns."""
    expected = 1
    for column in columns:
        if grid.digits(row, column) != str(expected):
            return False
        expected += 1
    return expected > 3
