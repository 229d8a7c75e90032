"""Scores, weights and rates as printed in forms: exact fractions with their decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

#: Scores have two decimals.
SCORE_PLACES = 2
_SIGNS = str.maketrans({chr(0xFF01 + i): chr(0x21 + i) for i in range(94)})
_BLANKS = re.compile(r"\s+")
_POINTS = re.compile(r"^(\d+(?:\.\d+)?)分?$")
_RATE = re.compile(r"^(\d+(?:\.\d+)?)%$")


class NotANumber(ValueError):
    """A score, weight or rate cannot be read; the message says so in Chinese."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number as printed: ``value`` exact (a rate 99.5% is 0.995), ``decimals`` as printed."""

    value: Fraction
    decimals: int


def points(text: str | None) -> Stated | None:
    """A score or weight (“8”“8分”“19.91”); None for a blank. Raises NotANumber."""
    return _read(text, _POINTS, 1, "不是分数")


def rate(text: str | None) -> Stated | None:
    """A rate (“99.5%”); None for a blank. Raises NotANumber, also where the % is missing."""
    return _read(text, _RATE, 100, "不是百分数（应带 %）")


#: Weights, scores and rates are few and come again in every form: that many texts and values are remembered.
REMEMBERED = 4096


@lru_cache(maxsize=REMEMBERED)
def _read(text: str | None, pattern: re.Pattern[str], divisor: int, fault: str) -> Stated | None:
    clean = _BLANKS.sub("", (text or "").translate(_SIGNS)).strip("()")
    if clean in ("", "-", "--", "—", "/"):
        return None
    match = pattern.match(clean)
    if not match:
        raise NotANumber(f"“{text}”{fault}")
    return Stated(Fraction(match.group(1)) / divisor, len(match.group(1).partition(".")[2]))


def round_half_up(value: Fraction, places: int = SCORE_PLACES) -> Decimal:
    """``value`` as a Decimal of so many places; halves go away from zero."""
    return _rounded(value.numerator, value.denominator, places)


# Two integers are looked up in a tenth of the time that a Fraction is.
@lru_cache(maxsize=REMEMBERED)
def _rounded(numerator: int, denominator: int, places: int) -> Decimal:
    whole = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return Decimal(-whole if numerator < 0 else whole).scaleb(-places)


@lru_cache(maxsize=REMEMBERED)
def exact(score: Decimal) -> Fraction:
    """A rounded score as a fraction."""
    return Fraction(score)


def show(value: Fraction, places: int = SCORE_PLACES) -> str:
    """A score as forms print it: so many decimals (up to four more where it is exact with them), zeros dropped."""
    return _shown(value.numerator, value.denominator, places)


@lru_cache(maxsize=REMEMBERED)
def _shown(numerator: int, denominator: int, places: int) -> str:
    needed = next((p for p in range(places + 5) if 10**p % denominator == 0), places)
    return f"{_rounded(numerator, denominator, needed):f}"


def add(values: Iterable[Fraction]) -> Fraction:
    """The sum of weights or scores; quick, because most are whole."""
    whole, rest = 0, Fraction(0)
    for value in values:
        if value.denominator == 1:
            whole += value.numerator
        else:
            rest += value
    return rest + whole if rest else Fraction(whole)


def percent(value: Fraction, places: int = 1) -> str:
    """A share as a percentage, trailing zeros dropped: 0.99525 → "99.5%"."""
    return f"{show(Fraction(round_half_up(value * 100, places)))}%"
