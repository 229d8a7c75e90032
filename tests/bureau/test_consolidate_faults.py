"""Consolidating what is not in order: nothing wrong goes into the sums, or comes out of them, without a word."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from juesuan import catalogue
from juesuan.bureau import department_book, department_words
from juesuan.bureau.accounts import read_one
from juesuan.bureau.department import Department, WrongAccount, consolidate
from juesuan.bureau.pool import Bounds
from juesuan.bureau.roster import Roster
from juesuan.bureau.totals import figures
from juesuan.catalogue import Catalogue
from juesuan.hosts.read import read_book
from juesuan.template.build import build
from juesuan.template.content import Facts
from juesuan.template.package import page_names, workbook_bytes
from juesuan.validation import statements_of
from tests.bureau import units
from tests.bureau.test_batch import find, spoil
from tests.bureau.test_consolidate import WRONG, declared, flows, two_levels
from tests.conftest import Run
from tests.foreign.cases import T1, T2, T3


@pytest.fixture(scope="module")
def rules() -> Catalogue:
    return catalogue.load()


@pytest.fixture(scope="module")
def whole(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Department, Roster]:
    from juesuan.bureau.roster import read_roster

    roster = read_roster(units.write_roster(tmp_path_factory.mktemp("名册")))
    return consolidate(originals, roster, "1", 2023), roster


def edited(path: Path, change: Callable[[Any], None]) -> None:
    """A workbook changed as a person would in Excel."""
    book = openpyxl.load_workbook(path)
    change(book)
    saved = io.BytesIO()
    book.save(saved)
    path.write_bytes(saved.getvalue())


def said(found: Department, book: department_book.DepartmentBook, rules: Catalogue) -> str:
    return "\n".join(department_words.faults(found, book, rules))


# --- the department's own account ---


def test_the_departments_account_is_not_added_though_it_calls_itself_a_unit(inbox: Path, roster: Roster) -> None:
    (inbox / "部门.xlsx").write_bytes(units.filled({**units.load("003"), "kind": "单位"}))
    found = consolidate(inbox, roster, "1", 2023)
    assert len(found.totals.members) == 27
    assert "1" not in found.totals.members
    assert found.stated_file == "部门.xlsx"
    assert any(note.startswith("1 在名册中是部门，“部门.xlsx”写的类别是单位") for note in found.notes)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (lambda: units.cases()["103"], "不是武汉市人力资源和社会保障局（1）的"),
        (lambda: {**units.load("003"), "year": 2022}, "是 2022 年度的"),
    ],
)
def test_another_account_than_the_departments_is_refused(
    originals: Path, roster: Roster, tmp_path: Path, case: Callable[[], dict[str, Any]], told: str
) -> None:
    given = tmp_path / "给的.xlsx"
    given.write_bytes(units.filled(case()))
    with pytest.raises(WrongAccount, match=r"给的\.xlsx") as fault:
        consolidate(originals, roster, "1", 2023, stated=given)
    assert told in str(fault.value)


def test_every_level_with_an_account_of_its_own_is_compared(inbox: Path, rules: Catalogue, tmp_path: Path) -> None:
    roster = two_levels()
    below = consolidate(inbox, roster, "A", 2023)
    layout = rules.layouts["hubei-2023"]
    facts = Facts("A局", 2023, "部门", "", layout.region, layout.money_unit, layout.budget_basis)
    case = department_book.case_of(below.totals, rules, layout, facts)
    row = next(r for r in case["tables"][T3]["rows"] if r["code"] and len(r["code"]) == 7 and r["values"][1])
    row["values"][1] = f"{float(row['values'][1]) + 5:.2f}"
    (inbox / "A局.xlsx").write_bytes(units.filled(case))
    city = consolidate(inbox, roster, "0", 2023)
    assert len(city.totals.members) == 27
    (comparison,) = city.comparisons
    assert (comparison.code, comparison.path) == ("A", "A局.xlsx")
    book = department_book.build(city, roster, 2023, rules)
    assert f"X-26 A 支出决算表 {row['code']}" in said(city, book, rules)
    rows = read_book(workbook_bytes(book.draft), name="市.xlsx").sheet("汇总核对").rows
    assert any(str(r[0]).startswith("X-26 A A局") for r in rows if r)


def test_a_consolidation_lying_among_the_accounts_is_no_account(
    inbox: Path, roster_path: Path, run: Run, roster: Roster
) -> None:
    out = inbox / "部门汇总.xlsx"
    first = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", out)
    again = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", out)
    assert again.out == first.out
    assert "“部门汇总.xlsx”没有汇总：这是 consolidate 的汇总" in again.err
    kept = [p.name for p in inbox.iterdir() if ".备份-" in p.name]
    found = consolidate(inbox, roster, "1", 2023)
    assert found.comparisons == ()
    assert len(found.totals.members) == 27
    assert kept == [] or all(any(name in note for note in found.notes) for name in kept)


# --- flows ---


def test_a_flow_of_a_department_that_is_not_added_up(tmp_path: Path, roster: Roster) -> None:
    from juesuan.bureau.eliminations import read_eliminations

    inbox = units.collect(tmp_path / "往来", units.with_grant())
    (inbox / "部门.xlsx").write_bytes(units.filled(units.load("003")))
    rows = read_eliminations(flows(tmp_path, f"补助,1,{units.RECEIVER},2080199,,1.00"), roster)
    (told,) = consolidate(inbox, roster, "1", 2023, rows).unheld
    assert "部门的汇总决算不加进去，请写本级的编码" in told


def test_a_flow_that_the_summary_table_does_not_hold(tmp_path: Path, roster: Roster) -> None:
    inbox = units.collect(tmp_path / "往来", units.with_grant())
    case = units.cases(units.with_grant())[units.RECEIVER]
    row = next(r for r in case["tables"][T1]["income"] if "上级补助收入" in (r["item"] or ""))
    row["amount"] = "0.40"
    find(inbox, units.RECEIVER).write_bytes(units.filled(case))
    (told,) = consolidate(inbox, roster, "1", 2023, declared(roster, tmp_path)).unheld
    assert "收支总表 上级补助收入 · 决算数 为 0.40，少于要抵销的 1.00" in told


def test_a_flow_with_a_side_elsewhere_is_told(tmp_path: Path) -> None:
    roster = two_levels()
    inbox = units.collect(tmp_path / "往来", units.with_grant())
    own = consolidate(inbox, roster, roster.units[units.PAYER].parent, 2023, declared(roster, tmp_path))
    assert any(note.startswith("抵销表第 2 行") and note.endswith("没有抵销") for note in own.notes)


# --- totals that units got wrong ---


def test_totals_that_are_not_what_the_units_state(whole: tuple[Department, Roster], rules: Catalogue) -> None:
    found, roster = whole
    book = department_book.build(found, roster, 2023, rules)
    assert {m.ref for m in book.mismatches} == WRONG
    for one in book.mismatches:
        assert one.fen - one.stated == 102_850_000
        assert list(one.units.values()) == [102_850_000]
        assert list(one.units) == [units.REAL]
    told = said(found, book, rules)
    assert "支出决算表 208 社会保障和就业支出 · 基本支出：合计与各单位所报合计相差 102.85" in told
    assert "差在 101（102.85）" in told
    data = read_book(workbook_bytes(book.draft), name="汇总.xlsx")
    rows = data.sheet("汇总核对").rows
    assert str(rows[0][0]).startswith("合计与各单位所报合计相差 2 处")
    assert [row[10] for row in rows[2:4]] == ["101（102.85）"] * 2


def test_what_the_tables_compute_is_what_the_workbook_holds(whole: tuple[Department, Roster], rules: Catalogue) -> None:
    found, roster = whole
    book = department_book.build(found, roster, 2023, rules)
    for ref, terms in book.tables.parts.items():
        if ref in book.tables.fen:
            assert book.tables.fen[ref] == sum(f * book.tables.fen.get(part, 0) for f, part in terms), ref


# --- accounts that are not in order ---


def test_what_is_faulty_unread_or_blank_is_told_and_listed(
    inbox: Path, roster_path: Path, tmp_path: Path, run: Run
) -> None:
    def spoiled(book: Any) -> None:
        book["三公表"]["F8"] = "约3万"

    edited(find(inbox, "107"), spoiled)
    empty = build(catalogue.load(), "hubei-2023", unit=units.name_of("109"), year=2023)
    find(inbox, "109").write_bytes(workbook_bytes(empty))
    case = units.cases()["106"]
    next(r for r in case["tables"][T3]["rows"] if r["code"] == "208")["values"][1] = "1.00"
    find(inbox, "106").write_bytes(units.filled(case))
    out = tmp_path / "总.xlsx"
    ran = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", out)
    assert ran.status == 1
    assert "没有决算的单位 1 个：109" in ran.out
    assert "107 三公表!F8：“约3万”不是金额，没有加进去" in ran.out
    assert "106（强制性 " in ran.out
    assert "各表都没有填数，当作没有决算" in ran.err
    rows = read_book(out).sheet("汇总说明").rows[2:]
    listed = {(row[0], row[1]) for row in rows}
    assert {("没有决算", "109"), ("没有加进去", "107"), ("没有改好", "106")} <= listed
    assert run("validate", out, "--format", "json").out.count('"S-02"') == 0  # its own sheets are no tables


def test_a_unit_whose_account_lies_in_a_zip_is_told_where(
    inbox: Path, roster_path: Path, tmp_path: Path, run: Run
) -> None:
    own = find(inbox, "105")
    with zipfile.ZipFile(inbox / "微信打包.zip", "w") as packed:
        packed.write(own, "105决算.xlsx")
        packed.write(find(inbox, "107"), "107决算.xlsx")
    own.unlink()
    out = tmp_path / "总.xlsx"
    ran = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", out)
    assert "没有决算的单位 1 个：105" in ran.out
    assert "“微信打包.zip”没有汇总：压缩包里有 2 个工作簿（105、107），没有解压" in ran.err
    (row,) = (row for row in read_book(out).sheet("汇总说明").rows if row and row[0] == "没有决算")
    assert row[1] == "105"
    assert str(row[4]).startswith("在压缩包“微信打包.zip”里，没有解压")


def test_a_workbook_with_another_embedded_is_no_zip(inbox: Path) -> None:
    path = inbox / "通讯录.xlsx"
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/embeddings/106决算.xlsx", b"PK")
    held = read_one(path, Bounds())
    assert "决算公开表" in held.error
    assert held.inside == ()


def test_an_account_is_read_as_validate_reads_it(inbox: Path) -> None:
    path = find(inbox, units.REAL)
    held = read_one(path, Bounds())
    assert (held.unit, held.year, held.fatal) == (units.name_of(units.REAL), 2023, 6)
    direct = statements_of(path)
    assert sorted(figures(held.statements)) == sorted(figures(direct))


def test_a_file_that_ends_its_process_does_not_end_the_consolidation(
    inbox: Path, roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from juesuan.bureau import accounts

    fatal = (
        "import os, sys; from juesuan.bureau import accounts, worker; "
        "sys.exit(worker.serve(int(sys.argv[1]), float(sys.argv[2]), lambda path, name, rules, copy: "
        "os._exit(3) if name.endswith('105.xlsx') else accounts.answer(path, name, rules, copy)))"
    )
    monkeypatch.setattr(accounts, "command", lambda bounds: (sys.executable, "-c", fatal, "0", "60"))
    found = consolidate(inbox, roster, "1", 2023)
    assert found.missing == ("105",)
    assert "意外退出" in found.faults["105"]


# --- what is printed ---


def test_of_many_differences_the_causes_come_first(
    originals: Path, roster: Roster, rules: Catalogue, tmp_path: Path
) -> None:
    """One leaf raised with all its totals is one sentence, and one that counts the totals."""
    case = units.load("003")
    for row in case["tables"][T2]["rows"]:
        if row["code"] in (None, "208", "20801", "2080150"):
            row["values"] = [f"{float(v or 0) + 9:.2f}" if at < 2 else v for at, v in enumerate(row["values"])]
    own = tmp_path / "部门.xlsx"
    own.write_bytes(units.filled(case))
    found = consolidate(originals, roster, "1", 2023, stated=own)
    book = department_book.build(found, roster, 2023, rules)
    income = [line for line in said(found, book, rules).splitlines() if line.startswith("X-26 1 收入决算表")]
    assert len(income) == 1
    assert income[0].startswith("X-26 1 收入决算表 2080150 事业运行 · 财政拨款收入：")
    assert "，相差 9.00，" in income[0]
    assert "处合计随之不符，见“汇总核对”" in said(found, book, rules)


def test_the_sheets_name_tables_in_full_link_to_cells_and_print_on_several_pages(
    whole: tuple[Department, Roster], rules: Catalogue
) -> None:
    found, roster = whole
    book = department_book.build(found, roster, 2023, rules)
    sheet = book.draft.sheet("汇总来源")
    tables = {sheet.cells[row, 0].value for row, column in sheet.cells if column == 0 and row > 1}
    assert {"收入支出决算总表", "支出决算表"} <= tables
    labels = {sheet.cells[row, 2].value for row, column in sheet.cells if column == 2 and row > 1}
    assert "公务用车小计" in labels
    assert "小计" not in labels
    data = read_book(workbook_bytes(book.draft), name="汇总.xlsx")
    for (row, column), target in sheet.links.items():
        name, _, cell = target.rpartition("!")
        assert sheet.cells[row, column].value == cell
        assert name.strip("'") in {s.name for s in data.sheets}
    assert len(sheet.links) > 300
    assert page_names(sheet) == {"_xlnm.Print_Titles": "'汇总来源'!$A:$F,'汇总来源'!$2:$2"}
    assert sheet.page is not None
    assert sheet.page.scale == 65


def test_the_same_files_count_as_in_batch(
    inbox: Path, roster_path: Path, roster: Roster, tmp_path: Path, run: Run
) -> None:
    spoil(inbox)
    (inbox / "113 - 副本.xlsx").write_bytes(find(inbox, "113").read_bytes())
    run("batch", inbox, "-r", roster_path, "-o", tmp_path / "结果", "-y", 2023)
    lines = (tmp_path / "结果" / "results.ndjson").read_text(encoding="utf-8").splitlines()
    counted = {r["file"] for r in map(json.loads, lines) if r["place"] == "有效" and r["outcome"] == "checked"}
    found = consolidate(inbox, roster, "1", 2023)
    assert {a.path for a in found.added.values()} == counted
