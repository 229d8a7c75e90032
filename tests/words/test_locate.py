"""Finding the words of an account in workbooks of any layout."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from juesuan.bind import bind
from juesuan.book import Book, Sheet, Value, cell_place
from juesuan.catalogue import load
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.narrative.headings import heading, numbered, section_key
from juesuan.narrative.locate import locate
from juesuan.template.build import build as build_template
from tests.narrative import build
from tests.words import layouts
from tests.words.layouts import CASES, LAYOUTS, NOTHING, book, found, plainly, sections, terms, texts


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
def test_every_layout_gives_the_same_sections(layout: Callable[[str], Book], case: str) -> None:
    made = layout(case)
    bound = found(made)
    assert plainly(texts(bound)) == plainly(sections(case))
    for passage in bound.passages:
        sheet, _, name = passage.cell.rpartition("!")
        row, column = cell_place(name)
        value = made.sheet(sheet.strip("'")).value(row, column)
        assert isinstance(value, str)
        assert passage.text.split("\n")[0].strip() in value
        assert (passage.key, passage.made) == ("", "")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda f: f.__name__)
def test_every_layout_is_verified_alike(layout: Callable[[str], Book], case: str) -> None:
    bound = found(layout(case))
    told = build.check(case, [(p.section, p.text) for p in bound.passages])
    published = build.published(case)
    assert [(f.rule, f.verdict, f.quote, f.message) for f in told.findings] == [
        (f.rule, f.verdict, f.quote, f.message) for f in published.findings
    ]
    assert told.coverage == published.coverage


@pytest.mark.parametrize("case", CASES)
def test_the_glossary_is_found_apart(case: str) -> None:
    for layout in (layouts.a_paragraph_a_cell, layouts.a_section_a_cell):
        assert [p.text for p in found(layout(case)).glossary] == terms(case)
    assert found(layouts.all_in_one_cell(case)).glossary == ()


def test_sections_numbered_otherwise() -> None:
    """Sections as （一） under a chapter, parts as 1.; the contents before them name the same headings."""
    numbers = "一二三四五六七八九"
    listed = [
        ("收入支出决算总体情况说明", "收、支总计1,696.45万元。"),
        ("收入决算情况说明", "收入合计1,696.45万元。"),
        ("一般公共预算财政拨款支出决算情况说明", "1.总体情况\n支出937.05万元。\n2.结构情况\n主要用于人员。"),
        ("新开展的其他工作", "增加了一项工作，没有用财政资金。"),
        ("国有资产占用情况说明", "共有车辆1辆。"),
    ]
    titles = [f"（{numbers[at]}）{title}" for at, (title, _) in enumerate(listed)]
    rows: list[list[Value]] = [
        ["第一部分 概况"],
        ["一、主要职责"],
        ["负责全市的工伤保险工作，办理有关的待遇支付。"],
        ["第二部分 决算情况说明"],
        *([title] for title in titles),
        ["第三部分 名词解释"],
        ["第一部分 概况"],
        ["（一）主要职责"],
        ["负责全市的工伤保险工作，办理有关的待遇支付。"],
        ["第二部分 决算情况说明"],
    ]
    for title, (_, text) in zip(titles, listed, strict=True):
        rows += [[title], *([line] for line in text.split("\n"))]
    rows += [
        ["第三部分 名词解释"],
        ["1.基本支出：指维持运转的支出。"],
        ["2.机关运行经费：指行政单位的公用经费。"],
        ["附件：项目支出绩效自评表"],
        ["这里是附件里的一段话，不是情况说明，也不是名词解释。"],
    ]
    bound = locate(book(Sheet("公开", rows)), NOTHING)
    assert texts(bound) == [(title, text) for title, (_, text) in zip(titles, listed, strict=True)]
    assert [part.key for part in bound.parts] == ["收支总体", "收入", "一般公共", "", "国有资产"]
    assert [p.text for p in bound.glossary] == [
        "1.基本支出：指维持运转的支出。",
        "2.机关运行经费：指行政单位的公用经费。",
    ]


def test_text_behind_the_heading_in_the_same_line() -> None:
    rows: list[list[Value]] = [
        ["一、收入支出决算总体情况说明。收、支总计1,696.45万元。"],
        ["二、收入决算情况：收入合计1,696.45万元。"],
        ["其中：财政拨款收入937.05万元。"],
    ]
    assert texts(locate(book(Sheet("甲", rows)), NOTHING)) == [
        ("一、收入支出决算总体情况说明", "收、支总计1,696.45万元。"),
        ("二、收入决算情况", "收入合计1,696.45万元。\n其中：财政拨款收入937.05万元。"),
    ]


def test_headings_without_numbers() -> None:
    rows: list[list[Value]] = [
        ["收入支出决算总体情况说明"],
        ["收、支总计1,696.45万元。"],
        ["收入决算情况说明"],
        ["收入合计1,696.45万元，本单位无其他收入情况"],
        ["国有资产占用情况"],
        ["共有车辆1辆。"],
    ]
    assert [h for h, _ in texts(locate(book(Sheet("甲", rows)), NOTHING))] == [
        "收入支出决算总体情况说明",
        "收入决算情况说明",
        "国有资产占用情况",
    ]


def test_sheets_of_another_kind_hold_no_narrative() -> None:
    form: list[list[Value]] = [
        ["2023年度整体绩效自评表"],
        ["年度绩效目标", "一、预算绩效情况说明：按计划完成全部工作。"],
        ["一级指标", "三级指标", "年初目标值", "实际完成值", "得分"],
        ["产出指标", "完成鉴定人数", "≥22万人", "23万人", 10.0],
    ]
    report: list[list[Value]] = [
        ["项目支出绩效自评报告"],
        ["一、预算绩效情况说明"],
        ["项目总体完成情况良好，达到了预期。"],
        ["二、政府采购情况说明"],
        ["按规定采购了办公设备，金额不大。"],
    ]
    given: list[list[Value]] = [
        ["补充资料"],
        ["项目", "填列内容", "单位"],
        ["一、收入支出决算总体情况说明", None, None],
        ["收、支总计变动的主要原因", "二、收入决算情况说明里写的是同样的原因。", None],
    ]
    result: list[list[Value]] = [
        ["规则", "表", "单元格", "说明"],
        ["N-01", "一、收入支出决算总体情况说明", "A3", "写 100.00 万元，应为 101.00 万元，请改正。"],
        ["N-02", "二、收入决算情况说明", "A5", "写 100.00 万元，应为 101.00 万元，请改正。"],
    ]
    hidden = Sheet("旧稿", [["一、收入支出决算总体情况说明"], ["收、支总计1,696.45万元。"]], state="hidden")
    sheets = [Sheet(f"表{n}", rows) for n, rows in enumerate((form, report, given, result))]
    bound = locate(book(*sheets, hidden), NOTHING)
    assert (bound.parts, bound.glossary, bound.sheets) == ((), (), frozenset())


@pytest.mark.parametrize("case", CASES)
def test_tables_are_no_narrative(case: str) -> None:
    made = layouts.tables(case)
    bound = locate(made, bind(made, load()))
    assert (bound.parts, bound.glossary, bound.works) == ((), (), ())


def test_an_empty_template_has_sections_and_no_text() -> None:
    made = read_book(workbook_bytes(build_template(load(), "hunan-2021", unit="甲单位", year=2021)))
    bound = locate(made, bind(made, load()))
    assert [p.key for p in bound.parts][:3] == ["收支总体", "收入", "支出"]
    assert len(bound.parts) == 14
    assert (bound.passages, bound.glossary, bound.works) == ((), (), ())
    assert bound.sheets == {"情况说明", "名词解释", "重点工作"}


def test_looking_for_words_costs_next_to_nothing() -> None:
    made = layouts.tables("003")
    binding = bind(made, load())
    locate(made, binding)
    best = min(_timed(made, binding) for _ in range(20))
    assert best < 0.0005


def _timed(made: Book, binding: object) -> float:
    start = time.perf_counter()
    locate(made, binding)  # type: ignore[arg-type]
    return time.perf_counter() - start


# --- 重点工作 ---

WORK: list[list[Value]] = [
    ["2023年度重点工作完成情况", None, None, None],
    ["序号", "重要事项", "工作内容及目标", "完成情况"],
    [1.0, "参保扩面", "新增参保14万人次", "已完成"],
    ["2", "劳动能力鉴定", None, "全年鉴定9,394人次"],
    [None, None, None, None],
    [3, "基金监管", "按季核查", "每季核查一次"],
    ["合计", None, None, None],
    ["注：本表由办公室填写。"],
]


@pytest.mark.parametrize("change", ["as it is", "moved", "renamed", "no numbers"])
def test_key_work_is_found_by_its_headings(change: str) -> None:
    rows = [list(row) for row in WORK]
    if change == "moved":
        rows = [[], [], *([None, None, *row] for row in rows)]
    if change == "renamed":
        rows[1] = ["编号", "重点工作", "年度目标", "工作完成情况"]
    if change == "no numbers":
        rows = [row[1:] for row in rows]
    bound = locate(book(Sheet("工作", rows)), NOTHING)
    numbers = ("", "", "") if change == "no numbers" else ("1", "2", "3")
    assert [(w.content.no, w.content.item, w.content.goal, w.content.done) for w in bound.works] == [
        (numbers[0], "参保扩面", "新增参保14万人次", "已完成"),
        (numbers[1], "劳动能力鉴定", "", "全年鉴定9,394人次"),
        (numbers[2], "基金监管", "按季核查", "每季核查一次"),
    ]
    assert bound.work_sheet == "工作"


def test_key_work_amid_the_narrative_is_no_passage() -> None:
    rows: list[list[Value]] = [
        ["一、收入支出决算总体情况说明"],
        ["收、支总计1,696.45万元。"],
        ["二、国有资产占用情况说明"],
        ["共有车辆1辆，没有单价一百万元以上的设备。"],
        *WORK[1:6],
    ]
    bound = locate(book(Sheet("说明", rows)), NOTHING)
    assert len(bound.works) == 3
    assert [p.text for p in bound.passages] == ["收、支总计1,696.45万元。", "共有车辆1辆，没有单价一百万元以上的设备。"]


# --- headings ---


@pytest.mark.parametrize(("line", "style", "number", "key"), [
    ("十四、2021年度预算绩效情况说明", "一", 14, "绩效"), ("（十）机关运行经费支出情况", "（一）", 10, "机关运行"),
    ("(3) 支出决算情况说明", "（1）", 3, "支出"), ("12．国有资产占用情况说明", "1", 12, "国有资产"),
    ("第三部分  名词解释", "第", 3, "名词解释"), ("二十一、政府采购情况", "一", 21, "政府采购"),
    ("收入决算情况说明", "", 0, "收入"),
])  # fmt: skip
def test_headings(line: str, style: str, number: int, key: str) -> None:
    mark = heading(line)
    assert mark is not None
    assert (mark.style, mark.number, mark.key, mark.text, mark.tail) == (style, number, key, line.strip(), "")


@pytest.mark.parametrize("line", [
    "1.社会保障和就业（类）支出787.23万元，占84%。", "收入支出决算总表", "二、政府采购支出总额4.45万元",
    "本单位无国有资本经营预算支出情况", "五、使用非财政拨款结余：指事业单位使用的结余。",
    "八、机关运行经费：指行政单位的经费。", "2023.12 支出决算情况说明" * 3,
])  # fmt: skip
def test_prose_is_no_heading(line: str) -> None:
    mark = heading(line)
    assert mark is None or not mark.key


def test_numbers_are_read_apart() -> None:
    assert numbered("2.4万元") == ("", 0, "2.4万元")
    assert numbered("③车辆") == ("（1）", 3, "车辆")
    assert section_key("关于2023年度一般公共预算财政拨款基本支出决算的说明") == "基本"
