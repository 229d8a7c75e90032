"""Further shapes: what converters and macros make of tables, and columns that other software adds."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from tests.foreign.book import Book, Look
from tests.foreign.cases import FUNCTIONAL, T1, T2, T3, T4, T5, T6, T7, T8, T9, TABLES, Case
from tests.foreign.forms import forms
from tests.foreign.style import Cell, Column, Form, Row, Style, without_prefix

from .basic import LIST, _matrix
from .codes import PLAIN, reshaped
from .reshape import decoy, reheaded, renamed, with_column
from .shapes import shape
from .titles import remark_only, under


@shape()
def broken_headings(case: Case) -> Book:
    """A converter broke long headings over two rows and merged nothing."""

    def halves(text: str) -> tuple[str, ...]:
        return (text[: len(text) // 2], text[len(text) // 2 :]) if len(text) > 5 else (text,)

    book = Book(case)
    look = Look(lambda c, f: under(c, f.title), notes=remark_only, merge_heads=False, borders=False)
    for form in forms(case, replace(PLAIN, flat=True), TABLES):
        if form.table in FUNCTIONAL:
            form = reheaded(form, lambda c: halves(c.path[-1]))
        book.place(book.sheet(f"Table {form.number}"), form, look)
    return book


@shape()
def office_columns(case: Case) -> Book:
    """单位编码 and 单位名称 before the codes in every row, as a consolidation writes them."""

    def change(form: Form) -> Form:
        form = with_column(form, 0, Column(("单位名称",), "name"), lambda _n, _row: Cell(case["unit"]))
        return with_column(form, 0, Column(("单位编码",), "code"), lambda _n, _row: Cell("101001", "code"))

    return reshaped(case, change)


@shape(
    r"《收入决算表》的栏“.*预算数”",
    r"《支出决算表》的栏“.*预算数”",
    r"《一般公共预算财政拨款支出决算表》的栏“.*预算数”",
    r"“完成率”",
)
def budget_groups(case: Case) -> Book:
    """Groups 年初预算数 and 决算数 with the same headings below each, and 完成率."""

    def change(form: Form) -> Form:
        first = next(n for n, c in enumerate(form.columns) if c.kind == "amount")
        heads = [c.path[-1] for c in form.columns[first:]]
        form = reheaded(form, lambda c: ("决算数", c.path[-1]) if c.kind == "amount" else c.path)
        for n, head in enumerate(heads):
            form = with_column(form, first + n, Column(("年初预算数", head), "decoy"), decoy(3.5 + n))
        return with_column(form, len(form.columns), Column(("完成率",), "decoy"), decoy(0.5))

    return reshaped(case, change, only=(T2, T3, T5))


@shape(r"工作表“公开10”、“公开11”不是九张公开表")
def further_tables(case: Case) -> Book:
    """The nine, and tables that some regions publish besides: 机构运行信息, 政府采购."""
    book = Book(case)
    book.sheets(forms(case, Style(), TABLES), Look(notes=remark_only), lambda f: f"公开{f.number:02}")
    for name, title in (("公开10", "机构运行信息决算表"), ("公开11", "政府采购支出决算表")):
        rows = [[title], ["项目", "行次", "统计数"], *([f"（{n}）项", n, 1.25 * n] for n in range(1, 9))]
        book.text_sheet(name, rows)  # type: ignore[arg-type]
    return book


@shape()
def three_across(case: Case) -> Book:
    """Three tables beside one another on each of three sheets."""
    book = Book(case)
    made = {f.table: f for f in forms(case, PLAIN, TABLES)}
    look = Look(lambda c, f: under(c, f.title), notes=remark_only)
    for n, tables in enumerate(((T1, T2, T3), (T4, T5, T6), (T7, T8, T9)), start=1):
        sheet, left = book.sheet(f"汇总{n}"), 2
        for table in tables:
            book.place(sheet, made[table], look, 2, left)
            left += len(made[table].columns) + 2
    return book


@shape()
def people_and_office_without_sum(case: Case) -> Book:
    """Basic spending with 人员经费 | 公用经费 as the only columns of figures."""

    def change(form: Form) -> Form:
        form = _matrix(case, form, ("科目编码", "科目名称"), True)
        rows: list[Row] = []
        for row in form.rows:
            figure = row[2]
            moved = [
                c._replace(at=figure.at) if c and figure and figure.at and c.kind == "decoy" else c for c in row[3:]
            ]
            moved = [c._replace(kind="amount") if c and c.at else c for c in moved]
            rows.append([*row[:2], *moved])
        return replace(form, columns=[*form.columns[:2], *form.columns[3:]], rows=rows)

    return reshaped(case, change, LIST, (T6,))


@shape()
def spread_columns(case: Case) -> Book:
    """A converter gave each column two or three sheet columns and merged nothing."""
    book = Book(case)
    look = Look(lambda c, f: under(c, f.title), notes=remark_only, merge_heads=False, merge_title=False, borders=False)
    for form in forms(case, PLAIN, TABLES):
        for n in reversed(range(1, len(form.columns))):
            form = with_column(form, n, Column((), "blank"), lambda _n, _row: Cell(None, "blank"))
            if any(None in row for row in form.rows):
                break
        book.place(book.sheet(f"page{form.number}"), form, look)
    return book


@shape()
def levels_in_names(case: Case) -> Book:
    """Names with their level in brackets and no codes: 社会保障和就业支出（类）; classes without 支出."""

    def named(code: str | None, name: str) -> str:
        return f"{name}（{'类款项'[(len(code) - 3) // 2]}）" if code and code[0] != "3" else name

    def short(item: str) -> str:
        return without_prefix(item)

    return reshaped(case, lambda f: f, replace(PLAIN, codes="none", name=named, item=short))


@shape()
def numbered_names(case: Case) -> Book:
    """Economic names numbered: 「一、工资福利支出」, 「1.基本工资」."""
    count = [0]

    def named(code: str | None, name: str) -> str:
        if not code or code[0] != "3":
            return name
        count[0] += 1
        return f"{'一二三四五六七八'[count[0] % 8]}、{name}" if len(code) == 3 else f"{count[0] % 30 + 1}.{name}"

    return reshaped(case, lambda f: f, replace(PLAIN, name=named))


def with_funds(case: Case) -> Case:
    """The case with rows in the two tables that are empty in all three accounts."""
    case = deepcopy(case)
    rows = [(None, "合计"), ("212", "城乡社区支出"), ("21208", "国有土地使用权出让收入安排的支出"),
            ("2120899", "其他国有土地使用权出让收入安排的支出")]  # fmt: skip
    values = ["10.50", "200.00", "180.25", "20.25", "160.00", "30.25"]
    case["tables"][T7]["rows"] = [{"code": c, "name": n, "values": values} for c, n in rows]
    rows = [(None, "合计"), ("223", "国有资本经营预算支出"), ("22399", "其他国有资本经营预算支出"),
            ("2239999", "其他国有资本经营预算支出")]  # fmt: skip
    case["tables"][T8]["rows"] = [{"code": c, "name": n, "values": ["8.75", None, "8.75"]} for c, n in rows]
    for table in (T7, T8):
        case["tables"][table].pop("remark", None)
    return case


__all__ = ["T1", "T4", "renamed", "with_funds"]
