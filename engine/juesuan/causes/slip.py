"""What kind of slip turns the right figure into the stated one (录入差错), by their digits."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from juesuan.amount import show
from juesuan.causes.records import Kind

#: 1 万元 = 10,000 元.
UNIT = 10_000
#: Fewer digits than this look alike by chance.
FEW, ENOUGH = 3, 4
STRONG, WEAK, NONE, OMITTED = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Slip:
    """``rank`` STRONG where chance can hardly make the likeness, WEAK a likeness, NONE, OMITTED a filled blank."""

    rank: int
    kind: Kind
    note: str


def text(fen: int | None, step: int) -> str:
    """A figure as in its table: 万元 where the step is that of 万元, else 元."""
    if fen is None:
        return "空"
    return show(fen, "万元" if step >= UNIT else "元")


def slip(stated: int | None, right: int | None, step: int) -> Slip:
    """The slip between ``stated`` and ``right`` (分); ``note`` is empty where none is evident."""
    if not stated:
        return Slip(OMITTED, "value", "漏填")
    if not right:
        return Slip(NONE, "value", "不应有数")
    if stated == -right:
        return Slip(STRONG, "sign", "正负号相反")
    if (stated < 0) != (right < 0):
        return Slip(NONE, "value", "")
    big, small = max(abs(stated), abs(right)), min(abs(stated), abs(right))
    return _unit(stated, right, step) or _point(stated, right, step) or _digits(big, small, stated, right, step)


def unit_note(too_large: bool, step: int) -> str:
    """How a figure comes to be 10,000 times too large or too small in a table with this step (万元 or 元)."""
    if step >= UNIT:
        return "万元误填为元(×10000)" if too_large else "重复折算为万元(÷10000)"
    return "重复折算为元(×10000)" if too_large else "元误填为万元(÷10000)"


def _unit(stated: int, right: int, step: int) -> Slip | None:
    near = UNIT * step // 2
    if abs(stated - right * UNIT) <= near:
        return Slip(STRONG, "unit", unit_note(True, step))
    if abs(right - stated * UNIT) <= near and abs(stated) >= FEW * step:
        return Slip(STRONG, "unit", unit_note(False, step))
    return None


def _point(stated: int, right: int, step: int) -> Slip | None:
    for power in (1, 2, 3):
        times = 10**power
        if stated == right * times:
            significant, note = right, f"小数点错位(×{times})"
        elif abs(right - stated * times) <= times * step // 2:
            significant, note = stated, f"小数点错位(÷{times})"
        else:
            continue
        return Slip(STRONG if len(str(abs(significant) // step).rstrip("0")) >= 2 else WEAK, "digits", note)
    return None


def _digits(big: int, small: int, stated: int, right: int, step: int) -> Slip:
    unit = gcd(step, stated, right)
    old, new = str(abs(stated) // unit), str(abs(right) // unit)
    pair = f"{text(right, step)}/{text(stated, step)}"
    if len(old) == len(new):
        differ = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(differ) == 2 and old[differ[0]] == new[differ[1]] and old[differ[1]] == new[differ[0]]:
            rank = STRONG if differ[1] == differ[0] + 1 and len(old) >= FEW else WEAK
            return Slip(rank, "digits", f"数字顺序颠倒 {pair}")
        if len(differ) == 1 and len(old) >= FEW:
            return Slip(WEAK, "digits", f"一位数字录错 {pair}")
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    if len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))):
        rank = STRONG if len(longer) > ENOUGH else WEAK
        return Slip(rank, "digits", f"{'多' if longer is old else '漏'}录一位数字 {pair}")
    return Slip(NONE, "value", "")
