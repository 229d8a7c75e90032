"""When something goes wrong in a button: one sentence, a log, and the workbook as it was."""

from __future__ import annotations

import argparse
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from juesuan_addin import __main__ as program
from juesuan_addin import guard
from juesuan_addin.actions import press
from juesuan_addin.port import Port, Refused
from juesuan_addin.remote import RemotePort
from tests.addin import books, opened
from tests.addin.memory import Memory
from tests.addin.opened import Live, cells

NOW = dt.datetime(2024, 5, 1, 9, 30)


class Failing(Memory):
    """A program that breaks at the n-th call of one kind, and at every later one unless ``once``."""

    def __init__(self, data: bytes, what: str, after: int, once: bool = False) -> None:
        super().__init__(data, opened.NAME)
        self.what, self.left, self.once = what, after, once

    def _count(self, what: str) -> None:
        if what == self.what:
            self.left -= 1
            if self.left < 0:
                self.what = "" if self.once else what
                raise RuntimeError("程序停了")

    def note(self, sheet: str, place: tuple[int, int], text: str | None) -> None:
        self._count("note")
        super().note(sheet, place, text)

    def add(self, name: str, at: int) -> None:
        self._count("add")
        super().add(name, at)

    def protect(self, sheet: str, secret: str) -> None:
        self._count("protect")
        super().protect(sheet, secret)


def protected(one: Live) -> set[str]:
    return {sheet.name for sheet in one.port.read().sheets if sheet.protected}


@pytest.mark.parametrize(("what", "after"), [("note", 0), ("note", 3), ("add", 0), ("add", 1)])
def test_protection_is_back_and_one_sentence_is_said(tmp_path: Path, what: str, after: int) -> None:
    one = opened.com(b"", memory=Failing(books.filled(), what, after))
    before = protected(one)
    assert not press("check", one.port, tmp_path, NOW)
    assert protected(one) >= before
    (said,) = one.said()
    assert said.startswith("决算公开 · 校验\n加载项内部出错（RuntimeError），没有做完；详情记在 ")
    assert said.count("\n") == 1
    (log,) = (tmp_path / "日志").iterdir()
    assert "程序停了" in log.read_text("utf-8")
    app = one.application
    assert (app.ScreenUpdating, app.StatusBar, app.DisplayAlerts) == (True, False, True)
    # what was written before it broke is taken away by clearing
    one.document.what = ""
    press("clear", one.port, tmp_path, NOW)
    assert not any(one.notes(sheet) for sheet in one.document.sheets())


@pytest.mark.parametrize("after", [0, 4, 11])
def test_locking_that_breaks_off_leaves_the_workbook_open(tmp_path: Path, after: int) -> None:
    from juesuan.edits import SetValue
    from juesuan.hosts.patch import apply_edits

    mended = apply_edits(books.filled(), [SetValue(s, "F8", 573.19) for s in ("支出决算表", "一般公共预算支出表")])
    memory = Failing(mended, "protect", after, once=True)
    one = opened.com(b"", "密码", memory)
    guarded = protected(one)
    open_before = {name: set(page.open) for name, page in memory.pages.items()}
    assert not press("lock", one.port, tmp_path, NOW)
    assert "加载项内部出错" in one.said()[-1]
    assert "_juesuan_seal" not in one.document.sheets()
    assert {name for name, page in memory.pages.items() if page.secret == ""} == guarded
    assert not any(page.secret for page in memory.pages.values())
    assert not one.application.ActiveWorkbook.ProtectStructure
    held = {name: {p for p in places if p in memory.pages[name].values} for name, places in open_before.items()}
    assert all(places <= memory.pages[name].open for name, places in held.items())


def test_protection_that_cannot_be_restored_is_said(tmp_path: Path) -> None:
    one = opened.com(b"", memory=Failing(books.filled(), "protect", 0))
    assert not press("check", one.port, tmp_path, NOW)
    assert "没有能够恢复保护，请在“审阅”里重新保护" in one.said()[-1]


