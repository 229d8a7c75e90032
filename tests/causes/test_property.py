"""Random systems of nine-table shape: what is said about them must always be true."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan.causes import Outcome, Relation, Variable, find_causes
from juesuan.causes.system import System
from tests.causes.synth import change, seeded

SEEDS = st.integers(0, 30)


@cache
def clean(seed: int) -> tuple[list[Variable], list[Relation]]:
    return seeded(seed)[0].done()


def broken(variables: list[Variable], relations: list[Relation]) -> set[int]:
    system = System.of(variables, relations)
    return {system.rules[r].id for r in system.hard()}


@given(SEEDS)
@settings(max_examples=31, deadline=None)
def test_clean(seed: int) -> None:
    assert find_causes(*clean(seed)) == Outcome()


@given(SEEDS, st.randoms(use_true_random=False), st.integers(3, 10**6))
@settings(max_examples=200, deadline=None)
def test_one_wrong_cell_is_named(seed: int, rng: random.Random, cents: int) -> None:
    variables, relations = clean(seed)
    hard = Counter(i for relation in relations if relation.op == "=" for i, _ in relation.terms)
    cell = rng.choice([v for v in variables if v.fen and hard[v.index] >= 2])
    spoilt = change(variables, {cell.index: rng.choice((None, (cell.fen or 0) + cents * 10_000))})
    wrong = broken(spoilt, relations)
    outcome = find_causes(spoilt, relations)
    if len(wrong) < 2:
        return
    offered = [c for cause in outcome.causes for c in (*cause.cells, *cause.alternatives)]
    assert len(outcome.causes) == 1
    assert any(i == cell.index and abs((value or 0) - (cell.fen or 0)) <= 20_000 for i, value in offered)
    assert set(outcome.causes[0].explains) == wrong


@given(SEEDS, st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_corrections_do_what_they_say(seed: int, rng: random.Random, count: int) -> None:
    variables, relations = clean(seed)
    wrong = {v.index: rng.choice((None, rng.randint(0, 10**6) * 10_000)) for v in rng.sample(variables, count)}
    spoilt = change(variables, wrong)
    before = broken(spoilt, relations)
    outcome = find_causes(spoilt, relations)
    told = [i for cause in outcome.causes for i, _ in cause.cells]
    assert len(told) == len(set(told))
    assert all(value != spoilt[i].fen for cause in outcome.causes for i, value in cause.cells)
    corrected = change(spoilt, {i: value for cause in outcome.causes for i, value in cause.cells})
    # What is left broken is exactly what is called unexplained; nothing that held is broken by the corrections.
    assert broken(corrected, relations) == set(outcome.unexplained) <= before
    explained = {r for cause in outcome.causes for r in cause.explains}
    assert explained | set(outcome.unexplained) == before
    assert not explained & set(outcome.unexplained)
    assert [r for r, _ in outcome.candidates] == list(outcome.unexplained)


def test_many_errors_stay_within_the_budget() -> None:
    variables, relations = clean(4)
    rng = random.Random(5)
    spoilt = change(variables, {v.index: rng.randint(1, 10**6) * 10_000 for v in variables})
    wrong = broken(spoilt, relations)
    outcome = find_causes(spoilt, relations, nodes=50)
    assert len(wrong) > 100
    assert {r for cause in outcome.causes for r in cause.explains} | set(outcome.unexplained) == wrong
