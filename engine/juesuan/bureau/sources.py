"""Which account stands for which unit in a consolidation: added up, or held against the sum (部门的汇总决算)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from juesuan.bureau import ours
from juesuan.bureau.accounts import Account
from juesuan.bureau.choice import Candidate, choose
from juesuan.bureau.identify import by_file_name, identify, units_in
from juesuan.bureau.roster import Roster

Role = Literal["own", "stated"]
_SHOWN = 5
_BLANK = "各表都没有填数"


@dataclass(frozen=True, slots=True)
class Sources:
    """Unit → the account that is added up (``own``), or that is only compared (``stated``); ``notes``: what was left
    out or assumed; ``faults``: unit without an account → why its file could not be taken."""

    own: Mapping[str, Account]
    stated: Mapping[str, Account]
    notes: tuple[str, ...]
    faults: Mapping[str, str]


def role(roster: Roster, code: str, kind: str) -> Role:
    """What an account of ``kind`` (类别 as the file says) is for a unit. The roster decides: a 部门 with units below it
    adds up to them, whatever its file says; a 单位 with units below it may submit both its own and the sum."""
    if code not in roster.children or (roster.units[code].kind != "部门" and kind != "部门"):
        return "own"
    return "stated"


def settle(accounts: Iterable[Account], roster: Roster, wanted: Collection[str], year: int) -> Sources:
    """The accounts that count for the units ``wanted``."""
    notes: list[str] = []
    faults: dict[str, str] = {}
    left: list[tuple[str, Account, str]] = []
    found: dict[tuple[str, Role], list[Account]] = {}
    for account in sorted(accounts, key=lambda a: a.path):
        if account.inside:
            notes += _zipped(account, roster, wanted, faults)
            continue
        code, note = _whose(account, roster, faults)
        if code and code not in wanted:
            continue
        if note:
            notes.append(note)
        if not code:
            continue
        if why := _unusable(account, year):
            left.append((code, account, why))
            continue
        if account.year is None:
            notes.append(f"“{account.path}”没有写年度，按 {year} 年度汇总")
        what = role(roster, code, account.kind)
        found.setdefault((code, what), []).append(account)
    own: dict[str, Account] = {}
    stated: dict[str, Account] = {}
    for (code, what), rivals in found.items():
        proper = [a for a in rivals if what == "own" or a.kind == "部门"]
        for other in rivals if proper else ():
            if other not in proper:
                notes += _disagreement(roster, code, other, what)
        account = _chosen(code, proper or rivals, notes)
        (own if what == "own" else stated)[code] = account
        notes += _disagreement(roster, code, account, what)
    for code, account, why in left:
        said = f"“{account.path}”没有汇总：{why}"
        if code in own:
            said = f"{said.rstrip('。')}；该单位另有“{own[code].path}”，已加总"
        elif code in stated:
            said = f"{said.rstrip('。')}；该单位另有“{stated[code].path}”，用来核对"
        elif why == _BLANK:
            why = f"{why}，当作没有决算"
            said = f"{said}，当作没有决算"
        notes.append(said)
        faults.setdefault(code, f"“{account.path}”：{why}")
    return Sources(own, stated, tuple(notes), {c: why for c, why in faults.items() if c not in own})


def _whose(account: Account, roster: Roster, faults: dict[str, str]) -> tuple[str, str]:
    """(unit, what is to be told); "" for a file that is nobody's, or of two units."""
    if wrote := ours.by_name(account.path) or (ours.CONSOLIDATION if account.sums else ""):
        return "", f"“{account.path}”没有汇总：{ours.sentence(wrote)}"
    if account.error:
        who = by_file_name(roster, account.path, "文件不能用")
        return who.code, "" if who.code else f"“{account.path}”没有汇总：{account.error}"
    who = identify(roster, account.meta, account.unit, account.path)
    if not who.code or who.other:
        if who.other in roster.units:
            faults.setdefault(who.other, f"“{account.path}”：{who.note}")
        return "", f"“{account.path}”没有汇总：{who.note}"
    return who.code, f"“{account.path}”：{who.note}" if who.note else ""


def _zipped(account: Account, roster: Roster, wanted: Collection[str], faults: dict[str, str]) -> Iterator[str]:
    """What to tell of a zip; the units whose workbooks lie in it have not submitted, which is why."""
    codes = units_in(roster, account.path, account.inside)
    for code in codes:
        faults.setdefault(code, f"在压缩包“{account.path}”里，没有解压，请解压到收件文件夹后重新汇总")
    if codes and not any(code in wanted for code in codes):
        return
    whose = "、".join(codes[:_SHOWN]) + (f"等 {len(codes)} 个单位" if len(codes) > _SHOWN else "")
    held = f"压缩包里有 {len(account.inside)} 个工作簿{f'（{whose}）' if codes else ''}"
    yield f"“{account.path}”没有汇总：{held}，没有解压，请解压到收件文件夹后重新汇总"


def _unusable(account: Account, year: int) -> str:
    """Why a unit's file cannot be taken; "" where it can."""
    if account.error:
        return account.error
    if account.year not in (year, None):
        return f"是 {account.year} 年度的，本次汇总 {year} 年度"
    return _BLANK if account.blank else ""


def _chosen(code: str, rivals: list[Account], notes: list[str]) -> Account:
    by_path = {a.path: a for a in rivals}
    choice = choose(Candidate(a.path, a.changed, a.digest) for a in rivals)
    kept = choice.kept.path
    if choice.equal:
        notes.append(f"单位 {code} 有 {len(choice.equal) + 1} 份内容相同的文件，用“{kept}”")
    if choice.older:
        left = "、".join(f"“{c.path}”" for c in choice.older)
        notes.append(f"单位 {code} 有多份，按修改时间取“{kept}”，没有用{left}")
    return by_path[kept]


def _disagreement(roster: Roster, code: str, account: Account, what: Role) -> Iterator[str]:
    if what == "stated" and account.kind != roster.units[code].kind:
        ours = roster.units[code].kind
        more = "；若是本级的决算，请在名册中给本级单列一个编码" if ours == "部门" else ""
        yield (
            f"{code} 在名册中是{ours}，“{account.path}”写的类别是{account.kind}，"
            f"{'按名册' if ours == '部门' else ''}当作汇总决算核对，不加总{more}"
        )


def refused(account: Account, roster: Roster, node: str, year: int) -> str:
    """Why a file given as the account of ``node`` (--stated) cannot be that; "" where it can."""
    if account.error:
        return account.error
    name = f"{roster.units[node].name}（{node}）"
    who = identify(roster, account.meta, account.unit, account.path)
    if who.other or (who.code != node and who.how != "文件名" and (account.unit or account.code)):
        code = who.other or who.code
        whose = f"{roster.units[code].name}（{code}）" if code in roster.units else account.unit
        return f"是“{whose}”的决算，不是{name}的，请换成它的文件，或改 --node"
    if account.year not in (year, None):
        return f"是 {account.year} 年度的，本次汇总 {year} 年度，请换成本年的文件"
    return "各表都没有填数，不能用来核对，请换成填好的文件" if account.blank else ""


__all__ = ["Role", "Sources", "refused", "role", "settle"]
