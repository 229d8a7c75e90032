"""The program: which commands there are, the language, and what happens when something goes wrong."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

from juesuan.book import CannotRead
from juesuan.cli.errors import INTERRUPTED, Stop
from juesuan.cli.help import classes
from juesuan.cli.options import option
from juesuan.cli.tongue import Lang, lang, say, speak

if TYPE_CHECKING:
    import typer


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit status. Never raises, never shows a traceback."""
    _forgiving_streams()
    speak("zh")
    try:
        return _run(_language(list(arguments)))
    except Stop as error:
        return _fail(_sentence(error), error.status)
    except CannotRead as error:
        return _fail(_sentence(error))
    except BrokenPipeError:
        _silence()
        return 0
    except KeyboardInterrupt:
        _tell(say("已中断。", "Interrupted."))
        return INTERRUPTED
    except MemoryError:
        return _fail(
            say("内存不足，请关闭其他程序，或减少一次处理的文件。", "Out of memory; process fewer files at once.")
        )
    except OSError as error:
        return _fail(_system(error))
    except Exception as error:
        return _fail(_unexpected(error))


def _run(arguments: list[str]) -> int:
    import typer

    command: Any = typer.main.get_command(build())
    if not arguments:
        arguments = ["--help"]
    try:
        result = command.main(args=arguments, prog_name="juesuan", standalone_mode=False)
    except Exception as error:
        if (code := getattr(error, "exit_code", None)) is None:
            raise
        if type(error).__name__ == "Exit":
            return int(code)
        if type(error).__name__ == "NoArgsIsHelpError":
            print(getattr(error, "message", error))
            return 0
        raise Stop(_usage(error)) from error
    if result == INTERRUPTED:  # the options library has turned KeyboardInterrupt into this
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def build() -> typer.Typer:
    """The program with all its commands, in the language chosen."""
    from importlib.metadata import entry_points

    import typer

    from juesuan.cli import (
        bureau,
        codes,
        demo,
        forms,
        layouts,
        make,
        mend,
        narrate,
        notices,
        rules,
        schema,
        seal,
        serve,
        validate,
    )

    app = typer.Typer(
        cls=classes()[0], add_completion=False, no_args_is_help=True, rich_markup_mode=None, help=_about()
    )
    app.callback()(_globals)
    for module in (
        validate,
        mend,
        narrate,
        forms,
        seal,
        make,
        rules,
        layouts,
        schema,
        codes,
        bureau,
        notices,
        serve,
        demo,
    ):
        module.register(app)
    for entry in sorted(entry_points(group="juesuan.commands"), key=lambda e: e.name):
        entry.load().register(app)
    return app


def _about() -> str:
    return say(
        "部门/单位决算公开九表：校验、标注、模板、填报。",
        "The nine public tables of Chinese departmental final accounts: check, annotate, fill, build templates.",
    )


def _globals(
    version: Annotated[bool, option("--version", "-V", zh="显示版本号", en="show the version")] = False,
    language: Annotated[
        str, option("--lang", zh="zh 或 en；可写在命令前后", en="zh or en, anywhere on the line")
    ] = "zh",
) -> None:
    if version:
        import typer

        from juesuan import __version__

        print(f"juesuan {__version__}")
        raise typer.Exit(0)


# --- the language ---


def _language(arguments: list[str]) -> list[str]:
    """The arguments without ``--lang X``, wherever it stands; the language is set."""
    rest: list[str] = []
    at = 0
    while at < len(arguments):
        word = arguments[at]
        if word == "--":
            return [*rest, *arguments[at:]]
        if word == "--lang" or word.startswith("--lang="):
            value = word.partition("=")[2] if "=" in word else (arguments[at + 1] if at + 1 < len(arguments) else "")
            at += 1 if "=" in word else 2
            if value not in get_args(Lang):
                raise Stop(f"--lang 只能是 zh 或 en，不是“{value}”。")
            speak("en" if value == "en" else "zh")
            continue
        rest.append(word)
        at += 1
    return rest


# --- what went wrong ---


