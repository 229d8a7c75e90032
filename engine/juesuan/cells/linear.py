"""A formula read as a sum of cells, to be compared with what a rule says should be added up.

``=SUM(C9:C12)-C8*2`` is {C9: 1, C10: 1, C11: 1, C12: 1, C8: -2}; constants stand under None. Wrappers that only change
how the sum is shown are seen through: IF(x=0,"",x), IF(COUNT(…)=0,"",x), IFERROR(x,…), ROUND(x,2) and finer, N(x).
Roll-ups by code (SUMPRODUCT, SUMIF, SUMIFS) are resolved with the codes as they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from juesuan.book import Value
from juesuan.cells.codes import outcome
from juesuan.cells.evaluate import Place, compute, refs
from juesuan.cells.lookups import matches
from juesuan.cells.special import factors
from juesuan.cells.tree import (
    Call,
    Chain,
    Missing,
    Node,
    Number,
    Percent,
    Ref,
    Text,
    Unary,
    Union,
    Unsupported,
    children,
)
from juesuan.cells.values import SCALE, Block

Lookup = Callable[[Place], Value]
Linear = dict[Place | None, int | Fraction]
MAX_CELLS = 20_000  # more addends than this are no sum anyone declared


class _NotLinear(Exception):
    pass


#: Outcomes of roll-up conditions by (sheet, condition): the columns of one table ask the same ones.
Masks = dict[tuple[str, Node], Block]


def linear(tree: Node, sheet: str, lookup: Lookup, masks: Masks | None = None) -> Linear | None:
    """Coefficients by (sheet, row, column), a constant under None, zeros left out; None if ``tree`` is no such sum.

    ``sheet`` is the formula's own; ``lookup`` is asked only for the cells that conditions of a roll-up mention.
    ``masks`` may be shared by the formulas of one book as long as its cells stay as they are.
    """
    try:
        found = _Reader(sheet, lookup, {} if masks is None else masks).read(tree)
    except (_NotLinear, Unsupported, RecursionError):
        return None
    return {place: _plain(factor) for place, factor in found.items() if factor}


def _plain(number: int | Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number


class _Reader:
    def __init__(self, sheet: str, lookup: Lookup, masks: Masks) -> None:
        self.sheet, self.lookup, self.masks = sheet, lookup, masks
        self.left = MAX_CELLS

    def read(self, node: Node) -> Linear:
        match node:
            case Number(value):
                return {None: Fraction(value)}
            case Missing():
                return {}
            case Ref() if node.single:
                return {self.places(node)[0]: 1}
            case Unary(signs, operand):
                return _scaled(self.read(operand), -1 if signs.count("-") % 2 else 1)
            case Percent(operand, count):
                return _scaled(self.read(operand), Fraction(1, 100**count))
            case Chain() if node.level == 3:
                total: Linear = {}
                for op, part in (("+", node.first), *node.rest):
                    _add(total, self.read(part), 1 if op == "+" else -1)
                return total
            case Chain() if node.level == 4:
                return self.product(node)
            case Call():
                return self.call(node)
        raise _NotLinear

    def places(self, ref: Ref) -> list[Place]:
        """The cells of a reference, row by row."""
        sheet = ref.sheet if ref.sheet is not None else self.sheet
        self.left -= (ref.bottom - ref.top + 1) * (ref.right - ref.left + 1)
        if self.left < 0:
            raise _NotLinear
        rows, columns = range(ref.top, ref.bottom + 1), range(ref.left, ref.right + 1)
        return [(sheet, row, column) for row in rows for column in columns]

    def product(self, node: Chain) -> Linear:
        result = self.read(node.first)
        for op, part in node.rest:
            other = self.read(part)
            if op == "*" and not _constant(other):
                result, other = other, result
            if not _constant(other) or (op == "/" and not other.get(None)):
                raise _NotLinear
            factor = Fraction(other.get(None, 0))
            result = _scaled(result, factor if op == "*" else 1 / factor)
        return result

    def call(self, node: Call) -> Linear:
        match node.name, node.args:
            case "SUM", args:
                return self.sum(args)
            case "SUBTOTAL", (Number(code), *args) if code in (9, 109):
                return self.sum(tuple(args))
            case "ROUND", (inner, Number(digits)) if digits >= 2:
                return self.read(inner)
            case "IFERROR" | "IFNA", (inner, _):
                return self.read(inner)
            case "N", (inner,):
                return self.read(inner)
            case "IF", (condition, then, other):
                return self.choice(condition, then, other)
            case "SUMPRODUCT", _:
                return self.roll_up(node)
            case "SUMIF", (codes, criterion, *values) if len(values) <= 1:
                return self.chosen(values[0] if values else codes, ((codes, criterion),), stretch=True)
            case "SUMIFS", (values, *pairs) if pairs and len(pairs) % 2 == 0:
                return self.chosen(values, tuple(zip(pairs[::2], pairs[1::2], strict=True)))
        raise _NotLinear

    def sum(self, args: tuple[Node, ...]) -> Linear:
        total: Linear = {}
        for arg in args:
            if isinstance(arg, Union):
                _add(total, self.sum(arg.parts), 1)
            elif isinstance(arg, Ref):
                for place in self.places(arg):
                    total[place] = total.get(place, 0) + 1
            else:
                _add(total, self.read(arg), 1)
        return total

    def choice(self, condition: Node, then: Node, other: Node) -> Linear:
        """IF that shows a blank or 0 for "nothing", else the sum."""
        nothing = [_is_nothing(then), _is_nothing(other)]
        if nothing.count(True) != 1:
            raise _NotLinear
        node = other if nothing[0] else then
        shown = self.read(node)
        wanted = "=" if nothing[0] else "<>"
        match condition:
            case Chain(left, ((op, right),)) if op == wanted or (op == ">" and wanted == "<>" and _counts(left)):
                asked = right if _is_nothing(left) else left
                if not _is_nothing(left) and not _is_nothing(right):
                    raise _NotLinear
                if asked == node or _counts(asked) or self.same(asked, shown):
                    return shown
        raise _NotLinear

    def same(self, asked: Node, shown: Linear) -> bool:
        found = self.read(asked)
        return {p: f for p, f in found.items() if f} == {p: f for p, f in shown.items() if f}

    # --- roll-ups ---

    def roll_up(self, node: Call) -> Linear:
        found = factors(node)
        if found is None or len(found[0]) != 1:
            raise _NotLinear
        (values,), conditions, _ = found
        places = self.places(values)
        size = values.bottom - values.top + 1, values.right - values.left + 1
        total: Linear = dict.fromkeys(places, 1)
        for condition in conditions:
            self.apart(condition, values)
            block = self.mask(condition)
            if (block.rows, block.cols) not in (size, (1, 1)):
                raise _NotLinear
            cells = block.cells if len(block.cells) == len(places) else [block.cells[0]] * len(places)
            for place, cell in zip(places, cells, strict=True):
                if cell is None or not isinstance(cell, int | Fraction):
                    raise _NotLinear
                total[place] *= cell if isinstance(cell, bool) else Fraction(cell, SCALE)
        return total

    def mask(self, condition: Node) -> Block:
        """The outcome of a roll-up's condition, cell by cell."""
        key = (self.sheet, condition)
        if key not in self.masks:
            block = outcome(condition, self.sheet, self.lookup) or compute(condition, self.sheet, self.lookup)
            self.masks[key] = block if isinstance(block, Block) else Block(1, 1, (block,))
        return self.masks[key]

    def chosen(self, values: Node, pairs: tuple[tuple[Node, Node], ...], stretch: bool = False) -> Linear:
        """SUMIF and SUMIFS: the values where every criterion is met."""
        shape = pairs[0][0]
        if not isinstance(values, Ref) or not isinstance(shape, Ref):
            raise _NotLinear
        if stretch:
            bottom, right = values.top + shape.bottom - shape.top, values.left + shape.right - shape.left
            values = Ref(values.sheet, values.top, values.left, bottom, right)
        places = self.places(values)
        kept = set(range(len(places)))
        for codes, criterion in pairs:
            self.apart(Call("", (codes, criterion)), values)
            block, wanted = compute(codes, self.sheet, self.lookup), compute(criterion, self.sheet, self.lookup)
            if isinstance(wanted, Block) and len(wanted.cells) == 1:
                wanted = wanted.cells[0]
            if not isinstance(block, Block) or isinstance(wanted, Block) or len(block.cells) != len(places):
                raise _NotLinear
            kept.intersection_update(matches(block, wanted))
        return {places[index]: 1 for index in sorted(kept)}

    def apart(self, condition: Node, values: Ref) -> None:
        """A condition on the amounts themselves makes the sum no longer linear."""
        for ref in refs(condition):
            beside = ref.right < values.left or values.right < ref.left
            above = ref.bottom < values.top or values.bottom < ref.top
            if (ref.sheet or self.sheet) == (values.sheet or self.sheet) and not beside and not above:
                raise _NotLinear


def _constant(found: Linear) -> bool:
    return all(place is None for place, factor in found.items() if factor)


def _scaled(found: Linear, factor: int | Fraction) -> Linear:
    return {place: value * factor for place, value in found.items()}


def _add(total: Linear, found: Linear, sign: int) -> None:
    for place, factor in found.items():
        total[place] = total.get(place, 0) + sign * factor


def _is_nothing(node: Node) -> bool:
    match node:
        case Number(value):
            return value == 0
        case Text(value):
            return value == ""
        case _:
            return isinstance(node, Missing)


def _counts(node: Node) -> bool:
    counting = isinstance(node, Call) and node.name in ("COUNT", "COUNTA")
    return counting and all(isinstance(child, Ref) for child in children(node))
