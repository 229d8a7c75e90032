"""The service within its bounds: size, time, waiting, silence; nothing is left behind, however it ends."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from juesuan.bureau.pool import Bounds
from juesuan.report import failure
from juesuan.server import folder
from juesuan.server.app import Settings, create_app
from juesuan.server.store import QUEUE, Checked, Store
from tests.hosts import hostile
from tests.server.calls import HERE, client, listening, send
from tests.validated import workbook


@pytest.mark.parametrize("name", sorted(hostile.MAKERS.keys() - {"missing", "directory"} - set(hostile.HEAVY)))
def test_hostile_files(service: TestClient, name: str, tmp_path: Path) -> None:
    path = hostile.MAKERS[name](tmp_path)
    if path.is_file():
        answer = send(service, path.read_bytes(), path.name)
        assert answer.status_code == 200
        assert answer.json()["outcome"] in ("unusable", "checked")


def test_uploads_are_deleted(tmp_path: Path) -> None:
    now = [0.0]
    store = Store(Bounds(1, 60, 1024), keep=100, clock=lambda: now[0])
    number, path = store.open()
    path.write_bytes(workbook("001"))
    store.check(number, "表.xlsx")
    assert store.annotated(number) is not None
    now[0] = 99
    assert store.find(number) is not None
    now[0] = 101
    assert store.find(number) is None
    assert [p.name for p in store.folder.rglob("*") if p.is_file()] == ["lock"]
    store.close()


def test_size_and_time() -> None:
    with client(Settings(megabytes=1, bounds=Bounds(1, 60, 1024))) as service:
        assert send(service, b"x" * 1_100_000).status_code == 413
        store: Store = service.app.state.store  # type: ignore[attr-defined]

        def parts() -> Iterator[bytes]:  # without a length told beforehand
            for _ in range(20):
                yield b"x" * 100_000

        answer = service.post("/api/checks", content=parts())
        assert answer.status_code == 413
        assert [p.name for p in store.folder.rglob("*") if p.is_file()] == ["lock"]
    with client(Settings(bounds=Bounds(1, 0.05, 1024))) as service:
        found = send(service, workbook("003")).json()
        assert found["outcome"] == "timeout"


def test_what_breaks_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    application = create_app(Settings(bounds=Bounds(1)))

    def fails(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with TestClient(application, "http://localhost", client=HERE, raise_server_exceptions=False) as service:
        monkeypatch.setattr(Store, "open", fails)
        answer = send(service, b"x")
        assert (answer.status_code, answer.json()["error"][:3]) == (507, "服务器")
        monkeypatch.setattr(Store, "find", lambda *_: 1 / 0)
        assert "服务内部出错" in service.get("/api/checks/x").json()["error"]


def test_more_than_can_wait_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(store: Store, number: str, name: str) -> Checked:
        begun.set()
        go_on.wait(60)
        return Checked(number, name, "unusable", failure(name, "慢"), store.clock())

    monkeypatch.setattr(Store, "check", slow)
    with client() as service:
        store: Store = service.app.state.store  # type: ignore[attr-defined]
        waiting = [store.submit(store.open()[0], "慢.xlsx") for _ in range(1 + QUEUE)]
        assert begun.wait(60)
        answer = send(service, b"x")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "文件太多" in answer.json()["error"]
        assert service.get("/").status_code == 200  # the pages are not held up
        go_on.set()
        for each in waiting:
            each.result(60)
        assert send(service, b"x").status_code == 200


def test_uploads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with client(Settings(uploads=0, bounds=Bounds(1))) as service:
        assert send(service, b"x").status_code == 503
    assert threading.active_count() < 30


def test_what_a_killed_service_left_is_removed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from juesuan.server import folder\n"
        "place, lock = folder.make(Path(sys.argv[1])); (place / 'upload').write_bytes(b'secret')\n"
        "print(place, flush=True); time.sleep(600)"
    )
    killed = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    left = Path(killed.stdout.readline().strip())
    own, lock = folder.make(tmp_path)
    assert left.exists()  # its service lives
    killed.kill()
    killed.wait()
    killed.stdout.close()
    (tmp_path / f"{folder.PREFIX}new").mkdir()  # one that is being made
    (tmp_path / "else").mkdir()
    (tmp_path / f"{folder.PREFIX}link").symlink_to(tmp_path / "else")
    assert folder.clear(tmp_path) == [left]
    assert not left.exists()
    assert own.exists()
    lock.close()
    assert folder.clear(tmp_path) == [own]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["else", f"{folder.PREFIX}link", f"{folder.PREFIX}new"]


def test_a_busy_check_does_not_outlive_the_service(tmp_path: Path) -> None:
    store = Store(Bounds(1, 600, 1024), 100, tmp_path)
    number, path = store.open()
    path.write_bytes(workbook("003"))
    store.submit(number, "表.xlsx")
    (checker,) = store._checkers
    while checker.process is None:
        time.sleep(0.01)
    process = checker.process
    store.close()
    assert process.poll() is not None
    assert list(tmp_path.iterdir()) == []


def test_connections_that_say_nothing_are_closed() -> None:
    """Neither silence, nor headers without end, nor a second request that is never finished."""
    script = (
        "import asyncio, uvicorn\nfrom juesuan.server.patience import Patient\nPatient.tick = 0.2\n"
        "async def app(scope, receive, send):\n"
        "    await send({'type': 'http.response.start', 'status': 204, 'headers': []})\n"
        "    await send({'type': 'http.response.body'})\n"
        "config = uvicorn.Config(app, port=0, http=Patient, lifespan='off', log_level='critical')\n"
        "bound = config.bind_socket(); print(bound.getsockname()[1], flush=True)\n"
        "uvicorn.Server(config).run(sockets=[bound])"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    try:
        for said in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /"):
            with listening(port) as caller:
                caller.sendall(said)
                heard = b""
                while part := caller.recv(1000):
                    heard += part
                assert (b"204" in heard) is said.endswith(b"GET /")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
