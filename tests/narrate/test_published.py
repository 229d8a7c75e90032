"""The three published accounts: the generated text says the published figures, holds, and reads as approved."""

from __future__ import annotations

import pytest

from juesuan.narrate import Narrative
from juesuan.narrative import Verification, verify
from tests import golden
from tests.narrate.build import CASES, LAYOUTS, published, statements, told

REGIONS = {"000": "湖北", "001": "湖南", "003": "湖北"}
#: (case, section) → figures that only the published text has, and why the generated one has none.
PUBLISHED_ONLY: dict[tuple[str, str], set[str]] = {
    ("000", "五"): {
        "95%",  # printed without its decimal (94.9%)
        "4名",  # inside a reason
    },
    ("000", "十三"): {  # business results told in prose
        "14.79万人次", "124.3%", "95%", "633个", "625个", "98.7%", "9,394人次", "7,933人次", "1,461人次",
    },
    ("001", "五"): {"17.30万元", "一名", "5.2万元", "6.5万元", "两名"},  # inside reasons
    ("001", "七"): {"0.08%"},  # the published error (7.5%)
    ("001", "十三"): {"一台"},  # a remark on a vehicle
    ("003", "九"): {"0.76万元"},  # a difference from the budget; the generated text gives the budget itself
    ("003", "十三"): {  # performance told in prose, and the published rounding of other tables
        "29.26万人", "30.6万人", "7.21万人", "1.1万个", "37.43万人次", "6个", "26名", "16,801人", "15个",
        "66,362.35万元", "84,416.43万元", "46,675.73万元", "37,340.25万元", "99.5%", "34个", "32个", "50名", "49名",
        "45人", "41人", "100万元", "72.2%", "97.6%", "30万个", "103.3万个", "10,000人", "2万人", "93.19万人", "2项",
        "74人", "98.4%", "14.9万人", "20万", "6.6万元", "98.1%", "706人", "10人", "696人",
    },
}
#: (case, section) → figures that only the generated text has.
GENERATED_ONLY: dict[tuple[str, str], set[str]] = {
    ("000", "五"): {"94.9%"},
    ("001", "七"): {"7.5%"},
    ("003", "五"): {"2853.1%"},  # the completion rate that the published text leaves out
    ("003", "九"): {"4.71万元"},
}
#: What verification tells of the generated texts: only roundings that the published figures carry, and open inputs.
TOLD = {
    "000": set(),
    "001": {("N-34.1", "rounding"), ("N-08", "rounding")},
    "003": {("N-20", "rounding"), ("N-08", "rounding"), ("N-22.1", "rounding"), ("N-26", "breaks")},
}


def checked(case: str, paragraphs: tuple[tuple[str, str], ...]) -> Verification:
    return verify(statements(case), paragraphs, region=REGIONS[case])


def figures(case: str, paragraphs: tuple[tuple[str, str], ...]) -> dict[str, dict[tuple[str, int], str]]:
    """Section numeral → (kind, value) → as written; limits such as 单价100万元以上 are no figures."""
    found: dict[str, dict[tuple[str, int], str]] = {}
    for mention in checked(case, paragraphs).figures:
        if mention.meaning is None or mention.meaning.subject != "界限":
            section = paragraphs[mention.span.paragraph][0].partition("、")[0]
            found.setdefault(section, {}).setdefault((mention.kind, mention.value), mention.text.replace(" ", ""))
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_figures_are_the_published_ones(case: str) -> None:
    theirs, ours = figures(case, published(case)), figures(case, told(case).paragraphs)
    assert set(theirs) == set(ours)
    for section, stated in theirs.items():
        here = ours[section]
        assert {t for v, t in stated.items() if v not in here} == PUBLISHED_ONLY.get((case, section), set()), section
        assert {t for v, t in here.items() if v not in stated} == GENERATED_ONLY.get((case, section), set()), section


@pytest.mark.parametrize("case", CASES)
def test_nothing_generated_is_wrong_and_nearly_all_of_it_is_bound(case: str) -> None:
    found = checked(case, told(case).paragraphs)
    assert {(f.rule, f.verdict) for f in found.findings} == TOLD[case]
    print(f"{case}：{found.counts}，绑定 {found.coverage:.1%}（{len(found.figures)} 个数）")
    assert found.coverage >= 0.95
    assert found.counts.holds > 120


@pytest.mark.parametrize("case", CASES)
def test_the_texts_read_as_approved(case: str) -> None:
    golden.same(f"narrate-{case}.txt", as_text(told(case)))


def as_text(found: Narrative) -> str:
    lines, section = [], ""
    for piece in found.pieces:
        if piece.section != section:
            section = piece.section
            lines.append(f"## {section}")
        lines.append(piece.text)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_only_what_was_not_published_is_open(case: str) -> None:
    assert told(case).missing == (("上年.三公", "原因.三公") if case == "003" else ())


@pytest.mark.parametrize("case", CASES)
def test_keys_are_unique_and_do_not_depend_on_what_is_filled(case: str) -> None:
    from juesuan.supplement import Supplement

    keys = [p.key for p in told(case).pieces]
    assert len(set(keys)) == len(keys)
    bare = {p.key for p in told(case, Supplement()).pieces}
    # Lists of 补充资料 bring their own paragraphs; everything else is there with or without them.
    assert {k for k in set(keys) - bare if not k.startswith(("一般公共.具体.用途", "绩效."))} == set()
    assert bare <= set(keys)


def test_separators_are_those_of_the_region() -> None:
    assert "84,317.15万元" in told("003").pieces[0].text
    assert "84317.15万元" in told("003", region="江苏").pieces[0].text
    assert LAYOUTS["001"] == "hunan-2021"
    assert not any("," in p.text for p in told("001").pieces)


@pytest.mark.parametrize("case", ["000", "003"])
def test_other_regions_are_told_in_the_general_form(case: str) -> None:
    found = told(case, region="江苏")
    result = verify(statements(case), found.paragraphs, region="江苏")
    assert {f.rule for f in result.findings if f.verdict == "breaks"} <= {"N-26"}
    assert result.coverage >= 0.95
    assert len(dict(found.paragraphs)) == 13
