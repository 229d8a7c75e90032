"""A unit's course over several batches: which file counts, what a cut-short check does, what is said in doubt."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from juesuan import catalogue
from juesuan.bureau import batch, pool
from juesuan.bureau.batch import Batch, Bounds
from juesuan.bureau.ledger import Ledger
from juesuan.bureau.roster import Roster
from juesuan.bureau.scan import Found
from juesuan.bureau.status import Standing, changes, explained, history, standing
from tests.bureau import units
from tests.bureau.test_batch import checked, find, results
from tests.conftest import Run
from tests.foreign.cases import T3

#: A worker that fails at files whose content has a given digest, as long as a file of that name lies there.
_WORKER = """
import hashlib, os, sys, time
from pathlib import Path
from juesuan.bureau import worker
folder, bad = Path(sys.argv[3]), sys.argv[4]
def check(path, name, rules, copy=None):
    if hashlib.sha256(path.read_bytes()).hexdigest() == bad:
        for how in ("挂起", "退出", "退出一次", "内存"):
            if (folder / how).exists():
                if how == "退出一次": (folder / how).unlink()
                if how == "内存": raise MemoryError
                time.sleep(600) if how == "挂起" else os._exit(3)
    return worker.check(path, name, rules, copy)
sys.exit(worker.serve(int(sys.argv[1]), float(sys.argv[2]), check))
"""
OLD, NEW = 1_600_000_000, 1_700_000_000


def account(code: str, *, wrong: str = "", year: int = 2023, name: str = "") -> bytes:
    """A unit's account; ``wrong``: a figure that does not fit, so that content and verdict differ."""
    case = units.cases()[code]
    if wrong:
        next(r for r in case["tables"][T3]["rows"] if r["code"] == "208")["values"][1] = wrong
    return units.filled({**case, "year": year, "unit": name or case["unit"]})


def put(path: Path, data: bytes, time: int = NEW) -> Path:
    path.write_bytes(data)
    os.utime(path, (time, time))
    return path


def where(out: Path, roster: Roster, code: str, year: int = 2023) -> Standing:
    with closing(Ledger(out / "台账.sqlite")) as ledger:
        return standing(ledger, roster, code, year)


def course(out: Path, roster: Roster, code: str) -> list[tuple[int, str]]:
    with closing(Ledger(out / "台账.sqlite")) as ledger:
        return [(r["version"], r["status"]) for r in history(ledger, roster, code, 2023)]


def failing(folder: Path, out: Path, roster: Roster, how: str, bad: Path, **more: Any) -> Batch:
    """A batch whose worker fails in the way named at the file ``bad``."""
    import hashlib

    flags = out.parent / "怎样"
    flags.mkdir(exist_ok=True)
    (flags / how).touch()
    bounds = Bounds(1, 5.0, 1024)
    digest = hashlib.sha256(bad.read_bytes()).hexdigest()
    command = (sys.executable, "-c", _WORKER, "1024", "5", str(flags), digest)

    def engine(root: Path, found: Any) -> Iterator[pool.Outcome]:
        return pool.run(root, found, bounds, command)

    try:
        return batch.run(folder, roster, out, engine, catalogue.load(), **{"year": 2023, **more})
    finally:
        (flags / how).unlink(missing_ok=True)


# --- checks that were cut short ---


@pytest.mark.parametrize(("how", "outcome"), [("退出", "crashed"), ("内存", "memory")])
def test_a_check_cut_short_is_made_good_by_the_next(
    few: Path, roster: Roster, tmp_path: Path, how: str, outcome: str
) -> None:
    out = tmp_path / "结果"
    failing(few, out, roster, how, few / "102.xlsx")
    found = results(out)["102.xlsx"]
    assert found["outcome"] == outcome
    assert found["sha256"]  # known though the file was not finished
    assert where(out, roster, "102").status == "待修改"
    checked(few, roster, out)
    assert course(out, roster, "102") == [(1, "已报"), (1, "待修改"), (1, "通过")]
    assert where(out, roster, "102").note == ""


