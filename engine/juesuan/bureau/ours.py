"""Files of this program's own among the submissions (本程序写的): notices, summaries, consolidations, backups.

They are known by their sheets or names. Annotated copies are not among them: a unit that explains its findings
(审核说明) does so in the annotated copy and submits that.
"""

from __future__ import annotations

from pathlib import PurePath

from juesuan.book import Book

PLACE = "本程序写的"
NOTICE, SUMMARY, CONSOLIDATION, BACKUP = "整改通知", "批量校验汇总", "单位汇总", "备份"
_BACKUP = ".备份-"
_NOTICE_END = "-整改通知"
_SUMMARY = {"单位状态", "须留意的文件"}
_SOURCES = "汇总来源"


def ours(book: Book) -> str:
    """What a workbook is, in words, where this program wrote it as a result; "" for everything else."""
    sheets = {sheet.name for sheet in book.sheets}
    if sheets == {NOTICE}:
        return NOTICE
    if sheets >= _SUMMARY:
        return SUMMARY
    return CONSOLIDATION if _SOURCES in sheets else ""


def by_name(path: str) -> str:
    """The same by the file's name alone: backups and notices."""
    stem = PurePath(path).stem
    if _BACKUP in stem:
        return BACKUP
    return NOTICE if stem.endswith(_NOTICE_END) else ""


def sentence(wrote: str) -> str:
    """Why it is no submission, and how it can be one."""
    if wrote == CONSOLIDATION:
        return "这是 consolidate 的汇总，不算报送；要作为部门的决算报送，请删去“汇总来源”“汇总核对”“汇总说明”三张表"
    return f"这是本程序写出的{wrote}，不算报送"
