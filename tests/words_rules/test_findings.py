"""Findings of words and forms as the report has them: sentences, places, cells, English, one cause told once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from juesuan.catalogue import load
from juesuan.findings import WordFinding
from juesuan.forms.findings import Bare
from juesuan.forms.findings import word_findings as form_findings
from juesuan.forms.known import known_from
from juesuan.forms.records import read_forms
from juesuan.narrative.findings import counts, in_english, word_findings
from juesuan.narrative.inputs import counts as input_counts
from juesuan.narrative.inputs import input_findings
from tests.forms.build import Account, whole
from tests.words_rules.build import CASES, Whole, change, document
from tests.words_rules.test_words_rules import RULES


def told(entry: dict[str, Any], *, cells: bool = True) -> list[WordFinding]:
    account = change(Whole(), entry)
    places = [f"情况说明!A{row}" for row in range(3, 3 + len(account.texts))] if cells else []
    return list(word_findings(account.read(), account.texts, places))


def test_a_finding_is_a_whole_sentence_with_its_place() -> None:
    (one,) = told({"change": ["基本支出700万元，占本年支出", "基本支出770万元，占本年支出"]})
    assert (one.id, one.rule, one.severity, one.verdict) == ("n1", "N-03", "fatal", "breaks")
    assert (one.table, one.row, one.column) == ("情况说明", "三、支出决算情况说明", "基本支出决算")
    assert one.cells == ("情况说明!A5",)
    assert (one.stated, one.expected, one.difference) == ("770 万元", "700 万元", "70 万元")
    assert one.message == (
        "情况说明“三、支出决算情况说明”“基本支出770万元”：写 770万元，《支出决算表》合计基本支出是 700 万元，"
        "相差 70 万元。改正文字，或核对支出决算表。"
    )
    english = in_english(one, RULES["N-03"])
    assert english == (
        "情况说明, 三、支出决算情况说明, 基本支出决算: states 770 万元, compared with 700 万元, off by 70 万元; "
        "the rule is that total, basic and project spending and their shares are those of the spending table. "
        "Correct the text, or check the spending table."
    )


def test_the_place_stays_when_the_figure_changes() -> None:
    """审核说明 find their finding again by rule, table, row and column."""
    one, other = (
        told({"change": ["基本支出700万元，占本年支出", f"基本支出{n}万元，占本年支出"]})[0] for n in (770, 790)
    )
    assert (one.rule, one.table, one.row, one.column) == (other.rule, other.table, other.row, other.column)
    assert one.stated != other.stated


def test_a_section_that_is_missing_has_no_figure() -> None:
    missing = told({"change": ["十二、国有资产占用情况说明", ""]})
    assert "N-28" in {f.rule for f in missing}
    section = next(f for f in missing if f.rule == "N-28")
    assert (section.row, section.cells) == ("十二、国有资产占用情况说明", ())
    three = told({"change": ["1.因公出国（境）费无预算安排，无支出。\n", ""]})
    assert [f.cells for f in three if f.rule == "N-30"] == [("情况说明!A11",)]


def test_the_glossary_is_a_table_of_its_own() -> None:
    (one,) = told({"change": ["住房改革支出（款）住房公积金（项）：反映", "住房改革支出（款）提租补贴（项）：反映"]})[
        :1
    ]
    assert (one.rule, one.table, one.row) == ("N-23", "名词解释", "名词解释")


def test_one_wrong_figure_is_told_as_one_cause() -> None:
    """A wrong 年初预算 breaks its rate and the sum of all: the second says that it is the same figure."""
    findings = told({"change": ["年初预算为170万元", "年初预算为190万元"], "facts": {}})
    by_rule = {f.rule: f for f in findings}
    assert {"N-07", "N-08"} <= by_rule.keys()
    assert "由同一处“190万元”引起" in by_rule["N-08"].message
    assert "由同一处" not in by_rule["N-07"].message


def test_two_separate_errors_are_not_linked() -> None:
    findings = told(
        {
            "change": [
                ["其他收入250万元，占本年收入21.7%", "其他收入250万元，占本年收入31.7%"],
                ["占本年支出63.6%", "占本年支出53.6%"],
            ]
        }
    )
    assert [f.rule for f in findings] == ["N-02", "N-03"]
    assert not any("由同一处" in f.message for f in findings)


def test_rounding_needs_no_remedy_and_all_relations_are_counted() -> None:
    account = change(Whole(), {"change": ["收、支总计均为1200万元", "收、支总计均为1200.01万元"]})
    read = account.read()
    (one,) = word_findings(read, account.texts)
    assert (one.verdict, one.cells) == ("rounding", ())
    assert one.message.endswith("差在末位。")
    assert "a rounding difference" in in_english(one, RULES["N-01"])
    every = counts(read)
    assert (every.rounding, every.breaks, every.not_evaluated) == (1, 0, 0)
    assert every.applicable == len(read.results)


@pytest.mark.parametrize("rule", sorted(p.stem for p in CASES.glob("[NT]*.toml") if RULES[p.stem].of == "情况说明"))
def test_every_broken_rule_of_words_reads_well(rule: str) -> None:
    for one in told(document(rule)["breaks"]):
        assert one.message.count("。。") == 0
        assert one.message.startswith(one.table)
        assert one.message.endswith(("。", "”引起。"))
        english = in_english(one, RULES[one.rule])
        assert english.endswith(".")
        assert ".." not in english


# --- 补充资料 ---


def test_inputs_lead_to_their_cells() -> None:
    account = change(Whole(), {"facts": {"采购.货物": "95"}})
    cells = {"采购.总额": "补充资料!C60", "采购.货物": "补充资料!C61"}
    (one,) = input_findings(account.inputs(), cells)
    assert (one.id, one.rule, one.table, one.row) == ("b1", "B-01", "补充资料", "政府采购支出总额")
    assert one.cells == ("补充资料!C60", "补充资料!C61")
    assert one.message == (
        "补充资料“政府采购支出总额”：填 150 万元，货物、工程、服务之和是 155 万元，相差 -5 万元。"
        "核对采购总额和三个分项。"
    )


def test_inputs_are_counted_and_what_cannot_be_compared_is_not_applicable() -> None:
    account = change(Whole(), {"facts": {"公开.公开日期": ""}})
    results = account.inputs()
    assert [r.rule for r in results if r.verdict == "not_applicable"] == ["N-29"]
    assert input_findings(results, {}) == ()
    assert input_counts(results).holds == len(results) - 1


def test_a_reason_of_the_whole_will_do_for_its_parts() -> None:
    account = change(Whole(), {"facts": {"原因.三公": ""}})
    missing = [r.key for r in account.inputs() if r.rule == "T9-04" and r.verdict == "breaks"]
    assert missing == ["原因.三公", "原因.用车", "原因.接待"]
    account.facts["原因.用车"] = "油价上涨"
    missing = [r.key for r in account.inputs() if r.rule == "T9-04" and r.verdict == "breaks"]
    assert missing == ["原因.三公", "原因.接待"]


# --- forms ---


class Placed(Bare):
    """A form in a workbook whose cells are called after what they hold."""

    def cell(self, part: str, row: int | None, field: str) -> str:
        return f"表!{part}{row}{field}"


def test_form_findings_name_indicator_field_and_cell() -> None:
    account = Account()
    account.forms[1]["indicators"][0] |= {"actual": "90人", "score": "19"}
    account.forms[1] |= {"total_score": "99", "deviation_analysis": "培训人数少：报名不足。"}
    placed = [Placed(form) for form in read_forms(account.forms)]
    (one,) = form_findings(account.check(), placed)
    assert (one.id, one.rule, one.table, one.row, one.column) == ("p1", "P-07", "项目自评表", "培训人数", "得分")
    assert (one.stated, one.expected, one.difference, one.cells) == ("19", "18", "1", ("表!indicators0score",))
    assert one.message == (
        "《项目自评表》“培训人数”得分：“培训人数”正向得分：填 19，应为 18。"
        "按目标值 A、完成值 B 重算，得分保留两位小数。"
    )
    assert in_english(one, RULES["P-07"]).startswith(
        "项目自评表, 培训人数, 得分: states 19, compared with 18, off by 1;"
    )


def test_form_findings_name_rows_of_funds() -> None:
    account = Account([whole()])
    account.forms[0]["funds"][0]["rate"] = "95.3%"
    (one,) = form_findings(account.check(), [Bare(form) for form in read_forms(account.forms)])
    assert (one.rule, one.row, one.column, one.cells) == ("P-03", "单位整体支出总额", "执行率", ())


# --- what forms are compared with ---


def test_what_is_known_comes_from_inputs_first_then_from_the_text() -> None:
    account = Whole()
    forms = read_forms([whole()])
    from_inputs = known_from(account.now(), forms, supplement=account.supplement())
    assert (from_inputs.unit, from_inputs.projects, str(from_inputs.published)) == (
        "示例市社会保险服务中心",
        2,
        "2024-10-10",
    )
    assert from_inputs.initial_budget is None, "other funds pay for part of the spending"
    assert from_inputs.counted == "补充资料“决算中反映绩效自评结果的项目数”填"
    from_text = known_from(account.now(), forms, verification=account.read())
    assert from_text.counted == "情况说明写"
    assert (from_text.projects, from_text.published, from_text.covers_all) == (2, None, None)


@pytest.mark.parametrize(
    ("shown", "assessed", "forms", "wanted"),
    [
        ("1", "2", 1, (1, None, False)),
        ("1", "2", 2, (2, True, True)),
        ("1", "2", 3, (1, None, False)),
        ("", "2", 1, (2, None, True)),
        ("1", "", 1, (1, None, False)),
    ],
)
def test_forms_are_of_the_projects_shown_or_of_all_assessed(
    shown: str, assessed: str, forms: int, wanted: tuple[int, bool | None, bool]
) -> None:
    account = change(Whole(), {"facts": {"绩效.反映项目数": shown, "绩效.项目数": assessed}})
    attached = read_forms([{"kind": "项目", "title": str(n)} for n in range(forms)])
    known = known_from(account.now(), attached, supplement=account.supplement())
    assert (known.projects, known.covers_all, known.assessed) == wanted
    assert known.counted.startswith("补充资料“开展" if known.assessed else "补充资料“决算中反映")


def test_the_initial_budget_is_known_where_all_spending_is_from_the_general_budget() -> None:
    account = change(Whole(), {"figures": {"支出决算表,合计,本年支出合计": "880.00"}})
    assert known_from(account.now(), verification=account.read()).initial_budget == 870_000_000
    assert known_from(account.now(), supplement=account.supplement()).initial_budget == 870_000_000
    account.facts["年初预算合计"] = ""
    assert known_from(account.now(), supplement=account.supplement()).initial_budget == 870_000_000


def test_a_text_that_says_two_numbers_says_none() -> None:
    account = change(Whole(), {"change": ["组织对2个项目开展绩效自评", "组织对2个项目、另对3个项目开展绩效自评"]})
    read = account.read()
    assert known_from(account.now(), verification=read).projects is None
    forms = read_forms([{"kind": "项目", "title": str(n)} for n in range(3)])
    assert known_from(account.now(), forms, verification=read) == replace(
        known_from(account.now(), forms), projects=3, covers_all=True
    )


# --- the catalogue ---


def test_rules_of_words_are_declared_with_those_of_tables() -> None:
    catalogue = load()
    assert catalogue.declared("N-12") is catalogue.word_rules["N-12"]
    assert catalogue.declared("T1-01") is catalogue.rule("T1-01")
    assert {rule.id for rule in catalogue.declarations} >= {"T1-01", "N-12", "B-01", "P-07", "T9-05"}
    with pytest.raises(KeyError, match="N-99"):
        catalogue.declared("N-99")
    assert {r.of for r in catalogue.word_rules.values()} == {"情况说明", "补充资料", "自评表", "单位汇总"}
    assert {"narrative/words.toml", "narrative/inputs.toml", "forms/a.toml"} <= catalogue.texts.keys()
