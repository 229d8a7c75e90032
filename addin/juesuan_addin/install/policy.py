"""What in the registry keeps Excel from loading an add-in that is in its place: policies, settings, a crash.

The names are those of Office's policy templates and of the Trust Center; Windows does not tell their case apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from juesuan_addin.install import registry as reg
from juesuan_addin.install.result import Result

_LET = "请信息部门放行受信任位置里的宏；在此之前用命令行 juesuan validate。"
_OPTIONS = "文件 → 选项 → 信任中心 → 信任中心设置"
#: VBAWarnings: 1 runs everything, 2 asks, 3 wants a signature, 4 refuses.
_RUNS = 1


def obstacles(registry: reg.Registry, version: str, file: str) -> list[Result]:
    """What stands in the add-in's way in one version of Excel. ``file``: the add-in's own."""
    return [*_locations(registry, version), *_add_ins(registry, version), *_crashed(registry, version, file)]


def _locations(registry: reg.Registry, version: str) -> Iterator[Result]:
    """Our macros run because they lie in a trusted location: where these do not count, only a free hand helps."""
    macros = _setting(registry, version, "Excel", "Security", "VBAWarnings")
    if macros[0] == _RUNS:
        return
    off = r"Security\Trusted Locations"
    value, policy = _setting(registry, version, "Excel", off, "AllLocationsDisabled")
    if value == 1:
        why = f"Excel {version} 停用了全部受信任位置，加载项的宏不会运行"
        tick = f"在“{_OPTIONS} → 受信任位置”里去掉“禁用所有受信任位置”，再重启 Excel。"
        yield Result("有问题", f"{why}（单位策略）" if policy else why, _LET if policy else tick)
    elif _policies(registry, version, "Common", off).get("allow user locations") == 0:
        yield Result(
            "有问题",
            f"单位策略不许用户自己添加受信任位置，Excel {version} 不认加载项所在的文件夹，宏不会运行",
            "请信息部门把该文件夹列为策略规定的受信任位置；在此之前用命令行 juesuan validate。",
        )


#: Settings that keep add-ins from loading: what each does, the box to untick, what the 信息部门 is to be asked.
_AGAINST_ADD_INS = {
    "DisableAllAddins": ("禁用了全部加载项", "禁用所有应用程序加载项", "请信息部门放行 juesuan.xlam"),
    "RequireAddinSig": (
        "只许载入有数字签名的加载项，juesuan.xlam 没有签名，不会载入",
        "要求受信任的发布者签署应用程序加载项",
        "请信息部门取消这条要求，或用本单位的证书给 juesuan.xlam 签名",
    ),
}


def _add_ins(registry: reg.Registry, version: str) -> Iterator[Result]:
    for name, (does, box, ask) in _AGAINST_ADD_INS.items():
        value, policy = _setting(registry, version, "Excel", "Security", name)
        if value == 1:
            tick = f"在“{_OPTIONS} → 加载项”里去掉“{box}”，再重启 Excel。"
            let = f"{ask}；在此之前用命令行 juesuan validate。"
            yield Result("有问题", f"Excel {version} {does}{'（单位策略）' if policy else ''}", let if policy else tick)


def _crashed(registry: reg.Registry, version: str, file: str) -> Iterator[Result]:
    """Excel keeps what it holds guilty of a crash from loading: entries of bytes with the path inside."""
    name = file.replace("/", "\\").rpartition("\\")[2].lower().encode("utf-16-le")
    entries = registry.values(reg.excel(version) + r"\Resiliency\DisabledItems").values()
    if any(isinstance(entry, bytes) and name in entry.lower() for entry in entries):
        yield Result(
            "有问题",
            f"Excel {version} 上次没有正常退出，把 juesuan.xlam 列为禁用项，不再载入",
            "在“文件 → 选项 → 加载项 → 管理：禁用项目 → 转到”里启用它，再重启 Excel。",
        )


def _setting(registry: reg.Registry, version: str, program: str, under: str, name: str) -> tuple[Any, bool]:
    """A setting, and whether a policy says so; a policy goes before what the user set."""
    ruled = _policies(registry, version, program, under).get(name.casefold())
    if ruled is not None:
        return ruled, True
    own = rf"Software\Microsoft\Office\{version}\{program}\{under}"
    return _folded(registry.values(own)).get(name.casefold()), False


def _policies(registry: reg.Registry, version: str, program: str, under: str) -> dict[str, Any]:
    key = rf"Software\Policies\Microsoft\Office\{version}\{program}\{under}"
    return _folded(registry.values(key, True)) | _folded(registry.values(key))


def _folded(values: dict[str, Any]) -> dict[str, Any]:
    return {name.casefold(): value for name, value in values.items()}
