"""One holding, one breaking and one edge case for every rule of words and forms; a rule without its file fails here.

The edge of a rule with rounding is the largest difference that still is 尾差; of another, the nearest pair of what is
right and what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from juesuan.catalogue import load
from tests.words_rules import forms
from tests.words_rules.build import CASES, Whole, change, document

#: What a department is checked by has its cases in tests/bureau.
RULES = {name: rule for name, rule in load().word_rules.items() if rule.of != "单位汇总"}
FILES = sorted(path.stem for path in CASES.glob("*.toml"))
TRIED = [(rule, section) for rule in FILES for section in ("holds", "breaks", "edge", "beyond")]


class Result(NamedTuple):
    """One relation as judged, whatever it is of."""

    rule: str
    severity: str
    verdict: str
    stated: str
    expected: str
    difference: str
    message: str


def judged(rule: str, section: str) -> list[Result]:
    """Every relation of the account as the section has it."""
    content, beyond = document(rule), section == "beyond"
    entry = content["edge" if beyond else section]
    if rule.startswith("P-"):
        account = forms.change(forms.BASES[content.get("base", "武汉")](), entry, beyond=beyond)
        return [
            Result(f.rule, f.severity, f.verdict, f.stated, f.expected, f"{f.difference or 0:f}", f.message)
            for f in account.check().checks
        ]
    whole = change(Whole(), entry, beyond=beyond)
    every: list[Any] = list(whole.inputs() if RULES[rule].of == "补充资料" else whole.read().results)
    return [Result(r.rule, r.severity, r.verdict, r.stated, r.expected, r.difference, r.message) for r in every]


def test_every_rule_has_its_cases() -> None:
    assert set(FILES) == set(RULES)


@pytest.mark.parametrize("rule", FILES)
def test_a_case_file_is_complete(rule: str) -> None:
    content = document(rule)
    assert [name for name in content if name not in ("base", "verdict")] == ["holds", "breaks", "edge"]
    first = (CASES / f"{rule}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# {rule} {RULES[rule].title}"
    assert "beyond" in content["edge"], "an edge has what lies beyond it"
    if RULES[rule].tolerance in ("rounding", "same", "score") and rule not in ("B-02", "P-16.3"):
        assert content["edge"]["verdict"] == "rounding" or "expected" not in content["breaks"]


@pytest.mark.parametrize(("rule", "section"), TRIED)
def test_rule(rule: str, section: str) -> None:
    content = document(rule)
    entry: Mapping[str, Any] = content["edge" if section == "beyond" else section]
    wrong = content.get("verdict", "breaks")
    wanted = {"holds": "holds", "breaks": wrong, "edge": entry.get("verdict", "holds"), "beyond": wrong}[section]
    every = judged(rule, section)
    own = [r for r in every if r.rule == rule]
    shown = [r for r in own if r.verdict not in ("holds", "not_applicable")]
    if wanted == "holds":
        assert not shown
        assert own or section == "edge" or entry.get("silent") or content["holds"].get("silent")
    else:
        assert {r.verdict for r in shown} == {wanted}
        assert all(r.message for r in shown)
    beside = {*entry.get("beside", ()), *(entry.get("beyond_beside", ()) if section == "beyond" else ())}
    others = {r.rule for r in every if r.verdict not in ("holds", "not_applicable") and r.rule != rule}
    assert others <= beside, "nothing else is found"
    if section == "breaks":
        values = {k: entry[k] for k in ("expected", "difference") if k in entry}
        assert any(all(getattr(r, k) == v for k, v in values.items()) for r in shown), shown
        assert len(shown) == entry.get("findings", len(shown))


def test_the_small_account_is_whole() -> None:
    """Its narrative binds to its tables, and its 补充资料 to both."""
    whole = change(Whole(), {"given": True, "prior": True})
    read = whole.read()
    assert read.findings == ()
    assert read.coverage == 1
    assert {r.verdict for r in whole.inputs()} == {"holds"}
