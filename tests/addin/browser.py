"""Headless Chromium with the WPS add-in's own scripts, the object model of double.js and the real service."""

from __future__ import annotations

import contextlib
import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from juesuan_addin.port import Port
from juesuan_addin.remote import RemotePort
from juesuan_addin.service import Service
from tests.addin.memory import Memory
from tests.chromium import program

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("host.js", "read.js", "sheet.js", "talk.js", "ribbon.js")
DOUBLE = ("cells.js", "double.js")
PATIENCE = 60


@dataclass
class Pane:
    """A task pane in a browser: ``port`` reaches its workbook while a press is under way."""

    service: Service
    port: RemotePort

    def said(self) -> list[str]:
        """Everything the dialogs said, and files opened."""
        return list(self.port._ask("said", {}))


def data(book: Memory, service: Service, password: str = "") -> dict[str, Any]:
    """What double.js holds."""
    sheets = []
    for name, page in book.pages.items():
        sheets.append(
            {
                "name": name,
                "values": {f"{r + 1},{c + 1}": value for (r, c), value in page.values.items()},
                "formulas": {f"{r + 1},{c + 1}": text for (r, c), text in page.formulas.items()},
                "fills": {f"{r + 1},{c + 1}": fill for (r, c), fill in page.fills.items()},
                "open": {f"{r + 1},{c + 1}": True for r, c in page.open},
                "notes": {f"{r + 1},{c + 1}": text for (r, c), text in page.notes.items()},
                "merges": [[t + 1, left + 1, b + 1, r + 1] for t, left, b, r in page.merges],
                "hidden_rows": [row + 1 for row in page.hidden_rows],
                "hidden_columns": [column + 1 for column in page.hidden_columns],
                "state": page.state,
                "tab": page.tab,
                "secret": page.secret,
                "flags": {},
                "rules": [],
                "links": [],
            }
        )
    settings = json.dumps({"port": service.port, "token": service.token})
    return {"name": book.name, "names": book.names(), "sheets": sheets, "settings": settings, "password": password}


@contextlib.contextmanager
def page(folder: Path, content: dict[str, Any], run: str) -> Iterator[None]:
    """A browser on a page of the add-in (from a file, as WPS loads it) that runs ``run`` once all is there."""
    for part in PARTS:
        shutil.copy(ROOT / "addin" / "wps" / part, folder / part)
    for part in DOUBLE:
        shutil.copy(ROOT / "tests" / "addin" / "wps" / part, folder / part)
    (folder / "data.js").write_text(f"window.DATA = {json.dumps(content, ensure_ascii=False)};", encoding="utf-8")
    place = ("place.js",) if (folder / "place.js").is_file() else ()
    scripts = "".join(f'<script src="{name}"></script>' for name in ("data.js", *place, *PARTS, *DOUBLE))
    body = f'<!doctype html><meta charset="utf-8">{scripts}<script>{run}</script>'
    (folder / "page.html").write_text(body, encoding="utf-8")
    process = subprocess.Popen(
        [program(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}", "--remote-debugging-port=0",
         (folder / "page.html").as_uri()],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def pane(book: Memory, folder: Path, password: str = "") -> Iterator[Pane]:
    """A task pane in the middle of a press, so that a test can use its port as it likes."""
    opened: queue.Queue[RemotePort] = queue.Queue()
    over = threading.Event()

    def act(action: str, port: Port) -> bool:
        assert isinstance(port, RemotePort)
        opened.put(port)
        return over.wait(10 * PATIENCE)

    service = Service(folder, act=act)
    threading.Thread(target=service.serve, daemon=True).start()
    try:
        with page(folder, data(book, service, password), 'JuesuanPress({Id: "juesuan_test"});'):
            try:
                yield Pane(service, opened.get(timeout=PATIENCE))
            finally:
                over.set()
    finally:
        service.close()
