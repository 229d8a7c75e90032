"""Several units' forms into the department's one (汇总): funds added, every indicator by the form notes' rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from juesuan import amount
from juesuan.amount import NotAnAmount, Unit
from juesuan.forms import numbers
from juesuan.forms.check_scores import value
from juesuan.forms.checks import Sheet, prepare
from juesuan.forms.consolidate import Contribution, consolidate
from juesuan.forms.filled import Filled
from juesuan.forms.records import MONEY, Form, FundRow, Indicator
from juesuan.forms.scheme import FormCatalogue, load
from juesuan.forms.score import execution_rate, execution_score, grade
from juesuan.text import plain


class CannotMerge(ValueError):
    """These forms do not make one; the message says why, in Chinese."""


@dataclass(frozen=True)
class Merged:
    """The department's form, and what could not be combined or needs a person, a sentence each."""

    filled: Filled
    told: tuple[str, ...]


def merge(
    forms: Sequence[Form], unit: str, title: str, region: str, year: int | None, *, letter: str = "",
    money: Unit = MONEY, catalogue: FormCatalogue | None = None,
) -> Merged:  # fmt: skip
    """One form of ``forms`` (of one kind). Indicators are the same where name and second level are; each stands where
    it first appears, with the points it has there. Raises CannotMerge."""
    catalogue = catalogue or load()
    if len({form.kind for form in forms}) != 1:
        raise CannotMerge("要汇总的自评表应是同一类（都是整体，或都是项目）" if forms else "没有可汇总的自评表")
    told: list[str] = []
    sheets = prepare(tuple(forms), catalogue, region, year, money)
    budgets = [_budget(sheet, "budget") for sheet in sheets]
    funds, execution = _funds(sheets, budgets, money)
    rows = [_indicator(name, group, budgets, sheets, catalogue, told) for name, group in _groups(sheets, catalogue)]
    scores = [value(row.score) for row in rows]
    parts = [*scores, execution]
    total = None if None in parts else sum((part for part in parts if part is not None), Fraction(0))
    if total is None:
        told.append("有指标没有得分，总分没有计算，请补填得分后相加")
    fields = {"unit_name": unit} if unit else {}
    if total is not None:
        fields["total_score"] = numbers.show(total)
        if name := grade(total, sheets[0].scheme):
            fields["grade"] = name
    initial = any(row.initial for row in funds)
    return Merged(Filled(letter, forms[0].kind, title, fields, funds=funds, initial=initial, indicators=tuple(rows)),
                  tuple(told))  # fmt: skip


def _budget(sheet: Sheet, column: str) -> int:
    """A column of the total row, in 分. Raises CannotMerge."""
    who = sheet.form.unit_name or sheet.form.title
    text = getattr(sheet.total[1], column) if sheet.total else None
    try:
        found = sheet.amount(text)
    except NotAnAmount as error:
        raise CannotMerge(f"“{who}”的资金总额读不出来：{error}") from error
    if found is None:
        raise CannotMerge(f"“{who}”没有填资金总额，不能按资金加权")
    return found.fen


def _funds(sheets: Sequence[Sheet], budgets: Sequence[int], unit: Unit) -> tuple[tuple[FundRow, ...], Fraction | None]:
    """The total row, added up, and the points for execution."""
    budget, executed = sum(budgets), sum(_budget(sheet, "executed") for sheet in sheets)
    first = sheets[0].total
    item, stated = (first[1].item, first[1].weight) if first else ("总额", None)
    weight = value(stated) or sheets[0].scheme.execution
    rate = execution_rate(budget, executed)
    score = None if rate is None else execution_score(weight, rate)
    row = FundRow(
        item, None, amount.show(budget, unit), amount.show(executed, unit),
        None if rate is None else numbers.percent(rate), None if score is None else numbers.show(Fraction(score)),
        numbers.show(weight),
    )  # fmt: skip
    return (row,), None if score is None else Fraction(score)


def _groups(sheets: Sequence[Sheet], catalogue: FormCatalogue) -> list[tuple[str, list[tuple[int, int]]]]:
    """(name, [(form, row)]) of every indicator, in order of first appearance."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    names: dict[tuple[str, str], str] = {}
    for at, sheet in enumerate(sheets):
        for row, indicator in enumerate(sheet.form.indicators):
            key = (catalogue.words.name(indicator.name), plain(indicator.level2))
            found.setdefault(key, []).append((at, row))
            names.setdefault(key, indicator.name)
    return [(names[key], group) for key, group in found.items()]


def _indicator(
    name: str, group: Sequence[tuple[int, int]], budgets: Sequence[int], sheets: Sequence[Sheet],
    catalogue: FormCatalogue, told: list[str],
) -> Indicator:  # fmt: skip
    rows = [sheets[at].form.indicators[row] for at, row in group]
    weights = {value(row.weight) for row in rows}
    if len(weights) > 1:
        told.append(f"“{name}”各单位的分值不同，按第一家的 {rows[0].weight or '空'} 分")
    parts = [
        Contribution(budgets[at], *sheets[at].values[row], value(one.score), value(one.weight))
        for (at, row), one in zip(group, rows, strict=True)
    ]
    first = rows[0]
    weight = value(first.weight)
    combined = consolidate(name, weight or Fraction(0), parts, sheets[0].scheme, catalogue.words)
    score: Decimal | None = combined.score if weight is not None else None
    if combined.reason or score is None:
        told.append(f"“{name}”：{combined.reason or '没有填分值'}，请按汇总后的情况填写")
    return Indicator(
        first.name, first.level1, None, first.level2, None, first.weight,
        combined.target.value.raw.strip() if combined.target.value else None,
        combined.actual.value.raw.strip() if combined.actual.value else None,
        None if score is None else numbers.show(Fraction(score)),
    )  # fmt: skip
