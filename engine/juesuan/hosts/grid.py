"""Cell texts → values and formulas of one sheet, within the limits of the whole workbook."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from juesuan.book import Cell, CannotRead, Value
from juesuan.hosts import guard, serial, strings
from juesuan.hosts.shift import shift
from juesuan.hosts.styles import Styles
from juesuan.hosts.tree import CellText

#: Where a cell beyond the limits is sent: no grid ever has this place.
_FAR = (guard.MAX_ROWS, guard.MAX_COLUMNS)
_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9]++)="([^"]*+)"')
_KEPT_PLACES = 50_000
#: A row is first given as many places as the widest so far, but not more than this.
_WIDTH = 64
_NO_ROW: list[Value] = []


class _Places(dict[str, Cell]):
    """Cell name → place, remembered: the sheets of a set share most of their cell names."""

    def __missing__(self, ref: str) -> Cell:
        match = _REF.fullmatch(ref)
        if match is None:
            return _FAR
        letters, digits = match.groups()
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        row = int(digits)
        if row > guard.MAX_ROWS or column > guard.MAX_COLUMNS:
            return _FAR
        place = (row - 1, column - 1)
        if len(self) < _KEPT_PLACES:
            self[ref] = place
        return place


PLACES = _Places()


@dataclass(slots=True)
class Meter:
    """What the sheets read so far have used of the workbook's limits."""

    cells: int = 0
    places: int = 0
    formula_text: int = 0

    def count_cells(self, count: int) -> None:
        self.cells += count
        if self.cells > guard.MAX_CELLS:
            raise CannotRead(_absurd(f"有内容的单元格超过 {guard.MAX_CELLS} 个"))

    def count_places(self, count: int) -> None:
        self.places += count
        if self.places > guard.MAX_PLACES:
            raise CannotRead(_absurd("表格的行列范围过大"))

    def count_formula(self, length: int) -> None:
        self.formula_text += length
        if self.formula_text > guard.MAX_FORMULA_TEXT:
            raise CannotRead(_absurd("公式过多过长"))


def _absurd(what: str) -> str:
    return f"工作簿{what}，大得不合常理，请只保留决算公开表后另存为新文件。"


@dataclass(frozen=True, slots=True)
class Context:
    """What all sheets of a workbook share."""

    strings: Mapping[str, str]
    styles: Styles
    base1904: bool
    formulas: bool
    meter: Meter


@dataclass(slots=True)
class Grid:
    """One sheet being filled. ``far``: first cell beyond the limits and how many; ``lost``: cells with no such text."""

    context: Context
    rows: list[list[Value]] = field(default_factory=list)
    formulas: dict[Cell, str] = field(default_factory=dict)
    formats: dict[Cell, str] = field(default_factory=dict)
    far: str = ""
    far_count: int = 0
    lost: list[Cell] = field(default_factory=list)
    shared: dict[str, tuple[Cell, str]] = field(default_factory=dict)
    width: int = 0

    def fill(self, cells: Iterable[CellText], plain: Mapping[str, str], wary: bool) -> None:
        """Put ``cells`` in their places.

        ``plain``: what the texts with "&" say; ``wary``: numbers may hold what Python, but not Excel, takes for one.
        """
        context, rows, formats, places = self.context, self.rows, self.formats, PLACES
        texts, codes, kinds, base1904 = context.strings, context.styles.codes, context.styles.kinds, context.base1904
        value: Value
        for ref, style, kind, tag, formula, text in cells:
            place = places[ref]
            if kind == "s":
                if text in texts:
                    value = texts[text]
                elif text == "":
                    continue
                else:
                    value = self._lost(place)
            elif kind == "" or kind == "n":
                if text:
                    value = _number(text) if wary else _float(text)
                    if style in codes and place is not _FAR:
                        formats[place] = codes[style]
                        if style in kinds and isinstance(value, float):
                            value = serial.moment(value, kinds[style], base1904)
                elif tag:
                    value = None
                else:
                    continue
            else:
                value = _other(kind, plain[text] if "&" in text else text)
            row, column = place
            try:
                rows[row][column] = value
            except IndexError:
                if not self._grow(row, column):
                    self.far = self.far or ref
                    self.far_count += 1
                    continue
                rows[row][column] = value
            if tag:
                self._formula(place, tag, plain[formula] if "&" in formula else formula)

    def _lost(self, place: Cell) -> Value:
        if place is not _FAR:
            self.lost.append(place)
        return None

    def _grow(self, row: int, column: int) -> bool:
        if row >= guard.MAX_ROWS:
            return False
        rows = self.rows
        if row >= len(rows):
            self.context.meter.count_places(row + 1 - len(rows))
            rows.extend([_NO_ROW] * (row + 1 - len(rows)))
        self.width = max(self.width, column + 1)
        line = rows[row]
        size = max(column + 1, min(self.width, max(_WIDTH, 2 * len(line))))
        self.context.meter.count_places(size - len(line))
        rows[row] = line + [None] * (size - len(line))
        return True

    def _formula(self, place: Cell, tag: str, text: str) -> None:
        if " t=" in tag:
            about = dict(_ATTRIBUTE.findall(tag))
            kind, group = about.get("t"), about.get("si", "")
            if kind == "shared" and text:
                self.shared[group] = (place, text)
            elif kind == "shared" and group in self.shared:
                origin, text = self.shared[group]
                self.context.meter.count_formula(len(text))
                text = shift(text, origin, place)
            elif kind == "dataTable":
                text = f"TABLE({about.get('r1', '')},{about.get('r2', '')})"
        if text:
            self.context.meter.count_formula(len(text))
            self.formulas[place] = text.removeprefix("=")


def _float(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text


def _number(text: str) -> Value:
    return _float(text) if text.isascii() and "_" not in text else text


def _other(kind: str, text: str) -> Value:
    if kind == "b":
        return text.strip() in ("1", "true") if text else None
    if kind == "d" and text:
        try:
            return dt.datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return text
    return strings.unescape(text) if "_x" in text else text
