"""Reading the amounts of located cells, and telling everything about them that was not plain."""

from __future__ import annotations

from juesuan.amount import Amount, NotAnAmount, Unit, is_blank, parse, show
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
    lines, extra = _loose(found, sheet, unit, figures, problems)
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
        return Problem("S-04", place, f"“{value}”按 {shown} 读入（{amount.changed}）")
    return Problem("S-05", place, f"存储值 {shown} 多于两位小数，与显示值可能不一致")


def _loose(
    found: Found, sheet: Sheet, unit: Unit, figures: dict[tuple[str, str], Amount], problems: list[Problem]
) -> tuple[tuple[Line, ...], Cells]:
    """Rows that name nothing known: figures in them are told, and in a summary table's blank row they are a line."""
    parsed = found.parsed
    lines: list[Line] = []
    cells: Cells = {}
    rows = sheet.rows
    for row, columns, what in parsed.loose:
        held = rows[row] if row < len(rows) else ()
        for column in columns:
            value = held[column] if column < len(held) else None
            if value is None or is_blank(value) or (amount := _amount(value, unit)) is None:
                continue
            if what:
                said = f"{what}，其中的数没有参加校验"
                problems.append(Problem("S-07", place_name(sheet.name, row, column), said))
            elif row <= parsed.last:
                line = Line(f"空行{row + 1}", "", "")
                lines.append(line)
                figures[line.key, parsed.columns[0]] = amount
                cells[line.key, parsed.columns[0]] = (row, column)
            break
    return tuple(lines), cells


def _amount(value: Value, unit: Unit) -> Amount | None:
    try:
        return parse(value, unit)
    except NotAnAmount:
        return None
