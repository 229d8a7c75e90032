"""Small workbooks for tests: {"C8": "=SUM(C9:C12)", …} per sheet."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import openpyxl

from juesuan.book import Book, Sheet, Value, cell_name, cell_place
from juesuan.cells.recompute import Recalculated, recompute

Cells = Mapping[str, Value]


def book(cells: Cells, cached: Cells | None = None, names: Mapping[str, str] | None = None, **others: Cells) -> Book:
    """A workbook with sheet S (``cells``) and one sheet per keyword."""
    sheets = tuple(
        sheet(title, found, cached if title == "S" else None) for title, found in {"S": cells, **others}.items()
    )
    return Book("试.xlsx", sheets, names or {})


def sheet(title: str, cells: Cells, cached: Cells | None = None, hidden: frozenset[int] = frozenset()) -> Sheet:
    formulas = {cell_place(k): v[1:] for k, v in cells.items() if isinstance(v, str) and v.startswith("=")}
    values = {cell_place(k): v for k, v in cells.items() if cell_place(k) not in formulas}
    values |= {cell_place(k): v for k, v in (cached or {}).items()}
    height = max((row for row, _ in values), default=-1) + 1
    width = max((col for _, col in values), default=-1) + 1
    rows = [[values.get((row, col)) for col in range(width)] for row in range(height)]
    return Sheet(title, rows, formulas, hidden_rows=hidden)


def value(formula: str, cells: Cells | None = None, **others: Cells) -> Value:
    """What ``formula`` gives in Z99 of a sheet with ``cells``."""
    found = recompute(book({**(cells or {}), "Z99": formula}, **others))
    assert ("S", 98, 25) in found.values, (dict(found.unsupported), found.cycles)
    return found.values["S", 98, 25]


def reason(formula: str, cells: Cells | None = None) -> str:
    """Why ``formula`` is not calculated."""
    found: Recalculated = recompute(book({**(cells or {}), "Z99": formula}))
    assert ("S", 98, 25) not in found.values
    return found.unsupported["S", 98, 25]


def by_libreoffice(source: Book, folder: Path) -> dict[tuple[str, str], Value]:
    """(sheet, cell) → value of every cell, as LibreOffice calculates the workbook."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]
    for part in source.sheets:
        target = workbook.create_sheet(part.name)
        for row, cells in enumerate(part.rows, 1):
            for col, cell in enumerate(cells, 1):
                if cell is not None:
                    target.cell(row, col).value = cell
        for (row, col), formula in part.formulas.items():
            target.cell(row + 1, col + 1).value = "=" + formula
    path, out = folder / "in.xlsx", folder / "out"
    workbook.save(path)
    program = shutil.which("soffice")
    assert program, "LibreOffice 没有安装"
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(out),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    result = openpyxl.load_workbook(out / "in.xlsx", data_only=True)
    found: dict[tuple[str, str], Value] = {}
    for worksheet in result.worksheets:
        for line in worksheet.iter_rows():
            for cell in line:
                found[worksheet.title, cell_name(cell.row - 1, cell.column - 1)] = cell.value
    return found
