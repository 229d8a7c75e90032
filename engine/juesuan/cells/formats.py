"""TEXT(value, format): the common number and date formats; others are refused, not guessed."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

from juesuan.cells.tree import Unsupported
from juesuan.cells.values import SCALE, Fault, Numeric, Scalar, general, read_number, size, to_date

_NUMBER = re.compile(r"([^0#?.,]*?)([#0,]*)(?:\.([0#]*))?(%?)([^0#?.,]*)")
_DATE_PART = re.compile(r"yyyy|yy|mm|m|dd|d|[^ymd]+", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_PLAIN = re.compile(r"[-+()（）/: ¥￥$年月日元万]*\Z")


def show_as(value: Scalar, code: str) -> Scalar:
    """``value`` under a format code. Raises Unsupported for codes not known here."""
    if isinstance(value, Fault):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        found = read_number(value)
        if found is None:
            return value
        value = found
    number = 0 if value is None else value
    if code == "":
        return ""
    if code == "@" or code.lower() in ("general", "g/通用格式"):
        return general(number)
    sections = code.split(";")
    if len(sections) > 3:
        raise Unsupported(f"TEXT 的格式“{code}”不支持")
    section, signed = sections[0], True
    if number < 0 and len(sections) > 1:
        section, signed = sections[1], False
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    if re.search(r"[yd]", _LITERAL.sub("", section), re.IGNORECASE) or section.lower() in ("m", "mm"):
        return _date(number, section, code)
    return _number(number, section, code, signed)


def _literal(text: str, code: str) -> str:
    """Text around a number. Raises Unsupported for format letters not known here."""
    rest = _LITERAL.sub("", text)
    if not _PLAIN.match(rest):
        raise Unsupported(f"TEXT 的格式“{code}”不支持")
    return _LITERAL.sub(lambda m: m[1] if m[1] is not None else m[2], text)


def _number(number: Numeric, section: str, code: str, signed: bool) -> str:
    match = _NUMBER.fullmatch(section)
    if match is None or match[2].endswith(","):
        raise Unsupported(f"TEXT 的格式“{code}”不支持")
    before, whole, decimals, percent, after = match[1], match[2], match[3], match[4], match[5]
    shown = size(number) * (100 if percent else 1)
    places = len(decimals or "")
    count = _half_up(Fraction(shown) * 10**places / SCALE)
    digits = str(count).rjust(places + 1, "0")
    head, tail = (digits[:-places], digits[-places:]) if places else (digits, "")
    while tail and (decimals or "")[len(tail) - 1] == "#" and tail[-1] == "0":
        tail = tail[:-1]
    pattern = whole.replace(",", "")
    head = head.lstrip("0").rjust(pattern.count("0"), "0")
    if "," in whole and head:
        head = f"{int(head):,}".rjust(len(head), "0")
    point = "." if decimals is not None else ""
    minus = "-" if number < 0 and signed and count else ""
    return f"{minus}{_literal(before, code)}{head}{point}{tail}{percent}{_literal(after, code)}"


def _half_up(value: Fraction) -> int:
    return int((2 * value + 1) // 2)


def _date(number: Numeric, section: str, code: str) -> Scalar:
    day = to_date(number)
    if isinstance(day, Fault):
        raise Unsupported("TEXT 的日期超出范围")
    return "".join(_date_part(part, day, code) for part in _DATE_PART.findall(section))


def _date_part(part: str, day: dt.date, code: str) -> str:
    spelled = {
        "yyyy": f"{day.year}",
        "yy": f"{day.year % 100:02d}",
        "mm": f"{day.month:02d}",
        "m": f"{day.month}",
        "dd": f"{day.day:02d}",
        "d": f"{day.day}",
    }
    found = spelled.get(part.lower())
    return found if found is not None else _literal(part, code)
