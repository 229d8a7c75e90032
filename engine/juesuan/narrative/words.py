"""Word lists: brace patterns spelled out, and one search expression over many words that finds the longest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_BRACE = re.compile(r"\{([^{}]*)\}")


def spelled(pattern: str) -> Iterator[str]:
    """Every word a pattern with optional parts stands for: "{与|比|较}上年" → 与上年, 比上年, 较上年."""
    found = _BRACE.search(pattern)
    if not found:
        yield pattern
        return
    for choice in found.group(1).split("|"):
        yield from spelled(pattern[: found.start()] + choice + pattern[found.end() :])


def every(patterns: Iterable[str]) -> tuple[str, ...]:
    """All the words of a list of patterns, without repetitions and empty ones."""
    return tuple(dict.fromkeys(word for pattern in patterns for word in spelled(pattern) if word))


def longest(words: Iterable[str]) -> str:
    """A regular expression that matches the longest of ``words`` at a place, in time of the word, not of the list."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for sign in word:
            node = node.setdefault(sign, {})
        node[""] = {}
    return _expression(root)


def _expression(node: dict[str, Any]) -> str:
    ends = "" in node
    branches = [re.escape(sign) + _expression(below) for sign, below in sorted(node.items()) if sign]
    if not branches:
        return ""
    inner = branches[0] if len(branches) == 1 else "|".join(branches)
    if ends:
        return f"(?:{inner})?"
    return inner if len(branches) == 1 else f"(?:{inner})"
