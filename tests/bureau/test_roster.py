"""The roster: what is read, what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan.book import CannotRead
from juesuan.bureau.roster import BadRoster, parse, read_roster
from juesuan.draft import Draft, DraftCell, SheetDraft, Style
from juesuan.template.package import workbook_bytes
from tests.conftest import Run

TEXT = (
    "单位编码,单位名称,上级编码,单位性质,版式\n1,甲局,,,hubei-2023\n"
    "101,甲局本级,1,行政,\n102,乙中心（丙所）,1,事业,hunan-2021\n"
)


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "units.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    found = read_roster(write(tmp_path, TEXT, encoding))
    assert [u.name for u in found.units.values()] == ["甲局", "甲局本级", "乙中心（丙所）"]
    assert found.units["1"].kind == "部门"
    assert found.units["101"].layout == "hubei-2023"  # its parent's
    assert found.units["102"].layout == "hunan-2021"
    assert found.children["1"] == ("101", "102")
    assert list(found.below("")) == ["1", "101", "102"]
    assert found.by_name["乙中心（丙所）"] == "102"


def test_tabs_english_headings_and_a_title_above(tmp_path: Path) -> None:
    text = "2023年名册\t\t\nname\tcode\tparent\n甲\t０１\t\n乙\t02\t01\n"
    found = read_roster(write(tmp_path, text))
    assert found.units["02"].parent == "01"
    assert found.notes[0].startswith("2 个单位没有写版式")


def test_a_workbook_with_codes_as_numbers(tmp_path: Path) -> None:
    cells = {
        (0, 0): DraftCell("编码", "x"),
        (0, 1): DraftCell("名称", "x"),
        (1, 0): DraftCell(7, "zero"),
        (1, 1): DraftCell("甲", "x"),
        (2, 0): DraftCell(420101, "x"),
        (2, 1): DraftCell("乙", "x"),
    }
    styles = {"x": Style(), "zero": Style(format="000")}
    path = tmp_path / "units.xlsx"
    path.write_bytes(workbook_bytes(Draft("名册", (SheetDraft("名册", cells),), {}, styles)))
    assert list(read_roster(path).units) == ["007", "420101"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("1,甲,,,\n1,乙,,,", "第 3 行：单位编码 1 与第 2 行重复"),
        ("1,甲,,,\n2,甲,,,", "第 3 行：单位名称“甲”与第 2 行重复"),
        ("1,甲,9,,", "第 2 行：上级“9”不在名册中"),
        ("1,甲,2,,\n2,乙,3,,\n3,丙,1,,", "第 2、3、4 行：上级关系成环（1 → 2 → 3 → 1）"),
        ("1,甲,1,,", "第 2 行：上级关系成环（1 → 1）"),
        (",甲,,,", "第 2 行：没有填单位编码"),
        ("1,,,,", "第 2 行：没有填单位名称"),
        ("../1,甲,,,", "第 2 行：单位编码“../1”只能由数字、字母"),
        ("1,甲,,国企,", "第 2 行：单位性质应为行政、参公或事业，不是“国企”"),
        ("1,甲,,,nowhere", "第 2 行：没有名为“nowhere”的版式"),
        ("1,甲,,,\n2,乙,1,,\n3,乙,,,\n4,丁,乙,,", "第 5 行：上级“乙”有 2 个（2、3），请写编码"),
        ("", "表头以下没有单位"),
    ],
)
def test_faults_have_their_row(tmp_path: Path, rows: str, told: str) -> None:
    path = write(tmp_path, f"单位编码,单位名称,上级编码,单位性质,版式\n{rows}\n")
    with pytest.raises(BadRoster) as fault:
        read_roster(path, {"national"})
    assert told in str(fault.value)


@pytest.mark.parametrize(
    "head",
    [
        "预算单位代码,预算单位名称,上级单位代码,预算单位性质",
        "单位代码,单位名称,主管部门代码,单位类型",
        "编码,名称,上级单位,性质",
        "编码,名称,主管单位,单位性质",
        "编码,名称,主管部门,单位性质",
    ],
)
@pytest.mark.parametrize("above", ["1", "甲 局"])
def test_other_headings(tmp_path: Path, head: str, above: str) -> None:
    found = read_roster(write(tmp_path, f"{head}\n1,甲局,,部门\n2,乙,{above},参公事业单位\n3,丙,{above},行政单位\n"))
    assert found.children["1"] == ("2", "3")
    assert [u.nature for u in found.units.values()] == ["", "参公", "行政"]
    assert found.units["1"].kind == "部门"
    assert not any("没有用到的栏" in note or "顶层" in note for note in found.notes)


def test_columns_that_are_not_used_are_told(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, "序号,编码,名称,隶属关系\n1,1,甲,\n2,2,乙,1\n"))
    assert "没有用到的栏：序号、隶属关系" in found.notes
    assert any(note.startswith("没有一个单位写了上级，2 个单位都当作顶层") for note in found.notes)


def test_two_columns_for_one_thing(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, "编码,名称,主管部门,上级编码\n1,甲局,,\n2,乙,别的局,1\n"))
    assert found.units["2"].parent == "1"  # the code, not the name
    assert "“主管部门”（第 3 栏）“上级编码”（第 4 栏）都是上级，用的是第 4 栏，请核对" in found.notes
    found = read_roster(write(tmp_path, "编码,名称,名称\n1,甲,乙\n"))
    assert found.units["1"].name == "甲"
    assert any("都是单位名称，用的是第 2 栏" in note for note in found.notes)


def test_characters_nobody_sees(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, "编码,名称\n1\u200b,甲\x01局\x0b本级\n"))
    assert found.units["1"].name == "甲局 本级"


def test_faults_are_told_line_by_line(tmp_path: Path, run: Run) -> None:
    path = write(tmp_path, "编码,名称,上级编码\n1,,\n2,乙,9\n")
    ran = run("roster", path)
    assert ran.status == 2
    assert ran.err.splitlines() == [
        "第 2 行：没有填单位名称",
        "第 3 行：上级“9”不在名册中",
        "单位名册“units.csv”有 2 处错误，见上面各行；改好后再试。",
    ]


def test_all_faults_at_once(tmp_path: Path) -> None:
    rows = "\n".join(f"{n},单位{n},999,," for n in range(1, 60))
    with pytest.raises(BadRoster) as fault:
        read_roster(write(tmp_path, f"编码,名称,上级编码,性质,版式\n{rows}\n"))
    assert len(fault.value.errors) == 59
    assert "另有 39 处" in str(fault.value)


def test_what_is_no_roster(tmp_path: Path) -> None:
    with pytest.raises(BadRoster, match="没有找到表头"):
        read_roster(write(tmp_path, "甲,乙\n1,2\n"))
    with pytest.raises(BadRoster, match="CSV"):
        read_roster(write(tmp_path, '编码,名称\n1,"没有收尾\n'))
    with pytest.raises(CannotRead):
        read_roster(tmp_path / "没有.csv")
    path = tmp_path / "units.csv"
    path.write_bytes(b"\x89PNG\r\n\x00\x00\xff\xff")
    with pytest.raises((CannotRead, BadRoster)):
        read_roster(path)


def test_fingerprints_of_keys() -> None:
    head = (1, ["单位编码", "单位名称", "公钥指纹"])
    shown = "01AB 23CD 4567 89EF 01AB 23CD 4567 89EF"
    found = parse([head, (2, ["101", "甲", shown]), (3, ["102", "乙", ""])], "名册.csv")
    assert [unit.key for unit in found.units.values()] == [shown.replace(" ", ""), ""]
    with pytest.raises(BadRoster, match="公钥指纹应为 32 位十六进制数"):
        parse([head, (2, ["101", "甲", "01AB"])], "名册.csv")
