"""Scores, weights and rates as printed in forms: exact fractions with their decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

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


def _read(text: str | None, pattern: re.Pattern[str], divisor: int, fault: str) -> Stated | None:
    clean = _BLANKS.sub("", (text or "").translate(_SIGNS)).strip("()")
    if clean in ("", "-", "--", "—", "/"):
        return None
    match = pattern.match(clean)
    if not match:
        raise NotANumber(f"“{text}”{fault}")
    return Stated(Fraction(match.group(1)) / divisor, len(match.group(1).partition(".")[2]))


def show(value: Fraction, places: int = 2) -> str:
    """A score as forms print it: at most so many decimals (more where it is exact with more), trailing zeros dropped."""
    for width in range(places + 4):
        if (value * 10**width).denominator == 1:
            places = max(width, 0)
            break
    scaled = round(value * 10**places)
    sign, size = ("-", -scaled) if scaled < 0 else ("", scaled)
    whole, rest = divmod(size, 10**places)
    tail = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


def percent(value: Fraction, places: int = 1) -> str:
    """A share as a percentage, trailing zeros dropped: 0.99525 → "99.5%"."""
    return f"{show(Fraction(round(value * 100 * 10**places), 10**places))}%"
