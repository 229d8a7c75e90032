"""Sheets of words (情况说明, 名词解释, 重点工作): their names and columns, and where each paragraph came from.

A generated paragraph carries its key and the digest of its text as generated: whether somebody changed it since is seen
by comparing, however the file was saved in between.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

NARRATIVE, GLOSSARY, KEY_WORK = "情况说明", "名词解释", "重点工作"
#: Headings of the columns beside the text; the last two columns are hidden.
STATE, OFFERED, KEY, DIGEST = "状态", "新生成的文字（仅供参考，可复制到左边）", "来源", "文字指纹"
#: Columns of 重点工作.
WORK = ("序号", "重要事项", "工作内容及目标", "完成情况")
GENERATED, EDITED, TYPED, OPEN = "自动生成", "已修改", "手工填写", "待填"
#: What a missing input looks like in a text.
GAP = "【待填"
#: Keys of rows that are no generated paragraphs: a section's heading, the line that says how to fill the sheet, typed
#: entries of 名词解释 with a term and items of their own.
HEADING, HINT, ENTRY, ITEM = "节:", "填写说明", "案例:条", "案例:项"

Kind = Literal["heading", "hint", "text"]


@dataclass(frozen=True, slots=True)
class WordRow:
    """One row of a sheet of words. ``key`` and ``made`` (the digest of the text as generated) are "" where it is typed;
    ``offered`` is newly generated wording that differs; ``beside`` what stands in further columns: (column, value)."""

    kind: Kind
    text: str
    key: str = ""
    made: str = ""
    offered: str = ""
    beside: tuple[tuple[int, str | int | float], ...] = ()

    @property
    def generated(self) -> bool:
        """True where the text was generated, edited since or not."""
        return bool(self.made)

    @property
    def edited(self) -> bool:
        """True where the text is not any more what was generated."""
        return bool(self.made) and digest(self.text) != self.made

    @property
    def state(self) -> str:
        """What stands in the column 状态; "" for headings and blank rows."""
        if self.kind != "text" or not (self.text or self.made):
            return ""
        if GAP in self.text:
            return OPEN
        if not self.made:
            return TYPED
        return EDITED if self.edited else GENERATED


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One row of 重点工作, as written."""

    no: str = ""
    item: str = ""
    goal: str = ""
    done: str = ""


def digest(text: str) -> str:
    """The digest of a text, whatever its line ends."""
    return hashlib.sha256(lines_joined(text).encode()).hexdigest()[:16]


def lines_joined(text: str) -> str:
    """A text with plain line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, a blank line kept with the paragraph above it, so that joining them gives the text."""
    held: list[str] = []
    for line in text.split("\n"):
        if held and (not line or not held[-1].strip("\n")):
            held[-1] += f"\n{line}"
        else:
            held.append(line)
    return held
