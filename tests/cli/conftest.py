"""What the tests of the command line share: running it, and workbooks to run it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validated import workbook


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """000 in a foreign layout: two wrong cells."""
    return _written(tmp_path / "错.xlsx", "000")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """001 in a foreign layout: rounding differences only."""
    return _written(tmp_path / "对.xlsx", "001")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A file that is no workbook."""
    path = tmp_path / "坏.xlsx"
    path.write_bytes(workbook("001")[:4000])
    return path


def _written(path: Path, case: str) -> Path:
    path.write_bytes(workbook(case))
    return path
