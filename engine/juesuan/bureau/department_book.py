"""A consolidated department as a workbook: the nine tables of its layout, each figure's contributors, and the check
of the department's own account against the sum of its units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from juesuan.amount import Unit, show
from juesuan.bureau.department import Department
from juesuan.bureau.roster import Roster
from juesuan.bureau.totals import ELIMINATED, Difference, Totals
from juesuan.catalogue import Catalogue
from juesuan.draft import Draft, DraftCell, Page, SheetDraft, Style
from juesuan.fill import fill
from juesuan.layout import Layout
from juesuan.messages import allowance
from juesuan.refs import Ref
from juesuan.render import note
from juesuan.tables import TOTAL, TableSpec
from juesuan.template import cover
from juesuan.template.content import Facts, block_of

SOURCES, CHECK = "汇总来源", "汇总核对"
#: Contributors with a column of their own; those beyond share one.
COLUMNS = 200
_AMOUNT = "#,##0.00;[Red]-#,##0.00"
_STYLES = {
    "sum title": Style(size=14, bold=True, across="left"),
    "sum head": Style(bold=True, fill="F5F5F5", border=True, across="center", wrap=True),
    "sum text": Style(border=True, across="left", wrap=True),
    "sum amount": Style(border=True, across="right", format=_AMOUNT),
    "sum total": Style(border=True, bold=True, across="right", format=_AMOUNT),
    "sum wrong": Style(border=True, fill="FFC7CE", across="right", format=_AMOUNT),
}


def draft(
    department: Department, roster: Roster, year: int, catalogue: Catalogue, differences: Sequence[Difference] | None
) -> tuple[Draft, list[str]]:
    """The workbook and what has to be told. ``differences``: of the department's own account (None: there is none)."""
    unit = roster.units[department.code]
    layout = catalogue.layouts[unit.layout]
    facts = Facts(unit.name, year, "部门", "", layout.region, layout.money_unit, layout.budget_basis)
    filled, notes = fill(case_of(department.totals, catalogue, layout, facts), catalogue, layout.id, totals="formula")
    names = _Names(catalogue, department.totals)
    sheets = [_sources(department, roster, names)]
    if differences is not None:
        sheets.append(_check(department, differences, names))
    styles = {**filled.styles, **_STYLES}
    return replace(filled, sheets=(*filled.sheets, *sheets), styles=styles), notes


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


class _Names:
    """What a figure is called."""

    def __init__(self, catalogue: Catalogue, totals: Totals) -> None:
        self.catalogue, self.totals = catalogue, totals
        self.order = {key: at for at, key in enumerate(catalogue.tables)}

    def row(self, ref: Ref) -> tuple[str, str, str, str]:
        """Table (without 表, lest it be taken for one), code, label, column."""
        spec = self.catalogue.tables[ref.table]
        code = ref.line if ref.line.isdigit() else ""
        fixed = spec.fixed.get(ref.line)
        label = (
            fixed.printed
            if fixed and not code
            else self.totals.labels.get((ref.table, ref.line), "")
            or ((self.catalogue.codes(ref.table).name(code) or "") if code else ref.line)
        )
        column = spec.column(ref.column).printed if ref.column in spec.column_keys else ref.column
        return spec.name.removesuffix("表"), code, label, column

    def sort(self, refs: Iterable[Ref]) -> list[Ref]:
        """By table, line as the form has it, column."""

        def key(ref: Ref) -> tuple[int, int, str, int]:
            spec = self.catalogue.tables[ref.table]
            lines, columns = list(spec.fixed), list(spec.column_keys)
            place = lines.index(ref.line) if ref.line in lines else len(lines)
            return (
                self.order[ref.table],
                -1 if ref.line == TOTAL else place,
                ref.line,
                columns.index(ref.column) if ref.column in columns else 99,
            )

        return sorted(refs, key=key)


