"""Units' forms into the department's: the rule of the form notes, through the command too."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from juesuan.__main__ import main
from juesuan.draft import Draft
from juesuan.forms.locate import locate
from juesuan.forms.merge import CannotMerge, merge
from juesuan.forms.records import read_forms
from juesuan.hosts.read import read_book
from juesuan.template.content import Facts
from juesuan.template.forms import draw
from juesuan.template.looks import STYLES
from juesuan.template.package import workbook_bytes
from tests.forms import build


def units() -> list[dict[str, Any]]:
    """Two units of 210 and 70 万元: more people, less punctual, better and worse served."""
    one, two = build.whole(), copy.deepcopy(build.whole())
    two["unit_name"] = "另一单位"
    two["funds"] = [build.funds("单位整体支出总额", "70.00", "70.00", "100%", "20")]
    two["indicators"][0] |= {"target": "≥50人", "actual": "30人", "score": "12"}
    two["indicators"][6] |= {"target": "≥90%", "actual": "85%", "score": "9.44"}
    two["indicators"][4] |= {"actual": "一定程度提升", "score": "14"}
    return [one, two]


def test_absolute_values_add_and_relative_ones_are_weighted() -> None:
    merged = merge(read_forms(units()), "某部门", "2023年度某部门整体绩效自评表", "武汉", 2023, letter="A")
    rows = {row.name: row for row in merged.filled.indicators}
    people, pleased, served = rows["全部培训人数"], rows["全部学员满意度"], rows["全部服务水平"]
    assert (people.target, people.actual, people.score) == ("≥150人", "140人", "18.67")
    assert (pleased.target, pleased.actual, pleased.score) == ("≥90%", "92.5%", "10")  # (95*210 + 85*70) / 280
    assert served.score == "18.5"  # 20 * (1*210 + 0.7*70) / 280
    (total,) = merged.filled.funds
    assert (total.budget, total.executed, total.rate, total.score) == ("280.00", "270.00", "96.4%", "19.29")


def test_what_cannot_be_combined_is_left_blank_and_told() -> None:
    forms = units()
    forms[1]["indicators"][3] |= {"actual": "很好", "weight": "4"}
    merged = merge(read_forms(forms), "", "x", "武汉", 2023)
    row = next(row for row in merged.filled.indicators if row.name == "全部结业分数")
    assert (row.actual, row.score) == (None, None)
    assert "total_score" not in merged.filled.fields
    assert [line.partition("：")[0] for line in merged.told] == [
        "“全部结业分数”各单位的分值不同，按第一家的 5 分",
        "“全部结业分数”",
        "有指标没有得分，总分没有计算，请补填得分后相加",
    ]  # fmt: skip


def test_forms_that_make_no_one_form_are_refused() -> None:
    with pytest.raises(CannotMerge, match="同一类"):
        merge(read_forms([build.whole(), build.project()]), "", "x", "武汉", 2023)
    forms = units()
    forms[1]["funds"][0]["budget"] = None
    with pytest.raises(CannotMerge, match="“另一单位”没有填资金总额"):
        merge(read_forms(forms), "", "x", "武汉", 2023)


def files(folder: Path) -> list[Path]:
    paths = []
    for at, form in enumerate(units()):
        sheets = draw(Facts(form["unit_name"], 2023, "单位", "", "武汉"), [form])
        paths.append(folder / f"{at}.xlsx")
        paths[-1].write_bytes(workbook_bytes(Draft("x", sheets, {}, STYLES)))
    return paths


def test_the_command_writes_the_departments_form(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "汇总.xlsx"
    paths = [str(path) for path in files(tmp_path)]
    status = main(["forms", "consolidate", *paths, "-o", str(out), "--unit", "某部门"])
    said = capfd.readouterr().err.splitlines()
    (form,) = locate(read_book(out))
    scores = {row.name: row.score for row in form.form.indicators}
    assert scores["全部培训人数"] == "18.67"
    assert form.form.unit_name == "某部门"
    assert said[-1].startswith("汇总了 2 个单位")
    assert status == (1 if len(said) > 1 else 0)
    assert main(["forms", "consolidate", *paths, "-o", str(out), "--project", "没有的项目"]) == 2
    assert "《0.xlsx》里有 0 张项目“没有的项目”的自评表" in capfd.readouterr().err
