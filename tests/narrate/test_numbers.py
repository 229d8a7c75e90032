"""Amounts and percentages as text, against exact decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.narrate.numbers import decimal, half_up, money, percent


@pytest.mark.parametrize(("fen", "grouped", "text"), [
    (1_728_500_000, True, "1,728.5万元"), (1_728_500_000, False, "1728.5万元"), (0, True, "0万元"),
    (2_400_000, True, "2.4万元"), (12_000_000, False, "12万元"), (-30_000, False, "-0.03万元"),
    (15_000, False, "0.02万元"), (1_200, False, "0.001万元"), (84_317_150_000, True, "84,317.15万元"),
])
def test_money(fen: int, grouped: bool, text: str) -> None:
    assert money(fen, grouped=grouped) == text


@pytest.mark.parametrize(("share", "text"), [
    (Fraction(1), "100%"), (Fraction(479, 500), "95.8%"), (Fraction(0), "0%"), (Fraction(1, 3), "33.3%"),
    (Fraction(1, 10_000), "0.01%"), (Fraction(9995, 10_000), "100%"), (Fraction(9985, 10_000), "99.9%"),
])
def test_percent(share: Fraction, text: str) -> None:
    assert percent(share) == text


@given(st.integers(-10**15, 10**15), st.integers(1, 10**9), st.integers(0, 4))
def test_half_up_as_exact_decimals_do(numerator: int, denominator: int, places: int) -> None:
    exact = Fraction(numerator, denominator) * 10**places
    nearest = half_up(numerator * 10**places, denominator)
    assert abs(nearest - exact) <= Fraction(1, 2)
    if abs(nearest - exact) == Fraction(1, 2):
        assert abs(nearest) > abs(exact)


@given(st.integers(10_000, 10**13))
def test_money_is_the_amount_to_two_places(fen: int) -> None:
    shown = Decimal(money(fen, grouped=True).removesuffix("万元").replace(",", ""))
    assert shown == (Decimal(fen) / 1_000_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = money(fen, grouped=False)
    assert "," not in text
    assert "." not in text or not text.removesuffix("万元").endswith("0")


@given(st.integers(1, 10**6))
def test_what_is_not_zero_never_shows_as_zero(numerator: int) -> None:
    assert decimal(numerator, 10**6, 1) != "0"
