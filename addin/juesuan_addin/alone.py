"""One press at a time: a lock that the system takes away with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from juesuan_addin.port import Refused


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[Callable[[], None]]:
    """Keep a second press from writing at the same time; what is yielded lets the next one begin before the end.

    Raises Refused where one is under way.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "正在操作.lock", os.O_CREAT | os.O_RDWR)
    held = [handle]

    def release() -> None:
        while held:
            os.close(held.pop())  # the lock goes with it

    try:
        try:
            _lock(handle)
        except OSError:
            raise Refused("上一次操作还没有做完，请稍候；正在编辑单元格时请先按 Esc。") from None
        yield release
    finally:
        release()


def _lock(handle: int) -> None:
    """Raises OSError where another one holds it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
