"""Verdicts: what holds, what is rounding, what breaks, what could not be told, what does not apply."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.amount import Unit
from juesuan.catalogue import load
from juesuan.check import Checked
from juesuan.findings import Finding, Verdict
from juesuan.plan import Linear
from juesuan.statements import Statement, StatementSet
from juesuan.structure import live, outcomes
from tests.rules.build import account, checked, spec_of, statement, table, verdicts

S1, S2, S3, S4, S5, S6, S7, S8, S9 = (
    *("收支总表", "收入决算表", "支出决算表", "财拨总表", "一般公共预算支出表", "基本支出明细表"),
    *("政府性基金表", "国有资本经营表", "三公表"),
)
SOURCES = spec_of(S1).grouped["收入各项"]
Lines = dict[str, Any]


def made(name: str, given: Any, unit: Unit = "万元", **more: Any) -> Statement:
    return statement(name, table(name, given), unit, **more)


def of(*statements: Statement, **about: Any) -> StatementSet:
    return account({s.table: s for s in statements}, **about)


def verdict(rule: str, statements: StatementSet, prior: StatementSet | None = None) -> Verdict:
    """The verdict of a rule that has one instance."""
    (found,) = verdicts(checked(statements, prior), statements, rule)
    return found


def finding(rule: str, result: Checked) -> Finding:
    (found,) = (f for f in result.findings if f.rule == rule)
    return found


# --- rounding ---

cents = st.integers(0, 10**9).map(lambda n: f"{Decimal(n) / 100:.2f}")
blank_or_amount = st.one_of(st.just(""), st.just("0.00"), cents)


@given(st.lists(blank_or_amount, min_size=8, max_size=8), st.integers(-15, 15), st.booleans())
def test_a_total_may_differ_by_half_a_cent_for_each_figure(sources: list[str], off: int, blank_total: bool) -> None:
    """0.005 × (the non-blank addends + the total), the boundary included; a blank is an exact zero."""
    right = sum(Decimal(text or "0") for text in sources)
    total = "" if blank_total else str(right + Decimal(off) / 100)
    difference = abs(Decimal(total or "0") - right)
    allowed = Decimal("0.005") * (sum(text != "" for text in sources) + (total != ""))
    got = verdict("T1-01", of(made(S1, {**dict(zip(SOURCES, sources, strict=True)), "本年收入合计": total})))
    assert got == ("holds" if difference == 0 else "rounding" if difference <= allowed else "breaks")


@given(st.lists(st.integers(-(10**10), 10**10), min_size=1, max_size=8))
def test_a_true_account_that_was_rounded_never_breaks(yuan: list[int]) -> None:
    """Whatever 分 the books hold: their sum and its addends, each rounded by itself, are 相符 or 尾差."""

    def published(fen: int) -> str:
        return f"{round(Decimal(fen) / 1_000_000, 2):.2f}"

    lines = {key: published(fen) for key, fen in zip(SOURCES, yuan, strict=False)}
    assert verdict("T1-01", of(made(S1, {**lines, "本年收入合计": published(sum(yuan))}))) in ("holds", "rounding")


@given(cents, cents)
def test_a_bound_allows_what_rounding_may_hide(part: str, whole: str) -> None:
    excess = Decimal(part) - Decimal(whole)
    got = verdict("X-13", of(made(S4, {"年初财政拨款结转和结余": part}), made(S1, {"年初结转和结余": whole})))
    assert got == ("holds" if excess <= 0 else "rounding" if excess <= Decimal("0.01") else "breaks")


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=8), st.integers(-3, 3))
def test_in_yuan_everything_is_exact(fen: list[int], off: int) -> None:
    lines = {key: f"{Decimal(n) / 100:.2f}" for key, n in zip(SOURCES, fen, strict=False)}
    total = f"{Decimal(sum(fen) + off) / 100:.2f}"
    got = verdict("T1-01", of(made(S1, {**lines, "本年收入合计": total}, "元")))
    assert got == ("holds" if off == 0 else "breaks")


@pytest.mark.parametrize(
    ("total", "wanted"),
    [
        ("100.00", "holds"),
        ("100.01", "rounding"),
        ("100.0105", "breaks"),
        ("100.010", "rounding"),
        ("100.012", "breaks"),
    ],
)
def test_more_decimals_narrow_the_interval(total: str, wanted: Verdict) -> None:
    """100.0105 has four decimals: 0.00005 for itself and 0.005 for each of the two addends make 0.01005."""
    assert verdict("T1-01", of(made(S1, {"事业收入": "60.00", "其他收入": "40.00", "本年收入合计": total}))) == wanted


@pytest.mark.parametrize(
    ("summary", "detail", "wanted"),
    [
        (("120.00", "万元"), ("1200000.00", "元"), "holds"),
        (("120.00", "万元"), ("1200050.00", "元"), "rounding"),
        (("120.00", "万元"), ("1200050.01", "元"), "breaks"),
        (("1200000.00", "元"), ("120.00", "万元"), "holds"),
        (("1200000.01", "元"), ("1200000.00", "元"), "breaks"),
        (("120.00", "万元"), ("120.01", "万元"), "rounding"),
    ],
)
def test_tables_in_yuan_and_in_wan_are_compared_as_money(
    summary: tuple[str, Unit], detail: tuple[str, Unit], wanted: Verdict
) -> None:
    """An amount in 元 is exact; one in 万元 stands for 50 元 either way."""
    statements = of(
        made(S1, {"本年收入合计": summary[0]}, summary[1]), made(S2, [["合计", "合计", detail[0]]], detail[1])
    )
    assert verdict("X-01", statements) == wanted
    if wanted != "holds":
        assert finding("X-01", checked(statements)).unit == summary[1]


def test_a_finding_says_what_was_stated_expected_and_allowed() -> None:
    result = checked(of(made(S1, {"事业收入": "60.00", "其他收入": "", "本年收入合计": "64.00"})))
    found = finding("T1-01", result)
    assert (found.stated, found.expected, found.difference) == (64_000_000, 60_000_000, 4_000_000)
    assert found.allowed == 10_000  # the total and one addend; the blank adds nothing
    assert str(found.subject) == "收支总表[本年收入合计, 决算数]"
    assert [ref.line for ref in found.refs] == ["本年收入合计", "事业收入", "其他收入"]
    assert (found.severity, found.verdict, found.cells) == ("fatal", "breaks", ())


def test_a_total_missing_from_the_form_is_no_zero_and_a_detail_missing_is() -> None:
    lines = {"事业收入": "60.00", "本年收入合计": "60.00"}
    assert verdict("T1-01", of(made(S1, lines))) == "holds"
    assert verdict("T1-01", of(made(S1, {"事业收入": "60.00"}))) == "not_evaluated"
    assert verdict("T1-02", of(made(S1, {"本年收入合计": "60.00", "收入总计": "60.00"}))) == "holds"


# --- exact and percent ---


@given(st.integers(-5, 5))
def test_exact_rules_know_no_rounding(hundredths: int) -> None:
    statements = of(made(S1, {"其他收入": f"{Decimal(hundredths) / 100:.2f}"}))
    assert verdict("T1-08", statements) == ("holds" if hundredths >= 0 else "breaks")
    if hundredths < 0:
        assert finding("T1-08", checked(statements)).allowed == 0


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_percent_rules_break_only_where_no_true_values_fit(one: int, other: int) -> None:
    """X-25 allows 5 % of the larger one; stated figures stand for ± 0.005."""
    a, b = Fraction(one, 100), Fraction(other, 100)
    low, high = sorted((a, b))
    half = Fraction(5, 1000)
    possible = low + half >= (high - half) * Fraction(95, 100)
    statements = of(
        made(S6, {"30108": f"{Decimal(one) / 100:.2f}"}),
        made(S5, [["2080505", "机关事业单位基本养老保险缴费支出", "", f"{Decimal(other) / 100:.2f}"]]),
    )
    got = verdict("X-25", statements)
    if a == b:
        assert got == "holds"
    elif high - low <= 2 * half:
        assert got == "rounding"
    elif (high - low) * 100 <= high * 5:
        assert got == "holds"
    else:
        assert got == ("rounding" if possible else "breaks")


# --- what could not be told ---


def test_a_text_in_a_money_cell_is_never_zero() -> None:
    lines = {"事业收入": "60.00", "其他收入": "未定", "本年收入合计": "60.00"}
    result = checked(of(made(S1, lines)))
    found = finding("T1-01", result)
    assert found.verdict == "not_evaluated"
    assert "未定" in found.detail
    assert found.stated is None
    assert found.difference is None


def test_an_unreadable_cell_leaves_other_relations_alone() -> None:
    lines = {"其他收入": "未定", "本年收入合计": "60.00", "收入总计": "60.00"}
    statements = of(made(S1, lines))
    assert verdict("T1-01", statements) == "not_evaluated"
    assert verdict("T1-02", statements) == "holds"


def test_a_condition_that_cannot_be_read_leaves_its_relation_open() -> None:
    """X-16 applies where there is no other income; whether there is, an unreadable cell does not say."""
    others = (made(S1, {"本年收入合计": "50.00"}), made(S4, {"本年收入合计": "50.00"}), made(S7, []), made(S8, []))
    spent, given = [["合计", "合计", "56.00"]], [["合计", "合计", "50.00"]]
    both = (*others, made(S3, spent), made(S5, given))
    income = ["合计", "合计", "50.00", "50.00"]
    assert verdict("X-16", of(*both, made(S2, [income]))) == "breaks"
    assert verdict("X-16", of(*both, made(S2, [[*income, "", "6.00"]]))) == "not_applicable"
    assert verdict("X-16", of(*both, made(S2, [[*income, "", "约6"]]))) == "not_evaluated"
    # One condition is known to be false: the unreadable one no longer matters.
    assert verdict("X-16", of(*both, made(S2, [[*income, "1.00", "约6"]]))) == "not_applicable"
    # A table that a condition needs is missing.
    without = tuple(s for s in both if s.table != S4)
    assert verdict("X-16", of(*without, made(S2, [income]))) == "not_evaluated"
    assert verdict("X-16", of(*without, made(S2, [[*income, "", "6.00"]]))) == "not_applicable"


def test_any_of_a_group_may_be_unreadable() -> None:
    opening = {"年初财政拨款结转和结余": "12.00", "年初一般公共预算财政拨款": "若干"}
    assert verdict("T4-02", of(made(S4, opening))) == "not_evaluated"
    assert verdict("T4-02", of(made(S4, {**opening, "年初一般公共预算财政拨款": ""}))) == "not_applicable"


def test_a_missing_table_is_told_not_passed() -> None:
    result = checked(of(made(S1, {"本年收入合计": "60.00"})))
    found = finding("X-01", result)
    assert found.verdict == "not_evaluated"
    assert found.detail == "没有读到《收入决算表》"
    assert result.counts.not_evaluated > 0


def test_an_empty_fund_table_is_zero_and_a_missing_one_is_not() -> None:
    summary = made(S4, {"本年支出合计": {"政府性基金预算": "5.00"}})
    assert verdict("X-10.1", of(summary, made(S7, []))) == "breaks"
    assert verdict("X-10.1", of(summary)) == "not_evaluated"
    assert verdict("X-10.1", of(summary, made(S7, [["229", "其他支出", "", "", "5.00"]]))) == "not_evaluated"


def test_a_column_that_is_not_there() -> None:
    """A column the form does without is zero; where some column was not recognised, it may be the one missing."""
    rows, columns = [["合计", "合计", "60.00", "40.00", "20.00"]], ("本年支出合计", "基本支出", "项目支出")
    assert verdict("T3-01", of(made(S3, rows, columns=columns))) == "holds"
    assert verdict("T3-01", of(made(S3, rows, columns=columns, partial=True))) == "not_evaluated"
    assert verdict("T3-01", of(made(S3, rows, columns=columns[1:]))) == "not_evaluated"


# --- what does not apply ---


@pytest.mark.parametrize(
    ("nature", "wanted"), [("行政", "breaks"), ("参公", "breaks"), ("事业", "not_applicable"), ("", "not_applicable")]
)
def test_rules_for_one_kind_of_unit(nature: str, wanted: Verdict) -> None:
    assert verdict("T1-07", of(made(S1, {"结余分配": "1.20"}), nature=nature)) == wanted


def test_an_unknown_nature_is_told_where_it_matters() -> None:
    def told(amount: str, **about: str) -> dict[str, tuple[str, ...]]:
        return dict(checked(of(made(S1, {"结余分配": amount}), **about)).unchecked)

    reason = "单位性质（行政、参公、事业）没有填写"
    assert told("1.20")[reason] == ("T1-07",)
    assert reason not in told("0.00")
    assert reason not in told("1.20", nature="事业")
    assert reason not in told("1.20", kind="部门")


def test_last_years_account_is_asked_for() -> None:
    statements = of(made(S1, {"年初结转和结余": "20.00"}), made(S7, [["229", "其他支出", "4.00"]]))
    assert {"T1-09", "T7-05"} == set(checked(statements).unchecked["没有提供上年决算"])
    assert verdicts(checked(statements), statements, "T1-09") == ()


def test_last_years_account_is_compared_line_by_line() -> None:
    statements = of(made(S1, {"年初结转和结余": "20.00"}), made(S7, [["229", "其他支出", "4.00"]]))
    prior = of(made(S1, {"年末结转和结余": "20.00"}), made(S7, [["229", "其他支出", *[""] * 5, "4.40"]]), year=2022)
    result = checked(statements, prior)
    assert "没有提供上年决算" not in result.unchecked
    assert verdict("T1-09", statements, prior) == "holds"
    found = finding("T7-05", result)
    assert (found.stated, found.expected) == (4_000_000, 4_400_000)
    assert [ref.table for ref in found.refs] == ["政府性基金表", "上年政府性基金表"]


def test_last_years_account_without_the_table_leaves_the_rule_open() -> None:
    statements = of(made(S7, [["229", "其他支出", "4.00"]]))
    assert verdict("T7-05", statements, of(made(S1, {"年末结转和结余": "20.00"}))) == "not_evaluated"


def test_last_years_figures_are_not_checked_themselves() -> None:
    prior = of(made(S1, {"事业收入": "1.00", "本年收入合计": "9.00"}))
    statements = of(made(S1, {"事业收入": "9.00", "本年收入合计": "9.00"}))
    assert not [f for f in checked(statements, prior).findings if f.rule == "T1-01"]


def test_a_rule_out_of_its_years_is_left_out() -> None:
    late = of(made(S1, {"234": "5.00"}), made(S4, {"本年收入合计": ""}))
    assert verdict("T1-11.1", late) == "breaks"
    early = replace(late, year=2019)
    assert verdicts(checked(early), early, "T1-11.1") == ()
    unknown = replace(late, year=None)
    assert verdict("T1-11.1", unknown) == "breaks"


# --- counting ---

amount_texts = st.one_of(
    st.sampled_from(["", "", "0.00", "5.00", "-3.00", "12.34", "约5"]),
    st.integers(-500, 5000).map(lambda n: f"{Decimal(n) / 100:.2f}"),
)
some_codes = st.sampled_from(["合计", "208", "20801", "2080101", "2080150", "212", "2120801", "223"])
code_rows = st.lists(
    st.tuples(some_codes, st.lists(amount_texts, max_size=3)),
    max_size=6,
    unique_by=lambda row: row[0],
).map(lambda rows: [[code, "名称", *amounts] for code, amounts in rows])


@st.composite
def accounts(draw: st.DrawFn) -> StatementSet:
    """Any account: some tables missing, some cells blank or unreadable, nature known or not."""
    lines = st.dictionaries(st.sampled_from([*spec_of(S1).fixed]), amount_texts, max_size=8)
    appropriation = st.dictionaries(st.sampled_from([*spec_of(S4).fixed]), amount_texts, max_size=8)
    economic = st.dictionaries(st.sampled_from(["301", "30101", "30107", "302", "30231", "人员经费合计"]), amount_texts)
    three = st.dictionaries(st.sampled_from([*spec_of(S9).fixed]), amount_texts)
    wanted = {S1: lines, S4: appropriation, S6: economic, S9: three}
    given = {
        name: draw(wanted.get(name, code_rows))
        for name in (S1, S2, S3, S4, S5, S6, S7, S8, S9)
        if draw(st.integers(0, 9)) < 8
    }
    units = st.sampled_from(["万元", "万元", "元"])
    return of(
        *(made(name, content, draw(units)) for name, content in given.items()),
        nature=draw(st.sampled_from(["", "行政", "事业"])),
        kind=draw(st.sampled_from(["部门", "单位"])),
        year=draw(st.sampled_from([None, 2019, 2023])),
    )


@given(accounts(), st.none() | accounts())
def test_everything_is_counted_once(statements: StatementSet, prior: StatementSet | None) -> None:
    result = checked(statements, prior)
    plan, counts = result.plan, result.counts
    seen: Counter[str] = Counter(result.verdict(at) for at in range(len(plan.linears)))
    said = [outcome for _, outcome in (*outcomes(load(), plan, statements.year), *live(plan, statements))]
    seen.update("not_applicable" if s is None else "breaks" if s else "holds" for s in said)
    seen["not_evaluated"] += len(plan.gaps)
    seen["not_applicable"] += len(plan.idle)

    assert counts.applicable == counts.holds + counts.rounding + counts.breaks + counts.not_evaluated
    assert counts.applicable + counts.not_applicable == seen.total()
    shown = {name: getattr(counts, name) for name in ("holds", "rounding", "breaks", "not_evaluated", "not_applicable")}
    assert {name: n for name, n in shown.items() if n} == {name: n for name, n in seen.items() if n}
    # Whatever is not simply 相符 or 不适用 is shown, once.
    told = Counter(f.verdict for f in result.findings)
    assert told == Counter({v: seen[v] for v in ("rounding", "breaks", "not_evaluated") if seen[v]})
    assert len({f.id for f in result.findings}) == len(result.findings)


@given(accounts())
def test_no_relation_with_an_unreadable_figure_is_passed(statements: StatementSet) -> None:
    result = checked(statements)
    unread = {(s.table, line, column) for s in statements.tables.values() for line, column in s.unread}
    for at, linear in enumerate(result.plan.linears):
        if unread & {tuple(result.plan.variables[v]) for _, v in linear.left + linear.right}:
            assert result.verdict(at) in ("not_evaluated", "not_applicable")


@given(accounts())
def test_verdicts_follow_from_the_figures_alone(statements: StatementSet) -> None:
    """Every relation that was evaluated, worked out again in plain decimals."""
    result = checked(statements)
    for at, linear in enumerate(result.plan.linears):
        rule, outcome = result.plan.rules[linear.rule], result.verdict(at)
        if outcome in ("not_evaluated", "not_applicable") or rule.percent or linear.op not in ("=", "<=", ">="):
            continue
        assert outcome == worked_out(statements, result, linear, rule.tolerance == "exact"), rule.id


def worked_out(statements: StatementSet, result: Checked, linear: Linear, exact: bool) -> Verdict:
    difference = allowed = Decimal(0)
    for sign, side in ((1, linear.left), (-1, linear.right)):
        for factor, variable in side:
            ref = result.plan.variables[variable]
            read = statements.tables[ref.table]
            amount = read.figures.get((ref.line, ref.column))
            if amount is None:
                continue
            difference += sign * factor * Decimal(amount.fen) / 100
            if read.unit == "万元" and not exact:
                allowed += Decimal(50)
    excess = {"=": abs(difference), "<=": difference, ">=": -difference}[linear.op]
    return "holds" if excess <= 0 else "rounding" if excess <= allowed else "breaks"
