"""An OPC package: parts by name, relationships, content types; only what changes is written anew."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from juesuan.book import CannotRead
from juesuan.hosts.ooxml import xml
from juesuan.hosts.ooxml.archive import Archive, key

_CONTENT = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Rel:
    """A relationship; ``target`` is a part name of the package, or the raw address when ``external``."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type ("worksheet", "comments", "vmlDrawing" …)."""
        return self.type.rsplit("/", 1)[-1]


class Package:
    """Parts are raw bytes until asked for as XML; call ``touch`` after changing a root. CannotRead as Archive."""

    def __init__(self, data: bytes) -> None:
        self._zip = Archive(data)
        self._roots: dict[str, xml.Node] = {}
        self._touched: dict[str, str] = {}
        self._rels: dict[str, list[Rel]] = {}  # by rels part
        if _CONTENT not in self._zip:
            raise CannotRead("这不是 .xlsx 或 .xlsm 工作簿，请用 Excel 或 WPS 另存为 .xlsx 后再试。")

    def __contains__(self, name: str) -> bool:
        return name in self._zip

    def names(self) -> list[str]:
        """All part names in the zip's order."""
        return self._zip.names()

    def read(self, name: str) -> bytes:
        """A part's present bytes."""
        if key(name) in self._touched:
            return xml.dump(self._roots[key(name)])
        return self._zip.read(name)

    def put(self, name: str, data: bytes) -> None:
        """Replace or add a part as bytes."""
        self._roots.pop(key(name), None)
        self._touched.pop(key(name), None)
        self._zip.put(name, data)

    def root(self, name: str) -> xml.Node:
        """A part's root, parsed once."""
        found = self._roots.get(key(name))
        if found is None:
            found = self._roots[key(name)] = xml.parse(self._zip.read(name), name)
        return found

    def touch(self, name: str) -> None:
        """Say that the part's root was changed."""
        self._touched[key(name)] = name

    def save(self) -> bytes:
        """The package's bytes; the very ones it came from if nothing changed."""
        for name in self._touched.values():
            self._zip.put(name, xml.dump(self._roots[key(name)]))
        self._touched.clear()
        return self._zip.save()

    def free(self, pattern: str) -> str:
        """The first unused name for a pattern with one ``{}``."""
        number = 1
        while pattern.format(number) in self._zip:
            number += 1
        return pattern.format(number)

    # --- relationships -----------------------------------------------------------------------------------------------

    def rels(self, source: str) -> list[Rel]:
        """The relationships of a part ("" for the package's own); [] if it has none."""
        name = _rels_name(source)
        known = self._rels.get(name)
        if known is None:
            nodes = self.root(name).iterchildren("{*}Relationship") if name in self._zip else iter(())
            known = self._rels[name] = [self._rel(source, node) for node in nodes]
        return known

    def relate(self, source: str, kind: str, target: str) -> str:
        """Add a relationship to a part of the package; its new id."""
        name = _rels_name(source)
        if name not in self._zip:
            self._zip.put(name, b"")
            self._roots[key(name)] = xml.new_root(xml.PACKAGE_REL, "Relationships")
        taken = {rel.id.lower() for rel in self.rels(source)}
        number = 1
        while f"rid{number}" in taken:
            number += 1
        where = posixpath.relpath(target, posixpath.dirname(source) or ".")
        attributes = {"Id": f"rId{number}", "Type": f"{xml.REL}/{kind}", "Target": where}
        xml.add_in(self.root(name), xml.PACKAGE_REL, "Relationship", attributes)
        self._rels.pop(name, None)
        self.touch(name)
        return f"rId{number}"

    def unrelate(self, source: str, rel_id: str) -> None:
        """Remove a relationship; the last one takes its part along."""
        name = _rels_name(source)
        root = self.root(name)
        for node in list(root.iterchildren("{*}Relationship")):
            if node.get("Id") == rel_id:
                xml.remove(node)
        self._rels.pop(name, None)
        self.touch(name)
        if not len(root):
            self._forget(name)

    def _rel(self, source: str, node: xml.Node) -> Rel:
        target, external = node.get("Target") or "", node.get("TargetMode") == "External"
        if not external:
            target = target.replace("\\", "/")
            if not target.startswith("/"):
                target = posixpath.join(posixpath.dirname(source), target)
            target = posixpath.normpath(target).lstrip("/")
            if target not in self._zip and unquote(target) in self._zip:
                target = unquote(target)
        return Rel(node.get("Id") or "", node.get("Type") or "", target, external)

    # --- content types -----------------------------------------------------------------------------------------------

    def declare(self, name: str, content_type: str) -> None:
        """Give a new part its content type."""
        root = self.root(_CONTENT)
        xml.add_in(root, xml.TYPES, "Override", {"PartName": "/" + name, "ContentType": content_type})
        self.touch(_CONTENT)

    def declare_ending(self, ending: str, content_type: str) -> bool:
        """Give an ending its content type unless it has one; True if it was added."""
        root = self.root(_CONTENT)
        if any((node.get("Extension") or "").lower() == ending for node in root.iterchildren("{*}Default")):
            return False
        xml.add_in(root, xml.TYPES, "Default", {"Extension": ending, "ContentType": content_type}, 0)
        self.touch(_CONTENT)
        return True

    def forget_ending(self, ending: str) -> None:
        """Remove an ending's content type if no part needs it."""
        if any(name.lower().endswith("." + ending) for name in self.names()):
            return
        for node in list(self.root(_CONTENT).iterchildren("{*}Default")):
            if (node.get("Extension") or "").lower() == ending:
                xml.remove(node)
                self.touch(_CONTENT)

    def content_type(self, name: str) -> str:
        """A part's declared content type, "" if only its ending has one."""
        for node in self.root(_CONTENT).iterchildren("{*}Override"):
            if key(node.get("PartName") or "") == key(name):
                return node.get("ContentType") or ""
        return ""

    def drop(self, name: str) -> None:
        """Remove a part, and with it the parts that only it used. Remove the relationship to it first."""
        below = self._cut_off(name)
        self._forget(name)
        for node in list(self.root(_CONTENT).iterchildren("{*}Override")):
            if key(node.get("PartName") or "") == key(name):
                xml.remove(node)
                self.touch(_CONTENT)
        self._sweep(below)

    def strip(self, name: str) -> None:
        """Remove a part's relationships, and with them the parts that only it used; the part stays."""
        self._sweep(self._cut_off(name))

    def _cut_off(self, name: str) -> list[str]:
        below = [rel.target for rel in self.rels(name) if not rel.external]
        self._forget(_rels_name(name))
        return below

    def _sweep(self, parts: list[str]) -> None:
        for part in parts:
            if part in self._zip and not self._used(part):
                self.drop(part)

    def _forget(self, name: str) -> None:
        self._rels.pop(name, None)
        self._roots.pop(key(name), None)
        self._touched.pop(key(name), None)
        self._zip.drop(name)

    def _used(self, part: str) -> bool:
        for name in self.names():
            folder, _, file = name.rpartition("/")
            if not file.lower().endswith(".rels") or posixpath.basename(folder).lower() != "_rels":
                continue
            source = posixpath.join(posixpath.dirname(folder), file[:-5])
            if any(key(rel.target) == key(part) for rel in self.rels(source) if not rel.external):
                return True
        return False


def _rels_name(source: str) -> str:
    folder, file = posixpath.split(source)
    return posixpath.join(folder, "_rels", file + ".rels")
