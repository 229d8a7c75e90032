"""The service of the WPS add-in: for this machine and this user only, and never stuck."""

from __future__ import annotations

import http.client
import json
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from juesuan_addin import service as module
from juesuan_addin.port import Port, Refused
from juesuan_addin.serve import IDLE, ORIGINS, allowed, main, running, stop
from juesuan_addin.service import HOST, TOKEN, Service

Start = Callable[..., Service]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Service] = []

    def run(act: Callable[[str, Port], bool] | None = None, silence: float = 5.0) -> Service:
        service = Service(tmp_path, act=act, silence=silence)
        started.append(service)
        threading.Thread(target=service.serve, daemon=True).start()
        return service

    yield run
    for service in started:
        service.close()


def ask(service: Service, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
    """Status, content, headers."""
    connection = http.client.HTTPConnection(HOST, service.port, timeout=10)
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Host": f"{HOST}:{service.port}"} | {name.replace("_", "-"): text for name, text in headers.items()}
    try:
        connection.request(method, path, data, named)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None, answer.headers
    finally:
        connection.close()


def post(service: Service, path: str, body: Any, **headers: str) -> tuple[int, Any]:
    status, content, _ = ask(service, "POST", path, body, **({TOKEN: service.token} | headers))
    return status, content


def test_a_press_is_a_conversation(start: Start) -> None:
    def act(action: str, port: Port) -> bool:
        port.tell(f"做了{action}", "标题")
        return port.ask("继续？", "标题")

    service = start(act)
    _, step = post(service, "/v1/press", {"action": "check", "program": "WPS 表格 12"})
    assert step["call"] == {"method": "tell", "arguments": {"text": "做了check", "title": "标题", "serious": False}}
    _, step = post(service, "/v1/answer", {"session": step["session"], "result": None})
    assert step["call"]["method"] == "ask"
    _, step = post(service, "/v1/answer", {"session": step["session"], "result": True})
    assert step["done"] is True
    _, step = post(service, "/v1/answer", {"session": step["session"], "result": True})
    assert "已经结束" in step["error"]


def test_what_goes_wrong_at_the_other_end_is_refused_here(start: Start) -> None:
    seen: list[str] = []

    def act(action: str, port: Port) -> bool:
        try:
            port.recalculate()
        except Refused as error:
            seen.append(str(error))
        return False

    service = start(act)
    _, step = post(service, "/v1/press", {"action": "x"})
    _, step = post(service, "/v1/answer", {"session": step["session"], "error": "程序正忙"})
    assert (step["done"], seen) == (False, ["程序正忙"])


def test_silence_ends_a_conversation(start: Start) -> None:
    over = threading.Event()

    def act(action: str, port: Port) -> bool:
        with pytest.raises(Refused, match="没有回应"):
            port.recalculate()
        over.set()
        return False

    service = start(act, silence=0.2)
    _, step = post(service, "/v1/press", {"action": "x"})
    assert over.wait(5)
    _, step = post(service, "/v1/answer", {"session": step["session"], "result": None})
    assert "已经结束" in step["error"]


def test_an_unknown_button_and_a_fault_are_said(start: Start, tmp_path: Path) -> None:
    service = start()
    _, step = post(service, "/v1/press", {"action": "没有这个"})
    assert step == {"session": step["session"], "done": False, "error": "没有“没有这个”这个操作，请更新加载项。"}

    def broken(action: str, port: Port) -> bool:
        raise ZeroDivisionError("x")

    _, step = post(start(broken), "/v1/press", {"action": "x"})
    assert "加载项内部出错（ZeroDivisionError）" in step["error"]
    (log,) = (tmp_path / "日志").iterdir()
    assert "ZeroDivisionError: x" in log.read_text("utf-8")


def test_only_so_many_at_once(start: Start) -> None:
    service = start(lambda action, port: port.ask("等", "等"))
    for _ in range(module.MAX_TALKS):
        _, step = post(service, "/v1/press", {"action": "x"})
        assert "call" in step
    _, step = post(service, "/v1/press", {"action": "x"})
    assert "还没有做完" in step["error"]


@pytest.mark.parametrize("token", ["", "x" * 43, "令牌"])
def test_without_the_token_nothing(start: Start, token: str) -> None:
    called: list[str] = []
    service = start(lambda action, port: bool(called.append(action)))
    body = json.dumps({"action": "x"}).encode()
    status, content, _ = ask(service, "POST", "/v1/press", body, **{TOKEN: token.encode().decode("latin-1")})
    assert (status, called) == (401, [])
    assert "令牌不对" in content["error"]


def test_the_token_is_new_at_every_start(start: Start) -> None:
    one, other = start(), start()
    assert one.token != other.token
    assert len(one.token) >= 43
    assert post(other, "/v1/press", {"action": "x"}, **{TOKEN: one.token})[0] == 401


@pytest.mark.parametrize(
    "origin", ["https://example.com", "http://127.0.0.1.example.com", "http://127.0.0.1:1", "https://127.0.0.1"]
)
def test_pages_from_elsewhere_are_turned_away(start: Start, origin: str) -> None:
    service = start()
    assert post(service, "/v1/press", {"action": "x"}, Origin=origin)[0] == 403
    status, _, headers = ask(service, "OPTIONS", "/v1/press", Origin=origin)
    assert status == 403
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("host", ["juesuan.example.com", "example.com:80", "localhost", ""])
def test_names_that_were_pointed_here_are_turned_away(start: Start, host: str) -> None:
    service = start()
    assert post(service, "/v1/press", {"action": "x"}, Host=host)[0] == 403


@pytest.mark.parametrize("origin", ["null", "file://"])
def test_the_add_ins_own_page_may_ask(start: Start, origin: str) -> None:
    service = start(lambda action, port: True)
    status, _, headers = ask(service, "OPTIONS", "/v1/press", Origin=origin)
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, origin)
    assert TOKEN in headers["Access-Control-Allow-Headers"]
    assert post(service, "/v1/press", {"action": "x"}, Origin=origin)[1]["done"] is True


