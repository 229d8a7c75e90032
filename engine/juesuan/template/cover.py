"""The cover (封面): who, which year, which kind; the list of tables; how to use the workbook.

The tables' header lines read these cells, so the unit's name is typed once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from juesuan.draft import Page, SheetDraft, Validation
from juesuan.layout import Layout
from juesuan.template.content import Content, Facts
from juesuan.template.drawing import Drawing, lines_needed

SHEET = "封面"
#: What texts may name, and the cover row (0-based) that holds it.
FIELDS = {"unit": 3, "year": 4, "kind": 5, "nature": 6, "region": 7, "money_unit": 8, "budget_basis": 9}
LABELS = {"unit": "单位名称", "year": "年度", "kind": "类别", "nature": "单位性质", "region": "地区",
           "money_unit": "金额单位", "budget_basis": "“三公”预算数口径"}
_CHOICES = {"kind": "部门,单位", "nature": "行政,参公,事业", "money_unit": "万元,元",
            "budget_basis": "年初预算数,全年预算数"}
_HINTS = {"nature": "行政、参公（参照公务员法管理）或事业；汇总部门留空", "kind": "公开主体是部门还是单位"}
_VALUE = 2
_HOW_TO = (
    "先填本页浅蓝格，各表的表头、表下注随之改变。",
    "浅蓝格填数；灰格是公式，不用填。金额留空即可，不要填 0、横线或文字。",
    "科目表格：在编码栏选或输入功能分类科目编码（类 3 位、款 5 位、项 7 位，按编码顺序，上级在前），名称自动带出；"
    "只填“项”的金额，类、款和合计自动汇总。",
    "行不够时：选中两行科目之间的整行插入，再把上一行整行复制下来；多余的科目行可整行删除。",
    "科目表里没有的编码可以照填（提示时选“是”），并在“科目表”末尾空行补上名称。",
    "政府性基金、国有资本经营两表没有数的，表下说明自动出现；有数后自动消失。",
    "情况说明：填好各表和“补充资料”后运行 juesuan narrate 生成；改过的文字再生成时保留不动。",
    "工作表有保护但没有密码：审阅 → 撤销工作表保护。",
)
_STATED = (
    "本工作簿照已公布的决算填成：合计也是原数，不是公式，错数照录。",
    "浅蓝、浅灰的数都可以改；改过后请重新校验。",
    "工作表有保护但没有密码：审阅 → 撤销工作表保护。",
)
_PART = re.compile(r"\{(\w+)\}")


def value(facts: Facts, name: str) -> str | int:
    """The cover value a text placeholder stands for."""
    found: str | int = getattr(facts, name)
    return found


def reference(name: str) -> str:
    """The cover cell of a placeholder: 封面!$C$4."""
    return f"{SHEET}!$C${FIELDS[name] + 1}"


def plain(text: str, facts: Facts) -> str:
    """A text with its placeholders filled."""
    return _PART.sub(lambda m: str(value(facts, m.group(1))), text)


def live(text: str, facts: Facts) -> tuple[str, str]:
    """A text with placeholders as (value, formula over the cover); formula "" where it has none."""
    if not _PART.search(text):
        return text, ""
    pieces = [reference(part) if at % 2 else literal(part) for at, part in enumerate(_PART.split(text)) if part]
    formula = "&".join(pieces)
    return plain(text, facts), formula if len(pieces) > 1 else f'{formula}&""'


def literal(text: str) -> str:
    """A string constant of a formula; Excel allows 255 characters in one."""
    parts = [text[at:at + 250].replace('"', '""') for at in range(0, len(text), 250)]
    return "&".join(f'"{part}"' for part in parts)


def sheet(layout: Layout, facts: Facts, contents: Sequence[tuple[str, Content]], more: Sequence[str] = (), *,
          formulas: bool) -> SheetDraft:
    """The cover; ``contents`` in order, each with its sheet's name; ``more``: the names of the sheets behind them."""
    drawing = Drawing(SHEET, widths={0: 3, 1: 22, 2: 46, 3: 46})
    drawing.spread((0, 1, 0, 3), "部门（单位）决算公开表", "cover title")
    drawing.heights[0] = 42
    since = layout.name.replace("年度", "年度起", 1) if layout.years.endswith("..") else layout.name
    drawing.spread((1, 1, 1, 3), f"版式：{since}", "middle")  # the year of the account stands below
    for name, row in FIELDS.items():
        _field(drawing, facts, name, row)
    row = max(FIELDS.values()) + 2
    drawing.put(row, 1, "表号", "cover label")
    drawing.spread((row, 2, row, 3), "表名（点击跳转）", "cover label")
    listed = [(name, content.number or "—", content.title) for name, content in contents]
    for name, label, title in [*listed, *((name, "附", name) for name in more)]:
        row += 1
        drawing.put(row, 1, label, "cover fixed")
        drawing.spread((row, 2, row, 3), title, "cover link")
        drawing.links[row, 2] = f"'{name}'!A1"
        drawing.heights[row] = 20
    row += 2
    drawing.put(row, 1, "填写说明", "cover label")
    for number, text in enumerate(_HOW_TO if formulas else _STATED, start=1):
        row += 1
        drawing.spread((row, 1, row, 3), f"{number}. {text}", "cover text")
        drawing.heights[row] = 16 * lines_needed(text, drawing.width(1, 3)) + 3
    drawing.page = Page(landscape=False, one_page=True)
    return drawing.done()


def _field(drawing: Drawing, facts: Facts, name: str, row: int) -> None:
    fixed = name == "region"
    drawing.put(row, 1, LABELS[name], "cover label")
    drawing.put(row, _VALUE, value(facts, name) or None, "cover fixed" if fixed else "cover input")
    drawing.put(row, 3, _HINTS.get(name), "left")
    drawing.heights[row] = 24
    cell = f"C{row + 1}"
    if name in _CHOICES:
        drawing.validations.append(Validation(cell, "list", f'"{_CHOICES[name]}"', "stop", LABELS[name],
                                              f"请从下拉列表中选择：{_CHOICES[name].replace(',', '、')}"))
    if name == "year":
        drawing.validations.append(Validation(cell, "custom", f"AND(ISNUMBER({cell}),{cell}>=2000,{cell}<=2099)",
                                              "stop", "年度", "请填四位年份，如 2023"))
