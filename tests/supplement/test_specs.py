"""The declarations: complete, consistent, and meaning what the verification of narratives knows."""

from __future__ import annotations

from typing import Any

import pytest

from juesuan import data
from juesuan.catalogue import load
from juesuan.data import BadData
from juesuan.narrative.vocabulary import vocabulary
from juesuan.supplement import specs, stated
from juesuan.supplement.specs import build
from tests.narrate.build import CASES, facts


def test_every_meaning_is_known_to_the_verification() -> None:
    words = vocabulary()
    counts = {f"数量:{c.key}" for c in words.counts}
    columns = [c for listed in specs().lists for c in listed.columns]
    for one in (*specs().inputs, *columns):
        if one.meaning is None:
            continue
        subject = one.meaning.subject
        assert subject in words.subjects or subject in counts or subject.startswith("科目:{"), one.key
        assert one.meaning.measure in ("上年", "年初预算", "预算", "决算", "占比", "数量")
        assert one.meaning.fund in ("", *words.funds)


def test_prior_places_are_in_the_tables() -> None:
    tables = load().tables
    for one in specs().inputs:
        if one.prior is not None:
            spec = tables[one.prior.table]
            assert spec.column(one.prior.column)
            assert one.prior.line in spec.fixed
            assert one.key.startswith("上年.")
            assert one.meaning is not None
            assert one.meaning.measure == "上年"


def test_sections_are_those_of_narratives() -> None:
    known = {s.key for s in vocabulary().sections} | {"公开"}
    assert set(specs().titles) <= known
    assert {one.section for one in (*specs().inputs, *specs().lists)} == set(specs().titles)


@pytest.mark.parametrize("case", CASES)
def test_what_is_stated_is_stated_in_the_published_narrative(case: str) -> None:
    """The figures given as facts are those that the published text binds."""
    from juesuan.narrative import verify
    from tests.narrate.build import published, statements

    mentions = verify(statements(case), published(case), region="湖南" if case == "001" else "湖北").mentions
    said = {(m.meaning.subject, m.meaning.measure, m.value) for m in mentions if m.meaning}
    wrong = []
    for one in stated(facts(case)):
        same = {v for s, m, v in said if (s, m) == (one.meant.subject, one.meant.measure)}
        # What the published text states otherwise (年初无预算, a share of something else) is not compared.
        if same and one.value not in same and one.value:
            wrong.append((one.key, one.value, same))
    assert wrong == []
    bound = [one for one in stated(facts(case)) if (one.meant.subject, one.meant.measure, one.value) in said]
    assert len(bound) >= 15


def test_stated_values_are_in_the_verifications_units() -> None:
    found = {one.key: one for one in stated(facts("003"))}
    assert found["采购.货物中小企业占比"].value == 95_800_000
    assert found["车辆.保有量"].value == 34_000_000
    assert found["上年.收支总计"].value == 95_387_510_000
    one = found["年初预算.2050201.年初预算"]
    assert (one.meant.subject, one.meant.measure, one.meant.fund) == ("科目:2050201", "年初预算", "一般公共")
    assert one.label == "学前教育年初预算"


def entry(**more: Any) -> dict[str, Any]:
    return {"section": [{"key": "收入", "title": "收入"}],
            "input": [{"key": "甲", "section": "收入", "label": "甲数", "kind": "amount", **more}]}


@pytest.mark.parametrize(("document", "said"), [
    (entry(section="别的"), "“甲”的节“别的”没有声明"),
    (entry(kind="钱"), "“甲”的 kind “钱”不认识"),
    (entry(kind="choice"), "“甲”是选择，没有写 choices"),
    (entry(kind="count"), "“甲”是数量，没有写 unit"),
    (entry(colour="红"), "“甲”有不认识的内容：colour"),
    (entry(prior="收支总表"), "“甲”的 prior 应写成 表[行, 栏]"),
    ({**entry(), "input": entry()["input"] * 2}, "“甲”声明了两次"),
    ({**entry(), "input": [*entry()["input"], {**entry()["input"][0], "key": "乙"}]}, "有两格都叫“甲数”"),
])
def test_declarations_that_contradict_themselves_do_not_load(document: dict[str, Any], said: str) -> None:
    with pytest.raises(BadData, match=said.replace("[", r"\[").replace("]", r"\]")):
        build(document)


def test_labels_of_keys() -> None:
    known = specs()
    assert known.label("上年.收支总计") == "上年收、支总计"
    assert known.label("年初预算.2080101.原因") == "各项年初预算2080101：决算与年初预算差异的主要原因"
    assert known.label("年初预算") == "各项年初预算"
    assert known.label("没有的") == "没有的"
    assert data.toml("narrative/inputs.toml")["input"][0]["key"] == "上年.收支总计"
