"""Label–value cells of a form: its head, its foot, ticks, goals and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from juesuan.draft import Validation
from juesuan.forms.filled import Filled
from juesuan.forms.scheme import FormSpec, Scheme, Section
from juesuan.template import cover
from juesuan.template.content import Facts
from juesuan.template.drawing import area_name
from juesuan.template.forms.canvas import Box, Canvas
from juesuan.template.looks import TYPED

ON, OFF = "☑", "☐"
#: Fields that take a whole row, however short.
LONG = frozenset({"project_name", "annual_goal", "annual_goal_done", "deviation_analysis", "improvement", "thrift",
                  "adjustment"})  # fmt: skip
#: Labels of fields a form does not have by itself.
LABELS = {
    "unit_name": "单位名称", "fill_date": "填报日期", "project_name": "项目名称", "main_department": "主管部门",
    "implementing_unit": "项目实施单位", "basic_total": "基本支出总额", "project_total": "项目支出总额",
    "annual_goal": "年度目标", "annual_goal_done": "实际完成情况", "total_weight": "总分值", "total_score": "总分",
    "grade": "等级", "deviation_analysis": "偏差大或目标未完成原因分析", "improvement": "改进措施及结果应用方案",
    "procurement": "政府采购金额", "adjustment": "部门基本支出预算调整", "thrift": "厉行节约保障措施",
    "filled_by": "填表人", "phone": "联系电话", "signed_by": "单位负责人签字",
}  # fmt: skip
_PLACE = "\ue000"


@dataclass(frozen=True)
class Sheet:
    """What a form is drawn from. ``live``: title and unit follow 封面; ``open``: a blank form, with formulas where
    arithmetic decides."""

    spec: FormSpec
    scheme: Scheme | None
    facts: Facts
    filled: Filled
    open: bool
    live: bool = False

    def money(self, label: str) -> str:
        """A label in the money unit of the account."""
        return label.replace("万元", "元") if self.facts.money_unit == "元" else label


def split(last: int) -> int:
    """The column at which the right half of a form starts."""
    return (last + 1) // 2


def title(sheet: Sheet, canvas: Canvas) -> None:
    """The title row; an open form's title names the project as soon as it is typed."""
    wanted = sheet.spec.title.replace("{年度}", "{year}").replace("{单位}", "{unit}").replace("{部门或单位}", "{kind}")
    wanted = wanted.replace("{项目}", _PLACE)
    if not sheet.open:
        text, formula = sheet.filled.title, ""
    elif sheet.live or _PLACE in wanted:
        text, formula = cover.live(wanted, sheet.facts) if sheet.live else (cover.plain(wanted, sheet.facts), "")
        if _PLACE in wanted:
            formula = formula or cover.literal(text)
            formula = formula.replace(_PLACE, f'"&{_project(canvas)}&"')
    else:
        text, formula = cover.plain(wanted, sheet.facts), ""
    canvas.drawing.spread((0, 0, 0, canvas.last), text.replace(_PLACE, ""), "title", formula)
    canvas.drawing.heights[0] = max(34.0, 1.7 * canvas.needed(text, 0, canvas.last) - 6)
    canvas.row = 1


def _project(canvas: Canvas) -> str:
    """Where the project's name will stand: the second row below the title (its head has two fields above it)."""
    return "$B$3"


def fields(sheet: Sheet, canvas: Canvas, keys: Sequence[tuple[str, str]]) -> None:
    """Fields two in a row, long ones alone."""
    waiting: list[tuple[str, str]] = []
    for key, label in keys:
        if key in LONG:
            _row(sheet, canvas, waiting)
            waiting = []
            _row(sheet, canvas, [(key, label)])
            continue
        waiting.append((key, label))
        if len(waiting) == 2:
            _row(sheet, canvas, waiting)
            waiting = []
    _row(sheet, canvas, waiting)


def _row(sheet: Sheet, canvas: Canvas, keys: Sequence[tuple[str, str]]) -> None:
    if not keys:
        return
    half = split(canvas.last)
    spans = [(0, canvas.last)] if len(keys) == 1 else [(0, half - 1), (half, canvas.last)]
    boxes = []
    for (key, label), (first, end) in zip(keys, spans, strict=True):
        value, formula = sheet.filled.fields.get(key), ""
        if key == "unit_name" and sheet.live and not value:
            value, formula = cover.live("{unit}", sheet.facts)
        elif key == "unit_name" and sheet.open and not value:
            value = sheet.facts.unit
        label = sheet.filled.labels.get(key, label)
        boxes.append(Box(first, first, sheet.money(label), "form label"))
        typed = TYPED if key in ("basic_total", "project_total") and sheet.open and not value else ""
        boxes.append(Box(first + 1, end, value, "form text", formula, typed))
    canvas.line(*boxes, least=44.0 if keys[0][0] in ("deviation_analysis", "improvement", "thrift") else 24.0)


def choices(sheet: Sheet, canvas: Canvas, section: Section) -> None:
    """A row for each question: its options, each a cell with a drop-down of ☑ and ☐."""
    asked = dict(sheet.filled.choices)
    if sheet.open and not asked:
        asked = {label: tuple((o, False) for o in options) for label, *options in section.choices}
    for label, options in asked.items():
        boxes = [Box(0, 0, label, "form label")]
        for (option, tick), (first, last) in zip(options, _spans(1, canvas.last, len(options)), strict=True):
            sign = "" if tick is None else f"{ON if tick else OFF} "
            boxes.append(Box(first, last, f"{sign}{option}", "form text"))
            listed = f'"{ON} {option},{OFF} {option}"'
            if "," not in option and '"' not in option:
                canvas.drawing.validations.append(Validation(
                    area_name(canvas.row, first, canvas.row, first), "list", listed, "stop", label,
                    f"请从下拉列表中选择：{ON} 为勾选，{OFF} 为不勾选"))  # fmt: skip
        canvas.line(*boxes)


def _spans(first: int, last: int, count: int) -> list[tuple[int, int]]:
    """Columns ``first``–``last`` divided among ``count`` cells, the rest going to the last."""
    if count < 1:
        return []
    each = max(1, (last - first + 1) // count)
    spans = [(first + at * each, first + (at + 1) * each - 1) for at in range(count)]
    return [*spans[:-1], (spans[-1][0], max(last, spans[-1][0]))]


def aims(sheet: Sheet, canvas: Canvas, section: Section) -> None:
    """预期目标｜实际完成情况: labels above, texts below (C, D, E)."""
    half = split(canvas.last)
    labels = [
        Box(first, last, label, "form label")
        for (first, last), (_, label) in zip(((0, half - 1), (half, canvas.last)), section.fields, strict=True)
    ]
    canvas.line(*labels)
    canvas.line(*(Box(box.first, box.last, sheet.filled.fields.get(key), "form text")
                  for box, (key, _) in zip(labels, section.fields, strict=True)), least=60.0)  # fmt: skip


def notes(sheet: Sheet, canvas: Canvas, section: Section | None) -> None:
    """The notes; a filled form's own, else the form's."""
    lines = section.lines if sheet.open and section else sheet.filled.notes
    prefix = sheet.filled.fields.get("notes_prefix")
    if prefix and not sheet.open:
        canvas.line(Box(0, canvas.last, prefix, "form note"), least=15.0)
    for text in lines:
        canvas.line(Box(0, canvas.last, text, "form note"), least=15.0)
