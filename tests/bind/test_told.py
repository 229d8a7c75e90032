"""What cannot be known is told with its place, and nothing that rests on it is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from juesuan.book import CannotRead, cell_place
from juesuan.hosts.read import read_book
from juesuan.validation import Validation, examine
from tests.foreign.book import Book, Lead, Look
from tests.foreign.cases import T1, T2, T3, T4, T5, T6, T7, T8, T9, TABLES, Case, load
from tests.foreign.forms import forms
from tests.foreign.style import Cell, Column, Form, Style
from tests.published import BREAKS, ROUNDING
from tests.test_published import arithmetic

from .codes import PLAIN, reshaped
from .expect import KEYS, bound, expected, told, unmatched
from .reshape import decoy, reheaded, renamed, split_at, text_row, with_column, with_rows
from .titles import remark_only, under, written


def validated(book: Book, folder: Path) -> Validation:
    """The validation of a written workbook."""
    path = folder / "外来.xlsx"
    book.save(path)
    return examine(read_book(path))


def check(case: Case, found: Validation, *patterns: str, lost: Iterable[str] = (), judged: bool = False) -> None:
    """Figures of all tables but ``lost`` are bound, no finding is wrong, and exactly ``patterns`` are told.

    Without ``judged`` something must have been left unjudged.
    """
    kept = {k: v for k, v in expected(case).items() if k[0] not in {KEYS[t] for t in lost}}
    assert {k: v for k, v in bound(found.binding).items() if k in kept} == kept
    assert arithmetic(found.report) <= BREAKS[case["case"]] | ROUNDING[case["case"]]
    assert (found.report.counts.not_evaluated == 0) == judged
    assert unmatched(told(found.report), patterns) == ([], [])


CASE = load("003")


def test_one_column_of_grants(tmp_path: Path) -> None:
    """Table 4 with 合计 only on the side of expenditure: the three funds are not there, which is told."""

    def change(form: Form) -> Form:
        keep = [n for n, c in enumerate(form.columns) if "预算" not in c.path[-1]]
        return replace(form, columns=[form.columns[n] for n in keep], rows=[[r[n] for n in keep] for r in form.rows])

    found = validated(reshaped(CASE, change, only=(T4,)), tmp_path)
    check(
        CASE,
        found,
        *(f"支出方没有找到栏“{f}财政拨款”" for f in ("一般公共预算", "政府性基金预算", "国有资本经营预算")),
        lost=[T4],
    )
    assert ("财拨总表", "208", "合计") in bound(found.binding)


@pytest.mark.parametrize("unit", ["千元", "百元", "亿元"])
def test_other_money_units(unit: str, tmp_path: Path) -> None:
    """千元 and the like are neither 元 nor 万元."""
    book = written(CASE, lambda c, f: under(c, f.title, unit=f"单位：{unit if f.table == T3 else '万元'}"))
    check(CASE, validated(book, tmp_path), f"《支出决算表》金额单位“{unit}”不是元或万元", lost=[T3])


def test_two_money_units(tmp_path: Path) -> None:
    """A title that says 元 above a row that says 万元."""
    book = written(CASE, lambda c, f: under(c, f"{f.title}（元）" if f.table == T2 else f.title))
    check(CASE, validated(book, tmp_path), "《收入决算表》金额单位写了元、万元几种", lost=[T2])


def test_no_money_unit_among_several(tmp_path: Path) -> None:
    """One table says nothing where some tables are in 元 and others in 万元."""
    said = {T2: "单位：元", T4: ""}
    book = written(
        CASE,
        lambda c, f: under(c, f.title, unit=said.get(f.table, "单位：万元")),
        Style(amount=lambda v, at: None if v is None else float(v) * (10_000 if at[0] == T2 else 1)),
    )
    found = validated(book, tmp_path)
    assert (
        "表4!A1 《财政拨款收入支出决算总表》没有写明金额单位，其他表有用元的、有用万元的，这张表没有参加校验"
        in told(found.report)
    )
    assert not [k for k in bound(found.binding) if k[0] == "财拨总表"]


def test_table_without_total_row(tmp_path: Path) -> None:
    """合计 left out: the relations with it are not judged."""

    def change(form: Form) -> Form:
        return replace(form, rows=form.rows[1:])

    found = validated(reshaped(CASE, change, only=(T3,)), tmp_path)
    check(CASE, found, lost=[T3])
    assert any("没有找到行“合计”" in f.detail for f in found.report.findings if f.verdict == "not_evaluated")


def test_another_year_in_one_title(tmp_path: Path) -> None:
    """One title left from last year."""
    book = written(CASE, lambda c, f: under(c, f"{c['year'] - (f.table == T5)}年度{f.title}"))
    found = validated(book, tmp_path)
    check(CASE, found, "年度不一致：2022、2023", judged=True)
    assert found.report.year == 2023


def test_no_titles(tmp_path: Path) -> None:
    """Neither titles nor sheet names: three tables with the same headings cannot be told apart, the others are."""
    book = Book(CASE)
    look = Look(lambda c, f: [Lead(f"单位：{c['unit']}", right="单位：万元")], notes=lambda _c, _f: [])
    book.sheets(forms(CASE, PLAIN, TABLES), look, lambda f: f"Sheet{f.number}")
    known = [KEYS[t] for t in (T1, T2, T3, T4, T6, T7, T9)]
    patterns = [f"没有表题，按表头认作《{t}" for t in (T1, T2, T3, T4, T6, T7, T9)]
    found = validated(book, tmp_path)
    assert set(found.binding.tables) == set(known)
    check(
        CASE,
        found,
        *patterns,
        "没有找到《一般公共预算财政拨款支出决算表》",
        "没有找到《国有资本经营",
        "Sheet5!A1 .*没有表题，像《一般公共预算财政拨款支出决算表》、《国有资本",
        "Sheet8!A1 .*没有表题",
        lost=[T5, T8],
    )


def test_budget_table_is_not_taken_for_a_missing_table(tmp_path: Path) -> None:
    """A budget table with the headings of a missing table has a title of its own."""
    book = Book(CASE)
    look = Look(
        lambda c, f: under(c, f"{c['year'] + 1}年一般公共预算支出预算表" if f.table == T5 else f.title),
        notes=remark_only,
    )
    book.sheets(forms(CASE, PLAIN, TABLES), look, lambda f: f"Sheet{f.number}")
    found = validated(book, tmp_path)
    check(CASE, found, "没有找到《一般公共预算财政拨款支出决算表》", "工作表“Sheet5”不是九张公开表", lost=[T5])


def test_title_without_table(tmp_path: Path) -> None:
    """A title over headings that mean nothing."""

    def change(form: Form) -> Form:
        return reheaded(form, lambda c: ("栏甲",) if c.kind == "amount" else c.path)

    found = validated(reshaped(CASE, change, only=(T2,)), tmp_path)
    check(
        CASE,
        found,
        "表2!A1 有《收入决算表》的表题，但下面的表头和行认不出来",
        "没有找到《收入决算表》",
        "“表2”不是九张公开表",
        lost=[T2],
    )


def test_two_columns_alike(tmp_path: Path) -> None:
    """Two columns headed 决算数 on one side: neither is taken."""

    def change(form: Form) -> Form:
        return with_column(form, 1, Column(("收入", "决算数"), "decoy"), decoy(3.5))

    found = validated(reshaped(CASE, change, only=(T1,)), tmp_path)
    check(CASE, found, "有 2 栏都是“决算数”", "收入方没有找到栏“决算数”", "的栏“收入”", lost=[T1])
    assert ("收支总表", "本年支出合计", "决算数") in bound(found.binding)


def test_hidden_column_of_older_figures(tmp_path: Path) -> None:
    """The same where one of the two is hidden: the visible one is meant, the hidden one is told."""

    def change(form: Form) -> Form:
        return with_column(form, 1, Column(("收入", "决算数"), "decoy"), decoy(3.5))

    book = reshaped(CASE, change, only=(T1,))
    book.workbook["表1"].column_dimensions["B"].hidden = True
    check(CASE, validated(book, tmp_path), "B 列被隐藏", "的栏“收入—决算数”", judged=True)


def test_amounts_merged_over_rows(tmp_path: Path) -> None:
    """An amount merged over the rows of two codes says of neither that it is meant."""
    book = reshaped(CASE, lambda f: f)
    sheet = book.workbook["表3"]
    spot = next(s for at, s in book.figures.items() if at == (T3, "rows", 2, "values", 1))
    sheet.merge_cells(f"{spot.cell}:{spot.cell[0]}{int(spot.cell[1:]) + 1}")
    found = validated(book, tmp_path)
    check(CASE, found, f"{spot.cell} 金额格合并在 20502、2050201 几行之间", lost=[T3])
    assert {k for k in expected(CASE) if k not in bound(found.binding)} == {
        ("支出决算表", "20502", "基本支出"),
        ("支出决算表", "2050201", "基本支出"),
    }


def test_class_of_another_time_with_a_figure(tmp_path: Path) -> None:
    """A 类 that the dictionary does not have carries a figure: told, and the sum over the 类 is not judged."""

    def change(form: Form) -> Form:
        at = split_at(form, "支出")
        row = [Cell(None, c.kind) for c in form.columns]
        row[at], row[at + 1] = Cell("三十、本级专项支出"), Cell(12.5, "decoy")
        return with_rows(form, [(23, row)])  # type: ignore[list-item]

    found = validated(reshaped(CASE, change, only=(T1,)), tmp_path)
    check(CASE, found, "支出方的行“三十、本级专项支出”不认识", lost=[T1])


def test_name_nobody_knows(tmp_path: Path) -> None:
    """A row without code and with a name of its own making, with figures."""

    def change(form: Form) -> Form:
        return renamed(form, lambda text: "本级自设的科目" if text == "学前教育" else text)

    found = validated(reshaped(CASE, change, replace(PLAIN, codes="none"), (T3,)), tmp_path)
    assert unmatched(told(found.report), ["《支出决算表》行“本级自设的科目”不认识"]) == ([], [])
    assert not [row for row in arithmetic(found.report) if row[0].startswith("T3") and row[-1] == "breaks"]


def test_figures_beside_and_below(tmp_path: Path) -> None:
    """Numbers right of and below a table are nobody's figures and are told."""
    book = reshaped(CASE, lambda f: f)
    sheet: Worksheet = book.workbook["表3"]
    row = sheet.max_row
    sheet["M9"], sheet[f"B{row + 2}"], sheet[f"D{row + 2}"] = 12.34, "核对差额", 0.5
    check(
        CASE,
        validated(book, tmp_path),
        "表3!M9 《支出决算表》第 M 列",
        f"表3!D{row + 2} 《支出决算表》表下的行“核对差额”",
        judged=True,
    )


