"""A running LibreOffice behind the Excel object model, over UNO: the cells are real, and so is the recalculation."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from juesuan.hosts.read import read_book
from tests import soffice
from tests.addin.backend import Area

_UNO = "/usr/lib/python3/dist-packages"
_DOCUMENT = "vnd.sun.star.script:VBAProject.{}?language=Basic&location=document"
_EXCEL = 1  # com.sun.star.sheet.AddressConvention.XL_A1
_ACROSS = {1: "STANDARD", -4131: "LEFT", -4108: "CENTER", -4152: "RIGHT"}


def _uno(name: str = "uno") -> Any:
    """The module ``uno`` (or ``unohelper``). It puts an ``import`` of its own in place, which calls a missing library
    another error than Python does, so that libraries which do without it no longer load: Python's is put back."""
    if name not in sys.modules:
        if _UNO not in sys.path:
            sys.path.append(_UNO)
        python = builtins.__import__
        try:
            builtins.__import__ = importlib.import_module("uno")._uno_import
            importlib.import_module(name)
        finally:
            builtins.__import__ = python
    return sys.modules[name]


class Office:
    """One LibreOffice process with a profile of its own, listening on this machine only."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._folder = tempfile.mkdtemp(prefix="juesuan-office-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        accept = f"socket,host=127.0.0.1,port={self.port};urp;StarOffice.ComponentContext"
        profile = (Path(self._folder) / "profile").as_uri()
        self._process = subprocess.Popen(
            [soffice.program(), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nologo",
             f"--accept={accept}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(environment) if environment else None,
        )  # fmt: skip
        self.desktop = connect(self.port)

    def open(self, path: Path, macros: bool = False) -> Document:
        """Open a workbook."""
        return Document(_load(self.desktop, path, macros), path.name, str(path.parent))

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(Exception):  # the connection breaks as it goes
            self.desktop.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def connect(port: int) -> Any:
    """The desktop of a LibreOffice that listens on a port; waits until it does."""
    uno = _uno()
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + soffice.PATIENCE
    while True:
        try:
            context = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # not listening yet
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def documents(desktop: Any) -> Iterator[Document]:
    """The workbooks open in a LibreOffice."""
    found = desktop.Components.createEnumeration()
    while found.hasMoreElements():
        document = found.nextElement()
        if hasattr(document, "Sheets"):
            path = Path(_uno().fileUrlToSystemPath(document.URL))
            yield Document(document, path.name, str(path.parent))


def _property(name: str, value: Any) -> Any:
    made = _uno().createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _load(desktop: Any, path: Path, macros: bool) -> Any:
    options = [_property("Hidden", True), _property("MacroExecutionMode", 4 if macros else 0)]
    return desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, tuple(options))


class Document:
    """A Backend over one open document."""

    def __init__(self, document: Any, name: str, path: str) -> None:
        self.document, self.name, self.path = document, name, path
        self._pages: dict[str, Any] = {}
        self._locked: dict[str, bool] = {}
        own = [sheet for sheet in self.sheets() if sheet.startswith("_juesuan")]
        self._very_hidden: set[str] = {sheet for sheet in own if not self._of(sheet).IsVisible}
        self._merges: dict[str, list[Area]] | None = None
        self._parser: Any = None

    def close(self) -> None:
        """Close without saving."""
        self.document.close(True)

    def _of(self, sheet: str) -> Any:
        if sheet not in self._pages:  # every question is a trip to another process
            self._pages[sheet] = self.document.Sheets.getByName(sheet)
        return self._pages[sheet]

    def _range(self, sheet: str, area: Area) -> Any:
        top, left, bottom, right = area
        return self._of(sheet).getCellRangeByPosition(left, top, min(right, 1023), min(bottom, 1_048_575))

    # --- sheets ---

    def sheets(self) -> list[str]:
        return list(self.document.Sheets.ElementNames)

    def add(self, name: str, at: int) -> None:
        self.document.Sheets.insertNewByName(name, at)

    def drop(self, sheet: str) -> None:
        self.document.Sheets.removeByName(sheet)
        self._pages.pop(sheet, None)
        self._locked.pop(sheet, None)
        self._very_hidden.discard(sheet)
        self._merges = None

    def rename(self, sheet: str, name: str) -> None:
        self._of(sheet).Name = name
        self._pages[name] = self._pages.pop(sheet)
        self._locked.clear()
        self._merges = None

    def move(self, sheet: str, at: int) -> None:
        self.document.Sheets.moveByName(sheet, at)

    def state(self, sheet: str) -> int:
        if self._of(sheet).IsVisible:
            return -1
        return 2 if sheet in self._very_hidden else 0

    def show(self, sheet: str, state: int) -> None:
        self._very_hidden.discard(sheet)
        if state == 2:  # LibreOffice knows no "very hidden"
            self._very_hidden.add(sheet)
        self._of(sheet).IsVisible = state == -1

    def tab(self, sheet: str) -> int | None:
        colour = self._of(sheet).TabColor
        return None if colour == -1 else _turned(colour)

    def colour_tab(self, sheet: str, colour: int | None) -> None:
        self._of(sheet).TabColor = -1 if colour is None else _turned(colour)

    def protected(self, sheet: str) -> bool:
        if sheet not in self._locked:
            self._locked[sheet] = bool(self._of(sheet).isProtected())
        return self._locked[sheet]

    def protect(self, sheet: str, secret: str) -> None:
        self._of(sheet).protect(secret)
        self._locked.pop(sheet, None)

    def unprotect(self, sheet: str, secret: str) -> bool:
        self._locked.pop(sheet, None)
        try:
            self._of(sheet).unprotect(secret)
        except Exception:  # another password
            return False
        return not self._of(sheet).isProtected()

    # --- cells ---

    def used(self, sheet: str) -> Area:
        cursor = self._of(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return 0, 0, end.EndRow, end.EndColumn

    def filled(self, sheet: str) -> set[tuple[int, int]]:
        _, _, bottom, right = self.used(sheet)
        rows = self._range(sheet, (0, 0, bottom, right)).getFormulaArray()
        return {(r, c) for r, row in enumerate(rows) for c, text in enumerate(row) if text != ""}

    def values(self, sheet: str, area: Area) -> tuple[tuple[Any, ...], ...]:
        block = self._range(sheet, area)
        rows = [[None if value == "" else value for value in row] for row in block.getDataArray()]
        for found in block.queryFormulaCells(4).RangeAddresses:  # those with an error
            for row in range(found.StartRow, found.EndRow + 1):
                for column in range(found.StartColumn, found.EndColumn + 1):
                    rows[row - area[0]][column - area[1]] = self._of(sheet).getCellByPosition(column, row).String
        return tuple(map(tuple, rows))

    def formulas(self, sheet: str, area: Area) -> tuple[tuple[Any, ...], ...]:
        block = self._range(sheet, area)
        rows = [list(row) for row in block.getFormulaArray()]
        parser = self._grammar()
        for found in block.queryContentCells(16).RangeAddresses:  # those with a formula
            for row in range(found.StartRow, found.EndRow + 1):
                for column in range(found.StartColumn, found.EndColumn + 1):
                    cell = self._of(sheet).getCellByPosition(column, row)
                    text = parser.printFormula(cell.getTokens(), cell.CellAddress)
                    text = _separated(text, ";", ",").replace("FALSE()", "FALSE").replace("TRUE()", "TRUE")
                    rows[row - area[0]][column - area[1]] = "=" + text
        return tuple(map(tuple, rows))

    def _grammar(self) -> Any:
        """A parser that speaks Excel's way of writing formulas."""
        if self._parser is None:
            self._parser = self.document.createInstance("com.sun.star.sheet.FormulaParser")
            self._parser.setPropertyValue("CompileEnglish", True)
            self._parser.setPropertyValue("FormulaConvention", _EXCEL)
        return self._parser

    def write(self, sheet: str, area: Area, rows: Sequence[Sequence[Any]], formulas: bool) -> None:
        if not formulas:
            plain = tuple(tuple(_sent(value) for value in row) for row in rows)
            self._range(sheet, area).setDataArray(plain)
            return
        parser = self._grammar()
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = self._of(sheet).getCellByPosition(area[1] + column, area[0] + at)
                cell.setTokens(parser.parseFormula(_separated(str(text)[1:], ",", ";"), cell.CellAddress))

    def clear(self, sheet: str) -> None:
        _, _, bottom, right = self.used(sheet)
        self._range(sheet, (0, 0, bottom, right)).clearContents(1023)
        self._of(sheet).Rows.OptimalHeight = True

    def get(self, sheet: str, area: Area, what: str) -> Any:
        if what == "threaded":
            return False
        cell = self._of(sheet).getCellByPosition(area[1], area[0])
        if what == "NumberFormat":
            return self.document.NumberFormats.getByKey(cell.NumberFormat).FormatString
        if what == "Locked":
            return cell.CellProtection.IsLocked
        colour = cell.CellBackColor
        return None if colour == -1 else _turned(colour)

    def set(self, sheet: str, area: Area, what: str, value: Any) -> None:
        block = self._range(sheet, area)
        uno = _uno()
        if what == "fill":
            block.CellBackColor = -1 if value is None else _turned(value)
        elif what == "Locked":
            kept = block.CellProtection
            kept.IsLocked = value
            block.CellProtection = kept
        elif what in ("row.Hidden", "column.Hidden"):
            (block.Rows if what[0] == "r" else block.Columns).IsVisible = not value
        elif what == "ColumnWidth":
            block.Columns.Width = round(value * 210)
        elif what == "row.AutoFit":
            block.Rows.OptimalHeight = value
        elif what == "RowHeight":
            block.Rows.Height = round(value * 35.28)
        elif what == "NumberFormat":
            formats, locale = self.document.NumberFormats, uno.createUnoStruct("com.sun.star.lang.Locale")
            key = formats.queryKey(value, locale, False)
            block.NumberFormat = formats.addNew(value, locale) if key == -1 else key
        elif what == "HorizontalAlignment":
            block.HoriJustify = uno.Enum("com.sun.star.table.CellHoriJustify", _ACROSS[value])
        elif what == "VerticalAlignment":
            block.VertJustify = 2  # middle
        elif what == "WrapText":
            block.IsTextWrapped = value
        elif what == "Font.Bold":
            block.CharWeight = block.CharWeightAsian = 150.0 if value else 100.0
        elif what == "Font.Size":
            block.CharHeight = block.CharHeightAsian = float(value)
        elif what == "Font.Color":
            block.CharColor = _turned(value)
        elif what == "Borders.LineStyle":
            line = uno.createUnoStruct("com.sun.star.table.BorderLine2")
            line.OuterLineWidth, line.Color = 18, 0xBFBFBF
            for side in ("TopBorder", "BottomBorder", "LeftBorder", "RightBorder"):
                setattr(block, side, line)

    # --- notes, merges, hidden lines ---

    def notes(self, sheet: str) -> dict[tuple[int, int], str]:
        found = {}
        for note in self._of(sheet).Annotations:
            found[note.Position.Row, note.Position.Column] = note.String
        return found

    def note(self, sheet: str, place: tuple[int, int], text: str | None) -> None:
        notes = self._of(sheet).Annotations
        for number in range(notes.Count):
            at = notes.getByIndex(number).Position
            if (at.Row, at.Column) == place:
                notes.removeByIndex(number)
                break
        if text is not None:
            notes.insertNew(self._of(sheet).getCellByPosition(place[1], place[0]).CellAddress, text)

    def merges(self, sheet: str) -> list[Area]:
        """LibreOffice does not list them, so they are read from a copy."""
        if self._merges is None:
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "copy.xlsx"
                self.save_copy(str(copy))
                self._merges = {page.name: list(page.merges) for page in read_book(copy).sheets}
        return self._merges.get(sheet, [])

    def merge(self, sheet: str, area: Area) -> None:
        self._range(sheet, area).merge(True)
        self._merges = None

    def unmerge(self, sheet: str) -> None:
        _, _, bottom, right = self.used(sheet)
        self._range(sheet, (0, 0, bottom, right)).merge(False)
        self._merges = None

    def hidden(self, sheet: str) -> tuple[set[int], set[int]]:
        _, _, bottom, right = self.used(sheet)
        block = self._range(sheet, (0, 0, bottom, right))
        shown = block.queryVisibleCells().RangeAddresses
        rows = {r for a in shown for r in range(a.StartRow, a.EndRow + 1)}
        columns = {c for a in shown for c in range(a.StartColumn, a.EndColumn + 1)}
        return set(range(bottom + 1)) - rows, set(range(right + 1)) - columns

    # --- the workbook ---

    def names(self) -> dict[str, str]:
        found = {}
        names = self.document.NamedRanges
        for name in names.ElementNames:
            text = names.getByName(name).Content
            match = re.fullmatch(r"\$?('(?:[^']|'')+'|[^.']+)\.(.+)", text)
            found[name] = f"{match[1]}!{match[2]}" if match else text
        return found

    def define(self, name: str, reference: str | None) -> None:
        names = self.document.NamedRanges
        if name in names.ElementNames:
            names.removeByName(name)
        if reference is not None:
            sheet, _, cell = reference.rpartition("!")
            where = _uno().createUnoStruct("com.sun.star.table.CellAddress")
            names.addNewByName(name, f"${sheet}.{cell}", where, 0)

    def copy_row(self, sheet: str, row: int, like: int) -> None:
        page = self._of(sheet)
        page.Rows.insertByIndex(row, 1)
        source = like + (like >= row)
        target = page.getCellByPosition(0, row).CellAddress
        page.copyRange(target, page.getCellRangeByPosition(0, source, 1023, source).RangeAddress)
        self._merges = None

    def recalculate(self) -> None:
        self.document.calculateAll()

    def save_copy(self, path: str) -> None:
        kind = "Calc MS Excel 2007 VBA XML" if path.endswith(".xlsm") else "Calc MS Excel 2007 XML"
        self.document.storeToURL(Path(path).as_uri(), (_property("FilterName", kind),))

    def add_rule(self, sheet: str, area: Area, kind: str, details: Mapping[str, Any]) -> None:
        if kind == "link":
            cell = self._of(sheet).getCellByPosition(area[1], area[0])
            shown, target = cell.String, str(details["target"])
            link = self.document.createInstance("com.sun.star.text.TextField.URL")
            link.Representation, link.URL = shown, "#" + target.replace("!", ".")
            cell.setString("")
            cell.insertTextContent(cell.createTextCursor(), link, False)
        elif kind == "filter":
            ranges = self.document.DatabaseRanges
            if sheet in ranges.ElementNames:
                ranges.removeByName(sheet)
            ranges.addNewByName(sheet, self._range(sheet, area).RangeAddress)
            ranges.getByName(sheet).AutoFilter = True

        elif kind == "page":
            self._page(sheet, details)

    def _page(self, sheet: str, details: Mapping[str, Any]) -> None:
        families = self.document.StyleFamilies.getByName("PageStyles")
        name = f"juesuan-{sheet}"
        if name not in families.ElementNames:
            families.insertByName(name, self.document.createInstance("com.sun.star.style.PageStyle"))
        style = families.getByName(name)
        self._of(sheet).PageStyle = name
        if details.get("Orientation") == 2:
            style.IsLandscape, style.Width, style.Height = True, 29700, 21000
        if "FitToPagesWide" in details:
            style.ScaleToPagesX = details["FitToPagesWide"]
            style.ScaleToPagesY = 0

    def script(self, name: str) -> Any:
        """A macro of the document ("Module.Name"). Raises LookupError."""
        try:
            return self.document.getScriptProvider().getScript(_DOCUMENT.format(name))
        except Exception:
            raise LookupError(name) from None

    def run(self, macro: str, argument: str) -> Any:
        script = self.script("JuesuanHost." + macro.rpartition("!")[2])
        result, _, _ = script.invoke((argument,), (), ())
        return result


def _separated(formula: str, old: str, new: str) -> str:
    """Another sign between arguments; texts keep theirs."""
    return '"'.join(part if at % 2 else part.replace(old, new) for at, part in enumerate(formula.split('"')))


def _turned(colour: int) -> int:
    """Red and blue exchanged: Excel counts colours the other way round."""
    return (colour & 255) << 16 | colour & 0xFF00 | colour >> 16 & 255


def _sent(value: Any) -> Any:
    """A value as LibreOffice takes it; the mark of a text is Excel's."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return float(value)
    return value.removeprefix("'") if isinstance(value, str) else value
