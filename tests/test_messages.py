"""The sentences themselves: a few of each kind, word for word, in tests/golden/messages.txt; phrases all translated."""

from __future__ import annotations

import os
from pathlib import Path

from juesuan.catalogue import load
from juesuan.english import english
from juesuan.messages import MEND, Messages
from juesuan.validation import Validation
from tests.foreign import cases
from tests.foreign.writers import WRITERS
from tests.validated import changed, published, shifted

GOLDEN = Path(__file__).parent / "golden" / "messages.txt"


def sentences(found: Validation, *rules: str) -> list[str]:
    """The first sentence of each rule, and the causes, in both languages."""
    lines = []
    for lang in ("zh", "en"):
        messages = Messages(load(), found.binding, lang)
        for rule in rules:
            finding = next(f for f in found.report.findings if f.rule == rule)
            lines.append(f"{rule} {messages.finding(finding)}")
        for cause in found.report.causes[:1]:
            lines.append(f"{cause.id} {messages.cause(cause, cause.corrections[0])}")
    return lines


def everything() -> str:
    """The golden file's text."""
    parts = {
        "000 的两个错格": sentences(published("000"), "T3-01", "T3-02", "T3-03", "T6-07.2"),
        "001 的尾差": sentences(published("001"), "T2-03", "T6-01"),
        "003 的尾差（不大于）": sentences(published("003"), "X-12", "X-15"),
        "总表多 5 万元": sentences(
            changed("001", cases.T1, "一、一般公共预算财政拨款收入", "决算数", "5"), "T1-01", "X-02", "X-07"
        ),
        "三公决算超预算": sentences(changed("001", cases.T9, "合计", "决算数", "100"), "T9-01", "T9-03"),
        "错一行": sentences(shifted(), "X-15.1", "X-16.1"),
        "负数": sentences(changed("001", cases.T3, "208", "项目支出", "-75.48"), "T3-06.5"),
        "旧缓存值": sentences(published("000", "formulas_stale"), "S-03.2"),
    }
    return "".join(f"## {title}\n" + "".join(f"{line}\n" for line in lines) + "\n" for title, lines in parts.items())


def test_sentences_word_for_word() -> None:
    """Set UPDATE_GOLDEN=1 to write the file anew, and read it."""
    now = everything()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(now, encoding="utf-8")
    assert now == GOLDEN.read_text(encoding="utf-8")


def test_every_rule_has_english() -> None:
    rules = load().rules
    assert [r.id for r in rules if not r.title_en] == []
    assert [r.id for r in rules if r.mend and not r.mend_en] == []
    assert all(english(text) != text for text in MEND.values())


def test_everything_told_of_foreign_workbooks_has_english() -> None:
    untold = set()
    for writer in sorted(WRITERS):
        found = published("000", writer)
        said = [p.message for p in found.report.problems] + [f.detail for f in found.report.findings]
        said += [c.note for c in found.report.causes]
        untold |= {text for text in said if text and english(text) == text}
    assert untold == set()
