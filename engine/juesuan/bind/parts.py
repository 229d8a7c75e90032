"""What parsing one table area yields, and small things every kind of table needs."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from juesuan.bind.find import Area
from juesuan.bind.grid import Grid
from juesuan.book import Problem, cell_name, place_name
from juesuan.statements import Line
from juesuan.tables import ColumnSpec, TableSpec
from juesuan.text import plain, year_in, yearless

NOTE = re.compile(r"^\s*(注|备注|说明|附注|填表说明)\s*(?:[：:\d、.．]|本表|$)")
NUMBERING = frozenset({"栏次", "行次", "栏目", "序号"})
TOTALS = frozenset(
    {"合计", "总计", "合计数", "总合计", "本年合计"}
    | {f"{a}{b}{c}" for a in ("", "本年") for b in ("收入", "支出") for c in ("合计", "总计")}
)
#: Headings of figures that are not this year's account: 预算, 上年, and what is worked out from two of them.
ASIDE = re.compile(
    r"^(本年|年初|全年|当年|调整|批复|财政)*(预算|调整预算|预算调整)(批复|调整)?(数|金额|安排)?$|^年初(批复)?数$"
    r"|^(上年|上年度|去年|上年同期|同期)(决算|预算|支出|收入|实际|执行|完成)*(数|金额)?$|^(比|较)(上年|去年|年初|预算|同期)"
    r"|^(增减|增长|变动|差异|差额)|率(（%）)?$|%$|^(占.*)?(占比|比重|比例)(（%）)?$"
)
#: Headings that say nothing by themselves: what they mean stands above them.
GENERIC = frozenset(
    ["小计", "合计", "总计", "金额", "决算数", "决算", "决算金额", "本年决算数", "数额", "支出", "收入"]
)
#: What may stand above such a heading without making it another figure.
_FRAME = re.compile(r"支出|收入|决算|本年|金额|拨款|项目|经费|栏次|万元")
_OTHER_FIGURE = re.compile(r"结转|结余|其中|上年|年初|预算数")
_FIRST = frozenset({"项目", "收入", "支出", *NUMBERING})
UNITS = re.compile(r"（(?:金额|单位|人民币)*万?元）$")
_LEADS = re.compile(r"^(?:金额|计量|货币)?单位（?(?:人民币)?万?元|^(?:财决|公开|附)?表?\d+表?$|^(?:万元|元)$")
#: Below this many cells between and beside the figures every one is looked at.
MOST_SPARE = 200_000
_CHINESE = re.compile(r"[一-鿿]")


@dataclass
class Parsed:
    """One table as found in an area: lines, columns, the cell of each figure, and what could not be placed.

    ``loose``: (row, columns, what, spoils) of rows with no usable label whose cells in these columns must be empty
    (checked when figures are read); a figure there makes the lines ``spoils`` unreadable. ``spare``: (top, left,
    bottom, right, what) of areas beside and below the figures where no figure is expected. ``doubtful``: figures whose
    cell does not say what it means, and why.
    """

    spec: TableSpec
    area: Area
    lines: list[Line] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    cells: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    labels: dict[str, tuple[int, int]] = field(default_factory=dict)
    codes: dict[str, tuple[int, int]] = field(default_factory=dict)
    headings: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    loose: list[tuple[int, tuple[int, ...], str, tuple[str, ...]]] = field(default_factory=list)
    spare: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    doubtful: dict[tuple[str, str], str] = field(default_factory=dict)
    partial: bool = False
    repeated: bool = False
    first: int = 0
    last: int = 0

    def add(self, line: Line, label: tuple[int, int]) -> Line:
        """Take a line; a key that is taken already is made unique ("2080101#2")."""
        key, count = line.key, 1
        while key in self.labels:
            count += 1
            key = f"{line.key}#{count}"
        self.repeated = self.repeated or count > 1
        line = Line(key, line.code, line.label)
        self.lines.append(line)
        self.labels[key] = label
        return line

    def in_column(self, lines: Iterable[str], column: int) -> list[tuple[str, str]]:
        """The figures of some lines that stand in a sheet column."""
        refs = [(line, key) for line in lines for key in self.columns if (line, key) in self.cells]
        return [ref for ref in refs if self.cells[ref][1] == column]

    def tell(self, grid: Grid, row: int, column: int, message: str) -> None:
        """A problem of structure (S-07) at a cell."""
        self.problems.append(Problem("S-07", place_name(grid.name, max(row, 0), column), message))


def has_chinese(text: str) -> bool:
    """True for a text of words, not of figures."""
    return bool(_CHINESE.search(text))


def is_total_row(grid: Grid, row: int, column: int, area: Area) -> bool:
    """True if a 合计 names a row, not a column: figures stand right of it, or nothing else stands in its row."""
    beside = [c for c in range(area.left, area.right + 1) if grid.origin(row, c) != grid.origin(row, column)]
    if grid.area(row, column)[2] > row:
        return False
    if any(c > column and (grid.is_number(row, c) or _amount_like(grid.raw(row, c))) for c in beside):
        return True
    own = {grid.label(row, c) for c in beside if grid.origin(row, c)[0] == row}
    return not any(_CHINESE.search(label) for label in own - {"无", "万元", "元", "类", "款", "项"})


def _amount_like(text: str) -> bool:
    return any(ch.isdigit() for ch in text) and ("." in text or "．" in text) and not _CHINESE.search(text)


def heading_cell(grid: Grid, column: int, top: int, bottom: int) -> tuple[int, int]:
    """The lowest labelled cell over a column."""
    for row in range(bottom, top - 1, -1):
        if grid.label(row, column) and not grid.label(row, column).isdigit():
            return grid.origin(row, column)
    return bottom, column


def names_of(spec: ColumnSpec, extra: Mapping[str, str]) -> set[str]:
    """The plain wordings of a column."""
    return {plain(x) for x in (spec.key, spec.printed, *spec.aliases, extra.get(spec.key, "")) if x}


class Heads:
    """The labels over the columns of an area, from ``top`` to ``bottom``, and which columns hold other figures.

    ``year`` is the year the table states; where columns are headed by several years, only that one (else the latest)
    is this account's.
    """

    def __init__(
        self, grid: Grid, top: int, bottom: int, span: range, year: int | None = None, words: Container[str] = ()
    ) -> None:
        self.grid, self.span, self.bottom, self.stated = grid, span, bottom, year
        self.top = next((row for row in range(top, bottom + 1) if self._heads(row, words)), top)
        self._kept: dict[int, list[str]] = {}

    def _heads(self, row: int, words: Container[str]) -> bool:
        """True for a row that heads columns; above it stand the unit's name, the year, the money unit."""
        labels = {UNITS.sub("", t) for c in self.span if (t := self.grid.label(row, c))}
        return any(t in _FIRST or yearless(t) in words or re.search(r"科目|编码|代码", t) for t in labels)

    def labels(self, column: int) -> list[str]:
        """What stands over a column, without numbering, money units and years."""
        if column not in self._kept:
            found = [UNITS.sub("", t) for t in self.grid.stack(column, self.top, self.bottom) if t not in NUMBERING]
            found = [yearless(t) for t in found if _CHINESE.search(t) and not _LEADS.search(t)]
            self._kept[column] = [t for t in found if t not in ("", "年", "年度")]
        return self._kept[column]

    def year_of(self, column: int) -> int | None:
        """The year in the headings over a column."""
        stack = self.grid.stack(column, self.top, self.bottom)
        return next((y for t in reversed(stack) if len(yearless(t)) > 1 and (y := year_in(t))), None)

    @cached_property
    def year(self) -> int | None:
        """The year whose columns count, where columns are headed by several."""
        found = {y for c in self.span if not self._other(c) and (y := self.year_of(c))}
        return self.stated if self.stated in found or not found else max(found)

    def _other(self, column: int) -> bool:
        return any(ASIDE.search(t) for t in self.labels(column))

    def aside(self, column: int) -> bool:
        """True for a column of other figures: 预算数, 上年数, another year's, rates."""
        return self._other(column) or self.year_of(column) not in (None, self.year)

    def match(self, column: int, wordings: Iterable[tuple[str, set[str], set[str]]]) -> tuple[str, int] | None:
        """(key, 0 for the exact wording or 1 for an alias) of the column, or None."""
        labels = self.labels(column)
        if not labels or self.aside(column):
            return None

        def look(text: str) -> tuple[str, int] | None:
            for rank in (0, 1):
                for key, *names in wordings:
                    if text in names[rank]:
                        return key, rank
            return None

        leaf, above = labels[-1], labels[:-1]
        if leaf in GENERIC:
            for text in reversed(above):
                if text not in GENERIC and (hit := look(text)):
                    return hit
            if any(_OTHER_FIGURE.search(t) or not _FRAME.search(t) for t in above if t not in GENERIC):
                return None
        return look(leaf) or next((hit for n in (2, 3) if (hit := look("".join(labels[-n:])))), None)


