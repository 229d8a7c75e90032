"""The cases shipped for tests: the nine tables of three published accounts, and where every figure stands in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

Case = dict[str, Any]
#: Where a figure stands in ``case["tables"]``: table, list or mapping, index or key, …
Address = tuple[str | int, ...]

CASES = Path(__file__).resolve().parents[1] / "data" / "cases"
CASE_IDS = ("000", "001", "003")

T1 = "收入支出决算总表"
T2 = "收入决算表"
T3 = "支出决算表"
T4 = "财政拨款收入支出决算总表"
T5 = "一般公共预算财政拨款支出决算表"
T6 = "一般公共预算财政拨款基本支出决算明细表"
T7 = "政府性基金预算财政拨款收入支出决算表"
T8 = "国有资本经营预算财政拨款支出决算表"
T9 = "财政拨款“三公”经费支出决算表"
TABLES = (T1, T2, T3, T4, T5, T6, T7, T8, T9)
FUNCTIONAL = (T2, T3, T5, T7, T8)
#: The four number columns on the expenditure side of T4.
FUNDS = ("合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
BASIC_TOTALS = ("人员经费合计", "公用经费合计")


class Break(NamedTuple):
    """One relation of the tables that does not hold outside rounding, as the proof-read findings have it."""

    table: str
    row: str
    column: str
    relation: str
    stated: str
    expected: str


class Place(NamedTuple):
    """A figure's place as a reader names it: the table, the row's code (its label where it has none), the column."""

    table: str
    row: str
    column: str


def load(case_id: str) -> Case:
    """The case's header fields and tables, as shipped in tests/data/cases."""
    case: Case = json.loads((CASES / f"{case_id}.json").read_text(encoding="utf-8"))
    return case


def expected_breaks(case_id: str) -> tuple[Break, ...]:
    """Every relation within and between the nine tables that the published figures break (000 has one cause, twice)."""
    if case_id != "000":
        return ()
    return tuple(
        found
        for table, stated, split, column in (
            (T3, "1546.63", "1443.78", "本年支出合计"),
            (T5, "787.23", "684.38", "小计"),
        )
        for found in (
            Break(table, "208", column, "第1栏=其余各栏之和", stated, split),
            Break(table, "合计", "基本支出", "合计=Σ类", "723.01", "620.16"),
            Break(table, "208", "基本支出", "类=Σ款", "470.34", "573.19"),
        )
    )


def addresses(case: Case, table: str) -> Iterator[Address]:
    """The address of every figure cell of one table, blank ones too, in reading order."""
    content = case["tables"][table]
    for part in ("income", "expenditure", "rows"):
        for index, row in enumerate(content.get(part, ())):
            if "values" in row:
                yield from ((table, part, index, "values", column) for column in range(len(row["values"])))
            else:
                yield (table, part, index, "amount")
    for part in ("budget", "final"):
        yield from ((table, part, item) for item in content.get(part, ()))
    yield from ((table, total) for total in BASIC_TOTALS if total in content)


def stated(case: Case, address: Address) -> str | None:
    """The figure at an address as published, or None where the cell is blank."""
    found: Any = case["tables"]
    for step in address:
        found = found[step]
    text: str | None = found
    return text


def figure(case: Case, address: Address) -> Decimal | None:
    """The figure at an address as a number in the case's unit, or None where the cell is blank."""
    text = stated(case, address)
    return None if text is None else Decimal(text)


def figures(case: Case, table: str) -> Counter[Decimal]:
    """How often each non-zero figure stands in a table."""
    found = (figure(case, address) for address in addresses(case, table))
    return Counter(value for value in found if value)


def place(case: Case, address: Address) -> Place:
    """What a reader calls the cell at an address."""
    table, part = str(address[0]), str(address[1])
    if part in BASIC_TOTALS:
        return Place(table, part, "决算数")
    if part in ("budget", "final"):
        return Place(table, str(address[2]), {"budget": "预算数", "final": "决算数"}[part])
    content = case["tables"][table]
    row = content[part][address[2]]
    label = row.get("code") or row.get("name") or row.get("item") or f"行次{row['line']}"
    if "values" not in row:
        return Place(table, label, "决算数")
    return Place(table, label, content.get("columns", FUNDS)[address[4]])
