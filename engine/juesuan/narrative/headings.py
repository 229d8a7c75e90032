"""Headings of sections in any layout: how they are numbered, and which section their words announce."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from juesuan import data
from juesuan.text import plain, yearless

#: The longest title of a section that is seen in published accounts has some thirty characters.
_LONGEST = 44
_NUMERALS = "一二三四五六七八九十百"
_DIGITS = {n: i for i, n in enumerate("一二三四五六七八九", start=1)}
#: Styles of numbering from the outermost: 第三部分, 一、, （一）, 1., （1）, none.
CHAPTER, PLAIN = "第", ""
STYLES = (CHAPTER, "一", "（一）", "1", "（1）", PLAIN)
_NUMBERED = (
    (CHAPTER, re.compile(rf"第\s*([{_NUMERALS}\d]{{1,3}})\s*(?:部\s*分|章|节)\s*[：:、.．]?")),
    ("一", re.compile(rf"([{_NUMERALS}]{{1,3}})\s*[、.．，,]")),
    ("（一）", re.compile(rf"[（(]\s*([{_NUMERALS}]{{1,3}})\s*[）)]\s*[、.．]?")),
    ("（1）", re.compile(r"[（(]\s*(\d{1,2})\s*[）)]\s*[、.．]?|([①-⑳])")),
    ("1", re.compile(r"(\d{1,2})\s*(?:[、．]|\.(?!\d)|\s(?=\S))")),
)
_NUMBER_ONLY = re.compile(
    rf"(?:第[{_NUMERALS}\d]{{1,3}}(?:部分|章|节)|[{_NUMERALS}]{{1,3}}[、.．]?|[（(](?:[{_NUMERALS}]{{1,3}}|\d{{1,2}})[）)]|\d{{1,2}}[、.．])"
)
#: A sentence, not a title.
_SENTENCE = re.compile(r"[。：:；;!！?？%％]|[，,](?!支|出)|万元|\d[\d.,]*元|（类）|（款）|（项）|\(项\)")
#: Titles of tables, forms and lists; a title of prose does not end so.
_OTHER = re.compile(r"(?:表|表格|名册|目录|清单|附件\d*|报告|综述)$")
_PLAIN_END = re.compile(r"(?:说明|情况|解释|重点工作)[：:]?$")
_PLAIN_NOT = re.compile(r"^(?:图|表|附|其中|主要)|[无没未及我]|本(?:单位|部门)|\d\s*月|\d\s*[.、]")
#: What follows a term of 名词解释, not a title.
_DEFINED = re.compile(r"是?指|反映")
_SPLIT = re.compile(r"[。：:\t]|\s{2,}|\u3000+")


class Numbered(NamedTuple):
    """A line taken apart: the style of its numbering, the number (0 where there is none), what follows."""

    style: str
    number: int
    rest: str


class Heading(NamedTuple):
    """A line that announces a section: its numbering, the section's key ("" where its words announce none), the
    heading as written, and the text that follows it in the same line."""

    style: str
    number: int
    key: str
    text: str
    tail: str


class _Spec(NamedTuple):
    key: str
    all: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]


@cache
def _specs() -> tuple[_Spec, ...]:
    entries: list[dict[str, Any]] = data.toml("narrative/sections.toml")["section"]
    return tuple(_Spec(e["key"], tuple(map(tuple, e["all"])), tuple(e.get("none", ()))) for e in entries)


@lru_cache(maxsize=2048)
def section_key(title: str) -> str:
    """The key of the section a title announces (sections.toml), "" where it announces none."""
    said = yearless(plain(title))
    for spec in _specs():
        if all(any(w in said for w in group) for group in spec.all) and not any(w in said for w in spec.none):
            return spec.key
    return ""


@lru_cache(maxsize=4096)
def numbered(line: str) -> Numbered:
    """A line's numbering, the outermost style that fits."""
    text = line.strip()
    for style, pattern in _NUMBERED:
        if found := pattern.match(text):
            return Numbered(style, _ordinal(next(g for g in found.groups() if g)), text[found.end() :].strip())
    return Numbered(PLAIN, 0, text)


def is_number(text: str) -> bool:
    """True for a cell that holds nothing but a numbering (一、 beside the title)."""
    return bool(_NUMBER_ONLY.fullmatch(text.strip()))


@lru_cache(maxsize=4096)
def heading(line: str) -> Heading | None:
    """The heading a line is, or begins with ("二、收入决算情况说明。本年收入…"); None for a line of prose."""
    style, number, rest = numbered(line)
    if not rest:
        return None
    if style == PLAIN:
        return Heading(style, number, section_key(rest), rest, "") if _is_plain_title(rest) else None
    if cut := _SPLIT.search(rest):
        title, tail = rest[: cut.start()], rest[cut.end() :].lstrip("。：: \t\u3000")
        if tail and not _DEFINED.match(tail) and _is_title(title) and (key := section_key(title)):
            text = line.strip()
            return Heading(style, number, key, text[: text.index(rest)] + title, tail)
    return Heading(style, number, section_key(rest), line.strip(), "") if _is_title(rest) else None


def _is_plain_title(text: str) -> bool:
    """Without a number only what ends like a title of a section is one."""
    return _is_title(text) and bool(_PLAIN_END.search(text)) and not _PLAIN_NOT.search(text)


def _is_title(text: str) -> bool:
    bare = text.rstrip("：:。 ")
    return 2 <= len(bare) <= _LONGEST and not _SENTENCE.search(bare) and not _OTHER.search(bare)


def _ordinal(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    tens, mark, ones = text.rpartition("十")
    if not mark:
        return _DIGITS.get(ones, 0)
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
