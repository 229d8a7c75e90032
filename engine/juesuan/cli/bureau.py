"""``roster``, ``distribute``, ``migrate``, ``batch``, ``consolidate``: what an upper-level unit does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from juesuan.cli import files
from juesuan.cli.errors import INTERRUPTED, Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan.bureau.roster import Roster

RosterPath = Annotated[Path, option("--roster", "-r", zh="单位名册（.csv 或 .xlsx）", en="the roster (.csv or .xlsx)")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    add(app, "roster", check_roster, "检查单位名册，列出单位与上下级。", "Check a roster and list its units.")
    add(
        app,
        "distribute",
        distribute,
        "按名册给每个单位生成预填的工作簿、清单和压缩包。",
        "Make each unit's prefilled workbook, a manifest and zips.",
    )
    add(
        app,
        "batch",
        batch,
        "批量校验一个文件夹，记台账，写汇总。退出码：0 各单位都通过；1 有未报或未通过的；2 不能进行。",
        "Check a whole folder into a ledger and summaries. Exit status: 0 every unit passed; 1 not all; 2 impossible.",
    )
    add(
        app,
        "migrate",
        migrate,
        "把旧版模板上填的工作簿移到现行模板，数字、文字不变。退出码：1 有带不过去的内容。",
        "Move a workbook from an older template to the current one. Exit status: 1 something was left behind.",
    )
    add(
        app,
        "consolidate",
        consolidate,
        "把所属单位的九张表汇总成部门决算，并与部门自己的决算核对（X-26）。退出码：1 有缺报、没有改好的或不符。",
        "Add up the units' tables and check the department's own. Exit status: 1 units missing, faulty or X-26 breaks.",
    )


def check_roster(
    path: Annotated[Path, argument("ROSTER", zh="单位名册（.csv 或 .xlsx）", en="the roster (.csv or .xlsx)")],
) -> int:
    found = roster_of(path)
    depth = max((len(found.path(code)) for code in found.units), default=0) + 1
    for code in found.below(""):
        unit = found.units[code]
        about = "、".join(filter(None, (unit.kind, unit.nature, unit.layout)))
        files.put(f"{'  ' * len(found.path(code))}{unit.code} {unit.name}（{about}）")
    files.tell(say(f"共 {len(found.units)} 个单位，{depth} 级。", f"{len(found.units)} units on {depth} levels."))
    return 0


def distribute(
    roster: RosterPath,
    year: Annotated[int, option("--year", "-y", zh="决算年度", en="the year of the account", min=2000, max=2099)],
    output: Annotated[Path, option("--output", "-o", zh="写到这个文件夹", en="write into this folder")],
    prior: Annotated[
        Path | None,
        option("--prior", zh="上年决算所在的文件夹，用来预填年初数、科目", en="folder of last year's accounts"),
    ] = None,
    replace: Annotated[bool, option("--replace", zh="覆盖内容不同的旧文件", en="replace files that differ")] = False,
    jobs: Annotated[
        int,
        option("--jobs", "-j", zh="同时用几个进程（默认：处理器个数）", en="processes (default: processors)", min=0),
    ] = 0,
) -> int:
    from juesuan.bureau import distribute as work
    from juesuan.bureau.batch import Bounds, jobs_by_default
    from juesuan.bureau.prior import read_prior
    from juesuan.cli.words import catalogue
    from juesuan.template.build import BadRequest

    if prior and not prior.is_dir():
        raise Stop(say(f"“{prior}”不是文件夹。", f"“{prior}” is not a folder."))
    units, rules, processes = roster_of(roster), catalogue(), jobs or jobs_by_default()
    before = None
    try:
        if prior:
            with bar(say("读上年决算", "Reading")) as tell:
                before = read_prior(prior, units, year, Bounds(processes), tell)
        with bar(say("生成", "Making")) as tell:
            few = len(units.units) < 2 * processes  # starting processes would cost more than it saves
            done = work.distribute(
                units, year, output, rules, before, replace=replace, jobs=1 if few else processes, tell=tell
            )
    except (BadRequest, work.InTheWay) as error:
        raise Stop(str(error)) from error
    for note in done.notes:
        files.tell(note)
    files.tell(
        say(
            f"已写出 {len(done.files)} 份工作簿、{len(done.zips)} 个压缩包和清单：{output}",
            f"{len(done.files)} workbooks, {len(done.zips)} zips and the manifest are in {output}",
        )
    )
    return 0


def batch(
    folder: Annotated[Path, argument("DIR", zh="收到的文件所在的文件夹（含下级文件夹）", en="folder of submissions")],
    roster: RosterPath,
    output: Annotated[Path, option("--output", "-o", zh="结果写到这个文件夹", en="write results into this folder")],
    year: Annotated[
        int | None,
        option(
            "--year",
            "-y",
            zh="决算年度（默认：多数文件写的年度）",
            en="year (default: of most files)",
            min=2000,
            max=2099,
        ),
    ] = None,
    jobs: Annotated[
        int,
        option("--jobs", "-j", zh="同时用几个进程（默认：处理器个数）", en="processes (default: processors)", min=0),
    ] = 0,
    resume: Annotated[
        bool, option("--resume", zh="接着上次中断的做", en="go on where the last batch broke off")
    ] = False,
    engine: Annotated[str, option("--engine", zh="local 本机，dask 集群", en="local or dask")] = "local",
    scheduler: Annotated[
        str, option("--scheduler", zh="Dask 调度器地址（默认在本机起一个）", en="address of the Dask scheduler")
    ] = "",
    ledger: Annotated[
        Path | None,
        option("--ledger", zh="台账文件（默认在结果文件夹里）", en="the ledger (default: with the results)"),
    ] = None,
    seconds: Annotated[
        float, option("--seconds", zh="每个文件至多几秒", en="seconds one file may take", min=0.1)
    ] = 60.0,
    memory: Annotated[
        int, option("--memory", zh="每个文件至多几 MB 内存（0 不限）", en="megabytes one file may take (0: any)", min=0)
    ] = 1024,
) -> int:
    from juesuan.bureau import batch as work
    from juesuan.bureau import engines
    from juesuan.bureau.ledger import LedgerFault
    from juesuan.cli.words import catalogue

    if engine not in ("local", "dask"):
        raise Stop(say(f"--engine 只能是 local 或 dask，不是“{engine}”。", "--engine must be local or dask."))
    if not folder.is_dir():
        raise Stop(say(f"“{folder}”不是文件夹。", f"“{folder}” is not a folder."))
    units, rules = roster_of(roster), catalogue()
    bounds = work.Bounds(jobs or work.jobs_by_default(), seconds, memory)
    try:
        checking = engines.cluster(bounds, scheduler) if engine == "dask" else engines.local(bounds)
        with bar(say("校验", "Checking")) as tell:
            done = work.run(
                folder,
                units,
                output,
                checking,
                rules,
                year=year,
                resume=resume,
                ledger_path=ledger,
                tell=lambda p: tell(p.done, p.total),
            )
    except (LedgerFault, work.NoYear, engines.NoDask) as error:
        raise Stop(str(error)) from error
    except KeyboardInterrupt:
        said = say("已中断；校验过的记在台账里，加 --resume 接着做。", "Interrupted; add --resume to go on.")
        raise Stop(said, INTERRUPTED) from None
    _tell_batch(done, units, resume)
    return 0 if all(done.statuses.get(s, 0) == 0 for s in ("未报", "已报", "待修改", "待说明")) else 1


def migrate(
    path: Annotated[Path, argument("FILE", zh="旧版模板上填的工作簿", en="the workbook")],
    output: Annotated[Path, option("--output", "-o", zh="写到这个 .xlsx", en="write this .xlsx")],
) -> int:
    from juesuan.bureau.migrate import migrate as moved
    from juesuan.cli.words import catalogue
    from juesuan.template.package import workbook_bytes

    done = moved(files.read(path), path.name, catalogue())  # what is wrong with the input is said first
    if output.suffix.lower() != ".xlsx":
        raise Stop(say("输出文件应以 .xlsx 结尾。", "The output must end in .xlsx."))
    if output.exists() and output.samefile(path):
        raise Stop(
            say("输出文件与原文件相同，请另写一个文件名。", "The output is the input itself; name another file.")
        )
    if done.current:
        files.put(
            say(f"“{path.name}”已是现行模板（{done.before}），不用移，没有写出。", "Already current; not written.")
        )
        return 0
    kept = files.write_new(output, workbook_bytes(done.draft))
    if kept is not None:
        files.tell(say(f"原有的同名工作簿另存为：{kept}", f"The workbook of that name is kept as: {kept}"))
    for note in done.notes:
        files.tell(note)
    if done.typed:
        cells = "、".join(done.typed[:10])
        files.tell(say(f"合计与公式不同，照原数保留：{cells}", f"Totals kept as typed: {cells}"))
    for text in done.lost:
        files.put(text)
    files.tell(
        say(
            f"已由 {done.before} 移到 {done.after}，{done.kept} 个数：{output}",
            f"Moved from {done.before} to {done.after}, {done.kept} figures: {output}",
        )
    )
    return 1 if done.lost else 0


def consolidate(
    folder: Annotated[Path, argument("DIR", zh="各单位决算所在的文件夹", en="folder of the units' accounts")],
    roster: RosterPath,
    output: Annotated[Path, option("--output", "-o", zh="写到这个 .xlsx", en="write this .xlsx")],
    year: Annotated[int, option("--year", "-y", zh="决算年度", en="the year of the account", min=2000, max=2099)],
    node: Annotated[
        str,
        option("--node", zh="汇总到哪个单位（编码；默认名册的顶层）", en="code of the department (default: the top)"),
    ] = "",
    eliminations: Annotated[
        Path | None, option("--eliminations", zh="内部往来抵销表（.csv、.xlsx）", en="declared internal flows")
    ] = None,
    stated: Annotated[
        Path | None,
        option("--stated", zh="部门自己的决算（默认用文件夹里它报的那份）", en="the department's own account"),
    ] = None,
    jobs: Annotated[
        int,
        option("--jobs", "-j", zh="同时用几个进程（默认：处理器个数）", en="processes (default: processors)", min=0),
    ] = 0,
    seconds: Annotated[
        float, option("--seconds", zh="每个文件至多几秒", en="seconds one file may take", min=0.1)
    ] = 60.0,
    memory: Annotated[
        int, option("--memory", zh="每个文件至多几 MB 内存（0 不限）", en="megabytes one file may take (0: any)", min=0)
    ] = 1024,
) -> int:
    from juesuan.bureau import department_book, department_words
    from juesuan.bureau.batch import Bounds, jobs_by_default
    from juesuan.bureau.department import WrongAccount
    from juesuan.bureau.department import consolidate as added
    from juesuan.bureau.eliminations import BadEliminations, read_eliminations
    from juesuan.cli.words import catalogue
    from juesuan.template.package import workbook_bytes

    if not folder.is_dir():
        raise Stop(say(f"“{folder}”不是文件夹。", f"“{folder}” is not a folder."))
    if output.suffix.lower() != ".xlsx":
        raise Stop(say("输出文件应以 .xlsx 结尾。", "The output must end in .xlsx."))
    units, rules = roster_of(roster), catalogue()
    at = _node(units, node)
    bounds = Bounds(jobs or jobs_by_default(), seconds, memory)
    try:
        flows = read_eliminations(eliminations, units) if eliminations else ()
        with bar(say("汇总", "Adding up")) as tell:
            found = added(folder, units, at, year, flows, stated=stated, bounds=bounds, tell=tell)
    except (BadEliminations, WrongAccount) as error:
        raise Stop(str(error)) from error
    if not found.totals.members:
        for note in found.notes:
            files.tell(note)
        raise Stop(say(f"文件夹里没有 {at} 所属单位 {year} 年度的决算。", "No account of this department was found."))
    book = department_book.build(found, units, year, rules)
    kept = files.write_new(output, workbook_bytes(book.draft))
    if kept is not None:
        files.tell(say(f"原有的同名工作簿另存为：{kept}", f"The workbook of that name is kept as: {kept}"))
    for note in (*found.notes, *book.notes):
        files.tell(note)
    wrong = list(department_words.faults(found, book, rules))
    for text in wrong:
        files.put(text)
    files.put(say(f"汇总 {len(found.totals.members)} 个单位：{output}", f"{len(found.totals.members)} units: {output}"))
    return 1 if wrong else 0


def _node(units: Roster, wanted: str) -> str:
    if wanted:
        if wanted not in units.units:
            raise Stop(say(f"名册中没有单位 {wanted}。", f"No unit {wanted} in the roster."))
        return wanted
    top = units.children.get("", ())
    if len(top) != 1:
        raise Stop(
            say(
                f"名册有 {len(top)} 个顶层单位，请用 --node 指明汇总哪个：{'、'.join(top[:8])}",
                f"The roster has {len(top)} top units; name one with --node.",
            )
        )
    return top[0]


def _tell_batch(done: Any, units: Roster, resume: bool) -> None:
    if resume and not done.resumed:
        files.tell(say("没有中断过的校验（或名册、规则已变），从头校验。", "Nothing to resume; started anew."))
    if not done.year_given:
        files.tell(say(f"没有指明年度，按多数文件定为 {done.year} 年度。", f"Year taken from most files: {done.year}."))
    ladder = "，".join(f"{name} {number}" for name, number in done.statuses.items() if number)
    kept = say(f"（其中 {done.kept} 个上次已校验）", f" ({done.kept} kept)") if done.kept else ""
    files.put(
        say(
            f"{done.year} 年度：校验 {done.total} 个文件{kept}，名册 {len(units.units)} 个单位：{ladder}。",
            f"{done.year}: {done.total} files{kept}; {len(units.units)} units: {ladder}.",
        )
    )
    for path in done.written.values():
        files.tell(say(f"已写出：{path}", f"Written: {path}"))


def roster_of(path: Path) -> Roster:
    """The roster; its faults as one sentence (Stop)."""
    from juesuan.bureau.roster import SHOWN, BadRoster, read_roster
    from juesuan.cli.words import catalogue

    try:
        found = read_roster(path, catalogue().layouts)
    except BadRoster as error:
        for fault in error.errors[:SHOWN]:
            files.tell(fault)
        more = len(error.errors) - SHOWN
        rest = (
            say(f"，其中 {SHOWN} 处如上", f", the first {SHOWN} above")
            if more > 0
            else say("，见上面各行", ", see above")
        )
        raise Stop(
            say(
                f"单位名册“{error.name}”有 {len(error.errors)} 处错误{rest}；改好后再试。",
                f"The roster “{error.name}” has {len(error.errors)} faults{rest}.",
            )
        ) from error
    for note in found.notes:
        files.tell(note)
    return found


@contextmanager
def bar(text: str) -> Iterator[Callable[[int, int], None]]:
    """``tell(done, total)`` with a bar of rate and remaining time, where somebody is watching."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(say("{task.fields[rate]} 个/秒", "{task.fields[rate]} files/s")),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(text, total=None, rate="–")

        def tell(done: int, total: int) -> None:
            speed = shown.tasks[0].speed
            shown.update(task, completed=done, total=total, rate=f"{speed:.1f}" if speed else "–")

        yield tell
