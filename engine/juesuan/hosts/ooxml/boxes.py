"""Where a note's box stands and how large it is, in the sheet's own columns and rows."""

from __future__ import annotations

from juesuan.book import Cell
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.sheetxml import SheetXml

_WIDE, _TALL = 300, 130  # pixels: six lines of Chinese with the heading
_MOST = 520
_LINE, _HALF = 16, 6.2  # a line's height, half an ideograph's width
_LAST_COLUMN, _LAST_ROW = 16383, 1048575


def size(text: str) -> tuple[int, int]:
    """Width and height in pixels that show the text."""
    for width in (_WIDE, 420, _MOST):
        lines = sum(max(1, -(-_breadth(line) // (width - 14))) for line in text.split("\n"))
        height = int(lines * _LINE + 20)
        if height <= _MOST:
            return width, max(_TALL, height)
    return _MOST, _MOST


def anchor(sheet: SheetXml, place: Cell, text: str) -> str:
    """The VML anchor of a box right of a cell: column, offset, row, offset of both corners."""
    width, height = size(text)
    column = min(place[1] + 1, _LAST_COLUMN - 1)
    row = max(0, place[0] - 1)
    right, x = _walk(column, 12 + width, _LAST_COLUMN, _Columns(sheet))
    bottom, y = _walk(row, 6 + height, _LAST_ROW, _Rows(sheet))
    return f"{column}, 12, {row}, 6, {right}, {x}, {bottom}, {y}"


def grown(sheet: SheetXml, old: str, text: str) -> str:
    """An existing anchor, lower corner moved out as far as the text needs; the same if it is unreadable."""
    try:
        left, dx, top, dy, right, x, bottom, y = (int(part) for part in old.split(","))
    except ValueError:
        return old
    columns, rows = _Columns(sheet), _Rows(sheet)
    width, height = size(text)
    wide = sum(columns(i) for i in range(left, min(right, left + 200))) - dx + x
    tall = sum(rows(i) for i in range(top, min(bottom, top + 200))) - dy + y
    if wide < width:
        right, x = _walk(left, dx + width, _LAST_COLUMN, columns)
    if tall < height:
        bottom, y = _walk(top, dy + height, _LAST_ROW, rows)
    return f"{left}, {dx}, {top}, {dy}, {right}, {x}, {bottom}, {y}"


def _breadth(line: str) -> int:
    return int(sum(2 * _HALF if ord(c) > 0x2E7F else _HALF for c in line))


def _walk(start: int, pixels: int, last: int, extent: _Columns | _Rows) -> tuple[int, int]:
    at = start
    while at < last and pixels > extent(at):
        pixels -= extent(at)
        at += 1
    return at, min(pixels, max(0, extent(at) - 1))


class _Columns:
    """Column number → width in pixels."""

    def __init__(self, sheet: SheetXml) -> None:
        form = xml.child(sheet.root, "sheetFormatPr")
        stated = form.get("defaultColWidth") if form is not None else None
        self._usual = _pixels(stated or "9.14")
        self._spans = [
            (
                int(node.get("min") or 1) - 1,
                int(node.get("max") or 1) - 1,
                0 if node.get("hidden") in ("1", "true") else _pixels(node.get("width") or "9.14"),
            )
            for node in xml.children(xml.child(sheet.root, "cols"), "col")
        ]

    def __call__(self, column: int) -> int:
        return next((width for first, last, width in self._spans if first <= column <= last), self._usual)


class _Rows:
    """Row number → height in pixels."""

    def __init__(self, sheet: SheetXml) -> None:
        form = xml.child(sheet.root, "sheetFormatPr")
        self._sheet = sheet
        self._usual = _points(form.get("defaultRowHeight") if form is not None else None)

    def __call__(self, row: int) -> int:
        node = self._sheet.row(row)
        if node is None:
            return self._usual
        if node.get("hidden") in ("1", "true"):
            return 0
        return _points(node.get("ht")) if node.get("ht") else self._usual


def _pixels(width: str) -> int:
    return round(float(width) * 7)


def _points(height: str | None) -> int:
    return round(float(height or 15) * 4 / 3)
