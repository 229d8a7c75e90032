"""Checking a whole folder of submissions: find the files, check each in a bounded process, keep all in the ledger.

What is written beside the ledger (NDJSON, workbook, page) is drawn from the ledger when all files are checked, so a
killed batch that is resumed gives the same as one that was not.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Literal

from juesuan.bureau import outputs, places, scan
from juesuan.bureau.ledger import NAME, Ledger, manifest_digest
from juesuan.bureau.pool import Bounds, Outcome
from juesuan.bureau.roster import Roster
from juesuan.bureau.scan import Found
from juesuan.bureau.status import settle, usual_year
from juesuan.catalogue import Catalogue

#: Results are committed when there are so many, or when the oldest is so many seconds old: what a kill can cost.
_MANY, _OLD = 200, 1.0

#: Checks files: (root, files) → outcomes as they are done.
Engine = Callable[[Path, Iterable[Found]], Iterator[Outcome]]


class NoYear(Exception):
    """No file states a year and none was given; ``str()`` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch came to. ``checked``: files checked now, ``kept``: taken over from a batch that was broken off,
    ``others``: files that are no workbooks; ``written`` the files with the results."""

    run: int
    year: int
    year_given: bool
    total: int
    checked: int
    kept: int
    others: int
    resumed: bool
    statuses: dict[str, int]
    written: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """Told after each file: how many of how many are done (those kept from before included)."""

    done: int
    total: int
    path: str
    outcome: Literal["checked", "unusable", "timeout", "memory", "crashed"]


def run(
    root: Path,
    roster: Roster,
    out: Path,
    engine: Engine,
    catalogue: Catalogue,
    *,
    year: int | None = None,
    resume: bool = False,
    ledger_path: Path | None = None,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Batch:
    """Check every workbook below ``root`` and write the results into ``out``.

    Raises LedgerFault, NoYear, OSError (the folder cannot be listed, the results cannot be written).
    """
    out.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(Ledger(ledger_path or out / NAME)) as ledger:
        digest = manifest_digest((u.code, u.name, u.parent, u.nature, u.kind, u.key) for u in roster.units.values())
        where = scan.shown(str(root.resolve()))
        begun = ledger.begin(where, digest, catalogue.sha256, year, roster.office, resume=resume)
        total, others = _counted(root, out)
        ledger.put_others(begun.id, places.others(roster, (f for f in scan.files(root, out) if not f.book)))
        waiting = _waiting(ledger, begun.id, root, out, begun.done > 0)
        checked = _check(ledger, begun.id, engine(root, waiting), total, tell)
        if begun.resumed:
            ledger.forget_missing(begun.id, (f.path for f in scan.files(root, out) if f.book))
        settled = year or usual_year(ledger, begun.id)
        if settled is None:
            raise NoYear("没有一份文件写明年度，无法判断是不是本年的；请加 --year 指明年度。")
        settle(ledger, begun.id, roster, settled)
        found = outputs.gather(ledger, begun.id, roster, settled, catalogue)
        written = outputs.write(ledger, begun.id, found, out, PurePath(where).name)
        ledger.finish(begun.id, others)
        kept = ledger.value("SELECT count(*) FROM file WHERE run=?", (begun.id,)) - checked
        return Batch(
            begun.id,
            settled,
            year is not None,
            total,
            checked,
            kept,
            others,
            begun.resumed,
            dict(found.statuses),
            written,
        )


def _counted(root: Path, out: Path) -> tuple[int, int]:
    books = others = 0
    for found in scan.files(root, out):
        books, others = books + found.book, others + (not found.book)
    return books, others


def _waiting(ledger: Ledger, run: int, root: Path, out: Path, some: bool) -> Iterator[Found]:
    """The files that are still to be checked. Run by the workers' threads, so it asks by a connection of its own."""
    if not some:
        yield from (found for found in scan.files(root, out) if found.book)
        return
    with ledger.reader() as reader:
        for found in scan.files(root, out):
            if found.book and not reader(run, found.path, found.size, found.changed):
                yield found


def _check(ledger: Ledger, run: int, outcomes: Iterator[Outcome], total: int, tell: Callable[[Progress], None]) -> int:
    held: list[Outcome] = []
    since = time.monotonic()
    done = ledger.done(run)
    checked = 0
    try:
        for outcome in outcomes:
            held.append(outcome)
            checked += 1
            tell(Progress(min(done + checked, total), total, outcome.found.path, outcome.head["outcome"]))
            if len(held) >= _MANY or time.monotonic() - since >= _OLD:
                ledger.add(run, held)
                held, since = [], time.monotonic()
    finally:
        close = getattr(outcomes, "close", None)
        if close is not None:
            close()
        if held:
            ledger.add(run, held)
    return checked


def jobs_by_default() -> int:
    """One process per processor this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


__all__ = ["Batch", "Bounds", "Engine", "NoYear", "Progress", "jobs_by_default", "run"]
