"""Every foreign workbook holds exactly the case's figures: read back with openpyxl and compared table by table."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from .book import Spot
from .cases import (
    CASE_IDS,
    T1,
    T3,
    T6,
    T9,
    TABLES,
    Address,
    addresses,
    expected_breaks,
    figure,
    figures,
    load,
    place,
    stated,
)
from .damage import (
    Damage,
    blank,
    carrying,
    change,
    negate,
    scale,
    scale_table,
    shift_column,
    shift_row,
    swap,
    swap_columns,
    transpose_digits,
)
from .live import sums
from .writers import WRITERS, resave

MARKS = {"", "-", "--", "—", "——", "/", "－"}
MONEY_TEXT = re.compile(r"-?[\d,]+\.\d{2}")
FACTOR = {"yuan": Decimal(10_000)}


def parsed(value: object) -> Decimal | None:
    """A cell's amount as this test reads it, on its own: nothing here comes from the writers or the engine."""
    if value is None or isinstance(value, int | float):
        return None if value is None else Decimal(repr(value))
    text = "".join(unicodedata.normalize("NFKC", str(value)).split())
    return None if text in MARKS else Decimal(text.replace(",", ""))


def evaluated(sheet: Worksheet, cell: str) -> Decimal | None:
    """A cell's amount, its SUM formula worked out."""
    value = sheet[cell].value
    if not (isinstance(value, str) and value.startswith("=")):
        return parsed(value)
    inner = re.fullmatch(r"=SUM\((.+)\)", value)
    assert inner, value
    total = Decimal(0)
    for part in inner[1].split(","):
        found = sheet[part]
        for row in found if isinstance(found, tuple) else ((found,),):
            total += sum((evaluated(sheet, c.coordinate) or Decimal(0) for c in row), Decimal(0))
    return total


def money_cells(workbook: Workbook) -> Iterator[Spot]:
    """Every cell that looks like an amount: a number with a money format, a formula, or text with two decimals."""
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                numeric = isinstance(value, int | float) and "0.00" in cell.number_format
                text = isinstance(value, str) and (
                    value.startswith("=") or MONEY_TEXT.fullmatch(unicodedata.normalize("NFKC", value).strip())
                )
                if numeric or text:
                    yield Spot(sheet.title, cell.coordinate)


@pytest.mark.parametrize("case_id", CASE_IDS)
@pytest.mark.parametrize("name", WRITERS)
def test_holds_exactly_the_figures(name: str, case_id: str, tmp_path: Path) -> None:
    case, path = load(case_id), tmp_path / "x.xlsx"
    book = WRITERS[name].build(case)
    book.save(path)
    workbook = load_workbook(path)
    factor = FACTOR.get(name, Decimal(1))
    for table in TABLES:
        read = [evaluated(workbook[s.sheet], s.cell) for at, s in book.figures.items() if at[0] == table]
        assert Counter(v for v in read if v) == Counter(v * factor for v in figures(case, table).elements()), table
    placed = list(book.figures.values())
    assert len(set(placed)) == len(placed)
    assert not set(placed) & book.decoys
    assert set(money_cells(workbook)) <= set(placed) | book.decoys


def squeezed(values: Iterator[object]) -> str:
    """The texts of some cells run together, width and blanks forgotten."""
    text = "".join(str(value) for value in values if value is not None)
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("case_id", CASE_IDS)
@pytest.mark.parametrize("name", WRITERS)
def test_every_figure_stands_under_its_heading_beside_its_name(name: str, case_id: str) -> None:
    """The figure's own row says its name or item, and above it in its column stands its heading."""
    case = load(case_id)
    book = WRITERS[name].build(case)
    for at, spot in book.figures.items():
        table = str(at[0])
        if table == T9 or figure(case, at) is None:
            continue
        sheet, where = book.workbook[spot.sheet], place(case, at)
        cell = sheet[spot.cell]
        label = str(at[1])
        if len(at) > 2:
            row = case["tables"][table][at[1]][at[2]]
            label = row.get("name") or row["item"].split("、")[-1]
        assert squeezed(iter([label])) in squeezed(c.value for c in sheet[cell.row]), (name, at)
        above = squeezed(sheet.cell(r, cell.column).value for r in range(1, cell.row))
        if table in (T1, T6) or at[1] == "income":
            assert "决算数" in above or "金额" in above, (name, at)
        else:
            assert squeezed(iter([where.column])) in above, (name, at, above)


