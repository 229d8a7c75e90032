"""A whole drawn sheet put into a workbook: in the place of the one of that name, or as a new one."""

from __future__ import annotations

from dataclasses import replace

from juesuan.book import CannotRead, cell_name
from juesuan.draft import SheetDraft, Style
from juesuan.edits import PutSheet
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.sheetxml import ORDER
from juesuan.hosts.ooxml.styles import Styles
from juesuan.hosts.ooxml.values import TEXT_LIMIT
from juesuan.hosts.ooxml.workbook import Tab, Workbook
from juesuan.template.package import page_names, sheet_xml
from juesuan.template.stylesheet import BOLD, BOX, BUILTIN, cell_format, font, solid_fill

_OF_THE_SHEET = ("_xlnm.Print_Titles", "_xlnm.Print_Area", "_xlnm._FilterDatabase")
_SELECTED = ("1", "true")


def put_sheet(book: Workbook, styles: Styles, edit: PutSheet) -> None:
    """Draw one sheet. CannotRead where its name belongs to a chart sheet."""
    sheet = _fitting(edit.sheet)
    tab = book.tab(sheet.name)
    if tab is None and sheet.name.casefold() in book.names():
        raise CannotRead(f"工作簿中名为“{sheet.name}”的是图表工作表，请先改名再试。")
    if tab is None:
        book.add(sheet.name, _part(edit, sheet, styles, None), sheet.state, edit.after)
    else:
        _replace(book, tab, _part(edit, sheet, styles, book.package.root(tab.part)))
        book.show(tab, sheet.state)
    name = tab.name if tab else sheet.name
    for label, target in page_names(sheet).items():
        book.define(label, target, name, hidden=False)
    for label, target in edit.names.items():
        book.undefine(label)
        book.define(label, target)
    _calculate(book, sheet, name)


def _fitting(sheet: SheetDraft) -> SheetDraft:
    """The sheet with texts cut to what a cell holds."""
    long = {
        place: replace(cell, value=cell.value[: TEXT_LIMIT - 1] + "…")
        for place, cell in sheet.cells.items()
        if isinstance(cell.value, str) and len(cell.value) > TEXT_LIMIT
    }
    return replace(sheet, cells={**sheet.cells, **long}) if long else sheet


def _replace(book: Workbook, tab: Tab, data: bytes) -> None:
    book.forget_chain(tab.sheet_id, lambda cell: True)
    book.undefine_in(tab.name, *_OF_THE_SHEET)
    book.package.strip(tab.part)
    book.package.put(tab.part, data)


def _part(edit: PutSheet, sheet: SheetDraft, styles: Styles, old: xml.Node | None) -> bytes:
    """The worksheet part. What the workbook says of the sheet as a whole – the name macros call it by, the tab's
    colour, that it is the selected one – is that of the ``old`` one."""
    selected = old is not None and any(
        view.get("tabSelected") in _SELECTED for view in xml.children(xml.child(old, "sheetViews"), "sheetView")
    )
    bold = styles.shared("dxfs", _packed(BOLD)) if sheet.highlights else 0
    looks = _Looks(styles, edit)
    text = sheet_xml(sheet, looks.index, selected=selected, bold=bold)
    root = xml.parse(text.encode(), sheet.name)
    properties = None if old is None else xml.child(old, "sheetPr")
    if properties is not None:
        _keep(root, properties)
    return xml.dump(root)


def _keep(root: xml.Node, old: xml.Node) -> None:
    code, colour = old.get("codeName"), xml.child(old, "tabColor")
    properties = xml.child(root, "sheetPr")
    if properties is None and (code or colour is not None):
        properties = xml.insert(root, xml.make("sheetPr"), ORDER)
    if properties is not None and code:
        properties.set("codeName", code)
    if properties is not None and colour is not None:
        properties.insert(0, xml.unpack(xml.pack(colour)))


class _Looks:
    """Style names → places among the workbook's own cell formats."""

    def __init__(self, styles: Styles, edit: PutSheet) -> None:
        self._styles, self._named = styles, edit.styles
        self._known: dict[tuple[str, str], int] = {}

    def index(self, name: str, code: str) -> int:
        """As template.package.Look."""
        if (name, code) not in self._known:
            self._known[name, code] = self._add(self._named[name], code)
        return self._known[name, code]

    def _add(self, style: Style, code: str) -> int:
        code = code or style.format
        number = BUILTIN[code] if code in BUILTIN else self._styles.number_format(code)
        letters = self._styles.shared("fonts", _packed(font(style)))
        fill = self._styles.shared("fills", _packed(solid_fill(style))) if style.fill else 0
        border = self._styles.shared("borders", _packed(BOX if style.border else _NO_BORDER))
        return self._styles.shared("cellXfs", _packed(cell_format(style, number, letters, fill, border)))


_NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"


def _packed(text: str) -> xml.Packed:
    return xml.pack(xml.parse(text.replace(">", f' xmlns="{xml.MAIN}">', 1).encode(), "styles"))


def _calculate(book: Workbook, sheet: SheetDraft, name: str) -> None:
    """Enter the formulas into the calculation chain; one without a value has the workbook calculated when opened."""
    tab = book.tab(name)
    formulas = [place for place, cell in sorted(sheet.cells.items()) if cell.formula]
    if tab is not None and formulas:
        for place in formulas:
            book.extend_chain(tab.sheet_id, cell_name(*place))
        if any(sheet.cells[place].value is None for place in formulas):
            book.calculate_on_load()
