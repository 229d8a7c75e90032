"""The workbook's own formulas (S-03): recalculated, and in our templates compared with what the rules declare.

A typed-over total, an altered formula and a stale cached value are findings; a formula that cannot be recalculated is
told and, where the file holds no cached value for it, its figure counts as unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from juesuan.amount import NotAnAmount, Unit, parse, show
from juesuan.binding import Binding, Where
from juesuan.book import Book, Problem, Sheet, Value, place_name
from juesuan.cells.linear import linear
from juesuan.cells.parse import parse as parse_cell
from juesuan.cells.recompute import Recalculated, recompute
from juesuan.cells.tree import Unsupported
from juesuan.findings import Finding
from juesuan.plan import Plan
from juesuan.refs import Ref
from juesuan.rules import Rule

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
    formulas = {sheet.name: sheet.formulas for sheet in fresh.original.sheets}
    found = []
    for declared in plan.linears:
        if declared.derives < 0:
            continue
        ref = plan.variables[declared.derives]
        place = binding.where(ref)
        if place is None:
            continue
        formula = formulas.get(place[0], {}).get(place[1:])
        if formula is None:
            if not typed and _holds_number(fresh.original, place):
                found.append(_finding(rules["S-03.1"], binding, ref, place, "公式被录入的数覆盖"))
            continue
        wanted = {w: f for f, v in declared.right if (w := binding.where(plan.variables[v]))}
        if said := _difference(fresh, binding, place, formula, wanted):
            found.append(_finding(rules["S-03"], binding, ref, place, said))
    return found


def _holds_number(book: Book, place: Where) -> bool:
    value = book.sheet(place[0]).value(*place[1:])
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finding(rule: Rule, binding: Binding, ref: Ref, place: Where, detail: str) -> Finding:
    unit = _unit(binding, ref)
    return Finding("", rule.id, rule.severity, "breaks", ref, (ref,), (place_name(*place),), unit=unit, detail=detail)


def own_terms(book: Book, place: Where, formula: str) -> Mapping[Where, int] | None:
    """What a cell's formula adds up: cell → factor; None where it is not a plain sum of cells."""
    sheets = {sheet.name: sheet for sheet in book.sheets}

    def lookup(at: tuple[str, int, int]) -> Value:
        return sheets[at[0]].value(at[1], at[2]) if at[0] in sheets else None

    try:
        terms = linear(parse_cell(formula), place[0], lookup)
    except (Unsupported, ValueError, RecursionError):
        return None
    if terms is None or None in terms or any(f != int(f) for f in terms.values()):
        return None
    return {at: int(f) for at, f in terms.items() if at is not None}


def _difference(fresh: Fresh, binding: Binding, place: Where, formula: str, wanted: Mapping[Where, int]) -> str:
    """What a total's formula adds too little or too much, in words; "" where it says what the rule says.

    Cells without a number do not matter to a sum, so ranges that take in headings or blank rows are not accused.
    """
    terms = own_terms(fresh.book, place, formula)
    if terms is None:
        return f"公式“={formula}”不是规则所定的加总"
    sheets = {sheet.name: sheet for sheet in fresh.book.sheets}
    missing, extra = [], []
    for at in wanted.keys() | terms.keys():
        if wanted.get(at, 0) == terms.get(at, 0):
            continue
        counts = at in binding.refs or isinstance(
            sheets[at[0]].value(*at[1:]) if at[0] in sheets else None, int | float
        )
        if counts:
            (missing if at not in terms else extra).append(at)
    parts = [
        f"{word} {'、'.join(place_name(*at) if at[0] != place[0] else place_name(*at).rpartition('!')[2] for at in sorted(cells)[:5])}"
        for word, cells in (("漏加", missing), ("多加或符号不对", extra))
        if cells
    ]
    return f"公式“={formula}”{'，'.join(parts)}" if parts else ""


def shown(fen: int | None, unit: Unit) -> str:
    """An amount for messages; （空） for none."""
    return "（空）" if fen is None else show(fen, unit)
