"""One worksheet part: its cells, found or made in place; merges, styles by place, tab colour."""

from __future__ import annotations

from juesuan.book import Cell, cell_name, cell_place
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.package import Package

ORDER = xml.sequence(
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios"
    " autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting"
    " dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks"
    " customProperties cellWatches ignoredErrors smartTags drawing drawingHF legacyDrawing legacyDrawingHF picture"
    " oleObjects controls webPublishItems tableParts extLst"
)
_PROPERTIES = ("tabColor", "outlinePr", "pageSetUpPr")


def area(reference: str) -> tuple[int, int, int, int]:
    """ "B2:D4" or "B2" → (top, left, bottom, right)."""
    first, _, last = reference.partition(":")
    top, left = cell_place(first)
    bottom, right = cell_place(last or first)
    return top, left, bottom, right


class SheetXml:
    """The rows are indexed once, cells row by row; places are 0-based."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self.root = package.root(part)
        data = xml.child(self.root, "sheetData")
        self.data = xml.insert(self.root, xml.make("sheetData"), ORDER) if data is None else data
        self._rows: dict[int, xml.Node] = {}
        self._cells: dict[int, dict[str, xml.Node]] = {}  # row → cell name → element
        self._merges: list[tuple[int, int, int, int]] | None = None
        number = -1
        for row in xml.children(self.data, "row"):
            stated = row.get("r")
            number = int(stated) - 1 if stated else number + 1
            self._rows[number] = row

    def touch(self) -> None:
        """The part was changed."""
        self.package.touch(self.part)

    def anchor(self, place: Cell) -> Cell:
        """The top-left cell of the merged area around a place; the place itself outside merges."""
        if self._merges is None:
            merges = xml.children(xml.child(self.root, "mergeCells"), "mergeCell")
            self._merges = [area(merge.get("ref") or "A1") for merge in merges]
        for top, left, bottom, right in self._merges:
            if top <= place[0] <= bottom and left <= place[1] <= right:
                return top, left
        return place

    def row(self, number: int) -> xml.Node | None:
        """The row element, None where the file has none."""
        return self._rows.get(number)

    def cell(self, place: Cell) -> xml.Node | None:
        """The cell element, None where the file has none."""
        return self._row_cells(place[0]).get(cell_name(*place))

    def cells(self) -> list[tuple[Cell, xml.Node]]:
        """All cells with their places."""
        return [(cell_place(name), node) for row in self._rows for name, node in self._row_cells(row).items()]

    def need(self, place: Cell) -> xml.Node:
        """The cell element, made in the right order and with the row's or column's style where there is none."""
        found = self.cell(place)
        if found is not None:
            return found
        row = self._need_row(place[0])
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
        self.touch()
        return node

    def discard(self, place: Cell) -> None:
        """Take a cell out, and its row if that says nothing else."""
        node = self._row_cells(place[0]).pop(cell_name(*place), None)
        row = self._rows.get(place[0])
        if node is None or row is None:
            return
        xml.remove(node)
        if not len(row) and set(row.attrib) <= {"r"}:
            xml.remove(row)
            del self._rows[place[0]]
        self.touch()

    def style_at(self, place: Cell) -> str | None:
        """The style a missing cell shows: the row's, else the column's."""
        row = self._rows.get(place[0])
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

    def _need_row(self, number: int) -> xml.Node:
        found = self._rows.get(number)
        if found is not None:
            return found
        node = xml.make("row", {"r": str(number + 1)})
        after = min((row for row in self._rows if row > number), default=None)
        if after is None:
            self.data.append(node)
        else:
            self.data.insert(self.data.index(self._rows[after]), node)
        self._rows[number] = node
        return node

    def _row_cells(self, number: int) -> dict[str, xml.Node]:
        known = self._cells.get(number)
        if known is None:
            known = {}
            last = ""  # the cell before
            for node in xml.children(self._rows.get(number), "c"):
                name = node.get("r") or cell_name(number, cell_place(last)[1] + 1 if last else 0)
                known[name] = node
                last = name
            self._cells[number] = known
        return known


def _widen(row: xml.Node, column: int) -> None:
    spans = (row.get("spans") or "").split()
    if len(spans) == 1:
        first, _, last = spans[0].partition(":")
        if first.isdigit() and last.isdigit() and not int(first) <= column <= int(last):
            row.set("spans", f"{min(int(first), column)}:{max(int(last), column)}")
