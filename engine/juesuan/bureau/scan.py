"""The files of a folder and all folders below it, in one order, without following links in circles."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: What is taken for a submission. Those that cannot be read get a sentence each, so that nothing is missed in silence.
BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".xltx", ".csv", ".zip", ".rar", ".7z"})
_OURS = ("~$", ".~", "._", ".")


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its path below the folder as it is shown (with "/"; always valid text), size in bytes, time of change in
    ns; ``book``: to be checked. ``raw``: the path to open it by, "" where that is ``path``."""

    path: str
    size: int
    changed: int
    book: bool
    raw: str = ""

    @property
    def opened(self) -> str:
        """The path below the folder by which the system knows the file."""
        return self.raw or self.path


def shown(name: str) -> str:
    """A name of the file system as valid text. Names that are not UTF-8 (a Windows zip unpacked on Linux) are mostly
    GB 18030; what is neither is shown with its bytes as \\xNN."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogateescape") if _escaped(name) else name.encode("utf-8", "surrogatepass")
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            text = raw.decode("utf-8", "backslashreplace")
        return "".join(c if c.isprintable() else "?" for c in text)
    return name


def _escaped(name: str) -> bool:
    """Whether all of a name's surrogates stand for bytes."""
    return all(not "\ud800" <= c <= "\udfff" or "\udc80" <= c <= "\udcff" for c in name)


def _shown_apart(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(name, name to show) of a folder's entries in order, no two shown alike; names that are valid keep theirs."""
    ordered = sorted(names)
    taken = {name for name in ordered if shown(name) == name}
    for name in ordered:
        text = shown(name)
        if text != name:
            stem, suffix = os.path.splitext(text)
            number = 1
            while text in taken:
                number += 1
                text = f"{stem}〔{number}〕{suffix}"
            taken.add(text)
        yield name, text


def files(root: Path, leave: Path | None = None) -> Iterator[Found]:
    """Every file below ``root``, sorted within its folder; what lies in ``leave`` is left out. Raises OSError only
    where ``root`` itself cannot be listed; folders below that cannot be are told as a file that cannot be read."""
    skip = leave.resolve() if leave else None
    yield from _below(root, "", "", skip)


def _below(folder: Path, prefix: str, raw: str, skip: Path | None) -> Iterator[Found]:
    """``prefix``: the folder's path as shown, ``raw`` as it is."""
    try:
        with os.scandir(folder) as found:
            entries = {entry.name: entry for entry in found}
    except OSError:
        if not raw:
            raise
        yield _found(prefix.rstrip("/"), 0, 0, True, raw.rstrip("/"))
        return
    for name, text in _shown_apart(entries):
        entry = entries[name]
        if name.startswith(_OURS) or name == "Thumbs.db":
            continue
        if entry.is_dir(follow_symlinks=False):
            below = Path(entry.path)
            if skip is None or below.resolve() != skip:
                yield from _below(below, f"{prefix}{text}/", f"{raw}{name}/", skip)
            continue
        try:
            about = entry.stat()
            if entry.is_symlink() and entry.is_dir():
                continue
            size, changed = about.st_size, about.st_mtime_ns
        except OSError:
            size, changed = 0, 0
        yield _found(f"{prefix}{text}", size, changed, os.path.splitext(name)[1].lower() in BOOKS, f"{raw}{name}")


def _found(path: str, size: int, changed: int, book: bool, raw: str) -> Found:
    return Found(path, size, changed, book, "" if raw == path else raw)
