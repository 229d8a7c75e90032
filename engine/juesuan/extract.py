"""A bound workbook back into the case structure (``juesuan extract``): labels as written, amounts as displayed.

For a workbook that ``fill`` wrote with stated totals the result equals the case's header, tables and words; any other
set of the nine tables gives a case as well. Words (narrative, glossary, key_work, forms, facts) are given where the
workbook has any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from juesuan.amount import NotAnAmount, Unit, decimals, from_float, parse, show
from juesuan.binding import Binding, BoundTable
from juesuan.book import Book, Cell, Sheet, Value
from juesuan.catalogue import Catalogue
from juesuan.forms.filled import to_case
from juesuan.forms.locate import locate as locate_forms
from juesuan.narrative.locate import BoundNarrative
from juesuan.narrative.locate import locate as locate_words
from juesuan.statements import Line, Statement
from juesuan.supplement import dump
from juesuan.supplement import locate as locate_supplement
from juesuan.tables import PanelSpec, TableSpec
from juesuan.template.words_case import glossary_of, works_of

_NUMBER = re.compile(r"公开\s*\d{1,2}\s*表")
_DECIMALS = re.compile(r"\.(0*)")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_SIDES = {"收入": "income", "支出": "expenditure"}
_HALVES = {"预算数": "budget", "决算数": "final"}


def extract(book: Book, binding: Binding, catalogue: Catalogue, case_id: str = "") -> dict[str, Any]:
    """The case a book holds. ``book`` must be the one that was bound (with recalculated values, where it was).

    ``case_id`` is used where the workbook does not say; unit, year and kind are empty where it has none.
    """
    found, meta = binding.statements, binding.meta.values
    unit: Unit = next((t.unit for t in found.tables.values()), "万元")
    case: dict[str, Any] = {
        "case": meta.get("case") or case_id, "unit": found.unit or meta.get("unit", ""), "year": found.year,
        "kind": found.kind or meta.get("kind", "单位"), "region": binding.region, "money_unit": unit, "tables": {},
    }
    if found.nature:
        case["nature"] = found.nature
    for key, bound in _in_order(book, binding):
        reader = _Reader(book.sheet(bound.sheet), bound, found.tables[key], catalogue.tables[key], unit)
        case["tables"][bound.title] = reader.table()
    supplement = locate_supplement(book).supplement
    forms = locate_forms(book, binding.tables.values())
    named = next((form.form.unit_name for form in forms if form.form.unit_name), "")
    case["unit"] = case["unit"] or supplement.unit or named
    case["year"] = case["year"] or supplement.year
    case |= _words(locate_words(book, binding, [(form.sheet, form.area) for form in forms]))
    if forms:
        case["forms"] = [to_case(form.filled) for form in forms]
    if not supplement.empty:
        case["facts"] = dump(supplement)
    return case


def holds_anything(case: Mapping[str, Any]) -> bool:
    """True where a workbook gave tables or words."""
    return any(case.get(key) for key in ("tables", "narrative", "glossary", "key_work", "forms", "facts"))


def _words(found: BoundNarrative) -> dict[str, Any]:
    """The words as a case has them; what the workbook lacks is left out."""
    words: dict[str, Any] = {}
    if found.passages:
        words["narrative"] = [{"section": part.heading, "text": part.text} for part in found.parts]
    if found.glossary:
        words["glossary"] = glossary_of((p.text, p.key) for p in found.glossary)
    if rows := [w.content for w in found.works]:
        words["key_work"] = works_of(rows)
    return words


def _in_order(book: Book, binding: Binding) -> list[tuple[str, BoundTable]]:
    sheets = {s.name: i for i, s in enumerate(book.sheets)}
    return sorted(binding.tables.items(), key=lambda x: (sheets[x[1].sheet], x[1].title_cell))


@dataclass
class _Reader:
    """One table on its way into the case."""

    sheet: Sheet
    bound: BoundTable
    statement: Statement
    spec: TableSpec
    unit: Unit

    def table(self) -> dict[str, Any]:
        """The table's part of the case."""
        found: dict[str, Any] = {"code": self._number()}
        match self.spec.kind:
            case "panels":
                for panel in self.spec.panels:
                    found[_SIDES[panel.key]] = list(self._panel(panel))
            case "codes":
                columns = self._columns()
                found["columns"] = [self._text(self.bound.headings.get(c)) or c for c in columns]
                found["rows"] = [{"code": x.code or None, "name": self._label(x),
                                  "values": [self._figure(x.key, c) for c in columns]} for x in self._lines()]
            case "economic":
                found |= self._economic()
            case "matrix":
                for column, name in _HALVES.items():
                    if column in self.statement.columns:
                        found[name] = {x.key: self._figure(x.key, column) for x in self.spec.lines
                                       if (x.key, column) in self.bound.cells}
        if self.statement.remark:
            found["remark"] = self.statement.remark
        found["notes"] = list(self.statement.notes)
        return found

    def _number(self) -> str | None:
        """公开NN表 as written above the table; None where it is not."""
        first = min((row for row, _ in self.bound.cells.values()), default=self.bound.title_cell[0] + 6)
        top, left, _, right = self.bound.area
        for row in range(max(0, top - 2), first):
            for column in range(left, right + 1):
                if (text := self._text((row, column))) and (match := _NUMBER.search(text)):
                    return match.group().replace(" ", "")
        return None

    # --- kinds ---

    def _panel(self, panel: PanelSpec) -> Iterator[dict[str, Any]]:
        """Every printed row of a panel, blank ones with a 行次 too."""
        keys = [x.key for x in panel.lines if x.key in self.bound.labels]
        places = [self.bound.labels[k] for k in keys]
        columns = [c for c in panel.columns if any((k, c) in self.bound.cells for k in keys)]
        figures = {c: min(self.bound.cells[k, c][1] for k in keys if (k, c) in self.bound.cells) for c in columns}
        if not places or not figures:
            return
        label, first = min(c for _, c in places), min(figures.values())
        for row in range(min(r for r, _ in places), max(r for r, _ in places) + 1):
            item = self._text((row, label))
            number = next((n for c in range(label + 1, first) if (n := _ordinal(self.sheet.value(row, c)))), None)
            values = [self._amount((row, c)) for c in figures.values()]
            if item is None and number is None and not any(values):
                continue
            found = {"line": number, "item": item}
            yield found | ({"values": values} if len(panel.columns) > 1 else {"amount": values[0]})

    def _economic(self) -> dict[str, Any]:
        column = self.spec.column_keys[0]
        lines = sorted((x for x in self.statement.lines if x.code), key=lambda x: self._across(x, column))
        blocks = {c: t.block for t in self.spec.totals for c in t.classes}
        rows = [{"block": blocks.get(x.code[:3], ""), "code": x.code, "name": self._label(x),
                 "amount": self._figure(x.key, column)} for x in lines]
        return {"rows": rows} | {t.key: self._figure(t.key, column) for t in self.spec.totals}

    def _across(self, line: Line, column: str) -> tuple[int, int]:
        row, at = self.bound.cells.get((line.key, column), self.bound.labels.get(line.key, (0, 0)))
        return at, row

    def _columns(self) -> list[str]:
        """The columns found, from left to right."""
        places = {c: place[1] for c, place in self.bound.headings.items()}
        return sorted(self.statement.columns, key=lambda c: places.get(c, 999))

    def _lines(self) -> list[Line]:
        return sorted(self.statement.lines, key=lambda x: self.bound.labels.get(x.key, (0, 0))[0])

    # --- cells ---

    def _text(self, place: Cell | None) -> str | None:
        value = self.sheet.value(*place) if place else None
        if value is None:
            return None
        text = str(value)
        return text if text.strip() else None

    def _label(self, line: Line) -> str | None:
        """The name as written; a code in the same cell is left out."""
        text = self._text(self.bound.labels.get(line.key)) or line.label
        if line.code and text.strip().startswith(line.code):
            text = text.strip().removeprefix(line.code).strip()
        return text or line.label or None

    def _figure(self, line: str, column: str) -> str | None:
        place = self.bound.cells.get((line, column))
        return self._amount(place) if place else None

    def _amount(self, place: Cell) -> str | None:
        return printed(self.sheet.value(*place), self.sheet.formats.get(place, ""), self.statement.unit, self.unit)


