"""Finding 重点工作 (序号、重要事项、工作内容及目标、完成情况) in any workbook by its heading row."""

from __future__ import annotations

import re
from dataclasses import dataclass

from juesuan.book import Sheet
from juesuan.narrative.own import text_of
from juesuan.provenance import WorkRow
from juesuan.text import plain

Area = tuple[int, int, int, int]

_DONE = frozenset({"完成情况", "工作完成情况", "年度完成情况", "完成情况及成效", "进展情况"})
_ITEM = re.compile(r"^(?:重要|重点|主要|工作)+(?:事项|工作|任务)$|^事项$")
_GOAL = re.compile(r"目标|内容")
_NO = frozenset({"序号", "编号"})


@dataclass(frozen=True, slots=True)
class BoundWork:
    """A row of 重点工作: its row and the columns (0-based, -1 for none) of 序号, 重要事项, 工作内容及目标, 完成情况."""

    content: WorkRow
    row: int
    columns: tuple[int, int, int, int]


def works(sheet: Sheet) -> tuple[Area, tuple[BoundWork, ...]] | None:
    """The area and the rows of 重点工作 on a sheet; None where its headings are not there."""
    for row, cells in enumerate(sheet.rows):
        done = next(
            (c for c, v in enumerate(cells) if isinstance(v, str) and 3 < len(v) < 20 and plain(v) in _DONE), -1
        )
        if done > 0 and (columns := _columns(cells, done)):
            return _read(sheet, row, columns)
    return None


def _columns(cells: object, done: int) -> tuple[int, int, int, int] | None:
    """The columns of a heading row; None where 重要事项 is not among them."""
    no, item, goal = -1, -1, -1
    for column, value in enumerate(cells):  # type: ignore[arg-type, var-annotated]  # a row of the sheet
        label = plain(value) if isinstance(value, str) and column != done else ""
        if label in _NO:
            no = column
        elif _ITEM.search(label) and item < 0:
            item = column
        elif _GOAL.search(label) and len(label) < 16 and goal < 0:
            goal = column
    return (no, item, goal, done) if item >= 0 else None


def _read(sheet: Sheet, top: int, columns: tuple[int, int, int, int]) -> tuple[Area, tuple[BoundWork, ...]]:
    found: list[BoundWork] = []
    last = top
    for row in range(top + 1, len(sheet.rows)):
        texts = [text_of(sheet.value(row, c)) if c >= 0 else "" for c in columns]
        if not any(texts):
            if row - last > 2 and found:
                break
            continue
        if not (texts[1] or texts[2] or texts[3]) or _over(texts):
            if found and texts[0] and not texts[0].isdecimal():
                break  # a line of its own below the table
            continue
        found.append(BoundWork(WorkRow(*texts), row, columns))
        last = row
    held = [c for c in columns if c >= 0]
    return (top, min(held), last, max(held)), tuple(found)


def _over(texts: list[str]) -> bool:
    """True for the headings repeated on the next printed page."""
    return plain(texts[3]) in _DONE and bool(_ITEM.search(plain(texts[1])))

