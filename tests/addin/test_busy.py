"""Somebody types while a button works: Excel and WPS refuse every call until the cell is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from juesuan_addin.actions import press
from juesuan_addin.excel.patience import Patience, bare, patient
from juesuan_addin.port import Locked, Refused
from tests.addin import books, model, opened, windows
from tests.addin.backend import Area
from tests.addin.memory import Memory
from tests.addin.opened import Live, cells
from tests.addin.windows import ComError

NOW = dt.datetime(2024, 5, 1, 9, 30)
#: By which they say so: call rejected, server busy, a cell being edited.
REJECTED, LATER, TYPING = (-2147418111, None), (-2147417846, None), (-2147352567, -2146777998)


class Busy(Memory):
    """A program that does not listen from the n-th call of a kind on, ``times`` long for each kind."""

    def __init__(self, error: tuple[int, int | None], times: int, after: dict[str, int]) -> None:
        super().__init__(books.filled(), opened.NAME)
        self.error, self.times, self.after = error, times, after
        self.refused: dict[str, int] = {}

    def _count(self, what: str) -> None:
        if what in self.after:
            self.after[what] -= 1
            if self.after[what] < 0 and self.refused.get(what, 0) < self.times:
                self.refused[what] = self.refused.get(what, 0) + 1
                raise ComError(self.error[0], "Call was rejected by callee.", self.error[1])

    def used(self, sheet: str) -> Area:
        self._count("used")
        return super().used(sheet)

    def values(self, sheet: str, area: Area) -> tuple[tuple[Any, ...], ...]:
        self._count("values")
        return super().values(sheet, area)

    def write(self, sheet: str, area: Area, rows: Sequence[Sequence[Any]], formulas: bool) -> None:
        self._count("write")
        super().write(sheet, area, rows, formulas)

    def get(self, sheet: str, area: Area, what: str) -> Any:
        self._count(what)
        return super().get(sheet, area, what)

    def set(self, sheet: str, area: Area, what: str, value: Any) -> None:
        self._count("set")
        super().set(sheet, area, what, value)

    def note(self, sheet: str, place: tuple[int, int], text: str | None) -> None:
        self._count("note")
        super().note(sheet, place, text)

    def protect(self, sheet: str, secret: str) -> None:
        self._count("protect")
        super().protect(sheet, secret)

    def unprotect(self, sheet: str, secret: str) -> bool:
        self._count("unprotect")
        return super().unprotect(sheet, secret)

    def add(self, name: str, at: int) -> None:
        self._count("add")
        super().add(name, at)


class Clock:
    """Time that passes by waiting only."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def patience(self) -> Patience:
        return Patience(60, self.sleep, lambda: self.now)


def protected(one: Live) -> set[str]:
    return {name for name, page in one.document.pages.items() if page.secret is not None}


@pytest.mark.parametrize("error", [REJECTED, LATER, TYPING])
def test_a_program_that_stays_busy_is_said_so(tmp_path: Path, error: tuple[int, int | None]) -> None:
    clock = Clock()
    one = opened.com(b"", memory=Busy(error, 10_000, {"used": 0}), patience=clock.patience())
    assert not press("check", one.port, tmp_path, NOW)
    assert one.said() == ["决算公开 · 校验\n表格程序正忙，多半正在编辑单元格或开着对话框；请按 Esc 结束编辑后再试。"]
    assert 60 <= clock.now < 62
    assert not (tmp_path / "日志").exists()
    assert (one.application.ScreenUpdating, one.application.EnableEvents) == (True, True)


@pytest.mark.parametrize("error", [REJECTED, LATER, TYPING])
@pytest.mark.parametrize(
    "after",
    [{"used": 3}, {"values": 4}, {"fill": 2, "threaded": 1}, {"write": 5, "set": 9}, {"note": 1, "add": 0},
     {"unprotect": 1}, {"protect": 0}, {"values": 2, "write": 2, "note": 0, "unprotect": 0, "protect": 1}],
)  # fmt: skip
def test_typing_in_the_middle_of_a_press_only_delays_it(
    tmp_path: Path, error: tuple[int, int | None], after: dict[str, int]
) -> None:
    quiet, clock = opened.com(books.filled()), Clock()
    press("check", quiet.port, tmp_path / "a", NOW)
    memory = Busy(error, 12, dict(after))
    one = opened.com(b"", memory=memory, patience=clock.patience())
    guarded = protected(one)
    assert press("check", one.port, tmp_path / "b", NOW), one.said()
    assert memory.refused == dict.fromkeys(after, 12)
    assert clock.now > 4
    assert cells(one.book()) == cells(quiet.book())
    assert all(one.notes(sheet) == quiet.notes(sheet) for sheet in memory.sheets())
    assert protected(one) == guarded
    assert (one.application.ScreenUpdating, one.application.EnableEvents) == (True, True)


def test_protection_is_put_back_however_long_somebody_types(tmp_path: Path) -> None:
    """Five minutes in one cell: the press is given up after one, the protection is not."""
    clock = Clock()

    class Typing(Busy):
        def _count(self, what: str) -> None:
            if what in self.after and clock.now < 300:
                raise ComError(TYPING[0], "typing", TYPING[1])

    memory = Typing(TYPING, 0, {})
    one = opened.com(b"", memory=memory, patience=clock.patience())
    guarded = protected(one)
    memory.after = {"write": 0, "protect": 0}
    assert not press("check", one.port, tmp_path, NOW)
    assert "请按 Esc 结束编辑" in one.said()[-1]
    assert protected(one) == guarded
    assert 300 <= clock.now < 310
    assert not list((tmp_path / "未恢复").iterdir())


def test_a_busy_program_is_not_taken_for_one_with_a_password() -> None:
    memory = Busy(TYPING, 10_000, {"unprotect": 0})
    one = opened.com(b"", memory=memory, patience=Clock().patience())
    with pytest.raises(Refused, match="请按 Esc") as told:
        one.port.unprotect("封面")
    assert not isinstance(told.value, Locked)


def test_pywin32_says_of_a_busy_program_that_it_has_no_such_member() -> None:
    """The number of the name tells it from one that really is none."""

    class Ole:
        answers: ClassVar[list[int]] = [REJECTED[0], REJECTED[0]]

        def GetIDsOfNames(self, locale: int, name: str) -> int:  # noqa: N802
            if name == "Nmae":
                raise ComError(-2147352570, "Unknown name.")
            if self.answers:
                raise ComError(self.answers.pop(), "rejected")
            return 7

    class Late(windows.Dispatch):
        _oleobj_ = Ole()
        asked = 0

        def __getattr__(self, name: str) -> str:
            self.asked += 1
            if name == "Nmae" or self.asked < 4:
                raise AttributeError(name)
            return "Excel"

    clock = Clock()
    assert patient(Late(), clock.patience()).Name == "Excel"
    assert 0 < clock.now < 2
    with pytest.raises(AttributeError):
        patient(Late(), clock.patience()).Nmae  # noqa: B018
    assert clock.now < 2


def test_xlwings_own_wrapper_is_not_asked() -> None:
    """Called while the program is busy it answers None, as if there were no such object."""
    inner = model.Application(Memory(books.filled(), opened.NAME))
    wrapped = windows.engine().COMRetryObjectWrapper(inner)
    assert bare(patient(wrapped, Patience())) is inner
