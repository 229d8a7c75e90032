"""The set-up for one Windows user, before anything is installed."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

ADDIN = Path(__file__).resolve().parents[2] / "addin"
PLAIN = {"LOCALAPPDATA": r"C:\Users\zhang\AppData\Local", "SystemDrive": "C:", "PUBLIC": r"C:\Users\Public"}
CHINESE = PLAIN | {"LOCALAPPDATA": r"C:\Users\张三\AppData\Local"}


@pytest.fixture(scope="module")
def prepare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prepare", ADDIN / "prepare.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_environment_goes_to_the_users_own_folder(prepare: ModuleType) -> None:
    assert [str(one) for one in prepare.candidates(PLAIN)] == [r"C:\Users\zhang\AppData\Local\juesuan"]


def test_a_chinese_name_gets_a_folder_of_ascii(prepare: ModuleType) -> None:
    drive, public, own = (str(one) for one in prepare.candidates(CHINESE))
    assert re.fullmatch(r"C:\\juesuan-[0-9a-f]{8}", drive)
    assert re.fullmatch(r"C:\\Users\\Public\\juesuan-[0-9a-f]{8}", public)
    assert own == r"C:\Users\张三\AppData\Local\juesuan"
    other = prepare.candidates(CHINESE | {"LOCALAPPDATA": r"C:\Users\李四\AppData\Local"})
    assert str(other[0]) != drive
    assert prepare.candidates(CHINESE) == prepare.candidates(CHINESE)


@pytest.mark.parametrize(
    ("made", "closed", "wanted"),
    [
        (".", ".", "C:\\juesuan-"),
        ("Users", ".", "C:\\Users\\Public\\juesuan-"),
        (".", "Public", "C:\\Users\\Public\\juesuan-"),  # somebody else's, or open to all: not used
        (".", "nowhere", "C:\\Users\\张三\\AppData"),
        ("张三", ".", "C:\\Users\\张三\\AppData"),
    ],
)
def test_the_first_that_can_be_made_and_closed(prepare: ModuleType, made: str, closed: str, wanted: str) -> None:
    found = prepare.choose(CHINESE, lambda folder: re.search(made, folder), lambda folder: re.search(closed, folder))
    assert str(found).startswith(wanted)


def test_nowhere_to_write(prepare: ModuleType) -> None:
    assert prepare.choose(CHINESE, lambda folder: False, lambda folder: True) is None


def test_the_folder_is_closed_to_others_by_number_not_by_name(prepare: ModuleType) -> None:
    user = prepare.identity('"pc\\????","S-1-5-21-1-2-3-1001"\r\n')
    command = prepare.closing("C:\\juesuan-1", user)
    assert command[:4] == ["icacls", "C:\\juesuan-1", "/inheritance:r", "/grant:r"]
    assert command[4] == "*S-1-5-21-1-2-3-1001:(OI)(CI)F"
    assert prepare.identity("ERROR") == ""


def test_without_whoami_a_folder_is_not_taken_for_closed(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert prepare.closed("C:\\juesuan-1") is False


def test_wheels_go_before_the_project(prepare: ModuleType, tmp_path: Path) -> None:
    assert prepare.source(tmp_path / "addin") == [f"{tmp_path}[addin]"]
    (tmp_path / "wheels").mkdir()
    assert prepare.source(tmp_path)[-3:] == ["--find-links", str(tmp_path / "wheels"), "juesuan[addin]"]


@pytest.mark.parametrize(
    ("fails", "said", "code"),
    [("", "", 0), ("venv", "建不了运行环境", 1), ("pip", "程序包没有装上", 1), ("addin", "关闭 Excel、WPS", 1)],
)
def test_the_steps(
    prepare: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    fails: str, said: str, code: int,
) -> None:  # fmt: skip
    commands: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> bool:
        commands.append(command)
        return not fails or fails not in command

    monkeypatch.setattr(prepare, "choose", lambda *given: tmp_path)
    monkeypatch.setattr(prepare, "run", run)
    assert prepare.main() == code
    assert said in capsys.readouterr().out
    steps = ["venv", "pip", "addin"]
    wanted = steps[: steps.index(fails) + 1] if fails else steps
    assert [next(step for step in steps if step in command) for command in commands] == wanted


def test_the_command_file_is_ascii_and_quotes_what_it_sets() -> None:
    text = (ADDIN / "setup.cmd").read_bytes()
    assert text.isascii()
    assert text.count(b"\r\n") == text.count(b"\n")
    lines = text.decode().splitlines()
    sets = [line for line in lines if re.search(r"\bset\b", line.partition("rem")[0]) and "setlocal" not in line]
    assert len(sets) == 6
    assert all(re.search(r'set "\w+=.*"$', line) for line in sets)
    assert (ADDIN / "setup-help.txt").read_bytes().startswith(b"\xef\xbb\xbf")
