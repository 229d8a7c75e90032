"""Mutation of clean accounts: one figure changed beyond its tolerance is found, at a relation that contains it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from juesuan.amount import Amount
from juesuan.bind import bind
from juesuan.binding import Binding
from juesuan.catalogue import load
from juesuan.check import Checked, check
from juesuan.hosts.read import read_book
from juesuan.refs import Ref
from juesuan.validation import examine
from tests.foreign import cases, damage
from tests.foreign.writers import WRITERS

STEP = 10_000  # 0.01 万元 in 分

#: Figures that no 强制性 equality covers, by case: nothing in the nine tables can contradict them.
UNCOVERED: dict[str, set[Ref]] = {"001": set(), "003": set()}


@cache
def clean(case: str, folder: Path) -> tuple[Binding, Checked]:
    path = folder / f"{case}.xlsx"
    WRITERS["software_export"](cases.load(case), path)
    binding = bind(read_book(path), load())
    return binding, check(binding, load())


def with_figure(binding: Binding, ref: Ref, fen: int) -> Binding:
    """The binding with one figure changed."""
    statements = binding.statements
    table = statements.tables[ref.table]
    figures = {**table.figures, (ref.line, ref.column): Amount(fen, 5_000)}
    tables = {**statements.tables, ref.table: replace(table, figures=figures)}
    return replace(binding, statements=replace(statements, tables=tables))


def least_change(checked: Checked, variable: int, was_blank: bool) -> int | None:
    """The smallest upward change (whole 0.01 万元, at least 0.02) that some 强制性 equality must notice."""
    best = None
    for at in checked.plan.containing.get(variable, ()):
        linear = checked.plan.linears[at]
        rule = checked.plan.rules[linear.rule]
        if linear.op != "=" or rule.severity != "fatal" or checked.verdict(at) not in ("holds", "rounding"):
            continue
        allowed = sum(checked.halves[v] for v in linear.plus + linear.minus) + (5_000 if was_blank else 0)
        off = sum(checked.values[v] for v in linear.plus) - sum(checked.values[v] for v in linear.minus)
        signed = off if variable in linear.plus else -off
        change = max(2 * STEP, (allowed - signed) // STEP * STEP + STEP)
        best = change if best is None else min(best, change)
    return best


@pytest.mark.parametrize("case", ["001", "003"])
def test_any_changed_figure_is_found(case: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    binding, checked = clean(case, tmp_path_factory.mktemp("clean"))
    uncovered = set(binding.refs.values()) - set(checked.plan.variables)
    for variable, ref in enumerate(checked.plan.variables):
        change = least_change(checked, variable, variable not in checked.given)
        if change is None:
            uncovered.add(ref)
            continue
        mutated = check(with_figure(binding, ref, checked.values[variable] + change), load())
        assert any(f.verdict == "breaks" and ref in f.refs for f in mutated.findings), (ref, change)
    assert uncovered == UNCOVERED[case]


@pytest.mark.parametrize("case", ["001", "003"])
def test_a_change_within_tolerance_is_no_error(case: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    binding, checked = clean(case, tmp_path_factory.mktemp("clean"))
    ref = Ref("基本支出明细表", "30201", "决算数")
    at = checked.plan.variables.index(ref)
    mutated = check(with_figure(binding, ref, checked.values[at] + STEP), load())

    assert [f for f in mutated.findings if f.verdict == "breaks"] == []
    assert any(f.verdict == "rounding" and ref in f.refs for f in mutated.findings)


@pytest.mark.parametrize("writer", ["software_pieces", "one_sheet_stacked", "hand_typed", "t6_list", "zeros_reordered"])
@pytest.mark.parametrize("slip", ["change", "transpose_digits", "negate"])
def test_a_slip_in_a_workbook_is_traced_to_its_cell(writer: str, slip: str, tmp_path: Path) -> None:
    """The same through files: the wrong cell is a cause, its published value the suggestion."""
    case = cases.load("003")
    at = next(
        at
        for at in damage.carrying(case, "支出决算表")
        if (place := cases.place(case, at)).row.startswith("2080105") and place.column == "项目支出"
    )
    harm = {
        "change": lambda: damage.change(case, at, Decimal(10)),
        "transpose_digits": lambda: damage.transpose_digits(case, at),
        "negate": lambda: damage.negate(case, at),
    }[slip]()
    path = tmp_path / "错.xlsx"
    WRITERS[writer](harm.case, path)
    report = examine(read_book(path)).report

    told = {
        (fix.ref.table, fix.ref.line, fix.ref.column): fix.suggested for c in report.causes for fix in c.corrections
    }
    assert told == {("支出决算表", "2080105", "项目支出"): 27_810_000}
    assert {f.cause for f in report.findings if f.verdict == "breaks" and f.severity == "fatal"} == {"c1"}
