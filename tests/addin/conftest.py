"""What the add-in's tests share: a running LibreOffice, Chromium, and workbooks open in every kind of program."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.addin import opened
from tests.addin.office import Office
from tests.chromium import NoBrowser
from tests.chromium import program as chromium_program
from tests.conftest import Convert


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chromium: needs headless Chromium as the program behind the WPS add-in")


@pytest.hookimpl(tryfirst=True)  # before -m picks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests over several programs ask for them by parameter, so the marks follow the parameter."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        kind = getattr(item, "callspec", None)
        chosen = kind.params.get("kind", "") if kind else ""
        if "office" in names or chosen == "office":
            item.add_marker("libreoffice")
        if "chromium" in names or chosen == "pane":
            item.add_marker("chromium")


@pytest.fixture(scope="session")
def office(libreoffice: Convert) -> Iterator[Office]:
    """A LibreOffice that runs for the whole session. Fails, not skips, where it is missing."""
    running = Office()
    yield running
    running.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser. Fails, not skips, where it is missing."""
    try:
        return chromium_program()
    except NoBrowser as error:
        pytest.fail(str(error))


@pytest.fixture
def open_in(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., opened.Opened]]:
    """``open_in(kind, data)`` → the workbook open in that kind of program ("file", "com", "office", "pane")."""
    with contextlib.ExitStack() as stack:

        def start(kind: str, data: bytes, password: str = "") -> opened.Opened:
            if kind == "file":
                return opened.File(data)
            if kind == "com":
                return opened.com(data, password)
            if kind == "office":
                return stack.enter_context(opened.office(request.getfixturevalue("office"), data, tmp_path, password))
            request.getfixturevalue("chromium")
            return stack.enter_context(opened.pane(data, tmp_path, password))

        yield start
