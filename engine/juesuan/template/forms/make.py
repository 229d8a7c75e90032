"""Forms → sheets: filled ones from a case's forms, open ones from the region's layouts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from juesuan.data import BadData
from juesuan.draft import SheetDraft
from juesuan.forms.filled import Filled, from_case
from juesuan.forms.records import FundRow, Goal, Indicator
from juesuan.forms.scheme import FormCatalogue, FormSpec, Section, load
from juesuan.template.content import Facts
from juesuan.template.drawing import Drawing
from juesuan.template.forms import foot, head, rows
from juesuan.template.forms.canvas import Box, Canvas
from juesuan.template.forms.head import Sheet

#: What a form's sheet is called; those that repeat are numbered.
SHEETS = {"整体": "整体自评", "项目": "项目自评", "基础数据": "基础数据", "报告": "自评报告", "名册": "负责人名册"}
_WIDTHS = {
    "level1": 17.0, "level2": 20.0, "level3": 34.0, "target": 19.0, "actual": 19.0, "weight": 8.0, "score": 12.0,
    "deviation": 22.0,
}  # fmt: skip
_PLAIN = {"基础数据": (26.0, *[14.0] * 6), "报告": (22.0, 28.0, 20.0, 28.0), "名册": (16.0, 18.0, 20.0, 20.0, 26.0)}
_OPEN = {"projects": 5, "buildings": 2, "people": 8}


def draw(facts: Facts, case_forms: Sequence[Mapping[str, Any]]) -> tuple[SheetDraft, ...]:
    """A sheet for each form of a case, as stated, in the case's order. Raises BadForm."""
    catalogue, taken, found = load(), set[str](), []
    for at, entry in enumerate(case_forms):
        filled = from_case(entry, where=f"forms[{at}]")
        letter = choose(filled, facts.region, facts.year, catalogue)
        name = free_name(catalogue.forms[letter], taken)
        taken.add(name)
        found.append(_sheet(Sheet(catalogue.forms[letter], None, facts, filled, open=False), name))
    return tuple(found)


def draw_filled(facts: Facts, filled: Filled) -> SheetDraft:
    """The sheet of one form, as stated."""
    catalogue = load()
    spec = catalogue.forms[choose(filled, facts.region, facts.year, catalogue)]
    return _sheet(Sheet(spec, None, facts, filled, open=False), free_name(spec, ()))


def blank(
    facts: Facts,
    letters: Sequence[str] | None = None,
    *,
    projects: int = 1,
    live: bool = True,
    taken: Collection[str] = (),
    goals: int = 0,
) -> tuple[SheetDraft, ...]:
    """Open forms: those of the facts' region, or the ``letters`` given; ``projects`` of each that is made per project.

    ``live``: title and unit follow 封面. ``taken``: names of sheets that are there already. ``goals``: annual goals
    with indicators of their own, where the form has such blocks. Raises BadData for an unknown letter.
    """
    catalogue, names, found = load(), set(taken), []
    for letter in region_letters(facts.region, facts.year) if letters is None else letters:
        spec = catalogue.forms.get(letter.upper())
        if spec is None:
            raise BadData(f"没有表式“{letter}”；可用：{'、'.join(sorted(catalogue.forms))}")
        for _ in range(projects if spec.repeats else 1):
            name = free_name(spec, names)
            names.add(name)
            scheme = catalogue.scheme(_region(spec, facts.region), facts.year, spec.kind) if spec.weights else None
            filled = Filled(spec.id, spec.kind, "", funds=_open_funds(spec), goals=_open_goals(spec, goals))
            found.append(_sheet(Sheet(spec, scheme, facts, filled, open=True, live=live), name))
    return tuple(found)


def region_letters(region: str, year: int | None) -> tuple[str, ...]:
    """The forms of a region: of each kind the one its units fill in; none where the region is not known."""
    catalogue = load()
    kinds = dict.fromkeys(spec.kind for spec in catalogue.forms.values())
    found = (catalogue.spec(region, year, kind) for kind in kinds)
    return tuple(sorted(spec.id for spec in found if spec and spec.weights))


