"""The sheets of words as edits: each redrawn only where something changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from juesuan.binding import Binding
from juesuan.book import Book
from juesuan.edits import Edit, PutSheet
from juesuan.layout import Layout
from juesuan.narrate import Piece
from juesuan.narrative.locate import BoundNarrative
from juesuan.narrative.own import OwnSheet
from juesuan.provenance import GAP, GLOSSARY, NARRATIVE, WordRow
from juesuan.refill.merge import glossary_rows, narrative_rows
from juesuan.supplement import BoundSupplement, Supplement
from juesuan.template import cover, supplement, words
from juesuan.template.content import Facts
from juesuan.template.looks import STYLES


@dataclass(frozen=True)
class Refill:
    """What is to be written. ``written``: generated paragraphs in the text; ``kept``: edited ones; ``typed``: typed
    ones; ``open``: of all these the ones with something 【待填】."""

    edits: tuple[Edit, ...]
    written: int = 0
    kept: int = 0
    typed: int = 0
    open: int = 0


def refill(
    book: Book,
    binding: Binding,
    located: BoundNarrative,
    pieces: Sequence[Piece],
    terms: Sequence[Piece],
    layout: Layout,
    after: str = "",
) -> Refill:
    """The sheets 情况说明 and 名词解释 as they are to stand, each redrawn only where something changes.

    ``pieces`` and ``terms``: the text as narrated now. ``book`` is the one that was bound and located; new sheets go
    behind ``after``, or behind 补充资料 and the tables.
    """
    facts, live = facts_of(binding, layout), has_cover(book)
    after = after or _behind(book, binding)
    own, name = located.own, _name(book, located.own, NARRATIVE)
    rows = narrative_rows(located, pieces)
    edits: list[Edit] = []
    if own is None or _differ(own, rows):
        made = words.narrative(facts, rows, name, live=live, title=_title(own, facts, words.NARRATIVE_TITLE))
        edits.append(PutSheet(made, STYLES, after))
    own, label = located.own_glossary, _name(book, located.own_glossary, GLOSSARY)
    entries = glossary_rows(located, terms)
    if entries and (own is None or _differ(own, entries)):
        made = words.glossary(facts, entries, label, live=live, title=_title(own, facts, GLOSSARY))
        edits.append(PutSheet(made, STYLES, name))
    return Refill(tuple(edits), *_counted([*rows, *entries]))


def put_supplement(
    book: Book, binding: Binding, found: BoundSupplement, given: Supplement | None, layout: Layout
) -> tuple[PutSheet, ...]:
    """The sheet 补充资料 where the workbook has none, or with what ``given`` adds; nothing where it stays as it is."""
    if found.sheet and given is None:
        return ()
    told = found.supplement if given is None else merged(found.supplement, given)
    if found.sheet and told == found.supplement:
        return ()
    general = binding.statements.tables.get("一般公共预算支出表")
    sheet = supplement.sheet(
        layout, facts_of(binding, layout), general.lines if general else (), told, live=has_cover(book)
    )
    sheet = replace(sheet, name=found.sheet or _free(book, supplement.SHEET))
    return (PutSheet(sheet, STYLES, _behind(book, binding)),)


def merged(first: Supplement, second: Supplement) -> Supplement:
    """Both together; where both say something, what ``second`` says."""
    return replace(
        first,
        unit=second.unit or first.unit,
        year=second.year or first.year,
        values={**first.values, **second.values},
        lists={**first.lists, **second.lists},
    )


def facts_of(binding: Binding, layout: Layout) -> Facts:
    """What the cover says of a bound workbook, or what its tables say."""
    found = binding.statements
    unit = next((t.unit for t in found.tables.values()), "万元")
    return Facts(
        found.unit,
        found.year or 0,
        found.kind or "单位",
        found.nature,
        binding.region or layout.region,
        unit,
        layout.budget_basis,
    )


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
    return (
        sum(r.generated and not r.edited for r in told),
        sum(r.edited for r in told),
        sum(not r.generated for r in told),
        sum(GAP in r.text for r in told),
    )
