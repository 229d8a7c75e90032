"""Tables by functional 科目: a 合计 row, then one row per code, then (in a template) open rows.

An open row needs only its code: the name comes from 科目表, and the formula in each amount cell rolls up what is below
the code (类、款) and stays blank where nothing can be (项), for a figure to be typed over it. Rows are unlocked whole,
so that they can be inserted, copied and deleted under protection; validations stop typing over computed cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from juesuan.book import cell_name
from juesuan.draft import Highlight, SheetDraft, Validation
from juesuan.refs import Ref
from juesuan.render import excel
from juesuan.tables import TOTAL
from juesuan.template.content import Column, Item
from juesuan.template.drawing import Drawing, area_name, lines_needed
from juesuan.template.form import HEADING, Sheet, close_sheet, computed, figure, open_sheet, stated
from juesuan.template.looks import COMPUTED

_NAME, _AMOUNT = 38.0, 15.0
_CODES = {1: (17.0,), 3: (5.7, 5.7, 5.7)}
_LEVELS = ("类", "款", "项")
_SEAM_HEIGHT = 3.0


@dataclass(frozen=True)
class Recipes:
    """The recipes of a table's computed columns, for the 合计 row and for the rows below it."""

    top: dict[str, excel.Recipe]
    rows: dict[str, excel.Recipe]


def recipes(sheet: Sheet) -> Recipes:
    """From the derive rules' trees."""
    spec, rules = sheet.content.spec, sheet.derived.plan.rules
    found: dict[bool, dict[str, excel.Recipe]] = {}
    for top in (True, False):
        made = {c: excel.recipe(rules, spec, c, top=top) for c in spec.column_keys}
        found[top] = {c: r for c, r in made.items() if r}
    return Recipes(found[True], found[False])


def draw(sheet: Sheet, name: str, codes: tuple[str, str]) -> SheetDraft:
    """The sheet of a ``codes`` table; ``codes`` are 科目表's ranges for the drop-down and the lookup."""
    panel = sheet.content.panels[0]
    split = sheet.layout.code_columns
    drawing = open_sheet(sheet, name, [*_CODES[split], _NAME, *[_AMOUNT] * len(panel.columns)])
    body = _heading(sheet, drawing, panel.columns, split)
    totals = [x for x in panel.items if not x.code]
    rows = [x for x in panel.items if x.code]
    row = body
    for item in totals:
        _total_row(sheet, drawing, panel.columns, item, row, split)
        row += 1
    block = excel.Block(body, row, row + len(rows) + sheet.content.spare + 1, 0,
                        {c.key: split + 1 + at for at, c in enumerate(panel.columns) if c.key})
    if sheet.formulas:
        _seam(drawing, row)
        row += 1
    start = row
    for item in rows:
        _code_row(sheet, drawing, panel.columns, item, row, split)
        row += 1
    if sheet.formulas:
        made = recipes(sheet)
        for _ in range(sheet.content.spare):
            _open_row(sheet, drawing, panel.columns, row, split, block, made, codes[1])
            row += 1
        _written(sheet, drawing, block, made)
        _guards(drawing, block, made, start, row - 1, codes[0])
        _seam(drawing, row)
        row += 1
    if row > start + sheet.formulas:
        last = row - 1 - sheet.formulas
        drawing.codes.append(area_name(start, 0, last, 0))
        drawing.open_rows = (start, last)
    close_sheet(sheet, drawing, row, body, left=split + 1)
    if split == len(_LEVELS) and sheet.layout.column_numbers and drawing.page:
        # 类、款、项 reach down into the 合计 row: repeated on the next page they would be cut in two.
        drawing.page = replace(drawing.page, repeat=(0, body - 2))
    return drawing.done()


def _heading(sheet: Sheet, drawing: Drawing, columns: tuple[Column, ...], split: int) -> int:
    """Two or three heading rows; the first body row (合计)."""
    top, name = HEADING, split
    drawing.spread((top, 0, top, name), sheet.layout.line_heading, "head")
    drawing.spread((top + 1, 0, top + 1, name - 1), "功能分类科目编码", "head")
    drawing.put(top + 1, name, "科目名称", "head")
    at = 0
    while at < len(columns):
        column, place = columns[at], name + 1 + at
        end = at
        while column.parent and end + 1 < len(columns) and columns[end + 1].parent == column.parent:
            end += 1
        if column.parent:
            drawing.spread((top, place, top, place + end - at), column.parent, "head")
            for index in range(at, end + 1):
                drawing.put(top + 1, name + 1 + index, columns[index].label, "head")
        else:
            drawing.spread((top, place, top + 1, place), column.label, "head")
        at = end + 1
    drawing.heights[top] = drawing.heights[top + 1] = 20
    if not sheet.layout.column_numbers:
        return top + 2
    if split == len(_LEVELS):
        for index, level in enumerate(_LEVELS):
            drawing.spread((top + 2, index, top + 3, index), level, "head")
        drawing.put(top + 2, name, "栏次", "column")
    else:
        drawing.spread((top + 2, 0, top + 2, name), "栏次", "column")
    for index in range(len(columns)):
        drawing.put(top + 2, name + 1 + index, index + 1, "column")
    return top + 3


