"""The in-place host: Edits go into somebody's .xlsx or .xlsm by rewriting only the parts they touch.

All functions on bytes are pure. They raise ``CannotRead`` (one Chinese sentence) where the package cannot be patched,
and ValueError for a cell name in an edit that is none.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from juesuan.book import CannotRead, cell_place
from juesuan.edits import (
    DropSheet,
    Edit,
    Mark,
    Opening,
    Protection,
    PutSheet,
    ResultSheet,
    SetFormula,
    SetValue,
    TabColour,
)
from juesuan.hosts.ooxml import ledger as records
from juesuan.hosts.ooxml import themes
from juesuan.hosts.ooxml.comments import HEAD, Notes
from juesuan.hosts.ooxml.ledger import Ledger
from juesuan.hosts.ooxml.marks import colour_tab, put_marks, restore_tab
from juesuan.hosts.ooxml.package import Package
from juesuan.hosts.ooxml.protection import openings, protect
from juesuan.hosts.ooxml.results import drop_results, put_results
from juesuan.hosts.ooxml.sheets import put_sheet
from juesuan.hosts.ooxml.sheetxml import SheetXml
from juesuan.hosts.ooxml.styles import Styles
from juesuan.hosts.ooxml.undo import Marks, ours, take_back
from juesuan.hosts.ooxml.values import set_formula, set_value
from juesuan.hosts.ooxml.workbook import Tab, Workbook


def apply_edits(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The workbook with the edits in it; parts they do not touch keep their bytes.

    Whole sheets go in first, then values and formulas, each in the order given, then marks, then protection; sheets
    are dropped last. A mark or value for a merged area lands in its top-left cell. A cell with a threaded comment
    gets the fill only. No edits: the same bytes.
    """
    if not edits:
        return data
    _check(edits)
    with _damage_told():
        package = Package(data)
        _apply(package, edits)
        return package.save()


def clear_marks(data: bytes) -> bytes:
    """The workbook without any mark of ours: own fills, notes and tab colours again, result sheet and record gone.

    Values and formulas stay as they are. Also works on a copy that Excel, LibreOffice or openpyxl saved again. A file
    without marks comes back as the same bytes.
    """
    with _damage_told():
        package = Package(data)
        _clear(package)
        return package.save()


def open_cells(data: bytes) -> tuple[dict[str, Opening], dict[str, str] | None]:
    """What can be typed in, by sheet, and the attributes of the workbook's own protection (None: it has none)."""
    with _damage_told():
        return openings(Workbook(Package(data)))


def annotate(data: bytes, edits: Sequence[Edit]) -> bytes:
    """``apply_edits`` on the workbook without its old marks: doing it again changes nothing."""
    _check(edits)
    with _damage_told():
        package = Package(data)
        _clear(package)
        if edits:
            _apply(package, edits)
        return package.save()


def write_atomic(path: Path | str, data: bytes) -> None:
    """Write a file as a whole or not at all. OSError if it cannot be replaced (open in Excel, no right to write)."""
    path = Path(path).resolve()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def backup(path: Path | str, now: dt.datetime) -> Path:
    """Copy a file next to itself as 名称.备份-时间.xlsx, never over an earlier one; the copy's path. Raises OSError."""
    path = Path(path)
    stem, number = f"{path.stem}.备份-{now:%Y%m%d-%H%M%S}", 1
    while True:
        copy = path.with_name(f"{stem}{'' if number == 1 else f'-{number}'}{path.suffix}")
        try:
            with path.open("rb") as source, copy.open("xb") as target:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
        except FileExistsError:
            number += 1
            continue
        shutil.copystat(path, copy)
        return copy


# --- inside ----------------------------------------------------------------------------------------------------------


def _check(edits: Sequence[Edit]) -> None:
    """ValueError for a cell name that is none: that is the caller's mistake, not the file's."""
    for edit in edits:
        if isinstance(edit, SetValue | SetFormula | Mark):
            cell_place(edit.cell)


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """Numbers, names and references in a damaged file can be anything at any place."""
    try:
        yield
    except (ValueError, LookupError, OverflowError, RecursionError) as error:
        raise CannotRead("文件内容不合规范（可能已损坏），请用 Excel 或 WPS 修复、另存后再试。") from error


def _apply(package: Package, edits: Sequence[Edit]) -> None:
    book = Workbook(package)
    _put_sheets(book, [edit for edit in edits if isinstance(edit, PutSheet)])
    pages: dict[str, SheetXml] = {}
    inside = (edit for edit in edits if isinstance(edit, SetValue | SetFormula | Mark | TabColour))
    work: list[tuple[Tab, Edit]] = [(_tab(book, edit.sheet), edit) for edit in inside]
    for tab, edit in work:
        page = _page(pages, package, tab)
        if isinstance(edit, SetValue):
            set_value(book, tab, page, edit)
        elif isinstance(edit, SetFormula):
            set_formula(book, tab, page, edit)
    _apply_marks(book, pages, work, [edit for edit in edits if isinstance(edit, ResultSheet)])
    for page in pages.values():
        page.close()
    protect(book, [edit for edit in edits if isinstance(edit, Protection)])
    for edit in edits:
        gone = book.tab(edit.sheet) if isinstance(edit, DropSheet) else None
        if gone is not None:
            book.remove(gone)


