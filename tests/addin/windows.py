"""The Windows half of xlwings on any system: its own code, with stand-ins for pywin32 that know no windows.

What runs is ``xlwings._xlwindows`` itself, so the adapter is tested through the very calls it makes in Excel; only the
object behind them is ours (tests.addin.model).
"""

from __future__ import annotations

import ctypes
import datetime as dt
import os
import sys
import types
from functools import cache
from typing import Any

from juesuan_addin.excel.attach import engine as without_cleanup
from juesuan_addin.excel.attach import over
from juesuan_addin.excel.patience import Patience


class ComError(Exception):
    """pywintypes.com_error: what Excel raises."""

    def __init__(self, hresult: int, text: str, inner: int | None = None) -> None:
        details = (0, "Microsoft Excel", text, "", 0, hresult if inner is None else inner)
        super().__init__(hresult, "Exception occurred.", details, None)
        self.hresult, self.excepinfo = hresult, details

    def __str__(self) -> str:
        return str(self.excepinfo[2])


class OleError(ComError):
    """pythoncom.ole_error."""


class Dispatch:
    """Base of everything that is a COM object."""

    _oleobj_: Any = None


class _Anything:
    """A library whose functions all succeed."""

    def __getattr__(self, name: str) -> Any:
        return _Anything()

    def __call__(self, *args: Any, **kwargs: Any) -> int:
        return 0


def _module(name: str, **members: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


@cache
def engine() -> Any:
    """The module ``xlwings._xlwindows``, registered as xlwings' engine."""
    client = _module(
        "win32com.client", CDispatch=Dispatch, CoClassBaseClass=Dispatch, DispatchBaseClass=Dispatch,
        Dispatch=lambda name: None, DispatchEx=lambda name: None,
    )  # fmt: skip
    _module("win32com", client=client)
    _module("pywintypes", com_error=ComError, error=OSError, TimeType=dt.datetime, IID=str)
    _module("pythoncom", ole_error=OleError, com_error=ComError, CoInitialize=lambda: None, __file__="pythoncom")
    _module("win32api", MessageBox=lambda *a: 1)
    _module("win32con", MB_OK=0, MB_OKCANCEL=1, MB_YESNO=4, MB_YESNOCANCEL=3, MB_ICONINFORMATION=64, MB_ICONWARNING=48)
    _module("win32gui", FindWindowEx=lambda *a: 0)
    _module("win32process", GetWindowThreadProcessId=lambda hwnd: (0, os.getpid()))
    _module("win32timezone", TimeZoneInfo=types.SimpleNamespace(utc=lambda: dt.UTC))
    kept = {name: getattr(ctypes, name, None) for name in ("oledll", "windll", "PyDLL")}
    ctypes.oledll = ctypes.windll = ctypes.PyDLL = lambda *a: _Anything()  # type: ignore[attr-defined, misc, assignment]
    ctypes.oledll = ctypes.windll = _Anything()  # type: ignore[attr-defined]
    try:
        import xlwings
        from xlwings import _xlwindows
    finally:
        for name, value in kept.items():
            if value is None:
                delattr(ctypes, name)
            else:
                setattr(ctypes, name, value)
    without_cleanup()
    if "excel" not in [known.name for known in xlwings.engines]:
        xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
    return _xlwindows


def book_of(application: Any, name: str, patience: Patience | None = None) -> Any:
    """The xlwings book over an object model's application."""
    return app_of(application, patience).books[name]


def app_of(application: Any, patience: Patience | None = None) -> Any:
    """The xlwings app over it, as the add-in makes it."""
    engine()
    return over(application, patience or Patience())
