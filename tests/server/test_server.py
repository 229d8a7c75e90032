"""The service: the same report as the command line, nobody else's page, nothing kept, nothing fetched."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from juesuan.bureau.ledger import Ledger, LedgerFault
from juesuan.bureau.pool import Bounds, Checker
from juesuan.bureau.reading import ReadOnly
from juesuan.bureau.roster import read_roster
from juesuan.bureau.scan import Found
from juesuan.cli.serve import addresses
from juesuan.hosts.read import read_book
from juesuan.report import Report
from juesuan.server import guard
from juesuan.server.app import Settings
from juesuan.server.store import Store, shown_name
from tests.bureau import units
from tests.conftest import Run
from tests.server.calls import AWAY, HERE, client, send
from tests.validated import workbook


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
        assert {p.name for p in written} == {"lock", "book.xlsx", "annotated.xlsx"}
        assert not any("越界" in str(p) for p in written)
        assert not Path("/tmp/越界.xlsx").exists()
        for number in ("..%2f..%2fetc", "x", answer["id"][:-1]):
            assert service.get(f"/api/checks/{number}").status_code == 404
    assert not store.folder.exists()


def test_deleted_on_request(service: TestClient) -> None:
    answer = send(service, workbook("001")).json()
    assert service.delete(f"/api/checks/{answer['id']}").status_code == 204
    assert service.get(f"/api/checks/{answer['id']}").status_code == 404
    assert service.delete(f"/api/checks/{answer['id']}").status_code == 404


def test_only_this_machine_without_a_token() -> None:
    with client(caller=AWAY) as service:
        assert service.get("/api/board").status_code == 403
        assert send(service, workbook("001")).status_code == 403
        assert "只答复本机" in service.get("/").json()["error"]
    with client(host="evil.example") as service:  # a name that somebody points at this machine
        answer = service.get("/api/board")
        assert answer.status_code == 403
        assert "口令" not in answer.json()["error"].partition("；")[0]  # there is none to ask for
    with client() as service:
        assert service.get("/", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
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
        # a proxy calls the service by another name than the browser calls the proxy
        proxied = send(service, workbook("001"), Authorization="Bearer secret", Origin="https://public.example")
        assert proxied.status_code == 200


def test_a_token_is_asked_of_this_machine_too() -> None:
    """A plain proxy_pass looks like a caller on this machine: 127.0.0.1, its own Host, no header of a proxy."""
    settings = Settings(token="secret", bounds=Bounds(1, 60, 1024))
    with client(settings, HERE, "127.0.0.1:8765") as service:
        assert send(service, workbook("001")).status_code == 401
        assert service.get("/api/board").status_code == 401
        assert service.get("/docs").status_code == 200
        assert service.get("/openapi.json").status_code == 401
        assert service.get("/openapi.json", headers={"Authorization": "Bearer secret"}).status_code == 200


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
    for path in ("/", "/app.js", "/call.js", "/style.css", "/docs", "/docs.js"):
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


def test_the_board_beside_a_writer(tmp_path: Path, run: Run) -> None:
    roster = units.write_roster(tmp_path)
    (tmp_path / "收件").mkdir()
    run("batch", tmp_path / "收件", "-r", roster, "-o", tmp_path / "结果", "-y", 2023, "-j", 1)
    ledger = tmp_path / "结果" / "台账.sqlite"
    settings = Settings(roster=read_roster(roster), ledger=ledger, year=2023, bounds=Bounds(1))
    with client(settings) as service, closing(Ledger(ledger)) as writer, writer.transaction():
        writer.db.execute("UPDATE run SET others=7")
        before = ledger.read_bytes()
        assert len(service.get("/api/board").json()["units"]) == 28
        assert ledger.read_bytes() == before
    with closing(ReadOnly(ledger)) as opened, pytest.raises(LedgerFault), opened.transaction():
        opened.db.execute("UPDATE run SET others=1")
    settings = replace(settings, ledger=roster)
    with client(settings) as service:
        answer = service.get("/api/board")
        assert answer.status_code == 503
        assert "台账" in answer.json()["error"]


def test_a_year_the_ledger_does_not_have(tmp_path: Path, run: Run) -> None:
    roster = units.write_roster(tmp_path)
    (tmp_path / "收件").mkdir()
    run("batch", tmp_path / "收件", "-r", roster, "-o", tmp_path / "结果", "-y", 2023, "-j", 1)
    ran = run("serve", "-r", roster, "--ledger", tmp_path / "结果" / "台账.sqlite", "-y", 2024)
    assert ran.status == 2
    assert "只有 2023 年度" in ran.err


def test_what_the_router_says_is_chinese(service: TestClient) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("PUT", "/api/checks", 405), ("POST", "/", 405)):
        answer = service.request(method, path)
        assert answer.status_code == status
        assert not re.search("[A-Za-z]{4}", answer.json()["error"])


def test_the_file_is_called_as_the_client_called_it(service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    check = Checker.check

    def noting(checker: Checker, root: Path, item: Found, copy: Path | None = None) -> Any:
        asked.append((item.path, item.opened))
        return check(checker, root, item, copy)

    monkeypatch.setattr(Checker, "check", noting)
    assert send(service, workbook("001"), "dir/我的决算.xlsx").json()["report"]["file"] == "我的决算.xlsx"
    assert asked == [("我的决算.xlsx", "book.xlsx")]


def test_addresses() -> None:
    assert addresses("127.0.0.1") == ["127.0.0.1"]
    assert addresses("::1") == ["[::1]"]
    found = addresses("0.0.0.0")
    assert found[0] == "127.0.0.1"
    assert "0.0.0.0" not in found
    assert all(guard.local(a) is (a == "127.0.0.1") for a in found)


def test_a_port_that_is_taken(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("serve", "-p", taken.getsockname()[1])
    assert ran.status == 2
    assert "不能用：已被占用" in ran.err
    assert ran.err.count("\n") == 1


def test_usage(run: Run, tmp_path: Path) -> None:
    assert run("serve", "--roster", "x.csv").status == 2
    assert run("serve", "--port", 0).status == 2
    assert "只能用英文字母" in run("serve", "--token", "口令").err
