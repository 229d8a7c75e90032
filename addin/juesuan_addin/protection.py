"""Protection, live: what edits say in a file's words (attributes, areas) in those of a running program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from juesuan.draft import SheetDraft
from juesuan.edits import Edit, Opening, Protect, ProtectBook, Unprotect, UnprotectBook
from juesuan_addin.port import ALLOWED, Port, Protection

#: The attribute of sheetProtection that forbids each thing a user may be allowed.
_ATTRIBUTES = dict(
    zip(
        ALLOWED,
        (
            "formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows", "insertHyperlinks",
            "deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables",
        ),
        strict=True,
    )
)  # fmt: skip
#: What stays possible on a locked sheet, as hosts.patch has it, and on a sheet of our template.
LOCKED = Protection(True, True, frozenset({"formatting_columns", "formatting_rows", "sorting", "filtering"}))
_DRAWN = Protection(False, False, LOCKED.allowed | {"inserting_rows", "deleting_rows"})


def of_draft(draft: SheetDraft) -> Protection:
    """How a sheet of our own is protected."""
    return _DRAWN if draft.state == "visible" else Protection(True, True)


def of_attributes(attributes: Mapping[str, str]) -> Protection:
    """sheetProtection's attributes as a Protection. Absent ones forbid, but for drawings and scenarios."""

    def on(name: str, otherwise: bool) -> bool:
        return attributes.get(name, str(otherwise)).lower() in ("1", "true")

    allowed = frozenset(name for name, attribute in _ATTRIBUTES.items() if not on(attribute, True))
    return Protection(on("objects", False), on("scenarios", False), allowed)


def change(port: Port, edits: Sequence[Edit], password: str) -> None:
    """Carry out the edits of protection, in their order."""
    for edit in edits:
        if isinstance(edit, Protect):
            _lock(port, edit, password)
        elif isinstance(edit, Unprotect):
            _open(port, edit.sheet, edit.was)
        elif isinstance(edit, ProtectBook):
            port.protect_book(True, password)
        elif isinstance(edit, UnprotectBook):
            port.protect_book(False, password)
            if edit.was is not None and edit.was.get("lockStructure") in ("1", "true"):
                port.protect_book(True)


def _lock(port: Port, edit: Protect, password: str) -> None:
    port.unprotect(edit.sheet)
    port.lock(edit.sheet, [""], True)
    if edit.open_areas:
        port.lock(edit.sheet, [_address(area) for area in edit.open_areas], False)
    port.protect(edit.sheet, LOCKED, password)


def _open(port: Port, sheet: str, was: Opening) -> None:
    """The sheet is unprotected already."""
    columns, rows, cells = _sorted(was.areas)
    port.lock(sheet, [""], True)
    for areas in (columns, rows, cells):  # cells go before rows, rows before columns
        if areas:
            port.lock(sheet, areas, False)
    if was.closed:
        port.lock(sheet, [_address(area) for area in was.closed], True)
    if was.protection is not None and was.protection.get("sheet") in ("1", "true"):
        port.protect(sheet, of_attributes(was.protection))


def _sorted(areas: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Areas of whole columns, of whole rows, of cells."""
    columns = [_address(area) for area in areas if not any(c.isdigit() for c in area)]
    rows = [_address(area) for area in areas if not any(c.isalpha() for c in area)]
    return columns, rows, [_address(a) for a in areas if any(c.isdigit() for c in a) and any(c.isalpha() for c in a)]


def _address(area: str) -> str:
    """ "9" and "C" as Excel's Range() wants them: "9:9", "C:C"."""
    single = not any(c.isdigit() for c in area) or not any(c.isalpha() for c in area)
    return f"{area}:{area}" if single and ":" not in area else area
