"""``codes list`` and ``codes import``: the 科目 dictionaries, and the official full lists in their place."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.help import group as make_group
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan.codes import Codes


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = make_group(say("科目表。", "Dictionaries of codes."))
    add(group, "list", listed, "列出科目。", "List the codes.")
    add(
        group,
        "import",
        imported,
        "导入官方科目表（CSV，列名：科目编码、科目名称、启用年度、停用年度），以后校验都用它。",
        "Import an official list (CSV with columns code,name[,since,until]); later checks use it.",
    )
    app.add_typer(group, name="codes")


def listed(
    start: Annotated[str, argument("[PREFIX]", zh="编码开头，如 208", en="beginning of the code, e.g. 208")] = "",
    kind: Annotated[
        str, option("--kind", zh="functional 功能分类，economic 经济分类", en="functional or economic")
    ] = "functional",
    year: Annotated[int | None, option("--year", zh="只列该年度有效的", en="valid in that year")] = None,
) -> int:
    from juesuan.cli.words import catalogue

    codes = _of(kind, catalogue().functional, catalogue().economic)
    rows = [e for e in codes.entries if e.code.startswith(start) and (year is None or e.since <= year <= e.until)]
    if not rows:
        raise Stop(say(f"没有以“{start}”开头的科目。", f"No code begins with “{start}”."))
    files.put("\n".join(f"{e.code:<8}{e.name}  {_years(e.since, e.until)}".rstrip() for e in rows))
    return 0


def imported(
    path: Annotated[Path, argument("FILE.csv", zh="科目表文件", en="the list")],
    kind: Annotated[
        str, option("--kind", zh="functional 功能分类，economic 经济分类", en="functional or economic")
    ] = "functional",
) -> int:
    from juesuan.catalogue import load
    from juesuan.cli import words
    from juesuan.cli.make import text_of
    from juesuan.codes import BadCodes, read_codes

    if kind not in words.KINDS:
        raise Stop(_no_kind(kind))
    try:
        new = read_codes(words.KINDS[kind], text_of(path), path.name)
    except BadCodes as error:
        raise Stop(f"{error}。") from error
    if not new.entries:
        raise Stop(say(f"“{path.name}”里没有科目。", f"There are no codes in “{path.name}”."))
    before = _of(kind, load().functional, load().economic)
    target = words.imported(kind)
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target, _csv(new))
    added = len({e.code for e in new.entries} - set(before.names))
    files.tell(
        say(
            f"已导入{words.KINDS[kind]}科目 {len(new.entries)} 条（新增编码 {added} 个），存于 {target}。",
            f"Imported {len(new.entries)} codes ({added} new), kept in {target}.",
        )
    )
    return 0


def _of(kind: str, functional: Codes, economic: Codes) -> Codes:
    if kind not in ("functional", "economic"):
        raise Stop(_no_kind(kind))
    return economic if kind == "economic" else functional


def _no_kind(kind: str) -> str:
    return say(
        f"--kind 只能是 functional 或 economic，不是“{kind}”。", f"--kind must be functional or economic, not “{kind}”."
    )


def _years(since: int, until: int) -> str:
    if not since and until == 9999:
        return ""
    return f"（{since or ''}—{until if until != 9999 else ''}）"


def _csv(codes: Codes) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("code", "name", "since", "until", "source"))
    writer.writerows(
        (e.code, e.name, e.since or "", e.until if e.until != 9999 else "", e.source) for e in codes.entries
    )
    return out.getvalue()
