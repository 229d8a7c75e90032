"""Writing generated text into a workbook without losing what people wrote there.

A generated cell whose text still is what was generated gets the new wording. An edited one is kept, with the new wording
beside it. Typed paragraphs stay where they are; a section that is typed as a whole keeps its text and gets the generated
text beside it. Doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from juesuan.binding import Binding
from juesuan.book import Book
from juesuan.draft import SheetDraft
from juesuan.edits import Edit, PutSheet
from juesuan.layout import Layout
from juesuan.narrate import Piece
from juesuan.narrative.headings import section_key
from juesuan.narrative.locate import BoundNarrative, Passage
from juesuan.narrative.own import OwnSection, OwnSheet, Place, sections
from juesuan.provenance import GAP, GLOSSARY, HEADING, NARRATIVE, WordRow, digest, paragraphs
from juesuan.supplement import BoundSupplement, Supplement
from juesuan.template import cover, supplement, words
from juesuan.template.content import Facts
from juesuan.template.looks import STYLES


@dataclass(frozen=True)
class Refill:
    """What is to be written. ``written``: generated paragraphs in the text; ``kept``: edited ones; ``typed``: typed ones;
    ``open``: paragraphs with something 【待填】."""

    edits: tuple[Edit, ...]
    written: int = 0
    kept: int = 0
    typed: int = 0
    open: int = 0


@dataclass
class _Section:
    """A section on its way into the sheet."""

    key: str
    head: WordRow | None
    rows: list[WordRow]


def refill(book: Book, binding: Binding, located: BoundNarrative, pieces: Sequence[Piece], terms: Sequence[Piece],
           layout: Layout) -> Refill:
    """The sheets 情况说明 and 名词解释 as they are to stand, each redrawn only where something changes.

    ``pieces`` and ``terms``: the text as narrated now. ``book`` is the one that was bound and located.
    """
    facts, live = facts_of(binding, layout), has_cover(book)
    after = _behind(book, binding)
    own, name = located.own, _name(book, located.own, NARRATIVE)
    rows = _narrative(located, pieces)
    edits: list[Edit] = []
    if own is None or _differ(own, rows):
        made = words.narrative(facts, rows, name, live=live, title=_title(own, facts, words.NARRATIVE_TITLE))
        edits.append(PutSheet(made, STYLES, after))
    own, label = located.own_glossary, _name(book, located.own_glossary, GLOSSARY)
    entries = _glossary(located, terms)
    if entries and (own is None or _differ(own, entries)):
        made = words.glossary(facts, entries, label, live=live, title=_title(own, facts, GLOSSARY))
        edits.append(PutSheet(made, STYLES, name))
    return Refill(tuple(edits), *_counted([*rows, *entries]))


def put_supplement(book: Book, binding: Binding, found: BoundSupplement, given: Supplement | None,
                   layout: Layout) -> tuple[Edit, ...]:
    """The sheet 补充资料 where the workbook has none, or with what ``given`` adds to it; nothing where it stays as it is."""
    if found.sheet and given is None:
        return ()
    told = found.supplement if given is None else merged(found.supplement, given)
    if found.sheet and told == found.supplement:
        return ()
    general = binding.statements.tables.get("一般公共预算支出表")
    sheet = supplement.sheet(layout, facts_of(binding, layout), general.lines if general else (), told,
                             live=has_cover(book))
    sheet = replace(sheet, name=found.sheet or _free(book, supplement.SHEET))
    return (PutSheet(sheet, STYLES, _behind(book, binding)),)


def merged(first: Supplement, second: Supplement) -> Supplement:
    """Both together; where both say something, what ``second`` says."""
    return replace(first, unit=second.unit or first.unit, year=second.year or first.year,
                   values={**first.values, **second.values}, lists={**first.lists, **second.lists})


def facts_of(binding: Binding, layout: Layout) -> Facts:
    """What the cover says of a bound workbook, or what its tables say."""
    found = binding.statements
    unit = next((t.unit for t in found.tables.values()), "万元")
    return Facts(found.unit, found.year or 0, found.kind or "单位", found.nature, binding.region or layout.region, unit,
                 layout.budget_basis)


def has_cover(book: Book) -> bool:
    """True for a workbook of ours, whose titles follow the cover."""
    names = {sheet.name for sheet in book.sheets}
    return {"_juesuan_meta", cover.SHEET} <= names


# --- where ---


def _behind(book: Book, binding: Binding) -> str:
    """The sheet that sheets of words go behind: 补充资料, else the last table."""
    used = {t.sheet for t in binding.tables.values()} | {supplement.SHEET}
    return next((s.name for s in reversed(book.sheets) if s.name in used), "")


def _name(book: Book, own: OwnSheet | None, name: str) -> str:
    return own.sheet if own else _free(book, name)


def _free(book: Book, name: str) -> str:
    """``name``, or one like it where somebody's own sheet has it."""
    taken = {sheet.name for sheet in book.sheets}
    numbers = (f"{name}（{n}）" for n in range(2, len(taken) + 3))
    return name if name not in taken else next(n for n in numbers if n not in taken)


