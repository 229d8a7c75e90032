"""What the tests of the service share: callers, uploads, ports."""

from __future__ import annotations

import socket
import time
from typing import Any

from fastapi.testclient import TestClient

from juesuan.bureau.pool import Bounds
from juesuan.server.app import Settings, create_app

HERE = ("127.0.0.1", 50000)
AWAY = ("192.0.2.7", 50000)


def client(settings: Settings | None = None, caller: tuple[str, int] = HERE, host: str = "localhost") -> TestClient:
    return TestClient(create_app(settings or Settings(bounds=Bounds(1, 60, 1024))), f"http://{host}", client=caller)


def send(service: TestClient, data: bytes, name: str = "表.xlsx", **headers: str) -> Any:
    from urllib.parse import quote

    return service.post("/api/checks", content=data, headers={"X-File-Name": quote(name), **headers})


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def listening(port: int) -> socket.socket:
    """A connection to a service that may still be starting."""
    until = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 60)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
