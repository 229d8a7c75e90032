"""Checks made before anything is parsed: what kind of file this is, and whether it is safe to unpack.

Everything here raises ``CannotRead`` with one Chinese sentence. The limits are far above any real set of accounts
(nine tables of a large department: some 30 sheets, 2 MB of XML) and low enough that reading the worst permitted
file stays below 400 MB of memory and 20 seconds.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from juesuan.book import CannotRead

MB = 1024 * 1024
#: The file itself, bytes: it is held in memory while being read.
MAX_FILE = 64 * MB
#: Sum of what all parts say they inflate to (pictures included), bytes; the part reader holds them to it.
MAX_TOTAL = 300 * MB
#: One part that is read, bytes inflated: a 20,000-row sheet with 40 columns has about 40 MB.
MAX_PART = 64 * MB
#: All parts that are read together, bytes inflated: bounds the time.
MAX_READ = 128 * MB
#: Parts small by nature (workbook, relations, styles), bytes: they become trees ten times their size.
MAX_TREE = 8 * MB
#: The sheets the quick scanner is not sure about, together, bytes: the careful parser takes 0.2 seconds for one MB.
MAX_SLOW = 32 * MB
#: Inflated/compressed; only counted above RATIO_FLOOR bytes, as small blank styled sheets reach 150 honestly.
MAX_RATIO = 250
RATIO_FLOOR = 16 * MB
#: Parts in the package: a workbook with a picture in each of a thousand sheets has about 5,000.
MAX_ENTRIES = 10_000
#: Worksheets: a hundred units with nine tables each fit.
MAX_SHEETS = 1_000
#: Texts in the shared string table.
MAX_STRINGS = 300_000
#: Cells with content in the whole workbook: a formula with value and format takes up to 450 bytes.
MAX_CELLS = 500_000
#: Places of the dense grids of all sheets, filled or not: at 8 bytes each.
MAX_PLACES = 5_000_000
#: Characters that shared formulas are expanded to: one is stored once and written out for every cell it serves.
MAX_FORMULA_TEXT = 4_000_000
#: The grid that is read; a cell beyond it is a problem, not data. No public table is near it.
MAX_ROWS = 20_000
MAX_COLUMNS = 500

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再校验"
_NOT_BOOK = "请改用 .xlsx 工作簿"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\0", "图片"),
    (b"MM\0*", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"{\\rtf", "RTF 文档"),
)
_ENCODING = re.compile(rb"\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "gb2312": "gb18030",
           "gbk": "gb18030", "gb18030": "gb18030", "iso-8859-1": "latin-1", "windows-1252": "cp1252"}
_UNKNOWN = "文字编码无法识别"
#: Characters looked at one by one in search of markup; a sheet of formulas has one or two "!" in every row.
_LOOKS = 1_000


class Damaged(Exception):
    """One part cannot be read; the caller decides whether the workbook can do without it. ``str()``: what, Chinese."""


def load(path: str | os.PathLike[str]) -> bytes:
    """The file's bytes; it is opened for reading only, and closed at once."""
    file = Path(path)
    try:
        about = file.stat()
        if stat.S_ISDIR(about.st_mode):
            raise CannotRead(f"“{file.name}”是文件夹，请指定其中的 .xlsx 工作簿。")
        if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
            raise CannotRead(f"“{file.name}”不是普通文件，{_NOT_BOOK}。")
        with file.open("rb") as stream:
            return stream.read(min(about.st_size, MAX_FILE) + 1)
    except FileNotFoundError:
        raise CannotRead(f"找不到文件“{file.name}”，请核对路径和文件名。") from None
    except PermissionError:
        raise CannotRead(f"没有权限读取“{file.name}”，请检查文件权限，或关闭正独占它的程序后重试。") from None
    except (OSError, ValueError):
        raise CannotRead(f"“{file.name}”无法读取，请核对路径，或把它复制到本机磁盘后重试。") from None


def sniff(data: bytes) -> None:
    """Raise unless ``data`` begins as a zip package of a permitted size."""
    if not data:
        raise CannotRead("文件是空的（0 字节），请重新导出或重新拷贝。")
    if len(data) > MAX_FILE:
        raise CannotRead(f"文件超过 {MAX_FILE // MB} MB，不像决算公开表，请删去图片等无关内容后重试。")
    if data.startswith(_OLE):
        raise CannotRead(_ole(data))
    if data.startswith(b"PK"):
        return
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise CannotRead(f"文件内容是{kind}，不是 Excel 工作簿，{_NOT_BOOK}（只改扩展名不行）。")
    raise CannotRead(_text(data[:4096]))


def _ole(data: bytes) -> str:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptionInfo") or has("EncryptedPackage"):
        return "工作簿已加密，请在 Excel 或 WPS 中打开并取消打开密码、保存后再校验。"
    if has("Workbook") or has("Book"):
        return f"这是旧版 .xls 或 WPS 的 .et 工作簿，{_RESAVE}。"
    if has("WordDocument"):
        return f"文件内容是 Word 文档，不是 Excel 工作簿，{_NOT_BOOK}。"
    return f"这是旧版二进制文档，不是 .xlsx 工作簿，{_RESAVE}。"


