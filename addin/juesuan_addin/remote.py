"""A Port whose program is at the other end of a channel: the task pane of WPS's (or Office's) JavaScript add-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from juesuan.draft import SheetDraft, Style
from juesuan_addin import wire
from juesuan_addin.port import BookReading, Fill, Locked, Look, Protection, Put, Refused

#: Ask the other end: the method's name and its arguments → the answer. Raises Refused.
Ask = Callable[[str, Mapping[str, Any]], Any]


class RemotePort:
    """A Port over a channel; every method is one call. ``program``: what the other end says it is."""

    def __init__(self, ask: Ask, program: str = "WPS") -> None:
        self._ask, self._program = ask, program
        self._calls = 0

    @property
    def program(self) -> str:
        return self._program

    @property
    def calls(self) -> int:
        return self._calls

    def _do(self, method: str, **arguments: Any) -> Any:
        return self._ask(method, arguments)

    def _lift(self, method: str, **arguments: Any) -> None:
        try:
            self._do(method, **arguments)
        except Refused as error:
            raise Locked(str(error)) from error

    def read(self) -> BookReading:
        self._calls += 1
        return wire.read_book(self._do("read"))

    def looks(self, sheet: str, cells: Sequence[str]) -> list[Look]:
        return wire.read_looks(self._do("looks", sheet=sheet, cells=list(cells))) if cells else []

    def notes(self, sheet: str) -> dict[str, str]:
        return {str(cell): str(text) for cell, text in self._do("notes", sheet=sheet).items()}

    def paint(self, sheet: str, fills: Mapping[str, Fill]) -> None:
        if fills:
            self._do("paint", sheet=sheet, fills=dict(fills))

    def note(self, sheet: str, notes: Mapping[str, str | None]) -> None:
        if notes:
            self._do("note", sheet=sheet, notes=dict(notes))

    def tab_colour(self, sheet: str) -> Fill:
        return str(self._do("tab_colour", sheet=sheet))

    def colour_tab(self, sheet: str, colour: Fill) -> None:
        self._do("colour_tab", sheet=sheet, colour=colour)

    def write(self, sheet: str, puts: Sequence[Put]) -> None:
        if puts:
            self._do("write", sheet=sheet, puts=[wire.put(block) for block in puts])

    def protection(self, sheet: str) -> Protection | None:
        return wire.read_protection(self._do("protection", sheet=sheet))

    def unprotect(self, sheet: str, secret: str = "") -> None:
        self._lift("unprotect", sheet=sheet, secret=secret)

    def protect(self, sheet: str, how: Protection, secret: str = "") -> None:
        self._do("protect", sheet=sheet, how=wire.protection(how), secret=secret)

    def protect_book(self, on: bool, secret: str = "") -> None:
        do = self._do if on else self._lift
        do("protect_book", on=on, secret=secret)

    def lock(self, sheet: str, areas: Sequence[str], locked: bool) -> None:
        self._do("lock", sheet=sheet, areas=list(areas), locked=locked)

    def locked(self, sheet: str, cells: Sequence[str]) -> list[bool]:
        return [bool(one) for one in self._do("locked", sheet=sheet, cells=list(cells))]

    def put_sheet(
        self, draft: SheetDraft, styles: Mapping[str, Style], after: str = "", filters: str = ""
    ) -> None:
        self._do("put_sheet", draft=wire.sheet(draft, styles, after, filters))

    def drop_sheet(self, sheet: str) -> None:
        self._do("drop_sheet", sheet=sheet)

    def define(self, name: str, reference: str | None) -> None:
        self._do("define", name=name, reference=reference)

    def insert_row(self, sheet: str, row: int, like: int) -> None:
        self._do("insert_row", sheet=sheet, row=row, like=like)

    def recalculate(self) -> None:
        self._do("recalculate")

    def select(self, sheet: str, cell: str) -> None:
        self._do("select", sheet=sheet, cell=cell)

    def working(self, text: str | None) -> None:
        self._do("working", text=text)

    def keep_copy(self, path: Path) -> None:
        self._do("keep_copy", path=str(path))

    def tell(self, text: str, title: str, serious: bool = False) -> None:
        self._do("tell", text=text, title=title, serious=serious)

    def ask(self, text: str, title: str) -> bool:
        return bool(self._do("ask", text=text, title=title))

    def secret(self, text: str, title: str) -> str | None:
        answer = self._do("secret", text=text, title=title)
        return None if answer is None else str(answer)

    def open_file(self, path: Path) -> None:
        self._do("open_file", path=str(path))
