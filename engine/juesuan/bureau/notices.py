"""Sending back: for each unit a 整改通知 with what to correct, as .xlsx or (with python-docx) as .docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from juesuan.bureau.ledger import Ledger
from juesuan.bureau.roster import Roster, Unit
from juesuan.bureau.status import Standing, changes, standing
from juesuan.bureau.worker import unpacked
from juesuan.draft import Draft, DraftCell, Page, SheetDraft, Style
from juesuan.hosts.patch import write_atomic
from juesuan.show import words
from juesuan.template.drawing import lines_needed
from juesuan.template.package import workbook_bytes

_DATE = (2024, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_STYLES = {
    "title": Style(size=16, bold=True, across="center"),
    "text": Style(size=11, across="left", wrap=True),
    "head": Style(bold=True, fill="F5F5F5", border=True, across="center", wrap=True),
    "cell": Style(border=True, across="left", wrap=True),
    "right": Style(border=True, across="right", wrap=True),
}
#: Who gets a notice by default.
DUE = ("未报", "已报", "待修改", "待说明")


class NoDocx(Exception):
    """python-docx is not installed; ``str()`` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a notice: a heading, column heads, rows of texts, column widths in characters."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What one unit is told. ``lead``: paragraphs before the tables."""

    unit: Unit
    title: str
    lead: tuple[str, ...]
    tables: tuple[Table, ...]


def notice(ledger: Ledger, unit: Unit, year: int) -> Notice | None:
    """The notice of one unit; None where there is nothing to mend."""
    found = standing(ledger, unit.code, year)
    if found.status not in DUE:
        return None
    title = f"{year} 年度决算公开整改通知"
    if found.file is None:
        lead = (f"{unit.name}：", f"截至目前没有收到你单位 {year} 年度决算公开表，请尽快报送。")
        return Notice(unit, title, lead, ())
    report = unpacked(ledger.value("SELECT document FROM file WHERE id=?", (found.file,)))
    lead = (f"{unit.name}：", _lead(found, report))
    return Notice(unit, title, lead, tuple(_tables(ledger, found, report)))


def _lead(found: Standing, report: Mapping[str, Any]) -> str:
    name = Path(found.path.partition("#")[0]).name
    if "error" in report:
        return f"你单位报送的“{name}”不能使用：{report['error']}"
    counts = report["counts"]
    ask = "请改正后重新报送" if found.status == "待修改" else "请逐条写明原因（审核说明）后重新报送"
    return (
        f"你单位第 {found.version} 次报送的“{name}”已校验：应核对 {counts['applicable']} 条关系，"
        f"不符 {counts['breaks']} 条，未执行 {counts['not_evaluated']} 条。"
        f"{ask}。先改“根源”所列的格，其余多由它们引起。"
    )


def _tables(ledger: Ledger, found: Standing, report: Mapping[str, Any]) -> Iterator[Table]:
    if "error" in report:
        return
    causes = report["causes"]
    if causes:
        rows = tuple(
            (
                str(at),
                c["cell"] or "",
                " ".join(filter(None, (c["table"], c["row"], c["column"]))),
                c["stated"] or "（空）",
                "（清空）" if c["suggested"] is None else c["suggested"],
                c["message"],
            )
            for at, c in enumerate(causes, start=1)
        )
        yield Table(
            "一、根源：先改这些格（金额单位：万元）",
            ("序号", "单元格", "位置", "填列", "建议改为", "说明"),
            rows,
            (5, 18, 28, 12, 12, 45),
        )
    explained = {i for c in causes for i in c["explains"]}
    rest = [
        f
        for f in report["findings"]
        if f["verdict"] != "rounding" and f["id"] not in explained and not f.get("explanation")
    ]
    if rest:
        rows = tuple(
            (
                str(at),
                words.name(words.kind({"explanation": None, **f}), "zh"),
                f["rule"],
                (f["cells"] or [""])[0],
                f["difference"] or "",
                f["message"],
            )
            for at, f in enumerate(sorted(rest, key=_worst), start=1)
        )
        yield Table(
            "二、其他须改正或说明的", ("序号", "类别", "规则", "单元格", "相差", "说明"), rows, (5, 10, 9, 20, 12, 64)
        )
    told = [p for p in report["problems"] if p["code"] not in ("S-01", "未核")]
    if told:
        about = tuple((str(at), p["cell"] or "", p["message"]) for at, p in enumerate(told, start=1))
        yield Table("三、关于文件", ("序号", "单元格", "说明"), about, (5, 24, 91))
    if found.before is not None and found.file is not None:
        yield from _changed(ledger, found.file, found.before)


