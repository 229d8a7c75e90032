"""Prose on a sheet of any layout: its lines in reading order, and the sections they make.

A line is what stands between line breaks; a paragraph a cell, a section in one cell, or everything in one cell are read
alike. Which style of numbering marks the sections is what most kinds of sections are headed with on that sheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from juesuan.book import Sheet
from juesuan.narrative.headings import CHAPTER, PLAIN, STYLES, Heading, heading, is_number
from juesuan.provenance import GLOSSARY, KEY_WORK, OFFERED, lines_joined
from juesuan.text import plain

Area = tuple[int, int, int, int]

#: What only a sheet of another kind holds: 自评表 and its attachments, 补充资料, 校验结果.
_FORM = re.compile(r"(?:自评|评价|监控|目标)(?:申报)?(?:表|报告)|基础数据表|名册$")
_LABELS = frozenset({"三级指标", "年初目标值", "年度指标值", "实际完成值", "填列内容", "规则"})
_TOP = 4
#: A cell beside the column of prose counts only if it is prose itself.
_PROSE = 15
_CLAUSES = re.compile(r"[，。；：,;]")
_WORDS = re.compile(r"[一-鿿]")
_ATTACHED = re.compile(r"^附(?:件|表)\s*\d{0,2}\s*[：:]?")


class Line(NamedTuple):
    """One line of text and its cell."""

    row: int
    column: int
    text: str


@dataclass
class Block:
    """A section as found: its heading, the heading's cell, and its text, one entry a cell."""

    heading: str
    key: str
    place: tuple[int, int]
    parts: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Take a line; lines of one cell stay together."""
        last = self.parts[-1] if self.parts else None
        if last and (last.row, last.column) == (line.row, line.column):
            self.parts[-1] = Line(last.row, last.column, f"{last.text}\n{line.text}")
        else:
            self.parts.append(line)


def blocks(sheet: Sheet, taken: Iterable[Area]) -> list[Block]:
    """The sections of prose on a sheet, without those that hold no text; empty where it holds none.

    ``taken``: areas of tables and forms, whose texts are none of the narrative. Whether what looks like one section is
    part of a narrative, ``settled`` says from all sheets.
    """
    lines = list(_lines(sheet, tuple(taken)))
    marks = {at: found for at, line in enumerate(lines) if (found := _heading(line.text))}
    named = _heading(sheet.name)
    if not (marks or (named and named.key)) or _another(lines):
        return []
    style = _style(marks.values())
    main = _main(lines)
    return [b for b in _walk(lines, marks, style, main, named) if b.parts]


def settled(sheets: list[tuple[str, list[Block]]]) -> list[tuple[str, Block]]:
    """The sections of a workbook from what looks like sections on its sheets.

    A single one on a sheet counts only where its heading says that it explains, or where it is a kind of its own beside
    others."""
    sure = {name for name, found in sheets if _sure(found)}
    seen = {b.key for name, found in sheets if name in sure for b in found}
    more = {b.key for _, found in sheets for b in found if b.key} - {KEY_WORK}
    return [
        (name, block)
        for name, found in sheets
        for block in found
        if name in sure or (len(more) >= 2 and block.key in more - seen)
    ]


def _sure(found: list[Block]) -> bool:
    """True for what cannot be anything but prose about an account."""
    keys = {b.key for b in found if b.key and b.key != KEY_WORK}
    said = any("说明" in b.heading for b in found) or GLOSSARY in keys
    return (len(keys) >= 2 or said) and any(len(p.text) >= 8 for b in found for p in b.parts)


# --- lines ---


def _lines(sheet: Sheet, taken: tuple[Area, ...]) -> Iterator[Line]:
    """The lines of text outside the areas taken; a numbering in a cell of its own goes before the text beside it."""
    skip = _rows_taken(sheet, taken)
    aside = _offered(sheet)
    for row, cells in enumerate(sheet.rows):
        if row in skip:
            continue
        number = ""
        for column, value in enumerate(cells):
            if not isinstance(value, str) or column == aside or not value.strip():
                continue
            if taken and any(t <= row <= b and left <= column <= r for t, left, b, r in taken):
                continue
            if len(value) < 8 and is_number(value):
                number = value.strip()
                continue
            for text in lines_joined(value).split("\n") if "\n" in value or "\r" in value else (value,):
                if text.strip():
                    yield Line(row, column, number + text.rstrip())
                    number = ""


def _rows_taken(sheet: Sheet, taken: tuple[Area, ...]) -> set[int]:
    """The rows that an area takes whole."""
    width = max((len(row) for row in sheet.rows), default=0) if taken else 0
    return {
        row for top, left, bottom, right in taken if left == 0 and right >= width - 1 for row in range(top, bottom + 1)
    }


def _offered(sheet: Sheet) -> int:
    """The column of wording offered beside the text, on a sheet that lost our hidden columns; -1 without one."""
    if not sheet.rows:
        return -1
    return next((c for c, v in enumerate(sheet.rows[0]) if isinstance(v, str) and v.startswith(OFFERED[:5])), -1)


def _heading(text: str) -> Heading | None:
    return heading(text) if 3 < len(text) < 400 else None


def _another(lines: list[Line]) -> bool:
    """True for a sheet whose words say that it is a form, 补充资料 or 校验结果."""
    if any(len(x.text) < 60 and _FORM.search(plain(x.text)) for x in lines[:_TOP]):
        return True
    short = {plain(x.text) for x in lines if len(x.text) < 12}
    return len(short & _LABELS) >= 2 or "填列内容" in short or {"规则", "单元格"} <= short


def _main(lines: list[Line]) -> int:
    """The column that holds most of the prose."""
    weight: Counter[int] = Counter()
    for line in lines:
        if len(line.text) >= _PROSE:
            weight[line.column] += len(line.text)
    return max(weight, key=lambda c: (weight[c], -c), default=0)


def _style(marks: Iterable[Heading]) -> str:
    """The style of numbering that heads most kinds of sections, the outermost of several."""
    kinds: dict[str, set[str]] = {}
    for mark in marks:
        if mark.key and mark.key not in (GLOSSARY, KEY_WORK):
            kinds.setdefault(mark.style, set()).add(mark.key)
    return max(kinds, key=lambda s: (len(kinds[s]), -STYLES.index(s)), default="一")


# --- sections ---


class _Walk:
    """Where the reading stands: the section open (None outside the narrative), the last number, the kinds seen."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.found: list[Block] = []
        self.open: Block | None = None
        self.number = 0
        self.seen: set[str] = set()

    def start(self, text: str, key: str, place: tuple[int, int], number: int) -> None:
        self.open = Block(text, key, place)
        self.found.append(self.open)
        self.number = number
        self.seen.add(key)

    def heads(self, mark: Heading) -> bool:
        """True where a heading begins a section, not a part of the one that is open."""
        if self.open and self.open.key == GLOSSARY and not mark.text.endswith("说明"):
            return False
        if mark.style == self.style and mark.key:
            return True
        if mark.key == GLOSSARY or (mark.key == KEY_WORK and mark.style == PLAIN):
            return mark.style in (self.style, PLAIN)
        if mark.style == self.style != PLAIN:
            return self.open is not None and mark.number == self.number + 1
        return mark.style == PLAIN and bool(mark.key) and mark.key not in self.seen and mark.text.endswith("说明")


