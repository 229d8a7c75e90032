"""Binding a book: find the tables, tie figures to cells, read the amounts, tell everything that was not plain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from juesuan.amount import Amount, NotAnAmount, Unit, is_blank, parse
from juesuan.bind import codetable, economic, header, panels, three
from juesuan.bind.find import Area, Titles, areas, titles_on
from juesuan.bind.grid import Grid
from juesuan.bind.parts import Parsed
from juesuan.binding import Binding, BoundTable, Meta
from juesuan.book import Book, CannotRead, Problem, Sheet, Value, place_name
from juesuan.catalogue import Catalogue
from juesuan.layout import Layout
from juesuan.statements import Line, Statement, StatementSet

META = "_juesuan_meta"


@dataclass(frozen=True)
class Found:
    """One table's places on its sheet, with the money unit stated for it (None where none is)."""

    parsed: Parsed
    grid: Grid
    unit: Unit | None


@dataclass(frozen=True)
class Located:
    """Where everything is: reusable for any book with the same texts and the same consulted numbers."""

    tables: Mapping[str, Found]
    problems: tuple[Problem, ...]
    names: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    consulted: tuple[tuple[int, int, int, Value], ...]


def bind(book: Book, catalogue: Catalogue) -> Binding:
    """Bind a workbook to the catalogue. Raises CannotRead when no table is found in it."""
    meta = _meta(book)
    located = _locate(book, catalogue, meta)
    if not located.tables:
        raise CannotRead(f"《{book.name}》里没有找到任何一张决算公开表，请确认文件，或把表题写全（如“收入支出决算总表”）")
    return _bound(book, catalogue, meta, located)


def _meta(book: Book) -> Meta:
    for sheet in book.sheets:
        if sheet.name == META:
            pairs = {str(row[0]): str(row[1]) for row in sheet.rows if len(row) > 1 and row[0] and row[1] not in (None, "")}
            return Meta(pairs)
    return Meta()


# --- where things are ---


def _locate(book: Book, catalogue: Catalogue, meta: Meta) -> Located:
    titles = Titles(catalogue.tables, [(key, form.title) for x in catalogue.layouts.values() for key, form in x.forms.items()])
    layout = catalogue.layouts.get(meta.values.get("layout", ""))
    tables: dict[str, Found] = {}
    problems: list[Problem] = []
    names: Counter[tuple[str, str]] = Counter()
    years: Counter[int] = Counter()
    grids = [(i, Grid(sheet)) for i, sheet in enumerate(book.sheets) if _readable(sheet)]
    for _, grid in sorted(grids, key=lambda g: g[1].sheet.state != "visible"):
        for area in areas(grid, titles_on(grid, titles)):
            _take(grid, area, catalogue, layout, tables, problems, names, years)
    missing = [k for k in catalogue.tables if k not in tables]
    if missing:
        used = {f.grid.name for f in tables.values()}
        for _, grid in grids:
            if grid.name not in used:
                _untitled(grid, catalogue, layout, missing, tables, problems, names, years)
    for _, grid in grids:
        if grid.name not in {f.grid.name for f in tables.values()}:
            _cover(grid, names, years)
    consulted = tuple((i, r, c, v) for i, g in grids for (r, c), v in g.consulted.items())
    return Located(tables, tuple(problems), tuple(n for n, _ in names.most_common()),
                   tuple(y for y, _ in years.most_common()), consulted)


def _readable(sheet: Sheet) -> bool:
    return bool(sheet.rows) and not sheet.name.startswith("_juesuan") and sheet.name not in ("校验结果", "科目表")


def _take(grid: Grid, area: Area, catalogue: Catalogue, layout: Layout | None, tables: dict[str, Found],
          problems: list[Problem], names: Counter[tuple[str, str]], years: Counter[int]) -> None:
    key = area.title.table
    parsed = _parse(grid, area, catalogue, layout)
    if parsed is None:
        return
    if key in tables:
        problems.append(Problem("S-02", place_name(grid.name, max(area.title.row, 0), area.title.column),
                                f"《{catalogue.tables[key].name}》出现了不止一次，只校验“{tables[key].grid.name}”中的一张"))
        return
    stated = header.money_unit(grid, area)
    tables[key] = Found(parsed, grid, stated[0] if stated else None)
    problems.extend(parsed.problems)
    for kind, name, _ in header.unit_names(grid, max(area.top - 3, 0), area.title.row + 6):
        names[kind, name] += 1
    for year, _ in header.years(grid, max(area.top - 2, 0), area.title.row + 4):
        years[year] += 1


