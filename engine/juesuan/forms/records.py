"""Forms as filled in (raw texts, as printed), what is known besides them, and what verifying yields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from juesuan.amount import Unit
from juesuan.findings import Counts, Verdict
from juesuan.rules import Severity


class BadForm(ValueError):
    """A form of a case cannot be used; the message names the place, in Chinese."""


class FundRow(NamedTuple):
    """A row of funds; amounts, rate, score and weight as printed, None for a blank."""

    item: str
    initial: str | None = None
    budget: str | None = None
    executed: str | None = None
    rate: str | None = None
    score: str | None = None
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One of several annual goals (年度目标 n) with its points."""

    no: int
    weight: str | None
    text: str


class Indicator(NamedTuple):
    """A third-level indicator, with the first and second level it stands under; "" where those are not printed."""

    name: str
    level1: str = ""
    level1_weight: str | None = None
    level2: str = ""
    level2_weight: str | None = None
    weight: str | None = None
    target: str | None = None
    actual: str | None = None
    score: str | None = None
    deviation: str | None = None
    goal: int | None = None


@dataclass(frozen=True, slots=True)
class BasicRow:
    """A row of form F: ``values`` by column key (last_year, budget, final, approved, actual, rate …)."""

    item: str
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Form:
    """One form. ``kind``: 整体, 项目, 基础数据, …; ``layout``: its letter A–H where it is known, else ""."""

    kind: str
    title: str
    unit_name: str = ""
    fill_date: str | None = None
    project_name: str | None = None
    funds: tuple[FundRow, ...] = ()
    goals: tuple[Goal, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    basics: tuple[BasicRow, ...] = ()
    basic_total: str | None = None
    project_total: str | None = None
    indicators_weight: str | None = None
    total_weight: str | None = None
    total_score: str | None = None
    grade: str | None = None
    deviation_analysis: str | None = None
    improvement: str | None = None
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides forms and tables: the cover's unit, the day of publication, what the narrative says
    (年初预算数 and what was added to it in 分, 项目数), and whether every project has its form (None: not known).

    ``counted``: where the number of projects is from, before “n 个项目”; ``assessed``: it counts all projects that were
    assessed, of which the account may show fewer.
    """

    unit: str = ""
    published: date | None = None
    initial_budget: int | None = None
    projects: int | None = None
    covers_all: bool | None = None
    added: int | None = None
    counted: str = "情况说明写"
    assessed: bool = False


class FormFinding(NamedTuple):
    """One check of one form. ``part``/``row``/``field`` lead to the cell: head, funds, goals, indicators, basics, foot;
    the row counts within the part. ``stated``/``expected`` as shown; ``others``: further forms and rows it is about;
    ``cause``: the rule whose finding brings this one about."""

    rule: str
    severity: Severity
    verdict: Verdict
    form: int
    title: str
    part: str = ""
    row: int | None = None
    indicator: str = ""
    field: str = ""
    stated: str = ""
    expected: str = ""
    difference: Decimal | None = None
    message: str = ""
    others: tuple[tuple[int, int], ...] = ()
    cause: str = ""


@dataclass(frozen=True, slots=True)
class FormReport:
    """Every check made; ``findings`` are those that are not simply 相符."""

    checks: tuple[FormFinding, ...]

    @property
    def findings(self) -> tuple[FormFinding, ...]:
        return tuple(c for c in self.checks if c.verdict not in ("holds", "not_applicable"))

    @property
    def counts(self) -> Counts:
        tally = [c.verdict for c in self.checks]
        return Counts(
            tally.count("holds"), tally.count("rounding"), tally.count("breaks"), tally.count("not_evaluated"),
            tally.count("not_applicable"),
        )  # fmt: skip


# --- reading the ``forms`` part of a case ---


def read_forms(data: object) -> tuple[Form, ...]:
    """Forms from the ``forms`` part of a case. Raises BadForm."""
    if data is None:
        return ()
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise BadForm("forms 应是一个列表，一项一张自评表")
    return tuple(_form(entry, f"forms[{at}]") for at, entry in enumerate(data))


def _form(entry: object, where: str) -> Form:
    if not isinstance(entry, Mapping):
        raise BadForm(f"{where} 应是一个对象")
    kind = _text(entry, "kind", where)
    if not kind:
        raise BadForm(f"{where}：缺少 kind（整体、项目、基础数据…）")
    extra = entry.get("extra") or {}
    if not isinstance(extra, Mapping):
        raise BadForm(f"{where}.extra 应是一个对象")
    indicators = _list(entry, "indicators", where)
    return Form(
        kind,
        _text(entry, "title", where) or "",
        _text(entry, "unit_name", where) or "",
        _text(entry, "fill_date", where),
        _text(entry, "project_name", where),
        tuple(_fund(x, w) for x, w in _list(entry, "funds", where)),
        tuple(_goal(x, w) for x, w in _list(entry, "goals", where)),
        tuple(_indicator(x, w) for x, w in indicators),
        tuple(
            BasicRow(_text(x, "item", w) or "", {k: _text(x, k, w) for k in x if k != "item"})
            for x, w in _list(entry, "basics", where)
        ),
        _text(extra, "基本支出总额", where),
        _text(extra, "项目支出总额", where),
        _text(extra, "level0_weight", where),
        _text(extra, "total_weight", where),
        _text(entry, "total_score", where),
        _text(entry, "grade", where),
        _text(entry, "deviation_analysis", where),
        _text(entry, "improvement", where),
        _text(entry, "layout", where) or "",
    )


def _fund(entry: Mapping[str, Any], where: str) -> FundRow:
    extra = entry.get("extra") or {}
    return FundRow(
        _text(entry, "item", where) or "",
        _text(entry, "initial", where) or _text(extra, "年初预算数", where),
        *(_text(entry, key, where) for key in ("budget", "executed", "rate", "score", "weight")),
    )


def _goal(entry: Mapping[str, Any], where: str) -> Goal:
    number = entry.get("no")
    if not isinstance(number, int):
        raise BadForm(f"{where}.no 应是目标的序号")
    return Goal(number, _text(entry, "weight", where), _text(entry, "text", where) or "")


def _indicator(entry: Mapping[str, Any], where: str) -> Indicator:
    keys = ("level1_weight", "level2_weight", "weight", "target", "actual", "score", "deviation")
    goal = entry.get("goal")
    if goal is not None and not isinstance(goal, int):
        raise BadForm(f"{where}.goal 应是目标的序号")
    return Indicator(
        _text(entry, "level3", where) or "",
        level1=_text(entry, "level1", where) or "",
        level2=_text(entry, "level2", where) or "",
        goal=goal,
        **{key: _text(entry, key, where) for key in keys},
    )


def _list(entry: Mapping[str, Any], key: str, where: str) -> list[tuple[Mapping[str, Any], str]]:
    found = entry.get(key) or []
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise BadForm(f"{where}.{key} 应是一个列表")
    for at, item in enumerate(found):
        if not isinstance(item, Mapping):
            raise BadForm(f"{where}.{key}[{at}] 应是一个对象")
    return [(item, f"{where}.{key}[{at}]") for at, item in enumerate(found)]


def _text(entry: Mapping[str, Any], key: str, where: str) -> str | None:
    """A text, or a number as its text; None for a blank."""
    value = entry.get(key)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        return str(value)
    raise BadForm(f"{where}.{key} 应是文字")


#: The unit forms state money in, unless their head says otherwise.
MONEY: Unit = "万元"
