"""Uploads on their way: each in a folder of its own under a random name, gone after a while. No name or path that a
client sends is ever used for a file."""

from __future__ import annotations

import queue
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from juesuan.bureau.engines import command
from juesuan.bureau.pool import Bounds, Checker
from juesuan.bureau.scan import Found
from juesuan.bureau.worker import unpacked

#: Uploads kept at once; the oldest goes when there are more.
MOST = 500
_NAME = 120


@dataclass(frozen=True, slots=True)
class Checked:
    """One upload: its random id, the name to show, its report, when it came (monotonic seconds)."""

    id: str
    name: str
    outcome: str
    report: dict[str, Any]
    came: float


@dataclass
class Store:
    """Uploads by id. ``keep``: seconds after which they are deleted; ``bounds``: what one check may take."""

    bounds: Bounds
    keep: float
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="juesuan-serve-")))
    clock: Callable[[], float] = time.monotonic
    _checked: dict[str, Checked] = field(default_factory=dict)
    _places: dict[str, Path] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _free: queue.Queue[Checker] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        for _ in range(self.bounds.jobs):
            self._free.put(Checker(self.bounds, command(self.bounds)))

    def open(self) -> tuple[str, Path]:
        """A new upload's id and the file to write it to."""
        number = secrets.token_urlsafe(18)
        place = self.folder / secrets.token_hex(16)
        place.mkdir(mode=0o700)
        with self._lock:
            self._places[number] = place
        return number, place / "upload"

    def check(self, number: str, name: str) -> Checked:
        """Check an upload that is written; blocks while all processes are at work."""
        place = self._places[number]
        shown = shown_name(name)
        suffix = ".xlsm" if shown.lower().endswith(".xlsm") else ".xlsx"
        book = place / f"book{suffix}"
        (place / "upload").replace(book)
        checker = self._free.get()
        try:
            outcome = checker.check(place, Found(book.name, book.stat().st_size, 0, True), place / f"annotated{suffix}")
        finally:
            self._free.put(checker)
        report = {**unpacked(outcome.document), "file": shown}
        found = Checked(number, shown, outcome.head["outcome"], report, self.clock())
        with self._lock:
            self._checked[number] = found
        self.sweep()
        return found

    def find(self, number: str) -> Checked | None:
        """An upload that is still there."""
        self.sweep()
        with self._lock:
            return self._checked.get(number)

    def annotated(self, number: str) -> Path | None:
        """The annotated copy of an upload; None where there is none."""
        if self.find(number) is None:
            return None
        return next(iter(self._places[number].glob("annotated.xls?")), None)

    def drop(self, number: str) -> bool:
        """Delete an upload; whether there was one."""
        with self._lock:
            there = self._checked.pop(number, None) is not None
            place = self._places.pop(number, None)
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)
        return there

    def sweep(self) -> None:
        """Delete what has been kept long enough, and the oldest where there are too many."""
        now = self.clock()
        with self._lock:
            old = [c.id for c in self._checked.values() if now - c.came > self.keep]
            old += [c.id for c in list(self._checked.values())[: max(0, len(self._checked) - MOST)]]
        for number in dict.fromkeys(old):
            self.drop(number)

    def close(self) -> None:
        """Delete everything and end the processes."""
        while not self._free.empty():
            self._free.get().stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def shown_name(name: str) -> str:
    """A client's file name as it may be shown: the last part only, without control characters, not too long."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[-_NAME:] or "工作簿.xlsx"
