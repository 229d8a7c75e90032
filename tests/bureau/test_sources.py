"""Which account is added up and which is only compared: by the roster, whatever the files say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juesuan.bureau.accounts import Account
from juesuan.bureau.roster import Roster, Unit
from juesuan.bureau.sources import Sources, refused, settle

ROSTER = Roster(
    {
        "1": Unit("1", "某某市", kind="部门"),
        "10": Unit("10", "某某市财政局", "1", kind="部门"),
        "101": Unit("101", "某某市财政局本级", "10", "行政"),
        "20": Unit("20", "某某市水务中心", "1", "事业"),
        "201": Unit("201", "某某市水务中心分所", "20", "事业"),
    }
)


def account(path: str, code: str, kind: str = "单位", changed: int = 0, year: int | None = 2024) -> Account:
    return Account(path, changed, path, unit=ROSTER.units[code].name, kind=kind, code=code, year=year)


def settled(*accounts: Account, node: str = "1") -> Sources:
    return settle(accounts, ROSTER, set(ROSTER.below(node)), 2024)


def test_a_department_of_the_roster_is_never_added_up() -> None:
    found = settled(account("10.xlsx", "10", "单位"), account("101.xlsx", "101"))
    assert set(found.own) == {"101"}
    assert set(found.stated) == {"10"}
    (said,) = found.notes
    assert said.startswith("10 在名册中是部门，“10.xlsx”写的类别是单位，按名册当作汇总决算核对，不加总")


def test_of_a_departments_files_the_consolidated_one_is_compared() -> None:
    found = settled(account("本级.xlsx", "10", "单位", 9), account("汇总.xlsx", "10", "部门", 1))
    assert found.stated["10"].path == "汇总.xlsx"
    assert any("“本级.xlsx”写的类别是单位" in note for note in found.notes)


def test_a_unit_with_units_below_it_may_submit_both() -> None:
    found = settled(account("本级.xlsx", "20"), account("汇总.xlsx", "20", "部门"), account("201.xlsx", "201"))
    assert found.own["20"].path == "本级.xlsx"
    assert found.stated["20"].path == "汇总.xlsx"
    assert any(note.startswith("20 在名册中是单位，“汇总.xlsx”写的类别是部门") for note in found.notes)


def test_a_unit_without_units_below_is_added_whatever_its_file_says() -> None:
    found = settled(account("101.xlsx", "101", "部门"))
    assert set(found.own) == {"101"}
    assert found.notes == ()


def test_a_file_without_a_year_counts_and_is_told() -> None:
    found = settled(account("101.xlsx", "101", year=None))
    assert set(found.own) == {"101"}
    assert found.notes == ("“101.xlsx”没有写年度，按 2024 年度汇总",)


def test_what_cannot_be_taken_says_why() -> None:
    found = settled(
        account("101.xlsx", "101", year=2023),
        replace(account("201.xlsx", "201"), blank=True),
        Account("20-坏.xlsx", 0, error="工作簿已损坏。"),
    )
    assert found.own == {}
    assert found.faults == {
        "101": "“101.xlsx”：是 2023 年度的，本次汇总 2024 年度",
        "201": "“201.xlsx”：各表都没有填数，当作没有决算",
        "20": "“20-坏.xlsx”：工作簿已损坏。",
    }


def test_what_cannot_be_taken_names_the_file_that_was() -> None:
    found = settled(
        replace(account("101-空.xlsx", "101"), blank=True),
        Account("101-坏.xlsx", 0, error="工作簿已损坏。"),
        account("101-旧.xlsx", "101", year=2023),
        account("101.xlsx", "101"),
        replace(account("10-空.xlsx", "10", "部门"), blank=True),
        account("10.xlsx", "10", "部门"),
    )
    assert found.own["101"].path == "101.xlsx"
    assert found.faults.keys() <= {"10"}
    assert set(found.notes) == {
        "“101-空.xlsx”没有汇总：各表都没有填数；该单位另有“101.xlsx”，已加总",
        "“101-坏.xlsx”没有汇总：工作簿已损坏；该单位另有“101.xlsx”，已加总",
        "“101-旧.xlsx”没有汇总：是 2023 年度的，本次汇总 2024 年度；该单位另有“101.xlsx”，已加总",
        "“10-空.xlsx”没有汇总：各表都没有填数；该单位另有“10.xlsx”，用来核对",
    }


def zipped(path: str, *inside: str) -> Account:
    return Account(path, 0, error="不是工作簿。", inside=inside)


def test_a_zip_is_told_to_the_units_in_it() -> None:
    found = settled(zipped("打包.zip", "甲/101.xlsx", "201决算.xlsx", "别的.xlsx"), account("201.xlsx", "201"))
    assert found.faults == {"101": "在压缩包“打包.zip”里，没有解压，请解压到收件文件夹后重新汇总"}
    assert found.notes == (
        "“打包.zip”没有汇总：压缩包里有 3 个工作簿（101、201），没有解压，请解压到收件文件夹后重新汇总",
    )


def test_a_zip_of_units_elsewhere_is_not_told() -> None:
    assert settled(zipped("打包.zip", "201.xlsx"), node="10").notes == ()
    (said,) = settled(zipped("打包.zip", "别的.xlsx"), node="10").notes
    assert said.startswith("“打包.zip”没有汇总：压缩包里有 1 个工作簿，没有解压")


def test_a_file_of_two_units_is_neithers_and_says_so() -> None:
    found = settled(replace(account("101.xlsx", "101"), unit=ROSTER.units["201"].name))
    assert found.own == {}
    assert found.faults["201"].startswith("“101.xlsx”：工作簿是发给“某某市财政局本级”（101）的")


def test_equal_copies_are_told_in_short() -> None:
    same = [replace(account(path, "101", changed=n), digest="x") for n, path in enumerate(("101.xlsx", "101副本.xlsx"))]
    assert settled(*same).notes == ("单位 101 有 2 份内容相同的文件，用“101.xlsx”",)
    other = settled(account("新.xlsx", "101", changed=2), account("旧.xlsx", "101", changed=1))
    assert other.notes == ("单位 101 有多份，按修改时间取“新.xlsx”，没有用“旧.xlsx”",)


def test_what_this_program_wrote_is_no_submission() -> None:
    sums = replace(account("部门.xlsx", "10", "部门"), sums=True)
    backup = account("101.备份-20250101.xlsx", "101")
    found = settled(sums, backup)
    assert (found.own, found.stated) == ({}, {})
    assert len(found.notes) == 2


def test_files_of_units_elsewhere_are_not_told() -> None:
    found = settled(account("201.xlsx", "201", year=2023), account("101.xlsx", "101"), node="10")
    assert set(found.own) == {"101"}
    assert found.notes == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (account("x.xlsx", "10", "部门"), ""),
        (account("x.xlsx", "101"), "不是某某市财政局（10）的"),
        (Account("x.xlsx", 0, unit="外单位", year=2024), "是“外单位”的决算"),
        (account("x.xlsx", "10", "部门", year=2023), "是 2023 年度的"),
        (replace(account("x.xlsx", "10"), blank=True), "没有填数"),
        (Account("x.xlsx", 0, year=2024), ""),
        (Account("x.xlsx", 0, error="已损坏。"), "已损坏"),
    ],
)
def test_the_account_given_for_a_department(given: Account, told: str) -> None:
    said = refused(given, ROSTER, "10", 2024)
    assert (told in said) if told else said == ""
