"""Targets and actual values: read as written, never guessed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.forms.target import read
from tests.forms import published

#: Text → kind, comparison, value, unit.
NUMBERS = [
    ("≥22万人", "≥", 220_000, "人"),
    ("80分以上", "≥", 80, "分"),
    ("达95%以上", "≥", Fraction(95, 100), "%"),
    ("鉴定人数达 4,800 人次以上", "≥", 4800, "人次"),
    ("4,800人次", "=", 4800, "人次"),
    ("４，８００　人次", "=", 4800, "人次"),
    ("30万", "=", 300_000, ""),
    ("≤1‰", "≤", Fraction(1, 1000), "‰"),
    ("≤5个工作日", "≤", 5, "工作日"),
    ("5个工作日内", "≤", 5, "工作日"),
    ("7万以上", "≥", 70_000, ""),
    ("0", "=", 0, ""),
    ("10%以下", "≤", Fraction(1, 10), "%"),
    ("1,370.41元/人", "=", Fraction(137_041, 100), "元/人"),
    ("2,479件/套", "=", 2479, "件/套"),
    ("92.41万元", "=", 924_100, "元"),
    ("1.2亿元", "=", 120_000_000, "元"),
    ("3千人", "=", 3000, "人"),
    ("不低于95％。", "≥", Fraction(95, 100), "%"),
    ("不少于12次", "≥", 12, "次"),
    ("大于等于3次", "≥", 3, "次"),
    ("≥=3次", "≥", 3, "次"),
    ("不得超过10次", "≤", 10, "次"),
    ("控制在5%以内", "≤", Fraction(5, 100), "%"),
    ("<3起", "<", 3, "起"),
    ("超过50家", ">", 50, "家"),
    ("98.5", "=", Fraction(985, 10), ""),
    ("100%（全覆盖）", "=", 1, "%"),
    ("-5%", "=", Fraction(-5, 100), "%"),
    ("3个百分点", "=", Fraction(3, 100), "百分点"),
    ("60分(含)以上", "≥", 60, "分"),
    ("12个月", "=", 12, "月"),
]
#: Several numbers, vague or contradictory words, odd writing: a person has to read them.
UNREAD = [
    "≥60%且≤80%", "12333电话接通率82%", "1:3", "3/4", "约30万人", "6,900余万元", "100人左右", "未达95%",
    "4 800人", "4,80人",
    "1,2345", "≥10%以下", "400元-30%", "5,000-400元", "2023年1-12月", "2023.12", "2023年13月", "百分之九十五", "三千人",
    "完成了3次大型活动及若干小型活动",
]  # fmt: skip


@pytest.mark.parametrize(("text", "comparison", "value", "unit"), NUMBERS)
def test_number(text: str, comparison: str, value: Fraction | int, unit: str) -> None:
    found = read(text)
    assert (found.kind, found.comparison, found.value, found.unit) == ("number", comparison, value, unit)
    assert found.raw == text


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_definite_is_left_to_a_person(text: str) -> None:
    found = read(text, 2023)
    assert found.kind == "text"
    assert found.value is None
    assert found.reason


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("400-4,000元/人", 400, 4000, "元/人"),
        ("60%～80%", Fraction(6, 10), Fraction(8, 10), "%"),
        ("60-80%", Fraction(6, 10), Fraction(8, 10), "%"),
        ("3至5万人", 30_000, 50_000, "人"),
        ("3万-5万人", 30_000, 50_000, "人"),
    ],
)
def test_range(text: str, low: Fraction, high: Fraction, unit: str) -> None:
    found = read(text)
    assert (found.kind, found.value, found.high, found.unit) == ("range", low, high, unit)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023年12月", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023年12月31日", date(2023, 12, 31), date(2023, 12, 31)),
        ("2024 年 5 月 22 日", date(2024, 5, 22), date(2024, 5, 22)),
        ("2023-12-31", date(2023, 12, 31), date(2023, 12, 31)),
        ("2023年6月底前完成", date(2023, 6, 1), date(2023, 6, 30)),
        ("12月底前", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023年底前", date(2023, 12, 31), date(2023, 12, 31)),
        ("2023年上半年", date(2023, 1, 1), date(2023, 6, 30)),
        ("第三季度", date(2023, 7, 1), date(2023, 9, 30)),
        ("2023年", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023年2月下旬", date(2023, 2, 21), date(2023, 2, 28)),
    ],
)
def test_date(text: str, first: date, last: date) -> None:
    found = read(text, 2023)
    assert found.kind == "date"
    assert found.period is not None
    assert (found.period.first, found.period.last) == (first, last)


def test_a_date_without_a_year_needs_the_forms_year() -> None:
    assert read("12月底前").kind == "text"


@pytest.mark.parametrize("text", ["有效推进", "一定程度提升", "逐年提高", "合格", "零投诉"])
def test_quality(text: str) -> None:
    assert (read(text).kind, read(text).words) == ("quality", text)


@pytest.mark.parametrize(
    ("text", "kind"), [("无", "none"), (" 无 ", "none"), ("", "blank"), (None, "blank"), ("—", "blank")]
)
def test_nothing(text: str | None, kind: str) -> None:
    assert read(text).kind == kind


def test_fall_and_rise_are_told_apart() -> None:
    assert (read("较上年下降5%").change, read("增长5%以上").change, read("5%").change) == ("减", "增", "")


def test_everything_published_is_read() -> None:
    cells = [t for c in published.CASES for f in published.forms(c) for i in f.indicators for t in (i.target, i.actual)]
    assert len(cells) > 300
    assert [t for t in cells if not read(t).readable] == []


UNITS = ["人", "人次", "个", "元", "元/人", "家", "件/套", "%", "‰", "分", "工作日", ""]
PREFIXES = {
    "": "=",
    "≥": "≥",
    ">=": "≥",
    "≤": "≤",
    "不低于": "≥",
    "不超过": "≤",
    "＞": ">",
    "小于": "<",
    "达": "=",
    "正确率达": "=",
}
POWERS = {"": 1, "万": 10_000, "千": 1000, "亿": 10**8}
WIDE = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789.,%"}


@given(
    whole=st.integers(0, 10**9),
    tail=st.text("0123456789", max_size=4),
    prefix=st.sampled_from(sorted(PREFIXES)),
    power=st.sampled_from(sorted(POWERS)),
    unit=st.sampled_from(UNITS),
    grouped=st.booleans(),
    wide=st.booleans(),
    space=st.sampled_from(["", " ", "\u3000"]),
)
def test_however_written_the_same_value(
    whole: int, tail: str, prefix: str, power: str, unit: str, grouped: bool, wide: bool, space: str
) -> None:
    if unit in ("%", "‰", "分", "工作日"):
        power = ""
    digits = (f"{whole:,}" if grouped else str(whole)) + (f".{tail}" if tail else "")
    text = f"{prefix}{space}{digits}{space}{power}{unit}"
    found = read(text.translate(WIDE) if wide else text)
    if found.kind == "date" or found.reason.startswith("既像日期"):
        return
    divisor = {"%": 100, "‰": 1000}.get(unit, 1)
    assert found.kind == "number"
    assert found.value == Fraction(f"{whole}.{tail}" if tail else whole) * POWERS[power] / divisor
    assert (found.comparison, found.unit, found.decimals) == (PREFIXES[prefix], unit, len(tail))


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    found = read(text, 2023)
    assert found.raw == text
    assert (found.kind == "text") == bool(found.reason)
    assert (found.value is not None) == (found.kind in ("number", "range"))


@given(st.text("0123456789,.%‰万人次≥≤>-~至以上下内达约余 年月日", max_size=14))
def test_texts_of_number_signs_never_lose_a_number(text: str) -> None:
    """A number read is one that stands in the text, and the only one unless it is a range or a date."""
    import re

    found = read(text, 2023)
    if found.kind == "number":
        # ASCII commas group digits; what is left are separate numbers.
        assert len(re.findall(r"[\d,.]*\d", text)) == 1
