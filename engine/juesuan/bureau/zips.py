"""What a zip among the submissions holds: it is not opened, but the units in it are told that theirs lies in there."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile

from juesuan.bureau.scan import BOOKS

#: Names kept of one zip.
MOST = 200
_UTF8 = 0x800  # the flag of an entry whose name is UTF-8; without it zipfile has read the bytes as cp437


def workbooks(data: bytes) -> tuple[str, ...]:
    """The names of the workbooks in a zip, at most ``MOST``; () for anything else."""
    if not data.startswith(b"PK"):
        return ()
    with contextlib.suppress(zipfile.BadZipFile, ValueError, OverflowError, OSError, NotImplementedError):
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
        names = (_name(entry) for entry in entries if not entry.is_dir())
        return tuple(name for name in names if os.path.splitext(name)[1].lower() in BOOKS)[:MOST]
    return ()


def _name(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return " ".join(name.split())
