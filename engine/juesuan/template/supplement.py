"""The sheet 补充资料: what 情况说明 needs and the tables do not hold; one row per input, lists below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from juesuan.draft import DraftValue, Page, SheetDraft, Validation
from juesuan.layout import Layout
from juesuan.narrate import frame_of
from juesuan.statements import Line
from juesuan.supplement import Input, ListSpec, Supplement, specs
from juesuan.supplement.records import InputKind, Row
from juesuan.template import cover
from juesuan.template.content import Facts
from juesuan.template.drawing import Drawing, lines_needed

SHEET = "补充资料"
HEADS = ("节", "项目", "填列内容", "单位", "填写说明")
WIDTHS = (16.0, 40.0, 46.0, 12.0, 40.0, 14.0)
_LAST = len(WIDTHS) - 1
#: Hints are printed in 9 points instead of 10.
_SMALLER = 10 / 9
_FILLED = 2
_STYLES: Mapping[InputKind, str] = {"amount": "open input", "count": "supplement count", "percent": "supplement short",
                                    "date": "supplement short", "choice": "supplement short", "text": "supplement text"}
_LEAD = ("浅蓝格填写，灰色和白色的格不用填。数只写数字；原因、用途只写内容本身，不写“主要原因是”和句末的句号。"
         "不适用的留空；确实没有发生的填 0。可以插入行，不要改项目名称。")


def sheet(layout: Layout, facts: Facts, lines: Sequence[Line] = (), supplement: Supplement | None = None, *,
          live: bool = False) -> SheetDraft:
    """The sheet with what ``supplement`` gives filled in. ``lines``: the rows of the general budget's spending table,
    for the lists by 科目; ``live``: the header line follows the cover (which must then be in the workbook)."""
    given = supplement or Supplement()
    frame = frame_of(facts.region or layout.region)
    drawing = Drawing(SHEET, widths=dict(enumerate(WIDTHS)))
    row = _top(drawing, facts, live)
    known = specs()
    for section, title in known.titles.items():
        asked = [one for one in known.inputs if one.section == section and
                 (one.applies(frame, facts.kind) or given.text(one.key))]
        if asked:
            drawing.spread((row, 0, row, _LAST), title, "supplement section")
            drawing.heights[row] = 22
            row += 1
        for one in asked:
            _input(drawing, one, title, row, given, facts)
            row += 1
    for listed in known.lists:
        if listed.applies(frame) or given.rows(listed.key):
            row = _list(drawing, listed, row + 1, lines, given, facts)
    drawing.freeze = (3, 0)
    drawing.page = Page(landscape=True, one_page=False, repeat=(2, 2))
    return drawing.done()


def _top(drawing: Drawing, facts: Facts, live: bool) -> int:
    drawing.spread((0, 0, 0, _LAST), SHEET, "title")
    drawing.heights[0] = 30
    for area, text, style in (((1, 0, 1, 2), "单位：{unit}", "left"), ((1, 3, 1, 3), "{year}年度", "middle"),
                              ((1, 4, 1, _LAST), "金额单位：{money_unit}", "right")):
        value, formula = cover.live(text, facts)
        drawing.spread(area, value, style, formula if live else "")
    for column, head in enumerate(HEADS[:4]):
        drawing.put(2, column, head, "head")
    drawing.spread((2, 4, 2, _LAST), HEADS[4], "head")
    drawing.heights[2] = 20
    drawing.spread((3, 0, 3, _LAST), _LEAD, "supplement hint")
    drawing.heights[3] = 15.0 * lines_needed(_LEAD, drawing.width(0, _LAST)) + 4
    return 4


def _input(drawing: Drawing, one: Input, title: str, row: int, given: Supplement, facts: Facts) -> None:
    unit = facts.money_unit if one.kind == "amount" else {"percent": "%"}.get(one.kind, one.unit)
    hint = "；".join(x for x in (one.hint, "可不填" if one.optional else "") if x)
    text = given.text(one.key)
    drawing.put(row, 0, title, "supplement hint")
    drawing.put(row, 1, one.label, "supplement label")
    drawing.put(row, _FILLED, _value(one.kind, text), _STYLES[one.kind])
    drawing.put(row, 3, unit or None, "line")
    drawing.spread((row, 4, row, _LAST), hint or None, "supplement hint")
    needed = max(lines_needed(title, WIDTHS[0] * _SMALLER), lines_needed(one.label, WIDTHS[1] - 2),
                 _lines(text, WIDTHS[_FILLED]), lines_needed(hint, (WIDTHS[4] + WIDTHS[_LAST]) * _SMALLER - 2))
    drawing.heights[row] = _height(needed)
    cell = f"C{row + 1}"
    if one.kind == "choice":
        drawing.validations.append(Validation(cell, "list", f'"{",".join(one.choices)}"', "warning", one.label,
                                              f"请从下拉列表中选择：{'、'.join(one.choices)}"))
    elif one.kind == "amount":
        drawing.validations.append(_number(cell, f"请填金额，单位是{facts.money_unit}"))
    elif one.kind == "count":
        whole = f"OR(NOT(ISNUMBER({cell})),AND({cell}>=0,{cell}=INT({cell})))"
        drawing.validations.append(Validation(cell, "custom", whole, "warning", "数量", "数量应为不小于 0 的整数"))


def _number(cell: str, message: str) -> Validation:
    return Validation(cell, "custom", f'OR({cell}="",ISNUMBER({cell}))', "warning", "金额", message)


def _list(drawing: Drawing, listed: ListSpec, row: int, lines: Sequence[Line], given: Supplement, facts: Facts) -> int:
    """Title, hint, headings and rows of a list; the row after it."""
    drawing.spread((row, 0, row, _LAST), listed.title, "supplement section")
    drawing.heights[row] = 22
    drawing.spread((row + 1, 0, row + 1, _LAST), listed.hint or None, "supplement hint")
    drawing.heights[row + 1] = _height(lines_needed(listed.hint, drawing.width(0, _LAST) - 2))
    row += 2
    places = {c.key: ord(c.at) - ord("A") for c in listed.columns}
    spans = _spans(listed, places)
    for column in listed.columns:
        left, right = spans[column.key]
        drawing.spread((row, left, row, right), column.label, "head")
    row += 1
    first = row
    for told in [*_rows(listed, lines, given), *({} for _ in range(listed.spare))]:
        needed = 1
        for column in listed.columns:
            left, right = spans[column.key]
            text = told.get(column.key, "")
            style = "open code" if column.key == "编码" else _STYLES[column.kind]
            if listed.each and column.key == "名称":
                style = "supplement name"
            drawing.spread((row, left, row, right), _value(column.kind, text), style)
            needed = max(needed, _lines(text, drawing.width(left, right)))
            if column.kind == "amount":
                drawing.validations.append(_number(f"{column.at}{row + 1}", f"请填金额，单位是{facts.money_unit}"))
        drawing.heights[row] = _height(needed)
        row += 1
    if "编码" in places:
        drawing.codes.append(f"{listed.column('编码').at}{first + 1}:{listed.column('编码').at}{row}")
    return row


def _spans(listed: ListSpec, places: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Column key → the sheet's columns it takes: up to the next one that is used."""
    starts = sorted(places.values())
    after = dict(pairwise(starts))
    return {key: (at, after.get(at, at + 1) - 1) for key, at in places.items()}


def _rows(listed: ListSpec, lines: Sequence[Line], given: Supplement) -> list[Row]:
    """The rows of a list: for every 项 or 类 of the table one, with what is given; then what is given besides."""
    rows = list(given.rows(listed.key))
    if not listed.each:
        return rows
    by_code = {row.get("编码", ""): row for row in rows}
    size = 7 if listed.each == "项" else 3
    found: list[Row] = []
    for line in lines:
        if len(line.code) == size and not any(line.code == row["编码"] for row in found):
            found.append({"编码": line.code, "名称": line.label.strip(), **by_code.pop(line.code, {})})
    return sorted([*found, *by_code.values()], key=lambda row: row.get("编码", ""))


def _value(kind: InputKind, text: str) -> DraftValue:
    if not text:
        return None
    if kind == "amount":
        return Decimal(text)
    return int(text) if kind == "count" else text


def _lines(text: str, width: float) -> int:
    """Printed lines of a text with line breaks."""
    return sum(lines_needed(part, width - 2) for part in text.split("\n")) if text else 1


def _height(lines: int) -> float:
    """Row height in points; Excel allows 409."""
    return min(15.0 * lines + 4, 405.0)
