"""The roster (单位名册): who is to submit, whom each belongs to. Read from units.csv or .xlsx, with every fault named.

Columns, in any order, in Chinese or English: 单位编码 code, 单位名称 name, 上级编码 parent (a superior's name will do),
单位性质 kind (行政, 参公, 事业), 版式 layout, 类别 (部门, 单位), 公钥指纹 key, 联系方式 contact. Only code and
name must be there.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from juesuan.book import Book, CannotRead, Value
from juesuan.bureau.headings import header
from juesuan.hosts.guard import load
from juesuan.hosts.read import read_book
from juesuan.text import plain

NATURES = ("行政", "参公", "事业")
#: 汇总: a 部门 that only adds up what is below it and submits nothing.
SUMS = "汇总"
KINDS = ("部门", "单位", SUMS)
DEFAULT_LAYOUT = "national"
#: Names shorter than this are not looked for in other texts.
OPENING = 4
#: Faults told at once; a list with hundreds is one mistake made hundreds of times.
SHOWN = 20
#: Names of offices longer than this are kept as a digest.
_LONG = 200
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.\-]{0,39}\Z")
#: Control characters, format marks (such as U+FEFF), halves of surrogate pairs.
_UNSEEN = ("Cc", "Cf", "Cs")
#: The fingerprint of a key as ``keygen`` shows it, without its gaps.
_KEY = re.compile(r"[0-9A-F]{32}\Z")
_ZEROS = re.compile(r"0{2,40}\Z")
#: Other ways to write a 单位性质.
_NATURES = {
    **dict.fromkeys(("行政单位", "行政机关"), "行政"),
    **dict.fromkeys(("参公单位", "参公事业", "参公事业单位", "参公管理事业单位", "参照公务员法管理事业单位"), "参公"),
    **dict.fromkeys(("事业单位", "公益一类事业单位", "公益二类事业单位"), "事业"),
}


class BadRoster(ValueError):
    """A roster cannot be used; ``errors`` are the faults, a Chinese sentence with its row each; ``name`` the file's."""

    def __init__(self, name: str, errors: Sequence[str]) -> None:
        more = f"；另有 {len(errors) - SHOWN} 处" if len(errors) > SHOWN else ""
        super().__init__(f"单位名册“{name}”有 {len(errors)} 处错误：{'；'.join(errors[:SHOWN])}{more}。")
        self.name, self.errors = name, tuple(errors)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. ``nature``: 行政, 参公, 事业 or "" (a department has none); ``kind``: 部门 (submits a consolidated
    account) or 单位; ``parent`` "" at the top; ``row`` where the roster has it (1-based). ``due``: whether it is to
    submit; False for one of 类别 汇总, or that has others below it and no 类别: it only adds them up. ``key``: the
    fingerprint (32 hexadecimal signs) of the key its account is to be sealed with, "" where none is registered."""

    code: str
    name: str
    parent: str = ""
    nature: str = ""
    layout: str = DEFAULT_LAYOUT
    kind: str = "单位"
    contact: str = ""
    row: int = 0
    due: bool = True
    key: str = ""


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
    def office(self) -> str:
        """Whose roster it is, for a ledger that several offices share: the units at its top, by code and name."""
        tops = "；".join(f"{code} {plain(self.units[code].name)}" for code in self.children.get("", ()))
        return tops if len(tops) <= _LONG else hashlib.sha256(tops.encode()).hexdigest()

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """Unit name (normalised) → code, of names that only one unit has."""
        counted = Counter(plain(unit.name) for unit in self.units.values())
        return {plain(u.name): u.code for u in self.units.values() if counted[plain(u.name)] == 1}

    @cached_property
    def shared(self) -> Mapping[str, tuple[str, ...]]:
        """Unit name (normalised) → codes, of names that several units have (below different parents)."""
        found: dict[str, list[str]] = {}
        for unit in self.units.values():
            found.setdefault(plain(unit.name), []).append(unit.code)
        return {name: tuple(codes) for name, codes in found.items() if len(codes) > 1}

    @cached_property
    def by_opening(self) -> Mapping[str, tuple[str, ...]]:
        """The first ``OPENING`` characters of a name → the names (normalised) of ``by_name`` that begin so."""
        found: dict[str, list[str]] = {}
        for name in self.by_name:
            if len(name) >= OPENING:
                found.setdefault(name[:OPENING], []).append(name)
        return {opening: tuple(names) for opening, names in found.items()}

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
    head, columns, notes = header(rows)
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
    _named_parents(units, errors)
    _related(units, errors)
    if errors:
        raise BadRoster(name, errors)
    return _settled(units, notes)


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
        if header(rows)[0] >= 0:
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
    """A cell's text without line breaks, marks of the encoding and characters that nobody sees."""
    shown = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(shown.split())


