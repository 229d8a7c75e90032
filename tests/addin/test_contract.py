"""One contract for every adapter: the file host, Excel's object model, LibreOffice behind it, the WPS task pane."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from juesuan.annotate import marks
from juesuan.book import Book
from juesuan.draft import DraftCell, SheetDraft, Style
from juesuan.edits import TONES, DropSheet, Edit, Mark, PutSheet, SetFormula, SetValue, TabColour
from juesuan.hosts.ooxml.comments import HEAD
from juesuan.validation import examine
from juesuan_addin.port import Protection, Put, Refused
from tests.addin import books
from tests.addin.opened import File, Live, Opened, cells, formulas

KINDS = ("file", "com", "office", "pane")
LIVE = KINDS[1:]
OpenIn = Callable[..., Opened]
SHEET = "支出决算表"


def edits_of(book: Book) -> list[Edit]:
    """What 校验 writes."""
    return list(marks(examine(book)))


def sheets(book: Book) -> list[str]:
    return [sheet.name for sheet in book.sheets if sheet.name != "_juesuan_marks"]


@pytest.mark.parametrize("kind", LIVE)
@pytest.mark.parametrize("totals", ["stated", "formula"])
def test_the_snapshot_is_what_reading_the_file_gives(open_in: OpenIn, kind: str, totals: str) -> None:
    file, live = open_in("file", books.filled(totals)).book(), open_in(kind, books.filled(totals)).book()
    assert sheets(live) == sheets(file)
    assert cells(live) == cells(file)
    assert formulas(live) == formulas(file)
    assert live.defined_names == file.defined_names
    for one, other in zip(live.sheets, file.sheets, strict=True):
        assert set(one.merges) == set(other.merges)
        assert one.state == other.state
        assert (one.hidden_rows, one.hidden_columns) == (other.hidden_rows, other.hidden_columns)


@pytest.mark.parametrize("kind", LIVE)
def test_what_is_found_is_the_same(open_in: OpenIn, kind: str) -> None:
    file, live = open_in("file", books.filled()).book(), open_in(kind, books.filled()).book()
    assert edits_of(live) == edits_of(file)


@pytest.mark.parametrize("kind", LIVE)
def test_marks_are_those_of_the_file_host(open_in: OpenIn, kind: str) -> None:
    file, live = open_in("file", books.filled()), open_in(kind, books.filled())
    edits = edits_of(file.book())
    for one in (file, live):
        one.renew(edits)
    assert sheets(live.book()) == [*sheets(file.book())[:-2], *sheets(live.book())[-2:]]
    assert cells(live.book()) == cells(file.book())
    for edit in edits:
        if isinstance(edit, Mark):
            assert live.fill(edit.sheet, edit.cell) == TONES[edit.tone]
        elif isinstance(edit, TabColour):
            assert live.tab(edit.sheet) == TONES[edit.tone]
    for sheet in {edit.sheet for edit in edits if isinstance(edit, Mark)}:
        assert live.notes(sheet) == file.notes(sheet)
    assert "建议改为 573.19" in live.notes(SHEET)["F8"]


@pytest.mark.parametrize("kind", KINDS)
def test_clearing_restores_everything(open_in: OpenIn, kind: str) -> None:
    one = open_in(kind, books.filled())
    before, edits = one.book(), edits_of(one.book())
    fills = {(e.sheet, e.cell): one.fill(e.sheet, e.cell) for e in edits if isinstance(e, Mark)}
    tabs = {e.sheet: one.tab(e.sheet) for e in edits if isinstance(e, TabColour)}
    one.renew(edits)
    one.renew(edits)  # again: nothing doubled, nothing left behind
    one.clear()
    after = one.book()
    assert [sheet.name for sheet in after.sheets] == [sheet.name for sheet in before.sheets]
    assert cells(after) == cells(before)
    assert formulas(after) == formulas(before)
    assert after.defined_names == before.defined_names
    assert {at: one.fill(*at) for at in fills} == fills
    assert {sheet: one.tab(sheet) for sheet in tabs} == tabs
    assert all(not one.notes(sheet) for sheet in tabs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_of_the_cells_own_stays_above_ours(open_in: OpenIn, kind: str) -> None:
    data = File(books.noted(SHEET, "F8", "张会计：已与人事核对"))
    one = open_in(kind, data.data)
    own = one.notes(SHEET)["F8"]
    one.edit([Mark(SHEET, "F8", "cause", "应为 573.19"), Mark(SHEET, "F8", "error", "与下级不符")])
    assert one.notes(SHEET)["F8"] == f"{own}\n{HEAD}\n应为 573.19\n\n与下级不符"
    assert one.fill(SHEET, "F8") == TONES["cause"]
    one.clear()
    assert one.notes(SHEET) == {"F8": own}


@pytest.mark.parametrize("kind", KINDS)
def test_values_and_formulas(open_in: OpenIn, kind: str) -> None:
    one = open_in(kind, books.filled())
    one.edit([
        SetValue(SHEET, "F8", 573.19), SetValue(SHEET, "G8", None), SetValue("封面", "C4", "007"),
        SetFormula(SHEET, "H8", "SUM(F8:G8)", 573.19),
    ])  # fmt: skip
    book = one.book()
    assert book.sheet(SHEET).value(7, 5) == 573.19
    assert book.sheet(SHEET).value(7, 6) is None
    assert book.sheet("封面").value(3, 2) == "007"
    assert book.sheet(SHEET).formulas[7, 7] == "SUM(F8:G8)"


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_sheet_is_put_and_dropped(open_in: OpenIn, kind: str) -> None:
    one = open_in(kind, books.filled())
    styles = {"head": Style(bold=True, fill="F5F5F5"), "text": Style(locked=False)}
    words = {(2, 1): DraftCell("0012", "text"), (3, 1): DraftCell("=不是公式", "text")}
    for text in ("标题", "另一个标题"):
        drawn = SheetDraft("附页", words | {(0, 0): DraftCell(text, "head")}, merges=((0, 0, 0, 2),), widths={0: 20})
        one.edit([PutSheet(drawn, styles, "封面")])
        book = one.book()
        assert sheets(book)[:2] == ["封面", "附页"]
        assert cells(book)["附页"] == {(0, 0): text, (2, 1): "0012", (3, 1): "=不是公式"}
        assert book.sheet("附页").merges == ((0, 0, 0, 2),)
        assert not book.sheet("附页").formulas
        assert one.fill("附页", "A1") == "F5F5F5"
    one.edit([DropSheet("附页")])
    assert "附页" not in sheets(one.book())


@pytest.mark.parametrize("kind", LIVE)
def test_locked_cells_are_refused_as_excel_refuses_them(open_in: OpenIn, kind: str) -> None:
    one = open_in(kind, books.filled())
    assert isinstance(one, Live)
    port = one.port
    assert port.locked("封面", ["B4", "C4"]) == [True, False]
    with pytest.raises(Refused, match="“封面”受保护"):
        port.write("封面", [Put("B4", [["改"]])])
    with pytest.raises(Refused, match="受保护"):
        port.paint("封面", {"C4": "FF9999"})
    with pytest.raises(Refused, match="受保护"):
        port.note("封面", {"C4": "批注"})
    port.write("封面", [Put("C4", [["改"]])])
    assert one.book().sheet("封面").value(3, 2) == "改"


@pytest.mark.parametrize("kind", LIVE)
def test_passwords(open_in: OpenIn, kind: str) -> None:
    one = open_in(kind, books.filled())
    assert isinstance(one, Live)
    port = one.port
    port.unprotect(SHEET)
    how = Protection(True, True, frozenset({"filtering", "sorting"}))
    port.protect(SHEET, how, "密码")
    assert port.protection(SHEET) == how
    for wrong in ("", "别的"):
        with pytest.raises(Refused, match=r"没有改动"):
            port.unprotect(SHEET, wrong)
    port.unprotect(SHEET, "密码")
    assert port.protection(SHEET) is None
    port.protect_book(True, "密码")
    with pytest.raises(Refused, match="结构受密码保护"):
        port.protect_book(False, "别的")
    port.protect_book(False, "密码")


@pytest.mark.parametrize("kind", LIVE)
def test_a_sheet_that_is_not_there(open_in: OpenIn, kind: str) -> None:
    one = open_in(kind, books.filled())
    with pytest.raises(Refused, match="没有名为“没有的表”的工作表"):
        one.edit([SetValue("没有的表", "A1", 1)])
