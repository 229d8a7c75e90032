"""Prints the table of ``make bench``. Being slow is no failure, because machines differ: the ratios are what counts."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import juesuan
from bench import addin, clock, memory, others
from bench.files import whole, workbooks
from bench.show import Line, table
from juesuan.annotate import marks as marks_of
from juesuan.catalogue import load
from juesuan.cells.recompute import recompute
from juesuan.edits import Mark
from juesuan.hosts.patch import annotate
from juesuan.hosts.read import read_book
from juesuan.narrate import narrate
from juesuan.validation import Validation, examine

VARIANTS = 4
#: More texts than are remembered, so that every text is read anew.
TEXTS = 12
#: More unit names than are remembered, so that every file of that row is one never seen.
UNITS = 150


def main() -> int:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="juesuan-bench-") as folder:
        root = Path(folder)
        paths = workbooks(root, arguments.case, arguments.totals, VARIANTS)
        model = examine(read_book(paths[0]))
        print(_about(model, paths[0], arguments.totals))
        print(table("读取与校验（与 python-calamine 读取同一文件相比）", _reading(paths, root, model, arguments)))
        print(table("情况说明、补充资料、自评表", _wording(paths, root, arguments)))
        print(table("重算", _recomputing(paths, arguments)))
        print(table("标注", _annotating(paths, model, root, arguments)))
        print(table("加载项：校验一个打开着的工作簿", addin.lines(paths, arguments.seconds)))
        print(table("内存峰值（各在新进程中，含解释器与所载的库）", _memory(paths[0])))
        print(table("启动（整个进程）", _starting(paths[0])))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="耗时与内存，同一次运行里并排比较")
    parser.add_argument("--case", default="003", choices=("000", "001", "003"), help="填哪一份公开决算（默认 003）")
    parser.add_argument("--totals", default="formula", choices=("formula", "stated"), help="合计写公式还是写数")
    parser.add_argument("--seconds", type=float, default=6.0, help="每组至少测多少秒")
    return parser.parse_args()


def _about(model: Validation, path: Path, totals: str) -> str:
    book = read_book(path)
    cells = sum(len(row) for sheet in book.sheets for row in sheet.rows)
    formulas = sum(len(sheet.formulas) for sheet in book.sheets)
    return (
        f"juesuan {juesuan.__version__}，Python {platform.python_version()}，{platform.machine()}\n"
        f"{model.report.unit}（{model.report.year} 年度）填入 {model.report.layout} 模板，合计为"
        f"{'公式' if totals == 'formula' else '数'}：{len(book.sheets)} 张工作表，{cells} 格，{formulas} 条公式，"
        f"{model.report.counts.applicable} 条适用的关系；{path.stat().st_size // 1024} KB。\n"
        "每项取多轮交替测量中最好的一次，先各跑一遍不计；各轮文件的数字不同。"
    )


def _cycle(paths: list[Path], job: Callable[[Path], object]) -> clock.Job:
    return lambda number: job(paths[number % len(paths)])


def _reading(paths: list[Path], root: Path, model: Validation, arguments: argparse.Namespace) -> list[Line]:
    strangers = workbooks(root / "units", arguments.case, arguments.totals, UNITS, units=True)
    by_openpyxl = others.Script(model, others.openpyxl_values)
    by_pandas = others.Script(model, others.pandas_values)
    for script in (by_openpyxl, by_pandas):
        if (found := script(paths[0])) != others.ours(model):
            raise AssertionError(f"对照脚本与本程序的结论不同：{found}，{others.ours(model)}")
    quick: Mapping[str, clock.Job] = {
        "calamine": _cycle(paths, others.calamine_read),
        "scan": _cycle(paths, read_book),
        "scan_values": _cycle(paths, lambda p: read_book(p, formulas=False)),
        "validate": _cycle(paths, juesuan.validate),
        "values": _cycle(paths, lambda p: juesuan.validate(p, formulas=False)),
        "stranger": _cycle(strangers, juesuan.validate),
        "pandas": _cycle(paths, by_pandas),
        "openpyxl": _cycle(paths, by_openpyxl),
    }
    best = clock.interleaved(quick, arguments.seconds * 3, 10)
    unit = best["calamine"]

    def line(name: str, key: str, target: str = "", good: bool | None = None) -> Line:
        return Line(name, f"{best[key] * 1000:.2f} ms", f"{best[key] / unit:.2f} ×", target, good)

    def times(other: str) -> float:
        return best[other] / best["validate"]

    return [
        line("python-calamine 读取全部值", "calamine"),
        line("read_book 读值与公式", "scan"),
        line("read_book 只读值", "scan_values"),
        line("validate（含公式比对与重算）", "validate", "≤ 2.5 ×", best["validate"] <= 2.5 * unit),
        line("validate 只看值（formulas=False）", "values", "≤ 1.4 ×", best["values"] <= 1.4 * unit),
        line("validate 另一单位的文件（没见过的文字）", "stranger"),
        line("pandas + calamine 读取，同样的校验", "pandas"),
        Line("　比 validate 慢", "", f"{times('pandas'):.1f} 倍", "≥ 3 倍", times("pandas") >= 3),
        line("openpyxl 常规模式读取，同样的校验", "openpyxl"),
        Line("　比 validate 慢", "", f"{times('openpyxl'):.1f} 倍", "≥ 15 倍", times("openpyxl") >= 15),
    ]


def _wording(paths: list[Path], root: Path, arguments: argparse.Namespace) -> list[Line]:
    """情况说明, 补充资料 and 自评表 beside the tables; the words are narrated from the first file's figures."""
    full = whole(root / "whole", arguments.case, arguments.totals, TEXTS)
    models = [examine(read_book(path)) for path in full]
    layout = load().layouts[models[0].report.layout]

    def told(number: int) -> object:
        model = models[number % len(models)]
        supplement = model.papers.supplement.supplement
        return narrate(model.binding.statements, supplement, catalogue=load(), layout=layout)

    best = clock.interleaved(
        {
            "core": _cycle(paths, juesuan.validate),
            "whole": _cycle(full, juesuan.validate),
            "read": _cycle(full, read_book),
            "read core": _cycle(paths, read_book),
            "narrate": told,
        },
        arguments.seconds,
        5,
    )
    added = best["whole"] - best["core"] + best["narrate"]
    sheets, findings = len(read_book(full[0]).sheets), len(models[0].report.words)
    reading = best["read"] - best["read core"]
    return [
        Line("validate 只有九张表", f"{best['core'] * 1000:.2f} ms", "1.00 ×"),
        Line(f"validate 连同文字和自评表（{sheets} 张工作表，{findings} 条发现）", f"{best['whole'] * 1000:.2f} ms"),
        Line("　其中多读的工作表", f"{reading * 1000:.2f} ms"),
        Line("生成情况说明（narrate）", f"{best['narrate'] * 1000:.2f} ms"),
        Line("　核对与生成一共增加", f"{added * 1000:.2f} ms", f"{added / best['core']:.2f} ×", "≤ 2 ×",
             added <= 2 * best["core"]),
    ]


