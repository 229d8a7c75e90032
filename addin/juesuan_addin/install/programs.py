"""Programs that are open, as far as installing has to wait for them. Pure but for asking Windows."""

from __future__ import annotations

import csv
import os
import subprocess
import sys

#: Image name → what a person calls it. Excel writes its start-up list anew at exit and keeps the add-in's file locked.
_NAMES = {"excel.exe": "Excel", "et.exe": "WPS 表格", "wps.exe": "WPS"}


def in_the_way() -> list[str]:
    """The programs to be closed before anything is installed or removed; [] on other systems than Windows."""
    if sys.platform != "win32":
        return []
    try:
        done = subprocess.run(["tasklist", "/fo", "csv", "/nh"], capture_output=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return listed(done.stdout.decode("ascii", "replace"), os.getpid())


def listed(table: str, own: int) -> list[str]:
    """Those in tasklist's table (name, number, session's name, session, memory) that run in the session of ``own``."""
    rows = [row for row in csv.reader(table.splitlines()) if len(row) >= 4]
    session = next((row[3] for row in rows if row[1] == str(own)), None)
    here = {row[0].casefold() for row in rows if session is None or row[3] == session}
    return [name for image, name in _NAMES.items() if image in here]
