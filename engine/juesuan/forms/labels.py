"""The words by which forms in any workbook are recognised: see workbook_templates/forms/labels.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from juesuan import data
from juesuan.data import BadData
from juesuan.text import bare

_PATH = "forms/labels.toml"
#: A text longer than this is no label.
LONGEST = 40


class Known(NamedTuple):
    """What a text is the label of: a field, a column of indicators, a column of funds."""

    field: str | None = None
    column: str | None = None
    fund: str | None = None


@dataclass(frozen=True, eq=False)
class Labels:
    """Wordings (as ``text.bare`` gives them) → keys; ``titles``: (wording, kind), the longer first within a kind."""

    titles: tuple[tuple[str, str], ...]
    columns: Mapping[str, str]
    funds: Mapping[str, str]
    fields: Mapping[str, str]
    texts: Mapping[str, str]
    basics: Mapping[str, str]
    items: Mapping[str, str]
    people: Mapping[str, str]
    on: str
    off: str
    notes: re.Pattern[str]
    nature: frozenset[str]
    fund_heads: frozenset[str]
    choices: frozenset[str]
    colon: re.Pattern[str]

    def known(self, text: str) -> Known:
        """What a cell's text is the label of."""
        return _known(self, text)

    def field(self, text: str) -> str | None:
        """The field that a cell's text is the label of."""
        return _known(self, text).field

    def column(self, text: str) -> str | None:
        return _known(self, text).column

    def fund(self, text: str) -> str | None:
        return _known(self, text).fund

    def title(self, text: str) -> str | None:
        """The kind of form that a text is the title of: it ends with one of the wordings."""
        if len(text) > 100:
            return None
        wording = bare(text)
        return next((kind for word, kind in self.titles if wording.endswith(word)), None)


_NO_LABEL = Known()


@lru_cache(maxsize=8192)
def _known(labels: Labels, text: str) -> Known:
    """Every text of a form is asked about several times, and labels come again in every form."""
    if not text or len(text) > LONGEST:
        return _NO_LABEL
    wording = bare(text)
    field = labels.fields.get(bare(text.strip().rstrip("：:")))
    return Known(field, labels.columns.get(wording), labels.funds.get(wording))


@cache
def load() -> Labels:
    """The labels shipped with the program. Raises BadData."""
    return build(data.parse(data.text(_PATH), _PATH))


def build(content: Mapping[str, Any]) -> Labels:
    """Labels from plain data. Raises BadData."""
    try:
        mark = content["mark"]
        titles = [(bare(word), entry["kind"]) for entry in content["title"] for word in entry["words"]]
        fields = _keyed(content["field"])
        words = sorted({word for names in content["field"].values() for word in names}, key=lambda w: -len(w))
        notes = "|".join(re.escape(word) for word in mark["notes"])
        colon = "|".join(r"\s*".join(map(re.escape, word)) for word in words)
        return Labels(
            tuple(titles), _keyed(content["column"]), _keyed(content["fund"]), fields, _keyed(content["text"]),
            _keyed(content["basic"]), {**_keyed(content["item"]), **{bare(key): key for key in content["item"]}},
            _keyed(content["person"]), mark["on"], mark["off"], re.compile(rf"^\s*(?:{notes})\s*(?:[：:]|$)"),
            frozenset(map(bare, mark["nature"])), frozenset(map(bare, mark["funds"])),
            frozenset(map(bare, mark["choices"])),
            re.compile(rf"(?:^|(?<=[\s　；;）)]))({colon})\s*(?:[（(][^（）()]*[）)])?\s*[：:]"),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise BadData(f"{_PATH}：缺少或写错 {error}") from error


def _keyed(entries: Mapping[str, list[str]]) -> dict[str, str]:
    return {bare(word): key for key, words in entries.items() for word in words}
