"""The table printed: name, measured, ratio, target, verdict, aligned for a terminal in which 汉字 take two columns."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row; ``good`` is None where there is no target."""

    name: str
    measured: str
    ratio: str = ""
    target: str = ""
    good: bool | None = None

    @property
    def verdict(self) -> str:
        return "" if self.good is None else ("达到" if self.good else "不足")


def table(title: str, lines: list[Line]) -> str:
    """The rows under a title; "" where there are none."""
    if not lines:
        return ""
    cells = [(line.name, line.measured, line.ratio, line.target, line.verdict) for line in lines]
    widths = [max(_width(row[column]) for row in cells) for column in range(5)]
    body = ["  ".join(_padded(text, widths[i], left=i in (0, 3)) for i, text in enumerate(row)) for row in cells]
    return "\n".join(["", title, *(f"  {row.rstrip()}" for row in body)])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    blank = " " * (width - _width(text))
    return text + blank if left else blank + text
