"""What these tests share: the units' files made once, the command line run in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from juesuan.bureau.roster import Roster, read_roster
from tests.bureau import units

Copy = Callable[[], Path]


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-seven accounts; not to be changed."""
    return units.collect(tmp_path_factory.mktemp("units"))


@pytest.fixture
def inbox(originals: Path, tmp_path: Path) -> Path:
    """A copy of the accounts to spoil."""
    import shutil

    target = tmp_path / "收件"
    shutil.copytree(originals, target)
    return target


@pytest.fixture
def few(originals: Path, tmp_path: Path) -> Path:
    """The accounts of 102, 103 and 105 in one folder, all changed at one time (see ``test_course.NEW``)."""
    import os
    import shutil

    folder = tmp_path / "收件"
    folder.mkdir()
    for code in ("102", "103", "105"):
        (source,) = originals.rglob(f"{code}.xlsx")
        shutil.copyfile(source, folder / f"{code}.xlsx")
        os.utime(folder / f"{code}.xlsx", (1_700_000_000, 1_700_000_000))
    return folder


@pytest.fixture
def roster_path(tmp_path: Path) -> Path:
    return units.write_roster(tmp_path)


@pytest.fixture
def roster(roster_path: Path) -> Roster:
    return read_roster(roster_path)
