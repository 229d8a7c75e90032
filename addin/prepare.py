"""What setup.cmd runs on Windows: a private environment for this user, the package in it, the add-in installed.

It runs before anything of ours is installed, so it uses nothing but Python itself. It speaks, because a command file
cannot: what that prints depends on the machine's code page. Wheels in the folder "wheels" beside this file are used
instead of the network. Nothing here needs an administrator.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PureWindowsPath

#: Runs a command; whether it went well.
Run = Callable[[Sequence[str]], bool]
#: Besides the user, the system and the administrators keep their access.
_SYSTEM, _ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"


def main() -> int:
    """Set everything up; 0 if it went well."""
    here = Path(__file__).resolve().parent
    home = choose(os.environ, make, closed)
    if home is None:
        print("没有装成：没有一个文件夹可以写。请联系信息部门，允许您写自己的 AppData\\Local。")
        return 1
    environment = Path(home) / "env"
    print(f"运行环境：{environment}")
    python = environment / "Scripts" / "python.exe"
    if not python.is_file() and not run([sys.executable, "-m", "venv", str(environment)]):
        print("没有装成：建不了运行环境。请重新安装 python.org 的 Python 3.11 以上版本，再双击 setup.cmd。")
        return 1
    if not run([str(python), "-m", "pip", "install", "--disable-pip-version-check", *source(here)]):
        print("没有装成：程序包没有装上。请检查网络；不能上网的，用带 wheels 文件夹的安装包，再双击 setup.cmd。")
        return 1
    if not run([str(python), "-m", "juesuan", "addin", "install"]):
        print("没有装完：请照上面的提示处理（多半是要先关闭 Excel、WPS），再双击 setup.cmd。")
        return 1
    return 0


def candidates(environment: Mapping[str, str]) -> list[PureWindowsPath]:
    """Where the environment may go, the best first.

    The user's own folder, unless it has other signs than ASCII in its path, as it has for a user with a Chinese name:
    then a folder of his own elsewhere, and his own only where nothing else can be written.
    """
    local = PureWindowsPath(environment.get("LOCALAPPDATA") or r"C:\Users\Default\AppData\Local") / "juesuan"
    if str(local).isascii():
        return [local]
    name = "juesuan-" + hashlib.sha256(str(local).casefold().encode()).hexdigest()[:8]
    drive = PureWindowsPath(environment.get("SystemDrive", "C:") + "\\")
    public = PureWindowsPath(environment.get("PUBLIC") or r"C:\Users\Public")
    return [*(folder / name for folder in (drive, public) if str(folder).isascii()), local]


def choose(
    environment: Mapping[str, str], make: Callable[[str], bool], close: Callable[[str], bool]
) -> PureWindowsPath | None:
    """The first place that can be made and, outside the user's own folder, be closed to all others."""
    *elsewhere, own = candidates(environment)
    found = next((one for one in elsewhere if make(str(one)) and close(str(one))), None)
    return found or (own if make(str(own)) else None)


def make(folder: str) -> bool:
    """Make a folder, if need be; whether it is there."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return True


def closed(folder: str) -> bool:
    """Keep every other user out: programs of this user run from there. Fails where the folder is somebody else's."""
    try:
        said = subprocess.run(["whoami", "/user", "/fo", "csv", "/nh"], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    user = identity(said.decode("ascii", "replace"))
    return bool(user) and run(closing(folder, user))


def identity(answer: str) -> str:
    """The user's security identifier in the answer of whoami, "" if none."""
    last = [row[-1] for row in csv.reader(answer.splitlines()) if row]
    return last[0] if last and last[0].startswith("S-1-") else ""


def closing(folder: str, user: str) -> list[str]:
    """The command that closes a folder to all but ``user`` and those who look after the machine."""
    grants = [f"*{who}:(OI)(CI)F" for who in (user, _SYSTEM, _ADMINISTRATORS)]
    return ["icacls", folder, "/inheritance:r", "/grant:r", *grants, "/q"]


def source(here: Path) -> list[str]:
    """What pip installs: wheels that came along, else the project around this file."""
    wheels = here / "wheels"
    if wheels.is_dir():
        return ["--upgrade", "--no-index", "--find-links", str(wheels), "juesuan[addin]"]
    return [f"{here.parent}[addin]"]


def run(command: Sequence[str]) -> bool:
    """Run a command, its output shown; whether it went well."""
    try:
        return subprocess.run(command, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
