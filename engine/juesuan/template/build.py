"""Layout × catalogue → the standard workbook, empty or (through ``assemble``) filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juesuan.catalogue import Catalogue
from juesuan.draft import Draft, SheetDraft
from juesuan.formula import Predicate
from juesuan.layout import Layout
from juesuan.narrate import headings
from juesuan.provenance import WordRow, WorkRow
from juesuan.supplement import Supplement
from juesuan.template import codes as code_table
from juesuan.template import content, cover, dictionary, economic, forms, meta, panels, supplement, three, words
from juesuan.template.content import Content, Facts
from juesuan.template.derived import Derived, derive
from juesuan.template.form import Sheet
from juesuan.template.looks import STYLES

#: Forms for a region that has none of its own: 整体 and 项目 as 财预〔2020〕10号 lays them out.
NATIONAL_FORMS = ("C", "E")
#: Open rows of a blank code table: a unit's account seldom has more 科目, and rows can be inserted.
SPARE = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What goes with the tables; None where its sheet is left out, empty where it is to be filled in.

    ``forms``: the sheets of 自评表, drawn already.
    """

    supplement: Supplement | None = None
    narrative: Sequence[WordRow] | None = None
    works: Sequence[WorkRow] | None = None
    glossary: Sequence[WordRow] | None = None
    forms: Sequence[SheetDraft] = ()


class BadRequest(ValueError):
    """A template was asked for that cannot be built; the message says why, in Chinese."""


def build(catalogue: Catalogue, layout_id: str, *, unit: str, year: int, kind: str = "单位", nature: str = "",
          region: str | None = None, case_id: str = "", codes: tuple[str, ...] | None = None,
          spare: int = SPARE) -> Draft:
    """The blank workbook of a layout. ``codes``: functional codes to list in the code tables (their 类 and 款 are
    added and everything sorted); ``spare``: open rows after them. Raises BadRequest."""
    if layout_id not in catalogue.layouts:
        raise BadRequest(f"没有名为“{layout_id}”的版式；可用：{'、'.join(sorted(catalogue.layouts))}")
    if kind not in ("部门", "单位"):
        raise BadRequest(f"类别应为“部门”或“单位”，不是“{kind}”")
    layout = catalogue.layouts[layout_id]
    facts = Facts(unit, year, kind, nature, region or layout.region, layout.money_unit, layout.budget_basis, case_id)
    contents = {key: content.blank(catalogue, layout, key, year, with_parents(_belonging(catalogue, key, codes or ())),
                                   spare) for key in layout.tables()}
    derived = derive(catalogue, facts.region, year, contents, {}, layout.money_unit, blank=True)
    return assemble(catalogue, layout, facts, contents, derived, formulas=True, extra=open_words(layout, facts))


def open_words(layout: Layout, facts: Facts) -> Words:
    """The sheets of words of a blank workbook, and its forms: those of the region, elsewhere those of the centre."""
    letters = forms.region_letters(facts.region, facts.year) or NATIONAL_FORMS
    sheets = forms.blank(facts, letters)
    return Words(Supplement(), words.blank(headings(layout, facts.region)), (), words.blank_glossary(), sheets)


def with_parents(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Codes with their 类 and 款, in order, each once. Raises BadRequest for what is no code."""
    for code in codes:
        if not (code.isascii() and code.isdigit() and len(code) in (3, 5, 7)):
            raise BadRequest(f"科目编码“{code}”应为 3、5 或 7 位数字")
    return tuple(sorted({code[:n] for code in codes for n in (3, 5, 7) if n <= len(code)}))


def _belonging(catalogue: Catalogue, key: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that a table may list: fund codes only in the fund table and not in 一般公共预算's, and so on."""
    def scoped(name: str) -> set[str]:
        return {code for code in codes if code.startswith(tuple(catalogue.scopes[name]))}

    own = [body.arguments[1] for rule in catalogue.rules if isinstance(body := rule.tree.body, Predicate)
           and body.name == "scope" and rule.tree.binders[0].sets[0][0] == key]
    if own:
        return tuple(sorted(set().union(*(scoped(str(name)) for name in own))))
    if key == "一般公共预算支出表":
        return tuple(sorted(set(codes).difference(*(scoped(name) for name in catalogue.scopes))))
    return codes


def assemble(catalogue: Catalogue, layout: Layout, facts: Facts, contents: Mapping[str, Content], derived: Derived, *,
             formulas: bool, extra: Words | None = None) -> Draft:
    """The workbook of ``contents``: cover, tables in order (sheets named by table key), words, 科目表, meta."""
    sheets = {key: _draw(catalogue, Sheet(c, layout, facts, derived, formulas), key) for key, c in contents.items()}
    listed = [(key, c) for key, c in contents.items()]
    values = meta.values(catalogue, layout, facts, "formula" if formulas else "stated")
    title = f"{facts.unit}{facts.year}年度{facts.kind}决算公开表"
    more = _words(layout, facts, contents, extra or Words())
    every = (cover.sheet(layout, facts, listed, [s.name for s in more], formulas=formulas), *sheets.values(), *more,
             dictionary.sheet(catalogue, facts.year), meta.sheet(values))
    return Draft(title, every, meta.names(values), STYLES)


def _words(layout: Layout, facts: Facts, contents: Mapping[str, Content], extra: Words) -> list[SheetDraft]:
    """The sheets behind the tables: 补充资料, 情况说明, 重点工作, 名词解释, 自评表."""
    made = []
    if extra.supplement is not None:
        general = contents.get("一般公共预算支出表")
        made.append(supplement.sheet(layout, facts, general.lines if general else (), extra.supplement, live=True))
    if extra.narrative is not None:
        made.append(words.narrative(facts, extra.narrative))
    if extra.works is not None:
        made.append(words.key_work(facts, extra.works))
    if extra.glossary is not None:
        made.append(words.glossary(facts, extra.glossary))
    return [*made, *extra.forms]


def _draw(catalogue: Catalogue, sheet: Sheet, name: str) -> SheetDraft:
    match sheet.content.spec.kind:
        case "panels":
            return panels.draw(sheet, name)
        case "codes":
            return code_table.draw(sheet, name, dictionary.ranges(catalogue, sheet.facts.year))
        case "economic":
            return economic.draw(sheet, name)
        case "matrix":
            return three.draw(sheet, name)
