"""A letter with tables as .xlsx, or (with python-docx) as .docx. The same letter gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass

from juesuan.draft import Draft, DraftCell, Page, SheetDraft, Style
from juesuan.template.drawing import lines_needed
from juesuan.template.package import workbook_bytes

_DATE = (2024, 1, 1, 0, 0, 0)
#: What XML cannot hold, and a name copied from elsewhere may.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLES = {
    "title": Style(size=16, bold=True, across="center"),
    "text": Style(size=11, across="left", wrap=True),
    "sign": Style(size=11, across="right"),
    "head": Style(bold=True, fill="F5F5F5", border=True, across="center", wrap=True),
    "cell": Style(border=True, across="left", wrap=True),
}
_WIDTHS = (6, 20, 26, 16, 16, 56)
_LAST = len(_WIDTHS) - 1


class NoDocx(Exception):
    """python-docx is not installed; ``str()`` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a letter: a heading, column heads, rows of texts, column widths in characters."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What one unit is told. ``lead``: paragraphs before the tables; ``signed``: the lines below them at the right."""

    title: str
    lead: tuple[str, ...]
    tables: tuple[Table, ...]
    signed: tuple[str, ...] = ()


def clean(text: str) -> str:
    """A text without the characters that no document can hold."""
    return _CONTROL.sub("", text)


def xlsx_bytes(found: Notice) -> bytes:
    """The letter as a workbook of one sheet."""
    cells: dict[tuple[int, int], DraftCell] = {}
    heights: dict[int, float] = {}
    merges: list[tuple[int, int, int, int]] = []

    def line(row: int, text: str, style: str, height: float = 0) -> int:
        cells[row, 0] = DraftCell(clean(text), style)
        merges.append((row, 0, row, _LAST))
        heights[row] = height or 18.0 * lines_needed(text, sum(_WIDTHS)) + 4
        return row + 1

    row = line(0, found.title, "title", 34)
    for text in found.lead:
        row = line(row, text, "text")
    for table in found.tables:
        row = line(row + 1, table.heading, "text")
        for texts, style in ((table.heads, "head"), *((r, "cell") for r in table.rows)):
            spans = _spans(len(texts))
            for text, (first, last) in zip(texts, spans, strict=True):
                for column in range(first, last + 1):
                    cells[row, column] = DraftCell(None, style)
                cells[row, first] = DraftCell(clean(text) or None, style)
                if last > first:
                    merges.append((row, first, row, last))
            lines = (lines_needed(t, sum(_WIDTHS[a : b + 1])) for t, (a, b) in zip(texts, spans, strict=True))
            heights[row] = 15.0 * max(lines) + 4
            row += 1
    row += 1
    for text in found.signed:
        row = line(row, text, "sign")
    sheet = SheetDraft(
        "整改通知", cells, tuple(merges), dict(enumerate(_WIDTHS)), heights, page=Page(True, False), protected=False
    )
    return workbook_bytes(Draft(found.title, (sheet,), {}, _STYLES))


def _spans(columns: int) -> list[tuple[int, int]]:
    """Which of the sheet's six columns each of ``columns`` takes: the last one takes what is left."""
    return [(c, c) for c in range(columns - 1)] + [(columns - 1, _LAST)]


def docx_bytes(found: Notice) -> bytes:
    """The letter as a Word document. Raises NoDocx."""
    try:
        import docx
        from docx.enum.section import WD_ORIENT
        from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt
    except ImportError as error:
        raise NoDocx('没有安装 python-docx，请运行 pip install "juesuan[documents]"，或用 --format xlsx。') from error

    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    heading = document.add_paragraph()
    heading.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER
    run = heading.add_run(clean(found.title))
    run.bold, run.font.size = True, Pt(18)
    for text in found.lead:
        document.add_paragraph(clean(text))
    for table in found.tables:
        document.add_paragraph().add_run(clean(table.heading)).bold = True
        made = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
        made.autofit = False
        whole = sum(table.widths)
        for line, bold in ((table.heads, True), *((r, False) for r in table.rows)):
            cells = made.rows[0].cells if bold else made.add_row().cells
            for cell, text, width in zip(cells, line, table.widths, strict=True):
                cell.width = Cm(25.7 * width / whole)
                cell.text = ""
                cell.paragraphs[0].add_run(clean(text)).bold = bold
    for text in ("", *found.signed):
        document.add_paragraph(clean(text)).alignment = WD_PARAGRAPH_ALIGNMENT.RIGHT
    core = document.core_properties
    core.author = core.last_modified_by = "juesuan"
    core.title = clean(found.title)
    core.created = core.modified = dt.datetime(2024, 1, 1)
    buffer = io.BytesIO()
    document.save(buffer)
    return _undated(buffer.getvalue())


def _undated(data: bytes) -> bytes:
    """The package with fixed dates on its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(info, source.read(name))
    return buffer.getvalue()
