"""``forms``: the performance forms there are, blank ones added to a workbook, filled ones scored again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add, group
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan.binding import Binding
    from juesuan.book import Book
    from juesuan.forms.locate import BoundForm
    from juesuan.forms.scorecard import Line, Scorecard
    from juesuan.template.content import Facts

#: Behind which of our sheets forms go: the first of these that is there.
_AFTER = ("重点工作", "名词解释", "情况说明", "补充资料", "三公表")


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    forms = group(
        say("绩效自评表：表式、添加空表、重新计分。", "Performance forms: list, add blank ones, score again.")
    )
    add(forms, "list", listed, "列出各地的自评表表式。", "List the forms of each region.")
    add(forms, "add", added, "在工作簿里添加空白的自评表。", "Add blank forms to a workbook.")
    add(forms, "score", score, "按计分规则重算自评表，与填的数对照。", "Score the forms again, beside what is stated.")
    add(
        forms,
        "consolidate",
        consolidate,
        "把各单位的同一自评表汇总成一张：绝对值相加，相对值按资金加权。",
        "Consolidate the units' forms: absolute values add, relative ones are weighted by funds.",
    )
    app.add_typer(forms, name="forms")


def listed() -> int:
    from juesuan.forms.scheme import load

    for spec in load().forms.values():
        files.put(f"{spec.id}  {spec.name}  {say('地区', 'region')} {'、'.join(spec.regions)}  "
                  f"{say('年度', 'years')} {spec.years}")  # fmt: skip
    return 0


# --- add ---


def added(
    path: Annotated[Path, argument("FILE", zh="工作簿", en="the workbook")],
    form: Annotated[str, option("--form", zh="表式 A–H（见 forms list）", en="form A–H (see forms list)")],
    output: Annotated[Path | None, option("--output", "-o", zh="写到这个文件", en="write to this file")] = None,
    in_place: Annotated[
        bool, option("--in-place", zh="直接改原文件，并留备份", en="change the file itself, keeping a backup")
    ] = False,
    count: Annotated[
        int, option("--count", zh="张数（一个项目一张）", en="how many (one for each project)", min=1, max=99)
    ] = 1,
    goals: Annotated[
        int,
        option("--goals", zh="年度目标的个数（表式 A，部门有多个目标时）", en="annual goals (form A)", min=0, max=20),
    ] = 0,
    unit: Annotated[str, option("--unit", zh="单位名称（默认按工作簿）", en="the unit (default: the workbook's)")] = "",
    year: Annotated[
        int | None,
        option("--year", zh="年度（默认按工作簿）", en="the year (default: the workbook's)", min=2000, max=2099),
    ] = None,
) -> int:
    from juesuan.cli.mend import one_target, write_result
    from juesuan.data import BadData
    from juesuan.edits import PutSheet
    from juesuan.forms.scheme import load
    from juesuan.hosts.patch import apply_edits
    from juesuan.template.forms import blank
    from juesuan.template.looks import STYLES

    one_target(path, output, in_place)
    letter = form.strip().upper()
    spec = load().forms.get(letter)
    if spec is None:
        known = "、".join(sorted(load().forms))
        raise Stop(
            say(f"没有表式“{form}”；可用：{known}（见 forms list）。", f"There is no form “{form}”: use {known}.")
        )
    if count > 1 and not spec.repeats:
        raise Stop(
            say(
                f"《{spec.name}》一个单位只填一张，--count 只能是 1。",
                f"Form {letter} is made once; --count must be 1.",
            )
        )
    data = files.read(path)
    book, binding = _bound(data, path.name)
    facts = _facts(binding, unit, year)
    names = [sheet.name for sheet in book.sheets]
    live = binding.meta.ours and "封面" in names and not unit and year is None
    try:
        drafts = blank(facts, [letter], projects=count, live=live, taken=names, goals=goals)
    except BadData as error:
        raise Stop(f"{error}。") from error
    after, edits = _behind(names), []
    for draft in drafts:
        edits.append(PutSheet(draft, STYLES, after))
        after = draft.name
    write_result(path, apply_edits(data, edits), output, in_place)
    made = "、".join(draft.name for draft in drafts)
    files.tell(say(f"添加了工作表：{made}。", f"Sheets added: {made}."))
    return 0


def _bound(data: bytes, name: str) -> tuple[Book, Binding]:
    from juesuan.bind import bind
    from juesuan.cli.words import catalogue
    from juesuan.formulas import freshen
    from juesuan.hosts.read import read_book

    book = freshen(read_book(data, name=name)).book
    return book, bind(book, catalogue(), required=False)


def _facts(binding: Binding, unit: str, year: int | None) -> Facts:
    from juesuan.template.content import Facts

    found = binding.statements
    stated = year or found.year
    if stated is None:
        raise Stop(say("工作簿里没有写明年度，请用 --year 写明。", "The workbook names no year; give --year."))
    money = next((table.unit for table in found.tables.values()), "万元")
    return Facts(unit or found.unit, stated, found.kind or "单位", found.nature, binding.region, money)


def _behind(names: list[str]) -> str:
    """The sheet that new forms go behind: the last form there is, else the last of the texts or tables."""
    from juesuan.template.forms.make import SHEETS

    forms = [name for name in names if name.startswith(tuple(SHEETS.values()))]
    return forms[-1] if forms else next((name for name in _AFTER if name in names), "")


# --- score ---


def score(
    path: Annotated[Path, argument("FILE", zh="工作簿", en="the workbook")],
    form: Annotated[str, option("--format", zh="text 或 json", en="text or json")] = "text",
) -> int:
    from juesuan.forms.locate import locate
    from juesuan.forms.scorecard import region_of, scorecard

    if form not in ("text", "json"):
        raise Stop(
            say(f"--format 只能是 text 或 json，不是“{form}”。", f"--format must be text or json, not “{form}”.")
        )
    book, binding = _bound(files.read(path), path.name)
    year = binding.statements.year
    found = [bound for bound in locate(book, binding.tables.values()) if bound.form.kind in ("整体", "项目")]
    if not found:
        raise Stop(
            say(
                f"《{path.name}》里没有填写过的自评表：表题应含“自评表”，指标表头应有“三级指标”“目标值”“完成值”。",
                f"“{path.name}” holds no self-assessment form that is filled in.",
            )
        )
    cards = []
    for bound in found:
        region = region_of(binding.region, bound.spec, year, bound.form.kind)
        cards.append((bound, scorecard(bound.form, region, year)))
    if form == "json":
        files.data(files.pretty({"file": path.name, "forms": [_data(bound, card) for bound, card in cards]}))
    else:
        for bound, card in cards:
            files.put("\n".join(_text(bound, card)))
    for bound in found:
        for problem in bound.problems:
            files.tell(problem.message)
    differing = any(card.differing for _, card in cards)
    return 1 if differing or any(bound.problems for bound in found) else 0


def _cell(bound: BoundForm, line: Line) -> str:
    if line.row is not None:
        return bound.cell("indicators", line.row, "score")
    field = {"执行率": "rate", "预算执行得分": "score"}.get(line.what)
    return (
        bound.cell("funds", 0, field)
        if field
        else bound.cell("foot", None, "grade" if line.what == "等级" else "total_score")
    )


def _data(bound: BoundForm, card: Scorecard) -> dict[str, Any]:
    found = dict(card.as_data())
    for entry, line in zip(found["lines"], card.lines, strict=True):
        entry["cell"] = _cell(bound, line)
    return {"sheet": bound.sheet, **found}


def _text(bound: BoundForm, card: Scorecard) -> list[str]:
    lines = [f"《{card.title}》（{bound.sheet}）　{say('计分方案', 'scheme')}：{card.scheme}"]
    for line in card.lines:
        sign = {True: "=", False: "≠", None: "·"}[line.agrees]
        values = f"{line.target or '—'} → {line.actual or '—'}" if line.row is not None else ""
        weight = f"（{line.weight} 分）" if line.weight else ""
        stated, computed = line.stated or say("未填", "blank"), line.computed or "—"
        parts = [f"{sign} {line.what}{weight}", values, f"{say('填', 'stated')} {stated}"]
        text = "  " + "　".join(part for part in [*parts, f"{say('算', 'computed')} {computed}"] if part)
        if line.note:
            text += f"　{line.note}"
        lines.append(f"{text}　{_cell(bound, line)}" if line.agrees is False else text)
    said = say(
        f"  不符 {len(card.differing)} 处，由人判断 {card.judged} 项。",
        f"  {len(card.differing)} differ, {card.judged} to be judged by a person.",
    )
    return [*lines, said, ""]


# --- consolidate ---


def consolidate(
    paths: Annotated[list[Path], argument("FILE...", zh="各单位的工作簿", en="the units' workbooks")],
    output: Annotated[Path, option("--output", "-o", zh="写到这个 .xlsx", en="write this .xlsx")],
    unit: Annotated[str, option("--unit", zh="汇总部门的名称", en="the department's name")] = "",
    project: Annotated[
        str,
        option(
            "--project", zh="汇总这个项目的项目自评表（默认汇总整体自评表）", en="the project (default: whole forms)"
        ),
    ] = "",
) -> int:
    from juesuan.draft import Draft
    from juesuan.forms.merge import CannotMerge, merge
    from juesuan.forms.scorecard import region_of
    from juesuan.template.content import Facts
    from juesuan.template.forms import draw_filled
    from juesuan.template.looks import STYLES
    from juesuan.template.package import workbook_bytes

    if output.suffix.lower() != ".xlsx":
        raise Stop(say("输出文件应以 .xlsx 结尾。", "The output must end in .xlsx."))
    found = [_one(path, project) for path in paths]
    first, binding = found[0]
    years = {binding.statements.year for _, binding in found}
    if len(years) > 1:
        listed = "、".join(str(year) for year in sorted(years, key=str))
        raise Stop(
            say(f"各工作簿的年度不同（{listed}），不能汇总。", f"The workbooks are of different years: {listed}.")
        )
    year = binding.statements.year
    region = region_of(binding.region, first.spec, year, first.form.kind)
    title = f"{year or ''}{'年度' if year else ''}{project or unit}{'项目' if project else '部门整体绩效'}自评表"
    try:
        merged = merge([bound.form for bound, _ in found], unit, title, region, year, letter=first.spec)
    except CannotMerge as error:
        raise Stop(f"{error}。") from error
    sheet = draw_filled(Facts(unit, year or 0, "部门", "", region), merged.filled)
    files.write_new(output, workbook_bytes(Draft(title, (sheet,), {}, STYLES)))
    for sentence in merged.told:
        files.tell(sentence)
    files.tell(
        say(f"汇总了 {len(found)} 个单位，已写出：{output}", f"{len(found)} units consolidated, written: {output}")
    )
    return 1 if merged.told else 0


def _one(path: Path, project: str) -> tuple[BoundForm, Binding]:
    """The form of a workbook that is to be consolidated. Raises Stop where it has none, or more than one."""
    from juesuan.forms.locate import locate
    from juesuan.text import plain

    book, binding = _bound(files.read(path), path.name)
    kind = "项目" if project else "整体"
    fitting = [
        bound
        for bound in locate(book, binding.tables.values())
        if bound.form.kind == kind and (not project or plain(bound.form.project_name or "") == plain(project))
    ]
    if len(fitting) != 1:
        what = f"项目“{project}”的自评表" if project else "整体自评表"
        raise Stop(
            say(
                f"《{path.name}》里有 {len(fitting)} 张{what}，应当正好一张。",
                f"“{path.name}” holds {len(fitting)} such forms; it must hold exactly one.",
            )
        )
    return fitting[0], binding