def _recomputing(paths: list[Path], arguments: argparse.Namespace) -> list[Line]:
    if arguments.totals == "stated":
        return []
    books = [read_book(path) for path in paths]
    ours = clock.interleaved({"": lambda n: recompute(books[n % len(books)])}, arguments.seconds / 3, 5)[""]
    from_file = clock.interleaved({"": lambda n: recompute(read_book(paths[n % len(paths)]))}, arguments.seconds / 3, 5)
    theirs = clock.interleaved({"": _cycle(paths, others.excel_model)}, 0, 2)[""]
    return [
        Line("模板公式已编译，重算", f"{ours * 1000:.2f} ms"),
        Line("连同读取文件", f"{from_file[''] * 1000:.2f} ms"),
        Line("formulas.ExcelModel，每份文件", f"{theirs * 1000:.0f} ms"),
        Line("　比重算慢", "", f"{theirs / ours:.0f} 倍", "≥ 100 倍", theirs / ours >= 100),
        Line("　比读取加重算慢", "", f"{theirs / from_file['']:.0f} 倍"),
    ]


def _annotating(paths: list[Path], model: Validation, root: Path, arguments: argparse.Namespace) -> list[Line]:
    edits = marks_of(model, "zh", load())
    marks: dict[str, list[str]] = {}
    for edit in edits:
        if isinstance(edit, Mark):
            marks.setdefault(edit.sheet, []).append(edit.cell)
    best = clock.interleaved(
        {
            "ours": _cycle(paths, lambda p: (root / "a.xlsx").write_bytes(annotate(p.read_bytes(), edits))),
            "theirs": _cycle(paths, lambda p: others.openpyxl_round_trip(p, root / "b.xlsx", marks)),
        },
        arguments.seconds,
        3,
    )
    ratio = best["theirs"] / best["ours"]
    return [
        Line(f"annotate：{sum(map(len, marks.values()))} 处标注、校验结果表", f"{best['ours'] * 1000:.1f} ms"),
        Line("openpyxl 读入、标同样的格、存盘", f"{best['theirs'] * 1000:.1f} ms"),
        Line("　比 annotate 慢", "", f"{ratio:.1f} 倍", "≥ 10 倍", ratio >= 10),
    ]


def _memory(path: Path) -> list[Line]:
    sizes = {job: memory.peak(job, path) for job in memory.JOBS}
    bare = sizes["nothing"]
    names = {
        "nothing": "空进程（python -c pass）",
        "calamine": "python-calamine 读取",
        "values": "validate 只看值",
        "validate": "validate",
        "openpyxl": "openpyxl 常规模式读取",
    }
    lines = []
    for job, name in names.items():
        ratio = sizes[job] / sizes["calamine"]
        target, good = ("≤ 3 ×", ratio <= 3) if job == "validate" else ("", None)
        shown = f"{sizes[job]:.1f} MB（+{sizes[job] - bare:.1f}）"
        lines.append(Line(name, shown, f"{ratio:.2f} ×", target, good))
    return lines


def _starting(path: Path) -> list[Line]:
    program = str(Path(sys.executable).with_name("juesuan"))
    best = clock.processes(
        {
            "bare": [sys.executable, "-c", "pass"],
            "version": [program, "--version"],
            "help": [program, "--help"],
            "validate": [program, "validate", str(path)],
        },
        7,
    )
    more = best["version"] - best["bare"]
    return [
        Line("python -c pass", f"{best['bare'] * 1000:.0f} ms"),
        Line("juesuan --version", f"{best['version'] * 1000:.0f} ms", f"+{more:.3f} s", "≤ +0.25 s", more <= 0.25),
        Line("juesuan --help", f"{best['help'] * 1000:.0f} ms"),
        Line("juesuan validate 一份文件", f"{best['validate'] * 1000:.0f} ms"),
    ]


if __name__ == "__main__":
    sys.exit(main())
