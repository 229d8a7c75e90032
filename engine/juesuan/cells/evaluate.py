"""A workbook's formulas in the order of their dependencies, and one pass over them.

A ``Plan`` depends only on its ``Key`` (sheet names and sizes, formulas, defined names), so workbooks filled from one
template share it; what a pass calculates is kept in its ``Run``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from juesuan.book import Book, Value
from juesuan.cells.compile import Compiler
from juesuan.cells.layout import BLANK, Closure, Grid, Layout, Run, Unknown
from juesuan.cells.order import components
from juesuan.cells.parse import parse
from juesuan.cells.tree import Call, Node, Ref, Unsupported, children
from juesuan.cells.values import Block, Result, Scalar, quantise, single

Place = tuple[str, int, int]
#: Per sheet: name, rows, columns, formulas, hidden rows; then the defined names.
Sheets = tuple[tuple[str, int, int, tuple[tuple[tuple[int, int], str], ...], frozenset[int]], ...]
Key = tuple[Sheets, tuple[tuple[str, str], ...]]
_PLANS = 8  # templates kept compiled


def key_of(book: Book) -> Key:
    """What a plan for ``book`` depends on."""
    return (
        tuple(
            (s.name, len(s.rows), max(map(len, s.rows), default=0), tuple(s.formulas.items()), s.hidden_rows)
            for s in book.sheets
        ),
        tuple(book.defined_names.items()),
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """``places`` by formula slot - 1; ``steps`` in dependency order; ``refused`` slot → reason; ``cycles`` of slots.

    ``inputs``: (sheet, row, columns, slots) of the cells read that hold no formula.
    """

    places: tuple[Place, ...]
    steps: tuple[tuple[int, Closure], ...]
    refused: Mapping[int, str]
    cycles: tuple[tuple[int, ...], ...]
    inputs: tuple[tuple[int, int, tuple[int, ...], tuple[int, ...]], ...]
    slots: int
    ranges: int
    memos: int


@lru_cache(maxsize=_PLANS)
def plan_for(key: Key) -> Plan:
    """The compiled formulas of all workbooks with this key; formulas that cannot be compiled are in ``refused``."""
    sheets, names = key
    grids = [Grid(name, h, w, [at for at, _ in formulas], hidden) for name, h, w, formulas, hidden in sheets]
    layout = Layout(grids, {name.lower(): text for name, text in names})
    trees: dict[int, Node] = {}
    refused: dict[int, str] = {}
    texts = [text for _, _, _, formulas, _ in sheets for _, text in formulas]
    for slot, text in enumerate(texts, 1):
        try:
            trees[slot] = parse(text)
        except Unsupported as reason:
            refused[slot] = str(reason)
    told = (slot for slot in trees if "SUBTOTAL" in texts[slot - 1].upper())
    layout.subtotals = frozenset(slot for slot in told if _subtotals(trees[slot]))
    spots = [(number, row, col) for number, grid in enumerate(grids) for row, col in grid.formulas]
    closures: dict[int, Closure] = {}
    needs: dict[int, tuple[set[int], set[int]]] = {}
    for slot, tree in trees.items():
        compiler = Compiler(layout, *spots[slot - 1])
        try:
            closures[slot] = compiler.value(tree)
            needs[slot] = compiler.cells, compiler.ranges
        except Unsupported as reason:
            refused[slot] = str(reason)
        except RecursionError:
            refused[slot] = "公式嵌套过深"
    steps, cycles = _ordered(layout, closures, needs)
    return Plan(
        tuple((grids[sheet].name, row, col) for sheet, row, col in spots),
        tuple((slot, closures[slot]) for slot in steps),
        refused,
        cycles,
        _inputs(layout),
        len(layout.slots) + 1,
        len(layout.ranges),
        layout.memos,
    )


def _subtotals(tree: Node) -> bool:
    return (isinstance(tree, Call) and tree.name == "SUBTOTAL") or any(map(_subtotals, children(tree)))


def _ordered(
    layout: Layout, closures: Mapping[int, Closure], needs: Mapping[int, tuple[set[int], set[int]]]
) -> tuple[list[int], tuple[tuple[int, ...], ...]]:
    """Formula slots in dependency order, and the circles among them. Ranges are nodes of the graph, too."""
    count = layout.formulas
    members = {
        area.number: [slot for slot in area.slots if BLANK < slot <= count and slot in closures]
        for area in layout.ranges.values()
    }

    def below(node: int) -> Iterator[int]:
        if node > count:
            yield from members[node - count - 1]
            return
        cells, ranges = needs[node]
        yield from (slot for slot in cells if BLANK < slot <= count and slot in closures)
        yield from (count + 1 + number for number in ranges)

    steps: list[int] = []
    cycles: list[tuple[int, ...]] = []
    for group in components(closures, below):
        formulas = sorted(node for node in group if node <= count)
        if len(group) > 1 or (formulas and formulas[0] in needs[formulas[0]][0]):
            cycles.append(tuple(formulas))
        else:
            steps += formulas
    return steps, tuple(cycles)


def _inputs(layout: Layout) -> tuple[tuple[int, int, tuple[int, ...], tuple[int, ...]], ...]:
    rows: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (sheet, row, col), slot in layout.slots.items():
        if slot > layout.formulas:
            rows.setdefault((sheet, row), []).append((col, slot))
    found = []
    for (sheet, row), cells in sorted(rows.items()):
        cells.sort()
        found.append((sheet, row, tuple(col for col, _ in cells), tuple(slot for _, slot in cells)))
    return tuple(found)


def execute(plan: Plan, book: Book, given: Mapping[Place, Value]) -> tuple[Run, dict[int, str]]:
    """Calculate every step; returns the run and slot → reason of what was not calculated (circles apart).

    A formula that is refused stands in with its value in ``given``, else with the cached one; where there is neither,
    and in a circle, all that rests on it is refused, too.
    """
    run = Run(plan.slots, plan.ranges, plan.memos)
    _load(run, plan, book)
    reasons = dict(plan.refused)
    for slot in plan.refused:
        _stand_in(run, plan, book, given, slot)
    for cycle in plan.cycles:
        for slot in cycle:
            run.put_broken(slot)
    val, agg, add = run.val, run.agg, run.add
    for slot, call in plan.steps:
        try:
            value = call(run)
            if type(value) is Block:
                value = single(value)
        except Unsupported as reason:
            reasons[slot] = str(reason)
            if isinstance(reason, Unknown) and plan.places[slot - 1] not in given:
                run.put_broken(slot)
            else:
                _stand_in(run, plan, book, given, slot)
            continue
        except RecursionError:
            reasons[slot] = "公式嵌套过深"
            run.put_broken(slot)
            continue
        if type(value) is int:
            val[slot] = agg[slot] = add[slot] = value
        else:
            run.put(slot, 0 if value is None else value)
    return run, reasons


def _stand_in(run: Run, plan: Plan, book: Book, given: Mapping[Place, Value], slot: int) -> None:
    place = plan.places[slot - 1]
    value = given[place] if place in given else book.sheet(place[0]).value(place[1], place[2])
    if value is None and place not in given:
        run.put_broken(slot)
    else:
        run.put(slot, "" if value in (None, "") else quantise(value))


def _load(run: Run, plan: Plan, book: Book) -> None:
    """Put the cells that hold no formula into their slots."""
    val, agg, add = run.val, run.agg, run.add
    sheets = book.sheets
    for sheet, at, cols, slots in plan.inputs:
        row = sheets[sheet].rows[at]
        size = len(row)
        for col, slot in zip(cols, slots, strict=True):
            value = row[col] if col < size else None
            if value is None or value == "":
                continue
            if type(value) is float and -4e9 < value < 4e9:
                near = round(value * 1e6)
                if near / 1e6 == value:
                    val[slot] = agg[slot] = add[slot] = near
                    continue
            elif type(value) is str and value[0] != "#":
                val[slot] = add[slot] = value
                continue
            run.put(slot, quantise(value))


def compute(tree: Node, sheet: str, lookup: Callable[[Place], Value]) -> Result:
    """The value of one tree, spread over ranges as in SUMPRODUCT, its cells asked of ``lookup``. Raises Unsupported."""
    names = {sheet: None, **{ref.sheet: None for ref in refs(tree) if ref.sheet}}
    layout = Layout([Grid(name, 1 << 20, 1 << 14) for name in names])
    call = Compiler(layout, 0, 0, 0).raw(tree, True)
    run = Run(len(layout.slots) + 1, len(layout.ranges), layout.memos)
    titles = list(names)
    for (number, row, col), slot in layout.slots.items():
        value: Scalar = quantise(lookup((titles[number], row, col)))
        run.put(slot, value)
    found: Result = call(run)
    return found


def refs(tree: Node) -> Iterator[Ref]:
    """Every reference in a tree."""
    if isinstance(tree, Ref):
        yield tree
    for child in children(tree):
        yield from refs(child)
