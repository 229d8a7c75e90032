"""Roll-ups by code take quick paths; whatever stands in the cells, these say what the general path says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.book import Value
from juesuan.cells.recompute import recompute
from tests.cells.books import book

ROWS = 6
CODES: list[Value] = [None, "", "208", "20805", "2080501", "2080502", "210", "ab", "AB01", "é1", 208, 20805.0, True,
                      "#N/A", '=""', '="208"&"05"', "=1/3", "=RAND()"]  # fmt: skip
FIGURES: list[Value] = [None, "", 0, 1, 2.5, -3.25, "无", "-", True, "#DIV/0!", "=1/3", '=""', "=B1+1", "=RAND()"]
BELOW = '(LEN($A2:$A$7)=LEN($A1)+2)*(LEFT($A2:$A$7,LEN($A1))=$A1&"")'
MASKS = [
    BELOW,
    "(LEN($A2:$A$7)=3)*1",
    "(LEN($A2:$A$7)=LEN($A1))*1",
    "(LEFT($A2:$A$7,3)=$A1)*(LEN($A2:$A$7)=5)",
    "(3=LEN($A2:$A$7))*1",
    "(LEFT($A2:$A$7,-1)=$A1)*1",
    "(LEFT($A2:$A$7,2.9)=20)*1",
    "(LEFT($A2:$A$6,2)=20)*1",
    "(LEFT($A2:$A$7,LEN($A2:$A$7))=$A1)*1",
    "(LEFT($A2:$A$7,$A1)=$A1)*1",
    "($A2:$A$7=$A1)*1",
]


def _pair(mask: str, figures: str) -> tuple[str, str]:
    """A formula that takes the quick path and one that says the same and cannot."""
    if figures == "factor":
        return f"SUMPRODUCT({mask}*B2:B7)", f"SUMPRODUCT(({mask}*B2:B7)+0)"
    return f"SUMPRODUCT({mask},B2:B7)", f"SUMPRODUCT(({mask})+0,B2:B7)"


def _said(cells: dict[str, Value]) -> tuple[Value, Value]:
    """What the two formulas in Y9 and Z9 come to: a value, or that there is none."""
    values = recompute(book(cells)).values
    return values.get(("S", 8, 24), "未重算"), values.get(("S", 8, 25), "未重算")


@pytest.mark.parametrize("figures", ["factor", "argument"])
@pytest.mark.parametrize("mask", MASKS)
@given(st.data())
def test_quick_paths_agree_with_the_general_one(mask: str, figures: str, data: st.DataObject) -> None:
    quick, general = _pair(mask, figures)
    plain = data.draw(st.booleans())  # of a few texts only: runs that remember one another's codes
    codes = CODES[2:6] if plain else CODES
    amounts = FIGURES[:6] if plain else FIGURES
    cells: dict[str, Value] = {"Y9": f"={quick}", "Z9": f"={general}", "A9": 1}
    for row in range(1, ROWS + 2):
        cells[f"A{row}"] = data.draw(st.sampled_from(codes))
        cells[f"B{row}"] = data.draw(st.sampled_from(amounts))
    one, other = _said(cells)
    assert (one, type(one)) == (other, type(other))
    shown, _ = _said(cells | {"Y9": f'=IF({quick}=0,"",{quick})'})
    assert shown == ("" if one == 0 else one)


@given(st.lists(st.sampled_from([f for f in FIGURES if f != "=B1+1"]), min_size=3, max_size=3))
def test_counting_filled_cells(figures: list[Value]) -> None:
    cells = {f"B{row}": figure for row, figure in enumerate(figures, 1)}
    for counted in ("B2", "B1:B3", "B1:B3,B2"):
        one, other = _said(cells | {"Y9": f"=COUNTA({counted})", "Z9": f"=COUNTA({counted},1)-1"})
        assert one == other
