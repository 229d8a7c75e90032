"""Reading an .xlsx or .xlsm file into a Book: exact, quick, and safe against hostile files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from juesuan.book import Book, CannotRead, Cell, Problem, Sheet, Value, cell_name, cell_place, place_name
from juesuan.hosts import guard, outline, scan, strings, styles
from juesuan.hosts.archive import Package
from juesuan.hosts.grid import Context, Grid
from juesuan.hosts.guard import Damaged
from juesuan.hosts.outline import Tab
from juesuan.hosts.tree import Frame

_SHOWN = 5
#: A formula cell without a stored value: nothing behind the formula, or an empty number.
_UNCACHED = re.compile(rb'</f></c>|<f[^>]*/></c>|<c(?![^>]* t="str")[^>]*><f[^>]*>[^<]*</f><v(?:></v>| ?/>)</c>')
_HEADED = 20  # rows in which a heading is looked for
_OWN_COLUMNS = frozenset({"标识", "Key", "来源", "文字指纹"})
_FEW = 1_000  # merged areas of a sheet that are remembered


def read_book(
    source: str | os.PathLike[str] | bytes, *, formulas: bool = True, name: str = "", careful: bool = False
) -> Book:
    """The workbook in ``source`` (a path, or the file's bytes) as a Book called ``name`` (default: the file's name).

    ``formulas=False`` leaves out formulas and the formats of plain numbers and sets ``has_formulas`` False; a workbook
    with formulas whose values are not stored is read with them all the same. Numbers
    are floats as the file holds them; those with a date format are datetime (time of day below 1, timedelta for
    elapsed times). Cells beyond guard.MAX_ROWS × guard.MAX_COLUMNS are not read. ``careful`` leaves out the quick
    scanner; the Book is the same. Raises CannotRead when the file cannot be used at all; what is merely noteworthy is
    in ``problems``. The file is never written, locked or kept open.
    """
    if isinstance(source, bytes):
        data = source
    else:
        data = guard.load(source)
        name = name or Path(source).name
    return _book(Package(data), name, formulas, careful)


def _book(package: Package, name: str, formulas: bool, careful: bool) -> Book:
    about = outline.read(package)
    problems = list(about.problems)
    texts, formats = _strings(package, about.strings), _styles(package, about.styles, problems)
    context = Context(texts, formats, about.base1904, formulas)
    sheets = []
    for tab in about.tabs:
        try:
            part = package.xml(tab.part)
            if not formulas and b"<f" in part and _UNCACHED.search(part):
                return _book(package, name, True, careful)  # values alone would take these cells for blank
            grid, frame = scan.read(part, context, careful)
        except Damaged as error:
            place = place_name(tab.name, 0, 0)
            problems.append(Problem("S-02", place, f"工作表“{tab.name}”读不出来（{error}），其余工作表照常读取。"))
            continue
        sheets.append(_sheet(tab, grid, frame))
        problems += _noticed(tab, grid, frame)
    if not sheets:
        raise CannotRead("工作簿里没有一张工作表能读出来，文件可能已损坏，请用 Excel、WPS 修复后另存为 .xlsx。")
    return Book(name, tuple(sheets), about.names, tuple(problems), formulas)


def _strings(package: Package, part: str) -> dict[str, str]:
    if not part:
        return {}
    try:
        return strings.read(package.xml(part))
    except Damaged as error:
        raise CannotRead(f"工作簿的文字部分已损坏（{error}），请用 Excel、WPS 修复后另存为 .xlsx。") from None


def _styles(package: Package, part: str, problems: list[Problem]) -> styles.Styles:
    if not part:
        return styles.Styles()
    try:
        return styles.read(package.xml(part, guard.MAX_TREE))
    except Damaged as error:
        problems.append(Problem("S-02", "", f"单元格格式读不出来（{error}），日期会被当作数字。"))
        return styles.Styles()


def _sheet(tab: Tab, grid: Grid, frame: Frame) -> Sheet:
    return Sheet(
        name=tab.name,
        rows=grid.rows,
        formulas=grid.formulas,
        merges=_merges(tuple(frame.merges)),
        hidden_rows=frozenset(frame.hidden_rows),
        hidden_columns=frozenset(frame.hidden_columns),
        state=tab.state,
        formats=grid.formats,
    )


def _merges(references: tuple[str, ...]) -> tuple[tuple[int, int, int, int], ...]:
    """Merged areas, cut at the limits of the grid; those wholly beyond left out."""
    return _few_merges(references) if len(references) <= _FEW else tuple(_areas(references))


@lru_cache(maxsize=64)
def _few_merges(references: tuple[str, ...]) -> tuple[tuple[int, int, int, int], ...]:
    """Remembered, because the sheets of one template have the same merges."""
    return tuple(_areas(references))


def _areas(references: Iterable[str]) -> Iterator[tuple[int, int, int, int]]:
    for reference in references:
        first, _, last = reference.partition(":")
        try:
            top, left = cell_place(first)
            bottom, right = cell_place(last or first)
        except ValueError:
            continue
        if 0 <= top < guard.MAX_ROWS and 0 <= left < guard.MAX_COLUMNS:
            yield top, left, min(bottom, guard.MAX_ROWS - 1), min(right, guard.MAX_COLUMNS - 1)


def _noticed(tab: Tab, grid: Grid, frame: Frame) -> Iterable[Problem]:
    if tab.own:
        return
    yield from hidden_lines(tab.name, grid.rows, frame.hidden_rows, frame.hidden_columns)
    if grid.far:
        what = (
            f"“{tab.name}”有 {grid.far_count} 个单元格（首个 {grid.far}）在第 {guard.MAX_ROWS} 行或第 "
            f"{guard.MAX_COLUMNS} 列之外，没有读取，请删除。"
        )
        yield Problem("S-02", _far_place(tab.name, grid.far), what)
    if grid.lost:
        places = "、".join(cell_name(*place) for place in grid.lost[:_SHOWN])
        what = f"“{tab.name}”{len(grid.lost)} 个单元格的文字缺失（{places}），文件可能已损坏，请修复后另存。"
        yield Problem("S-02", place_name(tab.name, *grid.lost[0]), what)
    yield from _dde(tab, grid.formulas)


def hidden_lines(
    name: str, rows: Sequence[Sequence[Value]], hidden_rows: Iterable[int], hidden_columns: Iterable[int]
) -> Iterable[Problem]:
    """What is to be told of hidden rows and columns of the sheet ``name``; those our own sheets hide are no finding."""
    lines = sorted(hidden_rows)
    if lines:
        what = f"“{name}”第 {_runs(lines, _row_name)} 行被隐藏，请确认是否应当公开。"
        yield Problem("S-02", place_name(name, lines[0], 0), what)
    columns = [column for column in sorted(hidden_columns) if not _own_column(rows, column)]
    if columns:
        what = f"“{name}”第 {_runs(columns, _column_name)} 列被隐藏，请确认是否应当公开。"
        yield Problem("S-02", place_name(name, 0, columns[0]), what)


def _own_column(rows: Sequence[Sequence[Value]], column: int) -> bool:
    """True for a column that our own sheets hide on purpose: its heading says so."""
    top = (row[column] for row in rows[:_HEADED] if len(row) > column and row[column] not in (None, ""))
    return next(iter(top), None) in _OWN_COLUMNS


def _dde(tab: Tab, formulas: dict[Cell, str]) -> Iterable[Problem]:
    everything = "\n".join(formulas.values())
    capitals = everything.upper() if "d" in everything or "e" in everything else everything  # upper() takes long
    if "|" not in everything and "DDE" not in capitals:
        return
    for place, formula in formulas.items():
        if outline.is_dde(formula):
            what = "公式含 DDE 调用（可启动其他程序），不会被执行，请删除。"
            yield Problem("S-02", place_name(tab.name, *place), what)


def _far_place(sheet: str, ref: str) -> str:
    try:
        return place_name(sheet, *cell_place(ref))
    except ValueError:
        return place_name(sheet, 0, 0)


def _row_name(row: int) -> str:
    return str(row + 1)


def _column_name(column: int) -> str:
    return cell_name(0, column)[:-1]


def _runs(places: Iterable[int], name: Callable[[int], str]) -> str:
    """{4, 5, 6, 9} as "5–7、10" (rows) or "E–G、J" (columns)."""
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and runs[-1][1] == place - 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    shown = [name(a) if a == b else f"{name(a)}–{name(b)}" for a, b in runs[:_SHOWN]]
    return "、".join(shown) + ("…" if len(runs) > _SHOWN else "")
