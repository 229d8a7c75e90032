"""The status ladder (未报 → 已报 → 待修改 → 待说明 → 通过 → 已封存): which file counts for which unit, and its course.

Run after a batch's files are all in the ledger; doing it again changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from juesuan.bureau.identify import Identity, by_file_name, identify
from juesuan.bureau.ledger import Ledger, now
from juesuan.bureau.roster import Roster
from juesuan.bureau.seals import WHOLE

LADDER = ("未报", "已报", "待修改", "待说明", "通过", "已封存")
#: What a file is to the roster: the one that counts, an earlier one, an equal one, one that cannot be used beside one
#: that can; and what does not count at all.
COUNTED, OLDER, EQUAL, BROKEN = "有效", "旧版", "重复", "不能用"
PLACES = (COUNTED, OLDER, EQUAL, BROKEN, "年度不对", "单位不对", "不在名册", "认不出单位")
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one unit stands. ``version``: how many different files it has submitted (0: none); ``file``, ``before``:
    the ledger's numbers of the last file and the one before; ``appeared``/``gone``: findings that are new, or no longer
    there, against the submission before; None where there was none before."""

    code: str
    status: str
    version: int = 0
    file: int | None = None
    path: str = ""
    note: str = ""
    appeared: int | None = None
    gone: int | None = None
    before: int | None = None


def usual_year(ledger: Ledger, run: int) -> int | None:
    """The year most files of a batch state (of equals the later); None where none does."""
    found: int | None = ledger.value(
        "SELECT year FROM file WHERE run=? AND year IS NOT NULL GROUP BY year ORDER BY count(*) DESC, year DESC", (run,)
    )
    return found


def settle(ledger: Ledger, run: int, roster: Roster, year: int) -> None:
    """Say of every file of a batch what it is to the roster, and bring the units' submissions up to date."""
    _owners(ledger, run, roster, year)
    codes = list(roster.units)
    for at in range(0, len(codes), _CHUNK):
        with ledger.transaction():
            for code in codes[at : at + _CHUNK]:
                _unit(ledger, run, code, year)


def _owners(ledger: Ledger, run: int, roster: Roster, year: int) -> None:
    last = 0
    query = "SELECT id, path, outcome, unit, code, year FROM file WHERE run=? AND id>? ORDER BY id LIMIT ?"
    while rows := list(ledger.rows(query, (run, last, _CHUNK))):
        last = rows[-1]["id"]
        with ledger.transaction():
            for row in rows:
                who = _who(roster, row)
                ledger.db.execute(
                    "UPDATE file SET place=?, owner=?, note=? WHERE id=?",
                    (_place(row, who, year), who.code, who.note, row["id"]),
                )


def _who(roster: Roster, row: sqlite3.Row) -> Identity:
    if row["outcome"] == "checked":
        return identify(roster, {"roster_code": row["code"]} if row["code"] else {}, row["unit"], row["path"])
    return by_file_name(roster, row["path"], "文件不能用")


def _place(row: sqlite3.Row, who: Identity, year: int) -> str:
    if not who.code:
        return "不在名册" if row["outcome"] == "checked" and (row["unit"] or row["code"]) else "认不出单位"
    if who.other:
        return "单位不对"
    if row["year"] is not None and row["year"] != year:
        return "年度不对"
    return COUNTED


# --- one unit ---


def _unit(ledger: Ledger, run: int, code: str, year: int) -> None:
    """Which of a unit's files counts: the one changed last among those that can be used."""
    rows = list(
        ledger.db.execute(
            "SELECT id, path, changed, sha256, outcome, verdict, seal FROM file WHERE run=? AND owner=? AND place=? "
            "ORDER BY changed, path",
            (run, code, COUNTED),
        )
    )
    usable = [row for row in rows if row["outcome"] == "checked"]
    known = ledger.db.execute(
        "SELECT 1 FROM submission s JOIN file f ON f.id=s.file WHERE s.code=? AND s.year=? AND f.outcome='checked'",
        (code, year),
    ).fetchone()
    if usable or known:
        for row in rows:
            if row["outcome"] != "checked":
                _mark(ledger, row, BROKEN, "另有能用的文件，这份不作数")
        rows = usable
    last: sqlite3.Row | None = None
    for row in _first_of_equals(ledger, rows):
        latest = _submit(ledger, run, code, year, row)
        if last is not None:
            _mark(ledger, last, OLDER, f"以“{row['path']}”为准")
        if latest != _digest(row):
            _mark(ledger, row, OLDER, "台账中已有修改时间更晚的一份")
            last = None
        else:
            last = row
    versions = len({_digest(row) for row in rows})
    if last is not None and versions > 1:
        _mark(ledger, last, COUNTED, f"报了 {versions} 份，按修改时间以这份为准")


