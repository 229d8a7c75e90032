"""An open workbook → Book: the same record that reading its file gives. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from juesuan.book import Book, Cell, Problem, Sheet, Value, place_name
from juesuan.hosts.read import hidden_lines
from juesuan_addin.port import BookReading, SheetReading

#: Sheets of ours that are hidden on purpose.
OWN = "_juesuan"


def snapshot(reading: BookReading) -> Book:
    """The Book of an open workbook. Number formats are not read: ``formats`` is empty, dates come as dates."""
    sheets = tuple(_sheet(sheet) for sheet in reading.sheets)
    return Book(reading.name, sheets, dict(reading.names), tuple(_noticed(reading, sheets)))


def _sheet(reading: SheetReading) -> Sheet:
    rows: list[list[Value]] = [[] for _ in range(reading.top)]
    formulas: dict[Cell, str] = {}
    for at, (values, texts) in enumerate(zip(reading.values, reading.formulas, strict=True)):
        rows.append([None] * reading.left + [_value(value) for value in values])
        for column, text in enumerate(texts):
            if isinstance(text, str) and len(text) > 1 and text[0] == "=" and text != values[column]:
                formulas[reading.top + at, reading.left + column] = text[1:]
    return Sheet(
        name=reading.name,
        rows=rows,
        formulas=formulas,
        merges=reading.merges,
        hidden_rows=frozenset(reading.hidden_rows),
        hidden_columns=frozenset(reading.hidden_columns),
        state=reading.state,
    )


def _value(value: object) -> Value:
    """A cell's value as files give it: numbers are floats, moments carry no time zone."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, dt.datetime):
        return dt.datetime(*value.timetuple()[:6], value.microsecond)
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return value
    return float(value)  # type: ignore[arg-type]  # int, float, or Decimal where a cell shows a currency


def _noticed(reading: BookReading, sheets: tuple[Sheet, ...]) -> Iterable[Problem]:
    """What reading the file would have pointed out: sheets, rows and columns that are hidden."""
    for sheet in reading.sheets:
        own = sheet.name.startswith(OWN)
        if sheet.state != "visible" and not own:
            what = f"工作表“{sheet.name}”被隐藏，请确认是否应当公开。"
            yield Problem("S-02", place_name(sheet.name, 0, 0), what)
    for sheet, read in zip(reading.sheets, sheets, strict=True):
        if sheet.name.startswith(OWN) and sheet.state != "visible":
            continue
        yield from hidden_lines(sheet.name, read.rows, sheet.hidden_rows, sheet.hidden_columns)
