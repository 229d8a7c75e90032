"""Findings of forms as the report has them: whole sentences with form, place and remedy, and the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from juesuan.findings import Counts, WordFinding
from juesuan.forms.records import Form, FormFinding, FormReport
from juesuan.forms.scheme import FormCatalogue, load

#: What a field is called where the form's own heading is not known.
LABELS: Mapping[str, str] = {
    "initial": "年初预算数", "budget": "预算数", "executed": "执行数", "rate": "执行率", "score": "得分",
    "weight": "分值", "target": "目标值", "actual": "实际完成值", "deviation": "偏差原因", "level1": "一级指标",
    "level2": "二级指标", "level3": "三级指标", "level1_weight": "一级指标分值", "level2_weight": "二级指标分值",
    "unit_name": "单位名称", "fill_date": "填报日期", "project_name": "项目名称", "basic_total": "基本支出总额",
    "project_total": "项目支出总额", "total_score": "总分", "grade": "等级", "deviation_analysis": "偏差原因分析",
    "improvement": "改进措施", "indicators_weight": "年度绩效目标分值", "total_weight": "分值合计",
    "last_year": "上年决算数", "final": "本年决算数", "approved": "编制（批复）数",
}  # fmt: skip
#: The rule told once a form, and how its sentences end.
TOGETHER, _LEFT_OUT = "P-11.1", "没有得满分，偏差原因分析中没有说到"
_PARTS = {"funds": "资金", "goals": "年度目标", "indicators": "指标", "basics": "基础数据"}


class Placed(Protocol):
    """A form found in a workbook (forms.locate.BoundForm)."""

    @property
    def form(self) -> Form: ...

    @property
    def title(self) -> str: ...

    def cell(self, part: str, row: int | None, field: str) -> str:
        """The nearest cell, "Sheet!C7"; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A form that is in no workbook."""

    form: Form

    @property
    def title(self) -> str:
        return self.form.title

    def cell(self, part: str, row: int | None, field: str) -> str:
        return ""


def word_findings(
    report: FormReport, placed: Sequence[Placed], catalogue: FormCatalogue | None = None
) -> tuple[WordFinding, ...]:
    """What is not simply 相符, form by form. ``placed``: the forms in the order of ``verify``. Ids are p1, p2, …"""
    catalogue = catalogue or load()
    found: dict[object, list[FormFinding]] = {}
    for number, finding in enumerate(report.findings):
        found.setdefault(finding.form if finding.rule == TOGETHER else (number,), []).append(finding)
    return tuple(
        _told(each[0], f"p{n}", placed, catalogue) if len(each) == 1 else _together(each, f"p{n}", placed, catalogue)
        for n, each in enumerate(found.values(), start=1)
    )


def counts(report: FormReport) -> Counts:
    """The checks by verdict, counting what is told in one sentence once."""
    told = [f.form for f in report.findings if f.rule == TOGETHER]
    return replace(report.counts, breaks=report.counts.breaks - len(told) + len(set(told)))


def _together(
    findings: Sequence[FormFinding], number: str, placed: Sequence[Placed], catalogue: FormCatalogue
) -> WordFinding:
    """All that one analysis leaves out, in one sentence, with the cell of the analysis first."""
    first = findings[0]
    analysis, named = "deviation_analysis", "、".join(f.message.partition(_LEFT_OUT)[0] for f in findings)
    one = _told(first._replace(part="foot", row=None, indicator="", field=analysis, message=f"{named}{_LEFT_OUT}"),
                number, placed, catalogue)  # fmt: skip
    cells = (placed[first.form].cell(f.part, f.row, f.field) for f in findings)
    return replace(one, cells=tuple(dict.fromkeys([*one.cells, *(c for c in cells if c)])))


def _told(finding: FormFinding, number: str, placed: Sequence[Placed], catalogue: FormCatalogue) -> WordFinding:
    bound = placed[finding.form]
    table = finding.title or bound.title or f"第 {finding.form + 1} 张自评表"
    row, column = _row(finding, bound.form), label(finding.field, bound.form, catalogue)
    quoted = row.replace("“", "‘").replace("”", "’")
    place = f"《{table}》{f'“{quoted}”' if row else ''}{column}"
    said = finding.message if finding.message.endswith("。") else f"{finding.message}。"
    mend = catalogue.rules[finding.rule].mend
    remedy = {"rounding": "", "not_evaluated": "改好后请重新校验。"}.get(finding.verdict, mend)
    if finding.cause:
        remedy = f"先改正 {finding.cause}。"
    cells = [bound.cell(finding.part, finding.row, finding.field)]
    cells += [placed[form].cell(finding.part, at, finding.field) for form, at in finding.others if form < len(placed)]
    difference = "" if finding.difference is None or finding.verdict == "holds" else f"{finding.difference:f}"
    return WordFinding(
        number,
        finding.rule,
        finding.severity,
        finding.verdict,
        table,
        row,
        column,
        tuple(dict.fromkeys(c for c in cells if c)),
        finding.stated,
        finding.expected,
        difference,
        f"{place}：{said}{remedy}",
    )


def _row(finding: FormFinding, form: Form) -> str:
    """The indicator, the row of funds, the item; "" where a field of the form itself is meant."""
    if finding.indicator or finding.row is None:
        return finding.indicator
    match finding.part:
        case "funds":
            return form.funds[finding.row].item if finding.row < len(form.funds) else ""
        case "basics":
            return form.basics[finding.row].item if finding.row < len(form.basics) else ""
        case "goals":
            return f"年度目标{form.goals[finding.row].no}" if finding.row < len(form.goals) else ""
        case _:
            return _PARTS.get(finding.part, "")


def label(field: str, form: Form, catalogue: FormCatalogue) -> str:
    """A field as the form prints it, without remarks in brackets."""
    spec = catalogue.forms.get(form.layout)
    for section in spec.sections if spec else ():
        for key, printed in (*section.fields, *section.columns):
            if key == field and printed:
                return printed.partition("（")[0]
    return LABELS.get(field, "")
