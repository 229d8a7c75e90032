"""Forms placed on worksheets, and a record of where every figure of the case went."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from .cases import Address, Case
from .style import Cell, Form, Value

MONEY = "#,##0.00"
_LINE = Side(style="thin")
_THIN = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="DDE6F0")
_WIDTHS = {"code": 10, "name": 30, "line": 6, "amount": 14, "decoy": 14, "blank": 3}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Spot(NamedTuple):
    """A cell of a written workbook."""

    sheet: str
    cell: str


class Lead(NamedTuple):
    """One row above a table: what stands at the left edge, in the middle and at the right edge."""

    left: str = ""
    middle: str = ""
    right: str = ""


Leads = Callable[[Case, Form], list[Lead]]


def usual_leads(case: Case, form: Form) -> list[Lead]:
    """Title, 公开NN表 and a row with the unit's name, the year and 万元."""
    return [
        Lead(middle=form.title),
        Lead(right=f"公开{form.number:02}表"),
        Lead(f"{case['kind']}：{case['unit']}", f"{case['year']}年度", "金额单位：万元"),
    ]


@dataclass(frozen=True)
class Look:
    """How forms stand on a sheet."""

    leads: Leads = usual_leads
    merge_title: bool = True
    merge_heads: bool = True
    borders: bool = True
    money_format: str = MONEY
    notes: Callable[[Case, Form], list[str]] = lambda _case, form: [
        *form.notes,
        *([form.remark] if form.remark else []),
    ]


