"""Cell texts → values and formulas of one sheet, within the limits of the whole workbook."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from juesuan.book import CannotRead, Cell, Value, cell_place
from juesuan.hosts import guard, serial, strings, tree
from juesuan.hosts.shift import shift
from juesuan.hosts.styles import Styles
from juesuan.hosts.tree import NOWHERE, CellText

#: Where a cell beyond the limits is sent: no grid ever has this place.
_FAR = (guard.MAX_ROWS, guard.MAX_COLUMNS)
_REF = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9]++)="([^"]*+)"')
_ATTRIBUTES = re.compile(r'(?: [a-zA-Z0-9]++="[^"<>&]*+")*+')
#: Entries of the two look-up tables below; a hostile file must not fill memory that outlives it.
_KEPT, _HOWS = 50_000, 2_000
#: A row is first given as many places as the widest so far, but not more than this.
_WIDTH = 64
_NO_ROW: list[Value] = []
_PLAIN_HEADS = frozenset({"<f", '<f aca="false"', '<f ca="1"'})
_SHARED, _NUMBER, _OTHER = 0, 1, 2
#: What a cell's attributes say: which of the three above, its t=, its format code ("" for General), its date kind.
_How = tuple[int, str, str, serial.Kind]


class Unsure(Exception):
    """The quick scanner met a tag it does not know: the careful parser has to read this sheet."""


class _Places(dict[str, Cell]):
    """Cell name → place, remembered: the sheets of a set share most of their cell names."""

    def __missing__(self, ref: str) -> Cell:
        if not _REF.fullmatch(ref):
            raise Unsure
        row, column = cell_place(ref)
        if row >= guard.MAX_ROWS or column >= guard.MAX_COLUMNS:
            return _FAR
        if len(self) < _KEPT:
            self[ref] = (row, column)
        return row, column


PLACES = _Places({NOWHERE: _FAR})


class _Hows(dict[str, _How]):
    """Attributes of a cell as written (' s="5" t="n"') → how to read it; a sheet has few different ones."""

    def __init__(self, styles: Styles, formats: bool) -> None:
        super().__init__()
        self.styles, self.formats = styles, formats

    def __missing__(self, attributes: str) -> _How:
        if not _ATTRIBUTES.fullmatch(attributes):
            raise Unsure
        about = dict(_ATTRIBUTE.findall(attributes))
        kind, style = about.get("t", "n"), about.get("s", "0")
        which = _SHARED if kind == "s" else _NUMBER if kind == "n" else _OTHER
        date = self.styles.kinds.get(style, "")
        how = (which, kind, self.styles.codes.get(style, "") if date or self.formats else "", date)
        if len(self) < _HOWS:
            self[attributes] = how
        return how


@lru_cache(maxsize=16)
def _hows(styles: Styles, formats: bool) -> _Hows:
    """The look-up table for cells of these styles: files made from one template share it."""
    return _Hows(styles, formats)


class _Plain(dict[str, str]):
    """Escaped text → what it says. Labels recur from sheet to sheet, so the answers are kept."""

    def __missing__(self, escaped: str) -> str:
        only = escaped.count("&") == escaped.count("&amp;")
        found = self[escaped] = escaped.replace("&amp;", "&") if only else _unescape(escaped)
        return found


def _unescape(escaped: str) -> str:
    text = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    others = text.count("&") > text.count("&amp;")
    return tree.plain([escaped])[escaped] if others else text.replace("&amp;", "&")


@dataclass(slots=True)
class Meter:
    """What the sheets read so far have used of the workbook's limits."""

    cells: int = 0
    places: int = 0
    formula_text: int = 0
    slow: int = 0  # bytes given to the careful parser

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


class Context:
    """What all sheets of a workbook share."""

    def __init__(self, texts: Mapping[str, str], styles: Styles, base1904: bool, formulas: bool) -> None:
        self.texts, self.base1904, self.formulas = texts, base1904, formulas
        self.hows = _hows(styles, formulas)
        self.plain = _Plain()
        self.meter = Meter()


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

    def expect(self, last: str, cells: int) -> None:
        """Make room up to the cell named ``last`` (what the sheet says of itself), if ``cells`` make that credible."""
        row, column = place = PLACES[last]
        if place is not _FAR and (row + 1) * (column + 1) < 4 * cells + 1000:
            self.width = column + 1
            self.rows.extend([None] * self.width for _ in range(row + 1))
            self.context.meter.count_places((row + 1) * self.width)

    def fill(self, cells: Iterable[CellText], plain: Mapping[str, str], wary: bool) -> None:
        """Put ``cells`` in their places.

        ``plain``: what the texts with "&" say; ``wary``: numbers may hold what Python, but not Excel, takes for one.
        Raises Unsure for attributes that are not plainly written.
        """
        rows, formulas, formats, places = self.rows, self.formulas, self.formats, PLACES
        context, hows, texts = self.context, self.context.hows, self.context.texts
        value: Value
        for ref, attributes, formula, text in cells:
            which, kind, code, date = hows[attributes]
            row, column = place = places[ref]
            if which == _NUMBER:
                if text:
                    try:
                        value = float(text)
                    except ValueError:
                        value = _no_float(plain[text] if "&" in text else text)
                    if wary and ("_" in text or not text.isascii()):
                        value = plain[text] if "&" in text else text
                    if code and place is not _FAR:
                        formats[place] = code
                        if date and isinstance(value, float):
                            value = serial.moment(value, date, context.base1904)
                elif formula:
                    value = None
                    # What is computed later is shown as the cell shows it; a date would not be turned into one.
                    if code and not date and place is not _FAR:
                        formats[place] = code
                else:
                    continue
            elif not text and not formula:
                continue
            elif which == _OTHER:
                value = _other(kind, plain[text] if "&" in text else text)
            elif text in texts:
                value = texts[text]
            else:
                value = texts.get((plain[text] if "&" in text else text).strip())
                if value is None and place is not _FAR:
                    self.lost.append(place)
            try:
                rows[row][column] = value
            except IndexError:
                if not self._grow(row, column):
                    self.far = self.far or ref
                    self.far_count += 1
                    continue
                rows[row][column] = value
            if formula:
                head, _, own = formula.partition(">")
                if head in _PLAIN_HEADS:
                    own = own[:-4]
                    formulas[place] = plain[own] if "&" in own else own
                else:
                    self._formula(place, formula, plain)

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

    def _formula(self, place: Cell, written: str, plain: Mapping[str, str]) -> None:
        text = formula_text(written)
        text = plain[text] if "&" in text else text
        if " t=" in written:
            about = dict(_ATTRIBUTE.findall(written.partition(">")[0]))
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
            self.formulas[place] = text


def formula_text(written: str) -> str:
    """ "<f …>SUM(A1:A2)</f>" → "SUM(A1:A2)", still escaped."""
    return written.partition(">")[2].removesuffix("</f>")


def _no_float(text: str) -> Value:
    """A number written with character references, or the text itself."""
    try:
        return float(text) if text.isascii() and "_" not in text else text
    except ValueError:
        return text


def _other(kind: str, text: str) -> Value:
    if kind == "b":
        return text.strip() in ("1", "true") if text else None
    if kind == "d" and text:
        try:
            return dt.datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return text
    return strings.unescape(text)
