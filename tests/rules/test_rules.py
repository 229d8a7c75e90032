"""One holding, one breaking and one rounding-edge case for every rule; a rule without its case file fails here."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from juesuan.amount import show
from juesuan.catalogue import load
from juesuan.findings import Finding
from juesuan.formula import Predicate, Relation
from juesuan.rules import Rule
from tests.rules import reading
from tests.rules.build import CASES, SECTIONS, Case, Outcome, beyond, case, document, judge, sections

RULES = {rule.id: rule for rule in load().rules}
FILES = sorted(path.stem for path in CASES.glob("*.toml"))
HAVE = [rule for rule in FILES if rule in RULES]


def is_reading(rule: Rule) -> bool:
    """True for a rule told by reading and binding, not by checking."""
    body = rule.tree.body
    return isinstance(body, Predicate) and body.name == "reading"


def tried() -> list[tuple[str, str]]:
    """(rule, section) of everything to try, what lies beyond an edge included."""
    found = []
    for rule in HAVE:
        for section, content in sections(rule):
            found.append((rule, section))
            if "beyond" in content:
                found.append((rule, f"{section} beyond"))
    return found


def taken(rule: str, section: str) -> Case:
    name = section.removesuffix(" beyond")
    return case(rule, name) if name == section else beyond(case(rule, name))


def test_the_case_files_are_those_of_the_rules() -> None:
    assert {f"{rule}.toml" for rule in RULES} == {path.name for path in CASES.iterdir()}


@pytest.mark.parametrize("rule", HAVE)
def test_a_case_file_is_complete(rule: str) -> None:
    names = [name for name in document(rule) if name != "also"]
    assert names == list(SECTIONS), "holds, breaks and edge, in this order"
    first = (CASES / f"{rule}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# {rule} {RULES[rule].title}"
    edge = case(rule, "edge")
    assert edge.verdict in ("rounding", "holds")
    if is_reading(RULES[rule]):
        return
    if isinstance(RULES[rule].tree.body, Relation):
        assert "beyond" in edge.wanted, "an edge has a figure beyond it"
        assert {"expected", "difference"} <= case(rule, "breaks").wanted.keys()
        assert edge.verdict == "holds" or "difference" in edge.wanted
        assert step(edge) == Decimal("0.01"), "the edge is where one more 0.01 breaks the rule"
    else:
        assert "says" in case(rule, "breaks").wanted
        assert edge.verdict == "holds", "a structural rule has no rounding"
    for name, content in document(rule).items():
        for section in content if name == "also" else ():
            assert section.get("verdict") in ("holds", "rounding", "breaks", "not_applicable", "not_evaluated")


def step(edge: Case) -> Decimal:
    """By how much the figures beyond an edge differ from it, all added up."""

    def amounts(of: Case) -> Counter[tuple[str, str, str]]:
        return Counter(
            {
                (name, row.key, column): int(Decimal(text or "0") * 100)
                for name, table in of.tables.items()
                for row in table.rows
                for column, text in row.amounts.items()
            }
        )

    at, after = amounts(edge), amounts(beyond(edge))
    return Decimal(sum(abs(after[key] - at[key]) for key in at.keys() | after.keys())) / 100


@pytest.mark.parametrize(("rule", "section"), [t for t in tried() if not is_reading(RULES[t[0]])])
def test_rule(rule: str, section: str) -> None:
    tested = taken(rule, section)
    compare(RULES[rule], tested, judge(tested))


def compare(rule: Rule, tested: Case, outcome: Outcome) -> None:
    """The verdicts of all instances of the rule, and its findings, are what the case wants."""
    seen = Counter(outcome.verdicts)
    shown = [f for f in outcome.findings if f.verdict == tested.verdict]
    match tested.verdict:
        case "holds":
            assert seen["holds"]
            assert not outcome.findings
            assert not seen.keys() - {"holds", "not_applicable"}
        case "rounding" | "breaks":
            assert not seen.keys() - {"holds", "not_applicable", "rounding", tested.verdict}
            assert len(shown) == seen[tested.verdict] == tested.wanted.get("findings", 1)
            assert all(f.severity == rule.severity and f.refs[0] == f.subject for f in shown)
            _figures(tested, shown)
        case "not_evaluated":
            assert seen["not_evaluated"] == len(shown) > 0
            assert not seen.keys() - {"not_evaluated", "not_applicable"}
            _figures(tested, shown)
        case "not_applicable":
            assert not seen.keys() - {"not_applicable"}
            assert not outcome.findings


def _figures(tested: Case, shown: list[Finding]) -> None:
    """One of the findings has the wanted amounts or words."""
    told = [
        {
            "expected": "" if f.expected is None else show(f.expected, f.unit),
            "difference": "" if f.difference is None else show(f.difference, f.unit),
            "says": f.detail,
        }
        for f in shown
    ]
    wanted = {k: v for k, v in tested.wanted.items() if k in ("expected", "difference", "says")}
    fits = [t for t in told if all(v in t[k] if k == "says" else v == t[k] for k, v in wanted.items())]
    assert fits, told


@pytest.mark.parametrize(("rule", "section"), [t for t in tried() if is_reading(RULES[t[0]])])
def test_reading_rule(rule: str, section: str) -> None:
    tested = taken(rule, section)
    told = reading.told(tested)
    if tested.verdict == "holds":
        assert not told
    else:
        at, says = tested.book.get("at", ""), tested.wanted["says"]
        assert [cell for cell, said in told if says in said] == [at], told
