"""A unit's course: which of its files counts, and which submission (第几次报) that makes.

Files of one batch are ordered by their time of change. Against an earlier batch of the same folder, what lies there now
decides: where the file that counted is gone or has other content, the one found now is the next submission, however old
its time of change (unpacking and copying keep it). Against another folder again the time decides. In doubt, it is said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juesuan.bureau.choice import is_copy, plainness
from juesuan.bureau.ledger import Ledger, now
from juesuan.bureau.places import BROKEN, COUNTED, EQUAL, OLDER, Folder, remark
from juesuan.bureau.seals import WHOLE


@dataclass(frozen=True, slots=True)
class _Group:
    """Files of equal content: the one they are called by, and when the latest of them was changed."""

    row: sqlite3.Row
    digest: str
    changed: int


def bring_up(ledger: Ledger, at: Folder, code: str) -> None:
    """Bring one unit's submissions up to date with the files of a batch; doing it again changes nothing."""
    every = list(
        ledger.db.execute(
            "SELECT id, path, changed, sha256, outcome, verdict, seal, blank, kind FROM file "
            "WHERE run=? AND owner=? AND place=? ORDER BY changed, path",
            (at.run, code, COUNTED),
        )
    )
    latest = _latest(ledger, at, code)
    _gone(ledger, at, every, latest)
    rows = _usable(ledger, at, code, every, latest)
    if not rows:
        return
    groups = _groups(ledger, rows)
    if latest is not None and (again := _redone(groups, latest, at)) is not None:
        ledger.db.execute("UPDATE submission SET sha256=? WHERE id=?", (again.digest, latest["id"]))
        latest = _latest(ledger, at, code)
    counted = _enter(ledger, at, code, groups, latest)
    _tell(ledger, groups, counted)


