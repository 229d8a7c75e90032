"""``rules`` and ``explain`` know the rules of words and forms, in both languages."""

from __future__ import annotations

import pytest

from juesuan.__main__ import main
from juesuan.catalogue import load
from juesuan.docs import SECTIONS, rules_page
from tests.words_rules.test_words_rules import RULES


def said(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(list(arguments))
    return status, capfd.readouterr().out


def test_lists_and_shows(capfd: pytest.CaptureFixture[str]) -> None:
    for prefix in ("N-", "B-", "P-"):
        status, out = said(capfd, "rules", "list", prefix)
        assert status == 0
        assert [line.split()[0] for line in out.splitlines()] == [rule for rule in RULES if rule.startswith(prefix)]
    assert said(capfd, "rules", "list", "N-", "--region", "湖南", "--year", "2021")[0] == 0
    _, out = said(capfd, "rules", "show", "p-04")
    assert "核对：自评表" in out
    assert "容差：score" in out
    _, out = said(capfd, "rules", "show", "N-35", "--lang", "en")
    assert "of：情况说明" in out
    assert "needs：补充资料" in out


def test_explains_every_rule(capfd: pytest.CaptureFixture[str]) -> None:
    for rule in RULES.values():
        status, out = said(capfd, "explain", rule.id)
        assert status == 0
        assert rule.title in out
        assert f"核对{rule.of}。" in out
        assert rule.mend in out
        status, out = said(capfd, "explain", rule.id, "--lang", "en")
        assert status == 0
        assert rule.title_en in out
        assert rule.mend_en in out


def test_explains_when_a_rule_is_milder(capfd: pytest.CaptureFixture[str]) -> None:
    assert "不能确定全部项目都附了自评表的，为核实性。" in said(capfd, "explain", "P-14")[1]
    assert "May be legitimate where it is not known" in said(capfd, "explain", "P-14", "--lang", "en")[1]
    assert "不能确定全部项目都附了自评表的，为核实性" in rules_page(load())


def test_the_page_has_them_under_their_titles() -> None:
    page = rules_page(load())
    assert [r for r in RULES if page.count(f"| **{r}** |") != 1] == []
    assert page.index(SECTIONS["N"]) < page.index("| **N-01** |") < page.index(SECTIONS["B"])
    assert page.index(SECTIONS["T9"]) < page.index("| **T9-04** |") < page.index(SECTIONS["X"])
