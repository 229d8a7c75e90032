"""The published forms written as other people lay them out: seven ways that differ in everything but the figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from juesuan.book import Book, Cell, Sheet, Value
from juesuan.forms.filled import Filled
from juesuan.forms.records import FundRow, Indicator

WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
A_TO_B = {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "target": "年初目标值（A）",
          "actual": "实际完成值（B）", "score": "得分"}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """How a form is laid out. ``levels``: merged, repeated or once; ``points``: text, newline, wide, columns (a 分值
    column behind each level) or own (one 分值 column for the third level); ``heads``: cells or colon; ``title``: row,
    two rows or sheet (the sheet's name alone); ``total``: column or labels; ``goal``: beside or inside."""

    name: str
    columns: tuple[tuple[str, str], ...]
    levels: str = "merged"
    points: str = "text"
    header: int = 1
    floats: bool = False
    left: int = 0
    gap: int = 0
    heads: str = "cells"
    title: str = "row"
    total: str = "column"
    goal: str = "beside"
    funds: tuple[tuple[str, str], ...] = (("budget", "预算数（A）"), ("executed", "执行数（B）"),
                                          ("rate", "执行率（B/A）"), ("score", "得分"))  # fmt: skip
    labels: dict[str, str] = field(default_factory=dict)


_LABELS = {
    "unit_name": "单位名称", "fill_date": "填报日期", "project_name": "项目名称", "basic_total": "基本支出总额",
    "project_total": "项目支出总额", "main_department": "主管部门", "implementing_unit": "项目实施单位",
    "deviation_analysis": "偏差大或目标未完成原因分析", "improvement": "改进措施及结果应用方案",
}  # fmt: skip


def _columns(*keys: str, **labels: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, labels.get(key) or A_TO_B.get(key) or _MORE[key])
                 for key in keys)  # fmt: skip


_MORE = {"weight": "分值", "deviation": "偏差原因分析及改进措施"}
_ALL = ("level1", "level2", "level3", "target", "actual", "score", "deviation")
WAYS = (
    Way("repeated, another order", _columns("level3", "level1", "level2", "score", "actual", "target", "deviation"),
        levels="repeated", left=2, gap=2),
    Way("once, header of two rows", _columns(*_ALL), levels="once", header=2, heads="colon", goal="inside"),
    Way("floats", _columns(*_ALL[:3], "target", "actual", "weight", "score", "deviation", target="年度指标值",
                           actual="全年完成值"), points="own", floats=True, total="labels",
        funds=(("initial", "年初预算数"), ("budget", "全年预算数"), ("executed", "全年执行数"), ("weight", "分值"),
               ("rate", "执行率"), ("score", "得分"))),
    Way("points in columns",
        _columns("level1", "level1_weight", "level2", "level2_weight", "level3", "weight", "target", "actual", "score",
                 "deviation", level1_weight="权重", level2_weight="权重", weight="权重"),
        levels="repeated", points="columns"),
    Way("line breaks and wide digits",
        _columns(*_ALL, level1="一级\n指标", level3="三 级 指 标", actual="完成值\n（B）"),
        points="wide", title="two rows", left=1),
    Way("sheet name only", _columns(*_ALL, target="目标值", actual="完成值", score="自评得分"), points="newline",
        title="sheet", levels="once"),
    Way("other words", _columns(*_ALL, level3="指标名称", target="绩效目标值", actual="实际完成情况", score="自评得分"),
        labels={"unit_name": "预算部门", "fill_date": "填表时间", "project_name": "项目支出名称",
                "deviation_analysis": "未完成原因分析", "improvement": "改进措施"}),
)  # fmt: skip


@dataclass
class Pad:
    """A sheet being written."""

    cells: dict[Cell, Value] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formats: dict[Cell, str] = field(default_factory=dict)
    row: int = 0

    def put(self, column: int, value: Value, code: str = "") -> None:
        if value not in (None, ""):
            self.cells[self.row, column] = value
        if code:
            self.formats[self.row, column] = code

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))

    def sheet(self, name: str) -> Sheet:
        height = max(r for r, _ in self.cells) + 1
        width = max(c for _, c in self.cells) + 1
        rows = [[self.cells.get((r, c)) for c in range(width)] for r in range(height)]
        return Sheet(name, rows, merges=tuple(self.merges), formats=self.formats)


