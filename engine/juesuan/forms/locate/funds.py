"""Rows of funds, by their column headings; two blocks side by side (按收入性质分｜按支出性质分) too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from juesuan.forms.labels import Labels
from juesuan.forms.locate.grid import Grid, Spot
from juesuan.forms.locate.shown import shown
from juesuan.forms.records import FundRow
from juesuan.forms.words import Words

POINTS = re.compile(r"[（(]\s*(\d+(?:[.．]\d+)?)\s*分\s*(?:[*×xX][^（）()]*)?[)）]")
_ENDING = re.compile(r"\s*[（(]\s*(\d+(?:[.．]\d+)?)?\s*分\s*[)）]\s*$")
_DIGIT = re.compile(r"\d")
_MONEY = ("initial", "budget", "executed")
#: A quotient up to here is a share; a larger one may already be in percent (D5/C5*100).
_MOST = 1.5

#: What was found at which cell: (part, row, field) → (row, column).
Places = dict[tuple[str, int | None, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of one block of funds: (key, first, last column), and where its items stand."""

    columns: tuple[tuple[str, int, int], ...]
    left: int


def pointed(text: str) -> tuple[str, str | None]:
    """A name and the points printed behind it: “产出指标（40分）” → 产出指标, 40."""
    found = _ENDING.search(text) if "分" in text else None
    if not found:
        return text, None
    return text[: found.start()], narrow(found[1]) if found[1] else None


def points_in(texts: Iterable[str]) -> str | None:
    """The first points named in brackets: 预算执行情况（20分）, 得分（20分*执行率）."""
    return next((narrow(m[1]) for text in texts if (m := POINTS.search(text))), None)


def narrow(digits: str) -> str:
    return unicodedata.normalize("NFKC", digits)


def header(spots: list[Spot], labels: Labels) -> tuple[Block, ...]:
    """The blocks of funds whose headings stand in a row; none where it is no such row."""
    keyed = [(key, s.column, s.right) for s in spots if (key := labels.fund(s.text)) and key != "item"]
    found: list[list[tuple[str, int, int]]] = []
    for key, first, last in keyed:
        if not found or key in {k for k, *_ in found[-1]}:
            found.append([])
        found[-1].append((key, first, last))
    blocks, left = [], 0
    for columns in found:
        if {"budget", "executed"} <= {k for k, *_ in columns}:
            blocks.append(Block(tuple(columns), left))
            left = columns[-1][2] + 1
    return tuple(blocks)


@dataclass
class Funds:
    """Collects the rows of a form's funds."""

    grid: Grid
    labels: Labels
    words: Words
    places: Places
    rows: list[FundRow]
    initial: bool = False

    def read(self, row: int, blocks: tuple[Block, ...]) -> int:
        """Read the rows below a header row; the first row that is none of them."""
        self.initial = self.initial or any(k == "initial" for b in blocks for k, *_ in b.columns)
        above = self.grid.row(row)
        label = self._label(row)
        weight = points_in([label.text] if label else []) or points_in(s.text for s in above)
        found: list[list[tuple[int, FundRow]]] = [[] for _ in blocks]
        at = row + 1
        while at <= self.grid.bottom:
            if not self.grid.row(at):
                at += 1
                continue
            taken = [self._row(at, block, label) for block in blocks]
            if not any(taken):
                break
            for list_, entry in zip(found, taken, strict=True):
                if entry:
                    list_.append((at, entry))
            at += 1
        for block, entries in zip(blocks, found, strict=True):
            for place, entry in entries:
                self._keep(place, block, entry, weight if not self.rows else None, row)
        return at

    def _label(self, row: int) -> Spot | None:
        """The section's label down the left of its rows, which is no item."""
        spots = [s for r in range(max(self.grid.top, row - 1), row + 1) for s in self.grid.row(r)
                 if s.bottom >= row and not self.labels.fund(s.text)]  # fmt: skip
        return next((s for s in spots if s.bottom > row or POINTS.search(s.text)), None)

    def _row(self, row: int, block: Block, label: Spot | None) -> FundRow | None:
        first = block.columns[0][1]
        names = [s for s in self.grid.row(row) if block.left <= s.column < first]
        values = {key: self._value(row, key, a, b) for key, a, b in block.columns}
        numbers = any(_DIGIT.search(values.get(key, "")) for key in _MONEY)
        text = names[-1].text if names else ""
        if not names and label and self.words.fund(pointed(label.text)[0], frozenset(), ""):
            text = label.text
        item, weight = pointed(text)
        known = bool(item) and self.words.fund(item, frozenset(), "") is not None
        typed = [values[key] for key in _MONEY if values.get(key)]
        if not known and not (numbers and all(_DIGIT.search(t) and len(t) < 25 for t in typed)):
            return None
        said = {key: values.get(key) or None for key in ("initial", "budget", "executed", "rate", "score")}
        return FundRow(item, **said, weight=values.get("weight") or weight)

    def _value(self, row: int, key: str, first: int, last: int) -> str:
        for column in range(first, last + 1):
            top, left, *_ = self.grid.area(row, column)
            if (top, left) == (row, column) and (text := self.grid.text(row, column, money=key in _MONEY)):
                return self._share(row, column, text) if key == "rate" else text
        return ""

    def _share(self, row: int, column: int, text: str) -> str:
        """A rate that its cell divides out and shows without % (0.9725), as a percentage of one decimal; no other."""
        value = self.grid.sheet.value(row, column)
        divided = "/" in self.grid.sheet.formulas.get((row, column), "")
        if not divided or "%" in text or isinstance(value, bool) or not isinstance(value, int | float):
            return text
        return shown(value, "0.0%") if 0 <= value <= _MOST else text

    def _keep(self, row: int, block: Block, entry: FundRow, weight: str | None, head: int) -> None:
        at = len(self.rows)
        if entry.weight is None and weight:
            entry = FundRow(entry.item, entry.initial, entry.budget, entry.executed, entry.rate, entry.score, weight)
        self.rows.append(entry)
        names = [s for s in self.grid.row(row) if block.left <= s.column < block.columns[0][1]]
        self.places["funds", at, ""] = (row, names[-1].column if names else block.columns[0][1])
        for key, first, _ in block.columns:
            self.places["funds", at, key] = (row, first)
        if not any(k == "weight" for k, *_ in block.columns) and (label := self._label(head)):
            self.places["funds", at, "weight"] = (label.row, label.column)
