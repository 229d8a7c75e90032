"""The canonical content of a workbook: every cell's value, told alike whether Excel, WPS or LibreOffice saved it.

Formulas are not part of it, their values are (give a recalculated Book). Blank cells are nothing. Texts are exact but
for line ends; dates are their serial numbers, for a program may keep the number and lose the date format. Numbers are
rounded to 12 significant digits, and finer up to 15 where thousandths need it: what programs disagree on lies beyond,
a 分 of a hundred billion 元 does not.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from juesuan.book import Book, Sheet, Value, cell_name
from juesuan.findings import Explanation
from juesuan.sheetnames import KEPT, OWN, RESULT, result_sheet

_DIGITS, _MOST_DIGITS, _PLACES = 12, 15, 3
_TINY = 5e-10  # what is left where equal figures were subtracted
_EPOCH = dt.datetime(1899, 12, 30)
_DAY = 86_400_000  # milliseconds
_LIMIT = 64 * 1024 * 1024  # bytes of an inflated content

Kind = Literal["changed", "removed", "added", "renamed"]


@dataclass(frozen=True, slots=True)
class Content:
    """``sheets``: name → cell → canonical value ("n0.3", "t文字", "b1"); ``explanations``: key → what was typed."""

    sheets: Mapping[str, Mapping[str, str]]
    explanations: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a cell's value ``before`` and ``after`` ("" is blank), or a sheet (``cell`` "") that was removed,
    added or renamed; a changed explanation has its key as ``cell`` and no sheet."""

    kind: Kind
    sheet: str
    cell: str
    before: str
    after: str


def content(book: Book, explanations: Iterable[Explanation] = ()) -> Content:
    """The content of a recalculated book, with the explanations typed in it."""
    own = result_sheet(book.defined_names) or RESULT
    sheets = {sheet.name: _cells(sheet) for sheet in book.sheets if not _ours(sheet, own)}
    typed = {e.key: tuple(map(_line_ends, (e.reason, e.text, e.who, e.when))) for e in explanations}
    return Content(sheets, typed)


def encoded(content: Content) -> bytes:
    """The content as the bytes its digest is taken of."""
    data = {"sheets": content.sheets, "explanations": content.explanations}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def packed(content: Content) -> bytes:
    """The content compressed."""
    return zlib.compress(encoded(content), 9)


def unpacked(data: bytes) -> tuple[Content, bytes]:
    """What ``packed`` gave, and its bytes as ``encoded``. ValueError where it is no such thing."""
    inflating = zlib.decompressobj()
    try:
        plain = inflating.decompress(data, _LIMIT)
        if not inflating.eof:
            raise ValueError("not a packed content")
        found = json.loads(plain.decode("utf-8", "surrogatepass"))
    except (zlib.error, RecursionError) as error:
        raise ValueError("not a packed content") from error
    if not isinstance(found, dict):
        raise ValueError("not a packed content")
    sheets, explanations = found.get("sheets"), found.get("explanations")
    if not isinstance(sheets, dict) or not isinstance(explanations, dict):
        raise ValueError("not a packed content")
    if not all(isinstance(c, dict) and all(isinstance(v, str) for v in c.values()) for c in sheets.values()):
        raise ValueError("not a packed content")
    return Content(sheets, {key: tuple(map(str, told)) for key, told in explanations.items()}), plain


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """What differs, in the order of sheets and cells."""
    gone = [name for name in before.sheets if name not in after.sheets]
    new = [name for name in after.sheets if name not in before.sheets]
    found: list[Change] = []
    for name in gone:
        same = next((other for other in new if after.sheets[other] == before.sheets[name]), None)
        if same is None:
            found.append(Change("removed", name, "", "", ""))
        else:
            new.remove(same)
            found.append(Change("renamed", name, "", name, same))
    found += [Change("added", name, "", "", "") for name in new]
    for name, cells in before.sheets.items():
        if name in after.sheets:
            found += _cell_changes(name, cells, after.sheets[name])
    for key in sorted({*before.explanations, *after.explanations}):
        told = [" ".join(given.get(key, ())) for given in (before.explanations, after.explanations)]
        if told[0] != told[1]:
            found.append(Change("changed", "", key, told[0], told[1]))
    return tuple(found)


# --- inside ---


def _cell_changes(sheet: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Change]:
    names = {name for name in (*before, *after) if before.get(name) != after.get(name)}
    for name in sorted(names, key=lambda cell: (int(cell.lstrip(_LETTERS) or 0), len(cell), cell)):
        yield Change("changed", sheet, name, before.get(name, "")[1:], after.get(name, "")[1:])


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _ours(sheet: Sheet, results: str) -> bool:
    """True for results and kept explanations, which come and go without the content changing."""
    hidden = sheet.name.startswith(OWN) and sheet.state != "visible"
    return hidden or sheet.name in (results, KEPT)


def _cells(sheet: Sheet) -> dict[str, str]:
    found = {}
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            if value is not None and value != "":
                found[cell_name(row, column)] = _canonical(value)
    return found


def _canonical(value: Value) -> str:
    if isinstance(value, str):
        return f"t{_line_ends(value)}"
    if isinstance(value, bool):
        return f"b{int(value)}"
    return f"n{number(_serial(value))}"


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _serial(value: int | float | dt.datetime | dt.date | dt.time | dt.timedelta | None) -> int | float:
    """A date as days since 1899-12-30, a time of day as a part of one day."""
    if isinstance(value, dt.time):
        value = dt.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    elif isinstance(value, dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
        value = moment.replace(tzinfo=None) - _EPOCH
        if value.days < 61:
            value -= dt.timedelta(days=1)  # Excel's 1900 had a 29 February
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(milliseconds=1) / _DAY
    return value or 0


def number(value: int | float) -> str:
    """A number as canonical text: 0.1 + 0.2 → "0.3", -0.0 → "0", 1e3 → "1000"."""
    if abs(value) < _TINY:
        return "0"
    before = len(str(int(abs(value)))) if abs(value) >= 10 ** (_DIGITS - _PLACES) else 0
    digits = min(_MOST_DIGITS, max(_DIGITS, before + _PLACES))
    text = format(Decimal(format(value, f".{digits - 1}e")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
