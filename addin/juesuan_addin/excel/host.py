"""The adapter for Excel and WPS: a Port over an xlwings book."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import xlwings as xw

from juesuan.book import cell_name, cell_place
from juesuan.draft import Rectangle, SheetDraft, Style
from juesuan_addin.excel import ask, drawing, native, protection
from juesuan_addin.excel.patience import Patience, is_busy
from juesuan_addin.port import (
    BookReading,
    Fill,
    Grid,
    Held,
    Look,
    Protection,
    Put,
    Refused,
    SheetReading,
)

#: Seconds to wait for a busy program where something must not be left undone: protection, the screen.
_PROTECTING = 600.0
#: What is switched off while a button works.
_QUIET = ("ScreenUpdating", "EnableEvents")
#: The macro of our own add-in that hands over a whole workbook in one call.
READER = "juesuan.xlam!JuesuanRead"
_ERRORS = {
    -2146826288: "#NULL!", -2146826281: "#DIV/0!", -2146826273: "#VALUE!", -2146826265: "#REF!",
    -2146826259: "#NAME?", -2146826252: "#NUM!", -2146826246: "#N/A", -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!", -2146826238: "#CALC!",
}  # fmt: skip


class ExcelHost:
    """A Port over one open workbook. ``reader``: the macro that reads all at once, "" to do without.

    ``patience``: the one that the workbook's objects are asked with.
    """

    def __init__(self, book: xw.Book, reader: str = READER, patience: Patience | None = None) -> None:
        self.book, self.app = book, book.app
        self._reader, self._patience = reader, patience or Patience()
        self._calls = 0
        self._before: dict[str, bool] | None = None

    @property
    def program(self) -> str:
        return f"{self.app.api.Name} {self.app.api.Version}"

    @property
    def calls(self) -> int:
        return self._calls

    # --- reading ---

    def read(self) -> BookReading:
        names, sheets = (self._at_once() if self._reader else None) or (
            native.names(self.book),
            tuple(self._sheet(sheet) for sheet in self.book.sheets),
        )
        active: Any = self.book.api.ActiveSheet
        return BookReading(
            self.book.name,
            str(self.book.api.Path),
            sheets,
            names,
            protection.structure_protected(self.book),
            str(active.Name),
            native.selected(self.app),
        )

    def _at_once(self) -> tuple[dict[str, str], tuple[SheetReading, ...]] | None:
        """Names and sheets by our macro where the add-in is loaded; None where it is not, or is of another version."""
        try:
            names, found = native.whole(self.app, self._reader, self.book.name)
            read = {str(name): str(target).lstrip("=") for name, target in names}
            sheets = tuple(_unpacked(tuple(entry)) for entry in found)
            sheets = tuple(self._exact(sheet) for sheet in sheets)
        except Exception as error:  # the program's own error: no such macro, macros switched off
            if is_busy(error):
                raise
            self._reader = ""
            return None
        self._calls += 1
        return read, sheets

    def _sheet(self, sheet: xw.Sheet) -> SheetReading:
        used = native.used(sheet)
        self._calls += 2
        values, formulas = _grid(used.raw_value), _grid(used.formula)
        hidden_rows, hidden_columns = native.hidden(used)
        protected = bool(sheet.api.ProtectContents)
        reading = SheetReading(
            sheet.name,
            native.state(sheet),
            used.row - 1,
            used.column - 1,
            _clean(values),
            formulas,
            native.merges(used),
            hidden_rows,
            hidden_columns,
            protected,
        )
        return self._exact(reading)

    def _exact(self, reading: SheetReading) -> SheetReading:
        """Cells that show a currency are told with four decimals only; the whole number is in what was typed there,
        and where a formula stands, in one more block.
        """
        places = [(row, column) for row, values in enumerate(reading.values) for column, value in enumerate(values)
                  if isinstance(value, Decimal)]  # fmt: skip
        if not places:
            return reading
        rows = [list(values) for values in reading.values]
        left: list[tuple[int, int]] = []
        for row, column in places:
            try:
                rows[row][column] = float(str(reading.formulas[row][column]))
            except ValueError:
                left.append((row, column))
        if left:
            self._calls += 1
            first = cell_name(reading.top, reading.left)
            last = cell_name(reading.top + len(rows) - 1, reading.left + len(rows[0]) - 1)
            block = _grid(native.numbers(self._of(reading.name), f"{first}:{last}"))
            for row, column in left:
                rows[row][column] = float(block[row][column])
        return replace(reading, values=tuple(map(tuple, rows)))

    def looks(self, sheet: str, cells: Sequence[str]) -> list[Look]:
        here = self._of(sheet)
        return [native.look(here, cell) for cell in cells]

    def notes(self, sheet: str) -> dict[str, str]:
        return native.notes(self._of(sheet))

    def tab_colour(self, sheet: str) -> Fill:
        return native.tab_colour(self._of(sheet))

    def protection(self, sheet: str) -> Protection | None:
        return protection.protection(self._of(sheet))

    def locked(self, sheet: str, cells: Sequence[str]) -> list[bool]:
        here = self._of(sheet)
        return [protection.locked(here, cell) for cell in cells]

    # --- writing ---

    def paint(self, sheet: str, fills: Mapping[str, Fill]) -> None:
        by_fill: dict[Fill, list[str]] = {}
        for cell, fill in fills.items():
            by_fill.setdefault(fill, []).append(cell)
        for fill, cells in by_fill.items():
            self._try(sheet, partial(native.paint, cells=cells, fill=fill))

    def note(self, sheet: str, notes: Mapping[str, str | None]) -> None:
        for cell, text in notes.items():
            self._try(sheet, partial(native.set_note, cell=cell, text=text))

    def colour_tab(self, sheet: str, colour: Fill) -> None:
        self._try(sheet, lambda here: native.colour_tab(here, colour))

    def write(self, sheet: str, puts: Sequence[Put]) -> None:
        self._try(sheet, lambda here: drawing.write(here, list(puts)))

    def unprotect(self, sheet: str, secret: str = "") -> None:
        protection.unprotect(self._of(sheet), secret)

    def protect(self, sheet: str, how: Protection, secret: str = "") -> None:
        with self._patience.at_least(_PROTECTING):
            protection.protect(self._of(sheet), how, secret)

    def protect_book(self, on: bool, secret: str = "") -> None:
        with self._patience.at_least(_PROTECTING if on else 0):
            protection.protect_book(self.book, on, secret)

    def lock(self, sheet: str, areas: Sequence[str], locked: bool) -> None:
        self._try(sheet, lambda here: protection.lock(here, areas, locked))

    def put_sheet(
        self, draft: SheetDraft, styles: Mapping[str, Style], after: str = "", filters: str = ""
    ) -> None:
        drawing.put(self.book, draft, styles, after, filters)

    def drop_sheet(self, sheet: str) -> None:
        here = self._of(sheet)
        native.set_state(here, "visible")  # a very hidden sheet cannot be deleted
        native.delete(here)

    def define(self, name: str, reference: str | None) -> None:
        native.define(self.book, name, reference)

    def insert_row(self, sheet: str, row: int, like: int) -> None:
        self._try(sheet, lambda here: native.insert_copy(here, row, like))

    def recalculate(self) -> None:
        native.recalculate(self.app)

    # --- in front of the person ---

    def select(self, sheet: str, cell: str) -> None:
        here = self._of(sheet)
        if native.state(here) == "visible":
            self.book.api.Activate()  # a cell is selected only in the workbook that is in front
            native.activate(here)
            here.range(cell).select()

    def working(self, text: str | None) -> None:
        """Quiet while it lasts: no drawing, none of the workbook's own macros at each cell that is written."""
        api: Any = self.app.api
        if text is None:
            with self._patience.at_least(_PROTECTING):
                for name, value in (self._before or dict.fromkeys(_QUIET, True)).items():
                    native.switch(self.app, name, value)
                api.StatusBar = False
            self._before = None
            return
        if self._before is None:
            # A line of ours that still stands there is that of a press which was killed: what it switched off was on.
            killed = str(api.StatusBar).startswith(text.partition("：")[0] + "：")
            self._before = {name: killed or native.switched(self.app, name) for name in _QUIET}
        api.StatusBar = text
        for name in _QUIET:
            native.switch(self.app, name, False)

    def keep_copy(self, path: Path) -> None:
        native.save_copy(self.book, str(path))

    def tell(self, text: str, title: str, serious: bool = False) -> None:
        self.app.alert(text, title, mode="critical" if serious else "info")

    def ask(self, text: str, title: str) -> bool:
        return self.app.alert(text, title, buttons="yes_no", mode="info") == "yes"

    def secret(self, text: str, title: str) -> str | None:
        try:
            return ask.hidden(text, title)
        except Exception:  # no tkinter here, or no screen for it: the program's own box, which shows what is typed
            return native.ask_text(self.app, text, title)

    def open_file(self, path: Path) -> None:
        if sys.platform == "win32":
            os.startfile(path)
        else:
            subprocess.Popen(["open" if sys.platform == "darwin" else "xdg-open", str(path)])

    # --- inside ---

    def _of(self, name: str) -> xw.Sheet:
        try:
            return self.book.sheets[name]
        except Exception as error:  # the program's own error: no such sheet
            if is_busy(error):
                raise
            raise Refused(f"工作簿中没有名为“{name}”的工作表，请核对后再试。") from error

    def _try(self, name: str, change: Callable[[xw.Sheet], None]) -> None:
        """Make a change; what the program refuses on a protected sheet is said in a sentence."""
        here = self._of(name)
        try:
            change(here)
        except Refused:
            raise
        except Exception as error:
            if here.api.ProtectContents:
                raise Refused(f"工作表“{name}”受保护，有的格子锁定，没有写入；请先撤消保护。") from error
            raise


