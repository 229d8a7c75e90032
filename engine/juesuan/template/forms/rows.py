"""The parts of a form with rows: funds, goals with their indicators, basic data, people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from juesuan.draft import DraftValue
from juesuan.forms.filled import Row
from juesuan.forms.records import FundRow, Indicator
from juesuan.forms.scheme import Section
from juesuan.template.forms.canvas import RATE, SCORE, Box, Canvas, amount, points, rate
from juesuan.template.forms.head import Sheet
from juesuan.template.looks import TYPED

#: Open rows under every second level of a blank form.
OPEN_ROWS = 2
_NATURE = {"收入性质": "按收入性质分", "支出性质": "按支出性质分"}
_READ = {"rate": rate, "score": points, "weight": points}


def funds(sheet: Sheet, canvas: Canvas, section: Section, rows: Sequence[FundRow]) -> None:
    """Funds: the section's label down the left, then a row for each."""
    weight = next((r.weight for r in rows if r.weight), None)
    own = any(key == "weight" for key, _ in section.columns)
    if sheet.open and not weight and sheet.scheme:
        weight = str(sheet.scheme.execution)
    columns = [(key, _weighted(label, weight)) for key, label in section.columns]
    if sheet.filled.initial and all(key != "initial" for key, _ in columns):
        columns.insert(1, ("initial", "年初预算数"))
    spans = _spans_of(len(columns), canvas.last)
    top = canvas.line(*(Box(*span, sheet.money(label) or None, "form label")
                        for (_, label), span in zip(columns, spans, strict=True)))  # fmt: skip
    for at, row in enumerate(rows):
        boxes = [Box(*spans[0], row.item, "form level")]
        boxes += [_fund(sheet, row, key, at, span) for (key, _), span in zip(columns[1:], spans[1:], strict=True)]
        canvas.line(*boxes)
        if at == 0 and sheet.open:
            _execution(canvas, weight or "20", own)
    canvas.down(top, 0, canvas.row - 1, 0, sheet.money(_weighted(section.label, weight)), "form label")


def _spans_of(count: int, last: int) -> list[tuple[int, int]]:
    """Column 0 is the section's label; the item stands in column 1 and what columns are left over."""
    spare = max(0, last - count)
    return [(1, 1 + spare)] + [(at, at) for at in range(2 + spare, last + 1)]


def _weighted(label: str, weight: str | None) -> str:
    """A label with its points, or without where they are not printed."""
    if weight is None:
        return label.replace("（{执行分值}分）", "").replace("（{执行分值}分*执行率）", "")
    return label.replace("{执行分值}", weight)


def _fund(sheet: Sheet, row: FundRow, key: str, at: int, span: tuple[int, int]) -> Box:
    value, code = _READ.get(key, amount)(getattr(row, key))
    style = "form middle"
    if sheet.open and key in ("initial", "budget", "executed") and value is None:
        code = TYPED
    if sheet.open and at == 0 and key in ("rate", "score"):
        return Box(*span, "", "form result", "", RATE if key == "rate" else SCORE, key)
    if sheet.open and at == 0 and key == "weight" and sheet.scheme:
        value, code = points(str(sheet.scheme.execution))
    return Box(*span, value, style, "", code, key if at == 0 else "")


def _execution(canvas: Canvas, weight: str, own: bool) -> None:
    """执行率 = 执行数/预算数; 得分 = 分值×执行率, at most the 分值, two decimals."""
    budget, executed, share = canvas.name("budget"), canvas.name("executed"), canvas.name("rate")
    points_of = canvas.name("weight") if own else weight
    drawing = canvas.drawing
    blank = f'OR(N({budget})=0,{executed}="")'
    drawing.put(*canvas.cells["rate"], "", "form result", f'IF({blank},"",{executed}/{budget})', RATE)
    score = f'IF({blank},"",ROUND({points_of}*MAX(0,MIN(1,{share})),2))'
    drawing.put(*canvas.cells["score"], "", "form result", score, SCORE)


