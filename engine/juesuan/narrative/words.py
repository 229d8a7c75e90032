"""Word lists: brace patterns spelled out, and finding the longest of many words in a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
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


#: A word at its start and end in a text.
Hit = tuple[int, int, str]


class Finder:
    """Finds words from left to right, the longest at each place. Thousands of words are ready at once, where a search
    expression over them takes long to compile: it only finds their first two signs, and the third tells whether a
    longer word may stand there."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(word for word in words if word)
        lengths: dict[str, set[int]] = {}
        for word in self.words:
            lengths.setdefault(word[:2], {1, 2}).add(len(word))
        self.lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
        self.longer = {word[:3] for word in self.words if len(word) > 2}
        self.head = re.compile(_heads(lengths) or r"(?!)")

    def hits(self, text: str) -> list[Hit]:
        """Every word found, without overlaps."""
        found: list[Hit] = []
        at, words, lengths, longer, search = 0, self.words, self.lengths, self.longer, self.head.search
        while head := search(text, at):
            start = head.start()
            at = start + 1
            for length in lengths[head[0]] if text[start : start + 3] in longer else (2, 1):
                if (word := text[start : start + length]) in words:
                    at = start + len(word)
                    found.append((start, at, word))
                    break
        return found


def _heads(heads: Collection[str]) -> str:
    """An expression for words' first two signs, or the one sign of a word that has no more."""
    seconds: dict[str, str] = {}
    alone = {head for head in heads if len(head) == 1}
    for head in sorted(heads):
        seconds[head[0]] = seconds.get(head[0], "") + head[1:]
    return "|".join(
        re.escape(first) + (f"[{re.escape(found)}]{'?' * (first in alone)}" if found else "")
        for first, found in seconds.items()
    )


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
