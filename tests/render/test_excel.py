"""Cell formulas from the rule trees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan import catalogue
from juesuan.book import cell_place
from juesuan.render import excel
from juesuan.template.build import build
from tests import golden

CATALOGUE = catalogue.load()


def cells(*names: str) -> list[tuple[int, int]]:
    return [cell_place(name) for name in names]


@pytest.mark.parametrize(("plus", "minus", "formula"), [
    (("C8", "C9", "C10"), (), "SUM(C8:C10)"),
    (("C8", "C9", "C20"), (), "SUM(C8:C9,C20)"),
    (("D8", "E8", "F8"), (), "SUM(D8:F8)"),
    (("C8", "D8", "C9"), (), "SUM(C8:D8,C9)"),
    (("C10", "C9", "C8"), (), "SUM(C10,C9,C8)"),
    (("A1", "B1"), ("D1",), "SUM(A1:B1)-SUM(D1)"),
    ((), ("D1",), "-SUM(D1)"),
    ((), (), "0"),
])  # fmt: skip
def test_neighbours_become_ranges(plus: tuple[str, ...], minus: tuple[str, ...], formula: str) -> None:
    assert excel.total(cells(*plus), cells(*minus)) == formula


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), unique=True, max_size=30))
def test_runs_cover_exactly_the_cells(places: list[tuple[int, int]]) -> None:
    covered = []
    for part in excel.runs(places):
        first, _, last = part.partition(":")
        (top, left), (bottom, right) = cell_place(first), cell_place(last or first)
        assert top == bottom or left == right
        covered += [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    assert covered == places


def test_recipes_come_from_the_rules() -> None:
    spec = CATALOGUE.tables["政府性基金表"]
    rules = {(top, c): excel.recipe(CATALOGUE.rules, spec, c, top=top)
             for top in (True, False) for c in spec.column_keys}
    assert {key: made.rule for key, made in rules.items() if made} == {
        (True, "年初结转和结余"): "T7-03", (True, "本年收入"): "T7-03", (True, "基本支出"): "T7-03",
        (True, "项目支出"): "T7-03", (True, "小计"): "T7-01", (True, "年末结转和结余"): "T7-02",
        (False, "年初结转和结余"): "T7-03.1", (False, "本年收入"): "T7-03.1", (False, "基本支出"): "T7-03.1",
        (False, "项目支出"): "T7-03.1", (False, "小计"): "T7-01", (False, "年末结转和结余"): "T7-02",
    }
    last = rules[True, "年末结转和结余"]
    assert last
    assert last.own == ((1, "年初结转和结余"), (1, "本年收入"), (-1, "小计"))


def test_roll_ups_end_in_the_seam_and_never_hold_their_own_cell() -> None:
    block = excel.Block(total=6, first=7, last=20, code=0, columns={"基本支出": 5, "本年支出合计": 4})
    made = excel.Recipe("T3-03", below=((1, "基本支出"),))
    assert excel.by_code(made, block, 6, known=True) == "SUMPRODUCT((LEN($A8:$A$21)=3)*1,F8:F$21)"
    assert excel.by_code(made, block, 9, known=True) == (
        'SUMPRODUCT((LEN($A11:$A$21)=LEN($A10)+2)*(LEFT($A11:$A$21,LEN($A10))=$A10&""),F11:F$21)')


def test_formulas_of_the_ready_made_workbook() -> None:
    """Every formula of one layout, for review; open rows after the first are like the first."""
    lines = []
    for sheet in build(CATALOGUE, "hubei-2023", unit="甲单位", year=2023, codes=("2080101", "2080102"), spare=1).sheets:
        lines += [f"{sheet.name}!{excel.cell_name(*place)}\t{cell.formula}\n"
                  for place, cell in sorted(sheet.cells.items()) if cell.formula]
    golden.same("formulas-hubei-2023.txt", "".join(lines))
