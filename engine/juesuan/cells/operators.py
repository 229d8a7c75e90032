"""The operators of cell formulas on scalars, and ``lift``, which spreads a scalar function over blocks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from juesuan.cells.tree import Unsupported
from juesuan.cells.values import (
    DIV0,
    NA,
    NUM,
    SCALE,
    VALUE,
    Block,
    Fault,
    Numeric,
    Result,
    Scalar,
    from_root,
    number,
    size,
    text,
    tidy,
)

MAX_CELLS = 2_000_000  # an array result larger than this is refused
MAX_TEXT = 32_767  # the longest text a cell holds


def plus(a: Scalar, b: Scalar) -> Scalar:
    x, y = number(a), number(b)
    if isinstance(x, Fault):
        return x
    return y if isinstance(y, Fault) else tidy(x + y)


def minus(a: Scalar, b: Scalar) -> Scalar:
    x, y = number(a), number(b)
    if isinstance(x, Fault):
        return x
    return y if isinstance(y, Fault) else tidy(x - y)


def times(a: Scalar, b: Scalar) -> Scalar:
    x, y = number(a), number(b)
    if isinstance(x, Fault):
        return x
    if isinstance(y, Fault):
        return y
    product = x * y
    quotient, rest = divmod(product, SCALE)
    return tidy(quotient if not rest else Fraction(product, SCALE))


def divide(a: Scalar, b: Scalar) -> Scalar:
    x, y = number(a), number(b)
    if isinstance(x, Fault):
        return x
    if isinstance(y, Fault):
        return y
    return tidy(Fraction(x * SCALE) / y) if y else DIV0


def power(a: Scalar, b: Scalar) -> Scalar:
    """Exact for small whole exponents, else by doubles."""
    x, y = number(a), number(b)
    if isinstance(x, Fault):
        return x
    if isinstance(y, Fault):
        return y
    if x == 0 and y <= 0:
        return DIV0 if y else NUM
    if y % SCALE == 0 and -64 * SCALE <= y <= 64 * SCALE:
        return tidy(Fraction(x, SCALE) ** int(y // SCALE) * SCALE)
    if x < 0 and y % SCALE:
        return NUM
    try:
        return from_root(math.pow(x / SCALE, y / SCALE))
    except (OverflowError, ValueError):
        return NUM


def join(a: Scalar, b: Scalar) -> Scalar:
    x, y = text(a), text(b)
    if isinstance(x, Fault):
        return x
    if isinstance(y, Fault):
        return y
    return x + y if len(x) + len(y) <= MAX_TEXT else VALUE


def order(a: Scalar, b: Scalar) -> int | Fault:
    """-1, 0, 1 as ``a`` is below, equal to, above ``b``: numbers < text < FALSE < TRUE, text without case."""
    if isinstance(a, Fault):
        return a
    if isinstance(b, Fault):
        return b
    if a is None:
        a = _blank_like(b)
    if b is None:
        b = _blank_like(a)
    if isinstance(a, bool) or isinstance(b, bool):
        rank = (isinstance(a, bool), isinstance(b, bool))
        return (rank[0] - rank[1]) or (bool(a) > bool(b)) - (bool(a) < bool(b))
    if isinstance(a, str):
        if not isinstance(b, str):
            return 1
        low, high = a.lower(), b.lower()
        return (low > high) - (low < high)
    if isinstance(b, str):
        return -1
    if a is None or b is None:
        return 0
    if a != b and (type(a) is Fraction or type(b) is Fraction) and _near(a, b):
        return 0
    return (a > b) - (a < b)


def _blank_like(other: Scalar) -> str | bool | int:
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0


def _near(a: Numeric, b: Numeric) -> bool:
    """Equal in 15 significant digits, as far as a spreadsheet compares."""
    return size(a - b) * 10**15 <= max(size(a), size(b))


def _compared(holds: Callable[[int], bool]) -> Callable[[Scalar, Scalar], Scalar]:
    def compare(a: Scalar, b: Scalar) -> Scalar:
        found = order(a, b)
        return found if isinstance(found, Fault) else holds(found)

    return compare


BINARY: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "+": plus,
    "-": minus,
    "*": times,
    "/": divide,
    "^": power,
    "&": join,
    "=": _compared(lambda c: c == 0),
    "<>": _compared(lambda c: c != 0),
    "<": _compared(lambda c: c < 0),
    ">": _compared(lambda c: c > 0),
    "<=": _compared(lambda c: c <= 0),
    ">=": _compared(lambda c: c >= 0),
}


def negate(value: Scalar) -> Scalar:
    found = number(value)
    return found if isinstance(found, Fault) else -found


def percent(value: Scalar) -> Scalar:
    return divide(value, 100 * SCALE)


def lift(call: Callable[..., Scalar], args: Sequence[Result]) -> Result:
    """``call`` on scalars; on every cell where an argument is a block, rows and columns of one stretched over the rest.

    Cells beyond a block's edge read #N/A.
    """
    blocks = [a for a in args if isinstance(a, Block)]
    if not blocks:
        return call(*args)
    rows, cols = max(b.rows for b in blocks), max(b.cols for b in blocks)
    if rows * cols > MAX_CELLS:
        raise Unsupported("数组过大，不重算")
    columns = [spread(a, rows, cols) for a in args]
    tall, wide = max(b.tall for b in blocks), max(b.wide for b in blocks)
    return Block(rows, cols, [call(*cells) for cells in zip(*columns, strict=True)], tall, wide)


def spread(value: Result, rows: int, cols: int) -> Sequence[Scalar]:
    """``value`` as rows x cols cells."""
    if not isinstance(value, Block):
        return [value] * (rows * cols)
    if (value.rows, value.cols) == (rows, cols):
        return value.cells
    if value.rows == 1 and value.cols == cols:
        return [*value.cells] * rows
    cells: list[Scalar] = []
    for row in range(rows):
        for col in range(cols):
            r, c = (0 if value.rows == 1 else row), (0 if value.cols == 1 else col)
            cells.append(value.at(r, c) if r < value.rows and c < value.cols else NA)
    return cells
