"""Writers that imitate what accountants type: text amounts, odd sheets, other orders, other wordings."""

from __future__ import annotations

from decimal import Decimal

from .book import Book, Lead, Look
from .cases import T1, T2, T3, T4, T5, T6, T7, T8, T9, TABLES, Address, Case
from .forms import forms
from .reshape import with_blank_rows, with_gap
from .style import Form, Style, Value, without_prefix

DEBT = ("债务还本支出", "债务付息支出", "抗疫特别国债安排的支出")
SHUFFLED = (T5, T1, T9, T3, T7, T2, T6, T8, T4)
REORDERED = {T2: (0, 6, 3, 1, 2, 5, 4), T3: (0, 2, 1, 5, 4, 3), T5: (0, 2, 1), T8: (0, 2, 1)}
_WIDE = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")
_BLANKS = ("-", "—", "/", None, "\u00a0")


def _step(at: Address) -> int:
    """A number from an address, the same in every run."""
    return sum(part for part in at if isinstance(part, int))


def _text_amount(value: Decimal | None, at: Address) -> Value:
    if value is None:
        return _BLANKS[_step(at) % len(_BLANKS)]
    text = f"{value:,.2f}"
    return text + "\u00a0" if _step(at) % 3 == 0 else text


def _wide_amount(value: Decimal | None, at: Address) -> Value:
    if value is None:
        return ("－", None, "——", "\u3000")[_step(at) % 4]
    return f"{value:,.2f}".translate(_WIDE)


