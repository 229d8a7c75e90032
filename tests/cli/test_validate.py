"""``juesuan validate``: status, formats, the annotated copy; the input is never touched unless asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits, clear_marks
from juesuan.hosts.read import read_book
from juesuan.naming import split_cell
from juesuan.refs import Ref
from juesuan.report import Failure, Report
from tests.conftest import Run
from tests.hosts import hostile
from tests.validated import published, workbook


def test_status(run: Run, wrong: Path, good: Path, broken: Path) -> None:
    assert run("validate", good).status == 0
    assert run("validate", wrong).status == 1
    assert run("validate", broken).status == 2
    assert run("validate", good, wrong).status == 1
    assert run("validate", wrong, broken, good).status == 2
    assert run("validate", "没有.xlsx").status == 2


def test_not_checked_is_not_good(run: Run, good: Path) -> None:
    cell = published("001").binding.cell(Ref("支出决算表", "208", "基本支出"))
    good.write_bytes(apply_edits(workbook("001"), [SetValue(*split_cell(cell), "待定")]))
    ran = run("validate", good)
    assert ran.status == 1
    assert "未执行" in ran.out


def test_a_sentence_for_an_unusable_file(run: Run, broken: Path) -> None:
    ran = run("validate", broken)
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("工作簿不完整或已损坏")
    english = run("validate", broken, "--lang", "en")
    assert english.err.startswith("The workbook is incomplete or damaged")
    told = run("validate", broken, "--format", "json")
    assert told.status == 2
    assert Failure.model_validate(told.data).file == "坏.xlsx"


def test_json_of_one_and_of_several(run: Run, wrong: Path, good: Path, broken: Path) -> None:
    one = run("validate", wrong, "--format", "json")
    assert Report.model_validate(one.data).file == "错.xlsx"
    several = run("validate", wrong, broken, good, "--format", "json").data
    assert [d["file"] for d in several] == ["错.xlsx", "坏.xlsx", "对.xlsx"]
    assert "error" in several[1]
    assert several[0] == one.data


def test_text_says_where_and_what(run: Run, wrong: Path, good: Path) -> None:
    out = run("validate", wrong).out
    assert "根源 2 处" in out
    assert "填列 470.34，建议改为 573.19" in out
    assert "\x1b" not in out
    assert "全部相符，其中尾差 11 条" in run("validate", good).out
    both = run("validate", wrong, good).out
    assert both.rstrip().endswith("共 2 个文件：1 个全部相符，1 个有不符或未执行，0 个不能用。")


@pytest.mark.parametrize("place", ["before", "after"])
def test_english(run: Run, wrong: Path, place: str) -> None:
    arguments = ["validate", wrong]
    ran = run("--lang", "en", *arguments) if place == "before" else run(*arguments, "--lang=en")
    assert "stated 470.34, suggested 573.19" in ran.out
    assert "do not hold" in ran.out


@pytest.mark.parametrize("style", ["text", "json", "html"])
def test_report_into_a_file(run: Run, wrong: Path, tmp_path: Path, style: str) -> None:
    out = tmp_path / f"报告.{style}"
    ran = run("validate", wrong, "--format", style, "-o", out)
    assert ran.status == 1
    assert ran.out == ""
    assert f"报告：{out}" in ran.err
    assert "573.19" in out.read_text(encoding="utf-8")


def test_the_report_never_replaces_the_workbook(run: Run, wrong: Path) -> None:
    before = wrong.read_bytes()
    assert run("validate", wrong, "-o", wrong).status == 2
    assert run("validate", wrong, "--annotate", wrong).status == 2
    assert wrong.read_bytes() == before


def test_annotated_copy(run: Run, wrong: Path, tmp_path: Path) -> None:
    before, copy, twice = wrong.read_bytes(), tmp_path / "标注.xlsx", tmp_path / "再标注.xlsx"
    ran = run("validate", wrong, "--annotate", copy)
    assert ran.status == 1
    assert f"标注好的工作簿：{copy}" in ran.err
    assert wrong.read_bytes() == before
    assert "校验结果" in [sheet.name for sheet in read_book(copy).sheets]
    assert run("validate", copy, "--annotate", twice).status == 1
    assert read_book(twice, name="x").sheets[:9] == read_book(copy, name="x").sheets[:9]
    assert read_book(clear_marks(copy.read_bytes()), name="x") == read_book(before, name="x")


def test_annotated_in_place_keeps_a_backup(run: Run, wrong: Path, tmp_path: Path) -> None:
    before = wrong.read_bytes()
    assert run("validate", wrong, "--in-place").status == 1
    (backup,) = tmp_path.glob("错.备份-*.xlsx")
    assert backup.read_bytes() == before
    assert wrong.read_bytes() != before
    once = wrong.read_bytes()
    assert run("validate", wrong, "--in-place").status == 1
    assert wrong.read_bytes() == once


def test_several_copies_go_into_a_folder(run: Run, wrong: Path, good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "标注"
    assert run("validate", wrong, good, "--annotate", folder).status == 1
    assert sorted(p.name for p in folder.iterdir()) == ["对.xlsx", "错.xlsx"]
    assert run("validate", wrong, good, "--annotate", tmp_path / "一个.xlsx").status == 2


def test_the_kind_of_file_stays(run: Run, wrong: Path, tmp_path: Path) -> None:
    assert run("validate", wrong, "--annotate", tmp_path / "标注.xlsm").status == 2


def test_without_formulas(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "旧.xlsx"
    path.write_bytes(workbook("000", "formulas_stale"))
    with_formulas = run("validate", path, "--format", "json").data["counts"]
    without = run("validate", path, "--format", "json", "--no-formulas").data["counts"]
    assert with_formulas["breaks"] != without["breaks"]


def test_last_years_account(run: Run, good: Path, wrong: Path) -> None:
    alone = run("validate", good, "--format", "json").data
    both = run("validate", good, "--prior", wrong, "--format", "json").data
    assert any("上年决算" in p["message"] and "T1-09" in p["message"] for p in alone["problems"])
    assert not any("T1-09" in p["message"] for p in both["problems"])
    assert both["counts"]["applicable"] > alone["counts"]["applicable"]
    assert run("validate", good, "--prior", "没有.xlsx").status == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate",),
        ("validate", "x.xlsx", "--nope"),
        ("validate", "x.xlsx", "--format", "xml"),
        ("validate", "x.xlsx", "--lang", "de"),
        ("validate", "x.xlsx", "--annotate", "y.xlsx", "--in-place"),
        ("nope",),
    ],
)
def test_bad_usage_is_one_sentence(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("name", sorted(hostile.MAKERS.keys() - set(hostile.HEAVY)))
def test_hostile_files(run: Run, name: str, tmp_path: Path) -> None:
    path = hostile.MAKERS[name](tmp_path)
    ran = run("validate", path, "--annotate", tmp_path / f"标注{path.suffix}")
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert not (tmp_path / f"标注{path.suffix}").exists()
