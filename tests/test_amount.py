"""Amounts: what people type, the exact 分 it stands for, and the interval a rounded figure leaves open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.amount import (
    FEN_PER,
    HALF,
    LIMIT_FEN,
    Amount,
    Interval,
    NotAnAmount,
    Unit,
    decimals,
    from_float,
    is_blank,
    parse,
    show,
    to_decimal,
)

UNITS: tuple[Unit, ...] = ("万元", "元")
units = st.sampled_from(UNITS)
amounts = st.integers(-LIMIT_FEN, LIMIT_FEN)
FULL_WIDTH = str.maketrans("0123456789.,-()", "０１２３４５６７８９．，－（）")


def fen(value: object, unit: Unit = "万元") -> int:
    amount = parse(value, unit)
    assert amount is not None
    return amount.fen


# --- there and back ---


@given(amounts, units)
def test_what_is_shown_reads_back(value: int, unit: Unit) -> None:
    assert fen(show(value, unit), unit) == value
    assert to_decimal(value, unit) == Decimal(show(value, unit))


@given(amounts, units)
def test_reading_and_showing_again_changes_nothing(value: int, unit: Unit) -> None:
    shown = show(value, unit)
    assert show(fen(shown, unit), unit) == shown
    assert len(shown.partition(".")[2]) == max(2, decimals(value, unit))


@given(amounts, units)
def test_full_width_separators_brackets_and_blanks_mean_the_same(value: int, unit: Unit) -> None:
    grouped = f"{Decimal(show(abs(value), unit)):,}"
    bracketed = f"({grouped})" if value < 0 else grouped
    for text in (grouped, bracketed, grouped.translate(FULL_WIDTH), f"\u3000{grouped}\u00a0", f"{grouped}{unit}"):
        signed = text if value >= 0 or text == bracketed else f"－{text.strip()}"
        assert fen(signed, unit) == value, signed


@given(st.integers(-(LIMIT_FEN // 10_000), LIMIT_FEN // 10_000))
def test_a_double_gives_back_every_amount_of_two_decimals(hundredths: int) -> None:
    """A numeric cell holds the nearest double; no 0.01 may be lost or gained, up to the limit, in either unit."""
    assert from_float(hundredths / 100, "万元") == Amount(hundredths * 10_000, HALF["万元"])
    assert from_float(float(show(hundredths, "元")), "元") == Amount(hundredths, 0)


@given(st.integers(-LIMIT_FEN, LIMIT_FEN))
def test_a_double_gives_back_every_amount_in_yuan(value: int) -> None:
    assert from_float(value / 100, "元").fen == value


def test_the_noise_of_doubles_is_not_a_decimal() -> None:
    assert parse(0.1 + 0.2, "万元") == Amount(300_000, 5_000)
    assert parse(573.1899999999999, "万元") == Amount(573_190_000, 5_000)


@given(st.lists(st.integers(-(10**12), 10**12), max_size=40), units)
def test_sums_are_exact(values: list[int], unit: Unit) -> None:
    assert sum(fen(show(v, unit), unit) for v in values) == sum(values)


# --- how people write amounts ---


@pytest.mark.parametrize(
    ("text", "value", "changed"),
    [
        ("573.19", 573_190_000, "文本型数字"),
        ("5", 5_000_000, "文本型数字"),
        ("5.", 5_000_000, "文本型数字"),
        (".5", 500_000, "文本型数字"),
        ("+5", 5_000_000, "文本型数字"),
        ("−5", -5_000_000, "文本型数字、全角转半角"),
        ("（1,234.50）", -1_234_500_000, "文本型数字、全角转半角、括号作负数、去掉千分位"),
        ("１，２３４．５０", 1_234_500_000, "文本型数字、全角转半角、去掉千分位"),
        ("12\u00a0345.6", 12_345_600_000, "文本型数字、去掉空格"),
        ("'12.30", 12_300_000, "文本型数字"),
        ("￥12.30", 12_300_000, "文本型数字、全角转半角"),
        ("3.5万元", 3_500_000, "文本型数字、全角转半角、按写明的单位“万元”"),
        ("3500元", 350_000, "文本型数字、全角转半角、按写明的单位“元”"),
    ],
)
def test_texts_are_read_and_what_was_changed_is_told(text: str, value: int, changed: str) -> None:
    amount = parse(text, "万元")
    assert amount is not None
    assert (amount.fen, amount.changed) == (value, changed)


def test_a_numeric_cell_has_nothing_to_tell() -> None:
    assert parse(573.19, "万元") == parse(Decimal("573.19").__float__(), "万元") == Amount(573_190_000, 5_000, "")
    assert parse(12, "元") == Amount(1_200, 0, "")


@pytest.mark.parametrize("blank", [None, "", " ", "\u3000\u00a0", "-", "--", "—", "——", "－", "/", "无", "…"])
def test_blanks(blank: object) -> None:
    assert is_blank(blank)
    assert parse(blank, "万元") is None


@pytest.mark.parametrize("not_blank", [0, 0.0, "0", "0.00", "零", False, "－5"])
def test_what_is_not_blank(not_blank: object) -> None:
    assert not is_blank(not_blank)


def test_a_printed_zero_is_an_amount() -> None:
    assert parse("0.00", "万元") == Amount(0, 5_000, "文本型数字")
    assert parse(0, "万元") == Amount(0, 5_000)
    assert parse(-0.0, "元") == Amount(0, 0)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        1e308,
        -1e308,
        10**400,
        2.1e9,
        "1e308",
        "nan",
        "inf",
        "9" * 400,
        True,
        False,
        dt.datetime(2023, 12, 31),
        dt.date(2023, 12, 31),
        dt.time(12),
        dt.timedelta(days=1),
        "2023-12-31",
        "2023年",
        "约100",
        "12,34.5",
        "1,2345",
        "1.2.3",
        "--5",
        "(-5)",
        "5-",
        "5%",
        "#DIV/0!",
        "=1+1",
        "万元",
        "20.00①",
        "5²",
        "½",
        "٣",
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse(value, "万元")
    assert str(refused.value)


@given(st.text(max_size=20))
def test_any_text_is_an_amount_a_blank_or_refused(text: str) -> None:
    try:
        amount = parse(text, "万元")
    except NotAnAmount:
        return
    assert amount is None or abs(amount.fen) <= LIMIT_FEN


@given(st.floats())
def test_any_double_is_an_amount_or_refused(value: float) -> None:
    try:
        amount = from_float(value, "万元")
    except NotAnAmount:
        assert not abs(value) < LIMIT_FEN / FEN_PER["万元"]
        return
    assert abs(to_decimal(amount.fen, "万元") - Decimal(value)) <= Decimal("0.0000005") + abs(Decimal(value)) / 2**52


# --- rounding ---


@given(st.integers(-(10**12), 10**12))
def test_the_interval_of_a_rounded_figure_holds_the_true_value(true: int) -> None:
    """Whatever 元 and 分 the account has, its figure in 万元 with two decimals covers it."""
    published = fen(str(round(to_decimal(true, "万元"), 2)))
    assert abs(true - published) <= HALF["万元"]


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("12", 5_000),
        ("12.5", 5_000),
        ("12.50", 5_000),
        ("12.345", 500),
        ("1.3456", 50),
        ("1.34567", 5),
        ("1.345678", 0),
    ],
)
def test_more_decimals_leave_less_open(text: str, half: int) -> None:
    amount = parse(text, "万元")
    assert amount is not None
    assert amount.half == half


@given(amounts)
def test_yuan_is_exact(value: int) -> None:
    assert from_float(value / 100, "元").half == 0


@given(*[st.integers(-1000, 1000)] * 4, st.integers(-3, 3))
def test_intervals(a: int, b: int, c: int, d: int, factor: int) -> None:
    one, other = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    assert one + other == Interval(one.low + other.low, one.high + other.high)
    assert one.scaled(factor) == Interval(*sorted((one.low * factor, one.high * factor)))
    assert one.meets(other) == bool(set(range(one.low, one.high + 1)) & set(range(other.low, other.high + 1)))
    assert one.meets(other) == other.meets(one)


def test_decimals_shown() -> None:
    assert show(573_190_000, "万元") == "573.19"
    assert show(-1, "万元") == "-0.000001"
    assert show(5_000_000, "万元") == "5.00"
    assert show(5_000_000, "万元", least=0) == "5"
    assert show(100, "元") == "1.00"
    assert show(-5, "元") == "-0.05"
    assert [decimals(v, "万元") for v in (0, 5_000_000, 10_000, 12_300, 1)] == [0, 0, 2, 4, 6]
