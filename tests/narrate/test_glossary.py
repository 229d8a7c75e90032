"""名词解释: what the account uses, no more; every 科目 that is known has a definition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juesuan import data
from juesuan.catalogue import load
from juesuan.narrate import glossary
from juesuan.narrate.glossary import FILE
from juesuan.narrative import verify
from juesuan.statements import Line
from tests.narrate.build import CASES, LAYOUTS, statements


def explained(case: str, **more: str) -> dict[str, str]:
    found = glossary(statements(case), catalogue=load(), layout=load().layouts[LAYOUTS[case]], **more)
    return {p.key.removeprefix("名词."): p.text for p in found}


def test_terms_are_those_with_figures() -> None:
    found = explained("000")
    assert {"一般公共预算财政拨款收入", "其他收入", "基本支出", "项目支出", "三公"} <= set(found)
    assert not {"事业收入", "经营收入", "政府性基金预算财政拨款收入", "结余分配", "上缴上级支出"} & set(found)
    assert "事业收入" in explained("003")
    assert found["科目"] == "（三）本单位使用的支出功能分类科目（到项级）"
    assert "本部门" in explained("003")["科目"]
    assert "本部门" in explained("000", kind="部门")["科目"]


@pytest.mark.parametrize("case", CASES)
def test_every_item_of_the_tables_is_explained_in_order(case: str) -> None:
    found = explained(case)
    table = statements(case).tables["支出决算表"]
    codes = sorted(line.code for line in table.lines if len(line.code) == 7)
    assert [key for key in found if key.isdigit()] == codes
    assert found[codes[0]].startswith("1.")
    assert not any("待填" in text for text in found.values())
    texts = [("名词解释", text) for text in found.values()]
    result = verify(statements(case), texts, whole=False)
    assert [f for f in result.findings if f.rule in ("N-23", "N-31")] == []


def test_every_code_of_the_dictionary_has_a_definition() -> None:
    document = data.toml(FILE)
    common = {(c["ending"], c["name"]) for c in document["common"]}
    lacking = [e.code for e in load().functional.entries if len(e.code) == 7 and e.code not in document["code"]
               and (e.code[-2:], e.name) not in common]
    assert lacking == []


def test_a_code_without_definition_is_a_gap() -> None:
    table = statements("000").tables["支出决算表"]
    line = Line("2299999", "2299999", "其他支出")
    figures = {**table.figures, ("2299999", "本年支出合计"): table.figures["合计", "本年支出合计"]}
    more = replace(statements("000"), tables={**statements("000").tables, "支出决算表": replace(
        table, lines=(*table.lines, line), figures=figures)})
    last = glossary(more, catalogue=load(), layout=load().layouts["hubei-2023"])
    found = next(p for p in last if p.key == "名词.2299999")
    assert found.text.endswith("（项）：【待填：其他支出的解释】")
    assert found.missing == ("名词.2299999",)


def test_units_without_running_costs_do_not_explain_them() -> None:
    layout = load().layouts["hubei-2023"]
    for nature, there in (("事业", False), ("行政", True), ("", True)):
        keys = {p.key for p in glossary(replace(statements("000"), nature=nature), catalogue=load(), layout=layout)}
        assert ("名词.机关运行经费" in keys) == there
