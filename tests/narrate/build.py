"""The published accounts' statements, their facts, and what is narrated from them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from juesuan.amount import Amount
from juesuan.bind import bind
from juesuan.catalogue import load
from juesuan.fill import fill
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.narrate import Narrative, narrate
from juesuan.statements import Statement, StatementSet
from juesuan.supplement import Supplement, read_facts
from tests.foreign import cases

DATA = Path(__file__).resolve().parents[1] / "data"
LAYOUTS = {"000": "hubei-2023-30", "001": "hunan-2021", "003": "hubei-2023"}
CASES = tuple(LAYOUTS)


@cache
def statements(case: str) -> StatementSet:
    """The nine tables of a published account, through a filled workbook."""
    draft, _ = fill(cases.load(case), load())
    return bind(read_book(workbook_bytes(draft)), load()).statements


@cache
def facts(case: str) -> Supplement:
    """补充资料 of a published account, with the figures of its narrative."""
    return read_facts(json.loads((DATA / "facts" / f"{case}.json").read_text(encoding="utf-8")))


@cache
def published(case: str) -> tuple[tuple[str, str], ...]:
    """(section, paragraph) of the narrative as published."""
    found: Any = json.loads((DATA / "narrative" / f"{case}.json").read_text(encoding="utf-8"))
    return tuple((p["section"], p["text"]) for p in found["narrative"])


def told(case: str, supplement: Supplement | None = None, tables: StatementSet | None = None, **more: str) -> Narrative:
    """What is narrated of a case; ``more``: region, kind, nature."""
    return narrate(tables or statements(case), facts(case) if supplement is None else supplement, catalogue=load(),
                   layout=load().layouts[LAYOUTS[case]], **more)


def piece(found: Narrative, key: str) -> str:
    """The text of one piece; KeyError where there is none."""
    for one in found.pieces:
        if one.key == key:
            return one.text
    raise KeyError(key)


def changed(tables: StatementSet, figures: dict[str, str | None]) -> StatementSet:
    """The same tables with other figures in 万元 ("三公表[合计, 决算数]" → "1.5"; None takes a figure away)."""
    found = dict(tables.tables)
    for place, text in figures.items():
        match = re.fullmatch(r"([^\[]+)\[([^,]+), ([^\]]+)\]", place)
        assert match
        table: Statement = found[match[1]]
        amounts = dict(table.figures)
        amounts.pop((match[2], match[3]), None)
        if text is not None:
            amounts[match[2], match[3]] = Amount(round(float(text) * 1_000_000), 5_000)
        found[match[1]] = replace(table, figures=amounts)
    return replace(tables, tables=found)