def _parse(grid: Grid, area: Area, catalogue: Catalogue, layout: Layout | None) -> Parsed | None:
    spec = catalogue.tables[area.title.table]
    forms = [x.forms[spec.key] for x in catalogue.layouts.values()] if layout is None else [layout.forms[spec.key]]
    extra = {k: v for form in forms for k, v in form.headings.items()}
    labels = {k: v for form in forms for k, v in form.labels.items()}
    match spec.kind:
        case "panels":
            return panels.parse(grid, area, spec, extra, labels)
        case "codes":
            return codetable.parse(grid, area, spec, extra, catalogue.functional)
        case "economic":
            return economic.parse(grid, area, spec, extra, catalogue.economic)
        case "matrix":
            return three.parse(grid, area, spec, extra)


def _untitled(grid: Grid, catalogue: Catalogue, layout: Layout | None, missing: list[str], tables: dict[str, Found],
              problems: list[Problem], names: Counter[tuple[str, str]], years: Counter[int]) -> None:
    """A sheet without a title: taken for the one missing table whose headings it has, never for one of several."""
    from juesuan.bind.find import Title

    fitting: list[tuple[int, Area]] = []
    for key in missing:
        if key in tables:
            continue
        area = Area(Title(key, -1, 0, grid.name), -1, 0, grid.height - 1, grid.width - 1)
        parsed = _parse(grid, area, catalogue, layout)
        if parsed is not None and len(parsed.columns) == len(parsed.spec.columns) and parsed.cells:
            fitting.append((len(parsed.columns) if parsed.spec.kind == "codes" else 10, area))
    best = max((score for score, _ in fitting), default=0)
    chosen = [area for score, area in fitting if score == best]
    if len(chosen) == 1:
        name = catalogue.tables[chosen[0].title.table].name
        problems.append(Problem("S-07", place_name(grid.name, 0, 0), f"工作表“{grid.name}”没有表题，按表头认作《{name}》"))
        _take(grid, chosen[0], catalogue, layout, tables, problems, names, years)


def _cover(grid: Grid, names: Counter[tuple[str, str]], years: Counter[int]) -> None:
    for kind, name, _ in header.unit_names(grid, 0, min(grid.height, 60)):
        names[kind, name] += 1
    for year, _ in header.years(grid, 0, min(grid.height, 20)):
        years[year] += 1


# --- figures ---


def _bound(book: Book, catalogue: Catalogue, meta: Meta, located: Located) -> Binding:
    problems = list(located.problems)
    units = Counter(f.unit for f in located.tables.values() if f.unit)
    common: Unit = units.most_common(1)[0][0] if units else "万元"
    if not units:
        problems.append(Problem("S-06", "", "没有写明金额单位，按万元校验"))
    statements: dict[str, Statement] = {}
    bound: dict[str, BoundTable] = {}
    ordered = {k: located.tables[k] for k in catalogue.tables if k in located.tables}
    for key, found in ordered.items():
        sheet = book.sheet(found.grid.name)
        statements[key] = _statement(found, sheet, found.unit or common, problems)
        parsed = found.parsed
        area = (max(parsed.area.top, 0), parsed.area.left, max(parsed.last, 0), parsed.area.right)
        bound[key] = BoundTable(key, sheet.name, parsed.area.title.text,
                                (max(parsed.area.title.row, 0), parsed.area.title.column), area, parsed.cells,
                                parsed.labels, parsed.codes, parsed.headings)
    for key, spec in catalogue.tables.items():
        if key not in bound:
            problems.append(Problem("S-02", "", f"没有找到《{spec.name}》，涉及它的关系没有校验"))
    values = meta.values
    kind, unit = _unit(values, located)
    year = int(values["year"]) if values.get("year", "").isdigit() else (located.years[0] if located.years else None)
    _tell_header(located, unit, year, problems)
    layout = catalogue.layouts.get(values.get("layout", ""), catalogue.layouts["national"])
    if not meta.ours:
        problems.append(Problem("S-01", "", "不是本项目的模板，各表按标题、表头与科目编码识别"))
    region = values.get("region") or layout.region
    whole = StatementSet(unit, kind, values.get("nature", ""), year, statements)
    return Binding(layout.id, region, bound, whole, tuple(problems), meta)


