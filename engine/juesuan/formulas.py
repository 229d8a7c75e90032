"""The workbook's own formulas (S-03): recalculated, and in our templates compared with what the rules declare.

A typed-over total, an altered formula and a stale cached value are findings; a formula that cannot be recalculated is
told and, where the file holds no cached value for it, its figure counts as unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from juesuan.amount import NotAnAmount, Unit, parse
from juesuan.binding import Binding, Where
from juesuan.book import Book, Problem, Sheet, Value, cell_name, place_name
from juesuan.cells.recompute import Recalculated, recompute
from juesuan.findings import Finding
from juesuan.plan import Plan
from juesuan.refs import Ref
from juesuan.rules import Rule
from juesuan.sums import Total, off, terms, totals

UNKNOWN = "#未重算"
CIRCULAR = "#循环引用"


@dataclass(frozen=True)
class Fresh:
    """A book with its formulas' fresh values, and how they came about (None where no formula was looked at)."""

    book: Book
    original: Book
    recalculated: Recalculated | None


def freshen(book: Book) -> Fresh:
    """Recalculate a book. Formulas that cannot be calculated keep their cached value, or stand as an unread text."""
    if not book.has_formulas or not any(sheet.formulas for sheet in book.sheets):
        return Fresh(book, book, None)
    result = recompute(book)
    changed: dict[str, dict[tuple[int, int], Value]] = {}
    for (name, row, column), value in result.values.items():
        changed.setdefault(name, {})[row, column] = value
    for name, row, column in result.uncached - result.values.keys():
        changed.setdefault(name, {})[row, column] = UNKNOWN
    for cycle in result.cycles:
        for name, row, column in cycle:
            changed.setdefault(name, {})[row, column] = CIRCULAR
    sheets = tuple(_with(sheet, changed[sheet.name]) if sheet.name in changed else sheet for sheet in book.sheets)
    return Fresh(replace(book, sheets=sheets), book, result)


def _with(sheet: Sheet, values: Mapping[tuple[int, int], Value]) -> Sheet:
    rows = [list(row) for row in sheet.rows]
    for (row, column), value in values.items():
        while len(rows) <= row:
            rows.append([])
        cells = rows[row]
        if len(cells) <= column:
            cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value
    return replace(sheet, rows=rows)


def problems(fresh: Fresh, binding: Binding) -> list[Problem]:
    """Formulas in figure cells that could not be recalculated."""
    if fresh.recalculated is None:
        return []
    found = []
    for (name, row, column), reason in fresh.recalculated.unsupported.items():
        if (name, row, column) in binding.refs:
            held = (
                "按缓存值校验" if (name, row, column) not in fresh.recalculated.uncached else "没有缓存值，未参加校验"
            )
            found.append(Problem("S-03", place_name(name, row, column), f"公式无法重算（{reason}），{held}"))
    for cycle in fresh.recalculated.cycles:
        bound = [p for p in cycle if p in binding.refs]
        if bound:
            cells = "、".join(place_name(*p) for p in bound[:6])
            found.append(Problem("S-03", place_name(*bound[0]), f"公式循环引用（{cells}），这些格没有参加校验"))
    return found


def findings(fresh: Fresh, binding: Binding, plan: Plan, rules: Mapping[str, Rule]) -> list[Finding]:
    """S-03 findings: altered formulas and typed-over totals (in our templates), stale cached values (in any file)."""
    found: list[Finding] = []
    if fresh.recalculated is not None:
        found += _stale(fresh, binding, rules["S-03.2"])
    if binding.meta.ours and fresh.original.has_formulas:
        found += _against_rules(fresh, binding, plan, rules)
    return found


def _unit(binding: Binding, ref: Ref) -> Unit:
    return binding.statements.tables[ref.table].unit


def _fen(value: Value, unit: Unit) -> int | None:
    try:
        amount = parse(value, unit)
    except NotAnAmount:
        return None
    return amount.fen if amount else 0


def _stale(fresh: Fresh, binding: Binding, rule: Rule) -> list[Finding]:
    found = []
    recalculated = fresh.recalculated
    for place, (cached, value) in recalculated.stale.items() if recalculated else ():
        ref = binding.refs.get(place)
        if ref is None:
            continue
        unit = _unit(binding, ref)
        old, new = _fen(cached, unit), _fen(value, unit)
        if old is not None and old == new:
            continue
        detail = "文件里存的是旧值，重算后不同"
        found.append(
            Finding("", rule.id, rule.severity, "breaks", ref, (ref,), (place_name(*place),), old, new, 0, unit, detail)
        )
    return found


def _against_rules(fresh: Fresh, binding: Binding, plan: Plan, rules: Mapping[str, Rule]) -> list[Finding]:
    typed = binding.meta.values.get("totals") == "stated"
    sheets = {sheet.name: sheet for sheet in fresh.original.sheets}
    found = []
    for total in totals(binding, plan):
        sheet = sheets[total.place[0]]
        formula = sheet.formulas.get(total.place[1:])
        if formula is None:
            if not typed and _is_number(sheet.value(*total.place[1:])):
                found.append(_finding(rules["S-03.1"], binding, total, "公式被录入的数覆盖"))
        elif (cells := off(fresh.book, binding, total, formula)) is None:
            found.append(_finding(rules["S-03"], binding, total, f"公式“={formula}”不是规则所定的加总"))
        elif cells and (said := _difference(fresh, binding, total, formula, cells)):
            found.append(_finding(rules["S-03"], binding, total, said))
    return found


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finding(rule: Rule, binding: Binding, total: Total, detail: str) -> Finding:
    unit, cell = _unit(binding, total.ref), place_name(*total.place)
    return Finding("", rule.id, rule.severity, "breaks", total.ref, (total.ref,), (cell,), unit=unit, detail=detail)


def _difference(fresh: Fresh, binding: Binding, total: Total, formula: str, cells: tuple[Where, ...]) -> str:
    """What a total's formula adds too little or too much, in words; "" where it comes to what the rule says.

    Cells without a number do not matter to a sum, so ranges that take in headings or blank rows are not accused.
    """
    sheets = {sheet.name: sheet for sheet in fresh.book.sheets}
    own = terms(fresh.book, binding, total.place, formula) or {}
    counting = sorted(
        at for at in cells if at in binding.refs or (at[0] in sheets and _is_number(sheets[at[0]].value(*at[1:])))
    )
    missing, extra = [at for at in counting if at not in own], [at for at in counting if at in own]
    said = [f"漏加 {_cells(missing, total)}"] if missing else []
    said += [f"多加或符号不对 {_cells(extra, total)}"] if extra else []
    return f"公式“={formula}”{'，'.join(said)}" if said else ""


def _cells(places: list[Where], total: Total) -> str:
    """Up to five cell names, without the sheet where it is the total's own."""
    names = [cell_name(*at[1:]) if at[0] == total.place[0] else place_name(*at) for at in places[:5]]
    return "、".join(names) + ("等" if len(places) > 5 else "")
