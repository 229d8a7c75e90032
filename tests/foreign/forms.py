"""The nine tables as rectangular forms: what stands in which column, before anybody decides where on a sheet.

``forms(case, style, order)`` gives columns with heading paths and rows of cells. Every writer is a style and an
arrangement of forms on sheets; nothing here knows about openpyxl.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from .cases import FUNCTIONAL, FUNDS, T1, T4, T5, T6, T7, T8, T9, Address, Case, figure
from .style import Cell, Column, Form, Kind, Row, Style, Value, without_prefix

PUBLIC_ITEMS = ("合计", "因公出国（境）费", "公务用车小计", "公务用车购置费", "公务用车运行维护费", "公务接待费")
_CARS = "公务用车购置及运行维护费"
_PUBLIC_HEADS: dict[str, tuple[str, ...]] = {
    item: (_CARS, "小计" if item == "公务用车小计" else item) if item.startswith("公务用车") else (item,)
    for item in PUBLIC_ITEMS
}
_PUBLIC_LIST = (
    ("合  计", "合计"),
    ("1．因公出国（境）费用", "因公出国（境）费"),
    ("2．公务接待费", "公务接待费"),
    ("3．公务用车购置及运行维护费", "公务用车小计"),
    ("  其中：（1）公务用车运行维护费", "公务用车运行维护费"),
    ("        （2）公务用车购置费", "公务用车购置费"),
)


def forms(case: Case, style: Style, order: Iterable[str]) -> list[Form]:
    """The tables of a case in the given order, numbered from 1."""
    return [_form(case, table, number, style) for number, table in enumerate(order, start=1)]


def _form(case: Case, table: str, number: int, style: Style) -> Form:
    if table in (T1, T4):
        columns, rows = _summary(case, table, style)
    elif table in FUNCTIONAL:
        columns, rows = _functional(case, table, style)
    elif table == T6:
        columns, rows = _basic(case, style)
    else:
        columns, rows = _public(case, style)
    if style.lines and table != T6:
        rows.insert(0, _column_numbers(columns))
    content = case["tables"][table]
    columns = [column._replace(path=tuple(style.head(text) for text in column.path)) for column in columns]
    title = style.title(case, style.titles.get(table, table))
    return Form(table, title, number, columns, rows, content["notes"] if style.notes else [], content.get("remark"))


def _amount(case: Case, at: Address, style: Style) -> Cell:
    return Cell(style.amount(figure(case, at), at), "amount", at)


def _decoy(case: Case, at: Address, style: Style, factor: Decimal) -> Cell:
    """A plausible figure beside the real one: last year's or the budget, never equal to it."""
    value = figure(case, at)
    if value is not None:
        value = (value * factor).quantize(Decimal("0.01")) + Decimal("0.03")
    return Cell(style.amount(value, at), "decoy")


def _column_numbers(columns: Sequence[Column]) -> Row:
    """The 栏次 row: the word in every name column, the columns' numbers under the amounts."""
    row: Row = []
    number = 0
    for column in columns:
        if column.kind in ("amount", "decoy"):
            number += 1
            row.append(Cell(str(number), "line"))
        else:
            row.append(Cell("栏次" if column.kind == "name" else None, column.kind))
    return row


# --- the two summary tables: income on the left, expenditure on the right ---------------------------------------------


def _panel_columns(side: str, leaves: Sequence[str], style: Style) -> list[Column]:
    columns = [Column((side, "项目"), "name")]
    if style.lines:
        columns.append(Column((side, "行次"), "line"))
    for group in (*style.budgets, style.amount_head):
        kind: Kind = "amount" if group == style.amount_head else "decoy"
        for leaf in leaves:
            headings = (leaf,) if leaf and not style.budgets else (group, leaf) if leaf else (group,)
            columns.append(Column((side, *headings), kind))
    return columns


def _panel_cells(case: Case, where: Address, row: dict[str, Any], style: Style) -> Row:
    cells: Row = [Cell(style.item(row["item"]) if row["item"] else None)]
    if style.lines:
        cells.append(Cell(str(row["line"]), "line"))
    spots = [(*where, "values", n) for n in range(len(row["values"]))] if "values" in row else [(*where, "amount")]
    for step in range(len(style.budgets)):
        cells += [_decoy(case, at, style, Decimal(91 + 4 * step) / 100) for at in spots]
    return cells + [_amount(case, at, style) for at in spots]


