"""Shapes of titles, headers and whole workbooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from tests.foreign.book import Book, Lead, Look, usual_leads
from tests.foreign.cases import T1, T2, T3, T4, T5, T6, T7, T8, T9, TABLES, Address, Case
from tests.foreign.forms import forms
from tests.foreign.style import Form, Style, Value

from .reshape import has_figures
from .shapes import shape

Leads = Callable[[Case, Form], list[Lead]]
#: Where a typesetter breaks a long title; the lower half of some is another table's title.
HALVES = {
    T1: ("收入支出", "决算总表"),
    T4: ("财政拨款", "收入支出决算总表"),
    T5: ("一般公共预算财政拨款", "支出决算表"),
    T6: ("一般公共预算财政拨款", "基本支出决算明细表"),
    T7: ("政府性基金预算财政拨款", "收入支出决算表"),
    T8: ("国有资本经营预算财政拨款", "支出决算表"),
    T9: ("财政拨款", "“三公”经费支出决算表"),
}
ENGLISH = ("Overview", "Income", "Spending", "Grants", "General", "Basic", "Funds", "Capital", "Three")


def remark_only(_case: Case, form: Form) -> list[str]:
    """Under a table only why it is empty."""
    return [form.remark] if form.remark else []


def written(case: Case, leads: Leads = usual_leads, style: Style | None = None, merge: bool = True) -> Book:
    """One sheet per table with some leads."""
    book = Book(case)
    look = Look(leads, notes=remark_only, merge_title=merge)
    book.sheets(forms(case, style or Style(), TABLES), look, lambda f: f"表{f.number}")
    return book


def under(case: Case, *titles: str, unit: str = "单位：万元") -> list[Lead]:
    """Titles one under the other, then the unit's name and the money unit."""
    return [*(Lead(middle=t) for t in titles), Lead(f"单位名称：{case['unit']}", right=unit)]


@shape()
def title_in_two_rows(case: Case) -> Book:
    """A title broken over two rows, so that the lower row alone would be another table's title."""
    return written(case, lambda c, f: under(c, *HALVES.get(f.table, (f"{c['year']}年度", f.table))))


@shape()
def title_in_three_rows(case: Case) -> Book:
    """The unit's name, the year and the title's halves each in a row."""
    return written(
        case, lambda c, f: under(c, f"{c['unit']}", f"{c['year']}年度部门决算", *HALVES.get(f.table, (f.table,)))
    )


@shape()
def title_with_line_break(case: Case) -> Book:
    """The title and the unit's name in one cell with a line break and spaced characters."""
    return written(case, lambda c, f: under(c, f"{c['unit']}\n{c['year']} 年 度\n{' '.join(f.table)}"))


@shape()
def title_over_cells(case: Case) -> Book:
    """A converter put the halves of each title into neighbouring cells."""

    def leads(c: Case, f: Form) -> list[Lead]:
        left, right = HALVES.get(f.table, (f"{c['year']}年", f.table))
        return [Lead(left, right), Lead(f"单位名称：{c['unit']}", right="单位：万元")]

    return written(case, leads)


@shape()
def numbered_titles(case: Case) -> Book:
    """Numbers before titles in every manner; the year in Chinese numerals; 编报单位 and 人民币万元."""
    marks = ("附件2-1：", "表2：", "公开03表 ", "四、", "（五）", "附表6 ", "7.", "表八 ", "附件 9:")

    def leads(c: Case, f: Form) -> list[Lead]:
        year = "".join("〇一二三四五六七八九"[int(d)] for d in str(c["year"]))
        return [
            Lead(middle=f"{marks[f.number - 1]}{year}年度{f.table}"),
            Lead(f"编报单位：{c['unit']}", right="金额单位：人民币万元"),
        ]

    return written(case, leads)


@shape()
def trailing_titles(case: Case) -> Book:
    """Something behind the title: the form's number, the money unit, the year."""
    marks = (
        "（公开01表）",
        "(单位：万元)",
        "（2）",
        "-公开04表",
        " 表5",
        "（万元）",
        "（附表7）",
        "（空表）",
        "（续）",
    )

    def leads(c: Case, f: Form) -> list[Lead]:
        mark = marks[f.number - 1] if f.number < 9 else f"（{c['year']} 年 度）"
        return [Lead(middle=f.table + mark), Lead(f"预算单位：{c['unit']}", right="计量单位：万元")]

    return written(case, leads)


