"""Rules (勾稽关系): what a data file declares of one relation that must hold."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from juesuan.formula import Formula, parse

Role = Literal["derive", "reconcile", "bound", "complete", "structure"]
Severity = Literal["fatal", "explain", "warn"]
Tolerance = Literal["exact", "rounding", "same", "percent"]

SEVERITY_NAMES: dict[Severity, str] = {"fatal": "强制性", "explain": "核实性", "warn": "提示"}


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

    id: str
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

    @field_validator("id")
    @classmethod
    def _id(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z]+\d*-\d{2}(\.\d)?", value):
            raise ValueError(f"规则编号“{value}”应形如 T1-01 或 X-15.2")
        return value

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


def within(years: str, year: int) -> bool:
    """True if ``year`` lies in a span written "*", "2023", "2019..", "..2020" or "2019..2023"."""
    if years == "*":
        return True
    first, dots, last = years.partition("..")
    if not dots:
        return year == int(first)
    return (not first or int(first) <= year) and (not last or year <= int(last))
