"""What real workbooks and real desks have that a tidy test has not, in Excel's object model."""

from __future__ import annotations

import datetime as dt
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from juesuan.draft import DraftCell, Page, SheetDraft, Style
from juesuan_addin import guard, unfinished
from juesuan_addin.actions import press
from juesuan_addin.excel import ask, native
from juesuan_addin.excel.host import ExcelHost
from juesuan_addin.files import reports_folder
from juesuan_addin.port import BookReading, Protection, Put, Refused
from juesuan_addin.unfinished import Lifted
from tests.addin import books, model, opened, windows
from tests.addin.backend import Area
from tests.addin.memory import Memory
from tests.addin.opened import Live, cells

NOW = dt.datetime(2024, 5, 1, 9, 30)
SHEET = "支出决算表"
STYLES = {"plain": Style(), "link": Style(font="宋体", size=10, colour="0563C1"), "texts": Style(format="@")}


def two_books() -> tuple[model.Application, ExcelHost]:
    """Ours and another one, which is in front."""
    app = model.Application(Memory(books.filled(), opened.NAME), Memory(books.filled(), "别的.xlsx"))
    host = ExcelHost(windows.book_of(app, opened.NAME))
    app._books[1].Activate()
    return app, host


def drawn(**named: Any) -> SheetDraft:
    return SheetDraft("附页", {(0, 0): DraftCell("题", "plain")}, protected=False, **named)


# --- windows ---


def test_panes_are_frozen_in_the_workbook_of_the_button() -> None:
    app, host = two_books()
    ours, other = app._books
    host.put_sheet(drawn(freeze=(3, 1)), STYLES)
    assert (other._window.FreezePanes, other._window.SplitRow) == (False, 0)
    assert ours._window.FreezePanes
    assert ((3, 1, 0, 0), "freeze", {}) in ours._backend.pages["附页"].rules  # counted from the first row, not the 20th
    assert app.ActiveWorkbook is other
    assert ours.ActiveSheet.Name == "封面"


def test_rules_are_drawn_while_another_workbook_is_in_front() -> None:
    from juesuan.draft import Validation

    app, host = two_books()
    host.put_sheet(drawn(validations=(Validation("A2:A9", "list", '"甲,乙"', "stop", "错", "选一项"),)), STYLES)
    assert [kind for _, kind, _ in app._books[0]._backend.pages["附页"].rules] == ["validation"]
    assert app.ActiveWorkbook is app._books[1]


def test_the_cause_is_shown_although_another_workbook_is_in_front(tmp_path: Path) -> None:
    app, host = two_books()
    host.select(SHEET, "F8")
    assert (app.ActiveWorkbook.Name, app.ActiveSheet.Name, app.Selection.Address) == (opened.NAME, SHEET, "$F$8")


def test_a_window_that_cannot_be_frozen_leaves_the_sheet_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    app, host = two_books()

    def refuse(window: model.Window, value: bool) -> None:
        raise model.refuse("Unable to set the FreezePanes property of the Window class")

    monkeypatch.setattr(model.Window, "FreezePanes", property(lambda window: False, refuse))
    host.put_sheet(drawn(freeze=(3, 1)), STYLES)
    assert cells(opened.snapshot(host.read()))["附页"] == {(0, 0): "题"}
    assert app.ActiveWorkbook is app._books[1]


# --- while a button works ---


def test_the_workbooks_own_macros_rest_while_a_button_writes(tmp_path: Path) -> None:
    seen: list[tuple[bool, bool]] = []

    class Watched(Memory):
        def write(self, sheet: str, area: Area, rows: Any, formulas: bool) -> None:
            seen.append((one.application.EnableEvents, one.application.ScreenUpdating))
            super().write(sheet, area, rows, formulas)

    one = opened.com(b"", memory=Watched(books.filled(), opened.NAME))
    assert press("check", one.port, tmp_path, NOW)
    assert set(seen) == {(False, False)}
    assert (one.application.EnableEvents, one.application.ScreenUpdating) == (True, True)


@pytest.mark.parametrize(("status", "after"), [(False, False), ("决算公开：正在校验……", True)])
def test_settings_become_what_they_were(tmp_path: Path, status: object, after: bool) -> None:
    """What somebody else had switched off stays so; what a killed press had switched off does not."""
    one = opened.com(books.filled())
    one.application._events, one.application._status = False, status
    assert press("check", one.port, tmp_path, NOW)
    assert one.application.EnableEvents is after
    assert one.application.StatusBar is False


