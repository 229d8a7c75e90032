"""Reading our own sheets of words (情况说明, 名词解释): known by the headings of their side columns, not by name."""

from __future__ import annotations

from dataclasses import dataclass

from juesuan.book import Sheet, Value
from juesuan.narrative.headings import heading, section_key
from juesuan.provenance import DIGEST, GLOSSARY, HEADING, HINT, KEY, OFFERED, STATE, Kind, WordRow, lines_joined

#: The side columns stand in one of the first rows.
_DEEP = 12
#: A heading of a side column shortened or wrapped by hand is still known by its beginning.
_OFFERED = OFFERED[:5]


@dataclass(frozen=True, slots=True)
class Place:
    """One row of a sheet of ours: its row number and its column of text (0-based), and the 状态 written beside it."""

    row: int
    column: int
    content: WordRow
    state: str = ""


@dataclass(frozen=True, slots=True)
class OwnSection:
    """A section of a sheet of ours: its heading's row (None before the first heading), the key of the section that the
    heading announces ("" for none), and its other rows."""

    head: Place | None
    key: str
    rows: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A sheet of ours: ``rows`` from top to bottom, blank ones left out; ``title`` as written."""

    sheet: str
    glossary: bool
    title: str
    rows: tuple[Place, ...]

    @property
    def filled(self) -> bool:
        """True where any text stands under the headings."""
        return any(p.content.kind == "text" and p.content.text for p in self.rows)


def own_sheet(sheet: Sheet) -> OwnSheet | None:
    """The rows of a sheet of ours; None for any other sheet."""
    found = _header(sheet)
    if found is None:
        return None
    top, columns = found
    text, known = columns["text"], frozenset(columns.values())
    rows = []
    for row in range(top + 1, len(sheet.rows)):
        content = _row(sheet, row, columns, text, known)
        if content.text or content.key or content.beside:
            state = text_of(sheet.value(row, columns["state"])) if "state" in columns else ""
            rows.append(Place(row, text, content, state))
    title = str(sheet.value(top, text) or "")
    return OwnSheet(sheet.name, GLOSSARY in title, title, tuple(rows))


def sections(sheet: OwnSheet) -> list[OwnSection]:
    """The rows by section; a typed line that is a heading of the same style as the others opens one as well."""
    found: list[tuple[Place | None, str, list[Place]]] = []
    style, number = "", 0
    for place in sheet.rows:
        row = place.content
        mark = heading(row.text) if row.kind != "hint" and row.text and not row.generated else None
        if row.kind == "heading":
            mark = mark or heading(row.text)
            if mark and mark.style:
                style, number = mark.style, mark.number
            found.append((place, row.key.removeprefix(HEADING) or section_key(row.text), []))
        elif mark and style and mark.style == style and not mark.tail and (mark.key or mark.number == number + 1):
            number = mark.number
            found.append((place, mark.key, []))
        elif row.kind == "text":
            if not found:
                found.append((None, "", []))
            found[-1][2].append(place)
    return [OwnSection(head, key, tuple(rows)) for head, key, rows in found]


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the side columns' headings, and every column by what it holds."""
    for row, cells in enumerate(sheet.rows[:_DEEP]):
        if KEY not in cells or DIGEST not in cells:
            continue
        columns = {"key": cells.index(KEY), "made": cells.index(DIGEST)}
        for column, value in enumerate(cells):
            if value == STATE:
                columns["state"] = column
            elif isinstance(value, str) and value.startswith(_OFFERED):
                columns["offered"] = column
        side = set(columns.values())
        titled = (c for c, v in enumerate(cells) if isinstance(v, str) and v.strip() and c not in side)
        columns["text"] = next(titled, -1)
        if columns["text"] < 0:
            columns["text"] = next((c for c in range(len(cells) + 1) if c not in side), 0)
        return row, columns
    return None


def _row(sheet: Sheet, row: int, columns: dict[str, int], text: int, known: frozenset[int]) -> WordRow:
    def said(name: str) -> str:
        return text_of(sheet.value(row, columns[name])) if name in columns else ""

    key, own = said("key"), text_of(sheet.value(row, text))
    kind: Kind = "text"
    if key.startswith(HEADING):
        kind = "heading" if own else "text"
        key = key if own else ""
    elif key == HINT:
        kind = "hint"
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    beside = tuple(
        (c, v)
        for c, v in enumerate(cells)
        if c not in known and isinstance(v, str | int | float) and not isinstance(v, bool) and v != ""
    )
    return WordRow(kind, own, key, said("made"), said("offered"), beside)


def text_of(value: Value) -> str:
    """A cell's text as it stands; numbers as they print, "" for what holds only blanks."""
    if isinstance(value, str):
        return lines_joined(value) if value.strip() else ""
    if value is None or isinstance(value, bool):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
