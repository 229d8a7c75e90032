"""One bad, huge or hanging file never stops the rest; killed batches go on; two on one ledger; a full disk."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from juesuan import catalogue
from juesuan.bureau import batch, engines, pool, scan
from juesuan.bureau.batch import Bounds
from juesuan.bureau.ledger import Ledger, LedgerFault
from juesuan.bureau.pool import Outcome
from juesuan.bureau.roster import Roster
from juesuan.bureau.scan import Found
from tests.bureau import units
from tests.bureau.test_batch import checked, results
from tests.hosts import hostile

#: A worker that behaves as files are called: hangs, dies, eats memory, else answers by the real one.
_WORKER = """
import sys, time, os
from pathlib import Path
from juesuan.bureau import worker
real = worker.check
def check(path, name, rules, copy=None):
    if "挂起" in name: time.sleep(600)
    if "退出" in name: os._exit(3)
    if "内存" in name:
        held = []
        while True: held.append(bytearray(8_000_000))
    if "出错" in name: raise_in(name)
    return real(path, name, rules)
def raise_in(name): os.kill(os.getpid(), 11)
sys.exit(worker.serve(int(sys.argv[1]), float(sys.argv[2]), check))
"""


def engine(bounds: Bounds) -> batch.Engine:
    command: Sequence[str] = (sys.executable, "-c", _WORKER, str(bounds.megabytes), str(bounds.seconds))

    def run(root: Path, found: object) -> object:
        return pool.run(root, found, bounds, command)  # type: ignore[arg-type]

    return run  # type: ignore[return-value]


def test_bad_files_do_not_stop_the_rest(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    for name in ("挂起", "退出", "内存", "出错"):
        (inbox / f"{name}.xlsx").write_bytes(b"PK")
    started = time.monotonic()
    bounds = Bounds(2, 3.0, 300)
    done = batch.run(inbox, roster, tmp_path / "结果", engine(bounds), catalogue.load(), year=2023)
    assert time.monotonic() - started < 60
    found = results(tmp_path / "结果")
    assert found["挂起.xlsx"]["outcome"] == "timeout"
    assert "超过 3 秒" in found["挂起.xlsx"]["report"]["error"]
    assert found["内存.xlsx"]["outcome"] == "memory"
    assert "300 MB" in found["内存.xlsx"]["report"]["error"]
    assert found["退出.xlsx"]["outcome"] == "crashed"
    assert "信号 11" in found["出错.xlsx"]["report"]["error"]
    assert sum(r["outcome"] == "checked" for r in found.values()) == 27
    assert done.total == 31


def test_hostile_files_among_good_ones(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    for name, make in hostile.MAKERS.items():
        (inbox / "恶意" / name).mkdir(parents=True)
        make(inbox / "恶意" / name)
    done = checked(inbox, roster, tmp_path / "结果", Bounds(2, 60, 1024))
    found = results(tmp_path / "结果")
    assert sum(r["outcome"] == "checked" and not p.startswith("恶意") for p, r in found.items()) == 27
    assert {r["outcome"] for p, r in found.items()} <= {"checked", "unusable"}
    assert done.total == len(found)
    assert all(r["report"].get("error", "x") for r in found.values())


# --- kill and resume ---


def start(inbox: Path, roster_path: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "juesuan",
        "batch",
        str(inbox),
        "-r",
        str(roster_path),
        "-o",
        str(out),
        "-y",
        "2023",
        "-j",
        "1",
        *more,
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def committed(out: Path) -> int:
    """How many files another process has in its ledger."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(out / '台账.sqlite'))}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM file").fetchone()[0])
    except sqlite3.Error:
        return 0


def many(inbox: Path, count: int) -> None:
    """The accounts again and again, each copy a file of its own."""
    originals = sorted(p for p in inbox.rglob("*.xlsx"))
    (inbox / "更多").mkdir()
    for number in range(count):
        os.link(originals[number % len(originals)], inbox / "更多" / f"{number:04}.xlsx")


def test_killed_and_resumed(inbox: Path, roster: Roster, roster_path: Path, tmp_path: Path) -> None:
    many(inbox, 500)
    out = tmp_path / "结果"
    kept = 0
    for goal in (60, 160, 260):
        process = start(inbox, roster_path, out, "--resume")
        until = time.monotonic() + 60
        while committed(out) < goal and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        ledger = Ledger(out / "台账.sqlite")
        now = ledger.value("SELECT count(*) FROM file")
        assert ledger.value("PRAGMA integrity_check") == "ok"
        assert ledger.value("SELECT count(*) FROM run") == 1
        ledger.close()
        assert now >= max(goal, kept)
        kept = now
    assert kept < 527
    done = checked(inbox, roster, out, Bounds(2, 60, 1024), resume=True)
    assert done.resumed
    assert (done.kept, done.checked) == (kept, 527 - kept)
    assert len(results(out)) == 527
    whole = checked(inbox, roster, tmp_path / "一次", Bounds(2, 60, 1024))
    assert whole.statuses == done.statuses

    def plain(folder: Path) -> list[object]:
        return [{k: v for k, v in r.items() if k != "seconds"} for r in results(folder).values()]

    assert plain(out) == plain(tmp_path / "一次")


