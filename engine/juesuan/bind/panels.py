"""Summary tables (收支总表、财拨总表): two panels of fixed lines side by side, or one under the other."""

from __future__ import annotations

import re
from collections.abc import Mapping

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.header import stated_year
from juesuan.bind.parts import NOTE, NUMBERING, Heads, Parsed, columns_by_heading, heading_cell, settle
from juesuan.statements import Line
from juesuan.tables import LineSpec, PanelSpec, TableSpec
from juesuan.text import plain, printed

_CODE = re.compile(r"^\d{3}[-—]?(?=[一-鿿])")
_NAME = re.compile(r"[一-鿿]{2,}")


def wordings(spec: LineSpec) -> set[str]:
    """The plain wordings of a fixed line, with and without 支出 at the end."""
    names = {plain(x) for x in (spec.printed, *spec.aliases, *(() if spec.code else (spec.key,))) if x}
    if spec.code:
        names |= {n.removesuffix("支出") for n in names if len(n) > 4}
    return names


def parse(
    grid: Grid, area: Area, spec: TableSpec, extra: Mapping[str, str], labels: Mapping[str, str]
) -> Parsed | None:
    """The table in an area, or None where its lines are not there. ``labels``: line key → a layout's own wording."""
    parsed = Parsed(spec, area)
    known = {p.key: _known(p, labels) for p in spec.panels}
    columns = {p.key: _label_column(grid, area, known[p.key], p) for p in spec.panels}
    first, second = spec.panels
    if columns[first.key] is None or columns[second.key] is None:
        return None
    one, two = int(columns[first.key] or 0), int(columns[second.key] or 0)
    start = _start(grid, area, known, {one, two})
    if start is None:
        return None
    top, year = area.title.row + 1, stated_year(grid, area)
    if one == two:
        _stacked(grid, parsed, known, one, start, extra)
    else:
        end = _end(grid, area, max(one, two), start)
        split = {
            first.key: range(one + 1, two if two > one else end),
            second.key: range(two + 1, one if one > two else end),
        }
        for panel in spec.panels:
            column = one if panel is first else two
            heads = Heads(grid, top, start - 1, split[panel.key], year)
            amounts = _amounts(parsed, panel, heads, extra)
            _read(grid, parsed, panel, known[panel.key], column, amounts, start, area.bottom)
    heads = Heads(grid, top, start - 1, range(area.left, area.right + 1), year)
    return settle(grid, parsed, heads.top, start, {one, two}) if parsed.lines else None


def _known(panel: PanelSpec, labels: Mapping[str, str]) -> dict[str, list[LineSpec]]:
    found: dict[str, list[LineSpec]] = {}
    for line in panel.lines:
        names = wordings(line) if not line.blank else set()
        if labels.get(line.key):
            names = names | {plain(labels[line.key])}
        for name in names:
            found.setdefault(name, []).append(line)
    return found


def _named(label: str) -> str:
    """A label without the code of its 类: 「208社会保障和就业支出」."""
    return _CODE.sub("", label)


def _label_column(grid: Grid, area: Area, known: Mapping[str, list[LineSpec]], panel: PanelSpec) -> int | None:
    """The column that names most of the panel's lines."""
    tail = {plain(x.printed) for x in panel.tail}
    scores: dict[int, int] = {}
    for row, column, text in grid.texts:
        if area.top <= row <= area.bottom and area.left <= column <= area.right and len(text) < 60:
            label = _named(plain(text))
            if label in known and label not in ("合计", "总计", "小计"):
                scores[column] = scores.get(column, 0) + (1 if label not in tail else 2)
    if not scores:
        return None
    best = max(scores, key=lambda c: (scores[c], -c))
    return best if scores[best] >= 3 else None


def _end(grid: Grid, area: Area, column: int, start: int) -> int:
    """The column after the right panel's amounts: where a further panel begins with names of its own."""
    for c in range(column + 2, area.right + 1):
        if sum(bool(_NAME.search(grid.own(r, c))) for r in range(start, area.bottom + 1)) >= 3:
            return c
    return area.right + 1


def _start(
    grid: Grid, area: Area, known: Mapping[str, Mapping[str, list[LineSpec]]], columns: set[int], after: int = 0
) -> int | None:
    """The first row that names a head line of a panel."""
    for row in range(max(area.title.row + 1, after), area.bottom + 1):
        for column in columns:
            label = _named(grid.label(row, column))
            if label not in ("合计", "总计", "小计") and any(label in names for names in known.values()):
                return row
    return None


