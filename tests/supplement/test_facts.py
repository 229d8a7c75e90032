"""juesuan.facts/1: read, written, described."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from juesuan.supplement import SCHEMA, BadFacts, dump, load_facts, read_facts, schema, specs
from tests.narrate.build import CASES, DATA, facts


@pytest.mark.parametrize("case", CASES)
def test_dump_and_read_give_the_same(case: str) -> None:
    assert read_facts(dump(facts(case))) == facts(case)
    text = json.dumps(dump(facts(case)), ensure_ascii=False)
    assert read_facts(load_facts(text)) == facts(case)
    assert dump(facts(case))["schema"] == SCHEMA == "juesuan.facts/1"


def test_numbers_may_be_numbers() -> None:
    typed = '{"values": {"上年.收支总计": 1698.480, "车辆.保有量": 1, "采购.货物中小企业占比": "95.80％"}}'
    found = read_facts(load_facts(typed))
    assert found.values == {"上年.收支总计": "1698.48", "车辆.保有量": "1", "采购.货物中小企业占比": "95.8%"}
    assert found.amount("上年.收支总计").fen == 1_698_480_000  # type: ignore[union-attr]
    assert found.count("车辆.保有量") == 1
    assert found.percent("采购.货物中小企业占比") == Fraction(479, 500)


def test_nothing_is_zero_and_blanks_are_left_out() -> None:
    typed = {"采购.工程": "无", "采购.货物": "-", "采购.服务": "", "资产.车辆": "没有", "原因.三公": " "}
    found = read_facts({"values": typed})
    assert found.values == {"采购.工程": "0", "资产.车辆": "0"}
    assert found.amount("采购.货物") is None
    assert found.count("购置.车辆数") is None
    assert found.percent("采购.货物中小企业占比") is None


@pytest.mark.parametrize(("data", "said"), [
    ([], "补充资料应是一个 JSON 对象"),
    ({"values": {"上年.收支": "1"}}, "values.上年.收支：没有这一项"),
    ({"value": {}}, "value：没有这一项"),
    ({"year": 23}, "year：年度应在 2000 以后"),
    ({"money_unit": "亿元"}, "money_unit：应为 '万元' 或 '元'"),
    ({"values": {"上年.收支总计": "很多"}}, "上年.收支总计（上年收、支总计）“很多”不是金额"),
    ({"values": {"车辆.保有量": "1.5"}}, "车辆.保有量（年末公务用车保有量）“1.5”不是数量，单位是“辆”"),
    ({"values": {"绩效.项目级次": "四级"}}, "“四级”不在可选的内容中：一级项目、二级项目、项目"),
    ({"values": {"公开.公开日期": "2024-02-30"}}, "“2024-02-30”不是日期"),
    ({"lists": {"年初预算": [{"编码": "2080101", "年初预算": "x"}]}}, "年初预算 第 1 行年初预算“x”不是金额"),
    ({"lists": {"年初预算": [{"年初预算": "1"}]}}, "年初预算 第 1 行没有编码"),
    ({"lists": {"年初预算": [{"编码": "2080101", "年初预算": "1"}] * 2}}, "年初预算 中科目 2080101 写了两次"),
    ({"lists": {"年初预算": [{"科目": "2080101"}]}}, "lists.年初预算.0.科目：没有这一项"),
    ({"lists": {"别的": []}}, "lists.别的：没有这一项"),
    ({"values": {"上年.收支总计": ["1"]}}, "values.上年.收支总计：应为文字"),
])
def test_what_is_wrong_is_told_in_one_sentence(data: object, said: str) -> None:
    with pytest.raises(BadFacts) as caught:
        read_facts(data)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_not_json() -> None:
    with pytest.raises(BadFacts, match="不是有效的 JSON"):
        load_facts("{")
    with pytest.raises(BadFacts, match="应是一个 JSON 对象"):
        load_facts("[]")


def test_the_schema_names_every_input() -> None:
    described = schema()
    assert described["$id"] == SCHEMA
    text = json.dumps(described, ensure_ascii=False)
    for one in specs().inputs:
        assert f'"{one.key}"' in text
        assert one.label in text
    for listed in specs().lists:
        assert f'"{listed.key}"' in text
        assert all(f'"{c.key}"' in text for c in listed.columns)
    assert described["properties"]["money_unit"]["enum"] == ["万元", "元"]


def test_the_facts_of_the_cases_hold_no_names_of_persons() -> None:
    for case in CASES:
        text = (DATA / "facts" / f"{case}.json").read_text(encoding="utf-8")
        assert "电话" not in text
        assert "联系人" not in text
