"""Findings of a narrative as the report has them: whole sentences with place and remedy, and what one slip explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from juesuan.findings import Counts, WordFinding
from juesuan.narrative.ledger import CODE, ECONOMIC
from juesuan.narrative.records import Mention, NarrativeFinding, Span, Verification
from juesuan.narrative.vocabulary import Vocabulary, vocabulary
from juesuan.rules import WordRule

NARRATIVE = "情况说明"
#: Sections that are texts of their own beside the narrative.
APART = frozenset({"名词解释", "重点工作"})
#: So many characters before a figure are quoted with it.
BEFORE = 12
_MEASURE = {"数量": "", "方向": "增减方向", "变动": "增减额", "变动率": "增减率", "界限": ""}
_STOPS = "。；，、：\n（“"


def word_findings(
    found: Verification, paragraphs: Sequence[tuple[str, str]], cells: Sequence[str] = ()
) -> tuple[WordFinding, ...]:
    """What is not simply 相符, in reading order as judged. ``paragraphs`` as given to ``verify``, ``cells`` their cells
    ("Sheet!A1"; left out where the text is in no workbook). Ids are n1, n2, …"""
    words = vocabulary()
    mentions = {m.span: m for m in found.mentions}
    slips = common(found.results)
    shown: list[WordFinding] = []
    for at, result in enumerate(found.results):
        if result.verdict == "holds":
            continue
        finding = _told(result, words, paragraphs, cells, mentions)
        message = finding.message
        if at in slips and slips[at][0] != at:
            head, slip = slips[at]
            other = _quoted(found.results[head], paragraphs)
            if other != _quoted(result, paragraphs):  # the same words need no pointer to themselves
                message += f"与“{inner(other)}”由同一处“{_text(slip, paragraphs)}”引起。"
        shown.append(replace(finding, id=f"n{len(shown) + 1}", message=message))
    return tuple(shown)


def counts(found: Verification) -> Counts:
    """How all relations of a narrative came out."""
    told = [r.verdict for r in found.results]
    return Counts(*(told.count(v) for v in ("holds", "rounding", "breaks", "not_evaluated", "not_applicable")))


def in_english(finding: WordFinding, rule: WordRule) -> str:
    """The English sentence of a finding of words or forms; names stay as they are printed."""
    place = ", ".join(part for part in (finding.table, finding.row, finding.column) if part)
    if finding.stated and finding.expected:
        said = f"states {finding.stated}, compared with {finding.expected}"
    elif finding.expected:
        said = f"should be {finding.expected}"
    else:
        said = f"states {finding.stated}" if finding.stated else ""
    off = f", off by {finding.difference}" if said and finding.difference else ""
    match finding.verdict:
        case "rounding":
            return f"{place}: {said or 'nearly agrees'}{off}, a rounding difference."
        case "not_evaluated":
            return f"{place}: could not be checked ({rule.title_en}). Mend this and check again."
        case _:
            said = f" {said}{off};" if said else ""
            return f"{place}:{said} the rule is that {rule.title_en}. {rule.mend_en}"


def sentence(place: str, said: str, verdict: str, rule: WordRule) -> str:
    """A finding as one reads it: where, what, how to mend."""
    said = said if said.endswith("。") else f"{said}。"
    remedy = {"rounding": "", "not_evaluated": "改好后请重新校验。"}.get(verdict, rule.mend)
    return f"{place}：{said}{remedy}"


def inner(text: str) -> str:
    """A text as it stands inside quotation marks."""
    return text.replace("“", "‘").replace("”", "’")


def _told(
    finding: NarrativeFinding,
    words: Vocabulary,
    paragraphs: Sequence[tuple[str, str]],
    cells: Sequence[str],
    mentions: Mapping[Span, Mention],
) -> WordFinding:
    section = words.announced(finding.section)
    kind = section.key if section else ""
    table, row = (kind if kind in APART else NARRATIVE), finding.section
    place = f"{table}“{row}”" if row and row != table else table
    if quote := _quoted(finding, paragraphs):
        place += f"“{inner(quote)}”"
    mention = mentions.get(finding.span) if finding.span else None
    difference = finding.difference
    if difference and finding.expected.endswith("%"):
        difference = f"{difference} 个百分点"
    rule = words.rules[finding.rule]
    return WordFinding(
        "",
        finding.rule,
        finding.severity,
        finding.verdict,
        table,
        row,
        _column(mention, words) if mention else "",
        _cells(finding, paragraphs, cells),
        finding.stated,
        finding.expected,
        difference,
        sentence(place, finding.message, finding.verdict, rule),
    )


def _cells(finding: NarrativeFinding, paragraphs: Sequence[tuple[str, str]], cells: Sequence[str]) -> tuple[str, ...]:
    """The cell of the finding first, then those it rests on; the section's first where it is about a whole section."""
    if not cells:
        return ()
    if finding.span is not None:
        numbers = [finding.span.paragraph, *(s.paragraph for s in finding.others)]
    else:
        numbers = [next((i for i, p in enumerate(paragraphs) if p[0] == finding.section), -1)]
    return tuple(dict.fromkeys(cells[n] for n in numbers if n >= 0 and cells[n]))


