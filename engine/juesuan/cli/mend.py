"""``recompute`` and ``clear``: fresh values into formulas; every mark of ours taken away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    add(
        app,
        "recompute",
        recompute,
        "重算工作簿的公式，把新值写进文件（公式、格式都不变）。",
        "Recalculate the workbook's formulas and store their values (formulas and formats stay).",
    )
    add(
        app,
        "clear",
        clear,
        "去掉校验留下的颜色、批注和校验结果表，恢复原样。",
        "Remove every mark, note and result sheet that checking left.",
    )


def recompute(
    path: Annotated[Path, argument("FILE", zh="工作簿", en="the workbook")],
    output: Annotated[Path | None, option("--output", "-o", zh="写到这个文件", en="write to this file")] = None,
    in_place: Annotated[
        bool, option("--in-place", zh="直接改原文件，并留备份", en="change the file itself, keeping a backup")
    ] = False,
) -> int:
    from juesuan.cli.validate import check
    from juesuan.cli.words import catalogue
    from juesuan.hosts.patch import apply_edits
    from juesuan.recompute import recompute as edits_of

    one_target(path, output, in_place)
    validation, data = check(path, catalogue(), None)
    edits, summary = edits_of(validation)
    write_result(path, apply_edits(data, edits), output, in_place)
    files.tell(
        say(
            f"公式 {summary.formulas} 个：更新旧值 {summary.stale} 个，补上空值 {summary.uncached} 个"
            f"（其中合计格 {summary.totals} 个），无法重算 {len(summary.left)} 个。",
            f"{summary.formulas} formulas: {summary.stale} stale values renewed, {summary.uncached} missing filled "
            f"({summary.totals} of them totals), {len(summary.left)} cannot be recalculated.",
        )
    )
    return 0


def clear(
    path: Annotated[Path, argument("FILE", zh="标注过的工作簿", en="an annotated workbook")],
    output: Annotated[Path | None, option("--output", "-o", zh="写到这个文件", en="write to this file")] = None,
    in_place: Annotated[
        bool, option("--in-place", zh="直接改原文件，并留备份", en="change the file itself, keeping a backup")
    ] = False,
) -> int:
    from juesuan import explanations
    from juesuan.hosts.guard import sniff
    from juesuan.hosts.patch import apply_edits, clear_marks
    from juesuan.hosts.read import read_book
    from juesuan.sheetnames import KEPT

    one_target(path, output, in_place)
    data = files.read(path)
    sniff(data)
    cleared = clear_marks(data)
    typed = explanations.read(read_book(data, formulas=False)) if cleared != data else ()
    if typed:
        cleared = apply_edits(cleared, [explanations.keep(typed)])
    write_result(path, cleared, output, in_place and cleared != data)
    if cleared == data:
        files.tell(say("这个文件里没有校验标注。", "There are no marks in this file."))
    elif typed:
        files.tell(
            say(
                f"已填的审核说明 {len(typed)} 条留在“{KEPT}”表里。",
                f"{len(typed)} explanations are kept on sheet {KEPT}.",
            )
        )
    return 0


def one_target(path: Path, output: Path | None, in_place: bool) -> None:
    """Raise Stop unless exactly one of -o and --in-place is given, and -o is not the input itself."""
    if (output is None) == (not in_place):
        raise Stop(
            say(
                "请用 -o 写明输出文件，或用 --in-place 改原文件（会留备份），二者取一。",
                "Give either -o OUT or --in-place (a backup is kept).",
            )
        )
    if output is not None:
        files.apart(path, output)


def write_result(path: Path, data: bytes, output: Path | None, in_place: bool) -> None:
    """Write to ``output``, or in place with a backup, and say where it lies."""
    if output is not None:
        files.write(output, data)
        files.tell(say(f"已写出：{output}", f"Written: {output}"))
    elif in_place:
        kept = files.replace(path, data)
        files.tell(say(f"已写回：{path}（备份：{kept}）", f"Changed in place: {path} (backup: {kept})"))
