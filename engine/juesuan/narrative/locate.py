"""Finding the words of an account in any workbook: 情况说明 section by section, 名词解释, 重点工作.

Our own sheets are known by their side columns and go before everything else; in other workbooks sections are found by
their headings, whichever way the text is laid out. Tables, forms and our other sheets are never taken for prose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from juesuan.binding import Binding
from juesuan.book import Book, Problem, place_name
from juesuan.narrative.own import OwnSheet, own_sheet, sections
from juesuan.narrative.prose import Area, Block, blocks, settled
from juesuan.narrative.works import BoundWork, works
from juesuan.provenance import GLOSSARY, KEY_WORK
from juesuan.sheetnames import OWN, RESULT, SUMS

#: Sheets of ours that hold no words of the account.
_OURS = frozenset({"封面", "科目表", "补充资料", RESULT}) | SUMS


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text in one cell, with the heading of its section. ``key`` and ``made`` (the digest of the text as
    generated) are "" where it is typed."""

    section: str
    text: str
    cell: str
    key: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its heading as written ("" for what stands before the first), the key of the section its words
    announce ("" for none), the heading's cell, its passages (none where it is still to be written)."""

    heading: str
    key: str
    cell: str
    passages: tuple[Passage, ...]

    @property
    def text(self) -> str:
        """The section's text, paragraphs on lines of their own."""
        return "\n".join(p.text for p in self.passages)


@dataclass(frozen=True)
class BoundNarrative:
    """The words of a workbook and where they stand.

    ``glossary`` are the entries of 名词解释; ``works`` the rows of 重点工作 on sheet ``work_sheet``; ``own`` and
    ``own_glossary`` our own sheets as they are, where there are any; ``sheets`` those that hold words.
    """

    parts: tuple[Part, ...] = ()
    glossary: tuple[Passage, ...] = ()
    works: tuple[BoundWork, ...] = ()
    work_sheet: str = ""
    own: OwnSheet | None = None
    own_glossary: OwnSheet | None = None
    sheets: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages of 情况说明 in order."""
        return tuple(p for part in self.parts for p in part.passages)


def locate(book: Book, binding: Binding, skip: Iterable[tuple[str, Area]] = ()) -> BoundNarrative:
    """Find the words of a workbook. ``skip``: (sheet, area) of forms, which are no narrative."""
    taken: dict[str, list[Area]] = {}
    for table in binding.tables.values():
        taken.setdefault(table.sheet, []).append(table.area)
    for name, area in skip:
        taken.setdefault(name, []).append(area)
    own: list[OwnSheet] = []
    foreign: list[tuple[str, list[Block]]] = []
    found: tuple[BoundWork, ...] = ()
    work_sheet = ""
    for sheet in book.sheets:
        if sheet.state != "visible" or sheet.name in _OURS or sheet.name.startswith(OWN):
            continue
        areas = taken.get(sheet.name, [])
        if not areas and (ours := own_sheet(sheet)):
            own.append(ours)
            continue
        if not work_sheet and not areas and (work := works(sheet)):
            areas, found, work_sheet = [*areas, work[0]], work[1], sheet.name
        foreign.append((sheet.name, blocks(sheet, areas)))
    return _whole(own, settled(foreign), found, work_sheet)


def _whole(
    own: list[OwnSheet], foreign: list[tuple[str, Block]], found: tuple[BoundWork, ...], work_sheet: str
) -> BoundNarrative:
    """Our own sheets where they hold text, else what was found elsewhere."""
    ours = _filled_first(s for s in own if not s.glossary)
    terms = _filled_first(s for s in own if s.glossary)
    problems = [*_several(ours), *_several(terms)]
    parts = _own_parts(ours[0]) if ours else ()
    if not any(p.passages for p in parts):
        parts = tuple(_part(name, b) for name, b in foreign if b.key not in (GLOSSARY, KEY_WORK)) or parts
    elif elsewhere := next((x for x in foreign if x[1].key not in (GLOSSARY, KEY_WORK)), None):
        where = place_name(elsewhere[0], *elsewhere[1].place)
        said = f"“{elsewhere[0]}”也有情况说明的文字，只核对“{ours[0].sheet}”里的，请留一处"
        problems.append(Problem("S-02", where, said))
    glossary = tuple(_entries(terms[0])) if terms else ()
    if not glossary:
        glossary = tuple(p for name, b in foreign if b.key == GLOSSARY for p in _part(name, b).passages)
    sheets = {s.sheet for s in own} | {name for name, _ in foreign} | ({work_sheet} if work_sheet else set())
    return BoundNarrative(
        parts,
        glossary,
        found,
        work_sheet,
        ours[0] if ours else None,
        terms[0] if terms else None,
        frozenset(sheets),
        tuple(problems),
    )


def _filled_first(sheets: Iterable[OwnSheet]) -> list[OwnSheet]:
    return sorted(sheets, key=lambda s: not s.filled)


def _several(sheets: list[OwnSheet]) -> list[Problem]:
    return [
        Problem("S-02", place_name(s.sheet, 0, 0), f"“{s.title or s.sheet}”不止一张，只用“{sheets[0].sheet}”里的文字")
        for s in sheets[1:]
        if s.filled
    ]


def _part(sheet: str, block: Block) -> Part:
    passages = tuple(
        Passage(block.heading, line.text, place_name(sheet, line.row, line.column)) for line in block.parts
    )
    return Part(block.heading, block.key, place_name(sheet, *block.place), passages)


def _own_parts(sheet: OwnSheet) -> tuple[Part, ...]:
    """The sections of our own sheet with the passages that hold text."""
    parts = []
    for section in sections(sheet):
        name = section.head.content.text if section.head else ""
        passages = tuple(
            Passage(name, p.content.text, place_name(sheet.sheet, p.row, p.column), p.content.key, p.content.made)
            for p in section.rows
            if p.content.text
        )
        first = section.head or section.rows[0]
        parts.append(Part(name, section.key, place_name(sheet.sheet, first.row, first.column), passages))
    return tuple(parts)


def _entries(sheet: OwnSheet) -> Iterable[Passage]:
    for place in sheet.rows:
        row = place.content
        if row.kind == "text" and row.text:
            cell = place_name(sheet.sheet, place.row, place.column)
            yield Passage(GLOSSARY, row.text, cell, row.key, row.made)
