"""Locking and unlocking: every cell locked, what was open opens again, also when another program saved in between."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Protection

from juesuan.book import CannotRead, cell_name
from juesuan.edits import DropSheet, Opening, Protect, ProtectBook, Secret, Unprotect, UnprotectBook
from juesuan.hosts.patch import apply_edits, open_cells
from juesuan.hosts.read import read_book
from tests.conftest import Convert
from tests.hosts import rich
from tests.hosts.same import same

SECRET = Secret("c2FsdHNhbHRzYWx0c2FsdA==", "aGFzaA==", 100000)


def template() -> bytes:
    return (Path(__file__).parents[2] / "workbook_templates/ready/national.xlsx").read_bytes()


def open_by_default() -> bytes:
    """A workbook whose plain format is unlocked."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = 1
    sheet["D4"] = "x"
    sheet.column_dimensions["D"].width = 12
    buffer = io.BytesIO()
    book.save(buffer)
    parts = rich.parts(buffer.getvalue())
    styles = parts["xl/styles.xml"]
    start = styles.index(b"<xf", styles.index(b"<cellXfs"))
    end = styles.index(b"/>", start)
    styles = styles[:end] + b' applyProtection="1"><protection locked="0"/></xf>' + styles[end + 2 :]
    return rich.zipped(parts | {"xl/styles.xml": styles})


def own_password() -> bytes:
    """A workbook with protection of its own: sheets, structure, an area open by permission."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "甲"
    sheet["A1"], sheet["A2"] = 1, 2
    sheet["A2"].protection = Protection(locked=False, hidden=True)
    sheet.protection.sheet = True
    sheet.protection.password = "旧"
    book.create_sheet("乙")["A1"] = 3
    buffer = io.BytesIO()
    book.save(buffer)
    parts = rich.parts(buffer.getvalue())
    page = parts["xl/worksheets/sheet1.xml"]
    ranges = b'<protectedRanges><protectedRange name="r" sqref="A1"/></protectedRanges>'
    end = page.index(b"/>", page.index(b"<sheetProtection")) + 2
    parts["xl/worksheets/sheet1.xml"] = page[:end] + ranges + page[end:]
    return rich.zipped(parts)


MAKERS: dict[str, Callable[[], bytes]] = {
    "excel": rich.excel,
    "openpyxl": rich.openpyxl_book,
    "xlsxwriter": rich.xlsxwriter_book,
    "prefixed": rich.prefixed,
    "template": template,
    "open by default": open_by_default,
    "own password": own_password,
}


def lock(data: bytes) -> bytes:
    sheets, _ = open_cells(data)
    return apply_edits(data, [*(Protect(name, SECRET) for name in sheets), ProtectBook(SECRET)])


def unlock(locked: bytes, before: bytes) -> bytes:
    sheets, book = open_cells(before)
    return apply_edits(locked, [*(Unprotect(name, was) for name, was in sheets.items()), UnprotectBook(book)])


def places(data: bytes) -> dict[str, set[str]]:
    """By openpyxl: sheet → the open cells among those stored."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {s.title: {c.coordinate for row in s.iter_rows() for c in row if not c.protection.locked}
            for s in book.worksheets}


@pytest.mark.parametrize("maker", MAKERS)
def test_every_cell_is_locked_and_content_stays(maker: str) -> None:
    data = MAKERS[maker]()
    locked = lock(data)
    sheets, book = open_cells(locked)
    assert book is not None
    assert book["lockStructure"] == "1"
    for name, found in sheets.items():
        assert (found.areas, found.closed, found.ranges) == ((), (), ""), name
        assert found.protection is not None
        assert {found.protection[k] for k in ("sheet", "objects", "scenarios")} == {"1"}
        assert {found.protection[k] for k in ("autoFilter", "sort", "formatColumns", "formatRows")} == {"0"}
        assert (found.protection["algorithmName"], found.protection["spinCount"]) == ("SHA-512", "100000")
    same(read_book(data), read_book(locked))
    assert lock(locked) == locked


@pytest.mark.parametrize("maker", MAKERS)
def test_unlocking_opens_exactly_what_was_open(maker: str) -> None:
    data = MAKERS[maker]()
    back = unlock(lock(data), data)
    assert open_cells(back) == open_cells(data)
    if maker != "prefixed":  # openpyxl cannot read it
        assert places(back) == places(data)
    same(read_book(data), read_book(back))


