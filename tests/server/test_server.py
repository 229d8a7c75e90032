"""The service: the same report as the command line, bounds, nobody else's page, nothing kept, nothing fetched."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from juesuan.bureau.pool import Bounds
from juesuan.bureau.roster import read_roster
from juesuan.hosts.read import read_book
from juesuan.report import Report
from juesuan.server import guard
from juesuan.server.app import Settings, create_app
from juesuan.server.store import Store, shown_name
from tests.bureau import units
from tests.conftest import Run
from tests.hosts import hostile
from tests.server.browser import Browser
from tests.validated import workbook

HERE = ("127.0.0.1", 50000)
AWAY = ("192.0.2.7", 50000)


def client(settings: Settings | None = None, caller: tuple[str, int] = HERE, host: str = "localhost") -> TestClient:
    return TestClient(create_app(settings or Settings(bounds=Bounds(1, 60, 1024))), f"http://{host}", client=caller)


@pytest.fixture
def service() -> Iterator[TestClient]:
    with client() as found:
        yield found


def send(service: TestClient, data: bytes, name: str = "表.xlsx", **headers: str) -> Any:
    from urllib.parse import quote

    return service.post("/api/checks", content=data, headers={"X-File-Name": quote(name), **headers})


def test_the_same_report_as_the_command_line(service: TestClient, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "错.xlsx"
    path.write_bytes(workbook("000"))
    answer = send(service, path.read_bytes(), "错.xlsx").json()
    assert answer["report"] == run("validate", path, "--format", "json").data
    assert Report.model_validate(answer["report"]).file == "错.xlsx"
    again = service.get(f"/api/checks/{answer['id']}").json()
    assert again["report"] == answer["report"]


def test_the_annotated_copy(service: TestClient, tmp_path: Path) -> None:
    answer = send(service, workbook("000"), "错.xlsx").json()
    copy = service.get(answer["annotated"])
    assert copy.status_code == 200
    assert "%EF%BC%88%E6%A0%A1%E9%AA%8C%EF%BC%89.xlsx" in copy.headers["content-disposition"]
    book = read_book(copy.content, name="x.xlsx")
    assert "校验结果" in [s.name for s in book.sheets]


def test_what_cannot_be_used(service: TestClient) -> None:
    answer = send(service, b"%PDF-1.7", "表.xlsx").json()
    assert answer["outcome"] == "unusable"
    assert "PDF" in answer["report"]["error"]
    assert answer["annotated"] is None
    assert service.get(f"/api/checks/{answer['id']}/annotated").status_code == 404


@pytest.mark.parametrize("name", sorted(hostile.MAKERS.keys() - {"missing", "directory"} - set(hostile.HEAVY)))
def test_hostile_files(service: TestClient, name: str, tmp_path: Path) -> None:
    path = hostile.MAKERS[name](tmp_path)
    if path.is_file():
        answer = send(service, path.read_bytes(), path.name)
        assert answer.status_code == 200
        assert answer.json()["outcome"] in ("unusable", "checked")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\表\\决算.xlsx", "决算.xlsx"),
        ("a\x00\n<b>.xlsx", "a<b>.xlsx"),
        ("", "工作簿.xlsx"),
        ("长" * 300 + ".xlsx", "长" * 115 + ".xlsx"),
        ("..", ".."),
    ],
)
def test_a_clients_name_is_only_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_no_path_of_a_client_is_used(tmp_path: Path) -> None:
    with client() as service:
        store: Store = service.app.state.store  # type: ignore[attr-defined]
        answer = send(service, workbook("001"), "../../../../tmp/越界.xlsx").json()
        assert answer["report"]["file"] == "越界.xlsx"
        written = [p for p in store.folder.rglob("*") if p.is_file()]
        assert {p.name for p in written} == {"book.xlsx", "annotated.xlsx"}
        assert not Path("/tmp/越界.xlsx").exists()
        for number in ("..%2f..%2fetc", "x", answer["id"][:-1]):
            assert service.get(f"/api/checks/{number}").status_code == 404
    assert not store.folder.exists()


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
    assert not any(p.is_file() for p in store.folder.rglob("*"))
    store.close()


def test_deleted_on_request(service: TestClient) -> None:
    answer = send(service, workbook("001")).json()
    assert service.delete(f"/api/checks/{answer['id']}").status_code == 204
    assert service.get(f"/api/checks/{answer['id']}").status_code == 404
    assert service.delete(f"/api/checks/{answer['id']}").status_code == 404


def test_size_and_time() -> None:
    with client(Settings(megabytes=1, bounds=Bounds(1, 60, 1024))) as service:
        assert send(service, b"x" * 1_100_000).status_code == 413
        store: Store = service.app.state.store  # type: ignore[attr-defined]

        def parts() -> Iterator[bytes]:  # without a length told beforehand
            for _ in range(20):
                yield b"x" * 100_000

        answer = service.post("/api/checks", content=parts())
        assert answer.status_code == 413
        assert not any(p.is_file() for p in store.folder.rglob("*"))
    with client(Settings(bounds=Bounds(1, 0.05, 1024))) as service:
        found = send(service, workbook("003")).json()
        assert found["outcome"] == "timeout"


def test_only_this_machine_without_a_token() -> None:
    with client(caller=AWAY) as service:
        assert service.get("/api/board").status_code == 401
        assert send(service, workbook("001")).status_code == 401
        assert service.get("/").status_code == 401
    with client(host="evil.example") as service:  # a name that somebody points at this machine
        assert service.get("/api/board").status_code == 401
    with client() as service:
        assert service.get("/", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 401
        assert send(service, workbook("001"), Origin="http://evil.example").status_code == 403
        assert send(service, workbook("001"), Origin="http://localhost").status_code == 200


def test_a_token_for_everybody_else() -> None:
    settings = Settings(token="secret", bounds=Bounds(1, 60, 1024))
    with client(settings, AWAY, "bureau.example") as service:
        assert service.get("/").status_code == 200  # the empty page that asks for it
        assert service.get("/openapi.json").status_code == 401
        assert service.get("/api/board", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert (
            service.get("/api/board", headers={"Authorization": "Bearer sécret".encode("latin-1")}).status_code == 401
        )
        assert send(service, workbook("001"), Authorization="Bearer secret").status_code == 200


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost:8765", True),
        ("127.0.0.1:8765", True),
        ("[::1]:8765", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example:80", False),
        ("", False),
        ("192.0.2.7:80", False),
    ],
)
def test_own_names(host: str, own: bool) -> None:
    assert guard.own_name(host) is own


def test_nothing_comes_from_elsewhere(service: TestClient) -> None:
    for path in ("/", "/app.js", "/style.css", "/docs"):
        answer = service.get(path)
        assert answer.status_code == 200
        assert "http://" not in answer.text.replace("http://www.w3.org", "")
        assert "https://" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    schema = service.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/checks",
        "/api/checks/{number}",
        "/api/checks/{number}/annotated",
        "/api/board",
    }


def test_the_board(tmp_path: Path, run: Run) -> None:
    roster = units.write_roster(tmp_path)
    inbox = tmp_path / "收件"
    inbox.mkdir()
    (inbox / "101.xlsx").write_bytes(units.filled(units.load("000")))
    run("batch", inbox, "-r", roster, "-o", tmp_path / "结果", "-y", 2023, "-j", 1)
    settings = Settings(
        roster=read_roster(roster), ledger=tmp_path / "结果" / "台账.sqlite", year=2023, bounds=Bounds(1)
    )
    with client(settings) as service:
        found = service.get("/api/board").json()
        assert len(found["units"]) == 28
        states = {u["code"]: u["status"] for u in found["units"]}
        assert (states["101"], states["102"]) == ("待修改", "未报")
    with client() as service:
        assert service.get("/api/board").status_code == 404


def test_usage(run: Run, tmp_path: Path) -> None:
    assert run("serve", "--roster", "x.csv").status == 2
    assert run("serve", "--port", 0).status == 2


# --- in a browser ---


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    roster = units.write_roster(tmp_path)
    inbox = tmp_path / "收件"
    inbox.mkdir()
    (inbox / "101.xlsx").write_bytes(units.filled(units.load("000")))
    base = [sys.executable, "-m", "juesuan"]
    subprocess.run(
        [*base, "batch", str(inbox), "-r", str(roster), "-o", str(tmp_path / "结果"), "-y", "2023", "-j", "1"],
        check=False,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ledger = str(tmp_path / "结果" / "台账.sqlite")
    process = subprocess.Popen(
        [*base, "serve", "-p", str(port), "-r", str(roster), "--ledger", ledger, "-y", "2023"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait(20)


@pytest.mark.chromium
def test_in_a_browser(address: str, tmp_path: Path) -> None:
    path = tmp_path / "决算 <b>&.xlsx"
    path.write_bytes(workbook("000"))
    with Browser() as browser:
        browser.go(address)
        browser.until("document.querySelectorAll('#units tbody tr').length === 28")
        assert "待修改 1" in browser.value("document.getElementById('ladder').textContent")
        browser.choose("#file", path)
        browser.until("!document.getElementById('result').hidden")
        text = browser.value("document.getElementById('result').innerText")
        assert "573.19" in text
        assert browser.value("document.querySelectorAll('#causes tbody tr').length") == 2
        assert not browser.value("document.getElementById('copy').hidden")
        browser.value(
            "document.getElementById('search').value='工伤';"
            "document.getElementById('search').dispatchEvent(new Event('input'))"
        )
        assert browser.value("document.querySelectorAll('#units tbody tr:not([hidden])').length") == 1
        browser.value("document.getElementById('forget').click()")
        browser.until("document.getElementById('result').hidden")
        assert all(request.startswith((address, "about:", "data:")) for request in browser.requests)
        assert len(browser.requests) >= 5


@pytest.mark.chromium
def test_the_board_page_of_a_batch_in_a_browser(tmp_path: Path, run: Run) -> None:
    roster = units.write_roster(tmp_path)
    inbox = units.collect(tmp_path)
    run("batch", inbox, "-r", roster, "-o", tmp_path / "结果", "-y", 2023, "-j", 2)
    with Browser() as browser:
        browser.go((tmp_path / "结果" / "汇总.html").as_uri())
        shown = "document.querySelectorAll('.units tbody tr:not([hidden])').length"
        assert browser.value(shown) == 28
        browser.value("document.querySelector('[data-pick=\"待修改\"]').dispatchEvent(new Event('click'))")
        assert browser.value(shown) == 1
        browser.value("document.querySelector('[data-pick=\"待修改\"]').dispatchEvent(new Event('click'))")
        search = "document.querySelector('.units input')"
        browser.value(f"{search}.value='工伤'; {search}.dispatchEvent(new Event('input'))")
        assert browser.value(shown) == 1
        browser.value("document.querySelectorAll('.units th')[0].click()")
        assert all(request.startswith("file:") for request in browser.requests if not request.startswith("about:"))
