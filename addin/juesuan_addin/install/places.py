"""Where Excel and WPS look for add-ins, and where ours keeps its own files. Pure: computed from an environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Literal

import juesuan

System = Literal["windows", "macos", "linux"]
#: The folder of WPS's add-in carries name and version.
WPS_FOLDER = f"juesuan_{juesuan.__version__}"
XLAM = "juesuan.xlam"


class NoPlace(Exception):
    """The environment does not say where the user's files are; ``str()`` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths. ``xlam``: None where there is no Excel (Linux). ``home``: ours; ``wps``: WPS's add-ins.

    ``login``: what a desktop starts when the user logs in; Linux only, where WPS cannot start a program.
    """

    system: System
    home: PurePath
    xlam: PurePath | None
    wps: PurePath
    login: PurePath | None = None

    @property
    def interpreter(self) -> PurePath:
        """The file that names the interpreter (UTF-16, one line), which the macro reads."""
        return self.home / "interpreter.txt"

    @property
    def wps_addin(self) -> PurePath:
        """Our folder among WPS's add-ins."""
        return self.wps / WPS_FOLDER

    @property
    def wps_list(self) -> PurePath:
        """WPS's list of add-ins."""
        return self.wps / "publish.xml"

    @property
    def starter(self) -> PurePath:
        """What starts the service."""
        return self.home / ("start-service.cmd" if self.system == "windows" else "start-service.sh")


def places(system: System, environment: Mapping[str, str]) -> Places:
    """The places of the user that an environment belongs to. Raises NoPlace."""
    if system == "windows":
        local, roaming = (PureWindowsPath(_need(environment, name)) for name in ("LOCALAPPDATA", "APPDATA"))
        own = local / "juesuan"
        # Not XLSTART: Excel opens every file in there, and a trusted location of ours is easier to explain.
        return Places(system, own, own / "addin" / XLAM, roaming / "kingsoft" / "wps" / "jsaddons")
    user = PurePosixPath(_need(environment, "HOME"))
    home = PurePosixPath(environment.get("XDG_DATA_HOME") or user / ".local" / "share") / "juesuan"
    if system == "macos":
        office = user / "Library" / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized"
        wps = user / "Library" / "Containers" / "com.kingsoft.wpsoffice.mac" / "Data" / ".kingsoft" / "wps" / "jsaddons"
        return Places(system, home, office / "Startup.localized" / "Excel" / XLAM, wps)
    config = PurePosixPath(environment.get("XDG_CONFIG_HOME") or user / ".config")
    wps = user / ".local" / "share" / "Kingsoft" / "wps" / "jsaddons"
    return Places(system, home, None, wps, config / "autostart" / "juesuan.desktop")


def _need(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise NoPlace(f"环境变量 {name} 没有设置，不知道用户的文件夹在哪里；请在普通登录的命令行里运行。")


def interpreter_for(executable: str, system: System) -> PurePath:
    """The interpreter that opens no console window: pythonw.exe beside python.exe on Windows."""
    if system != "windows":
        return PurePosixPath(executable)
    path = PureWindowsPath(executable)
    return path.with_name("pythonw.exe") if path.name.lower() == "python.exe" else path
