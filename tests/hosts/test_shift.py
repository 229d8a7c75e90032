"""Shared formulas move with their cell; date serials become moments."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from juesuan.book import cell_name
from juesuan.hosts import serial
from juesuan.hosts.shift import shift

REFERENCE = st.builds(
    lambda a, c, b, r: f"{a}{cell_name(0, c)[:-1]}{b}{r + 1}",
    st.sampled_from(["", "$"]), st.integers(0, 16000), st.sampled_from(["", "$"]), st.integers(0, 1_000_000),
)  # fmt: skip
OPERAND = st.one_of(
    REFERENCE,
    st.builds(lambda a, b: f"{a}:{b}", REFERENCE, REFERENCE),
    st.sampled_from(["A:C", "$B:D", "3:7", "$2:9", "'A1 表'!B3", "收入!C4", '"A1""B2"', "1.5", "LOG10(A1)"]),
    st.sampled_from(["合计A1", "1E5", "TRUE", "A1B2", "ABCD12"]),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(OPERAND, min_size=1, max_size=4), st.integers(0, 300), st.integers(0, 300))
def test_shared_formulas_move_as_openpyxl_moves_them(operands: list[str], down: int, right: int) -> None:
    formula = "+".join(operands)
    place = cell_name(10 + down, 10 + right)
    expected = Translator("=" + formula, origin="K11").translate_formula(place)[1:]
    assert shift(formula, (10, 10), (10 + down, 10 + right)) == expected


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1", "#REF!"),
        ("B2+$A$1", "A1+$A$1"),
        ("Table1[[#This Row],[A2]]*B2", "Table1[[#This Row],[A2]]*A1"),
        ("[1]Sheet1!B2", "[1]Sheet1!A1"),
        ("ABC1_x+TAX20241x+B2", "ABC1_x+TAX20241x+A1"),
        ("Sheet1:Sheet3!B2", "Sheet1:Sheet3!A1"),
        ("SUM(B2,\"B2\",'B2'!B2)", "SUM(A1,\"B2\",'B2'!A1)"),
        ("B:C+2:3", "A:B+1:2"),
    ],
)
def test_shifting_up_and_left(formula: str, moved: str) -> None:
    assert shift(formula, (5, 5), (4, 4)) == moved


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", "date"), ("[$-804]上午/下午h:mm", "date"), ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", ""),
        ("0.00E+00", ""),
        ('0"days"', ""), ("[h]:mm:ss", "elapsed"), ("General", ""), ('General"年"', ""), ("[DBNum2]General", ""),
        ("@", ""),
        ('yyyy"年"m"月"d"日";@', "date"), ("[Red]0.00", ""), ("_-* #,##0.00_-", ""),
    ],
)  # fmt: skip
def test_format_codes_that_show_dates(code: str, kind: str) -> None:
    assert serial.kind(code) == kind


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (1.0, dt.datetime(1900, 1, 1)), (59.0, dt.datetime(1900, 2, 28)), (61.0, dt.datetime(1900, 3, 1)),
        (0.5, dt.time(12)), (2958465.0, dt.datetime(9999, 12, 31)), (-1.0, -1.0), (1e308, 1e308),
        (float("inf"), float("inf")),
        (45366.99999999999, dt.datetime(2024, 3, 16)),
    ],
)  # fmt: skip
def test_serials(number: float, moment: object) -> None:
    assert serial.moment(number, "date", False) == moment


def test_serials_that_are_no_number_stay() -> None:
    assert repr(serial.moment(float("nan"), "date", False)) == "nan"
    for base1904 in (False, True):
        assert serial.moment(2958465.999999999, "date", base1904) == 2958465.999999999
