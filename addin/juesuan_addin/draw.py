"""The 校验结果 sheet as a drawn sheet, so that a live program gets it the same way as any other sheet. Pure."""

from __future__ import annotations

from decimal import Decimal

from juesuan.book import Cell, cell_name
from juesuan.draft import DraftCell, DraftValue, Page, SheetDraft, Style, Validation
from juesuan.edits import TONES, Entry, Link, ResultCell, ResultSheet

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
    widths = tuple(10_000 if column in edit.hidden else width for column, width in enumerate(edit.widths))
    for at, (values, tone) in enumerate(zip(edit.rows, edit.tones, strict=True)):
        row = top + 1 + at
        for column, value in enumerate(values):
            cells[row, column] = DraftCell(_shown(value), _style(value, tone or "none"))
            if isinstance(value, Link):
                links[row, column] = value.target
        if (lines := _lines(values, widths)) > 1:
            heights[row] = min(409, 15 * lines + 2)
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


def _shown(value: ResultCell) -> DraftValue:
    if isinstance(value, Entry):
        return value.text or None
    return value.text if isinstance(value, Link) else value


def _style(value: ResultCell, tone: str) -> str:
    if isinstance(value, Entry):
        return "entry"
    if isinstance(value, Link):
        return f"link {tone}"
    return f"{'amount' if isinstance(value, Decimal) else 'text'} {tone}"


def _lines(values: tuple[ResultCell, ...], widths: tuple[int, ...]) -> int:
    """How many lines the row's longest text takes."""
    most = 1
    for value, width in zip(values, widths, strict=False):
        shown = _shown(value)
        text = "" if shown is None else str(shown)
        breadths = (sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))
        most = max(most, sum(max(1, -(-breadth // max(1, width - 1))) for breadth in breadths))
    return most


def _choices(edit: ResultSheet, first: int) -> tuple[Validation, ...]:
    """Drop-downs for the cells to type in, one for each run of rows."""
    found = []
    for column, choices in sorted(edit.choices.items()):
        runs: list[list[int]] = []
        for at, row in enumerate(edit.rows):
            if isinstance(row[column], Entry):
                if runs and runs[-1][1] == at - 1:
                    runs[-1][1] = at
                else:
                    runs.append([at, at])
        formula = '"' + ",".join(choices) + '"'
        for start, end in runs:
            area = f"{cell_name(first + start, column)}:{cell_name(first + end, column)}"
            found.append(Validation(area, "list", formula, "warning", edit.header[column], "请从列表中选一项。"))
    return tuple(found)
