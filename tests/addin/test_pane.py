"""The WPS add-in in headless Chromium: its ribbon callbacks and its player against the real service and buttons."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from juesuan_addin.actions import press
from juesuan_addin.install.put import place, wps_parts, wps_ribbon
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
        self.kept: list[Any] = []
        self.service = Service(folder, act=self.act)
        threading.Thread(target=self.service.serve, daemon=True).start()

    def act(self, action: str, port: Port) -> bool:
        assert isinstance(port, RemotePort)
        well = press(action, port, self.folder)
        self.seen[action] = (port.program, port.looks("支出决算表", ["F8"])[0], port._ask("said", {}))
        self.kept = port._ask("kept", {})
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


#: Presses a button with ``before`` written down in place of the right address, which comes once a start was asked for.
STARTING = """(async () => {
  const right = DATA.settings;
  DATA.settings = BEFORE;
  const timer = setInterval(() => {
    if (!double._said.some((text) => text.startsWith("open "))) return;
    DATA.settings = right;
    clearInterval(timer);
  }, 50);
  await JuesuanPress({Id: "juesuan_about"});
})();"""


@pytest.mark.parametrize(
    "before",
    ['JSON.stringify({port: JSON.parse(right).port, token: "old"})', "null", "right.slice(0, 9)", '""', '"{}"'],
    ids=["earlier start", "missing", "half-written", "empty", "nothing in it"],
)
def test_without_the_service_it_is_started_and_waited_for(recorder: Recorder, before: str) -> None:
    with run(recorder, STARTING.replace("BEFORE", before)):
        recorder.wait(1)
    assert recorder.seen["about"][2][0] == "open /tmp/.local/share/juesuan/start-service.sh"


def test_the_place_told_at_installation_goes_before_the_default(recorder: Recorder) -> None:
    (recorder.folder / "place.js").write_bytes(place(PurePosixPath("/数据/juesuan")))
    with run(recorder, STARTING.replace("BEFORE", "null")):
        recorder.wait(1)
    assert recorder.seen["about"][2][0] == "open /数据/juesuan/start-service.sh"


@pytest.mark.parametrize(
    ("folder", "how"),
    [
        ("/数据/juesuan", '请在终端里运行 sh "/数据/juesuan/start-service.sh"'),
        ("C:/juesuan-a/juesuan", r"请双击 C:\juesuan-a\juesuan\start-service.cmd"),
    ],
)
def test_where_it_cannot_be_started_the_dialog_says_how(recorder: Recorder, folder: str, how: str) -> None:
    """ShellExecute refuses, or does something else with a script; the time to wait is shortened."""
    script = f"""(async () => {{
      window.JUESUAN_FOLDER = "{folder}";
      const right = DATA.settings;
      DATA.settings = null;
      double.OAAssist.ShellExecute = () => {{ throw new Error("ShellExecute"); }};
      const real = window.setTimeout;
      window.setTimeout = (what) => real(what, 1);
      await JuesuanPress({{Id: "juesuan_check"}});
      DATA.settings = right;
      await JuesuanPress({{Id: "juesuan_about"}});
    }})();"""
    with run(recorder, script):
        recorder.wait(1)
    said = recorder.seen["about"][2][0]
    assert said == f"没有做完：本机服务没有启动；{how}，再点一次按钮，仍不行的运行 juesuan addin doctor。"


DYING = """
import os, sys
from pathlib import Path
from juesuan_addin.actions import press
from juesuan_addin.service import Service

def act(action, port):
    ask = port._ask
    def doomed(method, arguments):
        if method == "paint":
            os._exit(9)
        return ask(method, arguments)
    port._ask = doomed
    return press(action, port, Path(sys.argv[1]))

service = Service(Path(sys.argv[1]), act=act)
print(service.announce().read_text("utf-8"), flush=True)
service.serve()
"""


def test_a_service_that_dies_leaves_no_frozen_window_and_no_open_sheet(recorder: Recorder) -> None:
    """Killed in the middle of 校验, with protection lifted; a service that lives then asks how things stand."""
    folder = recorder.folder / "dying"
    process = subprocess.Popen([sys.executable, "-c", DYING, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        script = f"""(async () => {{
          const right = DATA.settings;
          double._secret = "";
          const page = double._pages.find((one) => one.name === "支出决算表");
          page.flags = {{ drawings: true, scenarios: false, AllowSorting: true }};
          DATA.settings = {json.dumps(process.stdout.readline())};
          DATA.kept.push(standing());
          const real = window.fetch;
          window.fetch = async (...given) => {{
            const answer = await real(...given);
            if (page.secret === null && DATA.kept.length === 1) DATA.kept.push(standing());
            return answer;
          }};
          await JuesuanPress({{Id: "juesuan_check"}});
          DATA.kept.push(standing());
          DATA.settings = right;
          await JuesuanPress({{Id: "juesuan_about"}});
        }})();"""
        with run(recorder, script):
            recorder.wait(1)
        assert process.wait(10) == 9
    finally:
        process.kill()
    before, during, after = recorder.kept
    assert (during["screen"], during["structure"], during["secrets"]["支出决算表"]) == (False, None, None)
    assert "正在校验" in during["status"]
    assert (after["screen"], after["status"], after["structure"]) == (True, False, "")
    assert after["secrets"] == before["secrets"]
    allowed = {name for name, on in after["flags"]["支出决算表"].items() if on}
    assert allowed == {"drawings", "AllowSorting"}
    said = [text for text in recorder.seen["about"][2] if text.startswith("没有做完")]
    assert said == [
        "没有做完：本机服务中断；改动前的副本在“备份”里，请再点一次按钮，仍不行的运行 juesuan addin doctor。"
    ]


@pytest.mark.parametrize("name", ["OnAddinLoad", "GetImage", "JuesuanPress"])
def test_every_callback_of_the_ribbon_is_a_function(name: str) -> None:
    script = (ROOT / "addin" / "wps" / "ribbon.js").read_text("utf-8")
    assert re.search(rf"^(async )?function {name}\(", script, re.MULTILINE)
    assert {"OnAddinLoad", "GetImage", "JuesuanPress"} == set(
        re.findall(r'(?:onLoad|getImage|onAction)="(\w+)"', wps_ribbon())
    )


def test_the_player_knows_every_call_of_the_port() -> None:
    methods = {name for name in vars(RemotePort) if not name.startswith("_")} - {"program", "calls"}
    script = "".join((ROOT / "addin" / "wps" / name).read_text("utf-8") for name in ("host.js", "read.js", "sheet.js"))
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
