"""The record of what was there before our marks, kept as text in a very hidden sheet of the workbook itself.

Rows of the sheet: kind ("meta", "mark", "tab"), sheet name, cell, JSON in as many cells as it needs. It says what the
originals looked like, not where they stood in the file, so it outlives a re-save by any other program.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from juesuan.book import Cell, cell_name, cell_place
from juesuan.edits import Tone
from juesuan.hosts.ooxml import themes, xml
from juesuan.hosts.ooxml.sheetxml import SheetXml
from juesuan.hosts.ooxml.styles import Base
from juesuan.hosts.ooxml.workbook import Workbook, text_of

SHEET = "_juesuan_marks"
_CHUNK = 30000


@dataclass(slots=True)
class Marked:
    """One marked cell as it was: ``style`` its format then, ``fill`` and ``rich`` (own note) by content.

    ``made``: the cell did not exist; ``note``: our text, None where no note could be put; ``anchors``: size of the own
    note's box before and after.
    """

    style: str | None
    fill: xml.Packed
    made: bool
    tone: Tone
    note: str | None
    rich: xml.Packed | None = None
    anchors: tuple[str, str] | None = None


FIELDS = [entry.name for entry in fields(Marked)]


@dataclass(slots=True)
class Ledger:
    """Marks by sheet name and place; ``tabs``: sheet → its own tabColor or None.

    ``own_tones``: the file had our colours before us. ``made``: endings declared by us.
    ``scheme``: the theme's colours, where an original refers to them.
    """

    marks: dict[str, dict[Cell, Marked]] = field(default_factory=dict)
    tabs: dict[str, xml.Packed | None] = field(default_factory=dict)
    result: str = ""
    base: Base | None = None
    own_tones: bool = False
    made: list[str] = field(default_factory=list)
    scheme: list[str] = field(default_factory=list)

    def empty(self) -> bool:
        """Whether nothing of ours is in the file."""
        return not (self.tabs or self.result or any(self.marks.values()))

    def originals(self) -> list[xml.Packed]:
        """The fills and tab colours as they were."""
        fills = [marked.fill for places in self.marks.values() for marked in places.values()]
        return fills + [colour for colour in self.tabs.values() if colour is not None]

    def resolve(self, scheme: list[str]) -> None:
        """Where the theme is another one now, say the originals' colours without it."""
        if self.scheme and self.scheme != scheme:
            for places in self.marks.values():
                for marked in places.values():
                    marked.fill = themes.resolved(marked.fill, self.scheme)
            self.tabs = {name: themes.resolved(tab, self.scheme) if tab else tab for name, tab in self.tabs.items()}


def read(book: Workbook) -> Ledger | None:
    """The record in the workbook; None if it has none. Rows that cannot be read are passed over."""
    tab = book.tab(SHEET)
    if tab is None:
        return None
    ledger = Ledger()
    for kind, sheet, cell, entry in _rows(SheetXml(book.package, tab.part), book):
        try:
            if kind == "meta":
                ledger.result, ledger.base = entry["result"], entry["base"]
                ledger.own_tones, ledger.made = entry["own_tones"], entry["made"]
                ledger.scheme = entry["scheme"]
            elif kind == "tab":
                ledger.tabs[sheet] = entry["colour"]
            elif kind == "mark":
                marked = Marked(**entry)
                marked.anchors = tuple(entry["anchors"]) if entry["anchors"] else None
                ledger.marks.setdefault(sheet, {})[cell_place(cell)] = marked
        except (KeyError, TypeError, ValueError):
            continue
    return ledger


def write(book: Workbook, ledger: Ledger) -> None:
    """Put the record into its sheet, the old one replaced."""
    old = book.tab(SHEET)
    if old is not None:
        book.remove(old)
    meta = {"format": 1} | {name: getattr(ledger, name) for name in ("result", "base", "own_tones", "made", "scheme")}
    lines: list[tuple[str, str, str, Any]] = [("meta", "", "", meta)]
    lines += [("tab", sheet, "", {"colour": colour}) for sheet, colour in ledger.tabs.items()]
    lines += [
        ("mark", sheet, cell_name(*place), {name: getattr(marked, name) for name in FIELDS})
        for sheet, places in ledger.marks.items()
        for place, marked in sorted(places.items())
    ]
    rows = []
    for number, (kind, sheet, cell, entry) in enumerate(lines):
        # "_x" would be read as an escape by some programs
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).replace("_x", "_\\u0078")
        chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
        cells = [
            f'<c r="{cell_name(number, column)}" t="inlineStr"><is><t>{xml.quoted(xml.escaped(value))}</t></is></c>'
            for column, value in enumerate([kind, sheet, cell, *chunks])
            if value
        ]
        rows.append(f'<row r="{number + 1}">{"".join(cells)}</row>')
    book.add(SHEET, xml.document("worksheet", f"<sheetData>{''.join(rows)}</sheetData>"), "veryHidden")


def _rows(sheet: SheetXml, book: Workbook) -> list[tuple[str, str, str, Any]]:
    strings: list[str] | None = None
    grid: dict[int, dict[int, str]] = {}
    for (row, column), node in sheet.cells():
        value, inline = xml.child(node, "v"), xml.child(node, "is")
        text = ""
        if inline is not None:
            text = text_of(inline)
        elif value is not None and value.text:
            text = xml.unescaped(value.text)
            if node.get("t") == "s":
                strings = book.strings() if strings is None else strings
                text = strings[int(text)] if int(text) < len(strings) else ""
        grid.setdefault(row, {})[column] = text
    found = []
    for row in sorted(grid):
        cells = grid[row]
        try:
            entry = json.loads("".join(cells[column] for column in sorted(cells) if column >= 3))
        except ValueError:
            continue
        found.append((cells.get(0, ""), cells.get(1, ""), cells.get(2, ""), entry))
    return found
