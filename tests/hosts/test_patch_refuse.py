"""What cannot be patched is refused with one Chinese sentence, before anything is written."""

from __future__ import annotations

import io
import struct
import zipfile

import openpyxl
import pytest

from juesuan.book import CannotRead
from juesuan.edits import Mark, SetValue
from juesuan.hosts.patch import annotate, apply_edits, clear_marks
from tests.hosts import rich

EDITS = [Mark("支出决算表", "B2", "error", "不符")]
PART = "xl/worksheets/sheet1.xml"


def changed(**replacements: tuple[bytes, bytes]) -> bytes:
    parts = rich.parts(rich.excel())
    for name, (old, new) in replacements.items():
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)
    return rich.zipped(parts)


def with_part(name: str, data: bytes = b"<x/>") -> bytes:
    return rich.zipped(rich.parts(rich.excel()) | {name: data})


def flagged() -> bytes:
    """The encryption bit set on every entry."""
    data = bytearray(rich.excel())
    at = data.find(b"PK\1\2")
    while at >= 0:
        struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)
        at = data.find(b"PK\1\2", at + 4)
    return bytes(data)


def bomb() -> bytes:
    """A sheet that says it is small and is not."""
    data = bytearray(rich.excel())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as bundle:
        size = bundle.getinfo(PART).file_size
    at = data.find(b"PK\1\2")
    while PART.encode() not in data[at : at + 46 + len(PART)]:
        at = data.find(b"PK\1\2", at + 4)
    struct.pack_into("<L", data, at + 24, size - 100)
    return bytes(data)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
STRICT = b"http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
NORMAL = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是"),
        (b"hello", "不是"),
        (rich.excel()[:3000], "不是"),
        (rich.excel()[:-200], "不是|损坏"),
        (OLE + b"\0" * 600, "旧版 .xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (flagged(), "加密"),
        (bomb(), "损坏"),
        (rich.zipped({"a.txt": b"a"}), "不是"),
        (rich.zipped({"[Content_Types].xml": b"<Types/>"}), "不是"),
        (with_part("_xmlsignatures/origin.sigs"), "数字签名"),
        (with_part("XL/Worksheets/SHEET1.xml"), "重名"),
        (with_part("xl\\worksheets\\sheet1.xml"), "重名"),
        (changed(**{"_rels/.rels": (NORMAL, STRICT)}), "Strict"),
        (changed(**{"_rels/.rels": (b"xl/workbook.xml", b"xl/workbook.bin")}), "xlsb"),
        (changed(**{"_rels/.rels": (b"xl/workbook.xml", b"xl/none.xml")}), "缺少部件"),
        (with_part(PART, b"<worksheet"), "XML"),
        (with_part(PART, b"<other/>"), "无法识别"),
        (changed(**{PART: (b"<worksheet", ENTITIES + b"<worksheet")}), "DOCTYPE"),
        (with_part("xl/drawings/vmlDrawing1.vml", "<xml></xml>".encode("utf-16")), "编码"),
        (with_part("xl/drawings/vmlDrawing1.vml", b"nothing"), "批注图形"),
    ],
)
def test_refused(data: bytes, words: str) -> None:
    with pytest.raises(CannotRead, match=words) as caught:
        annotate(data, EDITS)
    assert str(caught.value).endswith("。")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (PART, b'<c r="B2" s="1"', b'<c r="B2" s="x"'),
        (PART, b'<row r="2"', b'<row r="99999999999999999999"'),
        (PART, b'ref="A9:C10"', b'ref="#REF!"'),
        (PART, b'<c r="B2"', b'<c r="2B"'),
        ("xl/comments1.xml", b'ref="D2"', b'ref=""'),
        ("xl/comments1.xml", b'authorId="0"', b'authorId="-"'),
        ("xl/styles.xml", b'fillId="2"', b'fillId="two"'),
        ("xl/workbook.xml", b'sheetId="5"', b'sheetId="five"'),
        ("xl/worksheets/_rels/sheet1.xml.rels", b'Target="../comments1.xml"', b'Target="../../../../../nothing"'),
    ],
)
def test_nonsense_in_touched_parts_is_no_traceback(part: str, old: bytes, new: bytes) -> None:
    data = changed(**{part: (old, new)})
    out, said = data, "。"
    try:
        out = annotate(data, [*EDITS, Mark("支出决算表", "B9", "error", "合并")])
    except CannotRead as error:
        said = str(error)
    assert said.endswith("。")
    assert rich.parts(out)["xl/vbaProject.bin"] == rich.parts(data)["xl/vbaProject.bin"]


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "remarks", "no data"])
def test_other_spellings_of_a_sheet(coding: str) -> None:
    text = rich.parts(rich.excel())[PART].decode()
    if coding == "remarks":
        text = text.replace("<sheetData>", '<sheetData><!-- <row r="2"> --><?pi <row?>')
        text = text.replace("<f>SUM(B2:B5)</f>", "<f><![CDATA[SUM(B2:B5)]]></f>")
        data = text.encode()
    elif coding == "no data":
        start, end = text.index("<sheetData>"), text.index("</sheetData>")
        data = (text[:start] + "<sheetData/>" + text[end + len("</sheetData>") :]).encode()
    else:
        data = text.replace("UTF-8", "UTF-16" if coding == "utf-16" else "UTF-8").encode(coding)
    out = annotate(with_part(PART, data), EDITS)
    sheet = openpyxl.load_workbook(io.BytesIO(out))["支出决算表"]
    assert sheet["B2"].comment.text.endswith("不符")
    assert sheet["B6"].value == (None if coding == "no data" else "=SUM(B2:B5)")
    assert annotate(out, EDITS) == out


def test_a_signed_copy_with_marks_is_not_cleared() -> None:
    signed = rich.zipped(rich.parts(annotate(rich.excel(), EDITS)) | {"_xmlsignatures/sig1.xml": b"<x/>"})
    with pytest.raises(CannotRead, match="数字签名"):
        clear_marks(signed)


def test_untouched_parts_may_be_odd() -> None:
    """What need not be read is not looked at."""
    for name in ("xl/charts/chart1.xml", "xl/worksheets/sheet3.xml", "xl/sharedStrings.xml", "customXml/item1.xml"):
        data = with_part(name, b"not <xml")
        assert rich.parts(annotate(data, EDITS))[name] == b"not <xml"


def test_entries_with_data_descriptors_and_comment() -> None:
    """Streams written without knowing their size, and a zip comment."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in rich.parts(rich.excel()).items():
            bundle.writestr(name, data)
        bundle.comment = b"made by a stream"
    out = annotate(pipe.data, EDITS)
    with zipfile.ZipFile(io.BytesIO(out)) as bundle:
        assert bundle.testzip() is None
        assert not any(info.flag_bits & 8 for info in bundle.infolist())
    assert rich.parts(out)["xl/vbaProject.bin"] == rich.parts(rich.excel())["xl/vbaProject.bin"]


def test_stored_entries_and_leading_bytes() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in rich.parts(rich.excel()).items():
            bundle.writestr(name, data)
    parts = rich.parts(annotate(b"leading" + out.getvalue(), EDITS))
    assert parts["xl/media/image1.png"] == rich.png()


def test_bad_cell_names_are_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="不是单元格名"):
        apply_edits(rich.excel(), [SetValue("支出决算表", "第三格", 1)])
