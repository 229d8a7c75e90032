"""Finding the program and the workbook a button was pressed in: Excel by its window, WPS by its COM server.

Which way fits is found out, not asked: WPS may stand in for Excel, and two programs may be open at once.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import xlwings as xw

from juesuan_addin.excel.host import ExcelHost
from juesuan_addin.port import Refused

#: WPS 表格 under its newer and its older name.
WPS = ("Ket.Application", "ET.Application")
EXCEL = "Excel.Application"
Find = Callable[[], xw.App]


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a button was pressed. ``book``: full name, or the name of one never saved; "" for the one in front.

    ``program``: what it calls itself, ``window`` its window's number; "" and 0 where that is not known.
    """

    book: str = ""
    program: str = ""
    window: int = 0


def attach(caller: Caller, ways: Sequence[tuple[str, Find]] | None = None) -> ExcelHost:
    """The open workbook. Raises Refused where no program has it open."""
    tried = []
    for name, find in ways if ways is not None else usual(caller):
        try:
            app = find()
            book = _book(app, caller.book)
        except Exception as error:  # every program says in its own way that it does not run
            tried.append(f"{name}：{type(error).__name__}")
            continue
        if book is not None:
            return ExcelHost(book)
        tried.append(f"{name}：没有打开这个工作簿")
    what = f"“{caller.book}”" if caller.book else "一个工作簿"
    raise Refused(
        f"没有连上打开着{what}的 Excel 或 WPS（{'；'.join(tried) or '本系统上没有'}）。"
        "请退出单元格编辑状态再试；仍不行时运行 juesuan addin doctor。"
    )


def usual(caller: Caller) -> list[tuple[str, Find]]:
    """The ways to try on this system, the likeliest first."""
    if sys.platform == "win32":
        return windows(caller, _by_window, _by_server)
    if sys.platform == "darwin":
        # xlwings reaches Excel there too, but what it has no method for is spoken in another language (appscript).
        raise Refused("macOS 版 Excel 里还不能用按钮，请用命令行：juesuan validate 文件.xlsx --annotate 标注.xlsx。")
    return []


def windows(
    caller: Caller, by_window: Callable[[int], xw.App], by_server: Callable[[str], xw.App]
) -> list[tuple[str, Find]]:
    """The ways on Windows. A window belongs to one process, so it goes first; WPS has none that Excel's way finds."""
    wps = [(f"WPS（{name}）", _later(by_server, name)) for name in WPS]
    excel: list[tuple[str, Find]] = [("Excel", _later(by_server, EXCEL))]
    window: list[tuple[str, Find]] = [("Excel 窗口", lambda: by_window(caller.window))] if caller.window else []
    return [*wps, *excel, *window] if is_wps(caller.program) else [*window, *excel, *wps]


def is_wps(program: str) -> bool:
    """Whether a program's name is one of WPS's."""
    return any(part in program.lower() for part in ("wps", "kingsoft", "金山", "ket", "et "))


def _later(by_server: Callable[[str], xw.App], name: str) -> Find:
    return lambda: by_server(name)


def _by_window(window: int) -> xw.App:
    return _app(window)


def _by_server(name: str) -> xw.App:
    return _app(importlib.import_module("win32com.client").GetActiveObject(name))


def _app(program: object) -> xw.App:
    """An xlwings app over a window's number or a COM object; these modules exist on Windows only."""
    return xw.App(impl=importlib.import_module("xlwings._xlwindows").App(xl=program))


def _book(app: xw.App, wanted: str) -> xw.Book | None:
    books = list(app.books)
    if not wanted:
        return app.books.active if books else None
    return _named(books, wanted)


def _named(books: Iterable[xw.Book], wanted: str) -> xw.Book | None:
    """By full name, else by the name alone where only one is called so."""
    wanted = wanted.casefold()
    known = list(books)
    for book in known:
        if str(book.api.FullName).casefold() == wanted:
            return book
    same = [book for book in known if book.name.casefold() == wanted.replace("\\", "/").rpartition("/")[2]]
    return same[0] if len(same) == 1 else None
