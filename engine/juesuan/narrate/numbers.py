"""Amounts and percentages as text: exact, rounded half up, zeros at the end dropped."""

from __future__ import annotations

from fractions import Fraction

#: 分 in 1 万元.
FEN = 1_000_000
#: So many decimals more where an amount or rate would otherwise print as zero.
MOST_PLACES = 6


def half_up(numerator: int, denominator: int) -> int:
    """The nearest integer to a quotient with a positive denominator; halves go away from zero."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def decimal(numerator: int, denominator: int, places: int, *, grouped: bool = False) -> str:
    """A quotient to ``places`` decimals, zeros dropped; more where it would show as zero without being zero."""
    scaled = half_up(numerator * 10**places, denominator)
    while numerator and not scaled and places < MOST_PLACES:
        places += 1
        scaled = half_up(numerator * 10**places, denominator)
    whole, rest = divmod(abs(scaled), 10**places)
    tail = f"{rest:0{places}d}".rstrip("0") if places else ""
    front = f"{whole:,}" if grouped else str(whole)
    return ("-" if scaled < 0 else "") + (f"{front}.{tail}" if tail else front)


def money(fen: int, *, grouped: bool) -> str:
    """An amount in 万元 with two decimals at most: 1728500000 → "1,728.5万元"."""
    return decimal(fen, FEN, 2, grouped=grouped) + "万元"


def percent(share: Fraction) -> str:
    """A share with one decimal: 479/500 → "95.8%", 1 → "100%"."""
    return decimal(share.numerator * 100, share.denominator, 1) + "%"
