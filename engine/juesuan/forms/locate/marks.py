"""What single texts of a form announce: an annual goal of its own, the total, ticked options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from juesuan.forms.labels import Labels
from juesuan.forms.locate.grid import Spot
from juesuan.text import bare

_NUMERALS = {n: i for i, n in enumerate("一二三四五六七八九十", start=1)}
_GOAL = re.compile(
    r"^\s*年度(?:绩效)?目标\s*(\d{1,2}|[一二三四五六七八九十])\s*(?![\d.、．年])[:：]?\s*"
    r"(?:[（(]\s*(\d+(?:[.．]\d+)?)?\s*分?\s*[)）])?\s*[:：]?\s*(.*)$", re.DOTALL)  # fmt: skip
_TOTAL = frozenset({"总分", "合计", "总计", "总得分", "合计得分", "自评总分", "自评总得分"})
_HEADING = re.compile(r"^\s*(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}、|附件\s*\d|附[：:])")
_NUMBERED = re.compile(r"(?<![\d.])(?=\d{1,2}[.、．](?!\d))")


def goal(text: str) -> tuple[int, str | None, str] | None:
    """(number, points, the rest) of “年度目标1：（23分）…”; None for anything else."""
    found = _GOAL.match(text) if "年度" in text[:8] else None
    if not found:
        return None
    number = _NUMERALS.get(found[1]) or int(found[1])
    return number, unicodedata.normalize("NFKC", found[2]) if found[2] else None, found[3].strip()


def heading(spots: Sequence[Spot]) -> bool:
    """True for a row that is nothing but the heading of what follows a form on its sheet (三、…, 第二部分 …)."""
    return len(spots) == 1 and bool(_HEADING.match(spots[0].text))


def is_total(text: str) -> bool:
    """True for the label of the row of totals."""
    return len(text) < 16 and bare(text) in _TOTAL


def ticks(text: str, labels: Labels) -> list[tuple[str, bool | None]]:
    """Options written in one cell with their boxes: “1.持续性项目☑ 2.新增性项目□”; the box before or behind."""
    signs = labels.on + labels.off
    first = text.lstrip()[:1]
    if first and first in signs:
        parts = [p for p in re.split(f"(?=[{re.escape(signs)}])", text) if p.strip()]
    elif len(pieces := [p for p in _NUMBERED.split(text) if p.strip()]) > 1:
        parts = pieces
    else:
        parts = [p for p in re.split(f"(?<=[{re.escape(signs)}])", text) if p.strip()]
    found: list[tuple[str, bool | None]] = []
    for part in parts:
        marks = [c for c in part if c in signs]
        name = "".join(c for c in part if c not in signs).strip(" \u3000\t\n；;，,")
        if name:
            found.append((name, (marks[-1] in labels.on) if marks else None))
    return found