def _put_sheets(book: Workbook, sheets: Sequence[PutSheet]) -> None:
    """Draw sheets; marks of those they replace are forgotten, for they went with them."""
    if not sheets:
        return
    styles = Styles(book)
    for sheet in sheets:
        put_sheet(book, styles, sheet)
    ledger = records.read(book)
    gone = [name for name in ledger.marks if any(s.sheet.name == name for s in sheets)] if ledger else []
    if ledger is not None and gone:
        for name in gone:
            del ledger.marks[name]
        records.write(book, ledger)


def _clear(package: Package) -> None:
    if not _marked(package):
        return
    book = Workbook(package)
    known = records.read(book)
    ledger = known or Ledger(own_tones=True)
    styles = Styles(book)
    untouched = ledger.base is not None and ledger.base["written"] == styles.written()
    drop_results(book, ledger)
    record = book.tab(records.SHEET)
    if record is not None:
        book.remove(record)
    if ledger.scheme:
        ledger.resolve(themes.scheme(book))
    pages = _pages_with_marks(book, ledger)
    for tab, page, notes, marks in pages:
        take_back(page, styles, notes, marks, ledger)
        notes.close()
        if tab.name in ledger.tabs:
            restore_tab(ledger, tab.name, page)
        page.close()
    for ending in ledger.made:
        package.forget_ending(ending.lstrip("."))
    if ledger.base is not None and untouched:
        styles.shrink(ledger.base, [package.read(tab.part) for tab in book.tabs()])


def _apply_marks(
    book: Workbook, pages: dict[str, SheetXml], work: Sequence[tuple[Tab, Edit]], results: list[ResultSheet]
) -> None:
    marks: dict[str, list[Mark]] = {}
    for tab, edit in work:
        if isinstance(edit, Mark):
            marks.setdefault(tab.name, []).append(edit)
    colours = [(tab, edit) for tab, edit in work if isinstance(edit, TabColour)]
    if not (marks or colours or results):
        return
    styles = Styles(book)
    ledger = records.read(book) or Ledger()
    if ledger.empty():
        ledger.own_tones = styles.own_tones()
    if ledger.base is None or ledger.base["written"] != styles.written():
        ledger.base = styles.base()
    for name, wanted in marks.items():
        put_marks(ledger, name, pages[name], styles, wanted)
    for tab, edit in colours:
        colour_tab(ledger, tab.name, pages[tab.name], edit)
    for result in results:
        put_results(book, ledger, styles, result)
    if not ledger.scheme and any(themes.uses(original) for original in ledger.originals()):
        ledger.scheme = themes.scheme(book)
    ledger.base["written"] = styles.written()
    records.write(book, ledger)


def _tab(book: Workbook, name: str) -> Tab:
    tab = book.tab(name)
    if tab is None:
        raise CannotRead(f"工作簿中没有名为“{name}”的工作表，无法写入，请核对后再试。")
    return tab


def _page(pages: dict[str, SheetXml], package: Package, tab: Tab) -> SheetXml:
    if tab.name not in pages:
        pages[tab.name] = SheetXml(package, tab.part)
    return pages[tab.name]


def _marked(package: Package) -> bool:
    """Whether there is anything of ours: the record, the result sheet, or a note with our heading."""
    heading = HEAD.encode()
    for name in package.names():
        file = name.lower().rsplit("/", 1)[-1]
        if file == "workbook.xml" and any(own in package.read(name) for own in (b"_juesuan_marks", b"_juesuan_result")):
            return True
        if file.startswith("comment") and file.endswith(".xml") and heading in package.read(name):
            return True
    return False


def _pages_with_marks(book: Workbook, ledger: Ledger) -> list[tuple[Tab, SheetXml, Notes, Marks]]:
    """The sheets to clear with their records; records of a renamed sheet go to where their notes are found."""
    tabs = book.tabs()
    names = {tab.name for tab in tabs}
    lost = [(sheet, marks) for sheet, marks in ledger.marks.items() if sheet not in names]
    pages = []
    for tab in tabs:
        part_has_notes = any(rel.kind == "comments" for rel in book.package.rels(tab.part))
        if not (part_has_notes or tab.name in ledger.marks or tab.name in ledger.tabs or lost or ledger.tabs):
            continue
        page = SheetXml(book.package, tab.part)
        notes = Notes(book.package, page)
        marks = ledger.marks.get(tab.name, {})
        heads = ours(notes)
        if heads and not marks:
            texts = {"".join(text.split()) for text in heads.values()}
            for sheet, others in lost:
                if any(entry.note and "".join(entry.note.split()) in texts for entry in others.values()):
                    marks = others
                    if sheet in ledger.tabs:
                        ledger.tabs[tab.name] = ledger.tabs.pop(sheet)
                    lost.remove((sheet, others))
                    break
        if heads or marks or tab.name in ledger.tabs:
            pages.append((tab, page, notes, marks))
    return pages
