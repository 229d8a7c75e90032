"""What a formula computes with: numbers in millionths, faults, blocks of cells; coercion, comparison, conversion.

A number is an ``int`` of millionths wherever it has at most six decimals, otherwise a ``Fraction`` of millionths, so
sums of money are exact and fast. Doubles read from cells stand for short decimals: they are taken at the 15 significant
digits a spreadsheet shows. Text, bool and None (blank) are themselves; an error value is a ``Fault``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from juesuan.book import Value
from juesuan.cells.tree import Unsupported

SCALE = 10**6
_HUGE = SCALE * int(1.797e308)
_WIDE = 1 << 128  # denominators beyond are cut back to 34 digits, or chains of divisions would grow without end
_CUT = Context(prec=34)
_SHOWN = Context(prec=15)
_EPOCH = dt.datetime(1899, 12, 30)


class Fault:
    """An error value; one object per code, in FAULTS."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code

    def __repr__(self) -> str:
        return self.code


FAULTS = {code: Fault(code) for code in ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")}
NULL, DIV0, VALUE, REF, NAME, NUM, NA = FAULTS.values()

Numeric = int | Fraction
Scalar = None | bool | int | Fraction | str | Fault


class Meter:
    """How many more cells one recalculation may look at."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, cells: int) -> None:
        """Raises Unsupported once nothing is left."""
        self.left -= cells
        if self.left < 0:
            raise Unsupported("本工作簿公式的计算量过大，其余公式不再重算")


class Block:
    """Cells of a rectangle or array, row by row. ``tall``, ``wide``: the size before it was cut to the used area."""

    __slots__ = ("_first", "_places", "_spelled", "cells", "cols", "meter", "rows", "tall", "wide")

    def __init__(
        self, rows: int, cols: int, cells: Sequence[Scalar], tall: int = 0, wide: int = 0, meter: Meter | None = None
    ) -> None:
        self.rows, self.cols, self.cells, self.meter = rows, cols, cells, meter
        self.tall, self.wide = tall or rows, wide or cols
        self._places: dict[object, list[int]] | None = None
        self._spelled: dict[object, list[int]] | None = None
        self._first: Block | None = None

    def charge(self, cells: int | None = None) -> None:
        """Count a look at ``cells`` cells (all, if None). Raises Unsupported once the meter is empty."""
        if self.meter is not None:
            self.meter.spend(len(self.cells) if cells is None else cells)

    def at(self, row: int, col: int) -> Scalar:
        """The cell at a 0-based place; None (blank) outside the used area."""
        return self.cells[row * self.cols + col] if row < self.rows and col < self.cols else None

    def row(self, row: int) -> Block:
        cells = self.cells[row * self.cols : (row + 1) * self.cols] if row < self.rows else [None] * self.cols
        return Block(1, self.cols, cells, 1, self.wide, self.meter)

    def column(self, col: int) -> Block:
        cells = self.cells[col :: self.cols] if col < self.cols else [None] * self.rows
        return Block(self.rows, 1, cells, self.tall, 1, self.meter)

    def first_column(self) -> Block:
        """``column(0)``, made once."""
        if self._first is None:
            self._first = self.column(0)
        return self._first

    def places(self, key: object) -> list[int]:
        """Indexes of the cells whose ``identity`` is ``key``, ascending; built once per block."""
        if self._places is None:
            self._places = {}
            for index, cell in enumerate(self.cells):
                self._places.setdefault(identity(cell), []).append(index)
        return self._places.get(key, [])

    def spelled(self, number: Numeric) -> list[int]:
        """Indexes of the texts that read as ``number``; built once per block."""
        if self._spelled is None:
            self._spelled = {}
            for index, cell in enumerate(self.cells):
                if isinstance(cell, str) and (found := read_number(cell)) is not None:
                    self._spelled.setdefault(identity(found), []).append(index)
        return self._spelled.get(identity(number), [])

    def equals(self, value: Scalar) -> list[int] | None:
        """Indexes of the cells for which ``cell = value`` is true; None where a fault is involved."""
        if type(value) is Fault or self.places(Fault):
            return None
        found = self.places(identity(value))
        if value is None:
            return [*found, *self.places(0), *self.places(""), *self.places((False,))]
        if value in ("", 0):  # False, too
            return [*found, *self.places(None)]
        return found


Result = Scalar | Block


def identity(value: Scalar) -> object:
    """A key equal for cells that "=" calls equal, blanks apart (text without case, bool apart from numbers)."""
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, bool):
        return (value,)
    if isinstance(value, Fault):
        return Fault
    if isinstance(value, Fraction):
        return ("~", _decimal(value).normalize(_SHOWN))
    return value


def size(number: Numeric) -> Numeric:
    """The absolute value (``abs`` loses the type)."""
    return number if number >= 0 else -number


def tidy(number: Numeric) -> Numeric | Fault:
    """``number`` as an int where it is one, cut to 34 digits where its fraction grew.

    Beyond a double's range it is #NUM!, below it 0.
    """
    if type(number) is Fraction:
        if number.denominator == 1:
            number = number.numerator
        elif number.denominator > _WIDE:
            cut = _decimal(number)
            number = Fraction(cut) if cut.adjusted() > -303 else 0  # below a double's range
    return number if -_HUGE < number < _HUGE else NUM


def _decimal(number: Numeric) -> Decimal:
    if isinstance(number, int):
        return Decimal(number)
    return _CUT.divide(Decimal(number.numerator), Decimal(number.denominator))


def from_decimal(value: Decimal) -> Numeric:
    """Millionths of a decimal."""
    number = Fraction(value) * SCALE
    return number.numerator if number.denominator == 1 else number


def from_float(value: float) -> Numeric | Fault:
    """Millionths of the decimal a double stands for; #NUM! for nan and infinities."""
    return from_decimal(Decimal(f"{value:.15g}")) if -1.7e308 < value < 1.7e308 else NUM


def from_root(value: float) -> Numeric | Fault:
    """Millionths of all a double's digits, for results that are no short decimal; #NUM! for nan and infinities."""
    return from_decimal(Decimal(repr(value))) if -1.7e308 < value < 1.7e308 else NUM


def quantise(value: Value) -> Scalar:
    """A raw cell value as a formula sees it; "" reads as blank, the text of an error value as a Fault."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        if -4e9 < value < 4e9:
            near = round(value * 1e6)
            if near / 1e6 == value:
                return near
        return from_float(value)
    if isinstance(value, int):
        return tidy(value * SCALE)
    if isinstance(value, str):
        return FAULTS.get(value, value) if value[0] == "#" else value
    return serial(value)


def serial(value: dt.datetime | dt.date | dt.time | dt.timedelta) -> Numeric:
    """A date or time as days since 1899-12-30, in millionths."""
    if isinstance(value, dt.time):
        delta = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    elif isinstance(value, dt.timedelta):
        delta = value
    elif isinstance(value, dt.datetime):
        delta = value.replace(tzinfo=None) - _EPOCH
    else:
        delta = dt.datetime(value.year, value.month, value.day) - _EPOCH
    days = Fraction(delta // dt.timedelta(microseconds=1), 86_400)
    return days.numerator if days.denominator == 1 else days


def to_date(number: Numeric) -> dt.date | Fault:
    """The date of a serial number; #NUM! outside 1900-01-01 … 9999-12-31."""
    days = number // SCALE
    if not 1 <= days <= 2_958_465:
        return NUM
    return (_EPOCH + dt.timedelta(days=int(days))).date()


def expose(value: Scalar) -> Value:
    """A result as a cell would hold it: doubles, text, bool; a blank result is 0 as in a cell."""
    if value is None:
        return 0.0
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Fault):
        return value.code
    try:
        return float(value / SCALE)
    except OverflowError:
        return NUM.code


