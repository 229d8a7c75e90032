"""Chinese sentences of the engine in English, from the phrase book workbook_templates/english.toml.

Names of tables, rows and columns stay Chinese: they are what the reader sees in the workbook. A sentence the phrase
book does not know stays as it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from juesuan import data


@cache
def _book() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    read = data.toml("english.toml")
    patterns = tuple((re.compile(p["zh"]), p["en"]) for p in read["pattern"])
    return read["phrases"], patterns


@lru_cache(maxsize=4096)
def english(text: str) -> str:
    """The English of a Chinese sentence or phrase; the text itself where it is not known."""
    said, patterns = _book()
    plain = text.strip()
    if plain in said:
        return said[plain]
    bare = plain.rstrip("。")
    for candidate in (bare, f"{bare}。"):
        if candidate in said:
            return said[candidate]
    for pattern, template in patterns:
        match = pattern.fullmatch(plain) or pattern.fullmatch(bare)
        if match:
            return template.format_map({name: _part(part) for name, part in match.groupdict().items()})
    return text


def _part(text: str | None) -> str:
    """A piece of a sentence: itself a phrase, or a list of phrases."""
    if not text:
        return ""
    whole = english(text)
    if whole != text or "、" not in text:
        return whole
    parts = [english(part) for part in text.split("、")]
    return ", ".join(parts)