def _first_of_equals(ledger: Ledger, rows: list[sqlite3.Row]) -> list[sqlite3.Row]:
    found: dict[str, sqlite3.Row] = {}
    for row in rows:
        first = found.setdefault(_digest(row), row)
        if first is not row:
            _mark(ledger, row, EQUAL, f"与“{first['path']}”完全相同")
    return list(found.values())


def _mark(ledger: Ledger, row: sqlite3.Row, place: str, note: str) -> None:
    ledger.db.execute(
        "UPDATE file SET place=?, note=trim(note || '；' || ?, '；') WHERE id=?", (place, note, row["id"])
    )


def _digest(row: sqlite3.Row) -> str:
    return row["sha256"] or f"{row['path']} {row['changed']}"


def _submit(ledger: Ledger, run: int, code: str, year: int, row: sqlite3.Row) -> str:
    """Enter a file into the unit's course; the digest of the submission that is the latest now."""
    digest, status = _digest(row), status_of(row["verdict"], row["seal"], row["outcome"])
    db = ledger.db
    latest = db.execute(
        "SELECT * FROM submission WHERE code=? AND year=? ORDER BY version DESC", (code, year)
    ).fetchone()
    newer = latest is None or (row["changed"], row["path"]) > (latest["changed"], latest["path"])
    if latest is None or (digest != latest["sha256"] and newer):
        version = latest["version"] + 1 if latest else 1
        db.execute(
            "INSERT INTO submission (code, year, version, sha256, changed, path, file, status, seen) "
            "VALUES (?,?,?,?,?,?,?,?,?)",
            (code, year, version, digest, row["changed"], row["path"], row["id"], status, now()),
        )
        _step(ledger, run, code, year, version, "已报")
        if status != "已报":
            _step(ledger, run, code, year, version, status)
        return digest
    same = db.execute(
        "SELECT * FROM submission WHERE code=? AND year=? AND sha256=? ORDER BY version DESC", (code, year, digest)
    ).fetchone()
    if same is not None:
        db.execute("UPDATE submission SET file=?, status=? WHERE id=?", (row["id"], status, same["id"]))
        if same["status"] != status:
            _step(ledger, run, code, year, same["version"], status)
    return str(latest["sha256"])


def _step(ledger: Ledger, run: int, code: str, year: int, version: int, status: str) -> None:
    ledger.db.execute(
        "INSERT INTO history (code, year, version, status, run, at) VALUES (?,?,?,?,?,?)",
        (code, year, version, status, run, now()),
    )


def status_of(verdict: str, seal: str, outcome: str) -> str:
    """The rung a checked file stands on."""
    if outcome != "checked":
        return "待修改"
    if verdict == "通过" and seal == WHOLE:
        return "已封存"
    return verdict or "已报"


# --- what the board shows ---


def standings(ledger: Ledger, roster: Roster, year: int) -> Iterator[Standing]:
    """Every unit of the roster, in its order, with the latest submission."""
    for code in roster.units:
        yield standing(ledger, code, year)


def standing(ledger: Ledger, code: str, year: int) -> Standing:
    """Where one unit stands."""
    rows = list(
        ledger.rows(
            "SELECT s.version, s.status, s.file, f.path, f.note, f.outcome, f.error FROM submission s JOIN file f "
            "ON f.id = s.file WHERE s.code=? AND s.year=? ORDER BY s.version DESC LIMIT 2",
            (code, year),
        )
    )
    if not rows:
        return Standing(code, "未报")
    row = rows[0]
    note = row["error"] if row["outcome"] != "checked" else row["note"]
    if len(rows) == 1:
        return Standing(code, row["status"], row["version"], row["file"], row["path"], note)
    before = rows[1]["file"]
    appeared, gone = changes(ledger, row["file"], before)
    return Standing(
        code, row["status"], row["version"], row["file"], row["path"], note, len(appeared), len(gone), before
    )


def changes(ledger: Ledger, file: int, before: int) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
    """(findings new in ``file``, findings of ``before`` that are gone): rule, table, row, column."""
    keys = "SELECT rule, tab, line, col FROM finding WHERE file=?"
    return (
        list(ledger.rows(f"{keys} EXCEPT {keys}", (file, before))),
        list(ledger.rows(f"{keys} EXCEPT {keys}", (before, file))),
    )


def history(ledger: Ledger, code: str, year: int) -> list[sqlite3.Row]:
    """A unit's course: version, status, time, in order."""
    return list(
        ledger.rows("SELECT version, status, at FROM history WHERE code=? AND year=? ORDER BY id", (code, year))
    )
