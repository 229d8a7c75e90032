"""Property: whatever a case's form holds, its sheet gives it back; and other people's layouts of it too."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan.draft import Draft
from juesuan.forms.filled import from_case, to_case
from juesuan.forms.locate import locate
from juesuan.hosts.read import read_book
from juesuan.template.content import Facts
from juesuan.template.forms import draw
from juesuan.template.looks import STYLES
from juesuan.template.package import workbook_bytes
from tests.forms import foreign

FACTS = Facts("某中心", 2023, "单位", "", "武汉")
#: Words that occur in names, quotes and brackets among them; none is a label of the forms.
WORDS = st.lists(
    st.sampled_from(("培训", "人数", "服务", "“春风”", "（含升学）", "率", "3类", "A级", "、", "完成", "水平", "资金")),
    min_size=1, max_size=6,
).map("".join)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(0, 99999).map(str), st.decimals(0, 9999, places=2).map(lambda d: f"{d:.2f}"),
    st.decimals(0, 100, places=1).map(lambda d: f"{d.normalize():f}"), st.sampled_from(("1,234", "12万", "无")),
)  # fmt: skip
POINTS = st.one_of(st.none(), st.integers(0, 100).map(str), st.sampled_from(("2.5", "19.91", "8.0")))
VALUES = st.one_of(st.none(), NUMBERS, WORDS, st.sampled_from(("≥95%", "98.5%", "≤1‰", "400-4,000元/人", "2023年12月")))
RATES = st.one_of(st.none(), st.sampled_from(("100%", "99.5%", "99.39%", "0%", "100.0%", "98")))


def some(*names: str) -> st.SearchStrategy[list[str]]:
    """Some of these names, each once."""
    return st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)


@st.composite
def indicators(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows under their levels; two headings next to each other never read the same."""
    rows: list[dict[str, Any]] = []
    for first in draw(some("产出指标", "效益指标", "满意度指标")):
        points = draw(POINTS)
        for second in draw(some("数量指标", "质量指标", "社会效益指标")):
            below = draw(POINTS)
            for _ in range(draw(st.integers(1, 3))):
                rows.append({
                    "goal": None, "level1": first, "level1_weight": points, "level2": second, "level2_weight": below,
                    "level3": draw(WORDS), "weight": draw(POINTS), "target": draw(VALUES), "actual": draw(VALUES),
                    "score": draw(POINTS), "deviation": None,
                })  # fmt: skip
    return rows


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    fund = {"item": "年度财政资金总额", "budget": draw(NUMBERS), "executed": draw(NUMBERS), "rate": draw(RATES),
            "score": draw(POINTS), "weight": draw(st.sampled_from(("20", "10", "12.5")))}  # fmt: skip
    return {
        "kind": "项目", "title": f"2023年度{draw(WORDS)}项目自评表", "unit_name": draw(st.none() | WORDS),
        "fill_date": draw(st.sampled_from((None, "2024年5月22日"))), "project_name": draw(WORDS),
        "main_department": draw(st.none() | WORDS), "implementing_unit": draw(st.none() | WORDS), "checkboxes": {},
        "funds": [fund], "goals": [], "indicators": draw(indicators()), "total_score": draw(POINTS), "grade": None,
        "deviation_analysis": draw(st.none() | st.lists(WORDS, min_size=1, max_size=3).map("\n".join)),
        "improvement": draw(st.none() | WORDS), "notes": draw(st.lists(WORDS.map(lambda w: f"1.{w}"), max_size=2)),
    }  # fmt: skip


def clean(text: Any) -> Any:
    """Notes of a form start with 备注 or 注, as printed ones do."""
    return [f"注：{text[0]}", *text[1:]] if text else text


@settings(max_examples=60, deadline=None)
@given(forms())
def test_a_sheet_gives_any_form_back(form: dict[str, Any]) -> None:
    form["notes"] = clean(form["notes"])
    data = workbook_bytes(Draft("x", draw(FACTS, [form]), {}, STYLES))
    assert [to_case(found.filled) for found in locate(read_book(data))] == [form]


@settings(max_examples=60, deadline=None)
@given(forms(), st.sampled_from([way for way in foreign.WAYS if way.levels == "merged" and not way.floats]))
def test_other_layouts_of_any_form_read_the_same(form: dict[str, Any], way: foreign.Way) -> None:
    filled = from_case(form | {"total_score": form["total_score"] or "100", "notes": []})
    (found,) = locate(foreign.book(way, [filled]))
    assert found.form.indicators == filled.indicators
    assert found.form.funds == filled.funds
    assert found.problems == ()