@dataclass
class Book:
    """A workbook being written, with the place of every figure and of every number that is not one."""

    case: Case
    workbook: Workbook = field(default_factory=Workbook)
    figures: dict[Address, Spot] = field(default_factory=dict)
    decoys: set[Spot] = field(default_factory=set)
    cached: dict[Spot, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        del self.workbook[self.workbook.sheetnames[0]]

    def sheet(self, name: str) -> Worksheet:
        """A new sheet; a name too long for a workbook is cut as software cuts it."""
        sheet: Worksheet = self.workbook.create_sheet(name[:31])
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
        return sheet

    def text_sheet(self, name: str, rows: list[list[Value]]) -> None:
        """A sheet that is none of the nine tables; its numbers are nobody's figures."""
        sheet = self.sheet(name)
        for r, row in enumerate(rows, start=1):
            for c, value in enumerate(row, start=1):
                cell = sheet.cell(r, c, value)
                if isinstance(value, float):
                    cell.number_format = MONEY
                    self.decoys.add(Spot(sheet.title, cell.coordinate))

    def place(self, sheet: Worksheet, form: Form, look: Look, top: int = 1, left: int = 1) -> int:
        """Write a form with its upper left corner at a cell; the first free row below it."""
        return _Placing(self, sheet, form, look, left).write(top)

    def sheets(self, written: list[Form], look: Look, name: Callable[[Form], str]) -> None:
        """One sheet per form."""
        for form in written:
            self.place(self.sheet(name(form)), form, look)

    def save(self, path: Path) -> None:
        """Write the file, with the cached values of formulas where some are wanted."""
        self.workbook.save(path)
        if self.cached:
            _write_cached(path, self.workbook.sheetnames, self.cached)


class _Placing:
    """One form on its way onto a sheet."""

    def __init__(self, book: Book, sheet: Worksheet, form: Form, look: Look, left: int) -> None:
        self.book, self.sheet, self.form, self.look = book, sheet, form, look
        self.at = [left]
        for column in form.columns:
            self.at.append(self.at[-1] + column.width)

    def write(self, top: int) -> int:
        for column, start in zip(self.form.columns, self.at, strict=False):
            for n in range(start, start + column.width):
                sizes, letter = self.sheet.column_dimensions, get_column_letter(n)
                known = sizes[letter].width if letter in sizes else 0
                sizes[letter].width = max(known, _WIDTHS[column.kind] / column.width)
        row = self._heads(self._leads(top))
        for index, cells in enumerate(self.form.rows):
            for position, cell in enumerate(cells):
                if cell is not None:
                    self._body(row, position, cell)
            if index in self.form.hidden_rows:
                self.sheet.row_dimensions[row].hidden = True
            row += 1
        for note in self.look.notes(self.book.case, self.form):
            self.sheet.cell(row, self.at[0], note)
            row += 1
        return row

    def _leads(self, row: int) -> int:
        last = self.at[-1] - 1
        for lead in self.look.leads(self.book.case, self.form):
            only_middle = bool(lead.middle) and not lead.left and not lead.right
            if only_middle and self.look.merge_title:
                self._put(row, self.at[0], lead.middle, last - self.at[0] + 1, 1, bold=True, centre=True)
            else:
                self._edge(row, self.at[0], lead.left, "left")
                self._edge(row, (self.at[0] + last) // 2, lead.middle, "center")
                self._edge(row, last, lead.right, "right")
            row += 1
        return row

    def _edge(self, row: int, column: int, text: str, side: str) -> None:
        if text:
            self.sheet.cell(row, column, text).alignment = Alignment(horizontal=side)

    def _heads(self, row: int) -> int:
        columns = self.form.columns
        depth = max(len(column.path) for column in columns)
        for level in range(depth):
            position = 0
            while position < len(columns):
                path = columns[position].path
                end = position + 1
                if len(path) > level + 1:
                    end = next(
                        (n for n in range(end, len(columns)) if columns[n].path[: level + 1] != path[: level + 1]),
                        len(columns),
                    )
                if len(path) > level:
                    down = depth - level if len(path) == level + 1 else 1
                    across = self.at[end] - self.at[position]
                    if not self.look.merge_heads:
                        down = across = 1
                    self._put(row + level, self.at[position], path[level], across, down, head=True, centre=True)
                position = end
        return row + depth

    def _body(self, row: int, position: int, cell: Cell) -> None:
        column = self.at[position]
        across = self.at[position + cell.across] - column
        self._put(row, column, cell.value, across, cell.down, centre=cell.kind in ("line", "code"))
        written = self.sheet.cell(row, column)
        spot = Spot(self.sheet.title, written.coordinate)
        if cell.kind in ("amount", "decoy"):
            written.alignment = Alignment(horizontal="right")
            written.number_format = "@" if isinstance(cell.value, str) else self.look.money_format
            if cell.kind == "decoy":
                self.book.decoys.add(spot)
        if cell.at is not None:
            self.book.figures[cell.at] = spot

    def _put(
        self,
        row: int,
        column: int,
        value: Value,
        across: int,
        down: int,
        *,
        bold: bool = False,
        head: bool = False,
        centre: bool = False,
    ) -> None:
        cell = self.sheet.cell(row, column, value)
        if bold:
            cell.font = Font(bold=True, size=16)
        if head:
            cell.fill = _HEAD_FILL
        if centre:
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        if self.look.borders and not bold:
            for r in range(row, row + down):
                for c in range(column, column + across):
                    self.sheet.cell(r, c).border = _THIN
        if across > 1 or down > 1:
            self.sheet.merge_cells(
                start_row=row, end_row=row + down - 1, start_column=column, end_column=column + across - 1
            )


def _write_cached(path: Path, names: list[str], cached: Mapping[Spot, float]) -> None:
    """Put cached values beside formulas, which openpyxl writes without any."""
    with tempfile.TemporaryDirectory() as folder:
        patched = Path(folder) / path.name
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(patched, "w", zipfile.ZIP_DEFLATED) as target:
            for info in source.infolist():
                data = source.read(info)
                number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", info.filename)
                if number:
                    name = names[int(number[1]) - 1]
                    data = _cached_sheet(data, {s.cell: value for s, value in cached.items() if s.sheet == name})
                target.writestr(info, data)
        shutil.move(patched, path)


def _cached_sheet(data: bytes, values: Mapping[str, float]) -> bytes:
    root = etree.fromstring(data)
    for cell in root.iter(f"{_MAIN}c"):
        name = cell.get("r") or ""
        if cell.find(f"{_MAIN}f") is not None and name in values:
            value = cell.find(f"{_MAIN}v")
            if value is None:
                value = etree.SubElement(cell, f"{_MAIN}v")
            value.text = repr(values[name])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def resave(path: Path) -> Path:
    """The same workbook as LibreOffice writes it (formulas recalculated, styles its own), next to the original."""
    target = path.with_name(f"{path.stem}.resaved.xlsx")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = ["soffice", "--headless", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"]
        command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        shutil.move(out / path.name, target)
    return target