def choose(filled: Filled, region: str, year: int | None, catalogue: FormCatalogue | None = None) -> str:
    """The letter of the form a case's form is drawn by: the one it names, the region's, else the one it looks like."""
    catalogue = catalogue or load()
    if filled.letter in catalogue.forms:
        return filled.letter
    groups = frozenset(f.group for row in filled.funds if (f := catalogue.words.fund(row.item, frozenset(), "")))
    if spec := catalogue.spec(region, year, filled.kind, groups):
        return spec.id
    alike = {"整体": "C" if filled.initial else "A", "项目": "E" if filled.initial else "B"}
    return alike.get(filled.kind) or next((s.id for s in catalogue.forms.values() if s.kind == filled.kind), "A")


def free_name(spec: FormSpec, taken: Collection[str]) -> str:
    """The next sheet name: 项目自评1, 项目自评2 …; a number for the others only from the second on."""
    base = SHEETS[spec.kind]
    numbered = [f"{base}{n}" for n in range(1, len(taken) + 3)]
    names = numbered if spec.kind == "项目" else [base, *numbered[1:]]
    return next(name for name in names if name not in taken)


def _region(spec: FormSpec, region: str) -> str:
    return region if region in spec.regions else spec.regions[0]


def _open_funds(spec: FormSpec) -> tuple[FundRow, ...]:
    sections = [s for s in spec.sections if s.kind == "rows" and s.key in ("funds", "nature")]
    words = load().words
    names = {fund.key: fund.names[0] for fund in words.funds}
    if spec.kind == "项目":
        names["总额"] = "年度财政资金总额" if spec.id == "B" else "年度资金总额"
    elif spec.id in "CD":
        names["总额"] = "年度资金总额"
    return tuple(FundRow(names[key]) for section in sections for key in section.rows)


def _open_goals(spec: FormSpec, count: int) -> tuple[Goal, ...]:
    blocks = any(s.kind == "goals" for s in spec.sections)
    return tuple(Goal(n, None, "") for n in range(1, count + 1)) if blocks else ()


# --- one form ---


def _sheet(sheet: Sheet, name: str) -> SheetDraft:
    columns = _columns(sheet)
    widths = [_WIDTHS[key] for key, _ in columns] if columns else list(_PLAIN[sheet.spec.kind])
    canvas = Canvas(Drawing(name, widths=dict(enumerate(widths))), len(widths) - 1)
    head.title(sheet, canvas)
    summed: tuple[int, int] | None = None
    drawn: set[str] = set()
    for section in sheet.spec.sections:
        match section.kind:
            case "fields" if section.key == "foot":
                foot.others(sheet, canvas)
                foot.foot(sheet, canvas, section, columns, summed if sheet.open else None)
            case "fields" if section.key == "totals":
                if sheet.open or any(key in sheet.filled.fields for key, _ in section.fields):
                    head.fields(sheet, canvas, section.fields)
            case "fields" if section.key == "goals":
                head.aims(sheet, canvas, section)
            case "fields":
                head.fields(sheet, canvas, section.fields)
            case "choices":
                head.choices(sheet, canvas, section)
            case "rows" if section.key in ("funds", "nature"):
                _funds(sheet, canvas, section)
            case "rows":
                _table(sheet, canvas, section, drawn)
            case "goals" if not sheet.filled.goals and ("annual_goal" in sheet.filled.fields or sheet.open):
                head.fields(sheet, canvas, [("annual_goal", "年度目标")])
            case "indicators":
                summed = _indicators(sheet, canvas, section, columns)
            case "texts":
                _texts(sheet, canvas, section)
            case "notes":
                head.notes(sheet, canvas, section)
    if not any(s.kind == "notes" for s in sheet.spec.sections):
        if not any(s.key == "foot" for s in sheet.spec.sections):
            foot.others(sheet, canvas)
        head.notes(sheet, canvas, None)
    return canvas.done()


def _columns(sheet: Sheet) -> list[tuple[str, str]]:
    """The indicators' columns, and 偏差原因 where reasons are given although the form has no column for them."""
    section = next((s for s in sheet.spec.sections if s.kind == "indicators"), None)
    if section is None:
        return []
    found = list(section.columns)
    if all(key != "deviation" for key, _ in found) and any(row.deviation for row in sheet.filled.indicators):
        found.append(("deviation", "偏差原因分析及改进措施"))
    return found


