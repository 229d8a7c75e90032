"""A text as a row of tokens: words of the vocabulary, names of 科目, figures, punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from juesuan.narrative.figures import Raw, figures
from juesuan.narrative.ledger import Ledger
from juesuan.narrative.vocabulary import Sort, Vocabulary, vocabulary
from juesuan.narrative.words import Finder
from juesuan.text import plain

_STOPS = re.compile(r"[。；！？，：“”\n]")
_AFTER_NAME = re.compile(r"（[类款项]）(?:支出)?|支出")
_MARKED = re.compile(r"（[类款项]）|支出|(?:方面)?(?:为|共|：)?\d")
_BETWEEN = re.compile(r"(?:（[类款项]）|[类款项])?(?:支出)?[-—－/·、（）]{0,2}\d*$")
#: A 科目 written out: 类（类）款（款）项（项）, the first maybe after a list number or a code.
ITEM = re.compile(
    r"(?:(?<=[。；：，、.．）\n])|^)(?:\d{3})?(?P<a>[^，。；：\n（）]{2,30}?)（类）(?:支出)?[-—－/、]?"
    r"(?:(?:\d{5})?(?P<b>[^，。；：\n]{2,40}?)（款）(?:支出)?[-—－/、]?)"
    r"(?:(?:\d{7})?(?P<c>[^，。；：\n]{2,40}?)（项）(?:支出)?)?"
)
_LEADING = re.compile(r"^(?:\d{1,2}[、.．）)]|（\d{1,2}）|[一二三四五六七八九十]+、|\d+)+")

TokenSort = Sort | Literal["figure", "stop", "code", "economic", "item"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, name, figure or stop at ``start``..``end`` of the compact text.

    ``key``: the word's key; of a 科目 its code ("" where the name is in no table); ``codes`` all codes it may mean.
    """

    start: int
    end: int
    sort: TokenSort
    key: str = ""
    fund: str = ""
    text: str = ""
    codes: tuple[str, ...] = ()
    names: tuple[str, str, str] = ("", "", "")
    figure: Raw | None = None


@lru_cache(maxsize=1)
def _vocabulary_search() -> Finder:
    return Finder(vocabulary().words)


@lru_cache(maxsize=256)
def _name_search(names: tuple[str, ...]) -> Finder:
    return Finder(names)


class Tokenizer:
    """Tokens of texts that speak of one file's tables."""

    def __init__(self, ledger: Ledger, words: Vocabulary) -> None:
        self.ledger = ledger
        self.words = words.words
        self.functions: Mapping[str, tuple[str, ...]] = {
            n: tuple(x.code for x in named) for n, named in ledger.functions.items()
        }
        others = {n: tuple(x.code for x in named) for n, named in ledger.other_functions.items()}
        self.known = {**others, **self.functions}
        self.short = {n.removesuffix("支出"): n for n in self.known if n.endswith("支出") and len(n) > 3}
        self.function_search = _name_search((*self.known, *self.short))

    def tokens(self, text: str, *, functions: bool, economics: bool) -> list[Token]:
        """All tokens in order, without overlaps: the earlier of two stands, the longer of two at one place."""
        found: list[Token] = [Token(m.start(), m.end(), "stop", m[0]) for m in _STOPS.finditer(text)]
        found += (Token(raw.start, raw.end, "figure", raw.kind, figure=raw) for raw in figures(text))
        found += self._vocabulary(text)
        items = list(self._items(text))
        found += items
        if functions:
            found += self._functional(text)
        if economics:
            found += self._economic(text)
        found.sort(key=lambda t: (t.start, -t.end, t.sort not in ("economic", "item")))
        kept: list[Token] = []
        at = 0
        for token in found:
            if token.start >= at:
                kept.append(token)
                at = token.end
        return kept

    def _vocabulary(self, text: str) -> Iterator[Token]:
        words = self.words
        for start, end, written in _vocabulary_search().hits(text):
            sort, key, fund = words[written]
            yield Token(start, end, sort, key, fund, written)

    def _items(self, text: str) -> Iterator[Token]:
        for m in ITEM.finditer(text) if "（类）" in text else ():
            first = _LEADING.sub("", m["a"])
            names = (plain(first), plain(m["b"] or ""), plain(m["c"] or ""))
            start = m.start("a") + len(m["a"]) - len(first)
            codes = self._path(names)
            yield Token(
                start, m.end(), "item", codes[0] if codes else "", text=text[start : m.end()], codes=codes, names=names
            )

    def _path(self, names: tuple[str, str, str]) -> tuple[str, ...]:
        """The codes a written-out 科目 means: the last name, among those under the names before it if there is one."""
        leaf = next((n for n in reversed(names) if n), "")
        codes = (
            self.known.get(leaf)
            or self.known.get(self.short.get(leaf, ""), ())
            or self.known.get(f"{leaf}支出", ())
            or self.known.get(leaf.removesuffix("支出"), ())
        )
        for name in (names[1], names[0]):
            above = self.known.get(name) or self.known.get(f"{name}支出", ())
            within = tuple(c for c in codes if any(c.startswith(a) for a in above))
            codes = within or codes
        length = 7 if names[2] else 5
        return tuple(c for c in codes if len(c) == length) or codes

    def _functional(self, text: str) -> Iterator[Token]:
        pending: Token | None = None
        for start, end, name in self.function_search.hits(text):
            if name not in self.known:
                if not _MARKED.match(text, end):
                    continue
                name = self.short[name]
            if after := _AFTER_NAME.match(text, end):
                end = after.end()
            codes = self.known[name]
            if pending and _BETWEEN.match(text[pending.end : start]):
                nested = tuple(c for c in codes if any(c != p and c.startswith(p) for p in pending.codes))
                if nested:
                    pending = Token(pending.start, end, "code", nested[0], text=text[pending.start : end], codes=nested)
                    continue
            if pending:
                yield pending
            pending = Token(start, end, "code", codes[0], text=text[start:end], codes=codes)
        if pending:
            yield pending

    def _economic(self, text: str) -> Iterator[Token]:
        names = self.ledger.economics
        for start, end, name in _name_search(tuple(names)).hits(text):
            yield Token(start, end, "economic", names[name], text=name)
