"""A seal tells every change, and no change where there is none."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from juesuan.book import Book
from juesuan.draft import DraftCell, SheetDraft, Style
from juesuan.edits import DropSheet, Mark, PutSheet, SetValue, TabColour
from juesuan.hosts.patch import annotate, apply_edits, clear_marks
from juesuan.hosts.read import read_book
from juesuan.seal import keys, record
from juesuan.seal.content import Change, packed
from juesuan.seal.record import BrokenSeal, Sealed, Signature
from tests.conftest import Convert
from tests.seal.sealed import KEY, OTHER, changed, checked, locked, now, sample, workbook

PLAIN = {"meta": Style()}


def place(text: str, data: bytes | None = None) -> tuple[str, str]:
    """The first cell that begins with a text, by sheet and name, among those that count."""
    for sheet, cells in now(data or sample())[1].sheets.items():
        for name, value in cells.items():
            if value[1:].startswith(text):
                return sheet, name
    raise AssertionError(f"{text} is nowhere")


def sealed(data: bytes) -> Sealed:
    found = record.read(read_book(data))
    assert found is not None
    return found


def resealed(data: bytes, seal: Sealed) -> bytes:
    """The file with another seal sheet."""
    return apply_edits(data, [PutSheet(record.sheet(seal), record.STYLES)])


def edited(find: str, put: str, *, check: bool) -> bytes:
    """The sample with its record edited, with or without a check digest that fits."""
    old = sealed(sample())
    text = old.text.replace(find.encode(), put.encode())
    assert text != old.text
    digest = record.check_of(old.seal.algorithm, text) if check else old.check
    return resealed(sample(), replace(old, text=text, check=digest))


@pytest.mark.parametrize("signed", [True, False])
def test_untouched_is_valid(signed: bool) -> None:
    found = checked(sample(signed))
    assert (found.status, found.changes, found.fault) == ("valid", (), "")
    assert found.signer == (KEY.public if signed else None)
    assert found.seal is not None
    assert found.seal.time.startswith("2026-01-02")
    assert {"支出决算表", "情况说明"} <= set(found.seal.sheets)
    assert not {"校验结果", "审核说明", "_juesuan_seal"} & set(found.seal.sheets)


def test_one_figure() -> None:
    sheet, cell = place("331.61")
    found = checked(changed(sample(), sheet, cell, 331.62))
    assert (found.status, found.changes) == ("changed", (Change("changed", sheet, cell, "331.61", "331.62"),))


def test_a_figure_typed_as_text() -> None:
    sheet, cell = place("331.61")
    assert checked(changed(sample(), sheet, cell, "331.61")).status == "changed"


def test_one_character_of_the_narrative() -> None:
    cells = now(sample())[1].sheets["情况说明"]
    cell = max(cells, key=lambda name: len(cells[name]))
    text = cells[cell][1:]
    found = checked(changed(sample(), "情况说明", cell, text[:-1] + "！"))
    assert found.changes == (Change("changed", "情况说明", cell, text, text[:-1] + "！"),)
    assert checked(changed(sample(), "情况说明", cell, text + " ")).status == "changed"
    assert checked(changed(sample(), "情况说明", cell, text)).status == "valid"


def test_one_label() -> None:
    sheet, cell = place("社会保障和就业支出")
    assert checked(changed(sample(), sheet, cell, "社会保障与就业支出")).changes[0].cell == cell


def test_a_cell_emptied_or_added() -> None:
    sheet, cell = place("331.61")
    assert checked(apply_edits(sample(), [SetValue(sheet, cell, None)])).changes[0].after == ""
    assert checked(changed(sample(), sheet, "Z99", "x")).changes == (Change("changed", sheet, "Z99", "", "x"),)


def test_one_explanation() -> None:
    kept = read_book(sample()).sheet("审核说明")
    row, column = next((r, c) for r, cells in enumerate(kept.rows) for c, v in enumerate(cells) if v == "年中调资")
    cell = f"{chr(65 + column)}{row + 1}"
    found = checked(changed(sample(), "审核说明", cell, "年中调整"))
    assert [(c.sheet, c.kind) for c in found.changes] == [("", "changed")]
    assert "年中调资" in found.changes[0].before
    assert "年中调整" in found.changes[0].after
    gone = checked(apply_edits(sample(), [DropSheet("审核说明")]))
    assert [c.after for c in gone.changes] == [""]


def test_sheets_added_removed_renamed() -> None:
    extra = PutSheet(SheetDraft("附表", {(0, 0): DraftCell(1, "meta")}), PLAIN)
    assert checked(apply_edits(sample(), [extra])).changes == (Change("added", "附表", "", "", ""),)
    assert Change("removed", "情况说明", "", "", "") in checked(apply_edits(sample(), [DropSheet("情况说明")])).changes
    book = openpyxl.load_workbook(io.BytesIO(sample()))
    book["情况说明"].title = "说明"
    assert Change("renamed", "情况说明", "", "情况说明", "说明") in checked(saved(book)).changes


def test_a_changed_input_shows_in_the_totals_too() -> None:
    """A formula's stored value does not hide what it would be now."""
    data = locked(formulas())
    found = checked(apply_edits(data, [SetValue("算", "A1", 3)]))
    assert {c.cell for c in found.changes} == {"A1", "A3"}


def formulas() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "算"
    sheet["A1"], sheet["A2"], sheet["A3"] = 1, 2, "=SUM(A1:A2)"
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_formula_typed_over_with_its_value_is_the_same_content() -> None:
    assert checked(apply_edits(locked(formulas()), [SetValue("算", "A3", 3)])).status == "valid"


