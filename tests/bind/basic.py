"""Shapes of the table of basic spending by economic code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.foreign.book import Book
from tests.foreign.cases import T6, Case, figure
from tests.foreign.style import Cell, Column, Form, Row, Style

from .codes import PLAIN, reshaped
from .reshape import decoy, reheaded, with_column
from .shapes import shape

LIST = replace(PLAIN, basic="list")


def basic(case: Case, change: Callable[[Form], Form], style: Style = LIST) -> Book:
    """The table of basic spending changed."""
    return reshaped(case, change, style, (T6,))


def _amount(case: Case, at: tuple[Any, ...]) -> Cell:
    value = figure(case, at)
    return Cell(None if value is None else float(value), "amount", at)


def _matrix(case: Case, form: Form, code_heads: tuple[str, str], total_on_top: bool) -> Form:
    rows = case["tables"][T6]["rows"]
    columns = [Column(("经济分类科目", code_heads[0]), "code"), Column(("经济分类科目", code_heads[1]), "name")]
    columns += [Column(("本年基本支出", head), "amount") for head in ("合计", "人员经费", "公用经费")]
    body: list[Row] = []
    for n, row in enumerate(rows):
        value = _amount(case, (T6, "rows", n, "amount"))
        copy = value._replace(kind="decoy", at=None)
        side = row["block"] == "人员经费"
        none = Cell(None, "amount")
        body.append(
            [Cell(row["code"], "code"), Cell(row["name"]), value, copy if side else none, none if side else copy]
        )
    people, office = _amount(case, (T6, "人员经费合计")), _amount(case, (T6, "公用经费合计"))
    whole = round(float(people.value or 0) + float(office.value or 0), 2)
    total: Row = [Cell(None, "code"), Cell("合计"), Cell(whole, "decoy"), people, office]
    return replace(form, columns=columns, rows=[total, *body] if total_on_top else [*body, total])


@shape(r"有一行“合计”")
def people_and_office_columns(case: Case) -> Book:
    """Codes down, 合计 | 人员经费 | 公用经费 across, the totals in the first row."""
    return basic(case, lambda f: _matrix(case, f, ("科目编码", "科目名称"), True))


@shape(r"有一行“合计”")
def people_and_office_columns_below(case: Case) -> Book:
    """The same with the totals in the last row."""
    return basic(case, lambda f: _matrix(case, f, ("编码", "名称"), False))


@shape(r"“预算数”|“年初预算数”", r"“增减额”")
def basic_budget(case: Case) -> Book:
    """年初预算数, 决算数 and 增减额 in a list."""

    def change(form: Form) -> Form:
        at = next(n for n, c in enumerate(form.columns) if c.kind == "amount")
        form = with_column(form, at, Column(("年初预算数",), "decoy"), decoy(2.5))
        return with_column(form, at + 2, Column(("增减额",), "decoy"), decoy(0.5))

    return basic(case, _unspanned_first(change))


def _unspanned_first(change: Callable[[Form], Form]) -> Callable[[Form], Form]:
    """Total rows with their label in the name column only, nothing merged."""

    def both(form: Form) -> Form:
        rows: list[Row] = []
        for row in form.rows:
            cells: Row = [
                Cell(None, c.kind) if cell is None else cell for c, cell in zip(form.columns, row, strict=True)
            ]
            if cells[0] is not None and cells[0].across > 1:
                label = cells[0]._replace(across=1)
                cells[0], cells[1] = Cell(None, "code"), label
            rows.append(cells)
        return change(replace(form, rows=rows))

    return both


@shape(r"“\d{4}年决算数”|“上年决算数”")
def basic_two_years(case: Case) -> Book:
    """Last year's and this year's figures, each headed by its year."""

    def change(form: Form) -> Form:
        at = next(n for n, c in enumerate(form.columns) if c.kind == "amount")
        form = reheaded(form, lambda c: (f"{case['year']}年决算数",) if c.kind == "amount" else c.path)
        return with_column(form, at, Column((f"{case['year'] - 1}年决算数",), "decoy"), decoy(2.5))

    return basic(case, _unspanned_first(change))


@shape()
def basic_sections(case: Case) -> Book:
    """「一、人员经费」 and 「二、公用经费」 head their parts and carry the totals."""

    def change(form: Form) -> Form:
        totals = [n for n, row in enumerate(form.rows) if row[0] is not None and row[0].kind == "name"]
        words = iter(("一、人员经费", "二、公用经费"))
        rows: list[Row] = []
        start = 0
        for at in totals:
            head = [Cell(None, "code"), Cell(next(words)), form.rows[at][-1]]
            rows += [head, *form.rows[start:at]]
            start = at + 1
        return replace(form, rows=rows)

    return basic(case, change)


@shape()
def government_codes(case: Case) -> Book:
    """The government's own economic codes (501, 50101) beside the department's."""

    def change(form: Form) -> Form:
        gov = {"301": "501", "302": "502", "303": "509", "310": "503", "307": "511", "399": "599"}

        def code(_n: int, row: Row) -> Cell:
            own = str(row[0].value) if row[0] is not None else ""
            return Cell(gov.get(own, gov[own[:3]] + "01") if own[:3] in gov else None, "code")

        def name(_n: int, row: Row) -> Cell:
            own = str(row[0].value) if row[0] is not None else ""
            return Cell("机关工资福利支出" if own.startswith("301") else None)

        form = with_column(form, 2, Column(("政府预算支出经济分类", "科目编码"), "code"), code)
        return with_column(form, 3, Column(("政府预算支出经济分类", "科目名称"), "name"), name)

    return basic(case, _unspanned_first(change))
