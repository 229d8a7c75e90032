"""A text as a row of tokens: words of the vocabulary, names of 科目, figures, punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Literal, NamedTuple, get_args

from juesuan.narrative.figures import Raw, figures
from juesuan.narrative.ledger import Ledger
from juesuan.narrative.vocabulary import Sort, vocabulary
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

#: Of words and 科目 at one place with one end these stand.
_WRITTEN_OUT = frozenset({"economic", "item"})
_START = itemgetter(0)

_Own = Literal["figure", "stop", "code", "economic", "item"]
TokenSort = Sort | _Own
#: The sorts of tokens there are: filler is only cut out of texts.
SORTS: tuple[TokenSort, ...] = (*(s for s in get_args(Sort) if s != "filler"), *get_args(_Own))


class Token(NamedTuple):
    """A word, name, figure or stop at ``start``..``end`` of the compact text.

    ``key``: the word's key; of a 科目 its code ("" where the name is in no table); ``codes`` all codes it may mean.
    ``figure`` has its place in its sentence.
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


@lru_cache(maxsize=8192)
def _common(sentence: str) -> tuple[Token, ...]:
    """Stops, figures and words of a sentence, whatever the tables say; they may overlap. Units share most of their
    sentences, and of a text checked again most is as it was."""
    found = [Token(m.start(), m.end(), "stop", m[0]) for m in _STOPS.finditer(sentence)]
    found += [Token(raw.start, raw.end, "figure", raw.kind, figure=raw) for raw in figures(sentence)]
    words = vocabulary().words
    for start, end, written in _vocabulary_search().hits(sentence):
        sort, key, fund = words[written]
        found.append(Token(start, end, sort, key, fund, written))
    found.sort(key=_START)
    return tuple(found)


def _in_text(text: str) -> list[Token]:
    """The tokens of all sentences of a text. None reaches over a full stop."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        end = text.find("。", at) + 1 or len(text)
        common = _common(text[at:end])
        if at:
            found += [Token._make((t[0] + at, t[1] + at, *t[2:])) for t in common]
        else:
            found += common
        at = end
    return found


class Tokenizer:
    """Tokens of texts that speak of one file's tables."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.functions: Mapping[str, tuple[str, ...]] = {
            n: tuple(x.code for x in named) for n, named in ledger.functions.items()
        }
        others = {n: tuple(x.code for x in named) for n, named in ledger.other_functions.items()}
        self.known = {**others, **self.functions}
        self.short = {n.removesuffix("支出"): n for n in self.known if n.endswith("支出") and len(n) > 3}
        self.function_search = _name_search((*self.known, *self.short))

    def tokens(self, text: str, *, functions: bool, economics: bool) -> list[Token]:
        """All tokens in order, without overlaps: the earlier of two stands, the longer of two at one place."""
        found = _in_text(text)
        names = list(self._items(text))
        if functions:
            names += self._functional(text)
        if economics:
            names += self._economic(text)
        if names:
            found += names
            found.sort(key=_START)
        kept: list[Token] = []
        at = 0
        for token in found:
            if token[0] >= at:
                kept.append(token)
                at = token[1]
            elif token[0] == kept[-1][0] and (token[1], token[2] in _WRITTEN_OUT) > (at, kept[-1][2] in _WRITTEN_OUT):
                kept[-1] = token
                at = token[1]
        return kept

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
