"""A folder of submissions checked as a whole: everything planted is found, everything odd is named."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from juesuan import catalogue
from juesuan.bureau import batch, engines
from juesuan.bureau.batch import Batch, Bounds
from juesuan.bureau.ledger import Ledger, LedgerFault
from juesuan.bureau.roster import Roster
from juesuan.bureau.status import history, standing
from juesuan.hosts.read import read_book
from tests.bureau import units
from tests.conftest import Run
from tests.foreign.cases import T3, T6

BOUNDS = Bounds(2, 60, 1024)


def checked(inbox: Path, roster: Roster, out: Path, bounds: Bounds = BOUNDS, **more: Any) -> Batch:
    return batch.run(inbox, roster, out, engines.local(bounds), catalogue.load(), **{"year": 2023, **more})


def results(out: Path) -> dict[str, dict[str, Any]]:
    lines = (out / "results.ndjson").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert len({r["file"] for r in found}) == len(found)
    return {r["file"]: r for r in found}


def find(inbox: Path, code: str) -> Path:
    (found,) = inbox.rglob(f"{code}.xlsx")
    return found


def replaced(inbox: Path, code: str, case: units.Case) -> Path:
    path = find(inbox, code)
    path.write_bytes(units.filled(case))
    return path


def spoil(inbox: Path) -> dict[str, str]:
    """Damage in known ways; file name → what a batch must say of it."""
    cases = units.cases()
    find(inbox, "104").unlink()
    wrong_year = {**cases["105"], "year": 2022}
    replaced(inbox, "105", wrong_year)
    row = next(r for r in cases["106"]["tables"][T3]["rows"] if r["code"] == "208")
    row["values"][1] = "1.00"
    replaced(inbox, "106", cases["106"])
    item = next(r for r in cases["107"]["tables"][T6]["rows"] if r["code"] == "30101")
    item["amount"] = str(float(item["amount"]) + 90)
    replaced(inbox, "107", cases["107"])
    (inbox / "同一份.xlsx").write_bytes(find(inbox, "108").read_bytes())
    old = find(inbox, "109")
    newer = inbox / "109更正.xlsx"
    cases["109"]["tables"][T3]["rows"][1]["values"][1] = "2.00"
    old.rename(newer)
    old.write_bytes(units.filled(cases["109"]))
    os.utime(old, (1_000_000_000, 1_000_000_000))
    (inbox / "外单位.xlsx").write_bytes(units.filled({**cases["110"], "unit": "不相干的单位"}))
    (inbox / "111-后来的坏文件.xlsx").write_bytes(b"PK\x03\x04 no more")
    find(inbox, "112").write_bytes(find(inbox, "112").read_bytes()[:3000])
    (inbox / "没有名字.xlsx").write_bytes(b"")
    (inbox / "说明.docx").write_bytes(b"words")
    (inbox / "~$106.xlsx").write_bytes(b"lock")
    return {
        "105.xlsx": "年度不对",
        "同一份.xlsx": "重复",
        "109.xlsx": "旧版",
        "109更正.xlsx": "有效",
        "外单位.xlsx": "不在名册",
        "111-后来的坏文件.xlsx": "不能用",
        "112.xlsx": "有效",
        "没有名字.xlsx": "认不出单位",
    }


def test_all_that_was_planted_is_found(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    places = spoil(inbox)
    out = tmp_path / "结果"
    done = checked(inbox, roster, out)
    found = results(out)
    by_name = {Path(path).name: result for path, result in found.items()}
    same = {by_name["同一份.xlsx"]["place"], by_name["108.xlsx"]["place"]}
    assert same == {"有效", "重复"}
    for name, place in places.items():
        if name != "同一份.xlsx":
            assert by_name[name]["place"] == place, name
    assert done.others == 1
    assert (
        done.total == sum(r["outcome"] != "other" for r in found.values()) == 27 + 4
    )  # one is missing, five came too many
    causes = {name: [c["suggested"] for c in by_name[name]["report"]["causes"]] for name in ("106.xlsx", "107.xlsx")}
    own = next(r for r in units.cases()["106"]["tables"][T3]["rows"] if r["code"] == "208")
    assert causes["106.xlsx"] == [own["values"][1]]
    item = next(r for r in units.cases()["107"]["tables"][T6]["rows"] if r["code"] == "30101")
    assert item["amount"] in causes["107.xlsx"]
    assert [c["suggested"] for c in by_name[f"{units.REAL}.xlsx"]["report"]["causes"]] == ["573.19", "573.19"]
    assert done.statuses["未报"] == 2  # 104, and 105 (of another year)
    assert done.statuses["无需报"] == 1  # the department, which only adds up
    assert done.statuses["待修改"] == 4  # 000 as published, 106, 107, 112 (cannot be used)
    assert done.statuses["通过"] == 28 - 7


def test_the_same_report_as_validate(inbox: Path, roster: Roster, tmp_path: Path, run: Run) -> None:
    checked(inbox, roster, tmp_path / "结果")
    path = find(inbox, units.REAL)
    alone = run("validate", path, "--format", "json").data
    (found,) = [r for r in results(tmp_path / "结果").values() if r["file"].endswith(path.name)]
    assert found["report"] == alone


def test_the_summaries(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    spoil(inbox)
    evil = "</script><img src=x onerror=alert(1)>.xlsx"
    (inbox / evil.replace("/", "")).write_bytes(b"PK")
    out = tmp_path / "结果"
    checked(inbox, roster, out)
    book = read_book(out / "汇总.xlsx")
    assert [s.name for s in book.sheets] == ["总览", "单位状态", "问题按规则", "主要根源", "须留意的文件"]
    states = {row[0]: row[4] for row in book.sheet("单位状态").rows[2:]}
    assert (states["104"], states["106"], states["108"]) == ("未报", "待修改", "通过")
    assert any("T3-0" in str(row[0]) for row in book.sheet("问题按规则").rows)
    page = (out / "汇总.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert not re.search(r"<[^<>]*\b(?:src|href)\s*=|https?://", page)
    assert page.count("<svg") == 2


def test_a_resubmission_climbs_the_ladder(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    checked(inbox, roster, out)
    mended = units.load("000")
    for table in (T3, "一般公共预算财政拨款支出决算表"):
        next(r for r in mended["tables"][table]["rows"] if r["code"] == "208")["values"][1] = "573.19"
    replaced(inbox, units.REAL, mended)
    done = checked(inbox, roster, out)
    assert done.statuses["待修改"] == 0
    with closing(Ledger(out / "台账.sqlite")) as ledger:
        now = standing(ledger, roster, units.REAL, 2023)
        assert (now.status, now.version, now.appeared, now.gone) == ("通过", 2, 0, 6)
        course = [(r["version"], r["status"]) for r in history(ledger, roster, units.REAL, 2023)]
        assert course == [(1, "已报"), (1, "待修改"), (2, "已报"), (2, "通过")]
        checked(inbox, roster, out)
        assert [(r["version"], r["status"]) for r in history(ledger, roster, units.REAL, 2023)] == course
        assert ledger.value("SELECT count(*) FROM file WHERE run<3") == 1  # only what the history speaks of is kept


def test_sealed_ones(inbox: Path, roster: Roster, tmp_path: Path, run: Run) -> None:
    from juesuan.edits import SetValue
    from juesuan.hosts.patch import apply_edits

    for code in ("113", "114"):
        path = find(inbox, code)
        ran = run("lock", path, "-o", path.with_name(f"{code}封存.xlsx"), "--password", "Mima-2024-封存")
        assert ran.status == 0, ran.out + ran.err
        path.unlink()
    changed = next(inbox.rglob("114封存.xlsx"))
    changed.write_bytes(apply_edits(changed.read_bytes(), [SetValue("封面", "C6", "单位 ")]))
    done = checked(inbox, roster, tmp_path / "结果")
    assert done.statuses["已封存"] == 1
    found = {Path(p).name: r for p, r in results(tmp_path / "结果").items()}
    assert (found["113封存.xlsx"]["seal"], found["114封存.xlsx"]["seal"]) == ("有效", "有改动")


def test_a_seal_counts_by_the_key_the_roster_registers(inbox: Path, roster: Roster, tmp_path: Path, run: Run) -> None:
    from juesuan.seal import keys

    private = tmp_path / "单位.pem"
    assert run("keygen", "-o", private, "--password", "Mima-2024-私钥").status == 0
    own = keys.load_public((tmp_path / "单位.pem.pub").read_bytes()).fingerprint
    signing = ("--key", private, "--key-password", "Mima-2024-私钥")
    for code, how in (("113", signing), ("114", signing), ("115", ())):
        path = find(inbox, code)
        ran = run("lock", path, "-o", path.with_name(f"{code}封存.xlsx"), "--password", "Mima-2024-封存", *how)
        assert ran.status == 0, ran.out + ran.err
        path.unlink()
    named = {"113": own.replace(" ", ""), "114": "0" * 32, "115": own.replace(" ", "")}
    registered = Roster({c: replace(u, key=named.get(c, "")) for c, u in roster.units.items()})
    done = checked(inbox, registered, tmp_path / "结果")
    assert done.statuses["已封存"] == 1
    found = {Path(p).name: r for p, r in results(tmp_path / "结果").items()}
    assert [found[f"{code}封存.xlsx"]["seal"] for code in named] == ["有效", "签名不符", "没有签名"]
    assert "不是用名册登记的那把钥匙" in found["114封存.xlsx"]["note"]
    assert "请用单位的私钥重新锁定" in found["115封存.xlsx"]["note"]
    assert checked(inbox, registered, tmp_path / "结果").statuses == done.statuses
    assert checked(inbox, roster, tmp_path / "结果").statuses["已封存"] == 3


def test_nothing_of_one_unit_counts_for_another(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    from juesuan.bureau.distribute import workbook
    from juesuan.edits import SetValue
    from juesuan.hosts.patch import apply_edits
    from juesuan.template.package import workbook_bytes

    data = workbook_bytes(workbook(roster.units["113"], 2023, catalogue.load()))
    find(inbox, "113").write_bytes(apply_edits(data, [SetValue("封面", "C4", units.name_of("114"))]))
    checked(inbox, roster, tmp_path / "结果")
    found = {Path(p).name: r for p, r in results(tmp_path / "结果").items()}["113.xlsx"]
    assert found["place"] == "单位不对"
    assert units.name_of("114") in found["note"]


def test_an_empty_workbook_is_not_passed(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    from juesuan.bureau.distribute import workbook
    from juesuan.template.package import workbook_bytes

    find(inbox, "113").write_bytes(workbook_bytes(workbook(roster.units["113"], 2023, catalogue.load())))
    done = checked(inbox, roster, tmp_path / "结果")
    assert done.statuses["待修改"] == 2


def test_the_year_of_most_files(inbox: Path, roster: Roster, tmp_path: Path, run: Run, roster_path: Path) -> None:
    replaced(inbox, "105", {**units.cases()["105"], "year": 2022})
    ran = run("batch", inbox, "-r", roster_path, "-o", tmp_path / "结果", "-j", 2)
    assert ran.status == 1
    assert "按多数文件定为 2023 年度" in ran.err
    assert "未报 1" in ran.out
    assert "\r" not in ran.err  # no bar where nobody watches


def test_a_bar_where_somebody_watches(inbox: Path, roster_path: Path, tmp_path: Path) -> None:
    import pty
    import subprocess
    import sys

    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "juesuan",
        "batch",
        str(inbox),
        "-r",
        str(roster_path),
        "-o",
        str(tmp_path / "结果"),
    ]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            more = os.read(ours, 4096)
        except OSError:  # the other side is closed
            break
        if not more:
            break
        shown += more
    os.close(ours)
    assert process.wait() == 1
    text = shown.decode("utf-8", "replace")
    assert "校验" in text
    assert "/27" in text
    assert "个/秒" in text


def test_files_without_a_year(run: Run, roster_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "空"
    folder.mkdir()
    ran = run("batch", folder, "-r", roster_path, "-o", tmp_path / "结果")
    assert ran.status == 2
    assert "--year" in ran.err
    assert run("batch", folder, "-r", roster_path, "-o", tmp_path / "结果", "-y", 2023).status == 1
    assert run("batch", tmp_path / "没有", "-r", roster_path, "-o", tmp_path / "结果").status == 2


def test_results_inside_the_folder_are_not_submissions(inbox: Path, roster: Roster) -> None:
    for _ in range(2):
        assert checked(inbox, roster, inbox / "结果").total == 27


def test_the_input_is_only_read(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in inbox.rglob("*") if p.is_file()}
    for path in sorted(inbox.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    inbox.chmod(0o555)
    checked(inbox, roster, tmp_path / "结果")
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in inbox.rglob("*") if p.is_file()} == before
    for path in (inbox, *inbox.rglob("*")):
        path.chmod(0o755)


def test_a_link_in_a_circle(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    (inbox / "圈").symlink_to(inbox, target_is_directory=True)
    (inbox / "断.xlsx").symlink_to(tmp_path / "没有.xlsx")
    done = checked(inbox, roster, tmp_path / "结果")
    assert done.total == 28
    assert results(tmp_path / "结果")["断.xlsx"]["outcome"] == "unusable"


def test_no_ledger_of_ours(inbox: Path, roster: Roster, tmp_path: Path, run: Run, roster_path: Path) -> None:
    out = tmp_path / "结果"
    out.mkdir()
    (out / "台账.sqlite").write_bytes(b"something else entirely" * 100)
    with pytest.raises(LedgerFault, match="不是可用的台账"):
        checked(inbox, roster, out)
    assert (out / "台账.sqlite").read_bytes().startswith(b"something")
    with sqlite3.connect(out / "别的.sqlite") as other:
        other.execute("PRAGMA user_version=99")
    with pytest.raises(LedgerFault, match="另一版本"):
        checked(inbox, roster, out, ledger_path=out / "别的.sqlite")
    assert run("batch", inbox, "-r", roster_path, "-o", out).status == 2
