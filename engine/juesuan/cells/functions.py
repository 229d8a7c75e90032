"""The functions of cell formulas that take scalars, and the registry of all functions.

A ``Function`` names how each argument is prepared by one letter: n number (millionths), i whole number, t text, b
condition, v any scalar, e any scalar with error values let in, r as it is (a ``Block`` for a range). A fault in any
argument but e and r is the result. "*" at the end repeats the last letter, "**" the last two.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from juesuan.cells.formats import show_as
from juesuan.cells.operators import MAX_TEXT, power
from juesuan.cells.values import (
    DIV0,
    NA,
    NUM,
    SCALE,
    VALUE,
    Fault,
    Numeric,
    Result,
    Scalar,
    from_root,
    number,
    serial,
    size,
    text,
    tidy,
    to_date,
    truth,
    whole,
)


@dataclass(frozen=True, slots=True)
class Function:
    """``call`` with arguments prepared by ``kinds``; ``least`` arguments are required."""

    call: Callable[..., Result]
    kinds: str
    least: int

    @property
    def most(self) -> int:
        return 255 if self.kinds.endswith("*") else len(self.kinds)

    def kind(self, index: int) -> str:
        plain = self.kinds.rstrip("*")
        if index < len(plain):
            return plain[index]
        period = len(self.kinds) - len(plain)
        return plain[len(plain) - period + (index - len(plain)) % period]


FUNCTIONS: dict[str, Function] = {}
PREPARE: dict[str, Callable[[Any], Any]] = {
    "n": number,
    "i": whole,
    "t": text,
    "b": truth,
    "v": lambda value: value,
}


_Call = TypeVar("_Call", bound=Callable[..., Result])


def function(names: str, kinds: str, least: int | None = None) -> Callable[[_Call], _Call]:
    """Registers a function under ``names`` (several by blanks)."""

    def register(call: _Call) -> _Call:
        for name in names.split():
            FUNCTIONS[name] = Function(call, kinds, len(kinds.rstrip("*")) if least is None else least)
        return call

    return register


# --- numbers ---------------------------------------------------------------------------------------------------------


def _unit(digits: int) -> Numeric:
    return 10 ** (6 - digits) if digits <= 6 else Fraction(1, 10 ** (digits - 6))


def _rounded(value: Numeric, digits: int, up: Callable[[Numeric, Numeric], bool]) -> Numeric | Fault:
    """``value`` cut towards zero to ``digits`` decimals, one more where ``up(rest, unit)`` says so."""
    if not -308 <= digits <= 308:
        return value if digits > 0 else 0
    unit = _unit(digits)
    count, rest = divmod(size(value), unit)
    if up(rest, unit):
        count += 1
    return tidy(count * unit if value >= 0 else -count * unit)


@function("ROUND", "ni")
def round_half(value: Numeric, digits: int) -> Numeric | Fault:
    return _rounded(value, digits, lambda rest, unit: 2 * rest >= unit)


@function("ROUNDUP", "ni")
def round_up(value: Numeric, digits: int) -> Numeric | Fault:
    return _rounded(value, digits, lambda rest, _: rest > 0)


@function("ROUNDDOWN", "ni")
@function("TRUNC", "ni", 1)
def round_down(value: Numeric, digits: int = 0) -> Numeric | Fault:
    return _rounded(value, digits, lambda *_: False)


@function("INT", "n")
def floor(value: Numeric) -> Numeric:
    return value // SCALE * SCALE


@function("ABS", "n")
def absolute(value: Numeric) -> Numeric:
    return size(value)


@function("SIGN", "n")
def sign(value: Numeric) -> int:
    return SCALE * ((value > 0) - (value < 0))


@function("MOD", "nn")
def modulo(value: Numeric, by: Numeric) -> Scalar:
    return tidy(value % by) if by else DIV0


@function("QUOTIENT", "nn")
def quotient(value: Numeric, by: Numeric) -> Scalar:
    return SCALE * (int(size(value) // size(by)) * (1 if (value < 0) == (by < 0) else -1)) if by else DIV0


@function("CEILING", "nn", 1)
def ceiling(value: Numeric, step: Numeric = SCALE) -> Scalar:
    return NUM if value > 0 > step else tidy(-(-value // step) * step) if step else 0


@function("FLOOR", "nn", 1)
def floor_to(value: Numeric, step: Numeric = SCALE) -> Scalar:
    return NUM if value > 0 > step else tidy(value // step * step) if step else DIV0


@function("SQRT", "n")
def root(value: Numeric) -> Scalar:
    return NUM if value < 0 else from_root(math.sqrt(value / SCALE))


FUNCTIONS["POWER"] = Function(power, "nn", 2)


# --- conditions and kinds (IF, IFERROR, CHOOSE … are lazy: compile.py) ----------------------------------------------


@function("NOT", "b")
def negation(value: bool) -> bool:
    return not value


@function("TRUE", "", 0)
def true() -> bool:
    return True


@function("FALSE", "", 0)
def false() -> bool:
    return False


@function("NA", "", 0)
def not_available() -> Fault:
    return NA


@function("ISBLANK", "e")
def is_blank(value: Scalar) -> bool:
    return value is None


@function("ISNUMBER", "e")
def is_number(value: Scalar) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


@function("ISTEXT", "e")
def is_text(value: Scalar) -> bool:
    return isinstance(value, str)


@function("ISNONTEXT", "e")
def is_not_text(value: Scalar) -> bool:
    return not isinstance(value, str)


@function("ISLOGICAL", "e")
def is_logical(value: Scalar) -> bool:
    return isinstance(value, bool)


@function("ISERROR", "e")
def is_error(value: Scalar) -> bool:
    return isinstance(value, Fault)


@function("ISERR", "e")
def is_err(value: Scalar) -> bool:
    return isinstance(value, Fault) and value is not NA


@function("ISNA", "e")
def is_na(value: Scalar) -> bool:
    return value is NA


@function("N", "v")
def as_number(value: Scalar) -> Scalar:
    return 0 if value is None or isinstance(value, str) else number(value)


@function("T", "v")
def as_text(value: Scalar) -> str:
    return value if isinstance(value, str) else ""


@function("VALUE", "v")
def value_of(value: Scalar) -> Scalar:
    return VALUE if isinstance(value, bool) else number(value)


# --- text ------------------------------------------------------------------------------------------------------------


@function("TEXT", "vt")
def formatted(value: Scalar, code: str) -> Scalar:
    return show_as(value, code)


@function("LEFT", "ti", 1)
def left(value: str, count: int = 1) -> Scalar:
    return value[:count] if count >= 0 else VALUE


@function("RIGHT", "ti", 1)
def right(value: str, count: int = 1) -> Scalar:
    if count < 0:
        return VALUE
    return value[-count:] if count else ""


@function("MID", "tii")
def middle(value: str, start: int, count: int) -> Scalar:
    return value[start - 1 : start - 1 + count] if start >= 1 and count >= 0 else VALUE


@function("LEN", "t")
def length(value: str) -> int:
    return len(value) * SCALE


@function("TRIM", "t")
def trimmed(value: str) -> str:
    return " ".join(part for part in value.split(" ") if part)


@function("CLEAN", "t")
def cleaned(value: str) -> str:
    return "".join(c for c in value if ord(c) >= 32)


@function("UPPER", "t")
def upper(value: str) -> str:
    return value.upper()


@function("LOWER", "t")
def lower(value: str) -> str:
    return value.lower()


@function("SUBSTITUTE", "ttti", 3)
def substituted(value: str, old: str, new: str, which: int | None = None) -> Scalar:
    if which is not None and which < 1:
        return VALUE
    if not old:
        return value
    if which is None:
        changed = value.replace(old, new)
    else:
        parts = value.split(old)
        changed = value if which >= len(parts) else old.join(parts[:which]) + new + old.join(parts[which:])
    return changed if len(changed) <= MAX_TEXT else VALUE


@function("REPLACE", "tiit")
def replaced(value: str, start: int, count: int, new: str) -> Scalar:
    if start < 1 or count < 0:
        return VALUE
    changed = value[: start - 1] + new + value[start - 1 + count :]
    return changed if len(changed) <= MAX_TEXT else VALUE


@function("CONCATENATE", "t*")
def concatenated(*parts: str) -> Scalar:
    return joined if len(joined := "".join(parts)) <= MAX_TEXT else VALUE


@function("REPT", "ti")
def repeated(value: str, count: int) -> Scalar:
    return value * count if count >= 0 and len(value) * count <= MAX_TEXT else VALUE


@function("EXACT", "tt")
def exact(a: str, b: str) -> bool:
    return a == b


@function("FIND", "tti", 2)
def find(part: str, value: str, start: int = 1) -> Scalar:
    found = value.find(part, start - 1) if 1 <= start <= len(value) + 1 else -1
    return (found + 1) * SCALE if found >= 0 else VALUE


@function("SEARCH", "tti", 2)
def search(part: str, value: str, start: int = 1) -> Scalar:
    if not 1 <= start <= len(value) + 1:
        return VALUE
    found = re.compile(wildcard(part), re.IGNORECASE | re.DOTALL).search(value, start - 1)
    return (found.start() + 1) * SCALE if found else VALUE


def wildcard(pattern: str) -> str:
    """``*``, ``?`` and ``~`` of a criterion as a regular expression; runs of ``*`` are one, so matching stays quick."""
    parts = re.findall(r"~[*?~]|\*+|\?|[^*?~]+|~", pattern)
    spelled = {"?": "."}
    return "".join(
        ".*?" if p[0] == "*" else spelled.get(p) or re.escape(p[1] if len(p) == 2 and p[0] == "~" else p) for p in parts
    )


# --- dates -----------------------------------------------------------------------------------------------------------


@function("DATE", "iii")
def date(year: int, month: int, day: int) -> Scalar:
    year += 1900 if 0 <= year < 1900 else 0
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    try:
        return serial(dt.date(year, month, 1) + dt.timedelta(days=day - 1))
    except (ValueError, OverflowError):
        return NUM


def _part(name: str) -> Callable[[Numeric], Scalar]:
    def part(value: Numeric) -> Scalar:
        found = to_date(value)
        return found if isinstance(found, Fault) else getattr(found, name) * SCALE

    return part


for _name in ("year", "month", "day"):
    FUNCTIONS[_name.upper()] = Function(_part(_name), "n", 1)
