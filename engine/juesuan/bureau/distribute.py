"""Distributing: one workbook per unit, filled with what is known of it; a manifest; a zip for each parent.

The same roster, year, prior accounts and catalogue give the same bytes: no clock, fixed dates, fixed order.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import re
import signal
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import juesuan
from juesuan.bureau import prefill
from juesuan.bureau.identify import ROSTER_CODE
from juesuan.bureau.prefill import Known
from juesuan.bureau.prior import Prior
from juesuan.bureau.roster import Roster, Unit
from juesuan.catalogue import Catalogue
from juesuan.draft import Draft
from juesuan.hosts.patch import write_atomic
from juesuan.template.build import build
from juesuan.template.package import workbook_bytes

SCHEMA = "juesuan.manifest/1"
MANIFEST = "manifest.json"
BOOKS, ZIPS = "单位", "压缩包"
_DATE = (2024, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST = 60
#: Workbooks under way for each process: what is done but not yet written stays in memory.
_AHEAD = 16


class InTheWay(Exception):
    """A file stands where another one would be written; ``str()`` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Distributed:
    """What was written: files by unit code (below the folder), zips by parent code, notes
    (besides the roster's own)."""

    files: Mapping[str, str]
    zips: Mapping[str, str]
    notes: tuple[str, ...]


def workbook(unit: Unit, year: int, catalogue: Catalogue, known: Known | None = None) -> Draft:
    """One unit's workbook, not yet written. Raises BadRequest where its layout or a code of last year is unusable."""
    draft = build(
        catalogue,
        unit.layout,
        unit=unit.name,
        year=year,
        kind=unit.kind,
        nature=unit.nature,
        codes=known.codes if known else None,
    )
    facts = {ROSTER_CODE: unit.code, "roster_parent": unit.parent, "template_id": template_id(unit.layout, catalogue)}
    if known:
        facts |= known.carried
        draft = prefill.put(draft, catalogue, known.opening, prefill.last_year(draft, known.statements))
    return prefill.remember(draft, facts)


def template_id(layout: str, catalogue: Catalogue) -> str:
    """What names a template: its layout, version and the fingerprint of the rules it was made by."""
    return f"{layout}@{catalogue.layouts[layout].version}+{catalogue.sha256[:12]}"


def distribute(
    roster: Roster,
    year: int,
    folder: Path,
    catalogue: Catalogue,
    prior: Prior | None = None,
    *,
    replace: bool = False,
    jobs: int = 1,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Distributed:
    """Write workbooks, zips and manifest into ``folder``, drawn by ``jobs`` processes; ``tell(done, total)`` after each
    workbook.

    Files that already stand there with the same content stay; with another content they are in the way (InTheWay)
    unless ``replace``. Raises BadRequest, OSError.
    """
    books = folder / BOOKS
    books.mkdir(parents=True, exist_ok=True)
    known = prior.known if prior else {}
    entries: list[dict[str, Any]] = []
    written: dict[str, str] = {}
    for number, (unit, data) in enumerate(_made(roster.units.values(), year, catalogue, known, jobs), start=1):
        name = f"{unit.code}-{_safe(unit.name)}.xlsx"
        _write(books / name, data, replace)
        written[unit.code] = f"{BOOKS}/{name}"
        entries.append(_entry(unit, written[unit.code], data, catalogue, unit.code in known))
        tell(number, len(roster.units))
    zips = dict(_zips(roster, folder, written, replace))
    manifest = {
        "schema": SCHEMA,
        "year": year,
        "program": juesuan.__version__,
        "catalogue": {"version": catalogue.version, "sha256": catalogue.sha256},
        "units": entries,
        "zips": [
            {"parent": code, "file": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}
            for code, name in zips.items()
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    _write(folder / MANIFEST, text.encode("utf-8"), replace)
    notes = (*(prior.notes if prior else ()), *_without(roster, prior))
    return Distributed(written, zips, notes)


def _made(
    units: Iterable[Unit], year: int, catalogue: Catalogue, known: Mapping[str, Known], jobs: int
) -> Iterator[tuple[Unit, bytes]]:
    """Every unit's workbook, in the roster's order."""
    if jobs <= 1:
        for unit in units:
            yield unit, workbook_bytes(workbook(unit, year, catalogue, known.get(unit.code)))
        return
    waiting = iter(units)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _begin, (year, catalogue)) as pool:
        while some := list(islice(waiting, jobs * _AHEAD)):
            yield from zip(some, pool.map(_draw, some, [known.get(u.code) for u in some]), strict=True)


def _begin(year: int, catalogue: Catalogue) -> None:
    """Start a process: what all its workbooks share."""
    global _shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says that it was interrupted
    _shared = (year, catalogue)


_shared: tuple[int, Catalogue]


def _draw(unit: Unit, known: Known | None) -> bytes:
    year, catalogue = _shared
    return workbook_bytes(workbook(unit, year, catalogue, known))


def _without(roster: Roster, prior: Prior | None) -> Iterator[str]:
    if prior is None:
        return
    lacking = [code for code in roster.units if code not in prior.known]
    if lacking:
        few = "、".join(lacking[:5]) + (f" 等 {len(lacking)} 个" if len(lacking) > 5 else "")
        yield f"{len(lacking)} 个单位没有上年决算，年初数没有预填：{few}"


def _entry(unit: Unit, name: str, data: bytes, catalogue: Catalogue, prior: bool) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "parent": unit.parent,
        "kind": unit.kind,
        "nature": unit.nature,
        "layout": unit.layout,
        "version": catalogue.layouts[unit.layout].version,
        "template": template_id(unit.layout, catalogue),
        "prior": prior,
        "file": name,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _zips(roster: Roster, folder: Path, written: Mapping[str, str], replace: bool) -> Iterator[tuple[str, str]]:
    """(parent code, file) of each zip: the parent's own workbook and those directly below it; "" is the top's."""
    (folder / ZIPS).mkdir(exist_ok=True)
    for parent, codes in roster.children.items():
        if not parent:
            if all(code in roster.children for code in codes):
                continue  # each of them is in its own zip
            name = f"{ZIPS}/顶层单位.zip"
            inside = [code for code in codes if code not in roster.children]
        else:
            name = f"{ZIPS}/{parent}-{_safe(roster.units[parent].name)}.zip"
            inside = [parent, *codes]
        target = folder / name
        draft = target.with_name(f".{target.name}.tmp")
        try:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
                for code in inside:
                    info = zipfile.ZipInfo(Path(written[code]).name, _DATE)
                    info.create_system, info.external_attr = 3, 0o600 << 16
                    archive.writestr(info, (folder / written[code]).read_bytes())
            if target.exists() and not replace and not _same(target, draft):
                raise InTheWay(_in_the_way(target))
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        yield parent, name


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _write(path: Path, data: bytes, replace: bool) -> None:
    if path.exists():
        if path.read_bytes() == data:
            return
        if not replace:
            raise InTheWay(_in_the_way(path))
    write_atomic(path, data)


def _in_the_way(path: Path) -> str:
    return f"“{path}”已有内容不同的文件（可能已填数），没有覆盖；请换一个空文件夹，或加 --replace。"


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip(" .")[:_LONGEST] or "_"