def _summary(case: Case, table: str, style: Style) -> tuple[list[Column], list[Row]]:
    content = case["tables"][table]
    funds = FUNDS if table == T4 else ("",)
    columns = _panel_columns("收入", ("",), style) + _panel_columns("支出", funds, style)
    right = [i for i, row in enumerate(content["expenditure"]) if _printed(row, style)]
    spare = [i for i, row in enumerate(content["income"]) if not row["item"]][
        : len(content["expenditure"]) - len(right)
    ]
    left = [i for i in range(len(content["income"])) if i not in spare]
    return columns, [
        _panel_cells(case, (table, "income", i), content["income"][i], style)
        + _panel_cells(case, (table, "expenditure", j), content["expenditure"][j], style)
        for i, j in zip(left, right, strict=True)
    ]


def _printed(row: dict[str, Any], style: Style) -> bool:
    """Whether a style prints a line: never without one that carries a figure."""
    amounts = row.get("values") or [row.get("amount")]
    return not row["item"] or style.keep_item(without_prefix(row["item"])) or any(amounts)


# --- the five tables by functional code -------------------------------------------------------------------------------


def _code_columns(style: Style) -> list[Column]:
    if style.codes == "none":
        return []
    if style.codes == "one":
        return [Column(("项目", style.code_head), "code")]
    return [Column(("项目", style.code_head, part), "code") for part in ("类", "款", "项")]


def _code_cells(code: str | None, style: Style) -> Row:
    if style.codes == "none":
        return []
    written = Cell(style.code(code) if code else None, "code")
    if style.codes == "one":
        return [written]
    if style.codes == "three":
        return [written._replace(across=3), None, None]
    if style.codes == "pieces":
        parts = [code[:3], code[3:5], code[5:]] if code else []
        return [Cell(part or None, "code") for part in (*parts, "", "", "")[:3]]
    level = (len(code) - 3) // 2 if code else 0
    return [written if n == level else Cell(None, "code") for n in range(3)]


def _merge_downwards(codes: list[Row]) -> list[Row]:
    """Codes of 类 and 款 merged down over the rows that belong to them."""
    filled = [[bool(cell and cell.value) for cell in row] for row in codes]
    for column in range(2):
        for start, row in enumerate(codes):
            head = row[column]
            if head is None or not filled[start][column]:
                continue
            below = range(start + 1, len(codes))
            end = next((n for n in below if any(filled[n][: column + 1]) or not any(filled[n])), len(codes))
            row[column] = head._replace(down=end - start)
            for covered in codes[start + 1 : end]:
                covered[column] = None
    return codes


def _without_repeats(codes: list[Row]) -> list[Row]:
    """Pieces 208|05|02 with the parts a row shares with the row above left out, as under a merged cell."""
    seen: list[Value] = [None, None]
    for row in codes:
        values = [cell.value if cell else None for cell in row]
        for column in range(2):
            if values[column] == seen[column] and values[: column + 1] == seen[: column + 1] and values[column]:
                row[column] = Cell(None, "code")
        seen = values[:2]
    return codes


def _functional(case: Case, table: str, style: Style) -> tuple[list[Column], list[Row]]:
    content = case["tables"][table]
    order = style.order.get(table, range(len(content["columns"])))
    columns = [*_code_columns(style), Column(("项目", "科目名称"), "name")]
    columns += [Column(_amount_path(table, content["columns"][n]), "amount") for n in order]
    if style.flat:
        columns = [column._replace(path=column.path[-1:]) for column in columns]
    if style.empty != "row" and not any(any(row["values"]) for row in content["rows"]):
        word = "（空表）" if style.empty == "word" else None
        return columns, [[Cell(word if c.kind == "name" else None, c.kind) for c in columns]] if word else []
    indexes = sorted(range(len(content["rows"])), key=lambda n: style.total_last and content["rows"][n]["code"] is None)
    codes = [_code_cells(content["rows"][n]["code"], style) for n in indexes]
    if style.merge_codes:
        codes = _merge_downwards(_without_repeats(codes) if style.codes == "pieces" else codes)
    return columns, [
        lead
        + [_row_name(content["rows"][n], style)]
        + [_amount(case, (table, "rows", n, "values", column), style) for column in order]
        for lead, n in zip(codes, indexes, strict=True)
    ]


