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

from juesuan_addin.actions import press
from juesuan_addin.build import icons, xlam
from tests import soffice
from tests.addin import books, opened
from tests.addin.office import Office

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "图"
NAMES = ("功能区.png", "校验-支出决算表.png", "校验-校验结果.png", "填写说明.png")
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
    return found


def printed(
    one: opened.Live, sheet: str, folder: Path, height: int, dpi: int = 110, width: int = 10_000
) -> Image.Image:
    """The upper left part of a sheet's first page, margins cut off."""
    alone = folder / "alone.pdf"
    _export(one.document.document, sheet, alone)
    page = Image.open(soffice.pages(alone, folder / "pages", dpi)[0]).convert("RGB")
    box = Image.eval(page.convert("L"), lambda v: 255 - v).getbbox()
    assert box is not None
    margin = 12
    right, bottom = min(box[2] + margin, box[0] + width), min(box[3] + margin, box[1] + height)
    cut = (max(0, box[0] - margin), max(0, box[1] - margin), right, bottom)
    return page.crop(cut)


def _export(document: Any, sheet: str, path: Path) -> None:
    from tests.addin.office import _property, _uno

    page = document.Sheets.getByName(sheet)
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    area = page.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
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
