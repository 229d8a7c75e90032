"""Finding 补充资料 in a workbook, by its headings and labels: rows and columns may have moved, the sheet be renamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from juesuan.amount import Unit
from juesuan.book import Book, Problem, Sheet, Value, place_name
from juesuan.supplement.records import Input, InputKind, ListColumn, ListSpec, Row, Supplement
from juesuan.supplement.specs import specs
from juesuan.supplement.stated import row_name
from juesuan.supplement.values import BadValue, canonical
from juesuan.text import plain

TITLE = "补充资料"
ITEM, FILLED, UNIT = "项目", "填列内容", "单位"
#: The headings stand in one of the first rows.
DEPTH = 40
_HEAD_UNIT = re.compile(r"金额单位[：:]\s*(万元|元)")
_HEAD_YEAR = re.compile(r"(20\d{2})\s*年度?")
_HEAD_NAME = re.compile(r"^(?:编制)?(?:单位|部门)(?:名称)?[：:]\s*(.+)$")
#: A list's own headings stand within so many rows of its title.
NEAR = 4


@dataclass(frozen=True)
class BoundSupplement:
    """What was read. ``cells``: where each key stands ("补充资料!C7"), also of blanks; ``sheet`` "" for no sheet."""

    supplement: Supplement = field(default_factory=Supplement)
    cells: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    sheet: str = ""


def locate(book: Book) -> BoundSupplement:
    """The 补充资料 of a workbook; an empty one where it has no such sheet."""
    found = [(sheet, at) for sheet in book.sheets if (at := _headings(sheet)) is not None]
    named = next((s for s in book.sheets if plain(s.name) == TITLE), None)
    if not found:
        if named is None:
            return BoundSupplement()
        said = f"工作表“{named.name}”里没有找到“{ITEM}”“{FILLED}”两个栏头，补充资料没有读入"
        return BoundSupplement(problems=(Problem("S-07", place_name(named.name, 0, 0), said),), sheet=named.name)
    sheet, row = next(((s, r) for s, r in found if s is named), found[0])
    reader = _Reader(sheet, row)
    if len(found) > 1:
        others = "、".join(f"“{s.name}”" for s, _ in found if s is not sheet)
        reader.problem(0, 0, f"工作簿里有几张补充资料，取用了“{sheet.name}”，没有取用{others}", "S-07")
    return reader.run()


def _headings(sheet: Sheet) -> int | None:
    """The row that holds the two headings; None where the sheet is not 补充资料."""
    for number, row in enumerate(sheet.rows[:DEPTH]):
        # The rarer heading first: most sheets are passed over without cleaning any text.
        marked = [v for v in row if isinstance(v, str) and "填列" in v]
        if marked and FILLED in map(plain, marked) and ITEM in [plain(v) for v in row if isinstance(v, str)]:
            return number
    return None


@cache
def _labels() -> Mapping[str, Input]:
    return {plain(one.label): one for one in specs().inputs}


@cache
def _titles() -> Mapping[str, ListSpec]:
    return {plain(one.title): one for one in specs().lists}


class _Reader:
    """Reads one sheet from the top down."""

    def __init__(self, sheet: Sheet, headings: int) -> None:
        self.sheet, self.headings = sheet, headings
        self.values: dict[str, str] = {}
        self.lists: dict[str, list[Row]] = {}
        self.cells: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.money_unit: Unit = "万元"
        self.columns: dict[str, int] = {}

    def run(self) -> BoundSupplement:
        unit, year = self._head()
        listed: ListSpec | None = None
        heads: dict[str, int] = {}
        left = 0
        for row, values in enumerate(self.sheet.rows):
            texts = {c: plain(v) for c, v in enumerate(values) if isinstance(v, str) and v}
            if FILLED in texts.values() and ITEM in texts.values():
                self.columns = {name: c for c, name in sorted(texts.items(), reverse=True)}
                listed = None
                continue
            title = next((_titles()[t] for t in texts.values() if t in _titles()), None) if len(texts) <= 2 else None
            if title is not None:
                listed, heads, left = title, {}, NEAR
            elif listed is None:
                self._input(row, values)
            elif not heads:
                heads = self._list_heads(listed, texts)
                left -= 1
                if not heads and left == 0:
                    self.problem(row, 0, f"“{listed.title}”下面没有找到栏头，这张小表没有读入", "S-07")
                    listed = None
            else:
                self._row(listed, heads, row)
        kept = {key: tuple(rows) for key, rows in self.lists.items() if rows}
        read = Supplement(unit, year, self.money_unit, self.values, kept)
        return BoundSupplement(read, self.cells, tuple(self.problems), self.sheet.name)

    def problem(self, row: int, column: int, said: str, code: str = "S-04") -> None:
        self.problems.append(Problem(code, place_name(self.sheet.name, row, column), said))

    def _head(self) -> tuple[str, int | None]:
        """Unit name, year and money unit as the lines above the headings state them."""
        name, year = "", None
        for _, _, text in self._texts(self.headings):
            if match := _HEAD_UNIT.search(text):
                self.money_unit = "元" if match[1] == "元" else "万元"
            elif match := _HEAD_NAME.match(text.strip()):
                name = name or match[1].strip()
            elif match := _HEAD_YEAR.search(text):
                year = year or int(match[1])
        return name, year

    def _texts(self, rows: int) -> Iterator[tuple[int, int, str]]:
        for row, values in enumerate(self.sheet.rows[:rows]):
            for column, value in enumerate(values):
                if isinstance(value, str) and value:
                    yield row, column, value

    # --- one value a row ---

    def _input(self, row: int, values: object) -> None:
        at, where = self.columns.get(FILLED), self.columns.get(ITEM)
        if at is None or where is None:
            return
        label, value = self.sheet.value(row, where), self.sheet.value(row, at)
        if not isinstance(label, str):
            if value is not None and label is None:
                self.problem(row, at, f"“{_short(value)}”左边没有项目名称，没有取用")
            return
        one = _labels().get(plain(label))
        if one is None:
            if value is not None:
                self.problem(row, where, f"补充资料里没有名为“{_short(label)}”的项目，所填的“{_short(value)}”没有取用")
            return
        text = self._canonical(row, at, one.kind, self._unit(row, one.kind), one.label, one.unit, one.choices)
        if one.key in self.cells:
            if text and text != self.values.get(one.key, text):
                self.problem(row, at, f"“{one.label}”填了两次而且不同（{self.cells[one.key]}），取用前一处")
            self.values.setdefault(one.key, text)
        else:
            self.cells[one.key] = place_name(self.sheet.name, row, at)
            self.values[one.key] = text
        if not self.values[one.key]:
            del self.values[one.key]

    def _unit(self, row: int, kind: InputKind) -> Unit:
        """The unit that the row itself prints, else the sheet's."""
        column = self.columns.get(UNIT)
        said = self.sheet.value(row, column) if column is not None and kind == "amount" else None
        if isinstance(said, str) and plain(said) in ("万元", "元"):
            return "元" if plain(said) == "元" else "万元"
        return self.money_unit

    def _canonical(self, row: int, column: int, kind: InputKind, unit: Unit, label: str, counted: str = "",
                   choices: tuple[str, ...] = ()) -> str:
        value = self.sheet.value(row, column)
        shown = self.sheet.formats.get((row, column))
        try:
            text = canonical(value, kind, unit, unit=counted, choices=choices,
                             percent_cell=None if shown is None else "%" in shown)
            # A row in another unit than the sheet's is brought to the sheet's.
            return canonical(f"{text}{unit}", kind, self.money_unit) if text and unit != self.money_unit else text
        except BadValue as error:
            self.problem(row, column, f"“{label}”：{error}，没有取用")
            return ""

    # --- lists ---

    def _list_heads(self, listed: ListSpec, texts: Mapping[int, str]) -> dict[str, int]:
        """Column key → sheet column, where a row holds at least two of the list's headings."""
        by_label: dict[str, ListColumn] = {plain(c.label): c for c in listed.columns}
        found = {by_label[t].key: c for c, t in texts.items() if t in by_label}
        return found if len(found) >= min(2, len(listed.columns)) else {}

    def _row(self, listed: ListSpec, heads: Mapping[str, int], row: int) -> None:
        told = {c.key: self._canonical(row, heads[c.key], c.kind, self.money_unit, f"{listed.title}：{c.label}")
                for c in listed.columns if c.key in heads}
        read = {key: text for key, text in told.items() if text}
        if not read:
            return
        code = read.get("编码", "")
        if listed.coded:
            if code and not (code.isascii() and code.isdigit() and len(code) == (7 if listed.each == "项" else 3)):
                size = "7 位的“项”" if listed.each == "项" else "3 位的“类”"
                self.problem(row, heads["编码"], f"“{listed.title}”的编码“{_short(code)}”不是{size}，这一行没有取用")
                return
            if not code:
                self.problem(row, heads.get("编码", 0), f"“{listed.title}”这一行没有科目编码，没有取用")
                return
            if any(code == other.get("编码") for other in self.lists.get(listed.key, ())):
                self.problem(row, heads["编码"], f"“{listed.title}”里科目 {code} 写了两次，取用前一行")
                return
        rows = self.lists.setdefault(listed.key, [])
        name = row_name(listed, read, len(rows) + 1)
        for key, column in heads.items():
            self.cells[f"{listed.key}.{name}.{key}"] = place_name(self.sheet.name, row, column)
        if not listed.coded or set(read) - {"编码", "名称"}:
            rows.append(read)


def _short(value: Value) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 20 else text[:20] + "…"