def _total_row(sheet: Sheet, drawing: Drawing, columns: tuple[Column, ...], item: Item, row: int, split: int) -> None:
    if (row - 1, 0) in drawing.cells and split == len(_LEVELS) and sheet.layout.column_numbers and item.key == TOTAL:
        drawing.put(row, split, item.label, "total label")
    else:
        drawing.spread((row, 0, row, split), item.label, "total label")
    for at, column in enumerate(columns):
        figure(sheet, drawing, item, column.name, (row, split + 1 + at))


def _code_row(sheet: Sheet, drawing: Drawing, columns: tuple[Column, ...], item: Item, row: int, split: int) -> None:
    drawing.spread((row, 0, row, split - 1), item.code, "open code")
    drawing.put(row, split, item.label or None, "open name")
    if lines_needed(item.label, drawing.widths[split]) > 1:
        drawing.heights[row] = 27
    for at, column in enumerate(columns):
        place = (row, split + 1 + at)
        drawing.places[item.key, column.name] = place
        value, code = stated(item.figures.get(column.name))
        style = "open total" if sheet.computes(item.key, column.name) else "open input"
        drawing.put(*place, value, style, code=code)


def _open_row(sheet: Sheet, drawing: Drawing, columns: tuple[Column, ...], row: int, split: int, block: excel.Block,
              made: Recipes, lookup: str) -> None:
    code = f"${cell_name(row, 0)}"
    drawing.spread((row, 0, row, split - 1), None, "open code")
    drawing.put(row, split, "", "open name", f'IF(LEN({code})=0,"",IFERROR(VLOOKUP({code}&"",{lookup},2,FALSE),""))')
    for at, column in enumerate(columns):
        recipe = made.rows.get(column.name)
        if recipe is None:
            drawing.put(row, split + 1 + at, None, "open input")
        else:
            style = "open total" if recipe.own else "open input"
            drawing.put(row, split + 1 + at, "", style, excel.by_code(recipe, block, row, known=False),
                        "" if recipe.own else COMPUTED)


def _written(sheet: Sheet, drawing: Drawing, block: excel.Block, made: Recipes) -> None:
    """Formulas of the 合计 row and of the rows whose codes are known."""
    key = sheet.content.spec.key
    for (line, column), place in drawing.places.items():
        ref = Ref(key, line, column)
        if ref not in sheet.derived.relations:
            continue
        recipe = (made.top if place[0] == block.total else made.rows).get(column)
        if recipe is None or not _same(sheet, drawing, ref, recipe):
            formula = excel.linear(sheet.derived.relations[ref], sheet.derived.plan.variables,
                                   lambda r: drawing.places.get((r.line, r.column)))
        else:
            formula = excel.by_code(recipe, block, place[0], known=True)
        style = "total" if place[0] == block.total else "open total"
        drawing.put(*place, computed(sheet.derived, ref), style, formula, COMPUTED)


def _same(sheet: Sheet, drawing: Drawing, ref: Ref, recipe: excel.Recipe) -> bool:
    """True where rolling up by code gives what the rule adds up: every level is there, children after their parent."""
    if not recipe.below:
        return True
    row = drawing.places[ref.line, ref.column][0]
    codes = {x.key: x.code for x in sheet.content.lines}
    own = codes.get(ref.line, "")
    length = len(own) + 2 if own else 3
    wanted = {x.key for x in sheet.content.lines if len(x.code) == length and x.code.startswith(own)}
    parts = {part.line for _, part in sheet.derived.parts(ref)}
    return parts == wanted and all(drawing.places[line, ref.column][0] > row for line in parts)


def _seam(drawing: Drawing, row: int) -> None:
    """A thin blank row that ranges start or end in, so that rows inserted at either edge are inside."""
    for column in drawing.widths:
        drawing.put(row, column, None, "seam")
    drawing.heights[row] = _SEAM_HEIGHT


def _guards(drawing: Drawing, block: excel.Block, made: Recipes, first: int, last: int, codes: str) -> None:
    """Drop-down for codes; a stop on row totals, a warning on roll-ups; bold 类 rows."""
    if last < first:
        return
    code = f"${cell_name(first, 0)}"
    drawing.validations.append(Validation(
        area_name(first, 0, last, 0), "list", codes, "warning", "科目编码",
        "“科目表”中没有这个编码。确认无误可选“是”继续；类 3 位、款 5 位、项 7 位数字。"))
    for column, recipe in made.rows.items():
        if column not in block.columns:
            continue
        area = area_name(first, block.columns[column], last, block.columns[column])
        if recipe.own:
            drawing.validations.append(Validation(area, "custom", f"LEN({code})<0", "stop", "本格由公式计算",
                                                  "本栏由本行其他各栏计算，不用填写；公式删掉了可从上一行复制。"))
        else:
            cell = cell_name(first, block.columns[column])
            rolled = excel.by_code(recipe, block, first, known=True)
            drawing.validations.append(Validation(
                area, "custom", f"OR(LEN({code})={excel.DEEPEST},N({cell})={rolled})", "warning", "类、款由下级汇总",
                "本行不是“项”（7 位编码），金额由下级科目自动汇总。仍要直接填数吗？"))
    drawing.highlights.append(Highlight(area_name(first, 0, last, max(block.columns.values())), f"LEN({code})=3"))
