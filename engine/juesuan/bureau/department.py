"""Consolidating a folder of submissions: unit → department → city, each level the sum of the one below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from juesuan.amount import show
from juesuan.bureau.accounts import Account, read_all, read_one
from juesuan.bureau.eliminations import Elimination, flows
from juesuan.bureau.pool import Bounds
from juesuan.bureau.roster import Roster
from juesuan.bureau.sources import Sources, refused, settle
from juesuan.bureau.totals import Difference, Totals, compare, without
from juesuan.refs import Ref
from juesuan.statements import StatementSet


class WrongAccount(ValueError):
    """The account given for a department is not its own of that year; ``str()`` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The account a department submitted against the sum of what is below it (X-26): how many figures agree, and those
    that do not."""

    code: str
    path: str
    agree: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Department:
    """A unit of the roster with everything below it added up.

    ``stated``: its own consolidated account, where one was submitted. ``comparisons``: of every such account at and
    below it, the lowest first. ``missing``: units without an account; ``faults``: why, of those whose file came but
    could not be taken. ``added``: unit → its account, of those added up; ``unheld``: sentences for declared flows
    that the accounts do not hold, left out; ``notes``: what else has to be told.
    """

    code: str
    totals: Totals
    contributors: tuple[str, ...]
    stated: StatementSet | None
    stated_file: str
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    comparisons: tuple[Comparison, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, Account] = field(default_factory=dict)
    unheld: tuple[str, ...] = ()

    @property
    def unread(self) -> Iterator[tuple[str, str]]:
        """(unit, sentence) of what stands in the accounts but in no sum."""
        for code, account in self.added.items():
            for said in account.unread:
                yield code, said

    @property
    def faulty(self) -> Mapping[str, Account]:
        """The accounts added up that have open 强制性 findings, or relations that could not be checked."""
        return {code: a for code, a in self.added.items() if a.fatal or a.undone}


def consolidate(
    root: Path,
    roster: Roster,
    node: str,
    year: int,
    eliminations: Sequence[Elimination] = (),
    *,
    stated: Path | None = None,
    bounds: Bounds | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Department:
    """The sum of everything below ``node``. ``stated``: its own account, instead of the one found in ``root``.

    Each file is read in a process of its own within ``bounds``. Raises WrongAccount where ``stated`` is another unit's,
    OSError.
    """
    limits = bounds or Bounds()
    given = _given(stated, roster, node, year, limits) if stated else None
    wanted = set(roster.below(node))
    sources = settle(read_all(root, limits, tell), roster, wanted, year)
    notes = [*sources.notes, *_outside(eliminations, wanted)]
    if given is not None:
        if node in sources.stated:
            notes.append(f"按 --stated 给的“{given.path}”核对，没有用“{sources.stated[node].path}”")
        sources = replace(sources, stated={**sources.stated, node: given})
    inside = [e for e in eliminations if {e.payer, e.payee} <= wanted]
    held, unheld = _held(roster, sources, inside)
    missing: list[str] = []
    comparisons: list[Comparison] = []
    totals = _added(roster, node, sources, held, missing, comparisons)
    for flow in {id(f): f for f in flows().values()}.values():
        notes += without(totals, {(flow.income_column, flow.spending_column): flow.name})
    own = sources.stated.get(node)
    return Department(
        node,
        totals,
        (*((node,) if node in totals.members else ()), *roster.children.get(node, ())),
        own.statements if own else None,
        own.path if own else "",
        tuple(missing),
        tuple(notes),
        tuple(comparisons),
        {code: sources.faults[code] for code in missing if code in sources.faults},
        {code: sources.own[code] for code in totals.members},
        unheld,
    )


def _given(path: Path, roster: Roster, node: str, year: int, bounds: Bounds) -> Account:
    account = read_one(path, bounds)
    if why := refused(account, roster, node, year):
        raise WrongAccount(f"--stated 给的“{path.name}”{'：' if account.error else ''}{why.rstrip('。')}。")
    return account


def _added(
    roster: Roster,
    node: str,
    sources: Sources,
    eliminations: Sequence[Elimination],
    missing: list[str],
    comparisons: list[Comparison],
) -> Totals:
    totals = Totals()
    children = roster.children.get(node, ())
    if node in sources.own:
        totals.add_account(node, sources.own[node].statements)
    elif not children or roster.units[node].kind == "单位":
        missing.append(node)
    for child in children:
        if child in roster.children:
            totals.add_totals(child, _added(roster, child, sources, eliminations, missing, comparisons))
        elif child in sources.own:
            totals.add_account(child, sources.own[child].statements)
        else:
            missing.append(child)
    totals.eliminate(_meeting(roster, node, eliminations))
    if node in sources.stated:
        account = sources.stated[node]
        comparisons.append(Comparison(node, account.path, *compare(account.statements, totals)))
    return totals


def _meeting(roster: Roster, node: str, eliminations: Sequence[Elimination]) -> Iterator[Elimination]:
    """The flows whose two sides come together at ``node``, not further down already."""
    if not eliminations:
        return
    parts = [set(roster.below(child)) for child in roster.children.get(node, ())]
    here = {node}.union(*parts)
    for flow in eliminations:
        sides = {flow.payer, flow.payee}
        if sides <= here and not any(sides <= part for part in parts):
            yield flow


# --- what is declared against what is stated ---


def _outside(eliminations: Sequence[Elimination], wanted: set[str]) -> Iterator[str]:
    for flow in eliminations:
        if not {flow.payer, flow.payee} <= wanted:
            yield f"抵销表第 {flow.row} 行的 {flow.payer}、{flow.payee} 不都在本次汇总的单位之内，没有抵销"


def _held(
    roster: Roster, sources: Sources, declared: Sequence[Elimination]
) -> tuple[tuple[Elimination, ...], tuple[str, ...]]:
    """The flows that the accounts of both sides hold, in order, and a sentence for each that is left out: a side is
    not added up, or does not state as much as this line and those before it take out of it."""
    sums: dict[str, Totals] = {}
    taken: dict[str, dict[Ref, int]] = {}
    kept: list[Elimination] = []
    told: list[str] = []
    for flow in declared:
        sides = (
            (flow.payer, tuple(flow.spending()), flow.spent_at),
            (flow.payee, tuple(flow.income()), flow.got_at),
        )
        faults: list[str] = []
        for code, refs, at in sides:
            if code in sources.own and code not in sums:
                sums[code] = Totals()
                sums[code].add_account(code, sources.own[code].statements)
            before = taken.get(code, {})
            if code in sums:
                short = _short(sums[code], {ref: before.get(ref, 0) + flow.fen for ref in refs}, at, flow.fen)
            else:
                short = _not_added(roster, code)
            if short:
                faults.append(f"{roster.units[code].name}（{code}）{short}")
        if faults:
            told.append(f"抵销表第 {flow.row} 行没有抵销：{'；'.join(faults)}，请核对这一行后重新汇总")
            continue
        kept.append(flow)
        for code, refs, _ in sides:
            before = taken.setdefault(code, {})
            before.update({ref: before.get(ref, 0) + flow.fen for ref in refs})
    return tuple(kept), tuple(told)


def _not_added(roster: Roster, code: str) -> str:
    if code in roster.children and roster.units[code].kind == "部门":
        return "是部门，部门的汇总决算不加进去，请写本级的编码"
    return "没有决算，无法核对"


def _short(account: Totals, needed: Mapping[Ref, int], at: Ref, flow: int) -> str:
    """The first figure that is less than what is to be taken out of it; "" for none. ``at`` (the 项 in 收入决算表 or
    支出决算表) has to be stated; subtotals above it may be left blank. ``flow``: what this line alone takes out."""
    for ref in (at, *(ref for ref in needed if ref != at and ref in account.fen)):
        has, fen = account.fen.get(ref, 0), needed[ref]
        if has < fen:
            before = "连同前面各行" if fen > flow else ""
            stated = f"{ref.table} {ref.line} · {ref.column} 为 {show(has, '万元')}"
            return f"{stated}，少于{before}要抵销的 {show(fen, '万元')}"
    return ""
