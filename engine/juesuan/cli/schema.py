"""``schema case|report|facts``: the JSON Schemas of what goes in and comes out."""

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
        "打印 JSON Schema：case（案例）、report（校验报告）或 facts（补充资料）。",
        "Print the JSON Schema of a case, a report or the supplement (facts).",
    )


def schema(
    which: Annotated[str, argument("case|report|facts", zh="case、report 或 facts", en="case, report or facts")],
) -> int:
    if which == "report":
        from juesuan.report import json_schema

        files.data(files.pretty(json_schema()))
    elif which == "case":
        from juesuan.case import schema as case_schema

        files.data(files.pretty(case_schema()))
    elif which == "facts":
        from juesuan.supplement import schema as facts_schema

        files.data(files.pretty(facts_schema()))
    else:
        raise Stop(
            say(
                f"只有 case、report 和 facts 三种结构，没有“{which}”。",
                f"There are case, report and facts, not “{which}”.",
            )
        )
    return 0
