"""A drawn workbook with figures and hidden facts put into it before it is written: what is known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from juesuan.amount import Unit, show, to_decimal
from juesuan.bind import bind
from juesuan.binding import Binding
from juesuan.book import Book, Cell, Sheet, Value
from juesuan.catalogue import Catalogue
from juesuan.draft import Draft, DraftCell, DraftValue, SheetDraft
from juesuan.formulas import freshen
from juesuan.narrate import with_prior
from juesuan.refs import Ref
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement, locate
from juesuan.template import meta

_SUMMARY, _GRANTS, _FUND = "收支总表", "财拨总表", "政府性基金表"
_OPENING, _CLOSING = "年初结转和结余", "年末结转和结余"
_LISTED = ("收入决算表", "支出决算表", "一般公共预算支出表", _FUND, "国有资本经营表")


@dataclass(frozen=True, slots=True)
class Known:
    """What last year's account says of this year's: the functional codes used, the opening balances (分), and the
    texts the workbook carries along for the check."""

    codes: tuple[str, ...]
    opening: Mapping[Ref, int]
    carried: Mapping[str, str]
    statements: StatementSet


def opening(prior: StatementSet) -> dict[Ref, int]:
    """This year's opening balances by last year's account, 分; only those that follow from it without doubt."""
    found: dict[Ref, int] = {}
    closing = _figure(prior, _SUMMARY, _CLOSING, "决算数")
    if closing is not None:
        found[Ref(_SUMMARY, _OPENING, "决算数")] = closing
    fund = prior.tables.get(_FUND)
    if fund is not None:
        for line in fund.lines:
            amount = fund.figures.get((line.key, _CLOSING))
            if amount is not None and amount.fen and len(line.code) == 7:
                found[Ref(_FUND, line.code, _OPENING)] = amount.fen
    return found | _grants(prior)


def _grants(prior: StatementSet) -> dict[Ref, int]:
    """The parts of 年初财政拨款结转和结余: fund money by its own table, capital money by its flow, the rest general."""
    total = _figure(prior, _GRANTS, "年末财政拨款结转和结余", "合计")
    if not total:
        return {}
    kinds = {"政府性基金预算": 0, "国有资本经营预算": 0}
    for kind in kinds:
        kinds[kind] = (
            (_figure(prior, _GRANTS, f"年初{kind}财政拨款", "金额") or 0)
            + (_figure(prior, _GRANTS, f"{kind}财政拨款", "金额") or 0)
            - (_figure(prior, _GRANTS, "本年支出合计", kind) or 0)
        )
    kinds["一般公共预算"] = total - sum(kinds.values())
    if any(fen < 0 for fen in kinds.values()):
        return {}
    return {Ref(_GRANTS, f"年初{kind}财政拨款", "金额"): fen for kind, fen in kinds.items() if fen}


def codes(prior: StatementSet) -> tuple[str, ...]:
    """The functional codes last year's tables list with a figure, in order."""
    found = set()
    for key in _LISTED:
        statement = prior.tables.get(key)
        if statement is None:
            continue
        used = {line for (line, _), amount in statement.figures.items() if amount.fen}
        for line in statement.lines:
            if line.key in used and line.code.isdigit() and len(line.code) in (3, 5, 7):
                found.add(line.code)
    return tuple(sorted(found))


def _figure(statements: StatementSet, table: str, line: str, column: str) -> int | None:
    found = statements.tables.get(table)
    if found is None:
        return None
    amount = found.figures.get((line, column))
    return 0 if amount is None else amount.fen


# --- into the draft ---


def last_year(draft: Draft, prior: StatementSet) -> dict[str, DraftValue]:
    """What 补充资料 asks of last year and last year's account says: cell → value."""
    asked = locate(snapshot(draft))
    if not asked.sheet:
        return {}
    known = with_prior(Supplement(), prior)
    return {asked.cells[key]: _number(text) for key, text in known.values.items() if text and key in asked.cells}


def _number(text: str) -> DraftValue:
    try:
        number = Decimal(text.replace(",", ""))
    except ArithmeticError:
        return text
    return number if number.is_finite() else text


