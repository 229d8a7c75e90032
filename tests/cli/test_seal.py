"""``keygen``, ``lock``, ``verify``, ``unlock`` as a person meets them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from juesuan.cli import signing
from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from tests.conftest import Run


@pytest.fixture(autouse=True)
def _no_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the person at the desk has set does not count, and nobody is there to type."""
    for name in (signing.PASSWORD, signing.KEY_PASSWORD):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115


@pytest.fixture
def unit_key(run: Run, tmp_path: Path) -> Path:
    """A key of the unit with a password."""
    assert run("keygen", "-o", "单位.key", "--password", "钥匙").status == 0
    return tmp_path / "单位.key"


@pytest.fixture
def sealed(run: Run, good: Path, unit_key: Path) -> Path:
    """001, locked and signed."""
    out = good.with_name("封存.xlsx")
    done = run("lock", good, "-o", out, "--key", unit_key, "--key-password", "钥匙", "--password", "锁")
    assert done.status == 0, done.err
    assert "已封存" in done.out
    assert "锁" not in done.out.replace("锁定", "")
    return out


def beside(key: Path) -> Path:
    return key.with_name(f"{key.name}.pub")


def tampered(path: Path, value: float | str = 5.0) -> tuple[Path, str]:
    """A copy with one figure changed, and where."""
    book = read_book(path)
    sheet = book.sheets[0]
    row, column = next((r, c) for r, cells in enumerate(sheet.rows) for c, v in enumerate(cells) if "331.61" in str(v))
    cell = f"{chr(65 + column)}{row + 1}"
    out = path.with_name("改过.xlsx")
    out.write_bytes(apply_edits(path.read_bytes(), [SetValue(sheet.name, cell, value)]))
    return out, cell


@pytest.mark.parametrize(("algorithm", "name"), [("sm2", "SM2"), ("ed25519", "Ed25519")])
def test_keygen_writes_a_private_key_for_its_owner_only_and_a_public_one(
    run: Run, tmp_path: Path, algorithm: str, name: str
) -> None:
    done = run("keygen", "-o", "a.key", "-a", algorithm)
    assert done.status == 0
    assert re.search("指纹：([0-9A-F]{4} ){7}[0-9A-F]{4}", done.out)
    assert "没有密码" in done.out
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    assert b"BEGIN PUBLIC KEY" in (tmp_path / "a.key.pub").read_bytes()
    before = (tmp_path / "a.key").read_bytes()
    again = run("keygen", "-o", "a.key")
    assert (again.status, (tmp_path / "a.key").read_bytes()) == (2, before)
    assert "密钥不能覆盖" in again.err


def test_keygen_knows_its_algorithms(run: Run) -> None:
    assert "sm2 或 ed25519" in run("keygen", "-o", "a.key", "-a", "rsa").err


def test_verify_says_valid_and_who_signed(run: Run, sealed: Path, unit_key: Path) -> None:
    plain = run("verify", sealed)
    assert plain.status == 0
    assert plain.out.startswith("有效：封存以来没有改动。")
    assert "请与单位公布的指纹核对" in plain.out
    trusted = run("verify", sealed, "--public-key", beside(unit_key))
    assert trusted.status == 0
    assert "请与单位公布的指纹核对" not in trusted.out
    found = run("verify", sealed, "--format", "json").data
    assert (found["status"], found["signer"]["algorithm"], found["changes"]) == ("valid", "SM2", [])
    assert found["seal"]["digest"]["algorithm"] == "SM3"
    assert found["seal"]["counts"]["breaks"] == 0


def test_verify_names_what_changed(run: Run, sealed: Path) -> None:
    copy, cell = tampered(sealed)
    done = run("verify", copy)
    assert done.status == 1
    assert done.out.startswith("封存后有改动：1 处。")
    assert f"!{cell}：331.61\xa0 → 5" in done.out
    (change,) = run("verify", copy, "-f", "json").data["changes"]
    assert (change["cell"], change["before"], change["after"]) == (cell, "331.61\xa0", "5")
    assert "changed since it was sealed" in run("verify", copy, "--lang", "en").out


def test_a_change_that_cannot_be_seen_is_named(run: Run, sealed: Path) -> None:
    copy, _ = tampered(sealed, 331.61)
    assert "331.61\xa0 → 331.61（类型或空白不同）" in run("verify", copy).out


def test_a_long_text_is_shown_where_it_changed(run: Run, sealed: Path) -> None:
    copy, _ = tampered(sealed, "很长" * 100 + "末")
    line = run("verify", copy).out.splitlines()[-1]
    assert "331.61" in line
    assert len(line) < 130


