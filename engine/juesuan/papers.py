"""What goes with the tables (随表材料) – 情况说明, 名词解释, 重点工作, 补充资料, 自评表 – found and checked.

A workbook may hold any of them, with the tables or without: what is there is checked as what it is, and what is not
there, or could not be checked, is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from juesuan.binding import Binding
from juesuan.book import Book, Problem
from juesuan.catalogue import Catalogue
from juesuan.findings import Counts, Reading, WordFinding
from juesuan.forms.locate import BoundForm
from juesuan.forms.locate import locate as locate_forms
from juesuan.narrative.locate import BoundNarrative
from juesuan.narrative.locate import locate as locate_words
from juesuan.narrative.records import Fact, Paragraph, Verification
from juesuan.provenance import GLOSSARY
from juesuan.statements import StatementSet
from juesuan.supplement import BoundSupplement
from juesuan.supplement import locate as locate_supplement

NOTHING = Counts(0, 0, 0, 0, 0)
#: So many sections make a whole 情况说明, of which none may be missing; fewer are checked as the part they are.
WHOLE = 4


@dataclass(frozen=True)
class Papers:
    """What a workbook holds besides the tables."""

    narrative: BoundNarrative
    supplement: BoundSupplement
    forms: tuple[BoundForm, ...]

    @property
    def empty(self) -> bool:
        """True where there is nothing to check."""
        held = self.narrative.passages or self.narrative.glossary or self.forms
        return not held and self.supplement.supplement.empty

    @property
    def sheets(self) -> frozenset[str]:
        """The sheets they stand on."""
        own = {self.supplement.sheet, *(form.sheet for form in self.forms)}
        return self.narrative.sheets | frozenset(own)

    @property
    def unit(self) -> str:
        """The unit the papers name; "" where they do not."""
        return next((f.form.unit_name for f in self.forms if f.form.unit_name), self.supplement.supplement.unit)


@dataclass(frozen=True)
class Checked:
    """What checking the papers gave. ``reading`` is None without 情况说明."""

    findings: tuple[WordFinding, ...] = ()
    counts: Counts = NOTHING
    reading: Reading | None = None
    problems: tuple[Problem, ...] = ()
    verification: Verification | None = field(default=None, repr=False)


def locate(book: Book, binding: Binding) -> Papers:
    """Everything besides the tables, wherever it stands."""
    forms = locate_forms(book, binding.tables.values())
    narrative = locate_words(book, binding, [(form.sheet, form.area) for form in forms])
    return Papers(narrative, locate_supplement(book), forms)


def check(papers: Papers, binding: Binding, catalogue: Catalogue, prior: StatementSet | None = None) -> Checked:
    """Check the papers against the tables and each other."""
    problems = (*papers.narrative.problems, *papers.supplement.problems, *(p for f in papers.forms for p in f.problems))
    if papers.empty:
        return Checked(problems=(*problems, *_unwritten(papers)))
    parts = [_words(papers, binding, catalogue, prior)]
    verification = parts[0].verification
    parts += [_inputs(papers, binding, prior), _forms(papers, binding, verification)]
    return Checked(
        tuple(f for part in parts for f in part.findings),
        added([part.counts for part in parts]),
        parts[0].reading,
        (*problems, *_unwritten(papers), *(p for part in parts for p in part.problems)),
        verification,
    )


def _words(papers: Papers, binding: Binding, catalogue: Catalogue, prior: StatementSet | None) -> Checked:
    """情况说明 and 名词解释: every figure in the text, bound by meaning."""
    passages = (*papers.narrative.passages, *papers.narrative.glossary)
    if not passages:
        return Checked()
    from juesuan.narrative import findings
    from juesuan.narrative.verify import verify

    paragraphs = [Paragraph(p.section, p.text) for p in passages]
    cells = [p.cell for p in passages]
    sections = {part.key for part in papers.narrative.parts if part.key and part.passages}
    whole = papers.narrative.own is not None or len(sections) >= WHOLE
    found = verify(
        binding.statements, paragraphs, region=binding.region, facts=tuple(_facts(papers)), prior=prior, whole=whole,
        catalogue=catalogue, supplement=papers.supplement.supplement,
    )  # fmt: skip
    problems = []
    if not whole:
        said = f"情况说明只有 {len(sections)} 节，按所含的部分核对，没有核对各节是否齐全"
        problems.append(Problem("N-28", cells[0], said))
    unbound = tuple((cells[m.span.paragraph], m.text) for m in found.unbound)
    reading = Reading(len(found.figures), len(found.figures) - len(unbound), unbound)
    told = findings.word_findings(found, paragraphs, cells)
    return Checked(told, findings.counts(found), reading, tuple(problems), found)


def _inputs(papers: Papers, binding: Binding, prior: StatementSet | None) -> Checked:
    """补充资料 itself, and against the tables."""
    if papers.supplement.supplement.empty:
        return Checked()
    from juesuan.narrative import inputs

    narrated = bool(papers.narrative.passages)
    results = inputs.check_inputs(papers.supplement.supplement, binding.statements, prior=prior, narrated=narrated)
    return Checked(inputs.input_findings(results, papers.supplement.cells), inputs.counts(results))


def _forms(papers: Papers, binding: Binding, verification: Verification | None) -> Checked:
    """自评表: all forms of the workbook together."""
    if not papers.forms:
        return Checked()
    from juesuan.forms import findings
    from juesuan.forms.known import known_from
    from juesuan.forms.verify import verify

    statements = binding.statements
    forms = [bound.form for bound in papers.forms]
    known = known_from(statements, forms, supplement=papers.supplement.supplement, verification=verification)
    region, tables = _region(papers, binding), statements if statements.tables else None
    report = verify(forms, region, statements.year, statements=tables, known=known)
    return Checked(findings.word_findings(report, papers.forms), findings.counts(report))


def _region(papers: Papers, binding: Binding) -> str:
    """Whose scoring schemes count: the account's region where it has forms, else that of the forms' layout."""
    from juesuan.forms.scorecard import region_of

    year = binding.statements.year
    return next((region_of(binding.region, f.spec, year, f.form.kind) for f in papers.forms if f.spec), binding.region)


def _facts(papers: Papers) -> Iterator[Fact]:
    """What forms and 重点工作 state, for figures of the text that no table holds."""
    for bound in papers.forms:
        place, form = f"自评表：{bound.title}", bound.form
        for row in form.funds:
            yield from _named(place, row.item, ("预算数", row.budget), ("执行数", row.executed), ("执行率", row.rate))
            yield from _named(place, row.item, ("得分", row.score))
        for one in form.indicators:
            yield from _named(place, one.name, ("目标值", one.target), ("完成值", one.actual), ("得分", one.score))
        yield from _named(place, "自评", ("总分", form.total_score))
    for work in papers.narrative.works:
        told = work.content
        yield from _named("重点工作", told.item, ("目标", told.goal), ("完成情况", told.done))


def _named(place: str, item: str | None, *fields: tuple[str, str | None]) -> Iterator[Fact]:
    for name, text in fields:
        if text:
            yield Fact(f"{item or ''}{name}", text, place)


def _unwritten(papers: Papers) -> Iterator[Problem]:
    """A sheet for 情况说明 that nobody has written yet, and gaps still to be filled."""
    narrative = papers.narrative
    if narrative.own is not None and not narrative.passages:
        said = "情况说明还没有写，没有核对；填好补充资料后可用“填写说明”（juesuan narrate）生成"
        yield Problem("N-28", f"{narrative.own.sheet}!A1", said)
    if narrative.own_glossary is not None and narrative.passages and not narrative.glossary:
        yield Problem("N-23", f"{narrative.own_glossary.sheet}!A1", f"{GLOSSARY}还没有写，没有核对")


def added(counts: list[Counts]) -> Counts:
    """All counts together."""
    return Counts(
        sum(c.holds for c in counts), sum(c.rounding for c in counts), sum(c.breaks for c in counts),
        sum(c.not_evaluated for c in counts), sum(c.not_applicable for c in counts),
    )  # fmt: skip
