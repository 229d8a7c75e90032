"""Files in and out: reading once, never over the input, whole or not at all, and saying where things lie."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from juesuan.cli.errors import Stop
from juesuan.cli.tongue import say


def read(path: Path) -> bytes:
    """A file's bytes. Raises CannotRead with one sentence."""
    from juesuan.hosts.guard import load

    return load(path)


def write(path: Path, data: bytes | str) -> None:
    """Write a file as a whole or not at all (text as UTF-8). Raises Stop, OSError."""
    from juesuan.hosts.patch import write_atomic

    folder = path.resolve().parent
    if not folder.is_dir():
        raise Stop(say(f"文件夹“{folder}”不存在，请先建立。", f"Folder “{folder}” does not exist; create it first."))
    if path.is_dir():
        raise Stop(say(f"“{path}”是文件夹，请写明文件名。", f"“{path}” is a folder; name a file."))
    write_atomic(path, data.encode("utf-8") if isinstance(data, str) else data)


def write_new(path: Path, data: bytes) -> Path | None:
    """Write a workbook that someone will work in. One that stands there already is kept as a backup: its path."""
    from juesuan.hosts.patch import backup

    kept = backup(path, dt.datetime.now()) if path.is_file() and path.read_bytes() != data else None
    write(path, data)
    return kept


def apart(source: Path, target: Path) -> None:
    """Raise Stop where the output would replace the input, or change what kind of file it is."""
    if target.exists() and source.exists() and target.samefile(source):
        raise Stop(
            say(
                "输出文件与原文件相同；要改原文件请用 --in-place（会留备份）。",
                "The output is the input itself; use --in-place to change it (a backup is kept).",
            )
        )
    if target.suffix.lower() != source.suffix.lower():
        raise Stop(
            say(
                f"输出文件的扩展名应与原文件一样（{source.suffix}）。",
                f"The output must have the input's extension ({source.suffix}).",
            )
        )


def replace(path: Path, data: bytes) -> Path:
    """Replace a file, keeping a backup; the backup's path."""
    from juesuan.hosts.patch import backup, write_atomic

    kept = backup(path, dt.datetime.now())
    write_atomic(path, data)
    return kept


def tell(text: str) -> None:
    """Say something beside the output proper (on stderr)."""
    print(text, file=sys.stderr)


def put(text: str) -> None:
    """The output proper, for people."""
    print(text)


def data(text: str) -> None:
    """The output proper, for programs: UTF-8 whatever the console's encoding is."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None or sys.stdout.isatty():
        print(text)
        return
    sys.stdout.flush()
    buffer.write(text.encode("utf-8", "replace") + b"\n")
    buffer.flush()


def pretty(data: Any) -> str:
    """JSON as people can read it."""
    return json.dumps(data, ensure_ascii=False, indent=1)
