"""What consolidating prints: a sentence for everything by which the sums may not be what they should be."""

from __future__ import annotations

from collections.abc import Iterator

from juesuan.amount import show
from juesuan.bureau.department import Comparison, Department
from juesuan.bureau.department_book import DepartmentBook
from juesuan.bureau.department_sheets import culprits, leading, said_allowance, said_faults
from juesuan.bureau.figure_names import FigureNames
from juesuan.bureau.subtotals import Mismatch
from juesuan.catalogue import Catalogue
from juesuan.sheetnames import CHECK, REMARKS

#: Sentences of one kind; the workbook lists the rest.
_MOST = 20


def faults(department: Department, book: DepartmentBook, catalogue: Catalogue) -> Iterator[str]:
    """The sentences, the most serious first; none where everything came and agrees."""
    names = FigureNames(catalogue, department.totals)
    if department.missing:
        yield f"没有决算的单位 {len(department.missing)} 个：{'、'.join(department.missing)}"
    unread = list(department.unread)
    yield from (f"{code} {said}" for code, said in unread[:_MOST])
    if len(unread) > _MOST:
        yield f"另有 {len(unread) - _MOST} 处没有加进去，见“{REMARKS}”"
    if faulty := department.faulty:
        told = "、".join(f"{code}（{said_faults(a.fatal, a.undone)}）" for code, a in list(faulty.items())[:_MOST])
        more = f" 等 {len(faulty)} 个" if len(faulty) > _MOST else ""
        yield f"没有改好就加了进去的单位：{told}{more}，请改好后重新汇总"
    yield from department.unheld[:_MOST]
    if len(department.unheld) > _MOST:
        yield f"抵销表另有 {len(department.unheld) - _MOST} 行没有抵销，见“{REMARKS}”"
    for one in book.mismatches[:_MOST]:
        yield _mismatch(one, names)
    if len(book.mismatches) > _MOST:
        yield f"另有 {len(book.mismatches) - _MOST} 处合计与各单位所报合计相差，见“{CHECK}”"
    if department.missing and any(d.verdict == "breaks" for c in department.comparisons for d in c.differences):
        yield f"X-26：还缺 {len(department.missing)} 个单位的决算，以下相差含它们的数，请收齐后再核对"
    for comparison in department.comparisons:
        yield from _compared(comparison, book, names)


def _mismatch(one: Mismatch, names: FigureNames) -> str:
    if one.lost:
        stated = show(one.stated, "万元")
        return f"{names.place(one.ref)}：各单位合计 {stated} 万元，汇总表上没有这一行，没有写进去，请核对单位的行名"
    return (
        f"{names.place(one.ref)}：合计与各单位所报合计相差 {show(one.fen - one.stated, '万元')}"
        f"（表上按下级加总 {show(one.fen, '万元')}，各单位所报之和 {show(one.stated, '万元')}），"
        f"差在 {culprits(one.units) or '各单位的尾差'}，请单位改好合计后重新汇总"
    )


def _compared(comparison: Comparison, book: DepartmentBook, names: FigureNames) -> Iterator[str]:
    breaks = {d.ref: d for d in comparison.differences if d.verdict == "breaks"}
    first = names.sort(leading(comparison, book.tables))
    for ref in first[:_MOST]:
        one = breaks[ref]
        yield (
            f"X-26 {comparison.code} {names.place(ref)}：部门决算 {show(one.stated, '万元')}，"
            f"所属 {one.units} 个单位合计 {show(one.expected, '万元')}，"
            f"相差 {show(one.difference, '万元')}，超出容许的尾差 "
            f"{said_allowance(one.allowed)}"
        )
    if len(first) > _MOST:
        yield f"X-26 {comparison.code} 另有 {len(first) - _MOST} 处不符，见“{CHECK}”"
    if follows := len(breaks) - len(first):
        yield f"X-26 {comparison.code} 另有 {follows} 处合计随之不符，见“{CHECK}”"
