"""What people type into 补充资料, as one text per value."""

from __future__ import annotations

import pytest

from juesuan.supplement.values import BadValue, canonical


@pytest.mark.parametrize("text", ["4.1元", "4.1 元", "41,000元"])
def test_yuan_in_a_cell_of_ten_thousands_is_refused(text: str) -> None:
    """4.1元 would be 0.00041 万元, which nobody means."""
    with pytest.raises(BadValue, match="写的是元"):
        canonical(text, "amount")


def test_the_unit_itself_may_be_written() -> None:
    assert canonical("985.30万元", "amount") == canonical("985.30", "amount")
    assert canonical("4.1元", "amount", "元") == canonical("4.1", "amount", "元")
