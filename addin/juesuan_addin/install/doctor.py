"""``juesuan addin doctor``: what usually keeps an add-in from working, looked at one by one, in plain words.

Each check is a function of what was found out (Found), so that every outcome can be tried without that machine.
"""

from __future__ import annotations

import contextlib
import platform
import shutil
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from juesuan_addin.build import xlam
from juesuan_addin.install import policy
from juesuan_addin.install import registry as reg
from juesuan_addin.install.places import WPS_FOLDER, Places, System
from juesuan_addin.install.result import Result
from juesuan_addin.serve import running


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about this machine.

    ``interpreter``: the recorded one, "" if none; ``runs``: whether it is there. ``xlam``: the add-in as it lies there,
    None if it is gone. ``excel``: versions known; ``loaded``, ``trusted``: those that load the add-in, that trust its
    folder. ``obstacles``: what else keeps Excel from it. ``behind``: the program behind Excel.Application; ``bits``:
    of the interpreter, ``office_bits``: of Office, 0 if unknown; ``wps_…``: whether WPS's add-in is there and listed;
    ``login``: whether the service starts at log-in, None where it need not.
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
    obstacles: tuple[Result, ...] = ()
    behind: str = ""
    ket: bool = False
    bits: int = 64
    office_bits: int = 0
    wps_there: bool = False
    wps_listed: bool = False
    service: bool = False
    login: bool | None = None
    home: str = ""
    libraries: frozenset[str] = field(default_factory=frozenset)


Check = Callable[[Found], Result | None]


def examine(found: Found) -> list[Result]:
    """Everything that applies to this system."""
    return [*(result for check in CHECKS if (result := check(found)) is not None), *found.obstacles]


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
    if found.interpreter.isascii():
        return None
    more = "一般不妨碍；如果按钮没有反应，双击 addin\\setup.cmd 重装，它会把运行环境放到英文路径。"
    if found.system != "windows":
        more = "一般不妨碍；如果按钮没有反应，把 Python 装到英文路径，再运行 juesuan addin install。"
    return Result("注意", f"运行环境的路径里有中文或特殊字符：{found.interpreter}", more)


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
    if not found.excel:
        return Result("好", "没有找到 Excel，只用 WPS；以后装了 Excel，再运行一次 juesuan addin install")
    missing = [version for version in found.excel if version not in found.loaded]
    if missing:
        names = "、".join(missing)
        return Result("有问题", f"Excel {names} 启动时不会载入加载项", "关闭 Excel，运行 juesuan addin install。")
    return Result("好", f"Excel {'、'.join(found.excel)} 启动时载入加载项")


def _trust(found: Found) -> Result | None:
    if found.system != "windows" or not found.excel or found.obstacles:
        return None
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
    if found.system != "windows":
        return None
    if found.bits != 64:
        more = "与 32、64 位 Office 都能配合；工作簿很大时内存可能不够，建议 64 位。"
        return Result("注意", f"Python 是 {found.bits} 位的", more)
    if not found.office_bits:
        return None
    return Result("好", f"Office 是 {found.office_bits} 位的，Python 是 64 位的，可以配合")


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
    if found.login is False:
        more = "运行 juesuan addin install；这个系统上的 WPS 不能自己启动它。"
        return Result("有问题", "没有登记为登录时启动本机服务", more)
    if found.service:
        return Result("好", "本机服务在运行")
    if found.login:
        return Result("注意", "本机服务没有运行", "注销后重新登录，或在终端里运行 juesuan addin serve。")
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
    behind = str(reg.class_of(registry, "Excel.Application").get("", "")) if registry else ""
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
        obstacles=tuple(one for v in versions if registry for one in policy.obstacles(registry, v, str(file))),
        behind=behind,
        ket=bool(registry and reg.class_of(registry, "Ket.Application")),
        bits=struct.calcsize("P") * 8,
        office_bits=_office_bits(registry, behind) if registry else 0,
        wps_there=Path(where.wps_addin).is_dir(),
        wps_listed=listed.is_file() and f'url="{WPS_FOLDER}"' in listed.read_text("utf-8", errors="replace"),
        service=running(Path(where.home)),
        login=None if where.login is None else Path(where.login).is_file(),
        home=str(where.home),
        libraries=frozenset(name for name in ("xlwings",) if _known(name)),
    )


def _recorded(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-16").strip()
    except (OSError, ValueError):
        return ""


def _office_bits(registry: reg.Registry, behind: str) -> int:
    """As its set-up says, else as the program itself does."""
    said = reg.office_bits(registry)
    if said or "excel.exe" not in behind.casefold():
        return said
    path = behind[: behind.casefold().index("excel.exe") + len("excel.exe")].strip('"')
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return program_bits(file.read(4096))
    return 0


def program_bits(head: bytes) -> int:
    """Whether a Windows program is 32 or 64 bits wide, from its beginning; 0 where it is none."""
    at = int.from_bytes(head[60:64], "little")
    if head[:2] != b"MZ" or head[at : at + 4] != b"PE\0\0":
        return 0
    return {0x014C: 32, 0x8664: 64, 0xAA64: 64}.get(int.from_bytes(head[at + 4 : at + 6], "little"), 0)


def _known(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def about_machine() -> str:
    """The machine in one line."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"
