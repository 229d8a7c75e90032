"""The slip behind a figure, by its digits."""

from __future__ import annotations

import pytest

from juesuan.causes.slip import NONE, OMITTED, STRONG, WEAK, slip, text
from tests.causes.synth import fen

STEP = 10_000


@pytest.mark.parametrize(
    ("stated", "right", "rank", "kind", "note"),
    [
        (-573.19, 573.19, STRONG, "sign", "正负号相反"),
        (5731919, 573.19, STRONG, "unit", "万元误填为元(×10000)"),
        (5.73, 57319.25, STRONG, "unit", "重复折算为万元(÷10000)"),
        (5731.9, 573.19, STRONG, "digits", "小数点错位(×10)"),
        (57.32, 573.19, STRONG, "digits", "小数点错位(÷10)"),
        (100, 10, WEAK, "digits", "小数点错位(×10)"),
        (537.19, 573.19, STRONG, "digits", "数字顺序颠倒 573.19/537.19"),
        (913.57, 573.91, NONE, "value", ""),
        (593.71, 573.91, WEAK, "digits", "数字顺序颠倒 573.91/593.71"),
        (57.19, 573.19, STRONG, "digits", "漏录一位数字 573.19/57.19"),
        (5733.19, 573.19, STRONG, "digits", "多录一位数字 573.19/5733.19"),
        (578.19, 573.19, WEAK, "digits", "一位数字录错 573.19/578.19"),
        (None, 573.19, OMITTED, "value", "漏填"),
        (573.19, None, NONE, "value", "不应有数"),
        (470.34, 573.19, NONE, "value", ""),
        (-3, 8, NONE, "value", ""),
    ],
)
def test_slip(stated: float | None, right: float | None, rank: int, kind: str, note: str) -> None:
    found = slip(fen(stated), fen(right), STEP)
    assert (found.rank, found.kind, found.note) == (rank, kind, note)


def test_text_follows_the_unit() -> None:
    assert text(fen(573.19), STEP) == "573.19"
    assert text(573_190, 1) == "5731.90"
    assert text(None, 1) == "空"
