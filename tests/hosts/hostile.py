"""Files that nobody should have to trust: each function writes one into a folder and returns its path.

``UNREADABLE``: name → (maker, words of the one sentence that must come). ``READABLE``: name → (maker, words of a
problem that must be told, "" where reading it in bounds is all). ``HEAVY``: those that try to exhaust memory or time.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
Maker = Callable[[Path], Path]
Part = str | bytes


def sheet(data: str, before: str = "", after: str = "") -> str:
    """A worksheet part around the rows ``data``."""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


ONE = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>收入</t></is></c><c r="B1"><v>573.19</v></c></row>')


def strings(*texts: str) -> str:
    """A shared string table of plain texts."""
    return f'{HEAD}<sst xmlns="{MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"


def parts(
    *sheets: Part,
    states: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    more: Mapping[str, Part] | None = None,
    relations: str = "",
    book: str = "",
) -> dict[str, Part]:
    """The parts of a workbook with these sheets; ``book`` goes into workbook.xml, ``relations`` into its relations."""
    tabs = "".join(
        f'<sheet name="{names[i] if i < len(names) else f"表{i + 1}"}" sheetId="{i + 1}" r:id="rId{i + 1}"'
        + (f' state="{states[i]}"' if i < len(states) and states[i] else "")
        + "/>"
        for i in range(len(sheets))
    )
    aims = "".join(
        f'<Relationship Id="rId{i + 1}" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet{i + 1}.xml"/>'
        for i in range(len(sheets))
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{tabs}</sheets>{book}'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{aims}'
        f'<Relationship Id="rIdS" Type="{DOCUMENT}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rIdF" Type="{DOCUMENT}/styles" Target="styles.xml"/>{relations}</Relationships>',
        "xl/sharedStrings.xml": strings("收入", "支出"),
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="4"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{i + 1}.xml": text for i, text in enumerate(sheets)},
        **(more or {}),
    }


def packed(contents: Mapping[str, Part]) -> bytes:
    """The parts as the bytes of a zip package."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in contents.items():
            package.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED, 6)
    return stream.getvalue()


def _write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _made(contents: Mapping[str, Part]) -> Maker:
    return lambda folder: _write(folder, "工作簿.xlsx", packed(contents))


def _raw(data: bytes, name: str = "工作簿.xlsx") -> Maker:
    return lambda folder: _write(folder, name, data)


def honest(folder: Path) -> Path:
    """A small workbook nothing is wrong with."""
    return _made(parts(ONE))(folder)


def missing(folder: Path) -> Path:
    return folder / "没有.xlsx"


def directory(folder: Path) -> Path:
    path = folder / "文件夹.xlsx"
    path.mkdir()
    return path


