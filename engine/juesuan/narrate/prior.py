"""Last year's figures from last year's accounts, where they are at hand."""

from __future__ import annotations

from dataclasses import replace

from juesuan import amount
from juesuan.catalogue import Catalogue, load
from juesuan.narrate.figures import Figures
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement, specs


def with_prior(supplement: Supplement, prior: StatementSet, catalogue: Catalogue | None = None) -> Supplement:
    """The same 补充资料, its blanks that last year's tables hold filled from them. What was typed stays."""
    figures = Figures(prior, Supplement(), catalogue or load())
    found = dict(supplement.values)
    for one in specs().inputs:
        if one.prior is not None and not found.get(one.key):
            known = figures.table(str(one.prior))
            if known.fen is not None:
                found[one.key] = amount.show(known.fen, supplement.money_unit, least=0)
    return replace(supplement, values=found)
