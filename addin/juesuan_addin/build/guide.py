"""使用手册.html: the manual as one page that any browser opens, pictures inside. Same source, same bytes.

``python -m juesuan_addin.build.guide`` writes it anew from docs/使用手册.md; ``--check`` says whether it is stale.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

PACKAGE = Path(__file__).resolve().parents[1]
SOURCE = PACKAGE.parents[1] / "docs" / "使用手册.md"
TARGET = PACKAGE / "使用手册.html"
_STYLE = """
:root { color-scheme: light dark; --ink: #222; --ground: #fff; --line: #d5d8dc; --soft: #f4f6f7; --accent: #1f61a0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6e8; --ground: #1b1d1f; --line: #3c4043; --soft: #26292c; --accent: #7fb2e5; }
  img { filter: brightness(.9); }
}
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 52rem; color: var(--ink); background: var(--ground);
  font: 16px/1.75 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.35; }
h2 { margin-top: 2.6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); font-size: 1.4rem; }
h3 { margin-top: 2rem; font-size: 1.15rem; }
h4 { margin: 1.6rem 0 .3rem; color: var(--accent); font-size: 1rem; }
h4 + p { margin-top: 0; }
a { color: var(--accent); }
img { display: block; max-width: 100%; margin: 1rem 0; border: 1px solid var(--line); border-radius: 4px; }
nav { padding: .8rem 1.2rem; background: var(--soft); border-radius: 6px; }
nav ul { margin: .1rem 0; padding-left: 1.3rem; }
nav ul ul ul { padding: 0; list-style: none; }
nav ul ul ul li { display: inline-block; margin-right: 1.2em; }
table { width: 100%; border-collapse: collapse; font-size: .94rem; }
th, td { padding: .4rem .6rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--soft); white-space: nowrap; }
code, pre { background: var(--soft); border-radius: 3px; font-family: Consolas, "Noto Sans Mono CJK SC", monospace; }
code { padding: .1em .3em; overflow-wrap: anywhere; }
pre { padding: .8rem 1rem; overflow-x: auto; line-height: 1.5; }
pre code { padding: 0; }
@media print { body { max-width: none; font-size: 11pt; } nav { display: none; } h2, h3, h4 { break-after: avoid; } }
"""


def page(text: str, folder: Path) -> str:
    """The page from the manual's text; pictures are taken from the folder. Raises OSError where one is missing."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    headings = list(_anchored(tokens))
    for token in tokens:
        inners = token.children or []
        for at, inner in enumerate(inners):
            if inner.type == "softbreak" and _runs_on(inners[at - 1].content[-1:], inners[at + 1].content[:1]):
                inner.type, inner.content = "text", ""
            if inner.type == "image":
                inner.attrSet("src", _inside(folder / unquote(str(inner.attrGet("src")))))
    title = escape(headings[0][2])
    body = reader.renderer.render(tokens, reader.options, {})
    head, close, rest = body.partition("</h1>\n")
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{head}{close}{_contents(headings[1:])}{rest}</body>\n</html>\n"
    )


def _anchored(tokens: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    """Give every heading an anchor, its own text; level, anchor and text of each."""
    seen: dict[str, int] = {}
    for token, content in pairwise(tokens):
        if token.type == "heading_open":
            name = "-".join(content.content.split())
            seen[name] = seen.get(name, 0) + 1
            anchor = name if seen[name] == 1 else f"{name}-{seen[name]}"
            token.attrSet("id", anchor)
            yield int(token.tag[1]), anchor, content.content


def _runs_on(before: str, after: str) -> bool:
    """Whether a line's end between these is no blank: Chinese has none between words."""
    return not (before.isascii() and after.isascii())


def _contents(headings: Sequence[tuple[int, str, str]]) -> str:
    """The table of contents."""
    lines = ["<nav>\n<ul>"]
    depth = 2
    for level, anchor, text in headings:
        lines += ["<ul>"] * (level - depth) + ["</ul>"] * (depth - level)
        depth = level
        lines.append(f'<li><a href="#{escape(anchor)}">{escape(text)}</a></li>')
    return "\n".join([*lines, *["</ul>"] * (depth - 1), "</nav>\n"])


def _inside(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def main(arguments: list[str]) -> int:
    """Write the page; with ``--check`` only compare: 0 where it is as it would be written, else 1."""
    made = page(SOURCE.read_text("utf-8"), SOURCE.parent)
    if "--check" in arguments:
        fresh = TARGET.is_file() and TARGET.read_text("utf-8") == made
        print(f"{TARGET.name} {'没有过期' if fresh else '已过期：请运行 make docs'}")
        return 0 if fresh else 1
    TARGET.write_text(made, "utf-8", newline="\n")
    print(f"已写出：{TARGET}（{TARGET.stat().st_size // 1024} KB）")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