def _latest(ledger: Ledger, at: Folder, code: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = ledger.db.execute(
        "SELECT s.*, f.outcome, f.blank, f.kind FROM submission s LEFT JOIN file f ON f.id=s.file "
        "WHERE s.office=? AND s.code=? AND s.year=? ORDER BY s.version DESC LIMIT 1",
        (at.office, code, at.year),
    ).fetchone()
    return found


def _gone(ledger: Ledger, at: Folder, rows: Sequence[sqlite3.Row], latest: sqlite3.Row | None) -> None:
    """Say where the file that counts is no longer in the folder, and no other has come."""
    if latest is None or latest["root"] != at.root:
        return
    if any(row["outcome"] == "checked" or _digest(row) == latest["sha256"] for row in rows):
        return
    path = latest["path"]
    if any(row["path"] == path for row in rows):
        return
    there = ledger.db.execute("SELECT 1 FROM file WHERE run=? AND path=?", (at.run, path)).fetchone()
    how = "已换成不能作数的内容" if there else "已不在收件文件夹里"
    remark(ledger, at, latest["code"], f"作数的“{path}”{how}，状态按上一次校验，请问清是否撤回")


def _digest(row: sqlite3.Row) -> str:
    """What tells contents apart; of a file that could not be read, its path and time."""
    return row["sha256"] or f"{row['path']} {row['changed']}"


# --- which files can count ---


def _usable(
    ledger: Ledger, at: Folder, code: str, rows: Sequence[sqlite3.Row], latest: sqlite3.Row | None
) -> Sequence[sqlite3.Row]:
    """The files with a report; one without where the unit has no other, or where it took the counted file's place."""
    usable = [row for row in rows if row["outcome"] == "checked"]
    if not usable and (latest is None or latest["outcome"] != "checked"):
        return rows
    for row in rows:
        if row["outcome"] == "checked":
            continue
        if usable:
            mark(ledger, row, BROKEN, "另有能用的文件，这份不作数")
        elif latest is not None and _digest(row) == latest["sha256"]:
            mark(ledger, row, COUNTED, "这次没有校验完，沿用上一次的结果")
        elif latest is not None and latest["root"] == at.root and row["path"] == latest["path"] and _spoilt(row):
            return [row]
        elif latest is not None:
            mark(ledger, row, BROKEN, f"这份不作数，状态按上一次报送的“{latest['path']}”")
            remark(ledger, at, latest["code"], f"后来的“{row['path']}”不能用，状态按上一次报送")
    return _of_kind(ledger, at, code, _filled(ledger, usable, latest), latest)


def _filled(ledger: Ledger, usable: Sequence[sqlite3.Row], latest: sqlite3.Row | None) -> Sequence[sqlite3.Row]:
    """Without the workbooks that nobody has filled in, where there is one with figures."""
    filled = [row for row in usable if not row["blank"]]
    if not filled and (latest is None or latest["blank"]):
        return usable
    for row in usable:
        if row["blank"]:
            mark(ledger, row, BROKEN, "各表都没有填数，这份不作数")
    return filled


def _of_kind(
    ledger: Ledger, at: Folder, code: str, rows: Sequence[sqlite3.Row], latest: sqlite3.Row | None
) -> Sequence[sqlite3.Row]:
    """Of a 部门 with units below it the consolidated accounts (类别 部门), where there is one, as ``sources`` has it;
    else it is said that the file is one of its own (单位)."""
    if code not in at.roster.children or at.roster.units[code].kind != "部门":
        return rows
    proper = [row for row in rows if row["kind"] == "部门"]
    elsewhere = latest is not None and latest["root"] != at.root and latest["kind"] == "部门"
    if rows and not proper and not elsewhere:
        remark(ledger, at, code, "名册中是部门，文件写的类别是单位，按汇总决算核对")
        return rows
    for row in rows:
        if row not in proper:
            mark(ledger, row, BROKEN, "名册中是部门，这份写的类别是单位，另有类别是部门的，这份不作数")
    return proper


def _spoilt(row: sqlite3.Row) -> bool:
    """Whether a file without a report is at fault itself: not where only its checking was cut short."""
    return bool(row["outcome"] == "unusable")


def _groups(ledger: Ledger, rows: Sequence[sqlite3.Row]) -> list[_Group]:
    """Equal files together, in the order of the latest time of change of each."""
    found: dict[str, list[sqlite3.Row]] = {}
    for row in rows:
        found.setdefault(_digest(row), []).append(row)
    groups = []
    for digest, equals in found.items():
        first = min(equals, key=lambda row: plainness(row["path"], row["changed"]))
        for row in equals:
            if row is not first:
                mark(ledger, row, EQUAL, f"与“{first['path']}”完全相同")
        groups.append(_Group(first, digest, max(row["changed"] for row in equals)))
    groups.sort(key=lambda group: str(group.row["path"]), reverse=True)  # as ``choice``: of one time the first by name
    return sorted(groups, key=lambda group: (group.changed, not is_copy(group.row["path"])))


# --- entering them ---


def _redone(groups: Sequence[_Group], latest: sqlite3.Row, at: Folder) -> _Group | None:
    """The file of the latest submission, where it could not be checked then and its content was not known."""
    if latest["outcome"] == "checked" or latest["root"] != at.root:
        return None
    known = (latest["path"], latest["changed"])
    return next((g for g in groups if (g.row["path"], g.changed) == known and g.digest != latest["sha256"]), None)


def _enter(
    ledger: Ledger, at: Folder, code: str, groups: Sequence[_Group], latest: sqlite3.Row | None
) -> _Group | None:
    """Enter new submissions; the group that counts now, None where the counted file is not in this folder."""
    seen = {
        row["sha256"]: row["changed"]
        for row in ledger.db.execute(
            "SELECT sha256, changed FROM submission WHERE office=? AND code=? AND year=? ORDER BY version",
            (at.office, code, at.year),
        )
    }
    for group in groups:
        if group.digest in seen:
            _again(ledger, at, code, group)
    new, note = _new(groups, latest, seen, at)
    version = latest["version"] if latest is not None else 0
    for group in new:
        version += 1
        _put(ledger, at, code, version, group, note if group is new[-1] else "")
    if latest is not None and not new and latest["sha256"] not in {g.digest for g in groups}:
        counted = None
    else:
        counted = new[-1] if new else next(g for g in groups if latest is not None and g.digest == latest["sha256"])
    known = seen.keys() | {group.digest for group in new}
    for group in groups:
        if group.digest not in known:
            name = counted.row["path"] if counted else latest["path"] if latest is not None else ""
            said = f"“{group.row['path']}”与作数的“{name}”内容不同，修改时间较早，没有作数，请核对哪一份是改正后的"
            remark(ledger, at, code, said)
    return counted


def _new(
    groups: Sequence[_Group], latest: sqlite3.Row | None, seen: Mapping[str, int], at: Folder
) -> tuple[Sequence[_Group], str]:
    """(the contents that are new submissions, in order, the last one counting; what is to be said of that one).
    ``seen``: the contents submitted before, with the time of change they had then."""
    if latest is None:
        return groups, ""
    digests = [group.digest for group in groups]
    if latest["sha256"] in digests:
        later = groups[digests.index(latest["sha256"]) + 1 :]
        return [g for g in later if g.digest not in seen or g.changed > seen[g.digest]], ""
    if latest["root"] != at.root and latest["outcome"] == "checked":
        return [group for group in groups if group.changed > latest["changed"]], ""
    unseen = [group for group in groups if group.digest not in seen]
    new = unseen or groups[-1:]
    if latest["outcome"] != "checked":
        return new, ""
    if not unseen:
        return new, f"原先作数的“{latest['path']}”已不在，退回到早先报过的这一份，请核对"
    if new[-1].changed < latest["changed"]:
        return new, "内容换过，修改时间却早于上一次报送的，请核对是不是改正后的"
    return new, ""


def _again(ledger: Ledger, at: Folder, code: str, group: _Group) -> None:
    """A content that was submitted before is there again: its report is the one made now."""
    db, row = ledger.db, group.row
    status = status_of(row["verdict"], row["seal"], row["outcome"])
    same = db.execute(
        "SELECT id, version, status FROM submission WHERE office=? AND code=? AND year=? AND sha256=? "
        "ORDER BY version DESC",
        (at.office, code, at.year, group.digest),
    ).fetchone()
    db.execute(
        "UPDATE submission SET file=?, status=?, path=?, changed=?, root=? WHERE id=?",
        (row["id"], status, row["path"], group.changed, at.root, same["id"]),
    )
    if same["status"] != status:
        _step(ledger, at, code, same["version"], status)


def _put(ledger: Ledger, at: Folder, code: str, version: int, group: _Group, note: str) -> None:
    row = group.row
    status = status_of(row["verdict"], row["seal"], row["outcome"])
    ledger.db.execute(
        "INSERT INTO submission (office, code, year, version, sha256, changed, root, path, file, status, note, seen) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            at.office,
            code,
            at.year,
            version,
            group.digest,
            group.changed,
            at.root,
            row["path"],
            row["id"],
            status,
            note,
            now(),
        ),
    )
    _step(ledger, at, code, version, "已报")
    if status != "已报":
        _step(ledger, at, code, version, status)


