"""The rows of a worksheet as stored text; a row becomes elements when it is asked for, and text again if it changed.

So the rows nobody touches keep their bytes, and a large sheet costs no more than the rows that are looked at.
"""

from __future__ import annotations

import re
from bisect import bisect
from functools import lru_cache

from juesuan.hosts.ooxml import xml

_READ = ("ht", "hidden", "s", "customFormat")
_ATTRIBUTE = {name: re.compile(rb"""\s%s\s*=\s*["']([^"']*)["']""" % name.encode()) for name in _READ}


@lru_cache(16)
def _row(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"""<%srow(?=[\s/>])(?:[^>]*?\sr\s*=\s*["'](\d+)["'])?[^>]*>""" % re.escape(prefix))


class Rows:
    """0-based row numbers → rows. ``head`` is the root's start tag (namespaces), ``tail`` its end tag."""

    def __init__(self, head: bytes, body: bytes, tail: bytes) -> None:
        self._head, self._tail = head, tail
        self._prefix = head[1 : head.index(b"worksheet")]
        starts = list(_row(self._prefix).finditer(body))
        self._lead = body[: starts[0].start()] if starts else body
        self._tags: dict[int, bytes] = {}
        self._raw: dict[int, bytes] = {}
        self._nodes: dict[int, xml.Node] = {}
        self._changed: set[int] = set()
        number = -1
        for place, found in enumerate(starts):
            stated = found[1]
            number = int(stated) - 1 if stated else number + 1
            end = starts[place + 1].start() if place + 1 < len(starts) else len(body)
            self._tags[number] = found[0]
            self._raw[number] = body[found.start() : end]
        self._numbers = list(self._raw)

    def numbers(self) -> list[int]:
        """The rows there are."""
        return list(self._numbers)

    def node(self, number: int) -> xml.Node | None:
        """The row's element for reading; None if there is no such row."""
        known = self._nodes.get(number)
        if known is None and number in self._raw:
            known = self._nodes[number] = self._parsed(self._raw[number])
        return known

    def change(self, number: int) -> xml.Node:
        """The row's element for writing, made where there is none."""
        node = self.node(number)
        if node is None:
            node = self._nodes[number] = self._parsed(b'<%srow r="%d"/>' % (self._prefix, number + 1))
            self._numbers.insert(bisect(self._numbers, number), number)
        self._changed.add(number)
        return node

    def drop(self, number: int) -> None:
        """Take a row out."""
        self._nodes.pop(number, None)
        self._raw.pop(number, None)
        self._tags.pop(number, None)
        self._changed.discard(number)
        self._numbers.remove(number)

    def attribute(self, number: int, name: str) -> str | None:
        """A row's "ht", "hidden", "s" or "customFormat", without making it an element."""
        if number in self._tags and number not in self._changed:
            tag = self._tags[number]
            found = _ATTRIBUTE[name].search(tag) if name.encode() in tag else None
            return found[1].decode() if found else None
        node = self._nodes.get(number)
        return None if node is None else node.get(name)

    def holding(self, *words: bytes) -> list[int]:
        """The rows whose text contains one of the words."""
        return [number for number in self._numbers if any(word in self._text(number) for word in words)]

    def text(self) -> bytes:
        """All rows as they are to be written."""
        return self._lead + b"".join(map(self._text, self._numbers))

    def _text(self, number: int) -> bytes:
        if number not in self._changed:
            return self._raw[number]
        return xml.inner(self._nodes[number])

    def _parsed(self, raw: bytes) -> xml.Node:
        return xml.fragment(self._head + raw + self._tail)[0]