def columns_by_heading(
    parsed: Parsed, heads: Heads, span: range, specs: tuple[ColumnSpec, ...], extra: Mapping[str, str]
) -> dict[str, int]:
    """Column key → sheet column, by the labels stacked over each column; the exact wording beats an alias.

    Two columns that say the same are told and neither is taken (a hidden one yields to a visible one).
    """
    grid = heads.grid
    wordings = [(spec.key, {plain(spec.key), plain(spec.printed)}, names_of(spec, extra)) for spec in specs]
    hits: dict[str, list[tuple[int, bool, int]]] = {}
    for column in span:
        if hit := heads.match(column, wordings):
            hits.setdefault(hit[0], []).append((hit[1], column in grid.sheet.hidden_columns, column))
    found: dict[str, int] = {}
    for key, ranked in hits.items():
        best = min(ranked)
        equal = [c for rank, hidden, c in ranked if (rank, hidden) == best[:2]]
        cells = {heading_cell(grid, c, heads.top, heads.bottom) for c in equal}
        if len(cells) > 1:
            parsed.partial = True
            name = parsed.spec.column(key).printed
            said = f"《{parsed.spec.name}》有 {len(cells)} 栏都是“{name}”，不知道是哪一栏，没有参加校验"
            parsed.tell(grid, *max(cells), said)
        else:
            found[key] = min(equal)
    return found


