"""The workbooks these tests open: published accounts filled into our own template."""

from __future__ import annotations

from functools import cache

from juesuan import data
from juesuan.case import load_case
from juesuan.catalogue import load
from juesuan.fill import fill
from juesuan.template.package import workbook_bytes

WRONG = ("支出决算表", "F8")


@cache
def filled(totals: str = "stated") -> bytes:
    """000 filled into the template."""
    draft, _ = fill(load_case(data.text("demo/000.json")), load(), totals=totals)  # type: ignore[arg-type]
    return workbook_bytes(draft)


@cache
def mended() -> bytes:
    """000 with its two wrong figures corrected: fit to be locked."""
    from juesuan.edits import SetValue
    from juesuan.hosts.patch import apply_edits

    return apply_edits(filled(), [SetValue(sheet, "F8", 573.19) for sheet in (WRONG[0], "一般公共预算支出表")])


def noted(sheet: str, cell: str, text: str) -> bytes:
    """000 with a note of its own on a cell."""
    import io

    from openpyxl import load_workbook
    from openpyxl.comments import Comment

    book = load_workbook(io.BytesIO(filled()))
    book[sheet][cell].comment = Comment(text, "作者")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@cache
def explainable() -> bytes:
    """000 mended, with one 核实性 relation that does not hold: housing fund by category and by economic code."""
    from juesuan.edits import SetValue
    from juesuan.hosts.patch import apply_edits
    from juesuan.hosts.read import read_book
    from juesuan.validation import examine

    data = mended()
    binding = examine(read_book(data)).binding
    edits = []
    for line, by in (("30113", -40.0), ("30101", 40.0)):
        place = next(at for (key, _), at in binding.tables["基本支出明细表"].cells.items() if key == line)
        sheet = binding.tables["基本支出明细表"].sheet
        value = read_book(data).sheet(sheet).value(*place)
        assert isinstance(value, float)
        from juesuan.book import cell_name

        edits.append(SetValue(sheet, cell_name(*place), round(value + by, 2)))
    return apply_edits(data, edits)
