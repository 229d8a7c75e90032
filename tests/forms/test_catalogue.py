"""The data of forms: complete, consistent, refused when it contradicts itself."""

from __future__ import annotations

from fractions import Fraction

import pytest

from juesuan import data
from juesuan.data import BadData
from juesuan.forms.records import FundRow, Indicator
from juesuan.forms.scheme import FOLDER, build, load


def documents() -> dict[str, str]:
    return {path: data.text(path) for path in data.folder(FOLDER, ".toml")}


def test_all_eight_forms_are_declared() -> None:
    catalogue = load()
    assert "".join(sorted(catalogue.forms)) == "ABCDEFGH"
    assert all(spec.title and spec.sections for spec in catalogue.forms.values())


def test_every_column_of_indicators_and_funds_is_a_field() -> None:
    known = {"level3"} | set(Indicator._fields)
    rows = set(FundRow._fields)
    for spec in load().forms.values():
        if section := spec.section("indicators"):
            assert {key for key, _ in section.columns} <= known
            assert section.repeats == "indicators"
        if section := spec.section("funds"):
            assert {key for key, _ in section.columns} <= rows


def test_notes_are_shared_not_copied() -> None:
    forms = load().forms
    a, b = forms["A"].section("notes"), forms["B"].section("notes")
    assert a is not None
    assert b is not None
    assert a.lines == b.lines
    assert len(a.lines) == 4


def test_every_rule_has_its_english_and_its_mending() -> None:
    rules = load().rules
    assert {f"P-{n:02d}" for n in range(1, 21)} <= rules.keys()
    assert [r.id for r in rules.values() if not (r.title and r.title_en and r.mend and r.mend_en and r.source)] == []


@pytest.mark.parametrize(
    ("region", "year", "kind", "execution", "scheme"),
    [
        ("武汉", 2023, "项目", None, "wuhan"),
        ("湖北", 2023, "整体", Fraction(20), "wuhan"),
        ("湖北", 2023, "整体", Fraction(10), "national"),
        ("湖南", 2021, "整体", Fraction(10), "hunan-whole"),
        ("湖南", 2021, "项目", None, "national"),
        ("湖南", 2023, "项目", None, "hunan-project"),
        ("四川", None, "整体", None, "national"),
    ],
)
def test_schemes_by_region_and_year(
    region: str, year: int | None, kind: str, execution: Fraction | None, scheme: str
) -> None:
    assert load().scheme(region, year, kind, execution).id == scheme


def test_forms_by_region_and_kind() -> None:
    catalogue = load()
    found = [catalogue.spec("湖南", 2023, kind) for kind in ("整体", "项目", "基础数据", "报告", "名册")]
    assert [spec.id for spec in found if spec] == ["C", "E", "F", "G", "H"]
    nature = catalogue.spec("湖南", 2023, "整体", frozenset({"收入性质", "支出性质"}))
    assert nature is not None
    assert nature.id == "D"
    assert catalogue.spec("四川", 2023, "整体") is None


def test_levels_are_told_by_either_name() -> None:
    wuhan, county = load().scheme("武汉", 2023, "整体"), load().scheme("湖南", 2023, "项目")
    assert wuhan.level_of("效益指标", "服务对象满意度指标") == "满意度指标"
    assert wuhan.level_of("产出指标", "成本指标") == "产出指标"
    assert wuhan.level_of("", "可持续影响指标") == "效益指标"
    assert county.level_of("成本指标", "社会成本指标") == "成本指标"
    assert wuhan.level_of("管理水平", "管理") == ""


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("schemes", "execution = 20", "execution = 15"),
        ("schemes", "bands     = [80, 50]", "bands     = [50, 80]"),
        ("schemes", '["良", 80], ["中", 60]', '["中", 60], ["良", 80]'),
        ("schemes", "strict    = true\n", ""),
        ("rules", '"P-02"', '"P-01"'),
        ("rules", 'severity  = "fatal"', 'severity  = "strong"'),
        ("rules", 'tolerance = "score"', 'tolerance = "about"'),
        ("words", 'cost     = "成本"\n', ""),
        ("b", '"A"', '"Z"'),
        ("b", 'id      = "B"', 'id      = "A"'),
        ("c", '"上年结转资金"', '"去年资金"'),
        ("d", "graded  = true", "grades  = true"),
        ("e", 'blank   = "无"', 'empty   = "无"'),
    ],
)
def test_contradictions_are_refused(file: str, old: str, new: str) -> None:
    texts = documents()
    path = f"{FOLDER}/{file}.toml"
    assert old in texts[path]
    texts[path] = texts[path].replace(old, new, 1)
    with pytest.raises(BadData):
        build(texts)


def test_a_missing_file_is_named() -> None:
    texts = documents()
    del texts[f"{FOLDER}/words.toml"]
    with pytest.raises(BadData, match=r"words\.toml"):
        build(texts)
