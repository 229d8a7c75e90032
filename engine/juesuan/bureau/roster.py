"""The roster (单位名册): who is to submit, whom each belongs to. Read from units.csv or .xlsx, with every fault named.

Columns, in any order, in Chinese or English: 单位编码 code, 单位名称 name, 上级编码 parent, 单位性质 kind (行政, 参公,
事业), 版式 layout, 类别 (部门, 单位), 联系方式 contact. Only code and name must be there.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from juesuan.book import Book, CannotRead, Value
from juesuan.hosts.guard import load
from juesuan.hosts.read import read_book
from juesuan.text import plain

NATURES = ("行政", "参公", "事业")
KINDS = ("部门", "单位")
DEFAULT_LAYOUT = "national"
#: Faults told at once; a list with hundreds is one mistake made hundreds of times.
SHOWN = 20
#: Header rows are looked for so far down.
_HEADER_WITHIN = 10
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.\-]{0,39}\Z")
_ZEROS = re.compile(r"0{2,40}\Z")
_NAMES: dict[str, tuple[str, ...]] = {
    "code": ("单位编码", "编码", "单位代码", "代码", "预算单位编码", "code"),
    "name": ("单位名称", "名称", "单位", "预算单位名称", "name"),
    "parent": ("上级编码", "上级单位编码", "主管单位编码", "上级", "主管部门编码", "parent"),
    "nature": ("单位性质", "性质", "nature", "kind"),
    "layout": ("版式", "模板", "layout"),
    "kind": ("类别", "单位类别", "category"),
    "contact": ("联系方式", "联系人", "联系电话", "contact"),
}
_FIELDS = {plain(name).lower(): key for key, names in _NAMES.items() for name in names}


class BadRoster(ValueError):
    """A roster cannot be used; ``errors`` are the faults, a Chinese sentence with its row each."""

    def __init__(self, name: str, errors: Sequence[str]) -> None:
        more = f"；另有 {len(errors) - SHOWN} 处" if len(errors) > SHOWN else ""
        super().__init__(f"单位名册“{name}”有 {len(errors)} 处错误：{'；'.join(errors[:SHOWN])}{more}。")
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. ``nature``: 行政, 参公, 事业 or "" (a department has none); ``kind``: 部门 (submits a consolidated
    account) or 单位; ``parent`` "" at the top; ``row`` where the roster has it (1-based)."""

    code: str
    name: str
    parent: str = ""
    nature: str = ""
    layout: str = DEFAULT_LAYOUT
    kind: str = "单位"
    contact: str = ""
    row: int = 0


@dataclass(frozen=True)
class Roster:
    """All units by code, in the roster's order; ``notes`` is what had to be assumed."""

    units: Mapping[str, Unit]
    notes: tuple[str, ...] = ()
    _below: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Code ("" for the top) → codes directly below, in order."""
        found: dict[str, list[str]] = {}
        for unit in self.units.values():
            found.setdefault(unit.parent, []).append(unit.code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """Unit name (normalised) → code, of names that only one unit has."""
        counted = Counter(plain(unit.name) for unit in self.units.values())
        return {plain(u.name): u.code for u in self.units.values() if counted[plain(u.name)] == 1}

    def below(self, code: str) -> Iterator[str]:
        """A unit and all units below it, parents first ("" for everyone)."""
        waiting = [code] if code else list(reversed(self.children.get("", ())))
        while waiting:
            at = waiting.pop()
            yield at
            waiting.extend(reversed(self.children.get(at, ())))

    def path(self, code: str) -> tuple[str, ...]:
        """The codes above a unit, the top first."""
        above: list[str] = []
        at = self.units[code].parent
        while at:
            above.append(at)
            at = self.units[at].parent
        return tuple(reversed(above))


def read_roster(path: Path, layouts: Collection[str] = ()) -> Roster:
    """The roster in a .csv (UTF-8, GBK, UTF-16) or .xlsx file. ``layouts``: the ids allowed, where known.

    Raises BadRoster with every fault, CannotRead where the file cannot be opened.
    """
    data = load(path)
    if path.suffix.lower() in (".xlsx", ".xlsm") or data.startswith(b"PK"):
        rows = _sheet_rows(read_book(data, name=path.name))
    else:
        rows = _text_rows(data, path.name)
    return parse(rows, path.name, layouts)


def parse(rows: Sequence[tuple[int, Sequence[str]]], name: str, layouts: Collection[str] = ()) -> Roster:
    """A roster from (row number, cells). Raises BadRoster."""
    head, columns = _header(rows)
    if head < 0:
        raise BadRoster(name, ["没有找到表头，第一行应写“单位编码、单位名称、上级编码、单位性质、版式”"])
    errors: list[str] = []
    units: dict[str, Unit] = {}
    for number, cells in rows[head + 1 :]:
        texts = {key: cells[at] if at < len(cells) else "" for key, at in columns.items()}
        if any(cells):
            _take(number, texts, units, errors, layouts)
    if not units and not errors:
        errors.append("表头以下没有单位")
    _related(units, errors)
    if errors:
        raise BadRoster(name, errors)
    return _settled(units)


# --- rows ---


def _text_rows(data: bytes, name: str) -> list[tuple[int, list[str]]]:
    text = decoded(data, name)
    first = text.partition("\n")[0]
    delimiter = max(",\t;，", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        found = []
        for cells in reader:  # line_num is read row by row: a quoted cell may span lines
            found.append((reader.line_num, [_clean(cell) for cell in cells]))
    except csv.Error as error:
        raise BadRoster(name, [f"不是有效的 CSV（{error}）"]) from error
    return found


def decoded(data: bytes, name: str) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CannotRead(f"“{name}”不是 CSV 文本，请另存为 CSV（UTF-8 或 GBK）或 .xlsx。")


def _sheet_rows(book: Book) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet that has the header; of the first sheet where none has."""
    every: list[list[tuple[int, list[str]]]] = []
    for sheet in book.sheets:
        rows = []
        for at, row in enumerate(sheet.rows):
            rows.append((at + 1, [said_in(v, sheet.formats.get((at, c), "")) for c, v in enumerate(row)]))
        if _header(rows)[0] >= 0:
            return rows
        every.append(rows)
    return every[0] if every else []