def test_the_status_bar_says_what_goes_on(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    press("check", one.port, tmp_path, NOW)
    assert one.application._statuses == ["决算公开：正在校验……", False]


def test_a_copy_is_kept_before_anything_is_written(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    press("check", one.port, tmp_path, NOW)
    (copy,) = one.document.copies
    assert copy == str(tmp_path / "备份" / "决算公开表.20240501-093000-000000.xlsx")
    assert copy in one.said()[-1]


def test_without_a_copy_nothing_is_written(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    (tmp_path / "备份").write_text("a file in the way")
    before = cells(one.book())
    assert not press("check", one.port, tmp_path, NOW)
    assert "备份没有写成" in one.said()[-1]
    assert cells(one.book()) == before
    assert not one.notes("支出决算表")


def test_only_so_many_copies_are_kept(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    reading = one.port.read()
    (tmp_path / "别的.xlsx").write_text("x")

    class Copying:
        def keep_copy(self, path: Path) -> None:
            path.write_text("x")

    for minute in range(guard.KEPT + 5):
        now = NOW + dt.timedelta(minutes=minute)
        guard.trim(guard.keep_copy(Copying(), reading, tmp_path, now))  # type: ignore[arg-type]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == guard.KEPT + 1
    assert names[-1] == "决算公开表.20240501-094400-000000.xlsx" or "别的.xlsx" in names


def test_a_workbook_without_a_table(tmp_path: Path) -> None:
    import io

    from openpyxl import Workbook

    buffer = io.BytesIO()
    Workbook().save(buffer)
    one = opened.com(buffer.getvalue())
    assert not press("check", one.port, tmp_path, NOW)
    (said,) = one.said()
    assert said.count("\n") == 1
    assert "加载项内部出错" not in said


def test_host_calls_are_counted(tmp_path: Path) -> None:
    """At most two block reads for each sheet and one for the workbook, never cell by cell."""
    one = opened.com(books.filled())
    sheets = len(one.document.sheets())
    press("check", one.port, tmp_path, NOW)
    reads = [place for member, place in one.application._log if member in ("Value", "Formula")]
    assert len(reads) <= 2 * sheets + 1
    assert one.port.calls <= 2 * sheets + 1
    assert all(":" in place for place in reads if "封面" not in place)


def test_writes_are_blocks() -> None:
    one = opened.com(books.filled())
    one.renew(marks_of(one))
    writes = [place for member, place in one.application._log if member == "write"]
    written = sum(len(page.values) for name, page in one.document.pages.items() if name == "校验结果")
    assert len([place for place in writes if place.startswith("校验结果")]) < written / 3


def marks_of(one: Live) -> list[object]:
    from juesuan.annotate import marks
    from juesuan.validation import examine

    return list(marks(examine(one.book())))


# --- one press at a time, and the way in ---


def test_one_press_at_a_time(tmp_path: Path) -> None:
    with program.alone(tmp_path), pytest.raises(Refused, match="还没有做完"), program.alone(tmp_path):
        raise AssertionError("two at once")
    with program.alone(tmp_path) as release:
        release()
        with program.alone(tmp_path):
            pass


def test_a_press_that_was_killed_does_not_stand_in_the_way(tmp_path: Path) -> None:
    line = "import sys, time; from pathlib import Path; from juesuan_addin.alone import alone\n"
    line += "with alone(Path(sys.argv[1])): print(1, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", line, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"1\n"
        with pytest.raises(Refused, match="还没有做完"), program.alone(tmp_path):
            raise AssertionError("two at once")
        other.kill()
        other.wait()
        with program.alone(tmp_path):
            pass


def test_another_press_may_begin_while_the_outcome_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    one, free = opened.com(books.filled()), []
    monkeypatch.setattr(one.port, "tell", lambda *a: free.append(_free(tmp_path / "juesuan")))
    assert program.main(["onward", "--from", "a.xlsx"], lambda options: one.port) == 0
    assert free == [True]


def _free(folder: Path) -> bool:
    try:
        with program.alone(folder):
            return True
    except Refused:
        return False


def test_the_way_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    one = opened.com(books.filled())
    seen: list[argparse.Namespace] = []

    def attach(options: argparse.Namespace) -> Port:
        seen.append(options)
        return one.port

    line = ["about", "--from", r"D:\账 目\a.xlsx", "--program", "WPS 表格", "--hwnd", "42"]
    assert program.main(line, attach) == 0
    assert (seen[0].book, seen[0].program, seen[0].hwnd) == (r"D:\账 目\a.xlsx", "WPS 表格", 42)
    assert program.main(["没有这个"], attach) == 2
    assert "没有“没有这个”这个操作" in capsys.readouterr().err
    assert program.main(["check"]) == 2
    assert "没有连上" in capsys.readouterr().err


@pytest.mark.parametrize("answer", [None, {}, {"name": "x"}, {"name": "x", "sheets": [{"name": 1}]}, [1]])
def test_an_answer_that_is_no_workbook_is_refused(answer: object) -> None:
    with pytest.raises(Refused, match="内容不完整"):
        RemotePort(lambda method, arguments: answer).read()


def test_a_slip_of_a_name_is_an_error() -> None:
    """xlwings and COM swallow some; the object model of these tests does not."""
    one = opened.com(books.filled())
    sheet = one.application.ActiveSheet
    with pytest.raises(AttributeError):
        sheet.Range("A1").Lockd = False
    with pytest.raises(AttributeError):
        sheet.Range("A1").Font.Colour = 1
    with pytest.raises(AttributeError):
        sheet.ProtectContent  # noqa: B018
