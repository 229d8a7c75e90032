"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["好", "注意", "有问题"]


@dataclass(frozen=True, slots=True)
class Result:
    """One thing looked at: what is so, and what to do ("" where nothing)."""

    level: Level
    what: str
    do: str = ""
