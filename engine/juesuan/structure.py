"""Checks of structure and text (科目、行、表下说明): the predicates rules may name.

A check returns "" where it holds, None where it does not apply, else one Chinese sentence saying what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from juesuan.catalogue import Catalogue
from juesuan.plan import Plan, Structural
from juesuan.statements import Line, StatementSet
from juesuan.text import plain

Check = Callable[[Catalogue, Plan, Structural, "int | None"], "str | None"]
CHECKS: dict[str, Check] = {}
#: Checks that look at figures or texts, not only at the lines a file has.
LIVE = frozenset({"remark", "remarked", "blank"})


def _check(function: Check) -> Check:
    CHECKS[function.__name__.removeprefix("_")] = function
    return function


def _line(plan: Plan, item: Structural) -> Line:
    return plan.shapes[item.subject.table].by_key[item.subject.line]


@_check
def _parent(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    line = _line(plan, item)
    if len(line.code) not in (3, 5, 7):
        return f"科目编码“{line.code}”应为 3、5 或 7 位"
    coded = plan.shapes[item.subject.table].coded
    codes, at = [x.code for x in coded], next(i for i, x in enumerate(coded) if x.key == line.key)
    above = line.code[:-2]
    if len(line.code) == 3 or above in codes[:at]:
        return ""
    return f"上级科目 {above} 行应列在前面" if above in codes else f"缺少上级科目 {above} 行"


@_check
def _ordered(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    coded = plan.shapes[item.subject.table].coded
    at = next(i for i, x in enumerate(coded) if x.key == item.subject.line)
    if at and coded[at - 1].code > coded[at].code:
        return f"科目 {coded[at].code} 排在 {coded[at - 1].code} 之后，未按编码升序"
    return ""


@_check
def _known(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    code, codes = _line(plan, item).code, catalogue.codes(item.subject.table)
    if code not in codes:
        return f"科目编码 {code} 不在所附科目表内"
    if year is not None and not codes.valid(code, year):
        return f"科目编码 {code} 在 {year} 年度不适用"
    return ""


@_check
def _named(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    line, codes = _line(plan, item), catalogue.codes(item.subject.table)
    if line.code not in codes or not line.label:
        return None
    if plain(line.label) in {plain(name) for name in codes.names[line.code]}:
        return ""
    return f"科目 {line.code} 的名称应为“{codes.name(line.code, year)}”，写作“{line.label}”"


@_check
def _unique(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    line = _line(plan, item)
    return f"科目 {line.code} 列了不止一行" if line.key != line.code else ""


@_check
def _leaf(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    line = _line(plan, item)
    return "" if len(line.code) >= 7 else f"科目 {line.code} 没有列到“项”级"


@_check
def _present(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    shape = plan.shapes[item.subject.table]
    if item.subject.line in shape.keys:
        return ""
    return f"缺少行“{shape.spec.fixed[item.subject.line].printed}”"


@_check
def _within(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    code, other = _line(plan, item).code, plan.shapes[item.arguments[0]]
    if code in {x.code for x in other.coded}:
        return ""
    return f"《{other.spec.name}》中没有科目 {code}"


@_check
def _scope(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    code, name = _line(plan, item).code, item.arguments[0]
    allowed = catalogue.scopes[name]
    if any(code.startswith(prefix) or prefix.startswith(code) for prefix in allowed):
        return ""
    return f"科目 {code} 不属于{name}的功能科目"


@_check
def _samename(catalogue: Catalogue, plan: Plan, item: Structural, year: int | None) -> str | None:
    code = _line(plan, item).code
    names: dict[str, str] = {}
    for shape in plan.shapes.values():
        if shape.spec.kind == "codes":
            for line in shape.coded:
                if line.code == code and line.label:
                    names.setdefault(plain(line.label), f"《{shape.spec.name}》“{line.label}”")
    return f"科目 {code} 的名称不一致：{'，'.join(names.values())}" if len(names) > 1 else ""


@dataclass(frozen=True)
class Settled:
    """Outcomes that depend on the lines alone: how many hold, how many do not apply, and what is wrong."""

    holds: int
    idle: int
    wrong: tuple[tuple[Structural, str], ...]


@lru_cache(maxsize=128)
def settled(catalogue: Catalogue, plan: Plan, year: int | None) -> Settled:
    """The outcomes of all checks that depend on the lines alone; kept with the plan."""
    found = outcomes(catalogue, plan, year)
    wrong = tuple((item, said) for item, said in found if said)
    return Settled(sum(o == "" for _, o in found), sum(o is None for _, o in found), wrong)


def outcomes(catalogue: Catalogue, plan: Plan, year: int | None) -> list[tuple[Structural, str | None]]:
    """Every check that depends on the lines alone, with its outcome."""
    items = [item for item in plan.structurals if item.name not in LIVE]
    return [(item, CHECKS[item.name](catalogue, plan, item, year)) for item in items]


def live(plan: Plan, statements: StatementSet) -> list[tuple[Structural, str | None]]:
    """The outcomes of the checks that look at figures and texts."""
    return [(item, _LIVE[item.name](plan, item, statements)) for item in plan.structurals if item.name in LIVE]


def _blank(plan: Plan, item: Structural, statements: StatementSet) -> str | None:
    figures = statements.tables[item.subject.table].figures
    filled = any(amount.fen for (line, _), amount in figures.items() if line == item.subject.line)
    return "没有项目名的行里填了数" if filled else ""


_NONE = re.compile(r"(无|没有|未发生|未安排|不存在|不涉及)")
_OWN = re.compile(r"^(本|我)(单位|部门|局|中心|院|校|馆|站|委|办|队|所|处|会|厅|机关|级)?$")
_SUBJECT = re.compile(
    r"^(?:备注|说明|注|附注)?[：:]?(?:因|由于)?(?P<who>.*?)(?=(?:20\d\d年度?)|当年|本年|无|没有|未|不涉及)"
)
_KINDS = {"政府性基金表": ("政府性基金", "国有资本"), "国有资本经营表": ("国有资本", "政府性基金")}


def _remarked(plan: Plan, item: Structural, statements: StatementSet) -> str | None:
    table = statements.tables[item.subject.table]
    if not table.empty:
        return None
    return "" if _NONE.search(table.remark) or "空表" in table.remark else "空表没有说明"


def _remark(plan: Plan, item: Structural, statements: StatementSet) -> str | None:
    table = statements.tables[item.subject.table]
    text = plain(table.remark)
    if not text:
        return None
    own, other = _KINDS[item.subject.table]
    claims_none = bool(_NONE.search(text)) and bool(re.search(r"收入|支出|数据|空表", text))
    if not table.empty:
        return f"表中有数，说明却写“{table.remark.strip()}”" if claims_none and own in text else ""
    if other in text and own not in text:
        return f"说明写的是{other}，本表是{own}"
    match = _SUBJECT.match(text)
    who = match.group("who") if match else ""
    unit = plain(statements.unit)
    if who and unit and not _OWN.match(who) and who not in unit and unit not in who and own not in who:
        return f"说明的单位“{who}”与本单位“{statements.unit}”不符"
    return ""


_LIVE: dict[str, Callable[[Plan, Structural, StatementSet], str | None]] = {
    "blank": _blank,
    "remarked": _remarked,
    "remark": _remark,
}
