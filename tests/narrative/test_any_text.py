"""Any text at all, and any order of the vocabulary's words, is verified without complaint; data files agree."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.catalogue import load
from juesuan.narrative import Paragraph, verify
from juesuan.narrative.vocabulary import vocabulary
from juesuan.narrative.words import Finder, every, longest
from tests.narrative.build import CASES, check, paragraphs, say, statements

PIECES = st.sampled_from(
    [
        "723.01万元",
        "1,696.45 万元",
        "42.6%",
        "100",
        "0万元",
        "2023年度",
        "2022年",
        "与上年相比",
        "比年初预算",
        "增加",
        "减少",
        "下降到",
        "占",
        "占本年支出",
        "完成年初预算的",
        "分别为",
        "其中：",
        "主要包括",
        "主要原因是",
        "主要用于",
        "无",
        "没有",
        "基本支出",
        "项目支出",
        "财政拨款收入",
        "三公经费",
        "公务接待费",
        "社会保障和就业（类）",
        "事业运行（项）",
        "年中追加项目“甲”",
        "整体支出",
        "资金",
        "金额",
        "结余结转",
        "大于",
        "等于",
        "年初预算",
        "决算数",
        "，",
        "。",
        "；",
        "、",
        "\n",
        "（",
        "）",
        "“",
        "”",
        "1.",
        "一、",
        "3辆",
        "合计",
        "和",
    ]
)
SECTIONS = [
    "",
    "二、收入决算情况说明",
    "五、一般公共预算财政拨款支出决算情况说明",
    "六、基本支出",
    "九、三公经费",
    "政府采购",
    "十三、绩效",
    "名词解释",
]


@given(st.lists(PIECES, max_size=40), st.sampled_from(SECTIONS))
def test_any_order_of_words(pieces: list[str], section: str) -> None:
    text = "".join(pieces)
    found = say("000", section, text)
    for result in found.results:
        assert result.verdict in ("holds", "rounding", "breaks", "not_evaluated")
        assert (result.message == "") == (result.verdict == "holds")
        if result.span is not None:
            assert 0 <= result.span.start <= result.span.end <= len(text)
    assert {m.span for m in found.unbound} <= {m.span for m in found.mentions}


@given(st.text(max_size=300), st.sampled_from(SECTIONS))
def test_any_text(text: str, section: str) -> None:
    say("001", section, text)


@pytest.mark.parametrize("case", CASES)
def test_without_tables_year_or_unit(case: str) -> None:
    bare = replace(statements(case), tables={}, year=None, unit="", kind="", nature="")
    found = verify(bare, paragraphs(case), whole=False)
    # What is left is the text contradicting itself.
    assert {f.rule for f in found.findings if f.verdict == "breaks"} <= {"N-15", "N-09.1", "N-21", "N-21.1", "N-24"}


@pytest.mark.parametrize("case", CASES)
def test_last_years_tables_are_used_where_given(case: str) -> None:
    prior = replace(statements(case), year=(statements(case).year or 0) - 1)
    found = verify(statements(case), paragraphs(case), prior=prior)
    assert any("上年" in f.message for f in found.findings)


@pytest.mark.parametrize("case", CASES)
def test_one_cell_for_each_line_or_one_text_is_the_same(case: str) -> None:
    texts = paragraphs(case, "narrative", "glossary", "reports")
    lines = [Paragraph(p.section, line) for p in texts for line in p.text.split("\n")]
    whole, split = check(case, texts), check(case, lines)
    assert [(f.rule, f.verdict, f.quote, f.message) for f in split.results] == [
        (f.rule, f.verdict, f.quote, f.message) for f in whole.results
    ]
    assert [(m.text, m.meaning, m.hold) for m in split.mentions] == [
        (m.text, m.meaning, m.hold) for m in whole.mentions
    ]


def test_the_data_names_known_tables_and_rules() -> None:
    words, catalogue = vocabulary(), load()
    refs = [r for s in words.subjects.values() for r in (*s.refs, *s.near, *s.budget, *s.least)]
    refs += [r for fund in words.funds.values() for found in fund.values() for r in found]
    for ref in refs:
        spec = catalogue.tables[ref.table]
        assert ref.column in spec.column_keys, ref
        assert ref.line in spec.fixed or catalogue.codes(ref.table).name(ref.line), ref
    for places in words.codes.values():
        for table, column in places:
            assert column in catalogue.tables[table].column_keys
    for subject in words.subjects.values():
        assert subject.part in ("", *words.subjects)
    for rule in words.rules.values():
        assert re.fullmatch(r"(N|B|T9)-\d{2}(\.\d)?", rule.id)
        assert rule.mend.endswith("。")
        assert rule.mend_en.endswith(".")
    assert len({r.title for r in words.rules.values()}) == len(words.rules)
    keys = {s.key for s in words.sections}
    assert all(set(form.titles) <= keys for form in words.forms)
    for form in words.forms:
        for key, title in form.titles.items():
            assert next(s.key for s in words.sections if s.titled(title)) == key


WORDS = st.lists(st.text(st.sampled_from("甲乙丙丁"), min_size=1, max_size=5), min_size=1, max_size=12)


@given(WORDS, st.text(st.sampled_from("甲乙丙丁戊"), max_size=30))
def test_the_longest_word_is_found(words: list[str], text: str) -> None:
    found = re.compile(longest(words)).search(text)
    here = [(text.index(w), -len(w), w) for w in words if w in text]
    assert (found[0] if found else None) == (min(here)[2] if here else None)


@given(WORDS, st.text(st.sampled_from("甲乙丙丁戊"), max_size=30))
def test_words_are_found_as_the_expression_finds_them(words: list[str], text: str) -> None:
    wanted = [(m.start(), m.end(), m[0]) for m in re.compile(longest(words)).finditer(text)]
    assert [tuple(hit) for hit in Finder(words).hits(text)] == wanted


def test_braces_spell_out_every_choice() -> None:
    assert every(["{与|比}上{一|}年"]) == ("与上一年", "与上年", "比上一年", "比上年")
