"""A VBA project from its source: the streams of [MS-OVBA], without compiled code, which Office makes when it loads it.

Same source, same bytes: nothing in it depends on the time, the machine or a random number.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from juesuan_addin.build import cfb

_CHUNK = 4096
_CODEPAGE = "cp1252"  # sources are ASCII
_STDOLE = rb"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"


@dataclass(frozen=True, slots=True)
class Module:
    """One module: ``document`` is the code behind a workbook or sheet, else a plain module."""

    name: str
    source: str
    document: bool = False


def project(name: str, modules: Sequence[Module]) -> bytes:
    """vbaProject.bin. Raises ValueError where a source is not ASCII."""
    identity = "{" + str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.vba")).upper() + "}"
    vba: dict[str, bytes] = {"_VBA_PROJECT": b"\xcc\x61\xff\xff\x00\x00\x00"}
    vba["dir"] = compress(_dir(name, modules))
    for module in modules:
        vba[module.name] = compress(_lines(module))
    return cfb.write({"VBA": vba, "PROJECT": _project(name, identity, modules), "PROJECTwm": _names(modules)})


def _lines(module: Module) -> bytes:
    if not module.source.isascii():
        raise ValueError(f"模块 {module.name} 含有 ASCII 以外的字符")
    return ("\r\n".join(module.source.splitlines()) + "\r\n").encode("ascii")


def compress(data: bytes) -> bytes:
    """The compressed container of section 2.4.1."""
    chunks = [_chunk(data[at : at + _CHUNK]) for at in range(0, len(data), _CHUNK)]
    return b"\x01" + b"".join(chunks)


def _chunk(data: bytes) -> bytes:
    packed = _tokens(data)
    if len(packed) >= _CHUNK:  # did not get smaller: stored as it is, padded
        packed, kind = data.ljust(_CHUNK, b"\0"), 0x3000
    else:
        kind = 0xB000
    return struct.pack("<H", kind | (len(packed) + 2 - 3)) + packed


def _tokens(data: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(data):
        flags, body = 0, bytearray()
        for bit in range(8):
            if at >= len(data):
                break
            offset, length = _longest(data, at)
            if length >= 3:
                bits = _bits(at)
                body += struct.pack("<H", (offset - 1) << (16 - bits) | (length - 3))
                flags |= 1 << bit
                at += length
            else:
                body.append(data[at])
                at += 1
        out.append(flags)
        out += body
    return bytes(out)


def _bits(at: int) -> int:
    """How many bits of a copy token say how far back it reaches."""
    return max(4, (at - 1).bit_length())


def _longest(data: bytes, at: int) -> tuple[int, int]:
    """(how far back, how long) of the longest earlier text that continues like this."""
    if at == 0:
        return 0, 0
    most = (0xFFFF >> _bits(at)) + 3
    found = (0, 0)
    start = data.rfind(data[at : at + 3], 0, at + 2) if at + 3 <= len(data) else -1
    while start >= 0:
        length = 3
        while length < most and at + length < len(data) and data[start + length] == data[at + length]:
            length += 1
        if length > found[1]:
            found = (at - start, length)
        if length == most:
            break
        start = data.rfind(data[at : at + 3], 0, start + 2)
    return found


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _both(number: int, text: str, second: int) -> bytes:
    return _record(number, text.encode(_CODEPAGE)) + _record(second, text.encode("utf-16-le"))


def _dir(name: str, modules: Sequence[Module]) -> bytes:
    """The dir stream of section 2.3.4.2."""
    parts = [
        _record(0x01, struct.pack("<I", 1)),  # system: 32-bit Windows, which all take
        _record(0x02, struct.pack("<I", 0x409)),
        _record(0x14, struct.pack("<I", 0x409)),
        _record(0x03, struct.pack("<H", 1252)),
        _record(0x04, name.encode(_CODEPAGE)),
        _both(0x05, "", 0x40),
        _record(0x06, b"") + _record(0x3D, b""),
        _record(0x07, struct.pack("<I", 0)),
        _record(0x08, struct.pack("<I", 0)),
        struct.pack("<HIIH", 0x09, 4, 1, 0),  # version 1.0; the stated size leaves the minor version out
        _both(0x0C, "", 0x3C),
        _both(0x16, "stdole", 0x3E),
        _record(0x0D, struct.pack("<I", len(_STDOLE)) + _STDOLE + struct.pack("<IH", 0, 0)),
        _record(0x0F, struct.pack("<H", len(modules))),
        _record(0x13, struct.pack("<H", 0xFFFF)),
    ]
    for module in modules:
        parts += [
            _both(0x19, module.name, 0x47),
            _both(0x1A, module.name, 0x32),
            _both(0x1C, "", 0x48),
            _record(0x31, struct.pack("<I", 0)),  # the source starts at once: there is no compiled code before it
            _record(0x1E, struct.pack("<I", 0)),
            _record(0x2C, struct.pack("<H", 0xFFFF)),
            _record(0x22 if module.document else 0x21, b""),
            _record(0x2B, b""),
        ]
    return b"".join([*parts, _record(0x10, b"")])


def _project(name: str, identity: str, modules: Sequence[Module]) -> bytes:
    lines = [f'ID="{identity}"']
    lines += [f"Document={m.name}/&H00000000" if m.document else f"Module={m.name}" for m in modules]
    lines += [
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{encrypt(bytes(4), identity)}"',  # not protected
        f'DPB="{encrypt(bytes(1), identity)}"',  # no password
        f'GC="{encrypt(bytes([0xFF]), identity)}"',  # visible
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return ("\r\n".join(lines) + "\r\n").encode(_CODEPAGE)


def _names(modules: Sequence[Module]) -> bytes:
    names = (m.name.encode(_CODEPAGE) + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return b"".join(names) + b"\0\0"


def encrypt(data: bytes, identity: str) -> str:
    """The disguise of section 2.4.3.2, with the seed 0."""
    key = sum(identity.encode(_CODEPAGE)) & 0xFF
    out = [0, 2, key]  # seed, version and key, each xor the seed
    first, second, plain = key, 2, key
    for byte in struct.pack("<I", len(data)) + data:
        hidden = byte ^ (second + plain) & 0xFF
        out.append(hidden)
        second, first, plain = first, hidden, byte
    return bytes(out).hex().upper()
