"""Bulk checking: ``python -m bench.bureau`` measures files per second on one and two processes, beside an openpyxl
script and pandas + calamine in the same run, and over ``--files`` (10,000) whether memory stays flat.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench import others
from bench.files import workbooks
from bench.show import Line, table
from juesuan import catalogue
from juesuan.bureau import batch, engines
from juesuan.bureau.batch import Bounds
from juesuan.bureau.roster import Roster, Unit
from juesuan.hosts.read import read_book
from juesuan.validation import examine

_TICK = 0.2


def main() -> int:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="juesuan-bench-") as folder:
        root = Path(folder)
        originals = workbooks(root / "small", arguments.case, "formula", arguments.few, units=True)
        title = f"批量校验 {arguments.few} 个单位各一份（全程：找文件、校验、台账、汇总）"
        print(table(title, _speed(root / "small", root, originals, arguments)))
        large = _copies(originals, root / "large", arguments.files)
        print(table(f"内存（{arguments.files} 份，单位名册同样多）", _memory(large, root, arguments.files)))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.bureau", description="批量校验的速度与内存")
    parser.add_argument("--case", default="000", choices=("000", "001", "003"), help="填哪一份公开决算（默认 000）")
    parser.add_argument("--few", type=int, default=1000, help="测速度用几个单位")
    parser.add_argument("--files", type=int, default=10_000, help="测内存用几份")
    parser.add_argument("--rounds", type=int, default=2, help="测几轮，取最好的")
    return parser.parse_args()


def _copies(originals: list[Path], folder: Path, count: int) -> Path:
    """``count`` files in folders of a thousand; links, so that the disk is not what is measured."""
    for number in range(count):
        below = folder / f"{number // 1000:03}"
        below.mkdir(parents=True, exist_ok=True)
        os.link(originals[number % len(originals)], below / f"{number:06}.xlsx")
    return folder


def roster(names: Iterable[str]) -> Roster:
    """A unit for each name."""
    return Roster({f"{n:06}": Unit(f"{n:06}", name, nature="事业") for n, name in enumerate(names)})


def _run(folder: Path, out: Path, jobs: int, units: Roster) -> float:
    started = time.perf_counter()
    batch.run(folder, units, out, engines.local(Bounds(jobs, 60, 1024)), catalogue.load(), year=2023)
    return time.perf_counter() - started


def _speed(folder: Path, root: Path, originals: list[Path], arguments: argparse.Namespace) -> list[Line]:
    count = arguments.few
    model = examine(read_book(originals[0]))
    scripts: dict[str, Callable[[Path], object]] = {
        "openpyxl": others.Script(model, others.openpyxl_values),
        "pandas": others.Script(model, others.pandas_values),
    }
    units = roster(examine(read_book(path)).report.unit for path in originals)
    best = dict.fromkeys(("1", "2", "openpyxl", "pandas"), 0.0)
    for number in range(arguments.rounds):
        for jobs in (1, 2):
            taken = _run(folder, root / f"out-{jobs}-{number}", jobs, units)
            best[str(jobs)] = max(best[str(jobs)], count / taken)
        for name, script in scripts.items():
            sample = originals[:20]
            started = time.perf_counter()
            for path in sample:
                script(path)
            best[name] = max(best[name], len(sample) / (time.perf_counter() - started))
    ratio = best["2"] / best["1"]
    return [
        Line("juesuan batch -j 1", f"{best['1']:.1f} 份/秒"),
        Line("juesuan batch -j 2", f"{best['2']:.1f} 份/秒", f"{ratio:.2f} ×", "≥ 1.8 ×", ratio >= 1.8),
        Line(
            "openpyxl 脚本（同样的校验，不记台账，格子的位置事先知道）",
            f"{best['openpyxl']:.1f} 份/秒",
            f"{best['1'] / best['openpyxl']:.1f} 倍",
        ),
        Line(
            "pandas + calamine 脚本（同上，格子的位置事先知道）",
            f"{best['pandas']:.1f} 份/秒",
            f"{best['1'] / best['pandas']:.1f} 倍",
        ),
    ]


def _memory(folder: Path, root: Path, count: int) -> list[Line]:
    """Peak resident memory of this process and its workers over the first tenth and over the rest."""
    samples: list[tuple[float, float, float]] = []
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(_TICK):
            own, below = _resident(os.getpid()), sum(map(_resident, _children(os.getpid())))
            samples.append((time.perf_counter(), own, below))

    thread = threading.Thread(target=watch)
    thread.start()
    started = time.perf_counter()
    marks: list[float] = []

    def tell(progress: batch.Progress) -> None:
        if progress.done in (count // 10, count):
            marks.append(time.perf_counter())

    try:
        batch.run(
            folder,
            roster(f"第{n}单位" for n in range(count)),
            root / "out-large",
            engines.local(Bounds(2, 60, 1024)),
            catalogue.load(),
            year=2023,
            tell=tell,
        )
    finally:
        stopped.set()
        thread.join()
    taken = time.perf_counter() - started
    first = [s for s in samples if s[0] <= marks[0]]
    rest = [s for s in samples if marks[0] < s[0] <= marks[1]]
    after = [s for s in samples if s[0] > marks[1]]
    early, late = max(s[1] for s in first), max(s[1] for s in rest)
    workers = max(s[2] for s in first), max(s[2] for s in rest)
    return [
        Line("全程", f"{taken:.0f} 秒", f"{count / taken:.1f} 份/秒"),
        Line("主进程：前十分之一", f"{early:.0f} MB"),
        Line("主进程：其余", f"{late:.0f} MB", f"{late / early:.2f} ×", "≤ 1.1 ×", late <= 1.1 * early),
        Line("校验进程合计：前十分之一", f"{workers[0]:.0f} MB"),
        Line(
            "校验进程合计：其余",
            f"{workers[1]:.0f} MB",
            f"{workers[1] / workers[0]:.2f} ×",
            "≤ 1.3 ×",
            workers[1] <= 1.3 * workers[0],
        ),
        Line("写汇总时的主进程（随名册而长）", f"{max((s[1] for s in after), default=late):.0f} MB"),
    ]


def _resident(process: int) -> float:
    """Megabytes."""
    try:
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def _children(process: int) -> Iterator[int]:
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            yield from map(int, (task / "children").read_text().split())
    except OSError:
        return


if __name__ == "__main__":
    sys.exit(main())
