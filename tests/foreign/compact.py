"""Writers that imitate tables put together by hand for printing: joined cells, shared sheets, other shapes of table."""

from __future__ import annotations

from dataclasses import replace

from .book import Book, Lead, Look
from .cases import T1, T2, T3, T4, T5, T6, T7, T8, T9, TABLES, Case
from .forms import forms
from .style import Form, Style, without_prefix

STACK = ((T1, 1), (T2, 2), (T3, 4), (T4, 1), (T5, 3), (T6, 2), (T7, 5), (T8, 1), (T9, 3))
PAIRS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("收支总表", (T1,)),
    ("收入和支出", (T2, T3)),
    ("财拨总表", (T4,)),
    ("一般公共预算", (T5, T6)),
    ("基金和国资", (T7, T8)),
    ("三公", (T9,)),
)
NUMERALS = "一二三四五六七八九"


def _titled(_case: Case, form: Form) -> list[Lead]:
    return [Lead(middle=form.title), Lead(right="单位：万元")]


def _remark_only(_case: Case, form: Form) -> list[str]:
    return [form.remark] if form.remark else []


def one_sheet_stacked(case: Case) -> Book:
    """All nine tables under one another on one sheet, each beginning in another column, headings of one row where
    that is possible, no table numbers; unit and 万元 are stated once, at the top of the sheet."""

    def leads(_case: Case, form: Form) -> list[Lead]:
        return [Lead(f"{NUMERALS[form.number - 1]}、{form.title}")]

    book = Book(case)
    sheet = book.sheet("决算公开")
    sheet["A1"] = f"{case['unit']}{case['year']}年度{case['kind']}决算公开表"
    sheet["A2"], sheet["F2"] = f"编制单位：{case['unit']}", "金额单位：万元"
    left, row = dict(STACK), 4
    style = Style(lines=False, flat=True, code_head="科目代码", basic="list", public="pairs")
    for form in forms(case, style, TABLES):
        row = book.place(sheet, form, Look(leads), row, left[form.table]) + 2 + form.number % 3
    return book


def side_by_side(case: Case) -> Book:
    """Two tables next to one another on a sheet: income and expenditure, 05 and 06, 基金 and 国资."""
    book = Book(case)
    made = {form.table: form for form in forms(case, Style(code_head="功能分类科目编码"), TABLES)}
    for name, tables in PAIRS:
        sheet, left = book.sheet(name), 1
        for table in tables:
            book.place(sheet, made[table], Look(), 1, left)
            left += len(made[table].columns) + 1
    return book


def _joined(case: Case, pattern: str, head: str, style: Style) -> Book:
    book = Book(case)
    style = replace(style, codes="none", basic_codes=False, name=lambda code, name: pattern.format(code, name))
    made = forms(case, style, TABLES)
    for form in made:
        for n, column in enumerate(form.columns):
            if column.path[-1] == "科目名称":
                form.columns[n] = column._replace(path=(*column.path[:-1], head))
    book.sheets(made, Look(), lambda f: f"附表{f.number}")
    return book


def joined_code_name(case: Case) -> Book:
    """Code and name in one cell without anything between: 「2080111公共就业服务和职业技能鉴定机构」."""
    return _joined(case, "{}{}", "功能分类科目编码及名称", Style())


def joined_space(case: Case) -> Book:
    """Code and name in one cell with a blank between, no 行次 and 栏次: 「2080111 公共就业服务和…」."""
    return _joined(case, "{} {}", "科目", Style(lines=False))


def joined_brackets(case: Case) -> Book:
    """Code in brackets before the name: 「[2080111]公共就业服务和…」, basic expenditure in one list."""
    return _joined(case, "[{}]{}", "功能分类科目", Style(basic="list"))


def t6_list(case: Case) -> Book:
    """Basic expenditure as a single list with 人员经费合计 and 公用经费合计 lines; sheets named by short names."""
    book = Book(case)
    names = ("收支总", "收入", "支出", "财拨总", "一般支出", "基本支出", "基金", "国资", "三公")
    look = Look(_titled, notes=_remark_only)
    book.sheets(forms(case, Style(basic="list", lines=False), TABLES), look, lambda f: names[f.number - 1])
    return book


def t6_names(case: Case) -> Book:
    """Basic expenditure by names alone, no economic codes at all, in two panels; headings 「金额」."""
    book = Book(case)
    style = Style(basic="two", basic_codes=False, amount_head="金额", codes="three", code_head="科目编码")
    book.sheets(forms(case, style, TABLES), Look(notes=_remark_only), lambda f: f"{f.number:02}-{f.title}")
    return book


def t6_two_panels(case: Case) -> Book:
    """Basic expenditure in two panels of three columns, 「经济分类科目编码」; no borders, no merged headings."""
    book = Book(case)
    style = Style(basic="two", head=lambda text: text.replace("科目编码", "经济分类科目编码"))
    made = forms(case, style, TABLES)
    plain = {form.table: form for form in forms(case, Style(), TABLES)}
    look = Look(merge_heads=False, borders=False)
    book.sheets([f if f.table == T6 else plain[f.table] for f in made], look, lambda f: f"公开{f.number:02}表")
    return book


def three_public_list(case: Case) -> Book:
    """三公 as a list of items with 预算数 and 决算数 beside one another, 公务接待费 before the cars."""
    book = Book(case)
    style = Style(public="list", lines=False, item=without_prefix)
    book.sheets(forms(case, style, TABLES), Look(_titled, notes=_remark_only), lambda f: f.title.replace("决算", ""))
    return book


def three_public_pairs(case: Case) -> Book:
    """三公 as pairs of columns under each item: 合计（预算数、决算数）、因公出国（预算数、决算数）…"""
    book = Book(case)
    book.sheets(forms(case, Style(public="pairs"), TABLES), Look(), lambda f: f"{f.number}")
    return book