OFFICE = "https://addin.example.gov.cn"


def test_a_listed_origin_may_ask(tmp_path: Path) -> None:
    """A task pane of Office.js comes from an https address; its browser first asks whether it may come here."""
    service = Service(tmp_path, act=lambda action, port: True, origins=[OFFICE])
    threading.Thread(target=service.serve, daemon=True).start()
    try:
        wanted = {"Origin": OFFICE, "Access_Control_Request_Private_Network": "true"}
        status, _, headers = ask(service, "OPTIONS", "/v1/press", **wanted)
        assert (status, headers["Access-Control-Allow-Origin"]) == (204, OFFICE)
        assert headers["Access-Control-Allow-Private-Network"] == "true"
        assert post(service, "/v1/press", {"action": "x"}, Origin=OFFICE)[1]["done"] is True
        assert post(service, "/v1/press", {"action": "x"}, Origin=OFFICE, **{TOKEN: "x"})[0] == 401
        for other in (
            "https://example.gov.cn",
            "http://addin.example.gov.cn",
            f"{OFFICE}:8443",
            f"{OFFICE}.example.com",
        ):
            status, _, headers = ask(service, "OPTIONS", "/v1/press", **(wanted | {"Origin": other}))
            assert status == 403
            assert "Access-Control-Allow-Private-Network" not in headers
            assert post(service, "/v1/press", {"action": "x"}, Origin=other)[0] == 403
    finally:
        service.close()


def test_without_a_list_no_origin_of_the_web_may_ask(start: Start, tmp_path: Path) -> None:
    assert allowed(tmp_path) == frozenset()
    service = start()
    assert post(service, "/v1/press", {"action": "x"}, Origin=OFFICE)[0] == 403
    _, _, headers = ask(service, "OPTIONS", "/v1/press", Origin="null")
    assert "Access-Control-Allow-Private-Network" not in headers  # nobody asked for it


def test_the_list_of_origins(tmp_path: Path) -> None:
    lines = [f"{OFFICE}/  # 本单位", "", "# https://no.example.com", "*", "null", "http://plain.example.com",
             "https://a.example.com/path", "https://B.example.com:8443"]  # fmt: skip
    (tmp_path / ORIGINS).write_text("\n".join(lines), "utf-8-sig")
    assert allowed(tmp_path) == {OFFICE, "https://b.example.com:8443"}
    (tmp_path / ORIGINS).write_bytes(b"\xff\xfe\x00")
    assert allowed(tmp_path) == frozenset()


