"""A workbook's zip package, held in memory: parts by name, inflated one at a time and never beyond what they declare.

Inflation is done here, not by zipfile, because zipfile trusts the declared size only after inflating.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar

from juesuan.book import CannotRead
from juesuan.hosts import guard
from juesuan.hosts.guard import Damaged

_BROKEN = "工作簿不完整或已损坏（可能没有下载或拷贝完），请重新获取，或用 Excel、WPS 修复后另存为 .xlsx。"


#: Parts up to this size are remembered, and so many of each kind.
_SMALL, _KEPT = 64 * 1024, 64
Given = ParamSpec("Given")
Parsed = TypeVar("Parsed")


def remembered(parse: Callable[Concatenate[bytes, Given], Parsed]) -> Callable[Concatenate[bytes, Given], Parsed]:
    """``parse`` of a small part, remembered: files made from one template have these parts in common to the byte.

    What ``parse`` returns must not be changed by its users.
    """
    known: Callable[Concatenate[bytes, Given], Parsed]
    known = lru_cache(maxsize=_KEPT)(parse)  # type: ignore[assignment]  # part names, which are hashable

    def quick(data: bytes, /, *args: Given.args, **kwargs: Given.kwargs) -> Parsed:
        return (known if len(data) <= _SMALL else parse)(data, *args, **kwargs)

    return quick


class Package:
    """The parts of one package; names are matched without regard to case, as Office does."""

    def __init__(self, data: bytes) -> None:
        guard.sniff(data)
        # Counted first, since zipfile builds a record per entry before anyone can ask how many there are.
        if data.count(b"PK\x01\x02") > guard.MAX_ENTRIES:
            raise CannotRead(f"压缩包中的部件超过 {guard.MAX_ENTRIES} 个，不是正常的工作簿，已拒绝读取。")
        entries = guard.zip_entries(data)
        if entries is None:
            raise CannotRead(_BROKEN)
        entries = [entry for entry in entries if not entry.filename.endswith("/")]
        guard.check_entries(entries)
        self._data = data
        self._entries = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in entries}
        self._read = 0

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def names(self, start: str) -> list[str]:
        """Lower-case names of the parts below ``start``."""
        return sorted(name for name in self._entries if name.startswith(start))

    def xml(self, name: str, limit: int = guard.MAX_PART) -> bytes:
        """An XML part as safe UTF-8. Raises Damaged if it is missing or broken, CannotRead if it is an attack."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise Damaged("部件缺失")
        self._read += entry.file_size
        if entry.file_size > limit or self._read > guard.MAX_READ:
            raise CannotRead("工作簿的内容大得不合常理，已拒绝读取，请只保留决算公开表后另存为新文件。")
        return guard.clean_xml(_inflate(self._data, entry))


def _inflate(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    start = entry.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise Damaged("压缩数据已损坏")
    start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    raw = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = bytes(raw)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        try:
            part = zlib.decompressobj(-15).decompress(raw, entry.file_size + 1)
        except zlib.error:
            raise Damaged("压缩数据已损坏") from None
    else:
        raise Damaged("用了不支持的压缩方法")
    if len(part) != entry.file_size or zlib.crc32(part) != entry.CRC:
        raise Damaged("压缩数据已损坏")
    return part


def target(base: str, reference: str) -> str:
    """The part that ``reference``, a relation of part ``base``, points to: "xl/worksheets/sheet1.xml"."""
    if reference.startswith("/"):
        return posixpath.normpath(reference).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), reference))


def relations_of(part: str) -> str:
    """Where the relations of ``part`` stand: "xl/workbook.xml" → "xl/_rels/workbook.xml.rels"."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")
