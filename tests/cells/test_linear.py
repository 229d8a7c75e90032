from __future__ import annotations

from fractions import Fraction

import pytest

from juesuan.book import Value, cell_name
from juesuan.cells.evaluate import Place
from juesuan.cells.linear import linear
from juesuan.cells.parse import parse

CODES = {8: "201", 9: "20101", 10: "2010101", 11: "2010102", 12: "208", 13: "20801", 7: "201"}


def lookup(place: Place) -> Value:
    return CODES.get(place[1]) if place[0] == "S" and place[2] == 0 else None


def read(formula: str) -> dict[str, int | Fraction] | None:
    """Coefficients by "C8", or "表!C8" off the own sheet; "" for the constant."""
    found = linear(parse(formula), "S", lookup)
    if found is None:
        return None
    names = {}
    for place, factor in found.items():
        name = "" if place is None else cell_name(place[1], place[2])
        names[name if place is None or place[0] == "S" else f"{place[0]}!{name}"] = factor
    return names


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("C8", {"C8": 1}),
        ("SUM(C8:D9)", {"C8": 1, "D8": 1, "C9": 1, "D9": 1}),
        ("SUM(C8,C9,C8,2)", {"C8": 2, "C9": 1, "": 2}),
        ("SUM((C8,C9))+SUM(C10-C11)", {"C8": 1, "C9": 1, "C10": 1, "C11": -1}),
        ("C8+C9-(C10-C11)*2", {"C8": 1, "C9": 1, "C10": -2, "C11": 2}),
        ("-(C8+1)/3", {"C8": Fraction(-1, 3), "": Fraction(-1, 3)}),
        ("--C8%", {"C8": Fraction(1, 100)}),
        ("2*3*C8", {"C8": 6}),
        ("C8-C8", {}),
        ("'收入 表'!C5+C8", {"收入 表!C5": 1, "C8": 1}),
        ('IF(SUM(C8:C9)=0,"",SUM(C8:C9))', {"C8": 1, "C9": 1}),
        ('IF(C8+C9=0,"",SUM(C8:C9))', {"C8": 1, "C9": 1}),
        ('IF(SUM(C8:C9)<>0,SUM(C8:C9),"")', {"C8": 1, "C9": 1}),
        ('IF(COUNT(C8:C9)=0,"",C8+C9)', {"C8": 1, "C9": 1}),
        ("IF(0=C8,,C8)", {"C8": 1}),
        ("IFERROR(ROUND(N(C8),2),0)", {"C8": 1}),
        ("SUBTOTAL(9,C8:C9)", {"C8": 1, "C9": 1}),
        ("SUMPRODUCT((LEFT($A$9:$A$14,3)=$A8)*(LEN($A$9:$A$14)=5)*C$9:C$14)", {"C10": 1}),
        ('SUMPRODUCT(--(LEFT($A$9:$A$14,3)="208"),C$9:C$14)', {"C13": 1, "C14": 1}),
        ("SUMPRODUCT(2*(LEN(A9:A14)=7)*C9:C14)", {"C11": 2, "C12": 2}),
        ('SUMIF($A$9:$A$14,$A8&"????",C9:C14)', {"C11": 1, "C12": 1}),
        ('SUMIF($A$9:$A$14,"208*",C9)', {"C13": 1, "C14": 1}),
        ('SUMIFS(C9:C14,A9:A14,"201*",A9:A14,"<>201")', {"C10": 1, "C11": 1, "C12": 1}),
        ("SUMPRODUCT(C9:C10)", {"C9": 1, "C10": 1}),
    ],
)
def test_sums(formula: str, expected: dict[str, int | Fraction]) -> None:
    assert read(formula) == expected


@pytest.mark.parametrize(
    "formula",
    [
        "C8*C9",
        "1/C8",
        "C8/0",
        "C8^2",
        "C8&C9",
        "C8>0",
        '"x"',
        "MAX(C8:C9)",
        "ABS(C8)",
        "ROUND(C8,0)",
        "C8:C9",
        "SUM(C:C)",
        'IF(C8>0,C8,"")',
        'IF(C9=0,"",C8)',
        "IF(C8=0,C9,C8)",
        "SUMPRODUCT((C9:C14>0)*C9:C14)",
        'SUMIF(C9:C14,">0")',
        "SUMPRODUCT(C9:C14,D9:D14)",
        "SUMPRODUCT((LEFT(A9:A13,3)=A8)*C9:C14)",
        "VLOOKUP(A8,A9:C14,3,0)",
        "合计",
        "TODAY()+C8",
        "SUMPRODUCT(LEFT(A9:A14,3)*C9:C14)",
    ],
)
def test_not_sums(formula: str) -> None:
    assert read(formula) is None
