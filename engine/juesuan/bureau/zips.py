"""What a zip among the submissions holds: it is not opened, but the units in it are told that theirs lies in there."""

from __future__ import annotations

import contextlib
import os

from juesuan.bureau.scan import BOOKS
from juesuan.hosts.guard import zip_entries

#: Names kept of one zip.
MOST = 200
_UTF8 = 0x800  # the flag of an entry whose name is UTF-8; without it zipfile has read the bytes as cp437


def workbooks(data: bytes) -> tuple[str, ...]:
    """The names of the workbooks in a zip, at most ``MOST``; () for anything else."""
    if not data.startswith(b"PK"):
        return ()
    names = (_name(entry.filename, entry.flag_bits) for entry in zip_entries(data) or () if not entry.is_dir())
    return tuple(name for name in names if os.path.splitext(name)[1].lower() in BOOKS)[:MOST]


def _name(name: str, flags: int) -> str:
    if not flags & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return " ".join(name.split())
