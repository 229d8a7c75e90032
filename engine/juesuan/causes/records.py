"""Records of root-cause grouping (根因归并): cells with stated values, relations between them, causes found.

All amounts are integers of 分. Indices and ids are the caller's own; nothing here depends on their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Op = Literal["=", "<="]
#: value 数值 · shift 错行错栏 · swap 互换 · sign 正负号 · unit 金额单位 · digits 数字录入
Kind = Literal["value", "shift", "swap", "sign", "unit", "digits"]
#: (variable index, the 分 it should hold; None for blank).
Change = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Variable:
    """One money cell (金额格): ``fen`` stated, None for blank, which is an exact zero.

    ``half`` is the rounding half-interval the cell has when it is not blank, ``grid`` its (table, row, column),
    ``weight`` how readily to suspect it (higher is likelier wrong; 0 or less: never to be changed), ``step`` the 分
    by which suggestions are rounded (10_000 for two decimals of 万元, 1 for 元).
    """

    index: int
    fen: int | None
    half: int
    grid: tuple[str, int, int]
    weight: int = 1
    step: int = 10_000


@dataclass(frozen=True, slots=True)
class Relation:
    """Σ coefficient × variable ``op`` 0 (勾稽关系), within the allowance.

    The allowance is ``wide`` where given, 0 where ``exact``, else Σ |coefficient| × half over nonblank cells.
    ``soft`` (核实性) relations never make a cause; ``derives`` is the cell this relation defines as a total.
    """

    id: int
    terms: tuple[tuple[int, int], ...]
    op: Op = "="
    exact: bool = False
    soft: bool = False
    wide: int | None = None
    derives: int | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause (根因): the cells to correct and the broken relations that these corrections repair.

    A relation that needs two corrections stands in both causes. ``alternatives`` (也可能是): for a cause of one cell
    the single cells that would repair the same relations as well, best first; for a block (shift, swap, unit of
    several cells) all the cells of the next best block that repairs the same.
    """

    cells: tuple[Change, ...]
    explains: tuple[int, ...]
    kind: Kind = "value"
    note: str = ""
    alternatives: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Causes in table order, and broken hard relations ``unexplained``.

    ``candidates`` gives, for each of the latter, the changes that would repair it alone, least harmful first.
    """

    causes: tuple[Cause, ...] = ()
    unexplained: tuple[int, ...] = ()
    candidates: tuple[tuple[int, tuple[Change, ...]], ...] = ()