def _title(own: OwnSheet | None, facts: Facts, usual: str) -> str:
    """The title somebody changed; "" for the usual one."""
    if not facts.year and "{year}" in usual and (own is None or not own.title):
        return cover.plain(usual.replace("{year}年度", ""), facts)
    return own.title if own and own.title and own.title != cover.plain(usual, facts) else ""


def _differ(own: OwnSheet, rows: list[WordRow]) -> bool:
    """True where the sheet does not show these rows yet."""
    before = [(p.content, p.state) for p in own.rows]
    return before != [(row, row.state) for row in rows if row.text or row.key or row.beside]


def _counted(rows: Iterable[WordRow]) -> tuple[int, int, int, int]:
    told = [row for row in rows if row.kind == "text" and (row.text or row.made)]
    return (sum(r.generated and not r.edited for r in told), sum(r.edited for r in told),
            sum(not r.generated for r in told), sum(GAP in r.text for r in told))


# --- what ---


def _narrative(located: BoundNarrative, pieces: Sequence[Piece]) -> list[WordRow]:
    """The rows of 情况说明: what stands there, with the pieces worked in."""
    fresh: dict[str, list[Piece]] = {}
    for piece in pieces:
        fresh.setdefault(piece.section, []).append(piece)
    hints = [p.content for p in located.own.rows if p.content.kind == "hint"] if located.own else []
    done: list[_Section] = []
    wanted = {_key(heading): heading for heading in fresh}
    for old in _present(located):
        heading = wanted.pop(_known(old), None)
        made = _merge([p.content for p in old.rows], fresh[heading] if heading else [])
        head = old.head.content if old.head else None
        if head and head.made and not head.edited:
            if heading is None and not any(r.text or r.made or r.beside for r in made):
                continue
            head = _head(heading, old.key) if heading else head
        done.append(_Section(_known(old), head, made))
    order = [_key(heading) for heading in fresh]
    for key, heading in wanted.items():
        done.insert(_after(done, order, key), _Section(key, _head(heading, section_key(heading)), _new(fresh[heading])))
    rows = [row for s in done for row in ([s.head] if s.head else []) + s.rows]
    told = any(row.text for s in done for row in s.rows)
    return rows if told else [*hints, *rows]


def _present(located: BoundNarrative) -> list[OwnSection]:
    """The sections that stand in the workbook: those of our sheet where it holds text or nothing does, else those found
    elsewhere, as typed text."""
    own = sections(located.own) if located.own else []
    if located.own and (located.own.filled or not located.passages):
        return own
    return [OwnSection(_typed(p.heading, HEADING + p.key) if p.heading else None, p.key,
                       tuple(_typed(text) for passage in p.passages for text in paragraphs(passage.text)))
            for p in located.parts]


def _typed(text: str, key: str = "") -> Place:
    return Place(0, 0, WordRow("heading" if key else "text", text, key))


def _known(section: OwnSection) -> str:
    """What a section goes by: its key, or its heading where that announces none."""
    return section.key or (_key(section.head.content.text) if section.head else "")


def _key(heading: str) -> str:
    return section_key(heading) or heading


def _head(heading: str, key: str) -> WordRow:
    return WordRow("heading", heading, HEADING + key, digest(heading))


def _after(done: list[_Section], order: list[str], key: str) -> int:
    """Where a section that is missing goes: behind the nearest of those that come before it."""
    places = {section.key: at for at, section in enumerate(done)}
    before = [places[k] for k in order[: order.index(key)] if k in places]
    if before:
        return max(before) + 1
    behind = [places[k] for k in order[order.index(key):] if k in places]
    return min(behind, default=len(done))


