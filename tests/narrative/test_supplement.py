"""The published texts against their 补充资料: both say the same; a figure changed is found, nothing is invented."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from juesuan.narrative import Verification, verify
from juesuan.narrative.inputs import check_inputs
from juesuan.supplement import Supplement, load_facts, read_facts, stated
from tests.narrative.build import CASES, DATA, data, paragraphs, published, statements


@cache
def facts(case: str) -> Supplement:
    return read_facts(load_facts((DATA.parent / "facts" / f"{case}.json").read_text(encoding="utf-8")))


def against(case: str, supplement: Supplement) -> Verification:
    known = data(case)
    return verify(
        statements(case), paragraphs(case), region=known["region"], units=known["units"], supplement=supplement
    )


@pytest.mark.parametrize("case", CASES)
def test_text_and_inputs_agree(case: str) -> None:
    found = against(case, facts(case))
    before = {(f.rule, f.message) for f in published(case).findings}
    assert {(f.rule, f.message) for f in found.findings} == before
    assert sum(r.rule == "N-35" for r in found.results) > 20
    assert found.coverage >= published(case).coverage


@pytest.mark.parametrize("case", CASES)
def test_inputs_agree_with_themselves_and_the_tables(case: str) -> None:
    results = check_inputs(facts(case), statements(case), narrated=True)
    assert [r.message for r in results if r.verdict == "breaks"] == []
    assert sum(r.verdict == "holds" for r in results) > 30


@pytest.mark.parametrize("case", CASES)
def test_an_input_that_differs_from_the_text_is_found(case: str) -> None:
    """Every input that the text states, one after the other."""
    given = facts(case)
    said = {f.key for f in stated(given) if f.key in given.values}
    missed = []
    for key in sorted(said):
        text = given.text(key)
        other = f"{float(text.rstrip('%')) + 7:g}" + ("%" if text.endswith("%") else "")
        found = against(case, replace(given, values={**given.values, key: other}))
        new = {(f.rule, f.message) for f in found.findings} - {(f.rule, f.message) for f in published(case).findings}
        if not new and key in _compared(case):
            missed.append(key)
    assert missed == []


@cache
def _compared(case: str) -> frozenset[str]:
    """The inputs that the text states as figures of their own."""
    full = {r.span for r in against(case, facts(case)).results if r.rule == "N-35"}
    found = set()
    for one in stated(facts(case)):
        rest = {k: v for k, v in facts(case).values.items() if k != one.key}
        less = {r.span for r in against(case, replace(facts(case), values=rest)).results if r.rule == "N-35"}
        if full - less:
            found.add(one.key)
    return frozenset(found)


def test_last_years_figure_given_makes_the_change_checkable() -> None:
    """Without 上年 in the text, the change is judged by 补充资料."""
    case = "000"
    wrong = replace(facts(case), values={**facts(case).values, "上年.收入合计": "1600"})
    new = [f for f in against(case, wrong).findings if f not in published(case).findings]
    assert "N-02" in {f.rule for f in new}
