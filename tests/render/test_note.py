"""The printed notes, against those under the published tables."""

from __future__ import annotations

import re
import unicodedata

import pytest

from juesuan import catalogue
from juesuan.render import note
from tests.foreign import cases

CATALOGUE = catalogue.load()
LAYOUTS = {"000": "hubei-2023-30", "003": "hubei-2023"}
_CLAUSE = re.compile(r"\d+(?:行|栏各行|栏)=\([\d+\-…]+\)(?:行|栏各行|栏)")


def clauses(texts: list[str]) -> list[str]:
    """The relations in printed notes, width and blanks normalised, in order."""
    text = unicodedata.normalize("NFKC", "".join(texts)).replace(" ", "")
    text = re.sub(r"\.{2,}", "…", text).replace("−", "-")
    return _CLAUSE.findall(text)


@pytest.mark.parametrize("case", LAYOUTS)
def test_notes_are_the_published_ones(case: str) -> None:
    layout = CATALOGUE.layouts[LAYOUTS[case]]
    compared = 0
    for title, table in cases.load(case)["tables"].items():
        spec = next(s for s in CATALOGUE.tables.values() if layout.forms[s.key].title == title)
        printed = clauses(table["notes"])
        assert clauses(list(note.notes(CATALOGUE.rules, spec, layout))) == printed, title
        compared += len(printed)
    assert compared == 19


def test_form_of_a_note() -> None:
    layout, spec = CATALOGUE.layouts["hubei-2023"], CATALOGUE.tables["收支总表"]
    assert note.notes(CATALOGUE.rules, spec, layout) == (
        "27行＝（1＋2＋3＋4＋5＋6＋7＋8）行；31行＝（27＋28＋29）行；",
        "58行＝（32＋33＋…＋57）行；62行＝（58＋59＋60）行。",
    )


@pytest.mark.parametrize("layout", ["national", "hunan-2021"])
def test_a_layout_that_prints_no_relations_prints_none(layout: str) -> None:
    for spec in CATALOGUE.tables.values():
        assert note.notes(CATALOGUE.rules, spec, CATALOGUE.layouts[layout]) == ()


def test_one_rule_as_a_clause() -> None:
    layout, spec = CATALOGUE.layouts["hubei-2023"], CATALOGUE.tables["政府性基金表"]
    assert note.clause(CATALOGUE.rule("T7-02"), spec, layout) == "6栏各行＝（1＋2－3）栏各行"
    assert note.clause(CATALOGUE.rule("T7-06"), spec, layout) == ""