def _indent(code: str | None, name: str) -> str:
    return "\u3000" * ((len(code) - 3) // 2 if code else 0) + name


def _not_debt(item: str) -> bool:
    return item not in DEBT


def _remark_only(_case: Case, form: Form) -> list[str]:
    return [form.remark] if form.remark else []


def nameless_sheets(case: Case) -> Book:
    """Sheet1…Sheet9 in odd order, titles only in cells; between them a cover, a 目录 that names every table, notes, two
    budget tables with similar words and figures, and a list of offices: none of those is one of the nine."""
    book = Book(case)
    year, unit = case["year"], case["unit"]
    book.text_sheet(
        "封面", [[], [], [None, None, f"{year}年度{unit}{case['kind']}决算"], [None, None, f"{year + 1}年8月"]]
    )
    contents: list[list[Value]] = [[f"{n}、{title}", n] for n, title in enumerate(TABLES, start=1)]
    book.text_sheet("目录", [["目录"], *contents])
    look = Look(_titled, notes=_remark_only)
    for form in forms(case, Style(lines=False), SHUFFLED):
        book.place(book.sheet(f"Sheet{form.number * 4 % 9 + 1}"), form, look)
        if form.number == 3:
            book.text_sheet("Sheet10", _budget_summary(case))
        if form.number == 6:
            book.text_sheet("Sheet11", _budget_by_code(case))
    book.text_sheet(
        "情况说明", [[f"一、{year}年度收入支出决算总体情况"], ["收入支出决算总表、收入决算表、支出决算表见附表。"]]
    )
    book.text_sheet("科室", [["科室", "楼层", "人数"], ["办公室", 3, 6], ["财务科", 3, 4], ["业务科", 5, 11]])
    return book


def _titled(case: Case, form: Form) -> list[Lead]:
    return [Lead(middle=f"{case['year']}年度{form.title}"), Lead(f"单位：{case['unit']}", right="单位：万元")]


def _budget_summary(case: Case) -> list[list[Value]]:
    return [
        [f"{case['year']}年部门收支预算总表"],
        [f"单位：{case['unit']}", None, None, "单位：万元"],
        ["收入", None, "支出", None],
        ["项目", "预算数", "项目", "预算数"],
        ["一、一般公共预算拨款收入", 1012.5, "一、一般公共服务支出", None],
        ["二、政府性基金预算拨款收入", None, "八、社会保障和就业支出", 905.25],
        ["三、其他收入", 88.75, "九、卫生健康支出", 196.0],
        ["本年收入合计", 1101.25, "本年支出合计", 1101.25],
    ]


def _budget_by_code(case: Case) -> list[list[Value]]:
    return [
        [f"{case['year'] + 1}年一般公共预算支出预算表"],
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        [None, "合计", 1012.5, 700.5, 312.0],
        ["208", "社会保障和就业支出", 816.5, 504.5, 312.0],
        ["210", "卫生健康支出", 196.0, 196.0, None],
    ]


def hand_typed(case: Case) -> Book:
    """Typed from paper: no 行次 or 栏次, title in C3, nothing merged, blank rows and a blank column, amounts as text
    with thousands separators, "-", "—", "/" or a non-breaking blank for nothing, codes as numbers."""
    book = Book(case)

    def leads(case: Case, form: Form) -> list[Lead]:
        return [Lead(form.title), Lead(f"部门:{case['unit']}", right="单位:万元"), Lead()]

    style = Style(lines=False, amount=_text_amount, code=int, basic="two", total="合 计", notes=False)
    look = Look(leads, merge_title=False, merge_heads=False, borders=False, notes=_remark_only)
    for form in forms(case, style, TABLES):
        book.place(book.sheet(f"{form.number}{form.title[:6]}"), with_blank_rows(with_gap(form), 5), look, 3, 3)
    return book


def hand_typed_full_width(case: Case) -> Book:
    """Typed with the input method in full width: digits, commas, points and minus signs; titles spaced out."""
    book = Book(case)

    def leads(case: Case, form: Form) -> list[Lead]:
        return [Lead(), Lead(middle="\u3000".join(form.title)), Lead(right="金额单位：\u3000万元")]

    style = Style(
        lines=False,
        amount=_wide_amount,
        code=lambda code: code.translate(_WIDE),
        total="合\u3000\u3000计",
        notes=False,
        name=lambda _code, name: f"\u00a0{name}\u00a0",
    )
    book.sheets(forms(case, style, TABLES), Look(leads, notes=_remark_only), lambda f: f"表（{f.number}）")
    return book


def total_last(case: Case) -> Book:
    """合计 as the last row, codes as numbers, names indented by full-width blanks."""
    book = Book(case)
    style = Style(total_last=True, code=int, name=_indent, total="合\u3000计", lines=False)
    book.sheets(forms(case, style, TABLES), Look(notes=_remark_only), lambda f: f"{f.title}（{f.number}）")
    return book


def budget_columns(case: Case) -> Book:
    """The two summary tables with 年初预算数 and 全年预算数 before 决算数 (only the last counts), without the lines for
    debt and 抗疫特别国债 and without line numbers."""
    book = Book(case)
    style = Style(budgets=("年初预算数", "全年预算数"), keep_item=_not_debt, lines=False)
    book.sheets(forms(case, style, TABLES), Look(), lambda f: f"决算{f.number:02}")
    return book


def no_prefix(case: Case) -> Book:
    """Functional lines by bare names, 「社会保障和就业支出」, without the debt lines; three panels without borders."""
    book = Book(case)
    style = Style(item=without_prefix, keep_item=_not_debt, lines=False)
    book.sheets(forms(case, style, TABLES), Look(_titled, borders=False, notes=_remark_only), lambda f: f.table[-10:])
    return book


def bracket_prefix(case: Case) -> Book:
    """Functional lines numbered 「（八）社会保障和就业支出」, income lines too; 行次 and 栏次 are there."""

    def bracketed(item: str) -> str:
        bare = without_prefix(item)
        return f"（{item[: -len(bare) - 1]}）{bare}" if bare != item else item

    book = Book(case)
    book.sheets(forms(case, Style(item=bracketed), TABLES), Look(), lambda f: f"({f.number}){f.title}")
    return book


def zeros_reordered(case: Case) -> Book:
    """0.00 in every blank cell, 项目支出 before 基本支出, income sources in another order, headings broken over lines
    and spaced out."""

    def zero(value: Decimal | None, _at: Address) -> Value:
        return float(value or 0)

    def broken(text: str) -> str:
        if len(text) == 2:
            return f"{text[0]}  {text[1]}"
        return f"{text[:4]}\n{text[4:]}" if len(text) > 4 else text

    book = Book(case)
    style = Style(amount=zero, order=REORDERED, head=broken, lines=False, total="合  计")
    look = Look(money_format="#,##0.00;-#,##0.00;0.00")
    book.sheets(forms(case, style, TABLES), look, lambda f: f"公开{f.number}")
    return book


def _empty_remarks(_case: Case, form: Form) -> list[str]:
    what = {T7: "政府性基金预算财政拨款收入支出", T8: "国有资本经营预算财政拨款支出"}.get(form.table)
    if form.remark is None or what is None:
        return form.notes
    return [*form.notes[:1], f"备注：本单位当年无{what}，故本表为空表。"]


def empty_tables_bare(case: Case) -> Book:
    """The empty 基金 and 国资 tables end with their headings; below stands 「本单位当年无…」."""
    book = Book(case)
    book.sheets(
        forms(case, Style(empty="none"), TABLES), Look(notes=_empty_remarks), lambda f: f"公开{f.number:02} {f.title}"
    )
    return book


def empty_tables_word(case: Case) -> Book:
    """The empty tables hold one row with 「（空表）」, and the remark below."""
    book = Book(case)
    style = Style(empty="word", codes="levels", code_head="科目编码", public="pairs")
    book.sheets(forms(case, style, TABLES), Look(notes=_empty_remarks), lambda f: f"附件1-{f.number}")
    return book
