"""The very hidden meta sheet: by what, for whom and from which catalogue a workbook was made."""

from __future__ import annotations

import juesuan
from juesuan.catalogue import Catalogue
from juesuan.draft import SheetDraft
from juesuan.layout import Layout
from juesuan.template.content import Facts
from juesuan.template.drawing import Drawing

SHEET = "_juesuan_meta"
TEMPLATE = "juesuan"


def values(catalogue: Catalogue, layout: Layout, facts: Facts, totals: str) -> dict[str, str]:
    """Key → value, all texts. ``totals``: "stated" (published totals as values) or "formula"."""
    return {
        "template": TEMPLATE, "layout": layout.id, "version": layout.version,
        "catalogue_version": catalogue.version, "catalogue_sha256": catalogue.sha256,
        "region": facts.region, "unit": facts.unit, "year": str(facts.year), "kind": facts.kind,
        "nature": facts.nature, "money_unit": facts.money_unit, "case": facts.case, "totals": totals,
        "built_with": juesuan.__version__,
    }


def sheet(found: dict[str, str]) -> SheetDraft:
    """The sheet: column A keys, column B values."""
    drawing = Drawing(SHEET, widths={0: 20, 1: 70})
    for row, (key, text) in enumerate(found.items()):
        drawing.put(row, 0, key, "meta")
        drawing.put(row, 1, text or None, "meta")
    return drawing.done("veryHidden")


def names(found: dict[str, str]) -> dict[str, str]:
    """Hidden defined names to the values: juesuan_layout → _juesuan_meta!$B$2."""
    return {f"juesuan_{key}": f"{SHEET}!$B${row}" for row, key in enumerate(found, start=1)}
