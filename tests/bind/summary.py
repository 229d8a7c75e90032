"""Shapes of the two summary tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.foreign.book import Book, Look
from tests.foreign.cases import T1, T4, Case
from tests.foreign.style import Cell, Column, Form, Row, Style

from .codes import PLAIN, reshaped
from .expect import CLASSES
from .reshape import decoy, reheaded, renamed, reordered, split_at, text_row, with_column, with_rows
from .shapes import shape
from .titles import under

BOTH = (T1, T4)


def summaries(case: Case, change: Callable[[Form], Form], style: Style = PLAIN) -> Book:
    """The two summary tables changed."""
    return reshaped(case, change, style, BOTH)


@shape()
def swapped_panels(case: Case) -> Book:
    """支出 on the left, 收入 on the right."""

    def change(form: Form) -> Form:
        at, count = split_at(form, "支出"), len(form.columns)
        return reordered(form, [*range(at, count), *range(at)])

    return summaries(case, change, Style())


@shape()
def stacked_panels(case: Case) -> Book:
    """收入 above 支出, each with headings, in one list."""
    book = Book(case)
    look = Look(lambda c, f: under(c, f"{c['year']}年度{f.title}"), notes=lambda _c, f: [f.remark] if f.remark else [])
    lower = replace(look, leads=lambda _c, _f: [])
    for form in _forms(case):
        sheet = book.sheet(f"表{form.number}")
        if form.table not in BOTH:
            book.place(sheet, form, look)
            continue
        at = split_at(form, "支出")
        one = replace(form, columns=form.columns[:at], rows=[row[:at] for row in form.rows])
        two = replace(form, columns=form.columns[at:], rows=[row[at:] for row in form.rows])
        row = book.place(sheet, one, look)
        book.place(sheet, two, lower, row + 1)
    return book


def _forms(case: Case) -> list[Form]:
    from tests.foreign.cases import TABLES
    from tests.foreign.forms import forms

    return forms(case, PLAIN, TABLES)


@shape()
def line_numbers_last(case: Case) -> Book:
    """行次 behind the amounts."""

    def change(form: Form) -> Form:
        at, count = split_at(form, "支出"), len(form.columns)
        return reordered(form, [0, *range(2, at), 1, at, *range(at + 2, count), at + 1])

    return summaries(case, change, Style())


@shape(r"“其中：住房公积金”", r"“其中：行政单位医疗”")
def of_which(case: Case) -> Book:
    """Lines 「其中：…」 with figures under a 类."""

    def change(form: Form) -> Form:
        at = split_at(form, "支出")
        below: list[tuple[int, Row]] = []
        for index, text in ((19, "  其中：住房公积金"), (9, "其中：行政单位医疗")):
            row: Row = [Cell(None, c.kind) for c in form.columns]
            row[at] = Cell(text)
            row[at + 1] = Cell(31.25, "decoy")
            below.append((index, row))
        return with_rows(form, below)

    return summaries(case, change)


@shape(r"其中：政府性基金预算财政拨款")
def of_which_grants(case: Case) -> Book:
    """The income side with 「其中：政府性基金预算财政拨款收入」 under the first line and again as its own line."""

    def change(form: Form) -> Form:
        return with_rows(form, [(1, text_row(form, "    其中：政府性基金预算财政拨款收入", 4.5))])

    return reshaped(case, change, PLAIN, (T1,))


@shape()
def more_classes(case: Case) -> Book:
    """Lines for 类 that the published forms do not have, without figures."""

    def change(form: Form) -> Form:
        at = split_at(form, "支出")
        names = ("九、社会保险基金支出", "三十、转移性支出", "三十一、债务发行费用支出")
        rows: list[tuple[int, Row]] = []
        for index, name in zip((8, 23, 25), names, strict=True):
            row: Row = [Cell(None, c.kind) for c in form.columns]
            row[at] = Cell(name)
            rows.append((index, row))
        return with_rows(form, rows)

    return summaries(case, change)


@shape()
def numbered_grants(case: Case) -> Book:
    """The three grants of table 4 as 1.…, （2）…, ③…; under 年初 with 其中："""
    count = [0]

    def numbered(text: str) -> str:
        bare = text.split("、")[-1]
        if bare not in ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营财政拨款"):
            return text
        count[0] += 1
        return ("1．", "（2）", "③", "  其中：", "        ", "        ")[(count[0] - 1) % 6] + bare

    return reshaped(case, lambda f: renamed(f, numbered), PLAIN, (T4,))


@shape(r"支出性质", cases=("000", "001", "003"))
def third_panel(case: Case) -> Book:
    """A third panel 「支出（按支出性质）」 right of the others, with its own 决算数."""

    def change(form: Form) -> Form:
        names = ["一、基本支出", "    人员经费", "    日常公用经费", "二、项目支出", "三、上缴上级支出"]
        count = len(form.columns)
        name = Column(("支出（按支出性质）", "项目（按支出性质和经济分类）"), "name")
        form = with_column(form, count, name, lambda n, _row: Cell(names[n] if n < len(names) else None))
        amount = Column(("支出（按支出性质）", "决算数"), "decoy")
        return with_column(
            form, count + 1, amount, lambda n, _row: Cell(round(8.5 + n, 2) if n < len(names) else None, "decoy")
        )

    return reshaped(case, change, PLAIN, (T1,))


@shape(r"收入支出决算总表.*“.*上年决算数”|收入支出决算总表.*“.*\d{4}年决算数”")
def summary_two_years(case: Case) -> Book:
    """2022年决算数 and 2023年决算数 beside one another on both sides."""

    def change(form: Form) -> Form:
        form = reheaded(form, lambda c: (c.path[0], f"{case['year']}年决算数") if c.kind == "amount" else c.path)
        for at in (split_at(form, "支出") + 1, 1):
            side = form.columns[at].path[0]
            form = with_column(form, at, Column((side, f"{case['year'] - 1}年决算数"), "decoy"), decoy(4.5))
        return form

    return reshaped(case, change, PLAIN, (T1,))


@shape(r"“年初预算数”", r"“调整预算数”", r"“完成率（%）”", r"“占比”")
def rates(case: Case) -> Book:
    """年初预算数, 调整预算数, 决算数, 完成率, 占比 on both sides."""

    def change(form: Form) -> Form:
        at = split_at(form, "支出")
        for start in (at, 0):
            side = form.columns[start].path[0]
            for head, place in (("占比", 2), ("完成率（%）", 2), ("调整预算数", 1), ("年初预算数", 1)):
                form = with_column(form, start + place, Column((side, head), "decoy"), decoy(place + 0.25))
        return form

    return reshaped(case, change, PLAIN, (T1,))


@shape()
def totals_worded(case: Case) -> Book:
    """收入总计 and 支出总计 at the bottom, 上年结转 and 结转下年."""
    words = {"年初结转和结余": "加：年初结转和结余", "年末结转和结余": "年末结转结余"}

    def change(form: Form) -> Form:
        at = split_at(form, "支出")
        form = renamed(form, lambda text: words.get(text, text))
        rows: list[Row] = []
        for row in form.rows:
            rows.append(
                [
                    c._replace(value="收入总计" if n < at else "支 出 总 计") if c and c.value == "总计" else c
                    for n, c in enumerate(row)
                ]
            )
        return replace(form, rows=rows)

    return summaries(case, change)


@shape()
def coded_classes(case: Case) -> Book:
    """The 类 of the summary tables with their codes: 「208社会保障和就业支出」."""

    def change(form: Form) -> Form:
        at, codes = split_at(form, "支出"), iter(CLASSES)
        rows: list[Row] = []
        for row in form.rows:
            head = row[at]
            code = next(codes, "")
            named = head is not None and isinstance(head.value, str) and code
            new = head._replace(value=f"{code} {str(head.value).split('、')[-1]}") if head and named else head
            rows.append([*row[:at], new, *row[at + 1 :]])
        return replace(form, rows=rows)

    return summaries(case, change)
