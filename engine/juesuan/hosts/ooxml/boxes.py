"""Where a note's box stands and how large it is, in the sheet's own columns and rows."""

from __future__ import annotations

import re

from juesuan.book import Cell
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.sheetxml import SheetXml

_WIDE, _TALL = 300, 130  # pixels: six lines of Chinese with the heading
_MOST = 520
_LINE, _HALF = 16, 6.2  # a line's height, half an ideograph's width
_WIDE_CHARACTER = re.compile("[\u2e80-\U0010ffff]")
_LAST_COLUMN, _LAST_ROW = 16383, 1048575


def size(text: str) -> tuple[int, int]:
    """Width and height in pixels that show the text."""
    breadths = [_breadth(line) for line in text.split("\n")]
    for width in (_WIDE, 420, _MOST):
        lines = sum(max(1, -(-breadth // (width - 14))) for breadth in breadths)
        height = int(lines * _LINE + 20)
        if height <= _MOST:
            return width, max(_TALL, height)
    return _MOST, _MOST


class Boxes:
    """VML anchors (column, offset, row, offset of both corners) on one sheet."""

    def __init__(self, sheet: SheetXml) -> None:
        self._columns, self._rows = _Columns(sheet), _Rows(sheet)

    def beside(self, place: Cell, wanted: tuple[int, int]) -> str:
        """A box of that size right of a cell."""
        column = min(place[1] + 1, _LAST_COLUMN - 1)
        row = max(0, place[0] - 1)
        right, x = _walk(column, 12 + wanted[0], _LAST_COLUMN, self._columns)
        bottom, y = _walk(row, 6 + wanted[1], _LAST_ROW, self._rows)
        return f"{column}, 12, {row}, 6, {right}, {x}, {bottom}, {y}"

    def grown(self, old: str, wanted: tuple[int, int]) -> str:
        """An existing anchor, lower corner moved out as far as the size needs; the same if it is unreadable."""
        try:
            left, dx, top, dy, right, x, bottom, y = (int(part) for part in old.split(","))
        except ValueError:
            return old
        wide = sum(self._columns(i) for i in range(left, min(right, left + 200))) - dx + x
        tall = sum(self._rows(i) for i in range(top, min(bottom, top + 200))) - dy + y
        if wide < wanted[0]:
            right, x = _walk(left, dx + wanted[0], _LAST_COLUMN, self._columns)
        if tall < wanted[1]:
            bottom, y = _walk(top, dy + wanted[1], _LAST_ROW, self._rows)
        return f"{left}, {dx}, {top}, {dy}, {right}, {x}, {bottom}, {y}"


def _breadth(line: str) -> int:
    return int((len(line) + len(_WIDE_CHARACTER.findall(line))) * _HALF)


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
        self._known: dict[int, int] = {}

    def __call__(self, row: int) -> int:
        if row not in self._known:
            hidden = self._sheet.row_attribute(row, "hidden") in ("1", "true")
            height = self._sheet.row_attribute(row, "ht")
            self._known[row] = 0 if hidden else _points(height) if height else self._usual
        return self._known[row]


def _pixels(width: str) -> int:
    return round(float(width) * 7)


def _points(height: str | None) -> int:
    return round(float(height or 15) * 4 / 3)
