"""One form with everything that is printed on it: the hinge between the case structure, its sheet and its records.

``records.Form`` is what the rules need of it; ``Filled`` keeps the rest too (ticks, departments, notes, texts), so that
a case filled into a sheet and read back is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from juesuan.forms.records import BadForm, BasicRow, Form, FundRow, Goal, Indicator, read_forms

#: Fields a case keeps at the top of a form, and those it keeps under ``extra`` (key here → key there).
TOP = (
    "unit_name", "fill_date", "project_name", "main_department", "implementing_unit", "total_score", "grade",
    "deviation_analysis", "improvement",
)  # fmt: skip
EXTRA = {
    "basic_total": "基本支出总额", "project_total": "项目支出总额", "indicators_weight": "level0_weight",
    **{key: key for key in ("annual_goal", "annual_goal_done", "total_weight", "notes_prefix", "procurement",
                            "adjustment", "thrift", "filled_by", "phone", "signed_by")},
}  # fmt: skip
#: A label printed otherwise than the form has it is kept under this name: main_department_label.
LABEL = "_label"
_INITIAL = "年初预算数"
_FUND = ("item", "budget", "executed", "rate", "score", "weight")
_LEVELS = ("level1", "level1_weight", "level2", "level2_weight")
_INDICATOR = ("weight", "target", "actual", "score", "deviation")

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Filled:
    """A form as printed. ``fields``: those that say something, by the keys of workbook_templates/forms; ``labels``:
    fields whose label is printed otherwise; ``choices``: label → options with their ticks (None: not known); ``rows``:
    rows of forms F and H by section, "" as the item of a row without one; ``initial``: funds have 年初预算数."""

    letter: str
    kind: str
    title: str
    fields: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[tuple[str, bool | None], ...]] = field(default_factory=dict)
    funds: tuple[FundRow, ...] = ()
    initial: bool = False
    goals: tuple[Goal, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True for a form nobody has filled in: no amounts, no indicators, no texts."""
        typed = self.fields.keys() - {"unit_name", "notes_prefix", "indicators_weight", "total_weight"}
        ticked = any(tick for options in self.choices.values() for _, tick in options)
        rows = any(
            value for found in self.rows.values() for row in found for key, value in row.items() if key != "item"
        )
        funds = any(row.initial or row.budget or row.executed for row in self.funds)
        return not (typed or ticked or rows or funds or self.indicators or self.texts)


def record(filled: Filled) -> Form:
    """What the rules need of a form: what ``read_forms`` makes of ``to_case``, without the way round."""
    said = {key: _said(text) for key, text in filled.fields.items()}
    aimed = bool(filled.goals) or not (filled.labels or any(filled.fields.get(key) for key in EXTRA))
    return Form(
        filled.kind,
        filled.title,
        said.get("unit_name") or "",
        said.get("fill_date"),
        said.get("project_name"),
        tuple(FundRow(row.item, row.initial if filled.initial else None, *map(_said, row[2:])) for row in filled.funds),
        tuple(Goal(goal.no, _said(goal.weight), _said(goal.text) or "") for goal in filled.goals),
        tuple(_bare(row, aimed) for row in filled.indicators),
        tuple(
            BasicRow(_said(row.get("item")) or "", {k: _said(v) for k, v in row.items() if k != "item"})
            for row in filled.rows.get("basics", ())
        ),
        basic_total=said.get("basic_total"),
        project_total=said.get("project_total"),
        indicators_weight=said.get("indicators_weight"),
        total_weight=said.get("total_weight"),
        total_score=said.get("total_score"),
        grade=said.get("grade"),
        deviation_analysis=said.get("deviation_analysis"),
        improvement=said.get("improvement"),
    )


def _bare(row: Indicator, aimed: bool) -> Indicator:
    """An indicator without blanks that are not None; the levels' names, which are "" then, and its own."""
    return Indicator(
        _said(row.name) or "", _said(row.level1) or "", _said(row.level1_weight), _said(row.level2) or "",
        _said(row.level2_weight), _said(row.weight), _said(row.target), _said(row.actual), _said(row.score),
        _said(row.deviation), row.goal if aimed else None,
    )  # fmt: skip


def _said(text: str | None) -> str | None:
    return text if text and not text.isspace() else None


# --- a case's form → Filled ---


