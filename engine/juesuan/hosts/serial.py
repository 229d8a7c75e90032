"""Excel's date serials: days since the epoch as a float, told from amounts only by the cell's number format."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

Kind = Literal["", "date", "elapsed"]
_DAY_MS = 86_400_000
#: Literals, colours, locales and fillers of a format code: letters in them say nothing about dates.
_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]|general|e[+-]', re.IGNORECASE | re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)


def kind(code: str) -> Kind:
    """What a number format code shows: a date or time of day, an elapsed time, or a plain number ("")."""
    bare = _NOISE.sub("", code[:1000]).partition(";")[0]
    if _ELAPSED.search(bare):
        return "elapsed"
    return "date" if _DATE.search(bare) else ""


def moment(value: float, kind: Kind, base1904: bool) -> dt.datetime | dt.time | dt.timedelta | float:
    """The serial as datetime; time of day below 1, timedelta where elapsed, the float itself outside 1900–9999."""
    if not 0 <= value < 2_958_466:
        return value
    days = int(value)
    milliseconds = round((value - days) * _DAY_MS)
    span = dt.timedelta(days=days, milliseconds=milliseconds)
    if kind == "elapsed":
        return span
    if span < dt.timedelta(days=1):
        return (dt.datetime.min + span).time()
    # Excel counts 29 February 1900, which never was, as day 60.
    start = dt.datetime(1904, 1, 1) if base1904 else dt.datetime(1899, 12, 31 if days < 60 else 30)
    try:
        return start + span
    except OverflowError:
        return value
