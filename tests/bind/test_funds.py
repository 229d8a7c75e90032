"""Figures in the two tables that are empty in all three accounts, in every shape and every foreign layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan.hosts.read import read_book
from juesuan.validation import examine
from tests.foreign.cases import load
from tests.foreign.writers import WRITERS

from . import test_shapes
from .expect import FEN, bound, expected
from .more import with_funds
from .shapes import SHAPES

BUILDS = {**{n: w.build for n, w in WRITERS.items()}, **{n: s.build for n, s in SHAPES.items() if "000" in s.cases}}
#: Their names are not in the dictionary, so without codes they cannot be known (and are told).
NAMELESS = {"names_only", "levels_in_names"}
assert test_shapes.RUNS


@pytest.mark.parametrize("name", sorted(BUILDS.keys() - NAMELESS))
def test_funds(name: str, tmp_path: Path) -> None:
    case = with_funds(load("000"))
    BUILDS[name](case).save(tmp_path / "x.xlsx")
    assert bound(examine(read_book(tmp_path / "x.xlsx")).binding) == expected(case)


@pytest.mark.parametrize("name", sorted(NAMELESS))
def test_names_nobody_knows_are_told(name: str, tmp_path: Path) -> None:
    case = with_funds(load("000"))
    BUILDS[name](case).save(tmp_path / "x.xlsx")
    validation = examine(read_book(tmp_path / "x.xlsx"))
    found, want = bound(validation.binding), expected(case)
    lost = [k for k in want if k not in found]
    assert {k: v for k, v in want.items() if k in found} == found
    assert {k[0] for k in lost} == {"政府性基金表", "国有资本经营表"}
    told = [p.message for p in validation.report.problems if "不认识" in p.message]
    assert sum("国有土地使用权出让收入安排的支出" in m for m in told) == 2
    assert sum(v for k, v in want.items() if k in lost) > FEN