def test_questions_are_on_again_where_a_sheet_is_not_deleted() -> None:
    class Kept(Memory):
        def drop(self, sheet: str) -> None:
            raise model.refuse("Delete method of Worksheet class failed")

    one = opened.com(b"", memory=Kept(books.filled(), opened.NAME))
    with pytest.raises(Exception, match="Delete method"):
        one.port.drop_sheet(SHEET)
    assert one.application.DisplayAlerts


# --- sheets, links, pages, texts ---


def test_charts_with_a_sheet_of_their_own_do_not_move_a_new_sheet() -> None:
    one = opened.com(books.filled())
    one.application._books[0]._charts += ["图表1", "图表2"]
    names = one.document.sheets()
    one.port.put_sheet(drawn(), STYLES, names[-3])
    assert one.document.sheets() == [*names[:-2], "附页", *names[-2:]]
    one.port.put_sheet(SheetDraft("末页", {}, protected=False), STYLES)
    last = [name for name in one.document.sheets() if one.document.state(name) == -1][-1]
    assert last == "末页"


def test_a_program_that_adds_sheets_only_before_others(monkeypatch: pytest.MonkeyPatch) -> None:
    add = model.Worksheets.Add

    def before(sheets: model.Worksheets, Before: Any = None, After: Any = None) -> model.Worksheet:  # noqa: N803
        if After is not None:
            raise model.refuse("Add method of Sheets class failed")
        return add(sheets, Before)

    monkeypatch.setattr(model.Worksheets, "Add", before)
    one = opened.com(books.filled())
    names = one.document.sheets()
    one.port.put_sheet(drawn(), STYLES, names[0])
    assert one.document.sheets() == [names[0], "附页", *names[1:]]


def test_a_link_does_not_change_the_look_of_its_cell() -> None:
    one = opened.com(books.filled())
    words = {(0, 0): DraftCell("题", "plain"), (1, 0): DraftCell(f"{SHEET}!F8", "link")}
    one.port.put_sheet(SheetDraft("附页", words, links={(1, 0): f"{SHEET}!F8"}, protected=False), STYLES)
    page = one.document.pages["附页"]
    assert [kind for _, kind, _ in page.rules] == ["link"]
    last = {what: value for area, what, value in page.looks if area[0] <= 1 <= area[2] and what.startswith("Font")}
    assert (last["Font.Name"], last["Font.Size"]) == ("宋体", 10)
    assert last["Font.Color"] == native.colour_number("0563C1")