# --- coercion --------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"([+-]?)[¥￥$]?(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)([Ee][+-]?\d{1,3})?(%?)")
_DATE = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")


def read_number(text: str) -> Numeric | None:
    """The number a text would be if typed into a cell; None if it is none."""
    text = text.strip(" \u00a0\u3000")
    if match := _NUMBER.fullmatch(text):
        sign, digits, exponent, percent = match.groups()
        value = Decimal(sign + digits.replace(",", "") + (exponent or ""))
        number = tidy(from_decimal(value.scaleb(-2) if percent else value))
        return None if isinstance(number, Fault) else number
    if match := _DATE.fullmatch(text):
        try:
            return serial(dt.date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            return None
    return None


def number(value: Scalar) -> Numeric | Fault:
    """``value`` in arithmetic: blank is 0, TRUE is 1, numeric text is its number, other text #VALUE!."""
    if type(value) is int:
        return value
    if value is None:
        return 0
    if isinstance(value, bool):
        return SCALE if value else 0
    if isinstance(value, str):
        found = read_number(value)
        return VALUE if found is None else found
    return value


def text(value: Scalar) -> str | Fault:
    """``value`` in concatenation: blank is "", numbers as the General format shows them."""
    if isinstance(value, str | Fault):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return general(value)


def general(value: Numeric) -> str:
    """A number with at most 15 significant digits; exponents from 1E+21 and below 1E-9."""
    exact = _SHOWN.divide(Decimal(value.numerator), Decimal(value.denominator * SCALE)).normalize(_SHOWN)
    if exact == 0:
        return "0"
    if -10 < exact.adjusted() < 21:
        return f"{exact:f}"
    digits = "".join(map(str, exact.as_tuple().digits))
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    power = exact.adjusted()
    return f"{'-' if exact < 0 else ''}{mantissa}E{'-' if power < 0 else '+'}{abs(power):02d}"


def truth(value: Scalar) -> bool | Fault:
    """``value`` as a condition; text other than TRUE and FALSE is #VALUE!."""
    if isinstance(value, str):
        return {"TRUE": True, "FALSE": False}.get(value.upper(), VALUE)
    if isinstance(value, Fault):
        return value
    return bool(value)


def whole(value: Scalar) -> int | Fault:
    """``value`` as an integer argument (cut towards minus infinity, as a count or position)."""
    found = number(value)
    return found if isinstance(found, Fault) else int(found // SCALE)


def single(value: Result) -> Scalar:
    """A block of one cell as that cell. Raises Unsupported where one value would have to be picked."""
    if isinstance(value, Block):
        if len(value.cells) == 1:
            return value.cells[0]
        raise Unsupported("区域用在需要单个值的位置（可能是数组公式），不重算")
    return value


def add_up(cells: Iterable[Scalar]) -> Numeric | Fault:
    """The sum of the numbers among ``cells``; the first fault if there is one. Text, bool and blank are passed over."""
    whole_part: int = 0
    rest: Numeric = 0
    for cell in cells:
        if type(cell) is int:
            whole_part += cell
        elif isinstance(cell, Fraction):
            cut = tidy(rest + cell)
            if isinstance(cut, Fault):
                return cut
            rest = cut
        elif isinstance(cell, Fault):
            return cell
    return tidy(whole_part + rest)
