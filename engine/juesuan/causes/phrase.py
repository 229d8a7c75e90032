"""The likely slip behind one corrected cell, in a short phrase (疑因)."""

from __future__ import annotations

from juesuan.causes.records import Kind
from juesuan.causes.slip import STRONG, slip, text
from juesuan.causes.system import System

NEIGHBOURS = (("上一行", -1, 0), ("下一行", 1, 0), ("左邻栏", 0, -1), ("右邻栏", 0, 1))


class Phrases:
    """Phrases for the corrected cells of ``system``, whose rules ``broken`` were broken at first."""

    def __init__(self, system: System, broken: frozenset[int]) -> None:
        self.system = system
        self.broken = broken
        self.at = {cell.grid: i for i, cell in enumerate(system.cells)}

    def of(self, i: int) -> tuple[Kind, str]:
        """Kind and note of cell ``i``, from its stated and its present figure."""
        stated, right, step = self.system.stated[i], self.system.value[i], self.system.cells[i].step
        likely = slip(stated, right, step)
        if likely.note and (likely.rank == STRONG or not stated or not right):
            return likely.kind, likely.note
        note = self._copied(i) or likely.note
        if note:
            return likely.kind, note
        return "value", self._gap(i, abs((right or 0) - (stated or 0)), step)

    def _copied(self, i: int) -> str:
        """The neighbour whose figure the cell repeats."""
        system, (table, row, column) = self.system, self.system.cells[i].grid
        for name, down, across in NEIGHBOURS:
            j = self.at.get((table, row + down, column + across))
            if j is not None and system.stated[i] == system.stated[j] == system.value[j]:
                return f"疑误抄{name}的数"
        return ""

    def _gap(self, i: int, gap: int, step: int) -> str:
        """How far the cell is from what it totals or should agree with."""
        system = self.system
        totals = [r for r in system.touched((i,)) if r in self.broken and system.derives[r] == i]
        if not totals:
            return f"与有关合计、对应数相差 {text(gap, step)}"
        addends = {abs(system.stated[j] or 0) for r in totals for j in system.terms[r] if j != i}
        hint = "等于其中一项，疑为漏加或重加" if gap in addends else "疑为漏加或错录"
        return f"与下级合计相差 {text(gap, step)}，{hint}"
