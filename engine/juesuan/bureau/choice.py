"""Which of a unit's files counts (以哪份为准): the one changed last that states figures; of equals the plainest name.

One answer for batch, consolidate and distribute --prior, lest they take different files for the same unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

#: What people and programs put into the name of a copy.
_COPY = re.compile(r"副本|拷贝|复制|备份|\bcopy\b|[(（]\d{1,2}[)）]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A readable file of one unit: its path, time of change (ns), digest of its content; ``blank``: states nothing."""

    path: str
    changed: int
    digest: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """``kept`` counts; ``equal`` are files of the same content, ``older`` the others, the latest first."""

    kept: Candidate
    equal: tuple[Candidate, ...]
    older: tuple[Candidate, ...]


def choose(files: Iterable[Candidate]) -> Choice:
    """The choice among a unit's files; a blank one counts only where all are. Raises ValueError where there is none."""
    every = sorted(files, key=lambda f: (f.blank, -f.changed, is_copy(f.path), f.path))
    if not every:
        raise ValueError("no file to choose from")
    same = [f for f in every if f.digest == every[0].digest]
    kept = min(same, key=lambda f: plainness(f.path, f.changed))
    return Choice(kept, tuple(f for f in same if f is not kept), tuple(f for f in every if f.digest != every[0].digest))


def plainness(path: str, changed: int) -> tuple[bool, int, str]:
    """Of files of equal content the least one is the one they are called by: no copy, changed last."""
    return is_copy(path), -changed, path


def is_copy(path: str) -> bool:
    """Whether a file's name says that it is a copy of another (副本, (1), 备份)."""
    return _COPY.search(PurePath(path).name) is not None
