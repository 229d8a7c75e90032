"""The ledger: shared by several offices, of an earlier version, made by two at once, without dead rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from juesuan.bureau.ledger import Ledger, LedgerFault
from juesuan.bureau.roster import Roster, read_roster
from juesuan.bureau.status import standing
from juesuan.hosts.read import read_book
from tests.bureau.test_batch import checked
from tests.bureau.test_course import NEW, account, course, put, where


def other_office(tmp_path: Path) -> Roster:
    text = "单位编码,单位名称,上级编码,单位性质,版式\n9,某市教育局,,,hubei-2023\n102,某市第二中学,9,事业,\n"
    path = tmp_path / "另一名册.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


def test_units_of_other_offices_are_not_mixed(few: Path, roster: Roster, tmp_path: Path) -> None:
    out, folder, second = tmp_path / "结果", tmp_path / "教育局", other_office(tmp_path)
    put(few / "102.xlsx", account("102", wrong="1.00"))
    checked(few, roster, out)
    folder.mkdir()
    there = tmp_path / "教育局结果"
    done = checked(folder, second, there, ledger_path=out / "台账.sqlite")
    assert (done.statuses["未报"], done.statuses["无需报"], done.statuses["待修改"]) == (1, 1, 0)
    assert not [row for row in read_book(there / "汇总.xlsx").sheet("问题按规则").rows[2:] if row and row[0]]
    put(folder / "102.xlsx", account("102", name="某市第二中学"))
    checked(folder, second, there, ledger_path=out / "台账.sqlite")
    theirs, ours = where(out, second, "102"), where(out, roster, "102")
    assert (theirs.version, ours.version) == (1, 1)
    assert (theirs.before, ours.before) == (None, None)
    assert theirs.file != ours.file


def test_a_ledger_of_version_1_is_brought_up(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    checked(few, roster, out)
    _as_version_1(out / "台账.sqlite")
    checked(few, roster, out)
    assert course(out, roster, "102") == [(1, "已报"), (1, "通过")]
    with closing(Ledger(out / "台账.sqlite")) as ledger:
        assert ledger.value("PRAGMA user_version") == 2
        assert ledger.value("SELECT count(*) FROM submission WHERE office<>''") == 3
        # a unit of that code that is somebody else's is left alone
        assert standing(ledger, other_office(tmp_path), "102", 2023).status == "未报"


def _as_version_1(path: Path) -> None:
    """Take out of a ledger what version 1 did not have."""
    with closing(sqlite3.connect(path)) as db:
        for table in ("other", "remark"):
            db.execute(f"DROP TABLE {table}")
        for table, column in (
            ("file", "tables"),
            ("file", "blank"),
            ("file", "ours"),
            ("file", "inside"),
            ("file", "signer"),
            ("finding", "explained"),
        ):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("ALTER TABLE run DROP COLUMN office")
        db.execute("DROP INDEX submission_file")
        db.execute("DROP INDEX history_unit")
        db.execute("ALTER TABLE submission RENAME TO new_submission")
        db.execute(
            "CREATE TABLE submission (id INTEGER PRIMARY KEY, code TEXT NOT NULL, year INTEGER NOT NULL, "
            "version INTEGER NOT NULL, sha256 TEXT NOT NULL, changed INTEGER NOT NULL, path TEXT NOT NULL, "
            "file INTEGER NOT NULL, status TEXT NOT NULL, seen TEXT NOT NULL, UNIQUE (code, year, version))"
        )
        db.execute(
            "INSERT INTO submission SELECT id, code, year, version, sha256, changed, path, file, status, seen "
            "FROM new_submission"
        )
        db.execute("DROP TABLE new_submission")
        db.execute("CREATE INDEX submission_file ON submission (file)")
        db.execute("ALTER TABLE history DROP COLUMN office")
        db.execute("CREATE INDEX history_unit ON history (code, year)")
        db.execute("PRAGMA user_version=1")
        db.commit()


def test_ledgers_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two begin at the same moment SQLite refuses one of them at once, without waiting: it tries again."""
    refused: list[str] = []

    class Contended(sqlite3.Connection):
        def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
            if "journal_mode" in query and len(refused) < 3:
                refused.append(query)
                raise sqlite3.OperationalError("database is locked")
            return super().execute(query, *values)

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: real(*args, **more, factory=Contended))
    with closing(Ledger(tmp_path / "台账.sqlite")) as ledger:
        assert ledger.value("SELECT count(*) FROM run") == 0
    assert len(refused) == 3
    monkeypatch.setattr("juesuan.bureau.ledger.PATIENCE", 0)
    refused.clear()
    with pytest.raises(LedgerFault, match="占用"):
        Ledger(tmp_path / "另一.sqlite")


def test_nothing_dead_stays_in_the_ledger(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"

    class Stopped(Exception):
        pass

    checked(few, roster, out)
    for wrong in ("1.00", "2.00"):
        put(few / "102.xlsx", account("102", wrong=wrong), NEW + int(float(wrong)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Ledger, "finish", _stop(Stopped))
            with pytest.raises(Stopped):
                checked(few, roster, out)
        checked(few, roster, out, resume=True)
    with closing(Ledger(out / "台账.sqlite")) as ledger:
        newest = ledger.value("SELECT max(id) FROM run")
        dead = "SELECT count(*) FROM file WHERE run<>? AND id NOT IN (SELECT file FROM submission)"
        assert ledger.value(dead, (newest,)) == 0


def _stop(error: type[Exception]) -> Any:
    def finish(self: Ledger, run: int, others: int) -> None:
        raise error

    return finish


def test_two_writers_of_results_do_not_share_a_draft(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    out.mkdir()
    (out / ".results.ndjson.tmp").write_text("another batch is writing here", encoding="utf-8")
    checked(few, roster, out)
    assert (out / ".results.ndjson.tmp").read_text(encoding="utf-8") == "another batch is writing here"
    assert [p.name for p in out.iterdir() if p.suffix == ".tmp"] == [".results.ndjson.tmp"]
