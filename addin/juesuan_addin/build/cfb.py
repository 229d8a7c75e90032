"""A compound file ([MS-CFB] version 3) with storages and streams. No dates: the same content is the same file."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5

Tree = Mapping[str, "bytes | Mapping[str, bytes]"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: Sequence[int] = ()
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    size: int = 0


def write(tree: Tree) -> bytes:
    """The file. Storages hold streams only; it must fit in 109 sectors of allocation table (some 7 MB)."""
    entries = [_Entry("Root Entry", _ROOT)]
    _add(entries, 0, tree)
    mini = b""
    table: list[int] = []
    sectors: list[bytes] = []
    fat: list[int] = []
    for entry in entries[1:]:
        if entry.kind == _STREAM:
            entry.size = len(entry.data)
            if 0 < entry.size < _CUTOFF:
                entry.start = len(table)
                count = -(-entry.size // _MINI)
                table += [*range(entry.start + 1, entry.start + count), _END]
                mini += entry.data.ljust(count * _MINI, b"\0")
            elif entry.size:
                entry.start = _store(entry.data, sectors, fat)
    if mini:
        entries[0].start, entries[0].size = _store(mini, sectors, fat), len(mini)
    mini_fat = b"".join(struct.pack("<I", number) for number in table)
    mini_start = _store(mini_fat, sectors, fat, b"\xff") if mini_fat else _END
    directory = b"".join(map(_packed, entries))
    directory += _packed(_Entry("", 0)) * (-len(entries) % 4)
    first = _store(directory, sectors, fat)
    count = 1
    while count * (_SECTOR // 4) < len(fat) + count:
        count += 1
    if count > 109:
        raise ValueError("复合文件过大")
    places = [len(sectors) + number for number in range(count)]
    fat += [_FAT] * count
    fat += [_FREE] * (count * (_SECTOR // 4) - len(fat))
    sectors.append(b"".join(struct.pack("<I", number) for number in fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, first, 0, _CUTOFF, mini_start,
                          -(-len(mini_fat) // _SECTOR), _END, 0)  # fmt: skip
    header += b"".join(struct.pack("<I", number) for number in [*places, *[_FREE] * (109 - count)])
    return header + b"".join(sectors)


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    numbers = []
    for name, content in tree.items():
        numbers.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_Entry(name, _STREAM, content))
        else:
            entries.append(_Entry(name, _STORAGE, start=0))  # 2.6.1: a storage has no sectors of its own
            _add(entries, numbers[-1], content)
    numbers.sort(key=lambda number: (len(entries[number].name), entries[number].name.upper()))
    entries[parent].child = _balanced(entries, numbers)


def _balanced(entries: list[_Entry], numbers: Sequence[int]) -> int:
    """Brothers as a search tree; its root."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _balanced(entries, numbers[:middle])
    entry.right = _balanced(entries, numbers[middle + 1 :])
    return numbers[middle]


def _store(data: bytes, sectors: list[bytes], fat: list[int], fill: bytes = b"\0") -> int:
    start = len(sectors)
    for at in range(0, len(data), _SECTOR):
        sectors.append(data[at : at + _SECTOR].ljust(_SECTOR, fill))
        fat.append(len(sectors))
    fat[-1] = _END
    return start


def _packed(entry: _Entry) -> bytes:
    name = (entry.name + "\0").encode("utf-16-le") if entry.name else b""
    head = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), entry.kind, 1 if entry.kind else 0)
    tree = struct.pack("<III", entry.left, entry.right, entry.child)
    return head + tree + bytes(36) + struct.pack("<IQ", entry.start if entry.kind else 0, entry.size)
