"""The 校验结果 sheet as a drawn sheet, so that a live program gets it the same way as any other sheet. Pure."""

from __future__ import annotations

from decimal import Decimal

from juesuan.book import Cell, cell_name
from juesuan.draft import DraftCell, Page, SheetDraft, Style, Validation
from juesuan.edits import TONES, Entry, Link, ResultCell, ResultSheet, shown_of
from juesuan_addin import pieces

_HEADER, _ENTRY, _LINK = "D9E1F2", "DDEBF7", "0563C1"
_AMOUNT = "#,##0.00"
#: Styles of the sheet; a row's tone is the name's second word.
STYLES: dict[str, Style] = {
    "title": Style(size=14, bold=True),
    "line": Style(),
    "head": Style(bold=True, fill=_HEADER, border=True, wrap=True),
    "entry": Style(fill=_ENTRY, border=True, wrap=True, locked=False),
} | {
    f"{kind} {tone}": Style(
        fill=fill,
        border=True,
        wrap=True,
        colour=_LINK if kind == "link" else "",
        underline=kind == "link",
        format=_AMOUNT if kind == "amount" else "General",
    )
    for kind in ("text", "amount", "link")
    for tone, fill in (("none", ""), *TONES.items())
}


def result(edit: ResultSheet, name: str) -> tuple[SheetDraft, str]:
    """The sheet under ``name``, and the area that gets filter buttons."""
    cells: dict[Cell, DraftCell] = {}
    links: dict[Cell, str] = {}
    for row, line in enumerate(edit.summary):
        cells[row, 0] = DraftCell(line, "title" if row == 0 else "line")
    top = len(edit.summary) + 1 if edit.summary else 0
    for column, text in enumerate(edit.header):
        cells[top, column] = DraftCell(text, "head")
    heights: dict[int, float] = {}
    for at, (values, tone) in enumerate(zip(edit.rows, edit.tones, strict=True)):
        row = top + 1 + at
        for column, value in enumerate(values):
            shown = shown_of(value)
            cells[row, column] = DraftCell(None if shown == "" else shown, _style(value, tone or "none"))
            if isinstance(value, Link):
                links[row, column] = value.target
        if height := edit.height(values):
            heights[row] = height
    bottom = top + len(edit.rows)
    drawn = SheetDraft(
        name,
        cells,
        widths=dict(enumerate(edit.widths)),
        heights=heights,
        freeze=(top + 1, 0),
        validations=_choices(edit, top + 1),
        links=links,
        page=Page(landscape=True, one_page=False, repeat=(top, top)),
        protected=False,
        hidden=edit.hidden,
    )
    area = f"{cell_name(top, 0)}:{cell_name(bottom, max(0, len(edit.header) - 1))}"
    return drawn, area


def _style(value: ResultCell, tone: str) -> str:
    if isinstance(value, Entry):
        return "entry"
    if isinstance(value, Link):
        return f"link {tone}"
    return f"{'amount' if isinstance(value, Decimal) else 'text'} {tone}"


def _choices(edit: ResultSheet, first: int) -> tuple[Validation, ...]:
    """Drop-downs for the cells to type in, one for each run of rows."""
    found = []
    for column, choices in sorted(edit.choices.items()):
        formula = '"' + ",".join(choices) + '"'
        for start, end in pieces.runs([at for at, row in enumerate(edit.rows) if isinstance(row[column], Entry)]):
            area = f"{cell_name(first + start, column)}:{cell_name(first + end, column)}"
            found.append(Validation(area, "list", formula, "warning", edit.header[column], "请从列表中选一项。"))
    return tuple(found)
