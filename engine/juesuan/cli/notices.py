"""``send-back``: the notices that go back to the units."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.bureau import RosterPath, bar, roster_of
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    add(app, "send-back", send_back, "按台账给各单位写整改通知。", "Write each unit's notice of what to mend.")


def send_back(
    output: Annotated[Path, argument("OUT", zh="batch 的结果文件夹", en="where batch wrote its results")],
    roster: RosterPath,
    year: Annotated[int, option("--year", "-y", zh="决算年度", en="the year of the account", min=2000, max=2099)],
    to: Annotated[
        Path | None, option("--to", zh="通知写到这个文件夹（默认 OUT/整改通知）", en="folder of the notices")
    ] = None,
    style: Annotated[str, option("--format", "-f", zh="xlsx 或 docx", en="xlsx or docx")] = "xlsx",
    ledger: Annotated[Path | None, option("--ledger", zh="台账文件", en="the ledger")] = None,
    only: Annotated[list[str] | None, option("--unit", zh="只写这个单位（编码，可多次）", en="only this unit")] = None,
    sender: Annotated[
        str, option("--from", zh="发文单位（默认名册中最上级的单位）", en="who sends it (default: the top unit)")
    ] = "",
    day: Annotated[str, option("--date", zh="发文日期，如 2024-09-20（默认今天）", en="date (default: today)")] = "",
    due: Annotated[str, option("--due", zh="限期，如 2024-09-30（默认“尽快”）", en="deadline (default: soon)")] = "",
) -> int:
    from contextlib import closing

    from juesuan.bureau.ledger import NAME, Ledger, LedgerFault
    from juesuan.bureau.notices import NoDocx, Terms
    from juesuan.bureau.notices import send_back as send
    from juesuan.bureau.reading import no_year

    if style not in ("xlsx", "docx"):
        raise Stop(say(f"--format 只能是 xlsx 或 docx，不是“{style}”。", "--format must be xlsx or docx."))
    path = ledger or output / NAME
    if not path.is_file():
        raise Stop(
            say(f"没有台账“{path}”，请先运行 juesuan batch。", f"There is no ledger at {path}; run batch first.")
        )
    units = roster_of(roster)
    for code in only or ():
        if code not in units.units:
            raise Stop(say(f"名册中没有单位 {code}。", f"No unit {code} in the roster."))
    terms = Terms(_day(day, "--date") or dt.date.today(), sender.strip(), _day(due, "--due"))
    if terms.due and terms.due < terms.day:
        raise Stop(say("限期（--due）早于发文日期（--date）。", "--due is before --date."))
    folder = to or output / say("整改通知", "notices") / str(year)
    try:
        with closing(Ledger(path)) as opened, bar(say("写通知", "Writing")) as tell:
            if why := no_year(opened, year):
                raise Stop(why)
            sent = send(opened, units, year, folder, terms, style, only or (), tell)
    except (LedgerFault, NoDocx) as error:
        raise Stop(str(error)) from error
    for gone in sent.retired:
        files.tell(say(f"以前的通知已不适用，移到：{gone}", f"An earlier notice no longer applies, moved to: {gone}"))
    files.put(say(f"已写出 {len(sent.written)} 份整改通知：{folder}", f"{len(sent.written)} notices in {folder}"))
    return 0


def _day(text: str, name: str) -> dt.date | None:
    """A date an option gives; None for ""."""
    try:
        return dt.date.fromisoformat(text.strip()) if text else None
    except ValueError as error:
        raise Stop(
            say(f"{name} 应写成 2024-09-20 这样的日期，不是“{text}”。", f"{name} must be a date like 2024-09-20.")
        ) from error
