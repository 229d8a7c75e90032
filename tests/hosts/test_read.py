"""Reading whole workbooks: the quick scanner, the careful parser, openpyxl and calamine agree."""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import stat
import subprocess
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Border, Side

from juesuan.book import CannotRead, Value
from juesuan.edits import SetFormula
from juesuan.hosts import scan
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from tests.hosts.hostile import honest
from tests.hosts.same import cells, same

TABLES = ("收支总表", "收入决算表", "支出决算表", "财政拨款", "基本支出", "政府性基金", "国有资本", "三公", "封面")


def filled(folder: Path) -> Path:
    """Nine sheets of some 340 cells, a third blank but styled, formulas, dates, merges, hidden rows and columns."""
    rng = random.Random(2)
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    thin = Side(style="thin")
    for name in TABLES:
        tab = workbook.create_sheet(name)
        tab.merge_cells("A1:J1")
        tab["A1"], tab["A2"], tab["J2"] = name, "单位：某某局 & 下属<单位>", "金额单位：万元"
        tab["B2"], tab["C2"], tab["D2"] = dt.datetime(2024, 3, 15), dt.datetime(2024, 3, 15, 8, 30), dt.time(8, 30)
        tab["E2"], tab["F2"], tab["G2"] = True, "#DIV/0!", "第一行\n第二行  "
        for row in range(3, 37):
            for column in range(1, 11):
                cell = tab.cell(row, column)
                cell.border = Border(left=thin, top=thin)
                cell.number_format = "#,##0.00"
                if column == 1:
                    cell.value = f"{rng.randrange(201, 230)}{rng.randrange(1, 99):02d}"
                elif column == 2:
                    cell.value = rng.choice(("行政运行", "住房公积金", "一般公共服务支出"))
                elif column == 3:
                    cell.value = f"=SUM(D{row}:J{row})"
                elif rng.random() < 0.6:
                    cell.value = rng.choice((round(rng.random() * 1000, 2), rng.randrange(1000), -0.1))
        tab.row_dimensions[7].hidden = True
        tab.column_dimensions["F"].hidden = True
    workbook["封面"].sheet_state = "hidden"
    workbook.defined_names["合计"] = openpyxl.workbook.defined_name.DefinedName("合计", attr_text="收入决算表!$C$3")
    path = folder / "决算公开表 2023.xlsx"
    workbook.save(path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("read")


@pytest.fixture(scope="module")
def plain(folder: Path) -> Path:
    return filled(folder)


@pytest.fixture(scope="module")
def converted(plain: Path, folder: Path) -> dict[str, Path]:
    """The same workbook as LibreOffice writes it: recalculated, as .xlsx, .xls and .ods."""
    out, profile = folder / "office", (folder / "profile").as_uri()
    for kind in ("xlsx", "xls", "ods"):
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", str(out), str(plain)], check=True, capture_output=True, timeout=120)
    return {path.suffix: path for path in out.iterdir()}


def by_openpyxl(path: Path, data_only: bool) -> dict[str, dict[tuple[int, int], Value]]:
    workbook = openpyxl.load_workbook(path, data_only=data_only)
    return {tab.title: cells(tab.iter_rows(values_only=True)) for tab in workbook.worksheets}


def by_calamine(path: Path) -> dict[str, dict[tuple[int, int], Value]]:
    workbook = python_calamine.load_workbook(path)
    return {
        name: cells(
            [midnight(value) for value in row]
            for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        )
        for name in workbook.sheet_names
    }


def midnight(value: Value) -> Value:
    return dt.datetime(value.year, value.month, value.day) if type(value) is dt.date else value


# --- the same workbook by four readers -------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("writer", ["openpyxl", "libreoffice"])
def test_four_readers_agree(
    writer: str, plain: Path, converted: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plain if writer == "openpyxl" else converted[".xlsx"]
    careful = read_book(path, careful=True)
    monkeypatch.setattr(scan.tree, "cells", lambda *_: pytest.fail("the quick scanner was not sure"))
    book = read_book(path)
    same(book, careful)
    values = {s.name: cells(s.rows) for s in book.sheets}
    assert values == by_openpyxl(path, data_only=True)
    errors = {(1, 5): "#DIV/0!"}  # which calamine gives as blanks
    assert values == {name: found | errors for name, found in by_calamine(path).items()}
    written = by_openpyxl(path, data_only=False)
    for tab in book.sheets:
        expected = {p: v[1:] for p, v in written[tab.name].items() if isinstance(v, str) and v.startswith("=")}
        assert tab.formulas == expected
        assert [expected[row, 2] for row in range(2, 36)] == [f"SUM(D{row}:J{row})" for row in range(3, 37)]
    assert book.defined_names == {"合计": "收入决算表!$C$3"}
    first = book.sheets[0]
    assert first.merges == ((0, 0, 0, 9),)
    assert (first.hidden_rows, first.hidden_columns) == ({6}, {5})
    assert (first.state, book.sheets[-1].state) == ("visible", "hidden")
    assert first.formats[3, 3] == "#,##0.00" if (3, 3) in values[first.name] else (3, 3) not in first.formats
    assert first.value(1, 6) == "第一行\n第二行  "
    assert (first.value(2, 2) is None) == (writer == "openpyxl")  # openpyxl writes no cached values


@pytest.mark.libreoffice
def test_values_only(converted: dict[str, Path]) -> None:
    book, both = read_book(converted[".xlsx"], formulas=False), read_book(converted[".xlsx"])
    assert not book.has_formulas
    assert both.has_formulas
    assert all(not tab.formulas for tab in book.sheets)
    assert [cells(s.rows) for s in book.sheets] == [cells(s.rows) for s in both.sheets]


def test_a_formula_without_a_value_keeps_its_number_format() -> None:
    """What is computed for it later is shown as the cell would show it; a date's number is not taken for one."""
    workbook = openpyxl.Workbook()
    tab = workbook.active
    for name, code in (("A1", "0.0%"), ("A2", "General"), ("A3", "yyyy-mm-dd")):
        tab[name] = "=C1/B1"
        tab[name].number_format = code
    tab["B1"], tab["B1"].number_format = 2, "0.00"
    out = io.BytesIO()
    workbook.save(out)
    (sheet,) = read_book(out.getvalue(), name="x.xlsx").sheets
    assert sheet.formats == {(0, 0): "0.0%", (0, 1): "0.00"}
    assert [row[0] for row in sheet.rows] == [None, None, None]


@pytest.mark.libreoffice
def test_other_formats_are_named(converted: dict[str, Path]) -> None:
    with pytest.raises(CannotRead, match=r"旧版 \.xls"):
        read_book(converted[".xls"])
    with pytest.raises(CannotRead, match=r"\.ods"):
        read_book(converted[".ods"])


def test_reading_leaves_the_file_alone(plain: Path) -> None:
    plain.chmod(stat.S_IRUSR)
    before = (plain.read_bytes(), plain.stat().st_mtime_ns)
    book = read_book(plain)
    assert book.name == "决算公开表 2023.xlsx"
    assert (plain.read_bytes(), plain.stat().st_mtime_ns) == before
    assert not [entry for entry in os.listdir("/proc/self/fd") if _points_to(entry, plain)]
    again = read_book(plain.read_bytes(), name="另名.xlsx")
    same(book, again)
    assert again.name == "另名.xlsx"


def _points_to(entry: str, path: Path) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{entry}") == str(path)
    except OSError:
        return False


def test_small_workbook_by_path(tmp_path: Path) -> None:
    book = read_book(honest(tmp_path))
    assert book.sheets[0].value(0, 0) == "收入"
    assert book.sheets[0].value(0, 1) == 573.19
    assert book.problems == ()


# --- properties ------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=9)
VALUES = st.one_of(
    TEXT.filter(lambda text: not text.startswith("=") and "_x" not in text and text.strip() == text),
    st.floats(-1e12, 1e12).map(lambda number: float(f"{number:.15g}")),  # openpyxl writes 16 digits
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.datetimes(dt.datetime(1905, 1, 1), dt.datetime(2099, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from(["#N/A", "#REF!", "=A1+$B$2", "=SUM(Sheet!A1:B2)", '=IF(A1<1,"甲",B2&"x")']),
)
CELLS = st.dictionaries(st.tuples(st.integers(0, 40), st.integers(0, 30)), VALUES, max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(CELLS)
def test_what_openpyxl_writes_is_what_is_read(content: dict[tuple[int, int], Value]) -> None:
    workbook = openpyxl.Workbook()
    for (row, column), value in content.items():
        workbook.active.cell(row + 1, column + 1, value)
    stream = io.BytesIO()
    workbook.save(stream)
    book = read_book(stream.getvalue())
    same(book, read_book(stream.getvalue(), careful=True))
    formulas = {p: v[1:] for p, v in content.items() if isinstance(v, str) and v.startswith("=")}
    assert book.sheets[0].formulas == formulas
    assert cells(book.sheets[0].rows) == {p: v for p, v in content.items() if p not in formulas}


def test_every_chunk_is_read(monkeypatch: pytest.MonkeyPatch, plain: Path) -> None:
    whole = read_book(plain)
    monkeypatch.setattr("juesuan.hosts.strings._CHUNK", 100)
    same(whole, read_book(plain))


def test_values_alone_are_not_trusted_where_formulas_have_none(tmp_path: Path) -> None:
    """openpyxl saves formulas without values; taken for blanks, every total would look wrong."""
    path = tmp_path / "unsaved.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A3"] = 1, 2, "=SUM(A1:A2)"
    book.save(path)
    assert read_book(path, formulas=False).sheets[0].formulas == {(2, 0): "SUM(A1:A2)"}
    stored = tmp_path / "stored.xlsx"
    stored.write_bytes(apply_edits(path.read_bytes(), [SetFormula("Sheet", "A3", "SUM(A1:A2)", 3)]))
    plain = read_book(stored, formulas=False)
    assert not plain.has_formulas
    assert plain.sheets[0].value(2, 0) == 3