def test_a_seal_moved_to_another_file() -> None:
    moved = resealed(changed(workbook(), *place("331.61", workbook()), 1.0), sealed(sample()))
    assert checked(moved).status == "changed"
    assert checked(resealed(formulas(), sealed(sample()))).status == "changed"


def test_no_seal() -> None:
    assert checked(workbook()).status == "unsealed"
    assert checked(apply_edits(sample(), [DropSheet(record.SHEET)])).status == "unsealed"


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("find", "put"), [
    ('"catalogue_version":"2026.1"', '"catalogue_version":"2027.1"'), ('"breaks":0', '"breaks":9'),
    ('"year":2023', '"year":2024'), (f'"catalogue_sha256":"{"ab" * 32}"', f'"catalogue_sha256":"{"ba" * 32}"'),
    ("2026-01-02T03:04:05", "2026-01-03T03:04:05"), ('"protection":{', '"protection":{"a":"b",'),
])  # fmt: skip
def test_an_edited_record(find: str, put: str, check: bool) -> None:
    found = checked(edited(find, put, check=check))
    assert (found.status, found.fault) == ("bad_signature", "signature" if check else "record")


def test_content_put_in_place_of_the_sealed_one() -> None:
    """Whoever changes a figure and packs the changed content into the seal is caught by the digest."""
    data = changed(sample(), *place("331.61"), 1.0)
    forged = replace(sealed(sample()), content=record_of(data))
    assert checked(resealed(data, forged)).fault == "content"
    assert checked(resealed(data, replace(forged, content=b"junk"))).fault == "content"


def record_of(data: bytes) -> bytes:
    """The packed content of a file."""
    return packed(now(data)[1])


def test_another_signature() -> None:
    old = sealed(sample())
    other = Signature(OTHER.public, keys.sign(OTHER, old.text))
    swapped = resealed(sample(), replace(old, signature=other))
    assert checked(swapped).signer == OTHER.public
    assert checked(swapped, KEY.public).status == "other_key"
    assert checked(sample(), KEY.public).status == "valid"
    assert checked(sample(), OTHER.public).status == "other_key"
    stale = Signature(KEY.public, keys.sign(KEY, old.text + b" "))
    assert checked(resealed(sample(), replace(old, signature=stale))).fault == "signature"
    mixed = Signature(OTHER.public, old.signature.value if old.signature else b"")
    assert checked(resealed(sample(), replace(old, signature=mixed))).fault == "signature"


def test_a_signature_taken_away() -> None:
    bare = resealed(sample(), replace(sealed(sample()), signature=None))
    assert (checked(bare).status, checked(bare).signer) == ("valid", None)
    assert (checked(bare, KEY.public).status, checked(bare, KEY.public).fault) == ("bad_signature", "unsigned")


def test_sealed_anew_by_somebody_else_after_a_change() -> None:
    forged = locked(apply_edits(changed(sample(), *place("331.61"), 1.0), [DropSheet(record.SHEET)]), OTHER)
    assert checked(forged).status == "valid"
    assert checked(forged, KEY.public).status == "other_key"


def broken(label: str, text: str) -> Book:
    sheet = record.sheet(sealed(sample()))
    cells = {}
    for (row, column), cell in sheet.cells.items():
        hit = sheet.cells[row, 0].value == label and column == 1
        cells[row, column] = replace(cell, value=text) if hit else cell
    return read_book(apply_edits(sample(), [PutSheet(replace(sheet, cells=cells), record.STYLES)]))


@pytest.mark.parametrize(("label", "text"), [
    ("record", "{}"), ("record", "[]"), ("record", "x"), ("record", '{"schema":"juesuan.seal/2"}'), ("record", "汉"),
    ("content", "*"), ("signature", "*"), ("key", "AAAA"), ("key", base64.b64encode(b"\x30\x00").decode()),
    ("record", json.dumps({"schema": "juesuan.seal/1", "algorithm": "MD5"})), ("record", "[" * 20000),
])  # fmt: skip
def test_a_seal_sheet_with_something_else_on_it(label: str, text: str) -> None:
    with pytest.raises(BrokenSeal):
        record.read(broken(label, text))


def test_marks_and_results_come_and_go_without_a_change() -> None:
    sheet, cell = place("331.61")
    marked = annotate(sample(), [Mark(sheet, cell, "explain", "请核对"), TabColour(sheet, "explain")])
    assert marked != sample()
    assert checked(marked).status == "valid"
    assert checked(clear_marks(marked)).status == "valid"


def by_openpyxl(data: bytes) -> bytes:
    return saved(openpyxl.load_workbook(io.BytesIO(data)))


@pytest.mark.parametrize("make", [sample, lambda: locked(formulas())])
def test_openpyxl_saving_it_is_no_change(make: Callable[[], bytes]) -> None:
    assert checked(by_openpyxl(make())).status == "valid"


def test_libreoffice_saving_it_is_no_change_but_a_figure_is(libreoffice: Convert, tmp_path: Path) -> None:
    sheet, cell = place("331.61")
    files = {"same": sample(), "unsigned": sample(False), "figure": changed(sample(), sheet, cell, 331.6),
             "formulas": locked(formulas())}
    paths = []
    for name, data in files.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(data)
    same, unsigned, figure, calculated = (path.read_bytes() for path in libreoffice(paths))
    assert checked(same, KEY.public).status == checked(unsigned).status == checked(calculated).status == "valid"
    assert checked(by_openpyxl(same)).status == "valid"
    assert checked(figure).changes == (Change("changed", sheet, cell, "331.61", "331.6"),)
