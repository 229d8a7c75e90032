"""What is printed in one table, before it has a place: rows, columns, labels and figures as texts.

A blank template's content comes from the layout (here), a filled one's from a case (``from_case``); both are drawn by
the same forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from juesuan.catalogue import Catalogue
from juesuan.layout import Layout
from juesuan.render import note
from juesuan.statements import Line
from juesuan.tables import TOTAL, TableSpec


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on the cover: 单位, 年度, 类别 (部门/单位), 性质, 地区, 金额单位, “三公”预算数口径."""

    unit: str
    year: int
    kind: str = "单位"
    nature: str = ""
    region: str = ""
    money_unit: str = "万元"
    budget_basis: str = "全年预算数"
    case: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One printed row: ``key`` the line's key ("" where it has none), its 行次, and figures by column key as text
    (None or missing for blank)."""

    key: str
    label: str
    number: int | None = None
    code: str = ""
    figures: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column; ``key`` "" for a column the catalogue does not know."""

    key: str
    label: str
    parent: str = ""

    @property
    def name(self) -> str:
        """What figures are filed under."""
        return self.key or self.label


@dataclass(frozen=True, slots=True)
class Panel:
    """One side of a table."""

    key: str
    columns: tuple[Column, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """One table. ``totals``: the economic table's tail rows; ``spare``: open rows to add below a code table;
    ``remark``: the sentence an empty table carries ("" for none); ``live``: its texts follow the cover."""

    spec: TableSpec
    title: str
    number: str
    panels: tuple[Panel, ...]
    totals: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    remark: str = ""
    spare: int = 0
    live: bool = True

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that have a key, for the table's shape."""
        rows = [x for p in self.panels for x in p.items] + list(self.totals)
        return tuple(Line(x.key, x.code, x.label) for x in rows if x.key and (x.label or x.code))


def blank(catalogue: Catalogue, layout: Layout, key: str, year: int, codes: tuple[str, ...], spare: int) -> Content:
    """A table of the layout without figures; ``codes`` are the functional codes listed in the code tables."""
    spec, form = catalogue.tables[key], layout.forms[key]
    columns = {c.key: Column(c.key, layout.heading(spec, c), c.parent) for c in layout.columns(spec)}
    texts = (*form.notes, *note.notes(catalogue.rules, spec, layout))
    totals: tuple[Item, ...] = ()
    if spec.kind == "panels":
        slots = layout.slots(spec)
        panels = tuple(Panel(p.key, tuple(columns[c] for c in p.columns),
                             tuple(Item(s.key, s.label, s.number, s.code) for s in slots[p.key])) for p in spec.panels)
    elif spec.kind == "economic":
        names = catalogue.economic
        panels = tuple(Panel(block_of(spec, classes[0]), tuple(columns.values()),
                             tuple(Item(c, names.name(c, year) or "", code=c) for c in form.codes if c[:3] in classes))
                       for classes in form.blocks)
        totals = tuple(Item(t.key, t.key) for t in spec.totals)
    elif spec.kind == "codes":
        names = catalogue.functional
        rows = (Item(TOTAL, TOTAL), *(Item(c, names.name(c, year) or "", code=c) for c in codes))
        panels = (Panel("", tuple(columns.values()), rows),)
    else:
        panels = (Panel("", tuple(columns.values()),
                        tuple(Item(x.key, layout.label(spec, x)) for x in spec.lines)),)
    return Content(spec, form.title, form.number, panels, totals, texts, form.empty,
                   spare if spec.kind == "codes" else 0)


def block_of(spec: TableSpec, code: str) -> str:
    """The block (人员经费、公用经费) an economic class belongs to; "" if none claims it."""
    return next((t.block for t in spec.totals if code[:3] in t.classes), "")