def settle(grid: Grid, parsed: Parsed, top: int, start: int, labels: set[int]) -> Parsed:
    """What every table ends with: cells that several lines share are doubtful, and no figure may lie elsewhere.

    ``top``..``start`` are the heading rows, ``labels`` the columns that hold names, codes and numbering.
    """
    parsed.first = start
    owners: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for ref, place in parsed.cells.items():
        owners.setdefault(place, []).append(ref)
    for place, refs in owners.items():
        if len(refs) > 1:
            names = "、".join(line for line, _ in refs)
            parsed.tell(grid, *place, f"金额格合并在 {names} 几行之间，不知道是哪一行的数，没有参加校验")
            parsed.doubtful.update(dict.fromkeys(refs, "金额格合并在几行之间"))
    _spare(grid, parsed, top, start, labels | {c for _, c in owners})
    return parsed


def _spare(grid: Grid, parsed: Parsed, top: int, start: int, taken: set[int]) -> None:
    """The cells beside and below the figures, by heading and by row, where a number would be nobody's figure."""
    area, name = parsed.area, parsed.spec.name
    right, bottom = area.right, area.bottom
    if (right - area.left) * (bottom - area.top) > MOST_SPARE:
        right = min(right, max(taken, default=area.left) + 40)
    bound = {c for _, c in parsed.cells.values()}
    usual = {t for c in bound for t in grid.stack(c, top, start - 1)}
    beside: dict[str, tuple[int, int]] = {}
    for column in range(area.left, right + 1) if parsed.last >= start else ():
        stack = [t for t in grid.stack(column, top, start - 1) if not t.isdigit()]
        if column in taken or (stack and stack[-1] in NUMBERING):
            continue
        stack = [t for t in stack if _CHINESE.search(t) and not _LEADS.search(t)]
        head = next((t for t in stack if t not in usual), "—".join(stack[-2:]))
        head = f"的栏“{head}”" if head else f"第 {cell_name(0, column)[:-1]} 列"
        if head in beside and beside[head][1] == column - 1:
            beside[head] = (beside[head][0], column)
        else:
            beside.setdefault(head, (column, column))
            if beside[head][0] != column:
                head = f"{head}（{cell_name(0, column)[:-1]} 列）"
                beside[head] = (column, column)
    for head, (first, last) in beside.items():
        parsed.spare.append((start, first, parsed.last, last, f"《{name}》{head}不在校验之内"))
    below, told = max(parsed.last + 1, start), {row for row, *_ in parsed.loose}
    for row in (r for r in range(below, min(bottom, below + 60) + 1) if r not in told):
        label = next(
            (t for c in range(area.left, right + 1) if has_chinese(t := grid.label(row, c)) and len(t) < 40), ""
        )
        said = f"的行“{label}”" if label else f"第 {row + 1} 行"
        parsed.spare.append((row, area.left, row, right, f"《{name}》表下{said}不在校验之内"))
    if bottom > below + 60:
        parsed.spare.append((below + 61, area.left, bottom, right, f"《{name}》表下的行不在校验之内"))


def spans(found: Mapping[str, int], grid: Grid, headings: Mapping[str, tuple[int, int]]) -> set[int]:
    """The sheet columns that bound columns cover, where their headings are merged over several."""
    covered: set[int] = set()
    for key, column in found.items():
        area = grid.area(*headings[key])
        covered |= set(range(area[1], area[3] + 1)) if area[1] <= column <= area[3] else {column}
    return covered
