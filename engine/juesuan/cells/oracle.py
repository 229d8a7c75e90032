"""The ``formulas`` library as a second opinion and as a fallback for functions not known here.

The only module that imports it, and only when it is asked. It rounds ROUND(1.005,2) down, counts numeric text in SUM
and takes circles for 0, so its answers are never preferred to our own.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from juesuan.book import Book, Value, cell_place
from juesuan.cells.evaluate import Place
from juesuan.cells.tree import Unsupported

MAX_FORMULAS = 2_000  # about three milliseconds each
MAX_BYTES = 64 << 20
_ADDRESS = re.compile(r"'\[[^\]]*\](.*)'!([A-Z]+\d+)")


def oracle(path: Path | str, limit: int = MAX_FORMULAS) -> dict[Place, Value]:
    """Values of the cells of the workbook at ``path`` as ``formulas`` calculates them, sheet names in capitals.

    Raises Unsupported where the workbook has external links, more than ``limit`` formulas, or defeats the library.
    """
    _refuse(Path(path), limit)
    try:
        import formulas

        with contextlib.redirect_stderr(io.StringIO()):  # it draws progress bars
            solution = formulas.ExcelModel().loads(str(path)).finish(circular=False).calculate()
    except Exception as error:  # the library raises whatever a foreign formula makes it trip over
        raise Unsupported(f"formulas 库无法计算该工作簿（{type(error).__name__}）") from error
    found: dict[Place, Value] = {}
    for address, cells in solution.items():
        match = _ADDRESS.fullmatch(str(address))
        if match is not None:
            row, column = cell_place(match[2])
            found[match[1].replace("''", "'"), row, column] = _value(cells)
    return found


def fallback(path: Path | str, limit: int = MAX_FORMULAS) -> Callable[[Book, frozenset[Place]], Mapping[Place, Value]]:
    """A ``fallback`` for ``recompute``: what ``oracle`` knows of the cells asked for, nothing where it refuses."""

    def ask(book: Book, places: frozenset[Place]) -> Mapping[Place, Value]:
        try:
            known = oracle(path, limit)
        except Unsupported:
            return {}
        found = {place: known.get((place[0].upper(), place[1], place[2])) for place in places}
        return {place: value for place, value in found.items() if value is not None and not _refused(value)}

    return ask


def _refused(value: Value) -> bool:
    """#NAME? is how the library says that it does not know a function either."""
    return value == "#NAME?"


def _refuse(path: Path, limit: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if any(info.filename.startswith("xl/externalLinks/") for info in infos):
                raise Unsupported("工作簿有外部链接，不交给 formulas 库计算")
            if sum(info.file_size for info in infos) > MAX_BYTES:
                raise Unsupported("工作簿过大，不交给 formulas 库计算")
            count = 0
            for info in infos:
                if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                    count += len(re.findall(rb"<(?:\w+:)?f[ >]", archive.read(info)))
    except (OSError, zipfile.BadZipFile) as error:
        raise Unsupported("文件不是可读的 xlsx 工作簿") from error
    if count > limit:
        raise Unsupported(f"公式有 {count} 条，超过 formulas 库的上限 {limit} 条")


def _value(cells: Any) -> Value:
    value = getattr(cells, "value", cells)
    while hasattr(value, "flat") and getattr(value, "size", 0) == 1:
        value = value.flat[0]
        if hasattr(value, "item"):
            value = value.item()
    if isinstance(value, bool | int | float | str):
        return value
    text = str(value)
    return text if text.startswith("#") else None
