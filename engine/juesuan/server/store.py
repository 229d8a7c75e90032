"""Uploads on their way: each in a folder of its own under a random name, gone after a while. No name or path that a
client sends is ever used for a file.

Checks wait in a queue of their own with an end, so that slow ones hold up neither the pages nor the next upload.
"""

from __future__ import annotations

import queue
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from juesuan.bureau.engines import command
from juesuan.bureau.pool import Bounds, Checker
from juesuan.bureau.scan import Found
from juesuan.bureau.worker import unpacked
from juesuan.server import folder

#: Uploads kept at once; the oldest goes when there are more.
MOST = 500
#: Checks that may wait for each process at work.
QUEUE = 8
_NAME = 120


class Busy(Exception):
    """So many checks wait already that another one is not taken."""


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
    above: Path | None = None
    clock: Callable[[], float] = time.monotonic
    folder: Path = field(init=False)
    _held: BinaryIO = field(init=False)
    _work: ThreadPoolExecutor = field(init=False)
    _checkers: list[Checker] = field(default_factory=list)
    _checked: dict[str, Checked] = field(default_factory=dict)
    _places: dict[str, Path] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _free: queue.Queue[Checker] = field(default_factory=queue.Queue)
    _pending: set[Future[Checked]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folder, self._held = folder.make(self.above)
        self._work = ThreadPoolExecutor(self.bounds.jobs, thread_name_prefix="check")
        self._checkers = [Checker(self.bounds, command(self.bounds)) for _ in range(self.bounds.jobs)]
        for checker in self._checkers:
            self._free.put(checker)

    @property
    def full(self) -> bool:
        """Whether as many checks wait as may."""
        return len(self._pending) >= self.bounds.jobs * (1 + QUEUE)

    def open(self) -> tuple[str, Path]:
        """A new upload's id and the file to write it to."""
        number = secrets.token_urlsafe(18)
        place = self.folder / secrets.token_hex(16)
        place.mkdir(mode=0o700)
        with self._lock:
            self._places[number] = place
        return number, place / "upload"

    def submit(self, number: str, name: str) -> Future[Checked]:
        """Have an upload that is written checked, in its turn. Raises Busy."""
        with self._lock:
            if self.full:
                raise Busy
            future = self._work.submit(self.check, number, name)
            self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def check(self, number: str, name: str) -> Checked:
        """Check an upload that is written; blocks while all processes are at work."""
        place = self._places[number]
        shown = shown_name(name)
        suffix = ".xlsm" if shown.lower().endswith(".xlsm") else ".xlsx"
        book = place / f"book{suffix}"
        (place / "upload").replace(book)
        checker = self._free.get()
        try:
            item = Found(shown, book.stat().st_size, 0, True, book.name)
            outcome = checker.check(place, item, place / f"annotated{suffix}")
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
        """Delete everything and end the processes; checks that wait are given up."""
        self._work.shutdown(wait=False, cancel_futures=True)
        running = True
        while running:  # a check whose process has ended is tried once more by a new one
            for checker in self._checkers:
                checker.stop()
            running = bool(wait(set(self._pending), timeout=0.1).not_done)
        self._held.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def shown_name(name: str) -> str:
    """A client's file name as it may be shown: the last part only, without control characters, not too long."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[-_NAME:] or "工作簿.xlsx"
