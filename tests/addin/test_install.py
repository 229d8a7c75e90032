"""Where things go, what is put there and taken away, the list of WPS, the commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any
from xml.etree import ElementTree

import pytest

import juesuan
from juesuan_addin.build import xlam
from juesuan_addin.install import doctor, programs, put
from juesuan_addin.install import registry as reg
from juesuan_addin.install.places import NoPlace, interpreter_for, places
from juesuan_addin.serve import running
from tests.addin.registry import Fake

WINDOWS = {"LOCALAPPDATA": r"C:\Users\张三\AppData\Local", "APPDATA": r"C:\Users\张三\AppData\Roaming"}


def test_places_on_windows() -> None:
    where = places("windows", WINDOWS)
    assert str(where.xlam) == r"C:\Users\张三\AppData\Local\juesuan\addin\juesuan.xlam"
    assert "XLSTART" not in str(where.xlam)
    assert str(where.interpreter) == r"C:\Users\张三\AppData\Local\juesuan\interpreter.txt"
    assert str(where.wps_list) == r"C:\Users\张三\AppData\Roaming\kingsoft\wps\jsaddons\publish.xml"
    assert where.starter.name == "start-service.cmd"


def test_places_elsewhere() -> None:
    linux = places("linux", {"HOME": "/h/李四"})
    assert linux.xlam is None
    assert str(linux.wps) == "/h/李四/.local/share/Kingsoft/wps/jsaddons"
    mac = places("macos", {"HOME": "/u/a"})
    assert str(mac.xlam).endswith("Startup.localized/Excel/juesuan.xlam")


@pytest.mark.parametrize("system", ["windows", "linux", "macos"])
def test_an_environment_without_the_users_folders(system: Any) -> None:
    with pytest.raises(NoPlace, match="没有设置"):
        places(system, {})


def test_the_macro_and_the_installer_mean_the_same_file() -> None:
    (source,) = (module.source for module in xlam.modules() if module.name == "JuesuanRibbon")
    where = places("windows", WINDOWS)
    tail = str(where.interpreter).removeprefix(WINDOWS["LOCALAPPDATA"])
    assert f'& "{tail}"' in source


def test_the_interpreter_without_a_console() -> None:
    assert interpreter_for(r"C:\juesuan\python.exe", "windows") == PureWindowsPath(r"C:\juesuan\pythonw.exe")
    assert interpreter_for(r"C:\juesuan\juesuan.exe", "windows") == PureWindowsPath(r"C:\juesuan\juesuan.exe")
    assert str(interpreter_for("/opt/python", "linux")) == "/opt/python"


# --- putting and taking away ---


def test_install_and_uninstall_leave_nothing_but_ones_own(tmp_path: Path) -> None:
    where = places("linux", {"HOME": str(tmp_path)})
    listed = Path(where.wps_list)
    listed.parent.mkdir(parents=True)
    listed.write_text('<jsplugins><jsplugin name="别人的" type="wps" url="u"/></jsplugins>', encoding="utf-8")
    older = Path(where.wps) / "juesuan_0.0.9"
    (older / "images").mkdir(parents=True)
    (Path(where.wps) / "juesuan_tools").mkdir()
    for _ in range(2):
        list(put.install(where, sys.executable, None))
    assert not older.exists()
    assert Path(where.interpreter).read_bytes().decode("utf-16").strip() == sys.executable
    assert {p.name for p in Path(where.wps_addin).iterdir()} >= {
        "main.js",
        "host.js",
        "place.js",
        "ribbon.xml",
        "images",
    }
    text = listed.read_text("utf-8")
    assert text.count('name="juesuan"') == 1
    assert "别人的" in text
    assert Path(where.starter).stat().st_mode & 0o100
    results = doctor.examine(doctor.look(where, None))
    assert "有问题" not in {result.level for result in results}
    older.mkdir()
    list(put.uninstall(where, None))
    assert [p.name for p in Path(where.wps).iterdir() if p.is_dir()] == ["juesuan_tools"]
    left = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert left == [listed]
    assert "juesuan" not in listed.read_text("utf-8")
    assert "别人的" in listed.read_text("utf-8")


def test_install_writes_the_registry(tmp_path: Path) -> None:
    where = replace(places("linux", {"HOME": str(tmp_path)}), xlam=tmp_path / "addin" / "juesuan.xlam")
    registry = Fake({reg.excel("16.0"): {}, reg.excel("15.0"): {}})
    registry.mine[reg.excel("16.0")] = registry.mine[reg.excel("15.0")] = {"ExcelName": "x"}
    list(put.install(where, sys.executable, registry, wps=False))
    assert (tmp_path / "addin" / "juesuan.xlam").read_bytes() == xlam.build()
    assert all(reg.starts(registry, version, str(where.xlam)) for version in ("16.0", "15.0"))
    assert all(reg.trusted(registry, version, str(tmp_path / "addin")) for version in ("16.0", "15.0"))
    list(put.uninstall(where, registry))
    assert not any(reg.starts(registry, version, str(where.xlam)) for version in ("16.0", "15.0"))
    assert not (tmp_path / "addin" / "juesuan.xlam").exists()


def test_without_excel_nothing_is_registered(tmp_path: Path) -> None:
    where = replace(places("linux", {"HOME": str(tmp_path)}), xlam=tmp_path / "addin" / "juesuan.xlam")
    registry = Fake()
    done = list(put.install(where, sys.executable, registry, wps=False))
    assert registry.mine == {}
    assert any("没有找到 Excel" in line for line in done)


def test_a_locked_file_comes_last_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    where = replace(places("linux", {"HOME": str(tmp_path)}), xlam=tmp_path / "addin" / "juesuan.xlam")
    Path(str(where.xlam)).mkdir(parents=True)  # what is open in Excel can no more be replaced than a folder can
    registry = Fake({reg.excel("16.0"): {"ExcelName": "x"}})
    steps: list[str] = []
    with pytest.raises(IsADirectoryError):
        steps.extend(put.install(where, sys.executable, registry))
    assert reg.starts(registry, "16.0", str(where.xlam))
    assert [line.partition("：")[0] for line in steps] == [
        "记下运行环境",
        "Excel 16.0",
        "WPS 加载项",
        "登录时启动本机服务",
    ]
    assert [path.name for path in (tmp_path / "addin").iterdir()] == ["juesuan.xlam"]


def test_a_damaged_list_of_wps_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(NoPlace, match="已损坏，没有改动"):
        put.with_addin("<jsplugins><")
    assert put.without_addin("") == ""
    where = places("linux", {"HOME": str(tmp_path)})
    listed = Path(where.wps_list)
    listed.parent.mkdir(parents=True)
    for damaged in (b"<jsplugins><", '<jsplugins name="张"/>'.encode("gbk")):
        listed.write_bytes(damaged)
        with pytest.raises(NoPlace, match="已损坏"):
            list(put.install(where, sys.executable, None))
        assert listed.read_bytes() == damaged
    listed.write_bytes(b"\xef\xbb\xbf<jsplugins/>")  # a mark of the coding is no damage
    list(put.install(where, sys.executable, None))
    assert 'name="juesuan"' in listed.read_text("utf-8")


def test_the_list_of_wps_is_written_as_its_own_tool_does() -> None:
    (entry,) = ElementTree.fromstring(put.with_addin(""))
    folder = f"juesuan_{juesuan.__version__}"
    assert entry.tag == "jsplugin"
    assert entry.attrib == {
        "name": "juesuan",
        "type": "et",
        "url": folder,
        "version": juesuan.__version__,
        "enable": "enable_dev",
        "install": "null",
        "customDomain": "",
    }
    assert places("linux", {"HOME": "/h"}).wps_addin.name == folder


def test_the_starters() -> None:
    python, home = PureWindowsPath(r"C:\juesuan\pythonw.exe"), PureWindowsPath(r"C:\Users\张三\AppData\Local\juesuan")
    assert put.starter("windows", python, home) == (
        '@start "" "C:\\juesuan\\pythonw.exe" -P -E -m juesuan_addin.serve --folder '
        '"C:\\Users\\张三\\AppData\\Local\\juesuan"\r\n'
    )


@pytest.mark.parametrize("name", ["plain", "a b", "$HOME `x`", 'quote"d', "back\\slash", "100%d"])
def test_what_starts_the_service_passes_every_path_on(tmp_path: Path, name: str) -> None:
    """Read back as a shell, and as a desktop reads Exec, does."""
    folder = tmp_path / name
    folder.mkdir()
    python = folder / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$@" > "$(dirname "$0")/said"\n')
    python.chmod(0o755)
    wanted = [str(python), "-P", "-E", "-m", "juesuan_addin.serve", "--folder", str(folder)]
    script = tmp_path / "start.sh"
    script.write_text(put.starter("linux", python, folder).replace(">/dev/null 2>&1 &", ""))
    subprocess.run(["sh", str(script)], check=True)
    assert (folder / "said").read_text().splitlines() == wanted
    (line,) = [one for one in put.login_entry(python, folder).splitlines() if one.startswith("Exec=")]
    # a string of the file first (\\ → \), then an argument within quotes, then the codes of the launcher
    text = line.removeprefix("Exec=").replace("\\\\", "\\")
    found = [re.sub(r"\\(.)", r"\1", one.strip('"')) if one[0] == '"' else one for one in
             re.findall(r'"(?:[^"\\]|\\.)*"|\S+', text)]  # fmt: skip
    assert [one.replace("%%", "%") for one in found] == [*wanted[:5], "--stay", *wanted[5:]]


def test_where_our_own_files_lie_is_told_to_wps(tmp_path: Path) -> None:
    """Python obeys XDG_DATA_HOME; the page cannot ask for it."""
    where = places("linux", {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "数据")})
    list(put.install(where, sys.executable, None))
    text = (Path(where.wps_addin) / "place.js").read_text("ascii")
    assert json.loads(text.removeprefix("const JUESUAN_FOLDER = ").rstrip(";\n")) == f"{tmp_path}/数据/juesuan"
    assert put.place(PureWindowsPath(r"C:\a b")) == b'const JUESUAN_FOLDER = "C:/a b";\n'


# --- what is open ---

TABLE = """"System","4","Services","0","144 K"
"EXCEL.EXE","11","Console","1","90,000 K"
"et.exe","12","RDP-Tcp#1","2","90,000 K"
"python.exe","{own}","{name}","{session}","9,000 K"
"""


def test_only_programs_of_ones_own_session_are_in_the_way() -> None:
    assert programs.listed(TABLE.format(own=7, name="Console", session=1), 7) == ["Excel"]
    assert programs.listed(TABLE.format(own=7, name="RDP-Tcp#1", session=2), 7) == ["WPS 表格"]
    assert programs.listed(TABLE.format(own=7, name="Services", session=0), 7) == []
    assert programs.listed("", 7) == []


# --- the commands ---


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import typer

    from juesuan.cli.errors import Stop
    from juesuan_addin import cli

    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / ".local" / "share" / "juesuan"
    app = typer.Typer()
    app.callback()(lambda: None)
    cli.register(app)
    command: Any = typer.main.get_command(app)

    def run(*arguments: str) -> int:
        return int(command.main(args=["addin", *arguments], standalone_mode=False) or 0)

    assert run("doctor") == 1
    assert "没有记下运行环境" in capsys.readouterr().out
    assert run("install") == 0
    assert "WPS 加载项" in capsys.readouterr().out
    assert (tmp_path / ".config" / "autostart" / "juesuan.desktop").is_file()
    try:
        until(lambda: running(home))  # the service started at once
        assert run("doctor") == 0
        assert "本机服务在运行" in capsys.readouterr().out
    finally:
        assert run("uninstall") == 0
        until(lambda: not running(home))
    assert not (tmp_path / ".config" / "autostart" / "juesuan.desktop").exists()
    with pytest.raises(Stop, match="不是一个网页来源"):
        run("serve", "--origin", "*")
    assert run("build", "-o", str(tmp_path / "dist")) == 0
    assert (tmp_path / "dist" / "juesuan.xlam").is_file()
    capsys.readouterr()
    assert run("press", "check") == 2
    assert "没有连上打开着一个工作簿的 Excel 或 WPS" in capsys.readouterr().err


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_open_programs_stop_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from juesuan.cli.errors import Stop
    from juesuan_addin import cli

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(programs, "in_the_way", lambda: ["Excel", "WPS"])
    for command in (cli.install, cli.uninstall):
        with pytest.raises(Stop, match="请先关闭 Excel、WPS"):
            command()
    assert list(tmp_path.iterdir()) == []
    assert cli.uninstall(force=True) == 0


def test_what_cannot_be_written_is_said_with_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    from juesuan.cli.errors import Stop
    from juesuan_addin import cli

    def steps() -> Iterator[str]:
        yield "第一步"
        raise PermissionError(13, "拒绝访问", "C:\\juesuan.xlam")

    with pytest.raises(Stop, match=r"写不进 C:\\juesuan.xlam（拒绝访问）；上面列出的已经做好.*请关闭 Excel、WPS"):
        cli._told(steps())
    assert "第一步" in capsys.readouterr().out
