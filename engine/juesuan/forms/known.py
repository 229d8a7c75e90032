"""What 补充资料 and the narrative say that forms are compared with: 年初预算数, 追加数, 项目数, publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from juesuan.amount import NotAnAmount
from juesuan.forms.records import Form, Known
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement

if TYPE_CHECKING:
    from juesuan.narrative import Mention, Verification

GENERAL, SPENDING, TOTAL = "一般公共预算支出表", "支出决算表", "合计"
#: Money of the tables may differ by its last place.
LAST_PLACE = 10_000
MILLION = 1_000_000


def known_from(
    statements: StatementSet,
    forms: Sequence[Form] = (),
    *,
    supplement: Supplement | None = None,
    verification: Verification | None = None,
) -> Known:
    """What forms of this account can be compared with. 补充资料 goes before the text; what the text says in two ways is
    not known. 年初预算数 is that of the general budget, so it is known only where all spending is from there."""
    mentions = verification.mentions if verification else ()
    given = supplement or Supplement()
    attached = sum(form.kind == "项目" for form in forms)
    assessed = given.count("绩效.项目数")
    projects, counted = given.count("绩效.反映项目数"), "补充资料“决算中反映绩效自评结果的项目数”填"
    if projects is None and assessed is None:
        projects, counted = _projects(mentions, attached), "情况说明写"
        assessed = projects
    # The forms are of the projects the account shows; those of all that were assessed are right as well.
    stated = given.count("绩效.项目数")
    only = stated is not None and (projects is None or stated == attached)
    if only:
        projects, counted = assessed, "补充资料“开展绩效自评的项目数”填"
    initial = _initial(given)
    if initial is None:
        initial = _said(m for m in mentions if _level(m, "支出合计", "年初预算", "一般公共"))
    return Known(
        statements.unit,
        _date(given.text("公开.公开日期")),
        initial if _general_only(statements) else None,
        projects,
        True if assessed is not None and assessed == attached else None,
        _said(m for m in mentions if _level(m, "调整追加", "", "")),
        counted,
        only,
    )


def _level(mention: Mention, subject: str, measure: str, fund: str) -> bool:
    meaning = mention.meaning
    if meaning is None or mention.kind != "amount" or meaning.subject != subject:
        return False
    return not measure or (meaning.measure == measure and meaning.fund == fund)


def _projects(mentions: Iterable[Mention], attached: int) -> int | None:
    """The number of projects. A text counts several kinds: the one that agrees with the forms, else the only one."""
    values = {m.value // MILLION for m in mentions if m.meaning and m.meaning.subject == "数量:自评项目数"}
    if attached in values:
        return attached
    return values.pop() if len(values) == 1 else None


def _said(mentions: Iterable[Mention]) -> int | None:
    """The one value that all these mentions state; None where they differ or there is none."""
    values = {m.value for m in mentions}
    return values.pop() if len(values) == 1 else None


def _initial(given: Supplement) -> int | None:
    """年初预算 in 分: the total, else the sum of its items."""
    try:
        if total := given.amount("年初预算合计"):
            return total.fen
        texts = [row.get("年初预算", "") for row in given.rows("年初预算")]
        parts = [Supplement(money_unit=given.money_unit, values={"": t}).amount("") for t in texts if t]
    except NotAnAmount:
        return None
    found = [p.fen for p in parts if p]
    return sum(found) if found and len(found) == len(texts) else None


def _general_only(statements: StatementSet) -> bool:
    """True if all spending is from the general budget."""
    figures = []
    for table, column in ((SPENDING, "本年支出合计"), (GENERAL, "小计")):
        statement = statements.tables.get(table)
        figures.append(statement.figures.get((TOTAL, column)) if statement else None)
    every, general = figures
    return every is not None and general is not None and abs(every.fen - general.fen) <= LAST_PLACE


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
