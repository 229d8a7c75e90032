"""Validations of workbooks written for tests: the published cases, whole or with one thing wrong."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from functools import cache
from pathlib import Path

from juesuan.hosts.read import read_book
from juesuan.validation import Validation, examine
from tests.foreign import cases, damage
from tests.foreign.cases import Address, Case
from tests.foreign.writers import WRITERS


@cache
def workbook(case: str, writer: str = "hand_typed") -> bytes:
    """A published case in a foreign layout."""
    return written(cases.load(case), writer)


def written(case: Case, writer: str = "hand_typed") -> bytes:
    """Any case in a foreign layout."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        WRITERS[writer](case, path)
        return path.read_bytes()


def validation(data: bytes, name: str = "book.xlsx") -> Validation:
    """What examining these bytes gives."""
    return examine(read_book(data, name=name))


@cache
def published(case: str, writer: str = "hand_typed") -> Validation:
    """The validation of a published case."""
    return validation(workbook(case, writer))


def address(case: Case, table: str, row: str, column: str) -> Address:
    """The address of a figure by what a reader calls it."""
    return next(at for at in cases.addresses(case, table) if cases.place(case, at) == cases.Place(table, row, column))


@cache
def shifted() -> Validation:
    """001 with figures of 支出决算表 · 基本支出 one row too low: one cause of several cells."""
    case = cases.load("001")
    at = address(case, cases.T3, "合计", "基本支出")
    return validation(written(damage.shift_column(case, at, 2, 5).case))


@cache
def changed(case_id: str, table: str, row: str, column: str, by: str) -> Validation:
    """A published case with one figure changed."""
    case = cases.load(case_id)
    return validation(written(damage.change(case, address(case, table, row, column), Decimal(by)).case))