def test_second_total_row(tmp_path: Path) -> None:
    """合计 above and again below the rows."""

    def change(form: Form) -> Form:
        return with_rows(form, [(len(form.rows), text_row(form, "合计", 99.5))])

    found = validated(reshaped(CASE, change, only=(T3,)), tmp_path)
    check(CASE, found, "《支出决算表》第 \\d+ 行又一个“合计”", judged=True)


def test_copies_of_other_levels(tmp_path: Path) -> None:
    """All nine tables for the 部门 and again for the 单位 on further sheets: the first are taken, the others told."""
    book = written(CASE)
    other = forms(CASE, Style(amount=lambda v, _at: None if v is None else float(v) / 2), TABLES)
    for form in other:
        rows = [[c._replace(at=None) if c else None for c in row] for row in form.rows]
        book.place(book.sheet(f"单位{form.number}"), replace(form, rows=rows), Look())
    patterns = [f"单位{n}!.*《.*》出现了不止一次，只校验“表{n}”" for n in range(1, 10)]
    check(CASE, validated(book, tmp_path), *patterns, judged=True)


def test_several_offices_without_a_total(tmp_path: Path) -> None:
    """三公 with a row for each office and none for the whole."""

    def change(form: Form) -> Form:
        form = with_column(form, 0, Column(("单位",), "name"), lambda _n, _row: Cell("局机关"))
        return with_rows(form, [(1, [Cell("二级单位"), *(Cell(0.35, "decoy") for _ in form.columns[1:])])])

    found = validated(reshaped(CASE, change, only=(T9,)), tmp_path)
    check(
        CASE, found, "有几行数，不知道哪一行是合计", "的行“局机关”不在校验之内", "的行“二级单位”不在校验之内", lost=[T9]
    )
    assert not [k for k in bound(found.binding) if k[0] == "三公表"]


