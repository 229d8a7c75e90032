"""The WPS add-in in headless Chromium: its ribbon callbacks and its player against the real service and buttons."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from juesuan_addin.actions import press
from juesuan_addin.install.put import wps_parts, wps_ribbon
from juesuan_addin.port import Port
from juesuan_addin.remote import RemotePort
from juesuan_addin.service import Service
from tests.addin import books, browser
from tests.addin.memory import Memory

PATIENCE = 60.0
ROOT = Path(__file__).resolve().parents[2]


class Recorder:
    """A service that runs real buttons and keeps the port, so that a test can look into the page afterwards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pressed: list[tuple[str, bool]] = []
        self.seen: dict[str, Any] = {}
        self.service = Service(folder, act=self.act)
        threading.Thread(target=self.service.serve, daemon=True).start()

    def act(self, action: str, port: Port) -> bool:
        assert isinstance(port, RemotePort)
        well = press(action, port, self.folder)
        self.seen[action] = (port.program, port.looks("支出决算表", ["F8"])[0], port._ask("said", {}))
        self.pressed.append((action, well))
        return well

    def wait(self, count: int) -> None:
        until = time.monotonic() + PATIENCE
        while len(self.pressed) < count and time.monotonic() < until:
            time.sleep(0.05)
        assert len(self.pressed) == count


@pytest.fixture
def recorder(chromium: str, tmp_path: Path) -> Iterator[Recorder]:
    found = Recorder(tmp_path)
    yield found
    found.service.close()


def run(recorder: Recorder, script: str, **changes: Any) -> Any:
    content = browser.data(Memory(books.filled()), recorder.service) | changes
    return browser.page(recorder.folder, content, script)


def test_pressing_the_ribbon_marks_and_clears(recorder: Recorder) -> None:
    script = """(async () => {
      OnAddinLoad({});
      for (const name of ["check", "onward", "clear", "about"]) await JuesuanPress({Id: "juesuan_" + name});
    })();"""
    with run(recorder, script):
        recorder.wait(4)
    assert recorder.pressed == [("check", True), ("onward", True), ("clear", True), ("about", True)]
    program, look, said = recorder.seen["check"]
    assert program == "WPS 表格 12.0"
    assert look.fill == "FF9999"
    assert "建议改为 573.19" in str(look.note)
    assert any("支出决算表!F8 填列 470.34，建议改为 573.19" in text for text in said)
    assert any(re.fullmatch(r"copy .*备份.*\.xlsx", text) for text in said)
    assert recorder.seen["clear"][1].note is None
    assert recorder.seen["clear"][1].fill != "FF9999"


def test_a_second_press_waits_for_the_first(recorder: Recorder) -> None:
    script = """(async () => {
      const first = JuesuanPress({ID: "juesuan_about"});
      await JuesuanPress({Id: "juesuan_check"});
      await first;
      await JuesuanPress({Id: "juesuan_guide"});
    })();"""
    with run(recorder, script):
        recorder.wait(2)
    assert [name for name, _ in recorder.pressed] == ["about", "guide"]
    assert "上一次操作还没有做完，请稍候。" in recorder.seen["guide"][2]


def test_without_the_service_it_is_started_and_then_said_so(recorder: Recorder) -> None:
    """The token written down is of an earlier start: the page asks for a start and goes on with the right one."""
    script = """(async () => {
      const right = DATA.settings;
      DATA.settings = JSON.stringify({port: JSON.parse(right).port, token: "old"});
      setTimeout(() => { DATA.settings = right; }, 600);
      await JuesuanPress({Id: "juesuan_about"});
    })();"""
    with run(recorder, script):
        recorder.wait(1)
    assert recorder.seen["about"][2][0] == "open /tmp/.local/share/juesuan/start-service.sh"


@pytest.mark.parametrize("name", ["OnAddinLoad", "GetImage", "JuesuanPress"])
def test_every_callback_of_the_ribbon_is_a_function(name: str) -> None:
    script = (ROOT / "addin" / "wps" / "ribbon.js").read_text("utf-8")
    assert re.search(rf"^(async )?function {name}\(", script, re.MULTILINE)
    assert {"OnAddinLoad", "GetImage", "JuesuanPress"} == set(
        re.findall(r'(?:onLoad|getImage|onAction)="(\w+)"', wps_ribbon())
    )


def test_the_player_knows_every_call_of_the_port() -> None:
    methods = {name for name in vars(RemotePort) if not name.startswith("_")} - {"program", "calls"}
    script = (ROOT / "addin" / "wps" / "host.js").read_text("utf-8")
    listed = re.search(r"JuesuanHost\.methods = new Set\(\[(.*?)\]\)", script, re.DOTALL)
    assert listed
    assert set(re.findall(r'"(\w+)"', listed[1])) == methods
    assert methods <= set(re.findall(r"^  (\w+)\(", script, re.MULTILINE))
    assert methods == {name for name in vars(Port) if not name.startswith("_")} - {"program", "calls"}


def test_the_scripts_fetch_from_this_machine_only() -> None:
    parts = wps_parts()
    text = b"".join(content for name, content in parts.items() if name.endswith(".js")).decode()
    assert set(re.findall(r"https?://[\w.]+", text)) == {"http://127.0.0.1"}
    assert {name for name in parts if name.endswith(".png")} == {
        f"images/{name}.png" for name in re.findall(r'id="juesuan_(\w+)"', wps_ribbon())
    }
