"""One worksheet part: its cells, found or made in place; merges, formats by place, tab colour."""

from __future__ import annotations

import re

from juesuan.book import CannotRead, Cell, cell_name, cell_place
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.package import Package
from juesuan.hosts.ooxml.rows import Rows

ORDER = xml.sequence(
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios"
    " autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting"
    " dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks"
    " customProperties cellWatches ignoredErrors smartTags drawing drawingHF legacyDrawing legacyDrawingHF picture"
    " oleObjects controls webPublishItems tableParts extLst"
)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?worksheet(?=[\s>])[^>]*>")
_DATA = re.compile(rb"<((?:[\w.-]+:)?sheetData)\s*(/?)>")
_CODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w-]+)["']""")
_PROPERTIES = ("tabColor", "outlinePr", "pageSetUpPr")


def area(reference: str) -> tuple[int, int, int, int]:
    """ "B2:D4" or "B2" → (top, left, bottom, right)."""
    first, _, last = reference.partition(":")
    top, left = cell_place(first)
    bottom, right = cell_place(last or first)
    return top, left, bottom, right


class SheetXml:
    """What surrounds the rows is a tree; ``close`` writes the part. Places are 0-based. CannotRead for other parts."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        data = _plain(package.read(part), part)
        head = _ROOT.search(data)
        pieces = _cut(data)
        if head is None or pieces is None:
            xml.parse(data, part)  # says so if it is damaged
            raise CannotRead(f"工作表部件 {part} 的格式无法识别，请用 Excel 或 WPS 另存为普通的 .xlsx 后再试。")
        self._before, body, self._after = pieces
        self.root = xml.parse(self._before + self._after, part)
        self._rows = Rows(head[0], body, data[data.rindex(b"</") :])
        self._cells: dict[int, dict[str, xml.Node]] = {}  # row → cell name → element
        self._merges: list[tuple[int, int, int, int]] | None = None
        self._around = self._inside = False  # what changed

    def touch(self) -> None:
        """Something around the rows was changed."""
        self._around = True

    def close(self) -> None:
        """Write the part if it was changed."""
        if not (self._around or self._inside):
            return
        before, after = self._before, self._after
        if self._around:
            before, _, after = _cut(xml.dump(self.root)) or (before, b"", after)
        self.package.put(self.part, before + self._rows.text() + after)

    def anchor(self, place: Cell) -> Cell:
        """The top-left cell of the merged area around a place; the place itself outside merges."""
        if self._merges is None:
            merges = xml.children(xml.child(self.root, "mergeCells"), "mergeCell")
            self._merges = [area(merge.get("ref") or "A1") for merge in merges]
        for top, left, bottom, right in self._merges:
            if top <= place[0] <= bottom and left <= place[1] <= right:
                return top, left
        return place

    def row_attribute(self, number: int, name: str) -> str | None:
        """A row's "ht", "hidden", "s" or "customFormat"."""
        return self._rows.attribute(number, name)

    def row_numbers(self) -> list[int]:
        """The rows there are."""
        return self._rows.numbers()

    def row_style(self, number: int) -> str | None:
        """The format of a row's missing cells, None where it has none of its own."""
        stated = self._rows.attribute(number, "customFormat") in ("1", "true")
        return self._rows.attribute(number, "s") if stated else None

    def set_row_style(self, number: int, style: str) -> None:
        """Give a row's missing cells a format; the row is made where there is none."""
        row = self._rows.change(number)
        row.set("s", style)
        row.set("customFormat", "1")
        self._inside = True

    def cell(self, place: Cell) -> xml.Node | None:
        """The cell element for reading, None where the file has none."""
        return self._row_cells(place[0]).get(cell_name(*place))

    def cells(self, *words: bytes) -> list[tuple[Cell, xml.Node]]:
        """The cells of the rows whose text contains one of the words; all cells without words."""
        rows = self._rows.holding(*words) if words else self._rows.numbers()
        return [((row, cell_place(name)[1]), node) for row in rows for name, node in self._row_cells(row).items()]

    def need(self, place: Cell) -> xml.Node:
        """The cell element for writing, made in the right order and in the row's or column's style if need be."""
        self._inside = True
        row = self._rows.change(place[0])
        found = self.cell(place)
        if found is not None:
            return found
        style = self.style_at(place)
        node = xml.make("c", {"r": cell_name(*place)} | ({"s": style} if style else {}))
        cells = self._row_cells(place[0])
        columns = {cell_place(name)[1]: other for name, other in cells.items()}
        after = min((column for column in columns if column > place[1]), default=None)
        if after is None:
            row.append(node)
        else:
            row.insert(row.index(columns[after]), node)
        cells[cell_name(*place)] = node
        _widen(row, place[1] + 1)
        return node

    def set_style(self, place: Cell, style: str | None) -> None:
        """Give an existing cell another format."""
        node = self.need(place)
        if style is None:
            xml.unset(node, "s")
        else:
            node.set("s", style)

    def discard(self, place: Cell) -> None:
        """Take a cell out, and its row if that says nothing else."""
        row = self._rows.change(place[0])
        node = self._row_cells(place[0]).pop(cell_name(*place), None)
        if node is not None:
            xml.remove(node)
        if not len(row) and set(row.attrib) <= {"r"}:
            self._rows.drop(place[0])
            del self._cells[place[0]]
        self._inside = True

    def style_at(self, place: Cell) -> str | None:
        """The style a missing cell shows: the row's, else the column's."""
        row = self._rows.node(place[0])
        if row is not None and row.get("s") and row.get("customFormat") in ("1", "true"):
            return row.get("s")
        for column in xml.children(xml.child(self.root, "cols"), "col"):
            if int(column.get("min") or 0) <= place[1] + 1 <= int(column.get("max") or 0):
                return column.get("style")
        return None

    def stretch(self, place: Cell) -> None:
        """Widen the stated dimension so that it covers a place."""
        node = xml.child(self.root, "dimension")
        if node is None or not node.get("ref"):
            return
        top, left, bottom, right = area(node.get("ref") or "A1")
        new = (min(top, place[0]), min(left, place[1]), max(bottom, place[0]), max(right, place[1]))
        if new != (top, left, bottom, right):
            node.set("ref", f"{cell_name(new[0], new[1])}:{cell_name(new[2], new[3])}")
            self.touch()

    def tab_colour(self) -> xml.Node | None:
        """The tabColor element."""
        properties = xml.child(self.root, "sheetPr")
        return None if properties is None else xml.child(properties, "tabColor")

    def set_tab_colour(self, node: xml.Node | None) -> None:
        """Replace the tabColor element; None takes it away, and an empty sheetPr with it."""
        properties, old = xml.child(self.root, "sheetPr"), self.tab_colour()
        if old is not None:
            xml.remove(old)
        if node is not None:
            if properties is None:
                properties = xml.insert(self.root, xml.make("sheetPr"), ORDER)
            xml.insert(properties, node, _PROPERTIES)
        elif properties is not None and not len(properties) and not properties.attrib:
            xml.remove(properties)
        self.touch()

    def _row_cells(self, number: int) -> dict[str, xml.Node]:
        known = self._cells.get(number)
        if known is None:
            known = {}
            last = ""  # the cell before
            for node in xml.children(self._rows.node(number), "c"):
                name = node.get("r") or cell_name(number, cell_place(last)[1] + 1 if last else 0)
                known[name] = node
                last = name
            self._cells[number] = known
        return known


def _plain(data: bytes, part: str) -> bytes:
    """The part as text that can be cut into rows."""
    coding = _CODING.match(data[:200])
    odd = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:8] or (coding and coding[1].lower() != b"utf-8")
    remarks = (b"!" in data and b"<!" in data) or (data.count(b"?") > 2 and data.count(b"<?") > 1)
    return xml.without_remarks(data, part) if odd or remarks else data


def _cut(data: bytes) -> tuple[bytes, bytes, bytes] | None:
    """What is before, in and behind the rows' element; its tags go with what surrounds it, an empty one as two."""
    start = _DATA.search(data)
    if start is None:
        return None
    close = b"</" + start[1]
    if start[2]:
        return data[: start.end(1)] + b">", b"", close + b">" + data[start.end() :]
    end = data.rfind(close)
    return (data[: start.end()], data[start.end() : end], data[end:]) if end > 0 else None


def _widen(row: xml.Node, column: int) -> None:
    spans = (row.get("spans") or "").split()
    if len(spans) == 1:
        first, _, last = spans[0].partition(":")
        if first.isdigit() and last.isdigit() and not int(first) <= column <= int(last):
            row.set("spans", f"{min(int(first), column)}:{max(int(last), column)}")
