"""The board as a workbook: 总览, 单位状态, 问题按规则, 主要根源, 须留意的文件."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from juesuan.bureau.places import COUNTED, NO_BOOK
from juesuan.bureau.records import Board
from juesuan.draft import Draft, DraftCell, DraftValue, Page, SheetDraft, Style
from juesuan.show import words
from juesuan.template.drawing import lines_needed

#: Rows of one sheet; the rest is in the NDJSON and in the ledger, and the sheet says so.
MOST = 50_000
KINDS = {
    "value": "数值",
    "shift": "错行错栏",
    "swap": "互换",
    "sign": "正负号",
    "unit": "金额单位",
    "digits": "数字录入",
}
_OUTCOMES = {
    "checked": "已校验",
    "unusable": "不能用",
    "timeout": "超时",
    "memory": "超内存",
    "crashed": "程序出错",
    "other": "未校验",
}
TONES = {
    "未报": "E0E0E0",
    "已报": "E8F2FB",
    "待修改": "FFC7CE",
    "待说明": "FFE0B2",
    "通过": "D5EFDC",
    "已封存": "B7E1CD",
    "无需报": "F5F5F5",
}
_STYLES = {
    "title": Style(size=16, bold=True, across="left"),
    "text": Style(across="left", wrap=True),
    "head": Style(bold=True, fill="F5F5F5", border=True, across="center", wrap=True),
    "cell": Style(border=True, across="left", wrap=True),
    "number": Style(border=True, across="right", format="0"),
    **{name: Style(border=True, across="center", fill=fill) for name, fill in TONES.items()},
}


def draft(board: Board, folder: str) -> Draft:
    """The workbook; ``folder`` is the name of what was checked."""
    sheets = (_overview(board, folder), _units(board), _rules(board), _causes(board), _files(board))
    return Draft(f"{board.year}年度决算批量校验", sheets, {}, _STYLES)


def _overview(board: Board, folder: str) -> SheetDraft:
    rows: list[Sequence[DraftValue]] = [("名册单位", len(board.units)), ("已报单位", board.submitted)]
    rows += [(name, number) for name, number in board.statuses.items()]
    rows += [("校验的文件", board.total), ("其他文件（不是工作簿，未校验）", board.others)]
    places: dict[str, int] = {}
    for file in board.files:
        places[file.place] = places.get(file.place, 0) + 1
    rows += [(f"文件：{place}", number) for place, number in places.items() if place not in (COUNTED, NO_BOOK)]
    about = f"{board.year} 年度决算批量校验：{folder}"
    return _sheet("总览", about, ("项目", "数目"), rows, (34, 14))


def _units(board: Board) -> SheetDraft:
    heads = (
        "编码",
        "单位",
        "上级",
        "性质",
        "状态",
        "第几次报",
        "强制性",
        "核实性",
        "提示",
        "未核对",
        "尾差",
        "封存",
        "新增问题",
        "消除问题",
        "已说明",
        "文件",
        "备注",
        "先改什么",
    )
    rows = [
        (
            u.code,
            u.name,
            u.parent,
            u.nature,
            u.status,
            u.version or None,
            u.fatal,
            u.explain,
            u.warn,
            u.not_evaluated,
            u.rounding,
            u.seal,
            u.appeared,
            u.gone,
            u.explained,
            u.path,
            u.note,
            "\n".join(u.said),
        )
        for u in board.units
    ]
    widths = (12, 30, 22, 8, 9, 9, 8, 8, 8, 8, 8, 8, 9, 9, 8, 30, 36, 60)
    return _sheet("单位状态", f"{board.year} 年度各单位报送与校验状态", heads, rows, widths, status=4)


def _rules(board: Board) -> SheetDraft:
    rows = [
        (t.key[0], t.key[1], words.name(t.key[2] if t.key[3] == "breaks" else t.key[3], "zh"), t.units, t.times)
        for t in board.rules
    ]
    return _sheet(
        "问题按规则",
        "各规则不符、未执行的单位数与条数（各单位最后一次报送）",
        ("规则", "内容", "类别", "单位数", "条数"),
        rows,
        (10, 60, 12, 10, 10),
    )


def _causes(board: Board) -> SheetDraft:
    rows = [(t.key[0], t.key[1], t.key[2], KINDS.get(t.key[3], t.key[3]), t.units, t.times) for t in board.causes]
    return _sheet(
        "主要根源",
        "最常填错的地方（各单位最后一次报送）",
        ("表", "行", "栏", "类型", "单位数", "次数"),
        rows,
        (34, 24, 18, 12, 10, 10),
    )


def _files(board: Board) -> SheetDraft:
    rows = [(f.path, f.place, f.owner, f.unit, f.year, _OUTCOMES[f.outcome], f.said) for f in board.files]
    return _sheet(
        "须留意的文件",
        "不作数、不能用、没有校验或另有说明的文件",
        ("文件", "认定", "单位编码", "文件中的单位", "年度", "结果", "说明"),
        rows,
        (44, 12, 14, 30, 8, 10, 60),
    )


def _sheet(
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[DraftValue]],
    widths: Sequence[float],
    *,
    status: int = -1,
) -> SheetDraft:
    cells = {(0, 0): DraftCell(title, "title")}
    for column, text in enumerate(heads):
        cells[1, column] = DraftCell(text, "head")
    at, heights = 2, {0: 28.0}
    for number, row in enumerate(rows):
        if number == MOST:
            cells[at, 0] = DraftCell(f"只列前 {MOST} 行，其余见 results.ndjson 与台账", "text")
            break
        for column, value in enumerate(row):
            style = "number" if isinstance(value, int) else str(value) if column == status else "cell"
            cells[at, column] = DraftCell((value[:32_000] or None) if isinstance(value, str) else value, style)
        lines = max((_lines(v, w) for v, w in zip(row, widths, strict=False) if isinstance(v, str)), default=1)
        heights[at] = min(15.0 * lines + 2, 400.0)
        at += 1
    return SheetDraft(
        name,
        cells,
        widths=dict(enumerate(widths)),
        heights=heights,
        freeze=(2, 2 if len(heads) > 8 else 0),
        page=Page(len(heads) > 5, False, (1, 1)),
        protected=False,
    )


def _lines(text: str, width: float) -> int:
    return sum(lines_needed(part, width) for part in text[:2_000].split("\n"))
