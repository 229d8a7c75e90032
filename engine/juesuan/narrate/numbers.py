"""Amounts and percentages as text: exact, rounded half up, zeros at the end dropped."""

from __future__ import annotations

from fractions import Fraction

#: 分 in 0.01 万元, the last place that narratives print.
PLACE = 10_000
#: So many decimals more where an amount or rate would otherwise print as zero.
MOST_PLACES = 6


def half_up(value: Fraction) -> int:
    """The nearest integer; halves go away from zero."""
    size = abs(value)
    rounded = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return -rounded if value < 0 else rounded


def decimal(value: Fraction, places: int, *, grouped: bool = False) -> str:
    """``value`` to ``places`` decimals, zeros dropped; more places where it would show as zero without being zero."""
    scaled = half_up(value * 10**places)
    while value and not scaled and places < MOST_PLACES:
        places += 1
        scaled = half_up(value * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    tail = f"{rest:0{places}d}".rstrip("0") if places else ""
    front = f"{whole:,}" if grouped else str(whole)
    return ("-" if scaled < 0 else "") + (f"{front}.{tail}" if tail else front)


def money(fen: int, *, grouped: bool) -> str:
    """An amount in 万元 with two decimals at most: 1728500000 → "1,728.5万元"."""
    return decimal(Fraction(fen, 1_000_000), 2, grouped=grouped) + "万元"


def percent(share: Fraction) -> str:
    """A share with one decimal: 479/500 → "95.8%", 1 → "100%"."""
    return decimal(share * 100, 1) + "%"
