"""What a table is made of before it stands on a sheet, and the ways in which people and software write tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from .cases import Address, Case

Kind = Literal["code", "name", "line", "amount", "decoy", "blank"]
Value = str | int | float | None
_PREFIX = re.compile(r"^[一二三四五六七八九十]+、")


class Cell(NamedTuple):
    """One cell: its value, and for a figure of the case where in the case it stands. ``across`` counts columns."""

    value: Value
    kind: Kind = "name"
    at: Address | None = None
    across: int = 1
    down: int = 1


class Column(NamedTuple):
    """One column: the headings above it from the top, what it holds, and over how many sheet columns it is merged."""

    path: tuple[str, ...]
    kind: Kind
    width: int = 1
    hidden: bool = False


Row = list[Cell | None]


@dataclass(frozen=True)
class Form:
    """A table ready to be placed: columns, rows parallel to them (None lies under a merged neighbour), notes."""

    table: str
    title: str
    number: int
    columns: list[Column]
    rows: list[Row]
    notes: list[str]
    remark: str | None = None
    hidden_rows: frozenset[int] = frozenset()


def numeric(value: Decimal | None, _at: Address) -> Value:
    """An amount as a number, a blank as an empty cell."""
    return None if value is None else float(value)


def plain_name(_code: str | None, name: str) -> str:
    """The name as published."""
    return name


def plain(text: str) -> str:
    """The text as it is."""
    return text


def without_prefix(item: str) -> str:
    """「八、社会保障和就业支出」 as 「社会保障和就业支出」."""
    return _PREFIX.sub("", item)


def keep_all(_item: str) -> bool:
    """Every functional line is printed."""
    return True


@dataclass(frozen=True)
class Style:
    """How somebody writes the nine tables; the defaults are the plain published form with one code column."""

    codes: Literal["none", "one", "three", "levels", "pieces"] = "one"
    code_head: str = "科目编码"
    merge_codes: bool = False
    code: Callable[[str], Value] = plain
    name: Callable[[str | None, str], str] = plain_name
    item: Callable[[str], str] = plain
    keep_item: Callable[[str], bool] = keep_all
    amount: Callable[[Decimal | None, Address], Value] = numeric
    head: Callable[[str], str] = plain
    lines: bool = True
    flat: bool = False
    amount_head: str = "决算数"
    budgets: tuple[str, ...] = ()
    total: str = "合计"
    total_last: bool = False
    order: Mapping[str, Sequence[int]] = field(default_factory=dict)
    empty: Literal["row", "none", "word"] = "row"
    basic: Literal["three", "two", "list"] = "three"
    basic_codes: bool = True
    public: Literal["twelve", "pairs", "list"] = "twelve"
    titles: Mapping[str, str] = field(default_factory=dict)
    title: Callable[[Case, str], str] = lambda _case, title: title
    notes: bool = True
