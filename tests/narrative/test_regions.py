"""Whole narratives in the manner of four other regions: all right as they stand, each error planted is found, alone."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import pytest

from juesuan.narrative import Paragraph, Verification, verify
from tests.narrative.build import DATA
from tests.words_rules.build import Whole

STYLES: list[dict[str, Any]] = tomllib.loads((DATA / "regions.toml").read_text(encoding="utf-8"))["style"]
NAMES = [style["region"] for style in STYLES]
PLANTED = [(at, number) for at, style in enumerate(STYLES) for number in range(len(style["wrong"]))]


def read(style: dict[str, Any], old: str = "", new: str = "") -> Verification:
    """The narrative against the small account's tables, one place of it changed."""
    texts = [
        Paragraph(t["section"], t["text"].strip().replace(old, new) if old else t["text"].strip())
        for t in style["text"]
    ]
    return verify(Whole().now(), texts, region=style["region"])


@cache
def whole(at: int) -> Verification:
    return read(STYLES[at])


@pytest.mark.parametrize("at", range(len(STYLES)), ids=NAMES)
def test_nothing_is_invented_and_nearly_every_figure_binds(at: int) -> None:
    found = whole(at)
    print(f"{STYLES[at]['name']}：{found.coverage:.1%}（{len(found.figures)} 个数）")
    assert [(f.rule, f.message) for f in found.findings] == []
    assert found.coverage >= 0.95
    assert len(found.figures) > 60


@pytest.mark.parametrize(("at", "number"), PLANTED)
def test_a_planted_error_is_found_and_no_other(at: int, number: int) -> None:
    old, new = STYLES[at]["wrong"][number]["change"]
    assert sum(t["text"].count(old) for t in STYLES[at]["text"]) == 1
    found = [f for f in read(STYLES[at], old, new).findings if f.verdict == "breaks"]
    assert {f.rule for f in found}
    assert {f.rule for f in found} <= set(STYLES[at]["wrong"][number]["rules"])
