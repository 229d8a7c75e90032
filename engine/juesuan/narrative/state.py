"""What a reader of a narrative has in mind at one place: the subject, the measure, what is compared with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from juesuan.narrative.tokens import Token

Mode = Literal["", "reason", "purpose", "list"]


class Topic(NamedTuple):
    """A subject with its fund and column; ``sure`` where the text names it nearby, ``also`` 科目 added to it."""

    subject: str = ""
    fund: str = ""
    column: str = ""
    sure: bool = True
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class State:
    """The state at one place of a paragraph; ``sentence`` counts, ``line`` is where the line began."""

    topic: Topic = field(default_factory=Topic)
    parent: Topic = field(default_factory=Topic)
    line_column: str = ""
    mode: Mode = ""
    parts: bool = False
    quoted: bool = False
    sentence: int = 0
    # of a sentence
    base: str = ""
    base_used: bool = False
    base_end: int = -1
    base_clause: int = -1
    year: int = 0
    changed: set[tuple[str, str]] = field(default_factory=set)
    named_at: int = -1
    last_reason: bool = False
    budget: str = ""
    # of a clause
    clause: int = 0
    measure: str = ""
    measures: list[str] = field(default_factory=list)
    direction: Token | None = None
    order: tuple[Token, str] | None = None
    share: bool = False
    whole: Topic | None = None
    completion: str = ""
    fund: Token | None = None
    none: Token | None = None
    topics: list[Topic] = field(default_factory=list)
    before: list[Topic] = field(default_factory=list)
    figures: int = 0
    queue: list[Topic] = field(default_factory=list)
    lost: bool = False
    said: list[Topic] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)
    last: Token | None = None

    def next_clause(self, at: int) -> None:
        """A comma: what is said of one figure only is forgotten."""
        self.clause = at
        if self.figures:
            self.measure = ""
        self.direction = self.order = self.whole = self.fund = self.none = None
        self.share = self.lost = False
        self.completion, self.figures = "", 0
        if self.measures:
            self.measures = []
        if self.topics:
            self.before, self.topics = self.topics, []

    def next_part(self, at: int) -> None:
        """A semicolon: a new part of the same sentence."""
        self.next_clause(at)
        self.measure, self.base, self.base_used, self.base_end, self.year = "", "", False, -1, 0
        self.queue, self.queued, self.quoted, self.before = [], [], False, []
        if self.mode != "reason":
            self.mode = ""

    def next_sentence(self, at: int) -> None:
        """A full stop."""
        self.next_part(at)
        self.sentence += 1
        self.last_reason = self.mode == "reason"
        self.mode = ""
        self.changed = set()
        self.said = []
        self.budget = ""