def test_verify_with_another_key(run: Run, sealed: Path) -> None:
    run("keygen", "-o", "别人.key", "-a", "ed25519")
    done = run("verify", sealed, "-p", "别人.key.pub")
    assert done.status == 1
    assert done.out.startswith("由另一把钥匙签名")


def test_verify_without_a_seal_and_without_a_workbook(run: Run, good: Path, broken: Path) -> None:
    done = run("verify", good)
    assert (done.status, done.out) == (1, "没有封存：文件里没有封存记录。\n")
    assert run("verify", broken).status == 2
    assert run("verify", "没有.xlsx").status == 2
    assert run("verify", good, "-f", "xml").status == 2


def test_lock_says_what_is_missing_and_writes_nothing(run: Run, wrong: Path) -> None:
    done = run("lock", wrong, "-o", "封存.xlsx", "--password", "锁")
    assert done.status == 1
    assert not Path("封存.xlsx").exists()
    assert done.out.startswith("还不能封存，缺 6 项：")
    assert "强制性关系不符" in done.out
    assert "[T3-01] '3支出决算表'!F9" in done.out
    assert run("lock", wrong, "-o", "封存.xlsx", "--lang", "en").out.startswith("Cannot be locked yet, 6")


def test_lock_makes_up_a_password_and_shows_it_once(run: Run, good: Path) -> None:
    done = run("lock", good, "-o", "封存.xlsx")
    password = re.search("只显示这一次，请妥善保管）：(.*)", done.out)
    assert password
    assert "没有签名" in done.out
    assert run("unlock", "封存.xlsx", "-o", "开.xlsx", "--password", password[1]).status == 0


def test_lock_takes_the_password_from_the_environment(
    run: Run, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(signing.PASSWORD, "环境")
    assert "密码" not in run("lock", good, "-o", "封存.xlsx").out
    assert run("unlock", "封存.xlsx", "-o", "开.xlsx").status == 0


def test_a_locked_file_is_not_locked_again(run: Run, sealed: Path) -> None:
    done = run("lock", sealed, "-o", "又.xlsx", "--password", "锁")
    assert done.status == 2
    assert "已经封存" in done.err


def test_lock_refuses_to_write_over_its_input(run: Run, good: Path) -> None:
    assert run("lock", good, "-o", good).status == 2


@pytest.mark.parametrize(("key", "password", "said"), [
    ("单位.key", "错", "的密码不对"), ("单位.key", "", "需要密码"), ("单位.key.pub", "x", "里没有私钥"),
    ("没有.key", "x", "没有找到密钥文件"),
])  # fmt: skip
def test_keys_that_cannot_be_used(run: Run, good: Path, unit_key: Path, key: str, password: str, said: str) -> None:
    given = ("--key", unit_key.with_name(key), "--key-password", password, "--password", "锁")
    done = run("lock", good, "-o", "封存.xlsx", *given)
    assert done.status == 2
    assert said in done.err
    assert not Path("封存.xlsx").exists()


def test_unlock_needs_the_password_and_takes_the_seal_away(run: Run, sealed: Path, good: Path) -> None:
    assert "密码不对" in run("unlock", sealed, "-o", "开.xlsx", "--password", "错").err
    assert "需要密码" in run("unlock", sealed, "-o", "开.xlsx").err
    assert not Path("开.xlsx").exists()
    assert run("unlock", sealed, "-o", "开.xlsx", "--password", "锁").status == 0
    assert run("verify", "开.xlsx").status == 1
    assert [s.name for s in read_book("开.xlsx").sheets] == [s.name for s in read_book(good).sheets]
    assert "没有封存" in run("unlock", good, "-o", "开2.xlsx", "--password", "锁").err


def test_a_locked_file_can_be_checked_and_marked_and_stays_valid(run: Run, sealed: Path, unit_key: Path) -> None:
    assert run("validate", sealed, "--annotate", "标注.xlsx").status == 0
    done = run("verify", "标注.xlsx", "-p", beside(unit_key))
    assert (done.status, done.out.splitlines()[0]) == (0, "有效：封存以来没有改动。")
    assert run("clear", "标注.xlsx", "-o", "清.xlsx").status == 0
    assert run("verify", "清.xlsx").status == 0


def test_passwords_typed_at_the_keyboard(run: Run, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    typed = iter(["一", "二", "一", "一"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert "两次输入的密码不一样" in run("lock", good, "-o", "封存.xlsx").err
    assert run("lock", good, "-o", "封存.xlsx").status == 0
    assert Path("封存.xlsx").is_file()
