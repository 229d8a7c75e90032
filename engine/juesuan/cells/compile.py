"""Trees → closures over a ``Run``; what can be decided once (slots, ranges, patterns) is decided here.

Single values are wanted everywhere except inside SUMPRODUCT and LOOKUP, where operators and functions spread over
ranges ("array" below). A range where a single value is wanted would need to know whether the formula was entered as an
array formula, which a snapshot does not tell: refused, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import juesuan.cells.aggregates
import juesuan.cells.lookups  # noqa: F401  both register functions
from juesuan.cells.functions import FUNCTIONS, PREPARE, Function
from juesuan.cells.layout import BLANK, BROKEN, Closure, Layout, Range, Run, Unknown, getter
from juesuan.cells.operators import BINARY, lift, negate, percent
from juesuan.cells.parse import parse
from juesuan.cells.special import SPECIAL
from juesuan.cells.tree import (
    MAX_COLUMN,
    MAX_ROW,
    Array,
    Call,
    Chain,
    Error,
    Logical,
    Missing,
    Name,
    Node,
    Number,
    Percent,
    Ref,
    Text,
    Unary,
    Union,
    Unsupported,
    children,
    placed,
    show,
    spans,
)
from juesuan.cells.values import FAULTS, Block, Fault, Scalar, from_decimal, number, single, tidy

_VOLATILE = frozenset({"TODAY", "NOW", "RAND", "RANDBETWEEN", "RANDARRAY"})
_DYNAMIC = frozenset({"OFFSET", "INDIRECT", "CELL", "INFO"})
#: These find cells by index and count themselves what they scan.
_SPARING = frozenset({"VLOOKUP", "HLOOKUP", "MATCH", "INDEX", "COUNTIF", "COUNTIFS", "SUMIF", "SUMIFS", "LOOKUP",
                      "AVERAGEIF", "AVERAGEIFS"})  # fmt: skip
_MANY_NAMES = 16  # defined names that lead to defined names


class Compiler:
    """Compiles one formula; ``cells`` and ``ranges`` collect the slots and range numbers it depends on."""

    def __init__(self, layout: Layout, home: int, row: int, col: int) -> None:
        self.layout, self.home, self.row, self.col = layout, home, row, col
        self.cells: set[int] = set()
        self.ranges: set[int] = set()
        self.depth = 0

    def value(self, node: Node, array: bool = False) -> Closure:
        """A closure for the value of ``node``; with ``array`` it may return a Block. Raises Unsupported."""
        if not array or not isinstance(node, Call | Chain | Unary | Percent) or not spans(node):
            return self.plain(node, array)
        if placed(node):
            return self.plain(node, array)
        return self.shared((self.home, node), lambda c: c.memoised(node))

    def shared(self, key: object, build: Callable[[Compiler], Closure]) -> Closure:
        """What ``build`` compiles, done once per ``key`` whichever formula asks; its dependencies become this one's."""
        found = self.layout.shared.get(key)
        if found is None:
            inner = Compiler(self.layout, self.home, self.row, self.col)
            inner.depth = self.depth
            found = self.layout.shared[key] = build(inner), inner.cells, inner.ranges
        self.cells |= found[1]
        self.ranges |= found[2]
        return found[0]

    def memoised(self, node: Node) -> Closure:
        """The spread value of ``node``, calculated once per run."""
        call = self.plain(node, True)
        at = self.layout.memo()

        def f(run: Run) -> Any:
            found = run.memo[at]
            if found is None:
                found = run.memo[at] = call(run)
            return found

        return f

    def plain(self, node: Node, array: bool) -> Closure:
        match node:
            case Ref():
                return self.single_cell(node) if node.single else self.block(self.many(node, array))
            case Number() | Text() | Logical() | Error() | Missing():
                found = constant(node)
                return lambda run: found
            case Chain():
                return self.chain(node, array)
            case Unary(signs, operand):
                return self.unary(signs, operand, array)
            case Percent(operand, count):
                inner = self.value(operand, array)
                return self.spread([inner], _repeat(percent, count))
            case Call():
                return self.call(node, array)
            case Name():
                return self.named(node, lambda tree: self.value(tree, array))
            case Array():
                return self.raw(node, array)
            case Union():
                raise Unsupported("联合区域用在需要单个值的位置，不重算")

    # --- references ---

    def single_cell(self, ref: Ref) -> Closure:
        slot = self.layout.cell(ref, self.home)
        self.cells.add(slot)

        def cell(run: Run) -> Any:
            value = run.val[slot]
            if value is BROKEN:
                raise Unknown(show(ref))
            return value

        return cell

    def many(self, ref: Ref, array: bool = True) -> Range:
        if not array:
            raise Unsupported("区域用在需要单个值的位置（可能是数组公式），不重算")
        found = self.layout.range(ref, self.home)
        self.ranges.add(found.number)
        return found

    @staticmethod
    def block(area: Range) -> Closure:
        return lambda run: run.block(area)

    def raw(self, node: Node, array: bool) -> Closure:
        """As ``value``, but references and array constants give a Block whatever their size."""
        match node:
            case Ref():
                return self.block(self.many(node))
            case Array(rows):
                cells = [constant(cell) for row in rows for cell in row]
                found = Block(len(rows), len(rows[0]), cells)
                return lambda run: found
            case Name():
                return self.named(node, lambda tree: self.raw(tree, array))
            case _:
                return self.value(node, array)

    def named(self, node: Name, use: Callable[[Node], Closure]) -> Closure:
        """Compiles what a defined name stands for."""
        tree = self.resolve(node)
        self.depth += 1
        if self.depth > _MANY_NAMES:
            raise Unsupported(f"名称“{node.text}”的定义层层相套，不重算")
        try:
            return use(tree)
        finally:
            self.depth -= 1

    def resolve(self, node: Name) -> Node:
        key = node.text.lower()
        tree = self.layout.trees.get(key)
        if tree is None:
            formula = self.layout.names.get(key)
            if formula is None:
                raise Unsupported(f"名称“{node.text}”没有定义")
            tree = parse(formula)
            if not _absolute(tree):
                raise Unsupported(f"名称“{node.text}”用了相对引用，不重算")
            self.layout.trees[key] = tree
        return tree

    # --- operators ---

    def chain(self, node: Chain, array: bool) -> Closure:
        operands = [self.value(part, array) for part in children(node)]
        calls = [BINARY[op] for op, _ in node.rest]
        first, rest = operands[0], list(zip(calls, operands[1:], strict=True))

        if array:

            def spread(run: Run) -> Any:
                result = first(run)
                for call, operand in rest:
                    result = lift(call, (result, operand(run)))
                    if isinstance(result, Block):
                        run.meter.spend(len(result.cells))
                return result

            return spread

        def slow(run: Run) -> Any:
            result = single(first(run))
            for call, operand in rest:
                result = call(result, single(operand(run)))
            return result

        return self.sum_of_cells(node, slow) or slow

    def sum_of_cells(self, node: Chain, slow: Closure) -> Closure | None:
        """C8+C9-C10: added up straight from the slots."""
        parts = children(node)
        if node.level != 3 or not all(isinstance(part, Ref) and part.single for part in parts):
            return None
        signs = ["+", *(op for op, _ in node.rest)]
        slots = [self.layout.cell(part, self.home) for part in parts if isinstance(part, Ref)]
        plus = getter([s for s, sign in zip(slots, signs, strict=True) if sign == "+" and s != BLANK])
        minus = getter([s for s, sign in zip(slots, signs, strict=True) if sign == "-" and s != BLANK])
        if "-" not in signs:

            def total(run: Run) -> Any:
                try:
                    return sum(plus(run.add))
                except TypeError:
                    return slow(run)

            return total

        def difference(run: Run) -> Any:
            try:
                return sum(plus(run.add)) - sum(minus(run.add))
            except TypeError:
                return slow(run)

        return difference

    def unary(self, signs: str, operand: Node, array: bool) -> Closure:
        inner = self.value(operand, array)
        if "-" not in signs:
            return inner
        return self.spread([inner], negate if signs.count("-") % 2 else number)

    @staticmethod
    def spread(args: list[Closure], call: Callable[..., Scalar]) -> Closure:
        def f(run: Run) -> Any:
            result = lift(call, [arg(run) for arg in args])
            if isinstance(result, Block):
                run.meter.spend(len(result.cells))
            return result

        return f

    # --- functions ---

    def call(self, node: Call, array: bool) -> Closure:
        special = SPECIAL.get(node.name)
        if special is not None:
            return special(self, node, array)
        if node.name in _VOLATILE:
            raise Unsupported(f"{node.name} 是易变函数，每次打开结果都不同，不重算")
        if node.name in _DYNAMIC:
            raise Unsupported(f"{node.name} 的引用要到计算时才知道，不支持")
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise Unsupported(f"函数 {node.name} 不支持")
        return self.function(node, function, array)

    def function(self, node: Call, function: Function, array: bool) -> Closure:
        """A registered function on its prepared arguments; in array mode spread over those that are no range."""
        args = self.arguments(node, function)
        if not function.least <= len(args) <= function.most:
            raise Unsupported(f"函数 {node.name} 的参数个数不对")
        kinds = [function.kind(index) for index in range(len(args))]
        wide = array or node.name == "LOOKUP"
        closures = [self.raw(a, wide) if k == "r" else self.value(a, array) for a, k in zip(args, kinds, strict=True)]
        one = _prepared(function.call, kinds)
        spare = node.name in _SPARING
        plain = [kind != "r" for kind in kinds]

        def f(run: Run) -> Any:
            values = [closure(run) for closure in closures]
            blocks = [value for value in values if isinstance(value, Block)]
            if not spare:
                for block in blocks:
                    run.meter.spend(len(block.cells))
            if not blocks or not any(p and isinstance(v, Block) for p, v in zip(plain, values, strict=True)):
                return one(*values)
            if not array:
                return one(*(single(v) if p else v for p, v in zip(plain, values, strict=True)))
            at = [index for index, p in enumerate(plain) if p]

            def cell(*scalars: Scalar) -> Scalar:
                for index, scalar in zip(at, scalars, strict=True):
                    values[index] = scalar
                return single(one(*values))

            return lift(cell, [values[index] for index in at])

        return f

    def arguments(self, node: Call, function: Function) -> list[Node]:
        """The arguments, unions written out where ranges may repeat, SUMIF's sum range sized like its range."""
        args: list[Node] = []
        for arg in node.args:
            args.extend(arg.parts if isinstance(arg, Union) and function.kinds == "r*" else (arg,))
        if node.name in ("SUMIF", "AVERAGEIF") and len(args) == 3:
            shape, values = self.followed(args[0]), self.followed(args[2])
            if isinstance(shape, Ref) and isinstance(values, Ref):
                bottom = min(values.top + shape.bottom - shape.top, MAX_ROW - 1)
                right = min(values.left + shape.right - shape.left, MAX_COLUMN - 1)
                args[2] = Ref(values.sheet, values.top, values.left, bottom, right)
        return args

    def followed(self, node: Node) -> Node:
        """What a defined name stands for; any other node itself."""
        for _ in range(_MANY_NAMES):
            if not isinstance(node, Name):
                break
            node = self.resolve(node)
        return node


