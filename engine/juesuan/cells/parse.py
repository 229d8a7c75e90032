"""Cell formula text → tree.

The parser keeps its own stack, so a thousand brackets cost no recursion; a tree nested deeper than MAX_DEPTH, a text
longer than MAX_LENGTH and whatever must never be calculated (external references, DDE, structured references, 3-D
references, dynamic ranges) raise Unsupported with a Chinese reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from juesuan.cells.tree import (
    FIXED,
    LEVELS,
    MAX_COLUMN,
    MAX_ROW,
    Array,
    Call,
    Chain,
    Error,
    Logical,
    Missing,
    Name,
    Node,
    Number,
    Percent,
    Ref,
    Text,
    Unary,
    Union,
    Unsupported,
)

MAX_DEPTH = 128
MAX_LENGTH = 16_384  # Excel's own limit is 8,192

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A))
    |(?P<quoted>'(?:[^']|'')+'!)
    |(?P<external>\[)
    |(?P<bare>\w[\w.]*!)
    |(?P<cell>\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}(?![\w.(\[]))
    |(?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(\[]))
    |(?P<rows>\$?[1-9]\d{0,6}:\$?[1-9]\d{0,6}(?![\w.]))
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d{1,3}(?!\d))?)
    |(?P<call>[^\W\d][\w.]*\()
    |(?P<name>[^\W\d][\w.?]*)
    |(?P<op><=|>=|<>|[-+*/^&=<>%(),:;{}])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(r"(\$?)([A-Za-z]+)(\$?)(\d+)")
_PREFIXES = ("_XLFN._XLWS.", "_XLFN.", "_XLWS.")


class _Token(NamedTuple):
    kind: str
    text: str


@dataclass(slots=True)
class _Frame:
    """One open bracket: what was read inside it. ``name`` is "" for the formula itself, "(" for plain brackets."""

    name: str
    args: list[tuple[Node, int]] = field(default_factory=list)
    operands: list[tuple[Node, int]] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)


@lru_cache(maxsize=8192)
def parse(formula: str) -> Node:
    """The tree of ``formula`` (with or without its leading "="). Raises Unsupported."""
    text = formula[1:] if formula.startswith("=") else formula
    if len(text) > MAX_LENGTH:
        raise Unsupported(f"公式长达 {len(text)} 字，超过 {MAX_LENGTH} 字的上限")
    return _Parser(text).run()


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield _Token(kind, match.group())


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.frames = [_Frame("")]

    def run(self) -> Node:
        wants = True  # an operand comes next
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            wants = self.operand(token) if wants else self.operator(token)
        if wants or len(self.frames) != 1:
            raise self.wrong()
        self.reduce(0)
        ((node, _),) = self.frames[0].operands
        return node

    def wrong(self) -> Unsupported:
        shown = self.text if len(self.text) <= 40 else self.text[:40] + "…"
        return Unsupported(f"公式写法无法识别：{shown}")

    def peek(self, text: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].text == text

    # --- where an operand is expected: returns whether one is still expected after this token ---

    def operand(self, token: _Token) -> bool:
        frame = self.frames[-1]
        kind, text = token.kind, token.text
        if kind == "number":
            self.push(Number(Decimal(text)))
        elif kind == "text":
            self.push(Text(text[1:-1].replace('""', '"')))
        elif kind == "error":
            self.push(Error(text))
        elif kind in ("quoted", "bare"):
            self.push(self.qualified(_sheet_name(text)))
        elif kind in ("cell", "columns", "rows", "name"):
            self.push(self.reference(token, None))
        elif kind == "call":
            self.frames.append(_Frame(_function(text[:-1])))
            return True
        elif text == "(":
            self.frames.append(_Frame("("))
            return True
        elif text in ("+", "-"):
            frame.operators.append("u" + text)
            return True
        elif text == "{":
            self.push(self.array())
        elif text in (",", ")") and frame.name not in ("", "(") and not frame.operands and not frame.operators:
            if text == ")" and not frame.args:
                self.close(frame)
                return False
            frame.args.append((Missing(), 1))
            if text == ",":
                return True
            self.close(frame)
        elif kind == "external":
            raise Unsupported("引用了其他工作簿，不予计算")
        else:
            raise self.refused(text)
        return False

    def refused(self, text: str) -> Unsupported:
        if text == "|":
            return Unsupported("DDE 链接，不予计算")
        if text == "[":
            return Unsupported("结构化引用（表格列名），不支持")
        if text in ("#", "@"):
            return Unsupported("动态数组写法，不支持")
        return self.wrong()

    def push(self, node: Node, depth: int = 1) -> None:
        self.frames[-1].operands.append((node, depth))

    def qualified(self, sheet: str) -> Node:
        if "[" in sheet:
            raise Unsupported("引用了其他工作簿，不予计算")
        if ":" in sheet:
            raise Unsupported("跨多张表的三维引用，不支持")
        if self.at >= len(self.tokens):
            raise self.wrong()
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "error":
            return Error("#REF!")
        if token.kind not in ("cell", "columns", "rows", "name"):
            raise self.wrong()
        return self.reference(token, sheet)

    def reference(self, token: _Token, sheet: str | None) -> Node:
        text = token.text
        if token.kind == "name":
            if text.upper() in ("TRUE", "FALSE") and sheet is None:
                return Logical(text.upper() == "TRUE")
            if self.peek(":"):
                raise Unsupported("跨多张表的三维引用或动态区域，不支持")
            return Name(text, sheet)
        if token.kind == "columns":
            first, last = text.split(":")
            a, b = _column(first.lstrip("$")), _column(last.lstrip("$"))
            if max(a, b) >= MAX_COLUMN:
                raise self.wrong()
            return _rectangle(sheet, (0, a, False, first[0] == "$"), (MAX_ROW - 1, b, False, last[0] == "$"))
        if token.kind == "rows":
            first, last = text.split(":")
            a, b = int(first.lstrip("$")) - 1, int(last.lstrip("$")) - 1
            if max(a, b) >= MAX_ROW:
                raise self.wrong()
            return _rectangle(sheet, (a, 0, first[0] == "$", False), (b, MAX_COLUMN - 1, last[0] == "$", False))
        corner = _corner(text)
        if corner is None:
            return Name(text, sheet)
        if not self.peek(":"):
            return _rectangle(sheet, corner, corner)
        self.at += 1
        other = self.tokens[self.at] if self.at < len(self.tokens) else None
        if other is not None and other.kind in ("quoted", "bare") and _sheet_name(other.text) == sheet:
            self.at += 1
            other = self.tokens[self.at] if self.at < len(self.tokens) else None
        end = _corner(other.text) if other is not None and other.kind == "cell" else None
        if end is None or self.peek(":"):
            raise Unsupported("动态区域（冒号一侧不是单元格），不支持")
        self.at += 1
        return _rectangle(sheet, corner, end)

    def array(self) -> Node:
        rows: list[list[Node]] = [[]]
        sign = ""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.text in ("+", "-") and not sign:
                sign = token.text
                continue
            if token.kind == "number":
                rows[-1].append(Number(Decimal(sign.replace("+", "") + token.text)))
            elif token.kind == "text" and not sign:
                rows[-1].append(Text(token.text[1:-1].replace('""', '"')))
            elif token.kind == "error" and not sign:
                rows[-1].append(Error(token.text))
            elif token.text.upper() in ("TRUE", "FALSE") and not sign:
                rows[-1].append(Logical(token.text.upper() == "TRUE"))
            else:
                break
            sign = ""
            mark = self.tokens[self.at].text if self.at < len(self.tokens) else ""
            self.at += 1
            if mark == "}" and len({len(row) for row in rows}) == 1:
                return Array(tuple(map(tuple, rows)))
            if mark == ";":
                rows.append([])
            elif mark != ",":
                break
        raise self.wrong()

    # --- where an operator is expected: returns whether an operand is expected after it ---

    def operator(self, token: _Token) -> bool:
        frame, text = self.frames[-1], token.text
        if token.kind == "external" and isinstance(frame.operands[-1][0], Name):
            raise self.refused("[")
        if token.kind != "op":
            raise self.refused(text)
        if text == "%":
            node, depth = frame.operands.pop()
            if isinstance(node, Percent):
                node = Percent(node.operand, node.count + 1)
            else:
                node, depth = Percent(node), depth + 1
            self.push(node, self.bounded(depth))
            return False
        if text in LEVELS:
            self.reduce(LEVELS[text])
            frame.operators.append(text)
            return True
        if text == "," and frame.name:
            self.reduce(0)
            frame.args.append(frame.operands.pop())
            return True
        if text == ")" and frame.name:
            self.reduce(0)
            frame.args.append(frame.operands.pop())
            self.close(frame)
            return False
        if text == ":":
            raise Unsupported("动态区域（冒号一侧不是单元格），不支持")
        raise self.wrong()

    def close(self, frame: _Frame) -> None:
        self.frames.pop()
        nodes = tuple(node for node, _ in frame.args)
        depth = max((depth for _, depth in frame.args), default=0)
        if frame.name != "(":
            self.push(Call(frame.name, nodes), self.bounded(depth + 1))
        elif len(nodes) == 1:
            self.push(nodes[0], depth)
        else:
            self.push(Union(nodes), self.bounded(depth + 1))

    def bounded(self, depth: int) -> int:
        if depth > MAX_DEPTH:
            raise Unsupported(f"公式嵌套超过 {MAX_DEPTH} 层")
        return depth

    def reduce(self, level: int) -> None:
        """Build nodes for the pending operators that bind at least as tightly as ``level``."""
        frame = self.frames[-1]
        while frame.operators:
            op = frame.operators[-1]
            if op[0] == "u":
                frame.operators.pop()
                node, depth = frame.operands.pop()
                if isinstance(node, Unary):
                    node = Unary(op[1] + node.signs, node.operand)
                else:
                    node, depth = Unary(op[1], node), depth + 1
                self.push(node, self.bounded(depth))
                continue
            if LEVELS[op] < level:
                return
            frame.operators.pop()
            right, below = frame.operands.pop()
            left, depth = frame.operands.pop()
            if isinstance(left, Chain) and left.level == LEVELS[op]:
                self.push(Chain(left.first, (*left.rest, (op, right))), self.bounded(max(depth, below + 1)))
            else:
                self.push(Chain(left, ((op, right),)), self.bounded(max(depth, below) + 1))


_Corner = tuple[int, int, bool, bool]  # row, column, $ before the row, $ before the column


def _corner(text: str) -> _Corner | None:
    match = _CELL.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[4]) - 1, _column(match[2])
    return (row, column, bool(match[3]), bool(match[1])) if row < MAX_ROW and column < MAX_COLUMN else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _rectangle(sheet: str | None, a: _Corner, b: _Corner) -> Ref:
    top, bottom = (a, b) if a[0] <= b[0] else (b, a)
    left, right = (a, b) if a[1] <= b[1] else (b, a)
    fixed = (top[2] and FIXED["top"]) | (left[3] and FIXED["left"])
    fixed |= (bottom[2] and FIXED["bottom"]) | (right[3] and FIXED["right"])
    return Ref(sheet, top[0], left[1], bottom[0], right[1], int(fixed))


def _sheet_name(token: str) -> str:
    name = token[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _function(name: str) -> str:
    upper = name.upper()
    for prefix in _PREFIXES:
        if upper.startswith(prefix):
            return upper[len(prefix) :]
    return upper
