"""What the tests of the command line share: running it, and workbooks to run it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from juesuan.__main__ import main
from tests.validated import workbook


class Ran(NamedTuple):
    """What a command gave back."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The output as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("validate", path)`` → status, stdout, stderr; settings of the user at the desk are left out."""
    monkeypatch.setenv("JUESUAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Ran:
        status = main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        return Ran(status, said.out, said.err)

    return command


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
