"""``validate``: check workbooks, report, annotate."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from juesuan.book import CannotRead
from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import lang, say

if TYPE_CHECKING:
    import typer

    from juesuan.statements import StatementSet
    from juesuan.validation import Validation

FORMATS = ("text", "json", "html")


def register(app: typer.Typer) -> None:
    """Add the command."""
    add(
        app,
        "validate",
        validate,
        "校验决算公开表，指出不符之处和应填的数。退出码：0 全部相符；1 有不符或未执行；2 文件不能用。",
        "Check final accounts: what does not agree, and what it should be. Exit status: 0 all good; 1 something "
        "breaks or was not evaluated; 2 a file cannot be used.",
    )


def validate(
    paths: Annotated[list[Path], argument("FILE", zh="要校验的 .xlsx/.xlsm，可以多个", en="workbooks, one or more")],
    style: Annotated[str, option("--format", "-f", zh="输出格式：text、json、html", en="text, json or html")] = "text",
    output: Annotated[Path | None, option("--output", "-o", zh="报告写入文件", en="write the report to a file")] = None,
    annotated: Annotated[
        Path | None,
        option(
            "--annotate",
            zh="另存一份标注好的工作簿（多个文件时写文件夹名）",
            en="write an annotated copy (a folder for several files)",
        ),
    ] = None,
    in_place: Annotated[
        bool, option("--in-place", zh="直接在原文件上标注，并留备份", en="annotate the file itself, keeping a backup")
    ] = False,
    prior: Annotated[
        Path | None,
        option("--prior", zh="上年决算的工作簿，用于核对年初数", en="last year's workbook, to check opening balances"),
    ] = None,
    no_formulas: Annotated[
        bool,
        option(
            "--no-formulas",
            zh="只看存着的数，不核对工作簿自己的公式（更快）",
            en="trust stored values, do not look at formulas (faster)",
        ),
    ] = False,
) -> int:
    if style not in FORMATS:
        raise Stop(
            say(
                f"--format 只能是 {'、'.join(FORMATS)}，不是“{style}”。",
                f"--format must be one of {', '.join(FORMATS)}, not “{style}”.",
            )
        )
    if annotated and in_place:
        raise Stop(say("--annotate 与 --in-place 只能用一个。", "Use either --annotate or --in-place."))
    copies = _copies(paths, annotated)
    if output:
        _not_an_input(output, paths)
    results = list(_results(paths, copies, in_place, prior, not no_formulas))
    _report(results, style, output)
    for result in results:
        for note in result.notes:
            files.tell(note)
        if result.error:
            files.tell(_error_line(result, len(results) > 1))
    return max(result.status for result in results)


@dataclass(frozen=True)
class Result:
    """What became of one file: its report as data, or the sentence why there is none."""

    path: Path
    document: dict[str, Any]
    status: int
    error: str = ""
    notes: tuple[str, ...] = ()


def _results(
    paths: list[Path], copies: dict[Path, Path], in_place: bool, prior: Path | None, formulas: bool
) -> Iterator[Result]:
    from juesuan.cli.words import catalogue
    from juesuan.validation import statements_of

    rules = catalogue()
    before = statements_of(prior, rules) if prior else None
    for path in _progress(paths):
        try:
            validation, data = check(path, rules, before, formulas)
            notes = _annotate(path, data, validation, rules, copies.get(path), in_place)
        except CannotRead as error:
            yield _failed(path, error)
            continue
        yield Result(path, _document(validation, rules), 0 if validation.report.clean else 1, notes=notes)


def check(path: Path, rules: Any, before: StatementSet | None, formulas: bool = True) -> tuple[Validation, bytes]:
    """The validation of one file, and the bytes it was read from. Raises CannotRead."""
    from juesuan.hosts.read import read_book
    from juesuan.validation import examine

    data = files.read(path)
    return examine(read_book(data, name=path.name, formulas=formulas), rules, before), data


def _document(validation: Validation, rules: Any) -> dict[str, Any]:
    from juesuan.report import to_json

    return to_json(validation, lang(), rules)


def _failed(path: Path, error: CannotRead) -> Result:
    from juesuan.english import english
    from juesuan.report import failure

    sentence = english(str(error)) if lang() == "en" else str(error)
    return Result(path, failure(path.name, sentence), 2, sentence)


def _annotate(
    path: Path, data: bytes, validation: Validation, rules: Any, copy: Path | None, in_place: bool
) -> tuple[str, ...]:
    if copy is None and not in_place:
        return ()
    from juesuan.annotate import marks
    from juesuan.hosts.patch import annotate

    done = annotate(data, marks(validation, lang(), rules))
    if copy is not None:
        copy.parent.mkdir(parents=True, exist_ok=True)
        files.write(copy, done)
        return (say(f"标注好的工作簿：{copy}", f"Annotated copy: {copy}"),)
    kept = files.replace(path, done)
    return (say(f"已在原文件上标注：{path}（备份：{kept}）", f"Annotated in place: {path} (backup: {kept})"),)


def _copies(paths: list[Path], target: Path | None) -> dict[Path, Path]:
    """Where each file's annotated copy goes; raises Stop where that would be an input or the same place twice."""
    if target is None:
        return {}
    if len(paths) == 1 and not target.is_dir():
        files.apart(paths[0], target)
        return {paths[0]: target}
    if target.is_file() or (not target.is_dir() and target.suffix):
        raise Stop(say("多个文件时，--annotate 应写文件夹名。", "With several files --annotate takes a folder."))
    found: dict[Path, Path] = {}
    for path in paths:
        name, number = path.name, 1
        while target / name in found.values():
            number += 1
            name = f"{path.stem}-{number}{path.suffix}"
        found[path] = target / name
        files.apart(path, target / name)
    return found


def _not_an_input(output: Path, paths: list[Path]) -> None:
    if output.exists() and any(path.exists() and output.samefile(path) for path in paths):
        raise Stop(say("报告不能写到要校验的文件上。", "The report cannot replace the workbook."))


def _progress(paths: list[Path]) -> Iterator[Path]:
    """The paths one by one, with a progress bar when there are several and somebody is watching."""
    if len(paths) < 2 or not sys.stderr.isatty():
        yield from paths
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(paths, description=say("校验", "Checking"), console=Console(stderr=True), transient=True)


def _report(results: list[Result], style: str, output: Path | None) -> None:
    documents = [result.document for result in results]
    if style == "json":
        text = files.pretty(documents[0] if len(documents) == 1 else documents)
    elif style == "html":
        from juesuan.show.html import page

        text = page(documents, lang())
    else:
        _text(documents, output)
        return
    _out(text, output, utf8=True)


def _text(documents: list[dict[str, Any]], output: Path | None) -> None:
    from juesuan.show.text import plain, show

    if output is None and sys.stdout.isatty():
        show(documents, lang())
    else:
        told = [d for d in documents if "error" not in d] or ([] if output is None else documents)
        if told:
            _out(plain(documents if len(documents) > 1 else told, lang()), output)


def _out(text: str, output: Path | None, utf8: bool = False) -> None:
    if output is None:
        (files.data if utf8 else files.put)(text)
    else:
        files.write(output, text if text.endswith("\n") else f"{text}\n")
        files.tell(say(f"报告：{output}", f"Report: {output}"))


def _error_line(result: Result, several: bool) -> str:
    return f"{result.path}：{result.error}" if several else result.error
