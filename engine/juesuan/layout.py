"""Layouts: where a region and year puts the nine tables' lines and columns, and what it calls them.

A layout is a patch on the one it ``extends``; it never repeats a form. Line numbers are counted here, never declared;
a number copied from a published form is a *pin*, an assertion that loading tests.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from juesuan.amount import Unit
from juesuan.data import BadData
from juesuan.tables import ColumnSpec, LineSpec, PanelSpec, TableSpec


class Form(BaseModel):
    """How a layout prints one table. ``number`` is 公开NN表 ("" where the region prints none); ``notes`` the texts
    under the table ({kind} is 部门 or 单位), ``empty`` the remark an empty table must carry; ``labels`` and
    ``headings`` rename lines and columns; ``drop`` leaves lines out; ``order`` reorders columns; ``codes`` are the
    economic codes listed, ``blocks`` their classes per printed panel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str = ""
    title: str
    place: int
    notes: tuple[str, ...] = ()
    empty: str = ""
    labels: Mapping[str, str] = {}
    headings: Mapping[str, str] = {}
    drop: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    blocks: tuple[tuple[str, ...], ...] = ()
    pins: Mapping[str, int] = {}


class Slot(BaseModel):
    """One printed row of a panel: its number, the line's key ("" for padding) and label."""

    model_config = ConfigDict(frozen=True)

    number: int
    key: str
    label: str
    code: str = ""


class Layout(BaseModel):
    """A layout, expanded. ``line_numbers``/``column_numbers``: 行次/栏次 printed; ``formula_notes``: the relations are
    printed under the tables; ``code_columns``: 1, or 3 for 类|款|项 merged over each code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    region: str
    years: str
    version: str
    extends: str = ""
    money_unit: Unit
    header: tuple[str, str, str]
    line_heading: str
    code_columns: int
    line_numbers: bool
    column_numbers: bool
    formula_notes: bool
    budget_basis: str
    classes: tuple[str, ...]
    forms: Mapping[str, Form]

    def tables(self) -> list[str]:
        """Table keys in printed order."""
        return sorted(self.forms, key=lambda key: self.forms[key].place)

    def label(self, table: TableSpec, line: LineSpec, year: int | None = None) -> str:
        """What this layout prints for a fixed line."""
        return self.forms[table.key].labels.get(line.key, line.printed)

    def heading(self, table: TableSpec, column: ColumnSpec) -> str:
        """What this layout prints over a column."""
        return self.forms[table.key].headings.get(column.key, column.printed)

    def columns(self, table: TableSpec) -> tuple[ColumnSpec, ...]:
        """The table's columns in this layout's order."""
        order = self.forms[table.key].order
        if not order:
            return table.columns
        return tuple(table.column(key) for key in order)

    def slots(self, table: TableSpec) -> dict[str, list[Slot]]:
        """The printed rows of each panel: heads padded to one length, tails aligned, numbered through."""
        form = self.forms[table.key]
        kept = {p.key: (self._head(p, form), [x for x in p.tail if x.key not in form.drop]) for p in table.panels}
        head = max(len(h) for h, _ in kept.values())
        tail = max(len(t) for _, t in kept.values())
        number, found = 0, {}
        for panel in table.panels:
            rows: list[LineSpec | None] = list(kept[panel.key][0])
            rows += [None] * (head - len(rows))
            rows += [None] * (tail - len(kept[panel.key][1])) + list(kept[panel.key][1])
            length = len(kept[panel.key][0])
            found[panel.key] = [
                self._slot(table, spec, number + i, i if i <= length else 0) for i, spec in enumerate(rows, start=1)
            ]
            number += len(rows)
        return found

    def _head(self, panel: PanelSpec, form: Form) -> list[LineSpec]:
        if panel.classes:
            return [x for x in panel.head if x.code in self.classes and x.key not in form.drop]
        return [x for x in panel.head if x.key not in form.drop]

    def _slot(self, table: TableSpec, spec: LineSpec | None, number: int, ordinal: int) -> Slot:
        if spec is None:
            return Slot(number=number, key="", label="")
        label = self.label(table, spec)
        if ordinal and label:
            label = f"{chinese(ordinal)}、{label}"
        return Slot(number=number, key=spec.key, label=label, code=spec.code)

    def line_number(self, table: TableSpec) -> dict[str, int]:
        """Line key → printed 行次 of a summary table."""
        return {s.key: s.number for slots in self.slots(table).values() for s in slots if s.key}


def chinese(number: int) -> str:
    """1–99 in Chinese numerals: 26 → 二十六."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones or not tens else "")


def expand(documents: Mapping[str, Mapping[str, Any]], wanted: str) -> Layout:
    """The layout ``wanted`` from its chain of patches. Raises BadData for a missing parent, a cycle or a bad key."""
    chain: list[Mapping[str, Any]] = []
    current = wanted
    while current:
        if current not in documents:
            raise BadData(f"版式 {wanted} 依据的版式“{current}”不存在")
        if any(d["id"] == current for d in chain):
            raise BadData(f"版式 {wanted} 的 extends 成环")
        chain.append(documents[current])
        current = str(documents[current].get("extends", ""))
    merged: dict[str, Any] = {}
    for document in reversed(chain):
        merged = _merge(merged, document)
    try:
        return Layout.model_validate(merged)
    except ValueError as error:
        raise BadData(f"版式 {wanted}：{error}") from error


def _merge(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(dict(base))
    for key, value in patch.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _merge(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def check(layout: Layout, tables: Mapping[str, TableSpec]) -> None:
    """Raise BadData where a layout names what its tables do not have, or a pin does not hold."""
    for key, form in layout.forms.items():
        if key not in tables:
            raise BadData(f"版式 {layout.id}：没有名为“{key}”的表")
        table = tables[key]
        for named in (*form.labels, *form.drop, *form.pins):
            if named not in table.fixed:
                raise BadData(f"版式 {layout.id}《{key}》：没有行“{named}”")
        for named in (*form.headings, *form.order):
            if named not in table.column_keys:
                raise BadData(f"版式 {layout.id}《{key}》：没有栏“{named}”")
        if form.order and sorted(form.order) != sorted(table.column_keys):
            raise BadData(f"版式 {layout.id}《{key}》：order 应列全各栏")
        if form.pins:
            numbers = layout.line_number(table)
            for line, number in form.pins.items():
                if numbers.get(line) != number:
                    raise BadData(f"版式 {layout.id}《{key}》：行“{line}”应为第 {number} 行，实为 {numbers.get(line)}")
    for key in tables:
        if key not in layout.forms:
            raise BadData(f"版式 {layout.id}：缺少《{tables[key].name}》")
