"""Notices: what each unit is told, ready to send; only those that apply lie in the folder."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from juesuan.bureau import letters
from juesuan.bureau.letters import Notice, Table
from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from tests.bureau import units
from tests.conftest import Run


@pytest.fixture
def batch(roster_path: Path, tmp_path: Path, run: Run) -> Path:
    """A batch's results: 101 wrong, 102 good, 103 with a cell that cannot be read, 105 of last year, 106 in a zip, 107
    not filled in; the others have not come."""
    inbox = tmp_path / "收件"
    inbox.mkdir()
    (inbox / "101.xlsx").write_bytes(units.filled(units.load("000")))
    (inbox / "102.xlsx").write_bytes(units.filled(units.cases()["102"]))
    unread = apply_edits(units.filled(units.cases()["103"]), [SetValue("支出决算表", "F8", "约3万")])
    (inbox / "103.xlsx").write_bytes(unread)
    old = units.account("105", units.name_of("105"), units.units()["105"], year=2022)
    (inbox / "105.xlsx").write_bytes(units.filled(old))
    (inbox / "106.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    run("batch", inbox, "-r", roster_path, "-o", tmp_path / "结果", "-y", 2023, "-j", 1)
    return tmp_path / "结果"


def texts(path: Path) -> list[str]:
    """All that a notice (.xlsx) says, row by row."""
    return [str(v) for row in read_book(path).sheets[0].rows for v in row if v]


def made(folder: Path) -> dict[str, Path]:
    """Notices by the unit's code."""
    return {p.name.partition("-")[0]: p for p in folder.iterdir() if p.is_file()}


def test_what_a_unit_is_told(batch: Path, roster_path: Path, run: Run) -> None:
    ran = run("send-back", batch, "-r", roster_path, "-y", 2023, "--date", "2024-09-20", "--due", "2024-09-30")
    assert ran.status == 0
    notices = made(batch / "整改通知" / "2023")
    assert "102" not in notices
    wrong = texts(notices["101"])
    assert {"支出决算表!F8", "573.19"} <= set(wrong)
    assert any(t.startswith("一、根源：先改这些格") for t in wrong)
    assert "请于 2024 年 9 月 30 日前改正后重新报送。" in wrong
    assert wrong[-2:] == [units.DEPARTMENT, "2024 年 9 月 20 日"]
    assert any("（强制性 " in t for t in wrong)


def test_cells_that_cannot_be_read_come_first(batch: Path, roster_path: Path, run: Run) -> None:
    run("send-back", batch, "-r", roster_path, "-y", 2023)
    told = texts(made(batch / "整改通知" / "2023")["103"])
    headings = [t for t in told if t[:2] in ("一、", "二、", "三、", "四、")]
    assert headings[0].startswith("一、读不出的格")
    assert [h[0] for h in headings] == list("一二三四")[: len(headings)]
    assert any("约3万" in t for t in told)
    assert any(t.startswith("有 1 处读不出") for t in told)
    assert sum("约3万" in t for t in told) == 1  # not said again for each relation that could not be checked
    if not any("根源" in h for h in headings):
        assert not any("根源" in t for t in told)


def test_what_came_but_cannot_count(batch: Path, roster_path: Path, run: Run) -> None:
    run("send-back", batch, "-r", roster_path, "-y", 2023)
    notices = made(batch / "整改通知" / "2023")
    of = {code: " ".join(texts(path)) for code, path in notices.items()}
    assert "收到“105.xlsx”，是 2022 年度的，请报 2023 年度。" in of["105"]
    assert "你单位报送的“106.zip”不能使用：这是压缩包" in of["106"]
    assert "截至目前没有收到你单位 2023 年度决算公开表。 请尽快报送。" in of["104"]


def test_a_year_the_ledger_does_not_have(batch: Path, roster_path: Path, run: Run) -> None:
    ran = run("send-back", batch, "-r", roster_path, "-y", 2022)
    assert ran.status == 2
    assert "里没有 2022 年度（只有 2023 年度）" in ran.err
    assert not (batch / "整改通知").exists()


def test_notices_that_no_longer_apply(batch: Path, roster_path: Path, tmp_path: Path, run: Run) -> None:
    run("send-back", batch, "-r", roster_path, "-y", 2023)
    folder = batch / "整改通知" / "2023"
    before = made(folder)
    (folder / "说明.xlsx").write_bytes(b"somebody's own")
    (tmp_path / "收件" / "104.xlsx").write_bytes(units.filled(units.cases()["104"]))
    run("batch", tmp_path / "收件", "-r", roster_path, "-o", batch, "-y", 2023, "-j", 1)
    ran = run("send-back", batch, "-r", roster_path, "-y", 2023, "--unit", "101")
    assert "移到" not in ran.err  # of other units nothing is known now
    os.utime(before["104"], (0, 0))
    ran = run("send-back", batch, "-r", roster_path, "-y", 2023)
    assert set(made(folder)) == set(before) - {"104"} | {"说明.xlsx"}
    (old,) = (folder / "已过时").iterdir()
    assert old.name.endswith(before["104"].name)
    assert f"以前的通知已不适用，移到：{old}" in ran.err.replace("\n", "")


def test_as_a_letter(batch: Path, roster_path: Path, tmp_path: Path, run: Run) -> None:
    import docx

    asked = ("send-back", batch, "-r", roster_path, "-y", 2023, "-f", "docx", "--unit", "101", "--to", tmp_path / "信")
    assert run(*asked, "--from", "某市财政局", "--date", "2024-09-20").status == 0
    (letter,) = (tmp_path / "信").iterdir()
    document = docx.Document(str(letter))
    assert "整改通知" in document.paragraphs[0].text
    assert [p.text for p in document.paragraphs[-2:]] == ["某市财政局", "2024 年 9 月 20 日"]
    assert [c.text for c in document.tables[0].rows[1].cells][3:5] == ["470.34", "573.19"]
    first = letter.read_bytes()
    run(*asked, "--from", "某市财政局", "--date", "2024-09-20")
    assert letter.read_bytes() == first


@pytest.mark.parametrize("make", [letters.docx_bytes, letters.xlsx_bytes])
def test_control_characters(make: object) -> None:
    table = Table("表\x0b", ("一\x1f", "二"), (("甲\x08", "乙\ud800"),), (5, 5))
    data = make(Notice("题\x01", ("某\x02单位：",), (table,), ("局\x00",)))  # type: ignore[operator]
    assert data[:2] == b"PK"
    if make is letters.xlsx_bytes:
        cells = [v for row in read_book(data, name="x.xlsx").sheets[0].rows for v in row if v]
        assert {"题", "某单位：", "甲", "乙", "局"} <= set(cells)


def test_usage(batch: Path, roster_path: Path, tmp_path: Path, run: Run) -> None:
    assert run("send-back", tmp_path, "-r", roster_path, "-y", 2023).status == 2
    assert run("send-back", batch, "-r", roster_path, "-y", 2023, "--unit", "999").status == 2
    ran = run("send-back", batch, "-r", roster_path, "-y", 2023, "--due", "明天")
    assert "--due 应写成 2024-09-20 这样的日期" in ran.err
    ran = run("send-back", batch, "-r", roster_path, "-y", 2023, "--due", "2024-01-01", "--date", "2024-01-02")
    assert "早于发文日期" in ran.err
    run("send-back", batch, "-r", roster_path, "-y", 2023, "--unit", "104")
    told = texts(made(batch / "整改通知" / "2023")["104"])
    today = dt.date.today()
    assert told[-1] == f"{today.year} 年 {today.month} 月 {today.day} 日"
