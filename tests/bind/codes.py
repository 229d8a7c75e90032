"""Shapes of the tables by functional code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.foreign.book import Book, Look
from tests.foreign.cases import FUNCTIONAL, T3, T5, TABLES, Case
from tests.foreign.forms import forms
from tests.foreign.style import Cell, Column, Form, Row, Style, Value

from .reshape import decoy, has_figures, reheaded, renamed, reordered, text_row, with_column, with_rows, words
from .shapes import shape
from .titles import remark_only, under

PLAIN = Style(lines=False)


def reshaped(case: Case, change: Callable[[Form], Form], style: Style = PLAIN, only: tuple[str, ...] = ()) -> Book:
    """One sheet per table; the tables by code (or only some) changed."""
    book = Book(case)
    made = [change(f) if f.table in (only or FUNCTIONAL) else f for f in forms(case, style, TABLES)]
    look = Look(lambda c, f: under(c, f"{c['year']}年度{f.title}"), notes=remark_only)
    book.sheets(made, look, lambda f: f"表{f.number}")
    return book


def coded(case: Case, code: Callable[[str], Value]) -> Book:
    """Codes written in some way."""
    return reshaped(case, lambda f: f, replace(PLAIN, code=code))


def parts(code: str) -> list[str]:
    """「2080502」 as 208, 05, 02."""
    return [code[:3], *(code[n : n + 2] for n in range(3, len(code), 2))]


@shape()
def dotted_codes(case: Case) -> Book:
    """208.05.02"""
    return coded(case, lambda code: ".".join(parts(code)))


@shape()
def spaced_codes(case: Case) -> Book:
    """208 05 02, with a full-width blank behind."""
    return coded(case, lambda code: " ".join(parts(code)) + "\u3000")


@shape()
def dashed_codes(case: Case) -> Book:
    """208-05-02"""
    return coded(case, lambda code: "-".join(parts(code)))


@shape()
def marked_codes(case: Case) -> Book:
    """208类, 20805款, 2080502项"""
    return coded(case, lambda code: code + "类款项"[(len(code) - 3) // 2])


@shape()
def quoted_codes(case: Case) -> Book:
    """An apostrophe before and blanks behind each code."""
    return coded(case, lambda code: f"'{code}  ")


@shape(r"《(收入|支出|一般公共预算财政拨款支出)决算表》的类、款编码补零到 7 位")
def padded_codes(case: Case) -> Book:
    """Codes filled up to seven digits by some software: 2080000, 2080500."""
    return coded(case, lambda code: code if code[0] == "3" else code.ljust(7, "0"))


@shape()
def number_parts(case: Case) -> Book:
    """Three columns with the parts as numbers: 208 | 5 | 2."""

    def numbers(form: Form) -> Form:
        rows: list[Row] = [
            [c._replace(value=int(str(c.value))) if c and c.kind == "code" and c.value else c for c in row]
            for row in form.rows
        ]
        return replace(form, rows=rows)

    return reshaped(case, numbers, replace(PLAIN, codes="pieces"))


@shape()
def names_only(case: Case) -> Book:
    """No codes at all: names, indented by level."""

    def indented(code: str | None, name: str) -> str:
        return "\u3000\u3000" * ((len(code) - 3) // 2 if code else 0) + name

    return reshaped(case, lambda f: f, replace(PLAIN, codes="none", name=indented))


@shape()
def joined_with_dash(case: Case) -> Book:
    """「208-05-02 事业单位离退休」 in one cell, indented."""

    def joined(code: str | None, name: str) -> str:
        return "  " * len(code or "") + f"{'-'.join(parts(code or ''))} {name}"

    return reshaped(case, lambda f: f, replace(PLAIN, codes="none", name=joined, basic_codes=False))


@shape()
def name_before_code(case: Case) -> Book:
    """The name in the first column, the code in the second."""
    return reshaped(case, lambda f: reordered(f, [1, 0, *range(2, len(f.columns))]))


@shape(r"的栏“上年决算数”", r"的栏“年初预算数”", r"的栏“增减%”", r"的栏“完成预算%”")
def more_columns(case: Case) -> Book:
    """序号 in front; 上年决算数 and 年初预算数 before, 增减%, 完成预算% and 备注 behind the figures."""

    def change(form: Form) -> Form:
        form = with_column(form, 2, Column(("上年决算数",), "decoy"), decoy(11.5))
        form = with_column(form, 3, Column(("年初预算数",), "decoy"), decoy(5.25))
        for head, step in (("增减%", 0.5), ("完成预算%", 0.75)):
            form = with_column(form, len(form.columns), Column((head,), "decoy"), decoy(step))
        form = with_column(form, len(form.columns), Column(("备注",), "name"), words("含上年结转"))
        return with_column(form, 0, Column(("序号",), "line"), lambda n, _row: Cell(n + 1, "line"))

    return reshaped(case, change)


@shape(r"“小计”")
def subtotals(case: Case) -> Book:
    """A 小计 row after every few rows, and rows that only name a section."""

    def change(form: Form) -> Form:
        if len(form.rows) < 5:
            return form
        return with_rows(
            form,
            [(1, text_row(form, "一、财政拨款安排")), (len(form.rows) - 1, text_row(form, "小  计", 12.34))],
        )

    return reshaped(case, change, only=(T3,))


@shape()
def totals_right_and_below(case: Case) -> Book:
    """合计 as the last row and the first column of figures moved to the right end."""

    def change(form: Form) -> Form:
        count = len(form.columns)
        return reordered(form, [0, 1, *range(3, count), 2])

    return reshaped(case, change, replace(PLAIN, total_last=True, total="总　　计"))


@shape()
def worded_totals(case: Case) -> Book:
    """The total row called 本年合计, 支出总计, 本年支出合计 …"""
    book = Book(case)
    names = ("", "本年收入合计", "本年支出合计", "", "支出总计", "", "本年合计", "合　　计（万元）", "")
    for number, form in enumerate(forms(case, PLAIN, TABLES)):
        form = renamed(form, lambda text, n=number: names[n] if text == "合计" and names[n] else text)  # type: ignore[misc]
        book.place(book.sheet(f"表{form.number}"), form, Look(lambda c, f: under(c, f.title), notes=remark_only))
    return book


@shape(r"《支出决算表》.*“.*决算数”", r"《一般公共预算财政拨款支出决算表》.*“.*决算数”")
def two_years(case: Case) -> Book:
    """Last year's figures as a first group of columns with the same headings as this year's."""

    def change(form: Form) -> Form:
        first = next(n for n, c in enumerate(form.columns) if c.kind == "amount")
        heads = [c.path[-1] for c in form.columns[first:]]
        form = reheaded(form, lambda c: (f"{case['year']}年决算数", c.path[-1]) if c.kind == "amount" else c.path)
        for n, head in enumerate(heads):
            column = Column((f"{case['year'] - 1}年决算数", head), "decoy")
            form = with_column(form, first + n, column, decoy(3.5 + n))
        return form

    return reshaped(case, change, only=(T3, T5))


@shape(r"“人员经费”", r"“日常公用经费”")
def split_basic(case: Case) -> Book:
    """基本支出 as three columns: 小计, 人员经费, 日常公用经费; so too in the table of general spending."""

    def change(form: Form) -> Form:
        at = next(n for n, c in enumerate(form.columns) if c.path[-1] == "基本支出")
        form = reheaded(form, lambda c: ("基本支出", "小计") if c.path[-1] == "基本支出" else c.path)
        form = reheaded(
            form, lambda c: ("合计",) if c.path[-1] in ("小计", "本年支出合计") and "基本支出" not in c.path else c.path
        )
        form = with_column(form, at + 1, Column(("基本支出", "人员经费"), "decoy"), decoy(1.5))
        return with_column(form, at + 2, Column(("基本支出", "日常公用经费"), "decoy"), decoy(2.5))

    return reshaped(case, change, only=(T3, T5))


@shape()
def said_empty(case: Case) -> Book:
    """The empty tables say so in a row: 无, 此表无数据, 本表为空."""
    book = Book(case)
    words_ = {7: "此表无数据", 8: "本表为空"}
    for form in forms(case, PLAIN, TABLES):
        if form.number in words_ and not any(c.value for r in form.rows for c in r if c and c.kind == "amount"):
            form = replace(form, rows=[text_row(form, words_[form.number])], remark=None)
        book.place(book.sheet(f"表{form.number}"), form, Look(lambda c, f: under(c, f.title), notes=remark_only))
    return book


@shape()
def gaps(case: Case) -> Book:
    """Blank columns before and between, blank rows between headings and figures."""

    def change(form: Form) -> Form:
        blank = Column((), "blank")
        for at in (len(form.columns) - 1, 2, 0):
            form = with_column(form, at, blank, lambda _n, _row: Cell(None, "blank"))
        return with_rows(form, [(0, [Cell(None, c.kind) for c in form.columns])] * 2)

    return reshaped(case, change)


__all__ = ["has_figures", "reshaped"]
