"""Figures of a text: whatever is written, with its value, span, unit and decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.narrative.compact import compact
from juesuan.narrative.figures import FEN, figures

MILLION = 1_000_000
numbers = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
units = st.sampled_from(["万元", "元", "亿元"])
words = st.text(st.sampled_from("年初预算支出为收入合计其中占比主要原因是一般公共，。：；（）“”"), max_size=12)


def read(text: str) -> list[tuple[str, int, str, int]]:
    return [(r.kind, r.value, r.unit, r.decimals) for r in figures(compact(text).text)]


@given(words, numbers, units, st.booleans(), st.integers(0, 2), st.sampled_from(["", " ", "\u3000", "\xa0"]))
def test_an_amount_in_any_spelling(
    before: str, number: Decimal, unit: str, grouped: bool, places: int, blank: str
) -> None:
    number = round(number, places)
    written = f"{number:,}" if grouped else str(number)
    text = f"{before}为{written}{blank}{unit}，下文"
    found = [r for r in figures(compact(text).text) if r.unit == unit]
    assert len(found) == 1
    assert found[0].value == number * FEN[unit]
    assert found[0].decimals == places
    start, end = compact(text).origin(found[0].start, found[0].end)
    assert text[start:end] == f"{written}{blank}{unit}"
    assert found[0].half == FEN[unit] * 5 // 10 ** (places + 1)


@given(words, st.decimals(min_value=0, max_value=10_000, places=2), st.sampled_from(["%", "％", " %"]))
def test_a_percentage(before: str, number: Decimal, sign: str) -> None:
    found = read(f"{before}占{number}{sign}。")
    assert found[-1] == ("percent", int(number * MILLION), "%", 2)


@given(st.text(max_size=200))
def test_any_text_is_read_without_complaint(text: str) -> None:
    packed = compact(text)
    at = 0
    for raw in figures(packed.text):
        assert at <= raw.start < raw.end <= len(packed.text)
        at = raw.end
        start, end = packed.origin(raw.start, raw.end)
        assert 0 <= start < end <= len(text)


@given(st.text(st.sampled_from("１２3.,， \u3000（）()“”三公经费年月日万元%\n"), max_size=60))
def test_spans_lead_back_to_the_original(text: str) -> None:
    packed = compact(text)
    for raw in figures(packed.text):
        start, end = packed.origin(raw.start, raw.end)
        assert (
            compact(text[start:end]).text.strip() == packed.text[raw.start : raw.end].strip() or " " in text[start:end]
        )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.社会保障和就业（类）支出 787.23 万元", [("amount", 787_230_000, "万元", 2)]),
        ("（1）购置费16.03万元；（2）运行费", [("amount", 16_030_000, "万元", 2)]),
        ("：1.职工非因工伤残；2.为单位提供", []),
        ("1. 2023年度支出", [("year", 2023, "年", 0)]),
        ("1.2023年支出", [("year", 2023, "年", 0)]),
        ("截至2023年12月31日，共有车辆2辆", [("year", 2023, "年", 0), ("count", 2 * MILLION, "辆", 0)]),
        ("（人社部发〔2023〕19号）", []),
        ("株人社发〔2020〕47 号", []),
        ("2080101行政运行（项）支出1万元", [("amount", MILLION, "万元", 0)]),
        ("增长百分之三十一点九", [("percent", 31_900_000, "%", 1)]),
        ("完成百分之百", [("percent", 100 * MILLION, "%", 0)]),
        ("下降2.3个百分点", [("point", 2_300_000, "%", 1)]),
        (
            "新增29.26万人、37.43万人次",
            [("count", 292_600 * MILLION, "万人", 2), ("count", 374_300 * MILLION, "万人次", 2)],
        ),
        (
            "一台公务用车，两名人员，十二辆",
            [("count", MILLION, "台", 0), ("count", 2 * MILLION, "名", 0), ("count", 12 * MILLION, "辆", 0)],
        ),
        ("结余-12.50万元", [("amount", -12_500_000, "万元", 2)]),
        ("400-4,000元/人", [("amount", 40_000 * 10, "元", 0)]),
        ("占比55.2，增长", [("amount", 55_200_000, "", 1)]),
        ("24批次250人次", [("count", 24 * MILLION, "批次", 0), ("count", 250 * MILLION, "人次", 0)]),
        ("得分为99.69分，分别", [("count", 99_690_000, "分", 2)]),
        ("≤1‰", [("percent", 100_000, "‰", 0)]),
        ("第3季度、T9表、QQ群2", [("amount", 2 * MILLION, "", 0)]),
    ],
)
def test_examples(text: str, expected: list[tuple[str, int, str, int]]) -> None:
    assert read(text) == expected
