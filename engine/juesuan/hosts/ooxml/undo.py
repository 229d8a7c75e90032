"""Taking marks back: each cell's own fill and note, also where rows moved or another program saved the file."""

from __future__ import annotations

from dataclasses import dataclass

from juesuan.book import Cell
from juesuan.edits import Tone
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.comments import HEAD, Notes
from juesuan.hosts.ooxml.ledger import Ledger, Marked
from juesuan.hosts.ooxml.sheetxml import SheetXml
from juesuan.hosts.ooxml.styles import Styles
from juesuan.hosts.ooxml.workbook import text_of

Marks = dict[Cell, Marked]
_NO_FILL: xml.Packed = ["fill", {}, "", [["patternFill", {"patternType": "none"}, "", []]]]


@dataclass(slots=True)
class _Found:
    """A note with our heading: what stands above it, our own text, what somebody wrote below it."""

    own: str
    ours: str


def ours(notes: Notes) -> dict[Cell, str]:
    """The cells whose note carries our heading, with our text."""
    return {place: found.ours for place, found in _headed(notes).items()}


def take_back(sheet: SheetXml, styles: Styles, notes: Notes, marks: Marks, ledger: Ledger) -> None:
    """Undo the marks of one sheet; close the notes afterwards."""
    found = _headed(notes)
    now = match(marks, {place: note.ours for place, note in found.items()})
    changed: dict[Cell, tuple[str | None, str | None]] = {}  # place → format with mark, format without
    seen = set(now) | set(found)
    for place in sorted(seen):
        entry = now.get(place)
        note = found.get(place)
        if note is not None:
            _restore_note(notes, place, note, entry)
        swap = _restore_fill(sheet, styles, place, entry, note is not None)
        if swap:
            changed[place] = swap
    if not ledger.own_tones:
        _follow(sheet, styles, changed, seen)


def _headed(notes: Notes) -> dict[Cell, _Found]:
    found = {}
    for place in notes.places():
        text = (notes.text(place) or "").replace("\r", "")
        own, head, rest = text.partition(HEAD)
        if head and not notes.threaded(place):
            found[place] = _Found(own.removesuffix("\n"), rest.removeprefix("\n"))
    return found


def match(marks: Marks, found: dict[Cell, str]) -> Marks:
    """Where each record's cell is now: by text in the order of the sheet, else where it was."""
    now: Marks = {}
    left = dict(marks)
    free = dict(found)
    for text in {_plain(text): None for text in found.values()}:
        there = [place for place in sorted(free) if _says(free[place], text)]
        records = [place for place in sorted(left) if left[place].note is not None and _plain(left[place].note) == text]
        if len(there) != len(records):
            same = [place for place in there if place in records]
            there = same + [place for place in there if place not in same]
            records = same + [place for place in records if place not in same]
        for place, record in zip(there, records, strict=False):
            now[place] = left.pop(record)
            del free[place]
    for place in sorted(free):
        if place in left:  # somebody rewrote our text
            now[place] = left.pop(place)
            continue
        text = _plain(free[place])
        begun = [p for p in sorted(left) if left[p].note and text.startswith(_plain(left[p].note))]
        if begun:  # somebody wrote below our text
            now[place] = left.pop(begun[0])
    for place, entry in left.items():
        now.setdefault(place, entry)
    return now


def _restore_note(notes: Notes, place: Cell, note: _Found, entry: Marked | None) -> None:
    typed = below(note.ours, (entry.note or "") if entry else note.ours)
    if entry is not None and entry.rich is not None:
        own = text_of(xml.unpack(entry.rich))
        if not typed and _plain(own) == _plain(note.own):
            notes.restore(place, entry.rich, entry.anchors)
            return
    kept = "\n".join(part for part in (note.own, typed) if part.strip())
    if kept:
        notes.restore(place, _text(kept), entry.anchors if entry else None)
    else:
        notes.drop(place)


def _restore_fill(
    sheet: SheetXml, styles: Styles, place: Cell, entry: Marked | None, noted: bool
) -> tuple[str | None, str | None] | None:
    """The cell's own fill if it still shows one of ours; its format before and after."""
    node = sheet.cell(place)
    if node is None:
        return None
    style = node.get("s")
    tone: Tone | None = styles.tone(style)
    if tone is None or not (noted or (entry is not None and entry.tone == tone)):
        return None
    own = styles.refilled(style, entry.fill if entry else _NO_FILL, entry.style if entry else None)
    sheet.set_style(place, own)
    if entry is not None and entry.made and not len(node) and (own or "0") == (sheet.style_at(place) or "0"):
        sheet.discard(place)
    return style, own


def _follow(
    sheet: SheetXml, styles: Styles, changed: dict[Cell, tuple[str | None, str | None]], seen: set[Cell]
) -> None:
    """An inserted row takes over the look of its neighbour: take our fill back there too."""
    waiting = list(changed.items())
    while waiting:
        (row, column), (marked, own) = waiting.pop()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            node = sheet.cell(near) if min(near) >= 0 and near not in seen else None
            if node is not None and node.get("s") == marked and styles.tone(marked) is not None:
                sheet.set_style(near, own)
                seen.add(near)
                waiting.append((near, (marked, own)))


def _plain(text: str | None) -> str:
    return "".join((text or "").split())


def _says(text: str, plain: str) -> bool:
    return _plain(text) == plain


def below(text: str, ours: str) -> str:
    """What follows our text; "" if our text was changed inside."""
    if _says(text, _plain(ours)):
        return ""
    lines, mine = text.split("\n"), ours.split("\n")
    return "\n".join(lines[len(mine) :]).strip("\n") if lines[: len(mine)] == mine else ""


def _text(text: str) -> xml.Packed:
    return ["text", {}, "", [["r", {}, "", [["t", {"xml:space": "preserve"}, xml.escaped(text), []]]]]]
