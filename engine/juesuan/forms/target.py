"""Targets and actual values (目标值、完成值) as people write them, read without guessing.

“≥22万人”“80分以上”“达95%以上”“4,800人次”“400-4,000元/人”“≤1‰”“2023年12月”“有效推进”“无” each become one
``Quantity``. A text with several numbers, a vague one (约、余) or one that contradicts itself is kind ``text`` with the
reason: a person has to judge it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from juesuan.forms.period import Period, read_period

Kind = Literal["number", "range", "date", "quality", "none", "blank", "text"]
Comparison = Literal["≥", "≤", "=", ">", "<"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One target or actual value. ``value`` is exact and in the plain unit: 22万人 → 220000 人, 95% → 19/20.

    ``high``: the upper end of a range, else None. ``number``/``decimals``/``multiplier``: as printed. ``lead``: words
    before the number (正确率达); ``change``: "减"/"增" where they say that the number is a fall or a rise. ``words``: a
    quality's text without blanks and punctuation. ``reason``: why a text could not be read.
    """

    raw: str
    kind: Kind
    comparison: Comparison = "="
    value: Fraction | None = None
    high: Fraction | None = None
    unit: str = ""
    multiplier: int = 1
    decimals: int = 0
    period: Period | None = None
    lead: str = ""
    change: str = ""
    words: str = ""
    reason: str = ""

    @property
    def readable(self) -> bool:
        """True where something definite was stated."""
        return self.kind not in ("blank", "text")


#: Full-width forms to half-width, and signs that mean the same; nothing else, lest ① or ㎡ become digits.
_SIGNS = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
    | {"≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤", "–": "-", "—": "-", "−": "-", "〜": "~", "∼": "~", "﹣": "-", "。": ";"}
)
_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]+")
_SPLIT_NUMBER = re.compile(r"(?<=\d)[\s\u00a0\u2000-\u200f\u202f\u205f\u3000]+(?=\d)")
_BLANK = frozenset({"", "-", "--", "/", "\\", ";", "..."})
_NONE = frozenset({"无", "没有", "未发生", "无发生"})

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![,\d])|\d+(?:\.\d+)?(?![,\d]*,\d)"
_NUMBER = re.compile(NUMBER)
_DIGITS = re.compile(r"\d+")
_COMPARE: tuple[tuple[str, Comparison], ...] = (
    ("大于或等于", "≥"), ("大于等于", "≥"), ("不得低于", "≥"), ("不得少于", "≥"), ("不低于", "≥"), ("不少于", "≥"),
    ("不小于", "≥"), ("至少", "≥"), (">=", "≥"), ("≥=", "≥"), ("≥", "≥"),
    ("小于或等于", "≤"), ("小于等于", "≤"), ("不得超过", "≤"), ("不得高于", "≤"), ("不超过", "≤"), ("不高于", "≤"),
    ("不大于", "≤"), ("不多于", "≤"), ("不超", "≤"), ("至多", "≤"), ("控制在", "≤"), ("<=", "≤"),
    ("≤=", "≤"), ("≤", "≤"),
    ("超过", ">"), ("高于", ">"), ("大于", ">"), ("多于", ">"), (">", ">"),
    ("低于", "<"), ("小于", "<"), ("少于", "<"), ("不足", "<"), ("不到", "<"), ("<", "<"),
    ("等于", "="), ("=", "="),
)  # fmt: skip
_AFTER: tuple[tuple[str, Comparison], ...] = (
    ("及以上", "≥"), ("或以上", "≥"), ("(含)以上", "≥"), ("以上(含)", "≥"), ("以上", "≥"),
    ("及以下", "≤"), ("或以下", "≤"), ("(含)以下", "≤"), ("以下(含)", "≤"), ("以下", "≤"),
    ("以内", "≤"), ("之内", "≤"), ("内", "≤"),
)  # fmt: skip
_NOISE = re.compile(r"(?:达到了?|达|为|共计|共|了|:)+$")
_VAGUE_BEFORE = re.compile(r"(?:约|大约|接近|将近|近)$")
_VAGUE_AFTER = re.compile(r"^(?:余|多|几)|(?:左右|上下)$")
_DENIED = re.compile(r"(?:未|没有?|不)(?:能)?(?:达到?|完成)?$")
_FALL = re.compile(r"下降|减少|降低|压减|缩短|减$|降$")
_RISE = re.compile(r"增长|增加|提高|上升|增$")
_MULTIPLIER = re.compile(r"^(?!百分点)[十百千万亿]+")
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_UNIT = re.compile(r"^[\u4e00-\u9fff㎡㎥℃²³A-Za-z/]{0,8}$")
_COMMENT = re.compile(r"\((?!含\)|不含)[^()\d]*\)$")
_ENDING = re.compile(r"[;,.、!]+$")
_CHINESE_NUMBER = re.compile(r"[百千万]分之|[一二两三四五六七八九十]+[百千万亿]")
_JOINED = re.compile(r"^(?P<a>.*?)(?:-|~|至|到)(?P<b>.*)$")


@lru_cache(maxsize=4096)
def read(text: str | None, year: int | None = None) -> Quantity:
    """What a target or actual value states. ``year``: the form's year, for dates written without one (12月底前)."""
    raw = text or ""
    spaced = raw.translate(_SIGNS).strip()
    if _SPLIT_NUMBER.search(spaced):
        return _text(raw, "数字中间有空格，不知是一个数还是几个数")
    clean = _ENDING.sub("", _BLANKS.sub("", spaced))
    if clean in _BLANK:
        return Quantity(raw, "blank")
    if clean in _NONE:
        return Quantity(raw, "none", words=clean)
    period = read_period(clean, year)
    if isinstance(period, str):
        return _text(raw, period)
    if period is not None:
        return Quantity(raw, "date", period=period)
    clean = _COMMENT.sub("", clean)
    if not _DIGITS.search(clean):
        if _CHINESE_NUMBER.search(clean):
            return _text(raw, "数字用中文写，请改写为阿拉伯数字")
        return Quantity(raw, "quality", words=re.sub(r"[\W_]+", "", clean))
    return _number(raw, clean)


