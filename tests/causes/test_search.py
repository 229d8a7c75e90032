"""Single and several wrong cells in small systems."""

from __future__ import annotations

from dataclasses import replace

from juesuan.causes import Outcome, Relation, Variable, find_causes
from tests.causes.synth import Build, fen, hand


def told(outcome: Outcome, names: list[str]) -> dict[str, float | None]:
    """Corrected cells by name, in 万元."""
    return {names[i]: value and value / 1_000_000 for cause in outcome.causes for i, value in cause.cells}


def run(figures: dict[str, float | None], *rules: str) -> tuple[Outcome, dict[str, float | None]]:
    outcome = find_causes(*hand(figures, *rules))
    return outcome, told(outcome, list(figures))


def test_clean_system_has_no_cause() -> None:
    outcome, _ = run({"t": 7, "a": 3, "b": 4}, "t = a + b")
    assert outcome == Outcome()


def test_rounding_difference_is_no_cause() -> None:
    outcome, _ = run({"t": 7.01, "a": 3, "b": 4}, "t = a + b")
    assert outcome == Outcome()


def test_blanks_give_no_allowance() -> None:
    # One nonblank addend: 0.005·2 allows 0.01, although three addends are listed.
    outcome, cells = run({"t": 7.02, "a": 7, "b": None, "c": None}, "t = a + b + c")
    assert cells == {"t": 7.0}
    assert outcome.causes[0].explains == (0,)


def test_lone_sum_blames_the_total_and_lists_the_addends() -> None:
    outcome, cells = run({"t": 10, "a": 3, "b": 4}, "t = a + b")
    assert cells == {"t": 7.0}
    (cause,) = outcome.causes
    assert set(cause.alternatives) == {(1, fen(6)), (2, fen(7))}
    assert cause.note == "与下级合计相差 3.00，等于其中一项，疑为漏加或重加"


def test_other_relations_clear_the_total() -> None:
    outcome, cells = run({"t": 10, "a": 3, "b": 4, "u": 10}, "t = a + b", "t = u")
    assert cells in ({"a": 6.0}, {"b": 7.0})
    assert len(outcome.causes[0].alternatives) == 1


def test_other_relations_clear_the_addends() -> None:
    figures = {"t": 10, "a": 3, "b": 4, "x": 3, "y": 4}
    outcome, cells = run(figures, "t = a + b", "a = x", "b = y")
    assert cells == {"t": 7.0}
    assert outcome.causes[0].alternatives == ()


def test_one_cell_explains_all_its_relations() -> None:
    figures = {"sum": 20, "t": 17, "a": 3, "b": 4, "v": 13, "w": 7}
    outcome, cells = run(figures, "t = a + b", "sum = t + v", "w = t")
    assert cells == {"t": 7.0}
    assert outcome.causes[0].explains == (0, 1, 2)
    assert outcome.unexplained == ()


def test_transposed_digits_point_to_the_addend() -> None:
    outcome, cells = run({"t": 723.75, "a": 537.25, "b": 150.5}, "t = a + b")
    assert cells == {"a": 573.25}
    assert (outcome.causes[0].kind, outcome.causes[0].note) == ("digits", "数字顺序颠倒 573.25/537.25")
    assert (0, fen(687.75)) in outcome.causes[0].alternatives


def tied(a: float, b: float, op: str) -> tuple[Outcome, list[str]]:
    """Two tables' 208 基本支出 as in case 000: each in a row sum, a roll-up and a total, and tied to each other."""
    figures: dict[str, float | None] = {}
    rules = []
    for name, wrong, other in (("甲", a, 973.44), ("乙", b, 214.04)):
        figures |= {f"{name}合计": 723.01, f"{name}行": 573.19 + other, f"{name}基": wrong, f"{name}项": other,
                    f"{name}01": 494.11, f"{name}05": 79.08, f"{name}210": 149.82}
        rules += [f"{name}行 = {name}基 + {name}项", f"{name}合计 = {name}基 + {name}210",
                  f"{name}基 = {name}01 + {name}05"]
    rules += [f"乙基 {op} 甲基", f"乙01 {op} 甲01", f"乙05 {op} 甲05", f"甲合计 {op} 乙合计"]
    return find_causes(*hand(figures, *rules)), list(figures)


def test_tied_errors_are_two_causes() -> None:
    for op in ("=", "<="):
        outcome, names = tied(470.34, 470.34, op)
        assert told(outcome, names) == {"甲基": 573.19, "乙基": 573.19}
        assert [cause.explains for cause in outcome.causes] == [(0, 1, 2), (3, 4, 5)]
        assert outcome.unexplained == ()


def test_breaking_the_tie_in_one_table_only() -> None:
    outcome, names = tied(470.34, 573.19, "=")
    assert told(outcome, names) == {"甲基": 573.19}
    assert outcome.causes[0].explains == (0, 1, 2, 6)


