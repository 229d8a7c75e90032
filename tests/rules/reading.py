"""Rules told by reading and binding (S-…): small workbooks in memory, as a reader of files would hand them over.

``workbook`` names one of the books below. The case then changes it: ``cells`` types a value into a cell (over a formula
too), ``formulas`` puts in a formula that keeps the value last saved, ``meta`` changes the hidden sheet of our template,
``drop`` takes a sheet or a cell away, ``add`` copies a sheet under another name. Cells are "D7" in the book's first
sheet or "三公表!B4".

    自制表: 收入决算表 as typed by hand, nothing but values           模板: the same made from our template

         A         B                C            D            E …      I
    3    科目编码  科目名称         本年收入合计 财政拨款收入 …        其他收入
    4    合计                       120.00       100.00                20.00        (模板: all but row 7's D and I
    5    208       社会保障和…      120.00       100.00                20.00         are formulas)
    6    20801     人力资源和…      120.00       100.00                20.00
    7    2080101   行政运行         120.00       100.00                20.00

    九张表: all nine tables, a sheet each, without a figure
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from juesuan.book import Book, Sheet, Value, cell_place
from juesuan.validation import examine
from tests.rules.build import Case

Rows = list[list[Value]]
HEADER: list[Value] = ["单位：示例单位", None, "2023年度", "金额单位：万元"]
SOURCES = ["财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
FUNCTIONAL: Rows = [
    ["合计", None],
    ["208", "社会保障和就业支出"],
    ["20801", "人力资源和社会保障管理事务"],
    ["2080101", "行政运行"],
]
META = {
    "template": "juesuan",
    "layout": "national",
    "version": "1",
    "region": "全国",
    "unit": "示例单位",
    "year": "2023",
    "kind": "单位",
    "nature": "行政",
    "totals": "formula",
}


def _sheet(title: str, *rows: list[Value]) -> Sheet:
    return Sheet(title, [[title], list(HEADER), *(list(row) for row in rows)])


def _by_code(title: str, *columns: str) -> Sheet:
    return _sheet(title, ["科目编码", "科目名称", *columns], *FUNCTIONAL)


def _income() -> Sheet:
    amounts: list[Value] = [120.0, 100.0, None, None, None, None, 20.0]
    heads: list[Value] = ["科目编码", "科目名称", "本年收入合计", *SOURCES]
    return _sheet("收入决算表", heads, *([*names, *amounts] for names in FUNCTIONAL))


def _typed() -> Book:
    return Book("自制表.xlsx", (_income(),))


def _template() -> Book:
    below = {(row, column): f"{'CDEFGHI'[column - 2]}{row + 2}" for row in (3, 4, 5) for column in range(3, 9)}
    across = {(row, 2): f"SUM(D{row + 1}:I{row + 1})" for row in (3, 4, 5, 6)}
    made = _income()
    rows = [list(row) for row in made.rows]
    for row, column in below:
        rows[row][column] = rows[6][column] or 0
    meta: Rows = [[key, value] for key, value in META.items()]
    return Book("模板.xlsx", (replace(made, rows=rows, formulas=below | across), Sheet("_juesuan_meta", meta)))


def _nine() -> Book:
    summary: Rows = [
        ["项目", "金额", "项目", "金额"],
        ["一、一般公共预算财政拨款收入", None, "一、一般公共服务支出"],
        ["二、政府性基金预算财政拨款收入", None, "二、外交支出"],
        ["三、国有资本经营预算财政拨款收入", None, "三、国防支出"],
        ["本年收入合计", None, "本年支出合计"],
        ["年初结转和结余", None, "年末结转和结余"],
        ["总计", None, "总计"],
    ]
    funds = ["一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]
    appropriation = [[*row[:1], None, *row[2:]] for row in summary[1:]]
    for row, name in zip(appropriation, [*funds, "本年收入合计", "年初财政拨款结转和结余"], strict=False):
        row[0] = name
    appropriation[4][2] = "年末财政拨款结转和结余"
    cars = ["公务用车购置及运行维护费", "公务用车购置费", "公务用车运行维护费"]
    three = ["合计", "因公出国（境）费", *cars, "公务接待费"]
    spending = ["基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]
    basic: Rows = [
        ["301", "工资福利支出"],
        ["30101", "基本工资"],
        ["302", "商品和服务支出"],
        ["30201", "办公费"],
        ["303", "对个人和家庭的补助"],
        ["人员经费合计"],
        ["公用经费合计"],
    ]
    return Book(
        "九张表.xlsx",
        (
            _sheet("收入支出决算总表", *summary),
            _by_code("收入决算表", "本年收入合计", *SOURCES),
            _by_code("支出决算表", "本年支出合计", *spending),
            _sheet("财政拨款收入支出决算总表", ["项目", "金额", "项目", "合计", *funds], *appropriation),
            _by_code("一般公共预算财政拨款支出决算表", "小计", "基本支出", "项目支出"),
            _sheet("一般公共预算财政拨款基本支出决算明细表", ["科目编码", "科目名称", "决算数"], *basic),
            _by_code(
                "政府性基金预算财政拨款收入支出决算表",
                *("年初结转和结余", "本年收入", "小计", "基本支出", "项目支出", "年末结转和结余"),
            ),
            _by_code("国有资本经营预算财政拨款支出决算表", "合计", "基本支出", "项目支出"),
            _sheet("财政拨款三公经费支出决算表", ["项目", "预算数", "决算数"], *([name] for name in three)),
        ),
    )


def book(given: dict[str, Any]) -> Book:
    """The workbook of a case."""
    made = {"自制表": _typed, "模板": _template, "九张表": _nine}[given["workbook"]]()
    sheets = {sheet.name: sheet for sheet in made.sheets}
    first = made.sheets[0].name
    for name, key in given.get("add", {}).items():
        sheets[name] = replace(sheets[key], name=name)
    for place in given.get("drop", []):
        if place in sheets:
            del sheets[place]
        else:
            _type(sheets, first, place, None)
    for place, value in given.get("cells", {}).items():
        _type(sheets, first, place, value)
    for place, formula in given.get("formulas", {}).items():
        name, at = _place(first, place)
        sheets[name] = replace(sheets[name], formulas={**sheets[name].formulas, at: formula})
    for place, value in given.get("saved", {}).items():
        _type(sheets, first, place, value, keep=True)
    if "meta" in given:
        meta = {**META, **given["meta"]}
        sheets["_juesuan_meta"] = Sheet("_juesuan_meta", [[k, v] for k, v in meta.items()])
    return replace(made, sheets=tuple(sheets.values()))


def _place(first: str, place: str) -> tuple[str, tuple[int, int]]:
    name, _, cell = place.rpartition("!")
    return name or first, cell_place(cell)


def _type(sheets: dict[str, Sheet], first: str, place: str, value: Value, keep: bool = False) -> None:
    name, (row, column) = _place(first, place)
    rows = [list(cells) for cells in sheets[name].rows]
    rows += [[] for _ in range(row + 1 - len(rows))]
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = value
    formulas = {at: f for at, f in sheets[name].formulas.items() if keep or at != (row, column)}
    sheets[name] = replace(sheets[name], rows=rows, formulas=formulas)


def told(of: Case) -> list[tuple[str, str]]:
    """(cell, sentence) of everything told under the case's rule; the book's tables were found all the same."""
    found = examine(book(dict(of.book)))
    assert found.binding.tables
    problems = [(p.cell, p.message) for p in found.report.problems if p.code == of.rule]
    return problems + [(f.cells[0], f.detail) for f in found.report.findings if f.rule == of.rule]
