"""``juesuan forms``: list, add, score; and the forms of a case as its model takes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from juesuan.draft import Draft
from juesuan.edits import SetValue
from juesuan.form_case import FormCase, left_out
from juesuan.forms.scorecard import region_of, scorecard
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from juesuan.template.content import Facts
from juesuan.template.forms import draw
from juesuan.template.looks import STYLES
from juesuan.template.package import workbook_bytes
from tests.conftest import Run
from tests.forms import county, published


@pytest.fixture
def template(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "模板.xlsx"
    assert run("template", "-o", path, "--layout", "hubei-2023", "--unit", "某中心", "--year", 2023).status == 0
    return path


def forms_only(case: str, path: Path) -> Path:
    data = published.load(case)
    sheets = draw(Facts(published.KNOWN[case].unit, data["year"], "单位", "", data["region"]), data["forms"])
    path.write_bytes(workbook_bytes(Draft(case, sheets, {}, STYLES)))
    return path


def test_list_names_every_form(run: Run) -> None:
    lines = run("forms", "list").out.splitlines()
    assert [line[0] for line in lines] == list("ABCDEFGH")
    assert "地区 武汉、湖北" in lines[0]
    assert "region 武汉、湖北" in run("--lang", "en", "forms", "list").out


def test_add_puts_the_next_free_ones_behind_the_texts(run: Run, template: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    done = run("forms", "add", template, "--form", "b", "--count", 2, "-o", one)
    assert (done.status, done.err.splitlines()[-1]) == (0, "添加了工作表：项目自评2、项目自评3。")
    assert run("forms", "add", one, "--form", "B", "-o", two).status == 0
    names = [s.name for s in read_book(two).sheets]
    first = names.index("项目自评1")
    assert names[first : first + 4] == ["项目自评1", "项目自评2", "项目自评3", "项目自评4"]
    assert set(read_book(template).sheets[0].name) <= set(names[0])
    sheet = read_book(two).sheet("项目自评4")
    assert sheet.value(0, 0) == "2023年度项目自评表"
    assert sheet.formulas[1, 1].startswith("封面!")


def test_add_in_place_keeps_a_backup_and_the_rest(run: Run, template: Path) -> None:
    before = {s.name: s.rows for s in read_book(template).sheets}
    assert run("forms", "add", template, "--form", "A", "--goals", 2, "--in-place").status == 0
    after = {s.name: s.rows for s in read_book(template).sheets}
    assert after.keys() - before.keys() == {"整体自评2"}
    assert {name: after[name] for name in before} == before
    goals = [row[0] for row in after["整体自评2"] if str(row[0]).startswith("年度目标")]
    assert goals == ["年度目标1：（    分）", "年度目标2：（    分）"]
    assert len(list(template.parent.glob("*.xlsx"))) == 2


def test_add_to_any_workbook(run: Run, tmp_path: Path) -> None:
    path = forms_only("000", tmp_path / "自评.xlsx")
    done = run("forms", "add", path, "--form", "E", "-o", tmp_path / "x.xlsx", "--year", 2024, "--unit", "某所")
    assert done.status == 0
    assert read_book(tmp_path / "x.xlsx").sheet("项目自评2").value(0, 0) == "2024年度项目支出绩效自评表"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--form", "Z"), "没有表式“Z”；可用：A、B、C、D、E、F、G、H（见 forms list）。"),
        (("--form", "A", "--count", "2"), "《整体绩效自评表（武汉）》一个单位只填一张，--count 只能是 1。"),
    ],
)
def test_add_says_what_is_wrong(run: Run, template: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run("forms", "add", template, *arguments, "-o", template.parent / "x.xlsx")
    assert (done.status, done.err.strip()) == (2, said)
    assert not (template.parent / "x.xlsx").exists()


@pytest.mark.parametrize(("case", "status", "judged"), [("000", 0, [3, 3]), ("001", 0, [4])])
def test_score_of_the_published_forms(run: Run, tmp_path: Path, case: str, status: int, judged: list[int]) -> None:
    path = forms_only(case, tmp_path / f"{case}.xlsx")
    done = run("forms", "score", path, "--format", "json")
    assert done.status == status
    found = json.loads(done.out)["forms"]
    assert [form["judged"] for form in found] == judged
    total = next(line for line in found[0]["lines"] if line["what"] == "总分")
    assert (total["stated"], total["computed"], total["agrees"]) == ("100", "100", True)


def test_score_of_003_tells_the_two_scores_outside_their_band(run: Run, tmp_path: Path) -> None:
    done = run("forms", "score", forms_only("003", tmp_path / "003.xlsx"))
    assert done.status == 1
    differing = [line for line in done.out.splitlines() if line.startswith("  ≠")]
    assert len(differing) == 2
    assert "填 8" in differing[0]
    assert "得分应在 5（含）–8（不含）" in differing[0]
    assert differing[0].endswith("项目自评2!F28")


def test_score_finds_a_changed_score(run: Run, tmp_path: Path) -> None:
    path = forms_only("001", tmp_path / "001.xlsx")
    (lines,) = [form["lines"] for form in json.loads(run("forms", "score", path, "--format", "json").out)["forms"]]
    cell = next(line["cell"] for line in lines if line["what"] == "基金征缴率")
    sheet, _, name = cell.partition("!")
    path.write_bytes(apply_edits(path.read_bytes(), [SetValue(sheet, name, 6)]))
    done = run("forms", "score", path)
    assert done.status == 1
    assert [line for line in done.out.splitlines() if "≠" in line] == [
        f"  ≠ 基金征缴率（8 分）　≥95% → 100%　填 6　算 8　{cell}"
    ]


def test_score_without_forms_says_so(run: Run, template: Path) -> None:
    done = run("forms", "score", template)
    assert done.status == 2
    assert done.err.startswith("《模板.xlsx》里没有填写过的自评表")


def test_a_form_of_another_region_is_scored_by_its_own_scheme() -> None:
    form = published.forms("000")[0]
    assert region_of("全国", "A", 2023, "整体") == "武汉"
    assert region_of("湖南", "C", 2023, "整体") == "湖南"
    assert region_of("四川", "", 2023, "整体") == "四川"
    assert scorecard(form, "武汉", 2023).scheme == "武汉市绩效自评"


# --- the model of a case's forms ---


@pytest.mark.parametrize("case", published.CASES)
def test_published_forms_are_of_the_structure(case: str) -> None:
    forms = [FormCase.model_validate(entry) for entry in published.load(case)["forms"]]
    assert [form.data for form in forms] == published.load(case)["forms"]
    assert list(left_out(forms)) == []


def test_numbers_are_taken_as_their_text() -> None:
    form = FormCase.model_validate({"kind": "整体", "total_score": 99.5, "funds": [{"item": "总额", "budget": 12}]})
    assert (form.total_score, form.funds[0].budget) == ("99.5", "12")
    kinds = [FormCase.model_validate(entry).kind for entry in county.forms()]
    assert kinds == ["整体", "项目", "基础数据", "报告", "名册"]


def test_what_no_sheet_has_a_place_for_is_named() -> None:
    entry: dict[str, Any] = {"kind": "项目", "remark": "x", "extra": {"other": "y"}, "indicators": [{"level4": "z"}]}
    forms = [FormCase.model_validate(entry)]
    assert list(left_out(forms)) == [
        "第 1 张自评表的 remark", "第 1 张自评表的 extra.other", "第 1 张自评表的 indicators[0].level4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"kind": "别的"}, ("kind",)), ({}, ("kind",)), ({"kind": "整体", "funds": {}}, ("funds",)),
        ({"kind": "整体", "goals": [{"no": "一"}]}, ("goals", 0, "no")),
        ({"kind": "整体", "total_score": ["1"]}, ("total_score",)),
    ],
)  # fmt: skip
def test_wrong_forms_are_refused_by_place(entry: dict[str, Any], place: tuple[object, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        FormCase.model_validate(entry)
    assert caught.value.errors()[0]["loc"] == place
