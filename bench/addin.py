"""The add-in's own time: what 校验 costs beyond the program's reading and writing, beside the headless run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import juesuan
from bench import clock
from bench.show import Line
from juesuan.annotate import marks
from juesuan.catalogue import load
from juesuan.hosts.read import read_book
from juesuan.validation import examine
from juesuan_addin import apply
from juesuan_addin.port import BookReading, Look, SheetReading
from juesuan_addin.snapshot import snapshot


class Swallowing:
    """A port whose program takes no time: cells look plain, and whatever is written is dropped."""

    def looks(self, sheet: str, cells: Sequence[str]) -> list[Look]:
        return [Look("")] * len(cells)

    def notes(self, sheet: str) -> dict[str, str]:
        return {}

    def tab_colour(self, sheet: str) -> str:
        return ""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **named: None


def reading(path: Path) -> BookReading:
    """A workbook as a program would hand it over."""
    book = read_book(path)
    sheets = []
    for sheet in book.sheets:
        width = max((len(row) for row in sheet.rows), default=0)
        values = tuple((*row, *[None] * (width - len(row))) for row in sheet.rows)
        formulas = tuple(
            tuple(_formula(sheet.formulas, value, (row, column)) for column, value in enumerate(cells))
            for row, cells in enumerate(values)
        )
        sheets.append(SheetReading(sheet.name, sheet.state, 0, 0, values, formulas, sheet.merges))  # type: ignore[arg-type]
    return BookReading(book.name, "", tuple(sheets), dict(book.defined_names))


def _formula(formulas: Mapping[tuple[int, int], str], value: object, place: tuple[int, int]) -> object:
    return f"={formulas[place]}" if place in formulas else value


def lines(paths: Sequence[Path], seconds: float) -> list[Line]:
    """The table's lines."""
    readings, catalogue = [reading(path) for path in paths], load()
    port: Any = Swallowing()

    def press(number: int) -> None:
        book = snapshot(readings[number % len(readings)])
        apply.renew(port, book, marks(examine(book, catalogue), "zh", catalogue))

    best = clock.interleaved(
        {
            "press": press,
            "snapshot": lambda n: snapshot(readings[n % len(readings)]),
            "validate": lambda n: juesuan.validate(paths[n % len(paths)]),
        },
        seconds,
        5,
    )
    ratio = best["press"] / best["validate"]
    shown = f"{ratio:.2f} ×"
    return [
        Line("juesuan.validate（命令行）", f"{best['validate'] * 1000:.2f} ms"),
        Line("由读到的块做成快照", f"{best['snapshot'] * 1000:.2f} ms"),
        Line("按下“校验”，不计表格程序的读写", f"{best['press'] * 1000:.2f} ms", shown, "≤ 1.5 ×", ratio <= 1.5),
    ]