def _step(ledger: Ledger, at: Folder, code: str, version: int, status: str) -> None:
    ledger.db.execute(
        "INSERT INTO history (office, code, year, version, status, run, at) VALUES (?,?,?,?,?,?,?)",
        (at.office, code, at.year, version, status, at.run, now()),
    )


def _tell(ledger: Ledger, groups: Sequence[_Group], counted: _Group | None) -> None:
    """What the files are to each other."""
    for group in groups:
        if group is counted:
            continue
        said = f"以“{counted.row['path']}”为准" if counted else "台账中已有修改时间更晚的一份"
        mark(ledger, group.row, OLDER, said)
    if counted is not None and len(groups) > 1:
        how = "，按修改时间以这份为准" if counted is groups[-1] else "，以这份为准"
        mark(ledger, counted.row, COUNTED, f"报了 {len(groups)} 份{how}")


def mark(ledger: Ledger, row: sqlite3.Row, place: str, note: str) -> None:
    """Give a file its place, and a reason."""
    ledger.db.execute(
        "UPDATE file SET place=?, note=trim(note || '；' || ?, '；') WHERE id=?", (place, note, row["id"])
    )


def status_of(verdict: str, seal: str, outcome: str) -> str:
    """The rung a checked file stands on."""
    if outcome != "checked":
        return "待修改"
    if verdict == "通过" and seal == WHOLE:
        return "已封存"
    return verdict or "已报"