def test_sizes_and_forms(start: Start) -> None:
    service = start()
    assert ask(service, "POST", "/v1/press", None, **{TOKEN: service.token, "Content-Length": str(10**9)})[0] == 413
    assert post(service, "/v1/press", b"not json")[0] == 400
    assert post(service, "/v1/press", b"[" * 100_000)[0] == 400
    assert post(service, "/v1/press", [1])[0] == 400
    assert post(service, "/v1/press", {"action": 3})[0] == 404
    assert post(service, "/v1/else", {"action": "x"})[0] == 404
    assert ask(service, "GET", "/etc/passwd")[0] == 404


def test_it_listens_on_this_machine_only(start: Start) -> None:
    assert start()._server.server_address[0] == "127.0.0.1"


def test_where_it_is_written_down(start: Start, tmp_path: Path) -> None:
    service = start()
    assert not running(tmp_path)
    path = service.announce()
    assert json.loads(path.read_text("utf-8"))["token"] == service.token
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert running(tmp_path)
    path.write_text("{}")
    assert not running(tmp_path)


def test_it_ends_when_nobody_asks(tmp_path: Path) -> None:
    service = Service(tmp_path)
    begun = time.monotonic()
    service.serve(idle=0.3)
    assert time.monotonic() - begun < 5


def test_it_is_stopped_by_its_token_when_nobody_is_at_work(tmp_path: Path) -> None:
    service = Service(tmp_path, act=lambda action, port: port.ask("等", "等"))
    thread = threading.Thread(target=service.serve, daemon=True)
    thread.start()
    assert not stop(tmp_path)  # not written down yet
    written = service.announce().read_text("utf-8")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "service.json").write_text(written.replace(service.token, "x"), "utf-8")
    assert not stop(tmp_path / "x")
    _, step = post(service, "/v1/press", {"action": "x"})
    assert not stop(tmp_path)
    post(service, "/v1/answer", {"session": step["session"], "result": True})
    assert stop(tmp_path)
    thread.join(10)
    assert not thread.is_alive()
    service._server.server_close()


def test_something_else_at_the_port_is_not_the_service(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as server:
        (tmp_path / "service.json").write_text(json.dumps({"port": server.getsockname()[1], "token": "x"}))

        def answer() -> None:
            for _ in range(2):
                with server.accept()[0] as caller:
                    caller.recv(1000)
                    caller.sendall(b"220 mail\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert not running(tmp_path)
        assert not stop(tmp_path)
        thread.join(10)


@pytest.mark.parametrize(("arguments", "wanted"), [([], IDLE), (["--stay"], 0.0)])
def test_how_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], wanted: float
) -> None:
    seen: list[tuple[Path, float, frozenset[str]]] = []
    monkeypatch.setattr(Service, "serve", lambda self, idle: seen.append((self.folder, idle, self.origins)))
    (tmp_path / ORIGINS).write_text(OFFICE, "utf-8")
    folder = tmp_path / "别处"
    for where in (tmp_path, folder):
        assert main([*arguments, "--folder", str(where)]) == 0
    assert seen == [(tmp_path, wanted, frozenset({OFFICE})), (folder, wanted, frozenset())]
    assert (folder / "service.json").is_file()


@pytest.mark.parametrize("how", ["gone", "another's"])
def test_it_ends_when_it_is_no_longer_the_one_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(module, "LOOK", 0.05)
    service = Service(tmp_path)
    path = service.announce()
    thread = threading.Thread(target=service.serve, daemon=True)
    thread.start()
    assert running(tmp_path)
    assert thread.is_alive()
    if how == "gone":
        path.unlink()
    else:
        other = Service(tmp_path)
        other.announce()
        other._server.server_close()
    thread.join(10)
    assert not thread.is_alive()
    service._server.server_close()


def test_closing_ends_conversations(tmp_path: Path) -> None:
    said: list[str] = []

    def act(action: str, port: Port) -> bool:
        try:
            port.recalculate()
        except Refused as error:
            said.append(str(error))
        return False

    service = Service(tmp_path, act=act)
    threading.Thread(target=service.serve, daemon=True).start()
    post(service, "/v1/press", {"action": "x"})
    service.close()
    until = time.monotonic() + 5
    while not said and time.monotonic() < until:
        time.sleep(0.01)
    assert said == ["服务已停止，没有做完。"]
