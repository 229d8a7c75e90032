"""The result sheet: summary, filterable rows coloured by tone, links to the cells; at the end of the workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from juesuan.book import cell_name, quoted, unquoted
from juesuan.edits import TONES, Entry, Link, ResultCell, ResultSheet, Tone, shown_of
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.ledger import Ledger
from juesuan.hosts.ooxml.styles import Styles
from juesuan.hosts.ooxml.values import TEXT_LIMIT
from juesuan.hosts.ooxml.workbook import Tab, Workbook
from juesuan.sheetnames import RESULT, RESULT_NAME

_HIDDEN = ' hidden="1"'
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_HEADER, _ENTRY = "D9E1F2", "DDEBF7"
_AMOUNT = "4"  # the built-in format #,##0.00


def put_results(book: Workbook, ledger: Ledger, styles: Styles, edit: ResultSheet) -> None:
    """Add the sheet, ours replaced; a foreign sheet of that name stays and ours is called "…(2)"."""
    drop_results(book, ledger)
    name = _free_name(book, edit.name)
    book.add(name, _page(styles, edit))
    sheet = quoted(name)
    book.define(RESULT_NAME, f"{sheet}!$A$1")
    first, last = _table(edit)
    book.define("_xlnm._FilterDatabase", f"{sheet}!{_absolute(first)}:{_absolute(last)}", name)
    ledger.result = name


def drop_results(book: Workbook, ledger: Ledger) -> None:
    """Remove our result sheet, whatever it is called by now."""
    tab = _ours(book, ledger)
    if tab is not None:
        book.remove(tab)
    book.undefine(RESULT_NAME)
    ledger.result = ""


def _ours(book: Workbook, ledger: Ledger) -> Tab | None:
    target = book.name(RESULT_NAME).lstrip("=")
    if target:
        sheet = target.rpartition("!")[0]
        return book.tab(unquoted(sheet)) if sheet and "#REF" not in target else None
    return book.tab(ledger.result) if ledger.result else None


def _page(styles: Styles, edit: ResultSheet) -> bytes:
    (top, _), (bottom, right) = _table(edit)
    below = cell_name(top + 1, 0)
    rows: list[str] = []
    links: list[str] = []
    for number, line in enumerate(edit.summary):
        style = styles.result(bold=number == 0, grid=False, size="14" if number == 0 else "")
        rows.append(_row(number, (line,), [style], links))
    rows.append(_row(top, edit.header, [styles.result(_HEADER, bold=True)] * len(edit.header), links,
                     edit.height(edit.header)))
    for number, cells in enumerate(edit.rows):
        tone: Tone | None = edit.tones[number] if number < len(edit.tones) else None
        fill = TONES[tone] if tone else ""
        looks = [_look(styles, fill, cell) for cell in cells]
        rows.append(_row(top + 1 + number, cells, looks, links, edit.height(cells)))
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}"{_HIDDEN * (number - 1 in edit.hidden)} customWidth="1"/>'
        for number, width in enumerate(edit.widths, 1)
    )
    jumps = "".join(links)
    lists = _lists(edit, top + 1)
    body = (
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{cell_name(bottom, right)}"/>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{top + 1}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/>'
        f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="{cell_name(top, 0)}:{cell_name(bottom, right)}"/>'
        f"{lists}{f'<hyperlinks>{jumps}</hyperlinks>' if links else ''}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    )
    return xml.document("worksheet", body)


def _look(styles: Styles, fill: str, cell: ResultCell) -> str:
    if isinstance(cell, Entry):
        return styles.result(_ENTRY, open=True)
    if isinstance(cell, Decimal) and int(cell.as_tuple().exponent) >= -2:
        return styles.result(fill, number=_AMOUNT)
    return styles.result(fill, link=isinstance(cell, Link))


def _lists(edit: ResultSheet, first: int) -> str:
    """The drop-downs of the columns with choices, for the rows that have an Entry there."""
    found = []
    for column, choices in sorted(edit.choices.items()):
        cells = [cell_name(first + at, column) for at, row in enumerate(edit.rows) if isinstance(row[column], Entry)]
        if cells:
            formula = xml.escaped('"' + ",".join(choices) + '"')
            found.append(
                f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" errorStyle="warning" '
                f'sqref="{" ".join(cells)}"><formula1>{formula}</formula1></dataValidation>'
            )
    return f'<dataValidations count="{len(found)}">{"".join(found)}</dataValidations>' if found else ""


def _row(
    number: int,
    cells: Sequence[ResultCell],
    looks: Sequence[str],
    links: list[str],
    height: int | None = None,
) -> str:
    """One row's XML; the links in it are added to ``links``. ``height`` in points, None for one line."""
    inner = []
    for column, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        name = cell_name(number, column)
        text = shown_of(cell)
        if isinstance(cell, Link):
            location, shown = xml.quoted(_location(cell.target)), xml.quoted(xml.clean(cell.text)[:255])
            links.append(f'<hyperlink ref="{name}" location="{location}" display="{shown}"/>')
        if isinstance(text, str):
            text = xml.quoted(xml.escaped(text[:TEXT_LIMIT]))
            inner.append(f'<c r="{name}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
        else:
            inner.append(f'<c r="{name}" s="{look}">{"" if text is None else f"<v>{text}</v>"}</c>')
    tall = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number + 1}"{tall}>{"".join(inner)}</row>'


def _table(edit: ResultSheet) -> tuple[tuple[int, int], tuple[int, int]]:
    """The corners of header and rows: below the summary and one blank row."""
    top = len(edit.summary) + 1 if edit.summary else 0
    return (top, 0), (top + len(edit.rows), max(0, len(edit.header) - 1))


def _absolute(place: tuple[int, int]) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", cell_name(*place))


def _free_name(book: Workbook, wanted: str) -> str:
    base = _FORBIDDEN.sub("_", xml.clean(wanted)).strip("'")[:31] or RESULT
    name, number = base, 1
    while name.casefold() in book.names():
        number += 1
        ending = f"({number})"
        name = base[: 31 - len(ending)] + ending
    return name


def _location(target: str) -> str:
    sheet, _, cell = xml.clean(target).rpartition("!")
    return f"{quoted(unquoted(sheet))}!{cell}" if sheet else cell

