"""Writing values and formulas into cells; the style stays."""

from __future__ import annotations

import datetime as dt
import math

from juesuan.book import CannotRead, Cell, Value, cell_name, cell_place
from juesuan.edits import SetFormula, SetValue
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.sheetxml import SheetXml, area
from juesuan.hosts.ooxml.workbook import Tab, Workbook
from juesuan.hosts.shift import shift

TEXT_LIMIT = 32767  # characters of a cell
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!"}


def set_value(book: Workbook, tab: Tab, sheet: SheetXml, edit: SetValue) -> None:
    """Put a value into a cell (the top-left one of a merged area). CannotRead for parts of array formulas, NaN, inf."""
    place = sheet.anchor(cell_place(edit.cell))
    node = _emptied(sheet, place)
    write(node, edit.value, book.dates_from_1904())
    sheet.stretch(place)
    book.forget_chain(tab.sheet_id, lambda cell: cell == cell_name(*place))


def set_formula(book: Workbook, tab: Tab, sheet: SheetXml, edit: SetFormula) -> None:
    """Put a formula into a cell with its cached value; without one the workbook is calculated when opened."""
    place = sheet.anchor(cell_place(edit.cell))
    before = sheet.cell(place)
    chained = before is not None and xml.child(before, "f") is not None
    node = _emptied(sheet, place)
    cached = edit.cached
    if isinstance(cached, str):
        node.set("t", "e" if cached in _ERRORS else "str")
        xml.add(node, "v", text=xml.escaped(cached))
    else:
        write(node, cached, book.dates_from_1904())
    formula = xml.make("f", text=xml.clean(edit.formula.removeprefix("=")))
    node.insert(0, formula)
    sheet.stretch(place)
    if cached is None:
        book.calculate_on_load()
    if not chained:
        book.extend_chain(tab.sheet_id, cell_name(*place))


def write(node: xml.Node, value: Value, from_1904: bool = False) -> None:
    """Give an empty cell its value: text inline, dates as serial numbers, None as nothing."""
    if value is None:
        return
    if isinstance(value, str):
        text = value if len(value) <= TEXT_LIMIT else value[: TEXT_LIMIT - 1] + "…"
        node.set("t", "inlineStr")
        xml.add(xml.add(node, "is"), "t", text=xml.escaped(text))
    elif isinstance(value, bool):
        node.set("t", "b")
        xml.add(node, "v", text=str(int(value)))
    else:
        xml.add(node, "v", text=_number(value, from_1904))


def _number(value: int | float | dt.datetime | dt.date | dt.time | dt.timedelta, from_1904: bool) -> str:
    if isinstance(value, dt.time):
        value = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    elif isinstance(value, dt.date):
        moment = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else dt.datetime(*value.timetuple()[:3])
        value = moment - (dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30))
        if not from_1904 and value.days < 61:
            value -= dt.timedelta(days=1)  # Excel's 1900 had a 29 February
    if isinstance(value, dt.timedelta):
        value = value / dt.timedelta(days=1)
        value = int(value) if value.is_integer() else value
    if isinstance(value, float) and not math.isfinite(value):
        raise CannotRead("要写入的数不是有限数（NaN 或无穷大），单元格不能存放。")
    return repr(value)


def _emptied(sheet: SheetXml, place: Cell) -> xml.Node:
    """The cell without value and formula; others that lean on its formula get their own."""
    for reference in _blocks(sheet):
        top, left, bottom, right = area(reference)
        if (top, left) != (bottom, right) and top <= place[0] <= bottom and left <= place[1] <= right:
            name = cell_name(*place)
            raise CannotRead(
                f"单元格 {name} 属于数组公式或模拟运算表 {reference} 的一部分，不能单独改写，请先改成普通公式再试。"
            )
    node = sheet.need(place)
    formula = xml.child(node, "f")
    if formula is not None and formula.get("t") == "shared" and formula.text:
        _spread(sheet, place, formula)
    for leaf in list(node):
        if xml.local(leaf) in ("f", "v", "is"):
            xml.remove(leaf)
    xml.unset(node, "t", "cm", "vm")
    return node


def _blocks(sheet: SheetXml) -> list[str]:
    found = (xml.child(node, "f") for _, node in sheet.cells(b"array", b"dataTable"))
    return [node.get("ref") or "A1" for node in found if node is not None and node.get("t") in ("array", "dataTable")]


def _spread(sheet: SheetXml, place: Cell, formula: xml.Node) -> None:
    """Write a shared formula out into the cells that share it."""
    group, text = formula.get("si"), formula.text or ""
    for other, node in sheet.cells(b"shared"):
        member = xml.child(node, "f")
        if member is None or member is formula or member.get("t") != "shared" or member.get("si") != group:
            continue
        sheet.need(other)
        member.text = shift(text, place, other)
        xml.unset(member, "t", "si", "ref")
