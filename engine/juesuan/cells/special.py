"""Functions that are compiled rather than called: conditions, positions, SUM, SUBTOTAL, SUMPRODUCT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from juesuan.cells.aggregates import SUBTOTALS, sum_products
from juesuan.cells.functions import FUNCTIONS
from juesuan.cells.layout import BLANK, BROKEN, Closure, Range, Run, Unknown, getter
from juesuan.cells.tree import Call, Chain, Node, Number, Ref, Text, Unary, Union, Unsupported, placed
from juesuan.cells.values import NA, SCALE, VALUE, Block, Fault, Scalar, number, single, truth

if TYPE_CHECKING:
    from juesuan.cells.compile import Compiler

SPECIAL: dict[str, Callable[[Compiler, Call, bool], Closure]] = {}
_LONG = 64  # sums of more cells are counted on the meter
_KEPT = 8  # sets of codes for which a roll-up remembers the chosen rows


def _special(names: str, least: int, most: int) -> Callable[[Any], Any]:
    def register(build: Callable[[Compiler, Call, bool], Closure]) -> Any:
        def checked(c: Compiler, node: Call, array: bool) -> Closure:
            if not least <= len(node.args) <= most:
                raise Unsupported(f"函数 {node.name} 的参数个数不对")
            return build(c, node, array)

        for name in names.split():
            SPECIAL[name] = checked
        return build

    return register


def _const(value: Scalar) -> Closure:
    return lambda run: value


# --- conditions ------------------------------------------------------------------------------------------------------


@_special("IF", 2, 3)
def _if(c: Compiler, node: Call, array: bool) -> Closure:
    blank = _blank_if_zero(c, node)
    if blank is not None:
        return blank
    condition, then = c.value(node.args[0]), c.value(node.args[1])
    other = c.value(node.args[2]) if len(node.args) == 3 else _const(False)

    def f(run: Run) -> Any:
        holds = truth(single(condition(run)))
        if isinstance(holds, Fault):
            return holds
        return then(run) if holds else other(run)

    return f


def _blank_if_zero(c: Compiler, node: Call) -> Closure | None:
    """IF(x=0,"",x): x is calculated once."""
    match node.args:
        case (Chain(x, (("=", Number(zero)),)), Text(""), again) if zero == 0 and again == x:
            inner = c.value(x)

            def f(run: Run) -> Any:
                value = single(inner(run))
                return "" if value is None or (value == 0 and not isinstance(value, bool)) else value

            return f
    return None


@_special("IFERROR IFNA", 2, 2)
def _iferror(c: Compiler, node: Call, array: bool) -> Closure:
    value, other = c.value(node.args[0]), c.value(node.args[1])
    only_na = node.name == "IFNA"

    def f(run: Run) -> Any:
        found = single(value(run))
        return other(run) if isinstance(found, Fault) and (found is NA or not only_na) else found

    return f


@_special("IFS", 2, 254)
def _ifs(c: Compiler, node: Call, array: bool) -> Closure:
    if len(node.args) % 2:
        raise Unsupported("函数 IFS 的参数个数不对")
    parts = [c.value(arg) for arg in node.args]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))

    def f(run: Run) -> Any:
        for condition, value in pairs:
            holds = truth(single(condition(run)))
            if isinstance(holds, Fault):
                return holds
            if holds:
                return value(run)
        return NA

    return f


@_special("CHOOSE", 2, 255)
def _choose(c: Compiler, node: Call, array: bool) -> Closure:
    which, *choices = [c.value(arg) for arg in node.args]

    def f(run: Run) -> Any:
        found = number(single(which(run)))
        if isinstance(found, Fault):
            return found
        index = int(found // SCALE)
        return choices[index - 1](run) if 1 <= index <= len(choices) else VALUE

    return f


# --- positions -------------------------------------------------------------------------------------------------------


@_special("ROW COLUMN", 0, 1)
def _position(c: Compiler, node: Call, array: bool) -> Closure:
    rows = node.name == "ROW"
    if not node.args:
        return _const(((c.row if rows else c.col) + 1) * SCALE)
    ref = c.followed(node.args[0])
    if not isinstance(ref, Ref):
        raise Unsupported(f"{node.name} 的参数不是引用，不重算")
    first = ref.top if rows else ref.left
    if ref.single:
        return _const((first + 1) * SCALE)
    if not array:
        raise Unsupported("区域用在需要单个值的位置（可能是数组公式），不重算")
    area = c.layout.range(ref, c.home)
    numbers = [(first + 1 + i) * SCALE for i in range(area.rows if rows else area.cols)]
    found = Block(len(numbers), 1, numbers, area.tall) if rows else Block(1, len(numbers), numbers, 1, area.wide)
    return lambda run: found


@_special("ROWS COLUMNS", 1, 1)
def _extent(c: Compiler, node: Call, array: bool) -> Closure:
    ref = c.followed(node.args[0])
    rows = node.name == "ROWS"
    if not isinstance(ref, Ref):
        raise Unsupported(f"{node.name} 的参数不是引用，不重算")
    return _const(((ref.bottom - ref.top if rows else ref.right - ref.left) + 1) * SCALE)


# --- sums ------------------------------------------------------------------------------------------------------------


@_special("SUM", 1, 255)
def _sum(c: Compiler, node: Call, array: bool) -> Closure:
    slow = c.function(node, FUNCTIONS["SUM"], array)
    args = [part for arg in node.args for part in (arg.parts if isinstance(arg, Union) else (arg,))]
    refs = [ref for ref in map(c.followed, args) if isinstance(ref, Ref)]
    if len(refs) < len(args):
        return slow
    slots = [slot for ref in refs for slot in c.many(ref).filled]
    get, cells = getter(slots), len(slots)

    def f(run: Run) -> Any:
        if cells > _LONG:
            run.meter.spend(cells // 8)
        try:
            return sum(get(run.agg))
        except TypeError:
            return slow(run)

    return f


@_special("COUNTA", 1, 255)
def _counta(c: Compiler, node: Call, array: bool) -> Closure:
    slow = c.function(node, FUNCTIONS["COUNTA"], array)
    refs = [ref for ref in map(c.followed, node.args) if isinstance(ref, Ref)]
    if len(refs) < len(node.args):
        return slow
    slots = [slot for ref in refs for slot in c.many(ref).filled]
    get, cells = getter(slots), len(slots)

    def f(run: Run) -> Any:
        if run.broken:
            return slow(run)
        if cells > _LONG:
            run.meter.spend(cells // 8)
        return (cells - get(run.val).count(None)) * SCALE

    return f


@_special("SUBTOTAL", 2, 255)
def _subtotal(c: Compiler, node: Call, array: bool) -> Closure:
    code = node.args[0]
    which = int(code.value) if isinstance(code, Number) else 0
    call = SUBTOTALS.get(which % 100)
    if call is None or which // 100 not in (0, 1):
        raise Unsupported("SUBTOTAL 的功能代码不支持")
    slots: list[int] = []
    for arg in node.args[1:]:
        ref = c.followed(arg)
        if not isinstance(ref, Ref):
            raise Unsupported("SUBTOTAL 的参数不是引用，不重算")
        area = c.layout.range(ref, c.home)
        hidden = c.layout.grids[c.layout.sheet(ref.sheet, c.home)].hidden_rows
        rows = range(ref.top, ref.top + area.rows)
        if which < 100 and any(row in hidden for row in rows):
            raise Unsupported("SUBTOTAL 的区域内有隐藏行，无法区分筛选与手工隐藏，不重算")
        kept = [slot for i, slot in enumerate(area.slots) if rows[i // area.cols] not in hidden]
        slots += [slot for slot in kept if slot != BLANK and slot not in c.layout.subtotals]
    c.cells.update(slots)

    def f(run: Run) -> Any:
        cells = [run.val[slot] for slot in slots]
        run.meter.spend(len(cells))
        if any(cell is BROKEN for cell in cells):
            raise Unknown
        return call(Block(len(cells), 1, cells))

    return f


@_special("SUMPRODUCT", 1, 255)
def _sumproduct(c: Compiler, node: Call, array: bool) -> Closure:
    args = [c.plain(arg, True) if isinstance(arg, Chain) else c.raw(arg, True) for arg in node.args]

    def slow(run: Run) -> Any:
        blocks = [v if isinstance(v, Block) else Block(1, 1, (v,)) for v in (arg(run) for arg in args)]
        run.meter.spend(sum(len(block.cells) for block in blocks))
        return sum_products(blocks)

    return _roll_up(c, node, slow) or slow


def factors(node: Call) -> tuple[list[Ref], list[Node], bool] | None:
    """SUMPRODUCT's factors: plain ranges, all others, and whether text in a plain range is an error.

    None where the shape is another: a comparison as a bare argument (TRUE counts 0 there), operators besides "*".
    """
    plain: list[Ref] = []
    others: list[Node] = []
    strict = False
    for arg in node.args:
        match arg:
            case Ref():
                plain.append(arg)
            case Chain(first, rest) if all(op == "*" for op, _ in rest):
                for part in (first, *(right for _, right in rest)):
                    if isinstance(part, Ref) and not part.single:
                        plain.append(part)
                        strict = True
                    else:
                        others.append(part)
            case Unary(signs, operand) if signs == "--":
                others.append(operand)
            case _:
                return None
    return plain, others, strict


def _roll_up(c: Compiler, node: Call, slow: Closure) -> Closure | None:
    """SUMPRODUCT((LEFT(codes,3)=code)*(LEN(codes)=5)*amounts): the chosen rows are found once for all columns."""
    found = factors(node)
    if found is None or len(found[0]) != 1:
        return None
    (ref,), others, strict = found
    others = [other for other in others if other != Number(Decimal(1))]  # "*1" only makes numbers of TRUE and FALSE
    if not others:
        return None
    area = c.many(ref)
    slots, get = area.slots, getter(area.slots)
    key = (c.home, area.rows, area.cols, *others)
    if any(map(placed, others)):
        picks = _picks(c, others, area)
    else:
        picks = c.shared(key, lambda inner: _kept(inner, _picks(inner, others, area)))
    cells = len(slots)

    def f(run: Run) -> Any:
        picked = picks(run)
        if picked is False:
            return slow(run)
        if cells > _LONG:
            run.meter.spend(cells // 8)
        values = run.add if strict else run.agg
        try:
            if strict or run.faulty:
                sum(get(values))  # an error anywhere, for a factor a text too, is one whether chosen or not
            return sum([values[slots[i]] for i in picked])
        except TypeError:
            return slow(run)

    return f


def _picks(c: Compiler, others: list[Node], area: Range) -> Closure:
    """The indexes in ``area`` where all conditions hold; False where some is no plain condition."""
    masks = [_mask(c, other, area) for other in others]

    def f(run: Run) -> Any:
        run.meter.spend(len(area.slots))
        return _common([mask(run) for mask in masks])

    return f


def _kept(c: Compiler, picks: Closure) -> Closure:
    """``picks``, which rests on the cells ``c`` has met: found once per run, and kept while these hold the same texts.

    Codes rarely change from one file of a template to the next.
    """
    slots = sorted(c.cells.union(*(c.layout.numbered[number].slots for number in c.ranges)))
    get = getter(slots)
    at = c.layout.memo()
    known: dict[tuple[Any, ...], tuple[int, Any]] = {}

    def f(run: Run) -> Any:
        found = run.memo[at]
        if found is None:
            cells = get(run.val)
            found, cost = known.get(cells, (None, 0))
            if found is None:
                before = run.meter.left
                found = picks(run)
                # Numbers and TRUE may be equal and yet not alike, so only texts and blanks are kept.
                if all(cell is None or type(cell) is str for cell in cells):
                    if len(known) >= _KEPT:
                        known.clear()
                    known[cells] = found, before - run.meter.left
            else:
                run.meter.spend(cost)
            run.memo[at] = found
        return found

    return f


def _common(sets: list[Sequence[int] | None]) -> Sequence[int] | bool:
    """What all hold; False where one is unknown."""
    known = [s for s in sets if s is not None]
    return sorted(set(known[0]).intersection(*known[1:])) if len(known) == len(sets) else False


def _mask(c: Compiler, node: Node, area: Range) -> Callable[[Run], Sequence[int] | None]:
    """The indexes in ``area`` where a condition holds; None where it is no plain condition on cells of that shape."""
    match node:
        case Chain(left, (("=", right),)):
            sides = c.value(left, True), c.value(right, True)
            quick = _code_mask(c, left, sides[1], area)

            def equal(run: Run) -> Sequence[int] | None:
                found = quick(run) if quick is not None else None
                if found is not None:
                    return found
                a, b = sides[0](run), sides[1](run)
                if isinstance(b, Block):
                    a, b = b, a
                if isinstance(b, Block) or not isinstance(a, Block) or (a.rows, a.cols) != (area.rows, area.cols):
                    return None
                return a.equals(b)

            return equal
    call = c.value(node, True)

    def holds(run: Run) -> Sequence[int] | None:
        block = call(run)
        if not isinstance(block, Block) or (block.rows, block.cols) != (area.rows, area.cols):
            return None
        if any(type(cell) is not bool and cell not in (0, SCALE) for cell in block.cells):
            return None
        return [i for i, cell in enumerate(block.cells) if cell]

    return holds


def _code_mask(c: Compiler, node: Node, wanted: Closure, area: Range) -> Callable[[Run], list[int] | None] | None:
    """LEN(codes)=… and LEFT(codes,n)=… without a call per cell; None from it where the codes are not all texts."""
    match node:
        case Call("LEN" | "LEFT", (Ref() as ref, *rest)) if len(rest) == (node.name == "LEFT"):
            codes = c.many(ref)
            count = c.value(rest[0], True) if rest else _const(0)
        case _:
            return None
    if (codes.rows, codes.cols) != (area.rows, area.cols):
        return None

    def f(run: Run) -> list[int] | None:
        cells: list[Any] = ["" if cell is None else cell for cell in run.block(codes).cells]
        run.meter.spend(len(cells))
        right, size = wanted(run), count(run)
        if any(type(cell) is not str for cell in cells):
            return None
        if not rest:
            return [i for i, cell in enumerate(cells) if len(cell) * SCALE == right] if type(right) is int else None
        if type(right) is not str or type(size) is not int or size < 0:
            return None
        right, size = right.lower(), size // SCALE
        return [i for i, cell in enumerate(cells) if cell[:size].lower() == right]

    return f
