"""Conditions on codes answered at once say what computing them cell by cell says, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.book import Value
from juesuan.cells.codes import outcome
from juesuan.cells.evaluate import Place, compute
from juesuan.cells.parse import parse
from juesuan.cells.values import Block

CONDITIONS = (
    "LEN($A2:$A$6)=3",
    "LEN($A2:$A$6)=LEN($A1)+2",
    'LEFT($A2:$A$6,LEN($A1))=$A1&""',
    "LEFT($A2:$A$6,LEN($A1))=$A1",
)
OTHERS = (
    "LEN(A1:A9)>3",
    "LEN(A1:B9)=3",
    "LEN(A1:A9)=2.5",
    'LEFT(A1:A9,3)="208"',
    "LEFT(A1:A9,LEN(B1:B2))=B1",
    "LEFT(A1:A9,LEN(B1))=C1",
    "LEN(A:A)=3",
)
CODES: list[Value] = [None, "", "208", "20805", "2080501", "210", "22", "ab", "AB", "２０８", 208.0, True]


@pytest.mark.parametrize("condition", CONDITIONS)
@given(st.lists(st.sampled_from(CODES), min_size=6, max_size=6))
def test_the_same_comes_of_computing(condition: str, codes: list[Value]) -> None:
    def lookup(place: Place) -> Value:
        return codes[place[1]]

    quick, slow = outcome(parse(condition), "S", lookup), compute(parse(condition), "S", lookup)
    assert isinstance(slow, Block)
    plain = all(code is None or (isinstance(code, str) and (code == "" or code.isdecimal())) for code in codes)
    if quick is None:
        assert not plain or "２０８" in codes or not codes[0]
    else:
        assert (quick.rows, quick.cols, list(quick.cells)) == (slow.rows, slow.cols, list(slow.cells))


@pytest.mark.parametrize("condition", OTHERS)
def test_anything_else_is_left_to_computing(condition: str) -> None:
    assert outcome(parse(condition), "S", lambda place: "208") is None
