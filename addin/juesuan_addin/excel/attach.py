"""Finding the program and the workbook a button was pressed in: Excel by its window, WPS by its COM server.

Which way fits is found out, not asked: WPS may stand in for Excel, and two programs may be open at once.
"""

from __future__ import annotations

import atexit
import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import xlwings as xw

from juesuan_addin.excel.host import ExcelHost
from juesuan_addin.excel.patience import BUSY, Busy, Patience, is_busy, patient
from juesuan_addin.excel.process import image_of_window
from juesuan_addin.port import Refused

#: WPS 表格 under its newer and its older name.
WPS = ("Ket.Application", "ET.Application")
EXCEL = "Excel.Application"
#: What the programs' files are called; WPS may keep its windows in one process of another name.
_IMAGES = {"excel.exe": "Excel", "et.exe": "WPS", "wps.exe": "WPS", "wpsoffice.exe": "WPS"}
#: Seconds to wait for one that is busy while it is not known yet which one it is.
_LOOKING = 10.0
Find = Callable[[], xw.App]
Image = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a button was pressed. ``book``: full name, or the name of one never saved; "" for the one in front.

    ``program``: what it calls itself, ``window`` its window's number; "" and 0 where that is not known.
    """

    book: str = ""
    program: str = ""
    window: int = 0


def attach(caller: Caller, ways: Sequence[tuple[str, Find]] | None = None, image: Image = image_of_window) -> ExcelHost:
    """The open workbook. Raises Refused where no program has it open, Busy where one does not answer."""
    patience = Patience(_LOOKING)
    pressed_in = _kind(image, caller.window)
    tried, busy = [], False
    for name, find in ways if ways is not None else usual(caller, patience, image):
        try:
            app = find()
            if pressed_in and _kind(image, app.hwnd or 0) not in ("", pressed_in):
                tried.append(f"{name}：不是按下按钮的程序")
                continue
            book = _book(app, caller.book)
        except Exception as error:  # every program says in its own way that it does not run
            busy = busy or is_busy(error)
            tried.append(f"{name}：{'正忙' if is_busy(error) else type(error).__name__}")
            continue
        if book is not None:
            patience.seconds = Patience.seconds
            return ExcelHost(book, patience=patience)
        tried.append(f"{name}：没有打开这个工作簿")
    if busy:
        raise Busy(BUSY)
    what = f"“{caller.book}”" if caller.book else "一个工作簿"
    raise Refused(
        f"没有连上打开着{what}的 Excel 或 WPS（{'；'.join(tried) or '本系统上没有'}）。"
        "请退出单元格编辑状态再试；仍不行时运行 juesuan addin doctor。"
    )


def usual(caller: Caller, patience: Patience, image: Image) -> list[tuple[str, Find]]:
    """The ways to try on this system, the likeliest first."""
    if sys.platform == "win32":
        module = engine()
        return windows(
            caller,
            lambda window: over(module.get_xl_app_from_hwnd(window), patience),
            lambda name: over(importlib.import_module("win32com.client").GetActiveObject(name), patience),
            image,
        )
    if sys.platform == "darwin":
        # xlwings reaches Excel there too, but what it has no method for is spoken in another language (appscript).
        raise Refused("macOS 版 Excel 里还不能用按钮，请用命令行：juesuan validate 文件.xlsx --annotate 标注.xlsx。")
    return []


def windows(
    caller: Caller, by_window: Callable[[int], xw.App], by_server: Callable[[str], xw.App], image: Image
) -> list[tuple[str, Find]]:
    """The ways on Windows. A window belongs to one process, so it goes first; WPS has none that Excel's way finds."""
    wps = [(f"WPS（{name}）", _later(by_server, name)) for name in WPS]
    excel: list[tuple[str, Find]] = [("Excel", _later(by_server, EXCEL))]
    window: list[tuple[str, Find]] = [("Excel 窗口", lambda: by_window(caller.window))] if caller.window else []
    kind = _kind(image, caller.window) or ("WPS" if is_wps(caller.program) else "Excel")
    return [*wps, *excel, *window] if kind == "WPS" else [*window, *excel, *wps]


def is_wps(program: str) -> bool:
    """Whether a program's name is one of WPS's."""
    name = program.lower()
    return name in ("et", "ket") or any(part in name for part in ("wps", "kingsoft", "金山", "ket ", "et "))


def engine() -> Any:
    """xlwings' module for Windows, kept from ending other people's processes.

    When Python ends it kills every EXCEL.EXE without a workbook's window: those that other programs run unseen too.
    """
    module = importlib.import_module("xlwings._xlwindows")
    if cleanup := getattr(module, "cleanup", None):
        atexit.unregister(cleanup)
    return module


def over(program: Any, patience: Patience) -> xw.App:
    """An xlwings app over a program's COM object."""
    return xw.App(impl=engine().App(xl=patient(program, patience)))


def _kind(image: Image, window: int) -> str:
    """ "Excel" or "WPS" by the process that a window belongs to; "" where that is not known."""
    return _IMAGES.get(image(window).lower(), "") if window else ""


def _later(by_server: Callable[[str], xw.App], name: str) -> Find:
    return lambda: by_server(name)


def _book(app: xw.App, wanted: str) -> xw.Book | None:
    books = list(app.books)
    if not wanted:
        return app.books.active if books else None
    return _named(books, wanted)


def _named(books: Iterable[xw.Book], wanted: str) -> xw.Book | None:
    """By full name. By the name alone only where no folder was given; two of one name are two workbooks."""
    known = [(_path(str(book.api.FullName)), book) for book in books]
    path = _path(wanted)
    if found := [book for full, book in known if full == path]:
        return found[0]
    if "/" not in path:
        same = [book for full, book in known if full.rpartition("/")[2] == path]
    else:  # a workbook in the cloud tells its address; the same folder and name is the same workbook
        same = [book for full, book in known if "://" in full and "://" not in path and _tail(full) == _tail(path)]
    return same[0] if len(same) == 1 else None


def _path(name: str) -> str:
    return unquote(name).casefold() if "://" in name else name.replace("\\", "/").casefold()


def _tail(path: str) -> tuple[str, ...]:
    return PurePosixPath(path).parts[-2:]
