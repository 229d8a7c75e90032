"""Refs: a figure's place in the tables, named by meaning (表、行、栏), never by position."""

from __future__ import annotations

from typing import NamedTuple


class Ref(NamedTuple):
    """``table[line, column]``.

    ``table`` is a table key of workbook_templates/tables (收支总表 …); ``line`` a line key (本年收入合计) or a 科目
    code ("2080101"); ``column`` a column key (决算数, 基本支出 …).
    """

    table: str
    line: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}[{self.line}, {self.column}]"
