"""The foot of a form: total, grade, reasons and signatures, and fields the form does not have by itself."""

from __future__ import annotations

from collections.abc import Sequence

from juesuan.forms.filled import LABEL
from juesuan.forms.scheme import Section
from juesuan.template.forms.canvas import SCORE, Box, Canvas, points
from juesuan.template.forms.head import LABELS, Sheet, fields

_TOTALS = ("total_weight", "total_score", "grade")


def foot(
    sheet: Sheet,
    canvas: Canvas,
    section: Section | None,
    columns: Sequence[tuple[str, str]],
    summed: tuple[int, int] | None,
) -> None:
    """``columns``: those of the indicators; ``summed``: rows whose scores add up, in an open form."""
    own = section.fields if section else ()
    wanted = [key for key, _ in own]
    left = [key for key in _TOTALS if key in sheet.filled.fields and key not in wanted]
    totals = [key for key in _TOTALS if key in (*wanted, *left)]
    keys = [key for key, _ in columns]
    aligned = "weight" in keys and "score" in keys and keys.index("weight") + 1 == keys.index("score")
    if "total_weight" in totals and not aligned:
        fields(sheet, canvas, [("total_weight", LABELS["total_weight"])])
    if totals:
        _totals(sheet, canvas, keys, totals, summed)
    fields(sheet, canvas, [(key, label) for key, label in own if key not in _TOTALS])


def _totals(
    sheet: Sheet, canvas: Canvas, keys: Sequence[str], totals: Sequence[str], summed: tuple[int, int] | None
) -> None:
    score = keys.index("score") if "score" in keys else canvas.last
    weight = keys.index("weight") if "weight" in keys else None
    boxes, start = [], score
    if "total_weight" in totals and weight == score - 1:
        boxes.append(_points(sheet, canvas, "total_weight", weight, summed))
        start = weight
    boxes.append(_points(sheet, canvas, "total_score", score, summed))
    rest = [Box(score + 1, canvas.last, None, "form label")] if score < canvas.last else []
    canvas.line(Box(0, start - 1, "总分", "form label"), *boxes, *rest, least=24.0)
    if "grade" in totals:
        formula = _grade(sheet, canvas) if summed else ""
        value = "" if formula else sheet.filled.fields.get("grade")
        style = "form result" if formula else "form middle"
        canvas.line(Box(0, score - 1, "等级", "form label"), Box(score, canvas.last, value, style, formula), least=24.0)


def _points(sheet: Sheet, canvas: Canvas, key: str, at: int, summed: tuple[int, int] | None) -> Box:
    value, code = points(sheet.filled.fields.get(key))
    if summed is None:
        return Box(at, at, value, "form middle", "", code, key)
    area = canvas.area(summed[0], at, summed[1], at)
    execution = canvas.cells.get("score" if key == "total_score" else "weight")
    extra = f"+N({canvas.name('score' if key == 'total_score' else 'weight')})" if execution else ""
    counted = f",{extra[3:-1]}" if execution and key == "total_score" else ""
    typed = f"COUNT({area}{counted})=0"
    return Box(at, at, "", "form result", f'IF({typed},"",SUM({area}){extra})', SCORE if key == "total_score" else "",
               key)  # fmt: skip


def _grade(sheet: Sheet, canvas: Canvas) -> str:
    """优、良、中、差 by the scheme's lower ends."""
    grades = sheet.scheme.grades if sheet.scheme else ()
    if not grades:
        return ""
    total = canvas.name("total_score")
    nested = f'"{grades[-1][0]}"'
    for name, least in reversed(grades[:-1]):
        nested = f'IF({total}>={least},"{name}",{nested})'
    return f'IF({total}="","",{nested})'


def others(sheet: Sheet, canvas: Canvas) -> None:
    """Fields that are filled in although the form has no place for them: nothing is dropped."""
    known = {key for section in sheet.spec.sections for key, _ in section.fields}
    known |= {*_TOTALS, "notes_prefix", "indicators_weight"}
    known |= {"annual_goal"} if any(s.key == "goals" for s in sheet.spec.sections) else set()
    rest = [key for key in sheet.filled.fields if key not in known and not key.endswith(LABEL)]
    fields(sheet, canvas, [(key, LABELS.get(key, key)) for key in rest])
