"""styles.xml of a written workbook: named styles → one table of formats."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from juesuan.draft import Style

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#: Number formats every workbook has.
BUILTIN = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "@": 49}
FIRST_OWN = 164  # the first number a format of one's own may have


class StyleTable:
    """Cell formats in order of first use; index 0 is the default (locked, plain)."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self._styles = styles
        self._fonts: dict[str, int] = {}
        self._fills: dict[str, int] = {'<fill><patternFill patternType="none"/></fill>': 0,
                                       '<fill><patternFill patternType="gray125"/></fill>': 1}
        self._borders: dict[str, int] = {"<border><left/><right/><top/><bottom/><diagonal/></border>": 0}
        self._formats: dict[str, int] = {}
        self._cells: dict[str, int] = {}
        self._known: dict[tuple[str, str], int] = {}
        self._add(Style(), "")

    def index(self, name: str, code: str = "") -> int:
        """The format index of a style name, with ``code`` as its number format where given. KeyError if unknown."""
        key = (name, code)
        if key not in self._known:
            self._known[key] = self._add(self._styles[name], code)
        return self._known[key]

    def _add(self, style: Style, code: str) -> int:
        letters = self._fonts.setdefault(font(style), len(self._fonts))
        fill = self._fills.setdefault(solid_fill(style), len(self._fills)) if style.fill else 0
        border = self._borders.setdefault(BOX, len(self._borders)) if style.border else 0
        number = self._number(code or style.format)
        return self._cells.setdefault(cell_format(style, number, letters, fill, border), len(self._cells))

    def _number(self, code: str) -> int:
        if code in BUILTIN:
            return BUILTIN[code]
        return self._formats.setdefault(code, FIRST_OWN + len(self._formats))

    def xml(self) -> str:
        """The part's text."""
        formats = "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(code)}/>' for code, n in self._formats.items())
        head = f'<numFmts count="{len(self._formats)}">{formats}</numFmts>' if formats else ""
        return (f'<styleSheet xmlns="{_MAIN}">{head}'
                f'<fonts count="{len(self._fonts)}">{"".join(self._fonts)}</fonts>'
                f'<fills count="{len(self._fills)}">{"".join(self._fills)}</fills>'
                f'<borders count="{len(self._borders)}">{"".join(self._borders)}</borders>'
                '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
                f'<cellXfs count="{len(self._cells)}">{"".join(self._cells)}</cellXfs>'
                '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles>'
                f'<dxfs count="1">{BOLD}</dxfs></styleSheet>')


#: What a highlight does to a cell.
BOLD = "<dxf><font><b/></font></dxf>"
BOX = "<border>" + "".join(f'<{side} style="thin"><color rgb="FF7F7F7F"/></{side}>'
                            for side in ("left", "right", "top", "bottom")) + "<diagonal/></border>"


def cell_format(style: Style, number: int, font: int, fill: int, border: int) -> str:
    """A cell format by the places of its parts."""
    across = f' horizontal="{style.across}"' if style.across else ""
    indent = f' indent="{style.indent}"' if style.indent else ""
    wrap = ' wrapText="1"' if style.wrap else ""
    return (f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" '
            f'applyProtection="1"><alignment{across} vertical="center"{wrap}{indent}/>'
            f'<protection locked="{int(style.locked)}"/></xf>')


def font(style: Style) -> str:
    """The font of a style."""
    bold, line = "<b/>" if style.bold else "", "<u/>" if style.underline else ""
    colour = f'<color rgb="FF{style.colour}"/>' if style.colour else ""
    return (f'<font>{bold}{line}<sz val="{style.size}"/>{colour}<name val="{style.font}"/><family val="3"/>'
            '<charset val="134"/></font>')


def solid_fill(style: Style) -> str:
    """The fill of a style that has one."""
    return (f'<fill><patternFill patternType="solid"><fgColor rgb="FF{style.fill}"/><bgColor indexed="64"/>'
            "</patternFill></fill>")
