"""The case structure: a published account as JSON (unit, year, the nine tables with amounts as printed, the words, …).

Amounts are texts exactly as published ("38.2", "10.00"), null for a blank. What the model does not know is kept, so
that reading and writing a case loses nothing; ``fill`` says what it does not use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError

from juesuan.form_case import FormCase

SCHEMA = "juesuan.case/1"


class BadCase(ValueError):
    """A case cannot be used; the message names the place and what is wrong, in Chinese."""


def _amount(value: object) -> object:
    """Numbers are taken as their text: a case typed by hand may say 12.5 instead of "12.5"."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


AmountText = Annotated[str | None, BeforeValidator(_amount)]
CodeText = Annotated[str | None, BeforeValidator(_text)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")

    @property
    def unknown(self) -> list[str]:
        """Keys the model does not know."""
        return sorted(self.__pydantic_extra__ or {})


class PanelRow(_Part):
    """A row of a summary table; one ``amount``, or ``values`` where the side has several columns."""

    line: int | None = None
    item: str | None = None
    amount: AmountText = None
    values: list[AmountText] | None = None


class CodeRow(_Part):
    """A row of a table by functional 科目; code null in the 合计 row."""

    code: CodeText = None
    name: str | None = None
    values: list[AmountText]


class EconomicRow(_Part):
    """A row of the detailed table of basic spending."""

    block: str = ""
    code: CodeText = None
    name: str | None = None
    amount: AmountText = None


class _Table(_Part):
    code: str | None = Field(None, description="表号，如“公开01表”")
    notes: list[str] | None = Field(None, description="表下注，一行一条")
    remark: str | None = Field(None, description="空表的说明")


class PanelCase(_Table):
    """收入支出决算总表、财政拨款收入支出决算总表."""

    income: list[PanelRow]
    expenditure: list[PanelRow]


class CodeCase(_Table):
    """Tables by functional 科目."""

    columns: list[str]
    rows: list[CodeRow]


class EconomicCase(_Table):
    """基本支出决算明细表."""

    rows: list[EconomicRow]
    people: AmountText = Field(None, alias="人员经费合计")
    office: AmountText = Field(None, alias="公用经费合计")


class MatrixCase(_Table):
    """“三公”经费支出决算表: item → amount."""

    budget: dict[str, AmountText]
    final: dict[str, AmountText]


def _kind(value: object) -> str:
    keys = set(value) if isinstance(value, Mapping) else set(getattr(value, "model_fields_set", ()))
    if keys & {"income", "expenditure"}:
        return "panels"
    if keys & {"budget", "final"}:
        return "matrix"
    return "codes" if "columns" in keys else "economic"


TableCase = Annotated[
    Annotated[PanelCase, Tag("panels")] | Annotated[CodeCase, Tag("codes")]
    | Annotated[EconomicCase, Tag("economic")] | Annotated[MatrixCase, Tag("matrix")], Discriminator(_kind)]


class SectionCase(_Part):
    """A section of 情况说明: its heading and its text, paragraphs parted by line breaks."""

    section: str
    text: str


class TermItem(_Part):
    """A 科目 explained under an entry of 名词解释."""

    no: int | str | None = None
    class_: str = Field(alias="类")
    group: str = Field(alias="款")
    item: str = Field(alias="项")
    text: str


class TermCase(_Part):
    """An entry of 名词解释 taken apart; most accounts have it as one text."""

    no: int | str | None = None
    term: str = Field(min_length=1)
    text: str | None = None
    items: list[TermItem] | None = None


class WorkCase(_Part):
    """A row of 重点工作完成情况."""

    no: int | str | None = None
    item: str | None = None
    goal: str | None = None
    done: str | None = None


def _entry(value: object) -> str:
    return "term as text" if isinstance(value, str) else "term apart"


GlossaryEntry = Annotated[Annotated[str, Tag("term as text")] | Annotated[TermCase, Tag("term apart")],
                          Discriminator(_entry)]


class Case(_Part):
    """A published account. ``tables``: title as published → table."""

    case: CodeText = ""
    unit: str = Field(min_length=1)
    year: int = Field(ge=2000, le=2099)
    kind: Literal["部门", "单位"] = "单位"
    nature: str = ""
    region: str = ""
    money_unit: Literal["万元", "元"] = "万元"
    tables: dict[str, TableCase]
    narrative: list[SectionCase] = Field(default_factory=list, description="情况说明，一节一条")
    glossary: list[GlossaryEntry] = Field(
        default_factory=list, description="名词解释，一条一段文字，或编号、名词、解释分开")
    key_work: list[WorkCase] = Field(default_factory=list, description="重点工作完成情况")
    forms: list[FormCase] = Field(default_factory=list, description="绩效自评表，一张一条")
    facts: dict[str, Any] | None = Field(None, description="补充资料（结构见 juesuan schema facts）")


def read_case(data: object) -> Case:
    """A case from plain data. Raises BadCase naming the first few places that are wrong."""
    if not isinstance(data, Mapping):
        raise BadCase("案例应是一个 JSON 对象（含 unit、year、tables）")
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        faults = [f"{_place(e['loc'])}：{_fault(e)}" for e in error.errors()[:5]]
        more = f"（另有 {error.error_count() - 5} 处）" if error.error_count() > 5 else ""
        raise BadCase("案例不合结构：" + "；".join(faults) + more) from error


def load_case(text: str) -> dict[str, Any]:
    """JSON text → plain data with exact numbers. Raises BadCase."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise BadCase(f"不是有效的 JSON：{error}") from error
    if not isinstance(data, dict):
        raise BadCase("案例应是一个 JSON 对象（含 unit、year、tables）")
    return data


def schema() -> dict[str, Any]:
    """The JSON schema of a case."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **Case.model_json_schema()}


_FAULTS = {
    "missing": "缺少", "string_type": "应为文字", "int_type": "应为整数", "int_parsing": "应为整数",
    "list_type": "应为列表", "dict_type": "应为对象", "model_type": "应为对象", "model_attributes_type": "应为对象",
    "string_too_short": "不能为空", "greater_than_equal": "年度应在 2000 以后", "less_than_equal": "年度应在 2099 以前",
}
_TAGS = {"panels", "codes", "economic", "matrix", "term as text", "term apart", "int", "str"}


def _place(where: tuple[int | str, ...]) -> str:
    return ".".join(str(p) for p in where if p not in _TAGS) or "案例"


def _fault(error: Any) -> str:
    if error["type"] == "literal_error":
        return f"应为 {error['ctx']['expected'].replace(' or ', ' 或 ')}"
    return _FAULTS.get(error["type"], str(error["msg"]))