def _worst(finding: Mapping[str, Any]) -> int:
    return words.ORDER.index(words.kind({"explanation": None, **finding}))


def _changed(ledger: Ledger, file: int, before: int) -> Iterator[Table]:
    """What is new or gone since the submission before."""
    appeared, gone = changes(ledger, file, before)
    rows = [("新增", r["rule"], r["tab"], r["line"], r["col"]) for r in appeared]
    rows += [("消除", r["rule"], r["tab"], r["line"], r["col"]) for r in gone]
    if rows:
        yield Table("四、与上一次报送相比", ("变化", "规则", "表", "行", "栏"), tuple(rows), (8, 10, 50, 30, 22))


# --- writing ---


def send_back(
    ledger: Ledger,
    roster: Roster,
    year: int,
    folder: Path,
    style: str = "xlsx",
    only: Sequence[str] = (),
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Write a notice for each unit that has something to mend (or of ``only`` those codes); the files written. Raises
    NoDocx, LedgerFault, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    make = docx_bytes if style == "docx" else xlsx_bytes
    codes = [code for code in roster.units if not only or code in only]
    written = []
    for number, code in enumerate(codes, start=1):
        found = notice(ledger, roster.units[code], year)
        tell(number, len(codes))
        if found is None:
            continue
        name = _UNSAFE.sub("_", roster.units[code].name).strip(" .")[:60]
        path = folder / f"{code}-{name}-整改通知.{style}"
        write_atomic(path, make(found))
        written.append(path)
    return written


def xlsx_bytes(found: Notice) -> bytes:
    """The notice as a workbook of one sheet."""
    widths = (6, 20, 26, 16, 16, 56)
    cells: dict[tuple[int, int], DraftCell] = {}
    heights: dict[int, float] = {0: 34}
    merges = [(0, 0, 0, 5)]
    cells[0, 0] = DraftCell(found.title, "title")
    row = 1
    for text in found.lead:
        cells[row, 0] = DraftCell(text, "text")
        merges.append((row, 0, row, 5))
        heights[row] = 18.0 * lines_needed(text, sum(widths)) + 4
        row += 1
    for table in found.tables:
        row += 1
        cells[row, 0] = DraftCell(table.heading, "text")
        merges.append((row, 0, row, 5))
        row += 1
        for line, style in ((table.heads, "head"), *((r, "cell") for r in table.rows)):
            spans = _spans(len(line))
            for text, (first, last) in zip(line, spans, strict=True):
                for column in range(first, last + 1):
                    cells[row, column] = DraftCell(None, style)
                cells[row, first] = DraftCell(text or None, style)
                if last > first:
                    merges.append((row, first, row, last))
            heights[row] = (
                15.0 * max(lines_needed(t, sum(widths[a : b + 1])) for t, (a, b) in zip(line, spans, strict=True)) + 4
            )
            row += 1
    sheet = SheetDraft(
        "整改通知", cells, tuple(merges), dict(enumerate(widths)), heights, page=Page(True, False), protected=False
    )
    return workbook_bytes(Draft(found.title, (sheet,), {}, _STYLES))


def _spans(columns: int) -> list[tuple[int, int]]:
    """Which of the sheet's six columns each of ``columns`` takes: the last one takes what is left."""
    return [(c, c) for c in range(columns - 1)] + [(columns - 1, 5)]


def docx_bytes(found: Notice) -> bytes:
    """The notice as a Word document; the same notice gives the same bytes. Raises NoDocx."""
    try:
        import docx
        from docx.enum.section import WD_ORIENT
        from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt
    except ImportError as error:
        raise NoDocx('没有安装 python-docx，请运行 pip install "juesuan[documents]"，或用 --format xlsx。') from error
    import datetime as dt

    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    heading = document.add_paragraph()
    heading.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER
    run = heading.add_run(found.title)
    run.bold, run.font.size = True, Pt(18)
    for text in found.lead:
        document.add_paragraph(text)
    for table in found.tables:
        document.add_paragraph().add_run(table.heading).bold = True
        made = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
        made.autofit = False
        whole = sum(table.widths)
        for line, bold in ((table.heads, True), *((r, False) for r in table.rows)):
            cells = made.rows[0].cells if bold else made.add_row().cells
            for cell, text, width in zip(cells, line, table.widths, strict=True):
                cell.width = Cm(25.7 * width / whole)
                cell.text = ""
                cell.paragraphs[0].add_run(text).bold = bold
    core = document.core_properties
    core.author = core.last_modified_by = "juesuan"
    core.title = found.title
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
