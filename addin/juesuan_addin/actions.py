"""The buttons: each reads the open workbook, asks the pure engine and writes what it answers.

``press`` is the one way in; whatever goes wrong in a button becomes one sentence in a dialog, and a log.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from juesuan.book import Book, CannotRead
from juesuan.catalogue import Catalogue, load
from juesuan.edits import Edit
from juesuan.seal import record
from juesuan.validation import Validation, examine
from juesuan_addin import apply, guard, ledger
from juesuan_addin.port import BookReading, Locked, Port, Refused
from juesuan_addin.snapshot import snapshot

TITLE = "决算公开"
SEALED = "这个工作簿已经封存，不能改动；要修改请先“解锁”。"


def home() -> Path:
    """Where copies, logs and settings lie: %LOCALAPPDATA%\\juesuan on Windows, ~/.local/share/juesuan elsewhere."""
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "juesuan"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "juesuan"


@dataclass(frozen=True, slots=True)
class Told:
    """What a button says in the end. ``select``: the cell to show, (sheet, cell)."""

    text: str = ""
    serious: bool = False
    select: tuple[str, str] | None = None


@dataclass
class Session:
    """One press of a button: the workbook as it is now, and where to keep things."""

    port: Port
    folder: Path = field(default_factory=home)
    now: dt.datetime = field(default_factory=dt.datetime.now)
    notices: list[str] = field(default_factory=list)

    @cached_property
    def reading(self) -> BookReading:
        """The open workbook, read once; protection that a killed press has left open is put back first."""
        reading = self.port.read()
        if not (mended := guard.mended(self.port, reading, self.folder)):
            return reading
        names = "、".join(f"工作表“{name}”" if name else "工作簿结构" for name in mended)
        self.notices.append(f"上一次操作中断，{names}的保护当时没有恢复，现已恢复。")
        return self.port.read()

    @cached_property
    def book(self) -> Book:
        """Its snapshot."""
        return snapshot(self.reading)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The rules."""
        return load()

    @cached_property
    def validation(self) -> Validation:
        """The snapshot checked."""
        return examine(self.book, self.catalogue)

    def copy(self) -> Path:
        """A copy of the workbook as it is now. Raises Refused where it cannot be written."""
        try:
            return guard.keep_copy(self.port, self.reading, self.folder / "备份", self.now)
        except OSError as error:
            raise Refused(f"备份没有写成（{error.strerror or error}），没有改动工作簿；请检查磁盘空间。") from error

    def write(self, change: Callable[[], apply.Done | int | None], sheets: list[str]) -> Path:
        """Make a change with protection lifted, a copy kept first; where the copy is. A press that is refused leaves no
        copy, for only so many are kept."""
        copy = self.copy()
        try:
            with guard.opened(self.port, self.reading, sheets, self.folder):
                change()
        except Locked:
            copy.unlink(missing_ok=True)
            raise
        guard.trim(copy)
        return copy

    def renew(self, edits: list[Edit]) -> Path:
        """Put edits in with the old marks taken away first."""
        sheets = apply.touched(self.book, edits)
        noted = [name for name in self.noted if name not in sheets]
        return self.write(lambda: apply.renew(self.port, self.book, edits), [*sheets, *noted])

    @cached_property
    def noted(self) -> list[str]:
        """The protected sheets that carry notes of ours: those to be opened for taking marks away."""
        shut = {sheet.name for sheet in self.reading.sheets if sheet.protected}
        return [name for name in apply.marked_sheets(self.book) if name in shut and apply.headed(self.port, name)]

    @property
    def marked(self) -> bool:
        """Whether the workbook carries marks of 校验."""
        return ledger.read(self.book) is not None or any(
            apply.headed(self.port, name) for name in apply.marked_sheets(self.book)
        )

    def not_sealed(self) -> None:
        """Raises Refused for a sealed workbook."""
        if record.present(self.book):
            raise Refused(SEALED)

    def shut(self, sheets: list[str]) -> list[str]:
        """Those of the sheets that a password keeps from being written."""
        protected = {sheet.name for sheet in self.reading.sheets if sheet.protected}
        reading = replace(self.reading, structure_protected=False)
        found = []
        for sheet in sheets:
            try:
                if sheet in protected:
                    with guard.opened(self.port, reading, [sheet], self.folder):
                        pass
            except Locked:
                found.append(sheet)
        return found

    def forget(self) -> None:
        """Have the workbook read again: it was changed."""
        for name in ("reading", "book", "validation", "noted"):
            self.__dict__.pop(name, None)


Action = Callable[[Session], Told]


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it is called, what the status bar says meanwhile."""

    label: str
    working: str
    act: Action


def press(
    name: str,
    port: Port,
    folder: Path | None = None,
    now: dt.datetime | None = None,
    done: Callable[[], None] = lambda: None,
) -> bool:
    """Do what a button does; True if it went well. Raises nothing; KeyError for a button there is none of.

    ``done`` is called when the workbook is left alone, before anything is said.
    """
    from juesuan_addin.buttons import BUTTONS

    button = BUTTONS[name]
    session = Session(port, folder or home(), now or dt.datetime.now())
    told, well = Told(), False
    try:
        port.working(f"决算公开：{button.working}……")
        told = button.act(session)
        well = True
    except (Refused, CannotRead) as error:
        told = Told(" ".join(str(error).split()), serious=True)
    except Exception as error:
        told = Told(unexpected(error, session.folder), serious=True)
    finally:
        _quietly(lambda: port.working(None), session.folder)
    if told.select is not None:
        place = told.select
        _quietly(lambda: port.select(*place), session.folder)
    done()
    if text := "\n\n".join([*session.notices, *filter(None, [told.text])]):
        _quietly(lambda: port.tell(text, f"{TITLE} · {button.label}", told.serious), session.folder)
    return well


def _quietly(what: Callable[[], None], folder: Path) -> None:
    """The last steps must not hide what was found, so their failure is only logged."""
    try:
        what()
    except Exception as error:
        unexpected(error, folder)


def unexpected(error: BaseException, folder: Path) -> str:
    """The sentence for a fault of the program; the details go into a log."""
    text = "".join(traceback.format_exception(error))
    for place in (folder / "日志", Path(tempfile.gettempdir())):
        try:
            place.mkdir(parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(".log", f"juesuan-{dt.datetime.now():%Y%m%d-%H%M%S}-", place, text=True)
            with os.fdopen(handle, "w", encoding="utf-8") as log:
                log.write(text)
            return f"加载项内部出错（{type(error).__name__}），没有做完；详情记在 {path}，请连同工作簿反馈。"
        except OSError:
            continue
    return f"加载项内部出错（{type(error).__name__}），没有做完，日志也没有写成；请反馈。"
