"""X-26: a department's figure against the sum of its units: holding, breaking, and the edge of rounding."""

from __future__ import annotations

import pytest

from juesuan.amount import parse
from juesuan.bureau.totals import Totals, compare
from juesuan.catalogue import load
from juesuan.refs import Ref
from juesuan.statements import Line, Statement, StatementSet

TABLE, CELL = "收支总表", ("事业收入", "决算数")


def account(amount: str | None) -> StatementSet:
    """An account with one figure."""
    read = parse(amount, "万元") if amount else None
    figures = {CELL: read} if read else {}
    statement = Statement(TABLE, "万元", (Line(CELL[0], "", CELL[0]),), (CELL[1],), figures)
    return StatementSet("某部门", "部门", "", 2023, {TABLE: statement})


def verdict(stated: str | None, *units: str | None) -> str:
    totals = Totals()
    for number, amount in enumerate(units):
        totals.add_account(str(number), account(amount))
    agree, found = compare(account(stated), totals)
    assert agree + len(found) <= 1
    return found[0].verdict if found else "holds" if agree else ""


@pytest.mark.parametrize(
    ("stated", "units", "expected"),
    [
        ("30.00", ("10.00", "20.00"), "holds"),
        ("30.50", ("10.00", "20.00"), "breaks"),
        ("30.01", ("10.00", "20.00"), "rounding"),  # 0.005 × 3 = 0.015
        ("30.02", ("10.00", "20.00"), "breaks"),
        ("0.02", ("0.01", None, "0.00"), "rounding"),
        ("30.00", (), "breaks"),
        (None, ("10.00",), "breaks"),
    ],
)
def test_the_sum_of_the_units(stated: str | None, units: tuple[str | None, ...], expected: str) -> None:
    assert verdict(stated, *units) == expected


def test_the_allowance_grows_with_the_number_of_units_that_state_the_figure() -> None:
    units = ["1.00"] * 27
    assert verdict("27.14", *units) == "rounding"  # 0.005 × 28
    assert verdict("27.15", *units) == "breaks"
    assert verdict("27.02", "27.00", *[None] * 26) == "breaks"


def test_what_is_told_of_a_difference() -> None:
    totals = Totals()
    totals.add_account("1", account("10.00"))
    totals.add_account("2", account("20.00"))
    before = compare(account("25.00"), totals)[1][0]
    assert (before.stated, before.expected, before.verdict) == (25_000_000, 30_000_000, "breaks")
    assert Ref(TABLE, *CELL) == before.ref


def test_the_rule_is_in_the_catalogue() -> None:
    rule = load().declared("X-26")
    assert rule.severity == "fatal"
    assert "所属单位" in rule.title
