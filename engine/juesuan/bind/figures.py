"""Reading the amounts of located cells, and telling everything about them that was not plain."""

from __future__ import annotations

import re
from itertools import pairwise

from juesuan.amount import FEN_PER, Amount, NotAnAmount, Unit, is_blank, parse, show
from juesuan.bind.locate import Found
from juesuan.book import Problem, Sheet, Value, place_name
from juesuan.statements import Line, Statement

Cells = dict[tuple[str, str], tuple[int, int]]
#: Plain numbers of which there is nothing to tell: the same figure stands in several tables and files.
_KNOWN: dict[Unit, dict[float, Amount]] = {"万元": {}, "元": {}}
_MOST = 20_000


def statement(found: Found, sheet: Sheet, unit: Unit, problems: list[Problem]) -> tuple[Statement, Cells]:
    """The figures of one table, and cells beyond those located (figures in blank rows).

    Normalised, unreadable and unplaced figures are told.
    """
    parsed = found.parsed
    figures: dict[tuple[str, str], Amount] = {}
    unread: dict[tuple[str, str], str] = {}
    rows = sheet.rows
    height = len(rows)
    known = _KNOWN[unit]
    for row, cells in found.by_row:
        line = rows[row] if row < height else ()
        width = len(line)
        for column, ref in cells:
            value = line[column] if column < width else None
            if value is None or value == "":
                continue
            amount = known.get(value) if type(value) is float else None
            if amount is None:
                try:
                    amount = parse(value, unit)
                except NotAnAmount as error:
                    place = place_name(sheet.name, row, column)
                    unread[ref] = f"{place}：{error}"
                    problems.append(Problem("S-04", place, f"{error}，这一格没有参加校验"))
                    continue
                if amount is None:
                    continue
                if amount.changed or (unit == "万元" and amount.fen % 10_000):
                    problems.append(_told(amount, value, unit, place_name(sheet.name, row, column)))
                elif type(value) is float:
                    if len(known) >= _MOST:
                        known.clear()
                    known[value] = amount
            figures[ref] = amount
    for ref, why in parsed.doubtful.items():
        if figures.pop(ref, None) or ref not in parsed.cells:
            unread[ref] = why
    lines, extra = _loose(found, sheet, unit, figures, unread, problems)
    _spare(found, sheet, unit, problems)
    read = Statement(
        parsed.spec.key,
        unit,
        found.lines + lines if lines else found.lines,
        found.columns,
        figures,
        unread,
        parsed.partial,
        found.remark,
        found.notes,
        parsed.area.title.text,
    )
    return read, extra


def _told(amount: Amount, value: Value, unit: Unit, place: str) -> Problem:
    shown = show(amount.fen, unit)
    if amount.changed:
        return Problem("S-04", place, f"“{' '.join(str(value).split())}”按 {shown} 读入（{amount.changed}）")
    return Problem("S-05", place, f"存储值 {shown} 多于两位小数，与显示值可能不一致")


def _loose(
    found: Found,
    sheet: Sheet,
    unit: Unit,
    figures: dict[tuple[str, str], Amount],
    unread: dict[tuple[str, str], str],
    problems: list[Problem],
) -> tuple[tuple[Line, ...], Cells]:
    """Rows that name nothing known: figures in them are told, make the sums they may belong to unreadable, and are a
    line in a summary table's blank row."""
    parsed, rows = found.parsed, sheet.rows
    lines: list[Line] = []
    cells: Cells = {}
    for row, columns, what, spoils in parsed.loose:
        line = rows[row] if row < len(rows) else ()
        told = False
        for column in columns:
            value = line[column] if column < len(line) else None
            if value is None or is_blank(value) or not (amount := _stray(value, unit)):
                continue
            place = place_name(sheet.name, row, column)
            if what:
                if not told:
                    problems.append(Problem("S-07", place, f"{what}，其中的数没有参加校验"))
                told = True
                for ref in parsed.in_column(spoils, column):
                    if figures.pop(ref, None):
                        unread[ref] = f"{place}：{what}"
            elif row <= parsed.last and isinstance(amount, Amount):
                blank = Line(f"空行{row + 1}", "", "")
                lines.append(blank)
                figures[blank.key, parsed.columns[0]] = amount
                cells[blank.key, parsed.columns[0]] = (row, column)
                break
    return tuple(lines), cells


def _spare(found: Found, sheet: Sheet, unit: Unit, problems: list[Problem]) -> None:
    """The first figure in each area where none is expected, unless its numbers only count rows."""
    rows = sheet.rows
    for top, left, bottom, right, what in found.parsed.spare:
        numbers: list[tuple[int, int, int]] = []
        for row in range(top, min(bottom, len(rows) - 1) + 1):
            cells = rows[row][left : right + 1]
            if cells.count(None) == len(cells):
                continue
            for column, value in enumerate(cells, start=left):
                if value is None or (isinstance(value, str) and "." not in value and "．" not in value):
                    continue
                if isinstance(amount := _stray(value, unit), Amount):
                    numbers.append((row, column, amount.fen))
        one = FEN_PER[unit]
        steps = {b[2] - a[2] for a, b in pairwise(numbers)}
        if any(n for _, _, n in numbers) and (len(numbers) < 3 or steps != {one} or numbers[0][2] % one):
            row, column, _ = next(n for n in numbers if n[2])
            problems.append(Problem("S-07", place_name(sheet.name, row, column), what))


_ALMOST = re.compile(r"^\D{0,2}\d[\d,，.．]*\D{0,3}$")


def _stray(value: Value, unit: Unit) -> Amount | str | None:
    """The amount of a cell outside the table's figures; the text of one that nearly is one; else None."""
    amount = _amount(value, unit)
    return amount or (value if isinstance(value, str) and _ALMOST.match(value) and "年" not in value else None)


def _amount(value: Value, unit: Unit) -> Amount | None:
    try:
        return parse(value, unit)
    except NotAnAmount:
        return None