def _unit(values: Mapping[str, str], located: Located) -> tuple[str, str]:
    kind, unit = located.names[0] if located.names else ("单位", "")
    return values.get("kind") or kind, values.get("unit") or unit


def _tell_header(located: Located, unit: str, year: int | None, problems: list[Problem]) -> None:
    others = sorted({name for _, name in located.names} - {unit})
    if len({name for _, name in located.names}) > 1 and others:
        problems.append(Problem("S-08", "", f"各表写的单位名称不一致：{unit}；{'；'.join(others)}"))
    if year is None:
        problems.append(Problem("S-08", "", "没有写明年度，按现行规则校验"))
    if not unit:
        problems.append(Problem("S-08", "", "没有写明单位名称"))


def _statement(found: Found, sheet: Sheet, unit: Unit, problems: list[Problem]) -> Statement:
    parsed = found.parsed
    figures: dict[tuple[str, str], Amount] = {}
    unread: dict[tuple[str, str], str] = {}
    for ref, (row, column) in parsed.cells.items():
        value = sheet.value(row, column)
        if value is None:
            continue
        try:
            amount = parse(value, unit)
        except NotAnAmount as error:
            unread[ref] = f"{place_name(sheet.name, row, column)}：{error}"
            problems.append(Problem("S-04", place_name(sheet.name, row, column), f"{error}，这一格没有参加校验"))
            continue
        if amount is None:
            continue
        figures[ref] = amount
        if amount.changed:
            problems.append(Problem("S-04", place_name(sheet.name, row, column),
                                    f"“{value}”按 {_shown(amount, unit)} 读入（{amount.changed}）"))
        elif unit == "万元" and amount.fen % 10_000:
            problems.append(Problem("S-05", place_name(sheet.name, row, column),
                                    f"存储值 {_shown(amount, unit)} 多于两位小数，与显示值可能不一致"))
    lines = list(parsed.lines)
    _loose(found, sheet, unit, lines, figures, problems)
    remark, notes = _texts(found)
    return Statement(parsed.spec.key, unit, tuple(lines), tuple(parsed.columns), figures, unread, parsed.partial,
                     remark, notes)


def _shown(amount: Amount, unit: Unit) -> str:
    from juesuan.amount import show

    return show(amount.fen, unit)


def _loose(found: Found, sheet: Sheet, unit: Unit, lines: list[Line], figures: dict[tuple[str, str], Amount],
           problems: list[Problem]) -> None:
    """Rows that name nothing known: figures in them are told, and in a summary table's blank row they are a line."""
    parsed = found.parsed
    for row, columns, what in parsed.loose:
        filled = [(c, v) for c in columns if not is_blank(v := sheet.value(row, c))]
        if not filled:
            continue
        column, value = filled[0]
        place = place_name(sheet.name, row, column)
        if not isinstance(value, int | float) and not _is_amount(value, unit):
            continue
        if what:
            problems.append(Problem("S-07", place, f"{what}，其中的数没有参加校验"))
        elif row <= parsed.last:
            key = f"空行{row + 1}"
            lines.append(Line(key, "", ""))
            amount = parse(value, unit) if _is_amount(value, unit) else None
            if amount is not None:
                figures[key, parsed.columns[0]] = amount


def _is_amount(value: Value, unit: Unit) -> bool:
    try:
        return parse(value, unit) is not None
    except NotAnAmount:
        return False


def _texts(found: Found) -> tuple[str, tuple[str, ...]]:
    """(remark, notes) under a table: a sentence saying why it is empty, and the notes."""
    parsed, grid = found.parsed, found.grid
    notes: list[str] = []
    remark = ""
    for row, column, text in grid.texts:
        if parsed.last < row <= parsed.area.bottom and parsed.area.left <= column <= parsed.area.right:
            stripped = text.strip()
            if len(stripped) < 3:
                continue
            if not remark and parsed.spec.may_be_empty and _says_none(stripped):
                remark = stripped
            else:
                notes.append(stripped)
    return remark, tuple(notes)


def _says_none(text: str) -> bool:
    plain_text = text.replace(" ", "")
    return ("空表" in plain_text or any(w in plain_text for w in ("无", "没有", "未")) ) and not plain_text.startswith("注：本表反映")
