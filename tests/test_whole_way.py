"""The way a unit goes: fill, narrate, check, explain, lock, verify; and what happens when something is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from juesuan import explanations
from juesuan.__main__ import main
from juesuan.book import cell_name
from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from tests.foreign import cases

DATA = Path(__file__).resolve().parent / "data"
PASSWORD = "mima-123456"
Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    def run(*arguments: object) -> tuple[int, str]:
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return status, said.out + said.err

    return run


@pytest.fixture
def filled(tmp_path: Path, say: Say) -> Path:
    """001 with the tables as published and no words, in the standard workbook."""
    path = tmp_path / "001.json"
    path.write_text(json.dumps(cases.load("001"), ensure_ascii=False), encoding="utf-8")
    status, said = say("fill", path, "-o", tmp_path / "filled.xlsx")
    assert status == 0, said
    return tmp_path / "filled.xlsx"


@pytest.fixture
def narrated(filled: Path, tmp_path: Path, say: Say) -> Path:
    status, said = say("narrate", filled, "--facts", DATA / "facts" / "001.json", "-o", tmp_path / "narrated.xlsx")
    assert status == 0, said
    return tmp_path / "narrated.xlsx"


def put(path: Path, sheet: str, cell: str, value: str | float) -> None:
    path.write_bytes(apply_edits(path.read_bytes(), [SetValue(sheet, cell, value)]))


def explain(path: Path, rule: str) -> None:
    """Type an explanation on 校验结果 beside every finding of ``rule``."""
    sheet = read_book(path).sheet(explanations.RESULT)
    header = next(i for i, row in enumerate(sheet.rows) if "审核说明" in row)
    first = list(sheet.rows[header]).index("原因")
    for row, cells in enumerate(sheet.rows):
        if row > header and rule in cells:
            for at, text in enumerate(("政策或标准调整", "已经核实，情况属实", "某某", "2022-09-01")):
                put(path, sheet.name, cell_name(row, first + at), text)


def test_a_clean_account_is_narrated_and_sealed(narrated: Path, tmp_path: Path, say: Say) -> None:
    status, said = say("validate", narrated)
    assert status == 0, said
    sealed = tmp_path / "sealed.xlsx"
    status, said = say("lock", narrated, "-o", sealed, "--password", PASSWORD)
    assert status == 0, said
    assert say("verify", sealed)[0] == 0
    assert say("validate", sealed)[0] == 0


def test_one_character_of_the_words_voids_the_seal(narrated: Path, tmp_path: Path, say: Say) -> None:
    sealed = tmp_path / "sealed.xlsx"
    assert say("lock", narrated, "-o", sealed, "--password", PASSWORD)[0] == 0
    sheet = read_book(sealed).sheet("情况说明")
    row = next(i for i, cells in enumerate(sheet.rows) if "331.61" in str(cells[0]))
    text = str(sheet.rows[row][0])
    put(sealed, "情况说明", f"A{row + 1}", text.replace("331.61", "331.62", 1))
    status, said = say("verify", sealed)
    assert status == 1
    assert f"情况说明!A{row + 1}" in said
    assert "331.62" in said


def test_what_is_wrong_keeps_it_from_being_locked(narrated: Path, tmp_path: Path, say: Say) -> None:
    put(narrated, "支出决算表", "D8", 1.0)
    status, said = say("lock", narrated, "-o", tmp_path / "no.xlsx", "--password", PASSWORD)
    assert status == 1
    assert "支出决算表!D8" in said
    assert not (tmp_path / "no.xlsx").exists()


def test_a_finding_to_be_explained_is_explained_and_then_sealed(narrated: Path, tmp_path: Path, say: Say) -> None:
    sheet = read_book(narrated).sheet("情况说明")
    wanted = ("主要包括", "手续费、")
    listed = next(i for i, row in enumerate(sheet.rows) if all(part in str(row[0]) for part in wanted))
    put(narrated, "情况说明", f"A{listed + 1}", str(sheet.rows[listed][0]).replace("手续费、", "", 1))
    noted = tmp_path / "noted.xlsx"
    assert say("validate", narrated, "--annotate", noted)[0] == 1
    assert say("lock", noted, "-o", tmp_path / "no.xlsx", "--password", PASSWORD)[0] == 1
    explain(noted, "N-12")
    status, said = say("validate", noted)
    assert status == 0, said
    assert "已说明" in said
    sealed = tmp_path / "sealed.xlsx"
    status, said = say("lock", noted, "-o", sealed, "--password", PASSWORD)
    assert status == 0, said
    assert say("verify", sealed)[0] == 0
    result = read_book(sealed).sheet(explanations.RESULT)
    at = next(i for i, cells in enumerate(result.rows) if "N-12" in cells)
    column = list(next(cells for cells in result.rows if "审核说明" in cells)).index("审核说明")
    put(sealed, result.name, cell_name(at, column), "改了说法")
    assert say("verify", sealed)[0] == 1


def test_unlocking_gives_the_workbook_back(narrated: Path, tmp_path: Path, say: Say) -> None:
    sealed, opened = tmp_path / "sealed.xlsx", tmp_path / "opened.xlsx"
    assert say("lock", narrated, "-o", sealed, "--password", PASSWORD)[0] == 0
    assert say("unlock", sealed, "-o", opened, "--password", "wrong")[0] != 0
    assert say("unlock", sealed, "-o", opened, "--password", PASSWORD)[0] == 0
    assert say("verify", opened)[0] == 1
    assert say("validate", opened)[0] == 0
    again = tmp_path / "again.xlsx"
    status, said = say("narrate", opened, "-o", again)
    assert status == 0, said


def test_a_gap_in_the_words_keeps_it_from_being_locked(filled: Path, tmp_path: Path, say: Say) -> None:
    bare = tmp_path / "bare.xlsx"
    status, said = say("narrate", filled, "-o", bare)
    assert status == 1
    assert "待填" in said
    status, said = say("lock", bare, "-o", tmp_path / "no.xlsx", "--password", PASSWORD)
    assert status == 1
    assert "待填" in said
