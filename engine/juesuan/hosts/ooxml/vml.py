"""Note boxes in a VML drawing, spliced as text: Excel writes VML that no XML parser takes."""

from __future__ import annotations

import re

from juesuan.book import CannotRead, Cell

EMPTY = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{}"/></o:shapelayout></xml>'
)
_SPACES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE = (
    '<v:shapetype{} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape{} id="_x0000_s{}" type="#_x0000_t202" style=\'position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:{}pt;height:{}pt;z-index:1;visibility:hidden\' fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{}</x:Row><x:Column>{}</x:Column></x:ClientData></v:shape>"
)
_FOUND = re.compile(r"<((?:\w+:)?shape)\b(?:[^>]*[^/>])?>.*?</\1\s*>", re.DOTALL)
_NOTE = re.compile(r"""ObjectType\s*=\s*["']Note["']""")
_ROW = re.compile(r"<(?:\w+:)?Row\s*>\s*(\d+)\s*<")
_COLUMN = re.compile(r"<(?:\w+:)?Column\s*>\s*(\d+)\s*<")
_ANCHOR = re.compile(r"(<(?:\w+:)?Anchor\s*>)([^<]*)(<)")
_BLOCK = re.compile(r"""idmap\b[^>]*\bdata\s*=\s*["'](\d+)""")
_NUMBER = re.compile(r"_s(\d+)")
_BARE = re.compile(r"<xml\b([^>]*)/>")


class Drawing:
    """The drawing in pieces: what is not a shape, and shapes by the cell whose note they show.

    CannotRead for an encoding it does not know or text without an end.
    """

    def __init__(self, data: bytes) -> None:
        if b"\0" in data[:200]:
            raise CannotRead("文件里的批注图形编码无法识别，请用 Excel 或 WPS 另存后再试。")
        text = _BARE.sub(r"<xml\1></xml>", data.decode("latin-1"), count=1)  # latin-1: every byte comes back
        end = text.rfind("</")
        if end < 0:
            raise CannotRead("文件里的批注图形已损坏，请用 Excel 或 WPS 修复、另存后再试。")
        self._spaces = "" if all(f"xmlns:{prefix}=" in text for prefix in "vox") else _SPACES
        block = _BLOCK.search(text)
        numbers = [int(found) for found in _NUMBER.findall(text)]
        self._last = max([*numbers, (int(block[1]) if block else 1) * 1024])
        self._pieces: list[str] = []
        self._places: dict[Cell, int] = {}
        self._shapes = 0
        start = 0
        for found in _FOUND.finditer(text, 0, end):
            self._pieces += [text[start : found.start()], ""]
            self._keep(found[0])
            start = found.end()
        self._pieces.append(text[start:end])
        self._end = text[end:]
        self._typed = any("_x0000_t202" in piece for piece in self._pieces[::2])

    def data(self) -> bytes:
        """The drawing's bytes."""
        return ("".join(self._pieces) + self._end).encode("latin-1")

    def add(self, place: Cell, anchor: str, size: tuple[int, int]) -> None:
        """A note box for a cell."""
        if not self._typed:
            self._pieces[-1] += _TYPE.format(self._spaces)
            self._typed = True
        self._last += 1
        points = [round(pixels * 0.75) for pixels in size]
        self._pieces.append("")
        self._keep(_SHAPE.format(self._spaces, self._last, *points, anchor, *place))
        self._pieces.append("")

    def drop(self, place: Cell) -> None:
        """Remove a cell's note box."""
        index = self._places.pop(place, None)
        if index is not None:
            self._pieces[index] = ""
            self._shapes -= 1

    def anchor(self, place: Cell) -> str | None:
        """The anchor of a cell's note box as written, None if it has none."""
        index = self._places.get(place)
        inner = None if index is None else _ANCHOR.search(self._pieces[index])
        return inner[2] if inner else None

    def move(self, place: Cell, anchor: str) -> None:
        """Give a cell's note box another anchor."""
        index = self._places.get(place)
        if index is not None:
            self._pieces[index] = _ANCHOR.sub(lambda m: m[1] + anchor + m[3], self._pieces[index], count=1)

    def empty(self) -> bool:
        """Whether no shape is left."""
        return not self._shapes

    def _keep(self, shape: str) -> None:
        row, column = _ROW.search(shape), _COLUMN.search(shape)
        if _NOTE.search(shape) and row and column:
            self._places.setdefault((int(row[1]), int(column[1])), len(self._pieces) - 1)
        self._pieces[-1] = shape
        self._shapes += 1
