"""The icons, drawn: shapes by their distance to a point, 32 × 32 pixels, smooth edges. Same source, same bytes."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from functools import cache

SIZE = 32
_FINE = 4  # points a pixel is made of, along each side
Colour = tuple[int, int, int]
Shape = Callable[[float, float], float]  # distance to the edge, negative inside; the picture is 0 … 32 each way
RED, GREEN, BLUE, ORANGE, GREY, WHITE = (
    (192, 57, 43), (39, 134, 76), (31, 97, 160), (214, 137, 16), (93, 109, 126), (255, 255, 255),
)  # fmt: skip


def line(x1: float, y1: float, x2: float, y2: float, width: float = 3) -> Shape:
    """A stroke with round ends."""

    def distance(x: float, y: float) -> float:
        dx, dy = x2 - x1, y2 - y1
        along = max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)))
        return math.hypot(x - x1 - along * dx, y - y1 - along * dy) - width / 2

    return distance


def disc(x0: float, y0: float, radius: float) -> Shape:
    """A filled circle."""
    return lambda x, y: math.hypot(x - x0, y - y0) - radius


def arc(x0: float, y0: float, radius: float, start: float, end: float, width: float = 3) -> Shape:
    """Part of a circle's line, from one angle to another (degrees, clockwise from the right)."""

    def distance(x: float, y: float) -> float:
        angle = math.degrees(math.atan2(y - y0, x - x0)) % 360
        inside = start <= angle <= end if start <= end else angle >= start or angle <= end
        return abs(math.hypot(x - x0, y - y0) - radius) - width / 2 if inside else 9.0

    return distance


def box(left: float, top: float, right: float, bottom: float, round_by: float = 1.5) -> Shape:
    """A filled rectangle with rounded corners."""
    cx, cy, w, h = (left + right) / 2, (top + bottom) / 2, (right - left) / 2 - round_by, (bottom - top) / 2 - round_by

    def distance(x: float, y: float) -> float:
        dx, dy = abs(x - cx) - w, abs(y - cy) - h
        return math.hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - round_by

    return distance


def triangle(*points: tuple[float, float]) -> Shape:
    """A filled triangle, its corners clockwise."""

    def distance(x: float, y: float) -> float:
        worst = -99.0
        for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True):
            length = math.hypot(x2 - x1, y2 - y1)
            worst = max(worst, ((y2 - y1) * (x - x1) - (x2 - x1) * (y - y1)) / length)
        return worst

    return distance


_SHEET: list[tuple[Shape, Colour]] = [(box(6, 3, 26, 29), GREY), (box(8, 5, 24, 27, 0.5), WHITE)]
#: Each icon as shapes, later ones on top.
ICONS: dict[str, list[tuple[Shape, Colour]]] = {
    "check": [*_SHEET, (line(10, 17, 15, 22, 4), GREEN), (line(15, 22, 26, 9, 4), GREEN)],
    "back": [(triangle((6, 16), (20, 6), (20, 26)), BLUE), (box(20, 13, 27, 19, 1), BLUE)],
    "onward": [(triangle((26, 16), (12, 26), (12, 6)), BLUE), (box(5, 13, 12, 19, 1), BLUE)],
    "clear": [(line(8, 24, 22, 10, 9), ORANGE), (line(8, 24, 11, 21, 9), GREY), (line(14, 29, 28, 29, 2), GREY)],
    "narrate": [*_SHEET, (line(11, 10, 21, 10, 2), GREY), (line(11, 14, 18, 14, 2), GREY),
                (line(14, 24, 26, 12, 4), BLUE), (triangle((10.5, 27.5), (11.5, 22.5), (15.5, 26.5)), ORANGE)],
    "insert_row": [(box(4, 5, 28, 10, 1), GREY), (box(4, 22, 28, 27, 1), GREY), (line(16, 12, 16, 20, 2.5), GREEN),
                   (line(12, 16, 20, 16, 2.5), GREEN)],
    "recalculate": [(arc(16, 16, 10, 330, 240), BLUE), (triangle((8, 3), (18, 6), (10, 13)), BLUE)],
    "explain": [(box(3, 5, 29, 23, 4), BLUE), (triangle((8, 22), (16, 22), (8, 29)), BLUE),
                (line(9, 11, 23, 11, 2), WHITE), (line(9, 16, 19, 16, 2), WHITE)],
    "lock": [(arc(16, 13, 6, 180, 360), GREY), (box(7, 14, 25, 28, 2), ORANGE), (disc(16, 20, 2), WHITE),
             (line(16, 20, 16, 24, 2), WHITE)],
    "unlock": [(arc(20, 10, 6, 180, 360), GREY), (box(7, 14, 25, 28, 2), GREEN), (disc(16, 20, 2), WHITE),
               (line(16, 20, 16, 24, 2), WHITE)],
    "report": [*_SHEET, (box(11, 17, 14, 24, 0.5), RED), (box(15, 12, 18, 24, 0.5), ORANGE),
               (box(19, 9, 22, 24, 0.5), GREEN)],
    "guide": [(disc(16, 16, 13), BLUE), (arc(16, 12, 4.5, 180, 90, 3), WHITE), (line(16, 17, 16, 19, 3), WHITE),
              (disc(16, 24, 1.8), WHITE)],
    "about": [(disc(16, 16, 13), GREY), (disc(16, 9, 2), WHITE), (line(16, 14, 16, 24, 3.5), WHITE)],
}  # fmt: skip


@cache
def pixels(name: str) -> bytes:
    """Rows of red, green, blue and opacity."""
    shapes = ICONS[name]
    out = bytearray()
    steps = [(at + 0.5) / _FINE for at in range(_FINE)]
    for row in range(SIZE):
        for column in range(SIZE):
            red = green = blue = solid = 0
            for y in steps:
                for x in steps:
                    colour = next((c for s, c in reversed(shapes) if s(column + x, row + y) < 0), None)
                    if colour is not None:
                        solid += 1
                        red, green, blue = red + colour[0], green + colour[1], blue + colour[2]
            out += bytes((red // solid, green // solid, blue // solid) if solid else (0, 0, 0))
            out.append(255 * solid // (_FINE * _FINE))
    return bytes(out)


def png(name: str) -> bytes:
    """The icon as a PNG file; its data stored, not packed, so that every zlib writes the same."""
    rows = pixels(name)
    wide = SIZE * 4
    raw = b"".join(b"\0" + rows[at : at + wide] for at in range(0, len(rows), wide))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    size = struct.pack("<HH", len(raw), len(raw) ^ 0xFFFF)
    stored = b"\x78\x01\x01" + size + raw + struct.pack(">I", zlib.adler32(raw))
    return b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", header) + _part(b"IDAT", stored) + _part(b"IEND", b"")


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