def _new(pieces: Sequence[Piece]) -> list[WordRow]:
    return [WordRow("text", p.text, p.key, digest(p.text)) for p in pieces]


def _merge(rows: Sequence[WordRow], pieces: Sequence[Piece]) -> list[WordRow]:
    """The rows of one section with the pieces generated now."""
    if not any(row.generated for row in rows):
        if not any(row.text or row.beside for row in rows):
            return _new(pieces) or [replace(row, offered="") for row in rows] or [WordRow("text", "")]
        return _offer([row for row in rows if row.text or row.beside], [p.text for p in pieces])
    fresh = {p.key: p for p in pieces}
    seen: set[str] = set()
    found: list[WordRow] = []
    for row in rows:
        if row.generated and row.key not in seen:
            seen.add(row.key)
            if kept := _kept(row, fresh.get(row.key)):
                found.append(kept)
        elif row.text or row.beside:
            found.append(WordRow("text", row.text, "" if row.generated else row.key, "", "", row.beside))
    order = list(fresh)
    for piece in pieces:
        if piece.key not in seen:
            found.insert(_place(found, order, piece.key), *_new([piece]))
    return found


def _kept(row: WordRow, piece: Piece | None) -> WordRow | None:
    """A generated row at a refill; None where it goes away."""
    if piece is None:
        return replace(row, offered="") if row.edited else None
    if not row.edited or row.text == piece.text:
        return WordRow("text", piece.text, piece.key, digest(piece.text), "", row.beside)
    return replace(row, offered=piece.text)


def _place(rows: list[WordRow], order: list[str], key: str) -> int:
    """Where a new piece goes: behind the nearest piece that comes before it, else before the first that follows."""
    at = order.index(key)
    before, behind = set(order[:at]), set(order[at + 1:])
    last = max((n for n, row in enumerate(rows) if row.key in before), default=-1)
    if last >= 0:
        return last + 1
    return next((n for n, row in enumerate(rows) if row.key in behind), len(rows))


def _offer(rows: list[WordRow], texts: list[str]) -> list[WordRow]:
    """Typed rows with the generated text beside them, a paragraph a row, what is left over beside the last."""
    same = "\n".join(r.text for r in rows).split() == "\n".join(texts).split()
    told = [row for row in rows if row.text]
    offers = [] if same or not told else texts[: len(told) - 1] + ["\n".join(texts[len(told) - 1:])]
    given = iter(offers)
    return [replace(row, offered=next(given, "") if row.text else "") for row in rows]


def _glossary(located: BoundNarrative, terms: Sequence[Piece]) -> list[WordRow]:
    """The rows of 名词解释; where they are typed, the terms they lack are offered."""
    own = located.own_glossary
    if own and (own.filled or not located.glossary):
        rows = [p.content for p in own.rows if p.content.kind == "text"]
        hints = [p.content for p in own.rows if p.content.kind == "hint"]
    else:
        rows = [WordRow("text", text, p.key) for p in located.glossary for text in paragraphs(p.text)]
        hints = []
    if rows and not any(row.generated for row in rows) and any(row.text for row in rows):
        said = "".join(_squeezed(row.text) for row in rows)
        return _offer_all([r for r in rows if r.text or r.beside],
                          [p.text for p in terms if _squeezed(_term(p.text)) not in said])
    if not rows and not terms:
        return hints
    found = _merge(rows, terms)
    return found if any(row.text for row in found) else [*hints, *found]


def _offer_all(rows: list[WordRow], texts: list[str]) -> list[WordRow]:
    return [replace(row, offered="" if at else "\n".join(texts)) for at, row in enumerate(rows)]


def _term(text: str) -> str:
    """What an entry explains, without its number."""
    said = text.partition("：")[0].partition(":")[0]
    return said.rpartition("）")[2] if said.startswith("（") else said.rpartition(".")[2].rpartition("、")[2]


def _squeezed(text: str) -> str:
    return "".join(c for c in text if c not in " \u3000“”\"")


__all__ = ["Refill", "SheetDraft", "Passage", "facts_of", "has_cover", "merged", "put_supplement", "refill"]
