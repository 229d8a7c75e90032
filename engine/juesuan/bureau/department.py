"""Consolidating a folder of submissions: unit → department → city, each level the sum of the one below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from juesuan.amount import show
from juesuan.bind import bind
from juesuan.book import CannotRead
from juesuan.bureau import scan
from juesuan.bureau.eliminations import BadEliminations, Elimination, flows
from juesuan.bureau.identify import identify
from juesuan.bureau.roster import Roster
from juesuan.bureau.totals import Totals, without
from juesuan.catalogue import Catalogue
from juesuan.formulas import freshen
from juesuan.hosts.guard import load
from juesuan.hosts.read import read_book
from juesuan.refs import Ref
from juesuan.statements import StatementSet


@dataclass(frozen=True)
class Department:
    """A unit of the roster with everything below it added up. ``stated``: its own consolidated account, where one was
    submitted; ``missing``: units without an account; ``notes``: what has to be told."""

    code: str
    totals: Totals
    contributors: tuple[str, ...]
    stated: StatementSet | None
    stated_file: str
    missing: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    path: str
    changed: int
    kind: str


def consolidate(
    root: Path,
    roster: Roster,
    node: str,
    year: int,
    catalogue: Catalogue,
    eliminations: Sequence[Elimination] = (),
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Department:
    """The sum of everything below ``node``. Each account is read twice (to see whose it is, then to add it up), so that
    no more than one is held at a time. Raises BadEliminations where a declared flow is not in the accounts, OSError."""
    wanted = set(roster.below(node))
    notes: list[str] = []
    sources = _sources(root, roster, wanted, year, catalogue, notes, tell)
    stated_source = sources.get(node) if node in roster.children else None
    if stated_source is not None and stated_source.kind != "部门":
        stated_source = None
    _check_flows(root, roster, sources, eliminations, wanted, catalogue)
    missing: list[str] = []
    totals = _added(root, roster, node, sources, eliminations, catalogue, missing)
    for flow in {id(f): f for f in flows().values()}.values():
        notes += without(totals, {(flow.income_column, flow.spending_column): flow.name})
    stated = _read(root, stated_source.path, catalogue) if stated_source else None
    own = (node,) if node in sources and stated_source is None and node in totals.members else ()
    return Department(
        node,
        totals,
        (*own, *roster.children.get(node, ())),
        stated,
        stated_source.path if stated_source else "",
        tuple(missing),
        tuple(notes),
    )


def _sources(
    root: Path,
    roster: Roster,
    wanted: set[str],
    year: int,
    catalogue: Catalogue,
    notes: list[str],
    tell: Callable[[int, int], None],
) -> dict[str, _Source]:
    """Unit → the file that counts: of this year, changed last."""
    found: dict[str, _Source] = {}
    files = [f for f in scan.files(root) if f.book]
    for number, file in enumerate(files, start=1):
        tell(number, len(files))
        try:
            binding = bind(freshen(read_book(load(root / file.path), name=Path(file.path).name)).book, catalogue)
        except CannotRead as error:
            notes.append(f"“{file.path}”没有汇总：{error}")
            continue
        statements = binding.statements
        who = identify(roster, binding.meta.values, statements.unit, file.path)
        if not who.code or who.other:
            notes.append(f"“{file.path}”没有汇总：{who.note}")
        elif statements.year != year:
            said = f"是 {statements.year} 年度的" if statements.year else "没有写年度"
            notes.append(f"“{file.path}”没有汇总：{said}，本次汇总 {year} 年度")
        elif who.code in wanted:
            new = _Source(file.path, file.changed, statements.kind)
            old = found.get(who.code)
            if old is not None:
                kept, dropped = (new, old) if (new.changed, new.path) > (old.changed, old.path) else (old, new)
                notes.append(f"单位 {who.code} 有多份，按修改时间取“{kept.path}”，没有用“{dropped.path}”")
                new = kept
            found[who.code] = new
    return found


def _read(root: Path, path: str, catalogue: Catalogue) -> StatementSet:
    return bind(freshen(read_book(load(root / path), name=Path(path).name)).book, catalogue).statements


def _added(
    root: Path,
    roster: Roster,
    node: str,
    sources: dict[str, _Source],
    eliminations: Sequence[Elimination],
    catalogue: Catalogue,
    missing: list[str],
) -> Totals:
    totals = Totals()
    children = roster.children.get(node, ())
    source = sources.get(node)
    if source is not None and not (children and source.kind == "部门"):
        totals.add_account(node, _read(root, source.path, catalogue))
    elif not children or (roster.units[node].kind == "单位" and source is None):
        missing.append(node)
    inside = {child: set(roster.below(child)) for child in children} if eliminations else {}
    for child in children:
        if child in roster.children:
            totals.add_totals(child, _added(root, roster, child, sources, eliminations, catalogue, missing))
        elif child in sources:
            totals.add_account(child, _read(root, sources[child].path, catalogue))
        else:
            missing.append(child)
    here = {node, *children, *(code for below in inside.values() for code in below)}
    totals.eliminate(
        e
        for e in eliminations
        if {e.payer, e.payee} <= here and not any({e.payer, e.payee} <= below for below in inside.values())
    )
    return totals


def _check_flows(
    root: Path,
    roster: Roster,
    sources: dict[str, _Source],
    eliminations: Sequence[Elimination],
    wanted: set[str],
    catalogue: Catalogue,
) -> None:
    """Raise BadEliminations where a unit does not state as much as is to be taken out of its account."""
    faults = list(
        _unstated(root, roster, sources, [e for e in eliminations if {e.payer, e.payee} <= wanted], catalogue)
    )
    if faults:
        raise BadEliminations(f"声明的内部往来与单位决算不符：{'；'.join(faults[:20])}。")


def _unstated(
    root: Path, roster: Roster, sources: dict[str, _Source], declared: Sequence[Elimination], catalogue: Catalogue
) -> Iterator[str]:
    sides: dict[str, dict[Ref, int]] = {}
    for flow in declared:
        for code, ref in ((flow.payer, flow.spent_at), (flow.payee, flow.got_at)):
            own = sides.setdefault(code, {})
            own[ref] = own.get(ref, 0) + flow.fen
    for code, refs in sides.items():
        name = f"{roster.units[code].name}（{code}）"
        if code not in sources:
            yield f"{name}没有决算，无法核对"
            continue
        account = Totals()
        account.add_account(code, _read(root, sources[code].path, catalogue))
        for ref, fen in refs.items():
            has = account.fen.get(ref, 0)
            if has < fen:
                place = f"{ref.table} {ref.line} · {ref.column}"
                yield f"{name}{place} 为 {show(has, '万元')}，少于要抵销的 {show(fen, '万元')}"
