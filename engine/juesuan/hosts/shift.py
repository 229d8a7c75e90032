"""Shared formulas: one text stands for a block of cells, its relative references moving with the cell."""

from __future__ import annotations

import re

from juesuan.book import Cell

_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
_TOKEN = re.compile(
    r"""(?P<keep>"(?:[^"]|"")*+"            # text
      | '(?:[^']|'')*+'!?                   # quoted sheet name
      | \[[^\[\]]*+(?:\[[^\[\]]*+\][^\[\]]*+)*+\]   # workbook number or table columns
      | [\w.\\?]++[!(]                      # bare sheet name or function name
      | \$?[A-Za-z]{1,3}\$?[0-9]{1,7}+[\w.\\?]++  # a longer word that begins like a reference
      )
      | (?P<cell>(?P<ca>\$?)(?P<c>[A-Za-z]{1,3})(?P<ra>\$?)(?P<r>[0-9]{1,7}))
      | (?P<columns>(?P<xa>\$?)(?P<x>[A-Za-z]{1,3}):(?P<ya>\$?)(?P<y>[A-Za-z]{1,3})(?![\w.(!]))
      | (?P<rows>(?P<ta>\$?)(?P<t>[0-9]{1,7}):(?P<ba>\$?)(?P<b>[0-9]{1,7})(?![\w.]))
      | [\w.\\?$]++                         # other words and numbers
    """,
    re.VERBOSE,
)


def shift(formula: str, origin: Cell, place: Cell) -> str:
    """``formula`` as written for ``origin``, as it reads in ``place``; a reference leaving the grid becomes #REF!."""
    down, right = place[0] - origin[0], place[1] - origin[1]

    def moved(match: re.Match[str]) -> str:
        part = match.group
        if match["cell"]:
            column, row = _column(part("ca"), part("c"), right), _row(part("ra"), part("r"), down)
            return column + row if column and row else "#REF!"
        if match["columns"]:
            first, last = _column(part("xa"), part("x"), right), _column(part("ya"), part("y"), right)
            return f"{first}:{last}" if first and last else "#REF!"
        if match["rows"]:
            first, last = _row(part("ta"), part("t"), down), _row(part("ba"), part("b"), down)
            return f"{first}:{last}" if first and last else "#REF!"
        return match[0]

    return _TOKEN.sub(moved, formula)


def _row(fixed: str, digits: str, by: int) -> str:
    if fixed:
        return "$" + digits
    row = int(digits) - 1 + by
    return str(row + 1) if 0 <= row <= _LAST_ROW else ""


def _column(fixed: str, letters: str, by: int) -> str:
    if fixed:
        return "$" + letters
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    column += by
    if not 1 <= column <= _LAST_COLUMN + 1:
        return ""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
