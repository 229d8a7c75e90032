"""``schema case|report``: the JSON Schemas of what goes in and comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    add(
        app,
        "schema",
        schema,
        "打印 JSON Schema：case（案例）或 report（校验报告）。",
        "Print the JSON Schema of a case or a report.",
    )


def schema(which: Annotated[str, argument("case|report", zh="case 或 report", en="case or report")]) -> int:
    if which == "report":
        from juesuan.report import json_schema

        files.data(files.pretty(json_schema()))
    elif which == "case":
        from juesuan.case import schema as case_schema

        files.data(files.pretty(case_schema()))
    else:
        raise Stop(say(f"只有 case 和 report 两种结构，没有“{which}”。", f"There are case and report, not “{which}”."))
    return 0
