"""Writing files: whole or not at all; backups never over one another."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from juesuan.hosts import patch

NOW = dt.datetime(2024, 3, 1, 9, 5, 7)


def test_write_atomic(tmp_path: Path) -> None:
    path = tmp_path / "决算 表.xlsx"
    patch.write_atomic(path, b"one")
    os.chmod(path, 0o640)
    patch.write_atomic(str(path), b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_write_atomic_leaves_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def busy(*_: object) -> None:
        raise PermissionError("open elsewhere")

    monkeypatch.setattr(patch.os, "replace", busy)
    with pytest.raises(PermissionError):
        patch.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_backup(tmp_path: Path) -> None:
    path = tmp_path / "决算.xlsx"
    path.write_bytes(b"one")
    first = patch.backup(path, NOW)
    path.write_bytes(b"two")
    second = patch.backup(path, NOW)
    assert (first.name, second.name) == ("决算.备份-20240301-090507.xlsx", "决算.备份-20240301-090507-2.xlsx")
    assert (first.read_bytes(), second.read_bytes(), path.read_bytes()) == (b"one", b"two", b"two")


def test_backup_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        patch.backup(tmp_path / "none.xlsx", NOW)
    assert list(tmp_path.iterdir()) == []
