"""Totals as live formulas: only where the published total is the exact sum, for a formula would mend a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from openpyxl.utils.cell import coordinate_from_string

from .book import Book, Spot
from .cases import BASIC_TOTALS, FUNCTIONAL, T1, T4, T6, T7, T9, Address, Case, figure

Sum = tuple[Address, list[Address]]


def sums(case: Case) -> Iterator[Sum]:
    """Every total of the nine tables with its addends, each total at most once."""
    for table in FUNCTIONAL:
        yield from _functional(case, table)
    for table in (T1, T4):
        yield from _summary(case, table)
    yield from _basic(case)
    for side in ("budget", "final"):
        yield (T9, side, "公务用车小计"), [(T9, side, "公务用车购置费"), (T9, side, "公务用车运行维护费")]
        yield (T9, side, "合计"), [(T9, side, item) for item in ("因公出国（境）费", "公务用车小计", "公务接待费")]


def _functional(case: Case, table: str) -> Iterator[Sum]:
    content = case["tables"][table]
    codes = [row["code"] or "" for row in content["rows"]]
    width = len(content["columns"])
    for index, code in enumerate(codes):
        size = {0: 3, 3: 5, 5: 7}.get(len(code))
        children = [n for n, other in enumerate(codes) if len(other) == size and other.startswith(code)]
        if children:
            for column in range(width):
                yield (table, "rows", index, "values", column), [(table, "rows", n, "values", column) for n in children]
        elif code and table == T7:
            yield (table, "rows", index, "values", 2), [(table, "rows", index, "values", n) for n in (3, 4)]
        elif code:
            yield (table, "rows", index, "values", 0), [(table, "rows", index, "values", n) for n in range(1, width)]


def _summary(case: Case, table: str) -> Iterator[Sum]:
    income, expenditure = (case["tables"][table][side] for side in ("income", "expenditure"))
    gained = next(n for n, row in enumerate(income) if row["item"] == "本年收入合计")
    spent = next(n for n, row in enumerate(expenditure) if row["item"] == "本年支出合计")
    sources = [n for n in range(gained) if income[n]["item"]]
    yield (table, "income", gained, "amount"), [(table, "income", n, "amount") for n in sources]
    parts = range(gained, gained + 2) if table == T4 else range(gained, len(income) - 1)
    yield (table, "income", len(income) - 1, "amount"), [(table, "income", n, "amount") for n in parts]
    for tail in [("values", n) for n in range(4)] if table == T4 else [("amount",)]:
        yield (table, "expenditure", spent, *tail), [(table, "expenditure", n, *tail) for n in range(spent)]
        rest = range(spent, len(expenditure) - 1)
        yield (
            (table, "expenditure", len(expenditure) - 1, *tail),
            [(table, "expenditure", n, *tail) for n in rest if expenditure[n]["item"]],
        )


def _basic(case: Case) -> Iterator[Sum]:
    rows = case["tables"][T6]["rows"]
    heads = [n for n, row in enumerate(rows) if len(row["code"]) == 3]
    for head in heads:
        code = rows[head]["code"]
        inner = [n for n, row in enumerate(rows) if len(row["code"]) > 3 and row["code"].startswith(code)]
        yield (T6, "rows", head, "amount"), [(T6, "rows", n, "amount") for n in inner]
    for total in BASIC_TOTALS:
        block = [n for n in heads if total.startswith(rows[n]["block"])]
        yield (T6, total), [(T6, "rows", n, "amount") for n in block]


def with_formulas(book: Book) -> list[Address]:
    """Replace right totals by formulas over the placed cells; the addresses of the replaced totals."""
    replaced = []
    for total, addends in sums(book.case):
        placed = [at for at in addends if at in book.figures]
        value = figure(book.case, total)
        exact = sum((figure(book.case, at) or Decimal(0) for at in addends), Decimal(0))
        if value is None or value != exact or total not in book.figures or not placed:
            continue
        spot = book.figures[total]
        book.workbook[spot.sheet][spot.cell] = f"=SUM({_references([book.figures[at] for at in placed])})"
        replaced.append(total)
    return replaced


def _references(spots: list[Spot]) -> str:
    """A1:A9 where the cells lie directly under one another, else one by one."""
    cells = [coordinate_from_string(spot.cell) for spot in spots]
    column, first = cells[0]
    if len(cells) > 2 and cells == [(column, first + n) for n in range(len(cells))]:
        return f"{column}{first}:{column}{first + len(cells) - 1}"
    return ",".join(f"{letter}{row}" for letter, row in cells)


def with_caches(book: Book, totals: list[Address], stale_every: int) -> None:
    """Cached values for the formulas: every n-th from before the last corrections, the others right."""
    for index, total in enumerate(totals):
        value = figure(book.case, total)
        assert value is not None
        stale = index % stale_every == 0
        book.cached[book.figures[total]] = float(value - Decimal("1.27") if stale else value)
