"""Case × layout → the content of each table, with a note for everything that had to be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from juesuan.amount import NotAnAmount, Unit, parse
from juesuan.case import Case, CodeCase, EconomicCase, MatrixCase, PanelCase, PanelRow
from juesuan.catalogue import Catalogue
from juesuan.layout import Layout
from juesuan.refs import Ref
from juesuan.tables import TOTAL, PanelSpec, TableSpec
from juesuan.template import matching
from juesuan.template.content import Column, Content, Item, Panel, block_of
from juesuan.text import plain


@dataclass
class Reader:
    """Reads one case for one layout; ``notes`` collects what is told."""

    catalogue: Catalogue
    layout: Layout
    case: Case
    notes: list[str] = field(default_factory=list)

    def contents(self, spare: int) -> dict[str, Content]:
        """Table key → content, in the layout's order; tables the case lacks are left out and told."""
        found: dict[str, Content] = {}
        for title, table in self.case.tables.items():
            spec = matching.table(title, self.catalogue.tables.values())
            if spec is None:
                self.notes.append(f"《{title}》不是九张公开表之一，没有填入")
                continue
            if spec.key in found:
                self.notes.append(f"《{title}》与《{found[spec.key].title}》是同一张表，没有再填")
                continue
            self._unknown(f"《{title}》", table.unknown)
            content = self._table(spec, title, table)
            if content:
                form = self.layout.forms[spec.key]
                if table.code is None and form.number:
                    self.notes.append(f"《{title}》没有写表号，留空")
                found[spec.key] = replace(content, number=table.code or "", notes=tuple(table.notes or ()),
                                          remark=table.remark or "", live=False,
                                          spare=spare if spec.kind == "codes" else 0)
        missing = [self.layout.forms[k].title for k in self.layout.tables() if k not in found]
        if missing:
            self.notes.append("案例没有这些表，未生成：" + "、".join(f"《{t}》" for t in missing))
        return {key: found[key] for key in self.layout.tables() if key in found}

    def _unknown(self, where: str, keys: list[str]) -> None:
        if keys:
            self.notes.append(f"{where}有不认识的内容，没有填入：{'、'.join(keys)}")

    def _table(self, spec: TableSpec, title: str, table: object) -> Content | None:
        match spec.kind, table:
            case "panels", PanelCase():
                panels: tuple[Panel, ...] = tuple(
                    self._panel(spec, title, panel, rows)
                    for panel, rows in zip(spec.panels, (table.income, table.expenditure), strict=True))
            case "codes", CodeCase():
                panels = (self._codes(spec, title, table),)
            case "economic", EconomicCase():
                return self._economic(spec, title, table)
            case "matrix", MatrixCase():
                panels = (self._matrix(spec, title, table),)
            case _:
                self.notes.append(f"《{title}》的内容不是这张表的结构，没有填入")
                return None
        return Content(spec, title, "", panels)

    # --- kinds ---

    def _panel(self, spec: TableSpec, title: str, panel: PanelSpec, rows: list[PanelRow]) -> Panel:
        columns = tuple(Column(c, self.layout.heading(spec, spec.column(c))) for c in panel.columns)
        wide = max((len(r.values) for r in rows if r.values is not None), default=1)
        columns += tuple(Column("", f"第{n}栏") for n in range(len(columns) + 1, wide + 1))
        if wide > len(panel.columns):
            self.notes.append(f"《{title}》{panel.key}部分有 {wide} 栏，多出的栏按原样列在后面，不参加校验")
        lines = matching.panel_lines([r.item or "" for r in rows], panel.lines)
        items = []
        for row, line in zip(rows, lines, strict=True):
            self._unknown(f"《{title}》“{row.item or row.line}”行", row.unknown)
            values = row.values if row.values is not None else [row.amount]
            figures = {c.name: v for c, v in zip(columns, values, strict=False)}
            if line is None and (row.item or any(v is not None for v in values)):
                self.notes.append(f"《{title}》“{row.item or f'第 {row.line} 行'}”不在版式的行中，按原样列入")
            items.append(Item(line.key if line else "", row.item or "", row.line, line.code if line else "", figures))
        kept = {s.key for s in self.layout.slots(spec)[panel.key] if s.label}
        lacking = [line.printed for line in panel.lines if line.key in kept - {x.key for x in items}]
        if lacking:
            self.notes.append(f"《{title}》案例没有这些行，未列：{'、'.join(lacking)}")
        return Panel(panel.key, columns, tuple(items))

    def _codes(self, spec: TableSpec, title: str, table: CodeCase) -> Panel:
        columns = tuple(self._column(spec, title, heading) for heading in table.columns)
        for at, column in enumerate(columns):
            if column.key and column.key in {c.key for c in columns[:at]}:
                self.notes.append(f"《{title}》有两栏同为“{column.label}”，后一栏按原样列入，不参加校验")
                columns = (*columns[:at], Column("", f"{column.label}（重复）"), *columns[at + 1:])
        items, keys = [], Counter[str]()
        for row in table.rows:
            self._unknown(f"《{title}》“{row.code or row.name}”行", row.unknown)
            if len(row.values) != len(columns):
                self.notes.append(f"《{title}》“{row.code or row.name}”行有 {len(row.values)} 个数，"
                                  f"表有 {len(columns)} 栏")
            key = row.code or (TOTAL if plain(row.name or "") == TOTAL else "")
            keys[key] += 1
            unique = f"{key}#{keys[key]}" if key and keys[key] > 1 else key
            items.append(Item(unique, row.name or "", None, row.code or "",
                              {c.name: v for c, v in zip(columns, row.values, strict=False)}))
        return Panel("", columns, tuple(items))

    def _column(self, spec: TableSpec, title: str, heading: str) -> Column:
        key = matching.column(heading, spec.columns)
        if not key:
            self.notes.append(f"《{title}》的“{heading}”栏不在版式中，按原样列入，不参加校验")
            return Column("", heading)
        return Column(key, heading, spec.column(key).parent)

    def _economic(self, spec: TableSpec, title: str, table: EconomicCase) -> Content:
        blocks = self.layout.forms[spec.key].blocks
        column = Column(spec.column_keys[0], self.layout.heading(spec, spec.columns[0]))
        placed: list[list[Item]] = [[] for _ in blocks]
        keys = Counter[str]()
        for row in table.rows:
            self._unknown(f"《{title}》“{row.code or row.name}”行", row.unknown)
            code = row.code or ""
            at = next((i for i, classes in enumerate(blocks) if code[:3] in classes), None)
            if at is None:
                at = self._guess(spec, blocks, code, row.block)
                self.notes.append(f"《{title}》科目 {code or row.name} 不在版式中，列在“{row.block}”栏末")
            keys[code] += 1
            key = f"{code}#{keys[code]}" if keys[code] > 1 else code
            placed[at].append(Item(key, row.name or "", None, code, {column.name: row.amount}))
        panels = tuple(Panel(block_of(spec, classes[0]), (column,), tuple(items))
                       for classes, items in zip(blocks, placed, strict=True))
        given = {"人员经费合计": table.people, "公用经费合计": table.office}
        totals = tuple(Item(t.key, t.key, figures={column.name: given.get(t.key)}) for t in spec.totals)
        return Content(spec, title, "", panels, totals)

    def _guess(self, spec: TableSpec, blocks: tuple[tuple[str, ...], ...], code: str, block: str) -> int:
        """The panel of a class the layout does not list: the last of its block."""
        wanted = block_of(spec, code) or block
        return max((i for i, c in enumerate(blocks) if block_of(spec, c[0]) == wanted), default=len(blocks) - 1)

    def _matrix(self, spec: TableSpec, title: str, table: MatrixCase) -> Panel:
        columns = tuple(Column(c.key, self.layout.heading(spec, c)) for c in self.layout.columns(spec))
        by_column = {"预算数": table.budget, "决算数": table.final}
        given: dict[str, dict[str, str | None]] = {}
        for name, figures in by_column.items():
            for label, text in figures.items():
                line = next((x for x in spec.lines if x.key == label), None) or matching.line(label, spec.lines)
                if line is None:
                    self.notes.append(f"《{title}》“{label}”不在版式中，没有填入：{text or '空'}")
                else:
                    given.setdefault(line.key, {})[name] = text
        items = tuple(Item(x.key, self.layout.label(spec, x), figures=given.get(x.key, {})) for x in spec.lines)
        return Panel("", columns, items)


def amounts(contents: Mapping[str, Content], tell: list[str], unit: Unit) -> dict[Ref, int]:
    """The stated figures in 分; texts that are no amount are told."""
    found: dict[Ref, int] = {}
    for key, content in contents.items():
        rows = [x for panel in content.panels for x in panel.items] + list(content.totals)
        for item in rows:
            for column, text in item.figures.items():
                if text is None:
                    continue
                try:
                    amount = parse(text, unit)
                except NotAnAmount as error:
                    tell.append(f"《{content.title}》“{item.code or item.label}”的“{column}”：{error}，按原样填入")
                    continue
                if amount and item.key and column in content.spec.column_keys:
                    found[Ref(key, item.key, column)] = amount.fen
                if "," in text:
                    tell.append(f"《{content.title}》“{item.code or item.label}”的“{column}”：“{text}”去掉了千分位")
    return found
