"""The alternatives, each a decent way of doing it: they get the cells' places and the compiled relations for nothing.

``Script`` is what somebody writes who knows the form by heart: positions fixed beforehand, Decimal arithmetic, every
relation with its rounding allowance. Its verdicts must equal ours, or the comparison would be of different work.
"""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what is measured for memory must not load the engine
    from juesuan.validation import Validation

Values = Mapping[str, list[list[Any]]]
_ZERO = Decimal(0)
_FEN = Decimal("0.000001")  # 万元
_HALF = Decimal("0.005")


def calamine_read(path: Path) -> None:
    """The yardstick: python-calamine reads every sheet's values."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def openpyxl_values(path: Path) -> Values:
    """Every sheet's cached values through openpyxl in its normal mode."""
    from openpyxl import load_workbook

    workbook = load_workbook(path, data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in workbook.worksheets}


def pandas_values(path: Path) -> Values:
    """Every sheet's values through pandas with its calamine engine."""
    import pandas

    frames = pandas.read_excel(path, sheet_name=None, header=None, engine="calamine")
    return {name: frame.astype(object).where(frame.notna(), None).to_numpy().tolist() for name, frame in frames.items()}


@dataclass(frozen=True)
class Relation:
    """left - right where it is checked, its operator, and whether rounding is allowed for."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    op: str
    exact: bool


class Script:
    """Reads the figures at fixed places and checks the relations of the same rules (all but the few by per cent)."""

    def __init__(self, model: Validation, read: Callable[[Path], Values]) -> None:
        self.read = read
        plan = model.checked.plan
        self.places = [model.binding.where(ref) for ref in plan.variables]
        self.relations = [
            Relation(linear.plus, linear.minus, linear.op, plan.rules[linear.rule].tolerance == "exact")
            for linear in (plan.linears[at] for at in _comparable(model))
        ]

    def __call__(self, path: Path) -> Counter[str]:
        """How many relations hold, differ by rounding only, or break."""
        sheets = self.read(path)
        figures = [self._figure(sheets, place) for place in self.places]
        return Counter(_judge(relation, figures) for relation in self.relations)

    def _figure(self, sheets: Values, place: tuple[str, int, int] | None) -> Decimal | None:
        if place is None:
            return None
        value = sheets[place[0]][place[1]][place[2]]
        if value is None or isinstance(value, str):
            return None
        return Decimal(str(value)).quantize(_FEN)


def _judge(relation: Relation, figures: list[Decimal | None]) -> str:
    difference, terms = _ZERO, 0
    for sign, variables in ((1, relation.plus), (-1, relation.minus)):
        for variable in variables:
            figure = figures[variable]
            if figure is not None:
                difference += sign * figure
                terms += 1
    if relation.op == "=":
        excess = abs(difference)
    elif relation.op == "<=":
        excess = difference
    elif relation.op == ">=":
        excess = -difference
    else:
        return "holds" if (difference > 0) == (relation.op == ">") and difference else "breaks"
    if excess <= 0:
        return "holds"
    return "rounding" if not relation.exact and excess <= _HALF * terms else "breaks"


def _comparable(model: Validation) -> list[int]:
    checked = model.checked
    judged = ("holds", "rounding", "breaks")
    return [
        at
        for at, linear in enumerate(checked.plan.linears)
        if checked.verdict(at) in judged and not checked.plan.rules[linear.rule].percent
    ]


def ours(model: Validation) -> Counter[str]:
    """The verdicts of the relations that ``Script`` judges too."""
    return Counter(model.checked.verdict(at) for at in _comparable(model))


def excel_model(path: Path) -> None:
    """The ``formulas`` library: loads the workbook, compiles it and calculates, as its manual has it."""
    import formulas

    with contextlib.redirect_stderr(io.StringIO()):  # progress bars
        formulas.ExcelModel().loads(str(path)).finish(circular=False).calculate()


def openpyxl_round_trip(path: Path, target: Path, marks: Mapping[str, list[str]]) -> None:
    """Load, colour the same cells and attach a note to each, save."""
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    workbook = load_workbook(path)
    fill = PatternFill("solid", fgColor="FFC7CE")
    for sheet, cells in marks.items():
        for cell in cells:
            workbook[sheet][cell].fill = fill
            workbook[sheet][cell].comment = Comment("不符", "校验")
    workbook.save(target)
