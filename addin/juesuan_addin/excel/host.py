"""The adapter for Excel and WPS: a Port over an xlwings book."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

from juesuan.book import cell_place
from juesuan.draft import Rectangle, SheetDraft, Style
from juesuan_addin.excel import drawing, native
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

#: The macro of our own add-in that hands over a whole workbook in one call.
READER = "juesuan.xlam!JuesuanRead"
_ERRORS = {
    -2146826288: "#NULL!", -2146826281: "#DIV/0!", -2146826273: "#VALUE!", -2146826265: "#REF!",
    -2146826259: "#NAME?", -2146826252: "#NUM!", -2146826246: "#N/A", -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!", -2146826238: "#CALC!",
}  # fmt: skip


class ExcelHost:
    """A Port over one open workbook. ``reader``: the macro that reads all at once, "" to do without."""

    def __init__(self, book: xw.Book, reader: str = READER) -> None:
        self.book, self.app = book, book.app
        self._reader = reader
        self._calls = 0

    @property
    def program(self) -> str:
        return f"{self.app.api.Name} {self.app.api.Version}"

    @property
    def calls(self) -> int:
        return self._calls

    # --- reading ---

    def read(self) -> BookReading:
        sheets = self._at_once() if self._reader else None
        if sheets is None:
            sheets = tuple(self._sheet(sheet) for sheet in self.book.sheets)
        active: Any = self.book.api.ActiveSheet
        selected = self.app.selection
        return BookReading(
            self.book.name,
            str(self.book.api.Path),
            sheets,
            native.names(self.book),
            native.structure_protected(self.book),
            str(active.Name),
            "A1" if selected is None else selected.address.replace("$", "").partition(":")[0],
        )

    def _at_once(self) -> tuple[SheetReading, ...] | None:
        """By our macro where the add-in is loaded; None where it is not."""
        try:
            found = native.whole(self.app, self._reader, self.book.name)
        except Exception:  # the program's own error: no such macro, macros switched off
            self._reader = ""
            return None
        self._calls += 1
        return tuple(_unpacked(tuple(entry)) for entry in found)

    def _sheet(self, sheet: xw.Sheet) -> SheetReading:
        used = sheet.used_range
        self._calls += 2
        values, formulas = _grid(used.raw_value), _grid(used.formula)
        hidden_rows, hidden_columns = native.hidden(sheet)
        protected = bool(sheet.api.ProtectContents)
        return SheetReading(
            sheet.name,
            native.state(sheet),
            used.row - 1,
            used.column - 1,
            _clean(values),
            formulas,
            native.merges(sheet),
            hidden_rows,
            hidden_columns,
            protected,
        )

    def looks(self, sheet: str, cells: Sequence[str]) -> list[Look]:
        here = self._of(sheet)
        return [native.look(here, cell) for cell in cells]

    def notes(self, sheet: str) -> dict[str, str]:
        return native.notes(self._of(sheet))

    def tab_colour(self, sheet: str) -> Fill:
        return native.tab_colour(self._of(sheet))

    def protection(self, sheet: str) -> Protection | None:
        return native.protection(self._of(sheet))

    def locked(self, sheet: str, cells: Sequence[str]) -> list[bool]:
        here = self._of(sheet)
        return [native.locked(here, cell) for cell in cells]

    # --- writing ---

    def paint(self, sheet: str, fills: Mapping[str, Fill]) -> None:
        by_fill: dict[Fill, list[str]] = {}
        for cell, fill in fills.items():
            by_fill.setdefault(fill, []).append(cell)
        for fill, cells in by_fill.items():
            self._try(sheet, lambda here, cells=cells, fill=fill: native.paint(here, cells, fill))

    def note(self, sheet: str, notes: Mapping[str, str | None]) -> None:
        for cell, text in notes.items():
            self._try(sheet, lambda here, cell=cell, text=text: native.set_note(here, cell, text))

    def colour_tab(self, sheet: str, colour: Fill) -> None:
        self._try(sheet, lambda here: native.colour_tab(here, colour))

    def write(self, sheet: str, puts: Sequence[Put]) -> None:
        self._try(sheet, lambda here: drawing.write(here, list(puts)))

    def unprotect(self, sheet: str, secret: str = "") -> None:
        native.unprotect(self._of(sheet), secret)

    def protect(self, sheet: str, how: Protection, secret: str = "") -> None:
        native.protect(self._of(sheet), how, secret)

    def protect_book(self, on: bool, secret: str = "") -> None:
        native.protect_book(self.book, on, secret)

    def lock(self, sheet: str, areas: Sequence[str], locked: bool) -> None:
        self._try(sheet, lambda here: native.lock(here, areas, locked))

    def put_sheet(
        self, draft: SheetDraft, styles: Mapping[str, Style], after: str = "", filters: str = ""
    ) -> None:
        drawing.put(self.book, draft, styles, after, filters)

    def drop_sheet(self, sheet: str) -> None:
        here = self._of(sheet)
        native.set_state(here, "visible")  # a very hidden sheet cannot be deleted
        here.delete()

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
            native.activate(here)
            here.range(cell).select()

    def working(self, text: str | None) -> None:
        self.app.screen_updating = text is None
        self.app.status_bar = False if text is None else text

    def keep_copy(self, path: Path) -> None:
        native.save_copy(self.book, str(path))

    def tell(self, text: str, title: str, serious: bool = False) -> None:
        self.app.alert(text, title, mode="critical" if serious else "info")

    def ask(self, text: str, title: str) -> bool:
        return self.app.alert(text, title, buttons="yes_no", mode="info") == "yes"

    def secret(self, text: str, title: str) -> str | None:
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
            raise Refused(f"工作簿中没有名为“{name}”的工作表，请核对后再试。") from error

    def _try(self, name: str, change: Any) -> None:
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
