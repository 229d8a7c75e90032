"""Conditions of a roll-up by 科目 code, answered at once: LEN(codes)=3, LEN(codes)=LEN(code)+2,
LEFT(codes,LEN(code))=code&"".

The same comes of computing them cell by cell; a table has fifty of them, and a bureau's heap thousands of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from juesuan.book import Value
from juesuan.cells.evaluate import Place
from juesuan.cells.tree import Call, Chain, Node, Number, Ref, Text
from juesuan.cells.values import Block

Lookup = Callable[[Place], Value]
_LONG = 20_000  # a whole column is cut to the used area elsewhere


def outcome(condition: Node, sheet: str, lookup: Lookup) -> Block | None:
    """True or False for each cell of the column; None where the condition is another or a cell holds no plain code."""
    match condition:
        case Chain(Call("LEN", (Ref() as codes,)), (("=", length),)):
            digits, held = _digits(length, sheet, lookup), _texts(codes, sheet, lookup)
            if digits is not None and held is not None:
                return _column(codes, [len(text) == digits for text in held])
        case Chain(Call("LEFT", (Ref() as codes, Call("LEN", (Ref() as own,)))), (("=", text),)):
            same = text in (own, Chain(own, (("&", Text("")),)))
            code, held = _code(own, sheet, lookup) if same else None, _texts(codes, sheet, lookup)
            if code and held is not None:
                return _column(codes, [text.startswith(code) for text in held])
    return None


def _column(codes: Ref, cells: Sequence[bool]) -> Block:
    return Block(codes.bottom - codes.top + 1, 1, tuple(cells))


def _digits(node: Node, sheet: str, lookup: Lookup) -> int | None:
    match node:
        case Number(value) if value == int(value):
            return int(value)
        case Chain(Call("LEN", (Ref() as own,)), (("+", Number(value)),)) if value == int(value):
            code = _code(own, sheet, lookup)
            return None if code is None else len(code) + int(value)
    return None


def _code(own: Ref, sheet: str, lookup: Lookup) -> str | None:
    held = _texts(own, sheet, lookup) if own.single else None
    return None if held is None else held[0]


def _texts(codes: Ref, sheet: str, lookup: Lookup) -> list[str] | None:
    """The codes of one column, "" for a blank cell; None where something else stands there."""
    if codes.left != codes.right or codes.bottom - codes.top > _LONG:
        return None
    name = sheet if codes.sheet is None else codes.sheet
    held = [lookup((name, row, codes.left)) for row in range(codes.top, codes.bottom + 1)]
    found = ["" if value is None else value for value in held if value is None or isinstance(value, str)]
    plain = len(found) == len(held) and all(not text or (text.isascii() and text.isdecimal()) for text in found)
    return found if plain else None