def test_two_distant_cells_are_two_causes() -> None:
    figures = {"t": 10, "a": 3, "b": 7, "c": 5, "d": 25, "t2": 10, "c2": 15, "e": 9, "f": 6}
    rules = ("t = a + b", "t = t2", "d = c + t", "c2 = c", "c = e + f")
    outcome, cells = run({**figures, "t": 99, "c": 51}, *rules)
    assert cells == {"t": 10.0, "c": 15.0}
    assert set(outcome.causes[0].explains) | set(outcome.causes[1].explains) == {0, 1, 2, 3, 4}


def test_blanked_cell_is_filled() -> None:
    outcome, cells = run({"t": 7, "a": None, "b": 4, "x": 3}, "t = a + b", "x = a")
    assert cells == {"a": 3.0}
    assert outcome.causes[0].note == "漏填"


def test_figure_that_should_not_be_there() -> None:
    outcome, cells = run({"t": 4, "a": 3, "b": 4, "x": None}, "t = a + b", "a = x")
    assert cells == {"a": None}
    assert outcome.causes[0].note == "不应有数"


def test_most_equalities_exact_decides_the_cent() -> None:
    figures = {"t": 9, "a": 1.11, "b": 2.22, "u": 3.34, "w": 3.34, "z": 3.34}
    _, cells = run(figures, "t = a + b", "t = u", "t = w", "t = z")
    assert cells == {"t": 3.34}


def test_inequality_without_other_evidence() -> None:
    outcome, cells = run({"a": 12, "b": 10, "t": 10, "c": 4, "d": 6}, "a <= b", "t = c + d", "b = t")
    assert cells == {"a": 10.0}
    assert outcome.causes[0].explains == (0,)


def test_soft_relation_makes_no_cause_but_is_explained() -> None:
    build = Build()
    for row, (name, value) in enumerate({"a": 5, "b": 3, "c": 3}.items()):
        build.cell(name, value, ("表", row, 0))
    build.rule([("a", 1), ("b", -1)], soft=True)
    assert find_causes(*build.done()) == Outcome()
    build.rule([("a", 1), ("c", -1)])
    outcome = find_causes(*build.done())
    assert [cause.cells for cause in outcome.causes] == [((0, fen(3)),)]
    assert outcome.causes[0].explains == (0, 1)


def test_never_changes_a_fixed_cell() -> None:
    variables, relations = hand({"t": 10, "a": 3, "b": 4}, "t = a + b")
    fixed = [replace(v, weight=0) if v.index != 2 else v for v in variables]
    outcome = find_causes(fixed, relations)
    assert outcome.causes[0].cells == ((2, fen(7)),)
    assert outcome.causes[0].alternatives == ()


def test_weight_outranks_habit() -> None:
    variables, relations = hand({"t": 10, "a": 3, "b": 4}, "t = a + b")
    outcome = find_causes([replace(v, weight=5) if v.index == 1 else v for v in variables], relations)
    assert outcome.causes[0].cells == ((1, fen(6)),)


def test_contradiction_is_unexplained_with_candidates() -> None:
    variables, relations = hand({"t": 10, "a": 3, "b": 4}, "t = a + b")
    outcome = find_causes([replace(v, weight=0) for v in variables], relations)
    assert (outcome.causes, outcome.unexplained) == ((), (0,))
    assert outcome.candidates == ((0, ()),)


def test_too_many_errors_stay_findings() -> None:
    # Six cells that no single correction mends, and at most one cell allowed.
    variables, relations = hand({"a": 1, "b": 2, "c": 3, "d": 4}, "a = b", "b = c", "c = d")
    outcome = find_causes(variables, relations, most=1)
    assert set(outcome.unexplained) | {r for cause in outcome.causes for r in cause.explains} == {0, 1, 2}
    assert all(changes for _, changes in outcome.candidates)


def test_yuan_is_exact() -> None:
    cells = [Variable(i, value, 0, ("表", i, 0), step=1) for i, value in enumerate((70_001, 30_000, 40_000, 70_000))]
    rules = [Relation(0, ((0, 1), (1, -1), (2, -1)), derives=0), Relation(1, ((0, 1), (3, -1)))]
    (cause,) = find_causes(cells, rules).causes
    assert cause.cells == ((0, 70_000),)
    assert cause.explains == (0, 1)


def test_exact_and_wide_allowances() -> None:
    cells = [Variable(i, value, 5_000, ("表", i, 0)) for i, value in enumerate((fen(3.01), fen(3), fen(3)))]
    tie = Relation(0, ((0, 1), (1, -1)), exact=True)
    wide = Relation(1, ((0, 1), (2, -1)), wide=20_000)
    assert find_causes(cells, [wide]).causes == ()
    (cause,) = find_causes(cells, [tie, wide]).causes
    assert cause.cells == ((0, fen(3)),)


def test_negative_figures_are_a_last_resort() -> None:
    _, cells = run({"t": 1, "a": 30, "b": 4, "x": 1}, "t = a + b", "t = x")
    assert cells == {"t": 34.0, "x": 34.0}
    variables, relations = hand({"t": 1, "a": 30, "b": 4, "x": 1}, "t = a + b", "t = x")
    outcome = find_causes([replace(v, weight=0) if v.index in (0, 3) else v for v in variables], relations)
    assert outcome.causes[0].cells == ((1, fen(-3)),)
