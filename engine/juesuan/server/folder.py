"""The folder uploads lie in: its own for each running service, and gone after a service that was killed.

A service holds a lock on a file in its folder as long as it lives; the system lets go of it however the service ends.
The next one removes the folders whose lock is free.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

PREFIX = "juesuan-serve-"
_LOCK = "lock"
#: A folder without a lock is taken for abandoned after so long: one that is being made has none yet, seconds.
_MADE = 3600.0


def make(above: Path | None = None) -> tuple[Path, BinaryIO]:
    """A new folder below ``above`` (by default where the system keeps passing files) and its lock, held until the file
    is closed; what killed services left is removed. Raises OSError."""
    above = above or Path(tempfile.gettempdir())
    clear(above)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
    lock = (folder / _LOCK).open("wb")
    _hold(lock)
    return folder, lock


def clear(above: Path) -> list[Path]:
    """Remove the folders that no running service holds; which they were. Other people's and links are left alone."""
    gone = []
    for folder in sorted(above.glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError):
            if _ours(folder) and _abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
                gone.append(folder)
    return gone


def _ours(folder: Path) -> bool:
    about = folder.lstat()
    own = getattr(os, "getuid", None)
    return stat.S_ISDIR(about.st_mode) and (own is None or about.st_uid == own())


def _abandoned(folder: Path) -> bool:
    path = folder / _LOCK
    if not path.exists():
        return time.time() - folder.stat().st_mtime > _MADE
    with path.open("ab") as lock:
        try:
            _hold(lock)
        except OSError:
            return False
    return True


def _hold(file: BinaryIO) -> None:
    """Lock a file for this process. Raises OSError where another one holds it."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
