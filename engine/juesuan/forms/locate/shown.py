"""What a cell shows: texts as they are, numbers under their format, dates in Chinese."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from juesuan.book import Value

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
_NUMBER = re.compile(r"[#0?,]*(?:\.([0#?]+))?")
_DATE = re.compile(r"[yd]", re.IGNORECASE)
_SIGNIFICANT = Context(prec=15)


def shown(value: Value, code: str = "", *, money: bool = False) -> str:
    """A cell's text as displayed under number format ``code``, without thousands separators; "" for a blank.

    0.98 under 0.0% is "98%": zeros the format only pads are dropped, except from ``money`` ("10.00"); a number the
    format rounds keeps what it shows.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime | dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | float):
        return _number(value, code, money)
    return str(value)


@lru_cache(maxsize=8192)
def _number(value: float, code: str, money: bool) -> str:
    exact = Decimal(value) if isinstance(value, int) else _SIGNIFICANT.create_decimal(repr(value))
    sections = code.split(";") if code else [""]
    if value == 0 and len(sections) > 2:
        section = sections[2]
        if not any(c in section for c in "0#?") and "general" not in section.lower():
            return ""
    else:
        section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    text = _QUOTED.sub(lambda m: "", section)
    if "%" in text:
        exact = exact * 100
    if text in ("", "@") or "general" in text.lower() or _DATE.search(text):
        digits = exact
    else:
        decimals = next((len(m[1] or "") for m in _NUMBER.finditer(text) if m.group()), 0)
        digits = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if money or digits != exact:
            return f"{_literal(section, 0)}{digits:f}{'%' if '%' in text else ''}{_literal(section, 1)}"
    return f"{_literal(section, 0)}{_short(digits)}{'%' if '%' in text else ''}{_literal(section, 1)}"


def _short(number: Decimal) -> str:
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _literal(section: str, side: int) -> str:
    """Quoted words before (0) or after (1) the digits: 0"人"."""
    if '"' not in section and "\\" not in section:
        return ""
    parts = re.split(
        r"[#0?][#0?,.]*%?|General", _QUOTED.sub(lambda m: f"\x00{m[1] or m[2] or ''}\x01", section), maxsplit=1
    )
    found = parts[side] if side < len(parts) else ""
    return "".join(re.findall("\x00([^\x00\x01]*)\x01", found))
