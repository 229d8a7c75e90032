"""A sheet as binding looks at it: texts brought to one form, merged cells seen through.

Binding depends on texts, merges and the few numbers it asks about (codes typed as numbers, 栏次). The grid records what
it asked and what the answer was, so that a place map can be reused for the next file that answers the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache

from juesuan.book import Sheet, Value
from juesuan.text import plain

Answer = str | bool


@lru_cache(maxsize=16384)
def _text_digits(text: str) -> str:
    text = _WRAPPING.sub("", unicodedata.normalize("NFKC", text))
    return text if text.isascii() and text.isdigit() else ""


def digits_of(value: Value) -> str:
    """The digits of a cell that holds nothing else: text "２０８" or a number 208.0; else ""."""
    if isinstance(value, str):
        return _text_digits(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if 0 <= value < 10_000_000 and value == int(value) else ""


def is_number(value: Value) -> bool:
    """True for a cell that holds a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@lru_cache(maxsize=16384)
def code_in(text: str) -> str:
    """The digits of a text that is a code of 类, 款 or 项 written in parts or marked as such, else ""."""
    match = _PARTS.match(_WRAPPING.sub("", unicodedata.normalize("NFKC", text)))
    return "".join(g for g in match.groups() if g) if match else ""


_PARTS = re.compile(r"^(\d{3})(?:[.\-—–·/]?(\d{2}))?(?:[.\-—–·/]?(\d{2}))?[类款项]?$")
_WRAPPING = re.compile(r"[\s\u00a0\u3000'’\[\]【】]+")


class Grid:
    """One sheet, 0-based. ``asked``: (row, column, "digits"|"number"|"filled") → the answer given."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.name = sheet.name
        self.height = len(sheet.rows)
        self.width = max((len(row) for row in sheet.rows), default=0)
        self.asked: dict[tuple[int, int, str], Answer] = {}

    @cached_property
    def _merged(self) -> dict[tuple[int, int], tuple[int, int, int, int]]:
        found = {}
        for area in self.sheet.merges:
            top, left, bottom, right = area
            if (bottom - top + 1) * (right - left + 1) > 5_000:
                continue  # a merge over half a sheet is decoration, not structure
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    found[row, column] = area
        return found

    def area(self, row: int, column: int) -> tuple[int, int, int, int]:
        """The merged area that covers a cell (the cell itself where it is not merged)."""
        return self._merged.get((row, column), (row, column, row, column))

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """The cell that carries the value shown at a place."""
        merged = self._merged.get((row, column))
        return merged[:2] if merged else (row, column)

    @cached_property
    def _shown(self) -> dict[tuple[int, int], str]:
        """Every place that shows text, merged ones too."""
        shown = {(row, column): text for row, column, text in self.texts if (row, column) not in self._merged}
        for place, (top, left, _, _) in self._merged.items():
            if isinstance(value := self.sheet.value(top, left), str):
                shown[place] = value
        return shown

    def raw(self, row: int, column: int) -> str:
        """The text shown at a place as written, "" for blanks and for anything that is not text."""
        return self._shown.get((row, column), "")

    def own(self, row: int, column: int) -> str:
        """The text a cell itself holds ("" for all but the first cell of a merge)."""
        value = self.sheet.value(row, column)
        return value if isinstance(value, str) else ""

    def label(self, row: int, column: int) -> str:
        """``raw`` as a plain label."""
        text = self._shown.get((row, column))
        return plain(text) if text and len(text) < 200 else ""

    def digits(self, row: int, column: int) -> str:
        """The digits a place shows where it shows nothing else, else ""."""
        text = self._shown.get((row, column))
        if text is not None:
            return digits_of(text)
        place = self.origin(row, column)
        answer = self.asked[(*place, "digits")] = digits_of(self.sheet.value(*place))
        return answer

    def code(self, row: int, column: int) -> str:
        """``digits``, or the digits of a code written in parts (208.05.02, 208-05, 2080502项)."""
        text = self._shown.get((row, column))
        return self.digits(row, column) if text is None else digits_of(text) or code_in(text)

    def is_number(self, row: int, column: int) -> bool:
        """True if a place shows a number."""
        place = self.origin(row, column)
        answer = is_number(self.sheet.value(*place))
        self.asked[(*place, "number")] = answer
        return answer

    def filled(self, row: int, column: int) -> bool:
        """True if a place shows anything at all."""
        place = self.origin(row, column)
        answer = self.sheet.value(*place) is not None
        self.asked[(*place, "filled")] = answer
        return answer

    def holds_figures(self, least: int = 5, most: int = 5_000) -> bool:
        """True if at least so many numbers stand among the first cells."""
        found = seen = 0
        for r, row in enumerate(self.sheet.rows):
            for c, value in enumerate(row):
                if not isinstance(value, str):
                    seen += 1
                    found += self.is_number(r, c)
                    if found >= least or seen > most:
                        return found >= least
        return False

    @cached_property
    def texts(self) -> list[tuple[int, int, str]]:
        """Every cell that itself holds text: (row, column, text), top to bottom."""
        return [
            (r, c, v) for r, row in enumerate(self.sheet.rows) for c, v in enumerate(row) if v and isinstance(v, str)
        ]

    def stack(self, column: int, top: int, bottom: int) -> list[str]:
        """The labels over a column from row ``top`` to ``bottom`` (inclusive), each merged label once."""
        found: list[str] = []
        seen = set()
        for row in range(top, bottom + 1):
            place = self.origin(row, column)
            if place not in seen and (text := self.label(row, column)):
                found.append(text)
            seen.add(place)
        return found


def answers(sheet: Sheet, asked: tuple[tuple[tuple[int, int, str], Answer], ...]) -> bool:
    """True if a sheet gives the same answers as the one that was asked before."""
    for (row, column, question), answer in asked:
        value = sheet.value(row, column)
        now: Answer = (
            digits_of(value)
            if question == "digits"
            else is_number(value)
            if question == "number"
            else value is not None
        )
        if now != answer:
            return False
    return True
