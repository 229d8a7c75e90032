"""Labels as people type them, brought to one form so that the same heading is recognised in every file."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMERALS = "一二三四五六七八九十百"
_DROP = re.compile(r"[\s\u00a0\u2000-\u200f\u3000\ufeff“”\"'‘’「」『』《》〈〉【】\[\]_*＊、,，.。;；:：·•]+")
_ORDINAL = re.compile(
    rf"^(?:[（(][{_NUMERALS}\d]{{1,3}}[)）]|[{_NUMERALS}]{{1,3}}[、.．]|\d{{1,2}}[、.．)）](?!\d)|[①-⑳])"
)
_LEAD = re.compile(r"^(?:其中|加|减|附)[：:]")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)\s*年?度?")
_PARENTHESES = str.maketrans({"(": "（", ")": "）"})


@lru_cache(maxsize=65536)
def plain(label: str) -> str:
    """A label without blanks, quotes, punctuation and its leading 一、/（一）/1./其中：; brackets as （）.

    "一、 一般公共预算财政拨款收入" and "一般公共预算财政拨款收入" become the same text.
    """
    text = unicodedata.normalize("NFKC", label).strip()
    for pattern in (_LEAD, _ORDINAL, _LEAD):
        text = pattern.sub("", text).strip()
    return _DROP.sub("", text.translate(_PARENTHESES))


@lru_cache(maxsize=65536)
def bare(label: str) -> str:
    """``plain`` without anything in brackets and without a year: what is left of a title's or heading's wording."""
    text = re.sub(r"（[^（）]*）", "", plain(label))
    return _YEAR.sub("", text)


def year_in(text: str) -> int | None:
    """The first year 2000–2099 named in a text, else None."""
    match = _YEAR.search(unicodedata.normalize("NFKC", text))
    return int(match.group(1)) if match else None


def printed(label: str) -> str:
    """A label without blanks and line breaks only: for showing."""
    return re.sub(r"\s+", "", label)
