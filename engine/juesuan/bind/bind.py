"""Binding a book: locate its tables, read their figures, settle unit, year and layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from juesuan.amount import Unit
from juesuan.bind.figures import statement
from juesuan.bind.locate import Located, Memory
from juesuan.binding import Binding, BoundTable, Meta
from juesuan.book import Book, CannotRead, Problem, Value, place_name
from juesuan.catalogue import Catalogue
from juesuan.statements import Statement, StatementSet
from juesuan.text import year_in

META = "_juesuan_meta"
#: Our template's cover: what is typed there is what the tables print, so it goes before the hidden sheet.
COVER = "封面"
_COVERED = {"单位名称": "unit", "年度": "year", "类别": "kind", "单位性质": "nature"}
_MEMORY = Memory()


def bind(book: Book, catalogue: Catalogue, *, required: bool = True) -> Binding:
    """Bind a workbook to the catalogue. Raises CannotRead when no table is found in it, unless none is ``required``."""
    meta = _meta(book)
    located = _MEMORY.locate(book, catalogue, catalogue.layouts.get(meta.values.get("layout", "")))
    if not located.tables and required:
        raise CannotRead(no_table(book))
    problems = list(located.problems)
    statements, bound = _tables(book, catalogue, located, problems)
    for key, spec in catalogue.tables.items() if bound else ():
        if key not in bound:
            problems.append(Problem("S-02", "", f"没有找到《{spec.name}》，涉及它的关系没有校验"))
    if meta.ours and meta.values.get("catalogue_sha256") not in (None, catalogue.sha256):
        made = meta.values.get("catalogue_version", "")
        said = f"模板由另一版规则（{made}）生成，按现行规则 {catalogue.version} 校验"
        if made == catalogue.version:
            said = f"模板生成以后规则目录改动过（版本号都是 {made}），按现在的规则校验"
        problems.append(Problem("S-01", "", said))
    if not meta.ours and bound:
        problems.append(Problem("S-01", "", "不是本项目的模板，各表按标题、表头与科目编码识别"))
    whole = _statements(meta.values, located, statements, problems)
    layout = catalogue.layouts.get(meta.values.get("layout", ""), catalogue.layouts["national"])
    region = meta.values.get("region") or layout.region
    return Binding(layout.id, region, bound, whole, tuple(problems), meta, located.spare, located.memo)


def no_table(book: Book) -> str:
    """What is said of a workbook without any table."""
    return f"《{book.name}》里没有找到任何一张决算公开表，请确认文件，或把表题写全（如“收入支出决算总表”）"


def _meta(book: Book) -> Meta:
    for sheet in book.sheets:
        if sheet.name == META:
            rows = (row for row in sheet.rows if len(row) > 1 and row[0] and row[1] not in (None, ""))
            return Meta({**{str(row[0]): str(row[1]) for row in rows}, **_cover(book)})
    return Meta()


def _cover(book: Book) -> dict[str, str]:
    """What the cover of our template says; fields left empty are left out."""
    found: dict[str, str] = {}
    for sheet in book.sheets:
        if sheet.name != COVER:
            continue
        for row in sheet.rows:
            for label, value in pairwise(row):
                field = _COVERED.get(label) if isinstance(label, str) else None
                if field and value not in (None, ""):
                    found.setdefault(field, _said(field, value))
    return found


def cover_cells(book: Book) -> dict[str, str]:
    """The cells of our template's cover to fill in, by their labels: "年度" → "封面!C5"."""
    return {
        label: place_name(sheet.name, at, column + 1)
        for sheet in book.sheets
        if sheet.name == COVER
        for at, row in enumerate(sheet.rows)
        for column, label in enumerate(row)
        if isinstance(label, str) and label in _COVERED
    }


def _said(field: str, value: Value) -> str:
    if field != "year":
        return str(value).strip()
    if isinstance(value, float | int) and not isinstance(value, bool):
        return str(int(value))
    return str(year_in(f"{value}年") or value)


def _tables(
    book: Book, catalogue: Catalogue, located: Located, problems: list[Problem]
) -> tuple[dict[str, Statement], dict[str, BoundTable]]:
    units = Counter(found.unit for found in located.tables.values() if found.unit)
    common: Unit = units.most_common(1)[0][0] if units else "万元"
    if not units and located.tables:
        problems.append(Problem("S-06", "", "没有写明金额单位，按万元校验"))
    statements: dict[str, Statement] = {}
    bound: dict[str, BoundTable] = {}
    for key in catalogue.tables:
        if key not in located.tables:
            continue
        found = located.tables[key]
        parsed = found.parsed
        statements[key], extra = statement(found, book.sheet(found.sheet), found.unit or common, problems)
        title = parsed.area.title
        bound[key] = BoundTable(
            key,
            found.sheet,
            title.text,
            (max(title.row, 0), title.column),
            (max(parsed.area.top, 0), parsed.area.left, max(parsed.last, 0), parsed.area.right),
            {**parsed.cells, **extra} if extra else parsed.cells,
            parsed.labels,
            parsed.codes,
            parsed.headings,
        )
    return statements, bound


def _statements(
    values: Mapping[str, str], located: Located, statements: Mapping[str, Statement], problems: list[Problem]
) -> StatementSet:
    """Unit, kind, nature and year: what the meta sheet says, else what most tables say; disagreement is told."""
    kind, unit = located.names[0] if located.names else ("单位", "")
    kind, unit = values.get("kind") or kind, values.get("unit") or unit
    stated = values.get("year", "")
    year = int(stated) if stated.isdigit() else (located.years[0] if located.years else None)
    if stated and not stated.isdigit():
        problems.append(Problem("S-08", "", f"封面的年度“{stated}”不是四位年份，按 {year} 年度校验"))
    others = sorted({name for _, name in located.names} - {unit})
    if others and len({name for _, name in located.names}) > 1:
        problems.append(Problem("S-08", "", f"各表写的单位名称不一致：{unit}；{'；'.join(others)}"))
    if len(located.years) > 1:
        said = "、".join(str(y) for y in sorted(located.years))
        problems.append(Problem("S-08", "", f"各表写的年度不一致：{said}，按 {year} 年度校验"))
    if year is None and statements:
        problems.append(Problem("S-08", "", "没有写明年度，按现行规则校验"))
    if not unit and statements:
        problems.append(Problem("S-08", "", "没有写明单位名称"))
    return StatementSet(unit, kind, values.get("nature", ""), year, statements)
