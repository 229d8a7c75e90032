"""The sheet saved again by LibreOffice says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan.draft import Draft
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.supplement import locate
from juesuan.template.looks import STYLES
from tests.narrate.build import CASES, facts
from tests.soffice import convert
from tests.supplement.build import sheet


@pytest.mark.libreoffice
def test_it_comes_back_from_libreoffice(tmp_path: Path) -> None:
    paths = []
    for case in CASES:
        path = tmp_path / f"{case}.xlsx"
        path.write_bytes(workbook_bytes(Draft("补充资料", (sheet(case),), {}, STYLES)))
        paths.append(path)
    for case, saved in zip(CASES, convert(paths, "xlsx", tmp_path / "out"), strict=True):
        found = locate(read_book(saved))
        assert found.supplement == facts(case)
        assert found.problems == ()
