"""A published account filled into the template, locked: what the tests of sealing start from."""

from __future__ import annotations

from functools import cache

from juesuan import catalogue, explanations
from juesuan.book import Book
from juesuan.edits import SetValue
from juesuan.fill import fill
from juesuan.findings import CheckReport, Counts, Explanation
from juesuan.formulas import freshen
from juesuan.hosts.patch import apply_edits, open_cells
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.seal import keys, lock, passwords
from juesuan.seal.content import Content, content
from juesuan.seal.verify import Verification, verify
from tests.foreign import cases
from tests.narrative import build

CATALOGUE = catalogue.load()
PASSWORD, TIME = "封存密码", "2026-01-02T03:04:05+08:00"
SECRET = passwords.secret(PASSWORD, b"salt of the test", 1000)
KEY, OTHER = keys.generate("SM2"), keys.generate("Ed25519")
REPORT = CheckReport("x.xlsx", "某单位", 2023, "national", "2026.1", "ab" * 32, Counts(5, 1, 0, 0, 2), (), (), ())


@cache
def workbook() -> bytes:
    """001 with its narrative in the template, one 核实性 finding explained."""
    case = cases.load("001") | {"narrative": build.data("001")["narrative"]}
    data = workbook_bytes(fill(case, CATALOGUE)[0])
    given = Explanation("0123456789ab.cdef01234567", "N-01", "政策性增支", "年中调资", "张某", "2024-03-01")
    return apply_edits(data, [explanations.keep([explanations.Typed(given, ("N-01", "情况说明", "一", "", "说明"))])])


def now(data: bytes) -> tuple[Book, Content]:
    """A file's recalculated book and its content."""
    original = read_book(data)
    book = freshen(original).book
    return book, content(book, [typed.explanation for typed in explanations.read(original)])


def locked(data: bytes, key: keys.PrivateKey | None = KEY, report: CheckReport = REPORT) -> bytes:
    """The file, locked and sealed."""
    sealed = lock.sealed(report, now(data)[1], open_cells(data), SECRET, TIME, key)
    return apply_edits(data, lock.locking(sealed))


@cache
def sample(signed: bool = True) -> bytes:
    """001, locked."""
    return locked(workbook(), KEY if signed else None)


def checked(data: bytes, trusted: keys.PublicKey | None = None) -> Verification:
    """What checking the seal says."""
    return verify(*now(data), trusted)


def changed(data: bytes, sheet: str, cell: str, value: str | float) -> bytes:
    """The file with one cell changed."""
    return apply_edits(data, [SetValue(sheet, cell, value)])

