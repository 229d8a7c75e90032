"""Last year's accounts (上年决算) in a folder: whose each is, and which of a unit's files is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from juesuan.bureau import prefill
from juesuan.bureau.accounts import Account, read_all
from juesuan.bureau.choice import Candidate, choose
from juesuan.bureau.identify import identify
from juesuan.bureau.ours import by_name
from juesuan.bureau.pool import Bounds
from juesuan.bureau.prefill import Known
from juesuan.bureau.roster import Roster
from juesuan.opening import encode


@dataclass(frozen=True, slots=True)
class Prior:
    """Last year's accounts by unit code, and what has to be told of the files they came from."""

    known: Mapping[str, Known]
    notes: tuple[str, ...]


def read_prior(
    folder: Path,
    roster: Roster,
    year: int,
    bounds: Bounds | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Prior:
    """Last year's accounts in a folder (``year`` is this year's), each read in a bounded process. Of several of one
    unit that one is used which counts in ``batch`` and ``consolidate`` too. Files of strangers, of another year or
    without figures are told and not used. Raises OSError where the folder cannot be listed."""
    found: dict[str, list[Account]] = {}
    notes: list[str] = []
    for account in sorted(read_all(folder, bounds or Bounds(), tell), key=lambda a: a.path):
        code, why = _whose(account, roster, year)
        if why:
            notes.append(f"上年决算“{account.path}”{why}")
        if code:
            found.setdefault(code, []).append(account)
    known = {}
    for code, rivals in found.items():
        account = _chosen(roster, code, rivals, notes)
        statements = account.statements
        known[code] = Known(prefill.codes(statements), prefill.opening(statements), encode(statements), statements)
    return Prior(known, tuple(notes))


def _whose(account: Account, roster: Roster, year: int) -> tuple[str, str]:
    """(unit whose account it is, what is to be told of it); "" for a file that is not used."""
    if account.error:
        return "", f"没有用：{account.error}"
    if what := by_name(account.path):
        return "", f"没有用：这是本程序写的{what}"
    who = identify(roster, account.meta, account.unit, account.path)
    if account.year not in (year - 1, None):
        return "", f"没有用：{account.year} 年度的，应为 {year - 1} 年度"
    if not who.code or who.other:
        return "", f"没有用：{who.note}"
    if account.blank:
        return "", "没有用：各表都没有填数"
    told = [who.note] if who.note else []
    if account.year is None:
        told.append(f"没有写年度，当作 {year - 1} 年度的")
    return who.code, f"：{'；'.join(told)}" if told else ""


def _chosen(roster: Roster, code: str, rivals: list[Account], notes: list[str]) -> Account:
    """The account that counts; one of the unit's own 类别 before one of another."""
    proper = [a for a in rivals if a.kind == roster.units[code].kind] or rivals
    choice = choose(Candidate(a.path, a.changed, a.digest) for a in proper)
    left = [c.path for c in choice.older] + [a.path for a in rivals if a not in proper]
    if left:
        others = "、".join(f"“{path}”" for path in left)
        notes.append(f"单位 {code} 的上年决算有多份，用“{choice.kept.path}”，没有用{others}")
    return next(a for a in proper if a.path == choice.kept.path)