def nature(sheet: Sheet, canvas: Canvas, section: Section, groups: dict[str, list[FundRow]]) -> None:
    """按收入性质分｜按支出性质分 side by side (D)."""
    label = dict(section.columns)
    halves = [(0, canvas.last // 2), (canvas.last // 2 + 1, canvas.last)]
    heads: list[Box] = []
    for (first, last), name in zip(halves, groups, strict=False):
        heads += [Box(first, last - 2, _NATURE.get(name, name), "form label"),
                  Box(last - 1, last - 1, label["budget"], "form label"),
                  Box(last, last, label["executed"], "form label")]  # fmt: skip
    canvas.line(*heads)
    for at in range(max(len(rows) for rows in groups.values())):
        boxes: list[Box] = []
        for (first, last), rows in zip(halves, groups.values(), strict=False):
            row = rows[at] if at < len(rows) else FundRow("")
            boxes.append(Box(first, last - 2, row.item or None, "form level"))
            for place, text in ((last - 1, row.budget), (last, row.executed)):
                value, code = amount(text)
                code = TYPED if sheet.open and value is None else code
                boxes.append(Box(place, place, value, "form middle", "", code))
        canvas.line(*boxes)


# --- indicators ---


def indicators(
    sheet: Sheet, canvas: Canvas, section: Section, columns: Sequence[tuple[str, str]], rows: Sequence[Indicator]
) -> tuple[int, int]:
    """The header row and one row for each indicator; (header row, last row)."""
    top = canvas.line(*(Box(at, at, label, "form label") for at, (_, label) in enumerate(columns)))
    weighed = any(key == "weight" for key, _ in columns)
    for row in rows:
        boxes = []
        for at, (key, _) in enumerate(columns):
            value, code = _cell(row, key, weighed)
            style = "form level" if key.startswith("level") else "form text" if key == "deviation" else "form middle"
            boxes.append(Box(at, at, value, style, "", code))
        canvas.line(*boxes)
    for depth in (1, 2):
        for start, end, head in _runs(rows, depth):
            name, weight = (head.level1, head.level1_weight) if depth == 1 else (head.level2, head.level2_weight)
            canvas.down(
                top + 1 + start, depth - 1, top + 1 + end, depth - 1, headed(name, weight) or None, "form level"
            )
    return top, canvas.row - 1


def headed(name: str, weight: str | None) -> str:
    """A name with its points: 产出指标（40分）."""
    return f"{name}（{weight}分）" if weight is not None else name


def _cell(row: Indicator, key: str, weighed: bool) -> tuple[DraftValue, str]:
    if key == "level3":
        return (row.name if weighed else headed(row.name, row.weight)) or None, ""
    if key in ("level1", "level2"):
        return None, ""
    text: str | None = getattr(row, key)
    if key in ("weight", "score"):
        return points(text)
    return text, "@" if key in ("target", "actual") else ""


def _runs(rows: Sequence[Indicator], depth: int) -> Iterator[tuple[int, int, Indicator]]:
    """Rows under one heading: (first, last, first row)."""

    def head(pair: tuple[int, Indicator]) -> object:
        row = pair[1]
        first = (row.goal, row.level1, row.level1_weight)
        return first if depth == 1 else (*first, row.level2, row.level2_weight)

    for _, run in groupby(enumerate(rows), key=head):
        found = list(run)
        yield found[0][0], found[-1][0], found[0][1]


def open_indicators(sheet: Sheet, section: Section, weighed: bool, each: int = OPEN_ROWS) -> list[Indicator]:
    """A blank form's rows: its levels with the scheme's points, ``each`` rows under every second level."""
    weights = {level.name: level.weight for level in sheet.scheme.levels} if sheet.scheme else {}
    found = []
    for first, seconds in section.levels:
        weight = weights.get(first)
        for second in seconds:
            row = Indicator("", first, None if weight is None else str(weight), second)
            found += [row] * each
    return found


# --- plain rows ---


def table(sheet: Sheet, canvas: Canvas, section: Section, rows: Sequence[Row], *, spare: int = 0) -> None:
    """A header and rows (F, H): the first column is the item or the name."""
    spans = [(0, 0), *_even(1, canvas.last, len(section.columns) - 1)]
    canvas.line(*(Box(*span, sheet.money(label), "form label")
                  for (_, label), span in zip(section.columns, spans, strict=True)))  # fmt: skip
    keys = [key for key, _ in section.columns]
    for row in [*rows, *[{}] * spare]:
        boxes = []
        for key, span in zip(keys, spans, strict=True):
            text = row.get(key)
            value, code = (
                (text, "")
                if key in ("item", "remark", "name", "post") or "phone" in key or key == "mobile"
                else rate(text)
                if key.endswith("rate")
                else amount(text)
            )
            style = "form level" if key == "item" else "form middle"
            boxes.append(Box(*span, value, style, _controlled(canvas, keys, spans, key) if sheet.open else "",
                             code or (RATE if sheet.open and key.endswith("rate") else "")))  # fmt: skip
        canvas.line(*boxes)


def _controlled(canvas: Canvas, keys: Sequence[str], spans: Sequence[tuple[int, int]], key: str) -> str:
    """控制率 = 实际/编制（批复）, in an open form."""
    pair = {"rate": ("actual", "approved"), "size_rate": ("actual_size", "approved_size"),
            "cost_rate": ("actual_cost", "approved_cost")}.get(key)  # fmt: skip
    if pair is None:
        return ""
    over, under = (canvas.area(canvas.row, spans[keys.index(k)][0], canvas.row, spans[keys.index(k)][0]) for k in pair)
    return f'IF(OR(N({under})=0,{over}=""),"",{over}/{under})'


def _even(first: int, last: int, count: int) -> list[tuple[int, int]]:
    total = last - first + 1
    edges = [first + total * at // count for at in range(count + 1)]
    return [(edges[at], edges[at + 1] - 1) for at in range(count)]
