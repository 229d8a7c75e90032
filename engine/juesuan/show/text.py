"""The report as text: coloured and wrapped on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.text import Text

from juesuan.messages import Lang
from juesuan.show import words
from juesuan.show.words import Document

STYLES = {
    "cause": "bold red",
    "fatal": "red",
    "explain": "dark_orange",
    "warn": "yellow",
    "rounding": "dim",
    "not_evaluated": "magenta",
    "explained": "green",
    "problem": "cyan",
}
#: Problems alike are told once after so many.
SHOWN = 12
#: What the heading of 尾差 says already, and need not be said with each of them.
_SHORTER = (
    ("，是四舍五入的尾差", ""), ("，不必修改", ""), ("; explained by rounding (", " ("), (", nothing to mend", ""),
)  # fmt: skip
#: Cells of one cause (a shifted block, a table in 元) shown in full.
CELLS = 4


def show(documents: Sequence[Document], lang: Lang) -> None:
    """Print on the terminal."""
    _print(Console(highlight=False, markup=False), documents, lang)


def plain(documents: Sequence[Document], lang: Lang) -> str:
    """The same as text without colours, one line for each finding."""
    out = io.StringIO()
    _print(Console(file=out, width=10_000, highlight=False, markup=False, color_system=None), documents, lang)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join("─" * 60 if line and set(line) == {"─"} else line for line in lines).strip("\n")


def _print(console: Console, documents: Sequence[Document], lang: Lang) -> None:
    for number, document in enumerate(documents):
        if number:
            console.print(Line(style="dim"))
        if "error" in document:
            console.print(_text(f"{document['file']}：{document['error']}", "bold red"))
            continue
        for part in _parts(document, lang):
            console.print(part)
    if len(documents) > 1:
        console.print(Line(style="dim"))
        console.print(_text(_overall(documents, lang), "bold"))


def _parts(document: Document, lang: Lang) -> list[RenderableType]:
    good = words.clean(document)
    found: list[RenderableType] = [
        _text(words.title(document, lang), "bold"),
        _text(words.basis(document, lang), "dim"),
        _text(words.verdict(document, lang), "bold green" if good else "bold red"),
        _text(words.tally(document, lang), ""),
    ]
    if reading := words.reading(document, lang):
        found.append(_text(reading, ""))
    for problem in document["problems"]:
        if problem["code"] == words.EXPLAINED:  # what somebody typed and does not count must not be overlooked
            found.append(_item(f"[{problem['code']}] {problem['cell'] or ''}", problem["message"], STYLES["explain"]))
    by_id = {f["id"]: f for f in document["findings"]}
    groups = words.causes(document)
    if groups:
        heading = (
            f"根源 {len(groups)} 处（先改这些）" if lang == "zh" else f"Causes: {len(groups)} (correct these first)"
        )
        found += [Text(), _text(heading, STYLES["cause"])]
    for group in groups:
        for cause in group[:CELLS]:
            found.append(_item(f"[{cause['id']}] {cause['cell'] or ''}", cause["message"], "bold"))
        if len(group) > CELLS:
            rest = len(group) - CELLS
            more = f"同一根源另有 {rest} 格，见标注工作簿" if lang == "zh" else f"{rest} more cells of the same cause"
            found.append(_indent(_text(more, "dim"), 2))
        told = [by_id[i] for i in group[0]["explains"] if i in by_id]
        if told:
            head = "因此不符：" if lang == "zh" else "Hence these do not hold:"
            found.append(_indent(_text(head, "dim"), 4))
            found += [_indent(_text(_line(f, lang), ""), 6) for f in told]
    for section in words.sections(document, lang):
        count = f" {len(section.findings)} 条" if lang == "zh" else f": {len(section.findings)}"
        found += [Text(), _text(f"{section.heading}{count}", STYLES[section.key])]
        if section.key == "rounding":
            found += [_indent(_text(_line(f, lang), ""), 2) for f in section.findings]
        elif section.key == "not_evaluated":
            found += _unchecked(section.findings, lang)
        else:
            found += [_told(f, lang) for f in section.findings]
    return found + _problems(document, lang)


def _told(finding: Mapping[str, Any], lang: Lang) -> RenderableType:
    return _item(f"[{finding['rule']}] {'、'.join(finding['cells'][:1])}", words.told(finding, lang), "")


def _unchecked(findings: Sequence[Mapping[str, Any]], lang: Lang) -> list[RenderableType]:
    """What was not checked, by reason: one unreadable cell keeps many relations from being checked."""
    by_reason: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        reason = finding["message"].partition("because " if lang == "en" else "因为")[2]
        by_reason.setdefault(reason or finding["message"], []).append(finding)
    found = []
    for reason, those in by_reason.items():
        if len(those) == 1:
            found.append(_item(f"[{those[0]['rule']}] {'、'.join(those[0]['cells'][:1])}", those[0]["message"], ""))
            continue
        rules = ("、" if lang == "zh" else ", ").join(dict.fromkeys(f["rule"] for f in those))
        head = f"{len(those)} relations" if lang == "en" else f"{len(those)} 条关系"
        found.append(_item(f"[{head}]", f"{reason}{' ' if lang == 'en' else ''}（{rules}）", ""))
    return found


def _line(finding: Mapping[str, Any], lang: Lang) -> str:
    """A finding in short, its first sentence: it is mended at its cause, or (尾差) not at all."""
    cell = f" {finding['cells'][0]}" if finding["cells"] else ""
    first = finding["message"].split("。" if lang == "zh" else ". ")[0].rstrip(".")
    if finding["verdict"] == "rounding":
        for said, short in _SHORTER:
            first = first.replace(said, short)
    return f"[{finding['rule']}]{cell} {first}{'。' if lang == 'zh' else '.'}{words.explanation(finding, lang)}"


def _problems(document: Document, lang: Lang) -> list[RenderableType]:
    problems = [p for p in document["problems"] if p["code"] != words.EXPLAINED]
    if not problems:
        return []
    heading = f"关于文件 {len(problems)} 条" if lang == "zh" else f"About the file: {len(problems)}"
    found: list[RenderableType] = [Text(), _text(heading, STYLES["problem"])]
    seen: dict[str, int] = {}
    for problem in problems:
        seen[problem["code"]] = seen.get(problem["code"], 0) + 1
        if seen[problem["code"]] <= SHOWN:
            found.append(_item(f"[{problem['code']}] {problem['cell'] or ''}", problem["message"], ""))
    for code, count in seen.items():
        if count > SHOWN:
            more = (
                f"[{code}] 另有 {count - SHOWN} 条同类" if lang == "zh" else f"[{code}] {count - SHOWN} more like these"
            )
            found.append(_indent(_text(more, "dim"), 2))
    return found


def _overall(documents: Sequence[Document], lang: Lang) -> str:
    failed = sum("error" in d for d in documents)
    clean = sum("error" not in d and words.clean(d) for d in documents)
    rest = len(documents) - failed - clean
    if lang == "en":
        return f"{len(documents)} files: {clean} all good, {rest} with findings, {failed} unusable."
    return f"共 {len(documents)} 个文件：{clean} 个全部相符，{rest} 个有不符或未执行，{failed} 个不能用。"


def _item(head: str, message: str, style: str) -> RenderableType:
    text = _text(f"{head.strip()} ", style or "dim")
    text.append(_clean(message))
    return _indent(text, 2)


def _indent(text: Text, left: int) -> RenderableType:
    return Padding(text, (0, 0, 0, left), expand=False)


def _text(text: str, style: str) -> Text:
    return Text(_clean(text), style=style, overflow="fold")


def _clean(text: str) -> str:
    """Text out of a workbook without anything that could steer a terminal."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf") else c for c in text)
