"""Putting the add-in where Excel and WPS load it, and taking it away again. Everything is the user's own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path, PurePath
from xml.etree import ElementTree

import juesuan
from juesuan_addin.build import icons, xlam
from juesuan_addin.install import registry as reg
from juesuan_addin.install.places import NoPlace, Places, System, interpreter_for, places

NAME = "juesuan"
_WPS_PARTS = ("main.js", "host.js", "talk.js", "ribbon.js")
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def here() -> System:
    """This system."""
    return "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"


def own_places() -> Places:
    """This user's places. Raises NoPlace."""
    return places(here(), os.environ)


def install(where: Places, executable: str, registry: reg.Registry | None, wps: bool = True) -> list[str]:
    """Put everything in its place; what was done, in sentences. Raises OSError where something cannot be written."""
    done = []
    interpreter = interpreter_for(executable, where.system)
    _write(where.interpreter, f"{interpreter}\r\n".encode("utf-16"))
    done.append(f"记下运行环境：{interpreter}")
    if where.xlam is not None:
        _write(where.xlam, xlam.build())
        done.append(f"Excel 加载项：{where.xlam}")
    if registry is not None and where.xlam is not None:
        for version in reg.installed(registry):
            reg.load_at_start(registry, version, str(where.xlam))
            reg.trust(registry, version, str(where.xlam.parent))
            done.append(f"Excel {version}：启动时载入，所在文件夹列为受信任位置（只对当前用户）")
    # Windows reads command files in its own code page
    _write(where.starter, starter(where.system, interpreter).encode("mbcs" if sys.platform == "win32" else "utf-8"))
    if where.system != "windows":
        Path(where.starter).chmod(0o755)
    if wps:
        for name, content in wps_parts().items():
            _write(where.wps_addin / name, content)
        listed = Path(where.wps_list)
        before = listed.read_text("utf-8") if listed.is_file() else ""
        _write(where.wps_list, with_addin(before, where.wps_addin).encode())
        done.append(f"WPS 加载项：{where.wps_addin}（列入 {where.wps_list.name}）")
    return done


def uninstall(where: Places, registry: reg.Registry | None) -> list[str]:
    """Take everything away that ``install`` put there; copies of workbooks and logs stay."""
    done = []
    if registry is not None and where.xlam is not None:
        for version in reg.installed(registry):
            reg.forget_at_start(registry, version, str(where.xlam))
            reg.distrust(registry, version)
        done.append("已从 Excel 的启动项和受信任位置中去掉")
    for path in (where.xlam, where.interpreter, where.starter):
        if path is not None and Path(path).is_file():
            Path(path).unlink()
            done.append(f"已删除：{path}")
    if Path(where.wps_addin).is_dir():
        shutil.rmtree(where.wps_addin)
        done.append(f"已删除：{where.wps_addin}")
    listed = Path(where.wps_list)
    if listed.is_file():
        before = listed.read_text("utf-8")
        after = without_addin(before)
        if after != before:
            _write(where.wps_list, after.encode())
            done.append(f"已从 WPS 的加载项清单去掉：{listed}")
    done.append(f"备份、日志、报告留在 {where.home}，不需要可自行删除。")
    return done


def wps_parts() -> dict[str, bytes]:
    """The WPS add-in's files."""
    folder = wps_source()
    parts = {name: (folder / name).read_bytes() for name in _WPS_PARTS}
    parts["ribbon.xml"] = wps_ribbon().encode()
    return parts | {f"images/{name}.png": icons.png(name) for name in xlam.images()}


def wps_source() -> Path:
    """Where the scripts lie: beside the package in the project, inside it when installed."""
    packed = Path(__file__).resolve().parents[1] / "wps"
    return packed if packed.is_dir() else packed.parents[1] / "wps"


def wps_ribbon() -> str:
    """The ribbon for WPS: the one definition, in the older namespace that WPS reads, pictures by a callback."""
    text = xlam.ribbon().replace("/office/2009/07/customui", "/office/2006/01/customui")
    text = text.replace("<customUI ", '<customUI onLoad="OnAddinLoad" ', 1)
    for name in xlam.images():
        text = text.replace(f' image="{name}"', ' getImage="GetImage"')
    return text


def with_addin(listed: str, folder: PurePath) -> str:
    """WPS's list of add-ins with ours in it; the others stay."""
    root = _plugins(listed)
    for old in [node for node in root if node.get("name") == NAME]:
        root.remove(old)
    attributes = {
        "name": NAME,
        "type": "et",
        "url": folder.as_uri(),
        "version": juesuan.__version__,
        "enable": "enable_dev",
    }
    ElementTree.SubElement(root, "jsplugin", attributes)
    return _listed(root)


def without_addin(listed: str) -> str:
    """WPS's list of add-ins without ours; as it was where ours is not in it."""
    root = _plugins(listed)
    ours = [node for node in root if node.get("name") == NAME]
    if not ours:
        return listed
    for old in ours:
        root.remove(old)
    return _listed(root)


def _plugins(listed: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(listed) if listed.strip() else ElementTree.Element("jsplugins")
    except ElementTree.ParseError as error:
        raise NoPlace("WPS 的加载项清单 publish.xml 已损坏，没有改动；请修复或删除它再安装。") from error


def _listed(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return _XML + ElementTree.tostring(root, encoding="unicode") + "\n"


def starter(system: System, interpreter: PurePath) -> str:
    """The script that starts the service for WPS."""
    if system == "windows":
        return f'@start "" "{interpreter}" -E -m juesuan_addin.serve\r\n'
    return f'#!/bin/sh\nexec "{interpreter}" -E -m juesuan_addin.serve </dev/null >/dev/null 2>&1 &\n'


def _write(path: PurePath, content: bytes) -> None:
    """Write a file as a whole, its folder made."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.tmp")
    draft.write_bytes(content)
    os.replace(draft, target)
