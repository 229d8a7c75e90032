"""The engine for JavaScript add-ins: a service on this machine only, on the loopback address, behind a token.

A press of a button is a conversation: the task pane posts the action and gets back the first call of the port; it posts
the answer and gets the next, until it is told that all is done. So the buttons run the same code as in Excel, and the
task pane only carries out calls. The same service fits an Office.js task pane.

- Only 127.0.0.1 is listened on. Requests must name a loopback host (a page elsewhere that had its own name pointed
  here is turned away), carry the token, which is new at every start and readable by this user only, and come from the
  add-in itself (no origin, "null" or file: as the add-in's own pages have, or this service) or from an origin that the
  user listed (a task pane of Office.js comes from the https address it was set up with).
- Bodies are limited, conversations too, and those that fall silent end.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import juesuan
from juesuan_addin.actions import home, press, unexpected
from juesuan_addin.port import Port, Refused
from juesuan_addin.remote import RemotePort

HOST = "127.0.0.1"
TOKEN = "X-Juesuan-Token"
#: Bytes of a request, conversations at once, seconds the other end may be silent (dialogs wait for a person).
MAX_BODY, MAX_TALKS, SILENCE = 48 * 1024 * 1024, 4, 900.0
#: Seconds between looks at whether the service is still wanted.
LOOK = 60.0
_JSON = "application/json; charset=utf-8"
Act = Callable[[str, Port], bool]


@dataclass
class Talk:
    """One press of a button: the calls going out, the answers coming in."""

    silence: float
    number: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    out: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    back: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    over: bool = False

    def ask(self, method: str, arguments: Any) -> Any:
        """A call of the port, asked of the other end. Raises Refused with what it says went wrong, or on silence."""
        if self.over:
            raise Refused("加载项已经关闭，没有做完。")
        self.out.put({"session": self.number, "call": {"method": method, "arguments": arguments}})
        try:
            answer = self.back.get(timeout=self.silence)
        except queue.Empty:
            self.over = True
            raise Refused("加载项没有回应，没有做完。") from None
        if "error" in answer:
            raise Refused(str(answer["error"])[:2000])
        return answer.get("result")


class Service:
    """The service. ``act`` does an action on a port; ``port`` 0 takes a free one; ``origins`` may ask besides ours."""

    def __init__(self, folder: Path | None = None, port: int = 0, act: Act | None = None,
                 silence: float = SILENCE, origins: Collection[str] = ()) -> None:  # fmt: skip
        self.folder = folder or home()
        self.origins = frozenset(origins)
        self.token = secrets.token_urlsafe(32)
        self._act = act or (lambda action, host: press(action, host, self.folder))
        self._silence = silence
        self._talks: dict[str, Talk] = {}
        self._guard = threading.Lock()
        self._written: Path | None = None
        self.asked = time.monotonic()
        self._server = ThreadingHTTPServer((HOST, port), _handler(self))
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def announce(self) -> Path:
        """Write where it listens, and the token, where the add-in looks; readable by this user only."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "service.json"
        draft = path.with_suffix(f".{os.getpid()}")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"port": self.port, "token": self.token, "version": juesuan.__version__}, file)
        os.replace(draft, path)
        self._written = path
        return path

    def serve(self, idle: float = 0.0) -> None:
        """Serve until ``close``, until nobody has asked for ``idle`` seconds (0: without such an end), or until what
        ``announce`` wrote is gone or another's: the add-in was removed, or another service has taken over.
        """
        threading.Thread(target=self._until_unwanted, args=(idle,), daemon=True).start()
        self._server.serve_forever(poll_interval=0.2)

    def _until_unwanted(self, idle: float) -> None:
        while self._talks or not self._replaced():
            rest = self.asked + idle - time.monotonic() if idle else LOOK
            if rest <= 0 and not self._talks:
                break
            time.sleep(min(LOOK, 1.0 if self._talks else rest))
        self._server.shutdown()

    def _replaced(self) -> bool:
        if self._written is None:
            return False
        try:
            return self.token not in self._written.read_text("utf-8")
        except (OSError, ValueError):
            return True

    def stop(self) -> bool:
        """End once this answer is out; False while somebody's press is under way."""
        if self._talks:
            return False
        threading.Thread(target=self._server.shutdown, daemon=True).start()
        return True

    def close(self) -> None:
        """Stop; conversations under way end."""
        for talk in self._talks.values():
            talk.over = True
            talk.back.put({"error": "服务已停止，没有做完。"})
        self._server.shutdown()
        self._server.server_close()

    # --- conversations ---

    def begin(self, action: str, program: str) -> dict[str, Any]:
        """Start an action; its first call."""
        with self._guard:
            if len(self._talks) >= MAX_TALKS:
                return {"error": "上几次操作还没有做完，请稍候。"}
            talk = Talk(self._silence)
            self._talks[talk.number] = talk
        threading.Thread(target=self._run, args=(talk, action, program), daemon=True).start()
        return talk.out.get()

    def go_on(self, number: str, answer: dict[str, Any]) -> dict[str, Any]:
        """Hand in an answer; the next call, or that all is done."""
        talk = self._talks.get(number)
        if talk is None or talk.over:
            return {"error": "这次操作已经结束，请重新点按钮。"}
        talk.back.put(answer)
        return talk.out.get()

    def _run(self, talk: Talk, action: str, program: str) -> None:
        well, said = False, ""
        try:
            well = self._act(action, RemotePort(talk.ask, program))
        except KeyError:
            said = f"没有“{action}”这个操作，请更新加载项。"
        except Exception as error:
            said = unexpected(error, self.folder)
        with self._guard:
            self._talks.pop(talk.number, None)
        talk.over = True
        talk.out.put({"session": talk.number, "done": well, **({"error": said} if said else {})})


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "juesuan", ""
        # Head and body in one packet, at once: else each answer waits some 40 ms for the other side's acknowledgement.
        disable_nagle_algorithm, wbufsize = True, 65536
        timeout = 30

        def do_OPTIONS(self) -> None:
            if self._allowed() is None:
                self._send(403, {"error": "来源不对"})
                return
            self.send_response(204)
            self._cross()
            self.send_header("Access-Control-Allow-Methods", "POST")
            self.send_header("Access-Control-Allow-Headers", f"Content-Type, {TOKEN}")
            if self.headers.get("Access-Control-Request-Private-Network", "").lower() == "true":
                self.send_header("Access-Control-Allow-Private-Network", "true")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            if self._allowed() is None:
                self._send(403, {"error": "来源不对"})
            elif self.path == "/v1/hello":
                self._send(200, {"service": "juesuan", "version": juesuan.__version__})
            else:
                self._send(404, {"error": "没有这个地址"})

        def do_POST(self) -> None:
            body = self._body()
            if body is None:
                return
            action, number = body.get("action"), body.get("session")
            if self.path == "/v1/press" and isinstance(action, str):
                self._send(200, service.begin(action, str(body.get("program") or "WPS")))
            elif self.path == "/v1/answer" and isinstance(number, str):
                self._send(200, service.go_on(number, body))
            elif self.path == "/v1/stop":
                self.close_connection = True
                self._send(200, {"stopped": service.stop()})
            else:
                self._send(404, {"error": "没有这个地址"})

        def _body(self) -> dict[str, Any] | None:
            """The request's JSON, or None once it has been turned away."""
            length = self.headers.get("Content-Length", "")
            wrong: tuple[int, str] | None = None
            if self._allowed() is None:
                wrong = (403, "来源不对")
            elif not secrets.compare_digest(self.headers.get(TOKEN, "").encode(), service.token.encode()):
                wrong = (401, "令牌不对，请重新启动服务")
            elif not length.isdigit():
                wrong = (411, "没有写明长度")
            elif int(length) > MAX_BODY:
                wrong = (413, "工作簿过大")
            if wrong is not None:
                self.close_connection = True
                self._send(wrong[0], {"error": wrong[1]})
                return None
            try:
                body = json.loads(self.rfile.read(int(length)))
            except (ValueError, RecursionError):
                body = None
            if not isinstance(body, dict):
                self._send(400, {"error": "内容不是所要的格式"})
                return None
            return body

        def _allowed(self) -> str | None:
            """The origin where it may ask ("" for none given), None where not."""
            service.asked = time.monotonic()
            here = {f"{name}:{service.port}" for name in (HOST, "localhost")}
            if self.headers.get("Host", "") not in here:
                return None
            origin = self.headers.get("Origin", "")
            ours = origin in ("", "null") or origin.startswith("file:") or origin.removeprefix("http://") in here
            return origin if ours or origin in service.origins else None

        def _cross(self) -> None:
            if origin := self._allowed():
                self.send_header("Access-Control-Allow-Origin", origin)
                self.send_header("Vary", "Origin")

        def _send(self, status: int, content: dict[str, Any]) -> None:
            data = json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            self._cross()
            self.send_header("Content-Type", _JSON)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing of a workbook goes into a log."""

    return Handler