def test_continued_on_another_sheet(tmp_path: Path) -> None:
    """The second page of a table on a sheet of its own, 「（续）」: told."""
    book = Book(CASE)
    for form in forms(CASE, PLAIN, TABLES):
        look = Look(lambda c, f: under(c, f.title), notes=remark_only)
        if form.table != T3:
            book.place(book.sheet(f"表{form.number}"), form, look)
            continue
        cut = len(form.rows) // 2
        book.place(book.sheet("表3"), replace(form, rows=form.rows[:cut]), look)
        book.place(book.sheet("表3续"), replace(form, rows=form.rows[cut:], title=f"{form.title}（续）"), look)
    found = validated(book, tmp_path)
    check(CASE, found, "表3续!A1 《支出决算表》接在另一张工作表“表3续”", "没有找到《支出决算表》", lost=[T3])


def test_flat_list_of_figures(tmp_path: Path) -> None:
    """A consolidation's flat list (table, code, column, amount) is no set of the nine tables."""
    book = Book(CASE)
    rows: list[list[object]] = [["表名", "科目编码", "栏目", "金额"]]
    rows += [[t, c or "合计", k, v / 1_000_000] for (t, c, k), v in expected(CASE).items()]
    book.text_sheet("汇总", rows)  # type: ignore[arg-type]
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(CannotRead, match="没有找到任何一张决算公开表"):
        examine(read_book(tmp_path / "x.xlsx"))


