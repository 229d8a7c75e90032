"""Explanations from the rule trees."""

from __future__ import annotations

from juesuan import catalogue
from juesuan.render.words import words
from tests import golden

CATALOGUE = catalogue.load()


def test_every_rule_is_put_into_words() -> None:
    said = {rule.id: words(rule, CATALOGUE) for rule in CATALOGUE.rules}
    for rule_id, text in said.items():
        assert text, rule_id
        assert "None" not in text
        assert "“”" not in text
    golden.same("words.txt", "".join(f"{rule_id} {text}\n" for rule_id, text in said.items()))


def test_words_name_columns_and_lines_as_the_tree_does() -> None:
    assert words(CATALOGUE.rule("T3-01"), CATALOGUE) == (
        "《支出决算表》每行：“本年支出合计” ＝ "
        "“基本支出”＋“项目支出”＋“上缴上级支出”＋“经营支出”＋“对附属单位补助支出”")
    assert words(CATALOGUE.rule("T7-02"), CATALOGUE).endswith("＝ “年初结转和结余”＋“本年收入”－“小计”")
    assert words(CATALOGUE.rule("T3-03"), CATALOGUE).endswith("本栏 ＝ 所属下级各科目之和")
    assert "“30108 机关事业单位基本养老保险缴费”" in words(CATALOGUE.rule("X-25"), CATALOGUE)
