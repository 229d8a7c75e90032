"""Where things go, the registry, the list of WPS, and what the doctor says of every kind of trouble."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

from juesuan_addin.build import xlam
from juesuan_addin.install import doctor, put
from juesuan_addin.install import registry as reg
from juesuan_addin.install.doctor import Found
from juesuan_addin.install.places import NoPlace, interpreter_for, places

WINDOWS = {"LOCALAPPDATA": r"C:\Users\张三\AppData\Local", "APPDATA": r"C:\Users\张三\AppData\Roaming"}


class Fake:
    """A registry in memory."""

    def __init__(self, mine: dict[str, dict[str, Any]] | None = None, all_: dict[str, dict[str, Any]] | None = None):
        self.mine, self.all = mine or {}, all_ or {}

    def keys(self, key: str) -> list[str]:
        inside = [known[len(key) + 1 :].split("\\")[0] for known in self.mine if known.startswith(key + "\\")]
        return list(dict.fromkeys(inside))

    def values(self, key: str, whole_machine: bool = False) -> dict[str, Any]:
        return dict((self.all if whole_machine else self.mine).get(key, {}))

    def set(self, key: str, name: str, value: str | int) -> None:
        self.mine.setdefault(key, {})[name] = value

    def delete(self, key: str, name: str) -> None:
        self.mine.get(key, {}).pop(name, None)

    def drop(self, key: str) -> None:
        self.mine.pop(key, None)


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


# --- the registry ---

OPTIONS = reg.excel("16.0") + r"\Options"
PATH = r"C:\a\juesuan.xlam"


def test_loading_at_the_start_leaves_others_alone() -> None:
    registry = Fake({OPTIONS: {"OPEN": '/R "C:\\other.xlam"', "Font": "x"}})
    for _ in range(2):
        reg.load_at_start(registry, "16.0", PATH)
        assert registry.mine[OPTIONS] == {"OPEN": '/R "C:\\other.xlam"', "OPEN1": f'/R "{PATH}"', "Font": "x"}
    assert reg.starts(registry, "16.0", PATH.upper())


def test_no_gap_is_left_when_it_is_taken_out() -> None:
    """Excel stops reading OPEN, OPEN1, OPEN2 … at the first one missing."""
    registry = Fake({OPTIONS: {"OPEN": "/A", "OPEN1": f'/R "{PATH}"', "OPEN2": "/B", "OPEN10": "/C", "Font": "x"}})
    reg.forget_at_start(registry, "16.0", PATH)
    assert registry.mine[OPTIONS] == {"Font": "x", "OPEN": "/A", "OPEN1": "/B", "OPEN2": "/C"}
    assert not reg.starts(registry, "16.0", PATH)


def test_trusted_locations() -> None:
    registry = Fake()
    assert not reg.trusted(registry, "16.0", r"C:\a")
    reg.trust(registry, "16.0", r"C:\a")
    assert reg.trusted(registry, "16.0", "C:\\A\\")
    reg.distrust(registry, "16.0")
    assert not reg.trusted(registry, "16.0", r"C:\a")


def test_versions() -> None:
    assert reg.installed(Fake()) == ["16.0"]
    assert reg.installed(Fake({reg.excel("14.0"): {}, reg.excel("15.0") + r"\Options": {"x": 1}})) == ["15.0"]


def test_what_stands_behind_a_name() -> None:
    server = {"": r'"C:\WPS Office\et.exe" /Automation'}
    registry = Fake(all_={
        r"Software\Classes\Excel.Application\CLSID": {"": "{1}"},
        r"Software\Classes\CLSID\{1}\LocalServer32": server,
    })  # fmt: skip
    assert reg.class_of(registry, "Excel.Application") == server
    assert reg.class_of(registry, "Ket.Application") == {}


# --- putting and taking away ---


def test_install_and_uninstall_leave_nothing_but_ones_own(tmp_path: Path) -> None:
    where = places("linux", {"HOME": str(tmp_path)})
    listed = Path(where.wps_list)
    listed.parent.mkdir(parents=True)
    listed.write_text('<jsplugins><jsplugin name="别人的" type="wps" url="u"/></jsplugins>', encoding="utf-8")
    for _ in range(2):
        put.install(where, sys.executable, None)
    assert Path(where.interpreter).read_bytes().decode("utf-16").strip() == sys.executable
    assert {p.name for p in Path(where.wps_addin).iterdir()} >= {"main.js", "host.js", "ribbon.xml", "images"}
    text = listed.read_text("utf-8")
    assert text.count('name="juesuan"') == 1
    assert "别人的" in text
    assert Path(where.starter).stat().st_mode & 0o100
    results = doctor.examine(doctor.look(where, None))
    assert "有问题" not in {result.level for result in results}
    put.uninstall(where, None)
    left = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert left == [listed]
    assert "juesuan" not in listed.read_text("utf-8")
    assert "别人的" in listed.read_text("utf-8")


def test_install_writes_the_registry(tmp_path: Path) -> None:
    where = replace(places("linux", {"HOME": str(tmp_path)}), xlam=tmp_path / "addin" / "juesuan.xlam")
    registry = Fake({reg.excel("16.0"): {}, reg.excel("15.0"): {}})
    registry.mine[reg.excel("16.0")] = registry.mine[reg.excel("15.0")] = {"ExcelName": "x"}
    put.install(where, sys.executable, registry, wps=False)
    assert (tmp_path / "addin" / "juesuan.xlam").read_bytes() == xlam.build()
    assert all(reg.starts(registry, version, str(where.xlam)) for version in ("16.0", "15.0"))
    assert all(reg.trusted(registry, version, str(tmp_path / "addin")) for version in ("16.0", "15.0"))
    put.uninstall(where, registry)
    assert not any(reg.starts(registry, version, str(where.xlam)) for version in ("16.0", "15.0"))
    assert not (tmp_path / "addin" / "juesuan.xlam").exists()


def test_a_damaged_list_of_wps_is_not_overwritten() -> None:
    with pytest.raises(NoPlace, match="已损坏，没有改动"):
        put.with_addin("<jsplugins><", Path("/x/juesuan_1"))
    assert put.without_addin("") == ""


def test_the_starters() -> None:
    assert '"C:\\juesuan\\pythonw.exe" -E -m juesuan_addin.serve' in put.starter(
        "windows", PureWindowsPath(r"C:\juesuan\pythonw.exe")
    )
    assert put.starter("linux", Path("/a b/python")).startswith("#!/bin/sh\nexec \"/a b/python\" -E")


# --- the doctor ---

WELL = Found(
    system="windows",
    python=(3, 12),
    interpreter=r"C:\juesuan\pythonw.exe",
    runs=True,
    xlam=b"x",
    expected=b"x",
    excel=("16.0",),
    loaded=frozenset({"16.0"}),
    trusted=frozenset({"16.0"}),
    behind=r"C:\Program Files\Microsoft Office\EXCEL.EXE",
    home=r"C:\Users\zhang\AppData\Local\juesuan",
    libraries=frozenset({"xlwings"}),
    wps_there=True,
    wps_listed=True,
    service=True,
)


def test_all_well() -> None:
    results = doctor.examine(WELL)
    assert {result.level for result in results} == {"好"}
    assert len(results) >= 7


@pytest.mark.parametrize(
    ("change", "level", "what", "do"),
    [
        ({"python": (3, 10)}, "有问题", "Python 3.10 太旧", "3.11"),
        ({"interpreter": ""}, "有问题", "没有记下运行环境", "juesuan addin install"),
        ({"runs": False}, "有问题", "记下的运行环境不在了", "重装或移动过 Python"),
        ({"interpreter": r"C:\软件\pythonw.exe"}, "注意", "路径里有中文", "英文路径"),
        ({"xlam": None}, "有问题", "juesuan.xlam 不见了", "杀毒软件"),
        ({"xlam": b"old"}, "注意", "与本版本的不同", "重启 Excel"),
        ({"loaded": frozenset()}, "有问题", "启动时不会载入", "juesuan addin install"),
        ({"trusted": frozenset()}, "有问题", "不信任加载项所在的文件夹", "受信任位置"),
        ({"blocked": frozenset({"16.0"})}, "有问题", "被单位策略全部禁用", "信息部门"),
        ({"behind": r"C:\Kingsoft\WPS Office\office6\et.exe"}, "注意", "被 WPS 接管", "WPS 配置工具"),
        ({"bits": 32}, "注意", "32 位", "64 位"),
        ({"libraries": frozenset()}, "有问题", "没有安装 xlwings", "pip install"),
        ({"wps_listed": False}, "有问题", "WPS 加载项不完整", "juesuan addin install"),
        ({"wps_there": False, "wps_listed": False, "ket": True}, "有问题", "WPS 加载项不完整", "关闭 WPS"),
        ({"service": False}, "注意", "本机服务没有运行", "自动启动"),
    ],
)
def test_every_trouble_is_said_with_what_to_do(change: dict[str, Any], level: str, what: str, do: str) -> None:
    results = doctor.examine(replace(WELL, **change))
    found = [result for result in results if what in result.what]
    assert [(result.level, do in result.do) for result in found] == [(level, True)]
    assert {result.level for result in results if result not in found} == {"好"}


def test_policies_are_found() -> None:
    policy = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
    assert doctor._blocked(Fake(all_={policy: {"DisableAllAddins": 1}}), "16.0")
    assert doctor._blocked(Fake({policy: {"vbawarnings": 4, "alllocationsdisabled": 1}}), "16.0")
    assert not doctor._blocked(Fake({policy: {"vbawarnings": 4}}), "16.0")


# --- the commands ---


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import typer

    from juesuan_addin import cli

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
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
    assert run("doctor") == 0
    assert run("uninstall") == 0
    assert run("build", "-o", str(tmp_path / "dist")) == 0
    assert (tmp_path / "dist" / "juesuan.xlam").is_file()
    capsys.readouterr()
    assert run("press", "check") == 2
    assert "没有连上打开着一个工作簿的 Excel 或 WPS" in capsys.readouterr().err
