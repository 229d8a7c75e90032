"""The report as one self-contained HTML page: nothing is fetched, everything out of the workbook is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from juesuan.messages import Lang
from juesuan.show import words
from juesuan.show.words import Document

_STYLE = """
:root{--red:#b3261e;--orange:#a85a00;--yellow:#7a6400;--green:#1b6e3c;--line:#d6d9de;--soft:#f6f7f9}
*{box-sizing:border-box}body{margin:0 auto;max-width:1280px;padding:24px;color:#1d2126;background:#fff;
font:14px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 8px}.dim{color:#5c6570}.good{color:var(--green)}
.bad{color:var(--red)}.verdict{font-size:16px;font-weight:bold;margin:10px 0}
.counts{display:flex;flex-wrap:wrap;gap:10px;margin:12px 0;padding:0;list-style:none}
.counts li{border:1px solid var(--line);border-radius:6px;padding:6px 14px;min-width:84px;text-align:center}
.counts b{display:block;font-size:20px}.cause{border:1px solid #e3b5b1;border-left:5px solid var(--red);
border-radius:6px;padding:10px 14px;margin:10px 0;background:#fff8f7;break-inside:avoid}
.cause p{margin:2px 0}.cause ul{margin:6px 0 0;padding-left:20px}.cell{font-family:Consolas,Menlo,monospace;font-size:13px}
.tools{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}.tools input{flex:1 1 220px}
.tools input,.tools select{font:inherit;padding:6px 8px;border:1px solid var(--line);border-radius:6px;background:#fff}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{border:1px solid var(--line);padding:5px 8px;
text-align:left;vertical-align:top}th{background:var(--soft);white-space:nowrap}td.n{text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}td.k{white-space:nowrap}td.m{min-width:260px}
tr.fatal .k{color:var(--red);font-weight:bold}tr.explain .k{color:var(--orange)}tr.warn .k,tr.rounding .k{color:var(--yellow)}
tr.not_evaluated .k{color:#7b1fa2}hr{border:0;border-top:2px solid var(--line);margin:40px 0}[hidden]{display:none!important}
@media print{body{max-width:none;padding:0;font-size:11px}.tools{display:none}th{background:#eee}tr{break-inside:avoid}
thead{display:table-header-group}}@page{size:A4 landscape;margin:12mm}
"""
_SCRIPT = """
document.querySelectorAll('section').forEach(function(s){var q=s.querySelector('input'),k=s.querySelector('.bykind'),
t=s.querySelector('.bytable'),n=s.querySelector('.shown'),rows=s.querySelectorAll('tbody.f tr');if(!q)return;
function f(){var w=q.value.toLowerCase().trim().split(/\\s+/),c=0;rows.forEach(function(r){var x=r.textContent.toLowerCase();
var ok=(!k.value||r.className===k.value)&&(!t.value||r.dataset.t===t.value)&&w.every(function(p){return x.indexOf(p)>=0});
r.hidden=!ok;if(ok)c++});n.textContent=c}[q,k,t].forEach(function(e){e.addEventListener('input',f)});f()});
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_HEAD = {
    "zh": ("类别", "规则", "表", "行", "栏", "单元格", "填列数", "应为", "相差", "说明"),
    "en": ("Kind", "Rule", "Table", "Row", "Column", "Cell", "Stated", "Expected", "Difference", "What and how to mend"),
}
_SAY = {
    "zh": {"causes": "根源（先改这些）", "hence": "因此不符", "findings": "全部不符、尾差与未执行", "file": "关于文件",
           "search": "搜索：表、行、规则、说明……", "kinds": "全部类别", "tables": "全部表", "shown": "条",
           "code": "代码", "cell": "单元格", "message": "说明", "report": "决算校验报告"},
    "en": {"causes": "Causes (correct these first)", "hence": "Hence these do not hold", "findings": "All findings",
           "file": "About the file", "search": "Search tables, rows, rules, messages…", "kinds": "All kinds",
           "tables": "All tables", "shown": "shown", "code": "Code", "cell": "Cell", "message": "Message",
           "report": "Report on final accounts"},
}
_COUNTS = (("breaks", "不符", "break"), ("not_evaluated", "未执行", "not checked"), ("rounding", "尾差", "rounding"),
           ("holds", "相符", "hold"), ("not_applicable", "不适用", "not applicable"))


def page(documents: Sequence[Document], lang: Lang) -> str:
    """A complete page with a section for each file."""
    first = documents[0] if documents else {}
    title = words.title(first, lang) if len(documents) == 1 and "error" not in first else _SAY[lang]["report"]
    body = "\n<hr>\n".join(_section(document, lang) for document in documents)
    return (
        f'<!DOCTYPE html>\n<html lang="{"en" if lang == "en" else "zh-CN"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n"
        f"<script>{_SCRIPT}</script>\n</body>\n</html>\n"
    )


def _section(document: Document, lang: Lang) -> str:
    if "error" in document:
        return f'<section><h1>{escape(document["file"])}</h1><p class="verdict bad">{escape(document["error"])}</p></section>'
    counts = document["counts"]
    good = not counts["breaks"] and not counts["not_evaluated"]
    boxes = "".join(
        f"<li><b>{counts[key]}</b>{escape(english if lang == 'en' else chinese)}</li>" for key, chinese, english in _COUNTS
    )
    return (
        f"<section>\n<h1>{escape(words.title(document, lang))}</h1>\n"
        f'<p class="dim">{escape(words.basis(document, lang))}</p>\n'
        f'<p class="verdict {"good" if good else "bad"}">{escape(words.verdict(document, lang))}</p>\n'
        f'<ul class="counts">{boxes}</ul>\n{_causes(document, lang)}{_findings(document, lang)}'
        f"{_problems(document, lang)}</section>"
    )


def _causes(document: Document, lang: Lang) -> str:
    groups = words.causes(document)
    if not groups:
        return ""
    by_id = {f["id"]: f for f in document["findings"]}
    parts = [f"<h2>{escape(_SAY[lang]['causes'])}</h2>\n"]
    for group in groups:
        cells = "".join(f'<p><b>{escape(c["id"])}</b> {_cell(c["cell"])} {escape(c["message"])}</p>' for c in group)
        told = "".join(
            f"<li>{escape(by_id[i]['rule'])} {_cell(by_id[i]['cells'][0] if by_id[i]['cells'] else None)} "
            f"{escape(by_id[i]['message'])}</li>"
            for i in group[0]["explains"] if i in by_id
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
    return (
        f"<h2>{escape(said['findings'])}</h2>\n"
        f'<div class="tools"><input type="search" placeholder="{escape(said["search"])}" aria-label="{escape(said["search"])}">'
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
        f'<tr class="{escape(kind)}" data-t="{escape(finding["table"])}"><td class="k">{escape(words.name(kind, lang))}</td>'
        f'<td class="k">{escape(finding["rule"])}</td>{places}<td>{cell}</td>{numbers}'
        f'<td class="m">{escape(finding["message"])}</td></tr>'
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
