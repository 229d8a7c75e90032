"""What a batch leaves behind, drawn from the ledger: the board of all units, results as NDJSON, a workbook, a page."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from juesuan.bureau import board_page, board_sheets
from juesuan.bureau.ledger import Ledger
from juesuan.bureau.notices import unread_cells
from juesuan.bureau.ours import PLACE
from juesuan.bureau.places import COUNTED, NO_BOOK
from juesuan.bureau.records import Board, FileRow, Tally, UnitRow
from juesuan.bureau.roster import Roster
from juesuan.bureau.status import LADDER, standings
from juesuan.bureau.worker import unpacked
from juesuan.catalogue import Catalogue
from juesuan.hosts.patch import write_atomic
from juesuan.report import failure
from juesuan.show import words
from juesuan.template.package import workbook_bytes

SCHEMA = "juesuan.result/1"
NDJSON, BOOK, PAGE = "results.ndjson", "汇总.xlsx", "汇总.html"
#: The outcome of a file that is no workbook.
OTHER = "other"
#: Causes and rules listed in the summaries.
_TOP = 50
#: Sentences shown for one unit on the page.
_SAID = 6
_LATEST = "SELECT file FROM (SELECT file, max(version) FROM submission WHERE office=? AND year=? GROUP BY code)"
#: Nothing was checked in these: what their relations say is not what is wrong with them.
_BLANK = "SELECT id FROM file WHERE blank=1"
#: Nothing is to be done about these.
_DONE = ("通过", "已封存")


def gather(ledger: Ledger, run: int, roster: Roster, year: int, catalogue: Catalogue) -> Board:
    """Everything the summaries show."""
    units = tuple(_units(ledger, roster, year))
    counted = Counter(unit.status for unit in units)
    office = roster.office
    titles = {rule.id: rule.title for rule in catalogue.rules}
    rules = tuple(
        Tally((row["rule"], titles.get(row["rule"], ""), row["severity"], row["verdict"]), row["n"], row["units"])
        for row in ledger.rows(
            "SELECT rule, severity, verdict, count(*) AS n, count(DISTINCT file) AS units FROM finding "
            f"WHERE explained=0 AND file IN ({_LATEST}) AND file NOT IN ({_BLANK}) GROUP BY rule, severity, verdict "
            "ORDER BY units DESC, n DESC, rule",
            (office, year),
        )
    )
    causes = tuple(
        Tally((row["tab"], row["line"], row["col"], row["kind"]), row["n"], row["units"])
        for row in ledger.rows(
            "SELECT tab, line, col, kind, count(*) AS n, count(DISTINCT file) AS units FROM cause "
            f"WHERE file IN ({_LATEST}) GROUP BY tab, line, col, kind ORDER BY units DESC, n DESC, tab, line LIMIT ?",
            (office, year, _TOP),
        )
    )
    files = tuple(_noted(ledger, run))
    total = ledger.value("SELECT count(*) FROM file WHERE run=?", (run,))
    others = ledger.value("SELECT count(*) FROM other WHERE run=?", (run,))
    return Board(year, units, {name: counted[name] for name in LADDER}, rules, causes, files, total, others)


def _units(ledger: Ledger, roster: Roster, year: int) -> Iterator[UnitRow]:
    query = "SELECT outcome, not_evaluated, rounding, seal, document FROM file WHERE id=?"
    for found in standings(ledger, roster, year):
        unit = roster.units[found.code]
        row = next(ledger.rows(query, (found.file,)), None) if found.file is not None else None
        fatal, explain, warn = _severities(ledger, found.file) if row and row["outcome"] == "checked" else (None,) * 3
        said = _sentences(row["document"]) if row and found.status not in _DONE else ()
        yield UnitRow(
            unit.code,
            unit.name,
            roster.units[unit.parent].name if unit.parent else "",
            unit.nature,
            found.status,
            found.version,
            fatal,
            explain,
            warn,
            row["not_evaluated"] if row else None,
            row["rounding"] if row else None,
            row["seal"] if row else "",
            found.appeared,
            found.gone,
            found.explained,
            found.path,
            "" if found.note in said else found.note,
            said,
        )


def _severities(ledger: Ledger, file: int | None) -> tuple[int, int, int]:
    """How many open findings are 强制性, 核实性, 提示."""
    which = "file=? AND verdict='breaks' AND explained=0"
    query = f"SELECT severity, count(*) AS n FROM finding WHERE {which} GROUP BY severity"
    found = {row["severity"]: int(row["n"]) for row in ledger.rows(query, (file,))}
    return found.get("fatal", 0), found.get("explain", 0), found.get("warn", 0)


def _sentences(document: bytes) -> tuple[str, ...]:
    """What to do first: cells that were not read, then causes, then findings without one, the worst first; a hint
    (提示) asks for nothing."""
    report = unpacked(document)
    if "error" in report:
        return (report["error"],)
    if blank := words.blank(report):
        return (blank,)
    unread = unread_cells(report)
    wanting = {p["cell"] for p in unread}
    rest = [
        (words.ORDER.index(kind), f"{f['rule']} {f['message']}")
        for f in report["findings"]
        if (kind := words.kind({"explanation": None, **f})) in ("fatal", "explain", "not_evaluated") and not f["cause"]
        if kind != "not_evaluated" or wanting.isdisjoint(f["cells"])
    ]
    said = [p["message"] if p["cell"] in p["message"] else f"{p['cell']} {p['message']}" for p in unread]
    said += [cause["message"] for cause in report["causes"]]
    said += [text for _, text in sorted(rest, key=lambda x: x[0])]
    said += [p["message"] for p in report["problems"] if p["code"] == "S-07" and not p["cell"]]
    more = len(said) - _SAID
    return (*said[:_SAID], f"另有 {more} 处") if more > 0 else tuple(said)


def _noted(ledger: Ledger, run: int) -> Iterator[FileRow]:
    """The files somebody has to look at: all that do not simply count, then those that are no workbooks."""
    query = (
        "SELECT path, place, owner, unit, year, outcome, error, note FROM file WHERE run=? AND "
        "(place<>? OR outcome<>'checked' OR note<>'') ORDER BY place, path"
    )
    for row in ledger.rows(query, (run, COUNTED)):
        said = row["note"] if row["place"] == PLACE else "；".join(filter(None, (row["note"], row["error"])))
        yield FileRow(row["path"], row["place"], row["owner"], row["unit"], row["year"], row["outcome"], said)
    for row in ledger.rows("SELECT path, owner, note FROM other WHERE run=? ORDER BY path", (run,)):
        yield FileRow(row["path"], NO_BOOK, row["owner"], "", None, OTHER, row["note"])


# --- files ---


def write(ledger: Ledger, run: int, board: Board, out: Path, folder: str) -> dict[str, Path]:
    """Write the three files, each whole or not at all; ``folder`` is the name of what was checked. Raises OSError."""
    written = {"ndjson": out / NDJSON, "workbook": out / BOOK, "page": out / PAGE}
    _ndjson(ledger, run, written["ndjson"])
    write_atomic(written["workbook"], workbook_bytes(board_sheets.draft(board, folder)))
    write_atomic(written["page"], board_page.page(board, folder).encode("utf-8"))
    return written


def results(ledger: Ledger, run: int) -> Iterator[dict[str, Any]]:
    """One record per file, by path: what became of it, whose it is, and its report; then the files that are no
    workbooks, which have none but a sentence."""
    for row in ledger.rows("SELECT * FROM file WHERE run=? ORDER BY path", (run,)):
        yield _result(row, unpacked(row["document"]))
    for row in ledger.rows("SELECT path, size, owner, note FROM other WHERE run=? ORDER BY path", (run,)):
        yield {
            "schema": SCHEMA,
            "file": row["path"],
            "bytes": row["size"],
            "sha256": None,
            "outcome": OTHER,
            "place": NO_BOOK,
            "unit": row["owner"] or None,
            "note": row["note"] or None,
            "template": None,
            "seal": None,
            "seconds": 0.0,
            "report": failure(PurePath(row["path"]).name, "不是工作簿，没有校验。"),
        }


def _result(row: sqlite3.Row, report: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "file": row["path"],
        "bytes": row["size"],
        "sha256": row["sha256"] or None,
        "outcome": row["outcome"],
        "place": row["place"],
        "unit": row["owner"] or None,
        "note": row["note"] or None,
        "template": row["template"] or None,
        "seal": row["seal"] or None,
        "seconds": row["seconds"],
        "report": report,
    }


def _ndjson(ledger: Ledger, run: int, path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("x", encoding="utf-8", newline="\n") as file:
            for result in results(ledger, run):
                file.write(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
