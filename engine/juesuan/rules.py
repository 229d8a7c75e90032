"""Rules (勾稽关系): what a data file declares of one relation that must hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from juesuan.data import BadData
from juesuan.formula import Formula, parse

Role = Literal["derive", "reconcile", "bound", "complete", "structure"]
Severity = Literal["fatal", "explain", "warn"]
Tolerance = Literal["exact", "rounding", "same", "percent"]
WordTolerance = Literal["exact", "rounding", "same", "percent", "score"]
Of = Literal["情况说明", "补充资料", "自评表", "单位汇总"]

SEVERITY_NAMES: dict[Severity, str] = {"fatal": "强制性", "explain": "核实性", "warn": "提示"}


def _id(value: str) -> str:
    if not re.fullmatch(r"[A-Z]+\d*-\d{2}(\.\d)?", value):
        raise ValueError(f"规则编号“{value}”应形如 T1-01 或 X-15.2")
    return value


Id = Annotated[str, AfterValidator(_id)]


class Rule(BaseModel):
    """One relation.

    ``role``: derive (the left cell is computed from the right), reconcile, bound (≤), complete (something must be
    there), structure (codes, labels, text). ``tolerance``: exact; rounding = the interval allowance
    0.005 × (non-blank terms) 万元; same = one value shown twice, same allowance; percent = within ``percent`` %.
    ``derives``: of a derive over columns, the columns it computes (others it only checks). ``note``: printed under the
    table where the layout prints its relations. ``needs``: what must be supplied besides the tables (上年决算).
    ``mend``: what to do when it breaks; ``…_en``: the English, Chinese where it is left out.
    ``years``: "2019..", "..2020", "2019..2023" or "*"; ``regions``: names or "*".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    title: str
    title_en: str = ""
    formula: str
    when: str = ""
    role: Role
    severity: Severity
    tolerance: Tolerance = "rounding"
    percent: int = 0
    source: str = Field(min_length=1)
    mend: str = ""
    mend_en: str = ""
    derives: tuple[str, ...] = ()
    note: bool = False
    needs: str = ""
    years: str = "*"
    regions: tuple[str, ...] = ("*",)
    retired: str = ""

    @field_validator("years")
    @classmethod
    def _years(cls, value: str) -> str:
        if not re.fullmatch(r"\*|[0-9]{4}|[0-9]{4}\.\.([0-9]{4})?|\.\.[0-9]{4}", value):
            raise ValueError(f"年度“{value}”应形如 *、2023、2019..、..2020 或 2019..2023")
        return value

    @cached_property
    def tree(self) -> Formula:
        """The parsed formula. Raises BadFormula."""
        return parse(self.formula, self.when)

    def applies(self, region: str, year: int | None) -> bool:
        """True if the rule holds for that region and year (an unknown year counts as within)."""
        if "*" not in self.regions and region not in self.regions:
            return False
        return year is None or within(self.years, year)


class WordRule(BaseModel):
    """One relation of words, forms or a department, judged by code: 情况说明 and 补充资料 (juesuan.narrative), 自评表
    (juesuan.forms), 单位汇总 (juesuan.bureau).

    ``tolerance``: exact; rounding and same as of a Rule; percent = in the printed precision of the percentage; score =
    0.01 points. ``needs``: what must be there besides what it is ``of``; ``milder``: when a break is 核实性 only.
    All in Chinese and English.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    of: Of
    title: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    severity: Severity
    tolerance: WordTolerance
    source: str = Field(min_length=1)
    mend: str = Field(min_length=1)
    mend_en: str = Field(min_length=1)
    needs: str = ""
    milder: str = ""
    milder_en: str = ""


def word_rules(entries: Iterable[Mapping[str, Any]], of: Of, where: str) -> dict[str, WordRule]:
    """Rules by id from the entries of a data file; ``of`` is what they are about where an entry does not say.

    Raises BadData with the file and the entry.
    """
    found: dict[str, WordRule] = {}
    for entry in entries:
        name = entry.get("id", "?")
        try:
            rule = WordRule.model_validate({"of": of, **entry})
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise BadData(f"{where} 规则 {name}：{place} 写错或缺少（{first['msg']}）") from error
        if rule.id in found:
            raise BadData(f"{where}：规则编号 {rule.id} 用了两次")
        found[rule.id] = rule
    return found


def within(years: str, year: int) -> bool:
    """True if ``year`` lies in a span written "*", "2023", "2019..", "..2020" or "2019..2023"."""
    if years == "*":
        return True
    first, dots, last = years.partition("..")
    if not dots:
        return year == int(first)
    return (not first or int(first) <= year) and (not last or year <= int(last))
