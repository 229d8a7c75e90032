"""Collecting results: every relation with its verdict, and what each mention is bound to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from juesuan.narrative.reading import Reading
from juesuan.narrative.records import Hold, Mention, NarrativeFinding, NarrativeVerdict, Paragraph, Span
from juesuan.narrative.vocabulary import Vocabulary
from juesuan.refs import Ref

#: A stronger hold is not replaced by a weaker one.
STRENGTH: dict[Hold, int] = {"table": 6, "fact": 5, "sum": 4, "ratio": 4, "form": 3, "value": 1, "": 0}


class Results:
    """Collects; ``mentions`` are addressed by their index in the reading."""

    def __init__(self, words: Vocabulary, paragraphs: Sequence[Paragraph], reading: Reading) -> None:
        self.words, self.paragraphs, self.reading = words, paragraphs, reading
        self.found: list[NarrativeFinding] = []
        self.blocks = [reading.blocks[m.span.paragraph] for m in reading.mentions]
        self.places = [(m.span.paragraph, m.span.start) for m in reading.mentions]
        self.holds: dict[int, tuple[Hold, tuple[str, ...]]] = {}

    @property
    def mentions(self) -> list[Mention]:
        return self.reading.mentions

    def block(self, index: int) -> int:
        """The text a mention stands in: the paragraphs of one section."""
        return self.blocks[index] if index < len(self.blocks) else self.blocks[-1]

    def after(self, paragraph: int, start: int) -> int:
        """The index of the first mention from a place on; mentions are in reading order."""
        return bisect_left(self.places, (paragraph, start))

    def texts(self, start: Span, end: Span | None = None) -> list[str]:
        """The text of a section from ``start`` to ``end`` (to the section's end where there is none)."""
        blocks = self.reading.blocks
        here = blocks[start.paragraph]
        last = end if end and blocks[end.paragraph] == here else None
        found = []
        for number in range(start.paragraph, len(self.paragraphs)):
            if blocks[number] != here or (last and number > last.paragraph):
                break
            text = self.paragraphs[number].text
            stop = last.start if last and number == last.paragraph else len(text)
            found.append(text[start.end if number == start.paragraph else 0 : stop])
        return found

    def bind(self, index: int, hold: Hold, *what: str) -> None:
        """Say to what a mention is bound; several may bind one, the strongest names it."""
        before, told = self.holds.get(index, ("", ()))
        strongest = hold if STRENGTH[hold] > STRENGTH[before] else before
        self.holds[index] = strongest, (*told, *(w for w in what if w not in told))

    def bound(self, index: int) -> bool:
        return bool(self.holds.get(index, ("",))[0])

    def add(
        self,
        rule: str,
        verdict: NarrativeVerdict,
        span: Span | None,
        message: str,
        *,
        stated: str = "",
        expected: str = "",
        difference: str = "",
        others: Iterable[Span] = (),
        refs: tuple[Ref, ...] = (),
        section: str = "",
    ) -> None:
        """One relation's result. The section is that of the span."""
        known = self.words.rules[rule]
        quote = ""
        if span is not None:
            paragraph = self.paragraphs[span.paragraph]
            section = section or paragraph.section
            quote = paragraph.text[span.start : span.end]
        self.found.append(
            NarrativeFinding(
                rule,
                known.severity,
                verdict,
                section,
                span,
                quote,
                stated,
                expected,
                difference,
                message,
                tuple(dict.fromkeys(s for s in others if s != span)),
                refs,
            )
        )

    def finished(self) -> tuple[Mention, ...]:
        """The mentions with what they are bound to."""
        return tuple(self._held(i, m) if i in self.holds else m for i, m in enumerate(self.mentions))

    def _held(self, index: int, m: Mention) -> Mention:
        hold, bound = self.holds[index]
        parts = (m.span, m.text, m.kind, m.value, m.unit, m.decimals, m.half, m.grouped, m.way, m.meaning, m.sentence)
        return Mention(*parts, hold, bound)
