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