def test_the_template_has_open_rows_cells_and_closed_ones_in_open_rows() -> None:
    sheets, book = open_cells(template())
    assert book is None
    three = next(o for o in sheets.values() if any(a.replace(":", "").isdigit() for a in o.areas))
    assert three.protection is not None
    assert "hashValue" not in three.protection


def test_areas_may_stay_open_also_where_there_is_no_cell_yet() -> None:
    name = read_book(template()).sheets[0].name
    found = open_cells(apply_edits(template(), [Protect(name, SECRET, ("Y7:Z9", "40:41"))]))[0][name]
    assert found.areas == ("Y7:Z9", "40:41")


def test_own_protection_comes_back_with_hash_and_permitted_areas() -> None:
    data = own_password()
    sheets, _ = open_cells(data)
    assert sheets["甲"].protection is not None
    assert sheets["甲"].protection["password"]
    assert "protectedRange" in sheets["甲"].ranges
    back = rich.parts(unlock(lock(data), data))["xl/worksheets/sheet1.xml"]
    assert b'<protectedRange name="r" sqref="A1"/>' in back
    cell = openpyxl.load_workbook(io.BytesIO(unlock(lock(data), data)))["甲"]["A2"]
    assert (cell.protection.locked, cell.protection.hidden) == (False, True)


def test_elements_stand_where_the_schema_wants_them() -> None:
    page = rich.parts(lock(rich.excel()))["xl/worksheets/sheet1.xml"]
    order = [page.index(word) for word in (b"</sheetData>", b"<sheetProtection", b"<mergeCells")]
    assert order == sorted(order)
    book = rich.parts(lock(rich.excel()))["xl/workbook.xml"]
    assert book.index(b"<workbookProtection") < book.index(b"<sheets")


def test_a_plain_format_that_is_open_is_locked_for_cells_that_do_not_exist() -> None:
    data = open_by_default()
    assert "A:XFD" in open_cells(data)[0]["Sheet"].areas
    page = rich.parts(lock(data))["xl/worksheets/sheet1.xml"]
    assert b'max="16384"' in page


def test_unknown_sheets_and_areas_beyond_reason_are_refused() -> None:
    with pytest.raises(CannotRead, match="没有名为“丙”"):
        apply_edits(own_password(), [Protect("丙", SECRET)])
    with pytest.raises(CannotRead, match="不合规范"):
        apply_edits(own_password(), [Unprotect("甲", Opening(("A1:XFD1048576",)))])


def test_dropping_a_sheet() -> None:
    out = apply_edits(own_password(), [DropSheet("乙"), DropSheet("没有")])
    assert [s.name for s in read_book(out).sheets] == ["甲"]


def test_libreoffice_between_locking_and_unlocking(libreoffice: Convert, tmp_path: Path) -> None:
    paths = []
    sources = {name: MAKERS[name]() for name in ("openpyxl", "template", "own password")}
    for name, data in sources.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(lock(data))
    for path, data in zip(libreoffice(paths), sources.values(), strict=True):
        saved = path.read_bytes()
        assert not any(places(saved).values()), path
        before, after = open_cells(data)[0], open_cells(unlock(saved, data))[0]
        for name, was in before.items():
            assert cells_of(was) == cells_of(after[name]) & everything(data, name), name
            assert after[name].protection == was.protection


def cells_of(opening: Opening) -> set[str]:
    """The cells of an opening's areas of cells."""
    names = [area for area in opening.areas if area[0].isalpha() and area[-1].isdigit()]
    found = set()
    for name in names:
        first, _, last = name.partition(":")
        top, left = openpyxl.utils.cell.coordinate_to_tuple(first)
        bottom, right = openpyxl.utils.cell.coordinate_to_tuple(last or first)
        found |= {cell_name(r - 1, c - 1) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    return found


def everything(data: bytes, name: str) -> set[str]:
    """The stored cells of a sheet; LibreOffice stores more of them."""
    sheet = openpyxl.load_workbook(io.BytesIO(data))[name]
    return {cell.coordinate for row in sheet.iter_rows() for cell in row}