def _text(head: bytes) -> str:
    lower = head.lower()
    if lower.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\0")):
        return f"这是很旧的 .xls 工作簿，{_RESAVE}。"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in lower:
        return f"这是“XML 表格 2003”文件，{_RESAVE}。"
    if b"<html" in lower or b"<!doctype html" in lower or b"<table" in lower:
        return f"文件内容是网页（HTML），不是 Excel 工作簿，{_RESAVE}。"
    if b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"文件内容是文本（如 CSV），不是 Excel 工作簿，{_RESAVE}（只改扩展名不行）。"
    return f"文件不是 Excel 工作簿或已损坏，{_RESAVE}。"


def zip_entries(data: bytes) -> list[ZipInfo] | None:
    """What a zip says it holds; None for anything that is no whole zip. ``zipfile`` has many ways to say so, one of
    them NotImplementedError, for archives of a later version than it knows."""
    try:
        with ZipFile(io.BytesIO(data)) as bundle:
            return bundle.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, struct.error):
        return None


def check_entries(entries: Sequence[ZipInfo]) -> None:
    """Raise for a package that would inflate absurdly or that is not a workbook."""
    names = {entry.filename.replace("\\", "/").lstrip("/").lower() for entry in entries}
    if len(names) != len(entries):
        raise CannotRead(f"工作簿压缩包中有重名的部件，可能已损坏，{_RESAVE}。")
    total = 0
    for entry in entries:
        total += entry.file_size
        if entry.file_size > RATIO_FLOOR and entry.file_size > MAX_RATIO * entry.compress_size:
            raise CannotRead("文件解压后膨胀得不合常理（疑似压缩炸弹），已拒绝读取，请向提供者重新索取。")
    if total > MAX_TOTAL:
        raise CannotRead(f"文件解压后超过 {MAX_TOTAL // MB} MB（疑似压缩炸弹），已拒绝读取，请向提供者重新索取。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise CannotRead("压缩包设了密码，请去掉密码后重试。")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise CannotRead(_other_package(names))
    if "xl/workbook.bin" in names:
        raise CannotRead(f"这是二进制工作簿 .xlsb，{_RESAVE}。")


def _other_package(names: set[str]) -> str:
    if "word/document.xml" in names:
        return f"文件内容是 Word 文档，不是 Excel 工作簿，{_NOT_BOOK}。"
    if any(name.startswith("ppt/") for name in names):
        return f"文件内容是演示文稿，不是 Excel 工作簿，{_NOT_BOOK}。"
    if "mimetype" in names and "content.xml" in names:
        return f"这是 OpenDocument 文档（如 .ods），{_RESAVE}。"
    if any(name.endswith((".xlsx", ".xlsm", ".xls")) for name in names):
        return "这是装着工作簿的压缩包，请先解压再校验其中的 .xlsx。"
    if "[content_types].xml" in names:
        return f"文件里没有 Excel 工作簿（缺少 workbook.xml），可能已损坏，{_RESAVE}。"
    return f"这是压缩包，不是 Excel 工作簿，{_NOT_BOOK}。"


def clean_xml(data: bytes) -> bytes:
    """One part's XML as UTF-8 without declared encoding surprises. Raises CannotRead for a DTD, Damaged if unknown.

    Entities can only be declared in a DTD, and no Office program writes one: refusing it ends every entity bomb and
    every external entity. The search is sound because anything but UTF-8 is converted first.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = _converted(data, "utf-16")
    elif b"\0" in data[:200]:
        raise Damaged(_UNKNOWN)
    else:
        data = data.removeprefix(b"\xef\xbb\xbf")
        if data.startswith(b"<?xml"):
            end = data.find(b"?>", 0, 400)
            match = _ENCODING.search(data, 0, max(end, 0))
            declared = match.group(1).decode("ascii").lower() if match else "utf-8"
            if end < 0 or declared not in _CODECS or (not match and b"encoding" in data[:end]):
                raise Damaged(_UNKNOWN)
            if (codec := _CODECS[declared]) != "utf-8":
                data = _converted(data, codec)
    if b"\r" in data:  # as every XML parser does
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if has_markup(data, b"<!") and b"<!DOCTYPE" in data:
        raise CannotRead("文件的 XML 中含有实体声明（DTD），正常工作簿不会有，已拒绝读取，请向提供者重新索取。")
    return data


def has_markup(data: bytes, opening: bytes) -> bool:
    """Whether ``opening`` ("<!" or "<?") is in the part, the XML declaration at its beginning aside.

    Looking for the second, rarer character first is fifty times faster.
    """
    begin = 5 if opening == b"<?" else 0
    for _ in range(_LOOKS):
        at = data.find(opening[1:], begin + 1)
        if at < 0 or data[at - 1] == opening[0]:
            return at >= 0
        begin = at
    return data.find(opening, begin) >= 0


def _converted(data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Damaged(_UNKNOWN) from None
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1).encode("utf-8")
