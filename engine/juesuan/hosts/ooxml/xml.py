"""The only door to lxml: safe parsing, stable writing, text that XML can hold, elements as plain lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from lxml import etree

from juesuan.book import CannotRead

Node = etree._Element
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
RID = f"{{{REL}}}id"

#: An element as data: local name, attributes, text, children (main namespace only).
Packed = list[Any]

_DEFAULT = cast("dict[str, str]", {None: MAIN})  # the stubs do not know the default namespace
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def parse(data: bytes, part: str) -> Node:
    """The root of an XML part. CannotRead if it is damaged or carries a DOCTYPE."""
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CannotRead(f"文件已损坏（{part} 不是有效的 XML），请用 Excel 或 WPS 修复、另存后再试。") from error
    if cast(Any, root.getroottree().docinfo).doctype:
        raise CannotRead(f"文件里的 {part} 带有 DOCTYPE 声明，为安全起见不予处理，请用 Excel 或 WPS 另存后再试。")
    return root


def fragment(data: bytes) -> Node:
    """A root from a piece of a part that was parsed before. CannotRead if it is damaged."""
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise CannotRead("文件已损坏（工作表中有无效的行），请用 Excel 或 WPS 修复、另存后再试。") from error


def dump(root: Node) -> bytes:
    """The whole part as UTF-8 with a declaration."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def sequence(names: str) -> tuple[str, ...]:
    """The children's order a schema asks for, from one line of names."""
    return tuple(names.split())


def inner(node: Node) -> bytes:
    """An element as text without the namespaces its parent declares."""
    text = etree.tostring(node, encoding="UTF-8")
    body = text[text.index(b"?>") + 2 :].lstrip() if text.startswith(b"<?xml") else text
    root = node.getparent()
    if root is None:
        return body
    sample = etree.Element(str(node.tag))
    root.append(sample)
    spare = etree.tostring(sample)
    root.remove(sample)
    name = re.match(rb"<[^\s/>]+", spare)
    assert name is not None
    return body.replace(spare[name.end() : -2], b"", 1)


def without_remarks(data: bytes, part: str) -> bytes:
    """A part as plain UTF-8 without comments, instructions and CDATA."""
    root = parse(data, part)
    for node in [node for node in root.iter() if not isinstance(node.tag, str)]:
        remove(node)
    return dump(root)


@lru_cache(512)
def main(name: str) -> str:
    """``c`` → the qualified name in the spreadsheet namespace."""
    return f"{{{MAIN}}}{name}"


def local(node: Node) -> str:
    """The name without namespace; "" for comments and processing instructions."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(node: Node, name: str) -> Node | None:
    """The first child of that name in the spreadsheet namespace."""
    return node.find(main(name))


def children(node: Node | None, name: str) -> Iterator[Node]:
    """The children of that name in the spreadsheet namespace; none for None."""
    return iter(()) if node is None else node.iterchildren(main(name))


def make(name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Node:
    """A new element in the spreadsheet namespace (the prefix is taken from where it is put)."""
    node = etree.Element(main(name), dict(attributes or {}), nsmap=_DEFAULT)
    if text is not None:
        node.text = text
        if text != text.strip() or "\n" in text:
            node.set(SPACE, "preserve")
    return node


def add(parent: Node, name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Node:
    """A new last child in the spreadsheet namespace."""
    node = etree.SubElement(parent, main(name), dict(attributes or {}))
    if text is not None:
        node.text = text
        if text != text.strip() or "\n" in text:
            node.set(SPACE, "preserve")
    return node


def add_in(parent: Node, namespace: str, name: str, attributes: Mapping[str, str], index: int | None = None) -> Node:
    """A new child in another namespace, last or at ``index``."""
    node = etree.SubElement(parent, f"{{{namespace}}}{name}", dict(attributes))
    if index is not None:
        parent.insert(index, node)
    return node


def new_root(namespace: str, name: str) -> Node:
    """An empty document with a default namespace."""
    return etree.Element(f"{{{namespace}}}{name}", nsmap=cast(Any, {None: namespace}))


def insert(parent: Node, node: Node, order: tuple[str, ...]) -> Node:
    """Put ``node`` before the first child that comes later in ``order`` (the schema's sequence).

    An mc:AlternateContent counts as what it wraps; unknown children stay in front.
    """
    rank = {name: place for place, name in enumerate(order)}
    mine = rank[local(node)]
    for index, other in enumerate(parent):
        if rank.get(_inner(other), -1) > mine:
            parent.insert(index, node)
            return node
    parent.append(node)
    return node


def _inner(node: Node) -> str:
    name = local(node)
    if name != "AlternateContent":
        return name
    return next((local(leaf) for choice in node for leaf in choice), name)


def remove(node: Node) -> None:
    """Take an element out; the text behind it stays."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)


def unset(node: Node, *names: str) -> None:
    """Remove attributes where they are."""
    for name in names:
        if name in node.attrib:
            del node.attrib[name]


def clean(text: str) -> str:
    """Without the characters XML 1.0 cannot hold; line ends as "\\n"."""
    if text.isprintable():
        return text
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def escaped(text: str) -> str:
    """Cell text as the format stores it: what looks like an escape (_x0041_) is escaped itself."""
    text = clean(text)
    return _ESCAPED.sub("_x005F_", text) if "_x" in text else text


def unescaped(text: str) -> str:
    """The reverse of ``escaped``."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def quoted(text: str) -> str:
    """Text for use between tags or in double quotes."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\n", "&#10;")


def document(name: str, body: str) -> bytes:
    """A part from ready XML text."""
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    return f'{head}\n<{name} xmlns="{MAIN}">{body}</{name}>'.encode()


def pack(node: Node) -> Packed:
    """An element as plain lists, comparable and fit for JSON."""
    attributes = {"xml:space" if str(k) == SPACE else str(k): str(v) for k, v in sorted(node.attrib.items())}
    text = node.text or ""
    inner = [pack(leaf) for leaf in node if isinstance(leaf.tag, str)]
    return [local(node), attributes, text if text.strip() or not inner else "", inner]


def unpack(packed: Packed) -> Node:
    """The element of ``pack``."""
    name, attributes, text, inner = packed
    node = etree.Element(
        main(name), {SPACE if k == "xml:space" else k: v for k, v in attributes.items()}, nsmap=_DEFAULT
    )
    node.text = text or None
    for leaf in inner:
        node.append(unpack(leaf))
    return node
