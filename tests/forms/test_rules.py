"""Every rule: it holds in a clean account, breaks where one thing is wrong, and lets pass what it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan.forms.findings import Bare, counts, word_findings
from juesuan.forms.records import BadForm, FormFinding, read_forms
from juesuan.forms.scheme import load
from tests.forms.build import Account, basic, hunan, indicator, project, whole

Change = Callable[[Account], Any]


def county() -> Account:
    return Account([hunan(), basic()], region="湖南")


def found(account: Account) -> list[FormFinding]:
    return list(account.check().findings)


def put(form: int, part: str, row: int, **values: Any) -> Change:
    return lambda a: a.forms[form][part][row].update(values)


def head(form: int, **values: Any) -> Change:
    return lambda a: a.forms[form].update(values)


def several(*changes: Change) -> Change:
    return lambda a: [change(a) for change in changes]


def known(**values: Any) -> Change:
    return lambda a: setattr(a, "known", replace(a.known, **values))


def table(**values: str) -> Change:
    return lambda a: a.tables.update(values)


def score(form: int, row: int, **values: Any) -> Change:
    return put(form, "indicators", row, **values)


REASON = {"deviation_analysis": "培训人数、服务水平、完成时间、结业分数、增收比例、学员满意度的偏差：报名人数少。"}
MULTI = [{"no": 1, "weight": "60", "text": "目标一"}, {"no": 2, "weight": "20", "text": "目标二"}]


def split(weights: tuple[str, str]) -> Change:
    """Two goals: 产出 40 and 社会效益 20 under the first, 经济效益 10 and 满意度 10 under the second."""

    def change(a: Account) -> None:
        form = a.forms[1]
        form["goals"] = [{**g, "weight": w} for g, w in zip(MULTI, weights, strict=True)]
        for row, item in enumerate(form["indicators"]):
            item["goal"] = 1 if row < 5 else 2
        form["indicators"][4]["level1_weight"] = "20"
        form["indicators"][5]["level1_weight"] = "10"

    return change


#: A change of the clean Wuhan account → what it breaks: (rule, severity, verdict) and nothing else.
WUHAN: list[tuple[str, Change, set[tuple[str, str, str]]]] = [
    (
        "基本支出总额与表不符",
        head(0, extra={"基本支出总额": "119.98", "项目支出总额": "80.00"}),
        {("P-01", "fatal", "breaks"), ("P-02", "fatal", "breaks")},
    ),
    (
        "基本支出总额差一分",
        head(0, extra={"基本支出总额": "120.01", "项目支出总额": "80.00"}),
        {("P-01", "fatal", "rounding"), ("P-02", "fatal", "rounding")},
    ),
    ("表中合计不同", table(本年支出合计="201.00"), {("P-02.1", "fatal", "breaks")}),
    (
        "以基本支出为指标",
        score(0, 1, level3="基本支出", target="≤130万元", actual="125万元"),
        {("P-01.1", "explain", "breaks")},
    ),
    (
        "以基本支出为指标差一分",
        score(0, 1, level3="基本支出", target="≤130万元", actual="120.01万元"),
        {("P-01.1", "explain", "rounding")},
    ),
    ("执行率错", put(0, "funds", 0, rate="95.3%"), {("P-03", "fatal", "breaks")}),
    ("执行率只写整数", put(0, "funds", 0, rate="95%"), {("P-03", "fatal", "rounding")}),
    ("执行率没有百分号", put(0, "funds", 0, rate="0.952"), {("P-03", "fatal", "not_evaluated")}),
    ("执行率没有填", put(0, "funds", 0, rate=None), {("P-03", "fatal", "not_evaluated")}),
    (
        "执行数超过预算数",
        put(0, "funds", 0, budget="190.00", rate="105.3%", score="20"),
        {("P-03.1", "fatal", "breaks"), ("P-09", "fatal", "breaks")},
    ),
    ("预算数超过收入总计", table(收入总计="205.00"), {("P-03.2", "warn", "breaks")}),
    (
        "执行得分用舍入的执行率",
        put(0, "funds", 0, score="19.04"),
        {("P-04", "fatal", "rounding"), ("P-09", "fatal", "rounding")},
    ),
    ("执行得分错", several(put(0, "funds", 0, score="20"), head(0, total_score="100")), {("P-04", "fatal", "breaks")}),
    (
        "预算数写成文字",
        put(0, "funds", 0, budget="二百一十"),
        {("P-03", "fatal", "not_evaluated"), ("P-03.2", "warn", "not_evaluated")},
    ),
    (
        "分值不合方案",
        several(
            score(1, 0, level1_weight="45", level2_weight="25", weight="25", score="25"),
            *(score(1, r, level1_weight="45") for r in (1, 2, 3)),
            *(score(1, r, level1_weight="25") for r in (4, 5)),
            score(1, 5, level2_weight="5", weight="5", score="5"),
        ),
        {("P-05", "fatal", "breaks")},
    ),
    (
        "分值合计不是100",
        several(
            score(1, 6, level1_weight="11", level2_weight="11", weight="11", score="11"),
            head(1, total_score="101", extra={}),
        ),
        {("P-05", "fatal", "breaks")},
    ),
    (
        "执行分值不合方案",
        put(1, "funds", 0, weight="15", score="15"),
        {("P-05", "fatal", "breaks"), ("P-09", "fatal", "breaks")},
    ),
    ("多目标合计80", split(("60", "20")), set()),
    ("多目标合计不是80", split(("60", "25")), {("P-05", "fatal", "breaks"), ("P-06", "fatal", "breaks")}),
    ("二级分值不等于三级之和", score(1, 0, level2_weight="19"), {("P-06", "fatal", "breaks")}),
    ("年度绩效目标分值", head(1, extra={"level0_weight": "90"}), {("P-06", "fatal", "breaks")}),
    ("三级分值没有填", score(1, 0, weight=None), {("P-06", "fatal", "not_evaluated")}),
    ("二级分值没有填", score(1, 0, level2_weight=None), {("P-06.1", "warn", "breaks")}),
    ("各二级都不印分值", several(*(score(1, r, level2_weight=None) for r in range(7))), set()),
    (
        "各二级都不印分值而三级之和不符",
        several(
            *(score(1, r, level2_weight=None) for r in range(7)), score(1, 3, weight="6", score="6"),
            score(1, 6, weight="9", score="9", level1_weight="9"),
        ),
        {("P-06", "fatal", "breaks"), ("P-05", "fatal", "breaks")},
    ),
    ("一级名称没有填", score(1, 6, level1=None, level1_weight=None), {("P-06.1", "warn", "breaks")}),
    ("满意度并入效益", several(*(score(1, r, level1="效益指标", level1_weight="40") for r in (4, 5, 6))), set()),
    ("正向得分错", several(score(1, 0, actual="90人"), head(1, **REASON)), {("P-07", "fatal", "breaks")}),
    ("正向得分对", several(score(1, 0, actual="90人", score="18"), head(1, total_score="98", **REASON)), set()),
    (
        "反向得分错",
        several(score(1, 1, actual="60万元", score="12"), head(1, total_score="102")),
        {("P-07.1", "fatal", "breaks")},
    ),
    (
        "反向得分对",
        several(
            score(1, 1, actual="60万元", score="8.33"),
            head(1, total_score="98.33", deviation_analysis="培训费超支：场地涨价。"),
        ),
        set(),
    ),
    (
        "反向得分差一分",
        several(
            score(1, 1, actual="60万元", score="8.34"),
            head(1, total_score="98.34", deviation_analysis="培训费超支：场地涨价。"),
        ),
        {("P-07", "fatal", "rounding")},
    ),
    ("完成值没有填", score(1, 0, actual=None), {("P-07", "fatal", "not_evaluated")}),
    ("得分没有填", score(1, 0, score=None), {("P-07", "fatal", "not_evaluated"), ("P-09", "fatal", "not_evaluated")}),
    (
        "得分写成文字",
        score(1, 0, score="满分"),
        {("P-07", "fatal", "not_evaluated"), ("P-09", "fatal", "not_evaluated")},
    ),
    (
        "得分为负",
        several(score(1, 0, score="-1"), head(1, **REASON)),
        {("P-07", "fatal", "not_evaluated"), ("P-09", "fatal", "not_evaluated")},
    ),
    (
        "定性档次不符",
        score(1, 4, actual="一定程度提升"),
        {("P-08", "explain", "breaks"), ("P-11.3", "explain", "breaks")},
    ),
    (
        "定性档次相符",
        several(score(1, 4, actual="一定程度提升", score="12"), head(1, total_score="92", **REASON)),
        set(),
    ),
    (
        "定性达成而得分太低",
        several(score(1, 4, score="15"), head(1, total_score="95", **REASON)),
        {("P-08", "explain", "breaks")},
    ),
    ("定性用词不同", score(1, 4, actual="显著改善"), {("P-08.2", "warn", "breaks")}),
    ("完成值是约数", score(1, 0, actual="约110人"), {("P-08.1", "explain", "breaks")}),
    (
        "超出范围而得满分",
        score(1, 3, actual="55分"),
        {("P-08.1", "explain", "breaks"), ("P-11.3", "explain", "breaks")},
    ),
    ("逾期而扣分", several(score(1, 2, actual="2024年1月", score="3"), head(1, total_score="98", **REASON)), set()),
    ("总分错", head(1, total_score="99"), {("P-09", "fatal", "breaks")}),
    ("总分没有填", head(1, total_score=None), {("P-09", "fatal", "not_evaluated")}),
    (
        "没有偏差原因",
        several(score(1, 0, actual="90人", score="18"), head(1, total_score="98")),
        {("P-11", "explain", "breaks")},
    ),
    (
        "偏差原因没有说到",
        several(score(1, 0, actual="90人", score="18"), head(1, total_score="98", deviation_analysis="组织不力。")),
        {("P-11.1", "warn", "breaks")},
    ),
    ("执行率偏差没有说到", head(0, deviation_analysis="管理较好。"), {("P-11.1", "warn", "breaks")}),
    (
        "引用名称不同",
        several(
            score(1, 0, actual="90人", score="18"), head(1, total_score="98", deviation_analysis="“参加培训人数”少。")
        ),
        {("P-11.2", "warn", "breaks")},
    ),
    ("远超目标", score(1, 0, actual="130人"), {("P-12", "explain", "breaks")}),
    ("接近远超目标", score(1, 0, actual="129人"), set()),
    ("远超目标已说明", several(score(1, 0, actual="200人"), head(1, **REASON)), set()),
    ("远超目标而调减", several(score(1, 0, actual="200人", score="18"), head(1, total_score="98", **REASON)), set()),
    ("成本没有写明方向", score(1, 1, target="50万元"), {("P-13", "explain", "breaks")}),
    (
        "成本按正向计分也认",
        several(score(1, 1, target="50万元", score="9.6"), head(1, total_score="99.6", deviation_analysis="培训费。")),
        {("P-13", "explain", "breaks")},
    ),
    (
        "成本两种算法都不是",
        several(score(1, 1, target="50万元", score="9"), head(1, total_score="99", deviation_analysis="培训费。")),
        {("P-13", "explain", "breaks"), ("P-07", "fatal", "breaks")},
    ),
    ("越低越好写成大于等于", score(1, 0, level3="投诉率", target="≥1%", actual="1%"), {("P-13", "explain", "breaks")}),
    ("越高越好写成小于等于", score(1, 6, target="≤95%"), {("P-13", "explain", "breaks")}),
    (
        "方向相反",
        several(score(1, 0, actual="≤110人")),
        {("P-13", "explain", "breaks"), ("P-08.1", "explain", "breaks")},
    ),
    ("单位不同", score(1, 0, actual="110人次"), {("P-13.1", "warn", "breaks")}),
    ("百分数没有百分号", score(1, 5, actual="6"), {("P-13.1", "warn", "breaks"), ("P-08.1", "explain", "breaks")}),
    (
        "项目合计不符",
        several(put(1, "funds", 0, budget="75.00", executed="75.00")),
        {("P-14", "fatal", "breaks"), ("P-14.1", "explain", "breaks")},
    ),
    (
        "项目没有全部附表",
        several(put(1, "funds", 0, budget="75.00", executed="75.00"), known(covers_all=None)),
        {("P-14", "explain", "breaks"), ("P-14.1", "explain", "breaks")},
    ),
    (
        "项目多报",
        several(put(1, "funds", 0, budget="85.00", executed="85.00"), known(covers_all=True)),
        {("P-14", "fatal", "breaks"), ("P-14.1", "explain", "breaks")},
    ),
    (
        "项目多报而不知是否全部附表",
        several(put(1, "funds", 0, budget="85.00", executed="85.00"), known(covers_all=None)),
        {("P-14", "explain", "breaks"), ("P-14.1", "explain", "breaks")},
    ),
    ("项目数不符", known(projects=2), {("P-15", "fatal", "breaks")}),
    ("附表少于自评的项目", known(projects=2, assessed=True), {("P-15", "explain", "breaks")}),
    ("附表多于自评的项目", known(projects=0, assessed=True), {("P-15", "fatal", "breaks")}),
    ("指标重复", score(1, 5, level3="培训人数"), {("P-16", "warn", "breaks")}),
    ("同名完成值不同", score(1, 0, level3="全部培训人数", actual="111人"), {("P-16.1", "explain", "breaks")}),
    ("同名目标值不同", score(1, 0, level3="全部培训人数", target="≥101人"), {("P-16.2", "warn", "breaks")}),
    ("同名目标写法不同", score(1, 0, level3="全年全部培训人数", target="100人"), set()),
    (
        "名称相近",
        several(score(0, 6, level3="市直学校学员满意度"), score(1, 6, level3="市直学校学员满意率", actual="96%")),
        {("P-16.3", "warn", "breaks")},
    ),
    ("填报日期早于年度末", head(1, fill_date="2023年12月31日"), {("P-19", "warn", "breaks")}),
    ("填报日期晚于公开日期", known(published=date(2024, 5, 21)), {("P-19", "warn", "breaks")}),
    ("填报日期没有填", head(1, fill_date=None), {("P-19", "warn", "not_evaluated")}),
    ("填报日期不是日期", head(1, fill_date="五月"), {("P-19", "warn", "breaks")}),
    ("单位名称异写", head(1, unit_name="示例单位（本级）"), {("P-20", "warn", "breaks")}),
]

HUNAN: list[tuple[str, Change, set[tuple[str, str, str]]]] = [
    ("分项之和不符", put(0, "funds", 1, executed="181.00"), {("P-02.2", "fatal", "breaks")}),
    ("分项差一分", put(0, "funds", 1, executed="180.01"), {("P-02.2", "fatal", "rounding")}),
    (
        "分项没有填",
        several(*(put(0, "funds", r, executed=None) for r in (1, 2, 3))),
        {("P-02.2", "fatal", "not_evaluated")},
    ),
    ("支出性质预算数不符", put(0, "funds", 4, budget="126.00"), {("P-02.2", "fatal", "breaks")}),
    ("等级错", head(0, grade="良"), {("P-10", "fatal", "breaks")}),
    ("等级没有填", head(0, grade=None), {("P-10", "fatal", "not_evaluated")}),
    ("等级写全称", head(0, grade="优秀"), set()),
    (
        "偏差原因写在指标一行",
        several(score(0, 0, actual="90人", score="45", deviation="报名少"), head(0, total_score="94.52")),
        set(),
    ),
    (
        "指标一行没有原因",
        several(score(0, 0, actual="90人", score="45"), head(0, total_score="94.52")),
        {("P-11", "explain", "breaks")},
    ),
    ("年初预算数不符", known(initial_budget=191_000_000), {("P-17", "explain", "breaks")}),
    ("追加数不符", known(added=21_000_000), {("P-17.1", "explain", "breaks")}),
    ("追加数相符", known(added=20_000_000), set()),
    ("三公不等于分项之和", put(1, "basics", 5, final="5.50"), {("P-18", "fatal", "breaks")}),
    ("公用经费超过基本支出", put(1, "basics", 1, final="121"), {("P-18.1", "fatal", "breaks")}),
    ("控制率错", put(1, "basics", 9, rate="96%"), {("P-18.2", "fatal", "breaks")}),
    ("控制率没有编制数", put(1, "basics", 9, approved=None), {("P-18.2", "fatal", "not_evaluated")}),
]


def kinds(account: Account) -> set[tuple[str, str, str]]:
    return {(f.rule, f.severity, f.verdict) for f in found(account)}


def test_the_clean_accounts_hold() -> None:
    assert found(Account()) == []
    assert found(county()) == []
    holding = {f.rule for a in (Account(), county()) for f in a.check().checks if f.verdict == "holds"}
    # These say something only where something is amiss; the clean forms have no occasion for them.
    occasions = {"P-01.1", "P-17.1", "P-05.1", "P-08.1", "P-08.2", "P-11.2", "P-16.1", "P-16.2", "P-16.3"}
    assert holding == load().rules.keys() - occasions


@pytest.mark.parametrize(("change", "broken"), [x[1:] for x in WUHAN], ids=[x[0] for x in WUHAN])
def test_wuhan(change: Change, broken: set[tuple[str, str, str]]) -> None:
    account = Account()
    change(account)
    assert kinds(account) == broken


@pytest.mark.parametrize(("change", "broken"), [x[1:] for x in HUNAN], ids=[x[0] for x in HUNAN])
def test_hunan(change: Change, broken: set[tuple[str, str, str]]) -> None:
    account = county()
    change(account)
    assert kinds(account) == broken


def test_every_rule_is_broken_somewhere() -> None:
    told = {rule for _, _, broken in (*WUHAN, *HUNAN) for rule, _, verdict in broken if verdict == "breaks"}
    assert load().rules.keys() - told == {"P-05.1"}  # test_weights_that_are_only_recommended


def test_weights_that_are_only_recommended() -> None:
    account = Account([project()], region="四川")
    form = account.forms[0]
    form["funds"][0] |= {"weight": "10", "score": "10"}
    form["indicators"][0] |= {"level1_weight": "50", "level2_weight": "30", "weight": "30", "score": "30"}
    for row in (1, 2, 3):
        form["indicators"][row]["level1_weight"] = "50"
    form["extra"] = {}
    assert kinds(account) == set()
    form["indicators"][6] |= {"level1_weight": "5", "level2_weight": "5", "weight": "5", "score": "5"}
    form["indicators"][5] |= {"level1_weight": "35", "level2_weight": "15", "weight": "15", "score": "15"}
    form["indicators"][4]["level1_weight"] = "35"
    assert kinds(account) == {("P-05.1", "explain", "breaks")}


def test_a_form_without_satisfaction_spreads_its_points() -> None:
    account = Account([project()])
    form = account.forms[0]
    del form["indicators"][6]
    for row in (4, 5):
        form["indicators"][row]["level1_weight"] = "40"
    form["indicators"][5] |= {"level2_weight": "20", "weight": "20", "score": "20"}
    assert kinds(account) == set()


def test_a_line_of_a_county_form_that_says_none() -> None:
    account = county()
    empty = indicator(("满意度指标", "10"), ("其他", ""), "无", "", "无", "无")
    account.forms[0]["indicators"].append({**empty, "weight": None, "score": None})
    assert kinds(account) == set()


def test_a_first_level_the_scheme_does_not_know() -> None:
    account = Account()
    for row in (4, 5):
        account.forms[1]["indicators"][row] |= {"level1": "管理水平", "level2": "管理"}
    account.forms[1]["indicators"][4]["level2_weight"] = account.forms[1]["indicators"][5]["level2_weight"] = "30"
    assert kinds(account) == {("P-05", "fatal", "not_evaluated")}


def test_a_finding_leads_to_its_cell() -> None:
    account = Account()
    score(1, 0, actual="90人", score="19")(account)
    head(1, total_score="99", **REASON)(account)
    (only,) = found(account)
    assert (only.form, only.title, only.part, only.row, only.indicator, only.field) == (
        1, "项目自评表", "indicators", 0, "培训人数", "score",
    )  # fmt: skip
    assert (only.stated, only.expected, str(only.difference)) == ("19", "18", "1")
    assert only.message == "“培训人数”正向得分：填 19，应为 18"


def test_no_forms_nothing_to_check() -> None:
    assert Account([]).check().checks == ()


@pytest.mark.parametrize(
    "data",
    [
        "无", [1], [{}], [{"kind": "项目", "funds": 3}],
        [{"kind": "项目", "indicators": ["x"]}],
        [{"kind": "项目", "goals": [{"weight": "80"}]}], [{"kind": "项目", "title": ["x"]}],
        [{"kind": "项目", "extra": 1}],
        [{"kind": "项目", "indicators": [{"goal": "一"}]}],
    ],
)  # fmt: skip
def test_a_case_that_is_not_one_is_refused_in_chinese(data: object) -> None:
    with pytest.raises(BadForm) as error:
        read_forms(data)
    assert any("\u4e00" <= c <= "\u9fff" for c in str(error.value))


@settings(max_examples=60, deadline=None)
@given(actual=st.integers(0, 129), printed=st.integers(0, 2000))
def test_a_quantitative_score_is_right_or_found(actual: int, printed: int) -> None:
    account = Account()
    true = min(2000, actual * 20)
    form = account.forms[1]
    form["indicators"][0] |= {"actual": f"{actual}人", "score": f"{printed / 100:.2f}"}
    form |= {"total_score": f"{80 + printed / 100:.2f}", **REASON}
    verdicts = {f.verdict for f in found(account) if f.rule == "P-07"}
    assert verdicts == (set() if printed == true else {"rounding"} if abs(printed - true) == 1 else {"breaks"})


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_text_in_any_cell_is_checked_or_said_not_to_be(data: st.DataObject) -> None:
    """Whatever is typed into a cell, verifying ends with findings and never with an exception."""
    account = Account(
        [whole(), project(), hunan(), basic()], region=data.draw(st.sampled_from(["武汉", "湖南", "全国"]))
    )
    text = data.draw(
        st.text(max_size=12) | st.sampled_from(["100%", "0", "-5", "无", "≥3人", "1,000", "9e9", "０", "八"])
    )
    form = account.forms[data.draw(st.integers(0, 3))]
    part = data.draw(st.sampled_from(["funds", "indicators", "basics", "head"]))
    if part == "head" or not form.get(part):
        form[data.draw(st.sampled_from(["fill_date", "total_score", "grade", "unit_name", "deviation_analysis"]))] = (
            text
        )
    else:
        row = data.draw(st.sampled_from(form[part]))
        row[data.draw(st.sampled_from(sorted(row)))] = text
    report = account.check()
    assert all(f.message for f in report.findings)


# --- project spending that is paid otherwise ---


def fiscal(general: str, fund: str = "") -> Account:
    """A project form of 75.00 of the 80.00 in all; 财政拨款 pays ``general`` and ``fund``."""
    account = Account()
    account.forms[1]["funds"][0].update(budget="75.00", executed="75.00")
    account.projects = {"一般公共预算支出表": general, "政府性基金表": fund}
    return account


@pytest.mark.parametrize(("general", "fund"), [("75.00", ""), ("70.00", "5.00"), ("75.01", "")])
def test_project_forms_may_state_fiscal_money_only(general: str, fund: str) -> None:
    checks = [f for f in fiscal(general, fund).check().checks if f.rule in ("P-14", "P-14.1")]
    verdict = "holds" if general != "75.01" else "rounding"
    assert {(f.rule, f.verdict) for f in checks} == {("P-14", verdict), ("P-14.1", verdict)}
    assert {f.expected for f in checks} == ({"75.00", "80.00"} if verdict == "holds" else {"75.01", "79.99"})


def test_money_that_fits_neither_is_compared_with_all_project_spending() -> None:
    broken = [(f.rule, f.expected, f.difference) for f in found(fiscal("74.00"))]
    assert [(rule, expected, str(off)) for rule, expected, off in broken] == [
        ("P-14.1", "75.00", "5"), ("P-14", "80.00", "-5"),
    ]  # fmt: skip


# --- one thing wrong is told once ---


def test_a_sum_wrong_because_of_its_part_leads_to_the_part() -> None:
    account = Account()
    account.forms[0]["extra"]["基本支出总额"] = "130.00"
    part, whole_sum = found(account)
    assert (part.rule, part.field, part.cause) == ("P-01", "basic_total", "")
    assert (whole_sum.rule, whole_sum.field, whole_sum.cause) == ("P-02", "basic_total", "P-01")
    assert (whole_sum.stated, whole_sum.expected) == ("210.00", "200.00")
    told = word_findings(account.check(), [Bare(form) for form in read_forms(account.forms)])
    assert told[1].message == (
        "《整体自评表》基本支出总额：由 P-01 引起：基本支出、项目支出总额之和与执行数：210.00，应为 200.00。"
        "先改正 P-01。"
    )


def test_a_sum_is_its_own_finding_where_the_amount_executed_is_wrong_too() -> None:
    account = Account()
    account.forms[0]["extra"]["基本支出总额"] = "130.00"
    account.forms[0]["funds"][0].update(executed="205.00", rate="97.6%", score="19.52")
    (sum_,) = [f for f in found(account) if f.rule == "P-02"]
    assert (sum_.field, sum_.stated, sum_.expected, sum_.cause) == ("executed", "205.00", "210.00", "")


def test_what_an_analysis_leaves_out_is_told_in_one_sentence() -> None:
    account = Account()
    for row, actual, points in ((0, "90人", "18"), (6, "81%", "9")):
        account.forms[1]["indicators"][row].update(actual=actual, score=points)
    account.forms[1].update(total_score="97", deviation_analysis="组织不力。")
    report = account.check()
    assert [(f.rule, f.indicator) for f in report.findings] == [("P-11.1", "培训人数"), ("P-11.1", "学员满意度")]
    (one,) = word_findings(report, [Bare(form) for form in read_forms(account.forms)])
    assert (one.id, one.row, one.column) == ("p1", "", "偏差原因分析")
    assert "“培训人数”、“学员满意度”没有得满分，偏差原因分析中没有说到。" in one.message
    assert (report.counts.breaks, counts(report).breaks) == (2, 1)
