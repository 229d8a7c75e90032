"""The sheets behind a consolidated department's tables: 汇总来源 (each figure's contributors), 汇总核对 (totals against
the units', departments' own accounts against the sums, X-26), 汇总说明 (what is missing or was not added)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from juesuan.amount import show
from juesuan.bureau.department import Comparison, Department
from juesuan.bureau.figure_names import FigureNames
from juesuan.bureau.roster import Roster
from juesuan.bureau.subtotals import Computed, Mismatch, roots
from juesuan.bureau.totals import ELIMINATED, Difference
from juesuan.catalogue import Catalogue
from juesuan.draft import DraftCell, DraftValue, Page, SheetDraft, Style
from juesuan.messages import allowance
from juesuan.refs import Ref
from juesuan.sheetnames import CHECK, REMARKS, SOURCES
from juesuan.template.drawing import lines_needed

#: Contributors with a column of their own; those beyond share one.
COLUMNS = 200
_AMOUNT = "#,##0.00;[Red]-#,##0.00"
STYLES = {
    "sum title": Style(size=14, bold=True, across="left"),
    "sum head": Style(bold=True, fill="F5F5F5", border=True, across="center", wrap=True),
    "sum text": Style(border=True, across="left", wrap=True),
    "sum link": Style(border=True, across="left", colour="0563C1", underline=True),
    "sum amount": Style(border=True, across="right", format=_AMOUNT),
    "sum total": Style(border=True, bold=True, across="right", format=_AMOUNT),
    "sum count": Style(border=True, across="right", format="0"),
    "sum wrong": Style(border=True, fill="FFC7CE", across="right", format=_AMOUNT),
}
_PLACE = ("表", "编码", "项目", "栏", "单元格")
_WIDTHS = (24.0, 9.0, 28.0, 14.0, 8.0)


def sheets(
    department: Department,
    roster: Roster,
    catalogue: Catalogue,
    tables: Computed,
    found: Sequence[Mismatch],
) -> Iterator[SheetDraft]:
    """The sheets that have something to say, in order."""
    names = FigureNames(catalogue, department.totals)
    yield _sources(department, roster, names, tables)
    if found or department.comparisons:
        yield _check(department.comparisons, found, roster, names, tables)
    if rows := list(_remarks(department)):
        yield _listed(rows, roster)


class _Grid:
    """A sheet being filled: cells, links, and the heights that wrapped texts need."""

    def __init__(self, widths: Sequence[float], tables: Computed | None = None) -> None:
        self.widths, self.tables = widths, tables
        self.cells: dict[tuple[int, int], DraftCell] = {}
        self.links: dict[tuple[int, int], str] = {}
        self.heights: dict[int, float] = {}
        self.at = 0

    def title(self, text: str) -> None:
        self.cells[self.at, 0] = DraftCell(text, "sum title")
        self.heights[self.at] = 24
        self.at += 1

    def row(self, values: Iterable[tuple[DraftValue, str]]) -> None:
        """One row of (value, style)."""
        lines = 1
        for column, (value, style) in enumerate(values):
            self.cells[self.at, column] = DraftCell(value, style)
            if isinstance(value, str) and style != "sum link" and column < len(self.widths):
                lines = max(lines, sum(lines_needed(part, self.widths[column]) for part in value.split("\n")))
        self.heights[self.at] = min(14.0 * lines + 3, 400.0)
        self.at += 1

    def place(self, ref: Ref, names: FigureNames) -> list[tuple[DraftValue, str]]:
        """The cells that say which figure, the last a link to it; to be the row's first."""
        table, *rest = names.row(ref)
        cell = self.tables.cells.get(ref, "") if self.tables else ""
        if cell:
            self.links[self.at, len(_PLACE) - 1] = cell
        told: list[tuple[DraftValue, str]] = [(text or None, "sum text") for text in (table, *rest)]
        return [*told, (cell.rpartition("!")[2] or None, "sum link" if cell else "sum text")]

    def done(self, name: str, freeze: tuple[int, int], page: Page) -> SheetDraft:
        return SheetDraft(
            name,
            self.cells,
            widths=dict(enumerate(self.widths)),
            heights=self.heights,
            freeze=freeze,
            links=self.links,
            page=page,
            protected=False,
        )


