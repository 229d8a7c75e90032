"""The quick scanner of sheet XML: one pattern over the text, for sheets written as the usual programs write them.

Whatever it is not sure about — other namespace prefixes, attribute orders, comments, cells without a name, rich
inline text — it leaves to the careful parser, which gives the same Grid. Every quantifier is possessive and no class
crosses "<", so a hostile text costs linear time.
"""

from __future__ import annotations

import re

from juesuan.hosts import tree
from juesuan.hosts.archive import remembered
from juesuan.hosts.grid import Context, Grid, Unsure, formula_text
from juesuan.hosts.guard import MAX_SLOW, Damaged, has_markup
from juesuan.hosts.strings import chunks
from juesuan.hosts.tree import Frame

_CELL = (
    r'<c r="([^"<>]*+)"([^<>/]*+)>(?!</c>)(<f(?: [^<>]*+)?+>(?:[^<]*+</f>)?+)?+'
    r'(?:<(?:v|is><t)(?: xml:space="preserve")?+(?:>([^<]*+)</(?:v|t></is)>| ?+/>))?+</c>'
)
_WITH_FORMULAS = re.compile(_CELL)
#: The same columns, the formula's empty.
_VALUES = re.compile(_CELL.replace("(<f(?: ", "()(?:<f(?: "))
_ROOT = re.compile(rb"\s*+(?:<\?xml[^<>]*+>)?+\s*+<worksheet\b[^<>]*? xmlns=\"(?:%b|%b)\"" % (
    re.escape(tree.MAIN.encode()), re.escape(tree.STRICT.encode())))  # fmt: skip
_DIMENSION = re.compile(rb'<dimension ref="A1:([A-Z]{1,3}[0-9]{1,7})"')
_HIDDEN = re.compile(r'hidden(?!="(?:false|0)")')
_ROW = re.compile(r"<row ([^<>]*+)>")
_COLUMN = re.compile(r"<col ([^<>]*+)>")
_MERGE = re.compile(r'<mergeCell ref="([A-Z0-9:]++)" ?/>')
_ATTRIBUTE = re.compile(r'(?<![A-Za-z])([A-Za-z]++)="([^"<>]*+)"')


def read(data: bytes, context: Context, careful: bool = False) -> tuple[Grid, Frame]:
    """A sheet's cells and what stands around them. Raises Damaged when it cannot be parsed."""
    if not careful:
        before = context.meter.cells, context.meter.places, context.meter.formula_text
        done = _quick(data, context)
        if done is not None:
            return done
        context.meter.cells, context.meter.places, context.meter.formula_text = before
    context.meter.slow += len(data)
    if context.meter.slow > MAX_SLOW:
        raise Damaged("内容过大且写法不规范")
    grid, frame = Grid(context), Frame()
    batch: list[tree.CellText] = []
    for cell in tree.cells(data, frame):
        batch.append(cell if context.formulas else (*cell[:2], "", cell[3]))
        if len(batch) == 1000:
            _flush(grid, batch)
            batch = []
    _flush(grid, batch)
    return grid, frame


def _flush(grid: Grid, batch: list[tree.CellText]) -> None:
    grid.context.meter.count_cells(len(batch))
    _learn(batch, grid.context)
    grid.fill(batch, grid.context.plain, wary=True)


def _learn(cells: list[tree.CellText], context: Context) -> None:
    """What the texts with character references say, found out for all at once: one by one costs ten times as much."""
    texts = {cell[3] for cell in cells if "&#" in cell[3]}
    texts.update([formula_text(cell[2]) for cell in cells if "&#" in cell[2]])
    context.plain.update(tree.plain(texts.difference(context.plain)))


def _quick(data: bytes, context: Context) -> tuple[Grid, Frame] | None:
    """None where the text is not sure to mean what the patterns take it for."""
    if has_markup(data, b"<!") or has_markup(data, b"<?") or not _ROOT.match(data):
        return None
    start, end = data.find(b"<sheetData"), data.rfind(b"</sheetData>")
    end = start if end < 0 else end
    if start < 0 or end < start or not data.rstrip().endswith(b"</worksheet>"):
        return None
    frame = _frame(data[:start], data[end:])
    if frame is None:
        return None
    grid, pattern = Grid(context), _WITH_FORMULAS if context.formulas else _VALUES
    last = _DIMENSION.search(data, 0, start)
    try:
        for chunk in chunks(data[start:end], b"</c>"):
            count = chunk.count("</c")
            cells = pattern.findall(chunk)
            context.meter.count_cells(len(cells))
            if len(cells) != count and len(cells) + chunk.count('"></c>') != count:
                return None
            if _HIDDEN.search(chunk) and not _hidden_rows(chunk, frame):
                return None
            if last and not grid.rows:
                grid.expect(last.group(1).decode(), count)
            if "&#" in chunk:
                _learn(cells, context)
            grid.fill(cells, context.plain, wary="_" in chunk or not chunk.isascii())
    except Unsure:
        return None
    if not grid.rows and data.find(b"<", start + 1, end) >= 0:  # not a cell among the tags: blank or broken?
        return None
    return grid, frame


def _frame(head: bytes, tail: bytes) -> Frame | None:
    hidden, merges = _hidden_columns(head), _merges(tail)
    if hidden is None or merges is None:
        return None
    return Frame(merges=list(merges), hidden_columns=set(hidden))


@remembered
def _hidden_columns(head: bytes) -> frozenset[int] | None:
    frame = Frame()
    if b"<cols" in head:
        part = head[head.index(b"<cols") :].decode(errors="replace")
        columns = _COLUMN.findall(part)
        if "'" in part or "&" in part or len(columns) != part.count("<col "):
            return None
        for attributes in columns:
            frame.hide_columns(dict(_ATTRIBUTE.findall(attributes)))
    return frozenset(frame.hidden_columns)


@remembered
def _merges(tail: bytes) -> tuple[str, ...] | None:
    if b"<mergeCell " not in tail:
        return ()
    part = tail.decode(errors="replace")
    found = _MERGE.findall(part)
    return tuple(found) if len(found) == part.count("<mergeCell ") else None


def _hidden_rows(chunk: str, frame: Frame) -> bool:
    for attributes in _ROW.findall(chunk):
        if "hidden" in attributes:
            about = dict(_ATTRIBUTE.findall(attributes))
            if "'" in attributes or "&" in attributes or not about.get("r", "").isdecimal():
                return False
            if about.get("hidden") in ("1", "true"):
                frame.hide_row(int(about["r"][:9]) - 1)
    return True
