"""Finding the right program: by window, by WPS's server, by the workbook it has open."""

from __future__ import annotations

import pytest
import xlwings as xw

from juesuan_addin.excel.attach import Caller, attach, is_wps, windows
from juesuan_addin.port import Refused
from tests.addin import books, model
from tests.addin.memory import Memory
from tests.addin.windows import engine


def program(*names: str, path: str = r"D:\账") -> xw.App:
    backends = [Memory(books.filled(), name) for name in names]
    for backend in backends:
        backend.path = path
    return xw.App(impl=engine().App(xl=model.Application(*backends)))


def missing() -> xw.App:
    raise OSError("not running")


def names(caller: Caller) -> list[str]:
    return [name for name, _ in windows(caller, lambda w: missing(), lambda n: missing())]


def test_excel_goes_by_its_window_first() -> None:
    caller = Caller(r"D:\账\a.xlsx", "Microsoft Excel", 42)
    assert names(caller) == ["Excel 窗口", "Excel", "WPS（Ket.Application）", "WPS（ET.Application）"]


@pytest.mark.parametrize("name", ["WPS 表格", "WPS Spreadsheets", "Kingsoft Spreadsheets", "金山表格"])
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
