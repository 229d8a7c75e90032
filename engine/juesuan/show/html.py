"""The report as one self-contained HTML page: nothing is fetched, everything out of the workbook is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from juesuan.messages import Lang
from juesuan.show import words
from juesuan.show.page import SCRIPT, STYLE
from juesuan.show.words import Document

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_HEAD = {
    "zh": ("类别", "规则", "表", "行", "栏", "单元格", "填列数", "应为", "相差", "说明"),
    "en": (
        "Kind",
        "Rule",
        "Table",
        "Row",
        "Column",
        "Cell",
        "Stated",
        "Expected",
        "Difference",
        "What and how to mend",
    ),
}
_SAY = {
    "zh": {
        "causes": "根源（先改这些）",
        "hence": "因此不符",
        "findings": "全部不符、尾差与未执行",
        "file": "关于文件",
        "search": "搜索：表、行、规则、说明……",
        "kinds": "全部类别",
        "tables": "全部表",
        "shown": "条",
        "code": "代码",
        "cell": "单元格",
        "message": "说明",
        "report": "决算校验报告",
    },
    "en": {
        "causes": "Causes (correct these first)",
        "hence": "Hence these do not hold",
        "findings": "All findings",
        "file": "About the file",
        "search": "Search tables, rows, rules, messages…",
        "kinds": "All kinds",
        "tables": "All tables",
        "shown": "shown",
        "code": "Code",
        "cell": "Cell",
        "message": "Message",
        "report": "Report on final accounts",
    },
}
_COUNTS = (
    ("breaks", "不符", "break"),
    ("not_evaluated", "未执行", "not checked"),
    ("rounding", "尾差", "rounding"),
    ("holds", "相符", "hold"),
    ("not_applicable", "不适用", "not applicable"),
)


def page(documents: Sequence[Document], lang: Lang) -> str:
    """A complete page with a section for each file."""
    first = documents[0] if documents else {}
    title = words.title(first, lang) if len(documents) == 1 and "error" not in first else _SAY[lang]["report"]
    body = "\n<hr>\n".join(_section(document, lang, number) for number, document in enumerate(documents, start=1))
    if len(documents) > 1:
        body = _index(documents, lang) + body
    return (
        f'<!DOCTYPE html>\n<html lang="{"en" if lang == "en" else "zh-CN"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n"
        f"<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _section(document: Document, lang: Lang, number: int) -> str:
    if "error" in document:
        error = f'<p class="verdict bad">{escape(document["error"])}</p>'
        return f"<section id='f{number}'><h1>{escape(document['file'])}</h1>{error}</section>"
    counts = document["counts"]
    good = words.clean(document)
    boxes = "".join(
        f"<li><b>{counts[key]}</b>{escape(english if lang == 'en' else chinese)}</li>"
        for key, chinese, english in _COUNTS
    )
    return (
        f'<section id="f{number}">\n<h1>{escape(words.title(document, lang))}</h1>\n'
        f'<p class="dim">{escape(words.basis(document, lang))}</p>\n'
        f'<p class="verdict {"good" if good else "bad"}">{escape(words.verdict(document, lang))}</p>\n'
        f'<ul class="counts">{boxes}</ul>\n{_reading(document, lang)}{_causes(document, lang)}'
        f"{_findings(document, lang)}{_problems(document, lang)}</section>"
    )


def _reading(document: Document, lang: Lang) -> str:
    told = words.reading(document, lang)
    return f"<p>{escape(told)}</p>\n" if told else ""


def _index(documents: Sequence[Document], lang: Lang) -> str:
    """What came of each of several files, with the way to its section."""
    rows = []
    for number, document in enumerate(documents, start=1):
        failed = "error" in document
        name = document["file"] if failed else words.title(document, lang)
        said = document["error"] if failed else words.verdict(document, lang)
        good = not failed and words.clean(document)
        rows.append(
            f'<tr><td><a href="#f{number}">{escape(name)}</a></td><td>{escape(document["file"])}</td>'
            f'<td class="{"good" if good else "bad"}">{escape(said)}</td></tr>'
        )
    return f"<h1>{escape(_SAY[lang]['report'])}</h1>\n<table>{''.join(rows)}</table>\n<hr>\n"


def _causes(document: Document, lang: Lang) -> str:
    groups = words.causes(document)
    if not groups:
        return ""
    by_id = {f["id"]: f for f in document["findings"]}
    parts = [f"<h2>{escape(_SAY[lang]['causes'])}</h2>\n"]
    for group in groups:
        cells = "".join(f"<p><b>{escape(c['id'])}</b> {_cell(c['cell'])} {escape(c['message'])}</p>" for c in group)
        told = "".join(
            f"<li>{escape(by_id[i]['rule'])} {_cell(by_id[i]['cells'][0] if by_id[i]['cells'] else None)} "
            f"{escape(by_id[i]['message'])}</li>"
            for i in group[0]["explains"]
            if i in by_id
        )
        hence = f'<p class="dim">{escape(_SAY[lang]["hence"])}</p><ul>{told}</ul>' if told else ""
        parts.append(f'<div class="cause">{cells}{hence}</div>\n')
    return "".join(parts)


def _findings(document: Document, lang: Lang) -> str:
    found = sorted(document["findings"], key=lambda f: words.ORDER.index(words.kind(f)))
    if not found:
        return ""
    said = _SAY[lang]
    kinds = _options((key, words.name(key, lang)) for key in words.ORDER if any(words.kind(f) == key for f in found))
    tables = _options((name, name) for name in dict.fromkeys(f["table"] for f in document["findings"]))
    heads = "".join(f"<th>{escape(h)}</th>" for h in _HEAD[lang])
    rows = "\n".join(_row(f, lang) for f in found)
    hint = escape(said["search"])
    return (
        f"<h2>{escape(said['findings'])}</h2>\n"
        f'<div class="tools"><input type="search" placeholder="{hint}" aria-label="{hint}">'
        f'<select class="bykind"><option value="">{escape(said["kinds"])}</option>{kinds}</select>'
        f'<select class="bytable"><option value="">{escape(said["tables"])}</option>{tables}</select>'
        f'<span class="dim"><span class="shown">{len(found)}</span> {escape(said["shown"])}</span></div>\n'
        f'<div class="wide"><table><thead><tr>{heads}</tr></thead>\n<tbody class="f">\n{rows}\n</tbody></table></div>\n'
    )


def _row(finding: Mapping[str, Any], lang: Lang) -> str:
    kind = words.kind(finding)
    numbers = "".join(f'<td class="n">{_text(finding[key])}</td>' for key in ("stated", "expected", "difference"))
    places = "".join(f"<td>{_text(finding[key])}</td>" for key in ("table", "row", "column"))
    cell = _cell(finding["cells"][0] if finding["cells"] else None)
    return (
        f'<tr class="{escape(kind)}" data-t="{escape(finding["table"])}">'
        f'<td class="k">{escape(words.name(kind, lang))}</td>'
        f'<td class="k">{escape(finding["rule"])}</td>{places}<td>{cell}</td>{numbers}'
        f'<td class="m">{escape(words.told(finding, lang))}</td></tr>'
    )


def _problems(document: Document, lang: Lang) -> str:
    if not document["problems"]:
        return ""
    said = _SAY[lang]
    rows = "\n".join(
        f"<tr><td>{escape(p['code'])}</td><td>{_cell(p['cell'])}</td><td>{escape(p['message'])}</td></tr>"
        for p in document["problems"]
    )
    heads = "".join(f"<th>{escape(said[key])}</th>" for key in ("code", "cell", "message"))
    return (
        f"<h2>{escape(said['file'])}</h2>\n"
        f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table></div>\n'
    )


def _options(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(name)}</option>' for value, name in pairs)


def _cell(cell: str | None) -> str:
    return f'<span class="cell">{escape(cell)}</span>' if cell else ""


def _text(value: str | None) -> str:
    return "" if value is None else escape(value)