def from_case(entry: Mapping[str, Any], letter: str = "", where: str = "forms") -> Filled:
    """A form of a case; ``letter`` its layout A–H. Raises BadForm naming the place."""
    form = read_forms([entry])[0]
    extra: Mapping[str, Any] = entry.get("extra") or {}
    fields = {key: text for key in TOP if (text := _text(entry.get(key)))}
    fields |= {key: text for key, name in EXTRA.items() if (text := _text(extra.get(name)))}
    labels = {k.removesuffix(LABEL): str(v) for k, v in extra.items() if k.endswith(LABEL) and v}
    funds = entry.get("funds") or []
    return Filled(
        letter or form.layout, form.kind, form.title, fields, labels, _choices(entry.get("checkboxes") or {}, where),
        form.funds, any("initial" in row or _INITIAL in (row.get("extra") or {}) for row in funds),
        form.goals, form.indicators, _rows(entry, where),
        {k: text for k, v in (entry.get("texts") or {}).items() if (text := _text(v))},
        tuple(str(note) for note in entry.get("notes") or []),
    )  # fmt: skip


def _text(value: Any) -> str:
    """A text as it stands, "" for a blank."""
    return "" if value is None or not str(value).strip() else str(value)


def _choices(entry: Any, where: str) -> dict[str, tuple[tuple[str, bool | None], ...]]:
    """{label: {option: ticked}}, or {label: {"options": […], "checked": …}} where ticks are not known."""
    found: dict[str, tuple[tuple[str, bool | None], ...]] = {}
    for label, options in entry.items():
        if not isinstance(options, Mapping):
            raise BadForm(f"{where}.checkboxes.{label} 应是一个对象（选项 → 是否勾选）")
        if "options" in options:
            checked = options.get("checked")
            ticked = [checked] if isinstance(checked, str) else checked
            found[label] = tuple((str(o), None if ticked is None else o in ticked) for o in options["options"])
        else:
            found[label] = tuple((str(o), tick if isinstance(tick, bool) else None) for o, tick in options.items())
    return found


def _rows(entry: Mapping[str, Any], where: str) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for key in ("basics", "people"):
        rows = entry.get(key) or []
        if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
            raise BadForm(f"{where}.{key} 应是一个列表，一项一行")
        if rows:
            found[key] = tuple({k: _text(v) or None for k, v in row.items()} for row in rows)
    return found


# --- Filled → a case's form ---


def to_case(filled: Filled) -> dict[str, Any]:
    """The form in the case structure. Empty ``extra`` is left out; ``goals`` (and each indicator's ``goal``) are left
    out where there are none and there is an ``extra``, as published cases write it."""
    fields = filled.fields
    extra = {name: fields[key] for key, name in EXTRA.items() if fields.get(key)}
    extra |= {f"{key}{LABEL}": label for key, label in filled.labels.items()}
    goals = bool(filled.goals) or not extra
    found: dict[str, Any] = {"kind": filled.kind, "title": filled.title}
    found |= {key: fields.get(key) or None for key in TOP[:5]}
    found["checkboxes"] = {label: _ticks(options) for label, options in filled.choices.items()}
    found["funds"] = [_fund(row, filled.initial) for row in filled.funds]
    if goals:
        found["goals"] = [{"no": g.no, "weight": g.weight, "text": g.text} for g in filled.goals]
    found["indicators"] = [_indicator(row, goals) for row in filled.indicators]
    found |= {key: fields.get(key) or None for key in TOP[5:]}
    found["notes"] = list(filled.notes)
    if extra:
        found["extra"] = extra
    found |= {key: [dict(row) for row in rows] for key, rows in filled.rows.items() if rows}
    if filled.texts:
        found["texts"] = dict(filled.texts)
    return found


def _ticks(options: tuple[tuple[str, bool | None], ...]) -> dict[str, Any]:
    if any(tick is None for _, tick in options):
        return {"options": [option for option, _ in options], "checked": None}
    return dict(options)


def _fund(row: FundRow, initial: bool) -> dict[str, Any]:
    found: dict[str, Any] = {key: getattr(row, key) for key in _FUND}
    return found | ({"extra": {_INITIAL: row.initial}} if initial else {})


def _indicator(row: Indicator, goals: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"goal": row.goal} if goals else {}
    found |= {key: getattr(row, key) or None for key in _LEVELS}
    return found | {"level3": row.name} | {key: getattr(row, key) for key in _INDICATOR}