def _sources(department: Department, roster: Roster, names: _Names) -> SheetDraft:
    """Every figure with its sum and what each contributor adds to it."""
    totals = department.totals
    given = {code for parts in totals.parts.values() for code in parts}
    contributors = [code for code in department.contributors if code in given]
    own, rest = contributors[:COLUMNS], contributors[COLUMNS:]
    flows = ELIMINATED in given
    heads = ["来源", "编码", "项目", "栏", "汇总数", *(f"{c}\n{roster.units[c].name}" for c in own)]
    heads += ([f"其余 {len(rest)} 个"] if rest else []) + (["内部往来抵销"] if flows else [])
    cells = {(0, 0): DraftCell(f"每个数由哪些单位汇成（单位：万元），共 {len(totals.members)} 个单位", "sum title")}
    for column, text in enumerate(heads):
        cells[1, column] = DraftCell(text, "sum head")
    for row, ref in enumerate((r for r in names.sort(totals.fen) if any(totals.parts[r].values())), start=2):
        for column, text in enumerate(names.row(ref)):
            cells[row, column] = DraftCell(text or None, "sum text")
        cells[row, 4] = DraftCell(_money(totals.fen[ref]), "sum total")
        parts = totals.parts[ref]
        amounts = [parts.get(code) for code in own]
        amounts += [sum(parts.get(code, 0) for code in rest) or None] if rest else []
        amounts += [parts.get(ELIMINATED)] if flows else []
        for column, fen in enumerate(amounts, start=5):
            cells[row, column] = DraftCell(None if fen is None else _money(fen), "sum amount")
    widths = {0: 30, 1: 10, 2: 34, 3: 16, 4: 16, **dict.fromkeys(range(5, len(heads)), 15)}
    return SheetDraft(
        SOURCES,
        cells,
        widths=widths,
        heights={0: 24, 1: 60},
        freeze=(2, 5),
        page=Page(True, False, (1, 1)),
        protected=False,
    )


def _check(department: Department, differences: Sequence[Difference], names: _Names) -> SheetDraft:
    """X-26: where the department's own account is not the sum of its units."""
    breaks = sum(d.verdict == "breaks" for d in differences)
    title = f"部门决算与所属单位汇总的核对（X-26，万元）：不符 {breaks} 处，尾差 {len(differences) - breaks} 处"
    cells = {(0, 0): DraftCell(title, "sum title")}
    heads = ("来源", "编码", "项目", "栏", "部门决算", "单位汇总", "相差", "容许尾差", "单位数", "结论")
    for column, text in enumerate(heads):
        cells[1, column] = DraftCell(text, "sum head")
    by_ref = {d.ref: d for d in differences}
    ordered = sorted((by_ref[ref] for ref in names.sort(by_ref)), key=lambda d: d.verdict != "breaks")
    for row, found in enumerate(ordered, start=2):
        style = "sum wrong" if found.verdict == "breaks" else "sum amount"
        for column, text in enumerate(names.row(found.ref)):
            cells[row, column] = DraftCell(text or None, "sum text")
        for column, fen in enumerate((found.stated, found.expected, found.difference), start=4):
            cells[row, column] = DraftCell(_money(fen), style)
        cells[row, 7] = DraftCell(Decimal(_allowed(found.allowed)), "sum amount")
        cells[row, 8] = DraftCell(found.units, "sum text")
        cells[row, 9] = DraftCell("不符" if found.verdict == "breaks" else "尾差", "sum text")
    widths = {0: 30, 1: 10, 2: 34, 3: 16, 4: 15, 5: 15, 6: 12, 7: 12, 8: 9, 9: 9}
    return SheetDraft(
        CHECK, cells, widths=widths, heights={0: 24}, freeze=(2, 0), page=Page(True, False, (1, 1)), protected=False
    )


def _money(fen: int) -> Decimal:
    return Decimal(show(fen, "万元"))


def _allowed(fen: int) -> str:
    """The allowance in 万元, in whole steps of 0.01: published figures differ by no other amounts."""
    return allowance(fen, "万元") or "0.00"


def told(differences: Sequence[Difference], catalogue: Catalogue, totals: Totals, most: int = 20) -> list[str]:
    """The differences that rounding does not explain, a sentence each."""
    names = _Names(catalogue, totals)
    breaks = {d.ref: d for d in differences if d.verdict == "breaks"}
    found = []
    for ref in names.sort(breaks)[:most]:
        one = breaks[ref]
        table, code, label, column = names.row(one.ref)
        place = " ".join(filter(None, (code, label)))
        found.append(
            f"X-26 {table}表 {place} · {column}：部门决算 {show(one.stated, '万元')}，所属 {one.units} 个单位合计 "
            f"{show(one.expected, '万元')}，相差 {show(one.difference, '万元')}，超出容许的尾差 "
            f"{_allowed(one.allowed)}"
        )
    return found


__all__ = ["CHECK", "COLUMNS", "SOURCES", "case_of", "draft", "told"]
