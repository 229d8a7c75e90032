from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from juesuan.cells.oracle import fallback, oracle
from juesuan.cells.recompute import recompute
from juesuan.cells.tree import Unsupported

from .books import book


def workbook(path: Path, cells: dict[str, str | float]) -> Path:
    target = openpyxl.Workbook()
    assert target.active is not None
    target.active.title = "S"
    for name, cell in cells.items():
        target.active[name] = cell
    target.save(path)
    return path


def test_sums_agree_and_the_fallback_serves_what_we_do_not_know(tmp_path: Path) -> None:
    cells: dict[str, str | float] = {"A1": 1.5, "A2": 2.5, "B1": "=SUM(A1:A2)", "B2": "=FACT(3)", "B3": "=B2+B1"}
    path = workbook(tmp_path / "试.xlsx", cells)
    assert oracle(path)["S", 0, 1] == 4.0
    assert recompute(book(cells)).unsupported[("S", 1, 1)] == "函数 FACT 不支持"
    found = recompute(book(cells), fallback(path))
    assert found.values == {("S", 0, 1): 4.0, ("S", 1, 1): 6.0, ("S", 2, 1): 10.0}
    assert not found.unsupported


def test_refuses_links_sizes_and_what_is_no_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A1": 1.0, "B1": "=A1", "B2": "=A1"})
    with pytest.raises(Unsupported, match="上限 1 条"):
        oracle(path, limit=1)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
    with pytest.raises(Unsupported, match="外部链接"):
        oracle(path)
    assert fallback(path)(book({}), frozenset({("S", 0, 1)})) == {}
    (tmp_path / "b.xlsx").write_bytes(b"no zip")
    with pytest.raises(Unsupported, match="不是可读"):
        oracle(tmp_path / "b.xlsx")
