"""Waiting while the program cannot listen: a cell is being edited, a dialog is open, it calculates.

Excel and WPS then reject a call without carrying it out, so it can be made again. Every object of theirs goes through
``patient``: whatever is asked of it, or of what it hands out, is asked again with pauses until it is answered.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from juesuan_addin.port import Refused

#: RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER; and what Excel says itself, inside another error, while one types.
_REJECTED = frozenset({-2147418111, -2147417846})
_TYPING = -2146777998
BUSY = "表格程序正忙，多半正在编辑单元格或开着对话框；请按 Esc 结束编辑后再试。"
_FIRST, _LONGEST = 0.1, 0.5


class Busy(Refused):
    """The program did not listen for longer than anyone waits."""


def is_busy(error: BaseException) -> bool:
    """Whether an error says that the program cannot listen now."""
    if isinstance(error, Busy):
        return True
    number = getattr(error, "hresult", None)
    details = getattr(error, "excepinfo", None)
    inner = details[5] if isinstance(details, tuple) and len(details) > 5 else None
    return number in _REJECTED or _TYPING in (number, inner)


@dataclass
class Patience:
    """How long to ask again. ``seconds`` for one question; once nothing came of it the next ones get one second."""

    seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _spent: bool = field(default=False, init=False)
    _needed: float = field(default=0.0, init=False)

    @contextlib.contextmanager
    def at_least(self, seconds: float) -> Iterator[None]:
        """Wait longer, for what must not be left undone."""
        before, self._needed = self._needed, seconds
        try:
            yield
        finally:
            self._needed = before

    def ask(self, question: Callable[[], Any], missing: Callable[[], bool] = lambda: True) -> Any:
        """The answer. ``missing``: whether an AttributeError means what it says. Raises Busy."""
        until = self.clock() + max(self._needed, 1.0 if self._spent else self.seconds)
        pause = _FIRST
        while True:
            try:
                answer = question()
            except AttributeError as error:
                if missing() or self.clock() >= until:
                    raise
                last: BaseException = error
            except Exception as error:  # the program's own error
                if not is_busy(error):
                    raise
                last = error
            else:
                self._spent = False
                return answer
            if self.clock() >= until:
                self._spent = True
                raise Busy(BUSY) from last
            self.sleep(pause)
            pause = min(pause * 1.5, _LONGEST)


class Patient:
    """An object of the program, asked with patience. Objects it hands out are patient too."""

    def __init__(self, inner: Any, patience: Patience) -> None:
        object.__setattr__(self, "_inner", inner)
        object.__setattr__(self, "_patience", patience)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # pywin32's own, no call
            return getattr(self._inner, name)
        return self._ask(lambda: getattr(self._inner, name), name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask(lambda: setattr(self._inner, name, bare(value)), name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        plain, by_name = [bare(one) for one in arguments], {name: bare(one) for name, one in named.items()}
        return self._ask(lambda: self._inner(*plain, **by_name))

    def __iter__(self) -> Iterator[Any]:
        walk = self._patience.ask(lambda: iter(self._inner))
        end = object()
        while (found := self._ask(lambda: next(walk, end))) is not end:
            yield found

    def __repr__(self) -> str:
        return repr(self._inner)

    def _ask(self, question: Callable[[], Any], name: str = "") -> Any:
        answer = self._patience.ask(question, lambda: not name or _missing(self._inner, name))
        return patient(answer, self._patience) if callable(answer) or hasattr(answer, "_oleobj_") else answer


def patient(thing: Any, patience: Patience) -> Patient:
    """A COM object or one of its methods, asked with patience; in place of xlwings' own wrapper, which has no end."""
    return Patient(bare(thing), patience)


def bare(thing: Any) -> Any:
    """What is inside our wrapper or inside xlwings' own."""
    if isinstance(thing, Patient) or type(thing).__name__ == "COMRetryObjectWrapper":
        return bare(thing._inner)
    return thing


def _missing(owner: Any, name: str) -> bool:
    """pywin32 says "no such attribute" also of a program that did not listen; asking for its number tells which."""
    ole = getattr(owner, "_oleobj_", None)
    if ole is None:
        return True
    try:
        ole.GetIDsOfNames(0, name)
    except Exception as error:  # unknown name, or not listening again
        return not is_busy(error)
    return False
