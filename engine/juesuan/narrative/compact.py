"""Texts without blanks and with half-width signs, each character remembering where it stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

#: One to one, so that places stay; brackets become full-width, signs and digits half-width.
_SIGNS = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if chr(0x21 + i) not in "(),:;"}
    | {
        "(": "（",
        ")": "）",
        "﹪": "%",
        "−": "-",
        "‐": "-",
        ":": "：",
        ";": "；",
        "﹐": "，",
        "「": "“",
        "」": "”",
        "『": "“",
    }
    | {"』": "”", "〝": "“", "〞": "”", "\r": "\n", "\u2028": "\n", "\u000b": "\n"}
)
#: One of the signs above: most texts have none.
_ODD = re.compile(f"[{re.escape(''.join(map(chr, _SIGNS)))}]")
#: A half-width comma that parts clauses, not thousands.
_COMMA = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_BLANKS = re.compile(r"[^\S\n]+|[\u200b-\u200f\ufeff\u2060]+")
#: Whether there are any: quick, because it is one class.
_BLANK = re.compile(r"[\t\x0b\x0c\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]")
#: Quotes around the two words that are always quoted; without them the names are the same however they are typed.
_QUOTED = re.compile("[“”\"'‘’]+(三公)([”“\"'’‘]*)(?=经费|支出|[”“\"'’‘])[”“\"'’‘]*")


@dataclass(frozen=True, slots=True)
class Compact:
    """``text`` without blanks; ``places`` maps its characters to the original's (None where nothing was left out)."""

    text: str
    places: Sequence[int] | None
    length: int

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where characters ``start``..``end`` stood in the original text."""
        if self.places is None:
            return start, end
        if start >= len(self.text):
            return self.length, self.length
        last = self.places[end - 1] + 1 if end > start else self.places[start]
        return self.places[start], last


#: A paragraph is asked for by several rules.
@lru_cache(maxsize=2048)
def compact(original: str) -> Compact:
    """``original`` with signs normalised and blanks (and the quotes of “三公”) left out."""
    text = original.translate(_SIGNS) if _ODD.search(original) else original
    if "," in text:
        text = _COMMA.sub("，", text)
    gone: list[tuple[int, int]] = []
    if _BLANK.search(text):
        gone = [m.span() for m in _BLANKS.finditer(text) if not _parts_numbers(text, *m.span())]
    for m in _QUOTED.finditer(text) if "三公" in text else ():
        gone += [(m.start(), m.start(1)), (m.end(1), m.end())]
    if not gone:
        return Compact(text, None, len(original))
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for start, end in (*sorted(gone), (len(text), len(text))):
        if start > at:
            kept.append(text[at:start])
            places.extend(range(at, start))
        at = max(at, end)
    return Compact("".join(kept), places, len(original))


def _parts_numbers(text: str, start: int, end: int) -> bool:
    """True if leaving the blank out would make one number of two ("1. 2023年")."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return bool(before) and before in "0123456789.," and after.isdigit()
