"""One digit, one word, one name changed in a published narrative: found, and at that place."""

from __future__ import annotations

import pytest

from juesuan.narrative import Mention, NarrativeFinding, Paragraph
from tests.narrative.build import CASES, changed, fresh, paragraphs, published

#: Bound only from one side, or only because the numbers happen to agree: a change is then visible as unbound, or within
#: what is allowed (会议费 may exceed 基本支出, a department's 机关运行经费 may be less than 公用经费).
ONE_SIDED = ("两数之比", "同句各数之和", "的构成", "302", "总数等于")


def touches(finding: NarrativeFinding, mention: Mention) -> bool:
    return mention.span in (finding.span, *finding.others)


def with_digit(case: str, mention: Mention, last: bool) -> list[Paragraph]:
    """The narrative with one digit of a figure changed: the first by 4 or the last by 3."""
    texts = list(paragraphs(case))
    section, text = texts[mention.span.paragraph]
    digits = [i for i in range(mention.span.start, mention.span.end) if text[i].isdigit()]
    at = digits[-1] if last else digits[0]
    new = (int(text[at]) + (3 if last else 4)) % 10 or 5
    texts[mention.span.paragraph] = Paragraph(section, text[:at] + str(new) + text[at + 1 :])
    return texts


def bound(case: str, *holds: str) -> list[Mention]:
    return [
        m
        for m in published(case).mentions
        if m.kind in ("amount", "percent") and m.hold in holds and not any(o in b for o in ONE_SIDED for b in m.bound)
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_first_digit_changed_is_found_there(case: str) -> None:
    mentions = bound(case, "table", "sum", "ratio")
    missed = [
        m.text
        for m in mentions[:: 3 if case == "003" else 1]
        if not any(touches(f, m) for f in fresh(case, with_digit(case, m, last=False)))
    ]
    assert missed == []


@pytest.mark.parametrize("case", CASES)
def test_a_last_digit_of_a_table_figure_changed_is_found_there(case: str) -> None:
    mentions = [m for m in bound(case, "table") if "公用经费合计" not in "".join(m.bound) or "机关运行" not in m.text]
    missed = [
        m
        for m in mentions[:: 3 if case == "003" else 1]
        if not any(touches(f, m) for f in fresh(case, with_digit(case, m, last=True)))
    ]
    # 机关运行经费 of a department is only bounded by 公用经费.
    assert [m.text for m in missed if m.meaning and m.meaning.subject != "机关运行经费"] == []


FLIPS = [
    ("000", "各减少 2.03 万元", "各增加 2.03 万元", "增加"),
    ("000", "减少 2.03 万元，减少 0.1%，主要原因", "减少 2.03 万元，增长 0.1%，主要原因", "增长"),
    ("000", "较上年增加 0.58 万元，增长 31.9%，决算数", "较上年减少 0.58 万元，下降 31.9%，决算数", "减少"),
    ("000", "决算数较上年增加的主要原因：2023 年业务量", "决算数较上年减少的主要原因：2023 年业务量", "减少"),
    (
        "000",
        "支出决算数小于年初预算数的主要原因是 2023 年本着“厉行节约”的原则，减少了协议",
        "支出决算数大于年初预算数的主要原因是 2023 年本着“厉行节约”的原则，减少了协议",
        "大于",
    ),
    ("001", "比年初预算数减少21.63万元，降低25.8%", "比年初预算数增加21.63万元，降低25.8%", "增加"),
    ("001", "决算数大于年初预算数的主要原因是：2021年购置", "决算数小于年初预算数的主要原因是：2021年购置", "小于"),
    ("001", "减少的主要原因是“厉行节约，压减开支”。", "增长的主要原因是“厉行节约，压减开支”。", "增长"),
    ("003", "各减少11,070.36万元，下降11.6%", "各减少11,070.36万元，上升11.6%", "上升"),
    ("003", "比全年预算减少0.76万元", "比全年预算增加0.76万元", "增加"),
    (
        "003",
        "比2022年度决算数减少10,793.56万元，减少主要原因",
        "比2022年度决算数增加10,793.56万元，减少主要原因",
        "增加",
    ),
]


@pytest.mark.parametrize(("case", "old", "new", "word"), FLIPS)
def test_a_direction_word_turned_round_is_found(case: str, old: str, new: str, word: str) -> None:
    found = changed(case, old, new)
    assert found
    texts = paragraphs(case)
    at = next(p for p in texts if old in p.text)
    start = at.text.index(old)
    spans = [s for f in found for s in (f.span, *f.others) if s]
    assert any(start - 2 <= s.start <= start + len(new) for s in spans), word


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("000", "绩效工资、"),
        ("000", "差旅费、"),
        ("001", "奖金、"),
        ("001", "、公务用车购置。"),
        ("003", "抚恤金、"),
        ("003", "租赁费、"),
    ],
)
def test_a_name_dropped_from_a_list_is_found(case: str, name: str) -> None:
    found = [f for f in changed(case, name, "。" if name.endswith("。") else "", "基本支出") if f.rule == "N-12"]
    assert found
    assert name.strip("、。") in found[0].expected


@pytest.mark.parametrize(
    ("case", "old", "new"),
    [("000", "差旅费", "会议费"), ("001", "退休费、", "退休费、离休费、"), ("003", "劳务费", "取暖费")],
)
def test_a_name_without_a_figure_is_found(case: str, old: str, new: str) -> None:
    found = [f for f in changed(case, old, new, "基本支出") if f.rule == "N-12"]
    assert found
    assert new.split("、")[-2 if "、" in new else 0] in found[0].stated


