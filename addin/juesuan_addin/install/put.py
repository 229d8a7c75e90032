"""Putting the add-in where Excel and WPS load it, and taking it away again. Everything is the user's own."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath
from xml.etree import ElementTree

import juesuan
from juesuan_addin.build import icons, xlam
from juesuan_addin.install import registry as reg
from juesuan_addin.install.places import WPS_FOLDER, NoPlace, Places, System, interpreter_for, places

NAME = "juesuan"
_WPS_PARTS = ("main.js", "host.js", "read.js", "sheet.js", "talk.js", "ribbon.js")
#: Our folders among WPS's add-ins, of any version.
_FOLDER = re.compile(r"juesuan_\d[\w.+-]*")
_DAMAGED = "WPS 的加载项清单 publish.xml 已损坏，没有改动；请修复或删除它再安装。"
_SERVE = "-P -E -m juesuan_addin.serve"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def here() -> System:
    """This system."""
    return "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"


def own_places() -> Places:
    """This user's places. Raises NoPlace."""
    return places(here(), os.environ)


def install(where: Places, executable: str, registry: reg.Registry | None, wps: bool = True) -> Iterator[str]:
    """Put everything in its place; what was done, in sentences, each once it is done.

    What may be refused because a program has it open comes last. Raises OSError where something cannot be written.
    """
    interpreter = interpreter_for(executable, where.system)
    _write(where.interpreter, f"{interpreter}\r\n".encode("utf-16"))
    yield f"记下运行环境：{interpreter}"
    # Windows reads command files in its own code page
    coding = "mbcs" if sys.platform == "win32" else "utf-8"
    _write(where.starter, starter(where.system, interpreter, where.home).encode(coding))
    if where.system != "windows":
        Path(where.starter).chmod(0o755)
    if registry is not None and where.xlam is not None:
        yield from _register(where.xlam, registry)
    if wps:
        yield from _install_wps(where, interpreter)
    if where.xlam is not None:
        _write(where.xlam, xlam.build())
        yield f"Excel 加载项：{where.xlam}"


def _register(file: PurePath, registry: reg.Registry) -> Iterator[str]:
    versions = reg.installed(registry)
    for version in versions:
        reg.load_at_start(registry, version, str(file))
        reg.trust(registry, version, str(file.parent))
        yield f"Excel {version}：启动时载入，所在文件夹列为受信任位置（只对当前用户）"
    if not versions:
        yield "没有找到 Excel，没有登记；以后装了 Excel，再运行一次 juesuan addin install"


def _install_wps(where: Places, interpreter: PurePath) -> Iterator[str]:
    after = with_addin(_read(where.wps_list))
    for name, content in (wps_parts() | {"place.js": place(where.home)}).items():
        _write(where.wps_addin / name, content)
    _write(where.wps_list, after.encode())
    for old in wps_folders(where):
        if old.name != WPS_FOLDER:
            shutil.rmtree(old)
    yield f"WPS 加载项：{where.wps_addin}（列入 {where.wps_list.name}）"
    if where.login is not None:
        _write(where.login, login_entry(interpreter, where.home).encode())
        yield f"登录时启动本机服务：{where.login}"


def start(where: Places, executable: str) -> None:
    """Start the service now, as it will be at the next log-in. Raises OSError."""
    command = [str(interpreter_for(executable, where.system)), *_SERVE.split(), "--stay", "--folder", str(where.home)]
    silent = subprocess.DEVNULL
    subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)


