# ruff: noqa: N802, N803 - Excel's own names
"""Excel's object model as far as the add-in may use it, strict and recording: a slip of a name is an error.

It stands where COM stands on Windows. What Excel refuses (locked cells of a protected sheet, a wrong password, a
protected structure) it refuses too, whatever the program behind it would let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from juesuan.book import cell_name, cell_place
from tests.addin.backend import Area, Backend, places
from tests.addin.windows import ComError, Dispatch

REFUSED = -2147352567
NONE = -4142
ALLOWS = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables",
)  # fmt: skip
#: What Range and Font, Interior, Borders keep as they are told.
KEPT = {
    "Range": {"NumberFormat", "HorizontalAlignment", "VerticalAlignment", "WrapText", "IndentLevel", "ColumnWidth",
              "RowHeight"},
    "Font": {"Name", "Size", "Bold", "Color", "Underline"},
    "Borders": {"LineStyle", "Color"},
}  # fmt: skip


#: The look that a link brings: the style "Hyperlink".
LINKED = {"Font.Name": "Calibri", "Font.Size": 11, "Font.Color": 0xC16305}


class Object(Dispatch):
    """Members that are not declared can be neither read nor set."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not isinstance(getattr(type(self), name, None), property):
            raise AttributeError(f"{type(self).__name__}.{name} 在 Excel 里没有，或不能设置")
        object.__setattr__(self, name, value)


def refuse(text: str) -> ComError:
    return ComError(REFUSED, text)


class Application(Object):
    """One running program. ``log``: every call that costs a trip, as (member, place)."""

    Name, Version = "Microsoft Excel", "16.0"

    def __init__(self, *backends: Backend) -> None:
        self._books = [Workbook(self, backend) for backend in backends]
        self._log: list[tuple[str, str]] = []
        self._screen, self._status, self._alerts, self._events, self._printing = True, False, True, True, True
        self._selection: Range | None = None
        self._front: Workbook = self._books[0]
        self._hwnd = 4242
        self._answers: list[str] = []
        self._said: list[tuple[str, str]] = []
        self._statuses: list[Any] = []
        self._copy: tuple[str, int] | None = None

    @property
    def Hwnd(self) -> int:
        return self._hwnd

    @property
    def Workbooks(self) -> Collection:
        return Collection(self._books, lambda book: book.Name)

    @property
    def ActiveWorkbook(self) -> Workbook:
        return self._front

    @property
    def ActiveSheet(self) -> Worksheet:
        return self._front.ActiveSheet

    @property
    def Selection(self) -> Range:
        return self._selection or self.ActiveSheet.Range("A1")

    @property
    def ScreenUpdating(self) -> bool:
        return self._screen

    @ScreenUpdating.setter
    def ScreenUpdating(self, value: bool) -> None:
        self._screen = value

    @property
    def StatusBar(self) -> Any:
        return self._status

    @StatusBar.setter
    def StatusBar(self, value: Any) -> None:
        self._status = value
        self._statuses.append(value)

    @property
    def DisplayAlerts(self) -> bool:
        return self._alerts

    @DisplayAlerts.setter
    def DisplayAlerts(self, value: bool) -> None:
        self._alerts = value

    @property
    def EnableEvents(self) -> bool:
        return self._events

    @EnableEvents.setter
    def EnableEvents(self, value: bool) -> None:
        self._events = value

    @property
    def PrintCommunication(self) -> bool:
        return self._printing

    @PrintCommunication.setter
    def PrintCommunication(self, value: bool) -> None:
        self._printing = value

    @property
    def CutCopyMode(self) -> Any:
        return bool(self._copy)

    @CutCopyMode.setter
    def CutCopyMode(self, value: Any) -> None:
        self._copy = None

    def Run(self, macro: str, argument: str) -> Any:
        try:
            found = self._books[0]._backend.run(macro, argument)
        except LookupError:
            raise refuse(f"Cannot run the macro '{macro}'.") from None
        self._log.append(("Run", macro))
        return found

    def CalculateFull(self) -> None:
        self._books[0]._backend.recalculate()

    def InputBox(self, Prompt: str, Title: str, *rest: Any, Type: int = 2) -> Any:
        if None in rest:
            raise refuse("Unable to get the InputBox property: Null is not what is left out")
        prompt, title = Prompt, Title
        self._said.append((title, prompt))
        return self._answers.pop(0) if self._answers else False


