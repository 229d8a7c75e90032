"""The little of DER that keys of SM2 need: ``cryptography`` reads and writes no curve it does not calculate with."""

from __future__ import annotations

SEQUENCE, INTEGER, OCTETS, BITS, OBJECT = 0x30, 0x02, 0x04, 0x03, 0x06
Item = tuple[int, bytes]


def put(tag: int, *parts: bytes) -> bytes:
    """One value: tag, length, content."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def integer(value: int) -> bytes:
    """A non-negative INTEGER."""
    return put(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(name: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted name."""
    first, second, *rest = map(int, name.split("."))
    body = bytearray([40 * first + second])
    for part in rest:
        septets = [part & 0x7F]
        while part := part >> 7:
            septets.insert(0, 0x80 | part & 0x7F)
        body += bytes(septets)
    return put(OBJECT, bytes(body))


def items(data: bytes) -> list[Item]:
    """The values lying one after another. ValueError where they are damaged."""
    found: list[Item] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("DER is cut off")
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4 or at + count > len(data):
                raise ValueError("DER has a wrong length")
            size = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + size > len(data):
            raise ValueError("DER is cut off")
        found.append((tag, data[at : at + size]))
        at += size
    return found


def inside(data: bytes, tag: int = SEQUENCE) -> list[Item]:
    """The values inside the one value of that tag. ValueError where it is something else."""
    return items(only(data, tag))


def only(data: bytes, tag: int) -> bytes:
    """The content of the one value of that tag. ValueError where it is something else."""
    found = items(data)
    if len(found) != 1 or found[0][0] != tag:
        raise ValueError("DER holds something else")
    return found[0][1]
