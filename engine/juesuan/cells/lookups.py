"""Criteria (SUMIF, COUNTIF …) and lookups (VLOOKUP, MATCH …). Imported for what it registers in FUNCTIONS."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from juesuan.cells.functions import function, wildcard
from juesuan.cells.operators import order
from juesuan.cells.tree import Unsupported
from juesuan.cells.values import (
    DIV0,
    NA,
    REF,
    SCALE,
    VALUE,
    Block,
    Fault,
    Result,
    Scalar,
    add_up,
    identity,
    read_number,
    text,
    tidy,
)

_CRITERION = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge
}  # fmt: skip


def matches(block: Block, criterion: Scalar) -> list[int]:
    """Indexes of the cells of ``block`` that meet a criterion as SUMIF and COUNTIF understand it."""
    if criterion is None:
        criterion = 0
    if not isinstance(criterion, str):
        return _equal(block, criterion)
    match = _CRITERION.fullmatch(criterion)
    op, operand = (match[1] or "", match[2]) if match else ("", criterion)
    wanted = read_number(operand)
    if op in ("", "="):
        if operand == "":
            return sorted([*block.places(None), *([] if op else block.places(""))])
        if wanted is not None:
            return _equal(block, wanted)
        return _alike(block, operand)
    if op == "<>":
        if operand == "":
            excluded = block.places(None)
        else:
            excluded = _equal(block, wanted) if wanted is not None else _alike(block, operand)
        block.charge()
        out = set(excluded)
        return [i for i in range(len(block.cells)) if i not in out]
    block.charge()
    holds = _COMPARE[op]
    if wanted is None:
        operand = operand.lower()
        return [i for i, cell in enumerate(block.cells) if type(cell) is str and holds(cell.lower(), operand)]
    return [
        i for i, cell in enumerate(block.cells) if (type(cell) is int or type(cell) is Fraction) and holds(cell, wanted)
    ]


def _order(a: Scalar, b: Scalar) -> int:
    found = order(a, b)
    return 0 if isinstance(found, Fault) else found


def _equal(block: Block, wanted: Scalar) -> list[int]:
    """Cells equal to ``wanted``; a text that reads as the wanted number is equal to it."""
    if isinstance(wanted, Fault):
        return [i for i, cell in enumerate(block.cells) if cell is wanted]
    found = block.places(identity(wanted))
    if isinstance(wanted, int | Fraction) and not isinstance(wanted, bool) and (spelled := block.spelled(wanted)):
        return sorted([*found, *spelled])
    return found


def _alike(block: Block, pattern: str) -> list[int]:
    if not re.search(r"[*?~]", pattern):
        return block.places(pattern.lower())
    block.charge()
    meets = re.compile(wildcard(pattern), re.IGNORECASE | re.DOTALL).fullmatch
    return [i for i, cell in enumerate(block.cells) if isinstance(cell, str) and meets(cell)]


def _chosen(pairs: tuple[Result, ...]) -> list[int] | Fault:
    """Indexes that meet every (range, criterion) pair."""
    chosen: set[int] | None = None
    size: tuple[int, int] | None = None
    for block, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        if not isinstance(block, Block) or isinstance(criterion, Block):
            return VALUE
        if size not in (None, (block.rows, block.cols)):
            return VALUE
        size = (block.rows, block.cols)
        found = matches(block, criterion)
        block.charge(len(found))
        chosen = set(found) if chosen is None else chosen.intersection(found)
    return sorted(chosen or ())


@function("COUNTIF COUNTIFS", "rv**")
def count_if(*pairs: Result) -> Scalar:
    if len(pairs) % 2:
        return VALUE
    found = _chosen(pairs)
    if isinstance(found, Fault):
        return found
    count = len(found)
    blocks = [b for b in pairs[::2] if isinstance(b, Block)]
    beyond = blocks[0].tall * blocks[0].wide - len(blocks[0].cells)
    if beyond and all(matches(Block(1, 1, [None]), c) for c in pairs[1::2] if not isinstance(c, Block)):
        count += beyond
    return count * SCALE


@function("SUMIF", "rvr", 2)
def sum_if(block: Result, criterion: Scalar, values: Result = None) -> Scalar:
    return sum_ifs(block if values is None else values, block, criterion)


@function("SUMIFS", "rrv**")
def sum_ifs(values: Result, *pairs: Result) -> Scalar:
    found = _values(values, pairs)
    return found if isinstance(found, Fault) else add_up(found)


@function("AVERAGEIF", "rvr", 2)
def average_if(block: Result, criterion: Scalar, values: Result = None) -> Scalar:
    return average_ifs(block if values is None else values, block, criterion)


@function("AVERAGEIFS", "rrv**")
def average_ifs(values: Result, *pairs: Result) -> Scalar:
    found = _values(values, pairs)
    if isinstance(found, Fault):
        return found
    numbers = [cell for cell in found if type(cell) is int or type(cell) is Fraction]
    summed = add_up(found)
    if isinstance(summed, Fault):
        return summed
    return tidy(Fraction(summed) / len(numbers)) if numbers else DIV0


def _values(values: Result, pairs: tuple[Result, ...]) -> list[Scalar] | Fault:
    if not isinstance(values, Block) or len(pairs) % 2:
        return VALUE
    first = pairs[0]
    if not isinstance(first, Block) or (first.rows, first.cols) != (values.rows, values.cols):
        return VALUE
    found = _chosen(pairs)
    return found if isinstance(found, Fault) else [values.cells[i] for i in found]


# --- lookups ---------------------------------------------------------------------------------------------------------


def _exact(block: Block, wanted: Scalar) -> int | None:
    """Index of the first cell equal to ``wanted``, wildcards in text allowed."""
    if isinstance(wanted, str) and re.search(r"[*?~]", wanted):
        found = _alike(block, wanted)
    else:
        found = block.places(identity(0 if wanted is None else wanted))
    return found[0] if found else None


def _nearest(block: Block, wanted: Scalar, descending: bool = False) -> int | None:
    """Index of the last cell not beyond ``wanted`` among the cells of its kind.

    Raises Unsupported where these are not sorted, for then the answer depends on how the program searches.
    """
    wanted = 0 if wanted is None else wanted
    kind = _kind(wanted)
    block.charge()
    found, before = None, None
    for index, cell in enumerate(block.cells):
        if _kind(cell) is not kind:
            continue
        if before is not None and _order(before, cell) * (-1 if descending else 1) > 0:
            raise Unsupported("近似查找的区域没有排序，不重算")
        before = cell
        if _order(cell, wanted) * (-1 if descending else 1) <= 0:
            found = index
    return found


def _kind(value: Scalar) -> type:
    if isinstance(value, bool):
        return bool
    return int if isinstance(value, int | Fraction) else type(value)


@function("MATCH", "vri", 2)
def match(wanted: Scalar, block: Result, how: int = 1) -> Scalar:
    if not isinstance(block, Block) or (block.rows > 1 and block.cols > 1):
        return NA
    found = _exact(block, wanted) if how == 0 else _nearest(block, wanted, how < 0)
    return NA if found is None else (found + 1) * SCALE


@function("VLOOKUP", "vrib", 3)
def vlookup(wanted: Scalar, table: Result, column: int, near: bool = True) -> Scalar:
    if not isinstance(table, Block) or column < 1:
        return VALUE
    if column > table.wide:
        return REF
    first = table.first_column()
    found = _nearest(first, wanted) if near else _exact(first, wanted)
    return NA if found is None else table.at(found, column - 1)


@function("HLOOKUP", "vrib", 3)
def hlookup(wanted: Scalar, table: Result, row: int, near: bool = True) -> Scalar:
    if not isinstance(table, Block) or row < 1:
        return VALUE
    if row > table.tall:
        return REF
    first = table.row(0)
    found = _nearest(first, wanted) if near else _exact(first, wanted)
    return NA if found is None else table.at(row - 1, found)


@function("LOOKUP", "vrr", 2)
def lookup(wanted: Scalar, keys: Result, values: Result = None) -> Scalar:
    if not isinstance(keys, Block):
        return NA
    if values is None:
        upright = keys.tall >= keys.wide
        values = keys.column(keys.cols - 1) if upright else keys.row(keys.rows - 1)
        keys = keys.column(0) if upright else keys.row(0)
    found = _nearest(keys, wanted)
    if found is None or not isinstance(values, Block):
        return NA
    return values.cells[found] if found < len(values.cells) else None


@function("INDEX", "rii", 2)
def index(block: Result, row: int, column: int | None = None) -> Result:
    if not isinstance(block, Block):
        return block if row in (0, 1) and column in (None, 0, 1) else REF
    if column is None:
        row, column = (1, row) if block.tall == 1 and block.wide > 1 else (row, 1 if block.wide == 1 else 0)
    if row < 0 or column < 0:
        return VALUE
    if row > block.tall or column > block.wide:
        return REF
    if row and column:
        return block.at(row - 1, column - 1)
    if row:
        return block.row(row - 1)
    return block.column(column - 1) if column else block


@function("HYPERLINK", "vv", 1)
def hyperlink(target: Scalar, shown: Scalar = None) -> Scalar:
    return text(target) if shown is None else shown
