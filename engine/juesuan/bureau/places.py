"""What each file of a batch is to the roster: whose it is, and whether it can count at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from juesuan.bureau import ours
from juesuan.bureau.identify import Identity, by_file_name, identify, units_in
from juesuan.bureau.ledger import Ledger
from juesuan.bureau.roster import Roster
from juesuan.bureau.scan import Found
from juesuan.bureau.seals import registered

#: What a file is to the roster: the one that counts, an earlier one, an equal one, one that cannot be used; and what
#: does not count at all.
COUNTED, OLDER, EQUAL, BROKEN = "有效", "旧版", "重复", "不能用"
WRONG_YEAR, WRONG_UNIT, STRANGER, UNKNOWN = "年度不对", "单位不对", "不在名册", "认不出单位"
NO_BOOK = "不是工作簿"
PLACES = (COUNTED, OLDER, EQUAL, BROKEN, WRONG_YEAR, WRONG_UNIT, STRANGER, UNKNOWN, ours.PLACE)
_CHUNK = 1_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Folder:
    """A batch as its units see it: its number, whose roster, which year, which folder."""

    run: int
    roster: Roster
    office: str
    year: int
    root: str


def place_all(ledger: Ledger, at: Folder) -> None:
    """Say of every file of a batch what it is, and of every unit what was received for it that cannot count."""
    with ledger.transaction():
        ledger.db.execute("DELETE FROM remark WHERE office=? AND year=? AND root=?", (at.office, at.year, at.root))
        for row in ledger.db.execute("SELECT path, owner FROM other WHERE run=? AND owner<>''", (at.run,)).fetchall():
            said = f"收到“{_name(row)}”，不是工作簿，没有校验，请报 .xlsx"
            remark(ledger, at, row["owner"], said, received=True)
    last = 0
    columns = "id, path, outcome, unit, code, year, tables, ours, inside, seal, signer"
    query = f"SELECT {columns} FROM file WHERE run=? AND id>? ORDER BY id LIMIT ?"
    while rows := list(ledger.rows(query, (at.run, last, _CHUNK))):
        last = rows[-1]["id"]
        with ledger.transaction():
            for row in rows:
                _settle(ledger, at, row)


def remark(ledger: Ledger, at: Folder, code: str, text: str, *, received: bool = False) -> None:
    """Something to be told of a unit; ``received``: of files that cannot count, told while it has submitted nothing,
    also to the unit itself (整改通知); the others are for the office alone."""
    ledger.db.execute(
        "INSERT INTO remark (office, year, root, code, received, text) VALUES (?,?,?,?,?,?)",
        (at.office, at.year, at.root, code, received, text),
    )


def _name(row: sqlite3.Row) -> str:
    """What the unit calls its file: the office's folders are none of its business."""
    return PurePath(row["path"]).name


def others(roster: Roster, found: Iterable[Found]) -> Iterator[tuple[str, int, str, str]]:
    """Files that are no workbooks: (path, size, unit's code or "", what to say)."""
    for file in found:
        if wrote := ours.by_name(file.path):
            yield file.path, file.size, "", ours.sentence(wrote)
            continue
        who = by_file_name(roster, file.path, "不是工作簿，没有校验")
        yield file.path, file.size, who.code, who.note


def _settle(ledger: Ledger, at: Folder, row: sqlite3.Row) -> None:
    if row["inside"]:
        _unpack(ledger, at, row)
        return
    who = _who(at.roster, row)
    place, why = _place(row, who, at.year)
    owner = who.among[0] if place == WRONG_UNIT and who.among else who.code
    unit = at.roster.units.get(owner)
    seal, signed = registered(row["seal"], row["signer"], unit.key if unit and place == COUNTED else "")
    note = "；".join(filter(None, (who.note, why, signed)))
    ledger.db.execute(
        "UPDATE file SET place=?, owner=?, note=?, seal=? WHERE id=?", (place, owner, note, seal, row["id"])
    )
    if place in (BROKEN, WRONG_YEAR):
        remark(ledger, at, who.code, f"收到“{_name(row)}”，{why}", received=True)
    elif place == WRONG_UNIT or who.among:
        for code in filter(at.roster.units.__contains__, (who.code, who.other, *who.among)):
            how = "请" if place == WRONG_UNIT else "或"  # else the note itself asks for something: a name with the code
            said = f"收到“{_name(row)}”，{who.note}，{how}用发给你单位（{code}）的工作簿填报"
            remark(ledger, at, code, said, received=True)


def _unpack(ledger: Ledger, at: Folder, row: sqlite3.Row) -> None:
    """A zip: the units whose workbooks lie in it are told."""
    names = row["inside"].split("\n")
    codes = units_in(at.roster, row["path"], names)
    whose = "、".join(codes[:_SHOWN]) + (f"等 {len(codes)} 个单位" if len(codes) > _SHOWN else "")
    note = f"压缩包里有 {len(names)} 个工作簿{f'（{whose}）' if codes else ''}，没有校验，请解压到收件文件夹"
    place = BROKEN if codes else UNKNOWN
    owner = codes[0] if len(codes) == 1 else ""
    ledger.db.execute("UPDATE file SET place=?, owner=?, note=? WHERE id=?", (place, owner, note, row["id"]))
    for code in codes:
        remark(ledger, at, code, f"收到压缩包“{_name(row)}”，没有解压，没有校验，请报工作簿本身", received=True)


def _who(roster: Roster, row: sqlite3.Row) -> Identity:
    if row["ours"] or ours.by_name(row["path"]):
        return Identity("", "")
    if row["outcome"] == "checked":
        return identify(roster, {"roster_code": row["code"]} if row["code"] else {}, row["unit"], row["path"])
    return by_file_name(roster, row["path"], "文件不能用")


def _place(row: sqlite3.Row, who: Identity, year: int) -> tuple[str, str]:
    """(place, why)."""
    if wrote := row["ours"] or ours.by_name(row["path"]):
        return ours.PLACE, ours.sentence(wrote)
    if who.other or len(who.among) == 1:
        return WRONG_UNIT, ""
    if not who.code:
        named = row["outcome"] == "checked" and (row["unit"] or row["code"]) and not who.among
        return STRANGER if named else UNKNOWN, ""
    if row["tables"] == 0:
        return BROKEN, "其中没有决算公开表，不能作为决算，请报九张公开表的工作簿"
    if row["year"] is not None and row["year"] != year:
        return WRONG_YEAR, f"是 {row['year']} 年度的，请报 {year} 年度"
    return COUNTED, ""
