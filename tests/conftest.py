"""What every test shares: how hard hypothesis tries, LibreOffice, and running the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from juesuan.__main__ import main
from tests import soffice

# The same examples on every run in CI, fresh ones at a desk; no deadline, because machines are shared.
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("ci", derandomize=True, max_examples=60, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("desk", max_examples=100, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))

Convert = Callable[..., list[Path]]


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """``libreoffice(path or paths, "xlsx")`` → what LibreOffice saved. Fails, not skips, where it is missing."""
    try:
        soffice.program()
    except soffice.NoOffice as error:
        pytest.fail(str(error))

    def convert(sources: Path | Iterable[Path], to: str = "xlsx") -> list[Path]:
        return soffice.convert(sources, to, tmp_path_factory.mktemp("soffice"))

    return convert


@pytest.hookimpl(tryfirst=True)  # before -m picks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for LibreOffice is marked so, and can be left out with ``-m "not libreoffice"``."""
    for item in items:
        if "libreoffice" in getattr(item, "fixturenames", ()):
            item.add_marker("libreoffice")


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