@shape()
def before_a_dash(case: Case) -> Book:
    """「…局2023年度部门决算公开表—支出决算表」 and a number of the form in the next cell."""

    def leads(c: Case, f: Form) -> list[Lead]:
        title = f"{c['unit']}{c['year']}年度{c['kind']}决算公开表—{f.table}"
        return [Lead(title, right=f"公开{f.number:02}表"), Lead(right="货币单位：万元")]

    return written(case, leads, merge=False)


@shape()
def sheet_names_only(case: Case) -> Book:
    """The title only in the sheet's name (the printed one is a page header); cells begin with the headings."""
    book = Book(case)
    style = Style(lines=False)
    look = Look(lambda c, f: [Lead(f"部门名称：{c['unit']}", f"{c['year']}年", "单位：万元")], notes=remark_only)
    book.sheets(forms(case, style, TABLES), look, lambda f: f"{f.number}{f.table}")
    return book


@shape()
def money_unit_in_headings(case: Case) -> Book:
    """No 单位：万元 above the tables; 「决算数（万元）」, 「合计（万元）」 in the headings."""
    style = Style(head=lambda text: f"{text}（万元）" if text not in ("项目", "收入", "支出", "科目名称") else text)
    return written(case, lambda c, f: [Lead(middle=f.title), Lead(f"单位：{c['unit']}")], style)


@shape()
def stamped(case: Case) -> Book:
    """Rows above each title that are none: secrecy, number of the approval, print date, page; 填报日期 in the next
    year beside the unit's name."""

    def leads(c: Case, f: Form) -> list[Lead]:
        return [
            Lead("内部资料", right=f"第{f.number}页 共9页"),
            Lead("批复文号：×财决批〔2024〕12号", right="打印日期：2024-09-10"),
            Lead(middle=f.title),
            Lead(f"单位：{c['unit']}", f"填报日期：{c['year'] + 1}年9月10日", "单位：万元"),
            Lead(middle=f"{c['year']}年度"),
        ]

    return written(case, leads)


@shape()
def worded_money_units(case: Case) -> Book:
    """万元 stated in nine ways."""
    ways = (
        "单位:人民币万元",
        "金额单位：万元（保留两位小数）",
        "计量单位：万元",
        "单位（万元）",
        "单位：  万  元",
        "货币单位：人民币（万元）",
        "（单位：万元）",
        "单 位 ： 万 元",
        "金额单位:万元 币种：人民币",
    )
    return written(case, lambda c, f: under(c, f.title, unit=ways[f.number - 1]))


def in_yuan(value: Decimal | None, _at: Address) -> Value:
    """An amount in 元."""
    return None if value is None else float(value * 10_000)


@shape(cases=("000",))
def money_unit_in_next_cell(case: Case) -> Book:
    """「金额单位：」 and 「元」 in neighbouring cells."""
    book = written(case, lambda c, f: [Lead(middle=f.title), Lead("金额单位：", right="")], Style(amount=in_yuan))
    for sheet in book.workbook.worksheets:
        sheet["B2"] = "元"
    return book


@shape(cases=("000",))
def money_unit_on_cover(case: Case) -> Book:
    """The money unit stated once for all tables, on the cover."""
    book = Book(case)
    book.text_sheet("封面", [[f"{case['year']}年度部门决算"], [f"单位名称：{case['unit']}"], ["金额单位：元"]])
    look = Look(lambda _c, f: [Lead(middle=f.title)], notes=remark_only)
    book.sheets(forms(case, Style(amount=in_yuan), TABLES), look, lambda f: f"表{f.number}")
    return book


@shape(cases=("000",))
def money_unit_below(case: Case) -> Book:
    """「单位：元」 at the foot of each table."""
    book = Book(case)

    def foot(_case: Case, form: Form) -> list[str]:
        return [*remark_only(_case, form), "单位：元"]

    look = Look(lambda _c, f: [Lead(middle=f.title)], notes=foot)
    book.sheets(forms(case, Style(amount=in_yuan), TABLES), look, lambda f: f"表{f.number}")
    return book


@shape()
def title_twice(case: Case) -> Book:
    """Each title twice, one under the other, the second with its number."""
    return written(case, lambda c, f: under(c, f.title, f"公开{f.number:02}表 {f.title}"))


@shape(cases=("000",))
def mixed_units(case: Case) -> Book:
    """Three tables in 元, six in 万元, each saying so."""
    yuan = {T2, T5, T6}

    def amount(value: Decimal | None, at: Address) -> Value:
        return None if value is None else float(value * (10_000 if at[0] in yuan else 1))

    return written(
        case,
        lambda c, f: under(c, f.title, unit="金额单位：元" if f.table in yuan else "金额单位：万元"),
        Style(amount=amount),
    )


