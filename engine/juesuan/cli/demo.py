"""``demo``: a published account filled, checked, annotated and reported, to see what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.help import add
from juesuan.cli.options import option
from juesuan.cli.tongue import lang, say

if TYPE_CHECKING:
    import typer

CASE = "demo/000.json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    add(
        app,
        "demo",
        demo,
        "用一份公开的真实决算演示：填表、校验、标注、出报告。",
        "Show it on a real published account: fill, check, annotate, report.",
    )


def demo(
    folder: Annotated[Path, option("--output", "-o", zh="写到这个文件夹", en="write into this folder")] = Path(
        "juesuan-demo"
    ),
) -> int:
    from juesuan import data
    from juesuan.annotate import marks
    from juesuan.case import load_case
    from juesuan.cli.validate import check
    from juesuan.cli.words import catalogue
    from juesuan.fill import fill
    from juesuan.hosts.patch import annotate
    from juesuan.report import to_json
    from juesuan.show.html import page
    from juesuan.show.text import plain
    from juesuan.template.package import workbook_bytes

    rules = catalogue()
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / say("决算公开表.xlsx", "account.xlsx")
    draft, _ = fill(load_case(data.text(CASE)), rules)
    files.write(book, workbook_bytes(draft))
    validation, content = check(book, rules, None)
    document = to_json(validation, lang(), rules)
    annotated = folder / say("决算公开表（校验）.xlsx", "account-checked.xlsx")
    report = folder / say("校验报告.html", "report.html")
    files.write(annotated, annotate(content, marks(validation, lang(), rules)))
    files.write(report, page([document], lang()))
    files.put(plain([document], lang()))
    files.put("")
    files.put(say(f"原工作簿：      {book}", f"The workbook:   {book}"))
    files.put(say(f"标注好的工作簿：{annotated}", f"Annotated copy: {annotated}"))
    files.put(say(f"校验报告：      {report}", f"Report:         {report}"))
    return 0
