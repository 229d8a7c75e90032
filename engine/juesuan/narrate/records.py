"""What narrating yields: pieces of text, each with the inputs it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph or list item.

    ``key`` is the same at every refill ("一般公共.具体.项.2080101"); ``section`` the heading as the layout prints it;
    ``missing`` the inputs it shows as 【待填：…】, by key of 补充资料, or "表.…" where a table lacks a figure.
    """

    key: str
    section: str
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Narrative:
    """A whole 情况说明, in printed order. ``called``: what each lacking input is called in the text, by key."""

    pieces: tuple[Piece, ...]
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Every input that is lacking, each once, in the order of the text."""
        return tuple(dict.fromkeys(key for piece in self.pieces for key in piece.missing))

    @property
    def paragraphs(self) -> tuple[tuple[str, str], ...]:
        """(section, text) of every piece, as the verification of narratives takes them."""
        return tuple((piece.section, piece.text) for piece in self.pieces)
