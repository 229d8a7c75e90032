"""The frames as data: complete, in the printed order, using every input and no other."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from juesuan import data
from juesuan.catalogue import load
from juesuan.narrate import frame_of, headings
from juesuan.narrate.frames import FOLDER, frame_set
from juesuan.statements import StatementSet
from juesuan.supplement import ListSpec, Supplement, specs
from tests.narrate.build import changed, facts, statements, told

SETS = ("national", "hubei", "hunan")
REGION = {"national": "江苏", "hubei": "湖北", "hunan": "湖南"}
#: Inputs that no sentence uses: dates for checks.
SILENT = {"公开.批复日期", "公开.公开日期"}


def test_regions_have_their_frames() -> None:
    assert {name: frame_of(region) for name, region in REGION.items()} == {name: name for name in SETS}
    assert frame_of("") == "national"


def test_headings_are_those_that_verification_asks_for() -> None:
    layouts = load().layouts
    assert len(headings(layouts["hubei-2023"])) == len(headings(layouts["national"])) == 13
    hunan = headings(layouts["hunan-2021"])
    assert len(hunan) == 14
    assert [k for k, _ in hunan][6:9] == ["三公", "基金", "国资"]
    assert headings(layouts["national"], "湖南") == hunan


@pytest.mark.parametrize("name", SETS)
def test_every_section_has_a_frame_and_the_order_is_printed(name: str) -> None:
    frames = frame_set(name)
    assert list(dict.fromkeys(f.section for f in frames.frames)) == list(frames.titles)
    assert len({f.key for f in frames.frames}) == len(frames.frames)
    assert all(f.key.startswith(f.section) for f in frames.frames)


@pytest.mark.parametrize("name", SETS)
def test_every_key_that_frames_name_is_declared(name: str) -> None:
    documents = {path: data.text(path) for path in data.folder(FOLDER, ".toml")}
    named = set()
    for content in documents.values():
        text = re.sub(r"^#.*$", "", content, flags=re.MULTILINE)
        named |= set(re.findall(r'(?:填|话|段|数量|有数量|比例|缺|原因|用途)\("([^"~]+)"\)', text))
    known = {one.key for one in specs().inputs}
    assert named - known == set()
    assert name in {path.split("/")[-1].removesuffix(".toml") for path in documents}


def rich() -> StatementSet:
    """Tables in which everything occurs."""
    three = {"合计": ("9", "8"), "因公出国（境）费": ("3", "2"), "公务用车小计": ("4", "3.5"),
             "公务用车购置费": ("2", "1.5"), "公务用车运行维护费": ("2", "1.9"), "公务接待费": ("2", "1")}
    figures: dict[str, str | None] = {}
    for line, (budget, final) in three.items():
        figures |= {f"三公表[{line}, 预算数]": budget, f"三公表[{line}, 决算数]": final}
    figures |= {"政府性基金表[合计, 小计]": "5", "国有资本经营表[合计, 合计]": "6",
                "财拨总表[政府性基金预算财政拨款, 金额]": "5", "财拨总表[国有资本经营预算财政拨款, 金额]": "6"}
    return replace(changed(statements("000"), figures), kind="部门")


def _row(one: ListSpec) -> dict[str, str]:
    """A row with everything filled."""
    code = "2080150" if one.each == "项" else "208"
    known = {"编码": code, "名称": f"名称{code}"}
    return {c.key: known.get(c.key, "7" if c.kind == "amount" else f"{c.label}甲") for c in one.columns}


@pytest.mark.parametrize("name", SETS)
def test_every_input_changes_the_text(name: str) -> None:
    tables = rich()
    values: dict[str, str] = {}
    for number, one in enumerate(x for x in specs().inputs if x.applies(name, "部门")):
        values[one.key] = {"amount": str(100 + number), "count": str(200 + number), "percent": f"{number + 1}%",
                           "date": "2024-10-08", "choice": (one.choices or ("",))[0]}.get(one.kind, f"说明第{number}条")
    lists = {one.key: (_row(one),) for one in specs().lists if one.applies(name)}
    full = Supplement("", 2023, "万元", values, lists)
    told_full = told("000", full, tables, region=REGION[name])
    unused = set()
    for key in values:
        less = replace(full, values={k: v for k, v in values.items() if k != key})
        if told("000", less, tables, region=REGION[name]) == told_full:
            unused.add(key)
    assert unused == SILENT
    for key, rows in lists.items():
        for column in rows[0]:
            if column in ("编码", "名称") and specs().list(key).each:
                continue
            less = replace(full, lists={**lists, key: ({k: v for k, v in rows[0].items() if k != column},)})
            assert told("000", less, tables, region=REGION[name]) != told_full, (key, column)


def test_what_one_needs_is_asked_for_on_its_sheet() -> None:
    for name in SETS:
        found = told("000", Supplement(), rich(), region=REGION[name])
        asked = {one.key for one in specs().inputs if one.applies(name, "部门")}
        besides = ("年初预算", "类用途", "表", "封面")
        assert {k for k in found.missing if k.split(".")[0] not in besides} - asked == set(), name


def test_last_year_from_last_years_accounts() -> None:
    from juesuan.narrate import with_prior

    prior = replace(statements("000"), year=2022)
    blank = {k: v for k, v in facts("000").values.items() if not k.startswith("上年.")}
    found = with_prior(replace(facts("000"), values={**blank, "上年.三公": "1.82"}), prior)
    assert found.text("上年.收支总计") == "1696.45"
    assert found.text("上年.接待") == "0"
    assert found.text("上年.三公") == "1.82"
    same = ("收支总体.总计", "收入.合计", "支出.合计")
    assert all("持平" in p.text for p in told("000", found).pieces if p.key in same)
