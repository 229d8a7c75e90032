"""The service: upload → findings, annotated copy, roster board; the same JSON the command line prints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

import juesuan
from juesuan.bureau.ledger import LedgerFault
from juesuan.bureau.pool import Bounds
from juesuan.bureau.reading import ReadOnly
from juesuan.bureau.roster import Roster
from juesuan.bureau.status import LADDER, standings
from juesuan.server import checks, guard
from juesuan.server.answers import Board
from juesuan.server.store import Store

_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'"
_STATIC = files("juesuan.server") / "static"
_SWEEP = 30.0
#: The pages: they hold nothing and ask for the token themselves.
_PAGES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/app.js": ("app.js", "text/javascript; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
    "/docs": ("docs.html", "text/html; charset=utf-8"),
    "/docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "/call.js": ("call.js", "text/javascript; charset=utf-8"),
}
_SAID = {404: "没有这个网址。", 405: "这个网址不能这样用（请求方法不对），写法见接口说明。"}


@dataclass(frozen=True, slots=True)
class Settings:
    """``keep``: seconds uploads are kept; ``megabytes``: the largest upload; ``patience``: seconds an upload may take;
    ``uploads``: how many may come in at once; ``roster``, ``ledger``, ``year``: for the board, where there is one."""

    token: str = ""
    keep: float = 1800.0
    megabytes: int = 64
    patience: float = 120.0
    uploads: int = 32
    bounds: Bounds = field(default_factory=Bounds)
    roster: Roster | None = None
    ledger: Path | None = None
    year: int | None = None


def create_app(settings: Settings) -> FastAPI:
    """The application; its uploads are deleted when it ends."""
    store = Store(settings.bounds, settings.keep)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_sweep(store))
        try:
            yield
        finally:
            sweeping.cancel()
            store.close()

    app = FastAPI(
        title="juesuan",
        version=juesuan.__version__,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        description="部门/单位决算公开：校验一份工作簿，取标注好的副本，看名册各单位的状态。",
    )
    app.state.store = store
    _guarded(app, settings)
    _pages(app)
    _refusals(app)
    checks.add(app, store, megabytes=settings.megabytes, patience=settings.patience, uploads=settings.uploads)
    _board(app, settings)
    return app


async def _sweep(store: Store) -> None:
    while True:
        await asyncio.sleep(_SWEEP)
        await run_in_threadpool(store.sweep)


def _guarded(app: FastAPI, settings: Settings) -> None:
    @app.middleware("http")
    async def check(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        headers = dict(request.headers.items())
        client = request.client.host if request.client else ""
        page = bool(settings.token) and request.url.path in _PAGES
        if not page and (why := guard.refusal(client, headers, settings.token)):
            return _refused(*why)
        # a page elsewhere cannot send the token, and behind a proxy the names differ
        if not settings.token and request.method not in ("GET", "HEAD") and not guard.same_site(headers):
            return _refused(403, "请求来自别的网站，已拒绝。")
        answer = await go_on(request)
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _refused(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status, headers)


def _pages(app: FastAPI) -> None:
    def static(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
        async def answer() -> Response:
            return Response((_STATIC / name).read_bytes(), media_type=kind)

        return answer

    for path, (name, kind) in _PAGES.items():
        app.get(path, include_in_schema=False)(static(name, kind))


def _refusals(app: FastAPI) -> None:
    @app.exception_handler(HTTPException)
    async def failed(request: Request, error: HTTPException) -> JSONResponse:
        return _refused(error.status_code, str(error.detail), dict(error.headers or {}))

    def router(status: int, sentence: str) -> None:
        async def said(request: Request, error: Exception) -> JSONResponse:
            # one raised by these modules has a sentence of its own; the router's are in English
            return _refused(status, str(error.detail) if isinstance(error, HTTPException) else sentence)

        app.exception_handler(status)(said)

    for status, sentence in _SAID.items():
        router(status, sentence)

    @app.exception_handler(OSError)
    async def stopped(request: Request, error: OSError) -> JSONResponse:
        return _refused(507, "服务器存不下上传的文件（磁盘已满或不能写），请告诉管理服务的人。")

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> JSONResponse:
        return _refused(500, f"服务内部出错（{type(error).__name__}），请稍后再试；再出错时请连同文件反馈。")


def _board(app: FastAPI, settings: Settings) -> None:
    @app.get(
        "/api/board",
        response_model=Board,
        summary="名册各单位的状态",
        responses=checks.refusals(s404="没有指明名册和台账", s503="台账读不出"),
    )
    async def board() -> Any:
        """台账中各单位最后一次报送的状态；没有指明名册和台账时为 404。"""
        if settings.roster is None or settings.ledger is None or settings.year is None:
            raise HTTPException(404, "没有指明名册和台账（serve --roster --ledger --year）。")
        try:
            return await run_in_threadpool(_statuses, settings.roster, settings.ledger, settings.year)
        except LedgerFault as error:
            raise HTTPException(503, str(error)) from error


def _statuses(roster: Roster, path: Path, year: int) -> dict[str, Any]:
    with closing(ReadOnly(path)) as ledger:
        units = [
            {
                "code": s.code,
                "name": roster.units[s.code].name,
                "parent": roster.units[s.code].parent,
                "status": s.status,
                "version": s.version,
                "file": s.path.partition("#")[0],
                "note": s.note,
                "appeared": s.appeared,
                "gone": s.gone,
            }
            for s in standings(ledger, roster, year)
        ]
    return {"year": year, "ladder": LADDER, "units": units}