@pytest.mark.parametrize("name", WRITERS)
def test_is_deterministic(name: str, tmp_path: Path) -> None:
    """Two runs give the same cells."""
    case = load("000")
    runs = []
    for n in range(2):
        path = tmp_path / f"{n}.xlsx"
        WRITERS[name](case, path)
        runs.append([[[c.value for c in row] for row in sheet.iter_rows()] for sheet in load_workbook(path).worksheets])
    assert runs[0] == runs[1]


def test_writers_differ_and_say_what_they_imitate(tmp_path: Path) -> None:
    case = load("000")
    seen: dict[str, str] = {}
    for name, writer in WRITERS.items():
        assert len(writer.imitates) > 30, name
        book = writer.build(case)
        shape = repr([[[c.value for c in row] for row in s.iter_rows()] for s in book.workbook.worksheets])
        assert shape not in seen, (name, seen.get(shape))
        seen[shape] = name


def test_stale_caches_are_in_the_file(tmp_path: Path) -> None:
    case, path = load("003"), tmp_path / "x.xlsx"
    book = WRITERS["formulas_stale"].build(case)
    book.save(path)
    formulas, values = load_workbook(path), load_workbook(path, data_only=True)
    differ = same = 0
    for spot in book.cached:
        cached = parsed(values[spot.sheet][spot.cell].value)
        if cached == evaluated(formulas[spot.sheet], spot.cell):
            same += 1
        else:
            differ += 1
    assert differ > 10
    assert same > 30


def test_uncached_formulas_have_no_value(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    WRITERS["formulas_uncached"](load("000"), path)
    formulas, values = load_workbook(path), load_workbook(path, data_only=True)
    live = [
        Spot(s.title, c.coordinate)
        for s in formulas.worksheets
        for row in s.iter_rows()
        for c in row
        if c.data_type == "f"
    ]
    assert len(live) > 40
    assert all(values[spot.sheet][spot.cell].value is None for spot in live)


def test_wrong_totals_stay_values() -> None:
    """No formula stands where the publication errs: 208 基本支出 and what was added up from it."""
    case = load("000")
    book = WRITERS["formulas_uncached"].build(case)
    for found in expected_breaks("000"):
        at = next(a for a in addresses(case, found.table) if place(case, a) == (found.table, found.row, found.column))
        assert stated(case, at) == found.stated
        value = book.workbook[book.figures[at].sheet][book.figures[at].cell].value
        if found.relation != "第1栏=其余各栏之和":
            assert value == float(found.stated)


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["formulas_uncached", "merged_hidden"])
def test_resaved_by_libreoffice(name: str, tmp_path: Path) -> None:
    case, path = load("000"), tmp_path / "x.xlsx"
    book = WRITERS[name].build(case)
    book.save(path)
    workbook = load_workbook(resave(path), data_only=True)
    for at, spot in book.figures.items():
        value = workbook[spot.sheet][spot.cell].value
        assert (round(Decimal(value), 2) if value is not None else None) == figure(case, at), place(case, at)


@pytest.mark.parametrize("case_id", CASE_IDS)
def test_addresses_cover_every_figure(case_id: str) -> None:
    """As many figures as there are amount strings in the JSON, and totals named once each."""
    case = load(case_id)
    count = 0

    def walk(node: object, key: str | None = None) -> Iterator[str]:
        if isinstance(node, dict):
            for inner, value in node.items():
                yield from walk(value, inner)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value, key)
        elif isinstance(node, str) and key not in ("code", "name", "item", "block", "notes", "remark", "columns"):
            yield node

    count = sum(1 for _ in walk(case["tables"]))
    assert count == sum(sum(figures(case, table).values()) for table in TABLES)
    totals = [total for total, _ in sums(case)]
    assert len(totals) == len(set(totals))


def _damages() -> list[Damage]:
    case = load("003")
    one, other = carrying(case, T3)[:2]
    row: Address = (T3, "rows", 1, "values", 1)
    return [
        change(case, (T1, "income", 0, "amount"), Decimal("0.02")),
        scale(case, one),
        scale_table(case, T3),
        negate(case, one),
        blank(case, one),
        transpose_digits(case, one),
        swap(case, one, other),
        shift_column(case, row, 1, 4),
        shift_row(case, row),
        swap_columns(case, row, (T3, "rows", 1, "values", 2)),
    ]


@pytest.mark.parametrize("damage", _damages(), ids=lambda d: d.text)
def test_damage_touches_what_it_says(damage: Damage) -> None:
    case = load("003")
    differ = [at for table in TABLES for at in addresses(case, table) if stated(case, at) != stated(damage.case, at)]
    assert differ
    assert sorted(differ, key=str) == sorted(damage.touched, key=str)