def put(draft: Draft, catalogue: Catalogue, figures: Mapping[Ref, int], texts: Mapping[str, DraftValue]) -> Draft:
    """The draft with ``figures`` (分) in their cells and ``texts`` in cells named "Sheet!C7"; formulas keep their
    place and get fresh values. Figures whose cell is computed or not there are left out."""
    if not figures and not texts:
        return draft
    book = snapshot(draft)
    binding = bind(book, catalogue)
    sheets = {sheet.name: sheet for sheet in draft.sheets}
    wanted = _placed(sheets, binding, figures)
    for name, value in texts.items():
        sheet, _, cell = name.rpartition("!")
        wanted[sheet.strip("'"), cell_of(cell)] = value
    for (name, place), value in wanted.items():
        old = sheets[name].cells[place]
        sheets[name] = _with(sheets[name], {place: replace(old, value=value)})
    filled = replace(draft, sheets=tuple(sheets.values()))
    return fresh(filled)


def cell_of(name: str) -> Cell:
    """ "C7" → its place."""
    from juesuan.book import cell_place

    return cell_place(name)


def _placed(
    sheets: Mapping[str, SheetDraft], binding: Binding, figures: Mapping[Ref, int]
) -> dict[tuple[str, Cell], DraftValue]:
    found: dict[tuple[str, Cell], DraftValue] = {}
    for ref, fen in figures.items():
        where = binding.where(ref)
        if where is None:
            continue
        name, row, column = where
        cell = sheets[name].cells.get((row, column))
        if cell is not None and not cell.formula:
            unit: Unit = binding.statements.tables[ref.table].unit
            found[name, (row, column)] = Decimal(show(fen, unit)) if fen else to_decimal(0, unit)
    return found


def remember(draft: Draft, facts: Mapping[str, str]) -> Draft:
    """The draft with more facts in its meta sheet, each with a defined name as the others have."""
    sheet = draft.sheet(meta.SHEET)
    row = max((r for r, _ in sheet.cells), default=-1) + 1
    cells: dict[Cell, DraftCell] = {}
    names = dict(draft.names)
    for key, text in facts.items():
        cells[row, 0] = DraftCell(key, "meta")
        cells[row, 1] = DraftCell(text or None, "meta")
        names[f"juesuan_{key}"] = f"{meta.SHEET}!$B${row + 1}"
        row += 1
    sheets = tuple(_with(s, cells) if s.name == meta.SHEET else s for s in draft.sheets)
    return replace(draft, sheets=sheets, names=names)


def snapshot(draft: Draft) -> Book:
    """The draft as a reader would see it."""
    return Book(f"{draft.title}.xlsx", tuple(_sheet(sheet) for sheet in draft.sheets), draft.names)


def _sheet(sheet: SheetDraft) -> Sheet:
    bottom = max((r for r, _ in sheet.cells), default=-1)
    rows: list[list[Value]] = [[] for _ in range(bottom + 1)]
    formulas = {}
    for (row, column), cell in sheet.cells.items():
        cells = rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = float(cell.value) if isinstance(cell.value, int | Decimal) else cell.value
        if cell.formula:
            formulas[row, column] = cell.formula
    return Sheet(sheet.name, rows, formulas, sheet.merges, state=sheet.state)


def fresh(draft: Draft) -> Draft:
    """The values of all formulas anew."""
    book = freshen(snapshot(draft)).book
    sheets = []
    for sheet in draft.sheets:
        read = book.sheet(sheet.name)
        changed = {
            place: replace(cell, value=_value(read.value(*place)))
            for place, cell in sheet.cells.items()
            if cell.formula and _differs(cell.value, read.value(*place))
        }
        sheets.append(_with(sheet, changed))
    return replace(draft, sheets=tuple(sheets))


def _differs(kept: DraftValue, value: Value) -> bool:
    if isinstance(kept, int | Decimal) and isinstance(value, float | int):
        return kept != _value(value)
    return kept != value and not (kept in (None, "") and value in (None, ""))


def _value(value: Value) -> DraftValue:
    if isinstance(value, float):
        return Decimal(repr(value)).normalize() if value else Decimal(0)
    return value if isinstance(value, str | int) or value is None else str(value)


def _with(sheet: SheetDraft, cells: Mapping[Cell, DraftCell]) -> SheetDraft:
    return replace(sheet, cells={**sheet.cells, **cells}) if cells else sheet