def _grid(block: object) -> tuple[tuple[Any, ...], ...]:
    """A block as rows: a single cell comes alone, a single row sometimes flat."""
    if not isinstance(block, tuple | list):
        return ((block,),)
    return tuple(tuple(row) if isinstance(row, tuple | list) else (row,) for row in block)


def _clean(rows: Sequence[Sequence[Any]]) -> Grid:
    return tuple(tuple(_value(value) for value in row) for row in rows)


def _value(value: Any) -> Held:
    """Errors come as whole numbers of their own; amounts never do."""
    if type(value) is int:
        return _ERRORS.get(value, "#ERROR!") if value < -2_146_000_000 else float(value)
    return value  # type: ignore[no-any-return]


def _unpacked(entry: tuple[Any, ...]) -> SheetReading:
    """What JuesuanRead says of one sheet."""
    name, visible, row, column, values, formulas, merged, hidden_rows, hidden_columns, protected = entry
    return SheetReading(
        str(name),
        native.STATES.get(int(visible), "visible"),
        int(row) - 1,
        int(column) - 1,
        _clean(_grid(values)),
        _grid(formulas),
        tuple(_rectangle(area) for area in str(merged).split()),
        tuple(int(number) - 1 for number in str(hidden_rows).split()),
        tuple(int(number) - 1 for number in str(hidden_columns).split()),
        bool(protected),
    )


def _rectangle(area: str) -> Rectangle:
    first, _, last = area.partition(":")
    return (*cell_place(first), *cell_place(last or first))
