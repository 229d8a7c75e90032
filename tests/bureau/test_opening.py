"""Last year's account carried in a workbook: the same figures come out again; nonsense is none."""

from __future__ import annotations

import pytest

from juesuan import opening
from tests.validated import published


@pytest.mark.parametrize("case", ["000", "001", "003"])
def test_there_and_back(case: str) -> None:
    statements = published(case).binding.statements
    found = opening.decode(opening.encode(statements))
    assert found is not None
    assert (found.unit, found.year, found.nature) == (statements.unit, statements.year, statements.nature)
    for key, table in statements.tables.items():
        again = found.tables[key]
        assert (again.unit, again.lines, again.columns) == (table.unit, table.lines, table.columns)
        assert {at: (a.fen, a.half) for at, a in again.figures.items()} == {
            at: (a.fen, a.half) for at, a in table.figures.items()
        }


def test_long_ones_go_over_several_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_CELL", 500)
    statements = published("003").binding.statements
    texts = opening.encode(statements)
    assert len(texts) > 5
    assert max(map(len, texts.values())) == 500
    assert opening.decode(texts) is not None
    assert opening.keys({**texts, "unit": "x"}) == texts


@pytest.mark.parametrize("text", ["", "nonsense", "eJwDAAAAAAE=", "eJyrVkrOSFWyMtRRSs5ILQEAIkIEeg=="])
def test_nonsense(text: str) -> None:
    assert opening.decode({"prior": text}) is None


def test_a_damaged_one() -> None:
    texts = opening.encode(published("000").binding.statements)
    assert opening.decode({"prior": texts["prior"][:-8]}) is None
