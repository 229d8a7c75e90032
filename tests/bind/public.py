"""Shapes of the table of 三公 spending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.foreign.book import Book
from tests.foreign.cases import T9, Case, figure
from tests.foreign.forms import PUBLIC_ITEMS
from tests.foreign.style import Cell, Column, Form, Row, Style

from .codes import PLAIN, reshaped
from .reshape import decoy, reheaded, text_row, with_column, with_rows
from .shapes import shape

LIST = replace(PLAIN, public="list")
_CARS = "公务用车购置及运行维护费"
HEADS = {
    "合计": ("合计",),
    "因公出国（境）费": ("因公出国（境）费用",),
    "公务用车小计": (_CARS, "小计"),
    "公务用车购置费": (_CARS, "公务用车购置费"),
    "公务用车运行维护费": (_CARS, "公务用车运行费"),
    "公务接待费": ("公务接待费",),
}


def public(case: Case, change: Callable[[Form], Form], style: Style = PLAIN) -> Book:
    """The table of 三公 spending changed."""
    return reshaped(case, change, style, (T9,))


def _cell(case: Case, side: str, item: str) -> Cell:
    value = figure(case, (T9, side, item))
    return Cell(None if value is None else float(value), "amount", (T9, side, item))


@shape()
def total_in_last_column(case: Case) -> Book:
    """合计 at the right end of each group."""

    def change(form: Form) -> Form:
        order = (1, 2, 3, 4, 5, 0, 7, 8, 9, 10, 11, 6)
        return replace(form, columns=[form.columns[n] for n in order], rows=[[r[n] for n in order] for r in form.rows])

    return public(case, change)


@shape()
def items_across_sides_down(case: Case) -> Book:
    """The six items across, 预算数 and 决算数 as two rows."""

    def change(form: Form) -> Form:
        columns = [Column(("项目",), "name"), *(Column(HEADS[item], "amount") for item in PUBLIC_ITEMS)]
        rows: list[Row] = [
            [Cell(label), *(_cell(case, side, item) for item in PUBLIC_ITEMS)]
            for label, side in (("预算数", "budget"), ("决算数", "final"))
        ]
        return replace(form, columns=columns, rows=rows)

    return public(case, change)


@shape(r"年初预算数|全年预算数")
def three_groups(case: Case) -> Book:
    """年初预算数, 全年预算数 and 决算数, six items each: which budget is meant is told."""

    def change(form: Form) -> Form:
        form = reheaded(form, lambda c: ("全年预算数", *c.path[1:]) if c.path[0] == "预算数" else c.path)
        for n, item in enumerate(PUBLIC_ITEMS):
            form = with_column(form, n, Column(("年初预算数", *HEADS[item]), "decoy"), decoy(1.5 + n))
        return form

    return public(case, change)


@shape(r"会议费", r"培训费")
def more_items(case: Case) -> Book:
    """会议费 and 培训费 as further columns of both groups."""

    def change(form: Form) -> Form:
        for at, side in ((12, "决算数"), (6, "预算数")):
            for head in ("培训费", "会议费"):
                form = with_column(form, at, Column((side, head), "decoy"), decoy(0.75))
        return form

    return public(case, change)


@shape(r"会议费", r"培训费")
def more_items_listed(case: Case) -> Book:
    """会议费 and 培训费 as further rows of a list."""

    def change(form: Form) -> Form:
        return with_rows(form, [(6, text_row(form, "4．会议费", 1.25)), (6, text_row(form, "5．培训费", 2.25))])

    return public(case, change, LIST)


@shape(r"“\d{4}年决算数”|“上年决算数”", r"“增减%”")
def listed_two_years(case: Case) -> Book:
    """A list with last year's figures before this year's, each headed by its year, and the change in percent."""

    def change(form: Form) -> Form:
        year = case["year"]
        form = reheaded(form, lambda c: (f"{year}年{c.path[0]}",) if c.kind == "amount" else c.path)
        form = with_column(form, 1, Column((f"{year - 1}年决算数",), "decoy"), decoy(1.5))
        return with_column(form, 4, Column(("增减%",), "decoy"), decoy(0.25))

    return public(case, change, LIST)


@shape(r"“上年决算数”")
def pairs_with_last_year(case: Case) -> Book:
    """Pairs of 预算数 and 决算数 under each item, and 上年决算数 beside them."""

    def change(form: Form) -> Form:
        for n in reversed(range(6)):
            item = form.columns[2 * n].path[:-1]
            form = with_column(form, 2 * n + 2, Column((*item, "上年决算数"), "decoy"), decoy(0.5 + n))
        return form

    return public(case, change, replace(PLAIN, public="pairs"))


@shape(r"三公.*行|“二级单位”")
def several_units(case: Case) -> Book:
    """A row for the whole and rows for the offices below it, named in a first column."""

    def change(form: Form) -> Form:
        form = with_column(form, 0, Column(("单位",), "name"), lambda _n, _row: Cell("合计"))
        part: Row = [Cell("二级单位"), *(Cell(0.35, "decoy") for _ in form.columns[1:])]
        return with_rows(form, [(1, part)])

    return public(case, change)


@shape()
def blank_row_first(case: Case) -> Book:
    """Blank rows between the headings and the row of figures."""

    def change(form: Form) -> Form:
        return with_rows(form, [(0, [Cell(None, "amount") for _ in form.columns])] * 2)

    return public(case, change)


@shape()
def units_in_cells(case: Case) -> Book:
    """Headings 「预算数（万元）」 and numbered items in brackets: 「（1）公务用车运行维护费」."""

    def change(form: Form) -> Form:
        return reheaded(form, lambda c: (f"{c.path[0]}（万元）", *(f"（{len(t) % 9}）{t}" for t in c.path[1:])))

    return public(case, change, Style())


@shape(r"因公出国（境）团组数", r"公务用车保有量", r"国内公务接待批次")
def with_counts(case: Case) -> Book:
    """Below the list of 三公 the numbers of groups, cars and receptions."""

    def change(form: Form) -> Form:
        counts = (
            ("1.因公出国（境）团组数（个）", 2.0),
            ("2.公务用车保有量（辆）", 3.0),
            ("3.国内公务接待批次（个）", 14.0),
        )
        return with_rows(form, [(len(form.rows), text_row(form, *count)) for count in counts])

    return public(case, change, LIST)
