"""Verifying a narrative (情况说明): every figure bound by meaning and judged, whoever wrote it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from juesuan.catalogue import Catalogue, load
from juesuan.narrative.changes import Changes
from juesuan.narrative.counting import Counting
from juesuan.narrative.facts import Facts
from juesuan.narrative.given import Given, values
from juesuan.narrative.items import Items
from juesuan.narrative.ledger import Ledger
from juesuan.narrative.lists import Lists
from juesuan.narrative.nothing import Nothings
from juesuan.narrative.reading import Reading
from juesuan.narrative.records import Fact, Paragraph, Verification
from juesuan.narrative.relations import Relations
from juesuan.narrative.results import Results
from juesuan.narrative.slips import Slips
from juesuan.narrative.sums import Sums
from juesuan.narrative.three import Three
from juesuan.narrative.tie import Levels
from juesuan.narrative.vocabulary import vocabulary
from juesuan.narrative.walk import Walker
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement, stated

#: So many texts are remembered as read: checked again after a figure was corrected, a text is not read again.
KEPT = 8
_kept: dict[Hashable, tuple[Catalogue, Reading]] = {}


def _read(texts: tuple[Paragraph, ...], ledger: Ledger, catalogue: Catalogue) -> Reading:
    """What the texts say, without the figures of the tables: it depends on the names of their lines only."""
    key = (id(catalogue), texts, ledger.statements.unit, ledger.statements.year, ledger.named)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        found = _kept[key] = (catalogue, Walker(ledger, vocabulary()).read(texts))
    return found[1]


def verify(
    statements: StatementSet,
    paragraphs: Iterable[Paragraph | tuple[str, str]],
    *,
    region: str = "",
    facts: Sequence[Fact] = (),
    prior: StatementSet | None = None,
    units: Sequence[str] = (),
    whole: bool = True,
    supplement: Supplement | None = None,
    catalogue: Catalogue | None = None,
) -> Verification:
    """Check the paragraphs of a narrative against the tables of one file.

    ``facts``: what 自评表 or 重点工作 state; ``prior``: last year's tables; ``units``: names that are not slips of this
    unit's own; ``whole`` False where only some sections are given, so that none is missed; ``supplement``: 补充资料.
    """
    catalogue = catalogue or load()
    words = vocabulary()
    texts = tuple(Paragraph(*p) for p in paragraphs)
    ledger = Ledger(statements, words, catalogue.tables, catalogue.functional, catalogue.economic)
    last = Ledger(prior, words, catalogue.tables, catalogue.functional, catalogue.economic) if prior else None
    reading = _read(texts, ledger, catalogue)
    results = Results(words, texts, reading)
    said = stated(supplement) if supplement else ()
    levels = Levels(ledger, words, results, last, values(supplement, said))
    levels.run()
    Relations(words, levels, results).run()
    changes = Changes(levels, results)
    changes.run()
    sums = Sums(words, levels, results, whole)
    sums.run()
    Counting(words, levels, results, sums, units).run()
    Nothings(words, ledger, levels, results).run(region, whole)
    Three(words, levels, results, changes).run(whole, supplement)
    Lists(words, ledger, results).run()
    Items(ledger, levels, results).run(whole)
    Slips(words, levels, results, texts).run(units)
    Given(levels, results, supplement, said).run()
    Facts(levels, results, facts).run()
    mentions = results.finished()
    unbound = tuple(m for m in mentions if m.kind in ("amount", "percent", "count", "point") and not m.hold)
    return Verification(mentions, tuple(results.found), unbound)