#: What people type into an amount cell → the 分 it is read as (None where it is no amount), and what is told.
TYPED: list[tuple[str | bool, int | None, str]] = [
    ("12.5万", None, "“12.5万”不是金额"),
    ("约3.2", None, "“约3.2”不是金额"),
    ("1,2345.6", None, "千分位"),
    ("5.00元", 500, "按写明的单位“元”"),
    ("12.50万元", 12_500_000, "按写明的单位“万元”"),
    ("3.50*", None, "“3.50\\*”不是金额"),
    ("3.5（含上年结转）", None, "不是金额"),
    ("#REF!", None, "#REF!"),
    (True, None, "逻辑值"),
    ("壹拾贰元", None, "不是金额"),
    ("(12.50)", -12_500_000, "括号作负数"),
    ("１２．５０", 12_500_000, "全角转半角"),
    ("12.50\n", 12_500_000, "去掉空格"),
    ("12。50", 12_500_000, "全角转半角"),
    ("12.5.0", None, "不是金额"),
    ("12.50%", None, "不是金额"),
    ("见附注", None, "不是金额"),
]


@pytest.mark.parametrize(("typed", "fen", "message"), TYPED, ids=lambda v: repr(v)[:20])
@pytest.mark.parametrize("table", [T1, T3, T6, T9])
def test_typed_amounts(table: str, typed: str | bool, fen: int | None, message: str, tmp_path: Path) -> None:
    """A figure typed oddly is either read and told, or told and kept out of every relation."""
    book = reshaped(CASE, lambda f: f)
    at, spot = next((a, s) for a, s in book.figures.items() if a[0] == table and book.workbook[s.sheet][s.cell].value)
    book.workbook[spot.sheet][spot.cell] = typed
    found = validated(book, tmp_path)
    assert unmatched(told(found.report), [f"{spot.sheet}!{spot.cell} .*{message}"]) == ([], [])
    ref = found.binding.refs[spot.sheet, *cell_place(spot.cell)]
    statement = found.binding.statements.tables[ref.table]
    amount = statement.figures.get((ref.line, ref.column))
    assert (amount.fen if amount else None) == fen
    assert ((ref.line, ref.column) in statement.unread) == (fen is None)
    assert at[0] == table
