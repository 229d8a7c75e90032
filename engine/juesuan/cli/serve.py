"""``serve``: the web service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    add(
        app,
        "serve",
        serve,
        "在浏览器里校验：拖入工作簿，看问题，取标注好的副本；看名册各单位的状态。",
        "Check in a browser: drop a workbook, see the findings, fetch the annotated copy; the board of all units.",
    )


def serve(
    host: Annotated[
        str, option("--host", zh="监听的地址（默认只限本机）", en="address (default: this machine only)")
    ] = "127.0.0.1",
    port: Annotated[int, option("--port", "-p", zh="端口", en="port", min=1, max=65535)] = 8765,
    token: Annotated[
        str,
        option(
            "--token", zh="本机以外访问所需的口令（默认自动生成）", en="token for callers elsewhere (default: made up)"
        ),
    ] = "",
    roster: Annotated[Path | None, option("--roster", "-r", zh="单位名册", en="the roster")] = None,
    ledger: Annotated[Path | None, option("--ledger", zh="batch 的台账", en="the ledger of batch")] = None,
    year: Annotated[int | None, option("--year", "-y", zh="决算年度", en="the year", min=2000, max=2099)] = None,
    keep: Annotated[float, option("--keep", zh="上传的文件保留几分钟", en="minutes uploads are kept", min=0.1)] = 30.0,
    size: Annotated[int, option("--max-size", zh="上传的文件至多几 MB", en="megabytes of an upload", min=1)] = 64,
    seconds: Annotated[float, option("--seconds", zh="每个文件至多校验几秒", en="seconds of a check", min=0.1)] = 60.0,
    memory: Annotated[
        int, option("--memory", zh="每个文件至多几 MB 内存（0 不限）", en="megabytes of a check", min=0)
    ] = 1024,
    jobs: Annotated[int, option("--jobs", "-j", zh="同时校验几个文件", en="checks at once", min=1)] = 2,
) -> int:
    try:
        import uvicorn

        from juesuan.server import guard
        from juesuan.server.app import Settings, create_app
    except ImportError as error:
        raise Stop(
            say(
                '没有安装网页服务，请运行 pip install "juesuan[server]"。',
                'The web service is not installed: pip install "juesuan[server]".',
            )
        ) from error
    import secrets

    from juesuan.bureau.pool import Bounds
    from juesuan.cli.bureau import roster_of

    if any(given is not None for given in (roster, ledger, year)) and None in (roster, ledger, year):
        raise Stop(
            say("要看名册状态，--roster、--ledger、--year 须一起写。", "Give --roster, --ledger and --year together.")
        )
    if ledger is not None and not ledger.is_file():
        raise Stop(say(f"没有台账“{ledger}”，请先运行 juesuan batch。", f"There is no ledger at {ledger}."))
    here = guard.local(host) or host == "localhost"
    if not here and not token:
        token = secrets.token_urlsafe(24)
        files.tell(say(f"口令（本机以外访问时用）：{token}", f"Token for callers elsewhere: {token}"))
    settings = Settings(
        token,
        keep * 60,
        size,
        bounds=Bounds(jobs, seconds, memory),
        roster=roster_of(roster) if roster else None,
        ledger=ledger,
        year=year,
    )
    files.tell(say(f"请打开 http://{host}:{port}/ （按 Ctrl+C 结束）", f"Open http://{host}:{port}/ (Ctrl+C ends it)"))
    uvicorn.run(
        create_app(settings), host=host, port=port, log_level="warning", proxy_headers=False, server_header=False
    )
    return 0