def constant(node: Node) -> Scalar:
    """The value of a literal; None for an argument left out."""
    match node:
        case Number(value):
            return tidy(from_decimal(value))
        case Text(value) | Logical(value):
            return value
        case Error(code):
            return FAULTS[code]
        case _:
            return None


def _prepared(call: Callable[..., Any], kinds: list[str]) -> Callable[..., Any]:
    prepare = [(index, PREPARE[kind]) for index, kind in enumerate(kinds) if kind in PREPARE]

    def one(*values: Any) -> Any:
        ready = list(values)
        for index, change in prepare:
            value = ready[index] = change(values[index])
            if type(value) is Fault:
                return value
        return call(*ready)

    return one


def _repeat(call: Callable[[Scalar], Scalar], count: int) -> Callable[[Scalar], Scalar]:
    def repeated(value: Scalar) -> Scalar:
        for _ in range(count):
            value = call(value)
        return value

    return repeated


def _absolute(node: Node) -> bool:
    if isinstance(node, Ref):
        needed = 15
        if (node.top, node.bottom) == (0, MAX_ROW - 1):
            needed &= 10
        if (node.left, node.right) == (0, MAX_COLUMN - 1):
            needed &= 5
        return node.fixed & needed == needed
    return all(_absolute(child) for child in children(node))
