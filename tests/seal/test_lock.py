"""What keeps a workbook from being locked, what locking does to it, and how unlocking undoes it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from juesuan.book import Book, Problem, Sheet
from juesuan.edits import Protect, Secret
from juesuan.findings import Explanation, Finding, WordFinding
from juesuan.hosts.patch import apply_edits, open_cells
from juesuan.hosts.read import read_book
from juesuan.refs import Ref
from juesuan.seal import keys, lock, passwords, record
from tests.addin.office import Office
from tests.conftest import Convert
from tests.hosts import rich
from tests.hosts.same import same
from tests.seal.sealed import KEY, PASSWORD, REPORT, SECRET, checked, locked, now, sample, workbook

EMPTY = Book("x", ())
ENGINE = Path(lock.__file__).resolve().parents[1]


def finding(number: int, verdict: str, severity: str) -> Finding:
    return Finding(f"f{number}", "T1-01", severity, verdict, Ref("支出决算表", "合计", "小计"), (), ())  # type: ignore[arg-type]


def word(number: int, verdict: str, severity: str) -> WordFinding:
    texts = ("情况说明", "一", "", ("情况说明!A3",), "1", "2", "1", "不符")
    return WordFinding(f"w{number}", "N-01", severity, verdict, *texts)  # type: ignore[arg-type]


def test_only_what_blocks_is_an_obstacle_and_the_worst_comes_first() -> None:
    report = replace(
        REPORT,
        findings=(
            finding(1, "breaks", "explain"), finding(2, "breaks", "fatal"), finding(3, "rounding", "fatal"),
            finding(4, "not_evaluated", "warn"), finding(5, "breaks", "warn"), finding(6, "breaks", "explain"),
        ),
        words=(word(1, "breaks", "fatal"), word(2, "breaks", "explain"), word(3, "breaks", "explain")),
        problems=(Problem("S-04", "甲!A1", "“x”不是数，这一格没有参加校验"), Problem("S-08", "", "没有写明年度")),
        explanations=dict.fromkeys(("f6", "w3"), Explanation("k", "T1-01", "a", "b", "c", "d")),
    )  # fmt: skip
    found = [(one.why, getattr(one.found, "id", "") or one.found.cell) for one in lock.obstacles(report, EMPTY)]  # type: ignore[union-attr]
    assert found == [
        ("fatal", "f2"), ("fatal", "w1"), ("not_evaluated", "f4"), ("unread", "甲!A1"), ("unexplained", "f1"),
        ("unexplained", "w2"),
    ]  # fmt: skip
    assert lock.obstacles(REPORT, EMPTY) == ()


def test_formulas_that_change_by_themselves_are_an_obstacle() -> None:
    formulas = {(0, 0): "TEXT(today(),\"yyyy\")", (1, 0): '"NOW()"&A1', (2, 1): "1+RAND ()", (3, 0): "KNOWN(1)"}
    found = lock.obstacles(REPORT, Book("x", (Sheet("甲", [], formulas),)))
    assert [(one.why, one.found.cell) for one in found] == [("volatile", "甲!A1"), ("volatile", "甲!B3")]  # type: ignore[union-attr]
    assert "TODAY" in found[0].found.message  # type: ignore[union-attr]


def test_the_engine_still_says_what_marks_content_as_unread() -> None:
    sources = "".join(path.read_text() for path in ENGINE.rglob("*.py") if path.parent.name != "seal")
    assert [words for words in lock.UNREAD if words not in sources] == []


def test_everything_is_locked_with_the_password() -> None:
    sheets, book = open_cells(sample())
    assert book is not None
    assert (book["lockStructure"], book["workbookHashValue"]) == ("1", SECRET.value)
    for name, found in sheets.items():
        assert (found.areas, found.closed) == ((), ()), name
        assert found.protection is not None
        assert found.protection["hashValue"] == SECRET.value
        assert found.protection["autoFilter"] == "0"
    assert read_book(sample()).sheet(record.SHEET).state == "veryHidden"


def test_neither_password_nor_key_is_in_the_file() -> None:
    text = b"".join(rich.parts(sample()).values())
    for secret in (PASSWORD.encode(), PASSWORD.encode("utf-16-le"), KEY.secret, KEY.secret.hex().encode(),
                   base64.b64encode(KEY.secret), keys.private_pem(KEY)[28:80]):
        assert secret not in text


def test_unlocking_gives_back_what_was_there() -> None:
    found = record.read(read_book(sample()))
    assert found is not None
    back = apply_edits(sample(), lock.unlocking(read_book(sample()), found.seal))
    same(read_book(back), read_book(workbook()))
    assert open_cells(back) == open_cells(workbook())
    assert checked(back).status == "unsealed"
    again = locked(back)
    assert checked(again).status == "valid"
    assert now(again)[1] == now(sample())[1]


def test_unlocking_what_libreoffice_saved(libreoffice: Convert, tmp_path: Path) -> None:
    path = tmp_path / "封存.xlsx"
    path.write_bytes(sample())
    saved = libreoffice(path)[0].read_bytes()
    found = record.read(read_book(saved))
    assert found is not None
    back = apply_edits(saved, lock.unlocking(read_book(saved), found.seal))
    sheets, book = open_cells(back)
    assert book is None
    for name, was in open_cells(workbook())[0].items():
        assert set(was.areas) & set(sheets[name].areas) or not was.areas, name
        assert sheets[name].protection == was.protection


def test_the_record_names_rules_counts_and_openings() -> None:
    found = record.read(read_book(sample()))
    assert found is not None
    seal = found.seal
    assert (seal.unit, seal.year, seal.layout, seal.algorithm) == ("某单位", 2023, "national", "SM3")
    assert (seal.catalogue_version, seal.catalogue_sha256) == ("2026.1", "ab" * 32)
    names = ("holds", "rounding", "breaks", "not_evaluated", "not_applicable", "explained")
    assert [seal.counts[name] for name in names] == [5, 1, 0, 0, 2, 0]
    assert seal.openings == open_cells(workbook())[0]
    assert b"_x" not in found.text


def test_long_contents_are_spread_over_cells() -> None:
    cells = record.sheet(replace_content(b"\0\1" * 60_000)).cells
    assert max(len(str(cell.value)) for cell in cells.values()) == 30_000
    assert sum(len(str(cell.value)) for (row, column), cell in cells.items() if row == 3 and column) == 160_000


def replace_content(data: bytes) -> record.Sealed:
    found = record.read(read_book(sample()))
    assert found is not None
    return replace(found, content=data)


# --- passwords ---


def test_hash_of_a_password_by_the_book() -> None:
    """Salt and password, then SHA-512 with the counter behind, as often as stated."""
    first = hashlib.sha512(b"salt" + "pw密".encode("utf-16-le")).digest()
    second = hashlib.sha512(first + b"\0\0\0\0").digest()
    third = hashlib.sha512(second + b"\1\0\0\0").digest()
    assert passwords.secret("pw密", b"salt", 2) == Secret(
        base64.b64encode(b"salt").decode(), base64.b64encode(third).decode(), 2
    )


def test_passwords_open_only_their_own_lock() -> None:
    assert passwords.opens(PASSWORD, SECRET)
    assert not passwords.opens(PASSWORD + " ", SECRET)
    assert passwords.secret(PASSWORD).salt != passwords.secret(PASSWORD).salt
    with pytest.raises(ValueError, match="spins"):
        passwords.opens("x", replace(SECRET, spins=10**9))
    with pytest.raises(ValueError):  # noqa: PT011
        passwords.opens("x", replace(SECRET, salt="*"))


def test_made_up_passwords_differ_and_can_be_read_aloud() -> None:
    drawn = {passwords.drawn() for _ in range(50)}
    assert len(drawn) == 50
    assert all(re.fullmatch("[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){3}", one) for one in drawn)


# --- in LibreOffice ---


@pytest.fixture
def office() -> Iterator[Office]:
    running = Office()
    yield running
    running.close()


def refused(act: Callable[..., object], *arguments: object) -> bool:
    """Whether LibreOffice refuses (its exceptions cannot pass through pytest.raises)."""
    try:
        act(*arguments)
    except Exception:
        return True
    return False


@pytest.mark.libreoffice
def test_libreoffice_refuses_to_write_until_the_password_is_given(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "封存.xlsx"
    secret = passwords.secret(PASSWORD)
    sheets = open_cells(workbook())[0]
    path.write_bytes(apply_edits(workbook(), [Protect(name, secret) for name in sheets]))
    document = office.open(path).document
    for sheet in (document.Sheets.getByName(n) for n in ("支出决算表", "情况说明")):
        cells = [sheet.getCellRangeByName(name) for name in ("A1", "B8", "C9", "Z99")]
        before = [cell.getDataArray() for cell in cells]
        assert all(refused(cell.setDataArray, (("改",),)) for cell in cells)
        assert [cell.getDataArray() for cell in cells] == before
        assert refused(sheet.unprotect, "不对")
        assert sheet.isProtected()
        sheet.unprotect(PASSWORD)
        assert not sheet.isProtected()
        cells[-1].setDataArray((("改",),))
        assert cells[-1].getDataArray() == (("改",),)
    document.close(True)
