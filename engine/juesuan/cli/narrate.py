"""``narrate``: 情况说明 and 名词解释 written from the tables and 补充资料; what people changed is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan.catalogue import Catalogue
    from juesuan.layout import Layout
    from juesuan.refill import Gap, Refill
    from juesuan.supplement import Supplement


def register(app: typer.Typer) -> None:
    """Add the command."""
    add(
        app,
        "narrate",
        narrate,
        "按九张表和补充资料写情况说明、名词解释；改过的文字保留不动。",
        "Write the narrative and the glossary from the tables and the supplement; edited text is kept.",
    )


def narrate(
    path: Annotated[Path, argument("FILE", zh="工作簿", en="the workbook")],
    output: Annotated[Path | None, option("--output", "-o", zh="写到这个文件", en="write to this file")] = None,
    in_place: Annotated[
        bool, option("--in-place", zh="直接改原文件，并留备份", en="change the file itself, keeping a backup")
    ] = False,
    facts: Annotated[
        Path | None,
        option(
            "--facts", zh="补充资料（JSON），一并写进工作簿", en="the supplement as JSON, written into the workbook too"
        ),
    ] = None,
    prior: Annotated[
        Path | None,
        option("--prior", zh="上年决算，补上没有填的上年数", en="last year's account, for blanks of last year"),
    ] = None,
    layout: Annotated[
        str | None, option("--layout", zh="版式（默认按工作簿）", en="layout (default: the workbook's)")
    ] = None,
) -> int:
    from juesuan.bind import bind
    from juesuan.cli.mend import one_target, write_result
    from juesuan.cli.words import catalogue
    from juesuan.formulas import freshen
    from juesuan.hosts.patch import apply_edits
    from juesuan.hosts.read import read_book
    from juesuan.refill import narration
    from juesuan.seal.record import present
    from juesuan.validation import statements_of

    one_target(path, output, in_place)
    rules = catalogue()
    chosen = _layout(rules, layout)
    given = _given(facts) if facts else None
    before = statements_of(prior) if prior else None
    data = files.read(path)
    book = freshen(read_book(data, name=path.name)).book
    if present(book):
        raise Stop(
            say(
                f"《{path.name}》已经封存，不能改写；请先用 juesuan unlock 解除封存。",
                f"“{path.name}” is sealed and not to be changed; use juesuan unlock first.",
            )
        )
    found = narration(book, bind(book, rules), rules, given=given, prior=before, layout=chosen)
    if problems := found.supplement.problems:
        for problem in problems:
            files.tell(f"{problem.cell}：{problem.message}" if problem.cell else problem.message)
    changed = apply_edits(data, found.edits)
    write_result(path, changed, output, in_place and changed != data)
    _tell(found.refill, found.gaps, changed=bool(found.edits))
    return 1 if found.gaps or problems else 0


def _layout(rules: Catalogue, layout: str | None) -> Layout | None:
    if layout is None:
        return None
    if layout not in rules.layouts:
        known = "、".join(sorted(rules.layouts))
        raise Stop(
            say(f"没有名为“{layout}”的版式；可用：{known}。", f"There is no layout “{layout}”; there are: {known}.")
        )
    return rules.layouts[layout]


def _given(path: Path) -> Supplement:
    from juesuan.cli.make import text_of
    from juesuan.supplement import BadFacts, load_facts, read_facts

    try:
        return read_facts(load_facts(text_of(path)))
    except BadFacts as error:
        raise Stop(f"{path.name}：{error}") from error


def _tell(done: Refill, gaps: tuple[Gap, ...], *, changed: bool) -> None:
    if not changed:
        files.tell(say("文字都是新的，没有改动。", "Nothing to change."))
    files.tell(
        say(
            f"自动生成 {done.written} 段，改过而保留 {done.kept} 段，手工填写 {done.typed} 段。",
            f"{done.written} paragraphs generated, {done.kept} kept as edited, {done.typed} typed.",
        )
    )
    if done.kept or done.typed:
        files.tell(
            say("保留的文字旁边写有新生成的文字，供参考。", "Newly generated wording stands beside what was kept.")
        )
    if gaps:
        files.tell(say(f"待填 {len(gaps)} 项：", f"{len(gaps)} still to be filled in:"))
        for gap in gaps:
            files.put(f"{gap.cell}\t{gap.label}" if gap.cell else f"—\t{gap.label}")