def _sentence(error: Exception) -> str:
    text = str(error)
    if lang() == "en" and isinstance(error, CannotRead):
        from juesuan.english import english

        return english(text)
    return text


def _usage(error: Exception) -> str:
    """A usage error in one sentence, with the way to the help."""
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "juesuan") or "juesuan"
    if lang() == "en":
        return f"{str(getattr(error, 'message', error)).rstrip('.')}. See: {path} --help"
    return f"{_said(error)}。用法见：{path} --help"


def _said(error: Exception) -> str:
    parameter = getattr(error, "param", None)
    name = str(getattr(parameter, "metavar", None) or "/".join(getattr(parameter, "opts", ())))
    message = str(getattr(error, "message", "") or "").rstrip("。.")
    match type(error).__name__:
        case "NoSuchOption":
            return f"没有选项 {getattr(error, 'option_name', '')}"
        case "MissingParameter":
            return f"缺少 {name or '参数'}"
        case "BadParameter":
            return f"{name or '参数'} 的值不对（{_value(message)}）"
        case "BadOptionUsage":
            return f"选项 {getattr(error, 'option_name', '')} 的用法不对"
    if message.startswith("No such command"):
        return f"没有命令 {message.removeprefix('No such command').strip()}"
    if "unexpected extra argument" in message:
        return f"多出了参数 {message.partition('(')[2].rstrip(')')}"
    return message or "命令写法不对"


#: What the options library says of a value, and how it is said in Chinese; "{}" stands for a number or a list.
_VALUES = (
    (r"Input should be less than or equal to (\S+)", "不能大于 {}"),
    (r"Input should be greater than or equal to (\S+)", "不能小于 {}"),
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*", "应为数字"),
    (r".*is not a valid integer.*", "应为整数"),
    (r".*is not in the range (\S+?)<=x<=(\S+?)", "应在 {} 到 {} 之间"),
    (r".*is not one of (.+)", "应为 {} 之一"),
)


def _value(message: str) -> str:
    for pattern, said in _VALUES:
        if match := re.fullmatch(pattern, message):
            return said.format(*match.groups())
    return message


def _system(error: OSError) -> str:
    name = Path(str(error.filename)).name if error.filename else ""
    shown = f"“{name}”" if name else say("文件", "the file")
    if isinstance(error, FileNotFoundError):
        return say(f"找不到{shown}，或它所在的文件夹不存在。", f"{shown} or its folder does not exist.")
    if isinstance(error, PermissionError):
        return say(
            f"{shown}不能读写：没有权限，或正被其他程序（如 Excel）打开。",
            f"{shown} cannot be read or written: no permission, or open in another program.",
        )
    if isinstance(error, FileExistsError | IsADirectoryError | NotADirectoryError):
        return say(f"{shown}的位置上已有别的文件或文件夹。", f"Another file or folder is in the way of {shown}.")
    return say(
        f"{shown}读写失败（{error.strerror or error}）。", f"Reading or writing {shown} failed ({error.strerror})."
    )


def _unexpected(error: Exception) -> str:
    """The sentence for a fault of the program; the traceback goes into a file."""
    try:
        handle, path = tempfile.mkstemp(prefix="juesuan-", suffix=".log", text=True)
        with os.fdopen(handle, "w", encoding="utf-8") as log:
            log.writelines(traceback.format_exception(error))
    except OSError:
        path = say("（日志未能写出）", "(no log could be written)")
    name = type(error).__name__
    return say(
        f"程序内部出错（{name}），没有得出结果；详情记在 {path}，请连同文件反馈。",
        f"Internal error ({name}), no result; details are in {path}, please report it with the file.",
    )


def _fail(sentence: str, status: int = 2) -> int:
    _tell(" ".join(sentence.split()))
    return status


def _tell(sentence: str) -> None:
    try:
        print(sentence, file=sys.stderr)
    except (OSError, ValueError):
        return


def _silence() -> None:
    """Nobody reads the output any more: keep Python from complaining when it closes it."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return


def _forgiving_streams() -> None:
    """Consoles that cannot show a character (GBK) show "?" instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            try:
                reconfigure(errors="replace")
            except (OSError, ValueError):
                continue
