"""Distribution: prefilled workbooks, manifest, zips; the same input, the same bytes; filled in; moved on."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from juesuan import catalogue
from juesuan.bureau import prefill
from juesuan.bureau.distribute import InTheWay, distribute, workbook
from juesuan.bureau.migrate import migrate, outdated
from juesuan.bureau.prior import read_prior
from juesuan.bureau.roster import Roster, Unit
from juesuan.catalogue import Catalogue
from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from juesuan.naming import split_cell
from juesuan.recompute import recompute
from juesuan.refs import Ref
from juesuan.template.package import workbook_bytes
from juesuan.validation import Validation, examine
from tests.bureau import units
from tests.conftest import Run
from tests.foreign.cases import T1


@pytest.fixture(scope="module")
def rules() -> Catalogue:
    return catalogue.load()


@pytest.fixture
def small() -> Roster:
    """A department with two units."""
    return Roster(
        {
            "1": Unit("1", units.DEPARTMENT, layout="hubei-2023", kind="部门"),
            "102": Unit("102", units.name_of("102"), "1", "事业", "hubei-2023"),
            "103": Unit("103", units.name_of("103"), "1", "参公", "hubei-2023"),
        }
    )


def last_year(code: str) -> units.Case:
    """The unit's account of the year before, closing with what this year opens with."""
    figures = copy.deepcopy(units.units()[code])
    now = units.account(code, units.name_of(code), figures)
    closing = next(units.hundredths(r["amount"]) for r in now["tables"][T1]["expenditure"] if r["line"] == 60)
    figures.opening = 2 * figures.opening - closing
    return units.account(code, units.name_of(code), figures, year=2022)


def examined(data: bytes, rules: Catalogue) -> Validation:
    """As ``validate`` does, with last year's account that the workbook carries."""
    return examine(read_book(data, name="表.xlsx"), rules)


