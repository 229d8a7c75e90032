"""Putting marks: fill and note of a cell, colour of a tab; what was there before goes into the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from juesuan.book import Cell, cell_place
from juesuan.edits import TONES, Mark, TabColour, Tone
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.comments import LIMIT, Notes, cut
from juesuan.hosts.ooxml.ledger import Ledger, Marked
from juesuan.hosts.ooxml.sheetxml import SheetXml
from juesuan.hosts.ooxml.styles import Styles, tone_of_colour

_WORST: list[Tone] = ["cause", "error", "explain", "rounding"]


def put_marks(ledger: Ledger, name: str, sheet: SheetXml, styles: Styles, marks: Sequence[Mark]) -> None:
    """Mark cells of one sheet; several marks of one cell become one, the worst tone on top."""
    notes = Notes(sheet.package, sheet)
    entries = ledger.marks.setdefault(name, {})
    for place, (tone, text) in _merged(sheet, marks).items():
        known = entries.get(place)
        if known is not None:
            _renew(known, sheet, styles, notes, place, tone, text)
        else:
            entries[place] = _mark(sheet, styles, notes, place, tone, text)
    notes.close()
    ledger.made += notes.made


def colour_tab(ledger: Ledger, name: str, sheet: SheetXml, edit: TabColour) -> None:
    """Colour a tab; its own colour is remembered once."""
    old = sheet.tab_colour()
    if name not in ledger.tabs:
        ledger.tabs[name] = None if old is None else xml.pack(old)
    sheet.set_tab_colour(xml.make("tabColor", {"rgb": "FF" + TONES[edit.tone]}))


def restore_tab(ledger: Ledger, name: str, sheet: SheetXml) -> None:
    """The tab's own colour again, unless somebody chose another meanwhile."""
    now = sheet.tab_colour()
    if now is not None and tone_of_colour(now.get("rgb") or "") is not None:
        own = ledger.tabs[name]
        sheet.set_tab_colour(None if own is None else xml.unpack(own))


def _merged(sheet: SheetXml, marks: Sequence[Mark]) -> dict[Cell, tuple[Tone, str]]:
    merged: dict[Cell, tuple[Tone, str]] = {}
    for mark in marks:
        place = sheet.anchor(cell_place(mark.cell))
        tone, text = mark.tone, mark.note
        if place in merged:
            before = merged[place]
            tone = min(before[0], tone, key=_WORST.index)
            text = before[1] if text in before[1].split("\n\n") else f"{before[1]}\n\n{text}"
        merged[place] = (tone, text)
    return merged


def _mark(sheet: SheetXml, styles: Styles, notes: Notes, place: Cell, tone: Tone, text: str) -> Marked:
    made = sheet.cell(place) is None
    node = sheet.need(place)
    style = node.get("s")
    entry = Marked(style, styles.fill(style), made, tone, None)
    node.set("s", styles.tinted(style, tone))
    if notes.threaded(place):
        return entry  # the note is Excel's placeholder for the thread; what stands in it is not shown
    own = notes.text(place)
    if own is None:
        entry.note = cut(text)
        notes.put(place, entry.note)
    else:
        entry.rich = notes.rich(place)
        entry.note = cut(text, LIMIT - len(own))
        entry.anchors = notes.append(place, entry.note)
    return entry


def _renew(entry: Marked, sheet: SheetXml, styles: Styles, notes: Notes, place: Cell, tone: Tone, text: str) -> None:
    """A second mark on a cell that still carries one: the new tone, both texts."""
    node = sheet.need(place)
    if styles.tone(node.get("s")) != tone:
        node.set("s", styles.tinted(node.get("s"), tone))
    entry.tone = tone
    if entry.note is None or notes.text(place) is None or text in entry.note.split("\n\n"):
        return
    joined = f"{entry.note}\n\n{text}"
    if entry.rich is None:
        notes.drop(place)
        entry.note = cut(joined)
        notes.put(place, entry.note)
    else:
        notes.restore(place, entry.rich, entry.anchors)
        entry.note = cut(joined, LIMIT - len(notes.text(place) or ""))
        entry.anchors = notes.append(place, entry.note)
