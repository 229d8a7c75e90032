"""Validating one file, end to end: read → recalculate → bind → check → causes → report."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from juesuan import explanations, formulas, installed, opening, papers
from juesuan.bind import bind, no_table
from juesuan.binding import Binding
from juesuan.book import Book, CannotRead, Problem
from juesuan.catalogue import Catalogue, load
from juesuan.check import Checked, check
from juesuan.findings import Cause, CheckReport, Counts, Finding
from juesuan.formulas import Fresh, freshen
from juesuan.hosts.read import read_book
from juesuan.papers import Checked as WordsChecked
from juesuan.papers import Papers
from juesuan.refs import Ref
from juesuan.statements import StatementSet
from juesuan.text import plain
from juesuan.trace import trace

#: How the keys of lines and columns begin that last year's account decides.
_OPENING = "年初"


@dataclass(frozen=True)
class Validation:
    """A report with everything it was drawn from, for annotating and recomputing."""

    report: CheckReport
    binding: Binding
    checked: Checked
    fresh: Fresh
    papers: Papers
    words: WordsChecked


def validate(
    path: str | os.PathLike[str], *, prior: str | os.PathLike[str] | None = None, formulas: bool = True
) -> CheckReport:
    """Check one .xlsx by the rules of this machine (with imported 科目 dictionaries). ``prior``: last year's account;
    ``formulas=False`` trusts cached values (faster).

    Raises CannotRead with one Chinese sentence when the file cannot be used.
    """
    own = installed.catalogue()
    before = statements_of(prior, own) if prior else None
    return examine(read_book(path, formulas=formulas), own, before).report


def statements_of(path: str | os.PathLike[str], rules: Catalogue | None = None) -> StatementSet:
    """The figures of another year's workbook, to check against. Raises CannotRead."""
    return bind(freshen(read_book(path)).book, rules or installed.catalogue()).statements


def examine(book: Book, catalogue: Catalogue | None = None, prior: StatementSet | None = None) -> Validation:
    """Check a snapshot, wherever it came from. Without ``prior`` the one that a distributed workbook carries is used.

    Raises CannotRead when it holds no table, no text and no form.
    """
    catalogue = catalogue or load()
    fresh = freshen(book)
    binding = bind(fresh.book, catalogue, required=False)
    prior = prior or opening.decode(binding.meta.values)
    held = papers.locate(fresh.book, binding)
    if not binding.tables and held.empty:
        raise CannotRead(no_table(book))
    words = papers.check(held, binding, catalogue, prior)
    checked = check(binding, catalogue, prior)
    untouched = _untouched(binding, fresh.book)
    found, causes = (_of_openings(checked.findings), ()) if untouched else trace(checked, binding, fresh)
    rules = {rule.id: rule for rule in catalogue.rules}
    own = formulas.findings(fresh, binding, checked.plan, rules)
    findings = _numbered((*found, *own)) if binding.tables else ()
    told = (*book.problems, *binding.problems, *formulas.problems(fresh, binding))
    told += (
        *words.problems,
        *_spare(binding, held),
        *_empty(binding, held, untouched),
        *_wrong_prior(binding.statements, prior),
    )
    told += (*_wrong_units(causes, binding), *(_unchecked(checked) if binding.tables else ()))
    counts = checked.counts
    if untouched:  # opening balances without the year they open say nothing yet
        left_out = sum(f.verdict == "breaks" for f in checked.findings) - sum(f.verdict == "breaks" for f in found)
        counts = replace(counts, breaks=counts.breaks - left_out, not_applicable=counts.not_applicable + left_out)
    of_tables = replace(counts, breaks=counts.breaks + len(own)) if binding.tables else papers.NOTHING
    counts = papers.added([of_tables, words.counts])
    report = CheckReport(
        Path(book.name).name,
        binding.statements.unit or held.unit,
        binding.statements.year,
        binding.layout,
        catalogue.version,
        catalogue.sha256,
        counts,
        findings,
        causes,
        told,
        words.findings,
        reading=words.reading,
    )
    given, lapsed = explanations.match(report, binding, explanations.read(book))
    if given or lapsed:
        report = replace(report, explanations=given, problems=(*report.problems, *lapsed))
    return Validation(report, binding, checked, fresh, held, words)


def _numbered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(f if f.id else replace(f, id=f"f{i}") for i, f in enumerate(findings, start=1))


def _of_openings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings about opening balances themselves."""
    return tuple(f for f in findings if _opens(f.subject.line, f.subject.column))


def _opens(line: str, column: str) -> bool:
    return line.startswith(_OPENING) or column.startswith(_OPENING)


def _untouched(binding: Binding, book: Book) -> bool:
    """Whether a workbook that was handed out with opening balances states nothing else but what follows from them."""
    if not binding.meta.values.get(opening.KEY):
        return False
    for key, statement in binding.statements.tables.items():
        for (line, column), amount in statement.figures.items():
            if amount.fen and not _opens(line, column):
                where = binding.where(Ref(key, line, column))
                if where is None or where[1:] not in book.sheet(where[0]).formulas:
                    return False
    return True


def _empty(binding: Binding, held: Papers, untouched: bool) -> tuple[Problem, ...]:
    if untouched:
        return (Problem("S-07", "", "各表都没有填数（预填的年初数除外），没有可校验的内容"),)
    if not binding.tables:
        return (Problem("S-02", "", "没有找到决算公开表，只校验了情况说明、补充资料、自评表自身"),)
    if held.empty and all(table.empty for table in binding.statements.tables.values()):
        return (Problem("S-07", "", "各表都没有填数，没有可校验的内容"),)
    return ()


def _spare(binding: Binding, held: Papers) -> tuple[Problem, ...]:
    """S-02: sheets with figures that are neither in the tables nor in what goes with them."""
    names = "、".join(f"“{name}”" for name in binding.spare if name not in held.sheets)
    return (Problem("S-02", "", f"工作表{names}不是九张公开表，其中的数没有校验"),) if names else ()


def _wrong_prior(now: StatementSet, prior: StatementSet | None) -> tuple[Problem, ...]:
    """S-08: last year's account is another unit's or another year's."""
    found = []
    if prior is not None and now.year and prior.year and prior.year != now.year - 1:
        said = f"所给的上年决算是 {prior.year} 年度的，应为 {now.year - 1} 年度，请核对文件"
        found.append(Problem("S-08", "", said))
    if prior is not None and now.unit and prior.unit and plain(prior.unit) != plain(now.unit):
        found.append(Problem("S-08", "", f"所给的上年决算是“{prior.unit}”的，不是“{now.unit}”的，请核对文件"))
    return tuple(found)


def _wrong_units(causes: tuple[Cause, ...], binding: Binding) -> tuple[Problem, ...]:
    """S-06: tables whose figures agree with the others only in another money unit."""
    found = []
    for cause in causes:
        if cause.kind == "unit":
            first = cause.corrections[0]
            name = binding.tables[first.ref.table].title
            said = f"“{name.strip()}”的金额单位疑似填混（元、万元），见根源 {cause.id}"
            found.append(Problem("S-06", first.cell, said))
    return tuple(found)


def _unchecked(checked: Checked) -> tuple[Problem, ...]:
    return tuple(
        Problem("未核", "", f"{reason}，{'、'.join(ids)} 没有核对") for reason, ids in checked.unchecked.items()
    )


__all__ = ["Counts", "Validation", "examine", "statements_of", "validate"]
