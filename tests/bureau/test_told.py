"""What the office and the unit are told: which file of a 部门 counts, what stays in the office, what to mend first."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from juesuan import catalogue
from juesuan.bureau import outputs
from juesuan.bureau.board_page import page
from juesuan.bureau.ledger import Ledger
from juesuan.bureau.records import Board, Tally
from juesuan.bureau.roster import Roster
from juesuan.edits import SetValue
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from tests.bureau import units
from tests.bureau.test_batch import checked, results
from tests.bureau.test_course import NEW, OLD, account, put, where
from tests.bureau.test_notices import made, texts
from tests.conftest import Run


def of_department(kind: str, like: str = "102") -> bytes:
    """A file of the department itself; ``kind``: the 类别 it states."""
    return units.filled({**units.cases()[like], "unit": units.DEPARTMENT, "kind": kind})


# --- the file of a 部门 that counts ---


def test_of_a_departments_files_the_consolidated_one_counts(few: Path, roster: Roster, tmp_path: Path) -> None:
    put(few / "汇总决算.xlsx", of_department("部门"), OLD)
    put(few / "本级决算.xlsx", of_department("单位", "103"), NEW)
    out = tmp_path / "结果"
    checked(few, roster, out)
    standing = where(out, roster, "1")
    assert (standing.path, standing.version, standing.note) == ("汇总决算.xlsx", 1, "")
    assert "写的类别是单位，另有类别是部门的" in results(out)["本级决算.xlsx"]["note"]
    checked(few, roster, out)
    assert where(out, roster, "1").version == 1


def test_a_department_with_only_its_own_file_is_told_of(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    put(few / "本级决算.xlsx", of_department("单位", "103"), NEW)
    for _ in range(2):  # said as long as it is so
        checked(few, roster, out)
        standing = where(out, roster, "1")
        assert standing.path == "本级决算.xlsx"
        assert standing.note == "名册中是部门，文件写的类别是单位，按汇总决算核对"
    put(few / "汇总决算.xlsx", of_department("部门"), OLD)
    checked(few, roster, out)
    assert where(out, roster, "1").path == "汇总决算.xlsx"
    assert "按汇总决算核对" not in where(out, roster, "1").note


def test_its_own_file_from_another_folder_does_not_replace_the_consolidated_one(
    few: Path, roster: Roster, tmp_path: Path
) -> None:
    put(few / "汇总决算.xlsx", of_department("部门"), OLD)
    other, out = tmp_path / "另一处", tmp_path / "结果"
    other.mkdir()
    put(other / "本级决算.xlsx", of_department("单位", "103"), NEW)
    checked(few, roster, out)
    checked(other, roster, out)
    assert where(out, roster, "1").path == "汇总决算.xlsx"


# --- what goes out ---


def notices(out: Path, roster_path: Path, run: Run) -> dict[str, str]:
    assert run("send-back", out, "-r", roster_path, "-y", 2023).status == 0
    return {code: " ".join(texts(path)) for code, path in made(out / "整改通知" / "2023").items()}


def test_what_the_office_notes_stays_there(
    few: Path, roster_path: Path, roster: Roster, tmp_path: Path, run: Run
) -> None:
    out, inner = tmp_path / "结果", few / "局内转来"
    inner.mkdir()
    put(few / "102.xlsx", account("102", wrong="1.00"))
    put(few / "102旧.xlsx", account("102", wrong="2.00"), OLD)
    (few / "103.xlsx").unlink()
    put(inner / "103.xlsx", account("103", year=2022))
    (few / "105.xlsx").unlink()
    put(inner / "105.pdf", b"%PDF")
    checked(few, roster, out)
    assert "报了 2 份" in where(out, roster, "102").note
    told = notices(out, roster_path, run)
    assert "收到“103.xlsx”，是 2022 年度的" in told["103"]
    assert "收到“105.pdf”，不是工作簿" in told["105"]
    for path in few.glob("102*"):
        path.unlink()
    checked(few, roster, out)
    assert "请问清是否撤回" in where(out, roster, "102").note
    again = notices(out, roster_path, run)
    for text in (*told.values(), *again.values()):
        assert not re.search("局内转来|报了 2 份|为准|请问清", text)
    assert "第 2 次报送的“102.xlsx”已校验" in again["102"]


def test_the_wrong_workbook_says_which_to_use(
    few: Path, roster_path: Path, roster: Roster, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "结果"
    run("distribute", "-r", roster_path, "-y", 2023, "-o", tmp_path / "下发")
    (given,) = (tmp_path / "下发" / "单位").glob("104*.xlsx")
    book = read_book(given)
    name = units.name_of("104")
    cells = [
        SetValue(s.name, f"{chr(65 + c)}{r + 1}", str(v).replace(name, units.name_of("106")))
        for s in book.sheets
        for r, row in enumerate(s.rows)
        for c, v in enumerate(row)
        if isinstance(v, str) and name in v and c < 26
    ]
    put(few / "填错.xlsx", apply_edits(given.read_bytes(), cells))
    checked(few, roster, out)
    assert results(out)["填错.xlsx"]["place"] == "单位不对"
    told = notices(out, roster_path, run)
    for code in ("104", "106"):
        assert f"请用发给你单位（{code}）的工作簿填报。" in told[code]


# --- what to mend first ---


def test_what_to_mend_first(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    put(few / "103.xlsx", apply_edits(account("103", wrong="1.00"), [SetValue("支出决算表", "F8", "约3万")]))
    done = checked(few, roster, out)
    report = results(out)["103.xlsx"]["report"]
    first = row_of(out, "103")["先改什么"].split("\n")
    assert first[0].startswith("支出决算表!F8")
    assert "约3万" in first[0]
    assert done.statuses["待修改"] == 1
    assert sum("约3万" in line for line in first) == 1
    causes = [c["message"] for c in report["causes"]]
    assert first[1 : 1 + len(causes)] == causes[: len(first) - 1]
    hints = [f["message"] for f in report["findings"] if f["severity"] == "warn"]
    assert not [line for line in first if any(hint in line for hint in hints)]


def test_findings_are_listed_by_severity_without_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    def finding(rule: str, severity: str, verdict: str = "breaks", cell: str = "甲!A1") -> dict[str, object]:
        return {
            "rule": rule,
            "severity": severity,
            "verdict": verdict,
            "message": "说明",
            "cause": None,
            "cells": [cell],
        }

    findings = [
        finding("一", "warn"),
        finding("二", "explain"),
        finding("三", "fatal", "not_evaluated"),
        finding("四", "fatal"),
        finding("五", "fatal", "not_evaluated", "甲!B2"),
    ]
    problems = [{"code": "S-04", "cell": "甲!B2", "message": "“约三”不是数，这一格没有参加校验"}]
    report = {"findings": findings, "causes": [{"message": "根源"}], "problems": problems}
    monkeypatch.setattr(outputs, "unpacked", lambda data: report)
    said = outputs._sentences(b"")
    assert said == ("甲!B2 “约三”不是数，这一格没有参加校验", "根源", "四 说明", "二 说明", "三 说明")


def row_of(out: Path, code: str) -> dict[str, str]:
    sheet = read_book(out / "汇总.xlsx").sheet("单位状态")
    heads = [str(head) for head in sheet.rows[1]]
    (row,) = (row for row in sheet.rows[2:] if row[0] == code)
    return {head: str(value) for head, value in zip(heads, row, strict=False)}


def test_an_account_not_filled_in_says_only_that(
    few: Path, roster_path: Path, roster: Roster, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "结果"
    run("distribute", "-r", roster_path, "-y", 2023, "-o", tmp_path / "下发")
    (given,) = (tmp_path / "下发" / "单位").glob("104*.xlsx")
    for path in few.iterdir():
        path.unlink()
    put(few / "104.xlsx", given.read_bytes())
    checked(few, roster, out)
    with closing(Ledger(out / "台账.sqlite")) as ledger:
        file = ledger.value("SELECT id FROM file")
        ledger.db.execute("INSERT INTO finding VALUES (?,'T1-01','fatal','breaks','','','','','',0)", (file,))
        assert outputs.gather(ledger, 1, roster, 2023, catalogue.load()).rules == ()
    first = row_of(out, "104")["先改什么"]
    assert first.startswith("各表都没有填数")
    assert "\n" not in first


# --- the page ---


def test_a_rule_not_checked_is_told_apart_in_the_chart() -> None:
    rules = (
        Tally(("T2-02", "收入" * 20, "explain", "breaks"), 3, 2),
        Tally(("T2-02", "收入" * 20, "explain", "not_evaluated"), 1, 1),
    )
    text = page(Board(2023, (), {}, rules, (), (), 0), "收件")
    labels = re.findall(r'<text x="0" y="\d+">([^<]+)</text>', text)
    assert [label.partition(" ")[0] for label in labels] == ["T2-02", "T2-02（未执行）"]


def test_remarks_stand_before_the_file() -> None:
    text = page(Board(2023, (), {}, (), (), (), 0), "收件")
    heads = re.findall("<th>([^<]+)</th>", text)
    assert heads.index("先改什么") < heads.index("备注") < heads.index("文件")