def test_the_same_input_gives_the_same_bytes(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        distribute(small, 2023, tmp_path / name, rules)
    for path in sorted((tmp_path / "甲").rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "乙" / path.relative_to(tmp_path / "甲")).read_bytes()


def test_manifest_and_zips(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    done = distribute(small, 2023, tmp_path, rules)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema"] == "juesuan.manifest/1"
    assert [u["code"] for u in manifest["units"]] == ["1", "102", "103"]
    for unit in manifest["units"]:
        assert hashlib.sha256((tmp_path / unit["file"]).read_bytes()).hexdigest() == unit["sha256"]
    (entry,) = manifest["zips"]
    assert hashlib.sha256((tmp_path / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    with zipfile.ZipFile(tmp_path / done.zips["1"]) as archive:
        assert sorted(archive.namelist()) == sorted(Path(u["file"]).name for u in manifest["units"])


def test_the_hidden_sheet_says_whose_it_is(small: Roster, rules: Catalogue) -> None:
    found = examined(workbook_bytes(workbook(small.units["103"], 2023, rules)), rules).binding.meta.values
    assert (found["roster_code"], found["roster_parent"], found["nature"]) == ("103", "1", "参公")
    assert found["template_id"].startswith("hubei-2023@")


def test_nothing_filled_in_is_overwritten(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    done = distribute(small, 2023, tmp_path, rules)
    distribute(small, 2023, tmp_path, rules)  # the same again is no harm
    path = tmp_path / done.files["102"]
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(InTheWay, match="没有覆盖"):
        distribute(small, 2023, tmp_path, rules)
    assert path.read_bytes().endswith(b"x")
    distribute(small, 2023, tmp_path, rules, replace=True)
    assert not path.read_bytes().endswith(b"x")


def test_last_year_is_prefilled_and_checked(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    prior_folder = tmp_path / "上年"
    prior_folder.mkdir()
    for code in ("102", "103"):
        (prior_folder / f"{code}.xlsx").write_bytes(units.filled(last_year(code)))
    (prior_folder / "今年.xlsx").write_bytes(units.filled(units.cases()["102"]))
    (prior_folder / "生人.xlsx").write_bytes(units.filled({**last_year("104"), "unit": "外单位"}))
    (prior_folder / "坏.xlsx").write_bytes(b"PK")
    prior = read_prior(prior_folder, small, 2023)
    assert set(prior.known) == {"102", "103"}
    assert len(prior.notes) == 3
    data = workbook_bytes(workbook(small.units["102"], 2023, rules, prior.known["102"]))
    opening = units.units()["102"].opening
    found = examined(data, rules)
    amount = found.binding.statements.tables["收支总表"].figures["年初结转和结余", "决算数"]
    assert amount.fen == opening * 10_000
    assert not [f for f in found.report.findings if f.rule == "T1-09"]
    assert {line.code for line in found.binding.statements.tables["收入决算表"].lines} >= set(
        units.units()["102"].income
    )
    assert not any("T1-09" in p.message for p in found.report.problems)
    # the balance changed by the unit is found without last year's file at hand
    cell = found.binding.cell(Ref("收支总表", "年初结转和结余", "决算数"))
    changed = apply_edits(data, [SetValue(*split_cell(cell), opening / 100 + 5)])
    (finding,) = [f for f in examined(changed, rules).report.findings if f.rule == "T1-09"]
    assert (finding.verdict, finding.expected) == ("breaks", opening * 10_000)


def test_a_blank_one_with_opening_balances_is_called_blank(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "102.xlsx").write_bytes(units.filled(last_year("102")))
    prior = read_prior(tmp_path, small, 2023)
    data = workbook_bytes(workbook(small.units["102"], 2023, rules, prior.known["102"]))
    report = examined(data, rules).report
    assert [p.message for p in report.problems if p.code == "S-07"] == [
        "各表都没有填数（预填的年初数除外），没有可校验的内容"
    ]
    assert report.causes == ()  # nothing is proposed where everything is still to be filled in
    assert not [f for f in report.findings if f.verdict == "breaks"]
    assert report.counts.breaks == 0
    cell = examined(data, rules).binding.cell(Ref("收支总表", "结余分配", "决算数"))
    begun = examined(apply_edits(data, [SetValue(*split_cell(cell), 1.0)]), rules).report
    assert not [p for p in begun.problems if p.code == "S-07"]
    assert begun.causes
    prior_path = tmp_path / "上年"
    prior_path.mkdir()
    (prior_path / "102.xlsx").write_bytes(workbook_bytes(workbook(small.units["102"], 2022, rules)))
    assert read_prior(prior_path, small, 2023).known == {}


def test_of_several_of_last_year_the_one_that_counts_is_used(small: Roster, tmp_path: Path) -> None:
    late = last_year("102")
    figures = copy.deepcopy(units.units()["102"])
    figures.opening += 500
    draft = units.account("102", units.name_of("102"), figures, year=2022)
    for at, (name, case) in enumerate((("A 终稿.xlsx", draft), ("B 终稿.xlsx", late), ("C 终稿 副本.xlsx", late))):
        (tmp_path / name).write_bytes(units.filled(case))
        os.utime(tmp_path / name, ns=(at, at))
    prior = read_prior(tmp_path, small, 2023)
    used = prior.known["102"].opening[Ref("收支总表", "年初结转和结余", "决算数")]
    assert used == units.units()["102"].opening * 10_000  # of the later one, not of the first by name
    (note,) = prior.notes
    assert "用“B 终稿.xlsx”，没有用“A 终稿.xlsx”" in note


def test_the_number_of_processes_changes_no_byte(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "上年").mkdir()
    (tmp_path / "上年" / "102.xlsx").write_bytes(units.filled(last_year("102")))
    prior = read_prior(tmp_path / "上年", small, 2023)
    told: list[tuple[int, int]] = []
    for jobs in (1, 2):
        distribute(small, 2023, tmp_path / str(jobs), rules, prior, jobs=jobs, tell=lambda d, t: told.append((d, t)))
    assert told == [(1, 3), (2, 3), (3, 3)] * 2
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*") if p.is_file()} for n in "12"
    )
    assert one == two


def fill_in(data: bytes, code: str, rules: Catalogue) -> bytes:
    """The unit's figures typed into its distributed workbook, leaf by leaf."""
    wanted = examine(read_book(units.filled(units.cases()[code]), name="x.xlsx"), rules).binding.statements
    book = read_book(data, name="表.xlsx")
    binding = examine(book, rules).binding
    edits = []
    for key, statement in wanted.tables.items():
        lines = {line.key: line.code for line in statement.lines}
        for (line, column), amount in statement.figures.items():
            where = binding.where(Ref(key, lines.get(line) or line, column)) or binding.where(Ref(key, line, column))
            if where is None:
                continue
            sheet, row, at = where
            if (row, at) not in book.sheet(sheet).formulas:
                edits.append(
                    SetValue(
                        *split_cell(
                            binding.cell(Ref(key, lines.get(line) or line, column))
                            or binding.cell(Ref(key, line, column))
                        ),
                        amount.fen / 1e6,
                    )
                )
    return recalculated(apply_edits(data, edits), rules)


def recalculated(data: bytes, rules: Catalogue) -> bytes:
    """As Excel would save it."""
    return apply_edits(data, recompute(examine(read_book(data, name="表.xlsx"), rules))[0])


def test_distributed_filled_in_and_valid(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "102.xlsx").write_bytes(units.filled(last_year("102")))
    prior = read_prior(tmp_path, small, 2023)
    data = fill_in(workbook_bytes(workbook(small.units["102"], 2023, rules, prior.known["102"])), "102", rules)
    report = examined(data, rules).report
    assert not [f for f in report.findings if f.verdict != "rounding" and f.severity != "warn"]
    assert report.counts.not_evaluated == 0


# --- moving to a new version of the template ---


def test_an_old_version_is_moved_with_nothing_lost(small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "102.xlsx").write_bytes(units.filled(last_year("102")))
    prior = read_prior(tmp_path, small, 2023)
    old = fill_in(workbook_bytes(workbook(small.units["102"], 2023, rules, prior.known["102"])), "102", rules)
    layout = rules.layouts["hubei-2023"]
    newer = replace(rules, layouts={**rules.layouts, layout.id: layout.model_copy(update={"version": "9"})}, _plans={})
    before = examined(old, newer)
    assert outdated(before.binding.meta.values, newer)
    moved = migrate(old, "102.xlsx", newer)
    assert moved.lost == ()
    assert moved.typed == ()
    data = workbook_bytes(moved.draft)
    after = examined(data, newer)
    meta = after.binding.meta.values
    assert not outdated(meta, newer)
    assert (meta["version"], meta["roster_code"]) == ("9", "102")
    assert meta["prior"] == before.binding.meta.values["prior"]
    assert meta["migrated_from"] == before.binding.meta.values["template_id"]
    for key, statement in before.binding.statements.tables.items():
        now = after.binding.statements.tables[key]
        assert {at: a.fen for at, a in statement.figures.items() if a.fen} == {
            at: a.fen for at, a in now.figures.items() if a.fen
        }
    assert [f.rule for f in after.report.findings] == [f.rule for f in before.report.findings]


def test_a_typed_over_total_stays_as_typed(rules: Catalogue) -> None:
    data = units.filled(units.cases()["102"], "formula")
    cell = examine(read_book(data, name="x.xlsx"), rules).binding.cell(Ref("支出决算表", "208", "基本支出"))
    wrong = recalculated(apply_edits(data, [SetValue(*split_cell(cell), 470.34)]), rules)
    moved = migrate(wrong, "102.xlsx", rules)
    assert moved.typed == (cell,)
    after = examine(read_book(workbook_bytes(moved.draft), name="x.xlsx"), rules)
    assert after.binding.statements.tables["支出决算表"].figures["208", "基本支出"].fen == 470_340_000


def test_foreign_workbooks_are_not_moved(run: Run, tmp_path: Path) -> None:
    from tests.validated import workbook as foreign

    path = tmp_path / "外来.xlsx"
    path.write_bytes(foreign("001"))
    ran = run("migrate", path, "-o", tmp_path / "新.xlsx")
    assert ran.status == 2
    assert "不是本项目的模板" in ran.err


def test_the_commands(run: Run, roster_path: Path, tmp_path: Path) -> None:
    ran = run("roster", roster_path)
    assert ran.status == 0
    assert ran.out.splitlines()[1].strip().startswith("101 武汉市工伤保险中心（武汉市劳动能力鉴定中心）")
    (tmp_path / "小.csv").write_text("编码,名称,版式\n1,甲,hubei-2023\n", encoding="utf-8")
    ran = run("distribute", "-r", tmp_path / "小.csv", "-y", 2023, "-o", tmp_path / "发")
    assert ran.status == 0
    (made,) = (tmp_path / "发" / "单位").iterdir()
    assert run("distribute", "-r", roster_path.with_name("没有.csv"), "-y", 2023, "-o", tmp_path / "x").status == 2
    moved = run("migrate", made, "-o", tmp_path / "移.xlsx")
    assert moved.status == 0
    assert "已是现行模板" in moved.out
    assert not (tmp_path / "移.xlsx").exists()


def test_migrating_an_old_one(run: Run, small: Roster, rules: Catalogue, tmp_path: Path) -> None:
    old = tmp_path / "旧.xlsx"
    data = workbook_bytes(workbook(small.units["102"], 2023, rules))
    place = read_book(data, name="旧.xlsx").defined_names["juesuan_version"].replace("$", "")
    old.write_bytes(apply_edits(data, [SetValue(*split_cell(place), "0")]))
    assert "应以 .xlsx 结尾" in run("migrate", old, "-o", tmp_path / "新.xlsm").err
    assert "另写一个文件名" in run("migrate", old, "-o", old).err
    moved = run("migrate", old, "-o", tmp_path / "新.xlsx")
    assert moved.status == 0
    assert prefill.codes(examine(read_book(tmp_path / "新.xlsx")).binding.statements) == ()


def test_what_is_wrong_with_the_input_is_said_first(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "旧.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "Workbook".encode("utf-16-le") + bytes(512))
    ran = run("migrate", path, "-o", tmp_path / "新.xlsx")
    assert ran.status == 2
    assert "旧版 .xls 或 WPS 的 .et 工作簿" in ran.err
    assert "扩展名" not in ran.err
