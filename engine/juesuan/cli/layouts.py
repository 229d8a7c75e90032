"""``layout list`` and ``layout show``: the layouts, and one expanded as it is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.help import group as make_group
from juesuan.cli.options import argument
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan.catalogue import Catalogue
    from juesuan.layout import Layout
    from juesuan.tables import TableSpec


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = make_group(say("各地版式。", "Layouts of regions and years."))
    add(group, "list", listed, "列出版式。", "List the layouts.")
    add(group, "show", show, "展开一个版式：表序、表号、行、栏。", "One layout expanded: tables, lines, columns.")
    app.add_typer(group, name="layout")


def listed() -> int:
    from juesuan.cli.words import catalogue

    layouts = catalogue().layouts
    width = max(len(x) for x in layouts)
    files.put(
        "\n".join(
            f"{x.id:<{width}}  {x.name}  {say('地区', 'region')} {x.region}  {say('年度', 'years')} {x.years}  "
            f"{say('金额单位', 'unit')} {x.money_unit}"
            for x in layouts.values()
        )
    )
    return 0


def show(
    layout_id: Annotated[str, argument("ID", zh="版式编号，如 hubei-2023", en="layout id, e.g. hubei-2023")],
) -> int:
    from juesuan.cli.words import catalogue

    rules = catalogue()
    if layout_id not in rules.layouts:
        raise Stop(
            say(
                f"没有名为“{layout_id}”的版式；可用：{'、'.join(sorted(rules.layouts))}。",
                f"There is no layout “{layout_id}”; there are {', '.join(sorted(rules.layouts))}.",
            )
        )
    files.put("\n".join(expanded(rules, rules.layouts[layout_id])))
    return 0


def expanded(rules: Catalogue, layout: Layout) -> list[str]:
    """A layout spelled out, a line for each printed row or heading."""
    lines = [
        f"{layout.id}  {layout.name}",
        f"{say('地区', 'region')} {layout.region} · {say('年度', 'years')} {layout.years} · "
        f"{say('金额单位', 'unit')} {layout.money_unit} · {say('依据', 'extends')} {layout.extends or '—'}",
    ]
    for key in layout.tables():
        spec, form = rules.tables[key], layout.forms[key]
        lines += ["", f"{form.number or '（无表号）'} {form.title}"]
        lines.append(f"  {say('栏', 'columns')}：{'｜'.join(layout.heading(spec, c) for c in layout.columns(spec))}")
        lines += _rows(rules, layout, spec)
        lines += [f"  {say('表下文字', 'below')}：{_shown(note)}" for note in form.notes]
    return lines


def _shown(text: str) -> str:
    """A text with what the cover fills in shown as 〔单位名称〕."""
    from juesuan.template import cover

    return re.sub(r"\{(\w+)\}", lambda m: f"〔{cover.LABELS.get(m.group(1), m.group(1))}〕", text)


def _rows(rules: Catalogue, layout: Layout, spec: TableSpec) -> list[str]:
    form = layout.forms[spec.key]
    if spec.kind == "panels":
        found = []
        for panel, slots in layout.slots(spec).items():
            found.append(f"  {panel}：")
            found += [f"    {slot.number:>3} {slot.label or '（空）'}" for slot in slots]
        return found
    if spec.kind == "economic":
        names = rules.economic
        return [f"    {code} {names.name(code) or ''}" for code in form.codes] + [f"    {t.key}" for t in spec.totals]
    if spec.kind == "matrix":
        return [f"    {layout.label(spec, line)}" for line in spec.lines if line.key not in form.drop]
    return [f"    {say('合计及按功能科目列示的各行', 'a total and one row for each functional code')}"]
