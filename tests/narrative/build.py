"""The published accounts as statements, their narratives as paragraphs, and a verification of any change to them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from juesuan.catalogue import load
from juesuan.fill import fill
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.narrative import Fact, NarrativeFinding, Paragraph, Verification, verify
from juesuan.statements import StatementSet
from juesuan.validation import examine
from tests.foreign import cases

DATA = Path(__file__).resolve().parents[1] / "data" / "narrative"
CASES = ("000", "001", "003")


@cache
def statements(case: str) -> StatementSet:
    """The tables of a published account, through a filled workbook."""
    draft, _ = fill(cases.load(case), load())
    return examine(read_book(workbook_bytes(draft))).binding.statements


@cache
def data(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def paragraphs(case: str, *parts: str) -> tuple[Paragraph, ...]:
    """Paragraphs of a case: ``narrative`` where nothing is named, also ``glossary`` and ``reports``."""
    return tuple(Paragraph(p["section"], p["text"]) for part in parts or ("narrative",) for p in data(case)[part])


def facts(case: str) -> tuple[Fact, ...]:
    return tuple(Fact(f["name"], f["text"], f["place"]) for f in data(case)["facts"])


def check(case: str, texts: Iterable[Paragraph], *, given: tuple[Fact, ...] = (), whole: bool = True) -> Verification:
    known = data(case)
    return verify(statements(case), texts, region=known["region"], units=known["units"], facts=given, whole=whole)


@cache
def published(case: str) -> Verification:
    """The narrative as published, without facts from elsewhere."""
    return check(case, paragraphs(case))


def say(case: str, section: str, text: str) -> Verification:
    """One paragraph against a case's tables."""
    return check(case, (Paragraph(section, text),), whole=False)


def changed(case: str, old: str, new: str, section: str = "") -> tuple[NarrativeFinding, ...]:
    """What is found anew when ``old`` becomes ``new`` (once, in the first paragraph that has it)."""
    texts = list(paragraphs(case))
    at = next(i for i, p in enumerate(texts) if old in p.text and section in p.section)
    texts[at] = Paragraph(texts[at].section, texts[at].text.replace(old, new, 1))
    return fresh(case, texts)


def fresh(case: str, texts: Iterable[Paragraph]) -> tuple[NarrativeFinding, ...]:
    """The findings that the narrative as published does not have."""
    before = {(f.rule, f.section, f.message) for f in published(case).findings}
    return tuple(f for f in check(case, texts).findings if (f.rule, f.section, f.message) not in before)