def printed(value: Value, code: str, unit: Unit, wanted: Unit | None = None) -> str | None:
    """A cell's amount as it is displayed under number format ``code``, without separators; None where it shows blank.

    Digits that the format would round away are kept. ``wanted`` converts to another money unit. What is no amount
    comes back as the text it is.
    """
    if value is None or isinstance(value, bool):
        return None if value is None else str(value)
    try:
        if isinstance(value, int | float):
            amount, least = from_float(value, unit), _least(value, code)
        else:
            parsed = parse(value, unit)
            if parsed is None:
                return None
            amount, least = parsed, _written(str(value))
    except NotAnAmount:
        return str(value).removesuffix(".0")
    if least is None:
        return None
    if wanted and wanted != unit:
        return show(amount.fen, wanted, min(2, decimals(amount.fen, wanted)))
    return show(amount.fen, unit, least)


def _least(value: float, code: str) -> int | None:
    """The decimals ``code`` always shows for ``value``; None where it shows nothing."""
    sections = _QUOTED.sub("", code).split(";")
    if value == 0 and len(sections) > 2:
        section = sections[2]
        if not any(c in section for c in "0#?") and "general" not in section.lower():
            return None
    else:
        section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    found = _DECIMALS.search(section)
    return len(found.group(1)) if found else 0


def _written(text: str) -> int:
    """The decimals of a number typed as text."""
    plain = unicodedata.normalize("NFKC", text)
    found = re.search(r"\.(\d+)", plain)
    return len(found.group(1)) if found else 0


def _ordinal(value: Value) -> int | None:
    """A 行次; None for anything else."""
    if isinstance(value, float) and value.is_integer() and 0 < value < 1000:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    return int(text) if text.isdecimal() else None