def _amounts(parsed: Parsed, panel: PanelSpec, heads: Heads, extra: Mapping[str, str]) -> dict[str, int]:
    """Column key → sheet column of a panel's amounts."""
    grid, top, bottom = heads.grid, heads.top, heads.bottom
    specs = tuple(parsed.spec.column(k) for k in panel.columns)
    found = columns_by_heading(parsed, heads, heads.span, specs, extra)
    if not found and len(specs) == 1 and not parsed.partial:
        candidates = [c for c in heads.span if not _numbering(grid, c, top, bottom) and not heads.aside(c)]
        usable = [c for c in candidates if _any_amount(grid, c, bottom + 1, parsed.area.bottom)] or candidates[:1]
        if len(usable) == 1:
            found = {specs[0].key: usable[0]}
    for key in (k for k in panel.columns if k not in found):
        parsed.partial = True
        said = f"《{parsed.spec.name}》{panel.key}方没有找到栏“{parsed.spec.column(key).printed}”"
        parsed.tell(grid, bottom, heads.span.start, said)
    for key, column in found.items():
        parsed.headings.setdefault(key, heading_cell(grid, column, top, bottom))
        if key not in parsed.columns:
            parsed.columns.append(key)
    return found


def _numbering(grid: Grid, column: int, top: int, bottom: int) -> bool:
    return any(t in NUMBERING for t in grid.stack(column, top, bottom))


def _any_amount(grid: Grid, column: int, top: int, bottom: int) -> bool:
    return any(grid.is_number(row, column) for row in range(top, bottom + 1))


def _read(
    grid: Grid,
    parsed: Parsed,
    panel: PanelSpec,
    known: Mapping[str, list[LineSpec]],
    column: int,
    amounts: Mapping[str, int],
    start: int,
    bottom: int,
) -> int:
    """Read one panel's lines downward; returns the row after the last."""
    summed = False
    done: set[str] = set()
    for row in range(start, bottom + 1):
        raw = grid.raw(row, column)
        if NOTE.match(raw):
            return row
        label = _named(grid.label(row, column))
        if not label or label.isdigit() or label in NUMBERING:
            parsed.loose.append((row, tuple(amounts.values()), "", ()))
            continue
        line = _line(label, known, panel, summed, done)
        part = raw.strip().startswith("其中")
        if line is None or (part and line in panel.head):
            what = f"《{parsed.spec.name}》{panel.key}方的行“{printed(raw)}”不认识"
            spoils = () if part or not _adds(label) else (panel.tail[-1 if summed else 0].key,)
            parsed.loose.append((row, tuple(amounts.values()), what, spoils))
            continue
        if label not in known:
            parsed.tell(grid, row, column, f"行名“{printed(raw)}”不完整，按“{line.printed}”认")
        if line.key in done:
            parsed.repeated = True
            parsed.tell(grid, row, column, f"行“{printed(raw)}”列了两次，后一行没有参加校验")
            continue
        done.add(line.key)
        summed = summed or line.key == panel.tail[0].key
        parsed.add(Line(line.key, line.code, printed(raw)), grid.origin(row, column))
        parsed.last = max(parsed.last, row)
        for key in panel.columns:
            if key in amounts:
                parsed.cells[line.key, key] = grid.origin(row, amounts[key])
            else:
                parsed.doubtful[line.key, key] = f"{panel.key}方没有找到栏“{parsed.spec.column(key).printed}”"
        if line.key == panel.tail[-1].key:
            return row + 1
    return bottom + 1


def _adds(label: str) -> bool:
    """False for a row that repeats others (小计)."""
    return "小计" not in label


def _line(
    label: str, known: Mapping[str, list[LineSpec]], panel: PanelSpec, summed: bool, done: set[str]
) -> LineSpec | None:
    """The line a label names: a head line before the sum line, a tail line after it; a clipped label by its start."""
    options = known.get(label)
    if options is None and len(label) >= 6:
        starts = {line.key: line for name, lines in known.items() if name.startswith(label) for line in lines}
        options = list(starts.values())
        if len({x in panel.head for x in options}) > 1 or not options:
            options = [x for x in options if (x in panel.tail) == summed]
        if len(options) > 1:
            return None
    if not options:
        return None
    fitting = [x for x in options if (x in panel.tail) == summed and x.key not in done]
    return (fitting or [x for x in options if x.key not in done] or options)[0]


def _stacked(
    grid: Grid,
    parsed: Parsed,
    known: Mapping[str, Mapping[str, list[LineSpec]]],
    column: int,
    start: int,
    extra: Mapping[str, str],
) -> None:
    """One panel above the other in one column, each under headings of its own or both under one."""
    area, top = parsed.area, parsed.area.title.row + 1
    span, year = range(column + 1, area.right + 1), stated_year(grid, area)
    first = grid.label(start, column)
    panels = sorted(parsed.spec.panels, key=lambda p: first not in known[p.key])
    row = start
    for panel in panels:
        begins = _start(grid, area, {panel.key: known[panel.key]}, {column}, row)
        if begins is None:
            return
        heads = Heads(grid, row if row > start and begins > row else top, begins - 1, span, year)
        if row > start and not any(heads.labels(c) for c in span):
            heads = Heads(grid, top, start - 1, span, year)
        amounts = _amounts(parsed, panel, heads, extra)
        row = _read(grid, parsed, panel, known[panel.key], column, amounts, begins, area.bottom)