def uninstall(where: Places, registry: reg.Registry | None) -> Iterator[str]:
    """Take everything away that ``install`` put there, told like it; copies of workbooks and logs stay."""
    if registry is not None and where.xlam is not None:
        for version in reg.VERSIONS:
            reg.forget_at_start(registry, version, str(where.xlam))
            reg.distrust(registry, version)
        yield "已从 Excel 的启动项和受信任位置中去掉"
    before = _read(where.wps_list)
    if (after := without_addin(before)) != before:
        _write(where.wps_list, after.encode())
        yield f"已从 WPS 的加载项清单去掉：{where.wps_list}"
    for folder in wps_folders(where):
        shutil.rmtree(folder)
        yield f"已删除：{folder}"
    for path in (where.interpreter, where.starter, where.login, where.home / "service.json", where.xlam):
        if path is not None and Path(path).is_file():
            Path(path).unlink()
            yield f"已删除：{path}"
    yield f"备份、日志、报告留在 {where.home}，运行环境在 {sys.prefix}，不需要可自行删除。"


def wps_folders(where: Places) -> list[Path]:
    """Our folders among WPS's add-ins, older versions too."""
    return sorted(one for one in Path(where.wps).glob("juesuan_*") if _FOLDER.fullmatch(one.name) and one.is_dir())


def place(home: PurePath) -> bytes:
    """The script that tells the WPS add-in where our own files lie."""
    return f"const JUESUAN_FOLDER = {json.dumps(home.as_posix())};\n".encode("ascii")


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
    text = xlam.older_ribbon().replace("<customUI ", '<customUI onLoad="OnAddinLoad" ', 1)
    for name in xlam.images():
        text = text.replace(f' image="{name}"', ' getImage="GetImage"')
    return text


def with_addin(listed: str) -> str:
    """WPS's list of add-ins with ours in it, as WPS's own tool writes an add-in that lies on the disk; others stay."""
    root = _plugins(listed)
    for old in [node for node in root if node.get("name") == NAME]:
        root.remove(old)
    attributes = {
        "name": NAME,
        "type": "et",
        "url": WPS_FOLDER,
        "version": juesuan.__version__,
        "enable": "enable_dev",
        "install": "null",
        "customDomain": "",
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


def _read(listed: PurePath) -> str:
    """The list of add-ins, "" where there is none."""
    path = Path(listed)
    try:
        return path.read_text("utf-8-sig") if path.is_file() else ""
    except ValueError as error:
        raise NoPlace(_DAMAGED) from error


def _plugins(listed: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(listed) if listed.strip() else ElementTree.Element("jsplugins")
    except ElementTree.ParseError as error:
        raise NoPlace(_DAMAGED) from error


def _listed(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return _XML + ElementTree.tostring(root, encoding="unicode") + "\n"


def starter(system: System, interpreter: PurePath, home: PurePath) -> str:
    """The script that starts the service for WPS."""
    if system == "windows":
        return f'@start "" "{interpreter}" {_SERVE} --folder "{home}"\r\n'
    command = f"{shlex.quote(str(interpreter))} {_SERVE} --folder {shlex.quote(str(home))}"
    return f"#!/bin/sh\nexec {command} </dev/null >/dev/null 2>&1 &\n"


def login_entry(interpreter: PurePath, home: PurePath) -> str:
    """What a Linux desktop starts at log-in: the service, for good, because WPS there cannot start it again."""
    command = f"{_quoted(interpreter)} {_SERVE} --stay --folder {_quoted(home)}"
    lines = ("Type=Application", "Name=juesuan", "Name[zh_CN]=决算公开本机服务", f"Exec={command}", "Terminal=false",
             "NoDisplay=true", "X-GNOME-Autostart-enabled=true")  # fmt: skip
    return "\n".join(("[Desktop Entry]", *lines, ""))


def _quoted(path: PurePath) -> str:
    """An argument of Exec: quoted, and once more escaped as every text of such a file."""
    inner = re.sub(r'(["`$\\])', r"\\\1", str(path).replace("%", "%%"))
    return '"' + inner.replace("\\", "\\\\") + '"'


def _write(path: PurePath, content: bytes) -> None:
    """Write a file as a whole, its folder made."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.tmp")
    draft.write_bytes(content)
    try:
        os.replace(draft, target)
    except OSError:
        draft.unlink()
        raise
