"""``serve``: the web service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

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
            "--token",
            zh="口令；设了口令，本机也要凭口令（不限本机而没有写的，自动生成）",
            en="token that every caller must show (default: none for this machine, else made up)",
        ),
    ] = "",
    roster: Annotated[Path | None, option("--roster", "-r", zh="单位名册", en="the roster")] = None,
    ledger: Annotated[Path | None, option("--ledger", zh="batch 的台账", en="the ledger of batch")] = None,
    year: Annotated[int | None, option("--year", "-y", zh="决算年度", en="the year", min=2000, max=2099)] = None,
    keep: Annotated[float, option("--keep", zh="上传的文件保留几分钟", en="minutes uploads are kept", min=0.1)] = 30.0,
    size: Annotated[int, option("--max-size", zh="上传的文件至多几 MB", en="megabytes of an upload", min=1)] = 64,
    wait: Annotated[
        float, option("--upload-seconds", zh="一份文件至多传几秒", en="seconds an upload may take", min=1)
    ] = 120.0,
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
        from juesuan.server.patience import Patient
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
    if token and not (token.isascii() and token.isprintable() and " " not in token):  # a header carries no others
        raise Stop(
            say("--token 只能用英文字母、数字和符号，不含空格。", "--token must be of ASCII letters, digits and signs.")
        )
    if ledger is not None and not ledger.is_file():
        raise Stop(say(f"没有台账“{ledger}”，请先运行 juesuan batch。", f"There is no ledger at {ledger}."))
    if ledger is not None and year is not None:
        _known_year(ledger, year)
    if not (guard.local(host) or host == "localhost") and not token:
        token = secrets.token_urlsafe(24)
    settings = Settings(
        token,
        keep * 60,
        size,
        wait,
        bounds=Bounds(jobs, seconds, memory),
        roster=roster_of(roster) if roster else None,
        ledger=ledger,
        year=year,
    )
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=Patient,
        log_level="critical",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=512,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=10,
    )
    try:
        bound = config.bind_socket()
    except (SystemExit, OSError) as error:  # uvicorn says it in English and ends the program
        app.state.store.close()
        raise Stop(
            say(
                f"{host} 的端口 {port} 不能用：已被占用、没有权限，或没有这个地址；请用 --port、--host 换一个。",
                f"Cannot listen on {host} port {port}; choose another with --port or --host.",
            )
        ) from error
    for address in addresses(host):
        where = f"http://{address}:{port}/{f'#token={quote(token)}' if token else ''}"
        files.tell(say(f"请打开 {where}", f"Open {where}"))
    if token:
        files.tell(say(f"口令：{token}（上面的网址里已带着，只在浏览器里用）", f"Token: {token}"))
    files.tell(say("按 Ctrl+C 结束。", "Ctrl+C ends it."))
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with contextlib.suppress(KeyboardInterrupt):  # it has ended in good order by then
        uvicorn.Server(config).run(sockets=[bound])
    return 0


def _known_year(path: Path, year: int) -> None:
    """Stop where the ledger has nothing of the year."""
    from juesuan.bureau.ledger import LedgerFault
    from juesuan.bureau.reading import ReadOnly, no_year

    try:
        with contextlib.closing(ReadOnly(path)) as opened:
            said = no_year(opened, year)
    except LedgerFault as error:
        raise Stop(str(error)) from error
    if said:
        raise Stop(said)


def addresses(host: str) -> list[str]:
    """Under which addresses a service listening on ``host`` can be opened, as they stand in a URL."""
    from juesuan.server import guard

    if host not in ("0.0.0.0", "::"):
        return [f"[{host}]" if ":" in host else host]
    found = ["127.0.0.1"]
    try:
        for *_, place in asyncio.run(_own_addresses()):
            name = str(place[0])
            if not guard.local(name) and name.partition("%")[0] not in found and ("." in name or host == "::"):
                found.append(f"[{name}]" if ":" in name else name)
    except OSError:  # this machine's name is in no table
        pass
    return list(dict.fromkeys(found))


async def _own_addresses() -> list[Any]:
    return list(await asyncio.get_running_loop().getaddrinfo(platform.node(), None))
