"""A sheet's notes: the comments part, the VML drawing with the boxes, and what ties both to the sheet."""

from __future__ import annotations

import copy
import re

from juesuan.book import Cell, cell_name, cell_place
from juesuan.hosts.ooxml import boxes, xml
from juesuan.hosts.ooxml.package import Package, Rel
from juesuan.hosts.ooxml.sheetxml import ORDER, SheetXml
from juesuan.hosts.ooxml.vml import EMPTY, Drawing
from juesuan.hosts.ooxml.workbook import text_of

AUTHOR = "决算校验"
HEAD = "—— 决算校验 ——"  # the first line of every note of ours; what stands above it is the cell's own
LIMIT = 32000
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_FONT = [
    ["sz", {"val": "9"}, "", []],
    ["color", {"indexed": "81"}, "", []],
    ["rFont", {"val": "宋体"}, "", []],
    ["charset", {"val": "134"}, "", []],
]
_PLAIN = xml.unpack(["rPr", {}, "", _FONT])
_BOLD = xml.unpack(["rPr", {}, "", [["b", {}, "", []], *_FONT]])
_PARENT = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}threadedComment"


class Notes:
    """The notes of one sheet by place. Nothing is made before the first note is put; call ``close`` at the end."""

    def __init__(self, package: Package, sheet: SheetXml) -> None:
        self._package, self._sheet = package, sheet
        self._rels = package.rels(sheet.part)
        self._part = self._target("comments")
        self._nodes: dict[Cell, xml.Node] = {}
        self._drawing: Drawing | None = None
        self._boxes: boxes.Boxes | None = None
        self._drawn = ""  # the drawing's part name
        self._author: str | None = None  # our place among the authors
        self._changed = False
        self.made: list[str] = []  # parts and endings that were not there before
        if self._part:
            for node in self._list().iterchildren(xml.main("comment")):
                self._nodes[cell_place(node.get("ref") or "A1")] = node
        self._threads = self._threaded()

    def places(self) -> list[Cell]:
        """The cells with a note, in order."""
        return sorted(self._nodes)

    def threaded(self, place: Cell) -> bool:
        """Whether the cell carries a threaded comment; its note is only a placeholder then."""
        return place in self._threads

    def text(self, place: Cell) -> str | None:
        """A note's plain text, None where there is none."""
        body = self._body(place)
        return None if body is None else text_of(body)

    def rich(self, place: Cell) -> xml.Packed | None:
        """A note's text with its formatting."""
        body = self._body(place)
        return None if body is None else xml.pack(body)

    def put(self, place: Cell, text: str) -> None:
        """A new note of ours, with a box."""
        body = self._new(place)
        _runs(body, text)
        wanted = boxes.size(f"{HEAD}\n{text}")
        self._draw().add(place, self._room().beside(place, wanted), wanted)
        self._changed = True

    def append(self, place: Cell, text: str) -> tuple[str, str] | None:
        """Our text below the cell's own; the anchors of the box before and after if it had to grow."""
        body = self._body(place)
        if body is None:
            return None
        own = text_of(body)
        if body.text or xml.child(body, "t") is not None:
            _plain_to_runs(body)
        if own and not own.endswith("\n"):
            _run(body, "\n", _PLAIN)
        _runs(body, text)
        self._changed = True
        drawing = self._draw()
        before = drawing.anchor(place)
        if before is None:
            return None
        after = self._room().grown(before, boxes.size(f"{own}\n{HEAD}\n{text}"))
        drawing.move(place, after)
        return before, after

    def restore(self, place: Cell, rich: xml.Packed, anchors: tuple[str, str] | None) -> None:
        """The cell's own text again, and the box's size unless somebody changed it meanwhile."""
        node = self._nodes[place]
        body = self._body(place)
        if body is not None:
            node.replace(body, xml.unpack(rich))
        drawing = self._draw()
        if anchors and _same_anchor(drawing.anchor(place), anchors[1]):
            drawing.move(place, anchors[0])
        self._changed = True

    def drop(self, place: Cell) -> None:
        """Remove a note and its box."""
        xml.remove(self._nodes.pop(place))
        self._draw().drop(place)
        self._changed = True

    def close(self) -> None:
        """Write the parts back; what has become empty is taken out."""
        if not self._changed:
            return
        if self._drawing is not None:
            self._package.put(self._drawn, self._drawing.data())
        self._forget_author()
        if not self._nodes:
            self._unlink("comments", self._part)
            if self._drawing is not None and self._drawing.empty():
                self._unlink("vmlDrawing", self._drawn)
                node = xml.child(self._sheet.root, "legacyDrawing")
                if node is not None:
                    xml.remove(node)
                    self._sheet.touch()
        else:
            self._package.touch(self._part)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _target(self, kind: str) -> str:
        found = (rel.target for rel in self._rels if rel.kind == kind and rel.target in self._package)
        return next(found, "")

    def _threaded(self) -> set[Cell]:
        authors = [node.text or "" for node in self._authors()] if self._part else []
        places = {
            place
            for place, node in self._nodes.items()
            if int(node.get("authorId") or 0) < len(authors) and authors[int(node.get("authorId") or 0)][:3] == "tc="
        }
        for rel in self._rels:
            if rel.kind == "threadedComment" and rel.target in self._package:
                nodes = self._package.root(rel.target).iter(_PARENT)
                places |= {cell_place(node.get("ref") or "A1") for node in nodes}
        return places

    def _authors(self) -> list[xml.Node]:
        return list(xml.children(xml.child(self._package.root(self._part), "authors"), "author"))

    def _list(self) -> xml.Node:
        root = self._package.root(self._part)
        found = xml.child(root, "commentList")
        return xml.add(root, "commentList") if found is None else found

    def _body(self, place: Cell) -> xml.Node | None:
        node = self._nodes.get(place)
        return None if node is None else xml.child(node, "text")

    def _new(self, place: Cell) -> xml.Node:
        if not self._part:
            self._part = self._package.free("xl/comments{}.xml")
            root = xml.new_root(xml.MAIN, "comments")
            xml.add(root, "authors")
            xml.add(root, "commentList")
            self._package.put(self._part, xml.dump(root))
            self._package.declare(self._part, _COMMENTS)
            self._package.relate(self._sheet.part, "comments", self._part)
        if self._author is None:
            self._author = self._need_author()
        attributes = {"ref": cell_name(*place), "authorId": self._author, "shapeId": "0"}
        node = xml.add(self._list(), "comment", attributes)
        self._nodes[place] = node
        return xml.add(node, "text")

    def _need_author(self) -> str:
        root = self._package.root(self._part)
        holder = xml.child(root, "authors")
        if holder is None:
            holder = xml.insert(root, xml.make("authors"), ("authors", "commentList", "extLst"))
        names = [node.text for node in self._authors()]
        if AUTHOR not in names:
            xml.add(holder, "author", text=AUTHOR)
            names.append(AUTHOR)
        return str(names.index(AUTHOR))

    def _forget_author(self) -> None:
        authors = self._authors()
        used = {int(node.get("authorId") or 0) for node in self._nodes.values()}
        if authors and authors[-1].text == AUTHOR and len(authors) - 1 not in used:
            xml.remove(authors[-1])

    def _room(self) -> boxes.Boxes:
        if self._boxes is None:
            self._boxes = boxes.Boxes(self._sheet)
        return self._boxes

    def _draw(self) -> Drawing:
        if self._drawing is None:
            node = xml.child(self._sheet.root, "legacyDrawing")
            wanted = node.get(xml.RID) if node is not None else None
            rel: Rel | None = next((rel for rel in self._rels if rel.id == wanted), None)
            if rel is not None and rel.target in self._package:
                self._drawn = rel.target
            else:
                self._start_drawing(node)
            self._drawing = Drawing(self._package.read(self._drawn))
        return self._drawing

    def _start_drawing(self, node: xml.Node | None) -> None:
        self._drawn = self._package.free("xl/drawings/vmlDrawing{}.vml")
        number = re.sub(r"\D", "", self._drawn)
        self._package.put(self._drawn, EMPTY.format(number).encode("ascii"))
        if self._package.declare_ending("vml", _VML):
            self.made.append(".vml")
        if node is None:
            node = xml.insert(self._sheet.root, xml.make("legacyDrawing"), ORDER)
        node.set(xml.RID, self._package.relate(self._sheet.part, "vmlDrawing", self._drawn))
        self._sheet.touch()

    def _unlink(self, kind: str, part: str) -> None:
        for rel in self._package.rels(self._sheet.part):
            if rel.kind == kind and rel.target == part:
                self._package.unrelate(self._sheet.part, rel.id)
        self._package.drop(part)


def _same_anchor(one: str | None, other: str) -> bool:
    return one is not None and "".join(one.split()) == "".join(other.split())


def cut(text: str, room: int = LIMIT) -> str:
    """Note text that fits, "…" where something was left out."""
    text = xml.clean(text)
    return text if len(text) <= room else text[: max(0, room - 1)] + "…"


def _runs(body: xml.Node, text: str) -> None:
    _run(body, HEAD + "\n", _BOLD)
    _run(body, text, _PLAIN)


def _run(body: xml.Node, text: str, font: xml.Node) -> None:
    run = xml.add(body, "r")
    run.append(copy.copy(font))
    xml.add(run, "t", text=xml.escaped(text))


def _plain_to_runs(body: xml.Node) -> None:
    """A text without runs becomes one run, so that another can follow."""
    text = text_of(body)
    for leaf in list(body):
        body.remove(leaf)
    body.text = None
    if text:
        run = xml.add(body, "r")
        xml.add(run, "t", text=xml.escaped(text))
