"""Summary tables (收支总表、财拨总表): two panels of fixed lines side by side, or one under the other."""

from __future__ import annotations

from collections.abc import Mapping

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.bind.parts import BUDGET, NOTE, NUMBERING, Parsed, columns_by_heading, heading_cell
from juesuan.statements import Line
from juesuan.tables import LineSpec, PanelSpec, TableSpec
from juesuan.text import plain, printed


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
    if one == two:
        _stacked(grid, parsed, known, one, start, extra)
    else:
        split = {
            first.key: range(one + 1, two if two > one else area.right + 1),
            second.key: range(two + 1, one if one > two else area.right + 1),
        }
        for panel in spec.panels:
            column = one if panel is first else two
            amounts = _amounts(grid, parsed, panel, split[panel.key], area.title.row + 1, start - 1, extra)
            _read(grid, parsed, panel, known[panel.key], column, amounts, start, area.bottom)
    return parsed if parsed.lines else None


def _known(panel: PanelSpec, labels: Mapping[str, str]) -> dict[str, list[LineSpec]]:
    found: dict[str, list[LineSpec]] = {}
    for line in panel.lines:
        names = wordings(line) if not line.blank else set()
        if labels.get(line.key):
            names = names | {plain(labels[line.key])}
        for name in names:
            found.setdefault(name, []).append(line)
    return found


def _label_column(grid: Grid, area: Area, known: Mapping[str, list[LineSpec]], panel: PanelSpec) -> int | None:
    """The column that names most of the panel's lines."""
    tail = {plain(x.printed) for x in panel.tail}
    scores: dict[int, int] = {}
    for row, column, text in grid.texts:
        if area.top <= row <= area.bottom and area.left <= column <= area.right and len(text) < 60:
            label = plain(text)
            if label in known and label not in ("合计", "总计", "小计"):
                scores[column] = scores.get(column, 0) + (1 if label not in tail else 2)
    if not scores:
        return None
    best = max(scores, key=lambda c: (scores[c], -c))
    return best if scores[best] >= 3 else None


def _start(grid: Grid, area: Area, known: Mapping[str, Mapping[str, list[LineSpec]]], columns: set[int]) -> int | None:
    """The first row that names a head line of either panel."""
    for row in range(area.title.row + 1, area.bottom + 1):
        for column in columns:
            label = grid.label(row, column)
            if label not in ("合计", "总计", "小计") and any(label in names for names in known.values()):
                return row
    return None


def _amounts(
    grid: Grid, parsed: Parsed, panel: PanelSpec, span: range, top: int, bottom: int, extra: Mapping[str, str]
) -> dict[str, int]:
    """Column key → sheet column of a panel's amounts."""
    specs = tuple(parsed.spec.column(k) for k in panel.columns)
    found = columns_by_heading(grid, parsed, top, bottom, span, specs, extra)
    if not found and len(specs) == 1:
        candidates = [
            c
            for c in span
            if not _numbering(grid, c, top, bottom) and not any(BUDGET.match(t) for t in grid.stack(c, top, bottom))
        ]
        usable = [c for c in candidates if _any_amount(grid, c, bottom + 1, parsed.area.bottom)] or candidates[:1]
        if len(usable) == 1:
            found = {specs[0].key: usable[0]}
    for key in (k for k in panel.columns if k not in found):
        parsed.partial = True
        row = max(bottom, 0)
        parsed.tell(
            grid, row, span.start, f"《{parsed.spec.name}》{panel.key}方没有找到栏“{parsed.spec.column(key).printed}”"
        )
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
        label = grid.label(row, column)
        if not label or label.isdigit() or label in NUMBERING:
            parsed.loose.append((row, tuple(amounts.values()), ""))
            continue
        line = _line(label, known, panel, summed, done)
        if line is None:
            what = f"《{parsed.spec.name}》{panel.key}方的行“{printed(raw)}”不认识"
            parsed.loose.append((row, tuple(amounts.values()), what))
            continue
        if plain(raw) not in known:
            parsed.tell(grid, row, column, f"行名“{printed(raw)}”不完整，按“{line.printed}”认")
        if line.key in done:
            parsed.tell(grid, row, column, f"行“{printed(raw)}”列了两次，后一行没有参加校验")
            continue
        done.add(line.key)
        summed = summed or line.key == panel.tail[0].key
        parsed.add(Line(line.key, line.code, printed(raw)), grid.origin(row, column))
        parsed.last = max(parsed.last, row)
        for key, at in amounts.items():
            parsed.cells[line.key, key] = grid.origin(row, at)
        if line.key == panel.tail[-1].key:
            return row + 1
    return bottom + 1


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
    """Income above expenditure in one column."""
    row, top = start, parsed.area.title.row + 1
    for panel in parsed.spec.panels:
        span = range(column + 1, parsed.area.right + 1)
        amounts = _amounts(grid, parsed, panel, span, top, row - 1, extra)
        row = _read(grid, parsed, panel, known[panel.key], column, amounts, row, parsed.area.bottom)
