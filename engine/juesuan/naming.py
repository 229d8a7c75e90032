"""What a reader calls a figure's place: the table's published name, the row by code or label, the printed heading."""

from __future__ import annotations

from functools import cached_property

from juesuan.amount import Unit
from juesuan.binding import Binding, BoundTable
from juesuan.book import place_name, unquoted
from juesuan.catalogue import Catalogue
from juesuan.findings import Finding
from juesuan.formula import Predicate
from juesuan.refs import Ref
from juesuan.shape import PRIOR
from juesuan.statements import Line
from juesuan.tables import TableSpec
from juesuan.text import printed

#: Checks about a line's code, and those about its name: their finding belongs at that cell, not at an amount.
_OF_CODE = frozenset({"parent", "ordered", "known", "unique", "leaf", "within", "scope"})
_OF_NAME = frozenset({"named", "samename"})


class Names:
    """Names of places in one bound file."""

    def __init__(self, catalogue: Catalogue, binding: Binding) -> None:
        self.catalogue, self.binding = catalogue, binding

    @cached_property
    def _lines(self) -> dict[tuple[str, str], Line]:
        return {(key, x.key): x for key, t in self.binding.statements.tables.items() for x in t.lines}

    @cached_property
    def _labelled(self) -> dict[tuple[str, str], str]:
        """(table, code) → a label, for rows written without one elsewhere."""
        return {(key, x.code): x.label for (key, _), x in self._lines.items() if x.code and x.label}

    def _spec(self, table: str) -> TableSpec | None:
        return self.catalogue.tables.get(table.removeprefix(PRIOR))

    def table(self, ref: Ref) -> str:
        """The published name: 支出决算表 (上年收入支出决算总表 for last year's)."""
        spec = self._spec(ref.table)
        name = spec.name if spec else ref.table
        return f"{PRIOR}{name}" if ref.table.startswith(PRIOR) else name

    def code(self, ref: Ref) -> str:
        """The row's 科目 code where the table lists codes, else ""."""
        spec = self._spec(ref.table)
        if spec is None or spec.kind not in ("codes", "economic"):
            return ""
        line = self._lines.get((ref.table, ref.line))
        if line:
            return line.code
        return ref.line if ref.line.isdigit() else ""

    def label(self, ref: Ref) -> str:
        """The row's label as written, else as the form prints it, else its key."""
        line = self._lines.get((ref.table, ref.line))
        if line and line.label.strip():
            return printed(line.label)
        spec = self._spec(ref.table)
        if spec and ref.line in spec.fixed and spec.fixed[ref.line].printed:
            return spec.fixed[ref.line].printed
        if ref.line.isdigit():
            return self.catalogue.codes(spec.key).name(ref.line) or "" if spec else ""
        return ref.line

    def row(self, ref: Ref) -> str:
        """The row as reports name it: its code, or its label where it has none; "" for a whole table."""
        return self.code(ref) or self.label(ref) or ref.line

    def column(self, ref: Ref) -> str:
        """The column's printed heading."""
        spec = self._spec(ref.table)
        if spec is None or ref.column not in spec.column_keys:
            return ref.column
        return spec.column(ref.column).printed

    def place(self, ref: Ref, column: bool = True) -> str:
        """ "支出决算表 208 社会保障和就业支出 · 基本支出"; without the column where the row has only one."""
        row = " ".join(filter(None, (self.code(ref), self.label(ref))))
        spec = self._spec(ref.table)
        only = spec is not None and len(spec.columns_of(ref.line)) == 1
        tail = f" · {self.column(ref)}" if column and ref.column and not only else ""
        return f"{self.table(ref)}{f' {row}' if row else ''}{tail}"

    def unit(self, ref: Ref) -> Unit:
        """The unit the table's amounts are stated in."""
        statement = self.binding.statements.tables.get(ref.table)
        return statement.unit if statement else "万元"

    def about_line(self, finding: Finding) -> str:
        """The check's name if the finding is about a line or table, not about an amount; else ""."""
        try:
            body = self.catalogue.rule(finding.rule).tree.body
        except KeyError:
            return ""
        return body.name if isinstance(body, Predicate) and body.name != "reading" else ""

    def cells(self, finding: Finding) -> tuple[str, ...]:
        """The finding's cells, its own first; a check of code or name points at the cell that holds it."""
        check = self.about_line(finding)
        table = self.binding.tables.get(finding.subject.table)
        own = self._label_cell(table, finding.subject.line, check) if table and check else ""
        return tuple(dict.fromkeys(filter(None, (own, *(() if own else finding.cells)))))

    @staticmethod
    def _label_cell(table: BoundTable, line: str, check: str) -> str:
        first, second = (table.codes, table.labels) if check in _OF_CODE else (table.labels, table.codes)
        if check not in _OF_CODE and check not in _OF_NAME:
            return ""
        place = first.get(line) or second.get(line)
        return place_name(table.sheet, *place) if place else ""


def split_cell(cell: str) -> tuple[str, str]:
    """ "'表 3'!D9" → ("表 3", "D9"); the sheet is "" where none is named."""
    sheet, _, name = cell.rpartition("!")
    return unquoted(sheet), name