@pytest.mark.parametrize("known", [True, False])
def test_the_printer_is_spoken_to_once(monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    """Where the program knows how; WPS and old versions do without."""
    one, seen = opened.com(books.filled()), []
    if not known:
        monkeypatch.delattr(model.Application, "PrintCommunication")
    add = one.document.add_rule

    def watched(sheet: str, area: Area, kind: str, details: Any) -> None:
        if kind == "page":
            seen.append(one.application._printing)
        add(sheet, area, kind, details)

    monkeypatch.setattr(one.document, "add_rule", watched)
    one.port.put_sheet(drawn(page=Page(landscape=True, one_page=False, repeat=(0, 0))), STYLES)
    assert set(seen) == {not known}
    assert one.application._printing


def test_texts_get_no_mark_in_cells_that_hold_texts() -> None:
    one = opened.com(books.filled())
    words = {(at, 0): DraftCell(text, "texts") for at, text in enumerate(["007", "=1+1", "'引", "2024-05-01", "字"])}
    one.port.put_sheet(SheetDraft("附页", words, protected=False), STYLES)
    held = [one.document.pages["附页"].values[at, 0] for at in range(5)]
    assert held[:2] + held[3:] == ["007", "=1+1", "2024-05-01", "字"]
    assert not one.document.pages["附页"].formulas
    one.port.put_sheet(SheetDraft("另页", {(0, 0): DraftCell("=1+1", "plain")}, protected=False), STYLES)
    assert one.document.pages["另页"].values == {(0, 0): "=1+1"}


# --- reading ---


class Formatted(Memory):
    """A sheet with colours down to its last row."""

    def used(self, sheet: str) -> Area:
        return (0, 0, 1_048_575, 40) if sheet == SHEET else super().used(sheet)


def test_a_sheet_formatted_to_its_last_row_is_read_as_far_as_it_is_filled(tmp_path: Path) -> None:
    plain = opened.com(books.filled())
    memory = Formatted(books.filled(), opened.NAME)
    for one in (plain.document, memory):
        one.pages[SHEET].hidden_rows |= {9, 10, 11}
        one.pages[SHEET].hidden_columns |= {2}
    memory.pages[SHEET].hidden_rows |= set(range(5000, 1_048_576))
    one = opened.com(b"", memory=memory)
    assert cells(one.book()) == cells(plain.book())
    left, right = one.book().sheet(SHEET), plain.book().sheet(SHEET)
    assert (left.merges, left.hidden_rows, left.hidden_columns) == (
        right.merges,
        right.hidden_rows,
        right.hidden_columns,
    )
    assert left.hidden_rows == {9, 10, 11}
    assert one.port.calls <= 2 * (2 * len(memory.sheets()) + 1)


def test_an_empty_sheet_formatted_to_its_last_row() -> None:
    memory = Formatted(books.filled(), opened.NAME)
    memory.pages[SHEET].values.clear()
    memory.pages[SHEET].formulas.clear()
    memory.pages[SHEET].merges.clear()
    assert not cells(opened.com(b"", memory=memory).book())[SHEET]


def test_names_that_cannot_be_told_and_those_of_excel_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(books.filled(), opened.NAME)
    before = dict(memory.names())
    memory._names |= {
        "坏的": "x",
        "_xlfn.IFERROR": "#NAME?",
        "_xlpm.a": "x",
        "_xlnm._FilterDatabase": "x",
        "好的": "封面!$A$1",
    }
    told = model.Name.RefersTo.fget  # type: ignore[attr-defined]

    def target(name: model.Name) -> str:
        if name._name == "坏的":
            raise model.refuse("Application-defined or object-defined error")
        return str(told(name))

    monkeypatch.setattr(model.Name, "RefersTo", property(target))
    assert opened.com(b"", memory=memory).port.read().names == {**before, "好的": "封面!$A$1"}


def test_numbers_that_show_a_currency_are_whole() -> None:
    """COM hands them over with four decimals; a sheet is asked once more only where a formula shows one."""
    one = opened.com(books.filled())
    page = one.document.pages[SHEET]
    page.values[7, 5], page.values[7, 6] = 573.190123, 0.000005
    one.application._books[0]._currency |= {(SHEET, 7, 5), (SHEET, 7, 6)}
    sheet = one.book().sheet(SHEET)
    assert (sheet.value(7, 5), sheet.value(7, 6)) == (573.190123, 0.000005)
    assert one.port.calls == 2 * len(one.document.sheets())
    page.formulas[7, 6] = "F8/3"
    page.values[7, 6] = 191.063374333
    sheet = one.book().sheet(SHEET)
    assert sheet.value(7, 6) == 191.063374333
    assert one.port.calls == 4 * len(one.document.sheets()) + 1


def test_something_else_is_selected_than_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    class Picture(windows.Dispatch):
        pass

    monkeypatch.setattr(model.Application, "Selection", property(lambda app: Picture()))
    assert opened.com(books.filled()).port.read().active_cell == "A1"


# --- passwords ---


def test_the_input_box_is_asked_without_empty_places(monkeypatch: pytest.MonkeyPatch) -> None:
    one = opened.com(books.filled())
    monkeypatch.setitem(sys.modules, "tkinter", None)
    one.application._answers += ["密码"]
    host = ExcelHost(one.port.book)  # type: ignore[attr-defined]
    assert host.secret("请输入：", "锁定") == "密码"
    assert one.application._said == [("锁定", "请输入：")]
    assert host.secret("请输入：", "锁定") is None


class Toolkit(types.ModuleType):
    """As much of tkinter as the dialog uses; ``then`` is what the person does."""

    def __init__(self, then: Callable[[dict[str, Any]], None]) -> None:
        super().__init__("tkinter")
        self.shown: dict[str, Any] = {"bound": {}, "buttons": {}, "destroyed": False}
        shown = self.shown

        class Widget:
            def __init__(self, *arguments: Any, **named: Any) -> None:
                if "command" in named:
                    shown["buttons"][named["text"]] = named["command"]
                shown.setdefault("show", named.get("show")) if "show" in named else None

            def get(self) -> str:
                return "秘密"

            def bind(self, key: str, what: Any) -> None:
                shown["bound"][key] = what

            def mainloop(self) -> None:
                then(shown)

            def destroy(self) -> None:
                shown["destroyed"] = True

            def focus_force(self) -> None:
                return None

            def __getattr__(self, name: str) -> Any:
                if name not in ("title", "resizable", "attributes", "pack", "protocol", "after", "quit"):
                    raise AttributeError(name)
                return lambda *arguments, **named: None

        self.Tk = self.Label = self.Entry = self.Frame = self.Button = Widget


@pytest.mark.parametrize(
    ("then", "answer"),
    [
        (lambda shown: shown["buttons"]["确定"](), "秘密"),
        (lambda shown: shown["bound"]["<Return>"](None), "秘密"),
        (lambda shown: shown["buttons"]["取消"](), None),
        (lambda shown: shown["bound"]["<Escape>"](None), None),
    ],
)
def test_a_password_does_not_show(
    monkeypatch: pytest.MonkeyPatch, then: Callable[[dict[str, Any]], None], answer: str | None
) -> None:
    toolkit = Toolkit(then)
    monkeypatch.setitem(sys.modules, "tkinter", toolkit)
    assert ask.hidden("请输入：", "锁定") == answer
    assert toolkit.shown["show"] == "●"
    assert toolkit.shown["destroyed"]
    one = opened.com(books.filled())
    assert ExcelHost(one.port.book).secret("请输入：", "锁定") == answer  # type: ignore[attr-defined]
    assert one.application._said == []


def test_a_workbook_changed_while_the_password_is_typed_is_not_locked(tmp_path: Path) -> None:
    from juesuan.edits import SetValue
    from juesuan.hosts.patch import apply_edits

    mended = apply_edits(books.filled(), [SetValue(s, "F8", 573.19) for s in (SHEET, "一般公共预算支出表")])
    one = opened.com(mended, "密码")

    def typed(text: str, title: str) -> str:
        one.document.pages[SHEET].values[7, 5] = 1.0
        return "密码"

    one.port.secret = typed  # type: ignore[method-assign]
    assert not press("lock", one.port, tmp_path, NOW)
    assert "输入密码时工作簿改动过，没有锁定" in one.said()[-1]
    assert "_juesuan_seal" not in one.document.sheets()


# --- protection of a press that was killed ---


class Killed(BaseException):
    """The end of the process: nothing after it is done."""


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Live:
    """A workbook whose press was killed at its second write."""
    memory = Memory(books.filled(), opened.NAME, r"D:\账")
    one = opened.com(b"", memory=memory)
    one.application._books[0]._secret = ""
    writes = iter(range(99))
    write = memory.write

    def last(*arguments: Any) -> None:
        if next(writes) == 1:
            raise Killed
        write(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(memory, "write", last)
        patch.setattr(guard, "_back", lambda *a: None)
        with pytest.raises(Killed):
            press("check", one.port, tmp_path, NOW)
    return one


def protected(one: Live) -> set[str]:
    return {name for name, page in one.document.pages.items() if page.secret is not None}


def test_protection_that_a_killed_press_left_open_is_put_back_by_the_next(killed: Live, tmp_path: Path) -> None:
    wanted = protected(opened.com(books.filled()))
    assert protected(killed) < wanted
    assert not killed.application.ActiveWorkbook.ProtectStructure
    (record,) = (tmp_path / "未恢复").iterdir()
    assert "密码" not in record.read_text("utf-8")
    before = killed.port.protection(min(wanted - protected(killed)))
    assert before is None
    assert press("onward", killed.port, tmp_path, NOW)
    assert protected(killed) == wanted
    assert killed.application.ActiveWorkbook.ProtectStructure
    assert "上一次操作中断" in killed.said()[-1]
    assert f"工作表“{SHEET}”" in killed.said()[-1]
    assert "工作簿结构的保护当时没有恢复，现已恢复。" in killed.said()[-1]
    assert not list((tmp_path / "未恢复").iterdir())
    said = len(killed.said())
    assert press("check", killed.port, tmp_path, NOW)
    assert "上一次操作中断" not in "".join(killed.said()[said:])


def test_another_workbook_is_left_as_it_is(killed: Live, tmp_path: Path) -> None:
    other = opened.com(books.filled())
    other.port.unprotect(SHEET)
    assert press("check", other.port, tmp_path, NOW)
    assert SHEET not in protected(other)
    assert list((tmp_path / "未恢复").iterdir())


def test_what_cannot_be_put_back_is_said_once(killed: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(sheet: str, secret: str) -> None:
        raise RuntimeError("程序停了")

    with monkeypatch.context() as patch:
        patch.setattr(killed.document, "protect", refuse)
        assert not press("onward", killed.port, tmp_path, NOW)
    assert "没有能够恢复保护，请在“审阅”里重新保护" in killed.said()[-1]
    assert press("onward", killed.port, tmp_path, NOW)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"sheets": 1, "structure": 0}', '{"sheets": {"a": {}}, "structure": 0}']
)
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    reading = BookReading("a.xlsx", "", ())
    how = Protection(True, False, frozenset({"sorting"}))
    unfinished.write(tmp_path, reading, Lifted({"表": how}, True))
    assert unfinished.read(tmp_path, reading) == Lifted({"表": how}, True)
    (record,) = (tmp_path / "未恢复").iterdir()
    record.write_text(text, "utf-8")
    assert not unfinished.read(tmp_path, reading)
    unfinished.forget(tmp_path, reading)
    unfinished.forget(tmp_path, reading)


def test_a_structure_locked_with_a_password_keeps_it() -> None:
    one = opened.com(books.filled())
    one.port.protect_book(True, "密码")
    one.port.protect_book(True)
    with pytest.raises(Refused):
        one.port.protect_book(False)
    one.port.protect_book(False, "密码")


# --- copies and reports ---


class Copying:
    def keep_copy(self, path: Path) -> None:
        path.write_text("x")


def copies(folder: Path, name: str, place: str, count: int = 1) -> list[Path]:
    reading = BookReading(name, place, ())
    found = []
    for minute in range(count):
        now = NOW + dt.timedelta(minutes=minute)
        found.append(guard.keep_copy(Copying(), reading, folder, now))  # type: ignore[arg-type]
        guard.trim(found[-1])
    return found


@pytest.mark.parametrize("ending", [".xlsb", ".xls", ".xlsm", ".csv", ".xltx", ".ett", ".et", ".XLSX", ".2024"])
def test_a_copy_has_the_ending_of_its_format(tmp_path: Path, ending: str) -> None:
    (copy,) = copies(tmp_path, f"决算{ending}", r"D:\账")
    assert copy.suffix == ending


def test_a_copy_of_one_never_saved_is_an_xlsx(tmp_path: Path) -> None:
    assert copies(tmp_path, "工作簿1", "")[0].name == "工作簿1.20240501-093000-000000.xlsx"
    assert copies(tmp_path, "决算.2024", "")[0].name == "决算.2024.20240501-093000-000000.xlsx"


def test_copies_are_rationed_for_each_workbook_not_for_each_name(tmp_path: Path) -> None:
    (kept,) = copies(tmp_path, "决算公开表.xlsx", r"D:\甲")
    later = copies(tmp_path, "决算公开表.xlsx", r"D:\乙", guard.KEPT + 3)
    assert kept.exists()
    assert sum(copy.exists() for copy in later) == guard.KEPT
    assert copies(tmp_path, "决算公开表.xlsx", "d:/甲")[0] == kept  # the same folder, written differently


def test_a_copy_of_a_long_name_has_a_path_that_excel_takes(tmp_path: Path) -> None:
    long = "某某省某某市某某区" * 20
    one, other = (copies(tmp_path, f"{long}{number}.xlsx", "")[0] for number in (1, 2))
    assert one != other
    assert len(one.name) < 130


def test_a_report_goes_home_from_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Asked for rights, the system may well say yes; only writing tells."""
    here = tmp_path / "账"
    here.mkdir()
    assert reports_folder(str(here), tmp_path) == here
    assert list(here.iterdir()) == []
    for place in ("/proc", str(tmp_path / "没有"), "https://d.docs.live.net/9f", ""):
        assert reports_folder(place, tmp_path) == tmp_path / "报告"


def test_writing_asks_for_formats_only_where_a_mark_is_in_question() -> None:
    one = opened.com(books.filled())
    one.port.unprotect(SHEET)
    one.port.write(SHEET, [Put("A40", [["字", 1.0]]), Put("A41", [["007"]])])
    assert one.document.pages[SHEET].values[40, 0] == "007"
