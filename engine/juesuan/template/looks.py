"""The styles of the standard workbook: inputs light blue, what is computed grey, labels plain."""

from __future__ import annotations

from juesuan.draft import Style

#: Amounts: what is typed shows its zero, what is computed stays blank when zero (a fourth section keeps text visible).
TYPED = "#,##0.00"
COMPUTED = "#,##0.00;-#,##0.00;;@"
TEXT = "@"

INPUT_FILL, TOTAL_FILL, HEAD_FILL = "E8F2FB", "EFEFEF", "F5F5F5"
#: A text with something still to be filled in, and the small print beside texts.
GAP_FILL, SMALL = "FFF4CE", "7F7F7F"

STYLES: dict[str, Style] = {
    "title": Style(size=16, bold=True, across="center"),
    "number": Style(size=10, across="right"),
    "left": Style(across="left"),
    "middle": Style(across="center"),
    "right": Style(across="right"),
    "head": Style(bold=True, fill=HEAD_FILL, border=True, across="center", wrap=True),
    "column": Style(fill=HEAD_FILL, border=True, across="center"),
    "label": Style(border=True, across="left", wrap=True, indent=1),
    "sublabel": Style(border=True, across="left", wrap=True, indent=3),
    "total label": Style(bold=True, border=True, across="center", wrap=True),
    "line": Style(border=True, across="center"),
    "code": Style(border=True, across="left", indent=1, format=TEXT),
    "void": Style(border=True),
    "seam": Style(size=1),
    "input": Style(fill=INPUT_FILL, border=True, across="right", locked=False, format=TYPED),
    "total": Style(bold=True, fill=TOTAL_FILL, border=True, across="right", format=COMPUTED),
    "stated": Style(bold=True, fill=TOTAL_FILL, border=True, across="right", locked=False, format=TYPED),
    "open code": Style(fill=INPUT_FILL, border=True, across="left", indent=1, locked=False, format=TEXT),
    "open name": Style(border=True, across="left", wrap=True, indent=1, locked=False),
    "open input": Style(fill=INPUT_FILL, border=True, across="right", locked=False, format=TYPED),
    "open total": Style(fill=TOTAL_FILL, border=True, across="right", locked=False, format=COMPUTED),
    "open row": Style(locked=False),
    "note": Style(across="left", wrap=True),
    "faint": Style(size=6, colour="BFBFBF"),
    "open text": Style(fill=INPUT_FILL, border=True, across="left", wrap=True, locked=False),
    "remark": Style(across="left", wrap=True, locked=False, fill=INPUT_FILL),
    "cover title": Style(size=22, bold=True, across="center"),
    "cover label": Style(size=12, bold=True, border=True, across="center", fill=HEAD_FILL),
    "cover input": Style(size=12, border=True, across="left", locked=False, fill=INPUT_FILL, wrap=True),
    "cover fixed": Style(size=12, border=True, across="left", wrap=True),
    "cover text": Style(size=11, across="left", wrap=True),
    "cover link": Style(size=11, border=True, across="left", colour="0563C1", underline=True),
    "form label": Style(bold=True, fill=HEAD_FILL, border=True, across="center", wrap=True),
    "form level": Style(border=True, across="center", wrap=True, locked=False),
    "form text": Style(fill=INPUT_FILL, border=True, across="left", wrap=True, indent=1, locked=False),
    "form middle": Style(fill=INPUT_FILL, border=True, across="center", wrap=True, locked=False),
    "form result": Style(fill=TOTAL_FILL, border=True, across="center", wrap=True, locked=False),
    "form note": Style(size=9, across="left", wrap=True, locked=False),
    "words heading": Style(size=12, bold=True, across="left", wrap=True, locked=False),
    "words text": Style(size=11, across="left", wrap=True, locked=False),
    "words open": Style(size=11, across="left", wrap=True, locked=False, fill=INPUT_FILL),
    "words gap": Style(size=11, across="left", wrap=True, locked=False, fill=GAP_FILL),
    "words hint": Style(colour=SMALL, across="left", wrap=True, locked=False),
    "words column": Style(size=9, bold=True, fill=HEAD_FILL, across="center", wrap=True),
    "words state": Style(size=9, colour=SMALL, across="center", locked=False),
    "words offered": Style(size=9, colour=SMALL, across="left", wrap=True, locked=False),
    "words cell": Style(size=11, border=True, across="left", wrap=True, locked=False),
    "words entry": Style(size=11, border=True, across="left", wrap=True, locked=False, fill=INPUT_FILL),
    "words number": Style(size=11, border=True, across="center", locked=False),
    "supplement section": Style(size=11, bold=True, fill=HEAD_FILL, border=True, across="left", indent=1),
    "supplement label": Style(border=True, across="left", wrap=True),
    "supplement hint": Style(size=9, border=True, across="left", wrap=True),
    "supplement text": Style(fill=INPUT_FILL, border=True, across="left", wrap=True, locked=False),
    "supplement name": Style(border=True, across="left", wrap=True, locked=False),
    "supplement short": Style(fill=INPUT_FILL, border=True, across="right", locked=False, format=TEXT),
    "supplement count": Style(fill=INPUT_FILL, border=True, across="right", locked=False, format="#,##0"),
    "meta": Style(),
}
