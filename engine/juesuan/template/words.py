"""The sheets of words: 情况说明 and 名词解释 (a paragraph a row), 重点工作 (a table).

Only the column of the text is printed; beside it stand where a paragraph came from and newly generated wording, and in
hidden columns its key and the digest of its text as generated. Nothing is locked: the text is the writer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from juesuan.draft import Page, SheetDraft
from juesuan.provenance import (
    DIGEST,
    GLOSSARY,
    HEADING,
    HINT,
    KEY,
    KEY_WORK,
    NARRATIVE,
    OFFERED,
    OPEN,
    STATE,
    WORK,
    WordRow,
    WorkRow,
    paragraphs,
)
from juesuan.template import cover
from juesuan.template.content import Facts
from juesuan.template.drawing import Drawing, area_name, lines_needed

NARRATIVE_TITLE = "{year}年度{kind}决算情况说明"
#: What is told in an empty sheet, as the first row of the text.
HOW_NARRATIVE = (
    "填写办法：填好九张表和“补充资料”后运行 juesuan narrate 自动生成；也可以在各节标题下面直接打字，一段一行，"
    "行不够就插入。改过的文字再次生成时保留不动，新文字写在右边供参考。"
)
HOW_GLOSSARY = "填写办法：运行 juesuan narrate 按用到的科目自动生成；也可以直接打字，一条一行，行不够就插入。"
HOW_WORK = "填写办法：一项工作一行，行不够时整行插入。"

#: A row of a sheet is at most 409 points high.
_TALLEST = 400.0
#: Lines of offered wording that a row grows for; the rest is read in the cell.
_SEEN = 3
_POINTS = {"words heading": 17.0, "words text": 16.0, "words open": 16.0, "words gap": 16.0, "words hint": 14.0}
_SIZE = {"words heading": 1.17, "words text": 1.07, "words open": 1.07, "words gap": 1.07, "words hint": 1.0}
_TEXT, _STATE, _OFFERED, _KEY, _DIGEST = range(5)
_WIDTHS = {_TEXT: 84.0, _STATE: 10.0, _OFFERED: 56.0, _KEY: 14.0, _DIGEST: 14.0}
_WORK_WIDTHS = {0: 7.0, 1: 26.0, 2: 48.0, 3: 62.0}
_SPARE_WORK = 8


def narrative(
    facts: Facts, rows: Sequence[WordRow], name: str = NARRATIVE, *, live: bool = True, title: str = ""
) -> SheetDraft:
    """情况说明 with these rows. ``live``: the title follows the cover (a workbook of ours); ``title``: another one."""
    return _sheet(name, title or NARRATIVE_TITLE, facts, rows, live)


def glossary(
    facts: Facts, rows: Sequence[WordRow], name: str = GLOSSARY, *, live: bool = True, title: str = ""
) -> SheetDraft:
    """名词解释 with these rows."""
    return _sheet(name, title or GLOSSARY, facts, rows, live)


def blank(headings: Iterable[tuple[str, str]]) -> list[WordRow]:
    """The rows of an empty 情况说明: what to do, then each section's heading (given with its key) over an open row."""
    rows = [WordRow("hint", HOW_NARRATIVE, HINT)]
    for key, heading in headings:
        rows += [WordRow("heading", heading, HEADING + key), WordRow("text", "")]
    return rows


def blank_glossary(count: int = 5) -> list[WordRow]:
    """The rows of an empty 名词解释."""
    return [WordRow("hint", HOW_GLOSSARY, HINT), *[WordRow("text", "")] * count]


def typed(sections: Iterable[tuple[str, str]]) -> list[WordRow]:
    """Sections (heading, text) as typed rows, a paragraph each."""
    rows: list[WordRow] = []
    for heading, text in sections:
        if heading:
            rows.append(WordRow("heading", heading, HEADING))
        rows += [WordRow("text", part) for part in paragraphs(text)]
    return rows


