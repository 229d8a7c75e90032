"""Labels as people type them, brought to one form so that the same heading is recognised in every file."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMERALS = "一二三四五六七八九十百"
_DROP = re.compile(r"[\s\u00a0\u2000-\u200f\u3000\ufeff“”\"'‘’「」『』《》〈〉【】\[\]_*＊、,，.。;；:：·•]+")
_CIRCLED = re.compile(r"^[\s\u3000]*[①-⑳⑴-⒇❶-❿]")  # before NFKC, which makes plain digits of them
_ORDINAL = re.compile(rf"^(?:[（(][{_NUMERALS}\d]{{1,3}}[)）]|[{_NUMERALS}]{{1,3}}[、.．]|\d{{1,2}}[、.．)）](?!\d))")
_LEAD = re.compile(r"^(?:其中|加|减|附)[：:]")
#: A year, not part of a number, a date, an amount or a document's number (〔2024〕12号).
_YEAR = re.compile(r"(?<![\d.,/\-〔\[])(20\d{2})(?![\d.,/\-〕\]])(?!\s*年?\s*\d{1,2}\s*月)\s*年?\s*度?")
_DIGITS = {"〇": "0", "○": "0", "零": "0", "O": "0", **{n: str(i) for i, n in enumerate("一二三四五六七八九", start=1)}}
_CHINESE_YEAR = re.compile(rf"二[〇○零O]([{''.join(_DIGITS)}])\s*([{''.join(_DIGITS)}])(?=\s*年)")
_SPACED_YEAR = re.compile(r"(?<!\d)2\s+0\s+(\d)\s+(\d)(?=\s*年)")
_TWO = ("2", "二", "２")
_PARENTHESES = str.maketrans({"(": "（", ")": "）"})


@lru_cache(maxsize=65536)
def plain(label: str) -> str:
    """A label without blanks, quotes, punctuation and its leading 一、/（一）/1./①/其中：; brackets as （）.

    "一、 一般公共预算财政拨款收入" and "一般公共预算财政拨款收入" become the same text.
    """
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("", label)).strip()
    for pattern in (_LEAD, _ORDINAL, _LEAD):
        text = pattern.sub("", text).strip()
    return _DROP.sub("", text.translate(_PARENTHESES))


@lru_cache(maxsize=65536)
def bare(label: str) -> str:
    """``plain`` without anything in brackets and without a year: what is left of a title's or heading's wording."""
    return yearless(re.sub(r"（[^（）]*）", "", plain(label)))


def yearless(text: str) -> str:
    """A text without the years it names."""
    return _YEAR.sub("", _arabic(text)) if "20" in text or "二" in text else text


def year_in(text: str) -> int | None:
    """The first year 2000–2099 named in a text, also in Chinese numerals (二〇二三年), else None; dates name none."""
    if not any(mark in text for mark in _TWO):
        return None
    match = _YEAR.search(_arabic(unicodedata.normalize("NFKC", text)))
    return int(match.group(1)) if match else None


def _arabic(text: str) -> str:
    text = _SPACED_YEAR.sub(r"20\1\2", text)
    return _CHINESE_YEAR.sub(lambda m: f"20{_DIGITS[m[1]]}{_DIGITS[m[2]]}", text) if "二" in text else text


def printed(label: str) -> str:
    """A label without blanks and line breaks only: for showing."""
    return re.sub(r"\s+", "", label)
