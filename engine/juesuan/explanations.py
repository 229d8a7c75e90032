"""审核说明: explanations of 核实性 findings, typed beside them on 校验结果, read back and matched to what is found now.

An explanation belongs to one finding (its rule and place) and to the figures it was given for. When one of them changes
it lapses, and is told as lapsed; it is never carried over to other figures.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from juesuan import data
from juesuan.binding import Binding
from juesuan.book import Book, Problem, Sheet, Value, place_name
from juesuan.draft import Page
from juesuan.edits import PutSheet
from juesuan.findings import CheckReport, Explanation, Finding, WordFinding
from juesuan.sheetnames import KEPT, RESULT, result_sheet
from juesuan.template.drawing import Drawing, lines_needed
from juesuan.template.looks import STYLES

#: Headings of the columns to type in, and of the hidden one that says which finding a row is.
COLUMNS = {
    "zh": ("原因", "审核说明", "填写人", "填写日期", "标识"),
    "en": ("Reason", "Explanation", "By", "On", "Key"),
}
#: What is copied of a row when only the explanations are kept: rule, table, row, column, what.
PLACE = {"zh": ("规则", "表", "行", "栏", "说明"), "en": ("Rule", "Table", "Row", "Column", "What")}
_KEY = re.compile(r"[0-9a-f]{12}\.[0-9a-f]{12}")
_NUMBERS = re.compile(r"[-\d.,%‰]+")
_DATE = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_LEAST = 4  # characters that can say something
_SHORT = 12
_DAYS = range(40_000, 80_000)  # 2009 to 2119 as days, as a spreadsheet counts them
_TOP = 3
_WIDTHS = (9.0, 24.0, 18.0, 16.0, 50.0, 18.0, 40.0, 10.0, 12.0, 3.0)


@dataclass(frozen=True, slots=True)
class Typed:
    """One row with something typed: the explanation, and the row's ``place`` as PLACE lists it."""

    explanation: Explanation
    place: tuple[str, str, str, str, str]


@cache
def reasons() -> tuple[str, ...]:
    """The reasons to choose from (workbook_templates/explanations.toml)."""
    found = data.parse(data.text("explanations.toml"), "explanations.toml")
    return tuple(str(reason) for reason in found["reasons"])


def explainable(finding: Finding | WordFinding) -> bool:
    """True for what an explanation can close: a 核实性 relation or a 提示 that does not hold."""
    return finding.verdict == "breaks" and finding.severity != "fatal"


def key(finding: Finding | WordFinding, binding: Binding | None) -> str:
    """What a finding is and what figures it is about: two digests, "3f2a….9c01…"."""
    if isinstance(finding, WordFinding):
        place: tuple[str, ...] = (finding.rule, finding.table, finding.row, finding.column)
        figures: tuple[str, ...] = (finding.stated, finding.expected, finding.difference, finding.message)
    else:
        place = (finding.rule, *map(str, finding.subject))
        tables = binding.statements.tables if binding else {}
        known = {r: tables[r.table].figures.get((r.line, r.column)) for r in finding.refs if r.table in tables}
        seen = (f"{r}={a.fen if (a := known.get(r)) else ''}" for r in finding.refs)
        figures = (str(finding.stated), str(finding.expected), *sorted(seen), *_NUMBERS.findall(finding.detail))
    return f"{_digest(place)}.{_digest(figures)}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_SHORT]


def read(book: Book) -> tuple[Typed, ...]:
    """The explanations typed in a workbook; those on 校验结果 go before those kept on 审核说明."""
    target = result_sheet(book.defined_names)
    sheets = [s for s in book.sheets if s.name == target or s.name.startswith(RESULT)]
    sheets += [s for s in book.sheets if s.name == KEPT]
    found: dict[str, Typed] = {}
    for sheet in sheets:
        for typed in _rows(sheet):
            found.setdefault(typed.explanation.key.partition(".")[0], typed)
    return tuple(found.values())


def _rows(sheet: Sheet) -> Iterable[Typed]:
    at, columns, places = _header(sheet)
    for row in range(at + 1, len(sheet.rows) if columns else 0):
        reason, text, who, when, mark = (_text(sheet.value(row, c)) for c in columns)
        if _KEY.fullmatch(mark) and (reason or text or who or when):
            if when.isdecimal() and int(when) in _DAYS:  # a date in a cell without a date format
                when = (dt.date(1899, 12, 30) + dt.timedelta(int(when))).isoformat()
            told = [_text(sheet.value(row, c)) if c >= 0 else "" for c in places]
            cell = place_name(sheet.name, row, columns[1])
            yield Typed(Explanation(mark, told[0], reason, text, who, when, cell), tuple(told))  # type: ignore[arg-type]


