"""A consolidated department as a workbook: the nine tables of its layout, and behind them where each figure comes from
and what does not agree (``department_sheets``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from juesuan.amount import Unit, show
from juesuan.bureau import department_sheets
from juesuan.bureau.department import Department
from juesuan.bureau.roster import Roster
from juesuan.bureau.subtotals import Computed, Mismatch, computed, mismatches
from juesuan.bureau.totals import Totals
from juesuan.catalogue import Catalogue
from juesuan.draft import Draft
from juesuan.fill import fill
from juesuan.layout import Layout
from juesuan.refs import Ref
from juesuan.render import note
from juesuan.tables import TOTAL, TableSpec
from juesuan.template import cover
from juesuan.template.content import Facts, block_of


@dataclass(frozen=True)
class DepartmentBook:
    """The workbook; ``tables`` what it computes, ``mismatches`` where that is not what the units' totals add up to,
    ``notes`` what has to be told of filling it."""

    draft: Draft
    tables: Computed
    mismatches: tuple[Mismatch, ...]
    notes: tuple[str, ...]


def build(department: Department, roster: Roster, year: int, catalogue: Catalogue) -> DepartmentBook:
    """The workbook of a department."""
    unit = roster.units[department.code]
    layout = catalogue.layouts[unit.layout]
    facts = Facts(unit.name, year, "部门", "", layout.region, layout.money_unit, layout.budget_basis)
    filled, notes = fill(case_of(department.totals, catalogue, layout, facts), catalogue, layout.id, totals="formula")
    tables = computed(filled, catalogue)
    found = mismatches(department.totals, department.added, tables)
    sheets = department_sheets.sheets(department, roster, catalogue, tables, found)
    styles = {**filled.styles, **department_sheets.STYLES}
    return DepartmentBook(replace(filled, sheets=(*filled.sheets, *sheets), styles=styles), tables, found, tuple(notes))


def case_of(totals: Totals, catalogue: Catalogue, layout: Layout, facts: Facts) -> dict[str, Any]:
    """The sums as a case of the department's layout."""
    tables: dict[str, Any] = {}
    for key in layout.tables():
        spec, form = catalogue.tables[key], layout.forms[key]
        found = _Table(totals, catalogue, layout, spec, facts).table()
        texts = [cover.plain(text, facts) for text in (*form.notes, *note.notes(catalogue.rules, spec, layout))]
        found |= {"code": form.number or None, "notes": texts}
        if form.empty and not any(fen for ref, fen in totals.fen.items() if ref.table == key):
            found["remark"] = cover.plain(form.empty, facts)
        tables[form.title] = found
    return {
        "unit": facts.unit,
        "year": facts.year,
        "kind": facts.kind,
        "region": facts.region,
        "money_unit": facts.money_unit,
        "tables": tables,
    }


class _Table:
    def __init__(self, totals: Totals, catalogue: Catalogue, layout: Layout, spec: TableSpec, facts: Facts) -> None:
        self.totals, self.catalogue, self.layout, self.spec, self.facts = totals, catalogue, layout, spec, facts
        self.unit: Unit = layout.money_unit

    def amount(self, line: str, column: str) -> str | None:
        fen = self.totals.fen.get(Ref(self.spec.key, line, column), 0)
        return show(fen, self.unit) if fen else None

    def table(self) -> dict[str, Any]:
        spec, layout = self.spec, self.layout
        match spec.kind:
            case "panels":
                slots = layout.slots(spec)
                sides = zip(("income", "expenditure"), spec.panels, strict=True)
                return {
                    side: [self._slot(s.number, s.key, s.label, panel.columns) for s in slots[panel.key]]
                    for side, panel in sides
                }
            case "codes":
                columns = layout.columns(spec)
                return {
                    "columns": [layout.heading(spec, c) for c in columns],
                    "rows": [
                        {
                            "code": None if code == TOTAL else code,
                            "name": self.label(code),
                            "values": [self.amount(code, c.key) for c in columns],
                        }
                        for code in self.codes()
                    ],
                }
            case "economic":
                column = spec.column_keys[0]
                listed = dict.fromkeys((*layout.forms[spec.key].codes, *sorted(self.lines())))
                rows = [
                    {
                        "block": block_of(spec, code),
                        "code": code,
                        "name": self.label(code),
                        "amount": self.amount(code, column),
                    }
                    for code in listed
                    if code.isdigit()
                ]
                return {"rows": rows, **{t.key: self.amount(t.key, column) for t in spec.totals}}
            case "matrix":
                return {
                    part: {x.key: self.amount(x.key, column) for x in spec.lines}
                    for part, column in (("budget", "预算数"), ("final", "决算数"))
                }

    def _slot(self, number: int, key: str, label: str, columns: tuple[str, ...]) -> dict[str, Any]:
        values = [self.amount(key, c) if key else None for c in columns]
        return {"line": number, "item": label or None} | (
            {"values": values} if len(columns) > 1 else {"amount": values[0]}
        )

    def lines(self) -> set[str]:
        return {ref.line for ref in self.totals.fen if ref.table == self.spec.key}

    def codes(self) -> list[str]:
        """合计, then every code of any unit with its 类 and 款, in order."""
        codes = {code[:n] for code in self.lines() if code.isdigit() for n in (3, 5, 7) if n <= len(code)}
        return [TOTAL, *sorted(codes)]

    def label(self, code: str) -> str:
        if code == TOTAL:
            return TOTAL
        known = self.catalogue.codes(self.spec.key).name(code, self.facts.year)
        return known or self.totals.labels.get((self.spec.key, code), "")
