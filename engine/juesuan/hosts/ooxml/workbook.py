"""The workbook part: its sheets, defined names, calculation settings and calculation chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from juesuan.book import CannotRead
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.package import Package

_ORDER = xml.sequence(
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences"
    " definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing"
    " fileRecoveryPr webPublishObjects extLst"
)
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet as the workbook lists it; ``part`` is its worksheet part."""

    name: str
    part: str
    sheet_id: str
    node: xml.Node


class Workbook:
    """Raises CannotRead for what is no transitional .xlsx/.xlsm workbook."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = _main_part(package)
        self.root = package.root(self.part)
        self._tabs: list[Tab] | None = None
        if self.root.tag != xml.main("workbook"):
            if str(self.root.tag).startswith("{" + xml.STRICT):
                raise _strict()
            raise CannotRead("这不是 .xlsx 或 .xlsm 工作簿，请用 Excel 或 WPS 另存为 .xlsx 后再试。")

    def tabs(self) -> list[Tab]:
        """The worksheets in order (chart sheets and the like left out)."""
        if self._tabs is None:
            self._tabs = self._listed()
        return self._tabs

    def _listed(self) -> list[Tab]:
        parts = {rel.id: rel.target for rel in self.package.rels(self.part) if rel.kind == "worksheet"}
        return [
            Tab(node.get("name") or "", parts[rid], node.get("sheetId") or "", node)
            for node in self._sheets()
            if (rid := node.get(xml.RID) or "") in parts
        ]

    def tab(self, name: str) -> Tab | None:
        """The worksheet of that name, case ignored as Excel does."""
        return next((tab for tab in self.tabs() if tab.name.casefold() == name.casefold()), None)

    def names(self) -> set[str]:
        """The names of all sheets, folded for comparison."""
        return {(node.get("name") or "").casefold() for node in self._sheets()}

    def add(self, name: str, data: bytes, state: str = "visible", after: str = "") -> None:
        """Add a worksheet behind sheet ``after``, behind all others where there is none of that name."""
        part = self.package.free("xl/worksheets/sheet{}.xml")
        self.package.put(part, data)
        self.package.declare(part, _WORKSHEET)
        taken = [int(node.get("sheetId") or 0) for node in self._sheets()]
        attributes = {"name": name, "sheetId": str(max(taken, default=0) + 1)}
        if state != "visible":
            attributes["state"] = state
        node = xml.add(self._need("sheets"), "sheet", attributes)
        node.set(xml.RID, self.package.relate(self.part, "worksheet", part))
        before = [other.get("name", "").casefold() for other in self._sheets()[:-1]]
        if after and after.casefold() in before[:-1]:
            self._move(node, before.index(after.casefold()) + 1)
        self._tabs = None
        self.touch()

    def _move(self, node: xml.Node, place: int) -> None:
        """Put the last sheet at ``place``; names and views that count sheets follow."""
        self._sheets()[place].addprevious(node)
        for name in xml.children(xml.child(self.root, "definedNames"), "definedName"):
            scope = name.get("localSheetId")
            if scope is not None and int(scope) >= place:
                name.set("localSheetId", str(int(scope) + 1))
        for view in xml.children(xml.child(self.root, "bookViews"), "workbookView"):
            for attribute in ("activeTab", "firstSheet"):
                at = int(view.get(attribute) or 0)
                if at >= place:
                    view.set(attribute, str(at + 1))

    def show(self, tab: Tab, state: str) -> None:
        """Make a sheet visible, hidden or veryHidden; the last visible one stays so."""
        if tab.node.get("state", "visible") == state:
            return
        nodes = self._sheets()
        if state == "visible":
            xml.unset(tab.node, "state")
        elif any(n is not tab.node and n.get("state", "visible") == "visible" for n in nodes):
            tab.node.set("state", state)
            seen = next(i for i, n in enumerate(nodes) if n.get("state", "visible") == "visible")
            for view in xml.children(xml.child(self.root, "bookViews"), "workbookView"):
                if int(view.get("activeTab") or 0) == nodes.index(tab.node):
                    view.set("activeTab", str(seen))
        self.touch()

    def remove(self, tab: Tab) -> None:
        """Take a worksheet out with its names and parts; the last visible one stays."""
        nodes = self._sheets()
        if tab.node.get("state", "visible") == "visible":
            others = [n for n in nodes if n is not tab.node and n.get("state", "visible") == "visible"]
            if not others:
                return
        place = nodes.index(tab.node)
        self.forget_chain(tab.sheet_id, lambda cell: True)
        rel_id = tab.node.get(xml.RID) or ""
        xml.remove(tab.node)
        self._tabs = None
        self.package.unrelate(self.part, rel_id)
        self.package.drop(tab.part)
        for name in list(xml.children(xml.child(self.root, "definedNames"), "definedName")):
            scope = name.get("localSheetId")
            if scope is not None and int(scope) == place:
                self._drop_name(name)
            elif scope is not None and int(scope) > place:
                name.set("localSheetId", str(int(scope) - 1))
        self._views(place)
        self.touch()

    def touch(self) -> None:
        """The workbook part was changed."""
        self.package.touch(self.part)

    def dates_from_1904(self) -> bool:
        """Whether serial dates count from 1904."""
        settings = xml.child(self.root, "workbookPr")
        return settings is not None and settings.get("date1904") in ("1", "true")

    def styles(self) -> str:
        """The styles part; a plain one is made where there is none."""
        for rel in self.package.rels(self.part):
            if rel.kind == "styles" and rel.target in self.package:
                return rel.target
        part = self.package.free("xl/styles{}.xml").replace("styles1", "styles")
        self.package.put(part, xml.dump(xml.new_root(xml.MAIN, "styleSheet")))
        self.package.declare(part, _STYLES)
        self.package.relate(self.part, "styles", part)
        return part

    def strings(self) -> list[str]:
        """The shared strings as plain text."""
        for rel in self.package.rels(self.part):
            if rel.kind == "sharedStrings" and rel.target in self.package:
                return [text_of(item) for item in xml.children(self.package.root(rel.target), "si")]
        return []

    def protect(self, attributes: Mapping[str, str] | None) -> None:
        """Put the structure's protection, None takes it away."""
        old = xml.child(self.root, "workbookProtection")
        if old is not None:
            xml.remove(old)
        if attributes is not None:
            xml.insert(self.root, xml.make("workbookProtection", attributes), _ORDER)
        self.touch()

    # --- defined names -----------------------------------------------------------------------------------------------

    def name(self, name: str) -> str:
        """What a workbook-level defined name refers to, "" if there is none."""
        for node in xml.children(xml.child(self.root, "definedNames"), "definedName"):
            if node.get("name") == name and node.get("localSheetId") is None:
                return node.text or ""
        return ""

    def define(self, name: str, target: str, sheet: str | None = None, hidden: bool = True) -> None:
        """Add a name, for the workbook or for one sheet."""
        attributes = {"name": name} | ({"hidden": "1"} if hidden else {})
        if sheet is not None:
            attributes["localSheetId"] = self._scope(sheet)
        xml.add(self._need("definedNames"), "definedName", attributes, target)
        self.touch()

    def _scope(self, sheet: str) -> str:
        return str([node.get("name") for node in self._sheets()].index(sheet))

    def undefine_in(self, sheet: str, *names: str) -> None:
        """Remove names that belong to one sheet."""
        scope = self._scope(sheet)
        for node in list(xml.children(xml.child(self.root, "definedNames"), "definedName")):
            if node.get("localSheetId") == scope and node.get("name") in names:
                self._drop_name(node)
                self.touch()

    def undefine(self, name: str) -> None:
        """Remove a workbook-level name."""
        for node in list(xml.children(xml.child(self.root, "definedNames"), "definedName")):
            if node.get("name") == name and node.get("localSheetId") is None:
                self._drop_name(node)
                self.touch()

    # --- calculation -------------------------------------------------------------------------------------------------

    def calculate_on_load(self) -> None:
        """Ask for a full calculation when the file is opened."""
        self._need("calcPr").set("fullCalcOnLoad", "1")
        self.touch()

    def forget_chain(self, sheet_id: str, gone: Callable[[str], bool]) -> None:
        """Take cells of a sheet out of the calculation chain; an empty chain goes as a whole."""
        rel = next((rel for rel in self.package.rels(self.part) if rel.kind == "calcChain"), None)
        if rel is None or rel.target not in self.package:
            return
        root, sheet, dropped = self.package.root(rel.target), "", False
        for node in list(xml.children(root, "c")):
            explicit = node.get("i")
            sheet = explicit or sheet
            if sheet != sheet_id or not gone(node.get("r") or ""):
                continue
            after = node.getnext()
            if explicit and after is not None and after.get("i") is None:
                after.set("i", explicit)  # entries without a sheet take the one before
            xml.remove(node)
            dropped = True
        if dropped:
            self.package.touch(rel.target)
        if not len(root):
            self.package.unrelate(self.part, rel.id)
            self.package.drop(rel.target)

    def extend_chain(self, sheet_id: str, cell: str) -> None:
        """Add a cell to the calculation chain if there is one."""
        rel = next((rel for rel in self.package.rels(self.part) if rel.kind == "calcChain"), None)
        if rel is not None and rel.target in self.package:
            xml.add(self.package.root(rel.target), "c", {"r": cell, "i": sheet_id})
            self.package.touch(rel.target)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _sheets(self) -> list[xml.Node]:
        return list(xml.children(xml.child(self.root, "sheets"), "sheet"))

    def _need(self, name: str) -> xml.Node:
        found = xml.child(self.root, name)
        return xml.insert(self.root, xml.make(name), _ORDER) if found is None else found

    def _drop_name(self, node: xml.Node) -> None:
        holder = node.getparent()
        xml.remove(node)
        if holder is not None and not len(holder):
            xml.remove(holder)

    def _views(self, place: int) -> None:
        visible = [i for i, node in enumerate(self._sheets()) if node.get("state", "visible") == "visible"]
        for view in xml.children(xml.child(self.root, "bookViews"), "workbookView"):
            for attribute in ("activeTab", "firstSheet"):
                at = int(view.get(attribute) or 0)
                if at == place:
                    view.set(attribute, str(next((i for i in visible), 0)))
                elif at > place:
                    view.set(attribute, str(at - 1))


def text_of(node: xml.Node) -> str:
    """The plain text of a rich text element (si, is, text), phonetic hints left out."""
    parts = []
    for leaf in node:
        if xml.local(leaf) == "t":
            parts.append(leaf.text or "")
        elif xml.local(leaf) == "r":
            parts.extend(t.text or "" for t in xml.children(leaf, "t"))
    return xml.unescaped("".join(parts))


def _strict() -> CannotRead:
    return CannotRead("文件是“Strict Open XML”格式，请用 Excel 另存为普通的 .xlsx 后再试。")


def _main_part(package: Package) -> str:
    if any("_xmlsignatures/" in name.lower() for name in package.names()):
        raise CannotRead("文件带有数字签名，改动后签名会失效，请先另存一份不带签名的副本再试。")
    for rel in package.rels(""):
        if rel.kind == "officeDocument":
            if rel.type.startswith(xml.STRICT):
                raise _strict()
            if rel.target.lower().endswith(".bin"):
                raise CannotRead("这是 .xlsb 二进制工作簿，请用 Excel 另存为 .xlsx 后再试。")
            return rel.target
    raise CannotRead("这不是 .xlsx 或 .xlsm 工作簿，请用 Excel 或 WPS 另存为 .xlsx 后再试。")