def said_in(value: Value, code: str) -> str:
    """A cell as text; numbers without ".0", with the zeros in front that their format shows."""
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
        return text.zfill(len(code)) if _ZEROS.match(code) else text
    return "" if value is None else _clean(str(value))


def _clean(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").split())


def _header(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int]]:
    """(index of the header row, field → column); (-1, {}) where there is none."""
    for index, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
        found: dict[str, int] = {}
        for column, text in enumerate(cells):
            if key := _FIELDS.get(plain(text).lower()):
                found.setdefault(key, column)
        if {"code", "name"} <= found.keys():
            return index, found
    return -1, {}


# --- what a row says ---


def _take(
    row: int, texts: Mapping[str, str], units: dict[str, Unit], errors: list[str], layouts: Collection[str]
) -> None:
    code, name, nature = _narrow(texts["code"]), texts["name"], texts.get("nature", "")
    layout, kind = texts.get("layout", ""), texts.get("kind", "")
    faults = []
    if not code:
        faults.append("没有填单位编码")
    elif not _CODE.match(code):
        faults.append(f"单位编码“{code}”只能由数字、字母和 . - _ 组成，至多 40 位")
    elif code in units:
        faults.append(f"单位编码 {code} 与第 {units[code].row} 行重复")
    if not name:
        faults.append("没有填单位名称")
    elif len(name) > 120:
        faults.append("单位名称超过 120 个字")
    if nature and nature not in NATURES:
        faults.append(f"单位性质应为行政、参公或事业，不是“{nature}”")
    if kind and kind not in KINDS:
        faults.append(f"类别应为部门或单位，不是“{kind}”")
    if layout and layouts and layout not in layouts:
        faults.append(f"没有名为“{layout}”的版式，可用：{'、'.join(sorted(layouts))}")
    errors += [f"第 {row} 行：{fault}" for fault in faults]
    if code and code not in units:
        units[code] = Unit(
            code, name, _narrow(texts.get("parent", "")), nature, layout, kind, texts.get("contact", ""), row
        )


def _narrow(text: str) -> str:
    """A code with full-width digits made plain."""
    return unicodedata.normalize("NFKC", text)


def _related(units: Mapping[str, Unit], errors: list[str]) -> None:
    """Unknown parents, circles, one name twice under one parent."""
    for unit in units.values():
        if unit.parent and unit.parent not in units:
            errors.append(f"第 {unit.row} 行：上级编码“{unit.parent}”不在名册中")
    told: set[str] = set()
    for unit in units.values():
        seen: list[str] = []
        at: str | None = unit.code
        while at and at in units and at not in seen and at not in told:
            seen.append(at)
            at = units[at].parent
        if at in seen:
            circle = seen[seen.index(at) :]
            rows = "、".join(str(units[c].row) for c in circle)
            errors.append(f"第 {rows} 行：上级关系成环（{' → '.join((*circle, circle[0]))}）")
        told.update(seen)
    names: dict[tuple[str, str], Unit] = {}
    for unit in units.values():
        first = names.setdefault((unit.parent, plain(unit.name)), unit)
        if first is not unit and unit.name:
            errors.append(f"第 {unit.row} 行：单位名称“{unit.name}”与第 {first.row} 行重复")


def _settled(units: Mapping[str, Unit]) -> Roster:
    """Layouts taken from the nearest unit above, 类别 from whether there are units below; both are told."""
    parents = {unit.parent for unit in units.values()}
    found: dict[str, Unit] = {}
    assumed: list[str] = []
    for unit in units.values():
        layout, above = unit.layout, unit.parent
        while not layout and above:
            layout, above = units[above].layout, units[above].parent
        if not layout:
            assumed.append(unit.code)
        department = unit.code in parents and not unit.nature
        kind = unit.kind or ("部门" if department else "单位")
        layout = layout or DEFAULT_LAYOUT
        found[unit.code] = Unit(unit.code, unit.name, unit.parent, unit.nature, layout, kind, unit.contact, unit.row)
    notes = []
    if assumed:
        notes.append(f"{len(assumed)} 个单位没有写版式，用全国通用版式（{DEFAULT_LAYOUT}）：{_few(assumed)}")
    unknown = [u.code for u in found.values() if not u.nature and u.kind == "单位"]
    if unknown:
        notes.append(f"{len(unknown)} 个单位没有写单位性质，只对某类单位成立的规则不能核对：{_few(unknown)}")
    return Roster(found, tuple(notes))


def _few(codes: Sequence[str]) -> str:
    return "、".join(codes[:5]) + (f" 等 {len(codes)} 个" if len(codes) > 5 else "")
