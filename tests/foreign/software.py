"""Writers that imitate what reporting software exports."""

from __future__ import annotations

from decimal import Decimal

from openpyxl.utils import get_column_letter

from .book import Book, Lead, Look, Spot
from .cases import T1, T2, T3, T4, T5, T6, T7, T8, T9, TABLES, Address, Case
from .forms import forms
from .live import with_caches, with_formulas
from .reshape import hide_rows, widen_amounts, without_figures
from .style import Form, Row, Style, Value

HUNAN_ORDER = (T1, T2, T3, T4, T5, T6, T9, T7, T8)
HUNAN_TITLES = {T6: "一般公共预算财政拨款基本支出决算表", T9: "一般公共预算财政拨款“三公”经费支出决算表"}


def _software_leads(case: Case, form: Form) -> list[Lead]:
    return [
        Lead(middle=form.title),
        Lead(right=f"公开{form.number:02}表"),
        Lead(f"部门：{case['unit']}", right="金额单位：万元"),
    ]


def software_export(case: Case) -> Book:
    """Export of reporting software: sheets 「GK01 收入支出决算总表(财决公开01表)」 (cut at 31 characters), merged
    headings, 行次 and 栏次, three code columns 类 款 项 whose full code stands in the first, merged over all three."""
    book = Book(case)
    style = Style(codes="three", code_head="功能分类科目编码", amount_head="金额")
    book.sheets(
        forms(case, style, TABLES),
        Look(_software_leads),
        lambda f: f"GK{f.number:02} {f.title}(财决公开{f.number:02}表)",
    )
    return book


def software_pieces(case: Case) -> Book:
    """Another export: the code in its parts 208 | 05 | 02 over three columns, 表号 at the left, sheets Z01…"""

    def leads(case: Case, form: Form) -> list[Lead]:
        return [
            Lead(f"公开{form.number:02}表"),
            Lead(middle=f"{form.title}（{case['year']}年）"),
            Lead(f"编制单位：{case['unit']}", right="单位：万元"),
        ]

    book = Book(case)
    style = Style(codes="pieces", code_head="支出功能分类科目编码", basic="two")
    book.sheets(forms(case, style, TABLES), Look(leads), lambda f: f"Z{f.number:02}")
    return book


def merged_pieces(case: Case) -> Book:
    """Code parts in three columns, 类 and 款 written once and merged down over the rows below them."""
    book = Book(case)
    style = Style(codes="pieces", code_head="科目代码", merge_codes=True, lines=False)
    book.sheets(forms(case, style, TABLES), Look(), lambda f: f"公开{f.number:02}")
    return book


def hunan_order(case: Case) -> Book:
    """三公 as table 07 (「一般公共预算财政拨款“三公”经费…」), 基金 08, 国资 09; titles 「某单位2021年度…」,
    no printed formulas."""

    def leads(case: Case, form: Form) -> list[Lead]:
        return [
            Lead(f"公开{form.number:02}表"),
            Lead(middle=form.title),
            Lead(f"{case['kind']}：{case['unit']}", f"{case['year']}年度", "金额单位：万元"),
        ]

    def remark(_case: Case, form: Form) -> list[str]:
        return [*form.notes[:1], *([form.remark] if form.remark else [])]

    book = Book(case)
    style = Style(
        code_head="支出功能分类科目代码",
        titles=HUNAN_TITLES,
        title=lambda c, title: f"{c['unit']}{c['year']}年度{title}",
        basic="two",
    )
    book.sheets(forms(case, style, HUNAN_ORDER), Look(leads, notes=remark), lambda f: f"{f.number}.{f.table}")
    return book


def yuan(case: Case) -> Book:
    """The same figures in 元 with two decimals (×10,000), 金额单位：元, sheet names with the year in front."""

    def leads(case: Case, form: Form) -> list[Lead]:
        return [Lead(middle=form.title), Lead(f"单位名称：{case['unit']}", f"公开{form.number:02}表", "金额单位：元")]

    def in_yuan(value: Decimal | None, _at: Address) -> Value:
        return None if value is None else float(value * 10_000)

    book = Book(case)
    look = Look(leads, notes=lambda _case, form: [form.remark] if form.remark else [])
    style = Style(amount=in_yuan)
    book.sheets(forms(case, style, TABLES), look, lambda f: f"{case['year']}年{f.title}")
    return book


def merged_hidden(case: Case) -> Book:
    """Merged cells everywhere: each amount over two columns, full codes by level merged down; blank lines and the
    款 rows of table 5 hidden; hidden helper columns with numbers beside the tables."""

    def hidden(form: Form) -> Form:
        def is_group(row: Row) -> bool:
            return any(cell is not None and cell.kind == "code" and len(str(cell.value or "")) == 5 for cell in row)

        return hide_rows(form, is_group if form.table == T5 else without_figures)

    book = Book(case)
    style = Style(codes="levels", code_head="功能分类科目编码", merge_codes=True)
    for form in forms(case, style, TABLES):
        sheet = book.sheet(form.title)
        wide = hidden(widen_amounts(form)) if form.table in (T1, T2, T3, T4, T5) else widen_amounts(form)
        book.place(sheet, wide, Look())
        _helper_columns(book, sheet.title, sum(column.width for column in wide.columns) + 2, len(form.rows))
    return book


def _helper_columns(book: Book, name: str, column: int, rows: int) -> None:
    """Two hidden columns of somebody's checks beside a table: differences and last year's figures."""
    sheet = book.workbook[name]
    sheet.cell(4, column, "校对")
    sheet.cell(4, column + 1, "上年")
    for n in range(min(rows, 12)):
        for step, value in enumerate((0.0, round(12.35 + 7.11 * n, 2))):
            cell = sheet.cell(6 + n, column + step, value)
            cell.number_format = "0.00"
            book.decoys.add(Spot(name, cell.coordinate))
    for step in range(2):
        sheet.column_dimensions[get_column_letter(column + step)].hidden = True


def formulas_uncached(case: Case) -> Book:
    """Totals that are right are live =SUM(…) formulas without cached values, as a program writes them."""
    book = Book(case)
    book.sheets(forms(case, Style(), TABLES), Look(), lambda f: f.title)
    with_formulas(book)
    return book


def formulas_stale(case: Case) -> Book:
    """Totals as formulas whose cached values are partly from before the last correction (calculation was off)."""
    book = Book(case)
    style = Style(codes="none", name=lambda code, name: f"{code} {name}")
    book.sheets(forms(case, style, TABLES), Look(), lambda f: f"表{f.number}")
    with_caches(book, with_formulas(book), stale_every=4)
    return book
