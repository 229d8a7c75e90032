"""Help in Chinese: typer writes its headings in English only, so the finished text is put into Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from juesuan.cli.tongue import say

if TYPE_CHECKING:
    from collections.abc import Callable

    import typer

_WORDS = (
    ("Usage:", "用法："),
    ("[OPTIONS] COMMAND [ARGS]...", "[选项] 命令 …"),
    ("[OPTIONS]", "[选项]"),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Commands:", "命令："),
    ("Show this message and exit.", "显示帮助"),
    ("[required]", "[必填]"),
    ("[default: ", "[默认 "),
    ("{FILE}...", "FILE …"),
    ("<list[Path]>", ""),
    ("<str>", "值"),
    ("<path>", "路径"),
    ("<int range>", "数"),
    ("<int>", "数"),
)


def chinese(text: str) -> str:
    """A help text with typer's own words in the language chosen."""
    for english, word in _WORDS:
        said = say(word, english)
        gap = len(english) - sum(2 if ord(c) > 255 else 1 for c in said)
        text = text.replace(english, said + " " * gap if english.startswith("<") else said)
    return text


def classes() -> tuple[Any, Any]:
    """The group and command classes whose help speaks the language chosen."""
    from typer.core import TyperCommand, TyperGroup

    class Group(TyperGroup):
        def get_help(self, ctx: Any) -> str:
            return chinese(super().get_help(ctx))

    class Command(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            return chinese(super().get_help(ctx))

    return Group, Command


def group(text: str) -> typer.Typer:
    """A group of commands."""
    import typer

    return typer.Typer(cls=classes()[0], no_args_is_help=True, rich_markup_mode=None, help=text)


def add(app: typer.Typer, name: str, function: Callable[..., int], zh: str, en: str) -> None:
    """Add a command."""
    app.command(name, cls=classes()[1], help=say(zh, en))(function)
