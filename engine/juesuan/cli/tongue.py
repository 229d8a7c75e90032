"""The language of the command line, set once before the commands are built."""

from __future__ import annotations

from typing import Literal

Lang = Literal["zh", "en"]

_lang: Lang = "zh"


def speak(lang: Lang) -> None:
    """Choose the language of everything said from now on."""
    global _lang
    _lang = lang


def lang() -> Lang:
    """The language chosen."""
    return _lang


def say(chinese: str, english: str) -> str:
    """The text in the language chosen."""
    return english if _lang == "en" else chinese