# --- where each figure comes from ---


def _sources(department: Department, roster: Roster, names: FigureNames, tables: Computed) -> SheetDraft:
    totals = department.totals
    given = {code for parts in totals.parts.values() for code in parts}
    contributors = [code for code in department.contributors if code in given]
    own, rest = contributors[:COLUMNS], contributors[COLUMNS:]
    flows = ELIMINATED in given
    heads = [*_PLACE, "汇总数", *(f"{c}\n{roster.units[c].name}" for c in own)]
    heads += ([f"其余 {len(rest)} 个"] if rest else []) + (["内部往来抵销"] if flows else [])
    grid = _Grid((*_WIDTHS, *(13.0 for _ in heads[len(_PLACE) :])), tables)
    deeper = any(code in roster.children for code in contributors if code != department.code)
    more = "；某个下级的数由哪些单位汇成，用 --node 写它的编码另汇一份来看" if deeper else ""
    grid.title(f"每个数由下一级各单位的数汇成（单位：万元），共 {len(totals.members)} 个单位的决算{more}")
    grid.row((text, "sum head") for text in heads)
    for ref in names.sort(totals.fen):
        parts = totals.parts[ref]
        if not any(parts.values()):
            continue
        amounts = [parts.get(code) for code in own]
        amounts += [sum(parts.get(code, 0) for code in rest) or None] if rest else []
        amounts += [parts.get(ELIMINATED)] if flows else []
        row = [*grid.place(ref, names), (_money(totals.fen[ref]), "sum total")]
        grid.row([*row, *((None if fen is None else _money(fen), "sum amount") for fen in amounts)])
    last = len(_PLACE)
    return grid.done(SOURCES, (2, last + 1), Page(True, False, (1, 1), columns=(0, last), scale=65))


# --- what does not agree ---


def _check(
    comparisons: Sequence[Comparison],
    found: Sequence[Mismatch],
    roster: Roster,
    names: FigureNames,
    tables: Computed,
) -> SheetDraft:
    grid = _Grid((*_WIDTHS, 15, 15, 13, 11, 8, 22), tables)
    if found:
        grid.title(f"合计与各单位所报合计相差 {len(found)} 处（万元）：表上的合计按下级加总，应改单位的表")
        heads = ("表上合计", "各单位所报之和", "相差", "容许尾差", "单位数", "差在哪些单位")
        grid.row((text, "sum head") for text in (*_PLACE, *heads))
        for one in (m for ref in names.sort(m.ref for m in found) for m in found if m.ref == ref):
            grid.row(_mismatch(one, grid, names))
        grid.at += 1
    for comparison in comparisons:
        _compared(comparison, grid, roster, names, tables)
        grid.at += 1
    return grid.done(CHECK, (0, 0), Page(True, False))


def _mismatch(one: Mismatch, grid: _Grid, names: FigureNames) -> list[tuple[DraftValue, str]]:
    return [
        *grid.place(one.ref, names),
        *((_money(fen), "sum wrong") for fen in (one.fen, one.stated, one.fen - one.stated)),
        (Decimal(said_allowance(one.allowed)), "sum amount"),
        (one.count, "sum count"),
        ("表上没有这一行" if one.lost else culprits(one.units), "sum text"),
    ]


