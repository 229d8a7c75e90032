"""From a bound workbook to the edits that write its 情况说明 and 名词解释."""

from __future__ import annotations

from dataclasses import dataclass

from juesuan.bind.bind import cover_cells
from juesuan.binding import Binding
from juesuan.book import Book, Sheet
from juesuan.catalogue import Catalogue
from juesuan.draft import SheetDraft
from juesuan.edits import Edit
from juesuan.forms.locate import locate as locate_forms
from juesuan.layout import Layout
from juesuan.narrate import glossary, narrate, with_prior
from juesuan.narrative.locate import locate
from juesuan.refill.sheets import Refill, facts_of, merged, put_supplement, refill
from juesuan.statements import StatementSet
from juesuan.supplement import BoundSupplement, Supplement, specs
from juesuan.supplement import locate as locate_supplement

#: What stands on the cover of our template, and above the tables of any workbook.
_ON_TABLES = {
    "封面.年度": "年度：表上没有写明，请写在封面或表头，如“2023年度”",
    "封面.上年度": "年度：表上没有写明，请写在封面或表头，如“2023年度”",
    "封面.单位名称": "单位名称：表上没有写明，请写在封面或表头，如“单位：某某中心”",
}
__all__ = ["Gap", "Narration", "facts_of", "narration"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something still to be filled in: its key, what it is called, the cell to type it in ("" where it has none)."""

    key: str
    label: str
    cell: str


@dataclass(frozen=True)
class Narration:
    """What narrating a workbook comes to."""

    edits: tuple[Edit, ...]
    refill: Refill
    gaps: tuple[Gap, ...]
    supplement: BoundSupplement


def narration(
    book: Book,
    binding: Binding,
    catalogue: Catalogue,
    *,
    given: Supplement | None = None,
    prior: StatementSet | None = None,
    layout: Layout | None = None,
) -> Narration:
    """Narrate a bound workbook from its tables and 补充资料.

    ``given`` goes before what the sheet 补充资料 says and is written into it; ``prior`` (last year's tables) fills what
    both leave blank; ``layout`` is the binding's where none is given.
    """
    layout = layout or catalogue.layouts[binding.layout]
    found = locate_supplement(book)
    told = merged(found.supplement, given) if given else found.supplement
    if prior is not None:
        told = with_prior(told, prior)
    put = put_supplement(book, binding, found, told if given or prior else None, layout)
    statements, region = binding.statements, facts_of(binding, layout).region
    made = narrate(statements, told, catalogue=catalogue, layout=layout, region=region)
    terms = glossary(statements, catalogue=catalogue, layout=layout, region=region)
    skip = [(form.sheet, form.area) for form in locate_forms(book, binding.tables.values())]
    behind = put[0].sheet.name if put else ""
    done = refill(book, binding, locate(book, binding, skip), made.pieces, terms, layout, behind)
    cells = locate_supplement(Book("", (drawn(put[0].sheet),))).cells if put else found.cells
    missing = dict.fromkeys((*made.missing, *(key for term in terms for key in term.missing)))
    if "封面.年度" in missing:
        missing.pop("封面.上年度", None)  # that is the same thing to fill in
    cover = cover_cells(book) if binding.meta.ours else {}
    gaps = tuple(Gap(key, _label(key), cells.get(key) or cover.get(key.removeprefix("封面."), "")) for key in missing)
    return Narration((*put, *done.edits), done, gaps, found)


def drawn(draft: SheetDraft) -> Sheet:
    """A drawn sheet as if it had been read."""
    height = max((row for row, _ in draft.cells), default=-1) + 1
    width = max((column for _, column in draft.cells), default=-1) + 1
    rows: list[list[str | int | float | None]] = [[None] * width for _ in range(height)]
    for (row, column), cell in draft.cells.items():
        rows[row][column] = cell.value if isinstance(cell.value, str | int | None) else float(cell.value)
    return Sheet(draft.name, rows, merges=draft.merges, state=draft.state)


def _label(key: str) -> str:
    if key.startswith("名词."):
        return f"名词解释：{key.removeprefix('名词.')}"
    if key.startswith("表."):
        return f"表中的数：{key.removeprefix('表.')}"
    if key in _ON_TABLES:
        return _ON_TABLES[key]
    return specs().label(key)