def key_work(facts: Facts, rows: Sequence[WorkRow], name: str = KEY_WORK, *, live: bool = True) -> SheetDraft:
    """重点工作: the rows, or open ones where there is none."""
    last = len(WORK) - 1
    drawing = Drawing(name, widths=dict(_WORK_WIDTHS), protected=False)
    value, formula = _title("{year}年度重点工作完成情况", facts, live)
    drawing.spread((0, 0, 0, last), value, "title", formula)
    drawing.heights[0] = 32
    top = 1
    if not rows:
        drawing.spread((1, 0, 1, last), HOW_WORK, "words hint")
        top = 2
    for column, heading in enumerate(WORK):
        drawing.put(top, column, heading, "head")
    drawing.heights[top] = 22
    for at, row in enumerate(rows or [WorkRow()] * _SPARE_WORK, start=top + 1):
        texts = (row.no, row.item, row.goal, row.done)
        for column, text in enumerate(texts):
            look = "words number" if not column else "words cell" if rows else "words entry"
            drawing.put(at, column, text or None, look, code="" if column else "@")
        lines = max(_lines(text, _WORK_WIDTHS[column], 1.07) for column, text in enumerate(texts))
        drawing.heights[at] = min(409.0, 16.0 * lines + 6)
    drawing.codes.append(area_name(top + 1, 0, max(drawing.heights), 0))
    drawing.freeze = (top + 1, 0)
    drawing.page = Page(landscape=True, one_page=False, repeat=(top, top))
    return drawing.done()


# --- drawing ---


def _title(text: str, facts: Facts, live: bool) -> tuple[str, str]:
    return cover.live(text, facts) if live else (cover.plain(text, facts), "")


def _sheet(name: str, title: str, facts: Facts, rows: Sequence[WordRow], live: bool) -> SheetDraft:
    drawing = Drawing(name, widths=dict(_WIDTHS), hidden={_KEY, _DIGEST}, protected=False)
    value, formula = _title(title, facts, live)
    drawing.put(0, _TEXT, value, "title", formula)
    for column, text in ((_STATE, STATE), (_OFFERED, OFFERED), (_KEY, KEY), (_DIGEST, DIGEST)):
        drawing.put(0, column, text, "words column")
    drawing.heights[0] = 36
    at = 1
    for row in rows:
        at += _row(drawing, at, row)
    drawing.freeze = (1, 0)
    drawing.page = Page(landscape=False, one_page=False, area=(0, _TEXT, max(at - 1, 1), _TEXT))
    return drawing.done()


def _row(drawing: Drawing, at: int, row: WordRow) -> int:
    """Draw one row of words; how many rows of the sheet it takes (more than one where the text is very long)."""
    style = _style(row)
    offered = min(_lines(row.offered, _WIDTHS[_OFFERED], 0.92), _SEEN)
    needed = max(_height(row.text, _WIDTHS[_TEXT], style), 14.0 * offered + 4)
    taken = max(1, -(-int(needed) // int(_TALLEST)))
    cells = [
        (_TEXT, row.text, style),
        (_STATE, row.state, "words state"),
        (_OFFERED, row.offered, "words offered"),
        (_KEY, row.key, "meta"),
        (_DIGEST, row.made, "meta"),
    ]
    for column, text, look in cells:
        if taken > 1:
            drawing.spread((at, column, at + taken - 1, column), text or None, look)
        elif text or column in (_TEXT, _STATE):
            drawing.put(at, column, text or None, look)
    for column, value in row.beside:
        drawing.put(at, column, value if isinstance(value, str | int) else str(value), "words offered")
    for number in range(at, at + taken):
        drawing.heights[number] = round(needed / taken, 1)
    return taken


def _style(row: WordRow) -> str:
    if row.kind != "text":
        return f"words {row.kind}"
    if not row.text:
        return "words open"
    return "words gap" if row.state == OPEN else "words text"


def _height(text: str, width: float, style: str) -> float:
    return _POINTS[style] * _lines(text, width, _SIZE[style]) + (10 if style == "words heading" else 6)


def _lines(text: str, width: float, size: float) -> int:
    """The lines a text takes in ``width`` characters; ``size``: of its print, to that of the columns' characters."""
    return sum(lines_needed(part, width / size) for part in text.split("\n"))
