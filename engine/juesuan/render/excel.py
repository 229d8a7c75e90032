"""Rule → in-cell Excel formula.

Sums are always written with SUM, never with "+": a blank typed as "-" or a name left in an amount cell is then
skipped, as the engine skips it, and does not turn the total into #VALUE!. Only SUM, SUMPRODUCT, IF, COUNTA, LEN and
LEFT appear, which Excel 2010+, WPS and LibreOffice share. Formulas carry no leading "=".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from juesuan.book import Cell, cell_name
from juesuan.formula import Place, Relation
from juesuan.plan import Linear
from juesuan.refs import Ref
from juesuan.rules import Rule
from juesuan.tables import TOTAL, TableSpec

#: Digits of a 项 code, the deepest level.
DEEPEST = 7
_TOP = 3


class NoFormula(ValueError):
    """A rule cannot be written as a cell formula; the message says why."""


def runs(cells: Sequence[Cell]) -> list[str]:
    """Cells as Excel references, neighbours in a row or column joined: C8, C9, C10, E3 → ["C8:C10", "E3"]."""
    found: list[str] = []
    at = 0
    while at < len(cells):
        end = max(_reach(cells, at, (1, 0)), _reach(cells, at, (0, 1)))
        first, last = cell_name(*cells[at]), cell_name(*cells[end])
        found.append(first if at == end else f"{first}:{last}")
        at = end + 1
    return found


def _reach(cells: Sequence[Cell], start: int, step: Cell) -> int:
    end = start
    while end + 1 < len(cells) and cells[end + 1] == (cells[end][0] + step[0], cells[end][1] + step[1]):
        end += 1
    return end


def total(plus: Sequence[Cell], minus: Sequence[Cell] = ()) -> str:
    """Σ plus − Σ minus: "SUM(C8:C15)-SUM(E9)"; "0" for nothing at all."""
    text = f"SUM({','.join(runs(plus))})" if plus else ""
    if minus:
        text += f"-SUM({','.join(runs(minus))})"
    return text or "0"


def linear(relation: Linear, variables: Sequence[Ref], where: Callable[[Ref], Cell | None]) -> str:
    """The formula of a compiled relation's right side; cells that ``where`` does not place are exact zeros.

    Raises NoFormula for a factor other than 1 and -1.
    """
    plus: list[Cell] = []
    minus: list[Cell] = []
    for factor, variable in relation.right:
        if factor not in (1, -1):
            raise NoFormula(f"系数 {factor} 不能写成单元格公式")
        cell = where(variables[variable])
        if cell is not None:
            (plus if factor > 0 else minus).append(cell)
    return total(plus, minus)


# --- open rows: code tables, where any row may come to hold any code ---


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ``first``–``last`` (0-based, both blank seams that stay outside every code) between which codes are
    entered in column ``code``; ``columns``: column key → column; ``total``: the 合计 row above them."""

    total: int
    first: int
    last: int
    code: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one derived cell of a code table adds up: columns of its own ``row``, or its ``below`` (children of the
    row's code; of the 合计 row: the 类), each with sign."""

    rule: str
    own: tuple[tuple[int, str], ...] = ()
    below: tuple[tuple[int, str], ...] = ()


def recipe(rules: Iterable[Rule], spec: TableSpec, column: str, *, top: bool) -> Recipe | None:
    """The recipe for a column of the 合计 row (``top``) or of any other row, from the derive rule's tree; None where
    no rule derives it. Raises NoFormula for a tree that has no such form."""
    for rule in rules:
        if rule.role == "derive" and _derives(rule, spec, column, top):
            return _recipe(rule, spec, column, top)
    return None


def _derives(rule: Rule, spec: TableSpec, column: str, top: bool) -> bool:
    body = rule.tree.body
    if not isinstance(body, Relation) or len(body.left) != 1 or column not in _computed(rule, spec):
        return False
    place, sets = body.left[0].place, {b.variable: b.sets[0] for b in rule.tree.binders}
    if place.of in sets:
        table, name = sets[place.of]
        lines = table == spec.key and (name == "行" or (not top and name in ("科目", "上级")))
    else:
        lines = place.of == spec.key and top and place.line == TOTAL
    return lines and (place.column in sets or place.column == column)


def _computed(rule: Rule, spec: TableSpec) -> tuple[str, ...]:
    if not rule.derives:
        return spec.column_keys
    return spec.column_keys[1:] if rule.derives == ("分栏",) else rule.derives


def _recipe(rule: Rule, spec: TableSpec, column: str, top: bool) -> Recipe:
    body = rule.tree.body
    assert isinstance(body, Relation)
    own: list[tuple[int, str]] = []
    below: list[tuple[int, str]] = []
    variables = {b.variable for b in rule.tree.binders}
    for term in body.right:
        place = term.place
        columns = _columns(place, spec, column, variables)
        if place.children or (place.of == spec.key and place.line == "类" and top):
            below += [(term.factor, c) for c in columns]
        elif place.of in variables:
            own += [(term.factor, c) for c in columns]
        else:
            raise NoFormula(f"规则 {rule.id} 的“{place}”不能写成逐行公式")
    return Recipe(rule.id, tuple(own), tuple(below))


def _columns(place: Place, spec: TableSpec, column: str, variables: set[str]) -> tuple[str, ...]:
    if place.column in variables:
        return (column,)
    if place.column == "分栏":
        return spec.column_keys[1:]
    return (place.column,)


def by_code(made: Recipe, block: Block, row: int, *, known: bool) -> str:
    """The formula of a recipe in ``row``. Not ``known``: the row has no code yet, so the formula shows blank until it
    has one; a roll-up also stays blank in a 项 row (nothing is below it), where the figure is typed over it."""
    text = _signed(made, block, row)
    if known:
        return text
    if made.below:
        return f'IF({text}=0,"",{text})'
    return f'IF(COUNTA(${cell_name(row, block.code)})=0,"",{text})'


def _signed(made: Recipe, block: Block, row: int) -> str:
    cells = [(factor, (row, block.columns[c])) for factor, c in made.own if c in block.columns]
    parts = [total([c for f, c in cells if f > 0], [c for f, c in cells if f < 0])] if cells else []
    for factor, column in made.below:
        if column in block.columns:
            parts.append(("-" if factor < 0 else "+") + _below(block, row, block.columns[column]))
    return "".join(parts).removeprefix("+") or "0"


def _below(block: Block, row: int, column: int) -> str:
    """Σ over the rows after ``row`` that are one level below its code; of the 合计 row: over the 类.

    Ranges start after the row itself and end in the closing seam, so nothing refers to itself and rows inserted
    anywhere between come in.
    """
    first = block.first if row == block.total else row + 1
    letters = cell_name(0, block.code).rstrip("1")
    codes = f"${letters}{first + 1}:${letters}${block.last + 1}"
    figures = f"{cell_name(first, column)}:{_fixed_row(block.last, column)}"
    if row == block.total:
        return f"SUMPRODUCT((LEN({codes})={_TOP})*1,{figures})"
    own = f"${letters}{row + 1}"
    return f'SUMPRODUCT((LEN({codes})=LEN({own})+2)*(LEFT({codes},LEN({own}))={own}&""),{figures})'


def _fixed_row(row: int, column: int) -> str:
    return f"{cell_name(0, column).rstrip('1')}${row + 1}"
