"""The registry of shapes: a builder, and what must be told of its workbook (patterns; nothing else may be told)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.foreign.book import Book
from tests.foreign.cases import Case

Build = Callable[[Case], Book]


@dataclass(frozen=True)
class Shape:
    """One shape; ``told``: patterns of the problems it must tell; ``cases`` it suits."""

    build: Build
    told: tuple[str, ...] = ()
    cases: tuple[str, ...] = ("000", "001", "003")


SHAPES: dict[str, Shape] = {}


def shape(*told: str, cases: tuple[str, ...] = ("000", "001", "003")) -> Callable[[Build], Build]:
    """Register a builder."""

    def register(build: Build) -> Build:
        SHAPES[build.__name__] = Shape(build, told, cases)
        return build

    return register
