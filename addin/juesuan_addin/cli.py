"""``juesuan addin …``: installing the add-in, looking after it, and pressing its buttons without a ribbon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add, group
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan_addin.install.places import Places
    from juesuan_addin.install.registry import Registry


def register(app: typer.Typer) -> None:
    """Add the commands."""
    addin = group(say("Excel、WPS 加载项：安装、卸载、检查。", "The add-in for Excel and WPS: install, remove, check."))
    add(addin, "install", install, "安装加载项（只对当前用户，不用管理员权限）。", "Install the add-in for this user.")
    add(addin, "uninstall", uninstall, "卸载加载项；备份和日志留下。", "Remove the add-in; copies and logs stay.")
    add(
        addin,
        "doctor",
        doctor,
        "检查常见的毛病并说明怎么办。退出码：0 正常；1 有问题。",
        "Look for what usually breaks. Exit status: 0 all well; 1 something is wrong.",
    )
    add(
        addin,
        "press",
        press,
        "不用功能区，对打开着的工作簿执行一个按钮（check、clear、report……）。",
        "Press a button on the open workbook without the ribbon (check, clear, report …).",
    )
    add(addin, "serve", serve, "启动供 WPS 加载项使用的本机服务。", "Run the local service for the WPS add-in.")
    add(addin, "build", build, "生成 juesuan.xlam。", "Build juesuan.xlam.")
    app.add_typer(addin, name="addin")


def install(
    no_wps: Annotated[bool, option("--no-wps", zh="不装 WPS 加载项", en="leave WPS out")] = False,
    force: Annotated[bool, option("--force", zh="Excel、WPS 开着也装", en="even while Excel or WPS is open")] = False,
) -> int:
    import sys

    from juesuan_addin.install.put import install as put
    from juesuan_addin.install.put import start

    where = _places()
    _closed(force)
    _stop(where)
    _told(put(where, sys.executable, _registry(), wps=not no_wps))
    if where.login is not None and not no_wps:
        start(where, sys.executable)
    files.put(say("装好了。重启 Excel、WPS 就能看到“决算公开”。", "Done. Restart Excel or WPS to see 决算公开."))
    return 0


def uninstall(
    force: Annotated[bool, option("--force", zh="Excel、WPS 开着也卸", en="even while Excel or WPS is open")] = False,
) -> int:
    from juesuan_addin.install.put import uninstall as take

    where = _places()
    _closed(force)
    _stop(where)
    _told(take(where, _registry()))
    return 0


def _closed(force: bool) -> None:
    """Stop where a program is open that undoes what is installed when it ends, or keeps the file locked."""
    from juesuan_addin.install.programs import in_the_way

    if not force and (names := in_the_way()):
        raise Stop(
            say(
                f"请先关闭 {'、'.join(names)} 再运行：开着时登记会被它退出时改回，文件也替换不了；确要继续加 --force。",
                f"Close {', '.join(names)} first; it undoes the set-up when it ends (--force to go on).",
            )
        )


def _stop(where: Places) -> None:
    """End the service of an earlier version."""
    from juesuan_addin.serve import stop

    stop(Path(where.home))


def _told(steps: Iterator[str]) -> None:
    """Print each step as it is done, so that a failure leaves no doubt about what was."""
    from juesuan_addin.install.places import NoPlace

    try:
        for line in steps:
            files.put(line)
    except NoPlace as error:
        raise Stop(str(error)) from error
    except OSError as error:
        what = f"{error.filename2 or error.filename or ''}（{error.strerror or error}）"
        raise Stop(
            say(
                f"写不进 {what}；上面列出的已经做好，其余没有做，请关闭 Excel、WPS 后再运行一次。",
                f"Cannot write {what}; what is listed above is done. Close Excel and WPS, then run this again.",
            )
        ) from error


def doctor() -> int:
    from juesuan_addin.install.doctor import about_machine, examine, look

    results = examine(look(_places(), _registry()))
    files.put(about_machine())
    for result in results:
        files.put(f"［{result.level}］{result.what}")
        if result.do:
            files.put(f"        {result.do}")
    return 1 if any(result.level == "有问题" for result in results) else 0


def press(
    name: Annotated[str, argument("BUTTON", zh="按钮名", en="the button")],
    book: Annotated[str, option("--from", zh="工作簿（默认当前的）", en="the workbook (default: the active one)")] = "",
) -> int:
    from juesuan_addin.__main__ import main
    from juesuan_addin.buttons import BUTTONS

    if name not in BUTTONS:
        known = "、".join(f"{key}（{button.label}）" for key, button in BUTTONS.items())
        raise Stop(say(f"没有按钮 {name}；可用：{known}。", f"No button {name}; there are: {', '.join(BUTTONS)}."))
    return main([name, "--from", book])


def serve(
    origin: Annotated[
        list[str] | None, option("--origin", zh="另外允许的网页来源（可多次）", en="another web origin that may ask")
    ] = None,
    stay: Annotated[bool, option("--stay", zh="没有人用也不结束", en="do not end when nobody asks")] = False,
) -> int:
    from juesuan_addin.actions import home
    from juesuan_addin.serve import is_origin, main, running

    origins = origin or []
    if wrong := [text for text in origins if not is_origin(text)]:
        raise Stop(
            say(
                f"{wrong[0]} 不是一个网页来源；写成 https://主机 或 https://主机:端口，不带路径。",
                f"{wrong[0]} is no web origin; write https://host or https://host:port, without a path.",
            )
        )
    if running(home()):
        files.put(say("本机服务已在运行。", "The service is running already."))
        return 0
    files.put(say("本机服务已启动，按 Ctrl+C 停止。", "The service is running; Ctrl+C stops it."))
    return main(["--stay"] if stay else [], origins)


def build(
    folder: Annotated[Path, option("--output", "-o", zh="写到这个文件夹", en="write into this folder")] = Path(
        "addin/dist"
    ),
) -> int:
    from juesuan_addin.build.__main__ import main

    return main([str(folder)])


def _places() -> Places:
    from juesuan_addin.install.places import NoPlace
    from juesuan_addin.install.put import own_places

    try:
        return own_places()
    except NoPlace as error:
        raise Stop(str(error)) from error


def _registry() -> Registry | None:
    from juesuan_addin.install.put import here
    from juesuan_addin.install.registry import windows

    return windows() if here() == "windows" else None
