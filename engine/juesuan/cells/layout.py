"""Where the cells a workbook's formulas read are kept: numbered slots, and ranges as tuples of slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from juesuan.cells.tree import Node, Ref, Unsupported
from juesuan.cells.values import Block, Fault, Meter, Scalar

#: Slots all ranges of one workbook may hold together; formulas beyond are refused.
MAX_SLOTS = 4_000_000
#: Cells all formulas of one workbook may look at in one recalculation.
MAX_LOOKS = 30_000_000
BLANK = 0  # the slot of every cell outside the used area


class Broken:
    """In a slot whose value is not known; adding it raises TypeError, so that quick paths give way."""


class Unknown(Unsupported):
    """A formula rests on a cell whose value is not known."""

    def __str__(self) -> str:
        return "引用了未能重算的单元格" + "".join(map(str, self.args))


BROKEN = Broken()
#: Stands for a fraction in the adding columns, for the same reason.
SLOW = Broken()


@dataclass(frozen=True, slots=True)
class Grid:
    """The size of a sheet's used area and the places of its formulas."""

    name: str
    height: int
    width: int
    formulas: Sequence[tuple[int, int]] = ()
    hidden_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle cut to the used area: its slots row by row, its ``tall`` x ``wide`` size before."""

    number: int
    rows: int
    cols: int
    slots: tuple[int, ...]
    tall: int
    wide: int

    @property
    def filled(self) -> list[int]:
        return [slot for slot in self.slots if slot != BLANK]


class Run:
    """The values of one recalculation.

    ``val`` by slot; ``agg`` what SUM adds (text and bool 0); ``add`` what "+" adds (text itself, which cannot be added
    and so gives way to the slow path). ``blocks`` by range and ``memo`` by expression are filled as they are needed.
    ``faulty``: an error or unknown value has been put somewhere.
    """

    __slots__ = ("add", "agg", "blocks", "broken", "faulty", "memo", "meter", "val")

    def __init__(self, slots: int, ranges: int, memos: int) -> None:
        self.val: list[Any] = [None] * slots
        self.agg: list[Any] = [0] * slots
        self.add: list[Any] = [0] * slots
        self.blocks: list[Block | None] = [None] * ranges
        self.memo: list[Any] = [None] * memos
        self.meter = Meter(MAX_LOOKS)
        self.broken = self.faulty = False

    def put(self, slot: int, value: Scalar) -> None:
        kind = type(value)
        if kind is int:
            self.val[slot] = self.agg[slot] = self.add[slot] = value
        elif kind is str:
            self.val[slot] = self.add[slot] = value
        elif kind is bool:
            self.val[slot] = value
            self.add[slot] = SLOW
        elif kind is Fault:
            self.val[slot] = self.agg[slot] = self.add[slot] = value
            self.faulty = True
        elif value is not None:
            self.val[slot] = value
            self.agg[slot] = self.add[slot] = SLOW

    def put_broken(self, slot: int) -> None:
        self.val[slot] = self.agg[slot] = self.add[slot] = BROKEN
        self.broken = self.faulty = True

    def block(self, area: Range) -> Block:
        """The cells of ``area``. Raises Unsupported where one of them is not known."""
        found = self.blocks[area.number]
        if found is None:
            val = self.val
            cells = [val[slot] for slot in area.slots]
            if self.broken and any(cell is BROKEN for cell in cells):
                raise Unknown
            found = Block(area.rows, area.cols, cells, area.tall, area.wide, self.meter)
            self.blocks[area.number] = found
        return found


Closure = Callable[[Run], Any]


def getter(slots: Sequence[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """Reads ``slots`` of a list, always as a tuple."""
    if len(slots) == 1:
        (slot,) = slots
        return lambda values: (values[slot],)
    return itemgetter(*slots) if slots else lambda _: ()


@dataclass(slots=True)
class Layout:
    """Numbers the cells that formulas read. Formula cells come first (1, 2, …), other cells as they are met."""

    grids: Sequence[Grid]
    names: Mapping[str, str] = field(default_factory=dict)  # lower case → reference text
    slots: dict[tuple[int, int, int], int] = field(default_factory=dict)
    ranges: dict[tuple[int, int, int, int, int], Range] = field(default_factory=dict)
    numbered: list[Range] = field(default_factory=list)  # the ranges by number
    memos: int = 0
    shared: dict[object, tuple[Closure, set[int], set[int]]] = field(default_factory=dict)  # closures by memo key
    trees: dict[str, Node] = field(default_factory=dict)  # parsed defined names
    sheets: dict[str, int] = field(default_factory=dict)
    subtotals: frozenset[int] = frozenset()  # slots of formulas that contain SUBTOTAL
    formulas: int = 0
    height: int = 0
    width: int = 0
    used: int = 0

    def __post_init__(self) -> None:
        for number, grid in enumerate(self.grids):
            self.sheets.setdefault(grid.name.lower(), number)
            rows = max((row for row, _ in grid.formulas), default=-1) + 1
            cols = max((col for _, col in grid.formulas), default=-1) + 1
            self.height, self.width = max(self.height, grid.height, rows), max(self.width, grid.width, cols)
            for row, col in grid.formulas:
                self.slots[number, row, col] = len(self.slots) + 1
        self.formulas = len(self.slots)

    def sheet(self, name: str | None, home: int) -> int:
        """The number of a sheet. Raises Unsupported if there is none of that name."""
        if name is None:
            return home
        found = self.sheets.get(name.lower())
        if found is None:
            raise Unsupported(f"引用的工作表“{name}”不存在")
        return found

    def slot(self, sheet: int, row: int, col: int) -> int:
        found = self.slots.get((sheet, row, col))
        if found is None:
            grid = self.grids[sheet]
            if row >= grid.height or col >= grid.width:
                return BLANK
            found = self.slots[sheet, row, col] = len(self.slots) + 1
        return found

    def cell(self, ref: Ref, home: int) -> int:
        return self.slot(self.sheet(ref.sheet, home), ref.top, ref.left)

    def range(self, ref: Ref, home: int) -> Range:
        """The range of a reference. Raises Unsupported when all ranges together grow too large.

        Rectangles of one size stay of one size when cut, wherever they stand, so arrays still fit one another.
        """
        sheet = self.sheet(ref.sheet, home)
        key = (sheet, ref.top, ref.left, ref.bottom, ref.right)
        found = self.ranges.get(key)
        if found is None:
            tall, wide = ref.bottom - ref.top + 1, ref.right - ref.left + 1
            rows, cols = min(tall, max(self.height, 1)), min(wide, max(self.width, 1))
            self.used += rows * cols
            if self.used > MAX_SLOTS:
                self.used -= rows * cols
                raise Unsupported("公式引用的区域过大，不重算")
            slots = tuple(
                self.slot(sheet, row, col)
                for row in range(ref.top, ref.top + rows)
                for col in range(ref.left, ref.left + cols)
            )
            found = self.ranges[key] = Range(len(self.ranges), rows, cols, slots, tall, wide)
            self.numbered.append(found)
        return found

    def memo(self) -> int:
        """A place in Run.memo."""
        self.memos += 1
        return self.memos - 1
