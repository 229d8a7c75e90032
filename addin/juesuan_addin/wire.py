"""What passes between the local service and a task pane, as JSON: the port's calls and their answers. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from typing import Any

from juesuan.book import Cell, cell_name, cell_place
from juesuan.draft import Page, Rectangle, SheetDraft, Style
from juesuan_addin import pieces
from juesuan_addin.port import BookReading, Held, Look, Protection, Put, Refused, SheetReading

_STATES = ("visible", "hidden", "veryHidden")


def value(held: Held) -> Any:
    """A cell's value; moments go as text."""
    return held.isoformat(" ") if isinstance(held, dt.datetime | dt.date) else held


def put(block: Put) -> dict[str, Any]:
    """A block to write; texts carry the mark of a text where a program would take them for something else.

    ``texts``: the rows for cells that hold texts only, None where they are the same.
    """
    rows, texts = (
        [[value(cell if block.formulas else pieces.as_text(cell, only)) for cell in row] for row in block.rows]
        for only in (False, True)
    )
    different = None if texts == rows else texts
    return {"cell": block.cell, "rows": rows, "texts": different, "formulas": block.formulas, "area": _extent(block)}


def _extent(block: Put) -> str:
    row, column = cell_place(block.cell)
    return area((row, column, row + len(block.rows) - 1, column + len(block.rows[0]) - 1))


def area(rectangle: Rectangle) -> str:
    """(8, 0, 47, 0) → "A9:A48"."""
    return f"{cell_name(*rectangle[:2])}:{cell_name(*rectangle[2:])}"


def sheet(draft: SheetDraft, styles: Mapping[str, Style], after: str, filters: str) -> dict[str, Any]:
    """A drawn sheet, gathered so that drawing it takes few calls."""
    looks = pieces.by_style(draft)

    def dress(among: Set[Cell]) -> list[dict[str, Any]]:
        return [
            {"areas": list(pieces.areas(found)), "code": code or styles[name].format, **_style(styles[name])}
            for (name, code), cells in looks.items()
            if (found := cells & among)
        ]

    return {
        "name": draft.name,
        "after": after,
        "state": draft.state,
        "dress": dress(draft.cells.keys()),
        "linked": dress(draft.links.keys()),  # a link brings a look of its own
        "open_rows": f"{draft.open_rows[0] + 1}:{draft.open_rows[1] + 1}" if draft.open_rows else "",
        "puts": [put(block) for block in pieces.contents(draft)],
        "merges": [area(rectangle) for rectangle in draft.merges],
        "widths": [[column + 1, width] for column, width in draft.widths.items()],
        "heights": [[row + 1, height] for row, height in draft.heights.items()],
        "unfitted": pieces.unfitted(draft),
        "hidden": [column + 1 for column in sorted(draft.hidden)],
        "validations": [
            {
                "area": rule.area.replace(" ", ","),
                "kind": rule.kind,
                "alert": rule.alert,
                "formula": rule.formula.strip('"') if rule.formula.startswith('"') else f"={rule.formula}",
                "title": rule.title[:32],
                "message": rule.message[:255],
            }
            for rule in draft.validations
        ],
        "highlights": [{"area": mark.area, "formula": f"={mark.formula}"} for mark in draft.highlights],
        "links": [[cell_name(*place), pieces.jump(target)] for place, target in sorted(draft.links.items())],
        "freeze": list(draft.freeze) if draft.freeze else None,
        "page": _page(draft.page),
        "filters": filters,
    }


def _style(style: Style) -> dict[str, Any]:
    names = ("size", "bold", "colour", "fill", "border", "across", "wrap", "indent", "locked", "underline", "font")
    return {name: getattr(style, name) for name in names}


def _page(page: Page | None) -> dict[str, Any] | None:
    if page is None:
        return None
    repeat = f"${page.repeat[0] + 1}:${page.repeat[1] + 1}" if page.repeat else ""
    printed = area(page.area) if page.area else ""
    return {"landscape": page.landscape, "one_page": page.one_page, "repeat": repeat, "area": printed}


def protection(how: Protection) -> dict[str, Any]:
    """How a sheet is protected."""
    return {"drawings": how.drawings, "scenarios": how.scenarios, "allowed": sorted(how.allowed)}


# --- answers ---


def read_protection(answer: Any) -> Protection | None:
    """The answer to ``protection``."""
    if answer is None:
        return None
    return Protection(bool(answer["drawings"]), bool(answer["scenarios"]), frozenset(map(str, answer["allowed"])))


def read_looks(answer: Any) -> list[Look]:
    """The answer to ``looks``."""
    return [Look(str(one["fill"]), _text(one["note"]), bool(one["threaded"])) for one in answer]


def _text(note: Any) -> str | None:
    return None if note is None else str(note)


def read_book(answer: Any) -> BookReading:
    """The answer to ``read``. Raises Refused where it is not of this form."""
    try:
        return BookReading(
            str(answer["name"]),
            str(answer["folder"]),
            tuple(_sheet(one) for one in answer["sheets"]),
            {str(name): str(text).lstrip("=") for name, text in answer["names"].items()},
            bool(answer["structure_protected"]),
            str(answer["active_sheet"]),
            str(answer["active_cell"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Refused("加载项读到的工作簿内容不完整，请更新 WPS 加载项后再试。") from error


def _sheet(one: Mapping[str, Any]) -> SheetReading:
    state = one["state"]
    if state not in _STATES:
        raise ValueError(state)
    return SheetReading(
        str(one["name"]),
        state,
        int(one["top"]),
        int(one["left"]),
        _grid(one["values"]),
        _grid(one["formulas"]),
        tuple(_rectangle(str(text)) for text in one["merges"]),
        tuple(int(row) for row in one["hidden_rows"]),
        tuple(int(column) for column in one["hidden_columns"]),
        bool(one["protected"]),
    )


def _grid(rows: Any) -> Sequence[Sequence[Any]]:
    return [[_held(cell) for cell in row] for row in rows]


def _held(cell: Any) -> Held:
    """JSON does not tell 2 from 2.0; cells hold doubles. A moment comes as {"moment": "2024-05-01 09:30:00"}."""
    if isinstance(cell, dict):
        return dt.datetime.fromisoformat(str(cell["moment"]))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    if cell is None or isinstance(cell, str | float | bool):
        return cell
    raise TypeError(type(cell).__name__)


def _rectangle(text: str) -> Rectangle:
    first, _, last = text.replace("$", "").partition(":")
    return (*cell_place(first), *cell_place(last or first))