class Window(Object):
    """A workbook's window, scrolled down as people leave it."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._frozen, self._row, self._column, self._lines = book, False, 0, 0, True
        self._view, self._scrolled = 2, [20, 3]

    @property
    def View(self) -> int:
        return self._view

    @View.setter
    def View(self, value: int) -> None:
        self._view = value

    @property
    def ScrollRow(self) -> int:
        return self._scrolled[0]

    @ScrollRow.setter
    def ScrollRow(self, value: int) -> None:
        self._scrolled[0] = value

    @property
    def ScrollColumn(self) -> int:
        return self._scrolled[1]

    @ScrollColumn.setter
    def ScrollColumn(self, value: int) -> None:
        self._scrolled[1] = value

    @property
    def FreezePanes(self) -> bool:
        return self._frozen

    @FreezePanes.setter
    def FreezePanes(self, value: bool) -> None:
        self._frozen = value
        if value:
            if self._view != 1:
                raise refuse("Unable to set the FreezePanes property of the Window class")
            sheet = self._book.ActiveSheet
            row, column = self._row + self._scrolled[0] - 1, self._column + self._scrolled[1] - 1
            sheet._backend.add_rule(sheet._name, (row, column, 0, 0), "freeze", {})

    @property
    def SplitRow(self) -> int:
        return self._row

    @SplitRow.setter
    def SplitRow(self, value: int) -> None:
        self._row = value

    @property
    def SplitColumn(self) -> int:
        return self._column

    @SplitColumn.setter
    def SplitColumn(self, value: int) -> None:
        self._column = value

    @property
    def DisplayGridlines(self) -> bool:
        return self._lines

    @DisplayGridlines.setter
    def DisplayGridlines(self, value: bool) -> None:
        self._lines = value


class Collection(Object):
    """Things by number (from 1) or name."""

    def __init__(self, things: list[Any], name: Any) -> None:
        self._things, self._named = things, name

    @property
    def Count(self) -> int:
        return len(self._things)

    def __call__(self, key: Any) -> Any:
        for number, thing in enumerate(self._things, 1):
            if key in (number, self._named(thing)):
                return thing
        raise refuse("Subscript out of range")

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._things))


class Workbook(Object):
    def __init__(self, app: Application, backend: Backend) -> None:
        self._app, self._backend = app, backend
        self._active = ""
        self._secret: str | None = None
        self._flags: dict[str, dict[str, bool]] = {}
        self._window = Window(self)
        self._charts: list[str] = []  # charts with a sheet of their own, all before the others
        self._currency: set[tuple[str, int, int]] = set()  # cells that show a currency

    @property
    def Application(self) -> Application:
        return self._app

    @property
    def Name(self) -> str:
        return self._backend.name

    @property
    def Path(self) -> str:
        return self._backend.path

    @property
    def FullName(self) -> str:
        return f"{self.Path}/{self.Name}" if self.Path else self.Name

    @property
    def Worksheets(self) -> Worksheets:
        return Worksheets(self)

    @property
    def Sheets(self) -> Worksheets:
        return Worksheets(self)

    def Windows(self, number: int) -> Window:
        assert number == 1
        return self._window

    @property
    def ActiveSheet(self) -> Worksheet:
        names = self._backend.sheets()
        return Worksheet(self, self._active if self._active in names else names[0])

    @property
    def ProtectStructure(self) -> bool:
        return self._secret is not None

    def Protect(self, password: str, structure: bool, windows: bool) -> None:
        if self._secret is not None:
            raise refuse("The workbook is protected already.")
        self._secret = password

    def Unprotect(self, password: str) -> None:
        if self._secret not in (None, password):
            raise refuse("The password you supplied is not correct.")
        self._secret = None

    @property
    def Names(self) -> Names:
        return Names(self)

    def SaveCopyAs(self, path: str) -> None:
        self._backend.save_copy(path)

    def Activate(self) -> None:
        self._app._front = self

    def _structure(self) -> None:
        if self._secret is not None:
            raise refuse("Workbook is protected and cannot be changed.")


class Names(Object):
    def __init__(self, book: Workbook) -> None:
        self._book = book

    def __iter__(self) -> Iterator[Name]:
        return iter([Name(self._book, name, text) for name, text in self._book._backend.names().items()])

    def Add(self, name: str, refers_to: str, visible: bool) -> None:
        self._book._backend.define(name, refers_to.lstrip("="))


class Name(Object):
    def __init__(self, book: Workbook, name: str, text: str) -> None:
        self._book, self._name, self._text = book, name, text

    @property
    def Name(self) -> str:
        return self._name

    @property
    def RefersTo(self) -> str:
        return f"={self._text}"

    def Delete(self) -> None:
        self._book._backend.define(self._name, None)


class Worksheets(Collection):
    def __init__(self, book: Workbook) -> None:
        super().__init__([Worksheet(book, name) for name in book._backend.sheets()], lambda sheet: sheet.Name)
        self._book = book

    @property
    def Parent(self) -> Workbook:
        return self._book

    def Add(self, Before: Worksheet | None = None, After: Worksheet | None = None) -> Worksheet:
        self._book._structure()
        backend = self._book._backend
        names = backend.sheets()
        name = next(f"Sheet{n}" for n in range(1, 999) if f"Sheet{n}" not in names)
        backend.add(name, names.index(Before._name) if Before else names.index(After._name) + 1 if After else 0)
        self._book._active = name
        return Worksheet(self._book, name)


class Worksheet(Object):
    def __init__(self, book: Workbook, name: str) -> None:
        self._book, self._name = book, name

    @property
    def _backend(self) -> Backend:
        return self._book._backend

    @property
    def Application(self) -> Application:
        return self._book._app

    @property
    def Parent(self) -> Workbook:
        return self._book

    @property
    def Name(self) -> str:
        return self._name

    @Name.setter
    def Name(self, value: str) -> None:
        self._book._structure()
        if len(value) > 31 or re.search(r"[\[\]:*?/\\]", value):
            raise refuse("You typed an invalid name for a sheet.")
        self._backend.rename(self._name, value)
        if self._book._active == self._name:
            self._book._active = value
        self._name = value

    @property
    def Index(self) -> int:
        return self._backend.sheets().index(self._name) + 1 + len(self._book._charts)

    @property
    def Visible(self) -> int:
        return self._backend.state(self._name)

    @Visible.setter
    def Visible(self, value: int) -> None:
        if value != self.Visible:
            self._book._structure()
            self._backend.show(self._name, value)

    @property
    def UsedRange(self) -> Range:
        return Range(self, [self._backend.used(self._name)])

    @property
    def Cells(self) -> Range:
        return Range(self, [(0, 0, 1_048_575, 16_383)])

    @property
    def Columns(self) -> Lines:
        return Lines(self.Cells, "column")

    @property
    def Rows(self) -> Lines:
        return Lines(self.Cells, "row")

    def Range(self, first: Any, last: Any = None) -> Range:
        if isinstance(first, Range):
            a, b = first._areas[0], (last or first)._areas[0]
            return Range(self, [(a[0], a[1], b[2], b[3])])
        if len(first) > 255:
            raise refuse("Range of object '_Worksheet' failed")
        return Range(self, [_area(part) for part in first.split(",")])

    @property
    def Tab(self) -> Tab:
        return Tab(self)

    @property
    def Comments(self) -> Collection:
        return Collection([Comment(self, place) for place in sorted(self._backend.notes(self._name))], None)

    @property
    def Hyperlinks(self) -> Hyperlinks:
        return Hyperlinks(self)

    @property
    def PageSetup(self) -> PageSetup:
        return PageSetup(self)

    @property
    def AutoFilterMode(self) -> bool:
        return bool(self._book._flags.get(self._name, {}).get("filter"))

    @AutoFilterMode.setter
    def AutoFilterMode(self, value: bool) -> None:
        self._book._flags.setdefault(self._name, {})["filter"] = value

    @property
    def ProtectContents(self) -> bool:
        return self._backend.protected(self._name)

    @property
    def ProtectDrawingObjects(self) -> bool:
        return self._book._flags.get(self._name, {}).get("drawings", False)

    @property
    def ProtectScenarios(self) -> bool:
        return self._book._flags.get(self._name, {}).get("scenarios", False)

    @property
    def Protection(self) -> Protection:
        return Protection(self._book._flags.get(self._name, {}))

    def Protect(self, password: str, drawings: bool, contents: bool, scenarios: bool, ui: bool, *allow: bool) -> None:
        flags = dict(zip(ALLOWS, allow, strict=True))
        self._book._flags[self._name] = {**self._book._flags.get(self._name, {}), **flags, "drawings": drawings,
                                         "scenarios": scenarios}  # fmt: skip
        self._backend.protect(self._name, password)

    def Unprotect(self, password: str) -> None:
        if not self._backend.unprotect(self._name, password):
            raise refuse("The password you supplied is not correct.")

    def Activate(self) -> None:
        if self.Visible != -1:
            raise refuse("Activate method of Worksheet class failed")
        self._book._active = self._name

    def Delete(self) -> None:
        self._book._structure()
        if self.Visible == 2 or self.Application.DisplayAlerts:
            raise refuse("Delete method of Worksheet class failed")
        self._backend.drop(self._name)

    def Move(self, Before: Worksheet) -> None:
        self._book._structure()
        names = self._backend.sheets()
        self._backend.move(self._name, names.index(Before._name))

    def _format(self) -> None:
        flags = self._book._flags.get(self._name, {})
        if self.ProtectContents and not flags.get("AllowFormattingCells"):
            raise refuse("The cell or chart you're trying to change is on a protected sheet.")


class Protection(Object):
    def __init__(self, flags: dict[str, bool]) -> None:
        self._flags = flags

    def __getattr__(self, name: str) -> bool:
        if name not in ALLOWS:
            raise AttributeError(name)
        return self._flags.get(name, False)


class Tab(Object):
    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet

    @property
    def Color(self) -> int:
        return self._sheet._backend.tab(self._sheet._name) or 0

    @Color.setter
    def Color(self, value: int) -> None:
        self._sheet._book._structure()
        self._sheet._backend.colour_tab(self._sheet._name, value)

    @property
    def ColorIndex(self) -> int:
        return NONE if self._sheet._backend.tab(self._sheet._name) is None else 3

    @ColorIndex.setter
    def ColorIndex(self, value: int) -> None:
        self._sheet._backend.colour_tab(self._sheet._name, None)


class Kept(Object):
    """Font or Borders: what is set is passed on."""

    def __init__(self, owner: Range, kind: str) -> None:
        self._owner, self._kind = owner, kind

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        elif name in KEPT[self._kind]:
            self._owner._set(f"{self._kind}.{name}", value)
        else:
            raise AttributeError(f"{self._kind}.{name} 在 Excel 里没有")


class Interior(Object):
    def __init__(self, owner: Range) -> None:
        self._owner = owner

    @property
    def Pattern(self) -> int:
        return NONE if self._owner._get("fill") is None else 1

    @Pattern.setter
    def Pattern(self, value: int) -> None:
        if value != 1:
            raise AssertionError("only plain fills are set")

    @property
    def Color(self) -> float:
        found = self._owner._get("fill")
        return float(16777215 if found is None else found)

    @Color.setter
    def Color(self, value: int) -> None:
        self._owner._set("fill", value)

    @property
    def ColorIndex(self) -> int:
        return NONE if self._owner._get("fill") is None else 3

    @ColorIndex.setter
    def ColorIndex(self, value: int) -> None:
        self._owner._set("fill", None)


class Range(Object):
    def __init__(self, sheet: Worksheet, areas: list[Area]) -> None:
        self._sheet, self._areas = sheet, areas

    @property
    def _backend(self) -> Backend:
        return self._sheet._backend

    def _log(self, member: str) -> None:
        self._sheet.Application._log.append((member, f"{self._sheet.Name}!{self._address()}"))

    def _address(self) -> str:
        return ",".join(_named(area) for area in self._areas)

    def _clipped(self) -> list[Area]:
        """The areas, whole rows and columns cut to what is used."""
        if all(b <= 100_000 and r <= 5_000 for _, _, b, r in self._areas):
            return self._areas
        _, _, bottom, right = self._backend.used(self._sheet._name)
        return [(t, left, min(b, max(bottom, t)) if b > 100_000 else b, min(r, max(right, left)) if r > 5_000 else r)
                for t, left, b, r in self._areas]  # fmt: skip

    def _get(self, what: str) -> Any:
        return self._backend.get(self._sheet._name, self._areas[0], what)

    def _set(self, what: str, value: Any) -> None:
        self._sheet._format()
        for area in self._clipped():
            self._backend.set(self._sheet._name, area, what, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in KEPT["Range"]:
            self._set(name, value)
        else:
            super().__setattr__(name, value)

    @property
    def Value(self) -> Any:
        self._log("Value")
        shown = self._sheet._book._currency
        top, left = self._areas[0][:2]
        rows = tuple(
            tuple(
                _currency(value) if (self._sheet._name, top + row, left + column) in shown else value
                for column, value in enumerate(values)
            )
            for row, values in enumerate(self._values())
        ) if shown else self._values()  # fmt: skip
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

    @property
    def Value2(self) -> Any:
        self._log("Value2")
        rows = self._values()
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

    def _values(self) -> tuple[tuple[Any, ...], ...]:
        assert self.Count < 1_000_000, "so many values would fill the memory"
        return self._backend.values(self._sheet._name, self._areas[0])

    @Value.setter
    def Value(self, value: Any) -> None:
        self._write(value, formulas=False)

    @property
    def Formula(self) -> Any:
        self._log("Formula")
        rows = self._backend.formulas(self._sheet._name, self._areas[0])
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

    @Formula.setter
    def Formula(self, value: Any) -> None:
        self._write(value, formulas=True)

    def _write(self, value: Any, formulas: bool) -> None:
        area = self._areas[0]
        if self._sheet.ProtectContents and any(self._backend.get(self._sheet._name, (r, c, r, c), "Locked")
                                               for r, c in places(area)):  # fmt: skip
            raise refuse("The cell or chart you're trying to change is on a protected sheet.")
        self._log("write")
        rows = value if isinstance(value, tuple | list) else ((value,),)
        if rows and not isinstance(rows[0], tuple | list):
            rows = (rows,)
        self._backend.write(self._sheet._name, area, rows, formulas)

    @property
    def Worksheet(self) -> Worksheet:
        return self._sheet

    @property
    def Row(self) -> int:
        return self._areas[0][0] + 1

    @property
    def Column(self) -> int:
        return self._areas[0][1] + 1

    @property
    def Rows(self) -> Lines:
        return Lines(self, "row")

    @property
    def Columns(self) -> Lines:
        return Lines(self, "column")

    @property
    def EntireRow(self) -> Entire:
        return Entire(self, "row")

    @property
    def EntireColumn(self) -> Entire:
        return Entire(self, "column")

    @property
    def NumberFormat(self) -> str | None:
        return self._get("NumberFormat")

    def Find(self, what: str, after: Range, look_in: int, look_at: int, order: int, direction: int) -> Range | None:
        """The last cell that holds something, by rows (1) or by columns (2)."""
        assert (what, look_in, look_at, direction) == ("*", -4123, 2, 2)
        assert (after.Row, after.Column) == (self.Row, self.Column)
        held = self._backend.filled(self._sheet._name)
        if not held:
            return None
        row, column = max(held, key=lambda place: place if order == 1 else place[::-1])
        return Range(self._sheet, [(row, column, row, column)])

    @property
    def Address(self) -> str:
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", self._address())

    def GetAddress(self, *args: Any) -> str:
        return self.Address

    def Cells(self, row: int, column: int) -> Range:
        top, left = self._areas[0][:2]
        return Range(self._sheet, [(top + row - 1, left + column - 1, top + row - 1, left + column - 1)])

    def __call__(self, row: int, column: int) -> Range:
        return self.Cells(row, column)

    @property
    def Interior(self) -> Interior:
        return Interior(self)

    @property
    def Font(self) -> Kept:
        return Kept(self, "Font")

    @property
    def Borders(self) -> Kept:
        return Kept(self, "Borders")

    @property
    def Locked(self) -> bool:
        return bool(self._get("Locked"))

    @Locked.setter
    def Locked(self, value: bool) -> None:
        if self._sheet.ProtectContents:
            raise refuse("Unable to set the Locked property of the Range class")
        self._set("Locked", value)

    @property
    def MergeCells(self) -> bool | None:
        found = [m for m in self._backend.merges(self._sheet._name) if _meet(m, self._areas[0])]
        return None if found else False

    @property
    def MergeArea(self) -> Range:
        place = self._areas[0]
        found = next((m for m in self._backend.merges(self._sheet._name) if _meet(m, place)), place)
        return Range(self._sheet, [found])

    def Merge(self) -> None:
        self._sheet._format()
        self._backend.merge(self._sheet._name, self._areas[0])

    def UnMerge(self) -> None:
        self._sheet._format()
        self._backend.unmerge(self._sheet._name)

    def Clear(self) -> None:
        self._sheet._format()
        self._backend.clear(self._sheet._name)

    def ClearComments(self) -> None:
        for place in list(self._backend.notes(self._sheet._name)):
            self._backend.note(self._sheet._name, place, None)

    @property
    def Comment(self) -> Comment | None:
        place = self._areas[0][:2]
        return Comment(self._sheet, place) if place in self._backend.notes(self._sheet._name) else None

    @property
    def CommentThreaded(self) -> object | None:
        return self._get("threaded") or None

    def AddComment(self, text: str) -> Comment:
        if self._sheet.ProtectContents:
            raise refuse("AddComment method of Range class failed")
        if self.Comment is not None:
            raise refuse("the cell has a comment")
        place = self._areas[0][:2]
        self._backend.note(self._sheet._name, place, text)
        return Comment(self._sheet, place)

    def Select(self) -> None:
        app = self._sheet.Application
        if app._front is not self._sheet._book or app.ActiveSheet._name != self._sheet._name:
            raise refuse("Select method of Range class failed")
        app._selection = self

    def AutoFilter(self) -> None:
        self._sheet.AutoFilterMode = True
        self._backend.add_rule(self._sheet._name, self._areas[0], "filter", {})

    @property
    def Validation(self) -> Validation:
        return Validation(self)

    @property
    def FormatConditions(self) -> FormatConditions:
        return FormatConditions(self)

    @property
    def Count(self) -> int:
        return sum((b - t + 1) * (r - left + 1) for t, left, b, r in self._areas)


class Lines(Object):
    """Rows or columns of a range."""

    def __init__(self, owner: Range, kind: str) -> None:
        self._owner, self._kind = owner, kind

    @property
    def Count(self) -> int:
        top, left, bottom, right = self._owner._areas[0]
        return bottom - top + 1 if self._kind == "row" else right - left + 1

    def __call__(self, which: Any) -> Line:
        top, left, bottom, right = self._owner._areas[0]
        first, _, last = str(which).partition(":")
        one, two = int(first) - 1, int(last or first) - 1
        if self._kind == "row":
            return Line(self._owner._sheet, [(top + one, left, top + two, right)], "row")
        return Line(self._owner._sheet, [(top, left + one, bottom, left + two)], "column")

    @property
    def Hidden(self) -> bool | None:
        raise refuse("Unable to get the Hidden property of the Range class")

    @Hidden.setter
    def Hidden(self, value: bool) -> None:
        self._owner._set(f"{self._kind}.Hidden", value)


class Entire(Lines):
    """Whole rows or columns: these only can be asked whether they are hidden. None where some are."""

    @property
    def Hidden(self) -> bool | None:
        top, left, bottom, right = self._owner._areas[0]
        rows, columns = self._owner._backend.hidden(self._owner._sheet._name)
        first, last, hidden = (top, bottom, rows) if self._kind == "row" else (left, right, columns)
        among = sum(first <= line <= last for line in hidden)
        return False if not among else True if among == last - first + 1 else None


class Line(Range):
    def __init__(self, sheet: Worksheet, areas: list[Area], kind: str) -> None:
        super().__init__(sheet, areas)
        self._kind = kind

    @property
    def Hidden(self) -> bool:
        raise refuse("Unable to get the Hidden property of the Range class")

    @Hidden.setter
    def Hidden(self, value: bool) -> None:
        self._set(f"{self._kind}.Hidden", value)

    def AutoFit(self) -> None:
        self._set(f"{self._kind}.AutoFit", True)

    def Copy(self) -> None:
        self._sheet.Application._copy = (self._sheet._name, self._areas[0][0])

    def Insert(self, shift: int) -> None:
        copied = self._sheet.Application._copy
        if copied is None or copied[0] != self._sheet._name:
            raise AssertionError("only a copied row of the same sheet is inserted")
        flags = self._sheet._book._flags.get(self._sheet._name, {})
        if self._sheet.ProtectContents and not flags.get("AllowInsertingRows"):
            raise refuse("Insert method of Range class failed")
        self._backend.copy_row(copied[0], self._areas[0][0], copied[1])


class Comment(Object):
    def __init__(self, sheet: Worksheet, place: tuple[int, int]) -> None:
        self._sheet, self._place = sheet, place

    @property
    def Parent(self) -> Range:
        return Range(self._sheet, [(*self._place, *self._place)])

    def Text(self, text: str | None = None, start: int = 1, overwrite: bool = True) -> str:
        backend, name = self._sheet._backend, self._sheet._name
        now = backend.notes(name)[self._place]
        if text is not None:
            now = text if overwrite else now[: start - 1] + text + now[start - 1 :]
            backend.note(name, self._place, now)
        return now

    def Delete(self) -> None:
        if self._sheet.ProtectContents:
            raise refuse("Delete method of Comment class failed")
        self._sheet._backend.note(self._sheet._name, self._place, None)

    @property
    def Visible(self) -> bool:
        return False

    @Visible.setter
    def Visible(self, value: bool) -> None:
        assert value is False

    @property
    def Shape(self) -> Shape:
        return Shape()


class Shape(Object):
    @property
    def Width(self) -> float:
        return 0.0

    @Width.setter
    def Width(self, value: float) -> None:
        assert 0 < value < 1000

    @property
    def Height(self) -> float:
        return 0.0

    @Height.setter
    def Height(self, value: float) -> None:
        assert 0 < value < 1000


class Validation(Object):
    def __init__(self, owner: Range) -> None:
        self._owner = owner

    def Delete(self) -> None:
        return None

    def Add(self, kind: int, alert: int, operator: int, formula: str) -> None:
        assert kind in (3, 7)
        assert len(formula) <= 255
        details = {"kind": kind, "alert": alert, "formula": formula}
        for area in self._owner._areas:
            self._owner._backend.add_rule(self._owner._sheet._name, area, "validation", details)

    @property
    def ErrorTitle(self) -> str:
        return ""

    @ErrorTitle.setter
    def ErrorTitle(self, value: str) -> None:
        assert len(value) <= 32

    @property
    def ErrorMessage(self) -> str:
        return ""

    @ErrorMessage.setter
    def ErrorMessage(self, value: str) -> None:
        assert len(value) <= 255


class FormatConditions(Object):
    def __init__(self, owner: Range) -> None:
        self._owner = owner

    def Delete(self) -> None:
        return None

    def Add(self, kind: int, operator: int, formula: str) -> FormatCondition:
        assert kind == 2
        owner = self._owner
        owner._backend.add_rule(owner._sheet._name, owner._areas[0], "highlight", {"formula": formula})
        return FormatCondition()


class FormatCondition(Object):
    @property
    def Font(self) -> Kept:
        class Loose(Object):
            Bold = property(lambda self: False, lambda self, value: None)

        return Loose()  # type: ignore[return-value]


class Hyperlinks(Object):
    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet

    def Delete(self) -> None:
        return None

    def Add(self, anchor: Range, address: str, sub_address: str) -> None:
        self._sheet._backend.add_rule(self._sheet._name, anchor._areas[0], "link", {"target": sub_address})
        for member, value in LINKED.items():
            anchor._set(member, value)


class PageSetup(Object):
    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        elif name not in ("Orientation", "PaperSize", "Zoom", "FitToPagesWide", "FitToPagesTall", "PrintTitleRows",
                          "PrintArea"):  # fmt: skip
            raise AttributeError(f"PageSetup.{name} 在 Excel 里没有")
        else:
            self._sheet._backend.add_rule(self._sheet._name, (0, 0, 0, 0), "page", {name: value})


def _currency(value: Any) -> Any:
    """As COM hands over a cell that shows a currency: four decimals."""
    return Decimal(str(value)).quantize(Decimal("0.0001")) if isinstance(value, float) else value


def _area(address: str) -> Area:
    """ "A9:B48", "9:48" (rows) or "A:B" (columns)."""
    first, _, last = address.replace("$", "").partition(":")
    if first.isdigit():
        return int(first) - 1, 0, int(last or first) - 1, 16_383
    if first.isalpha():
        return 0, cell_place(f"{first}1")[1], 1_048_575, cell_place(f"{last or first}1")[1]
    return (*cell_place(first), *cell_place(last or first))


def _named(area: Area) -> str:
    first, last = cell_name(*area[:2]), cell_name(*area[2:])
    return first if first == last else f"{first}:{last}"


def _meet(one: Area, other: Area) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
