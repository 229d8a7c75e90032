"""Worker processes with bounds: each file has so many seconds and so much memory; a worker that fails is replaced.

Each worker has a thread here that waits for it. A worker says when it is ready (the time of a file starts then) and
which content it has before it, so that a file that is not finished is known by its digest all the same. Works the same
on Linux, Windows and macOS; where the system has no memory bound for processes (Windows, macOS), only time is bounded.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from juesuan.bureau.scan import Found
from juesuan.bureau.worker import LENGTHS, packed
from juesuan.report import failure

#: A worker is replaced after so many files: whatever it has kept goes with it, so memory stays flat for ever.
RECYCLE = 2_000
_TICK = 0.05
#: Seconds a worker may take to start: interpreter, catalogue; on a machine under load that is long.
STARTING = 120.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds and megabytes one file may take (0: no bound on memory), and how many processes work."""

    jobs: int = 1
    seconds: float = 60.0
    megabytes: int = 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: the head for the ledger and the compressed report."""

    found: Found
    head: dict[str, Any]
    document: bytes
    seconds: float


class _Clock:
    """Calls what is not taken back in time. One thread for all: a timer for each file would cost a thread for each."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.alarms: dict[object, tuple[float, Callable[[], None]]] = {}
        self.thread: threading.Thread | None = None

    def set(self, seconds: float, call: Callable[[], None]) -> object:
        """Have ``call`` called after so many seconds; what to ``clear`` it with."""
        alarm = object()
        with self.lock:
            self.alarms[alarm] = (time.monotonic() + seconds, call)
            if self.thread is None:
                self.thread = threading.Thread(target=self._watch, daemon=True)
                self.thread.start()
        return alarm

    def clear(self, alarm: object) -> None:
        """Take an alarm back."""
        with self.lock:
            self.alarms.pop(alarm, None)

    def _watch(self) -> None:
        while True:
            time.sleep(_TICK)
            now = time.monotonic()
            with self.lock:
                late = [alarm for alarm, (until, _) in self.alarms.items() if now > until]
                calls = [self.alarms.pop(alarm)[1] for alarm in late]
            for call in calls:
                call()


_CLOCK = _Clock()


@dataclass(frozen=True, slots=True)
class _Ended:
    """A file without an answer: ``how`` its worker ended, with which status, at which content ("" where unknown)."""

    how: Literal["timeout", "memory", "crashed"]
    status: int
    digest: str
    said: str = ""

    def head(self, bounds: Bounds) -> dict[str, Any]:
        """What the ledger is told."""
        return {"outcome": self.how, "sha256": self.digest, "error": self.said or self._sentence(bounds)}

    def _sentence(self, bounds: Bounds) -> str:
        if self.how == "timeout":
            return f"校验超过 {bounds.seconds:g} 秒，已停止；请打开文件看是否异常庞大，或加大 --seconds 后再试。"
        if self.how == "memory":
            return f"校验所需内存超过 {bounds.megabytes} MB，已停止；请删去无关内容，或加大 --memory 后再试。"
        how = f"信号 {-self.status}" if self.status < 0 else f"状态 {self.status}"
        return f"校验进程两次意外退出（{how}），这个文件没有结果；可能内存不足，请单独校验它。"


