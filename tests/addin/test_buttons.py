"""Every button on a filled 000 workbook in a running LibreOffice, through the add-in's own code and xlwings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from juesuan.annotate import marks
from juesuan.bind import bind
from juesuan.catalogue import load
from juesuan.edits import TONES, Mark
from juesuan.formulas import freshen
from juesuan.hosts.patch import annotate, apply_edits
from juesuan.hosts.read import read_book
from juesuan.refill import narration
from juesuan.report import to_json
from juesuan.seal.content import content
from juesuan.seal.verify import verify
from juesuan.validation import examine
from juesuan_addin import more
from juesuan_addin.actions import press
from juesuan_addin.port import Put, Refused
from tests.addin import books, opened
from tests.addin.office import Office
from tests.addin.opened import Live, cells, formulas

SHEET = "支出决算表"
NOW = dt.datetime(2024, 5, 1, 9, 30)
Open = Callable[..., Live]


@pytest.fixture
def workbook(office: Office, tmp_path: Path) -> Iterator[Open]:
    """``workbook(data)`` → it, open in LibreOffice."""
    import contextlib

    with contextlib.ExitStack() as stack:
        yield lambda data, password="": stack.enter_context(opened.office(office, data, tmp_path, password))


def done(one: Live, button: str, folder: Path) -> str:
    """Press a button that must go well; what its last dialog said."""
    before = len(one.said())
    assert press(button, one.port, folder, NOW), one.said()[-1:]
    return one.said()[-1] if len(one.said()) > before else ""


def guarded(one: Live) -> set[str]:
    return {sheet.name for sheet in one.port.read().sheets if sheet.protected}


def saved(one: Live, folder: Path) -> bytes:
    path = folder / "saved.xlsx"
    one.document.save_copy(str(path))
    return path.read_bytes()


def mended(data: bytes) -> bytes:
    """000 with its two wrong figures corrected."""
    from juesuan.edits import SetValue

    return apply_edits(data, [SetValue(sheet, "F8", 573.19) for sheet in (SHEET, "一般公共预算支出表")])


def test_check_marks_what_the_headless_run_marks(workbook: Open, tmp_path: Path) -> None:
    data = books.filled()
    one, protected = workbook(data), None
    protected = guarded(one)
    said = done(one, "check", tmp_path)
    assert "6 处不符（必须改正），0 处尾差（不必改），0 处待说明" in said
    assert f"{SHEET}!F8 填列 470.34，建议改为 573.19" in said
    assert (one.application.ActiveSheet.Name, one.application.Selection.Address) == (SHEET, "$F$8")
    headless = examine(read_book(data, name=opened.NAME))
    edits = marks(headless)
    file = tmp_path / "headless.xlsx"
    file.write_bytes(annotate(data, edits))
    assert cells(one.book()) == cells(read_book(file, name=opened.NAME))
    for edit in edits:
        if isinstance(edit, Mark):
            assert one.fill(edit.sheet, edit.cell) == TONES[edit.tone]
            assert one.notes(edit.sheet)[edit.cell].endswith(edit.note)
    assert guarded(one) == protected
    assert to_json(examine(one.book())) == to_json(headless)


def test_rows_of_one_line_are_one_line_high(workbook: Open, tmp_path: Path) -> None:
    """Wrapped text that is written while its column is narrow makes a row tall, and it stays so."""
    one = workbook(books.explainable())
    for _ in range(2):
        done(one, "check", tmp_path)
        sheet = one.book().sheet("校验结果")
        rows = one.document.document.Sheets.getByName("校验结果").Rows
        short = [at for at, row in enumerate(sheet.rows) if any("没有核对" in str(value) for value in row)]
        assert short
        assert all(rows.getByIndex(at).Height < 700 for at in short)  # 0.01 mm


def test_what_was_marked_here_is_cleared_by_the_command(workbook: Open, tmp_path: Path) -> None:
    from juesuan.hosts.patch import clear_marks

    one = workbook(books.filled())
    before = saved(one, tmp_path)
    done(one, "check", tmp_path)
    cleared = clear_marks(saved(one, tmp_path))
    assert cells(read_book(cleared)) == cells(read_book(before))
    (tmp_path / "a.xlsx").write_bytes(before)
    (tmp_path / "b.xlsx").write_bytes(cleared)
    looks, again = (load_workbook(tmp_path / name)[SHEET]["F8"] for name in ("a.xlsx", "b.xlsx"))
    assert again.comment is None
    assert again.fill.fgColor.rgb == looks.fill.fgColor.rgb


def test_what_the_command_marked_is_cleared_here(workbook: Open, tmp_path: Path) -> None:
    data = books.filled()
    own = workbook(annotate(data, marks(examine(read_book(data)))))
    assert "已清除" in done(own, "clear", tmp_path)
    assert cells(own.book()) == cells(read_book(data))
    assert own.fill(SHEET, "F8") == opened.File(data).fill(SHEET, "F8")
    assert not own.notes(SHEET)


def test_clear_restores_everything_also_after_a_row_was_inserted(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled())
    before, fill, protected = one.book(), one.fill(SHEET, "F8"), guarded(one)
    done(one, "check", tmp_path)
    done(one, "clear", tmp_path)
    assert cells(one.book()) == cells(before)
    assert formulas(one.book()) == formulas(before)
    assert guarded(one) == protected
    done(one, "check", tmp_path)
    one.port.unprotect(SHEET)
    one.document.document.Sheets.getByName(SHEET).Rows.insertByIndex(7, 1)
    done(one, "clear", tmp_path)
    assert not one.notes(SHEET)
    assert {one.fill(SHEET, f"F{row}") for row in (8, 9)} <= {fill, ""}
    assert "没有校验留下的标记" in done(one, "clear", tmp_path)


def test_jumping_goes_through_every_mark_and_round(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled())
    assert "请先“校验”" in done(one, "onward", tmp_path)
    done(one, "check", tmp_path)
    places = {(e.sheet, e.cell) for e in marks(examine(read_book(books.filled()))) if isinstance(e, Mark)}
    seen = []
    for _ in places:
        done(one, "onward", tmp_path)
        seen.append((one.application.ActiveSheet.Name, one.application.Selection.Address.replace("$", "")))
    assert set(seen) == places
    done(one, "back", tmp_path)
    assert (one.application.ActiveSheet.Name, one.application.Selection.Address.replace("$", "")) == seen[-2]


def test_recalculate_agrees_with_the_engine(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled("formula"))
    assert "与本程序各自算得的一致" in done(one, "recalculate", tmp_path)


def test_unsaved_changes_are_what_is_checked(workbook: Open, tmp_path: Path) -> None:
    one = workbook(mended(books.filled()))
    assert "0 处不符" in done(one, "check", tmp_path)
    one.port.unprotect(SHEET)
    one.port.write(SHEET, [Put("F8", [[1.0]])])
    assert "F8 填列 1.00，建议改为 573.19" in done(one, "check", tmp_path)


def test_narrate_writes_what_the_command_writes(workbook: Open, tmp_path: Path) -> None:
    data = books.filled("formula")
    one = workbook(data)
    protected = guarded(one)
    said = done(one, "narrate", tmp_path)
    assert "自动生成" in said
    book, catalogue = freshen(read_book(data)).book, load()
    headless = read_book(
        apply_edits(data, narration(book, bind(book, catalogue), catalogue).edits), name=opened.NAME
    )
    live = one.book()
    assert [sheet.name for sheet in live.sheets] == [sheet.name for sheet in headless.sheets]
    for name in ("情况说明", "名词解释", "补充资料"):
        assert cells(live)[name] == cells(headless)[name]
        assert live.sheet(name).hidden_columns == headless.sheet(name).hidden_columns
    assert protected <= guarded(one)
    assert to_json(examine(live)) == to_json(examine(headless))
    assert "文字都是新的，没有改动" in done(one, "narrate", tmp_path)


def test_lock_refuses_then_seals_then_protects(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled(), "封存密码")
    said = done(one, "lock", tmp_path)
    assert "还不能封存" in said
    assert "T3-03" in said
    assert "_juesuan_seal" not in one.document.sheets()
    for sheet in (SHEET, "一般公共预算支出表"):
        one.port.unprotect(sheet)
        one.port.write(sheet, [Put("F8", [[573.19]])])
    open_cell = next(c for c in ("F9", "F10") if not one.port.locked(SHEET, [c])[0])
    said = done(one, "lock", tmp_path)
    assert "已锁定并封存" in said, said
    assert guarded(one) == {sheet.name for sheet in one.port.read().sheets}
    with pytest.raises(Refused):
        one.port.write(SHEET, [Put(open_cell, [[1.0]])])
    with pytest.raises(Refused):
        one.port.unprotect(SHEET, "别的密码")
    assert not press("narrate", one.port, tmp_path, NOW)
    assert "已经封存" in one.said()[-1]
    sealed = freshen(read_book(saved(one, tmp_path))).book
    assert verify(sealed, content(sealed)).status == "valid"
    one.port.password = "不对"  # type: ignore[attr-defined]  # of the test's own dialog
    assert not press("unlock", one.port, tmp_path, NOW)
    assert "密码不对" in one.said()[-1]
    one.port.password = "封存密码"  # type: ignore[attr-defined]
    assert "已解锁" in done(one, "unlock", tmp_path)
    assert "_juesuan_seal" not in one.document.sheets()
    assert not one.port.locked(SHEET, [open_cell])[0]
    assert one.port.locked(SHEET, ["A1"])[0]
    one.port.write(SHEET, [Put(open_cell, [[1.0]])])
    assert "没有封存" in done(one, "unlock", tmp_path)


def test_check_on_a_locked_workbook_says_what_is_found_and_changes_nothing(workbook: Open, tmp_path: Path) -> None:
    one = workbook(mended(books.filled()), "密码")
    done(one, "lock", tmp_path)
    before = cells(one.book())
    said = done(one, "check", tmp_path)
    assert "没有标注：" in said
    assert "0 处不符" in said
    assert cells(one.book()) == before
    assert guarded(one) == {sheet.name for sheet in one.port.read().sheets}


def test_insert_row_brings_its_formulas(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled("formula"))
    before = one.book()
    one.port.select(SHEET, "E10")
    done(one, "insert_row", tmp_path)
    after = one.book()
    assert one.application.Selection.Address == "$A$11"
    assert [v for v in after.sheet(SHEET).rows[10] if v not in (None, "")] == []
    assert {c for r, c in after.sheet(SHEET).formulas if r == 10} >= {4, 5, 6}
    assert after.sheet(SHEET).value(11, 0) == before.sheet(SHEET).value(10, 0)
    # a new 项 under 20801: type code and figure, and every total above takes it in
    one.port.unprotect(SHEET)
    one.port.write(SHEET, [Put("A11", [["2080102"]]), Put("F11", [[100.0]])])
    grown = one.book().sheet(SHEET)
    total = before.sheet(SHEET).value(6, 4)
    assert isinstance(total, float)
    assert Decimal(str(grown.value(6, 4))).quantize(Decimal("0.01")) == Decimal(str(total)).quantize(
        Decimal("0.01")
    ) + 100
    assert "一般行政管理事务" in str(grown.value(10, 3))


def test_insert_row_says_where_it_can(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled())
    one.port.select("封面", "C4")
    assert not press("insert_row", one.port, tmp_path, NOW)
    assert "这张表不按科目列示" in one.said()[-1]
    one.port.select(SHEET, "A2")
    assert not press("insert_row", one.port, tmp_path, NOW)
    assert "请先选中“支出决算表”里科目所在的一行" in one.said()[-1]


def test_report_lies_beside_the_workbook(workbook: Open, tmp_path: Path) -> None:
    import json

    one = workbook(books.filled())
    said = done(one, "report", tmp_path)
    (page,) = one.port.files  # type: ignore[attr-defined]  # of the test's own dialog
    assert str(page) in said
    assert page.parent == tmp_path
    assert "建议改为 573.19" in page.read_text("utf-8")
    assert json.loads(page.with_suffix(".json").read_text("utf-8"))["counts"]["breaks"] == 7


def test_explain_leads_to_the_row_to_fill_in(workbook: Open, tmp_path: Path) -> None:
    from juesuan import explanations

    data = books.explainable()
    one = workbook(data)
    wanted = [f for f in examine(read_book(data)).report.open if f.severity == "explain" and f.verdict == "breaks"]
    assert wanted
    said = done(one, "explain", tmp_path)
    assert f"还有 {len(wanted)} 处核实性问题待说明" in said
    assert one.application.ActiveSheet.Name == explanations.RESULT
    row = one.application.Selection.Row
    column = one.application.Selection.Column
    one.port.write(explanations.RESULT, [
        Put(f"{chr(64 + column)}{row}", [["其他", "列支口径不同", "李会计", "2024-05-01"]])
    ])  # fmt: skip
    again = examine(one.book())
    assert len(again.report.explanations) >= 1
    done(one, "check", tmp_path)
    kept = explanations.read(one.book())
    assert [typed.explanation.text for typed in kept] == ["列支口径不同"]
    said = done(one, "clear", tmp_path)
    assert "已填的审核说明 1 条" in said
    assert [typed.explanation.text for typed in explanations.read(one.book())] == ["列支口径不同"]


def test_about_and_guide(workbook: Open, tmp_path: Path) -> None:
    one = workbook(books.filled())
    said = done(one, "about", tmp_path)
    assert f"规则目录 {load().version}" in said
    assert "Microsoft Excel 16.0" in said
    assert done(one, "guide", tmp_path) == ""
    (page,) = one.port.files  # type: ignore[attr-defined]
    assert page.name == "使用手册.html"
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_every_button_of_the_ribbon_was_pressed_here() -> None:
    from juesuan_addin.buttons import BUTTONS

    source = Path(__file__).read_text("utf-8")
    assert [name for name in BUTTONS if f'"{name}"' not in source] == []


def test_a_password_for_opening_is_said_to_be_in_the_way_of_locking(tmp_path: Path) -> None:
    copy = tmp_path / "副本.xlsx"
    copy.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    with pytest.raises(Refused, match=r"打开密码.*取消打开密码"):
        more._bytes(copy)
    copy.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(Refused, match=r"另存为 \.xlsx"):
        more._bytes(copy)
