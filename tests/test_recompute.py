"""Recomputation: stale and missing cached values are filled, nothing else changes, a second time nothing happens."""

from __future__ import annotations

import pytest

from juesuan.edits import SetFormula
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from juesuan.recompute import recompute
from tests.validated import published, validation, workbook


@pytest.mark.parametrize(("writer", "stale", "uncached"), [("formulas_stale", 25, 0), ("formulas_uncached", 0, 99)])
def test_values_are_renewed(writer: str, stale: int, uncached: int) -> None:
    edits, summary = recompute(published("000", writer))
    assert (summary.formulas, summary.stale, summary.uncached, summary.left) == (99, stale, uncached, ())
    assert summary.totals == stale + uncached
    assert len(edits) == stale + uncached
    assert all(isinstance(edit, SetFormula) for edit in edits)
    data = workbook("000", writer)
    renewed = apply_edits(data, edits)
    before, after = read_book(data, name="x"), read_book(renewed, name="x")
    assert [sheet.formulas for sheet in after.sheets] == [sheet.formulas for sheet in before.sheets]
    found = validation(renewed)
    assert not [f for f in found.report.findings if f.rule.startswith("S-03")]
    assert recompute(found)[0] == []


def test_nothing_to_do_without_formulas() -> None:
    edits, summary = recompute(published("000"))
    assert edits == []
    assert summary.formulas == 0
