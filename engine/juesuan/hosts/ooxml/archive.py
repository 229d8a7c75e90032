"""A zip file whose untouched entries are copied as they are stored, without inflating them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache

from juesuan.book import CannotRead
from juesuan.hosts.guard import zip_entries

LIMIT = 256 * 1024 * 1024  # bytes of one inflated part
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LEVEL = 2  # as fast programs save; a few per cent larger than the usual 6
_DATE = (1980, 1, 1, 0, 0, 0)
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(slots=True)
class _Entry:
    stored: str  # the name as the zip spells it
    info: zipfile.ZipInfo | None
    data: bytes | None = None  # inflated, when read or put
    changed: bool = False


@lru_cache(4096)
def key(name: str) -> str:
    """Part names compare without case; some writers use backslashes or a leading slash."""
    return name.replace("\\", "/").lstrip("/").lower()


class Archive:
    """Entries by part name. CannotRead where it is not a plain, undamaged, unencrypted zip without duplicates."""

    def __init__(self, data: bytes) -> None:
        self._source = data
        self._changed = False
        self._entries: dict[str, _Entry] = {}
        for info in _directory(data):
            if info.flag_bits & 0x1:
                raise CannotRead("文件已加密，请先用 Excel 或 WPS 去掉打开密码、另存后再试。")
            name = key(info.orig_filename)
            if name in self._entries:
                raise CannotRead(f"文件包内有重名部件（{name}），可能被改动过，请用 Excel 或 WPS 另存后再试。")
            self._entries[name] = _Entry(info.orig_filename, info)

    def __contains__(self, name: str) -> bool:
        return key(name) in self._entries

    def names(self) -> list[str]:
        """Part names in the zip's order, with forward slashes, case as stored."""
        return [entry.stored.replace("\\", "/").lstrip("/") for entry in self._entries.values()]

    def read(self, name: str) -> bytes:
        """A part's bytes. CannotRead if it is missing, damaged or too large."""
        entry = self._entries.get(key(name))
        if entry is None:
            raise CannotRead(f"文件不完整：缺少部件 {name}，请用 Excel 或 WPS 修复、另存后再试。")
        if entry.data is None:
            assert entry.info is not None
            entry.data = _inflate(self._raw(entry.info), entry.info)
        return entry.data

    def put(self, name: str, data: bytes) -> None:
        """Replace a part or append a new one; the same bytes again change nothing."""
        entry = self._entries.get(key(name))
        if entry is None:
            self._entries[key(name)] = _Entry(name, None, data, True)
        elif self.read(name) == data:
            return
        else:
            entry.data, entry.changed = data, True
        self._changed = True

    def drop(self, name: str) -> None:
        """Leave a part out; silently if there is none."""
        if self._entries.pop(key(name), None) is not None:
            self._changed = True

    def save(self) -> bytes:
        """The zip; the very bytes it came from if nothing changed. Changed parts carry a fixed date."""
        if not self._changed:
            return self._source
        out, central = bytearray(), bytearray()
        for entry in self._entries.values():
            head = _header(entry) if entry.changed else _kept(entry)
            body = head.pop_body() if entry.changed else self._raw(head.info)
            central += head.central(len(out))
            out += head.local()
            out += body
        count, start = len(self._entries), len(out)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(central), start, 0)
        return bytes(out + central + end)

    def _raw(self, info: zipfile.ZipInfo) -> bytes:
        at = info.header_offset
        head = self._source[at : at + _LOCAL.size]
        if len(head) == _LOCAL.size and head[:4] == b"PK\3\4":
            name, extra = struct.unpack("<2H", head[26:])
            start = at + _LOCAL.size + name + extra
            raw = self._source[start : start + info.compress_size]
            if len(raw) == info.compress_size:
                return raw
        raise _damaged()


def _directory(data: bytes) -> list[zipfile.ZipInfo]:
    if data[:8] == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise CannotRead("文件设有打开密码，请先用 Excel 或 WPS 去掉密码、另存后再试。")
        raise CannotRead("这是旧版 .xls 文件，请先用 Excel 或 WPS 另存为 .xlsx 再试。")
    if (found := zip_entries(data)) is None:
        raise CannotRead("这不是 .xlsx 或 .xlsm 工作簿，或者已损坏，请用 Excel 或 WPS 打开、另存后再试。")
    return found


def _damaged() -> CannotRead:
    return CannotRead("文件已损坏（压缩包不完整），请用 Excel 或 WPS 修复、另存后再试。")


def _inflate(raw: bytes, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > LIMIT:
        raise CannotRead(f"文件中的 {info.filename} 展开后过大，不予处理。")
    try:
        if info.compress_type == zipfile.ZIP_DEFLATED:
            data = zlib.decompressobj(-15).decompress(raw, info.file_size + 1)
        elif info.compress_type == zipfile.ZIP_STORED:
            data = raw
        else:
            raise CannotRead("文件用了少见的压缩方式，请用 Excel 或 WPS 另存后再试。")
    except zlib.error as error:
        raise _damaged() from error
    if len(data) != info.file_size or zlib.crc32(data) != info.CRC:
        raise _damaged()
    return data


class _Head:
    """One entry's two headers; names are spelt in bytes as they were."""

    def __init__(self, info: zipfile.ZipInfo, body: bytes = b"") -> None:
        self.info = info
        self._body = body
        utf8 = bool(info.flag_bits & 0x800)
        self._name = info.orig_filename.encode("utf-8" if utf8 else "cp437")
        self._flags = info.flag_bits & ~0x8  # sizes stand in the header, no descriptor follows
        year, month, day, hour, minute, second = info.date_time
        self._when = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)

    def pop_body(self) -> bytes:
        return self._body

    def local(self) -> bytes:
        info, (time, date) = self.info, self._when
        fixed = (20, self._flags, info.compress_type, time, date, info.CRC, info.compress_size, info.file_size)
        return _LOCAL.pack(b"PK\3\4", *fixed, len(self._name), 0) + self._name

    def central(self, offset: int) -> bytes:
        info, (time, date) = self.info, self._when
        made = info.create_system << 8 | 20
        fixed = (made, 20, self._flags, info.compress_type, time, date, info.CRC, info.compress_size, info.file_size)
        rest = (len(self._name), 0, 0, 0, info.internal_attr, info.external_attr, offset)
        return _CENTRAL.pack(b"PK\1\2", *fixed, *rest) + self._name


def _kept(entry: _Entry) -> _Head:
    assert entry.info is not None
    return _Head(entry.info)


def _header(entry: _Entry) -> _Head:
    data = entry.data or b""
    window = min(15, max(9, len(data).bit_length()))  # setting up a full window costs more than a small part
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -window, max(1, window - 7))
    body = packer.compress(data) + packer.flush()
    info = zipfile.ZipInfo(entry.stored, _DATE)
    info.orig_filename = entry.stored
    info.create_system = 0
    info.compress_type, info.CRC = zipfile.ZIP_DEFLATED, zlib.crc32(data)
    info.compress_size, info.file_size = len(body), len(data)
    if not entry.stored.isascii():
        info.flag_bits |= 0x800
    return _Head(info, body)