def truncated(folder: Path) -> Path:
    data = packed(parts(ONE))
    return _write(folder, "工作簿.xlsx", data[: len(data) * 2 // 3])


def hollow(folder: Path) -> Path:
    """The directory at the end is there, a stretch of the middle is zeros: what a broken download leaves."""
    data = bytearray(packed(parts(ONE)))
    place = data.index(b"xl/workbook.xml") + 20
    data[place : place + 60] = bytes(60)
    return _write(folder, "工作簿.xlsx", bytes(data))


def _ole(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(1024, b"\0") + b"".join(
        name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams)
    )


def _zip_of(**contents: Part) -> bytes:
    return packed({**contents})


def locked_zip(folder: Path) -> Path:
    """The parts' encryption bit is set, as 7-Zip does when given a password."""
    data = bytearray(packed(parts(ONE)))
    place = data.index(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return _write(folder, "工作簿.xlsx", bytes(data))


def twin_parts(folder: Path) -> Path:
    """Two parts whose names differ in case: one program shows the first, another the second."""
    return _made(parts(ONE, more={"XL/Worksheets/Sheet1.xml": ONE}))(folder)


def bomb(folder: Path) -> Path:
    """One sheet of 200 MB of blanks in 200 KB."""
    return _made(parts(sheet(" " * 200_000_000)))(folder)


def many_bombs(folder: Path) -> Path:
    """Forty parts of 10 MB, each too small to be a bomb by itself."""
    more = {f"xl/media/image{i}.bin": bytes(10_000_000) for i in range(40)}
    return _made(parts(ONE, more=more))(folder)


def lying_bomb(folder: Path) -> Path:
    """A sheet of 100 MB whose directory entry says 200 bytes."""
    raw = sheet(" " * 100_000_000).encode()
    contents = parts(ONE)
    contents["xl/worksheets/sheet1.xml"] = raw
    data = bytearray(packed(contents))
    size, false = struct.pack("<L", len(raw)), struct.pack("<L", 200)
    place = data.find(size)
    while place >= 0:
        data[place : place + 4] = false
        place = data.find(size, place + 4)
    return _write(folder, "工作簿.xlsx", bytes(data))


def many_parts(folder: Path) -> Path:
    """A directory of 200,000 entries that all point to the same empty part."""
    name = b"x"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 200_000 * len(entry), len(local), 0)
    return _write(folder, "工作簿.xlsx", local + entry * 200_000 + end)


_LOL = (
    '<!DOCTYPE lolz [<!ENTITY a "决算决算决算决算">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)


def _entity(data: str) -> str:
    return data.replace(HEAD, HEAD + _LOL, 1)


_LOL_STRINGS = _entity(strings("&j;"))
_LOL_SHEET = _entity(sheet('<row r="1"><c r="A1" t="str"><v>&j;</v></c></row>'))
_LOL_WIDE = _LOL_SHEET.replace("UTF-8", "UTF-16").encode("utf-16")
_LOL_LATE = _LOL_SHEET.replace('encoding="UTF-8"', " " * 500 + 'encoding="UTF-7"').encode("utf-7")
_OUTSIDE = sheet('<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>').replace(
    HEAD, HEAD + '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>', 1
)


def _external_links() -> dict[str, Part]:
    relation = f'<Relationship Id="rId9" Type="{DOCUMENT}/externalLink" Target="externalLinks/externalLink1.xml"/>'
    link = f'{HEAD}<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    aims = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{DOCUMENT}/externalLinkPath" '
        'Target="file:///D:/%E5%8E%BB%E5%B9%B4/%E9%A2%84%E7%AE%97.xlsx" TargetMode="External"/></Relationships>'
    )
    more = {"xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/_rels/externalLink1.xml.rels": aims}
    return parts(ONE, relations=relation, more=more)


def bad_sum(folder: Path) -> Path:
    """The second sheet's bytes are not those that were packed."""
    data = bytearray(packed(parts(ONE, ONE)))
    crc = struct.pack("<L", zlib.crc32(ONE.encode()))
    place = data.rindex(crc)
    data[place] ^= 0xFF
    return _write(folder, "工作簿.xlsx", bytes(data))


def _cells(*cells: str) -> str:
    return sheet('<row r="1">' + "".join(cells) + "</row>")


_SHARED = '<c r="A1"><f t="shared" ref="A1:A999999" si="0">' + "+".join(["B1"] * 2000) + "</f><v>0</v></c>"
_HIDDEN = sheet(
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="5" hidden="1"><c r="A5"><v>1</v></c></row>'
    '<row r="6" hidden="true"/>',
    before='<cols><col min="3" max="16384" width="9" hidden="1" customWidth="1"/></cols>',
)
_CYCLE = _cells('<c r="A1"><f>B1+1</f><v>1</v></c>', '<c r="B1"><f>A1+1</f><v>2</v></c>')
_NUMBERS = ("NaN", "inf", "1e308", "1e999", "1_0", "x")
_ODD = _cells(
    *(f'<c r="{column}1"><v>{number}</v></c>' for column, number in zip("ABCDEF", _NUMBERS, strict=True)),
    '<c r="G1" s="2"><v>45000</v></c>',
)


def rows_only(folder: Path) -> Path:
    """10⁶ rows × 10³ columns declared, every row written out, hardly a cell in them."""
    rows = "".join(f'<row r="{r}" spans="1:1000" ht="15"/>' for r in range(2, 1_000_001))
    return _made(parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + rows, '<dimension ref="A1:ALL1000000"/>')))(
        folder
    )


