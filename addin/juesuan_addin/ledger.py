"""The record of what was there before our marks, live: the same very hidden sheet that hosts.patch keeps in a file.

So marks made in Excel are taken back by ``juesuan clear``, and marks in a file by the ribbon's 清除标记.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from juesuan.book import Book, Cell, cell_name, cell_place
from juesuan.draft import DraftCell, SheetDraft, Style
from juesuan.hosts.ooxml import themes
from juesuan.hosts.ooxml.ledger import FIELDS, SHEET, Marked
from juesuan.hosts.ooxml.styles import solid
from juesuan.hosts.ooxml.xml import Packed, clean
from juesuan_addin.port import OTHER, Fill

_CHUNK = 30000
_NONE: Packed = ["fill", {}, "", [["patternFill", {"patternType": "none"}, "", []]]]
#: The 56 colours that old files refer to by number, from number 8 on.
_INDEXED = (
    "000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF800000008000000080808000800080008080C0C0C08080809999FF993366"
    "FFFFCCCCFFFF660066FF80800066CCCCCCFF000080FF00FFFFFF0000FFFF8000808000000080800000FF00CCFFCCFFFFCCFFCCFFFF99"
    "99CCFFFF99CCCC99FFFFCC993366FF33CCCC99CC00FFCC00FF9900FF6600666699969696003366339966003300333300993300993366"
    "333399333333"
)
STYLES = {"record": Style(format="@")}


@dataclass(slots=True)
class Record:
    """Marks by sheet and place, tab colours by sheet, the name our result sheet got.

    ``own_tones``: cells had our colours before us. ``meta``: what else the record in a file says, kept as it is.
    """

    marks: dict[str, dict[Cell, Marked]] = field(default_factory=dict)
    tabs: dict[str, Packed | None] = field(default_factory=dict)
    result: str = ""
    own_tones: bool = False
    meta: dict[str, Any] = field(default_factory=dict)


def read(book: Book) -> Record | None:
    """The record in a snapshot, None where there is none. Rows that cannot be read are passed over."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == SHEET), None)
    if sheet is None:
        return None
    record = Record()
    for row in sheet.rows:
        kind, name, cell, *chunks = (str(value or "") for value in (*row, "", "", ""))
        try:
            entry = json.loads("".join(chunks))
            if kind == "meta":
                record.meta, record.result, record.own_tones = entry, entry["result"], entry["own_tones"]
            elif kind == "tab":
                record.tabs[name] = entry["colour"]
            elif kind == "mark":
                marked = Marked(**entry)
                marked.anchors = tuple(entry["anchors"]) if entry["anchors"] else None
                record.marks.setdefault(name, {})[cell_place(cell)] = marked
        except (KeyError, TypeError, ValueError):
            continue
    _without_theme(record)
    return record


def _without_theme(record: Record) -> None:
    scheme = record.meta.get("scheme") or []
    if scheme:
        for places in record.marks.values():
            for marked in places.values():
                marked.fill = themes.resolved(marked.fill, scheme)
        record.tabs = {name: themes.resolved(tab, scheme) if tab else tab for name, tab in record.tabs.items()}


def draft(record: Record) -> SheetDraft:
    """The record's sheet."""
    meta = {"format": 1, "result": record.result, "base": None, "own_tones": record.own_tones, "made": [], "scheme": []}
    lines: list[tuple[str, str, str, Any]] = [("meta", "", "", meta)]
    lines += [("tab", sheet, "", {"colour": colour}) for sheet, colour in record.tabs.items()]
    lines += [
        ("mark", sheet, cell_name(*place), {name: getattr(marked, name) for name in FIELDS})
        for sheet, places in record.marks.items()
        for place, marked in sorted(places.items())
    ]
    cells: dict[Cell, DraftCell] = {}
    for row, (kind, sheet, cell, entry) in enumerate(lines):
        # "_x" would be read as an escape by some programs
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).replace("_x", "_\\u0078")
        chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
        for column, value in enumerate((kind, sheet, cell, *chunks)):
            if value:
                cells[row, column] = DraftCell(value, "record")
    return SheetDraft(SHEET, cells, state="veryHidden", protected=False)


def packed(fill: Fill) -> Packed:
    """A fill as the record keeps it."""
    return solid(fill) if fill else _NONE


def fill_of(kept: Packed) -> Fill:
    """The fill the record keeps; OTHER where it is more than a plain colour."""
    for name, attributes, _, inner in kept[3]:
        if name != "patternFill":
            return OTHER
        pattern = attributes.get("patternType", "none")
        if pattern == "none":
            return ""
        if pattern != "solid":
            return OTHER
        return next((colour(leaf) for leaf in inner if leaf[0] == "fgColor"), OTHER)
    return ""


def colour(kept: Packed) -> Fill:
    """RRGGBB of a colour element, "" for automatic, OTHER where it cannot be told."""
    attributes = kept[1]
    if rgb := attributes.get("rgb"):
        return str(rgb)[-6:].upper()
    number = attributes.get("indexed", "")
    if number.isdigit() and 8 <= int(number) < 64:
        at = (int(number) - 8) * 6
        return _INDEXED[at : at + 6]
    return "" if number in ("64", "65") or attributes.get("auto") else OTHER


def tab(colour: Fill) -> Packed | None:
    """A tab's colour as the record keeps it."""
    return ["tabColor", {"rgb": f"FF{colour}"}, "", []] if colour else None


def rich(text: str) -> Packed:
    """A cell's own note as the record keeps it (its lettering is not kept by a live program)."""
    return ["text", {}, "", [["r", {}, "", [["t", {"xml:space": "preserve"}, clean(text), []]]]]]


__all__ = ["SHEET", "Marked"]
