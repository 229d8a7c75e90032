"""Functions over ranges: sums, counts, averages, logic. Imported for what it registers in FUNCTIONS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from juesuan.cells.functions import function
from juesuan.cells.operators import MAX_TEXT
from juesuan.cells.values import (
    DIV0,
    NUM,
    SCALE,
    VALUE,
    Block,
    Fault,
    Numeric,
    Result,
    Scalar,
    add_up,
    number,
    text,
    tidy,
    truth,
)


def cells_of(args: tuple[Result, ...]) -> Iterator[Scalar]:
    """Every cell of the blocks, and every scalar argument as the number it stands for (or a fault)."""
    for arg in args:
        if isinstance(arg, Block):
            yield from arg.cells
        else:
            yield number(arg)


def numbers_of(args: tuple[Result, ...]) -> list[Numeric] | Fault:
    """The numbers among ``cells_of``; the first fault if there is one."""
    found: list[Numeric] = []
    for cell in cells_of(args):
        if isinstance(cell, Fault):
            return cell
        if type(cell) is int or type(cell) is Fraction:
            found.append(cell)
    return found


@function("SUM", "r*")
def total(*args: Result) -> Scalar:
    return add_up(cells_of(args))


@function("SUMSQ", "r*")
def squares(*args: Result) -> Scalar:
    found = numbers_of(args)
    return found if isinstance(found, Fault) else tidy(Fraction(sum(n * n for n in found)) / SCALE)


@function("PRODUCT", "r*")
def product(*args: Result) -> Scalar:
    found = numbers_of(args)
    if isinstance(found, Fault):
        return found
    result: Numeric = SCALE if found else 0
    for factor in found:
        step = tidy(Fraction(result * factor) / SCALE)
        if isinstance(step, Fault):
            return step
        result = step
    return result


@function("AVERAGE", "r*")
def average(*args: Result) -> Scalar:
    found = numbers_of(args)
    if isinstance(found, Fault):
        return found
    return _mean(found)


def _mean(found: list[Numeric]) -> Scalar:
    if not found:
        return DIV0
    summed = add_up(found)
    return summed if isinstance(summed, Fault) else tidy(Fraction(summed) / len(found))


def _picked(pick: Callable[[list[Numeric]], Numeric]) -> Callable[..., Scalar]:
    def call(*args: Result) -> Scalar:
        found = numbers_of(args)
        if isinstance(found, Fault):
            return found
        return pick(found) if found else 0

    return call


function("MAX", "r*")(_picked(max))
function("MIN", "r*")(_picked(min))


@function("MEDIAN", "r*")
def median(*args: Result) -> Scalar:
    found = numbers_of(args)
    if isinstance(found, Fault):
        return found
    if not found:
        return NUM
    found.sort()
    middle = len(found) // 2
    return found[middle] if len(found) % 2 else tidy(Fraction(found[middle - 1] + found[middle]) / 2)


@function("LARGE", "ri")
def large(block: Result, rank: int) -> Scalar:
    return _ranked(block, rank, reverse=True)


@function("SMALL", "ri")
def small(block: Result, rank: int) -> Scalar:
    return _ranked(block, rank, reverse=False)


def _ranked(block: Result, rank: int, reverse: bool) -> Scalar:
    found = numbers_of((block,))
    if isinstance(found, Fault):
        return found
    return sorted(found, reverse=reverse)[rank - 1] if 1 <= rank <= len(found) else NUM


@function("COUNT", "r*")
def count(*args: Result) -> int:
    found = 0
    for arg in args:
        cells = arg.cells if isinstance(arg, Block) else (number(arg),)
        found += sum(1 for cell in cells if type(cell) is int or type(cell) is Fraction)
    return found * SCALE


@function("COUNTA", "r*")
def count_filled(*args: Result) -> int:
    found = 0
    for arg in args:
        found += sum(1 for cell in arg.cells if cell is not None) if isinstance(arg, Block) else 1
    return found * SCALE


@function("COUNTBLANK", "r")
def count_blank(block: Result) -> Scalar:
    if not isinstance(block, Block):
        return VALUE
    filled = sum(1 for cell in block.cells if cell is not None and cell != "")
    return (block.tall * block.wide - filled) * SCALE


@function("AND", "r*")
def every(*args: Result) -> Scalar:
    found = _truths(args)
    return found if isinstance(found, Fault) else all(found)


@function("OR", "r*")
def some(*args: Result) -> Scalar:
    found = _truths(args)
    return found if isinstance(found, Fault) else any(found)


@function("XOR", "r*")
def odd(*args: Result) -> Scalar:
    found = _truths(args)
    return found if isinstance(found, Fault) else sum(found) % 2 == 1


def _truths(args: tuple[Result, ...]) -> list[bool] | Fault:
    """Conditions among the arguments (text and blanks in ranges are passed over); #VALUE! if there is none."""
    found: list[bool] = []
    for arg in args:
        cells = [c for c in arg.cells if c is not None and not isinstance(c, str)] if isinstance(arg, Block) else [arg]
        for cell in cells:
            holds = truth(cell)
            if isinstance(holds, Fault):
                return holds
            found.append(holds)
    return found or VALUE


@function("CONCAT", "r*")
def concat(*args: Result) -> Scalar:
    return _joined("", args, skip=False)


@function("TEXTJOIN", "tbr*")
def textjoin(between: str, skip: bool, *args: Result) -> Scalar:
    return _joined(between, args, skip)


def _joined(between: str, args: tuple[Result, ...], skip: bool) -> Scalar:
    parts: list[str] = []
    for arg in args:
        for cell in arg.cells if isinstance(arg, Block) else (arg,):
            part = text(cell)
            if isinstance(part, Fault):
                return part
            if part or not skip:
                parts.append(part)
    joined = between.join(parts)
    return joined if len(joined) <= MAX_TEXT else VALUE


SUBTOTALS: dict[int, Callable[..., Scalar]] = {
    1: average,
    2: count,
    3: count_filled,
    4: _picked(max),
    5: _picked(min),
    6: product,
    9: total,
}


def sum_products(blocks: list[Block]) -> Scalar:
    """SUMPRODUCT of arrays of one size; what is no number counts as 0."""
    first = blocks[0]
    if any((b.rows, b.cols) != (first.rows, first.cols) for b in blocks):
        return VALUE
    if len(blocks) == 1:
        return add_up(first.cells)
    terms: list[Scalar] = []
    for cells in zip(*(b.cells for b in blocks), strict=True):
        term: Numeric = SCALE
        for cell in cells:
            if isinstance(cell, Fault):
                return cell
            term = term * cell / SCALE if type(cell) is Fraction else _times(term, cell)
        terms.append(tidy(term))
    return add_up(terms)


def _times(term: Numeric, cell: Scalar) -> Numeric:
    if type(cell) is not int or not term:
        return 0
    product = term * cell
    return product // SCALE if product % SCALE == 0 else Fraction(product) / SCALE
