"""What each file is to the roster: names of any encoding, strangers, files of one name, files this program wrote."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from juesuan import catalogue
from juesuan.bureau import engines, pool, scan
from juesuan.bureau.batch import Bounds
from juesuan.bureau.distribute import workbook
from juesuan.bureau.identify import by_file_name, identify
from juesuan.bureau.ledger import Ledger
from juesuan.bureau.roster import Roster, read_roster
from juesuan.bureau.scan import shown
from juesuan.bureau.status import LADDER, Standing, standing
from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from juesuan.template.package import workbook_bytes
from tests.bureau.test_batch import checked, find, results
from tests.bureau.test_course import NEW, account, put, where
from tests.conftest import Run

# --- names that are not UTF-8 ---


def gbk(folder: Path, name: str) -> Path:
    return Path(os.fsdecode(os.fsencode(folder) + b"/" + name.encode("gbk")))


def test_names_in_gbk_are_shown_and_opened(few: Path, roster: Roster, tmp_path: Path) -> None:
    """As a Windows zip unpacked on Linux leaves them: folder and file in GBK, one of them twice."""
    folder = gbk(few, "乡镇")
    folder.mkdir()
    (few / "102.xlsx").rename(gbk(folder, "102决算.xlsx"))
    put(gbk(folder, "坏的105.xlsx"), b"PK\x03\x04 no more")
    put(folder / "103决算.xlsx", account("103"), NEW - 10)
    put(gbk(folder, "103决算.xlsx"), account("103"), NEW - 10)
    put(Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.xlsx")), b"")
    done = checked(few, roster, tmp_path / "结果")
    found = results(tmp_path / "结果")
    assert done.total == len(found) == 7
    assert found["乡镇/102决算.xlsx"]["outcome"] == "checked"
    assert found["乡镇/坏的105.xlsx"]["outcome"] == "unusable"
    assert found["乡镇/\\xff\\xfe.xlsx"]["outcome"] == "unusable"
    assert {p for p in found if "103决算" in p} == {"乡镇/103决算.xlsx", "乡镇/103决算〔2〕.xlsx"}
    assert where(tmp_path / "结果", roster, "102").status == "通过"
    assert "乡镇/102决算.xlsx" in (tmp_path / "结果" / "汇总.html").read_text(encoding="utf-8")
    again = checked(few, roster, tmp_path / "结果", resume=True)
    assert (again.total, len(results(tmp_path / "结果"))) == (7, 7)


def test_a_folder_whose_own_name_is_not_utf8(few: Path, roster: Roster, tmp_path: Path) -> None:
    folder = gbk(tmp_path, "收到的")
    few.rename(folder)
    checked(folder, roster, tmp_path / "结果")
    assert "收到的" in (tmp_path / "结果" / "汇总.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["决算.xlsx", "a\udcff\udcfe.xlsx", "\ud800.xlsx", "\udcb5\udca5\udce4.xlsx"])
def test_what_is_shown_can_be_written(name: str) -> None:
    assert shown(name).encode("utf-8")
    assert shown(shown(name)) == shown(name)


def test_what_one_file_raises_is_its_outcome(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pool.Checker._ask

    def ask(self: pool.Checker, path: Path, name: str, copy: Path | None) -> Any:
        if name == "103.xlsx":
            raise UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates")
        return real(self, path, name, copy)

    monkeypatch.setattr(pool.Checker, "_ask", ask)
    found = {o.found.path: o.head for o in pool.run(few, scan.files(few), Bounds(1), engines.command(Bounds(1)))}
    assert {path: head["outcome"] for path, head in found.items()} == {
        "102.xlsx": "checked",
        "103.xlsx": "crashed",
        "105.xlsx": "checked",
    }


# --- whose it is ---


def test_a_stranger_does_not_take_a_units_place(few: Path, roster: Roster, tmp_path: Path) -> None:
    data = workbook_bytes(workbook(roster.units["102"], 2023, catalogue.load()))
    put(few / "外.xlsx", apply_edits(data, [SetValue("封面", "C4", "完全无关的外单位")]), NEW + 100)
    put(few / "102.xlsx", account("103"), NEW + 50)
    checked(few, roster, tmp_path / "结果")
    found = results(tmp_path / "结果")
    assert (found["外.xlsx"]["place"], found["外.xlsx"]["unit"]) == ("单位不对", "102")
    now = where(tmp_path / "结果", roster, "102")
    assert now.status == "未报"
    assert "填的单位“完全无关的外单位”不在名册中" in now.note
    other = where(tmp_path / "结果", roster, "103")
    assert "（102）的，内容是" in found["102.xlsx"]["note"] + other.note


def test_content_of_one_unit_in_a_file_called_after_another(few: Path, roster: Roster, tmp_path: Path) -> None:
    (few / "103.xlsx").unlink()
    put(few / "102.xlsx", account("103"))
    checked(few, roster, tmp_path / "结果")
    assert where(tmp_path / "结果", roster, "103").status == "通过"
    assert "文件名是" in where(tmp_path / "结果", roster, "103").note
    assert where(tmp_path / "结果", roster, "102").status == "未报"


@pytest.fixture
def twins(tmp_path: Path) -> Roster:
    path = tmp_path / "同名.csv"
    text = "单位编码,单位名称,上级编码,单位性质\n1,某市,,\n11,甲区教育局,1,行政\n12,乙区教育局,1,行政\n"
    path.write_text(f"{text}1101,中心小学,11,事业\n1201,中心小学,12,事业\n", encoding="utf-8")
    return read_roster(path)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("1201.xlsx", "1201"),
        ("11/中心小学.xlsx", "1101"),
        ("乙区教育局/决算.xlsx", "1201"),
        ("中心小学.xlsx", ""),
        ("甲区教育局和乙区教育局/中心小学.xlsx", ""),
    ],
)
def test_units_of_one_name(twins: Roster, path: str, code: str) -> None:
    who = identify(twins, {}, "中心小学", path)
    assert who.code == code
    if not code:
        assert "名册中有 2 个单位叫“中心小学”" in who.note
        assert who.among == ("1101", "1201")
    assert identify(twins, {"roster_code": "1201"}, "中心小学", path).code == "1201"


def test_units_of_one_name_are_told(few: Path, twins: Roster, tmp_path: Path) -> None:
    put(few / "报表.xlsx", account("102", name="中心小学"))
    checked(few, twins, tmp_path / "结果")
    found = results(tmp_path / "结果")["报表.xlsx"]
    assert found["place"] == "认不出单位"
    assert "无法判断是哪一个" in found["note"]
    for code in ("1101", "1201"):
        assert "收到“报表.xlsx”" in where(tmp_path / "结果", twins, code).note


def test_names_are_looked_for_in_other_texts(twins: Roster) -> None:
    assert by_file_name(twins, "2024甲区教育局（报）.pdf", "").code == "11"
    assert by_file_name(twins, "甲区教育局、乙区教育局.pdf", "").code == ""


# --- received, but it cannot count ---


def told(out: Path, roster: Roster, code: str) -> Standing:
    with closing(Ledger(out / "台账.sqlite")) as ledger:
        return standing(ledger, roster, code, 2023)


def test_what_was_received_is_told_of_units_without_a_submission(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    put(few / "102.xlsx", account("102", year=2022))
    (few / "103.xlsx").unlink()
    put(few / "103.pdf", b"%PDF")
    (few / "105.xlsx").write_bytes(_without_tables())
    done = checked(few, roster, out)
    assert (done.others, done.statuses["未报"]) == (1, 27)
    assert told(out, roster, "102").note == "收到“102.xlsx”，是 2022 年度的，请报 2023 年度"
    assert "收到“103.pdf”，不是工作簿" in told(out, roster, "103").note
    assert "没有决算公开表" in told(out, roster, "105").note
    assert [told(out, roster, code).status for code in ("102", "103", "105")] == ["未报"] * 3
    found = results(out)
    assert "请报 2023 年度" in found["102.xlsx"]["note"]
    assert (found["105.xlsx"]["place"], found["103.pdf"]["outcome"]) == ("不能用", "other")
    assert (found["103.pdf"]["place"], found["103.pdf"]["unit"]) == ("不是工作簿", "103")
    assert "103.pdf" in (out / "汇总.html").read_text(encoding="utf-8")
    assert any(row[0] == "103.pdf" for row in read_book(out / "汇总.xlsx").sheet("须留意的文件").rows)
    put(few / "102.xlsx", account("102"))
    checked(few, roster, out)
    assert told(out, roster, "102").note == ""


def _without_tables() -> bytes:
    from juesuan.draft import Draft, DraftCell, SheetDraft, Style

    sheet = SheetDraft("通讯录", {(0, 0): DraftCell("姓名", "text"), (0, 1): DraftCell("电话", "text")})
    return workbook_bytes(Draft("通讯录", (sheet,), {}, {"text": Style()}))


def test_a_zip_is_told_to_those_in_it(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    with zipfile.ZipFile(few / "微信打包.zip", "w") as packed:
        packed.writestr("102.xlsx", account("102"))
        packed.writestr(zipfile.ZipInfo("第5直属单位/105决算.xlsx".encode("gbk").decode("cp437")), account("105"))
        packed.writestr("说明.txt", "x")
    (few / "102.xlsx").unlink()
    checked(few, roster, out)
    assert "收到压缩包“微信打包.zip”" in told(out, roster, "102").note
    assert (told(out, roster, "105").status, told(out, roster, "105").note) == ("通过", "")
    note = results(out)["微信打包.zip"]["note"]
    assert note.startswith("压缩包里有 2 个工作簿（102、105）")


def test_what_this_program_wrote_is_no_submission(
    inbox: Path, roster_path: Path, roster: Roster, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "结果"
    put(find(inbox, "103"), account("103", wrong="1.00"))
    checked(inbox, roster, out)
    assert run("send-back", out, "-r", roster_path, "-y", 2023).status == 0
    shutil.copytree(out / "整改通知", inbox / "整改通知")
    (notice,) = (inbox / "整改通知").rglob("103-*.xlsx")
    notice.rename(notice.with_name("103.xlsx"))
    shutil.copyfile(out / "汇总.xlsx", inbox / "汇总.xlsx")
    ran = run("consolidate", inbox, "-r", roster_path, "-y", 2023, "-o", inbox / "部门.xlsx")
    assert (inbox / "部门.xlsx").is_file(), ran.err
    find(inbox, "104").rename(inbox / "104.备份-20240101-000000.xlsx")
    (inbox / "104-某单位-整改通知.docx").write_bytes(b"words")
    checked(inbox, roster, out)
    found = {Path(path).name: r for path, r in results(out).items()}
    for name in ("汇总.xlsx", "部门.xlsx", "104.备份-20240101-000000.xlsx"):
        assert found[name]["place"] == "本程序写的", name
    assert [r["place"] for p, r in results(out).items() if p.startswith("整改通知")] == ["本程序写的"] * 2
    assert where(out, roster, "103").version == 1
    assert where(out, roster, "1").status == "无需报"
    assert found["104-某单位-整改通知.docx"]["unit"] is None


# --- the page ---


def test_the_page_counts_by_severity_and_sorts_by_the_ladder(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    put(find(inbox, "103"), account("103", wrong="1.00"))
    out = tmp_path / "结果"
    checked(inbox, roster, out)
    sheet = read_book(out / "汇总.xlsx").sheet("单位状态")
    heads = [str(head) for head in sheet.rows[1]]
    rows = {row[0]: dict(zip(heads, row, strict=False)) for row in sheet.rows[2:]}
    report = next(r["report"] for p, r in results(out).items() if p.endswith("103.xlsx"))
    breaks = [f["severity"] for f in report["findings"] if f["verdict"] == "breaks"]
    names = {"fatal": "强制性", "explain": "核实性", "warn": "提示"}
    assert {name: rows["103"][name] for name in names.values()} == {n: breaks.count(k) for k, n in names.items()}
    assert rows["108"]["状态"] == "通过"
    assert not rows["108"].get("先改什么")
    page = (out / "汇总.html").read_text(encoding="utf-8")
    order = dict(re.findall(r'data-o="(\d)" style="[^"]*">([^<]+)</td>', page))
    assert order == {str(LADDER.index(name)): name for name in ("待修改", "通过", "无需报")}
    labels = re.findall(r'<text x="0" y="\d+">([^<]+)</text>', page)
    assert any(len(label) > 20 for label in labels)
