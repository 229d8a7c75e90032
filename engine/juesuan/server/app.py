"""The service: upload → findings, annotated copy, roster board; the same JSON the command line prints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field

import juesuan
from juesuan.bureau.ledger import Ledger, LedgerFault
from juesuan.bureau.pool import Bounds
from juesuan.bureau.roster import Roster
from juesuan.bureau.status import standings
from juesuan.report import Failure, Report
from juesuan.server import guard
from juesuan.server.store import Checked, Store

_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STATIC = files("juesuan.server") / "static"
_SWEEP = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """``keep``: seconds uploads are kept; ``megabytes``: the largest upload; ``patience``: seconds an upload may take;
    ``roster``, ``ledger``, ``year``: for the board, where there is one."""

    token: str = ""
    keep: float = 1800.0
    megabytes: int = 64
    patience: float = 120.0
    bounds: Bounds = field(default_factory=Bounds)
    roster: Roster | None = None
    ledger: Path | None = None
    year: int | None = None


class Answer(BaseModel):
    """An upload's result. ``report`` is what ``juesuan validate --format json`` prints for the file."""

    id: str
    outcome: str = Field(description="checked、unusable、timeout、memory、crashed")
    annotated: str | None = Field(description="标注好的副本的地址")
    seconds_kept: int = Field(description="多少秒后删除")
    report: Report | Failure


class UnitStatus(BaseModel):
    """One unit of the board."""

    code: str
    name: str
    parent: str
    status: str = Field(description="未报、已报、待修改、待说明、通过、已封存")
    version: int = Field(description="第几次报送")
    file: str
    note: str
    appeared: int | None = Field(description="与上次相比新增的问题")
    gone: int | None = Field(description="与上次相比消除的问题")


class Board(BaseModel):
    """The status of every unit of the roster."""

    year: int
    units: list[UnitStatus]


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
    _checks(app, settings, store)
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
        static = request.url.path in (
            "/",
            "/app.js",
            "/style.css",
        )  # the page itself holds nothing and asks for the token
        if not (guard.allowed(client, headers, settings.token) or (static and settings.token)):
            return _refused(401, "需要口令：请在请求头 Authorization 写 Bearer 加口令。")
        if request.method not in ("GET", "HEAD") and not guard.same_site(headers):
            return _refused(403, "请求来自别的网站，已拒绝。")
        answer = await go_on(request)
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _refused(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)