def test_workers_go_with_a_killed_batch(inbox: Path, roster_path: Path, tmp_path: Path) -> None:
    many(inbox, 200)
    process = start(inbox, roster_path, tmp_path / "结果")
    children: list[str] = []
    until = time.monotonic() + 20
    while not children and time.monotonic() < until:
        time.sleep(0.05)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            children += (task / "children").read_text().split()
    assert children
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 10
    while any(_alive(int(child)) for child in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_alive(int(child)) for child in children)


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_file_changed_between_is_checked_again(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    out = tmp_path / "结果"

    class Broken(Exception):
        pass

    def stop(progress: batch.Progress) -> None:
        if progress.done == 15:
            raise Broken

    with pytest.raises(Broken):
        checked(inbox, roster, out, tell=stop)
    with_ledger = Ledger(out / "台账.sqlite")
    (done,) = [row["path"] for row in with_ledger.rows("SELECT path FROM file ORDER BY id LIMIT 1")]
    with_ledger.close()
    (inbox / done).write_bytes(b"")
    (inbox / "新来.xlsx").write_bytes(units.filled(units.cases()["120"]))
    gone = sorted(p for p in inbox.rglob("1*.xlsx") if str(p.relative_to(inbox)) != done)[0]
    gone.unlink()
    again = checked(inbox, roster, out, resume=True)
    found = results(out)
    assert again.resumed
    assert found[done]["outcome"] == "unusable"
    assert "新来.xlsx" in found
    assert str(gone.relative_to(inbox)) not in found
    assert len(found) == 27


def test_two_batches_on_one_ledger(inbox: Path, roster: Roster, roster_path: Path, tmp_path: Path) -> None:
    many(inbox, 60)
    ledger = tmp_path / "共用.sqlite"
    both = [start(inbox, roster_path, tmp_path / name, "--ledger", str(ledger)) for name in ("甲", "乙")]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 1, said.decode()
    first, second = results(tmp_path / "甲"), results(tmp_path / "乙")
    assert first.keys() == second.keys()
    assert len(first) == 87
    opened = Ledger(ledger)
    assert opened.value("SELECT count(*) FROM submission") == 27
    assert opened.value("SELECT max(version) FROM submission") == 1
    assert opened.value("SELECT count(*) FROM history") == 54
    opened.close()


# --- a full disk ---


def test_a_full_disk(inbox: Path, roster: Roster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "结果"
    real = Ledger.__init__

    def small(self: Ledger, path: Path) -> None:
        real(self, path)
        self.db.execute("PRAGMA max_page_count=20")

    monkeypatch.setattr(batch, "_MANY", 5)
    monkeypatch.setattr(Ledger, "__init__", small)
    with pytest.raises(LedgerFault, match="磁盘已满"):
        checked(inbox, roster, out)
    monkeypatch.setattr(Ledger, "__init__", real)
    ledger = Ledger(out / "台账.sqlite")
    assert ledger.value("PRAGMA integrity_check") == "ok"
    assert 0 < ledger.value("SELECT count(*) FROM file") < 27
    ledger.close()
    assert len(results_after(inbox, roster, out)) == 27


def results_after(inbox: Path, roster: Roster, out: Path) -> dict[str, object]:
    assert checked(inbox, roster, out, resume=True).resumed
    return dict(results(out))


def test_a_disk_that_fills_while_the_results_are_written(inbox: Path, roster_path: Path, tmp_path: Path) -> None:
    """A real limit of the system on file size, as a full disk would be: one sentence, the ledger whole."""
    script = (
        "import resource, signal, sys\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "from juesuan.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    )
    out = tmp_path / "结果"
    command = [sys.executable, "-c", script, "batch", str(inbox), "-r", str(roster_path), "-o", str(out), "-y", "2023"]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "Traceback" not in ran.stderr
    again = subprocess.run([*command[:1], "-m", "juesuan", *command[3:], "--resume"], capture_output=True, text=True)
    assert again.returncode == 1, again.stderr
    assert len(results(out)) == 27


# --- other engines, other parts ---


def test_a_dask_cluster(inbox: Path, roster: Roster, tmp_path: Path) -> None:
    bounds = Bounds(2, 60, 1024)
    done = batch.run(inbox, roster, tmp_path / "集群", engines.cluster(bounds), catalogue.load(), year=2023)
    here = checked(inbox, roster, tmp_path / "本机")
    assert done.statuses == here.statuses
    assert [r["report"] for r in results(tmp_path / "集群").values()] == [
        r["report"] for r in results(tmp_path / "本机").values()
    ]


def test_no_scheduler(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_PATIENCE", 1)
    with pytest.raises(engines.NoDask, match="连不上"):
        list(engines.cluster(Bounds(1), "tcp://127.0.0.1:1")(inbox, scan.files(inbox)))


def test_a_worker_is_renewed(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "RECYCLE", 3)
    bounds = Bounds(1, 60, 1024)
    found: list[Outcome] = list(pool.run(inbox, scan.files(inbox), bounds, engines.command(bounds)))
    assert len(found) == 27
    assert {o.head["outcome"] for o in found} == {"checked"}


def test_a_folder_that_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="没有"):
        list(pool.run(tmp_path, (f for f in scan.files(tmp_path / "没有")), Bounds(1), engines.command(Bounds(1))))


def test_files_are_found_in_order(tmp_path: Path) -> None:
    for name in ("b/2.xlsx", "b/1.XLSM", "a.docx", ".hidden.xlsx", "~$x.xlsx", "c.pdf", "c.zip"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    found: list[Found] = list(scan.files(tmp_path))
    assert [(f.path, f.book) for f in found] == [
        ("a.docx", False),
        ("b/1.XLSM", True),
        ("b/2.xlsx", True),
        ("c.pdf", False),
        ("c.zip", True),
    ]
