"""The ``forms`` part of the case structure: performance self-assessment forms as published, every value a text.

What the models do not know is kept, so that reading and writing a case loses nothing; ``unknown`` lists it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _text(value: object) -> object:
    """Numbers are taken as their text: a case typed by hand may say 20 instead of "20"."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


Text = Annotated[str | None, BeforeValidator(_text)]
#: Under ``extra``: what single forms print besides (基本支出总额, level0_weight, annual_goal …).
Extra = dict[str, Text]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")

    @property
    def unknown(self) -> list[str]:
        """Keys the model does not know."""
        return sorted(self.__pydantic_extra__ or {})


class FundCase(_Part):
    """A row of funds, amounts in the account's money unit as printed."""

    item: Text = Field(None, description="资金项目，如“单位整体支出总额”")
    initial: Text = Field(None, description="年初预算数；也可写在 extra")
    budget: Text = Field(None, description="全年（调整后）预算数")
    executed: Text = Field(None, description="执行数")
    rate: Text = Field(None, description="执行率，如“99.5%”")
    score: Text = Field(None, description="得分")
    weight: Text = Field(None, description="分值")
    extra: Extra = Field(default_factory=dict)


class GoalCase(_Part):
    """One of several annual goals."""

    no: int = Field(description="年度目标的序号")
    weight: Text = Field(None, description="分值")
    text: Text = Field(None, description="目标")


class IndicatorCase(_Part):
    """A third-level indicator with the levels it stands under."""

    level1: Text = None
    level1_weight: Text = None
    level2: Text = None
    level2_weight: Text = None
    level3: Text = None
    weight: Text = None
    target: Text = Field(None, description="年初目标值，照写，如“≥22万人”")
    actual: Text = Field(None, description="实际完成值，照写")
    score: Text = None
    deviation: Text = Field(None, description="偏差原因及改进措施")
    goal: int | None = Field(None, description="所属年度目标的序号")


class FormCase(_Part):
    """One form. ``checkboxes``: {label: {option: ticked}} or {label: {"options": […], "checked": null}}."""

    kind: Literal["整体", "项目", "基础数据", "报告", "名册"]
    layout: str = Field("", description="表式 A–H；可不写，按地区选")
    title: Text = None
    unit_name: Text = None
    fill_date: Text = None
    project_name: Text = None
    main_department: Text = None
    implementing_unit: Text = None
    checkboxes: dict[str, dict[str, Any]] = Field(default_factory=dict)
    funds: list[FundCase] = Field(default_factory=list)
    goals: list[GoalCase] = Field(default_factory=list)
    indicators: list[IndicatorCase] = Field(default_factory=list)
    basics: list[dict[str, Text]] = Field(default_factory=list, description="基础数据表各行")
    people: list[dict[str, Text]] = Field(default_factory=list, description="名册各行")
    texts: Extra = Field(default_factory=dict, description="自评报告各段")
    total_score: Text = None
    grade: Text = None
    deviation_analysis: Text = None
    improvement: Text = None
    notes: list[str] = Field(default_factory=list, description="表下备注，一行一条")
    extra: Extra = Field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """The form as plain data, only what was given."""
        return self.model_dump(exclude_unset=True)


#: Keys of ``extra`` that a sheet has a place for, besides labels printed otherwise (…_label).
PLACED = frozenset({
    "基本支出总额", "项目支出总额", "level0_weight", "annual_goal", "annual_goal_done", "total_weight", "notes_prefix",
    "procurement", "adjustment", "thrift", "filled_by", "phone", "signed_by", "main_department_label",
})  # fmt: skip


def left_out(forms: list[FormCase]) -> Iterator[str]:
    """What of the forms no sheet has a place for, a phrase each: “第 2 张自评表的 remarks”."""
    for number, form in enumerate(forms, start=1):
        keys = [*form.unknown, *(f"extra.{key}" for key in form.extra if key not in PLACED)]
        parts: list[tuple[str, list[_Part]]] = [
            ("funds", list(form.funds)), ("goals", list(form.goals)), ("indicators", list(form.indicators)),
        ]  # fmt: skip
        keys += [f"{name}[{at}].{key}" for name, rows in parts for at, row in enumerate(rows) for key in row.unknown]
        keys += [
            f"funds[{at}].extra.{key}" for at, row in enumerate(form.funds) for key in row.extra if key != "年初预算数"
        ]
        for key in keys:
            yield f"第 {number} 张自评表的 {key}"


def plain(forms: list[FormCase] | list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Forms as plain data, whether they were checked or not."""
    return [form.data if isinstance(form, FormCase) else form for form in forms]
