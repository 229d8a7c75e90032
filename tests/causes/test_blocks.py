"""Blocks of figures: shifted, swapped, in the wrong unit — one cause each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from juesuan.causes import Cause, Outcome, Relation, Variable, find_causes
from tests.causes.synth import Build, change

#: Rows of a small 支出决算表 (合计, 类, 款, 项…): name -> 本年支出合计, 基本支出, 项目支出, 其他; 万元.
ROWS: dict[str, tuple[float | None, ...]] = {
    "合计": (1101.58, 723.01, 354.36, 24.21),
    "208": (928.09, 573.19, 330.69, 24.21),
    "20801": (824.80, 494.11, 330.69, None),
    "2080111": (354.36, 23.67, 330.69, None),
    "2080150": (470.44, 470.44, None, None),
    "20805": (103.29, 79.08, None, 24.21),
    "2080502": (34.27, 10.06, None, 24.21),
    "2080505": (69.02, 69.02, None, None),
    "221": (173.49, 149.82, 23.67, None),
    "22102": (173.49, 149.82, 23.67, None),
    "2210201": (77.77, 54.10, 23.67, None),
    "2210203": (95.72, 95.72, None, None),
}
CHILDREN = {"合计": ("208", "221"), "208": ("20801", "20805"), "20801": ("2080111", "2080150"),
            "20805": ("2080502", "2080505"), "221": ("22102",), "22102": ("2210201", "2210203")}


def system() -> tuple[list[Variable], list[Relation], dict[tuple[str, int | str], int]]:
    """表3 with row sums and roll-ups, and a second table that repeats its first column."""
    build = Build()
    for row, (name, values) in enumerate(ROWS.items()):
        for column, value in enumerate(values):
            build.cell((name, column), value, ("表3", row, column))
    for row, (name, values) in enumerate(ROWS.items()):
        build.cell((name, "表1"), values[0], ("表1", row, 0))
        build.total((name, 0), [(name, column) for column in (1, 2, 3)])
        build.tie((name, "表1"), (name, 0))
    for name, children in CHILDREN.items():
        for column in range(4):
            build.total((name, column), [(child, column) for child in children])
    variables, relations = build.done()
    return variables, relations, {key: cell.index for key, cell in build.cells.items()}


VARIABLES, RELATIONS, AT = system()
FIGURES = {v.index: v.fen for v in VARIABLES}
NAMES = list(ROWS)


def only(outcome: Outcome) -> Cause:
    assert outcome.unexplained == ()
    (cause,) = outcome.causes
    return cause


def spoil(new: dict[int, int | None]) -> Cause:
    """The one cause found for the spoilt table; it must restore every figure that differs."""
    wrong = {i: value for i, value in new.items() if value != FIGURES[i]}
    cause = only(find_causes(change(VARIABLES, wrong), RELATIONS))
    assert dict(cause.cells) == {i: FIGURES[i] for i in wrong}
    return cause


def test_fixture_is_clean() -> None:
    assert find_causes(VARIABLES, RELATIONS) == Outcome()


def test_column_moved_down() -> None:
    new: dict[int, int | None] = {AT["20801", 1]: None}
    for above, name in pairwise(NAMES[2:]):
        new[AT[name, 1]] = FIGURES[AT[above, 1]]
    cause = spoil(new)
    assert (cause.kind, cause.note) == ("shift", "本栏数字下移一行")


def test_column_moved_up() -> None:
    new: dict[int, int | None] = {AT["2210203", 1]: None}
    for name, below in pairwise(NAMES[3:]):
        new[AT[name, 1]] = FIGURES[AT[below, 1]]
    cause = spoil(new)
    assert (cause.kind, cause.note) == ("shift", "本栏数字上移一行")


def test_column_moved_two_rows() -> None:
    new: dict[int, int | None] = {AT["208", 1]: None, AT["20801", 1]: None}
    for above, name in zip(NAMES[1:], NAMES[3:], strict=False):
        new[AT[name, 1]] = FIGURES[AT[above, 1]]
    cause = spoil(new)
    assert (cause.kind, cause.note) == ("shift", "本栏数字下移两行")


def test_rows_moved_down() -> None:
    new: dict[int, int | None] = {}
    for column in range(4):
        new[AT["20805", column]] = None
        for above, name in pairwise(NAMES[5:]):
            new[AT[name, column]] = FIGURES[AT[above, column]]
    cause = spoil(new)
    assert (cause.kind, cause.note) == ("shift", "各栏数字下移一行")


def test_row_moved_right() -> None:
    cause = spoil({AT["2080111", 1]: None, AT["2080111", 2]: FIGURES[AT["2080111", 1]],
                   AT["2080111", 3]: FIGURES[AT["2080111", 2]]})
    assert (cause.kind, cause.note) == ("shift", "本行数字右移一栏")


def test_figure_in_the_next_column() -> None:
    cause = spoil({AT["2080505", 1]: None, AT["2080505", 2]: FIGURES[AT["2080505", 1]]})
    assert (cause.kind, cause.note) == ("shift", "误填入右邻栏")


def test_figure_in_the_next_row() -> None:
    cause = spoil({AT["2080111", 2]: None, AT["2080150", 2]: FIGURES[AT["2080111", 2]]})
    assert (cause.kind, cause.note) == ("shift", "误填入下一行")


def test_column_pasted_into_the_next() -> None:
    new = {AT[name, 2]: FIGURES[AT[name, 3]] for name in NAMES} | {AT[name, 3]: FIGURES[AT[name, 2]] for name in NAMES}
    variables, relations = change(VARIABLES, new), list(RELATIONS)
    # Only other tables know which column is which: 表7 repeats one of them, 表8 the other.
    for table, column in (("表7", 2), ("表8", 3)):
        for row, name in enumerate(("合计", "208")):
            variables.append(Variable(len(variables), FIGURES[AT[name, column]], 5_000, (table, row, 0)))
            relations.append(Relation(len(relations), ((AT[name, column], 1), (variables[-1].index, -1))))
    cause = only(find_causes(variables, relations))
    assert (cause.kind, cause.note) == ("swap", "两栏互换")
    assert dict(cause.cells) == {i: FIGURES[i] for i in new if new[i] != FIGURES[i]}


def test_rows_swapped() -> None:
    pairs = [(AT["2080111", column], AT["2080150", column]) for column in range(4)]
    new = {a: FIGURES[b] for a, b in pairs} | {b: FIGURES[a] for a, b in pairs}
    variables, relations = change(VARIABLES, new), list(RELATIONS)
    cause = only(find_causes(variables, relations))
    assert cause.kind == "swap"


def test_cells_swapped() -> None:
    a, b = AT["2080502", 1], AT["2210201", 1]
    cause = spoil({a: FIGURES[b], b: FIGURES[a]})
    assert (cause.kind, cause.note) == ("swap", "两格互换")
    assert len(cause.explains) == 4


def test_table_in_yuan() -> None:
    new = {v.index: v.fen and v.fen * 10_000 for v in VARIABLES if v.grid[0] == "表3"}
    cause = spoil(new)
    assert (cause.kind, cause.note) == ("unit", "全表万元误填为元(×10000)")


def test_table_converted_twice() -> None:
    # 表1 is tied to 表3 and to a third table, so it cannot be they that are too large.
    big = [replace(v, fen=v.fen and v.fen * 10_000) for v in VARIABLES]
    relations = list(RELATIONS)
    for name in ROWS:
        twin = big[AT[name, 0]]
        big.append(replace(twin, index=len(big), grid=("表9", *twin.grid[1:])))
        relations.append(Relation(len(relations), ((AT[name, "表1"], 1), (big[-1].index, -1))))
    new = {AT[name, "表1"]: VARIABLES[AT[name, 0]].fen for name in ROWS}
    cause = only(find_causes(change(big, new), relations))
    assert (cause.kind, cause.note) == ("unit", "全表重复折算为万元(÷10000)")
    assert [i for i, _ in cause.cells] == sorted(new)


def test_one_row_in_yuan() -> None:
    cells = [AT["2080502", column] for column in range(4)]
    cause = spoil({i: FIGURES[i] and (FIGURES[i] or 0) * 10_000 for i in cells})
    assert (cause.kind, cause.note) == ("unit", "整行万元误填为元(×10000)")


def test_single_error_is_not_called_a_shift() -> None:
    for i, value in FIGURES.items():
        if value:
            for wrong in (None, value * 10, value + 1_000_000, -value):
                outcome = find_causes(change(VARIABLES, {i: wrong}), RELATIONS)
                assert [len(cause.cells) for cause in outcome.causes] == [1]
