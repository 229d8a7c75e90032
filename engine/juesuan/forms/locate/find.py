"""Where forms lie: titles and header words in any sheet, and the rows that belong to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from juesuan.binding import BoundTable
from juesuan.book import Book, Sheet
from juesuan.forms.labels import Labels
from juesuan.forms.locate.shown import shown
from juesuan.sheetnames import OWN, RESULT

#: Words one of which stands in every form: its title or its indicators' header.
_SIGNS = re.compile("绩效|自评|三 ?级 ?指 ?标|基础数据|名册|具体指标|指标名称")
_OURS = (OWN, "科目表", RESULT, "封面", "补充资料", "情况说明", "名词解释", "重点工作")


@dataclass(frozen=True, slots=True)
class Region:
    """Rows ``top``–``bottom`` of a sheet that one form may take; ``title`` "" and ``cell`` None where it has none."""

    sheet: Sheet
    top: int
    bottom: int
    kind: str
    title: str
    cell: tuple[int, int] | None


def regions(book: Book, tables: Iterable[BoundTable], labels: Labels) -> Iterator[Region]:
    """Where forms may lie, from the first sheet on."""
    taken: dict[str, list[tuple[int, int]]] = {}
    for table in tables:
        taken.setdefault(table.sheet, []).append((table.area[0], table.area[2]))
    for sheet in book.sheets:
        if sheet.name.startswith(_OURS) or (sheet.state == "veryHidden"):
            continue
        yield from _on(sheet, sorted(taken.get(sheet.name, ())), labels)


def _on(sheet: Sheet, taken: list[tuple[int, int]], labels: Labels) -> Iterator[Region]:
    for top, bottom in _free(len(sheet.rows), taken):
        signs = [
            (r, c, v)
            for r in range(top, bottom + 1)
            for c, v in enumerate(sheet.rows[r])
            if isinstance(v, str) and 2 <= len(v) <= 100 and _SIGNS.search(v)
        ]
        if not signs:
            continue
        titles = [(r, c, text, kind) for r, c, v in signs if (kind := labels.title(text := shown(v)))]
        if not titles:
            kind = labels.title(sheet.name) or ""
            if any(labels.column(shown(v)) == "level3" for _, _, v in signs) or kind:
                yield Region(sheet, top, bottom, kind, sheet.name, None)
            continue
        starts = [r for r, *_ in titles]
        if starts[0] > top and any(r < starts[0] and labels.column(shown(v)) == "level3" for r, _, v in signs):
            yield Region(sheet, top, starts[0] - 1, "", sheet.name, None)
        for at, (row, column, text, kind) in enumerate(titles):
            end = titles[at + 1][0] - 1 if at + 1 < len(titles) else bottom
            if end >= row:
                before = _above(sheet, row, top, labels)
                yield Region(sheet, row, end, kind, before + text, (row, column))


def _free(height: int, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The runs of rows that no bound table takes."""
    start = 0
    for top, bottom in taken:
        if top > start:
            yield start, top - 1
        start = max(start, bottom + 1)
    if start < height:
        yield start, height - 1


def _above(sheet: Sheet, row: int, top: int, labels: Labels) -> str:
    """The first half of a title broken over two rows: “2023年度某单位” alone in the row above."""
    if row - 1 < top:
        return ""
    texts = [shown(v) for v in sheet.rows[row - 1] if v not in (None, "")]
    if len(texts) != 1 or not texts[0].startswith("20") or len(texts[0]) > 60 or labels.title(texts[0]):
        return ""
    return texts[0] if "年" in texts[0] and not texts[0].endswith(("。", "；")) else ""
