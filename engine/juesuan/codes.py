"""科目 code dictionaries: functional (功能分类) and economic (经济分类) codes, each name with its years.

The dictionaries are data (workbook_templates/codes/*.csv: code,name,since,until,source). They are what has been seen
in published tables, not the official full list; an unknown code is therefore 核实性, never fatal.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


class BadCodes(ValueError):
    """A dictionary file contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of one code, valid ``since``..``until`` (years, inclusive)."""

    code: str
    name: str
    since: int
    until: int
    source: str


@dataclass(frozen=True)
class Codes:
    """A dictionary: ``kind`` is 功能分类 or 经济分类."""

    kind: str
    entries: tuple[Entry, ...]

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Entry, ...]]:
        table: dict[str, list[Entry]] = {}
        for entry in self.entries:
            table.setdefault(entry.code, []).append(entry)
        return {code: tuple(found) for code, found in table.items()}

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """code → every name it ever had."""
        return {code: frozenset(e.name for e in found) for code, found in self._by_code.items()}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def name(self, code: str, year: int | None = None) -> str | None:
        """The code's name in ``year`` (its latest name where no year is given or none fits); None if unknown."""
        found = self._by_code.get(code)
        if not found:
            return None
        for entry in reversed(found):
            if year is None or entry.since <= year <= entry.until:
                return entry.name
        return found[-1].name

    def valid(self, code: str, year: int) -> bool:
        """True if the dictionary has the code in that year."""
        return any(e.since <= year <= e.until for e in self._by_code.get(code, ()))

    def of_length(self, length: int, year: int | None = None) -> tuple[str, ...]:
        """All codes with so many digits, in order."""
        return tuple(sorted(c for c in self._by_code if len(c) == length and (year is None or self.valid(c, year))))

    def merged(self, newer: Codes) -> Codes:
        """This dictionary with ``newer``'s entries in place of those for the same code."""
        replaced = {e.code for e in newer.entries}
        kept = tuple(e for e in self.entries if e.code not in replaced)
        return Codes(self.kind, tuple(sorted(kept + newer.entries, key=lambda e: (e.code, e.since))))


def read_codes(kind: str, text: str, where: str = "") -> Codes:
    """A dictionary from CSV text with the columns code,name[,since,until,source] (or their Chinese names).

    Raises BadCodes for a missing column, a code that is not 3/5/7 digits, an empty name or overlapping years.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    chinese = {
        "科目编码": "code",
        "编码": "code",
        "代码": "code",
        "科目名称": "name",
        "名称": "name",
        "启用年度": "since",
        "停用年度": "until",
        "来源": "source",
    }
    entries = []
    for number, raw in enumerate(rows, start=2):
        row = {chinese.get((k or "").strip(), (k or "").strip()): (v or "").strip() for k, v in raw.items() if k}
        if "code" not in row or "name" not in row:
            raise BadCodes(f"{where}：需要“科目编码”和“科目名称”两列")
        entries.append(_entry(row, f"{where} 第 {number} 行"))
    _check(entries, where)
    return Codes(kind, tuple(sorted(entries, key=lambda e: (e.code, e.since))))


def _entry(row: Mapping[str, str], where: str) -> Entry:
    code = row["code"]
    if not (code.isascii() and code.isdigit() and len(code) in (3, 5, 7)):
        raise BadCodes(f"{where}：科目编码“{code}”应为 3、5 或 7 位数字")
    if not row["name"]:
        raise BadCodes(f"{where}：科目 {code} 没有名称")
    try:
        since, until = int(row.get("since") or 0), int(row.get("until") or 9999)
    except ValueError as error:
        raise BadCodes(f"{where}：启用、停用年度应为四位年份") from error
    return Entry(code, row["name"], since, until, row.get("source", ""))


def _check(entries: Iterable[Entry], where: str) -> None:
    seen: dict[str, list[Entry]] = {}
    for entry in entries:
        for other in seen.get(entry.code, []):
            if entry.since <= other.until and other.since <= entry.until:
                raise BadCodes(f"{where}：科目 {entry.code} 在同一年度有两个名称“{other.name}”“{entry.name}”")
        seen.setdefault(entry.code, []).append(entry)
