"""Every shape: nine tables bound, every figure equal to the case's, the published findings, nothing needless told."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan.hosts.read import read_book
from juesuan.validation import Validation, examine
from tests.foreign.cases import load
from tests.test_published import mentions

from . import basic, codes, more, public, summary, titles
from .expect import KEYS, bound, expected, published, told, unmatched
from .shapes import SHAPES

assert all((basic, codes, more, public, summary, titles))  # their shapes are registered
RUNS = [(name, case) for name, shape in SHAPES.items() for case in shape.cases]
_UNIT = ("部门", "单位", "单位名称", "部门名称", "编报单位", "预算单位")


def validated(name: str, case: str, folder: Path) -> Validation:
    """The validation of a shape's workbook."""
    path = folder / "外来.xlsx"
    SHAPES[name].build(load(case)).save(path)
    return examine(read_book(path))


@pytest.mark.parametrize(("name", "case"), RUNS)
def test_shape(name: str, case: str, tmp_path: Path) -> None:
    stated = load(case)
    validation = validated(name, case, tmp_path)
    report, binding = validation.report, validation.binding

    assert set(binding.tables) == set(KEYS.values())
    assert bound(binding) == expected(stated)
    assert published(stated, report)
    assert report.counts.not_evaluated == 0
    book = read_book(tmp_path / "外来.xlsx")
    named = any(mentions(book, f"{head}：{stated['unit']}") for head in _UNIT)
    assert report.unit == (stated["unit"] if named else "")
    dated = mentions(book, f"{stated['year']}年") or mentions(book, f"FY{stated['year']}")
    assert report.year == (stated["year"] if dated or name == "numbered_titles" else None)
    assert unmatched(told(report), SHAPES[name].told) == ([], [])


def test_shapes_say_what_they_imitate() -> None:
    assert all(len(shape.build.__doc__ or "") > 8 for shape in SHAPES.values())
