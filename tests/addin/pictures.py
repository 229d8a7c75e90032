"""The pictures of docs/使用手册.md: the ribbon drawn from its definition, sheets as LibreOffice shows them.

``python -m tests.addin.pictures`` makes them anew in docs/图.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

from juesuan import explanations
from juesuan.book import cell_name
from juesuan_addin.actions import press
from juesuan_addin.build import icons, xlam
from juesuan_addin.port import Put
from tests import soffice
from tests.addin import books, opened
from tests.addin.office import Office

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "图"
NAMES = ("功能区.png", "校验-支出决算表.png", "校验-批注和对话框.png", "校验-校验结果.png", "填写说明.png",
         "审核说明.png")  # fmt: skip
_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
_INK, _LINE, _GROUND, _FAINT = "#222222", "#c8c8c8", "#f5f6f7", "#707070"


def font(size: int) -> ImageFont.FreeTypeFont:
    """A Chinese font (fonts-noto-cjk)."""
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "Noto Sans CJK SC"], capture_output=True, text=True, check=True
    ).stdout
    return ImageFont.truetype(found, size)


def ribbon() -> Image.Image:
    """The tab as Excel lays it out: large buttons beside columns of up to three small ones."""
    root = ElementTree.fromstring(xlam.ribbon())
    picture = Image.new("RGB", (1180, 168), _GROUND)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 1180, 30), fill="#217346")
    pen.text((24, 4), "文件    开始    插入    页面布局    公式    数据    审阅    视图", "white", font(15))
    tab = root.find(f".//{_UI}tab")
    assert tab is not None
    pen.rectangle((560, 3, 668, 30), fill=_GROUND)
    pen.text((576, 5), tab.get("label", ""), "#217346", font(16))
    left = 14
    for group in tab:
        start, row = left, 0
        for button in group:
            icon = Image.open(io.BytesIO(icons.png(button.get("image", ""))))
            label = button.get("label", "")
            if button.get("size") == "large":
                left += 0 if left == start else 10
                picture.paste(icon.resize((44, 44)), (left + 20, 40), icon.resize((44, 44)))
                width = pen.textlength(label, font(15))
                pen.text((left + 42 - width / 2, 96), label, _INK, font(15))
                left, row = left + 88, 0
            else:
                small = icon.resize((20, 20))
                picture.paste(small, (left + 6, 40 + 28 * row), small)
                pen.text((left + 32, 39 + 28 * row), label, _INK, font(15))
                row += 1
                if row == 3:
                    left, row = left + 130, 0
        left += 130 if row else 0
        title = group.get("label", "")
        pen.text(((start + left - pen.textlength(title, font(13))) / 2, 140), title, _FAINT, font(13))
        pen.line((left + 4, 38, left + 4, 158), _LINE)
        left += 14
    return picture.crop((0, 0, min(1180, left + 6), 168))


def sheets(running: Office, folder: Path) -> Mapping[str, Image.Image]:
    """A marked sheet, the sheet of results and a narrated sheet, after the buttons were pressed."""
    found = {}
    with opened.office(running, books.filled(), folder) as one:
        assert press("narrate", one.port, folder)
        found["填写说明.png"] = printed(one, "情况说明", folder, 560)
        assert press("check", one.port, folder)
        found["校验-支出决算表.png"] = printed(one, "支出决算表", folder, 540)
        found["校验-校验结果.png"] = printed(one, "校验结果", folder, 374, 190, 1300)
        note = one.notes("支出决算表")["F8"]
        # the copy's place is another on every machine
        told = one.said()[-1].partition("\n")[2].partition("\n\n标注前的副本")[0]
        dialog = boxed(told, 560, "#ffffff", "决算公开 · 校验")
        found["校验-批注和对话框.png"] = beside(boxed(note, 420, "#ffffe1"), dialog)
    with opened.office(running, books.explainable(), folder, name="说明.xlsx") as one:
        assert press("check", one.port, folder)
        sheet = one.book().sheet("校验结果")
        heads = next(row for row in sheet.rows if "审核说明" in row)
        at = next(row for row in range(len(sheet.rows)) if "X-25.2" in sheet.rows[row])
        typed = [explanations.reasons()[0], "部分人员的缴费由上级单位代缴", "经办人", "2024-03-05"]
        one.port.write("校验结果", [Put(cell_name(at, heads.index("原因")), [typed])])
        found["审核说明.png"] = printed(one, "校验结果", folder, 300, 150, 1300, heads.index("说明"))
    return found


def boxed(text: str, width: int, ground: str, title: str = "") -> Image.Image:
    """A note or a dialog with its text, as wide as given."""
    pen = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    letters, lines = font(15), []
    for line in text.split("\n"):
        lines.append("")
        for sign in line:
            if pen.textlength(lines[-1] + sign, letters) > width - 28:
                lines.append("")
            lines[-1] += sign
    top = 36 if title else 8
    picture = Image.new("RGB", (width, top + 22 * len(lines) + 10), ground)
    pen = ImageDraw.Draw(picture)
    if title:
        pen.rectangle((0, 0, width, 28), fill=_GROUND)
        pen.text((12, 4), title, _INK, letters)
    for number, line in enumerate(lines):
        pen.text((14, top + 22 * number), line, _INK, letters)
    pen.rectangle((0, 0, width - 1, picture.height - 1), outline=_LINE)
    return picture


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two pictures side by side."""
    both = Image.new("RGB", (left.width + right.width + 24, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + 24, 0))
    return both


def printed(
    one: opened.Live, sheet: str, folder: Path, height: int, dpi: int = 110, width: int = 10_000, left: int = 0
) -> Image.Image:
    """The upper left part of a sheet's first page from a column on, margins cut off."""
    alone = folder / "alone.pdf"
    _export(one.document.document, sheet, alone, left)
    page = Image.open(soffice.pages(alone, folder / "pages", dpi)[0]).convert("RGB")
    box = Image.eval(page.convert("L"), lambda v: 255 - v).getbbox()
    assert box is not None
    margin = 12
    right, bottom = min(box[2] + margin, box[0] + width), min(box[3] + margin, box[1] + height)
    cut = (max(0, box[0] - margin), max(0, box[1] - margin), right, bottom)
    return page.crop(cut)


def _export(document: Any, sheet: str, path: Path, left: int) -> None:
    from tests.addin.office import _property, _uno

    page = document.Sheets.getByName(sheet)
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    area = page.getCellRangeByPosition(left, 0, end.EndColumn, end.EndRow)
    options = (_property("Selection", area), _property("ExportNotes", False))
    data = _uno().Any("[]com.sun.star.beans.PropertyValue", options)
    document.storeToURL(path.as_uri(), (_property("FilterName", "calc_pdf_Export"), _property("FilterData", data)))


def make(folder: Path, running: Office, scratch: Path) -> list[Path]:
    """Write all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {"功能区.png": ribbon(), **sheets(running, scratch)}
    for name, picture in found.items():
        picture.quantize(64).save(folder / name, optimize=True)
    return [folder / name for name in found]


def main() -> int:
    """Make them in docs/图."""
    running = Office()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for path in make(FOLDER, running, Path(scratch)):
                print(path)
    finally:
        running.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