def test_two_item_names_exchanged_are_found_at_their_figures() -> None:
    texts = list(paragraphs("000"))
    text = texts[4].text
    a, b = "提租补贴（项）", "购房补贴（项）"
    texts[4] = Paragraph(texts[4].section, text.replace(a, "甲").replace(b, a).replace("甲", b))
    found = fresh("000", texts)
    assert {"11.26 万元", "12.03 万元"} <= {f.quote for f in found if f.rule == "N-07"}
    assert any("可能名称写错" in f.message for f in found)


@pytest.mark.parametrize("case", CASES)
def test_an_item_left_out_is_found(case: str) -> None:
    texts = list(paragraphs(case))
    lines = texts[4].text.split("\n")
    at = max(i for i, line in enumerate(lines) if "（项）" in line)
    kept = lines[:at] + (lines[at + 2 :] if case == "001" else lines[at + 1 :])
    texts[4] = Paragraph(texts[4].section, "\n".join(kept))
    assert any(f.rule == "N-07" and "没有写" in f.message for f in fresh(case, texts))


@pytest.mark.parametrize("case", CASES)
def test_a_section_left_out_is_found(case: str) -> None:
    for at in range(len(paragraphs(case))):
        texts = list(paragraphs(case))
        del texts[at]
        assert any(f.rule == "N-28" for f in fresh(case, texts))


CHANGES = [
    # rule, case, old, new
    ("N-27", "000", "2023 年度收入合计", "2022 年度收入合计"),
    ("N-27", "000", "与 2022 年度相比，收入合计", "与 2021 年度相比，收入合计"),
    ("N-27", "000", "截至 2023 年 12 月 31 日", "截至 2022 年 12 月 31 日"),
    (
        "N-27",
        "000",
        "2023 年度武汉市工伤保险中心（武汉市劳动能力鉴定中心）无政府性",
        "2022 年度武汉市工伤保险中心无政府性",
    ),
    ("N-32", "000", "占本年支出 42.6%", "占本年支出 42.6"),
    ("N-32", "000", "增长 31.9%。决算数", "增长 31.9。决算数"),
    ("N-32", "000", "本着“厉行节约”的原则，减少了协议", "本着“厉行节约的原则，减少了协议"),
    ("N-32", "000", "（武汉市劳动能力鉴定中心）共有车辆", "（武汉市劳动能力鉴定中心共有车辆"),
    ("N-32", "000", "支出合计减少 2.03", "支出合计增加（减少） 2.03"),
    ("N-26", "000", "2023 年政府采购支出减少。", "XX。"),
    ("N-26", "000", "2023 年政府采购支出减少。", "【待填：原因】。"),
    ("N-26", "000", "2023 年度武汉市工伤保险中心（", "2023 年度武汉市工商保险中心（"),
    ("N-13", "000", "无政府性基金预算财政拨款收入和支出", "政府性基金预算财政拨款收支正常"),
    ("N-14", "000", "3.公务接待费无预算安排，无支出决算数", "3.公务用车运行维护费无支出"),
    ("N-30", "000", "3.公务接待费无预算安排，无支出决算数。", ""),
    ("N-30", "003", "本年度更新公务用车1辆", "本年度更新了公务用车"),
    ("N-30", "003", "共计24批次250人次", "共计若干"),
    ("N-31", "000", "行政事业单位养老支出（款）事业单位离退休（项）", "行政事业单位养老支出（款）事业单位退休（项）"),
    ("N-31", "000", "人力资源和社会保障管理事务（款）事业运行（项）", "人力资源社保管理事务（款）事业运行（项）"),
    ("N-09", "001", "支出决算为11.7万元，决算数", "支出决算为11.7万元，完成年初预算的100%，决算数"),
    ("N-17", "000", "燃料费 0.93", "燃料费 0.83"),
    ("N-18", "000", "公务用车保有量 1 辆", "公务用车保有量 2 辆"),
    ("N-18", "003", "其他用车11辆", "其他用车12辆"),
    ("N-20", "000", "政府采购服务支出 2.64", "政府采购服务支出 2.84"),
    ("N-20", "003", "占货物支出金额的95.8%", "占货物支出金额的65.8%"),
    (
        "N-08",
        "000",
        "年初预算 9.78 万元，支出决算为 11.26 万元，完成年初预算的 115.1%",
        "年初预算 9.88 万元，支出决算为 11.26 万元，完成年初预算的 114%",
    ),
    ("N-06", "000", "3.住房保障（类）支出 77.39 万元，占 8.3%，主要", "3.其他，主要"),
    (
        "N-10.1",
        "000",
        "，支出决算数大于年初预算数的主要原因是事业单位退休人员相关待遇年初测算数低于实际应发数，年中追加预算。",
        "。",
    ),
    ("N-16", "001", "公务接待费支出决算0.43万元，占2.6%", "公务接待费支出决算0.43万元，占3.6%"),
    ("N-19", "001", "2021年度机关运行经费支出62.27万元", "2021年度机关运行经费支出72.27万元"),
    ("N-24.1", "001", "年初预算0万元，支出决算0万元，本单位未召开", "年初预算0万元，支出决算-1万元，本单位未召开"),
]


@pytest.mark.parametrize(("rule", "case", "old", "new"), CHANGES)
def test_one_slip_breaks_its_rule(rule: str, case: str, old: str, new: str) -> None:
    assert rule in {f.rule for f in changed(case, old, new) if f.verdict == "breaks"}
