"""Uploads: taken in within their bounds, checked in their turn, answered with the report and the annotated copy."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response

from juesuan.server.answers import Answer, Refusal
from juesuan.server.store import Busy, Checked, Store

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Seconds after which a caller who was turned away may come again.
_AGAIN = "10"
_GONE = "没有这份文件，或已到期删除。"
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}},
    "parameters": [
        {
            "name": "X-File-Name",
            "in": "header",
            "schema": {"type": "string"},
            "description": "文件名（百分号编码），只用于显示",
        }
    ],
}


def refusals(**sentences: str) -> dict[int | str, dict[str, Any]]:
    """The description of refusals: s413="文件太大" …"""
    return {int(key[1:]): {"model": Refusal, "description": said} for key, said in sentences.items()}


def add(app: FastAPI, store: Store, *, megabytes: int, patience: float, uploads: int) -> None:
    """Add the addresses. ``megabytes``: the largest upload; ``patience``: seconds it may take; ``uploads``: how many
    may come in at once."""
    limit, coming = megabytes * 1024 * 1024, asyncio.Semaphore(uploads)
    big, late = f"文件超过 {megabytes} MB。", f"上传超过 {patience:g} 秒，已停止；请换快一些的网络再传。"

    @app.post(
        "/api/checks",
        response_model=Answer,
        summary="校验一份工作簿",
        openapi_extra=_BODY,
        responses=refusals(s408="上传太慢", s413="文件太大", s503="正在校验的文件太多，过一会儿再传"),
    )
    async def upload(request: Request) -> Any:
        """请求体就是工作簿的内容。结果与命令行 validate --format json 相同；标注好的副本另取。"""
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            raise HTTPException(413, big)
        if store.full or coming.locked():
            raise _busy()
        async with coming:
            number, path = store.open()
            try:
                async with asyncio.timeout(patience):
                    await _receive(request, path, limit, big)
                name = unquote(request.headers.get("x-file-name", ""))
                waiting = store.submit(number, name)
            except TimeoutError:
                store.drop(number)
                raise HTTPException(408, late) from None
            except Busy:
                store.drop(number)
                raise _busy() from None
            except BaseException:
                store.drop(number)
                raise
        return answer(await asyncio.wrap_future(waiting), store)

    @app.get("/api/checks/{number}", response_model=Answer, summary="再取一次校验结果", responses=refusals(s404=_GONE))
    async def again(number: str) -> Any:
        """在删除之前可以再取。"""
        return answer(_found(store, number), store)

    @app.get(
        "/api/checks/{number}/annotated",
        summary="取标注好的副本",
        response_class=FileResponse,
        responses={200: {"content": {XLSX: {}}, "description": "标注好的工作簿"}, **refusals(s404=_GONE)},
    )
    async def annotated(number: str) -> FileResponse:
        """原文件的副本，错处已涂色、加批注，附校验结果表。"""
        found, path = _found(store, number), store.annotated(number)
        if path is None:
            raise HTTPException(404, "这个文件不能用，没有标注好的副本。")
        stem = found.name.rpartition(".")[0] or found.name
        shown = quote(f"{stem}（校验）{path.suffix}")
        return FileResponse(
            path, media_type=XLSX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{shown}"}
        )

    @app.delete("/api/checks/{number}", summary="立即删除", status_code=204, responses=refusals(s404=_GONE))
    async def drop(number: str) -> Response:
        """上传的文件、副本和结果一并删除。"""
        if not store.drop(number):
            raise HTTPException(404, _GONE)
        return Response(status_code=204)


def _busy() -> HTTPException:
    return HTTPException(503, "正在校验的文件太多，请过十几秒再传。", {"Retry-After": _AGAIN})


async def _receive(request: Request, path: Path, limit: int, big: str) -> None:
    taken = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > limit:
                raise HTTPException(413, big)
            await run_in_threadpool(file.write, chunk)


def _found(store: Store, number: str) -> Checked:
    found = store.find(number)
    if found is None:
        raise HTTPException(404, _GONE)
    return found


def answer(found: Checked, store: Store) -> dict[str, Any]:
    """What is said of an upload (``Answer``)."""
    address = f"/api/checks/{found.id}/annotated" if store.annotated(found.id) else None
    return {
        "id": found.id,
        "outcome": found.outcome,
        "annotated": address,
        "seconds_kept": max(0, int(store.keep - (store.clock() - found.came))),
        "report": found.report,
    }
