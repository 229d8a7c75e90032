"""The library and the commands check by the same rules: imported dictionaries count for both."""

from __future__ import annotations

from pathlib import Path

import pytest

import juesuan
from juesuan import installed
from juesuan.catalogue import load
from juesuan.data import BadData
from juesuan.fill import fill
from juesuan.template.package import workbook_bytes
from tests.foreign import cases


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUESUAN_HOME", str(tmp_path))
    folder = tmp_path / "codes"
    folder.mkdir()
    return folder


def test_without_imports_the_shipped_catalogue_is_used(home: Path) -> None:
    assert installed.catalogue() is load()


def test_validate_uses_imported_dictionaries(home: Path, tmp_path: Path) -> None:
    draft, _ = fill(cases.load("001"), load())
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook_bytes(draft))
    before = juesuan.validate(path)
    (home / "functional.csv").write_text("code,name,since,until\n2089902,新设的科目,2000,2099\n", encoding="utf-8")
    after = juesuan.validate(path)
    assert before.catalogue_sha256 == load().sha256
    assert after.catalogue_sha256 == installed.catalogue().sha256 != load().sha256
    assert installed.catalogue() is installed.catalogue()  # with its compiled plans


def test_a_broken_import_is_told_with_its_place(home: Path) -> None:
    (home / "functional.csv").write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(BadData, match=r"functional\.csv 读不出来"):
        installed.catalogue()
