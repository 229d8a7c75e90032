"""Theme colours: a program that saves the file without its theme leaves theme references pointing elsewhere."""

from __future__ import annotations

import colorsys

from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.workbook import Workbook

_ORDER = (1, 0, 3, 2, *range(4, 12))  # theme number → place in the scheme: light and dark are swapped


def scheme(book: Workbook) -> list[str]:
    """The theme's colours (RRGGBB) by theme number; [] without a theme."""
    for rel in book.package.rels(book.part):
        if rel.kind == "theme" and rel.target in book.package:
            node = next(book.package.root(rel.target).iter("{*}clrScheme"), None)
            colours = [_rgb(leaf) for leaf in node if isinstance(leaf.tag, str)] if node is not None else []
            return [colours[place] for place in _ORDER if place < len(colours)]
    return []


def uses(packed: xml.Packed | None) -> bool:
    """Whether an element refers to the theme."""
    return packed is not None and ("theme" in packed[1] or any(uses(leaf) for leaf in packed[3]))


def resolved(packed: xml.Packed, colours: list[str]) -> xml.Packed:
    """The element with theme references replaced by the colours they stood for."""
    name, attributes, text, inner = packed
    number = attributes.get("theme", "")
    if number.isdigit() and int(number) < len(colours) and colours[int(number)]:
        rgb = _tinted(colours[int(number)], float(attributes.get("tint", 0)))
        attributes = {"rgb": "FF" + rgb}
    return [name, attributes, text, [resolved(leaf, colours) for leaf in inner]]


def _rgb(node: xml.Node) -> str:
    for leaf in node:
        return (leaf.get("lastClr") or leaf.get("val") or "")[-6:].upper()
    return ""


def _tinted(rgb: str, tint: float) -> str:
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), full))