def _message(process: subprocess.Popen[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next message of a worker; None where it has ended. Raises OSError, ValueError."""
    assert process.stdout is not None
    lengths = process.stdout.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, document = LENGTHS.unpack(lengths)
    body = process.stdout.read(head + document)
    if len(body) < head + document:
        return None
    return json.loads(body[:head]), body[head:]


class Checker:
    """One process that checks files, one at a time; replaced when it fails, is late, or has done enough."""

    def __init__(self, bounds: Bounds, command: Sequence[str]) -> None:
        self.bounds, self.command = bounds, command
        self.process: subprocess.Popen[bytes] | None = None
        self.done = 0
        self.ended = False

    def check(self, root: Path, item: Found, copy: Path | None = None) -> Outcome:
        """The outcome of one file; with ``copy`` its annotated copy is written there. A file at which the worker ends
        is tried once more by a new one: the worker may have been ended from outside. Never raises."""
        started = time.monotonic()
        try:
            answer = self._ask(root / item.opened, item.path, copy)
            if isinstance(answer, _Ended) and answer.how == "crashed" and not self.ended:
                answer = self._ask(root / item.opened, item.path, copy)
        except Exception as error:  # of this file alone: what cannot be asked must not end the batch
            self.stop()
            said = f"程序派发这个文件时出错（{type(error).__name__}：{str(error)[:200]}），请连同文件反馈。"
            answer = _Ended("crashed", 0, "", said)
        taken = time.monotonic() - started
        if isinstance(answer, _Ended):
            head = answer.head(self.bounds)
            return Outcome(item, head, packed(failure(Path(item.path).name, head["error"])), taken)
        return Outcome(item, answer[0], answer[1], taken)

    def _ask(self, path: Path, name: str, copy: Path | None) -> tuple[dict[str, Any], bytes] | _Ended:
        """The answer, or how the process ended that gave none."""
        process = self._running()
        if process is None:
            return _Ended("crashed", 0, "", "校验进程没有能够启动，这个文件没有结果；请稍后再试。")
        assert process.stdin is not None
        late = threading.Event()
        asked = {"path": os.fspath(path), "name": name} | ({"copy": os.fspath(copy)} if copy else {})
        digest = ""

        def stop() -> None:
            late.set()
            process.kill()

        alarm = _CLOCK.set(self.bounds.seconds, stop)
        try:
            process.stdin.write(json.dumps(asked).encode("ascii") + b"\n")
            process.stdin.flush()
            while (message := _message(process)) is not None:
                head, document = message
                if "outcome" not in head:
                    digest = head.get("sha256", digest)
                    continue
                self.done += 1
                if head["outcome"] == "memory":
                    self.stop()  # it ends by itself; waiting for that keeps the next file from a dying process
                    return _Ended("memory", 0, digest)
                return head, document
        except (OSError, ValueError):
            pass
        finally:
            _CLOCK.clear(alarm)
        process.kill()
        status = process.wait()
        self.stop()
        return _Ended("timeout" if late.is_set() else "crashed", status, digest)

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The process, ready; None where it cannot be started, or is not to be any more."""
        if self.process is not None and (self.done >= RECYCLE or self.process.poll() is not None):
            self.stop()
        if self.process is None and not self.ended:
            self.done = 0
            process = self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            alarm = _CLOCK.set(STARTING, process.kill)
            try:
                ready = _message(process) is not None
            except (OSError, ValueError):  # stopped by another thread
                ready = False
            finally:
                _CLOCK.clear(alarm)
            if not ready:
                self.stop()
        return self.process

    def end(self) -> None:
        """End the process and start no other."""
        self.ended = True
        self.stop()

    def stop(self) -> None:
        """End the process; the next file gets a new one."""
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def run(root: Path, found: Iterable[Found], bounds: Bounds, command: Sequence[str]) -> Iterator[Outcome]:
    """The outcome of every file, as they are done. Closing the iterator stops the workers."""
    source, lock = iter(found), threading.Lock()
    results: queue.Queue[Outcome | BaseException | None] = queue.Queue(maxsize=4 * bounds.jobs + 4)
    checkers = [Checker(bounds, command) for _ in range(bounds.jobs)]
    stopped = threading.Event()

    def feed(checker: Checker) -> None:
        try:
            while not stopped.is_set():
                with lock:
                    item = next(source, None)
                if item is None:
                    break
                _put(results, checker.check(root, item), stopped)
        except BaseException as error:  # listing the folder failed: the reader of the results is told
            _put(results, error, stopped)
        finally:
            checker.end()
            _put(results, None, stopped)

    threads = [threading.Thread(target=feed, args=(checker,), daemon=True) for checker in checkers]
    for thread in threads:
        thread.start()
    try:
        running = len(checkers)
        while running:
            outcome = results.get()
            if outcome is None:
                running -= 1
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                yield outcome
    finally:
        stopped.set()
        for checker in checkers:
            checker.end()
        for thread in threads:
            thread.join(timeout=5)


def _put(results: queue.Queue[Any], item: object, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            results.put(item, timeout=0.5)
            return
        except queue.Full:
            continue
