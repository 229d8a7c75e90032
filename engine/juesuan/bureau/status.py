"""The status ladder (未报 → 已报 → 待修改 → 待说明 → 通过 → 已封存): where each unit stands, and how it came there.

``settle`` is run after a batch's files are all in the ledger; doing it again changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from juesuan.bureau.ledger import Ledger
from juesuan.bureau.places import Folder, place_all
from juesuan.bureau.roster import Roster
from juesuan.bureau.submissions import bring_up
from juesuan.text import plain

#: A unit that only adds up others (no 类别 in the roster) and has submitted nothing.
NOT_DUE = "无需报"
LADDER = ("未报", "已报", "待修改", "待说明", "通过", "已封存", NOT_DUE)
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one unit stands. ``version``: how many different files it has submitted (0: none); ``file``, ``before``:
    the ledger's numbers of the last file and the one before; ``appeared``/``gone``/``explained``: findings that are
    new, no longer there, or explained since, against the submission before; None where there was none before.
    ``note``: all there is to tell of it, also of files that were received but cannot count; ``outward``: the part of it
    that the unit itself is told (整改通知), the rest being for the office."""

    code: str
    status: str
    version: int = 0
    file: int | None = None
    path: str = ""
    note: str = ""
    appeared: int | None = None
    gone: int | None = None
    before: int | None = None
    explained: int | None = None
    outward: str = ""


def usual_year(ledger: Ledger, run: int) -> int | None:
    """The year most files of a batch state (of equals the later); None where none does."""
    found: int | None = ledger.value(
        "SELECT year FROM file WHERE run=? AND year IS NOT NULL GROUP BY year ORDER BY count(*) DESC, year DESC", (run,)
    )
    return found


def settle(ledger: Ledger, run: int, roster: Roster, year: int) -> None:
    """Say of every file of a batch what it is to the roster, and bring the units' submissions up to date."""
    office = roster.office
    _adopt(ledger, roster, office)
    at = Folder(run, roster, office, year, str(ledger.value("SELECT root FROM run WHERE id=?", (run,))))
    place_all(ledger, at)
    codes = list(roster.units)
    for first in range(0, len(codes), _CHUNK):
        with ledger.transaction():
            for code in codes[first : first + _CHUNK]:
                bring_up(ledger, at, code)


def _adopt(ledger: Ledger, roster: Roster, office: str) -> None:
    """Take over what a ledger of version 1 has of this roster's units: there they are known by their code alone, so
    only those whose file states the unit's name, or none."""
    with ledger.transaction():
        old = ledger.db.execute(
            "SELECT s.id, s.code, s.year, s.version, f.unit FROM submission s JOIN file f ON f.id=s.file "
            "WHERE s.office=''"
        ).fetchall()
        for row in old:
            if row["code"] not in roster.units or plain(row["unit"]) not in ("", plain(roster.units[row["code"]].name)):
                continue
            ledger.db.execute("UPDATE OR IGNORE submission SET office=? WHERE id=?", (office, row["id"]))
            ledger.db.execute(
                "UPDATE history SET office=? WHERE office='' AND code=? AND year=? AND version=?",
                (office, row["code"], row["year"], row["version"]),
            )


# --- what the board shows ---


def standings(ledger: Ledger, roster: Roster, year: int) -> Iterator[Standing]:
    """Every unit of the roster, in its order, with the latest submission."""
    for code in roster.units:
        yield standing(ledger, roster, code, year)


def standing(ledger: Ledger, roster: Roster, code: str, year: int) -> Standing:
    """Where one unit stands."""
    office = roster.office
    rows = list(
        ledger.rows(
            "SELECT s.version, s.status, s.file, s.path, s.note AS said, f.note, f.outcome, f.error "
            "FROM submission s JOIN file f ON f.id = s.file "
            "WHERE s.office=? AND s.code=? AND s.year=? ORDER BY s.version DESC LIMIT 2",
            (office, code, year),
        )
    )
    told = _told(ledger, office, code, year, received=not rows)
    if not rows:
        received = "；".join(_told(ledger, office, code, year, received=True, internal=False))
        status = "未报" if roster.units[code].due else NOT_DUE
        return Standing(code, status, note="；".join(told), outward=received)
    row = rows[0]
    own = row["error"] if row["outcome"] != "checked" else row["note"]
    note = "；".join(filter(None, (own, row["said"], *told)))
    if len(rows) == 1:
        return Standing(code, row["status"], row["version"], row["file"], row["path"], note)
    before = rows[1]["file"]
    appeared, gone = changes(ledger, row["file"], before)
    since = len(explained(ledger, row["file"], before))
    return Standing(
        code,
        row["status"],
        row["version"],
        row["file"],
        row["path"],
        note,
        len(appeared),
        len(gone),
        before,
        since,
    )


def _told(ledger: Ledger, office: str, code: str, year: int, *, received: bool, internal: bool = True) -> list[str]:
    """What is told of a unit besides its submission: with ``received`` which files came that cannot count, with
    ``internal`` what only the office is to know."""
    query = (
        "SELECT DISTINCT text FROM remark WHERE office=? AND code=? AND year=? AND received BETWEEN ? AND ? ORDER BY id"
    )
    return [row["text"] for row in ledger.rows(query, (office, code, year, not internal, received))]


_KEYS = "SELECT rule, tab, line, col FROM finding WHERE file=?"
_OPEN, _EXPLAINED = f"{_KEYS} AND explained=0", f"{_KEYS} AND explained=1"


def changes(ledger: Ledger, file: int, before: int) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
    """(findings new in ``file``, findings of ``before`` that are gone): rule, table, row, column. What is explained
    since is neither."""
    return (
        list(ledger.rows(f"{_OPEN} EXCEPT {_OPEN}", (file, before))),
        list(ledger.rows(f"{_OPEN} EXCEPT {_KEYS}", (before, file))),
    )


def explained(ledger: Ledger, file: int, before: int) -> list[sqlite3.Row]:
    """Findings of ``before`` that ``file`` explains (已说明): rule, table, row, column."""
    return list(ledger.rows(f"{_OPEN} INTERSECT {_EXPLAINED} EXCEPT {_OPEN}", (before, file, file)))


def history(ledger: Ledger, roster: Roster, code: str, year: int) -> list[sqlite3.Row]:
    """A unit's course: version, status, time, in order."""
    query = "SELECT version, status, at FROM history WHERE office=? AND code=? AND year=? ORDER BY id"
    return list(ledger.rows(query, (roster.office, code, year)))
