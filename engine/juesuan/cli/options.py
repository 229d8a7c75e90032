"""Options and arguments with help in two languages; texts are chosen when the program is built."""

from __future__ import annotations

from typing import Any

from juesuan.cli.tongue import say


def option(*names: str, zh: str, en: str, **more: Any) -> Any:
    """An option."""
    import typer

    return typer.Option(*names, help=say(zh, en), **more)


def argument(metavar: str, *, zh: str, en: str, **more: Any) -> Any:
    """A positional argument."""
    import typer

    return typer.Argument(metavar=metavar, help=say(zh, en), **more)
