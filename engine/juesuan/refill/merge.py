"""The rows of a sheet of words with newly generated pieces worked in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from juesuan.narrate import Piece
from juesuan.narrative.headings import numbered, section_key
from juesuan.narrative.locate import BoundNarrative
from juesuan.narrative.own import OwnSection, Place, sections
from juesuan.provenance import HEADING, WordRow, digest, paragraphs


@dataclass
class _Section:
    """A section on its way into the sheet."""

    key: str
    head: WordRow | None
    rows: list[WordRow]


def narrative_rows(located: BoundNarrative, pieces: Sequence[Piece]) -> list[WordRow]:
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
    return [
        OwnSection(
            _typed(p.heading, HEADING + p.key) if p.heading else None,
            p.key,
            tuple(_typed(text) for passage in p.passages for text in paragraphs(passage.text)),
        )
        for p in located.parts
    ]


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
    behind = [places[k] for k in order[order.index(key) :] if k in places]
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
    before, behind = set(order[:at]), set(order[at + 1 :])
    last = max((n for n, row in enumerate(rows) if row.key in before), default=-1)
    if last >= 0:
        return last + 1
    return next((n for n, row in enumerate(rows) if row.key in behind), len(rows))


def _offer(rows: list[WordRow], texts: list[str]) -> list[WordRow]:
    """Typed rows with the generated text beside them, a paragraph a row, what is left over beside the last."""
    same = "\n".join(r.text for r in rows).split() == "\n".join(texts).split()
    told = [row for row in rows if row.text]
    offers = [] if same or not told else [*texts[: len(told) - 1], "\n".join(texts[len(told) - 1 :])]
    given = iter(offers)
    return [replace(row, offered=next(given, "") if row.text else "") for row in rows]


def glossary_rows(located: BoundNarrative, terms: Sequence[Piece]) -> list[WordRow]:
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
        return _offer_all(
            [r for r in rows if r.text or r.beside], [p.text for p in terms if _squeezed(_term(p.text)) not in said]
        )
    if not rows and not terms:
        return hints
    found = _merge(rows, terms)
    return found if any(row.text for row in found) else [*hints, *found]


def _offer_all(rows: list[WordRow], texts: list[str]) -> list[WordRow]:
    return [replace(row, offered="" if at else "\n".join(texts)) for at, row in enumerate(rows)]


def _term(text: str) -> str:
    """What an entry explains, without its number."""
    said = numbered(text).rest
    return said.partition("：")[0].partition(":")[0]


def _squeezed(text: str) -> str:
    return "".join(c for c in text if c not in ' \u3000“”"')