def _column(mention: Mention, words: Vocabulary) -> str:
    """What the figure says, in a word that stays when the figure changes: 基本支出占比."""
    meaning = mention.meaning
    if meaning is None:
        return ""
    name = meaning.name
    if meaning.subject.startswith((CODE, ECONOMIC)):
        name = f"{meaning.name} {meaning.column}"
    return f"{name}{_MEASURE.get(meaning.measure, meaning.measure)}"


def _text(span: Span, paragraphs: Sequence[tuple[str, str]]) -> str:
    return paragraphs[span.paragraph][1][span.start : span.end].strip()


def _quoted(finding: NarrativeFinding, paragraphs: Sequence[tuple[str, str]]) -> str:
    """The place in the text: the figure with the words before it in its clause, without line breaks."""
    if finding.span is None:
        return ""
    text = paragraphs[finding.span.paragraph][1]
    start, end = finding.span.start, min(finding.span.end, finding.span.start + 30)
    head = text[max(0, start - BEFORE) : start]
    at = max(head.rfind(stop) for stop in _STOPS)
    cut = "…" if at < 0 and start > BEFORE else ""
    more = "…" if finding.span.end > end else ""
    return " ".join((cut + head[at + 1 :] + text[start:end] + more).split())


# --- one slip, several relations ---


def common(results: Sequence[NarrativeFinding]) -> dict[int, tuple[int, Span]]:
    """For each broken relation that shares a wrong figure with another: the one to tell first, and that figure.

    Only where it is plain: the figure stands in more broken relations than any other of theirs, and in none that holds.
    """
    broken = [i for i, r in enumerate(results) if r.verdict == "breaks"]
    if len(broken) < 2:
        return {}
    cleared = {s for r in results if r.verdict == "holds" for s in (r.span, *r.others) if s is not None}
    where: dict[Span, list[int]] = {}
    for i in broken:
        for span in dict.fromkeys((results[i].span, *results[i].others)):
            if span is not None and span not in cleared:
                where.setdefault(span, []).append(i)
    found: dict[int, tuple[int, Span]] = {}
    for span, here in sorted(where.items(), key=lambda entry: -len(entry[1])):
        left = [i for i in here if i not in found]
        if len(left) < 2:
            continue
        rivals = [s for s, others in where.items() if s != span and set(left) <= set(others)]
        told = [i for i in left if results[i].span == span]
        if rivals and not told:
            continue
        head = min(told or left, key=lambda i: (not results[i].refs, len(results[i].others)))
        found |= dict.fromkeys(left, (head, span))
    return found