def test_a_timeout_is_made_good_by_the_next(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    failing(few, out, roster, "挂起", few / "102.xlsx")
    assert results(out)["102.xlsx"]["outcome"] == "timeout"
    checked(few, roster, out)
    assert (where(out, roster, "102").status, where(out, roster, "102").version) == ("通过", 1)


def test_a_file_that_was_not_even_opened_is_made_good(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    path = few / "102.xlsx"
    real = pool.Checker._ask

    def ask(self: pool.Checker, asked: Path, name: str, copy: Path | None) -> Any:
        return pool._Ended("crashed", -9, "") if name == "102.xlsx" else real(self, asked, name, copy)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool.Checker, "_ask", ask)
        checked(few, roster, out)
    assert results(out)["102.xlsx"]["sha256"] is None
    checked(few, roster, out)
    assert path.exists()
    assert (where(out, roster, "102").status, where(out, roster, "102").version) == ("通过", 1)


def test_a_good_check_is_not_lost_to_a_cut_short_one(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    checked(few, roster, out)
    failing(few, out, roster, "退出", few / "102.xlsx")
    assert where(out, roster, "102").status == "通过"
    assert "沿用上一次的结果" in results(out)["102.xlsx"]["note"]


def test_a_worker_killed_once_costs_nothing(few: Path, roster: Roster, tmp_path: Path) -> None:
    failing(few, tmp_path / "结果", roster, "退出一次", few / "102.xlsx")
    assert {r["outcome"] for r in results(tmp_path / "结果").values()} == {"checked"}


def test_resuming_tries_again_what_was_cut_short(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"

    class Stopped(Exception):
        pass

    def stop(progress: batch.Progress) -> None:
        if progress.done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        failing(few, out, roster, "退出", few / "102.xlsx", tell=stop)
    done = checked(few, roster, out, resume=True)
    assert (done.resumed, done.checked, done.kept) == (True, 1, 2)
    assert {r["outcome"] for r in results(out).values()} == {"checked"}
    whole = tmp_path / "一次"
    checked(few, roster, whole)
    assert [r["note"] for r in results(out).values()] == [r["note"] for r in results(whole).values()]
    assert course(out, roster, "102") == course(whole, roster, "102")


def test_the_time_of_a_file_starts_when_the_worker_is_ready(few: Path) -> None:
    slow = "import time, sys; time.sleep(3); from juesuan.bureau import worker; sys.exit(worker.serve(1024, 2.0))"
    found = list(pool.run(few, [Found("102.xlsx", 0, 0, True)], Bounds(1, 2.0, 1024), (sys.executable, "-c", slow)))
    assert [o.head["outcome"] for o in found] == ["checked"]


def test_a_worker_that_does_not_start_is_that_files_outcome(few: Path) -> None:
    found = list(pool.run(few, [Found("102.xlsx", 0, 0, True)], Bounds(1), (sys.executable, "-c", "")))
    assert [o.head["outcome"] for o in found] == ["crashed"]
    assert "没有能够启动" in found[0].head["error"]


# --- which file counts ---


def test_a_corrected_file_that_is_older_counts(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    put(few / "102.xlsx", account("102", wrong="1.00"))
    checked(few, roster, out)
    assert where(out, roster, "102").status == "待修改"
    put(few / "102.xlsx", account("102"), OLD)
    for _ in range(2):  # the doubt is told again as long as this file counts
        checked(few, roster, out)
        now = where(out, roster, "102")
        assert (now.status, now.version) == ("通过", 2)
        assert "修改时间却早于上一次报送的" in now.note


def test_a_corrected_file_under_another_name_counts_where_the_first_is_gone(
    few: Path, roster: Roster, tmp_path: Path
) -> None:
    out = tmp_path / "结果"
    put(few / "102.xlsx", account("102", wrong="1.00"))
    checked(few, roster, out)
    (few / "102.xlsx").unlink()
    put(few / "102更正.xlsx", account("102"), OLD)
    checked(few, roster, out)
    assert (where(out, roster, "102").status, where(out, roster, "102").version) == ("通过", 2)


def test_an_older_file_beside_the_one_that_counts_is_told(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    checked(few, roster, out)
    put(few / "102改.xlsx", account("102", wrong="1.00"), OLD)
    checked(few, roster, out)
    now = where(out, roster, "102")
    assert (now.status, now.version, now.path) == ("通过", 1, "102.xlsx")
    assert "“102改.xlsx”与作数的“102.xlsx”内容不同" in now.note
    assert results(out)["102改.xlsx"]["place"] == "旧版"


def test_a_known_older_file_does_not_come_back(few: Path, roster: Roster, tmp_path: Path) -> None:
    """102b replaced 102; then 102b itself is corrected with an old time of change: it goes on counting."""
    out = tmp_path / "结果"
    put(few / "102.xlsx", account("102", wrong="1.00"), NEW)
    put(few / "102b.xlsx", account("102", wrong="2.00"), NEW + 10)
    checked(few, roster, out)
    put(few / "102b.xlsx", account("102"), OLD)
    for _ in range(2):
        checked(few, roster, out)
        now = where(out, roster, "102")
        assert (now.status, now.version, now.path) == ("通过", 3, "102b.xlsx")


def test_a_file_taken_away_is_told(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    checked(few, roster, out)
    (few / "102.xlsx").unlink()
    done = checked(few, roster, out)
    assert done.statuses["通过"] == 3
    assert "作数的“102.xlsx”已不在收件文件夹里" in where(out, roster, "102").note
    put(few / "102.xlsx", account("102"))
    checked(few, roster, out)
    assert where(out, roster, "102").note == ""


def test_a_file_replaced_by_a_broken_one(few: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    checked(few, roster, out)
    put(few / "102.xlsx", b"PK\x03\x04 no more", NEW + 10)
    checked(few, roster, out)
    assert (where(out, roster, "102").status, where(out, roster, "102").version) == ("待修改", 2)
    put(few / "102好.xlsx", account("102"), OLD)
    checked(few, roster, out)
    assert (where(out, roster, "102").status, where(out, roster, "102").path) == ("通过", "102好.xlsx")


def test_of_equal_files_the_one_that_is_no_copy_counts(few: Path, roster: Roster, tmp_path: Path) -> None:
    put(few / "102 - 副本.xlsx", account("102"), NEW + 20)
    put(few / "0102(1).xlsx", account("102"), NEW + 10)
    checked(few, roster, tmp_path / "结果")
    places = {path: r["place"] for path, r in results(tmp_path / "结果").items()}
    assert (places["102.xlsx"], places["102 - 副本.xlsx"], places["0102(1).xlsx"]) == ("有效", "重复", "重复")
    assert where(tmp_path / "结果", roster, "102").path == "102.xlsx"


def test_another_folder_on_the_ledger_goes_by_time(few: Path, roster: Roster, tmp_path: Path) -> None:
    out, second = tmp_path / "结果", tmp_path / "第二批"
    checked(few, roster, out)
    second.mkdir()
    put(second / "102.xlsx", account("102", wrong="1.00"), OLD)
    put(second / "103.xlsx", account("103", wrong="1.00"), NEW + 10)
    checked(second, roster, out)
    first, other, third = (where(out, roster, code) for code in ("102", "103", "105"))
    assert (first.status, first.version) == ("通过", 1)
    assert "修改时间较早，没有作数" in first.note
    assert (other.status, other.version) == ("待修改", 2)
    assert (third.status, third.note) == ("通过", "")


def test_an_unfilled_workbook_does_not_take_the_place(few: Path, roster: Roster, tmp_path: Path) -> None:
    from juesuan.bureau.distribute import workbook
    from juesuan.template.package import workbook_bytes

    blank = workbook_bytes(workbook(roster.units["102"], 2023, catalogue.load()))
    put(few / "下发102.xlsx", blank, NEW + 100)
    checked(few, roster, tmp_path / "结果")
    assert where(tmp_path / "结果", roster, "102").status == "通过"
    assert results(tmp_path / "结果")["下发102.xlsx"]["place"] == "不能用"


# --- findings explained ---


def test_what_is_explained_since_is_not_gone(tmp_path: Path) -> None:
    heads = [
        [
            ["T1-01", "fatal", "breaks", "甲", "行", "栏", "", "", 0],
            ["T2-01", "explain", "breaks", "乙", "行", "栏", "", "", 0],
        ],
        [["T2-01", "explain", "breaks", "乙", "行", "栏", "", "", 1]],
    ]
    with closing(Ledger(tmp_path / "台账.sqlite")) as ledger:
        run = ledger.begin("x", "r", "c", 2023, resume=False)
        for number, findings in enumerate(heads):
            head = {"outcome": "checked", "sha256": str(number), "error": "", "findings": findings}
            ledger.add(run.id, [pool.Outcome(Found(f"{number}.xlsx", 1, 1, True), head, b"", 0.0)])
        before, now = (row["id"] for row in ledger.rows("SELECT id FROM file ORDER BY id"))
        appeared, gone = changes(ledger, now, before)
        assert (len(appeared), [r["rule"] for r in gone]) == (0, ["T1-01"])
        assert [r["rule"] for r in explained(ledger, now, before)] == ["T2-01"]


# --- the command ---


def test_the_command_says_what_need_not_submit(inbox: Path, roster_path: Path, tmp_path: Path, run: Run) -> None:
    put(find(inbox, "101"), _mended(), NEW)
    ran = run("batch", inbox, "-r", roster_path, "-o", tmp_path / "结果", "-y", 2023)
    assert (ran.status, "无需报 1" in ran.out) == (0, True)
    text = roster_path.read_text(encoding="utf-8").replace("版式\n", "版式,类别\n")
    for kind, status, said in (("部门", 1, "未报 1"), ("汇总", 0, "无需报 1")):
        roster_path.write_text(text.replace(",,,hubei-2023", f",,,hubei-2023,{kind}"), encoding="utf-8")
        ran = run("batch", inbox, "-r", roster_path, "-o", tmp_path / "结果", "-y", 2023)
        assert (ran.status, said in ran.out) == (status, True)


def _mended() -> bytes:
    case = units.load("000")
    for table in (T3, "一般公共预算财政拨款支出决算表"):
        next(r for r in case["tables"][table]["rows"] if r["code"] == "208")["values"][1] = "573.19"
    return units.filled(case)
