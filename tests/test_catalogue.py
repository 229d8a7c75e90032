"""The catalogue refuses to load when it contradicts itself; the shipped one loads and counts lines as the forms do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from juesuan import data
from juesuan.catalogue import Catalogue, build, load
from juesuan.codes import BadCodes, Codes, read_codes
from juesuan.data import BadData
from juesuan.rules import within

RULE = """
[[rule]]
id       = "Z-01"
title    = "试加的规则"
formula  = "{formula}"
when     = "{when}"
role     = "{role}"
severity = "warn"
source   = "试验"
"""
LAYOUT = """
id      = "trial"
extends = "hubei-2023"
name    = "试验版式"
{more}
"""
SUMMARY = "tables/1_summary.toml"


@cache
def dictionaries() -> tuple[Codes, Codes]:
    catalogue = load()
    return catalogue.functional, catalogue.economic


@cache
def shipped() -> Mapping[str, str]:
    """The shipped data files by path."""
    paths = [path for folder in ("tables", "layouts", "rules") for path in data.folder(folder, ".toml")]
    paths += [path for folder in ("narrative", "forms", "bureau") for path in data.below(folder)]
    return {path: data.text(path) for path in (*paths, "codes/scopes.toml")}


def built(changed: Mapping[str, str], only: tuple[str, ...] = ("tables/", "layouts/national", "codes/")) -> Catalogue:
    """A catalogue of the shipped files that ``only`` names and of ``changed``, which is added or takes their place."""
    kept = {path: text for path, text in shipped().items() if path.startswith(only)}
    return build({**kept, **changed}, *dictionaries())


def with_rule(formula: str, when: str = "", role: str = "reconcile") -> Mapping[str, str]:
    return {"rules/trial.toml": RULE.format(formula=formula, when=when, role=role)}


def with_layout(more: str, extends: str = "hubei-2023") -> Mapping[str, str]:
    text = LAYOUT.format(more=more).replace('"hubei-2023"', f'"{extends}"')
    return {"layouts/trial.toml": text, "layouts/hubei-2023.toml": shipped()["layouts/hubei-2023.toml"]}


def test_the_trial_pieces_load_when_they_are_right() -> None:
    """What the refusals below change is all that is wrong with them."""
    rule = with_rule("收支总表[收入总计] = 收支总表[支出总计]", "nature(事业)")
    catalogue = built({**rule, **with_layout('region = "试验"')})
    assert catalogue.rule("Z-01").title == "试加的规则"
    assert catalogue.layouts["trial"].years == catalogue.layouts["hubei-2023"].years


def test_the_shipped_data_has_been_checked() -> None:
    """Loading trusts the fingerprint of data once checked; here the same data is checked anew."""
    assert data.text("checked.sha256").strip() == load().sha256
    assert built({}, only=("",)).sha256 == load().sha256


# --- rules ---


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("收支表[收入总计] = 0", "没有名为“收支表”的表"),
        ("each r in 收入表.行: r[本年收入合计] = 0", "没有名为“收入表”的表"),
        ("收支总表[收入合计] = 0", "没有行“收入合计”"),
        ("收支总表[收入总计, 预算数] = 0", "没有栏“预算数”"),
        ("财拨总表[收入总计, 一般公共预算] = 0", "没有栏“一般公共预算”"),
        ("收支总表[收入总计] = sum(收支总表[收入明细])", "收入明细"),
        ("each r in 收入决算表.各行: r[本年收入合计] = 0", "各行"),
        ("each r in 收入决算表.行: r[本年支出合计] = 0", "没有栏“本年支出合计”"),
        ("each r in 收入决算表.行: r[本年收入合计] = sum(r[各栏])", "没有栏“各栏”"),
        ("each n in 支出决算表.上级: n[基本支出] = sum(children(n)[基本])", "没有栏“基本”"),
    ],
)
def test_refuses_what_is_not_there(formula: str, says: str) -> None:
    with pytest.raises(BadData, match=says):
        built(with_rule(formula))


def test_refuses_an_unknown_name_in_a_condition() -> None:
    with pytest.raises(BadData, match="没有行“收入合计”"):
        built(with_rule("收支总表[收入总计] = 0", "收支总表[收入合计] > 0"))
    with pytest.raises(BadData, match="没有名为“kind”的检查"):
        built(with_rule("收支总表[收入总计] = 0", "kind(部门)"))
    with pytest.raises(BadData, match="没有名为“known”的检查"):
        built(with_rule("收支总表[收入总计] = 0", "known(收支总表)"))


def test_refuses_an_unknown_check() -> None:
    with pytest.raises(BadData, match="没有名为“sorted”的检查"):
        built(with_rule("each k in 支出决算表.科目: sorted(k)", role="structure"))


def test_refuses_a_check_against_an_unknown_table_or_scope() -> None:
    with pytest.raises(BadData, match="支出表"):
        built(with_rule("each k in 支出决算表.科目: within(k, 支出表)", role="structure"))
    with pytest.raises(BadData, match="社保基金"):
        built(with_rule("each k in 政府性基金表.科目: scope(k, 社保基金)", role="structure"))


@pytest.mark.parametrize("formula", ["收支总表[收入总计]", "收支总表[收入总计 = 0", "收支总表[收入总计] = 2", ""])
def test_refuses_a_formula_that_cannot_be_read(formula: str) -> None:
    with pytest.raises(BadData, match=r"rules/trial\.toml 规则 Z-01"):
        built(with_rule(formula))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", '"Z-1"'),
        ("id", '"z-01"'),
        ("id", '"Z-01.12"'),
        ("id", '"第一条"'),
        ("role", '"check"'),
        ("severity", '"error"'),
        ("source", '""'),
        ("source", "3"),
        ("tolerance", '"0.01"'),
    ],
)
def test_refuses_a_bad_declaration(key: str, value: str) -> None:
    text = with_rule("收支总表[收入总计] = 收支总表[支出总计]")["rules/trial.toml"]
    lines = [line for line in text.splitlines() if not line.startswith(f"{key} ")]
    with pytest.raises(BadData, match=r"rules/trial\.toml 规则"):
        built({"rules/trial.toml": "\n".join([*lines, f"{key} = {value}"])})


@pytest.mark.parametrize("key", ["id", "title", "formula", "role", "severity", "source"])
def test_refuses_a_rule_without(key: str) -> None:
    text = with_rule("收支总表[收入总计] = 收支总表[支出总计]")["rules/trial.toml"]
    with pytest.raises(BadData):
        built({"rules/trial.toml": "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} "))})


def test_refuses_a_word_it_does_not_know() -> None:
    with pytest.raises(BadData, match="tolerence"):
        built({"rules/trial.toml": with_rule("收支总表[收入总计] = 0")["rules/trial.toml"] + 'tolerence = "exact"\n'})


@pytest.mark.parametrize("years", ["二〇二三", "2019-2023", "2019...", "23"])
def test_refuses_years_that_are_none(years: str) -> None:
    with pytest.raises(BadData, match="Z-01"):
        built({"rules/trial.toml": with_rule("收支总表[收入总计] = 0")["rules/trial.toml"] + f'years = "{years}"\n'})


def test_refuses_an_id_used_twice() -> None:
    text = with_rule("收支总表[收入总计] = 0")["rules/trial.toml"]
    with pytest.raises(BadData, match="Z-01 用了两次"):
        built({"rules/trial.toml": text + text})
    with pytest.raises(BadData, match="Z-01 用了两次"):
        built({"rules/one.toml": text, "rules/two.toml": text})


def test_refuses_two_rules_that_compute_one_cell() -> None:
    rules = with_rule("收支总表[本年收入合计] = 收支总表[收入总计] - 收支总表[年初结转和结余]", role="derive")
    with pytest.raises(BadData, match=r"收支总表\[本年收入合计, 决算数\] 同时由 (T1-01 和 Z-01|Z-01 和 T1-01) 计算"):
        built({**rules, "rules/t1.toml": shipped()["rules/t1.toml"]})


def test_refuses_rules_that_compute_each_other() -> None:
    rules = with_rule("收支总表[其他收入] = 收支总表[收入总计] - 收支总表[年初结转和结余]", role="derive")
    with pytest.raises(BadData, match="成环"):
        built({**rules, "rules/t1.toml": shipped()["rules/t1.toml"]})


def test_refuses_a_cell_computed_from_itself() -> None:
    with pytest.raises(BadData, match="成环"):
        built(with_rule("收支总表[其他收入] = 收支总表[其他收入] - 收支总表[事业收入]", role="derive"))


def test_two_rules_may_check_one_cell() -> None:
    formula = "收支总表[本年收入合计] = 收支总表[收入总计] - 收支总表[年初结转和结余]"
    built({**with_rule(formula), "rules/t1.toml": shipped()["rules/t1.toml"]})


def test_refuses_a_relation_between_unlike_measures() -> None:
    """Money and vehicles are not added up."""
    column = '[[column]]\nkey = "车辆数"\nmeasure = "辆"\n\n'
    changed = {"tables/9_three.toml": shipped()["tables/9_three.toml"].replace("[[line]]", column + "[[line]]", 1)}
    built({**changed, **with_rule("三公表[合计, 车辆数] >= 三公表[公务接待费, 车辆数]")})
    with pytest.raises(BadData, match="计量不同（辆、金额）"):
        built({**changed, **with_rule("三公表[合计, 决算数] = 三公表[合计, 车辆数]")})
    with pytest.raises(BadData, match="计量不同"):
        built({**changed, **with_rule("each l in 三公表.行: l[决算数] = 收支总表[收入总计] + l[车辆数]")})


# --- layouts ---


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('[forms."收支总表".pins]\n"收入总计" = 30', "行“收入总计”应为第 30 行，实为 31"),
        ('[forms."收支总表".pins]\n"收入合计" = 27', "没有行“收入合计”"),
        ('[forms."收支总表"]\ndrop = ["空行"]', "没有行“空行”"),
        ('[forms."收支总表"]\ndrop = ["空行甲", "空行乙"]', "应为第 31 行"),
        ('[forms."收支总表".labels]\n"其它收入" = "其它收入"', "没有行“其它收入”"),
        ('[forms."支出决算表".headings]\n"公用支出" = "公用"', "没有栏“公用支出”"),
        ('[forms."支出决算表"]\norder = ["基本支出", "本年支出合计"]', "order 应列全各栏"),
        ('[forms."十表"]\ntitle = "第十张表"\nplace = 10', "没有名为“十表”的表"),
        ('[forms."收支总表"]\nrows = 31', "rows"),
        ('money_unit = "亿元"', "money_unit"),
        ("classes = 26", "classes"),
        ("colour = 3", "colour"),
    ],
)
def test_refuses_a_layout(more: str, says: str) -> None:
    with pytest.raises(BadData, match=says):
        built(with_layout(more))


def test_refuses_a_layout_that_extends_nothing_or_itself() -> None:
    with pytest.raises(BadData, match="依据的版式“hubei-2022”不存在"):
        built(with_layout("", extends="hubei-2022"))
    with pytest.raises(BadData, match="成环"):
        built(with_layout("", extends="trial"))
    circle = with_layout("", extends="other")["layouts/trial.toml"]
    other = circle.replace('"trial"', '"x"').replace('"other"', '"trial"').replace('"x"', '"other"')
    with pytest.raises(BadData, match="成环"):
        built({"layouts/trial.toml": circle, "layouts/other.toml": other})


def test_refuses_a_layout_without_a_table() -> None:
    national = shipped()["layouts/national.toml"]
    start = national.index('[forms."三公表"]')
    with pytest.raises(BadData, match="缺少《财政拨款“三公”经费支出决算表》"):
        built({"layouts/national.toml": national[:start]})


# --- tables and files ---


def test_refuses_a_table_declared_twice_or_badly() -> None:
    with pytest.raises(BadData, match="表“收支总表”声明了两次"):
        built({"tables/10_more.toml": shipped()[SUMMARY]})
    with pytest.raises(BadData, match=r"tables/1_summary\.toml"):
        built({SUMMARY: shipped()[SUMMARY].replace('kind    = "panels"', 'kind = "pages"')})
    with pytest.raises(BadData, match=r"tables/1_summary\.toml"):
        built({SUMMARY: shipped()[SUMMARY] + "\ncolor = 3\n"})


def test_refuses_what_is_no_toml_and_a_file_that_is_missing() -> None:
    with pytest.raises(BadData, match=r"rules/trial\.toml：不是有效的 TOML"):
        built({"rules/trial.toml": "[[rule]\n"})
    with pytest.raises(BadData, match="应为 \\[\\[rule\\]\\] 条目"):
        built({"rules/trial.toml": 'rule = "T1-01"\n'})
    with pytest.raises(BadData, match=r"缺少数据文件 rules/nothing\.toml"):
        data.text("rules/nothing.toml")


# --- code dictionaries ---


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("code,label\n208,社会保障和就业支出\n", "需要“科目编码”和“科目名称”两列"),
        ("code,name\n2080,人力资源\n", "第 2 行：科目编码“2080”应为 3、5 或 7 位数字"),
        ("code,name\n208,社会保障\n２０９,保险\n", "第 3 行：科目编码“２０９”"),
        ("code,name\n20x,社会保障\n", "20x"),
        ("code,name\n208,\n", "科目 208 没有名称"),
        ("code,name,since,until\n208,社会保障,去年,\n", "应为四位年份"),
        ("code,name,since,until\n208,社会保障,,2020\n208,社会保障和就业,2020,\n", "同一年度有两个名称"),
        ("code,name\n208,社会保障\n208,社会保障\n", "同一年度有两个名称"),
    ],
)
def test_refuses_a_dictionary(text: str, says: str) -> None:
    with pytest.raises(BadCodes, match=says):
        read_codes("功能分类", text, "trial.csv")


def test_a_dictionary_knows_its_years() -> None:
    text = "\ufeff科目编码,科目名称,启用年度,停用年度\n208,甲,,2019\n208,乙,2020,\n20801,丙,2021,2022\n"
    codes = read_codes("功能分类", text)
    assert [codes.name("208", year) for year in (2018, 2019, 2020, None)] == ["甲", "甲", "乙", "乙"]
    assert [codes.valid("20801", year) for year in (2020, 2021, 2022, 2023)] == [False, True, True, False]
    assert codes.names["208"] == {"甲", "乙"}
    assert codes.of_length(5, 2021) == ("20801",)
    assert codes.name("209") is None
    newer = read_codes("功能分类", "code,name\n208,丁\n209,戊\n")
    assert codes.merged(newer).names["208"] == {"丁"}
    assert "20801" in codes.merged(newer)


def test_spans_of_years() -> None:
    assert [within("2019..2023", year) for year in (2018, 2019, 2023, 2024)] == [False, True, True, False]
    assert [within("2020..", year) for year in (2019, 2020)] == [False, True]
    assert [within("..2020", year) for year in (2020, 2021)] == [True, False]
    assert within("*", 1999)
    assert within("2023", 2023)
    assert not within("2023", 2022)


# --- what is shipped ---


def test_the_shipped_catalogue_loads_once() -> None:
    catalogue = load()
    assert catalogue is load()
    assert len(catalogue.sha256) == 64
    assert len({rule.id for rule in catalogue.rules}) == len(catalogue.rules) > 100
    assert len(catalogue.tables) == 9
    assert {"national", "hubei-2023", "hubei-2023-30", "hunan-2021"} <= catalogue.layouts.keys()
    assert {len(code) for code in catalogue.functional.names} == {3, 5, 7}


def test_any_change_of_the_data_changes_the_fingerprint() -> None:
    same, other = built({}, ("",)), built({"rules/t9.toml": shipped()["rules/t9.toml"] + "\n"}, ("",))
    assert same.sha256 == load().sha256 != other.sha256


def test_asking_for_a_rule_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="T1-99"):
        load().rule("T1-99")


#: Published line numbers: 本年收入合计, 收入总计, first and last 支出各类, 本年支出合计, 支出总计.
SUMMARY_LINES = {
    "national": (27, 31, 32, 57, 58, 62),
    "hubei-2023": (27, 31, 32, 57, 58, 62),
    "hubei-2023-30": (27, 30, 31, 56, 57, 60),
    "hunan-2021": (27, 31, 32, 57, 58, 62),
}


@pytest.mark.parametrize("layout", SUMMARY_LINES)
def test_lines_are_counted_as_the_forms_print_them(layout: str) -> None:
    catalogue = load()
    found = catalogue.layouts[layout]
    lines = found.line_number(catalogue.tables["收支总表"])
    wanted = ("本年收入合计", "收入总计", "201", "234", "本年支出合计", "支出总计")
    assert tuple(lines[line] for line in wanted) == SUMMARY_LINES[layout]
    assert [lines[line] for line in catalogue.tables["收支总表"].grouped["收入各项"]] == list(range(1, 9))
    lines = found.line_number(catalogue.tables["财拨总表"])
    wanted = ("一般公共预算财政拨款", "本年收入合计", "年初财政拨款结转和结余", "年初一般公共预算财政拨款", "收入总计")
    assert [lines[line] for line in wanted] == [1, 27, 28, 29, 32]
    wanted = ("201", "234", "本年支出合计", "年末财政拨款结转和结余", "支出总计")
    assert [lines[line] for line in wanted] == [33, 58, 59, 60, 64]
    assert len(found.classes) == 26


def test_tables_stand_where_the_region_prints_them() -> None:
    hunan = load().layouts["hunan-2021"]
    assert [hunan.forms[key].number for key in hunan.tables()] == [f"公开{n:02}表" for n in range(1, 10)]
    assert hunan.tables()[6:] == ["三公表", "政府性基金表", "国有资本经营表"]
    assert load().layouts["hubei-2023"].tables()[6:] == ["政府性基金表", "国有资本经营表", "三公表"]


@pytest.mark.parametrize(
    ("region", "year", "lines", "wanted"),
    [
        ("湖北", 2023, 31, "hubei-2023"),
        ("湖北", 2023, 30, "hubei-2023-30"),
        ("湖北", 2024, None, "hubei-2023"),
        ("湖南", 2021, None, "hunan-2021"),
        ("湖北", 2021, None, "national"),
        ("江西", 2023, None, "national"),
    ],
)
def test_the_layout_of_a_region_and_year(region: str, year: int, lines: int | None, wanted: str) -> None:
    assert load().layout_for(region, year, lines).id == wanted