def _compared(comparison: Comparison, grid: _Grid, roster: Roster, names: FigureNames, tables: Computed) -> None:
    breaks = [d for d in comparison.differences if d.verdict == "breaks"]
    rounding = len(comparison.differences) - len(breaks)
    name = f"{comparison.code} {roster.units[comparison.code].name}"
    about = f"X-26 {name}：部门决算（{comparison.path}）与所属单位汇总的核对（万元）"
    grid.title(f"{about}：不符 {len(breaks)} 处，尾差 {rounding} 处，相符 {comparison.agree} 处")
    heads = ("部门决算", "单位汇总", "相差", "容许尾差", "单位数", "结论")
    grid.row((text, "sum head") for text in (*_PLACE, *heads))
    first = set(leading(comparison, tables))
    by_ref = {d.ref: d for d in comparison.differences}
    ordered = [by_ref[ref] for ref in names.sort(by_ref)]
    for one in sorted(ordered, key=lambda d: (d.verdict != "breaks", d.ref not in first)):
        wrong = one.verdict == "breaks"
        verdict = ("不符" if one.ref in first else "随之不符") if wrong else "尾差"
        grid.row(
            [
                *grid.place(one.ref, names),
                *((_money(f), "sum wrong" if wrong else "sum amount") for f in (one.stated, one.expected)),
                (_money(one.difference), "sum wrong" if wrong else "sum amount"),
                (Decimal(said_allowance(one.allowed)), "sum amount"),
                (one.units, "sum count"),
                (verdict, "sum text"),
            ]
        )


def leading(comparison: Comparison, tables: Computed) -> list[Ref]:
    """The figures of a department's account that are off by themselves, not only because others are."""
    every: Mapping[Ref, Difference] = {d.ref: d for d in comparison.differences}
    off = {ref: d.difference for ref, d in every.items()}
    beyond = {ref: off[ref] for ref, d in every.items() if d.verdict == "breaks"}
    return roots(beyond, off, {ref: d.allowed for ref, d in every.items()}, tables)


def culprits(units: Mapping[str, int], most: int = 8) -> str:
    """ "106（相差 -119,221.68）、…": the units whose own total is off."""
    told = "、".join(f"{code}（{show(fen, '万元')}）" for code, fen in list(units.items())[:most])
    return told + (f" 等 {len(units)} 个" if len(units) > most else "")


def said_allowance(fen: int) -> str:
    """The allowance in 万元, in whole steps of 0.01: published figures differ by no other amounts."""
    return allowance(fen, "万元") or "0.00"


# --- what is missing or was not added ---


def _remarks(department: Department) -> Iterator[tuple[str, str, str, str]]:
    """(matter, code, file, sentence)."""
    for code in department.missing:
        yield "没有决算", code, "", department.faults.get(code, "没有收到")
    for code, said in department.unread:
        yield "没有加进去", code, department.added[code].path, said
    for code, account in department.faulty.items():
        yield "没有改好", code, account.path, f"{said_faults(account.fatal, account.undone)}，照所报的数加了进去"
    for said in department.unheld:
        yield "没有抵销", "", "", said
    for said in department.notes:
        yield "说明", "", "", said


def said_faults(fatal: int, undone: int) -> str:
    """ "强制性 4 条、未核对 3 条"."""
    counted = (("强制性", fatal), ("未核对", undone))
    return "、".join(f"{name} {number} 条" for name, number in counted if number)


def _listed(rows: Sequence[tuple[str, str, str, str]], roster: Roster) -> SheetDraft:
    grid = _Grid((12, 12, 34, 36, 70))
    grid.title("汇总时须知道的事：没有决算的单位、没有加进去的内容、没有改好的决算、没有抵销的往来")
    grid.row((text, "sum head") for text in ("事项", "单位编码", "单位", "文件", "说明"))
    for row in rows:
        matter, code, *rest = row
        name = roster.units[code].name if code else ""
        grid.row((text or None, "sum text") for text in (matter, code, name, *rest))
    return grid.done(REMARKS, (2, 0), Page(True, False, (1, 1)))


def _money(fen: int) -> Decimal:
    return Decimal(show(fen, "万元"))
