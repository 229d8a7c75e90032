"""补充资料 as JSON (juesuan.facts/1): reading, writing, schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from juesuan.supplement.records import InputKind, ListSpec, Row, Supplement
from juesuan.supplement.specs import specs
from juesuan.supplement.values import BadValue, canonical

SCHEMA = "juesuan.facts/1"


class BadFacts(ValueError):
    """补充资料 cannot be used; the message names the place and what is wrong, in Chinese."""


def _typed(value: object) -> object:
    """Numbers are taken as their text: a file typed by hand may say 12.5 instead of "12.5"."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


Text = Annotated[str | None, BeforeValidator(_typed)]
_STRICT = ConfigDict(extra="forbid")


@cache
def _model() -> type[BaseModel]:
    """The model of the JSON, made from inputs.toml: every key is declared there, none here."""
    known = specs()
    values = {f"value_{n}": (Text, Field(None, alias=one.key, description=_described(one.label, one.kind, one.unit,
                                                                                  one.choices, one.hint)))
              for n, one in enumerate(known.inputs)}
    lists = {f"list_{n}": (_rows(n, one), Field(None, alias=one.key, description=f"{one.title}。{one.hint}"))
             for n, one in enumerate(known.lists)}
    fields: dict[str, Any] = {
        "schema_": (Literal["juesuan.facts/1"] | None, Field(None, alias="schema")),
        "unit": (str, Field("", description="单位名称")),
        "year": (int | None, Field(None, ge=2000, le=2099, description="年度")),
        "money_unit": (Literal["万元", "元"], Field("万元", description="金额单位")),
    }
    for name, model, said in (("values", _made("Values", values), "名称 → 填列内容"),
                              ("lists", _made("Lists", lists), "小表 → 各行")):
        fields[name] = (model, Field(default_factory=model, description=said))
    return _made("Facts", fields)


def _rows(number: int, listed: ListSpec) -> Any:
    """The type of a list's rows."""
    columns = {f"column_{n}": (Text, Field(None, alias=c.key, description=_described(c.label, c.kind)))
               for n, c in enumerate(listed.columns)}
    return list[_made(f"Row{number}", columns)] | None  # type: ignore[misc]  # a model made while running


def _made(name: str, fields: Mapping[str, Any]) -> type[BaseModel]:
    return cast(type[BaseModel], create_model(name, __config__=_STRICT, **cast(Any, fields)))


def _described(label: str, kind: InputKind, unit: str = "", choices: tuple[str, ...] = (), hint: str = "") -> str:
    what = {"amount": "（金额）", "count": f"（{unit or '数量'}）", "percent": "（%）", "date": "（日期）",
            "choice": f"（{'、'.join(choices)}）", "text": ""}[kind]
    return f"{label}{what}" + (f"。{hint}" if hint else "")


def read_facts(data: object) -> Supplement:
    """补充资料 from plain data. Raises BadFacts naming the first few places that are wrong."""
    if not isinstance(data, Mapping):
        raise BadFacts("补充资料应是一个 JSON 对象（含 values、lists）")
    try:
        read = _model().model_validate(data).model_dump(by_alias=True, exclude_none=True)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc'])) or '补充资料'}：{_fault(e)}" for e in error.errors()[:5]]
        more = f"（另有 {error.error_count() - 5} 处）" if error.error_count() > 5 else ""
        raise BadFacts("补充资料不合结构：" + "；".join(faults) + more) from error
    unit = read["money_unit"]
    known = specs()
    faults = []
    values: dict[str, str] = {}
    for key, text in read["values"].items():
        one = known.input(key)
        try:
            told = canonical(text, one.kind, unit, unit=one.unit, choices=one.choices)
        except BadValue as error:
            faults.append(f"{key}（{one.label}）{error}")
            continue
        if told:
            values[key] = told
    lists: dict[str, tuple[Row, ...]] = {}
    for key, rows in read["lists"].items():
        listed = known.list(key)
        found = []
        for number, row in enumerate(rows, start=1):
            cells = {}
            for name, text in row.items():
                try:
                    cells[name] = canonical(text, listed.column(name).kind, unit)
                except BadValue as error:
                    faults.append(f"{key} 第 {number} 行{listed.column(name).label}{error}")
            if told_row := {k: v for k, v in cells.items() if v}:
                found.append(told_row)
        faults += _twice(listed, found)
        # A row that only names its 科目 says nothing.
        kept = [row for row in found if not listed.coded or set(row) - {"编码", "名称"}]
        if kept:
            lists[key] = tuple(kept)
    if faults:
        more = f"（另有 {len(faults) - 5} 处）" if faults[5:] else ""
        raise BadFacts("补充资料填得不对：" + "；".join(faults[:5]) + more)
    return Supplement(read["unit"], read.get("year"), unit, values, lists)


def _twice(listed: ListSpec, rows: list[dict[str, str]]) -> list[str]:
    """A code given twice in a list whose rows are known by their code, or none given."""
    if not listed.coded:
        return []
    codes = [row.get("编码", "") for row in rows]
    faults = [f"{listed.key} 中科目 {code} 写了两次" for code in sorted({c for c in codes if c and codes.count(c) > 1})]
    faults += [f"{listed.key} 第 {n} 行没有编码" for n, code in enumerate(codes, start=1) if not code]
    return faults


def load_facts(text: str) -> dict[str, Any]:
    """JSON text → plain data with exact numbers. Raises BadFacts."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise BadFacts(f"不是有效的 JSON：{error}") from error
    if not isinstance(data, dict):
        raise BadFacts("补充资料应是一个 JSON 对象（含 values、lists）")
    return data


def dump(supplement: Supplement) -> dict[str, Any]:
    """Plain data of 补充资料, in the order of the declarations; ``read_facts`` gives the same back."""
    known = specs()
    values = {one.key: supplement.values[one.key] for one in known.inputs if supplement.values.get(one.key)}
    lists = {one.key: [{c.key: row[c.key] for c in one.columns if row.get(c.key)} for row in supplement.lists[one.key]]
             for one in known.lists if supplement.lists.get(one.key)}
    head: dict[str, Any] = {"schema": SCHEMA, "unit": supplement.unit}
    if supplement.year is not None:
        head["year"] = supplement.year
    return {**head, "money_unit": supplement.money_unit, "values": values, "lists": lists}


def schema() -> dict[str, Any]:
    """The JSON schema of 补充资料."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA,
            **_model().model_json_schema(by_alias=True)}


_FAULTS = {
    "extra_forbidden": "没有这一项", "missing": "缺少", "string_type": "应为文字", "int_type": "应为整数",
    "int_parsing": "应为整数", "list_type": "应为列表", "dict_type": "应为对象", "model_type": "应为对象",
    "model_attributes_type": "应为对象", "greater_than_equal": "年度应在 2000 以后",
    "less_than_equal": "年度应在 2099 以前",
}


def _fault(error: Any) -> str:
    if error["type"] == "literal_error":
        return f"应为 {error['ctx']['expected'].replace(' or ', ' 或 ')}"
    return _FAULTS.get(error["type"], str(error["msg"]))
