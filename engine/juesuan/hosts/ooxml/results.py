"""The result sheet: summary, filterable rows coloured by tone, links to the cells; at the end of the workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence

from juesuan.book import cell_name
from juesuan.edits import TONES, Link, ResultSheet, Tone
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.ledger import RESULT, Ledger
from juesuan.hosts.ooxml.styles import Styles
from juesuan.hosts.ooxml.values import TEXT_LIMIT
from juesuan.hosts.ooxml.workbook import Tab, Workbook

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_HEADER = "D9E1F2"


def put_results(book: Workbook, ledger: Ledger, styles: Styles, edit: ResultSheet) -> None:
    """Add the sheet, ours replaced; a foreign sheet of that name stays and ours is called "…(2)"."""
    drop_results(book, ledger)
    name = _free_name(book, edit.name)
    book.add(name, _page(styles, edit))
    quoted = _quoted(name)
    book.define(RESULT, f"{quoted}!$A$1")
    first, last = _table(edit)
    book.define("_xlnm._FilterDatabase", f"{quoted}!{_absolute(first)}:{_absolute(last)}", name)
    ledger.result = name


def drop_results(book: Workbook, ledger: Ledger) -> None:
    """Remove our result sheet, whatever it is called by now."""
    tab = _ours(book, ledger)
    if tab is not None:
        book.remove(tab)
    book.undefine(RESULT)
    ledger.result = ""


def _ours(book: Workbook, ledger: Ledger) -> Tab | None:
    target = book.name(RESULT).lstrip("=")
    if target:
        sheet = target.rpartition("!")[0]
        return book.tab(_unquoted(sheet)) if sheet and "#REF" not in target else None
    return book.tab(ledger.result) if ledger.result else None


def _page(styles: Styles, edit: ResultSheet) -> bytes:
    (top, _), (bottom, right) = _table(edit)
    below = cell_name(top + 1, 0)
    rows: list[str] = []
    links: list[str] = []
    for number, line in enumerate(edit.summary):
        style = styles.result(bold=number == 0, grid=False, size="14" if number == 0 else "")
        rows.append(_row(number, (line,), [style], links))
    rows.append(_row(top, edit.header, [styles.result(_HEADER, bold=True)] * len(edit.header), links, edit.widths))
    for number, cells in enumerate(edit.rows):
        tone: Tone | None = edit.tones[number] if number < len(edit.tones) else None
        fill = TONES[tone] if tone else ""
        looks = [styles.result(fill, link=isinstance(cell, Link)) for cell in cells]
        rows.append(_row(top + 1 + number, cells, looks, links, edit.widths))
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(edit.widths, 1)
    )
    jumps = "".join(links)
    body = (
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{cell_name(bottom, right)}"/>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{top + 1}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/>'
        f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="{cell_name(top, 0)}:{cell_name(bottom, right)}"/>'
        f"{f'<hyperlinks>{jumps}</hyperlinks>' if links else ''}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    )
    return xml.document("worksheet", body)


def _row(
    number: int,
    cells: Sequence[str | int | Link | None],
    looks: Sequence[str],
    links: list[str],
    widths: tuple[int, ...] = (),
) -> str:
    """One row's XML; the links in it are added to ``links``."""
    inner = []
    for column, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        name = cell_name(number, column)
        text = cell.text if isinstance(cell, Link) else cell
        if isinstance(cell, Link):
            location, shown = xml.quoted(_location(cell.target)), xml.quoted(xml.clean(cell.text)[:255])
            links.append(f'<hyperlink ref="{name}" location="{location}" display="{shown}"/>')
        if isinstance(text, str):
            text = xml.quoted(xml.escaped(text[:TEXT_LIMIT]))
            inner.append(f'<c r="{name}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
        else:
            inner.append(f'<c r="{name}" s="{look}">{"" if text is None else f"<v>{text:d}</v>"}</c>')
    return f'<row r="{number + 1}"{_height(cells, widths)}>{"".join(inner)}</row>'


def _height(cells: Sequence[str | int | Link | None], widths: tuple[int, ...]) -> str:
    """A row tall enough for its wrapped text; "" where one line will do (not every program fits rows by itself)."""
    lines = 1
    for cell, width in zip(cells, widths, strict=False):
        text = cell.text if isinstance(cell, Link) else str(cell or "")
        breadths = (sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))
        lines = max(lines, sum(max(1, -(-breadth // max(1, width - 1))) for breadth in breadths))
    return f' ht="{min(409, 15 * lines + 2)}" customHeight="1"' if lines > 1 else ""


def _table(edit: ResultSheet) -> tuple[tuple[int, int], tuple[int, int]]:
    """The corners of header and rows: below the summary and one blank row."""
    top = len(edit.summary) + 1 if edit.summary else 0
    return (top, 0), (top + len(edit.rows), max(0, len(edit.header) - 1))


def _absolute(place: tuple[int, int]) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", cell_name(*place))


def _free_name(book: Workbook, wanted: str) -> str:
    base = _FORBIDDEN.sub("_", xml.clean(wanted)).strip("'")[:31] or "校验结果"
    name, number = base, 1
    while name.casefold() in book.names():
        number += 1
        ending = f"({number})"
        name = base[: 31 - len(ending)] + ending
    return name


def _location(target: str) -> str:
    sheet, _, cell = xml.clean(target).rpartition("!")
    return f"{_quoted(_unquoted(sheet))}!{cell}" if sheet else cell


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _unquoted(sheet: str) -> str:
    return sheet[1:-1].replace("''", "'") if sheet[:1] == "'" and sheet[-1:] == "'" and len(sheet) > 1 else sheet
