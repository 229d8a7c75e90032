"""Locking and unlocking as edits: what keeps a workbook from being locked, the seal, the protection around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from juesuan.book import Book, Problem, place_name
from juesuan.edits import DropSheet, Edit, Opening, Protect, ProtectBook, PutSheet, Secret, Unprotect, UnprotectBook
from juesuan.findings import CheckReport, Finding, WordFinding
from juesuan.provenance import GAP
from juesuan.seal import keys, record
from juesuan.seal.content import Content, encoded, packed
from juesuan.seal.record import Seal, Sealed, Signature

Why = Literal["fatal", "gap", "not_evaluated", "unexplained", "unread", "volatile"]
#: How the problems end that say a figure or text was left out of the check.
UNREAD = ("没有参加校验", "未参加校验", "读不出来", "没有读取", "文字缺失", "没有可校验的内容")
#: Functions that give another value whenever the file is opened.
_VOLATILE = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY)\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a workbook from being locked: a finding, or a problem with content that was not checked or
    would change by itself."""

    why: Why
    found: Finding | WordFinding | Problem


def obstacles(report: CheckReport, book: Book) -> tuple[Obstacle, ...]:
    """What is missing for a lock of the book the report is about, worst first; nothing where it may be locked."""
    blocking = report.blocking
    # A gap is only a hint while the words are being written; an account with gaps is not finished.
    hints: list[Finding | WordFinding] = [f for f in report.open if f.severity == "warn"]
    gaps = [f for f in hints if isinstance(f, WordFinding) and GAP in f.message]
    fatal = [f for f in blocking if f.verdict == "breaks" and f.severity == "fatal"]
    undone = [f for f in blocking if f.verdict == "not_evaluated"]
    unread = [p for p in report.problems if any(words in p.message for words in UNREAD)]
    open_ = [f for f in blocking if f.verdict == "breaks" and f.severity != "fatal"]
    classes: tuple[tuple[Why, Sequence[Finding | WordFinding | Problem]], ...] = (
        ("fatal", fatal), ("gap", gaps), ("not_evaluated", undone), ("unread", unread), ("unexplained", open_),
        ("volatile", _volatile(book)),
    )  # fmt: skip
    return tuple(Obstacle(why, one) for why, found in classes for one in found)


def _volatile(book: Book) -> list[Problem]:
    found = []
    for sheet in book.sheets:
        for place, formula in sorted(sheet.formulas.items()):
            if called := _VOLATILE.search(_QUOTED.sub("", formula)):
                said = f"公式用了 {called[1].upper()}，每次打开都会变，封存后会被当作改动，请改成固定的值"
                found.append(Problem("封存", place_name(sheet.name, *place), said))
    return found


def sealed(
    report: CheckReport,
    content: Content,
    openings: tuple[Mapping[str, Opening], Mapping[str, str] | None],
    secret: Secret,
    time: str,
    key: keys.PrivateKey | None = None,
) -> Sealed:
    """The seal of a checked workbook. ``openings``: as hosts.patch.open_cells gives them before anything is locked;
    ``time``: now, ISO 8601."""
    algorithm = keys.DIGESTS[key.public.algorithm if key else None]
    counts = report.counts
    told = {name: getattr(counts, name) for name in ("holds", "rounding", "breaks", "not_evaluated", "not_applicable")}
    seal = Seal(
        algorithm=algorithm,
        digest=keys.digest(algorithm, encoded(content)),
        catalogue_version=report.catalogue_version,
        catalogue_sha256=report.catalogue_sha256,
        counts=told | {"explained": len(report.explanations)},
        unit=report.unit,
        year=report.year,
        layout=report.layout,
        time=time,
        sheets=tuple(sorted(content.sheets)),
        secret=secret,
        openings=openings[0],
        structure=openings[1],
    )
    text = record.text_of(seal)
    signature = Signature(key.public, keys.sign(key, text)) if key else None
    return Sealed(seal, text, record.check_of(algorithm, text), packed(content), signature)


def locking(sealed: Sealed) -> list[Edit]:
    """What locks a workbook: the seal, every sheet, the structure."""
    secret = sealed.seal.secret
    edits: list[Edit] = [PutSheet(record.sheet(sealed), record.STYLES)]
    edits += [Protect(name, secret) for name in (*sealed.seal.openings, record.SHEET)]
    return [*edits, ProtectBook(secret)]


def unlocking(book: Book, seal: Seal) -> list[Edit]:
    """What takes the lock away: everything open again that was, the seal gone."""
    there = {sheet.name: sheet.name for sheet in book.sheets}
    edits: list[Edit] = [Unprotect(name, was) for name, was in seal.openings.items() if name in there]
    own = next(name for name in there if name.casefold() == record.SHEET)
    return [*edits, UnprotectBook(seal.structure), DropSheet(own)]
