"""The ledger (台账): every file checked, every unit's submissions and their course, in one SQLite file.

One transaction writes at a time (WAL); several batches may share a ledger. A killed program loses at most what was not
yet committed, and that is checked again on --resume. The ledger never lies half written: SQLite rolls back.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from juesuan.bureau import schema
from juesuan.bureau.pool import Outcome

NAME = "台账.sqlite"
VERSION = schema.VERSION
#: Seconds to wait for another batch's transaction.
PATIENCE = 60
#: Seconds between two tries where SQLite itself does not wait.
_AGAIN = 0.05
#: Outcomes that say nothing of the file for sure: another try may give a report.
UNDONE = "('timeout', 'memory', 'crashed')"


class LedgerFault(Exception):
    """The ledger cannot be read or written; ``str()`` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Run:
    """One batch: ``done`` is how many files it has already, where it goes on from an earlier one."""

    id: int
    done: int
    resumed: bool


def now() -> str:
    """The time as the ledger writes it (UTC, seconds)."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


class Ledger:
    """An open ledger. Every method raises LedgerFault where the file cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _told(path):
            self.db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
            self.db.row_factory = sqlite3.Row
            self._journal()
            self.db.execute("PRAGMA synchronous=NORMAL")
            self.db.execute("PRAGMA foreign_keys=ON")
            self._prepare()

    def _journal(self) -> None:
        """Write-ahead logging. Changing to it does not wait for others as everything else does, so it is tried again
        while another program makes the same ledger."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.db.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(_AGAIN)
            else:
                return

    def _prepare(self) -> None:
        with self.transaction():
            version = schema.prepare(self.db)
            if version != VERSION:
                raise LedgerFault(f"台账“{self.path}”是另一版本的程序建的（{version}），请换一个输出文件夹。")

    def close(self) -> None:
        """Fold the write-ahead log into the file."""
        with contextlib.suppress(sqlite3.Error):
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; waits for other writers."""
        with _told(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, one by one."""
        with _told(self.path):
            yield from self.db.execute(query, values)

    def value(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first value of a query's first row; None where there is none."""
        with _told(self.path):
            row = self.db.execute(query, values).fetchone()
        return None if row is None else row[0]

    # --- a batch ---

    def begin(self, root: str, roster: str, rules: str, year: int | None, office: str = "", *, resume: bool) -> Run:
        """Start a batch, or go on with the last one of this folder that did not end (same roster, rules and year).
        ``office``: whose roster it is."""
        with self.transaction():
            if resume:
                row = self.db.execute(
                    "SELECT id FROM run WHERE root=? AND roster=? AND rules=? AND year IS ? AND finished IS NULL "
                    "ORDER BY id DESC",
                    (root, roster, rules, year),
                ).fetchone()
                if row:
                    return Run(row[0], self.done(row[0]), True)
            made = self.db.execute(
                "INSERT INTO run (root, roster, rules, year, started, office) VALUES (?,?,?,?,?,?)",
                (root, roster, rules, year, now(), office),
            )
            return Run(int(made.lastrowid or 0), 0, False)

    def done(self, run: int) -> int:
        """How many files a batch has that need not be checked again."""
        return int(self.value(f"SELECT count(*) FROM file WHERE run=? AND outcome NOT IN {UNDONE}", (run,)))

    @contextlib.contextmanager
    def reader(self) -> Iterator[Callable[[int, str, int, int], bool]]:
        """Whether a batch has a report of a file (run, path, size, changed) as it is now, asked from any thread."""
        query = f"SELECT 1 FROM file WHERE run=? AND path=? AND size=? AND changed=? AND outcome NOT IN {UNDONE}"
        with (
            _told(self.path),
            contextlib.closing(
                sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            ) as own,
        ):
            yield lambda *values: own.execute(query, values).fetchone() is not None

    def add(self, run: int, outcomes: Iterable[Outcome]) -> None:
        """Record outcomes, in one transaction; a file recorded before is replaced."""
        with self.transaction():
            for outcome in outcomes:
                self._add(run, outcome)

    def _add(self, run: int, outcome: Outcome) -> None:
        head, found = outcome.head, outcome.found
        counts = head.get("counts", {})
        self._drop("run=? AND path=?", (run, found.path))
        made = self.db.execute(
            "INSERT INTO file (run, path, size, changed, sha256, outcome, error, seconds, checked, unit, code, year, "
            "kind, layout, template, verdict, seal, holds, rounding, breaks, not_evaluated, not_applicable, document, "
            f"tables, blank, ours, inside, signer) VALUES ({','.join('?' * 28)})",
            (
                run,
                found.path,
                found.size,
                found.changed,
                head["sha256"],
                head["outcome"],
                head["error"],
                round(outcome.seconds, 3),
                now(),
                head.get("unit", ""),
                head.get("code", ""),
                head.get("year"),
                head.get("kind", ""),
                head.get("layout", ""),
                head.get("template", ""),
                head.get("verdict", ""),
                head.get("seal", ""),
                counts.get("holds"),
                counts.get("rounding"),
                counts.get("breaks"),
                counts.get("not_evaluated"),
                counts.get("not_applicable"),
                outcome.document,
                head.get("tables"),
                head.get("blank"),
                head.get("ours", ""),
                "\n".join(head.get("inside", ())),
                head.get("signer", ""),
            ),
        )
        file = made.lastrowid
        self.db.executemany(
            "INSERT INTO finding VALUES (?,?,?,?,?,?,?,?,?,?)", [(file, *values) for values in head.get("findings", ())]
        )
        self.db.executemany(
            "INSERT INTO cause VALUES (?,?,?,?,?)", [(file, *values) for values in head.get("causes", ())]
        )

    def put_others(self, run: int, others: Iterable[tuple[str, int, str, str]]) -> None:
        """The files of a batch that are no workbooks: (path, size, unit's code or "", what to say)."""
        with self.transaction():
            self.db.execute("DELETE FROM other WHERE run=?", (run,))
            self.db.executemany("INSERT INTO other VALUES (?,?,?,?,?)", ((run, *other) for other in others))

    def finish(self, run: int, others: int) -> None:
        """The batch is complete and its results are written; what earlier batches of the folder left goes away."""
        with self.transaction():
            root, office = self.db.execute("SELECT root, office FROM run WHERE id=?", (run,)).fetchone()
            self.db.execute("UPDATE run SET finished=?, others=? WHERE id=?", (now(), others, run))
            old = "(SELECT id FROM run WHERE root=? AND office IN (?, '') AND id<? AND finished IS NOT NULL)"
            kept = "id IN (SELECT file FROM submission)"
            self.db.execute(f"DELETE FROM file WHERE (run<=0 OR run IN {old}) AND NOT {kept}", (root, office, run))
            self.db.execute(f"DELETE FROM other WHERE run IN {old}", (root, office, run))

    def forget_missing(self, run: int, present: Iterable[str]) -> None:
        """Take out of a resumed batch the files that are no longer in the folder."""
        with self.transaction():
            self.db.execute("CREATE TEMP TABLE IF NOT EXISTS present (path TEXT PRIMARY KEY)")
            self.db.execute("DELETE FROM present")
            self.db.executemany("INSERT OR IGNORE INTO present VALUES (?)", ((path,) for path in present))
            self._drop("run=? AND path NOT IN (SELECT path FROM present)", (run,))

    def _drop(self, condition: str, values: Sequence[Any]) -> None:
        """Delete files of a batch; those a unit's history speaks of are only taken out of the batch (run below 0)."""
        kept = "id IN (SELECT file FROM submission)"
        self.db.execute(f"UPDATE file SET run=-id WHERE {condition} AND {kept}", values)
        self.db.execute(f"DELETE FROM file WHERE {condition}", values)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's errors as one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerFault(_sentence(path, error)) from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "full" in text:
        return f"磁盘已满，台账“{path}”停在上一次写成的地方（没有损坏）；清出空间后加 --resume 接着做。"
    if "disk I/O" in text:
        return f"台账“{path}”写入失败（磁盘已满、超出限额或断开），已写成的没有损坏；排除后加 --resume 接着做。"
    if "locked" in text or "busy" in text:
        return f"台账“{path}”正被另一次批量校验占用，等了 {PATIENCE} 秒；请稍后加 --resume 接着做。"
    if "readonly" in text or "unable to open" in text:
        return f"台账“{path}”不能写：没有权限，或所在的文件夹不存在。"
    if "not a database" in text or "malformed" in text:
        return f"“{path}”不是可用的台账（已损坏，或不是本程序写的），请改名移开后重新校验。"
    return f"台账“{path}”读写失败（{text}）。"


def manifest_digest(entries: Iterable[object]) -> str:
    """A fingerprint of plain records."""
    import hashlib

    digest = hashlib.sha256()
    for entry in entries:
        digest.update(json.dumps(entry, ensure_ascii=False, default=str).encode() + b"\n")
    return digest.hexdigest()