# --- what a row says ---


def _take(
    row: int, texts: Mapping[str, str], units: dict[str, Unit], errors: list[str], layouts: Collection[str]
) -> None:
    code, name, nature = _narrow(texts["code"]), texts["name"], texts.get("nature", "")
    layout, kind = texts.get("layout", ""), texts.get("kind", "")
    nature = _NATURES.get(nature, nature)
    if nature in KINDS and not kind:  # 单位类型 is used for both
        nature, kind = "", nature
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
        faults.append(f"类别应为部门、单位或汇总，不是“{kind}”")
    if layout and layouts and layout not in layouts:
        faults.append(f"没有名为“{layout}”的版式，可用：{'、'.join(sorted(layouts))}")
    key = re.sub(r"[\s:：]", "", _narrow(texts.get("key", ""))).upper()
    if key and not _KEY.match(key):
        faults.append("公钥指纹应为 32 位十六进制数，照 juesuan keygen 显示的填写")
    errors += [f"第 {row} 行：{fault}" for fault in faults]
    if code and code not in units:
        units[code] = Unit(
            code, name, _narrow(texts.get("parent", "")), nature, layout, kind, texts.get("contact", ""), row, key=key
        )


def _narrow(text: str) -> str:
    """A code with full-width digits made plain."""
    return unicodedata.normalize("NFKC", text)


def _named_parents(units: dict[str, Unit], errors: list[str]) -> None:
    """Put the code where a unit's superior is given by its name."""
    named: dict[str, list[str]] = {}
    for unit in units.values():
        named.setdefault(plain(unit.name), []).append(unit.code)
    for unit in list(units.values()):
        found = named.get(plain(unit.parent), []) if unit.parent and unit.parent not in units else []
        if len(found) == 1:
            units[unit.code] = replace(unit, parent=found[0])
        elif found:
            errors.append(f"第 {unit.row} 行：上级“{unit.parent}”有 {len(found)} 个（{'、'.join(found)}），请写编码")
            units[unit.code] = replace(unit, parent="")


def _related(units: Mapping[str, Unit], errors: list[str]) -> None:
    """Unknown parents, circles, one name twice under one parent."""
    for unit in units.values():
        if unit.parent and unit.parent not in units:
            errors.append(f"第 {unit.row} 行：上级“{unit.parent}”不在名册中")
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


def _settled(units: Mapping[str, Unit], told: Sequence[str]) -> Roster:
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
        kind = "部门" if unit.kind == SUMS else unit.kind or ("部门" if department else "单位")
        layout = layout or DEFAULT_LAYOUT
        due = unit.kind != SUMS and (bool(unit.kind) or not department)
        found[unit.code] = replace(unit, layout=layout, kind=kind, due=due)
    notes = list(told)
    if len(found) > 1 and parents == {""}:
        notes.append(f"没有一个单位写了上级，{len(found)} 个单位都当作顶层；有上下级的，请加“上级编码”一栏")
    if assumed:
        notes.append(f"{len(assumed)} 个单位没有写版式，用全国通用版式（{DEFAULT_LAYOUT}）：{_few(assumed)}")
    unknown = [u.code for u in found.values() if not u.nature and u.kind == "单位"]
    if unknown:
        notes.append(f"{len(unknown)} 个单位没有写单位性质，只对某类单位成立的规则不能核对：{_few(unknown)}")
    return Roster(found, tuple(notes))


def _few(codes: Sequence[str]) -> str:
    return "、".join(codes[:5]) + (f" 等 {len(codes)} 个" if len(codes) > 5 else "")
