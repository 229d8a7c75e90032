"""Changes to a workbook as records (Edit): what annotating, recomputing, filling and locking want written.

Pure functions make lists of them; a host applies them, to a file (hosts.patch) or to a live workbook (the add-in).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from juesuan.book import Value
from juesuan.draft import SheetDraft, Style

Tone = Literal["error", "explain", "rounding", "cause"]
#: Fill colours of marks (RRGGBB): 不符 red, 待说明 orange, 尾差 light yellow, 根源 stronger red.
TONES: dict[Tone, str] = {"cause": "FF9999", "error": "FFC7CE", "explain": "FFE0B2", "rounding": "FFF9C4"}


@dataclass(frozen=True, slots=True)
class SetValue:
    """Put ``value`` into ``cell`` ("C8") and keep its style."""

    sheet: str
    cell: str
    value: Value


@dataclass(frozen=True, slots=True)
class SetFormula:
    """Put ``formula`` (without "=") into ``cell`` with its ``cached`` value."""

    sheet: str
    cell: str
    formula: str
    cached: Value = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Colour ``cell`` by ``tone`` and attach ``note`` (the cell's own note, if any, is kept above it)."""

    sheet: str
    cell: str
    tone: Tone
    note: str


@dataclass(frozen=True, slots=True)
class TabColour:
    """Colour a sheet's tab by the worst tone found on it."""

    sheet: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Link:
    """A cell text that jumps to ``target`` ("支出决算表!D9")."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell to type in (审核说明), with what is typed already."""

    text: str = ""


ResultCell = str | int | Decimal | Link | Entry | None


@dataclass(frozen=True, slots=True)
class ResultSheet:
    """The 校验结果 sheet: ``summary`` lines above, a header row, then filterable rows; ``tones`` colours each row.

    Rows whose tone is None are left plain. ``widths`` are column widths in characters. ``choices``: column → what may
    be chosen in its Entry cells; ``hidden`` columns are not shown.
    """

    name: str
    summary: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[ResultCell, ...], ...]
    tones: tuple[Tone | None, ...]
    widths: tuple[int, ...]
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()

    def height(self, cells: Sequence[ResultCell]) -> int | None:
        """Points a row needs for its wrapped text; None where one line will do (not every program fits rows by
        itself). What a hidden column holds makes no row taller."""
        lines = 1
        for column, (cell, width) in enumerate(zip(cells, self.widths, strict=False)):
            shown = None if column in self.hidden else shown_of(cell)
            text = "" if shown is None else str(shown)
            breadths = (sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))
            lines = max(lines, sum(max(1, -(-breadth // max(1, width - 1))) for breadth in breadths))
        return min(409, 15 * lines + 2) if lines > 1 else None


def shown_of(cell: ResultCell) -> str | int | Decimal | None:
    """What a cell of the result sheet shows."""
    return cell.text if isinstance(cell, Link | Entry) else cell


@dataclass(frozen=True, slots=True)
class PutSheet:
    """A whole sheet as drawn: in place of the sheet of that name, else behind sheet ``after`` (at the end where "").

    ``styles``: the looks its cells name; ``names``: hidden workbook-level names that come with it (name → reference).
    Other sheets stay as they are; of the sheet it replaces the tab's colour and the names that point to it are kept.
    """

    sheet: SheetDraft
    styles: Mapping[str, Style]
    after: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DropSheet:
    """Take a sheet out, with the names and parts that belong to it; nothing where there is none of that name."""

    sheet: str


@dataclass(frozen=True, slots=True)
class Secret:
    """What a workbook keeps of a password: SHA-512 over ``salt`` and password, ``spins`` times more (base64 texts)."""

    salt: str
    value: str
    spins: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What can be typed in on a sheet, by areas – "B3:C9" cells, "9:48" whole rows, "C:D" whole columns – so that it
    outlives a program that numbers its formats anew. Cells go before rows, rows before columns.

    ``closed``: what is locked although its row or column is open. ``protection``: the attributes of the sheet's own
    protection, None where it has none. ``ranges``: its areas open by permission, as the file has them (JSON).
    """

    areas: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    protection: Mapping[str, str] | None = None
    ranges: str = ""


@dataclass(frozen=True, slots=True)
class Protect:
    """Lock every cell of a sheet but ``open_areas``, with a password; filtering and column widths stay possible."""

    sheet: str
    secret: Secret
    open_areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unprotect:
    """Open again what was open (``was``), and the sheet's own protection again."""

    sheet: str
    was: Opening


@dataclass(frozen=True, slots=True)
class ProtectBook:
    """Lock the structure: no sheet can be added, removed, renamed, moved or shown."""

    secret: Secret


@dataclass(frozen=True, slots=True)
class UnprotectBook:
    """The workbook's own protection again: its attributes, None where it had none."""

    was: Mapping[str, str] | None = None


Protection = Protect | Unprotect | ProtectBook | UnprotectBook
Edit = SetValue | SetFormula | Mark | TabColour | ResultSheet | PutSheet | DropSheet | Protection