def _pages(app: FastAPI) -> None:
    def static(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
        async def answer() -> Response:
            return Response((_STATIC / name).read_bytes(), media_type=kind)

        return answer

    for path, name, kind in (
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/app.js", "app.js", "text/javascript"),
        ("/style.css", "style.css", "text/css"),
    ):
        app.get(path, include_in_schema=False)(static(name, kind))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(_docs(app.openapi()))

    @app.exception_handler(HTTPException)
    async def failed(request: Request, error: HTTPException) -> JSONResponse:
        return _refused(error.status_code, str(error.detail))


def _checks(app: FastAPI, settings: Settings, store: Store) -> None:
    limit = settings.megabytes * 1024 * 1024

    @app.post(
        "/api/checks",
        response_model=Answer,
        summary="校验一份工作簿",
        openapi_extra={
            "requestBody": {"required": True, "content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}}},
            "parameters": [
                {
                    "name": "X-File-Name",
                    "in": "header",
                    "schema": {"type": "string"},
                    "description": "文件名（百分号编码），只用于显示",
                }
            ],
        },
    )
    async def upload(request: Request) -> Any:
        """请求体就是工作簿的内容。结果与命令行 validate --format json 相同；标注好的副本另取。"""
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            raise HTTPException(413, f"文件超过 {settings.megabytes} MB。")
        number, path = store.open()
        try:
            async with asyncio.timeout(settings.patience):
                await _receive(request, path, limit)
        except TimeoutError:
            store.drop(number)
            raise HTTPException(408, f"上传超过 {settings.patience:g} 秒，已停止。") from None
        except BaseException:
            store.drop(number)
            raise
        name = unquote(request.headers.get("x-file-name", ""))
        return _answer(await run_in_threadpool(store.check, number, name), settings, store)

    @app.get("/api/checks/{number}", response_model=Answer, summary="再取一次校验结果")
    async def again(number: str) -> Any:
        """在删除之前可以再取。"""
        return _answer(_found(store, number), settings, store)

    @app.get("/api/checks/{number}/annotated", summary="取标注好的副本", response_class=FileResponse)
    async def annotated(number: str) -> FileResponse:
        """原文件的副本，错处已涂色、加批注，附校验结果表。"""
        found, path = _found(store, number), store.annotated(number)
        if path is None:
            raise HTTPException(404, "这个文件不能用，没有标注好的副本。")
        stem = found.name.rpartition(".")[0] or found.name
        shown = quote(f"{stem}（校验）{path.suffix}")
        return FileResponse(
            path, media_type=_XLSX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{shown}"}
        )

    @app.delete("/api/checks/{number}", summary="立即删除", status_code=204)
    async def drop(number: str) -> Response:
        """上传的文件、副本和结果一并删除。"""
        if not store.drop(number):
            raise HTTPException(404, "没有这份文件，或已到期删除。")
        return Response(status_code=204)


async def _receive(request: Request, path: Path, limit: int) -> None:
    taken = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > limit:
                raise HTTPException(413, f"文件超过 {limit // 1024 // 1024} MB。")
            await run_in_threadpool(file.write, chunk)


def _found(store: Store, number: str) -> Checked:
    found = store.find(number)
    if found is None:
        raise HTTPException(404, "没有这份文件，或已到期删除。")
    return found


def _answer(found: Checked, settings: Settings, store: Store) -> dict[str, Any]:
    address = f"/api/checks/{found.id}/annotated" if store.annotated(found.id) else None
    left = max(0, int(settings.keep - (store.clock() - found.came)))
    return {
        "id": found.id,
        "outcome": found.outcome,
        "annotated": address,
        "seconds_kept": left,
        "report": found.report,
    }


def _board(app: FastAPI, settings: Settings) -> None:
    @app.get("/api/board", response_model=Board, summary="名册各单位的状态")
    async def board() -> Any:
        """台账中各单位最后一次报送的状态；没有指明名册和台账时为 404。"""
        if settings.roster is None or settings.ledger is None or settings.year is None:
            raise HTTPException(404, "没有指明名册和台账（serve --roster --ledger --year）。")
        try:
            return await run_in_threadpool(_statuses, settings.roster, settings.ledger, settings.year)
        except LedgerFault as error:
            raise HTTPException(503, str(error)) from error


def _statuses(roster: Roster, path: Path, year: int) -> dict[str, Any]:
    with closing(Ledger(path)) as ledger:
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
    return {"year": year, "units": units}


def _docs(schema: dict[str, Any]) -> str:
    """A page about the interface that needs nothing from elsewhere; the full description is /openapi.json."""
    from html import escape

    parts = []
    for path, methods in schema["paths"].items():
        for method, about in methods.items():
            answers = "；".join(f"{code} {escape(a.get('description', ''))}" for code, a in about["responses"].items())
            parts.append(
                f"<h2>{escape(method.upper())} {escape(path)}</h2><p>{escape(about.get('summary', ''))}</p>"
                f"<p>{escape(about.get('description', ''))}</p><p class='dim'>{answers}</p>"
            )
    return (
        f"<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>juesuan 接口</title>"
        f"<link rel='stylesheet' href='/style.css'></head><body><h1>接口</h1>"
        f"<p>{escape(schema['info']['description'])}</p>"
        f"<p>完整说明：<a href='/openapi.json'>/openapi.json</a></p>{''.join(parts)}</body></html>"
    )
