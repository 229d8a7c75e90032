"""Reading the declarations of workbook_templates/narrative/inputs.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from juesuan import data, text
from juesuan.data import BadData
from juesuan.refs import Ref
from juesuan.supplement.records import Input, InputKind, ListColumn, ListSpec, Meant, Specs

FILE = "narrative/inputs.toml"
_REF = re.compile(r"^([^\[\]]+)\[([^\[\],]+), ([^\[\],]+)\]$")


@cache
def specs() -> Specs:
    """The inputs and lists shipped with the program. Raises BadData where they contradict themselves."""
    return build(data.toml(FILE))


def build(document: Mapping[str, Any]) -> Specs:
    """Specs from plain data. Raises BadData naming the entry that is wrong."""
    titles = {s["key"]: s["title"] for s in document.get("section", ())}
    inputs = tuple(_input(entry) for entry in document.get("input", ()))
    lists = tuple(_list(entry) for entry in document.get("list", ()))
    for key, section in [(one.key, one.section) for one in inputs] + [(one.key, one.section) for one in lists]:
        if section not in titles:
            raise BadData(f"{FILE}：“{key}”的节“{section}”没有声明")
    by_key = {one.key: one for one in inputs}
    names = [one.key for one in inputs] + [one.key for one in lists]
    twice = next((n for n in names if names.count(n) > 1), "")
    if twice:
        raise BadData(f"{FILE}：“{twice}”声明了两次")
    labels = [text.plain(one.label) for one in inputs]
    same = next((n for n in labels if labels.count(n) > 1), "")
    if same:
        raise BadData(f"{FILE}：有两格都叫“{same}”，填好以后分不清")
    return Specs(titles, inputs, lists, by_key)


def _input(entry: Mapping[str, Any]) -> Input:
    where = str(entry.get("key", "?"))
    kind = _kind(entry, where)
    if kind == "choice" and not entry.get("choices"):
        raise BadData(f"{FILE}：“{where}”是选择，没有写 choices")
    if kind == "count" and not entry.get("unit"):
        raise BadData(f"{FILE}：“{where}”是数量，没有写 unit")
    known = set(Input.__dataclass_fields__)
    if strange := set(entry) - known:
        raise BadData(f"{FILE}：“{where}”有不认识的内容：{'、'.join(sorted(strange))}")
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return Input(**{**plain, "prior": _ref(entry.get("prior"), where), "meaning": _meant(entry)})


def _list(entry: Mapping[str, Any]) -> ListSpec:
    where = str(entry.get("key", "?"))
    columns = []
    for column in entry["column"]:
        columns.append(ListColumn(column["key"], column["label"], _kind(column, where), column["at"], _meant(column)))
    places = [c.at for c in columns]
    if len(set(places)) < len(places):
        raise BadData(f"{FILE}：“{where}”有两栏放在同一列")
    if entry.get("each", "") and columns[0].key != "编码":
        raise BadData(f"{FILE}：“{where}”按科目列行，第一栏应为“编码”")
    return ListSpec(where, entry["section"], entry["title"], entry.get("hint", ""), tuple(columns),
                    entry.get("each", ""), entry.get("spare", 3), tuple(entry.get("frames", ())))


def _kind(entry: Mapping[str, Any], where: str) -> InputKind:
    kind: InputKind = entry["kind"]
    if kind not in get_args(InputKind):
        raise BadData(f"{FILE}：“{where}”的 kind “{kind}”不认识")
    return kind


def _ref(said: str | None, where: str) -> Ref | None:
    if said is None:
        return None
    match = _REF.match(said)
    if not match:
        raise BadData(f"{FILE}：“{where}”的 prior 应写成 表[行, 栏]")
    return Ref(*match.groups())


def _meant(entry: Mapping[str, Any]) -> Meant | None:
    return Meant(**entry["meaning"]) if "meaning" in entry else None