def _row_name(row: dict[str, Any], style: Style) -> Cell:
    return Cell(style.name(row["code"], row["name"]) if row["code"] else style.total)


def _amount_path(table: str, heading: str) -> tuple[str, ...]:
    grouped = table in (T5, T8) or (table == T7 and heading in ("小计", "基本支出", "项目支出"))
    return ("本年支出", heading) if grouped else (heading,)


# --- basic expenditure by economic code -------------------------------------------------------------------------------


def _basic(case: Case, style: Style) -> tuple[list[Column], list[Row]]:
    rows = case["tables"][T6]["rows"]
    staff = [n for n, row in enumerate(rows) if row["block"] == "人员经费"]
    goods = [n for n, row in enumerate(rows) if row["code"].startswith("302")]
    rest = [n for n, row in enumerate(rows) if n not in staff and n not in goods]
    if style.basic == "list":
        columns = [column._replace(path=column.path[1:]) for column in _basic_columns("", style)]
        body = [_basic_cells(case, n, style) for n in staff] + [_basic_total(case, "人员经费合计", 0, style)]
        body += [_basic_cells(case, n, style) for n in goods + rest] + [_basic_total(case, "公用经费合计", 0, style)]
        return columns, body
    panels = [staff, goods, rest] if style.basic == "three" else [staff, goods + rest]
    columns = _basic_columns("人员经费", style)
    for _ in panels[1:]:
        columns += _basic_columns("公用经费", style)
    body = [[cell for n in line for cell in _basic_cells(case, n, style)] for line in zip_longest(*panels)]
    extra = len(_basic_columns("", style)) * (len(panels) - 2)
    body.append(_basic_total(case, "人员经费合计", 0, style) + _basic_total(case, "公用经费合计", extra, style))
    return columns, body


def _basic_columns(block: str, style: Style) -> list[Column]:
    codes = [Column((block, "科目编码"), "code")] if style.basic_codes else []
    return [*codes, Column((block, "科目名称"), "name"), Column((block, style.amount_head), "amount")]


def _basic_cells(case: Case, index: int | None, style: Style) -> Row:
    columns = _basic_columns("", style)
    if index is None:
        return [Cell(None, column.kind) for column in columns]
    row = case["tables"][T6]["rows"][index]
    codes: Row = [Cell(style.code(row["code"]), "code")] if style.basic_codes else []
    return [*codes, Cell(style.name(row["code"], row["name"])), _amount(case, (T6, "rows", index, "amount"), style)]


def _basic_total(case: Case, label: str, extra: int, style: Style) -> Row:
    across = len(_basic_columns("", style)) - 1 + extra
    covered: Row = [None] * (across - 1)
    return [Cell(label, across=across), *covered, _amount(case, (T6, label), style)]


# --- 三公 -------------------------------------------------------------------------------------------------------------


def _public(case: Case, style: Style) -> tuple[list[Column], list[Row]]:
    sides = {"budget": "预算数", "final": style.amount_head}
    if style.public == "list":
        columns = [Column(("项目",), "name"), *(Column((head,), "amount") for head in sides.values())]
        return columns, [
            [Cell(label), *(_amount(case, (T9, side, item), style) for side in sides)] for label, item in _PUBLIC_LIST
        ]
    if style.public == "pairs":
        spots = [(side, item) for item in PUBLIC_ITEMS for side in sides]
        columns = [Column((*_PUBLIC_HEADS[item], sides[side]), "amount") for side, item in spots]
    else:
        spots = [(side, item) for side in sides for item in PUBLIC_ITEMS]
        columns = [Column((sides[side], *_PUBLIC_HEADS[item]), "amount") for side, item in spots]
    return columns, [[_amount(case, (T9, side, item), style) for side, item in spots]]
