"""Finding the right program: by window, by WPS's server, by the workbook it has open."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwings as xw

from juesuan_addin.excel.attach import Caller, attach, is_wps, windows
from juesuan_addin.excel.patience import Patience
from juesuan_addin.excel.process import image_of_window
from juesuan_addin.port import Refused
from tests.addin import books, model
from tests.addin.memory import Memory
from tests.addin.windows import ComError, app_of


def program(*names: str, path: str = r"D:\账", window: int = 4242) -> xw.App:
    backends = [Memory(books.filled(), name) for name in names]
    for backend in backends:
        backend.path = path
    application = model.Application(*backends)
    application._hwnd = window
    return app_of(application)


def missing() -> xw.App:
    raise OSError("not running")


def names(caller: Caller, image: Callable[[int], str] = lambda window: "") -> list[str]:
    return [name for name, _ in windows(caller, lambda w: missing(), lambda n: missing(), image)]


def test_excel_goes_by_its_window_first() -> None:
    caller = Caller(r"D:\账\a.xlsx", "Microsoft Excel", 42)
    assert names(caller) == ["Excel 窗口", "Excel", "WPS（Ket.Application）", "WPS（ET.Application）"]


@pytest.mark.parametrize("name", ["WPS 表格", "WPS Spreadsheets", "Kingsoft Spreadsheets", "金山表格", "ET", "et"])
def test_wps_goes_by_its_server_first(name: str) -> None:
    caller = Caller("a.xlsx", name, 42)
    assert names(caller) == ["WPS（Ket.Application）", "WPS（ET.Application）", "Excel", "Excel 窗口"]
    assert is_wps(name)
    assert not is_wps("Microsoft Excel")


def test_the_program_that_has_the_workbook_is_taken() -> None:
    one, other = program("a.xlsx"), program("b.xlsx")
    ways = [("无", missing), ("甲", lambda: one), ("乙", lambda: other)]
    host = attach(Caller(r"D:\账/b.xlsx"), ways)
    assert host.book.name == "b.xlsx"


def test_a_workbook_never_saved_goes_by_its_name() -> None:
    app = program("工作簿1", path="")
    assert attach(Caller("工作簿1"), [("甲", lambda: app)]).book.name == "工作簿1"


def test_the_full_name_decides_between_two_of_one_name() -> None:
    app = program("a.xlsx", "a.xlsx")
    app.books[0].api._backend.path = r"E:\去年"
    found = attach(Caller(r"E:\去年/A.XLSX"), [("甲", lambda: app)])
    assert found.book.api.Path == r"E:\去年"
    with pytest.raises(Refused, match="没有打开这个工作簿"):
        attach(Caller(r"F:\别处\a.xlsx"), [("甲", lambda: app)])


def test_what_was_tried_is_said() -> None:
    with pytest.raises(Refused) as told:
        attach(Caller(r"D:\账\c.xlsx"), [("Excel 窗口", missing), ("Excel", lambda: program("a.xlsx"))])
    assert str(told.value).startswith("没有连上打开着“D:\\账\\c.xlsx”的 Excel 或 WPS（Excel 窗口：OSError；Excel：")
    assert "juesuan addin doctor" in str(told.value)


def test_nothing_to_attach_to_on_this_system() -> None:
    with pytest.raises(Refused, match="本系统上没有"):
        attach(Caller(), [])


def test_a_workbook_of_the_same_name_in_another_folder_is_another() -> None:
    app = program("决算公开表.xlsx", path=r"D:\乙")
    with pytest.raises(Refused, match="没有打开这个工作簿"):
        attach(Caller(r"D:\甲\决算公开表.xlsx"), [("Excel", lambda: app)])
    assert attach(Caller("决算公开表.xlsx"), [("Excel", lambda: app)]).book.name == "决算公开表.xlsx"


def test_a_workbook_in_the_cloud_goes_by_its_address() -> None:
    app = program("a.xlsx", path="https://d.docs.live.net/9f/%E8%B4%A6")
    ways = [("Excel", lambda: app)]
    assert attach(Caller("https://d.docs.live.net/9f/账/a.xlsx"), ways).book.name == "a.xlsx"
    assert attach(Caller(r"C:\OneDrive\账\a.xlsx"), ways).book.name == "a.xlsx"
    for other in ("https://d.docs.live.net/8e/账/a.xlsx", r"C:\OneDrive\去年\a.xlsx"):
        with pytest.raises(Refused, match="没有打开这个工作簿"):
            attach(Caller(other), ways)


IMAGES = {1: "EXCEL.EXE", 2: "et.exe", 3: "wps.exe", 4: "别的.exe"}


@pytest.mark.parametrize(
    ("window", "first"), [(1, "Excel 窗口"), (2, "WPS（Ket.Application）"), (3, "WPS（Ket.Application）")]
)
def test_the_process_of_the_window_decides_whatever_the_program_calls_itself(window: int, first: str) -> None:
    for called in ("Microsoft Excel", "WPS 表格", ""):
        assert names(Caller("a.xlsx", called, window), lambda number: IMAGES.get(number, ""))[0] == first
    assert names(Caller("a.xlsx", "WPS 表格", 4), lambda number: IMAGES.get(number, ""))[0] == "WPS（Ket.Application）"


@pytest.mark.parametrize(("pressed", "taken"), [(1, 1), (2, 2)])
def test_two_programs_with_an_unsaved_workbook_of_one_name(pressed: int, taken: int) -> None:
    apps = {number: program("工作簿1", path="", window=number) for number in (2, 1)}
    for order in ((1, 2), (2, 1)):
        ways = [(str(number), lambda number=number: apps[number]) for number in order]  # type: ignore[misc]
        host = attach(Caller("工作簿1", "", pressed), ways, lambda number: IMAGES.get(number, ""))
        assert host.app.api.Hwnd == taken


def test_no_process_is_asked_for_where_there_are_no_windows() -> None:
    assert image_of_window(0) == ""
    assert sys.platform == "win32" or image_of_window(42) == ""


def test_a_busy_program_is_waited_for_and_then_said_so() -> None:
    waited: list[float] = []
    times = iter(range(1000))
    patience = Patience(10, waited.append, lambda: next(times))
    app = program("a.xlsx")
    with pytest.raises(Refused, match="请按 Esc 结束编辑"):
        attach(Caller("a.xlsx"), [("Excel", lambda: patience.ask(busy)), ("WPS", missing)])
    assert 5 < len(waited) < 15
    assert waited[0] == 0.1
    assert max(waited) == 0.5
    assert attach(Caller("a.xlsx"), [("无", busy), ("Excel", lambda: app)]).book.name == "a.xlsx"


def busy() -> xw.App:
    raise ComError(-2147352567, "typing", -2146777998)


def test_no_process_of_others_is_ended_when_python_ends(tmp_path: Path) -> None:
    """xlwings would ask tasklist for every EXCEL.EXE and kill those without a window."""
    lines = """
        import subprocess, sys
        from tests.addin import windows
        def told(*arguments, **named):
            print("started", arguments[0])
            raise OSError
        subprocess.run = told
        subprocess.CREATE_NO_WINDOW = 0
        windows.engine()
        print("attached")
    """
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(lines)], capture_output=True, text=True, check=True, env=environment
    )
    assert ended.stdout == "attached\n"
