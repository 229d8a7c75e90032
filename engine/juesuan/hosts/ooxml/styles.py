"""The styles part: cell formats cloned with another fill, and taken back; formats of the result sheet."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from typing import TypedDict

from juesuan.edits import TONES, Tone
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.package import Package
from juesuan.hosts.ooxml.workbook import Workbook
from juesuan.template.stylesheet import FIRST_OWN

_ORDER = xml.sequence("numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst")
_GROWING = ("fonts", "fills", "borders", "cellXfs")
_BY_COLOUR: dict[str, Tone] = {colour: tone for tone, colour in TONES.items()}
_USED = re.compile(rb"""\s(?:s|style)\s*=\s*["'](\d+)["']""")
#: What a styles part must hold at least.
_LEAST: dict[str, xml.Packed] = {
    "fonts": ["font", {}, "", [["sz", {"val": "11"}, "", []], ["name", {"val": "宋体"}, "", []]]],
    "fills": ["fill", {}, "", [["patternFill", {"patternType": "none"}, "", []]]],
    "borders": ["border", {}, "", [[side, {}, "", []] for side in ("left", "right", "top", "bottom", "diagonal")]],
    "cellStyleXfs": ["xf", {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0"}, "", []],
    "cellXfs": ["xf", {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0", "xfId": "0"}, "", []],
}
_GREY = ["fill", {}, "", [["patternFill", {"patternType": "gray125"}, "", []]]]


class Base(TypedDict):
    """How long the lists were before our first mark, and what the part looked like when we had written it."""

    counts: dict[str, int]
    written: str


def solid(colour: str) -> xml.Packed:
    """A solid fill of RRGGBB."""
    inner = [["fgColor", {"rgb": "FF" + colour}, "", []], ["bgColor", {"indexed": "64"}, "", []]]
    return ["fill", {}, "", [["patternFill", {"patternType": "solid"}, "", inner]]]


def tone_of_fill(packed: xml.Packed) -> Tone | None:
    """The tone whose solid colour a fill has, None for any other fill."""
    for name, attributes, _, inner in packed[3]:
        if name == "patternFill" and attributes.get("patternType") == "solid":
            for part, colour, _, _ in inner:
                if part == "fgColor":
                    return tone_of_colour(colour.get("rgb", ""))
    return None


def tone_of_colour(rgb: str) -> Tone | None:
    """The tone of an (A)RGB colour."""
    return _BY_COLOUR.get(rgb[-6:].upper())


class Styles:
    """Indices are those of cellXfs, as text, as cells hold them; None is a cell without one."""

    def __init__(self, book: Workbook) -> None:
        self.package: Package = book.package
        self.part = book.styles()
        self.root = self.package.root(self.part)
        self._lists = {name: self._list(name) for name in (*_GROWING, "cellStyleXfs")}
        self._all = {name: [node for node in self._lists[name] if isinstance(node.tag, str)] for name in _GROWING}
        self._fills: dict[int, xml.Packed] = {}
        self._new: dict[str, int] = {}
        self._tinted: dict[tuple[int, Tone], str] = {}
        self._plain: dict[tuple[str, bool, bool, bool, str, str, bool], str] = {}
        self._packed: dict[str, list[xml.Packed]] = {}
        self._refilled: dict[str, str | None] = {}

    def base(self) -> Base:
        """The present state, to be kept for ``shrink``."""
        return {"counts": {name: len(self._nodes(name)) for name in _GROWING}, "written": self.written()}

    def written(self) -> str:
        """A digest of the part as it would be written now."""
        return hashlib.sha256(self.package.read(self.part)).hexdigest()

    def own_tones(self) -> bool:
        """Whether the file itself has fills in our colours."""
        return any(tone_of_fill(self._fill(number)) for number in range(len(self._nodes("fills"))))

    def fill(self, index: str | None) -> xml.Packed:
        """The fill of a cell format."""
        return self._fill(int(self._xf(index).get("fillId") or 0))

    def tone(self, index: str | None) -> Tone | None:
        """The tone of a cell format's fill."""
        return tone_of_fill(self.fill(index))

    def tinted(self, index: str | None, tone: Tone) -> str:
        """A new format like that one, filled in the tone; the same for the same request."""
        number = self._number(index)
        if (number, tone) not in self._tinted:
            xf = copy.deepcopy(self._xf(index))
            xf.set("fillId", str(self._entry("fills", solid(TONES[tone]))))
            xf.set("applyFill", "1")
            self._tinted[number, tone] = self._append("cellXfs", xf)
        return self._tinted[number, tone]

    def refilled(self, index: str | None, fill: xml.Packed, wanted: str | None) -> str | None:
        """A format like ``index`` with another fill: ``wanted`` if it still is that, else one found or added."""
        memo = f"{index} {wanted} {json.dumps(fill)}"
        if memo not in self._refilled:
            self._refilled[memo] = self._refill(index, fill, wanted)
        return self._refilled[memo]

    def _refill(self, index: str | None, fill: xml.Packed, wanted: str | None) -> str | None:
        like = _shape(self._xf(index))
        xfs = self._nodes("cellXfs")
        if self._number(wanted) < len(xfs) and self._same(wanted, like, fill):
            return wanted
        for number in range(len(xfs)):
            if self._same(str(number), like, fill):
                return str(number)
        xf = copy.deepcopy(self._xf(index))
        xf.set("fillId", str(self._entry("fills", fill)))
        return self._append("cellXfs", xf)

    def result(self, fill: str = "", bold: bool = False, link: bool = False, grid: bool = True, size: str = "",
               number: str = "0", open: bool = False) -> str:
        """A format of the result sheet: wrapped text, fill RRGGBB, thin grid, built-in number format; ``open``: may be
        typed in although the sheet is protected."""
        name = (fill, bold, link, grid, size, number, open)
        if name not in self._plain:
            xf: xml.Packed = ["xf", {"numFmtId": number, "xfId": "0"}, "", []]
            xf[1]["fontId"] = str(self._font(bold, link, size))
            xf[1]["fillId"] = str(self._entry("fills", solid(fill))) if fill else "0"
            xf[1]["borderId"] = str(self._entry("borders", _GRID)) if grid else "0"
            xf[1] |= {"applyFont": "1", "applyFill": "1", "applyBorder": "1"}
            if grid:
                xf[1]["applyAlignment"] = "1"
                xf[3] = [["alignment", {"vertical": "center" if bold else "top", "wrapText": "1"}, "", []]]
            if number != "0":
                xf[1]["applyNumberFormat"] = "1"
            if open:
                xf[1]["applyProtection"] = "1"
                xf[3].append(["protection", {"locked": "0"}, "", []])
            self._plain[name] = self._append("cellXfs", xml.unpack(xf))
        return self._plain[name]

    def open(self, index: str | None) -> bool:
        """Whether cells of a format can be typed in on a protected sheet."""
        guard = xml.child(self._xf(index), "protection")
        return guard is not None and guard.get("locked") in ("0", "false")

    def opened(self, index: str | None, open: bool) -> str:
        """A format like that one but open or locked; the format itself where it is so already."""
        if self.open(index) == open:
            return str(self._number(index))
        packed = xml.pack(self._xf(index))
        guard = next((leaf for leaf in packed[3] if leaf[0] == "protection"), None)
        hidden = {k: v for k, v in guard[1].items() if k != "locked"} if guard else {}
        rest = [leaf for leaf in packed[3] if leaf[0] != "protection"]
        place = sum(leaf[0] == "alignment" for leaf in rest)
        rest.insert(place, ["protection", hidden | {"locked": "0" if open else "1"}, "", []])
        packed[1]["applyProtection"] = "1"
        packed[3] = rest
        return str(self.shared("cellXfs", packed))

    def shared(self, name: str, packed: xml.Packed) -> int:
        """The place of an equal font, fill, border, cell format (cellXfs) or dxf; added where there is none."""
        if name not in self._all:
            self._lists[name] = self._made(name)
            self._all[name] = [node for node in self._lists[name] if isinstance(node.tag, str)]
        return self._entry(name, packed)

    def number_format(self, code: str) -> int:
        """The number of a format code that is not built in; added where there is none."""
        known = {}
        for node in xml.children(xml.child(self.root, "numFmts"), "numFmt"):
            known[node.get("formatCode") or ""] = int(node.get("numFmtId") or 0)
        if code not in known:
            listed = self._made("numFmts")
            known[code] = max([*known.values(), FIRST_OWN - 1]) + 1
            xml.add(listed, "numFmt", {"numFmtId": str(known[code]), "formatCode": code})
            listed.set("count", str(len(listed)))
            self.package.touch(self.part)
        return known[code]

    def shrink(self, base: Base, sheets: list[bytes]) -> None:
        """Drop what was added since ``base`` if nobody else wrote the part and no sheet uses it."""
        start = base["counts"]["cellXfs"]
        used = max((int(number) for data in sheets for number in _USED.findall(data)), default=0)
        if used >= start:
            return
        for name in _GROWING:
            for node in self._nodes(name)[base["counts"][name] :]:
                xml.remove(node)
            del self._nodes(name)[base["counts"][name] :]
            self._count(name)
        self.package.touch(self.part)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _list(self, name: str) -> xml.Node:
        found = xml.child(self.root, name)
        if found is None:
            found = xml.insert(self.root, xml.make(name), _ORDER)
        if not len(found):
            found.append(xml.unpack(_LEAST[name]))
            if name == "fills":
                found.append(xml.unpack(_GREY))
            found.set("count", str(len(found)))
            self.package.touch(self.part)
        return found

    def _made(self, name: str) -> xml.Node:
        found = xml.child(self.root, name)
        return xml.insert(self.root, xml.make(name, {"count": "0"}), _ORDER) if found is None else found

    def _nodes(self, name: str) -> list[xml.Node]:
        return self._all[name]

    def _fill(self, number: int) -> xml.Packed:
        if number not in self._fills:
            nodes = self._nodes("fills")
            self._fills[number] = xml.pack(nodes[number]) if number < len(nodes) else _LEAST["fills"]
        return self._fills[number]

    def _number(self, index: str | None) -> int:
        return int(index or 0)

    def _xf(self, index: str | None) -> xml.Node:
        xfs, number = self._nodes("cellXfs"), self._number(index)
        return xfs[number] if number < len(xfs) else xfs[0]

    def _same(self, index: str | None, like: str, fill: xml.Packed) -> bool:
        return _shape(self._xf(index)) == like and self.fill(index) == fill

    def _entry(self, name: str, packed: xml.Packed) -> int:
        """The place of an equal fill or border; added at the end where there is none."""
        known = f"{name}{json.dumps(packed)}"
        if known not in self._new:
            if name not in self._packed:
                self._packed[name] = [xml.pack(node) for node in self._nodes(name)]
            if packed not in self._packed[name]:
                self._append(name, xml.unpack(packed))
                self._packed[name].append(packed)
            self._new[known] = self._packed[name].index(packed)
        return self._new[known]

    def _font(self, bold: bool, link: bool, size: str) -> int:
        font = xml.pack(self._nodes("fonts")[0])
        drop = {"b", "u", "color"} | ({"sz"} if size else set())
        rest = [leaf for leaf in font[3] if leaf[0] not in drop]
        head: list[xml.Packed] = [["b", {}, "", []]] if bold else []
        head += [["u", {}, "", []]] if link else []
        head += [["sz", {"val": size}, "", []]] if size else []
        head += [leaf for leaf in rest if leaf[0] in ("i", "strike", "sz")]
        head += [["color", {"rgb": "FF0563C1"} if link else {"rgb": "FF000000"}, "", []]]
        font[3] = head + [leaf for leaf in rest if leaf[0] not in ("i", "strike", "sz")]
        return self._entry("fonts", font)

    def _append(self, name: str, node: xml.Node) -> str:
        self._lists[name].append(node)
        self._all[name].append(node)
        self._count(name)
        self.package.touch(self.part)
        return str(len(self._nodes(name)) - 1)

    def _count(self, name: str) -> None:
        if self._lists[name].get("count") is not None:
            self._lists[name].set("count", str(len(self._nodes(name))))


_GRID: xml.Packed = [
    "border",
    {},
    "",
    [
        [side, {"style": "thin"}, "", [["color", {"rgb": "FFBFBFBF"}, "", []]]]
        for side in ("left", "right", "top", "bottom")
    ]
    + [["diagonal", {}, "", []]],
]


def _shape(xf: xml.Node) -> str:
    """A format apart from its fill, as comparable text."""
    packed = xml.pack(xf)
    return json.dumps([{k: v for k, v in packed[1].items() if k not in ("fillId", "applyFill")}, packed[3]])