def _text(raw: str, reason: str) -> Quantity:
    return Quantity(raw, "text", reason=reason)


def _number(raw: str, clean: str) -> Quantity:
    found = list(_NUMBER.finditer(clean))
    covered = sum(len(_DIGITS.findall(m.group())) for m in found)
    if not found or covered != len(_DIGITS.findall(clean)):
        return _text(raw, "数字的写法不规范（千分位、小数点）")
    if len(found) == 1:
        return _single(raw, clean, found[0])
    if len(found) == 2:
        return _range(raw, clean, found[0], found[1])
    return _text(raw, "一格中有几个数，不知取哪一个")


def _single(raw: str, clean: str, match: re.Match[str]) -> Quantity:
    before, after = clean[: match.start()], clean[match.end() :]
    negative = before.endswith("-")
    before, comparison = _compared(before.removesuffix("-"))
    if reason := _doubt(before, after):
        return _text(raw, reason)
    after, bound = _bounded(after)
    if comparison is None:
        comparison = bound or "="
    elif bound and (bound in "≥>") != (comparison in "≥>"):
        return _text(raw, "数的前后方向相反（既说不低于又说不高于）")
    multiplier, unit = _scaled(after)
    if unit is None or (negative and not _signed(before)):
        return _text(raw, f"“{after}”不像计量单位" if unit is None else "数前的横线不知是负号还是连接号")
    printed = match.group().replace(",", "")
    value = _exact(printed, multiplier, unit)
    lead = _NOISE.sub("", before)
    return Quantity(
        raw, "number", comparison, -value if negative else value, None, unit, multiplier, _places(printed),
        lead=lead, change="减" if _FALL.search(lead) else "增" if _RISE.search(lead) else "",
    )  # fmt: skip


def _range(raw: str, clean: str, first: re.Match[str], second: re.Match[str]) -> Quantity:
    """“400-4,000元/人”: two numbers joined by -, ~ or 至, the unit after the second (or after both)."""
    joined = _JOINED.match(clean[first.end() : second.start()])
    before = _NOISE.sub("", clean[: first.start()])
    if not joined or joined["b"] or _compared(before)[1] or before.endswith("-"):
        return _text(raw, "一格中有几个数，不知取哪一个")
    after = re.sub(r"之间$", "", clean[second.end() :])
    if reason := _doubt(before, after):
        return _text(raw, reason)
    multiplier, unit = _scaled(after)
    own, own_unit = _scaled(joined["a"]) if joined["a"] else (multiplier, unit)
    if unit is None or own_unit is None or _bounded(after)[1] or (own_unit and own_unit != unit):
        return _text(raw, "两个数的单位不一致，或不是范围")
    printed = first.group().replace(",", ""), second.group().replace(",", "")
    low, high = _exact(printed[0], own, unit), _exact(printed[1], multiplier, unit)
    if low > high:
        return _text(raw, "范围的下限大于上限")
    return Quantity(
        raw, "range", "=", low, high, unit, multiplier, max(_places(printed[0]), _places(printed[1])), lead=before
    )


def _compared(before: str) -> tuple[str, Comparison | None]:
    """The words before the number without its comparison sign, and the sign."""
    trimmed = re.sub(r"(?:达到|达|为|是|在)$", "", before) if not before.endswith("控制在") else before
    for ending in (before, trimmed):
        for word, sign in _COMPARE:
            if ending.endswith(word):
                return ending.removesuffix(word), sign
    return before, None


def _bounded(after: str) -> tuple[str, Comparison | None]:
    for word, sign in _AFTER:
        if after.endswith(word):
            return after.removesuffix(word), sign
    return after, None


def _doubt(before: str, after: str) -> str:
    """Why a number with these neighbours says nothing definite; "" if it does."""
    if _VAGUE_BEFORE.search(before) or _VAGUE_AFTER.search(after) or re.match(r"^[十百千万亿]+[余多几]", after):
        return "是约数（约、余、左右），不能据以计分"
    if _DENIED.search(before):
        return "数前有“未”“不”，不知完成多少"
    return ""


def _signed(before: str) -> bool:
    return not before or before[-1] in ":为达"


def _scaled(after: str) -> tuple[int, str | None]:
    """Multiplier and unit of what follows a number; the unit is None where it does not look like one."""
    multiplier = 1
    if match := _MULTIPLIER.match(after):
        for power in match.group():
            multiplier *= _POWERS[power]
        after = after[match.end() :]
    if after in ("%", "‰", "个百分点", "百分点"):
        return multiplier, after.removeprefix("个")
    if not _UNIT.match(after):
        return multiplier, None
    # 个 before a unit that stands alone as well (5个工作日, 3个月) is only its measure word.
    return multiplier, after.removeprefix("个") or after


def _exact(printed: str, multiplier: int, unit: str) -> Fraction:
    value = Fraction(printed) * multiplier
    if unit in ("%", "百分点"):
        return value / 100
    return value / 1000 if unit == "‰" else value


def _places(printed: str) -> int:
    return len(printed.partition(".")[2])
