"""Dates and spans as written in forms: “2023年12月”“2023年12月31日前”“12月底”“2023年上半年”."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last`` day; both the same for a single day."""

    first: date
    last: date


_BEFORE = r"^(?:于|在|按|截至|截止到?|不晚于|不迟于|早于)?"
_AFTER = r"(?:之前|以前|前|之内|内|止)?(?:完成|办结|到位)?$"
_PATTERNS = tuple(
    re.compile(_BEFORE + body + _AFTER)
    for body in (
        r"(?P<year>(?:19|20)\d\d)[年./-](?P<month>\d{1,2})[月./-](?P<day>\d{1,2})日?",
        r"(?P<year>(?:19|20)\d\d)(?:年|年度)?(?:(?<=年)|(?<=度)|[-/])(?P<month>\d{1,2})月?(?:份)?(?P<part>底|末|初|上旬|中旬|下旬)?",
        r"(?P<year>(?:19|20)\d\d)年度?(?P<part>底|末|上半年|下半年|第?[一二三四1-4]季度)?",
        r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
        r"(?P<month>\d{1,2})月(?:份)?(?P<part>底|末|初|上旬|中旬|下旬)?",
        r"(?:当年|本年|年)(?P<part>底|末)",
        r"(?P<part>上半年|下半年|第?[一二三四1-4]季度)",
    )
)
_DOUBTFUL = re.compile(r"^(?:19|20)\d\d\.\d{1,2}$")
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def read_period(clean: str, year: int | None) -> Period | str | None:
    """The period a text states; None where it states none; a sentence where it does but cannot be read."""
    if _DOUBTFUL.match(clean):
        return "既像日期又像小数，请写作“2023年12月”"
    for pattern in _PATTERNS:
        if match := pattern.match(clean):
            found = match.groupdict()
            own = int(found["year"]) if found.get("year") else year
            if own is None:
                return "日期没有写年份"
            return _period(own, found.get("month"), found.get("day"), found.get("part") or "")
    return None


def _period(year: int, month: str | None, day: str | None, part: str) -> Period | str:
    try:
        if month and day:
            single = date(year, int(month), int(day))
            return Period(single, single)
        if month:
            return _month(year, int(month), part)
    except ValueError:
        return "没有这样的日期"
    if part in ("上半年", "下半年"):
        first = 1 if part == "上半年" else 7
        return Period(date(year, first, 1), _month(year, first + 5, "").last)
    if part.endswith("季度"):
        quarter = _NUMERALS[part[-3]]
        return Period(date(year, 3 * quarter - 2, 1), _month(year, 3 * quarter, "").last)
    return Period(date(year, 12, 31) if part else date(year, 1, 1), date(year, 12, 31))


def _month(year: int, month: int, part: str) -> Period:
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
    first, end = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last)}.get(part, (1, last))
    return Period(date(year, month, first), date(year, month, end))
