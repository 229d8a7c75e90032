"""The 科目表 sheet: the codes the drop-downs offer and the names they bring, with room for more."""

from __future__ import annotations

from juesuan.catalogue import Catalogue
from juesuan.codes import Codes
from juesuan.draft import Page, SheetDraft
from juesuan.template.drawing import Drawing, area_name

SHEET = "科目表"
_FIRST = 3
_SPARE = 40


def ranges(catalogue: Catalogue, year: int) -> tuple[str, str]:
    """Where the functional codes stand, for drop-downs, and the codes with names, for lookups."""
    last = _FIRST + len(_listed(catalogue.functional, year)) + _SPARE
    return f"{SHEET}!$A${_FIRST + 1}:$A${last}", f"{SHEET}!$A${_FIRST + 1}:$B${last}"


def sheet(catalogue: Catalogue, year: int) -> SheetDraft:
    """Functional codes in A:B (with open rows below for codes not yet listed), economic codes in D:E."""
    drawing = Drawing(SHEET, widths={0: 12, 1: 48, 2: 3, 3: 12, 4: 48})
    drawing.put(0, 0, "科目字典（编码下拉与名称带出的依据；功能分类末尾的空行可补充本单位用到的科目）", "left")
    for column, codes, name in ((0, catalogue.functional, "功能分类"), (3, catalogue.economic, "经济分类")):
        drawing.put(_FIRST - 1, column, f"{name}编码", "head")
        drawing.put(_FIRST - 1, column + 1, f"{name}名称", "head")
        listed = _listed(codes, year)
        for row, (code, label) in enumerate(listed, start=_FIRST):
            drawing.put(row, column, code, "code")
            drawing.put(row, column + 1, label, "label")
        drawing.codes.append(area_name(_FIRST, column, _FIRST + len(listed) - 1, column))
    start = _FIRST + len(_listed(catalogue.functional, year))
    for row in range(start, start + _SPARE):
        drawing.put(row, 0, None, "open code")
        drawing.put(row, 1, None, "open name")
    drawing.freeze = (_FIRST, 0)
    drawing.page = Page(landscape=False, one_page=False, repeat=(0, _FIRST - 1))
    return drawing.done()


def _listed(codes: Codes, year: int) -> list[tuple[str, str]]:
    """Codes valid in ``year`` with their names of that year, in order."""
    found = sorted({e.code for e in codes.entries if codes.valid(e.code, year)})
    return [(code, codes.name(code, year) or "") for code in found]
