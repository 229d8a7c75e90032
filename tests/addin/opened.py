"""A workbook open in any kind of program, under one set of questions: what the contract tests ask."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from openpyxl import load_workbook

from juesuan.book import Book
from juesuan.edits import Edit
from juesuan.hosts import patch
from juesuan.hosts.read import read_book
from juesuan_addin import apply as live
from juesuan_addin.excel.host import ExcelHost
from juesuan_addin.excel.patience import Patience
from juesuan_addin.port import Port
from juesuan_addin.snapshot import snapshot
from tests.addin import browser, model, windows
from tests.addin.memory import Memory
from tests.addin.office import Document, Office

NAME = "决算公开表.xlsx"


class Opened(Protocol):
    """A workbook in some program."""

    def book(self) -> Book: ...
    def edit(self, edits: Sequence[Edit]) -> None: ...
    def renew(self, edits: Sequence[Edit]) -> None: ...
    def clear(self) -> None: ...
    def fill(self, sheet: str, cell: str) -> str: ...
    def notes(self, sheet: str) -> dict[str, str]: ...
    def tab(self, sheet: str) -> str: ...


class File:
    """A file, changed by hosts.patch."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def book(self) -> Book:
        return read_book(self.data, name=NAME)

    def edit(self, edits: Sequence[Edit]) -> None:
        self.data = patch.apply_edits(self.data, edits)

    def renew(self, edits: Sequence[Edit]) -> None:
        self.data = patch.annotate(self.data, edits)

    def clear(self) -> None:
        self.data = patch.clear_marks(self.data)

    def _sheet(self, sheet: str) -> Any:
        return load_workbook(io.BytesIO(self.data))[sheet]

    def fill(self, sheet: str, cell: str) -> str:
        found = self._sheet(sheet)[cell].fill
        return str(found.fgColor.rgb)[-6:] if found.fill_type == "solid" else ""

    def notes(self, sheet: str) -> dict[str, str]:
        cells = (cell for row in self._sheet(sheet).iter_rows() for cell in row)
        return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}

    def tab(self, sheet: str) -> str:
        colour = self._sheet(sheet).sheet_properties.tabColor
        return "" if colour is None else str(colour.rgb)[-6:]


class Live:
    """An open workbook, changed through a port. ``said``: what its dialogs said; ``application``: its object model."""

    def __init__(self, port: Port, said: list[str], application: Any = None, document: Any = None) -> None:
        self.port, self._said, self.application, self.document = port, said, application, document

    def said(self) -> list[str]:
        return list(self._said)

    def book(self) -> Book:
        return snapshot(self.port.read())

    @contextlib.contextmanager
    def _opened(self) -> Iterator[None]:
        lifted = {s.name: self.port.protection(s.name) for s in self.port.read().sheets if s.protected}
        for name in lifted:
            self.port.unprotect(name)
        yield
        for name, how in lifted.items():
            if how is not None and any(s.name == name and not s.protected for s in self.port.read().sheets):
                self.port.protect(name, how)

    def edit(self, edits: Sequence[Edit]) -> None:
        with self._opened():
            live.apply(self.port, self.book(), edits)

    def renew(self, edits: Sequence[Edit]) -> None:
        with self._opened():
            live.renew(self.port, self.book(), edits)

    def clear(self) -> None:
        with self._opened():
            live.clear(self.port, self.book())

    def fill(self, sheet: str, cell: str) -> str:
        return self.port.looks(sheet, [cell])[0].fill

    def notes(self, sheet: str) -> dict[str, str]:
        return self.port.notes(sheet)

    def tab(self, sheet: str) -> str:
        return self.port.tab_colour(sheet)


class Spoken(ExcelHost):
    """The adapter with dialogs that only write down what they would say."""

    def __init__(self, book: Any, password: str = "", patience: Patience | None = None) -> None:
        super().__init__(book, patience=patience)
        self.dialogs: list[str] = []
        self.files: list[Path] = []
        self.password = password
        self.yes = True

    def tell(self, text: str, title: str, serious: bool = False) -> None:
        self.dialogs.append(f"{title}\n{text}")

    def open_file(self, path: Path) -> None:
        self.files.append(path)

    def secret(self, text: str, title: str) -> str | None:
        self.dialogs.append(f"{title}\n{text}")
        return self.password

    def ask(self, text: str, title: str) -> bool:
        self.dialogs.append(f"{title}\n{text}")
        return self.yes


def com(data: bytes, password: str = "", memory: Memory | None = None, patience: Patience | None = None) -> Live:
    """In the recording object model, in memory."""
    application = model.Application(memory or Memory(data, NAME))
    patience = patience or Patience()
    host = Spoken(windows.book_of(application, NAME, patience), password, patience)
    return Live(host, host.dialogs, application, application._books[0]._backend)


@contextlib.contextmanager
def office(running: Office, data: bytes, folder: Path, password: str = "", name: str = NAME,
           macros: bool = False) -> Iterator[Live]:  # fmt: skip
    """In LibreOffice."""
    path = folder / name
    path.write_bytes(data)
    document: Document = running.open(path, macros)
    try:
        application = model.Application(document)
        host = Spoken(windows.book_of(application, name), password)
        yield Live(host, host.dialogs, application, document)
    finally:
        document.close()


class Page(Live):
    """In the task pane."""

    def __init__(self, pane: browser.Pane) -> None:
        super().__init__(pane.port, [])
        self._pane = pane

    def said(self) -> list[str]:
        return self._pane.said()


@contextlib.contextmanager
def pane(data: bytes, folder: Path, password: str = "") -> Iterator[Page]:
    """In Chromium."""
    with browser.pane(Memory(data, NAME), folder, password) as found:
        yield Page(found)


def cells(book: Book) -> dict[str, dict[tuple[int, int], Any]]:
    """Everything that is not blank, by sheet and place; our record left out."""
    return {
        sheet.name: {
            (row, column): value
            for row, values in enumerate(sheet.rows)
            for column, value in enumerate(values)
            if value not in (None, "")
        }
        for sheet in book.sheets
        if sheet.name != "_juesuan_marks"
    }


def formulas(book: Book) -> dict[str, Mapping[tuple[int, int], str]]:
    """Formulas by sheet; LibreOffice writes FALSE() for FALSE in files."""
    return {
        sheet.name: {place: text.replace("FALSE()", "FALSE") for place, text in sheet.formulas.items()}
        for sheet in book.sheets
    }
