"""Word lists: brace patterns spelled out, and finding the longest of many words in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

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


class Hit(NamedTuple):
    """A word at ``start``..``end`` of a text."""

    start: int
    end: int
    word: str


class Finder:
    """Finds words from left to right, the longest at each place. Thousands of words are ready at once, where a search
    expression over them takes long to compile."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in self.words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self.lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
        firsts = "".join(sorted({word[0] for word in self.words if word}))
        self.first = re.compile(f"[{re.escape(firsts)}]" if firsts else r"(?!)")

    def hits(self, text: str) -> Iterator[Hit]:
        """Every word found, without overlaps."""
        at, words, lengths, search = 0, self.words, self.lengths, self.first.search
        while found := search(text, at):
            start = found.start()
            at = start + 1
            for length in lengths.get(text[start : start + 2], ()):
                if (word := text[start : start + length]) in words:
                    at = start + len(word)
                    yield Hit(start, at, word)
                    break
            else:
                if text[start] in words:
                    yield Hit(start, at, text[start])


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
