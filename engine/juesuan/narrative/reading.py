"""What walking through a text yields besides mentions: statements of nothing, listings, items, headings."""

from __future__ import annotations

from dataclasses import dataclass, field

from juesuan.narrative.records import Mention, Span
from juesuan.narrative.state import Topic


@dataclass(frozen=True, slots=True)
class Nothing:
    """The text says that there is none of ``topic``; ``measure`` 决算, 预算 or 年初预算."""

    span: Span
    topic: Topic
    measure: str
    quote: str
    section: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of names after 主要包括: ``text`` from ``span``; ``open`` where it ends in 等."""

    span: Span
    topic: Topic
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A 科目 written out with （类）（款）（项）: ``codes`` it may mean (none: no such name), ``names`` as written."""

    span: Span
    codes: tuple[str, ...]
    names: tuple[str, str, str]
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """决算 大于/小于 预算 of a topic."""

    span: Span
    topic: Topic
    way: str
    left: str
    right: str
    text: str


@dataclass
class Reading:
    """Everything read from the paragraphs.

    ``sections``: section key → paragraphs that speak of it; ``blocks``: paragraph → number of
    the section it stands in, whose paragraphs are one text. By index of mention: ``kind_at`` its section, ``parents``
    the whole it is a part of, ``clauses`` and ``around`` the text near it. ``projects`` are the subjects of summaries,
    ``listed`` the names in quotes after a subject.
    """

    mentions: list[Mention] = field(default_factory=list)
    nothings: list[Nothing] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    sections: dict[str, list[int]] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    kind_at: dict[int, str] = field(default_factory=dict)
    parents: dict[int, Topic] = field(default_factory=dict)
    clauses: dict[int, str] = field(default_factory=dict)
    blocks: list[int] = field(default_factory=list)
    projects: set[str] = field(default_factory=set)
    around: dict[int, str] = field(default_factory=dict)
    listed: list[tuple[Span, Topic, tuple[str, ...]]] = field(default_factory=list)
