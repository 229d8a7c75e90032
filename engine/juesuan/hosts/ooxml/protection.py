"""Locking and unlocking sheets and the workbook's structure; what was open is told by areas, not by formats."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from juesuan.book import CannotRead, Cell, cell_name, cell_place
from juesuan.edits import Opening, Protect, ProtectBook, Protection, Secret, Unprotect
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.sheetxml import ORDER, SheetXml, area
from juesuan.hosts.ooxml.styles import Styles
from juesuan.hosts.ooxml.workbook import Workbook

_COLUMNS = 16384
_MOST = 5_000_000  # places that areas may name: as many as are read of a workbook
#: What stays possible on a locked sheet ("0" is "not forbidden").
_ALLOWED = ("formatColumns", "formatRows", "sort", "autoFilter")
_ROWS, _LETTERS = re.compile(r"(\d+):(\d+)"), re.compile(r"([A-Z]+):([A-Z]+)")


def openings(book: Workbook) -> tuple[dict[str, Opening], dict[str, str] | None]:
    """Every worksheet's Opening by name; the attributes of the workbook's own protection."""
    styles = Styles(book)
    found = {tab.name: _opening(SheetXml(book.package, tab.part), styles) for tab in book.tabs()}
    own = xml.child(book.root, "workbookProtection")
    return found, None if own is None else _attributes(own)


def protect(book: Workbook, edits: Sequence[Protection]) -> None:
    """Carry out protection edits in their order. CannotRead where a sheet is not there."""
    if not edits:
        return
    styles = Styles(book)
    for edit in edits:
        if isinstance(edit, Protect | Unprotect):
            tab = book.tab(edit.sheet)
            if tab is None:
                raise CannotRead(f"工作簿中没有名为“{edit.sheet}”的工作表，无法保护，请核对后再试。")
            page = SheetXml(book.package, tab.part)
            if isinstance(edit, Protect):
                _lock(page, styles, edit)
            else:
                _unlock(page, styles, edit.was)
            page.close()
        else:
            book.protect(_structure(edit.secret) if isinstance(edit, ProtectBook) else edit.was)


# --- the elements ---


def _structure(secret: Secret) -> dict[str, str]:
    names = ("workbookAlgorithmName", "workbookHashValue", "workbookSaltValue", "workbookSpinCount")
    return dict(zip(names, ("SHA-512", secret.value, secret.salt, str(secret.spins)), strict=True)) | {
        "lockStructure": "1"
    }


def _sheet_protection(secret: Secret) -> dict[str, str]:
    names = ("algorithmName", "hashValue", "saltValue", "spinCount")
    head = dict(zip(names, ("SHA-512", secret.value, secret.salt, str(secret.spins)), strict=True))
    return head | {"sheet": "1", "objects": "1", "scenarios": "1"} | dict.fromkeys(_ALLOWED, "0")


def _put(page: SheetXml, name: str, node: xml.Node | None) -> None:
    old = xml.child(page.root, name)
    if old is not None:
        xml.remove(old)
    if node is not None:
        xml.insert(page.root, node, ORDER)
    page.touch()


def _attributes(node: xml.Node) -> dict[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items()}


# --- locking ---


def _lock(page: SheetXml, styles: Styles, edit: Protect) -> None:
    """Lock what is open. ``open_areas`` are opened, so that the same file always comes out the same."""
    _put(page, "sheetProtection", xml.make("sheetProtection", _sheet_protection(edit.secret)))
    _put(page, "protectedRanges", None)
    _apply(page, styles, _Areas(edit.open_areas, ()))


def _unlock(page: SheetXml, styles: Styles, was: Opening) -> None:
    own = was.protection
    _put(page, "sheetProtection", None if own is None else xml.make("sheetProtection", own))
    _put(page, "protectedRanges", xml.unpack(json.loads(was.ranges)) if was.ranges else None)
    _apply(page, styles, _Areas(was.areas, was.closed))


class _Areas:
    """Which places are open, told by areas; cells go before rows, rows before columns."""

    def __init__(self, areas: Iterable[str], closed: Iterable[str]) -> None:
        self._cells: dict[Cell, bool] = {}
        self._size = 0
        self.rows: dict[int, bool] = {}
        self.columns: list[tuple[int, int]] = []  # the first and last of those open
        for opens, names in ((True, areas), (False, closed)):
            for name in names:
                self._enter(name, opens)

    def _enter(self, name: str, opens: bool) -> None:
        if found := _ROWS.fullmatch(name):
            self._count(int(found[2]) - int(found[1]))
            self.rows |= dict.fromkeys(range(int(found[1]) - 1, int(found[2])), opens)
        elif found := _LETTERS.fullmatch(name):
            self.columns.append((cell_place(f"{found[1]}1")[1], cell_place(f"{found[2]}1")[1]))
        else:
            top, left, bottom, right = area(name)
            self._count((bottom - top + 1) * (right - left + 1))
            self._cells |= {(r, c): opens for r in range(top, bottom + 1) for c in range(left, right + 1)}

    def _count(self, size: int) -> None:
        """The areas may come from a file anybody could have written."""
        self._size += size
        if self._size > _MOST:
            raise ValueError("areas beyond any sheet")

    def opened(self) -> set[Cell]:
        """The cells that are open by themselves."""
        return {place for place, opens in self._cells.items() if opens}

    def opens(self, place: Cell) -> bool:
        """Whether a cell is open."""
        known = self._cells.get(place, self.rows.get(place[0]))
        return self.opens_column(place[1]) if known is None else known

    def opens_column(self, column: int) -> bool:
        """Whether a column is open where neither cell nor row says otherwise."""
        return any(first <= column <= last for first, last in self.columns)


def _apply(page: SheetXml, styles: Styles, wanted: _Areas) -> None:
    default = styles.open(None)
    there = set()
    for place, node in page.cells():
        there.add(place)
        if styles.open(node.get("s")) != (opens := wanted.opens(place)):
            page.set_style(place, styles.opened(node.get("s"), opens))
    for place in sorted(wanted.opened() - there):
        page.set_style(place, styles.opened(page.style_at(place), True))
    for number in sorted({*page.row_numbers(), *wanted.rows}):
        style, row_opens = page.row_style(number), wanted.rows.get(number)
        if style is None and row_opens is None:
            continue
        if style is None or styles.open(style) != bool(row_opens):
            page.set_row_style(number, styles.opened(style, bool(row_opens)))
    _apply_columns(page, styles, wanted, default)


def _apply_columns(page: SheetXml, styles: Styles, wanted: _Areas, default: bool) -> None:
    """Column formats: kept, opened or locked; where the plain format says the wrong thing, columns are added."""
    stretches: list[tuple[int, int, xml.Node | None]] = []
    at = 0
    for node in xml.children(xml.child(page.root, "cols"), "col"):
        first, last = int(node.get("min") or 1) - 1, int(node.get("max") or 1) - 1
        if first > at:
            stretches.append((at, first - 1, None))
        stretches.append((first, last, node))
        at = last + 1
    if at < _COLUMNS:
        stretches.append((at, _COLUMNS - 1, None))
    made: list[xml.Node] = []
    changed = False
    for first, last, old in stretches:
        for start, end in _split(first, last, wanted):
            opens = wanted.opens_column(start)
            style = None if old is None else old.get("style")
            right = default if style is None else styles.open(style)
            if old is None and right == opens:
                continue
            column = xml.make("col", {"width": "9.140625"} if old is None else _attributes(old))
            column.set("min", str(start + 1))
            column.set("max", str(end + 1))
            if right != opens:
                column.set("style", styles.opened(style, opens))
                changed = True
            made.append(column)
    if changed:
        columns = xml.make("cols")
        columns.extend(made)
        _put(page, "cols", columns)


def _split(first: int, last: int, wanted: _Areas) -> Iterator[tuple[int, int]]:
    """A stretch of columns cut where it begins or ends to be open."""
    cuts = {first, last + 1}
    for start, end in wanted.columns:
        cuts |= {cut for cut in (start, end + 1) if first < cut <= last}
    ordered = sorted(cuts)
    yield from ((start, end - 1) for start, end in pairwise(ordered))


# --- what is open ---


def _opening(page: SheetXml, styles: Styles) -> Opening:
    rows = {number: styles.open(style) for number in page.row_numbers() if (style := page.row_style(number))}
    columns = _open_columns(page, styles)
    cells: set[Cell] = set()
    closed: set[Cell] = set()
    for place, node in page.cells():
        around = rows.get(place[0], any(first <= place[1] <= last for first, last in columns))
        if styles.open(node.get("s")):
            cells.add(place)
        elif around:
            closed.add(place)
    own, ranges = xml.child(page.root, "sheetProtection"), xml.child(page.root, "protectedRanges")
    shut = [number for number, opens in rows.items() if not opens and columns]
    return Opening(
        (*_rectangles(cells), *_runs(n for n, opens in rows.items() if opens), *map(_letters, columns)),
        (*_rectangles(closed), *_runs(shut)),
        None if own is None else _attributes(own),
        "" if ranges is None else json.dumps(xml.pack(ranges), ensure_ascii=False),
    )


def _open_columns(page: SheetXml, styles: Styles) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at, default = 0, styles.open(None)
    for node in xml.children(xml.child(page.root, "cols"), "col"):
        first, last = int(node.get("min") or 1) - 1, int(node.get("max") or 1) - 1
        if default and first > at:
            found.append((at, first - 1))
        style = node.get("style")
        if default if style is None else styles.open(style):
            found.append((first, last))
        at = last + 1
    if default and at < _COLUMNS:
        found.append((at, _COLUMNS - 1))
    joined: list[tuple[int, int]] = []
    for first, last in found:
        if joined and joined[-1][1] == first - 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _letters(columns: tuple[int, int]) -> str:
    return ":".join(cell_name(0, column)[:-1] for column in columns)


def _runs(numbers: Iterable[int]) -> list[str]:
    return [f"{first + 1}:{last + 1}" for first, last in _stretches(numbers)]


def _stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _rectangles(cells: Iterable[Cell]) -> list[str]:
    """The fewest areas easily found: stretches of a row, joined with equal ones right below."""
    by_row: dict[int, list[int]] = {}
    for row, column in cells:
        by_row.setdefault(row, []).append(column)
    found: list[tuple[int, int, int, int]] = []
    growing: dict[tuple[int, int], tuple[int, int]] = {}  # columns → first and last row
    for row in sorted(by_row):
        now = {}
        for columns in _stretches(by_row[row]):
            top, bottom = growing.get(columns, (row, row - 1))
            now[columns] = (top, row) if bottom == row - 1 else (row, row)
        found += [_box(c, r) for c, r in growing.items() if now.get(c, (-1,))[0] != r[0]]
        growing = now
    found += [_box(c, r) for c, r in growing.items()]
    return [_name(box) for box in sorted(found)]


def _box(columns: tuple[int, int], rows: tuple[int, int]) -> tuple[int, int, int, int]:
    return rows[0], columns[0], rows[1], columns[1]


def _name(box: tuple[int, int, int, int]) -> str:
    first, last = cell_name(box[0], box[1]), cell_name(box[2], box[3])
    return first if first == last else f"{first}:{last}"