def _funds(sheet: Sheet, canvas: Canvas, section: Section) -> None:
    """The section's own rows; a form without a section for 收入性质 and 支出性质 has all its rows in one."""
    apart = sheet.spec.groups if any(s.key == "nature" for s in sheet.spec.sections) else ()
    groups: dict[str, list[FundRow]] = {group: [] for group in apart}
    main: list[FundRow] = []
    taken: set[str] = set()
    group = ""
    for row in sheet.filled.funds:
        fund = load().words.fund(row.item, frozenset(taken), group)
        group = fund.group if fund else group
        taken |= {fund.key} if fund else set()
        groups.get(group if fund else "", main).append(row)
    if section.key == "funds":
        if main or not apart:
            rows.funds(sheet, canvas, section, main)
    elif any(groups.values()):
        rows.nature(sheet, canvas, section, groups)


def _table(sheet: Sheet, canvas: Canvas, section: Section, drawn: set[str]) -> None:
    """Rows of F and H. Rows of no section stand with the projects."""
    key = "people" if sheet.spec.kind == "名册" else "basics"
    given = sheet.filled.rows.get(key, ())
    if key == "people":
        rows.table(sheet, canvas, section, given, spare=_OPEN["people"] if sheet.open else 0)
        return
    columns = {name for name, _ in section.columns} - {"item"}
    fixed = {row for s in sheet.spec.sections for row in s.rows}
    if sheet.open:
        own = [{"item": item} for item in section.rows]
        rows.table(sheet, canvas, section, own, spare=_OPEN.get(section.repeats, 0))
        return
    mine = [
        row
        for row in given
        if columns & row.keys()
        and ((row.get("item") in section.rows) if section.rows else row.get("item") not in fixed)
    ]
    if mine:
        rows.table(sheet, canvas, section, mine)


def _indicators(sheet: Sheet, canvas: Canvas, section: Section, columns: list[tuple[str, str]]) -> tuple[int, int]:
    """The indicators, goal by goal where they have goals; (first, last row) of their scores."""
    filled = sheet.filled
    weighed = any(key == "weight" for key, _ in columns)
    if section.label:
        weight = filled.fields.get("indicators_weight")
        if sheet.open and sheet.scheme:
            weight = str(sheet.scheme.indicators)
        label = section.label.replace("（{指标分值}分）", "" if weight is None else f"（{weight}分）")
        canvas.line(Box(0, canvas.last, label, "form label"))
    listed: list[Indicator] = list(filled.indicators)
    if sheet.open:
        listed = rows.open_indicators(sheet, section, weighed, 1 if filled.goals else rows.OPEN_ROWS)
    goals = next((s for s in sheet.spec.sections if s.kind == "goals"), None)
    blocks = [(goal, [r for r in listed if sheet.open or r.goal == goal.no]) for goal in filled.goals]
    first = canvas.row
    loose = [r for r in listed if r.goal not in {g.no for g in filled.goals}] if not sheet.open or not blocks else []
    if loose or not blocks:
        rows.indicators(sheet, canvas, section, columns, loose)
    for goal, own in blocks:
        label = goals.label if goals else "年度目标{序号}：（{分值}分）"
        weight = goal.weight or (" " * 4 if sheet.open else None)
        text = label.replace("{序号}", str(goal.no)).replace("（{分值}分）", f"（{weight}分）" if weight else "")
        canvas.line(Box(0, 1, text, "form label"), Box(2, canvas.last, goal.text or None, "form text"))
        rows.indicators(sheet, canvas, section, columns, own)
    canvas.drawing.open_rows = (first, canvas.row - 1)
    return first, canvas.seam() if sheet.open else canvas.row - 1


def _texts(sheet: Sheet, canvas: Canvas, section: Section) -> None:
    """The report's parts: a heading, then label and text (G)."""
    canvas.line(Box(0, canvas.last, section.label, "form label"))
    for key, label in section.fields:
        text = sheet.filled.texts.get(key)
        canvas.line(Box(0, 0, label, "form label"), Box(1, canvas.last, text, "form text"), least=64.0)
