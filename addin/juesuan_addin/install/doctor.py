"""``juesuan addin doctor``: what usually keeps an add-in from working, looked at one by one, in plain words.

Each check is a function of what was found out (Found), so that every outcome can be tried without that machine.
"""

from __future__ import annotations

import platform
import shutil
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from juesuan_addin.build import xlam
from juesuan_addin.install import registry as reg
from juesuan_addin.install.places import Places, System
from juesuan_addin.serve import running

Level = Literal["好", "注意", "有问题"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about this machine.

    ``interpreter``: the recorded one, "" if none; ``runs``: whether it is there. ``xlam``: the add-in as it lies there,
    None if it is gone. ``excel``: versions known; ``loaded``, ``trusted``: those that load the add-in, that trust its
    folder. ``blocked``: versions with macros switched off by policy. ``behind``: the program behind
    Excel.Application; ``bits``: of the interpreter; ``wps``: whether WPS's add-in is there and listed.
    """

    system: System
    python: tuple[int, int]
    interpreter: str
    runs: bool
    xlam: bytes | None
    expected: bytes
    excel: tuple[str, ...] = ()
    loaded: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    behind: str = ""
    ket: bool = False
    bits: int = 64
    wps_there: bool = False
    wps_listed: bool = False
    service: bool = False
    home: str = ""
    libraries: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Result:
    """One thing looked at: what is so, and what to do ("" where nothing)."""

    level: Level
    what: str
    do: str = ""


Check = Callable[[Found], Result | None]


def examine(found: Found) -> list[Result]:
    """Everything that applies to this system."""
    return [result for check in CHECKS if (result := check(found)) is not None]


def _python(found: Found) -> Result:
    if found.python < (3, 11):
        return Result("有问题", f"Python {_version(found)} 太旧", "安装 Python 3.11 或更新，再重装加载项。")
    return Result("好", f"Python {_version(found)}")


def _version(found: Found) -> str:
    return ".".join(map(str, found.python))


def _interpreter(found: Found) -> Result:
    if not found.interpreter:
        return Result("有问题", "没有记下运行环境", "运行 juesuan addin install。")
    if not found.runs:
        return Result(
            "有问题",
            f"记下的运行环境不在了：{found.interpreter}",
            "多半是重装或移动过 Python；在现在的环境里再运行一次 juesuan addin install。",
        )
    return Result("好", f"运行环境 {found.interpreter}")


def _paths(found: Found) -> Result | None:
    odd = next((path for path in (found.interpreter, found.home) if not path.isascii()), "")
    if not odd:
        return None
    return Result(
        "注意",
        f"路径里有中文或特殊字符：{odd}",
        "一般不妨碍；如果按钮没有反应，把 Python 装到 C:\\juesuan 这样的英文路径，再运行 juesuan addin install。",
    )


def _file(found: Found) -> Result | None:
    if found.system == "linux":
        return None
    if found.xlam is None:
        return Result(
            "有问题",
            "加载项文件 juesuan.xlam 不见了",
            "没有装过就运行 juesuan addin install；装过又不见的，多半被杀毒软件隔离：恢复并加入信任，再装一次。",
        )
    if found.xlam != found.expected:
        return Result("注意", "加载项文件与本版本的不同", "运行 juesuan addin install 更新它，然后重启 Excel。")
    return Result("好", "加载项文件完好")


def _excel(found: Found) -> Result | None:
    if found.system != "windows":
        return None
    missing = [version for version in found.excel if version not in found.loaded]
    if missing:
        names = "、".join(missing)
        return Result("有问题", f"Excel {names} 启动时不会载入加载项", "关闭 Excel，运行 juesuan addin install。")
    return Result("好", f"Excel {'、'.join(found.excel)} 启动时载入加载项")


def _trust(found: Found) -> Result | None:
    if found.system != "windows":
        return None
    if blocked := [version for version in found.excel if version in found.blocked]:
        return Result(
            "有问题",
            f"Excel {'、'.join(blocked)} 的宏被单位策略全部禁用",
            "请信息部门放行受信任位置里的宏；在此之前用命令行 juesuan validate。",
        )
    missing = [version for version in found.excel if version not in found.trusted]
    if missing:
        return Result(
            "有问题",
            f"Excel {'、'.join(missing)} 不信任加载项所在的文件夹，宏不会运行",
            "运行 juesuan addin install；或在“文件 → 选项 → 信任中心 → 受信任位置”里添加它。",
        )
    return Result("好", "加载项所在的文件夹是受信任位置")


def _taken_over(found: Found) -> Result | None:
    if found.system != "windows" or not found.behind:
        return None
    name = found.behind.lower()
    if "wps" in name or "kingsoft" in name or "\\et.exe" in name:
        return Result(
            "注意",
            "Excel 的登记（Excel.Application）被 WPS 接管",
            "加载项会自动按 WPS 连接；要用 Excel 的，在“WPS 配置工具 → 兼容设置”里取消与 Excel 的兼容，再修复 Office。",
        )
    return Result("好", f"Excel.Application 由 {found.behind} 提供")


def _bits(found: Found) -> Result | None:
    if found.system != "windows" or found.bits == 64:
        return None
    more = "与 32、64 位 Office 都能配合；工作簿很大时内存可能不够，建议 64 位。"
    return Result("注意", f"Python 是 {found.bits} 位的", more)


def _libraries(found: Found) -> Result | None:
    if found.system == "linux" or "xlwings" in found.libraries:
        return None
    return Result("有问题", "没有安装 xlwings，按钮连不上 Excel", "运行 py -m pip install juesuan[addin]。")


def _wps(found: Found) -> Result | None:
    if found.wps_there and found.wps_listed:
        return Result("好", "WPS 加载项已就位；看不到“决算公开”时，重启 WPS，并确认管理员没有禁用加载项（JsApiPlugin）")
    if found.wps_there or found.wps_listed or found.ket:
        return Result("有问题", "WPS 加载项不完整", "关闭 WPS，运行 juesuan addin install。")
    return None


def _service(found: Found) -> Result | None:
    if not found.wps_there:
        return None
    if found.service:
        return Result("好", "本机服务在运行")
    more = "第一次点按钮时会自动启动；没有反应的，手工运行 juesuan addin serve 看提示。"
    return Result("注意", "本机服务没有运行", more)


CHECKS: tuple[Check, ...] = (
    _python, _interpreter, _paths, _libraries, _file, _excel, _trust, _taken_over, _bits, _wps, _service,
)  # fmt: skip


def look(where: Places, registry: reg.Registry | None) -> Found:
    """Find out about this machine."""
    recorded = _recorded(Path(where.interpreter))
    file = Path(where.xlam) if where.xlam else None
    versions = tuple(reg.installed(registry)) if registry and file else ()
    listed = Path(where.wps_list)
    return Found(
        system=where.system,
        python=sys.version_info[:2],
        interpreter=recorded,
        runs=bool(recorded) and (Path(recorded).is_file() or shutil.which(recorded) is not None),
        xlam=file.read_bytes() if file and file.is_file() else None,
        expected=xlam.build(),
        excel=versions,
        loaded=frozenset(v for v in versions if registry and reg.starts(registry, v, str(file))),
        trusted=frozenset(v for v in versions if registry and file and reg.trusted(registry, v, str(file.parent))),
        blocked=frozenset(v for v in versions if registry and _blocked(registry, v)),
        behind=str(reg.class_of(registry, "Excel.Application").get("", "")) if registry else "",
        ket=bool(registry and reg.class_of(registry, "Ket.Application")),
        bits=struct.calcsize("P") * 8,
        wps_there=Path(where.wps_addin).is_dir(),
        wps_listed=listed.is_file() and 'name="juesuan"' in listed.read_text("utf-8", errors="replace"),
        service=running(Path(where.home)),
        home=str(where.home),
        libraries=frozenset(name for name in ("xlwings",) if _known(name)),
    )


def _recorded(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-16").strip()
    except (OSError, ValueError):
        return ""


def _blocked(registry: reg.Registry, version: str) -> bool:
    """Macros off for all (4), trusted locations too, by policy."""
    key = rf"Software\Policies\Microsoft\Office\{version}\Excel\Security"
    policy = registry.values(key) | registry.values(key, True)
    off = policy.get("vbawarnings") == 4 and policy.get("alllocationsdisabled") == 1
    return off or policy.get("DisableAllAddins") == 1


def _known(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def about_machine() -> str:
    """The machine in one line."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"
