"""The department as the sum of its units: 003's published tables from its twenty-seven; flows, levels, X-26."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan import catalogue
from juesuan.bureau import department_book
from juesuan.bureau.department import Department, consolidate
from juesuan.bureau.eliminations import BadEliminations, Elimination, read_eliminations
from juesuan.bureau.roster import Roster, Unit
from juesuan.bureau.totals import compare
from juesuan.catalogue import Catalogue
from juesuan.hosts.read import read_book
from juesuan.refs import Ref
from juesuan.template.package import workbook_bytes
from juesuan.validation import Validation, examine
from tests.bureau import units
from tests.bureau.test_batch import find, spoil
from tests.conftest import Run

#: The figures of 000 that are wrong as published, in the sum as well.
WRONG = {Ref("支出决算表", "208", "基本支出"), Ref("一般公共预算支出表", "208", "基本支出")}


@pytest.fixture(scope="module")
def rules() -> Catalogue:
    return catalogue.load()


@pytest.fixture(scope="module")
def published(rules: Catalogue) -> Validation:
    return examine(read_book(units.filled(units.load("003")), name="003.xlsx"), rules)


def test_the_units_add_up_to_the_published_department(originals: Path, roster: Roster, published: Validation) -> None:
    found = consolidate(originals, roster, "1", 2023)
    assert len(found.totals.members) == 27
    assert found.missing == ()
    agree, differences = compare(published.binding.statements, found.totals)
    breaks = {d.ref for d in differences if d.verdict == "breaks"}
    assert breaks == WRONG
    assert agree > 370
    (one,) = [d for d in differences if d.ref.table == "支出决算表"]
    assert (one.stated, one.expected, one.units) == (27_069_810_000, 26_966_960_000, 27)
    assert one.allowed == 28 * 5_000  # 0.005 for each unit and for the department


def test_the_workbook_is_a_clean_account(
    originals: Path, roster: Roster, rules: Catalogue, published: Validation
) -> None:
    found = consolidate(originals, roster, "1", 2023)
    book = department_book.build(found, roster, 2023, rules)
    assert book.notes == ()
    data = workbook_bytes(book.draft)
    assert data == workbook_bytes(book.draft)
    after = examine(read_book(data, name="汇总.xlsx"), rules)
    assert after.report.counts.breaks == 0
    assert after.report.counts.not_evaluated == 0
    mended = found.totals
    for ref in WRONG:  # the formulas put 000's wrong total right
        mended.fen[ref] += 102_850_000
    assert [d for d in compare(after.binding.statements, mended)[1] if d.verdict == "breaks"] == []
    differences = [d for d in compare(published.binding.statements, mended)[1] if d.verdict == "breaks"]
    assert differences == []


def test_every_figure_has_its_contributors(originals: Path, roster: Roster, rules: Catalogue) -> None:
    found = consolidate(originals, roster, "1", 2023)
    book = read_book(workbook_bytes(department_book.build(found, roster, 2023, rules).draft), name="汇总.xlsx")
    rows = book.sheet("汇总来源").rows
    heads = list(rows[1])
    assert heads[:6] == ["表", "编码", "项目", "栏", "单元格", "汇总数"]
    assert len(heads) == 6 + 27
    assert str(heads[6]).startswith("101")
    for row in rows[2:]:
        given = [v for v in row[6:] if isinstance(v, float)]
        assert row[5] == pytest.approx(sum(given), abs=1e-6)


def test_the_departments_own_account_is_checked_not_added(inbox: Path, roster: Roster) -> None:
    (inbox / "部门.xlsx").write_bytes(units.filled(units.load("003")))
    found = consolidate(inbox, roster, "1", 2023)
    assert len(found.totals.members) == 27
    assert found.stated is not None
    assert found.stated_file == "部门.xlsx"
    assert {d.ref for d in compare(found.stated, found.totals)[1] if d.verdict == "breaks"} == WRONG


def test_a_figure_of_the_department_off_by_more_than_rounding(
    originals: Path, roster: Roster, rules: Catalogue
) -> None:
    found = consolidate(originals, roster, "1", 2023)

    def breaks(text: str) -> bool:
        case = units.load("003")
        row = next(r for r in case["tables"]["收入决算表"]["rows"] if r["code"] == "2080150")
        row["values"][1] = text
        stated = examine(read_book(units.filled(case), name="x.xlsx"), rules).binding.statements
        ref = Ref("收入决算表", "2080150", "财政拨款收入")
        return any(d.ref == ref and d.verdict == "breaks" for d in compare(stated, found.totals)[1])

    assert not breaks("3542.74")
    assert not breaks("3542.88")  # 0.14 = 0.005 × 28
    assert breaks("3542.89")


# --- internal flows ---


def flows(folder: Path, *rows: str) -> Path:
    path = folder / "抵销.csv"
    text = "类型,付款单位编码,收款单位编码,支出科目,收入科目,金额\n" + "".join(f"{row}\n" for row in rows)
    path.write_bytes(text.encode("gbk"))
    return path


def declared(roster: Roster, folder: Path) -> tuple[Elimination, ...]:
    row = f"补助,{units.PAYER},{units.RECEIVER},2080199,,{units.GRANT / 100}"
    return read_eliminations(flows(folder, row), roster)


def test_internal_flows_are_taken_out(tmp_path: Path, roster: Roster, rules: Catalogue, published: Validation) -> None:
    inbox = units.collect(tmp_path / "往来", units.with_grant())
    without = consolidate(inbox, roster, "1", 2023)
    assert any("可能是内部往来" in note for note in without.notes)
    assert len([d for d in compare(published.binding.statements, without.totals)[1] if d.verdict == "breaks"]) > 10
    found = consolidate(inbox, roster, "1", 2023, declared(roster, tmp_path))
    assert not any("内部往来" in note for note in found.notes)
    assert {d.ref for d in compare(published.binding.statements, found.totals)[1] if d.verdict == "breaks"} == WRONG
    draft = department_book.build(found, roster, 2023, rules).draft
    after = examine(read_book(workbook_bytes(draft), name="汇总.xlsx"), rules)
    assert after.report.counts.breaks == 0
    assert after.binding.statements.tables["收支总表"].figures.get(("上级补助收入", "决算数")) is None
    heads = read_book(workbook_bytes(draft), name="x.xlsx").sheet("汇总来源").rows[1]
    assert heads[-1] == "内部往来抵销"


def test_flows_that_the_accounts_do_not_hold(originals: Path, tmp_path: Path, roster: Roster) -> None:
    found = consolidate(originals, roster, "1", 2023, declared(roster, tmp_path))
    (told,) = found.unheld
    assert told.startswith("抵销表第 2 行没有抵销：")
    assert "少于要抵销的 1.00" in told
    assert found.totals.fen == consolidate(originals, roster, "1", 2023).totals.fen


def test_one_false_line_costs_none_of_the_others(
    tmp_path: Path, roster: Roster, roster_path: Path, published: Validation, run: Run
) -> None:
    inbox = units.collect(tmp_path / "往来", units.with_grant())
    good = f"补助,{units.PAYER},{units.RECEIVER},2080199,,{units.GRANT / 100}"
    table = flows(tmp_path, good, good, f"上缴,{units.RECEIVER},{units.PAYER},2080199,,7.00")
    found = consolidate(inbox, roster, "1", 2023, read_eliminations(table, roster))
    assert {d.ref for d in compare(published.binding.statements, found.totals)[1] if d.verdict == "breaks"} == WRONG
    again, other = found.unheld
    assert again.startswith("抵销表第 3 行没有抵销：")
    assert "少于连同前面各行要抵销的 2.00" in again
    assert other.startswith("抵销表第 4 行没有抵销：")
    out = tmp_path / "总.xlsx"
    ran = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", out, "--eliminations", table)
    assert ran.status == 1
    assert again in ran.out
    assert other in ran.out
    rows = read_book(out).sheet("汇总说明").rows
    assert [row[4] for row in rows if row and row[0] == "没有抵销"] == [again, other]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("借款,102,103,2080199,,1", "类型应为补助或上缴"),
        ("补助,999,103,2080199,,1", "付款单位编码“999”不在名册中"),
        ("补助,102,102,2080199,,1", "付款单位和收款单位相同"),
        ("补助,102,103,20801,,1", "应为 7 位的项级编码"),
        ("上缴,102,103,2080199,,0", "金额应大于 0"),
        ("上缴,102,103,2080199,,一百", "不是金额"),
    ],
)
def test_faults_of_declared_flows(tmp_path: Path, roster: Roster, row: str, told: str) -> None:
    with pytest.raises(BadEliminations, match="第 2 行") as fault:
        read_eliminations(flows(tmp_path, row), roster)
    assert told in str(fault.value)


# --- levels ---


def two_levels() -> Roster:
    """City → two departments → units."""
    found = {"0": Unit("0", "某市", layout="hubei-2023", kind="部门")}
    for code in ("A", "B"):
        found[code] = Unit(code, f"{code}局", "0", layout="hubei-2023", kind="部门")
    for number, code in enumerate(units.units()):
        found[code] = Unit(code, units.name_of(code), "AB"[number % 2], "事业", "hubei-2023")
    return Roster(found)


def test_city_department_unit(originals: Path, published: Validation, rules: Catalogue) -> None:
    roster = two_levels()
    city = consolidate(originals, roster, "0", 2023)
    parts: list[Department] = [consolidate(originals, roster, code, 2023) for code in ("A", "B")]
    assert city.contributors == ("A", "B")
    titles = [
        str(department_book.build(one, roster, 2023, rules).draft.sheet("汇总来源").cells[0, 0].value)
        for one in (city, parts[0])
    ]
    assert all(title.startswith("每个数由下一级各单位的数汇成") for title in titles)
    assert ["--node" in title for title in titles] == [True, False]
    for ref, fen in city.totals.fen.items():
        assert fen == sum(p.totals.fen.get(ref, 0) for p in parts)
        assert city.totals.count[ref] == sum(p.totals.count.get(ref, 0) for p in parts)
    assert {d.ref for d in compare(published.binding.statements, city.totals)[1] if d.verdict == "breaks"} == WRONG


def test_flows_between_departments_go_out_above_them(tmp_path: Path, published: Validation) -> None:
    roster = two_levels()
    assert roster.units[units.PAYER].parent != roster.units[units.RECEIVER].parent
    inbox = units.collect(tmp_path / "往来", units.with_grant())
    row = declared(roster, tmp_path)
    city = consolidate(inbox, roster, "0", 2023, row)
    assert {d.ref for d in compare(published.binding.statements, city.totals)[1] if d.verdict == "breaks"} == WRONG
    own = consolidate(inbox, roster, roster.units[units.PAYER].parent, 2023, row)
    assert own.totals.fen[Ref("支出决算表", "合计", "对附属单位补助支出")] == units.GRANT * 10_000


# --- the command, on what a bureau really gets ---


def test_damaged_collected_and_consolidated(inbox: Path, roster_path: Path, tmp_path: Path, run: Run) -> None:
    spoil(inbox)
    (inbox / "部门.xlsx").write_bytes(units.filled(units.load("003")))
    out = tmp_path / "部门汇总.xlsx"
    ran = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", out)
    assert ran.status == 1
    assert "没有决算的单位 3 个：104、105、112" in ran.out
    for told in ("“外单位.xlsx”没有汇总", "是 2022 年度的", "单位 109 有多份"):
        assert told in ran.err
    assert "X-26：还缺 3 个单位的决算" in ran.out
    assert "X-26 1 收入决算表" in ran.out
    assert [s.name for s in read_book(out).sheets][-3:] == ["汇总来源", "汇总核对", "汇总说明"]


def test_the_command_on_good_files(inbox: Path, roster_path: Path, tmp_path: Path, run: Run) -> None:
    mended = units.load("000")
    for table in ("支出决算表", "一般公共预算财政拨款支出决算表"):
        next(r for r in mended["tables"][table]["rows"] if r["code"] == "208")["values"][1] = "573.19"
    find(inbox, units.REAL).write_bytes(units.filled(mended))
    own = tmp_path / "003.xlsx"
    own.write_bytes(units.filled(units.load("003")))
    ran = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", tmp_path / "总.xlsx", "--stated", own)
    assert ran.status == 0, ran.out + ran.err
    assert run("validate", tmp_path / "总.xlsx").status == 0
    assert run("consolidate", inbox, "-r", roster_path, "-y", 2022, "-o", tmp_path / "总.xlsx").status == 2
    assert run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", tmp_path / "总.pdf").status == 2
    assert (
        run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", tmp_path / "总.xlsx", "--node", "9").status == 2
    )