@shape()
def far_away(case: Case) -> Book:
    """Tables that start at BA200, with nothing before."""
    book = Book(case)
    for form in forms(case, Style(codes="three", lines=False), TABLES):
        book.place(book.sheet(f"Sheet{form.number}"), form, Look(notes=remark_only), 200, 53)
    return book


@shape(r"表7!A1 .*隐藏|隐藏", r"《支出决算表》出现了不止一次.*“表3”", r"《收入支出决算总表》出现了不止一次.*“表1”")
def drafts(case: Case) -> Book:
    """Older figures of two tables in a hidden sheet before and a visible copy after the tables."""
    older = Style(amount=lambda value, _at: None if value is None else float(value) + 100)
    book = Book(case)
    drafts_ = {f.table: f for f in forms(case, older, TABLES)}
    for table in (T1, T3):
        _draft(book, f"{table}草稿", drafts_[table])
    book.workbook[f"{T1}草稿"].sheet_state = "hidden"
    book.sheets(forms(case, Style(), TABLES), Look(notes=remark_only), lambda f: f"表{f.number}")
    book.workbook.move_sheet(f"{T3}草稿", 10)
    return book


def _draft(book: Book, name: str, form: Form) -> None:
    rows = [[c._replace(at=None) if c else None for c in row] for row in form.rows]
    book.place(book.sheet(name), replace(form, rows=rows), Look())


@shape()
def english_sheets(case: Case) -> Book:
    """English sheet names, bilingual titles."""
    book = Book(case)

    def leads(c: Case, f: Form) -> list[Lead]:
        return under(c, f"{ENGLISH[f.number - 1]} (FY{c['year']})\n{f.table}")

    book.sheets(
        forms(case, Style(), TABLES), Look(leads, notes=remark_only), lambda f: f"{f.number} {ENGLISH[f.number - 1]}"
    )
    return book


@shape()
def contents_above(case: Case) -> Book:
    """All tables on one sheet under a list of contents; every table ends with a sentence that quotes other titles."""
    book = Book(case)
    sheet = book.sheet("公开表")
    sheet["A1"] = f"{case['year']}年度{case['unit']}决算公开"
    row = _contents(sheet, 3)

    def quoting(_case: Case, form: Form) -> list[str]:
        return [*([form.remark] if form.remark else []), "数据来源：部门决算报表财决03表 支出决算表", "返回目录"]

    look = Look(lambda c, f: under(c, f"表{f.number}  {f.title}"), notes=quoting)
    for form in forms(case, Style(basic="two"), TABLES):
        row = book.place(sheet, form, look, row) + 2
    return book


def _contents(sheet: Worksheet, row: int) -> int:
    sheet.cell(row, 1, "目  录")
    for n, title in enumerate(TABLES, start=1):
        sheet.cell(row + n, 1, f"表{n}")
        sheet.cell(row + n, 2, title)
        sheet.cell(row + n, 5, f"{n}")
    return row + 12


@shape()
def printed_pages(case: Case) -> Book:
    """A converter repeats title (with 续表) and headings in the middle of the longer tables, as on printed pages."""
    return _paged(case, "（续表）", repeat_title=True)


@shape()
def repeated_headings(case: Case) -> Book:
    """Headings only appear again, without a title, after each page."""
    return _paged(case, "", repeat_title=False)


@shape()
def printed_pages_same_title(case: Case) -> Book:
    """The same with the very same title on each page."""
    return _paged(case, "", repeat_title=True)


def _paged(case: Case, mark: str, repeat_title: bool) -> Book:
    book = Book(case)
    again = Look(lambda c, f: under(c, f.title + mark) if repeat_title else [], notes=remark_only)
    for form in forms(case, Style(lines=False), TABLES):
        sheet = book.sheet(f"表{form.number}")
        cut = len(form.rows) * 2 // 3
        if form.table in (T7, T8, T9) or not all(map(has_figures, form.rows)):
            book.place(sheet, form, Look(notes=remark_only))
            continue
        row = book.place(sheet, replace(form, rows=form.rows[:cut], remark=None), Look(notes=remark_only))
        book.place(sheet, replace(form, rows=form.rows[cut:]), again, row + 1)
    return book


__all__ = ["T1", "T2", "remark_only", "under", "written"]
