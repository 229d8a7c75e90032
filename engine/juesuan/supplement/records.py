"""The records of 补充资料: what is asked (Input, ListSpec) and what was given (Supplement)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from juesuan import amount
from juesuan.amount import Amount, Unit
from juesuan.refs import Ref

InputKind = Literal["amount", "count", "percent", "text", "date", "choice"]
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Meant:
    """What an input says, in the terms of narratives: ``measure`` of ``subject`` in ``fund`` and ``column``."""

    subject: str
    measure: str
    fund: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One cell asked for. ``unit`` is that of a count; amounts are in the workbook's money unit.

    ``frames``: the frame sets that use it, ``types`` 部门 or 单位; () for all. ``optional``: without it a sentence is
    left out, nothing is missing. ``prior``: the same figure in last year's tables.
    """

    key: str
    section: str
    label: str
    kind: InputKind
    unit: str = ""
    hint: str = ""
    frames: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    optional: bool = False
    prior: Ref | None = None
    meaning: Meant | None = None

    def applies(self, frame: str, kind: str) -> bool:
        """Whether a frame set of a 部门 or 单位 ("" for either) asks for it."""
        return (not self.frames or frame in self.frames) and (not self.types or not kind or kind in self.types)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list; ``at`` the letter of the sheet's column it is drawn in."""

    key: str
    label: str
    kind: InputKind
    at: str
    meaning: Meant | None = None


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list with any number of rows. ``each``: one row for every 项 or 类 of the general budget's spending table, ""
    for free rows; ``spare``: open rows drawn below."""

    key: str
    section: str
    title: str
    hint: str
    columns: tuple[ListColumn, ...]
    each: Literal["项", "类", ""] = ""
    spare: int = 3
    frames: tuple[str, ...] = ()

    def applies(self, frame: str) -> bool:
        return not self.frames or frame in self.frames

    @property
    def coded(self) -> bool:
        """Whether its rows are known by their 科目 code."""
        return bool(self.each)

    def column(self, key: str) -> ListColumn:
        """The column of that key; KeyError where there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


@dataclass(frozen=True)
class Specs:
    """Everything declared; ``titles``: section key → heading of its group, in order."""

    titles: Mapping[str, str]
    inputs: tuple[Input, ...]
    lists: tuple[ListSpec, ...]
    by_key: Mapping[str, Input] = field(repr=False, default_factory=dict)

    def input(self, key: str) -> Input:
        """The input of that key; KeyError where there is none."""
        return self.by_key[key]

    def list(self, key: str) -> ListSpec:
        """The list of that key; KeyError where there is none."""
        for found in self.lists:
            if found.key == key:
                return found
        raise KeyError(key)

    def label(self, key: str) -> str:
        """What a key is called, also of a list's cell ("年初预算.2080101.原因"); the key itself where none is."""
        if key in self.by_key:
            return self.by_key[key].label
        name, _, rest = key.partition(".")
        row, _, column = rest.rpartition(".")
        try:
            found = self.list(name)
            return f"{found.title}{row}：{found.column(column).label}" if row else found.title
        except KeyError:
            return key


@dataclass(frozen=True, slots=True)
class Supplement:
    """What was given: ``values`` by input key and ``lists`` by list key, as canonical texts, blanks left out.

    Amounts are texts in ``money_unit`` without separators ("1698.48"), counts whole numbers, percentages "95.8%", dates
    "2024-10-08". An explicit zero is "0", which is not the same as a blank.
    """

    unit: str = ""
    year: int | None = None
    money_unit: Unit = "万元"
    values: Row = field(default_factory=dict)
    lists: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.values and not self.lists

    def text(self, key: str) -> str:
        """The text given, "" for a blank."""
        return self.values.get(key, "")

    def amount(self, key: str) -> Amount | None:
        """An amount in 分; None for a blank. Raises NotAnAmount where a Supplement was made from unread texts."""
        return amount.parse(self.values.get(key), self.money_unit)

    def count(self, key: str) -> int | None:
        """A number of things; None for a blank."""
        text = self.values.get(key, "")
        return int(text) if text else None

    def percent(self, key: str) -> Fraction | None:
        """A percentage as a fraction ("95.8%" → 479/500); None for a blank."""
        text = self.values.get(key, "")
        return Fraction(text.rstrip("%")) / 100 if text else None

    def rows(self, key: str) -> tuple[Row, ...]:
        """The rows of a list."""
        return self.lists.get(key, ())


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure of 补充资料 in the narrative verifier's terms: amounts in 分, counts and percentages in millionths."""

    key: str
    label: str
    meant: Meant
    kind: Literal["amount", "count", "percent"]
    value: int
    text: str