def _walk(lines: list[Line], marks: dict[int, Heading], style: str, main: int, named: Heading | None) -> list[Block]:
    walk = _Walk(style)
    if named and named.key:
        walk.start(named.text, named.key, (0, main), 0)
    for at, line in enumerate(lines):
        mark = marks.get(at)
        if mark and mark.style == CHAPTER and style != CHAPTER:
            _chapter(walk, mark, line)
        elif mark and walk.heads(mark):
            walk.start(mark.text, mark.key, (line.row, line.column), mark.number)
            if mark.tail and walk.open:
                walk.open.add(Line(line.row, line.column, mark.tail))
        elif _ATTACHED.match(line.text) and len(line.text) < 40:
            walk.open = None
        elif walk.open is not None and _counts(line, main):
            walk.open.add(line)
    return walk.found


def _chapter(walk: _Walk, mark: Heading, line: Line) -> None:
    """A new chapter: 名词解释, one of the narrative (what stands before its first section has no own heading), or one
    that is no narrative."""
    walk.open, walk.number = None, 0
    if mark.key in (GLOSSARY, KEY_WORK):
        walk.start(mark.text, mark.key, (line.row, line.column), 0)
    elif "说明" in mark.text or "决算情况" in mark.text:
        walk.start(mark.text, "", (line.row, line.column), 0)


def _counts(line: Line, main: int) -> bool:
    """True for prose, and for short lines in the column of the prose."""
    if line.column == main:
        return bool(_WORDS.search(line.text))
    return len(line.text) >= _PROSE and bool(_CLAUSES.search(line.text))
