"""The figures of 补充资料 that say something a narrative may say too."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from juesuan import amount
from juesuan.supplement.records import ListSpec, Meant, Row, Stated, Supplement
from juesuan.supplement.specs import specs

MILLION = 1_000_000
VEHICLES = "资产.车辆"


def stated(supplement: Supplement) -> tuple[Stated, ...]:
    """Every input and list cell that is filled and has a meaning, with its value, in the order of declaration."""
    found = []
    known = specs()
    for one in known.inputs:
        text = supplement.text(one.key)
        if text and one.meaning:
            found.append(_stated(one.key, one.label, one.meaning, one.kind, text, supplement))
    if total := _vehicles(supplement):
        found.append(total)
    for listed in known.lists:
        for number, row in enumerate(supplement.rows(listed.key), start=1):
            for column in listed.columns:
                text = row.get(column.key, "")
                if text and column.meaning:
                    key = f"{listed.key}.{row_name(listed, row, number)}.{column.key}"
                    found.append(_stated(key, f"{row.get('名称', '')}{column.label}", _filled(column.meaning, row),
                                         column.kind, text, supplement))
    return tuple(found)


def _vehicles(supplement: Supplement) -> Stated | None:
    """The number of vehicles where only their kinds are filled in, as the sheet says that it is taken."""
    inputs = specs().inputs
    kinds = [supplement.text(i.key) for i in inputs if i.key.startswith("资产.") and i.key.endswith("用车")]
    one = next(i for i in inputs if i.key == VEHICLES)
    if supplement.text(VEHICLES) or not any(kinds) or one.meaning is None:
        return None
    text = str(sum(int(kind) for kind in kinds if kind))
    return _stated(one.key, f"{one.label}（各类之和）", one.meaning, one.kind, text, supplement)


def row_name(listed: ListSpec, row: Row, number: int) -> str:
    """What a row of a list is called in keys: its code where rows are coded, else its number (from 1)."""
    return (row.get("编码", "") if listed.coded else "") or str(number)


def _filled(meant: Meant, row: Row) -> Meant:
    subject = meant.subject
    for key, text in row.items():
        subject = subject.replace(f"{{{key}}}", text)
    return replace(meant, subject=subject)


def _stated(key: str, label: str, meant: Meant, kind: str, text: str, supplement: Supplement) -> Stated:
    if kind == "amount":
        found = amount.parse(text, supplement.money_unit)
        value = found.fen if found else 0
    elif kind == "count":
        value = int(text) * MILLION
    else:
        whole, _, places = text.rstrip("%").partition(".")
        value = int(f"{whole}{places.ljust(6, '0')[:6]}")
    return Stated(key, label, meant, cast(Literal["amount", "count", "percent"], kind), value, text)
