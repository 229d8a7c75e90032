"""A submission on an older version of its template, moved to the current one with nothing lost.

The figures, words and forms are read out of the old workbook and filled into a new one. A total that was typed over and
differs from what its formula gives stays as it was typed, so the move changes no finding. What has no place in the new
workbook is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from juesuan import opening
from juesuan.amount import Amount, show, to_decimal
from juesuan.bind import bind
from juesuan.binding import Binding, Where
from juesuan.book import Book, CannotRead, Cell
from juesuan.bureau import prefill
from juesuan.bureau.distribute import template_id
from juesuan.bureau.identify import ROSTER_CODE
from juesuan.case import BadCase
from juesuan.catalogue import Catalogue
from juesuan.draft import Draft, DraftCell
from juesuan.extract import extract
from juesuan.fill import fill
from juesuan.formulas import freshen
from juesuan.hosts.read import read_book
from juesuan.refs import Ref
from juesuan.template import dictionary
from juesuan.template.build import BadRequest, build

#: Facts of the hidden sheet that go along.
_KEPT = (ROSTER_CODE, "roster_parent")


@dataclass(frozen=True, slots=True)
class Moved:
    """The new workbook (not yet written). ``before``/``after``: template ids; ``kept``: figures carried; ``typed``:
    totals kept as typed; ``lost``: what could not be carried, a sentence each; ``notes``: what else to tell;
    ``current``: it is on the current version already."""

    draft: Draft
    before: str
    after: str
    kept: int
    typed: tuple[str, ...]
    lost: tuple[str, ...]
    notes: tuple[str, ...]
    current: bool


def version_of(meta: Mapping[str, str]) -> str:
    """The template a workbook was made from: layout@version; "" for a workbook that is not ours."""
    return f"{meta.get('layout', '')}@{meta.get('version', '')}" if meta.get("template") else ""


def outdated(meta: Mapping[str, str], catalogue: Catalogue) -> bool:
    """Whether a workbook is ours and of another version of its template than the current one."""
    layout = catalogue.layouts.get(meta.get("layout", ""))
    return bool(meta.get("template")) and layout is not None and meta.get("version") != layout.version


def migrate(data: bytes, name: str, catalogue: Catalogue) -> Moved:
    """Move a workbook to the current version of its layout. Raises CannotRead where that cannot be done."""
    book = freshen(read_book(data, name=name)).book
    binding = bind(book, catalogue)
    meta = binding.meta.values
    if not binding.meta.ours:
        raise CannotRead(f"“{name}”不是本项目的模板，无从知道版本；可用 juesuan extract、fill 另填。")
    layout = meta.get("layout", "")
    if layout not in catalogue.layouts:
        raise CannotRead(f"“{name}”的版式“{layout}”现在没有了，请指明要换成哪个版式后用 extract、fill 另填。")
    case = extract(book, binding, catalogue)
    try:
        draft, notes = fill(case, catalogue, layout, totals="formula" if meta.get("totals") == "formula" else "stated")
    except (BadCase, BadRequest) as error:
        raise CannotRead(f"“{name}”移不过去：{error}。") from error
    draft = _with_open_sheets(draft, binding, layout, catalogue)
    draft = prefill.remember(
        draft,
        {
            **{key: meta[key] for key in _KEPT if meta.get(key)},
            **opening.keys(meta),
            "template_id": template_id(layout, catalogue),
            "migrated_from": meta.get("template_id") or version_of(meta),
        },
    )
    draft, typed = _as_typed(draft, book, binding, catalogue)
    lost = _lost(draft, book, binding, catalogue)
    kept = sum(len(t.figures) for t in binding.statements.tables.values())
    return Moved(
        draft,
        meta.get("template_id") or version_of(meta),
        template_id(layout, catalogue),
        kept,
        typed,
        tuple(lost),
        tuple(notes),
        not outdated(meta, catalogue),
    )


def _with_open_sheets(draft: Draft, old: Binding, layout: str, catalogue: Catalogue) -> Draft:
    """The draft with those sheets of the blank workbook that nothing was filled into, in their places."""
    if old.meta.values.get("totals") != "formula":
        return draft
    found = old.statements
    kind = "部门" if found.kind == "部门" else "单位"
    blank = build(catalogue, layout, unit=found.unit, year=found.year or 2000, kind=kind, nature=found.nature)
    sheets = {sheet.name: sheet for sheet in draft.sheets}
    ordered = [sheets.pop(sheet.name, sheet) for sheet in blank.sheets]
    last = next(at for at, sheet in enumerate(ordered) if sheet.name == dictionary.SHEET)
    ordered[last:last] = sheets.values()  # forms beyond the first of a kind
    return replace(draft, sheets=tuple(ordered), styles={**blank.styles, **draft.styles})


def _figures(binding: Binding) -> dict[Ref, Amount]:
    """Figures by ref, lines by their code where they have one."""
    found = {}
    for key, statement in binding.statements.tables.items():
        for (line, column), amount in statement.figures.items():
            found[Ref(key, line, column)] = amount
    return found


def _as_typed(draft: Draft, book: Book, old: Binding, catalogue: Catalogue) -> tuple[Draft, tuple[str, ...]]:
    """Put totals that were typed (no formula in the old workbook) and differ from the new formulas in their place."""
    new = bind(freshen(prefill.snapshot(draft)).book, catalogue)
    after, told = _figures(new), []
    changed: dict[str, dict[Cell, DraftCell]] = {}
    for ref, amount in _figures(old).items():
        where = new.where(ref)
        now = after.get(ref)
        if where is None or (now.fen if now else 0) == amount.fen or _is_formula(book, old.where(ref)):
            continue
        sheet, row, column = where
        cell = draft.sheet(sheet).cells[row, column]
        value = Decimal(show(amount.fen, new.statements.tables[ref.table].unit)) if amount.fen else to_decimal(0, "元")
        changed.setdefault(sheet, {})[row, column] = replace(cell, value=value, formula="")
        told.append(old.cell(ref))
    sheets = tuple(replace(s, cells={**s.cells, **changed[s.name]}) if s.name in changed else s for s in draft.sheets)
    return prefill.fresh(replace(draft, sheets=sheets)), tuple(told)


def _is_formula(book: Book, where: Where | None) -> bool:
    return where is not None and where[1:] in book.sheet(where[0]).formulas


def _lost(draft: Draft, book: Book, old: Binding, catalogue: Catalogue) -> list[str]:
    """Figures and unread cells of the old workbook that the new one does not have."""
    new = bind(freshen(prefill.snapshot(draft)).book, catalogue)
    after = _figures(new)
    found = []
    for ref, amount in _figures(old).items():
        unit = old.statements.tables[ref.table].unit
        if amount.fen and (ref not in after or after[ref].fen != amount.fen):
            found.append(f"{old.cell(ref)} 的 {show(amount.fen, unit)} 在新模板中没有位置")
    for key, statement in old.statements.tables.items():
        for (line, column), why in statement.unread.items():
            ref = Ref(key, line, column)
            other = new.statements.tables.get(key)
            if other is None or (line, column) not in other.unread:
                found.append(f"{old.cell(ref)} 的内容不是金额（{why}），没有带过去")
    known = {sheet.name for sheet in draft.sheets} | {table.sheet for table in old.tables.values()}
    others = [
        s.name for s in book.sheets if s.name not in known and any(any(v not in (None, "") for v in r) for r in s.rows)
    ]
    if others:
        found.append(f"工作表“{'”、“'.join(others)}”不属于模板，没有带过去")
    return found