def _header(sheet: Sheet) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """The heading row, the columns to type in, those of the place (-1 where missing); no columns without one."""
    for at, cells in enumerate(sheet.rows[:40]):
        texts = [_text(value) for value in cells]
        for lang, wanted in COLUMNS.items():
            if set(wanted) <= set(texts):
                places = tuple(texts.index(name) if name in texts else -1 for name in PLACE[lang])
                return at, tuple(texts.index(name) for name in wanted), places
    return 0, (), ()


def _text(value: Value) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def match(
    report: CheckReport, binding: Binding | None, typed: Sequence[Typed]
) -> tuple[dict[str, Explanation], tuple[Problem, ...]]:
    """The explanations that hold, by finding id, and what is to be told of the others."""
    if not typed:
        return {}, ()
    places: dict[str, list[tuple[str, Finding | WordFinding]]] = {}
    for finding in report.every:
        if finding.verdict == "breaks":
            mark = key(finding, binding)
            places.setdefault(mark.partition(".")[0], []).append((mark, finding))
    found: dict[str, Explanation] = {}
    problems = []
    for one in typed:
        given = one.explanation
        here = places.get(given.key.partition(".")[0], [])
        same = [finding for mark, finding in here if mark == given.key]
        name = f"{given.rule} 的审核说明" if given.rule else "一条审核说明"
        if not here:
            said = f"{name}（{given.who or '未署名'}）所说的问题已不存在，说明不再需要{_words(given)}"
        elif not same:
            said = f"{name}写好之后有关的数字改过，说明已失效，请核对后重新填写{_words(given)}"
        elif not explainable(same[0]):
            said = f"{name}不起作用：强制性的不符不能用说明代替改正"
        elif missing := _missing(given):
            said = f"{name}没有填全（缺{'、'.join(missing)}），不算已说明"
        elif fault := _fault(given):
            said = f"{name}{fault}，不算已说明"
        else:
            found |= {finding.id: given for finding in same}
            continue
        problems.append(Problem("审核说明", given.cell, said))
    return found, tuple(problems)


def _words(given: Explanation) -> str:
    """What was written: the row it stood in is drawn anew without it."""
    return f"（原来写的是“{given.text}”）" if given.text else ""


def _fault(given: Explanation) -> str:
    """What is wrong with a complete explanation; "" where nothing is."""
    if given.reason not in reasons():
        return f"的原因“{given.reason}”不在可选的原因里（{'、'.join(reasons())}）"
    if len(given.text) < _LEAST:
        return f"只写了“{given.text}”，没有写明情况"
    return "" if _DATE.fullmatch(given.when) else f"的填写日期“{given.when}”应写成 2024-03-05 的样子"


def _missing(given: Explanation) -> list[str]:
    parts = zip(COLUMNS["zh"], (given.reason, given.text, given.who, given.when), strict=False)
    return [name for name, text in parts if not text]


def keep(typed: Sequence[Typed]) -> PutSheet:
    """The sheet 审核说明, which keeps what was typed when 校验结果 is taken away."""
    drawing = Drawing(KEPT, widths=dict(enumerate(_WIDTHS)))
    drawing.put(0, 0, "审核说明", "title")
    drawing.put(1, 0, "校验结果表清除后，核实性问题的说明留在这里；有关数字一改，说明即失效。", "left")
    for column, text in enumerate((*PLACE["zh"], *COLUMNS["zh"][:-1])):
        drawing.put(_TOP, column, text, "head")
    drawing.put(_TOP, len(_WIDTHS) - 1, COLUMNS["zh"][-1], "faint")
    for row, one in enumerate(typed, start=_TOP + 1):
        given = one.explanation
        for column, text in enumerate((*one.place, given.reason, given.text, given.who, given.when)):
            drawing.put(row, column, text or None, "label" if column < len(one.place) else "open text")
        drawing.put(row, len(_WIDTHS) - 1, given.key, "faint")
        drawing.heights[row] = 15 * max(lines_needed(one.place[-1], _WIDTHS[4]), lines_needed(given.text, _WIDTHS[6]))
    drawing.page = Page(landscape=True, one_page=False, repeat=(_TOP, _TOP))
    return PutSheet(drawing.done(), STYLES)