def book(way: Way, forms: list[Filled], *, together: bool = False) -> Book:
    """A workbook of these forms, a sheet each or all on one below each other (``together``)."""
    if together:
        pad = Pad()
        for form in forms:
            write(pad, way, form)
            pad.row += 2
        return Book("外来.xlsx", (pad.sheet("附件"),))
    sheets = []
    for at, form in enumerate(forms):
        pad = Pad()
        write(pad, way, form)
        sheets.append(pad.sheet(form.title if way.title == "sheet" else f"Sheet{at + 1}"))
    return Book("外来.xlsx", tuple(sheets))


def write(pad: Pad, way: Way, form: Filled) -> None:
    """One form from ``pad.row`` on."""
    width = way.left + max(len(way.columns), len(way.funds) + 2) - 1
    _title(pad, way, form, width)
    _heads(pad, way, form, ("unit_name", "fill_date"))
    _heads(pad, way, form, ("project_name",))
    _heads(pad, way, form, ("main_department", "implementing_unit"))
    _heads(pad, way, form, ("basic_total", "project_total"))
    _funds(pad, way, form)
    if form.fields.get("indicators_weight"):
        pad.put(way.left, f"年度绩效目标（{form.fields['indicators_weight']}分）")
        pad.merge(pad.row, way.left, pad.row, width)
        pad.row += 1
    for goal in form.goals:
        points = f"（{goal.weight}分）"
        if way.goal == "inside":
            pad.put(way.left, f"年度目标{goal.no}：{points}{goal.text}")
        else:
            pad.put(way.left, f"年度目标{goal.no}：{points}")
            pad.put(way.left + 1, goal.text)
        pad.row += 1
        _indicators(pad, way, [r for r in form.indicators if r.goal == goal.no])
    if not form.goals:
        _indicators(pad, way, list(form.indicators))
    _total(pad, way, form)
    for key in ("deviation_analysis", "improvement"):
        _heads(pad, way, form, (key,))
    for note in form.notes:
        pad.put(way.left, note if note[:1] in "备注" else f"备注：{note}" if note == form.notes[0] else note)
        pad.row += 1


def _title(pad: Pad, way: Way, form: Filled, width: int) -> None:
    if way.title == "two rows":
        half = form.title.index("年") + 3
        for part in (form.title[:half].strip(), form.title[half:].strip()):
            pad.put(way.left, part)
            pad.merge(pad.row, way.left, pad.row, width)
            pad.row += 1
    elif way.title == "row":
        pad.put(way.left, form.title)
        pad.merge(pad.row, way.left, pad.row, width)
        pad.row += 1
    pad.row += way.gap


def _heads(pad: Pad, way: Way, form: Filled, keys: tuple[str, ...]) -> None:
    given = [(way.labels.get(key) or form.labels.get(key) or _LABELS[key], form.fields[key])
             for key in keys if key in form.fields]  # fmt: skip
    if not given:
        return
    if way.heads == "colon" and len("".join(v for _, v in given)) < 80:
        pad.put(way.left, "    ".join(f"{label}：{value}" for label, value in given))
    else:
        for at, (label, value) in enumerate(given):
            pad.put(way.left + 3 * at, label)
            pad.put(way.left + 3 * at + 1, value)
    pad.row += 1


def _funds(pad: Pad, way: Way, form: Filled) -> None:
    top, start = pad.row, way.left + 2
    weight = next((r.weight for r in form.funds if r.weight), None)
    columns = list(way.funds)
    if form.initial and columns[0][0] != "initial":
        columns.insert(0, ("initial", "年初预算数"))
    if not form.initial:
        columns = [c for c in columns if c[0] != "initial"]
    own = any(key == "weight" for key, _ in columns)
    pad.put(way.left, "预算执行情况（万元）" if own else f"预算执行情况（万元）（{weight}分）")
    for at, (_, label) in enumerate(columns):
        pad.put(start + at, label)
    pad.row += 1
    for row in form.funds:
        pad.put(way.left + 1, row.item)
        for at, (key, _) in enumerate(columns):
            pad.put(start + at, *_number(way, row, key))
        pad.row += 1
    pad.merge(top, way.left, pad.row - 1, way.left)


