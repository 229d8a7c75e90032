"""``narrate`` and ``schema facts`` as they are used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from juesuan.catalogue import load
from juesuan.edits import SetValue
from juesuan.fill import fill
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from tests.conftest import Run
from tests.foreign import cases

FACTS = Path(__file__).resolve().parents[1] / "data" / "facts"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "决算.xlsx"
    path.write_bytes(workbook_bytes(fill(cases.load("000"), load(), totals="formula")[0]))
    return path


def test_what_is_missing_is_listed_with_its_cell(run: Run, workbook: Path, tmp_path: Path) -> None:
    done = run("narrate", workbook, "-o", tmp_path / "出.xlsx")
    assert done.status == 1
    assert "补充资料!C6\t上年收、支总计" in done.out.splitlines()
    assert "自动生成" in done.err
    assert f"待填 {len(done.out.splitlines())} 项：" in done.err
    assert "【待填：上年收、支总计】" in str(read_book((tmp_path / "出.xlsx").read_bytes()).sheet("情况说明").rows)


def test_with_facts_it_is_complete_and_the_second_time_nothing_changes(
    run: Run, workbook: Path, tmp_path: Path
) -> None:
    out = tmp_path / "出.xlsx"
    done = run("narrate", workbook, "-o", out, "--facts", FACTS / "000.json")
    assert (done.status, done.out) == (0, "")
    before = out.read_bytes()
    again = run("narrate", out, "--in-place")
    assert again.status == 0
    assert "没有改动" in again.err
    assert out.read_bytes() == before
    assert not list(tmp_path.glob("*备份*"))


def test_in_place_keeps_a_backup(run: Run, workbook: Path, tmp_path: Path) -> None:
    before = workbook.read_bytes()
    assert run("narrate", workbook, "--in-place").status == 1
    (kept,) = tmp_path.glob("*备份*")
    assert kept.read_bytes() == before
    assert workbook.read_bytes() != before


def test_last_years_account_fills_last_years_figures(run: Run, workbook: Path, tmp_path: Path) -> None:
    prior = tmp_path / "上年.xlsx"
    prior.write_bytes(workbook_bytes(fill(cases.load("000") | {"year": 2022}, load())[0]))
    done = run("narrate", workbook, "-o", tmp_path / "出.xlsx", "--prior", prior)
    assert "上年收、支总计" not in done.out
    sheet = read_book((tmp_path / "出.xlsx").read_bytes()).sheet("补充资料")
    assert any("上年收、支总计" in row and 1696.45 in row for row in map(list, sheet.rows))


def test_narrate_refuses(run: Run, workbook: Path, tmp_path: Path) -> None:
    bad = tmp_path / "资料.json"
    bad.write_text('{"values": {"没有": "1"}}', encoding="utf-8")
    for arguments, words in (
        (("-o", workbook), "输出文件与原文件相同"), ((), "二者取一"),
        (("-o", tmp_path / "出.xlsx", "--layout", "nowhere"), "没有名为“nowhere”的版式"),
        (("-o", tmp_path / "出.xlsx", "--facts", bad), "资料.json：补充资料不合结构"),
        (("-o", tmp_path / "出.xlsx", "--facts", tmp_path / "没有.json"), "找不到“没有.json”"),
    ):  # fmt: skip
        done = run("narrate", workbook, *arguments)
        assert done.status == 2
        assert words in done.err
    assert not (tmp_path / "出.xlsx").exists()


def test_a_sealed_workbook_is_left_alone(run: Run, tmp_path: Path) -> None:
    path, sealed = tmp_path / "未封.xlsx", tmp_path / "已封.xlsx"
    path.write_bytes(workbook_bytes(fill(cases.load("001"), load())[0]))
    assert run("lock", path, "-o", sealed, "--password", "一个口令123").status == 0
    before = sealed.read_bytes()
    done = run("narrate", sealed, "--in-place")
    assert done.status == 2
    assert "已经封存" in done.err
    assert sealed.read_bytes() == before


def test_a_problem_of_the_supplement_is_told(run: Run, workbook: Path, tmp_path: Path) -> None:
    workbook.write_bytes(apply_edits(workbook.read_bytes(), [SetValue("补充资料", "C6", "一千多万")]))
    done = run("narrate", workbook, "-o", tmp_path / "出.xlsx")
    assert done.status == 1
    assert "补充资料!C6" in done.err


def test_extract_gives_what_was_narrated(run: Run, workbook: Path, tmp_path: Path) -> None:
    run("narrate", workbook, "-o", tmp_path / "出.xlsx", "--facts", FACTS / "000.json")
    case = json.loads(run("extract", tmp_path / "出.xlsx").out)
    assert len(case["narrative"]) == 13
    assert all(section["text"] for section in case["narrative"])
    assert case["facts"]["values"]["上年.收支总计"] == "1698.48"
    assert case["glossary"]


def test_the_schema_of_facts(run: Run) -> None:
    found = json.loads(run("schema", "facts").out)
    assert found["$id"] == "juesuan.facts/1"
    assert "facts" in run("schema", "nothing").err
