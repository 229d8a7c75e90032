"""The same figures in other authors' and regions' words: they bind, nothing is invented, a wrong one is found."""

from __future__ import annotations

import pytest

from juesuan.narrative import Paragraph
from tests.narrative.build import check, data, say
from tests.narrative.test_mutation import touches

STYLES = data("styles")
IDS = [f"{i}-{s['case']}-{s['section'][:8]}" for i, s in enumerate(STYLES)]


@pytest.mark.parametrize("style", STYLES, ids=IDS)
def test_nothing_fatal_is_invented(style: dict[str, str]) -> None:
    found = say(style["case"], style["section"], style["text"])
    assert [f.message for f in found.findings if f.severity == "fatal" and f.verdict == "breaks"] == []


def test_nearly_all_figures_bind() -> None:
    figures = bound = 0
    for style in STYLES:
        found = say(style["case"], style["section"], style["text"])
        figures += len(found.figures)
        bound += sum(1 for m in found.figures if m.hold)
    print(f"其他写法：{bound}/{figures} = {bound / figures:.1%}")
    assert bound >= 0.94 * figures


@pytest.mark.parametrize("style", STYLES, ids=IDS)
def test_a_table_figure_changed_is_found(style: dict[str, str]) -> None:
    text = style["text"]
    for mention in say(style["case"], style["section"], text).mentions:
        if mention.kind != "amount" or mention.hold != "table" or not mention.value or "机关运行" in text:
            continue
        at = next(i for i in range(mention.span.start, mention.span.end) if text[i].isdigit())
        wrong = text[:at] + str((int(text[at]) + 4) % 10 or 7) + text[at + 1 :]
        found = check(style["case"], (Paragraph(style["section"], wrong),), whole=False).findings
        assert any(touches(f, mention) for f in found), mention.text


SAME = [
    (
        "二、收入",
        "收入合计{}。",
        ["1696.45万元", "1,696.45 万元", "１６９６．４５万元", "16,964,500元", "0.17亿元", "1，696.45万元"],
    ),
    ("三、支出决算情况", "基本支出{}，占本年支出合计的42.6%。", ["723.01万元", "7,230,100元", "7230100.00元"]),
]


@pytest.mark.parametrize(("section", "frame", "amount"), [(s, f, a) for s, f, every in SAME for a in every])
def test_one_amount_in_many_spellings(section: str, frame: str, amount: str) -> None:
    found = say("000", section, frame.format(amount))
    assert [f.message for f in found.findings if f.severity == "fatal"] == []
    assert all(m.hold for m in found.figures)


@pytest.mark.parametrize("rate", ["55.2%", "55.2％", "百分之五十五点二", "55.24%", "55%", "552‰"])
def test_one_share_in_many_spellings(rate: str) -> None:
    found = say("000", "二、收入决算情况说明", f"本年收入合计1696.45万元，其中：财政拨款收入937.05万元，占比{rate}。")
    assert [f.rule for f in found.findings] == (["N-33.1"] if rate == "55%" else [])
    assert found.coverage == 1


@pytest.mark.parametrize("rate", ["55.3%", "54%", "百分之五十六", "5.52%"])
def test_a_wrong_share_in_its_own_precision(rate: str) -> None:
    found = say("000", "二、收入决算情况说明", f"本年收入合计1696.45万元，其中：财政拨款收入937.05万元，占比{rate}。")
    assert [(f.rule, f.verdict) for f in found.findings] == [("N-02", "breaks")]