def _number(way: Way, row: FundRow, key: str) -> tuple[Value, str]:
    text = getattr(row, key)
    if not way.floats or text is None:
        return text, ""
    decimals = len(text.rstrip("%").partition(".")[2])
    if key == "rate":
        return float(Decimal(text[:-1]) / 100), f"0.{'0' * max(decimals, 1)}%"
    if key in ("initial", "budget", "executed"):
        return float(text), f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    return float(text), "General"


def _indicators(pad: Pad, way: Way, rows: list[Indicator]) -> None:
    top = pad.row
    for at, (key, label) in enumerate(way.columns):
        place = way.left + at
        if way.header == 2 and key in ("target", "actual"):
            pad.put(place, "指标完成" if key == "target" else None)
            pad.cells[top + 1, place] = label
        else:
            pad.put(place, label)
            pad.merge(top, place, top + way.header - 1, place)
    if way.header == 2:
        at = [key for key, _ in way.columns].index("target")
        pad.merge(top, way.left + at, top, way.left + at + 1)
    pad.row += way.header
    body = pad.row
    for row in rows:
        for at, (key, _) in enumerate(way.columns):
            pad.put(way.left + at, *_value(way, row, key))
        pad.row += 1
    for depth, key in ((1, "level1"), (2, "level2")):
        at = way.left + [k for k, _ in way.columns].index(key)
        for _, run in groupby(enumerate(rows), key=lambda x, d=depth: _head(x[1], d)):
            found = list(run)
            first, last = body + found[0][0], body + found[-1][0]
            if way.levels != "repeated":
                for r in range(first + 1, last + 1):
                    pad.cells.pop((r, at), None)
            if way.levels == "merged":
                pad.merge(first, at, last, at)


def _head(row: Indicator, depth: int) -> tuple[object, ...]:
    first = (row.level1, row.level1_weight)
    return first if depth == 1 else (*first, row.level2, row.level2_weight)


def _value(way: Way, row: Indicator, key: str) -> tuple[Value, str]:
    if key in ("level1", "level2"):
        weight = row.level1_weight if key == "level1" else row.level2_weight
        name = row.level1 if key == "level1" else row.level2
        return (name if way.points == "columns" or weight is None else name + _points(way, weight)), ""
    if key == "level3":
        return (
            row.name if way.points in ("columns", "own") or row.weight is None else row.name + _points(way, row.weight)
        ), ""
    text = getattr(row, key)
    if way.floats and key in ("score", "weight") and text:
        return float(text), "0.00"
    if way.floats and key in ("target", "actual") and text.endswith("%") and text[0].isdigit() and "‰" not in text:
        return float(Decimal(text[:-1]) / 100), "0.0%"
    return text, ""


def _points(way: Way, weight: str) -> str:
    if way.points == "newline":
        return f"\n({weight}分)"
    return f"（{weight.translate(WIDE)} 分）" if way.points == "wide" else f"（{weight}分）"


def _total(pad: Pad, way: Way, form: Filled) -> None:
    fields = form.fields
    keys = [key for key, _ in way.columns]
    pad.put(way.left, "总分")
    if way.total == "labels":
        pad.put(way.left + 1, fields.get("total_weight"))
        pad.put(way.left + 2, "得分")
        pad.put(way.left + 3, fields["total_score"])
        pad.put(way.left + 4, "等级" if "grade" in fields else None)
        pad.put(way.left + 5, fields.get("grade"))
    else:
        pad.merge(pad.row, way.left, pad.row, way.left + 1 if keys[0] == "level1" else way.left)
        if keys[0] == "level1" and "total_weight" in fields and "weight" in keys and way.points == "own":
            pad.put(way.left + keys.index("weight"), fields["total_weight"])
        elif "total_weight" in fields:
            pad.cells[pad.row + 1, way.left], pad.cells[pad.row + 1, way.left + 1] = "总分值", fields["total_weight"]
        if keys[0] != "level1":
            pad.put(way.left + 1, fields["total_score"])
        else:
            pad.put(way.left + keys.index("score"), fields["total_score"])
        if "grade" in fields:
            pad.cells[pad.row + 1, way.left + 3], pad.cells[pad.row + 1, way.left + 4] = "等级", fields["grade"]
            pad.row += 1
        elif "total_weight" in fields:
            pad.row += 1
    pad.row += 1
