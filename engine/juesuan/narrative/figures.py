"""Every figure written in a text: amounts, percentages, counts and years, with span, unit, decimals and separators.

Dates, document numbers, list numbers and 科目 codes are recognised so that they are not taken for figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from juesuan.narrative.records import Kind

FEN: dict[str, int] = {"亿元": 10**10, "千万元": 10**9, "百万元": 10**8, "万元": 10**6, "千元": 10**5, "元": 100}
MILLION = 1_000_000
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]\d)|\d{1,3}(?:，\d{3})+\.\d+(?!\d)|\d+(?:\.\d+)?"
_MEASURES = (
    "人次|批次|团组|台（套）|台/套|台套|户次|件次|场次|"
    "[辆台套名人批个项家户份件笔场条类张宗起次所只座幢栋篇期位门种]|分(?![别项布类析配为局公])"
)
_UNIT = (
    rf"亿元|千万元|百万元|万元|千元|元|(?:个|)百分点|%|‰|"
    rf"(?P<many>亿|万|千|百)?余?多?(?P<thing>{_MEASURES})|(?P<bare>万|亿)"
)
_YEAR = r"(?P<year>(?:19|20)\d{2})(?:年度?)"
_CHINESE = (
    r"(?P<han>[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?P<hanunit>辆|台|名|批次|人次)"
)
_PERCENT = r"百分之(?P<han2>[零一二三四五六七八九十百两]+(?:点[零一二三四五六七八九]+)?|\d+(?:\.\d+)?)"
FIGURE = re.compile(
    rf"{_YEAR}|(?P<sign>(?<![\d年月日\-—至])-)?(?P<number>{_NUMBER})(?:余|多|左右)?(?P<unit>{_UNIT})?|{_PERCENT}|{_CHINESE}"
)
#: What a figure can begin with; 一 and 百 are in many words.
_START = re.compile(
    r"[\d百一二两三四五六七八九十](?:(?<=\d)|(?<=百)(?=分之)|(?=[十一二三四五六七八九]{0,2}(?:辆|台|名|批次|人次)))"
)
#: What follows the number of a list.
_MARKS = frozenset("、．）.")
_DATE = re.compile(r"年?\d{1,2}月(?:\d{1,2}日)?")
_LIST_MARK = re.compile(r"(?:^|(?<=[。；：，、\n]))\d{1,2}(?:[、．）]|\.(?!\d))|（\d{1,2}）")
#: What makes a number no figure: document numbers, dates, ages of plans, codes.
_NO_FIGURE_AFTER = re.compile(r"号|〕|月|日(?!均)|时|点钟|级|年|#|[A-Za-z]|[-—]\d|届|周年|代|-?\d*（?款|世纪")
_NO_FIGURE_BEFORE = re.compile(r"(?:〔|\[|第|图|表|附件|公开)$")
_NO_BARE_BEFORE = re.compile(r"(?:[A-Za-z#/]|月|年前?)$")


class Raw(NamedTuple):
    """One figure in a compact text, not yet placed in a paragraph."""

    start: int
    end: int
    kind: Kind
    value: int
    unit: str
    decimals: int
    half: int
    grouped: bool = False
    bare: bool = False


def figures(text: str) -> Iterator[Raw]:
    """The figures of a compact text, in order. A number without a unit is ``bare`` (kind amount, unit "")."""
    dates = [m.span() for m in _DATE.finditer(text)] if "月" in text else []
    at = 0
    while candidate := _START.search(text, at):
        at = candidate.start() + 1
        found = _match(text, candidate.start())
        if found is None:
            continue
        start, end = found.span()
        at = max(at, end)
        if dates and not found["year"] and any(a <= start < b for a, b in dates):
            continue
        if text[end : end + 1] in _MARKS and _marks_list(text, start, end):
            continue
        if found["number"] and _glued_year(found["number"]) and text[end : end + 1] == "年":
            year = found["number"].partition(".")[2]
            raw: Raw | None = Raw(end - len(year), end + 1, "year", int(year), "年", 0, 0)
        else:
            raw = _raw(text, found)
        if raw:
            at = max(at, raw.end)
            yield raw


def _match(text: str, start: int) -> re.Match[str] | None:
    """The figure whose first sign is at ``start``, with the minus before it where that is one."""
    signed = FIGURE.match(text, start - 1) if start and text[start - 1] == "-" else None
    return signed or FIGURE.match(text, start)


def _marks_list(text: str, start: int, end: int) -> bool:
    """True for the number of a list: 1、 or （1）."""
    if _LIST_MARK.match(text, start):
        return True
    mark = _LIST_MARK.match(text, start - 1) if start and text[start - 1] == "（" else None
    return mark is not None and mark.end() == end + 1


def _glued_year(number: str) -> bool:
    return re.fullmatch(r"\d{1,2}\.20\d{2}", number) is not None


def _raw(text: str, found: re.Match[str]) -> Raw | None:
    start, end = found.span()
    if found["year"]:
        return Raw(start, end, "year", int(found["year"]), "年", 0, 0)
    if found["han"]:
        return Raw(start, end, "count", _han(found["han"]) * MILLION, found["hanunit"], 0, 0)
    if found["han2"]:
        spoken = found["han2"]
        number = Decimal(spoken) if spoken[0].isdigit() else _han_decimal(spoken)
        places = _places(str(number))
        return Raw(start, end, "percent", int(number * MILLION), "%", places, 5 * 10 ** (5 - min(places, 5)))
    return _number(text, found)


def _number(text: str, found: re.Match[str]) -> Raw | None:
    start, end = found.span()
    written, unit = found["number"], found["unit"] or ""
    before = max(0, start - 4)
    if _NO_FIGURE_BEFORE.search(text, before, start):
        return None
    if not unit and (_NO_FIGURE_AFTER.match(text, end) or _NO_BARE_BEFORE.search(text, before, start)):
        return None
    plain = written.replace(",", "").replace("，", "")
    if len(plain) > 18:
        return None
    places, grouped = _places(plain), plain != written
    digits = int(plain.replace(".", "")) * (-1 if found["sign"] else 1)

    def of(scale: int) -> int:
        """The number in units of which one is ``scale``, cut off."""
        one: int = 10**places
        return -(-digits * scale // one) if digits < 0 else digits * scale // one

    if unit in FEN:
        return Raw(start, end, "amount", of(FEN[unit]), unit, places, _half(FEN[unit], places), grouped)
    if unit == "%" or unit.endswith("百分点"):
        kind: Kind = "percent" if unit == "%" else "point"
        return Raw(start, end, kind, of(MILLION), "%", places, _half(MILLION, places), grouped)
    if unit == "‰":
        return Raw(start, end, "percent", of(MILLION // 10), "‰", places, _half(MILLION // 10, places), grouped)
    if found["thing"] or found["bare"]:
        many = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100}.get(found["many"] or found["bare"] or "", 1)
        if found["bare"] and re.match(r"(?:元|工作经费|经费|资金)", text[end : end + 4]):
            return Raw(start, end, "amount", of(FEN["万元"]), "万元", places, _half(FEN["万元"], places), grouped)
        half = _half(many * MILLION, places) if places or many > 1 else 0
        return Raw(start, end, "count", of(many * MILLION), unit, places, half, grouped)
    code = len(plain) in (3, 5, 7) and plain.isdigit() and not grouped and "\u4e00" <= text[end : end + 1] <= "\u9fff"
    if code:
        return None
    return Raw(start, end, "amount", of(FEN["万元"]), "", places, _half(FEN["万元"], places), grouped, bare=True)


def _half(scale: int, places: int) -> int:
    one: int = 10 ** (places + 1)
    return scale * 5 // one


def _places(number: str) -> int:
    return len(number.partition(".")[2])


def _han(spoken: str) -> int:
    """一 … 九十九, 百, as a number."""
    if "百" in spoken:
        head, _, tail = spoken.partition("百")
        return (_DIGITS.get(head, 1) if head else 1) * 100 + (_han(tail.lstrip("零")) if tail.lstrip("零") else 0)
    if "十" in spoken:
        head, _, tail = spoken.partition("十")
        return _DIGITS.get(head, 1) * 10 + _DIGITS.get(tail, 0)
    return int("".join(str(_DIGITS[c]) for c in spoken))


def _han_decimal(spoken: str) -> Decimal:
    whole, _, rest = spoken.partition("点")
    return Decimal(f"{_han(whole)}.{''.join(str(_DIGITS[c]) for c in rest) or '0'}") if rest else Decimal(_han(whole))
