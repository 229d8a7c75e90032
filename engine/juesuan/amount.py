"""Amounts (金额): exact integers of 分, the decimals they were stated with, and how people write them.

Everything the engine adds or compares is an ``int`` of 分 (0.01 元 = 0.000001 万元), so 万元 with up to six
decimals and 元 with two are both exact. A figure stated as 573.19 万元 stands for any true value in
[573.185, 573.195]; half of that interval (50 元 = 5,000 分) is the figure's ``half``. In 元 the half is 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

Unit = Literal["万元", "元"]
FEN_PER: dict[Unit, int] = {"万元": 1_000_000, "元": 100}
#: Decimals by which published figures are rounded, per unit; a figure printed "2.4" has had a zero dropped.
STATED_DECIMALS = 2
#: Half the rounding interval, in 分, of a figure stated with two decimals.
HALF: dict[Unit, int] = {"万元": 5_000, "元": 0}
#: Beyond this doubles no longer carry 分 exactly, and no unit has so much money (二十万亿元).
LIMIT_FEN = 2 * 10**15


class NotAnAmount(ValueError):
    """A cell holds something that is not an amount; the message says what, in Chinese."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One stated amount: ``fen`` in 分, ``half`` its rounding half-interval in 分, ``changed`` what was normalised."""

    fen: int
    half: int
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of 分."""

    low: int
    high: int

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def scaled(self, factor: int) -> Interval:
        a, b = self.low * factor, self.high * factor
        return Interval(min(a, b), max(a, b))

    def meets(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high


MOST_KNOWN = 20_000
_KNOWN: dict[Unit, dict[float, Amount]] = {"万元": {}, "元": {}}
#: What people type for "no amount".
BLANK_MARKS = frozenset({"", "-", "--", "/", "\\", "—", "——", "–", "―", "－", "无", "…", "─", "──"})
_BRACKETED = re.compile(r"^\((.*)\)$")
_PLAIN = re.compile(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$")
_GROUPED = re.compile(r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$")
#: Full-width forms to half-width and what stands for them; nothing else, lest a footnote mark (①, ²) become a digit.
_TRANSLATE = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
    | {"。": ".", "﹐": ",", "﹒": ".", "﹢": "+", "﹣": "-", "−": "-", "–": "-", "—": "-"}
    | dict.fromkeys("'＇’‘￥¥", "")
)
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]+")


def is_blank(value: object) -> bool:
    """True for an empty cell and for what people type instead of leaving it empty ("-", "—", "/", spaces)."""
    if value is None:
        return True
    return isinstance(value, str) and _SPACES.sub("", value) in BLANK_MARKS


def from_float(value: float, unit: Unit) -> Amount:
    """The amount of a numeric cell: ``value`` in ``unit``. Raises NotAnAmount for nan, inf and absurd sizes.

    A spreadsheet stores 573.19 as the nearest double; ×100 or ×10⁶ and rounding gives back the exact 分 for every
    amount below LIMIT_FEN, because the product is then off by less than half.
    """
    # The same figure stands in several tables; keeping what was converted halves the cost of reading them.
    known = _KNOWN[unit].get(value)
    if known is not None:
        return known
    scale = FEN_PER[unit]
    if not -LIMIT_FEN <= value * scale <= LIMIT_FEN:
        raise NotAnAmount(f"数值 {value!r} 超出金额的合理范围")
    fen = round(value * scale)
    if len(_KNOWN[unit]) > MOST_KNOWN:
        _KNOWN[unit].clear()
    amount = _KNOWN[unit][value] = Amount(fen, _half(fen, unit))
    return amount


def parse(value: object, unit: Unit) -> Amount | None:
    """The amount a cell holds, in 分; None for a blank. Raises NotAnAmount with a sentence for anything else.

    ``changed`` names what had to be normalised (text amount, full-width digits, separators…), "" if nothing had.
    """
    if isinstance(value, bool):
        raise NotAnAmount(f"金额格中是逻辑值 {value}")
    if isinstance(value, int | float):
        return from_float(value, unit)
    if is_blank(value):
        return None
    if not isinstance(value, str):
        raise NotAnAmount(f"金额格中是日期或时间 {value}")
    return _parse_text(value, unit)


def _parse_text(value: str, unit: Unit) -> Amount | None:
    notes = ["文本型数字"]
    text = _SPACES.sub("", value)
    if text != value:
        notes.append("去掉空格")
    if any(ord(c) > 127 for c in text):
        notes.append("全角转半角")
    text = text.translate(_TRANSLATE)
    for suffix, other in (("万元", "万元"), ("元", "元")):
        if text.endswith(suffix):
            unit = other  # type: ignore[assignment]  # the literal pair above
            text = text[: -len(suffix)]
            notes.append(f"按写明的单位“{suffix}”")
            break
    if match := _BRACKETED.match(text):
        text = "-" + match.group(1)
        notes.append("括号作负数")
    if "," in text:
        if not _GROUPED.match(text):
            raise NotAnAmount(f"“{value}”中的分隔符位置不合千分位写法")
        text = text.replace(",", "")
        notes.append("去掉千分位")
    if not _PLAIN.match(text):
        raise NotAnAmount(f"“{value}”不是金额")
    try:
        number = Decimal(text) * FEN_PER[unit]
    except InvalidOperation as error:
        raise NotAnAmount(f"“{value}”不是金额") from error
    if abs(number) > LIMIT_FEN:
        raise NotAnAmount(f"“{value}”超出金额的合理范围")
    fen = int(number.to_integral_value())
    return Amount(fen, _half(fen, unit), "、".join(notes))


def decimals(fen: int, unit: Unit) -> int:
    """How many decimals ``fen`` needs in ``unit`` (0–6 for 万元, 0–2 for 元)."""
    places = 6 if unit == "万元" else 2
    while places and fen % 10 == 0:
        fen //= 10
        places -= 1
    return places


def _half(fen: int, unit: Unit) -> int:
    """Half-interval in 分: 5,000 for two decimals of 万元, less where more decimals were stated, 0 in 元."""
    if unit == "元" or fen % 10_000 == 0:
        return HALF[unit]
    return 5 * 10 ** (5 - decimals(fen, unit)) if decimals(fen, unit) <= 5 else 0


def show(fen: int, unit: Unit, least: int = STATED_DECIMALS) -> str:
    """``fen`` as text in ``unit`` with at least ``least`` decimals and no separators: 573190000 → "573.19"."""
    sign, size = ("-", -fen) if fen < 0 else ("", fen)
    whole, rest = divmod(size, FEN_PER[unit])
    width = 6 if unit == "万元" else 2
    tail = f"{rest:0{width}d}".rstrip("0").ljust(least, "0")
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


def to_decimal(fen: int, unit: Unit) -> Decimal:
    """``fen`` as an exact Decimal in ``unit``."""
    return Decimal(fen) / FEN_PER[unit]
