"""A case filled into the standard workbook (``juesuan fill``).

``stated`` writes every published figure, totals too, even where they are wrong; ``formula`` writes formulas where the
rules compute a figure. ``extract`` gives the same case back from a stated workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from juesuan.case import BadCase, Case, PanelCase, read_case
from juesuan.catalogue import Catalogue
from juesuan.draft import Draft, SheetDraft
from juesuan.form_case import left_out
from juesuan.forms.records import BadForm
from juesuan.layout import Layout
from juesuan.narrate import headings
from juesuan.rules import within
from juesuan.supplement import BadFacts, Supplement, read_facts
from juesuan.template import forms as form_sheets
from juesuan.template import matching, words, words_case
from juesuan.template.build import BadRequest, Words, assemble
from juesuan.template.content import Facts
from juesuan.template.derived import derive
from juesuan.template.from_case import Reader, amounts

Totals = Literal["stated", "formula"]
#: Open rows after the listed 科目, where totals are formulas.
SPARE = 10


def fill(case: Mapping[str, Any], catalogue: Catalogue, layout_id: str | None = None,
         totals: Totals = "stated") -> tuple[Draft, list[str]]:
    """The filled workbook and what has to be told about it, in Chinese.

    The layout is the one named, else that of the case's region and year, else ``national``. Raises BadCase where the
    case is not of the structure, BadRequest for an unknown layout.
    """
    read = read_case(case)
    notes: list[str] = []
    layout = _layout(read, catalogue, layout_id, notes)
    if unused := read.unknown:
        notes.append(f"案例里这些内容没有地方填，没有填入：{'、'.join(unused)}")
    notes += words_case.unknown_words(read)
    notes += [f"{what}没有地方填，没有填入" for what in left_out(read.forms)]
    reader = Reader(catalogue, layout, read, notes)
    contents = reader.contents(SPARE if totals == "formula" else 0)
    if not contents and not (read.narrative or read.glossary or read.key_work or read.forms or read.facts):
        raise BadRequest("案例里没有一张可以填入的公开表，也没有情况说明、自评表")
    figures = amounts(contents, notes, read.money_unit)
    facts = Facts(read.unit, read.year, read.kind, read.nature, read.region, read.money_unit, layout.budget_basis,
                  read.case or "")
    derived = derive(catalogue, read.region, read.year, contents, figures, read.money_unit, blank=False)
    extra = _words(read, layout, facts, notes, every=totals == "formula")
    return assemble(catalogue, layout, facts, contents, derived, formulas=totals == "formula", extra=extra), notes


def _words(case: Case, layout: Layout, facts: Facts, notes: list[str], *, every: bool) -> Words:
    """The words of the case; with ``every`` also the sheets it has nothing for, open to be filled in."""
    blank = words.blank(headings(layout, facts.region)) if every else None
    return Words(
        _facts(case) or (Supplement() if every else None),
        words_case.narrative_rows(case) or blank,
        words_case.work_rows(case) or (() if every else None),
        words_case.glossary_rows(case, notes) or (words.blank_glossary() if every else None),
        _forms(case, facts),
    )


def _forms(case: Case, facts: Facts) -> tuple[SheetDraft, ...]:
    try:
        return form_sheets.draw(facts, [form.data for form in case.forms])
    except BadForm as error:
        raise BadCase(str(error)) from error


def _facts(case: Case) -> Supplement | None:
    if case.facts is None:
        return None
    try:
        return read_facts(case.facts)
    except BadFacts as error:
        raise BadCase(f"facts：{error}") from error


def _layout(case: Case, catalogue: Catalogue, wanted: str | None, notes: list[str]) -> Layout:
    if wanted is not None:
        if wanted not in catalogue.layouts:
            raise BadRequest(f"没有名为“{wanted}”的版式；可用：{'、'.join(sorted(catalogue.layouts))}")
        chosen = catalogue.layouts[wanted]
        if not within(chosen.years, case.year):
            notes.append(f"版式 {wanted} 依据 {chosen.years} 年度的表式，{case.year} 年度的表式可能不同，请与通知核对")
        return chosen
    found = catalogue.layout_for(case.region, case.year, _summary_lines(case, catalogue))
    if found.id == "national" and case.region != found.region:
        known = catalogue.layout_for(case.region, case.year)
        if known.id != "national":
            return known
        notes.append(f"没有“{case.region or '（未写地区）'}”{case.year} 年度的版式，按全国通用版式（national）填写")
    return found


def _summary_lines(case: Case, catalogue: Catalogue) -> int | None:
    """How many rows the case's summary table has; None without one."""
    for title, table in case.tables.items():
        spec = matching.table(title, catalogue.tables.values())
        if spec and spec.key == "收支总表" and isinstance(table, PanelCase):
            return max(len(table.income), len(table.expenditure))
    return None
