"""Comparing what a text prints with what it should be: amounts, percentages in their own printed precision."""

from __future__ import annotations

from typing import NamedTuple

from juesuan.amount import Amount, Unit, show
from juesuan.narrative.figures import MILLION
from juesuan.narrative.records import Mention, NarrativeVerdict

#: A value shown twice may differ by the last place where it was taken from two roundings (尾差).
LAST_PLACE = 10_000
#: Half of the last place of a percentage printed to one decimal, in millionths of a per cent.
TENTH = 50_000


class Value(NamedTuple):
    """An amount in 分 with the half of its rounding interval, and where it is from (for the message)."""

    fen: int
    half: int
    source: str = ""


def stated(mention: Mention) -> Value:
    """An amount as the text states it: 万元 stand for two decimals even where zeros were dropped (1,728.5)."""
    half = mention.half
    if mention.unit in ("万元", ""):
        half = min(half, 5_000) if mention.decimals <= 2 else half
    elif mention.unit == "元":
        half = 0
    return Value(mention.value, half, "文中")


def agree(mention: Mention, expected: Amount | Value) -> NarrativeVerdict:
    """Whether a stated amount is ``expected``: equal; rounded to the places printed or one 0.01 off (尾差); or not."""
    difference = abs(mention.value - expected.fen)
    if difference == 0:
        return "holds"
    if mention.unit in ("万元", "") and mention.decimals >= 2 and expected.half >= 5_000:
        return "rounding" if difference <= LAST_PLACE else "breaks"
    if expected.half == 0 and difference <= mention.half:
        return "holds"  # 万元 in the text of a table in 元
    if mention.unit not in ("万元", "元", "") and difference <= mention.half + expected.half:
        return "holds"  # 亿元 in the text
    if difference <= mention.half or (difference <= LAST_PLACE and mention.unit != "元"):
        return "rounding"  # fewer decimals than the table
    return "breaks"


class Ratio(NamedTuple):
    """The quotient ``part`` / ``whole`` and the interval it may lie in: ``low`` / ``low_of`` to ``high`` / ``high_of``.
    All wholes are positive."""

    part: int
    whole: int
    low: int
    low_of: int
    high: int
    high_of: int

    def text(self, places: int = 1) -> str:
        return _decimal(_nearest(self.part * 100 * 10**places, self.whole), places) + "%"

    def off(self, mention: Mention) -> str:
        """How far a printed percentage is from the quotient, in per cent with two decimals."""
        gap = (mention.value * self.whole - self.part * 100 * MILLION) * 100
        return _decimal(_nearest(gap, self.whole * MILLION), 2)


def ratio(part: Value, whole: Value) -> Ratio | None:
    """part / whole over their intervals; None where the whole may be zero."""
    if whole.fen - whole.half <= 0:
        return None
    low, high = part.fen - part.half, part.fen + part.half
    least, most = whole.fen - whole.half, whole.fen + whole.half
    return Ratio(part.fen, whole.fen, low, most if low >= 0 else least, high, least if high >= 0 else most)


def percent(mention: Mention, found: Ratio) -> NarrativeVerdict:
    """A printed percentage against a quotient: holds in its printed precision; 尾差 where only a coarse print hides it.

    Form and custom print one decimal with zeros dropped, so a whole 95% also says 95.0%.
    """
    if not _meets(found, mention.value, mention.half):
        return "breaks"
    return "rounding" if mention.decimals == 0 and not _meets(found, mention.value, TENTH) else "holds"


def _meets(found: Ratio, value: int, half: int) -> bool:
    """True if a quotient's interval meets value ± half (millionths of a per cent)."""
    scale = 100 * MILLION
    below = found.low * scale <= (value + half) * found.low_of
    return below and (value - half) * found.high_of <= found.high * scale


def money(fen: int, mention: Mention | None = None) -> str:
    """An amount as text, in the mention's unit where it is 元, else in 万元, zeros dropped."""
    unit: Unit = "元" if mention and mention.unit == "元" else "万元"
    return f"{show(fen, unit, least=0)} {unit}"


def _nearest(number: int, divisor: int) -> int:
    """The integer nearest to a quotient, of two the even one."""
    whole, rest = divmod(number, divisor)
    return whole + (2 * rest > divisor or (2 * rest == divisor and whole % 2))


def _decimal(number: int, places: int) -> str:
    """An integer of the last place as a decimal, zeros dropped: (9494, 2) → "94.94"."""
    sign, digits = ("-", -number) if number < 0 else ("", number)
    whole, rest = divmod(digits, 10**places)
    tail = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"
