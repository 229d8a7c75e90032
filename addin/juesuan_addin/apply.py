"""Edits → an open workbook through a Port: what hosts.patch does to a file, done live.

Values and formulas first, in the order given, then marks, tab colours and whole sheets; the record of what was there
before is kept in the workbook, so that ``clear`` takes every mark back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from juesuan.book import Book, Cell, cell_name, cell_place
from juesuan.edits import (
    TONES,
    DropSheet,
    Edit,
    Mark,
    Protect,
    PutSheet,
    ResultSheet,
    SetFormula,
    SetValue,
    TabColour,
    Tone,
    Unprotect,
)
from juesuan.hosts.ooxml.comments import HEAD, LIMIT, cut
from juesuan.hosts.ooxml.undo import below, match
from juesuan.sheetnames import RESULT_NAME, result_sheet
from juesuan_addin import draw, ledger, pieces, protection
from juesuan_addin.ledger import Marked, Record
from juesuan_addin.port import OTHER, Fill, Held, Look, Port, Refused

_WORST: tuple[Tone, ...] = ("cause", "error", "explain", "rounding")
_TONE_OF: dict[str, Tone] = {colour: tone for tone, colour in TONES.items()}


@dataclass(frozen=True, slots=True)
class Done:
    """How much was written: ``cells`` with values or formulas, ``marks``, ``sheets`` put."""

    cells: int = 0
    marks: int = 0
    sheets: int = 0


def apply(port: Port, book: Book, edits: Sequence[Edit], password: str = "") -> Done:
    """Write the edits into the open workbook that ``book`` is a snapshot of. Raises Refused.

    ``password`` is the one that edits of protection are about: edits themselves hold only what a file keeps of it.
    """
    drawn = [edit for edit in edits if isinstance(edit, PutSheet)]
    known = {sheet.name for sheet in book.sheets} | {edit.sheet.name for edit in drawn}
    if unknown := {_sheet_of(edit) for edit in edits} - known - {""}:
        raise Refused(f"工作簿中没有名为“{min(unknown)}”的工作表，无法写入，请核对后再试。")
    record = ledger.read(book)
    for edit in drawn:
        _draw(port, edit)
        if record is not None:  # its marks went with the sheet it replaces
            record.marks.pop(edit.sheet.name, None)
    cells = _write(port, book, [edit for edit in edits if isinstance(edit, SetValue | SetFormula)])
    marked = [edit for edit in edits if isinstance(edit, Mark | TabColour | ResultSheet)]
    if marked or (record is not None and drawn):
        _annotate(port, book, record or Record(), marked)
    protection.change(port, edits, password)
    for gone in edits:
        if isinstance(gone, DropSheet) and gone.sheet in known:
            port.drop_sheet(gone.sheet)
    results = sum(isinstance(edit, ResultSheet) for edit in edits)
    return Done(cells, sum(isinstance(edit, Mark) for edit in edits), len(drawn) + results)


def _draw(port: Port, edit: PutSheet) -> None:
    port.put_sheet(edit.sheet, edit.styles, edit.after)
    for name, reference in edit.names.items():
        port.define(name, reference)
    if edit.sheet.protected:
        port.protect(edit.sheet.name, protection.of_draft(edit.sheet))


def _annotate(port: Port, book: Book, record: Record, edits: Sequence[Mark | TabColour | ResultSheet]) -> None:
    _mark(port, book, record, [edit for edit in edits if isinstance(edit, Mark)])
    for edit in edits:
        if isinstance(edit, TabColour):
            record.tabs.setdefault(edit.sheet, ledger.tab(port.tab_colour(edit.sheet)))
            port.colour_tab(edit.sheet, TONES[edit.tone])
        elif isinstance(edit, ResultSheet):
            _put_results(port, book, record, edit)
    port.put_sheet(ledger.draft(record), ledger.STYLES)


def clear(port: Port, book: Book) -> int:
    """Take every mark of ours back; how many cells had one. Values and formulas stay."""
    found = {sheet.name: _headed(port.notes(sheet.name)) for sheet in book.sheets if _worth(sheet.name)}
    record = ledger.read(book)
    if record is None and not any(found.values()):
        return 0
    record = record or Record(own_tones=True)
    _drop_results(port, book, record)
    if any(sheet.name == ledger.SHEET for sheet in book.sheets):
        port.drop_sheet(ledger.SHEET)
    _renamed(record, found)
    count = 0
    for sheet, headed in found.items():
        marks = record.marks.get(sheet, {})
        if headed or marks:
            count += _take_back(port, sheet, marks, headed, follow=not record.own_tones)
        if sheet in record.tabs and port.tab_colour(sheet) in _TONE_OF:
            kept = record.tabs[sheet]
            port.colour_tab(sheet, ledger.colour(kept) if kept else "")
    return count


def renew(port: Port, book: Book, edits: Sequence[Edit]) -> Done:
    """``apply`` on the workbook without its old marks."""
    clear(port, book)
    return apply(port, without_marks(book), edits)


def names_of(edits: Sequence[Edit]) -> set[str]:
    """The sheets that edits are about."""
    return {_sheet_of(edit) for edit in edits} | {e.sheet.name for e in edits if isinstance(e, PutSheet)}


def without_marks(book: Book) -> Book:
    """What ``clear`` makes of a snapshot, as far as sheets go."""
    record = ledger.read(book)
    gone = {ledger.SHEET, *_result_sheets(book, record or Record())}
    return Book(book.name, tuple(s for s in book.sheets if s.name not in gone), book.defined_names, book.problems)


def touched(book: Book, edits: Sequence[Edit]) -> list[str]:
    """The sheets that edits, or clearing old marks, write to: those to be unprotected."""
    record = ledger.read(book)
    names = names_of(edits)
    if record is not None:
        names |= {*record.marks, *record.tabs, *_result_sheets(book, record)}
    return [sheet.name for sheet in book.sheets if sheet.name in names]


def marked_sheets(book: Book) -> list[str]:
    """The sheets that clearing may write to."""
    return [sheet.name for sheet in book.sheets if _worth(sheet.name)]


def headed(port: Port, sheet: str) -> bool:
    """Whether a sheet has a note of ours."""
    return any(HEAD in text for text in port.notes(sheet).values())


def _worth(name: str) -> bool:
    return not name.startswith("_juesuan")


def _sheet_of(edit: Edit) -> str:
    if isinstance(edit, SetValue | SetFormula | Mark | TabColour | Protect | Unprotect):
        return edit.sheet
    return ""


# --- values ---


def _write(port: Port, book: Book, edits: Sequence[SetValue | SetFormula]) -> int:
    puts: dict[str, dict[Cell, SetValue | SetFormula]] = {}
    for edit in edits:
        puts.setdefault(edit.sheet, {})[_anchor(book, edit.sheet, edit.cell)] = edit
    for sheet, cells in puts.items():
        port.write(sheet, list(pieces.blocks({place: _content(edit) for place, edit in cells.items()})))
    return sum(map(len, puts.values()))


def _content(edit: SetValue | SetFormula) -> tuple[Held, bool]:
    return (f"={edit.formula}", True) if isinstance(edit, SetFormula) else (pieces.held(edit.value), False)


def _anchor(book: Book, sheet: str, cell: str) -> Cell:
    """The cell itself, or the first of the merged area that covers it."""
    row, column = cell_place(cell)
    for top, left, bottom, right in book.sheet(sheet).merges:
        if top <= row <= bottom and left <= column <= right:
            return top, left
    return row, column


# --- marks ---


def _mark(port: Port, book: Book, record: Record, edits: Sequence[Mark]) -> None:
    wanted: dict[str, dict[Cell, tuple[Tone, str]]] = {}
    for edit in edits:
        places = wanted.setdefault(edit.sheet, {})
        place = _anchor(book, edit.sheet, edit.cell)
        tone, text = edit.tone, edit.note
        if place in places:
            before = places[place]
            tone = min(before[0], tone, key=_WORST.index)
            text = before[1] if text in before[1].split("\n\n") else f"{before[1]}\n\n{text}"
        places[place] = (tone, text)
    for sheet, places in wanted.items():
        names = {place: cell_name(*place) for place in places}
        looks = dict(zip(places, port.looks(sheet, list(names.values())), strict=True))
        entries = record.marks.setdefault(sheet, {})
        record.own_tones = record.own_tones or (
            not entries and any(look.fill in _TONE_OF for look in looks.values())
        )
        fills: dict[str, Fill] = {}
        notes: dict[str, str | None] = {}
        for place, (tone, text) in places.items():
            entry, note = _entry(looks[place], tone, text, entries.get(place))
            entries[place] = entry
            if looks[place].fill != OTHER:
                fills[names[place]] = TONES[tone]
            if note is not None:
                notes[names[place]] = note
        port.paint(sheet, fills)
        port.note(sheet, notes)


def _entry(look: Look, tone: Tone, text: str, known: Marked | None) -> tuple[Marked, str | None]:
    """What to remember of a cell, and the note it gets (None: none can be put)."""
    fill = known.fill if known else (["fill", {}, "", []] if look.fill == OTHER else ledger.packed(look.fill))
    entry = Marked(None, fill, False, tone, None)
    if look.threaded:
        return entry, None
    own = (look.note or "").partition(HEAD)[0].removesuffix("\n") if known else (look.note or "")
    joined = text
    if known and known.note and text not in known.note.split("\n\n"):
        joined = f"{known.note}\n\n{text}"
    entry.note = cut(joined, LIMIT - len(own))
    if own:
        entry.rich = ledger.rich(own)
    return entry, f"{own}\n{HEAD}\n{entry.note}" if own else f"{HEAD}\n{entry.note}"


def _take_back(
    port: Port, sheet: str, marks: dict[Cell, Marked], headed: dict[Cell, tuple[str, str]], follow: bool
) -> int:
    now = match(marks, {place: ours for place, (_, ours) in headed.items()})
    notes: dict[str, str | None] = {}
    for place, (own, ours) in headed.items():
        entry = now.get(place)
        said = below(ours, (entry.note or "") if entry else ours)
        notes[cell_name(*place)] = "\n".join(part for part in (own, said) if part.strip()) or None
    port.note(sheet, notes)
    seen = sorted({*now, *headed})
    fills: dict[Cell, Fill] = {}
    tones: dict[Cell, Fill] = {}
    for place, look in zip(seen, port.looks(sheet, [cell_name(*place) for place in seen]), strict=True):
        entry = now.get(place)
        tone = _TONE_OF.get(look.fill)
        if tone is None or not (place in headed or (entry is not None and entry.tone == tone)):
            continue
        own = ledger.fill_of(entry.fill) if entry else ""
        fills[place], tones[place] = ("" if own == OTHER else own), look.fill
    if follow:
        _follow(port, sheet, fills, tones, set(seen))
    port.paint(sheet, {cell_name(*place): fill for place, fill in fills.items()})
    return len(seen)


def _follow(port: Port, sheet: str, fills: dict[Cell, Fill], tones: dict[Cell, Fill], seen: set[Cell]) -> None:
    """An inserted row takes over the look of its neighbour: take our fill back there too."""
    edge = dict(tones)
    while edge:
        near: dict[Cell, Cell] = {}
        for row, column in edge:
            for place in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if min(place) >= 0 and place not in seen:
                    near.setdefault(place, (row, column))
        seen |= near.keys()
        looks = port.looks(sheet, [cell_name(*place) for place in near]) if near else []
        found = {place: source for (place, source), look in zip(near.items(), looks, strict=True)
                 if look.fill == tones[source] and look.note is None}
        for place, source in found.items():
            fills[place], tones[place] = fills[source], tones[source]
        edge = {place: tones[place] for place in found}


def _headed(notes: dict[str, str]) -> dict[Cell, tuple[str, str]]:
    """The cells whose note carries our heading: what stands above it, and below."""
    found = {}
    for cell, text in notes.items():
        own, head, rest = text.replace("\r\n", "\n").replace("\r", "\n").partition(HEAD)
        if head:
            found[cell_place(cell)] = (own.removesuffix("\n"), rest.removeprefix("\n"))
    return found


def _renamed(record: Record, found: dict[str, dict[Cell, tuple[str, str]]]) -> None:
    """Records of a sheet that has another name now go to where their notes are."""
    for old in [name for name in record.marks if name not in found]:
        texts = {"".join((entry.note or "").split()) for entry in record.marks[old].values() if entry.note}
        for sheet, headed in found.items():
            if sheet not in record.marks and any("".join(ours.split()) in texts for _, ours in headed.values()):
                record.marks[sheet] = record.marks.pop(old)
                if old in record.tabs:
                    record.tabs[sheet] = record.tabs.pop(old)
                break


# --- the result sheet ---


def _put_results(port: Port, book: Book, record: Record, edit: ResultSheet) -> None:
    _drop_results(port, book, record)
    taken = {sheet.name.casefold() for sheet in book.sheets} - {n.casefold() for n in _result_sheets(book, record)}
    name, number = edit.name, 1
    while name.casefold() in taken:
        number += 1
        name = f"{edit.name}({number})"
    drawn, filters = draw.result(edit, name)
    port.put_sheet(drawn, draw.STYLES, filters=filters)
    port.define(RESULT_NAME, f"'{name}'!$A$1")
    record.result = name


def _drop_results(port: Port, book: Book, record: Record) -> None:
    for name in _result_sheets(book, record):
        port.drop_sheet(name)
    if RESULT_NAME in book.defined_names:
        port.define(RESULT_NAME, None)


def _result_sheets(book: Book, record: Record) -> list[str]:
    """Our result sheet, whatever it is called by now; at most one."""
    names = {sheet.name for sheet in book.sheets}
    return [name for name in (result_sheet(book.defined_names) or record.result,) if name in names]