def _column(length: int) -> str:
    """A number in each of so many rows."""
    return sheet("".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(1, length + 1)))


def wide_grid(folder: Path) -> Path:
    """20,000 rows with one cell each in column 500, on three sheets: 30 million places if taken literally."""
    rows = sheet("".join(f'<row r="{r}"><c r="SF{r}"><v>1</v></c></row>' for r in range(1, 20_001)))
    return _made(parts(rows, rows, rows))(folder)


def many_cells(folder: Path) -> Path:
    """600,000 cells that all fit the grid."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    columns = [first + second for first in ("", "A") for second in letters][:30]
    row = '<row r="#">' + "".join(f'<c r="{column}#"><v>1</v></c>' for column in columns) + "</row>"
    return _made(parts(sheet("".join(row.replace("#", str(r)) for r in range(1, 20_001)))))(folder)


def shared_formula(folder: Path) -> Path:
    """A formula of 6,000 characters shared by 20,000 cells."""
    children = "".join(f'<c r="A{r}"><f t="shared" si="0"/><v>0</v></c>' for r in range(2, 20_001))
    return _made(parts(sheet(_SHARED + children)))(folder)


UNREADABLE: dict[str, tuple[Maker, str]] = {
    "missing": (missing, "找不到文件"),
    "directory": (directory, "文件夹"),
    "empty": (_raw(b""), "空的"),
    "text": (_raw("单位,收入\n某局,1\n".encode()), "CSV"),
    "text_gbk": (_raw("单位,收入\n某局,1\n".encode("gb18030")), "CSV"),
    "text_utf16": (_raw("单位\t收入\n".encode("utf-16")), "CSV"),
    "html": (_raw(b"<html><body><table><tr><td>1</td></tr></table></body></html>"), "网页"),
    "xml_2003": (_raw(b'<?xml version="1.0"?><x xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'), "2003"),
    "pdf": (_raw(b"%PDF-1.7\n"), "PDF"),
    "image": (_raw(b"\x89PNG\r\n\x1a\n" + bytes(99)), "图片"),
    "noise": (_raw(bytes(range(256)) * 9), "不是 Excel 工作簿"),
    "xls": (_raw(_ole("Workbook"), "旧.xls"), "另存为 .xlsx"),
    "encrypted": (_raw(_ole("EncryptionInfo", "EncryptedPackage")), "密码"),
    "doc": (_raw(_ole("WordDocument")), "Word"),
    "xlsb": (_raw(_zip_of(**{"[Content_Types].xml": "<x/>", "xl/workbook.bin": b"\0"})), ".xlsb"),
    "ods": (_raw(_zip_of(mimetype="application/vnd.oasis", **{"content.xml": "<x/>"})), ".ods"),
    "docx": (_raw(_zip_of(**{"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})), "Word"),
    "zipped": (_raw(_zip_of(**{"2023/工作簿.xlsx": "PK"})), "解压"),
    "other_zip": (_raw(_zip_of(**{"a.txt": "a"})), "压缩包"),
    "truncated": (truncated, "损坏"),
    "hollow": (hollow, "损坏"),
    "locked_zip": (locked_zip, "密码"),
    "twin_parts": (twin_parts, "重名"),
    "no_workbook": (_made({k: v for k, v in parts(ONE).items() if k != "xl/workbook.xml"}), "workbook.xml"),
    "no_sheet": (_made(parts()), "没有工作表"),
    "sheet_missing": (_made({k: v for k, v in parts(ONE).items() if "sheet1" not in k}), "没有一张工作表能读出来"),
    "strings_broken": (_made(parts(ONE, more={"xl/sharedStrings.xml": "<sst><si>"})), "文字部分已损坏"),
    "entities_strings": (_made(parts(ONE, more={"xl/sharedStrings.xml": _LOL_STRINGS})), "实体"),
    "entities_sheet": (_made(parts(_LOL_SHEET)), "实体"),
    "entities_utf16": (_made(parts(_LOL_WIDE)), "实体"),
    "entities_utf7": (_made(parts(_LOL_LATE)), "没有一张工作表能读出来"),
    "entities_book": (_made({**parts(ONE), "xl/workbook.xml": _LOL_SHEET}), "实体"),
    "entity_outside": (_made(parts(_OUTSIDE)), "实体"),
    "bomb": (bomb, "膨胀"),
    "many_bombs": (many_bombs, "解压后超过"),
    "lying_bomb": (lying_bomb, "没有一张工作表能读出来"),
    "many_parts": (many_parts, "部件超过"),
    "long_column": (_made(parts(_column(600_000))), "单元格超过"),
    "many_cells": (many_cells, "单元格超过"),
    "wide_grid": (wide_grid, "行列范围过大"),
    "shared_formula": (shared_formula, "公式过多过长"),
}

READABLE: dict[str, tuple[Maker, str]] = {
    "honest": (honest, ""),
    "far_cell": (_made(parts(_cells('<c r="A1"><v>1</v></c>', '<c r="XFD1048576"><v>2</v></c>'))), "XFD1048576"),
    "no_such_cell": (_made(parts(_cells('<c r="A1"><v>1</v></c>', '<c r="ABCD12345678"><v>2</v></c>'))), "没有读取"),
    "declared": (_made(parts(sheet('<c r="A1"><v>1</v></c>', '<dimension ref="A1:XFD1048576"/>'))), ""),
    "rows_only": (rows_only, ""),
    "tall_column": (_made(parts(_column(20_005))), "有 5 个单元格（首个 A20001）"),
    "merged_all": (_made(parts(sheet("", after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))), ""),
    "external_links": (_made(_external_links()), "外部链接（“预算.xlsx”）"),
    "dde_link": (_made(_external_links()), "DDE 链接"),
    "dde_formula": (_made(parts(_cells("<c r=\"A1\"><f>cmd|'/c calc'!A0</f><v>1</v></c>"))), "DDE 调用"),
    "macros": (_made(parts(ONE, more={"xl/vbaProject.bin": b"\0"})), "宏"),
    "hidden_sheet": (_made(parts(ONE, ONE, states=("", "hidden"))), "“表2”被隐藏"),
    "very_hidden_sheet": (_made(parts(ONE, ONE, states=("", "veryHidden"))), "“表2”被隐藏"),
    "hidden_rows": (_made(parts(_HIDDEN)), "第 5–6 行被隐藏"),
    "hidden_columns": (_made(parts(_HIDDEN)), "第 C–SF 列被隐藏"),
    "one_sheet_broken": (_made(parts(ONE, ONE[:-30])), "“表2”读不出来"),
    "one_sheet_missing": (_made({k: v for k, v in parts(ONE, ONE).items() if "sheet2" not in k}), "“表2”读不出来"),
    "bad_sum": (bad_sum, "“表2”读不出来"),
    "lost_text": (_made(parts(_cells('<c r="A1" t="s"><v>9</v></c>'))), "文字缺失（A1）"),
    "cycle": (_made(parts(_CYCLE)), ""),
    "odd_numbers": (_made(parts(_ODD)), ""),
    "open_tags": (_made(parts(ONE, sheet('<row r="1">' + '<c r="A1"><f' * 1_000_000))), "“表2”读不出来"),
    "long_names": (_made(parts(ONE, sheet("<row " + "a" * 9_000_000 + ' hidden="1">'))), "“表2”读不出来"),
    "deep": (_made(parts(ONE, sheet("<row>" * 100_000))), "“表2”读不出来"),
    "long_number": (_made(parts(_cells(f'<c r="A1"><v>{"9" * 5_000_000}</v></c>'))), ""),
}

HEAVY = (
    "bomb", "many_bombs", "lying_bomb", "many_parts", "many_cells", "wide_grid", "shared_formula", "entities_sheet",
    "far_cell", "rows_only", "long_column", "tall_column", "open_tags", "long_names", "deep", "long_number",
)  # fmt: skip
MAKERS: dict[str, Maker] = {name: maker for table in (UNREADABLE, READABLE) for name, (maker, _) in table.items()}
