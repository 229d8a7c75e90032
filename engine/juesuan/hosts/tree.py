"""The careful XML parser (lxml): small parts as trees, and any sheet the quick scanner is not sure about.

No DTD, no entities, no network, no huge trees; a sheet is walked in pieces and never becomes a tree.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lxml import etree

from juesuan.book import cell_name, cell_place
from juesuan.hosts import guard
from juesuan.hosts.guard import Damaged

Element = etree._Element
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_PIECE = 64 * 1024
_TRUE = ("1", "true")
#: Stands for a cell name that is none.
NOWHERE = "?"
_REF = re.compile(r"([A-Z]{1,3})[1-9][0-9]{0,6}")
_ODD = re.compile(r'[<>"&{]')
Found = TypeVar("Found")
#: ("C8", ' s="5" t="n"', "<f>SUM(C1:C7)</f>", "12.5"): texts still XML-escaped, "" for what is absent.
CellText = tuple[str, str, str, str]


def root(data: bytes) -> etree._Element:
    """The root element of a small part. Raises Damaged when it is not well-formed."""
    try:
        return etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError):
        raise Damaged("XML 格式有误") from None


def all_of(top: etree._Element, *path: str) -> Iterator[etree._Element]:
    """The descendants along ``path`` of local names, whatever their namespace prefix."""
    level = [top]
    for name in path:
        level = [child for node in level for child in node if local(child) == name]
    return iter(level)


def local(node: etree._Element) -> str:
    """The element's name without namespace; "" for comments and the like."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def plain(escaped: Iterable[str]) -> dict[str, str]:
    """Escaped texts (no "<" in them) → what they say. One call for many: a regex per text costs ten times as much."""
    texts = list(escaped)
    if not texts:
        return {}
    nodes = root(("<x><t>" + "</t><t>".join(texts) + "</t></x>").encode())
    return dict(zip(texts, (node.text or "" for node in nodes), strict=True))


def strings(data: bytes) -> Iterator[str]:
    """The shared strings: rich text joined, phonetic guides left out."""
    yield from _walk(_Strings(), data)


@dataclass(slots=True)
class Frame:
    """What stands around the cells of a sheet."""

    merges: list[str] = field(default_factory=list)  # "A1:B2"
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def hide_row(self, row: int) -> None:
        if 0 <= row < guard.MAX_ROWS:
            self.hidden_rows.add(row)

    def hide_columns(self, attributes: Mapping[str, str]) -> None:
        """Columns of one <col> tag, if it hides them."""
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in _TRUE and first.isdecimal() and last.isdecimal():
            self.hidden_columns.update(range(max(int(first[:9]) - 1, 0), min(int(last[:9]), guard.MAX_COLUMNS)))


def cells(data: bytes, frame: Frame) -> Iterator[CellText]:
    """The cells of a sheet with content; ``frame`` is filled on the way. Raises Damaged when it is not well-formed."""
    yield from _walk(_Sheet(frame), data)


class _Walker(ABC, Generic[Found]):
    """Collects in ``out`` what the parser's events tell."""

    def __init__(self) -> None:
        self.out: list[Found] = []
        self.text: list[str] = []
        self.phonetic = False

    @abstractmethod
    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    @abstractmethod
    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None:
        self.text.append(text)

    def close(self) -> None:
        return None


class _Strings(_Walker[str]):
    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _name(tag)
        if name == "si":
            self.runs = []
        elif name == "rPh":
            self.phonetic = True
        elif name == "t":
            self.text = []

    def end(self, tag: str) -> None:
        name = _name(tag)
        if name == "t" and not self.phonetic:
            self.runs.append("".join(self.text))
        elif name == "rPh":
            self.phonetic = False
        elif name == "si":
            self.out.append("".join(self.runs))


class _Sheet(_Walker[CellText]):
    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.row = self.column = -1
        self.inside = False
        self.cell = ("", "")
        self.formula = self.value = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _name(tag)
        if name == "sheetData":
            self.inside = True
        elif name == "col":
            self.frame.hide_columns(attributes)
        elif name == "mergeCell":
            self.frame.merges.append(attributes.get("ref", ""))
        elif not self.inside:
            return
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number[:9]) - 1 if number.isdecimal() else self.row + 1
            self.column = -1
            if attributes.get("hidden") in _TRUE:
                self.frame.hide_row(self.row)
        elif name == "c":
            self._open(attributes)
        elif name == "f":
            self.formula = "<f" + _tag(attributes) + ">"
            self.text = []
        elif name in ("v", "t"):
            self.text = []
        elif name == "rPh":
            self.phonetic = True

    def _open(self, attributes: Mapping[str, str]) -> None:
        ref = attributes.get("r", "").upper()
        if not ref:
            self.column += 1
            near = self.row < guard.MAX_ROWS and self.column < guard.MAX_COLUMNS
            ref = cell_name(max(self.row, 0), self.column) if near else NOWHERE
        elif match := _REF.fullmatch(ref):
            self.column = cell_place(match[1] + "1")[1]
        else:
            ref = NOWHERE
        self.cell = (ref, _tag({key: attributes[key] for key in ("s", "t") if key in attributes}))
        self.formula = self.value = ""

    def end(self, tag: str) -> None:
        name = _name(tag)
        if not self.inside:
            return
        if name == "sheetData":
            self.inside = False
        elif name == "f":
            self.formula += _escape("".join(self.text)) + "</f>"
        elif name == "v" or (name == "t" and not self.phonetic):
            self.value += "".join(self.text)
        elif name == "rPh":
            self.phonetic = False
        elif name == "c" and (self.formula or self.value):
            self.out.append((*self.cell, self.formula, _escape(self.value)))


def _walk(walker: _Walker[Found], data: bytes) -> Iterator[Found]:
    parser = _parser(walker)
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            out, walker.out = walker.out, []
            yield from out
        parser.close()
    except (etree.XMLSyntaxError, ValueError):
        raise Damaged("XML 格式有误") from None
    yield from walker.out


def _parser(target: Any = None) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, target=target
    )


def _name(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    return name if space[1:] in (MAIN, STRICT) else ""


def _tag(attributes: Mapping[str, str]) -> str:
    return "".join(f' {key}="{value}"' for key, value in attributes.items() if not _ODD.search(key + value))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
