"""Expression trees of cell formulas: frozen nodes and ``show``, their canonical text.

Rows and columns are 0-based and inclusive; whole columns and rows are rectangles that reach the sheet's edge. Operators
of one precedence level are one ``Chain``, evaluated from the left, so that depth means real nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from juesuan.book import cell_name

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
#: Binary operators by level, loosest first; prefix signs and % bind tighter than all of them.
LEVELS = {"=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "<>": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


class Unsupported(Exception):
    """A formula is not calculated; ``str()`` says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Logical:
    value: bool


@dataclass(frozen=True, slots=True)
class Error:
    code: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An argument left empty: ``IF(A1,,2)``."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A cell or rectangle; ``sheet`` None means the formula's own; ``fixed`` holds the $ as bits (see FIXED)."""

    sheet: str | None
    top: int
    left: int
    bottom: int
    right: int
    fixed: int = 0

    @property
    def single(self) -> bool:
        return self.top == self.bottom and self.left == self.right


#: Bits of Ref.fixed: $ before the top row, left column, bottom row, right column.
FIXED = {"top": 1, "left": 2, "bottom": 4, "right": 8}
ALL_FIXED = 15


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name, with the sheet it was qualified by."""

    text: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """``signs`` ("-", "--", "+"…) before ``operand``."""

    signs: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Percent:
    operand: Node
    count: int = 1


@dataclass(frozen=True, slots=True)
class Chain:
    """``first`` op operand op operand…, all operators of one level."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    @property
    def level(self) -> int:
        return LEVELS[self.rest[0][0]]


@dataclass(frozen=True, slots=True)
class Union:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """An array constant; cells are Number, Text, Logical or Error."""

    rows: tuple[tuple[Node, ...], ...]


Node = Number | Text | Logical | Error | Missing | Ref | Name | Call | Unary | Percent | Chain | Union | Array

_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*\Z")
_LIKE_CELL = re.compile(r"(?:[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*|(?i:true|false))\Z")


def show(node: Node) -> str:
    """The formula text of ``node`` without "="; ``parse(show(x)) == x`` for every tree that ``parse`` returns."""
    match node:
        case Number(value):
            return str(value)
        case Text(value):
            return '"' + value.replace('"', '""') + '"'
        case Logical(value):
            return "TRUE" if value else "FALSE"
        case Error(code):
            return code
        case Missing():
            return ""
        case Ref():
            return _ref(node)
        case Name(text, sheet):
            return _sheet(sheet) + text
        case Call(name, args):
            return f"{name}({','.join(map(show, args))})"
        case Unary(signs, operand):
            return signs + (_primary(operand) if not isinstance(operand, Percent) else show(operand))
        case Percent(operand, count):
            return _primary(operand) + "%" * count
        case Chain(first, rest):
            level = node.level
            return _operand(first, level) + "".join(op + _operand(right, level + 1) for op, right in rest)
        case Union(parts):
            return f"({','.join(map(show, parts))})"
        case Array(rows):
            return "{" + ";".join(",".join(map(show, row)) for row in rows) + "}"


def _primary(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, Chain | Unary | Percent) else show(node)


def _operand(node: Node, level: int) -> str:
    return f"({show(node)})" if isinstance(node, Chain) and node.level < level else show(node)


def _sheet(sheet: str | None) -> str:
    if sheet is None:
        return ""
    if _PLAIN_SHEET.match(sheet) and not _LIKE_CELL.match(sheet):
        return sheet + "!"
    return "'" + sheet.replace("'", "''") + "'!"


def _ref(ref: Ref) -> str:
    rows, columns = (ref.top, ref.bottom), (ref.left, ref.right)
    dollar = ["$" if ref.fixed & bit else "" for bit in FIXED.values()]
    if rows == (0, MAX_ROW - 1):
        text = f"{dollar[1]}{_letters(ref.left)}:{dollar[3]}{_letters(ref.right)}"
    elif columns == (0, MAX_COLUMN - 1):
        text = f"{dollar[0]}{ref.top + 1}:{dollar[2]}{ref.bottom + 1}"
    else:
        text = f"{dollar[1]}{_letters(ref.left)}{dollar[0]}{ref.top + 1}"
        last = f"{dollar[3]}{_letters(ref.right)}{dollar[2]}{ref.bottom + 1}"
        if not ref.single or text != last:
            text += ":" + last
    return _sheet(ref.sheet) + text


def _letters(column: int) -> str:
    return cell_name(0, column)[:-1]


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below ``node``."""
    match node:
        case Call(_, args):
            return args
        case Unary(_, operand) | Percent(operand, _):
            return (operand,)
        case Chain(first, rest):
            return (first, *(right for _, right in rest))
        case Union(parts):
            return parts
        case _:
            return ()


def spans(node: Node) -> bool:
    """Whether a range, name or array constant occurs in ``node``."""
    match node:
        case Ref():
            return not node.single
        case Name() | Array():
            return True
        case _:
            return any(spans(child) for child in children(node))


def placed(node: Node) -> bool:
    """Whether the value depends on where the formula stands: ROW() and COLUMN()."""
    if isinstance(node, Call) and node.name in ("ROW", "COLUMN") and not node.args:
        return True
    return any(placed(child) for child in children(node))
