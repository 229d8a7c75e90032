"""The sentences a user reads about findings, causes and problems, in Chinese or English: what, where, how to mend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from juesuan.amount import FEN_PER, Unit, show
from juesuan.binding import Binding
from juesuan.book import Problem
from juesuan.catalogue import Catalogue
from juesuan.english import english
from juesuan.findings import Cause, Correction, Finding, WordFinding
from juesuan.formula import Relation
from juesuan.naming import Names
from juesuan.rules import Rule, WordRule

Lang = Literal["zh", "en"]

#: Alternatives of a cause that are spelled out; the JSON report has them all.
NAMED = 3
#: How to mend where the rule does not say, by severity.
MEND: dict[str, str] = {
    "fatal": "核对上述各数，改正填错的一格。",
    "explain": "核对上述各数；情况属实的，写明原因。",
    "warn": "请留意，确认无误即可。",
}


@dataclass(frozen=True)
class Messages:
    """Sentences about one bound file, in one language."""

    catalogue: Catalogue
    binding: Binding
    lang: Lang = "zh"

    @cached_property
    def names(self) -> Names:
        """Names of places in the file."""
        return Names(self.catalogue, self.binding)

    def finding(self, finding: Finding) -> str:
        """One finding: where, what, by which relation, and how to mend it."""
        rule = self.catalogue.rule(finding.rule)
        place = self.names.place(finding.subject, column=not self.names.about_line(finding))
        what, title, remedy = self.what(finding), self.title(rule), self.mend(finding)
        if self.lang == "en":
            titled = "" if finding.detail or (title == rule.title and _chinese(title)) else f" {_capital(title)}."
            return f"{place}: {what}.{titled}{f' {remedy}' if remedy else ''}"
        # What a structural check says is whole; the relation beside it, which does not hold, would read as its denial.
        titled = "" if what == rule.title or finding.detail else sentence(title)
        return f"{place}：{sentence(what)}{titled}{remedy}"

    def what(self, finding: Finding) -> str:
        """What is wrong, without the place, the relation and the remedy."""
        rule = self.catalogue.rule(finding.rule)
        if finding.verdict == "not_evaluated":
            return not_evaluated(finding.detail, self.lang)
        if finding.stated is None or finding.expected is None:
            return self._text(finding.detail) if finding.detail else self.title(rule)
        said = amounts(self.names, finding, rule, self.lang)
        if finding.verdict == "rounding":
            return rounding(said, finding, self.lang)
        return f"{said}{aside(finding, rule, self.lang)}"

    def title(self, rule: Rule) -> str:
        """The relation as its rule states it."""
        return rule.title_en or rule.title if self.lang == "en" else rule.title

    def _text(self, text: str) -> str:
        return english(text) if self.lang == "en" else text

    def mend(self, finding: Finding) -> str:
        """How to mend it; "" where nothing is to be mended."""
        if finding.verdict == "rounding":
            return ""
        if finding.verdict == "not_evaluated":
            return "Mend this and check again." if self.lang == "en" else "改好后请重新校验。"
        return mend(self.catalogue.rule(finding.rule), self.lang)

    def cause(self, cause: Cause, correction: Correction) -> str:
        """One cell to correct: where, what stands there, what should, and the likely slip."""
        names = self.names
        unit = names.unit(correction.ref)
        return cause_of(
            names.place(correction.ref),
            figure(correction.stated, unit),
            figure(correction.suggested, unit),
            cause.note,
            tuple(self.alternative(x) for x in alternatives(cause, correction)),
            self.lang,
        )

    def alternative(self, correction: Correction) -> str:
        """Another cell whose correction would do as well."""
        names = self.names
        value = figure(correction.suggested, names.unit(correction.ref))
        place = names.place(correction.ref)
        if self.lang == "en":
            return f"{place} changed to {value}" if value else f"{place} cleared"
        return f"{place} 改为 {value}" if value else f"{place} 清空"

    def worded(self, finding: WordFinding) -> str:
        """The whole sentence of a finding of words or forms."""
        if self.lang == "zh":
            return finding.message
        from juesuan.narrative.findings import in_english

        rule = self.catalogue.declared(finding.rule)
        return in_english(finding, rule) if isinstance(rule, WordRule) else finding.message

    def note(self, note: str) -> str:
        """The likely slip behind a cause."""
        return english(note) if self.lang == "en" else note

    def problem(self, problem: Problem) -> str:
        """What was told of the file itself."""
        return english(problem.message) if self.lang == "en" else sentence(problem.message)


# --- kinds of sentences ---


def amounts(names: Names, finding: Finding, rule: Rule, lang: Lang) -> str:
    """ "填列 470.34，按下级合计应为 573.19，相差 -102.85": stated against expected, in the words of the relation."""
    body, unit = rule.tree.body, finding.unit
    stated, expected = show(finding.stated or 0, unit), show(finding.expected or 0, unit)
    gap = signed(finding.difference or 0, unit)
    if not isinstance(body, Relation):  # a stale cached value
        if lang == "en":
            return f"the file holds {stated} but the formula gives {expected}, off by {gap}"
        return f"文件里存的是 {stated}，按公式重算为 {expected}，相差 {gap}"
    if body.op != "=":
        return _bound(body.op, stated, _other(names, finding, body, expected, lang), finding, lang)
    if len(body.left) > 1:
        if lang == "en":
            return f"the left side comes to {stated}, the right side to {expected}, off by {gap}"
        return f"等式左边合计 {stated}，右边合计 {expected}，应当相等，相差 {gap}"
    have = _stated(names, finding, stated, lang)
    if not body.right:
        return f"{have}, should be 0" if lang == "en" else f"{have}，应为 0"
    others = [ref for ref in finding.refs if ref != finding.subject]
    if len(others) == 1 and not any(term.total for term in body.right):
        other = names.place(others[0])
        if lang == "en":
            return f"{have}, but {other} has {expected}; they should be equal, off by {gap}"
        return f"{have}，{other} 为 {expected}，两处应当相等，相差 {gap}"
    how = basis(body, lang)
    if lang == "en":
        return f"{have}, {how} {expected}, off by {gap}"
    return f"{have}，{how}应为 {expected}，相差 {gap}"


def basis(relation: Relation, lang: Lang) -> str:
    """What the expected amount was computed from."""
    terms = relation.right
    if any(t.place.children for t in terms):
        return "its sub-items add up to" if lang == "en" else "按下级合计"
    if len(terms) == 1 and terms[0].total:
        columns = not terms[0].place.line
        if lang == "en":
            return "its columns add up to" if columns else "its items add up to"
        return "按各栏合计" if columns else "按各类合计" if terms[0].place.line == "类" else "按各项合计"
    return "by the relation it should be" if lang == "en" else "按有关各数计算"


def aside(finding: Finding, rule: Rule, lang: Lang) -> str:
    """What difference would have been accepted, in brackets."""
    allowed = allowance(finding.allowed, finding.unit)
    if rule.percent:
        return f" (up to {rule.percent}% is accepted)" if lang == "en" else f"（允许相差 {rule.percent}%）"
    if not allowed:
        return ""
    return f" (rounding allowance ±{allowed})" if lang == "en" else f"（允许尾差 ±{allowed}）"


def rounding(said: str, finding: Finding, lang: Lang) -> str:
    """尾差: explained by rounding, nothing to mend."""
    allowed = allowance(finding.allowed, finding.unit) or "0"
    if lang == "en":
        return f"{said}; explained by rounding (allowance ±{allowed}), nothing to mend"
    return f"{said}，是四舍五入的尾差（允许 ±{allowed}），不必修改"


def not_evaluated(detail: str, lang: Lang) -> str:
    """未执行: why the relation could not be checked."""
    if lang == "en":
        return f"not checked, because {english(detail).rstrip('.')}"
    return f"没有核对，因为{detail.rstrip('。')}"


def cause_of(place: str, stated: str, suggested: str, note: str, others: tuple[str, ...], lang: Lang) -> str:
    """根源: one cell to correct."""
    change = correction_of(stated, suggested, lang)
    if len(others) > NAMED:
        rest = len(others) - NAMED
        others = (*others[:NAMED], f"{rest} more cells" if lang == "en" else f"另有 {rest} 格")
    if lang == "en":
        also = f" Or else: {'; '.join(others)}." if others else ""
        why = f" ({english(note)})" if note else ""
        return f"{place}: {change}{why}.{also}"
    also = f"也可能是：{'；'.join(others)}。" if others else ""
    why = f"（{note}）" if note else ""
    return f"{place}：{change}{why}。{also}"


def correction_of(stated: str, suggested: str, lang: Lang) -> str:
    """What a cell holds and what it should hold; "" for blank."""
    if lang == "en":
        have = f"stated {stated}" if stated else "left blank"
        return f"{have}, suggested {suggested}" if suggested else f"{have}, should be blank"
    if not suggested:
        return f"填列 {stated}，建议清空"
    return f"填列 {stated}，建议改为 {suggested}" if stated else f"未填，建议填 {suggested}"


# --- words and numbers ---


def figure(fen: int | None, unit: Unit) -> str:
    """An amount; "" for a blank cell."""
    return "" if fen is None else show(fen, unit)


def alternatives(cause: Cause, correction: Correction) -> tuple[Correction, ...]:
    """The other cells that would do as well; of several cells to correct together, told with the first."""
    if correction != cause.corrections[0]:
        return ()
    chosen = {(x.ref, x.suggested) for x in cause.corrections}
    return tuple(x for x in cause.alternatives if (x.ref, x.suggested) not in chosen)


def signed(fen: int, unit: Unit) -> str:
    """A difference with its sign: "-102.85", "+0.01", "0.00"."""
    return f"+{show(fen, unit)}" if fen > 0 else show(fen, unit)


def allowance(fen: int | None, unit: Unit) -> str:
    """The allowance in steps of 0.01 (stated figures differ by whole steps); "" where there is none."""
    if not fen:
        return ""
    step = FEN_PER[unit] // 100
    floored = fen // step * step
    return show(floored, unit) if floored else ""


def sentence(text: str) -> str:
    """A Chinese text closed with 。"""
    return text if not text or text[-1] in "。！？" else f"{text}。"


def mend(rule: Rule, lang: Lang) -> str:
    """How to mend what the rule found."""
    if lang == "en":
        return rule.mend_en or english(rule.mend or MEND[rule.severity])
    return sentence(rule.mend or MEND[rule.severity])


def _bound(op: str, stated: str, expected: str, finding: Finding, lang: Lang) -> str:
    gap = show(abs(finding.difference or 0), finding.unit)
    zero = not finding.expected
    match op, lang:
        case "<=", "en":
            return f"{stated} should not exceed {expected}, over by {gap}"
        case "<=", _:
            return f"为 {stated}，不应大于 {expected}，超出 {gap}"
        case ">=", "en":
            return (
                f"{stated} should not be negative"
                if zero
                else f"{stated} should be at least {expected}, short by {gap}"
            )
        case ">=", _:
            return f"填列 {stated}，不应为负数" if zero else f"为 {stated}，不应小于 {expected}，少 {gap}"
        case ">", "en":
            return f"{stated} should be more than {expected}"
        case ">", _:
            return f"为 {stated}，应大于 {expected}"
        case "<", "en":
            return f"{stated} should be less than {expected}"
        case "<", _:
            return f"为 {stated}，应小于 {expected}"
        case _, "en":
            return f"{stated} should differ from {expected}"
    return f"为 {stated}，不应等于 {expected}"


def _other(names: Names, finding: Finding, body: Relation, expected: str, lang: Lang) -> str:
    """The figure on the right, with its place where it is a single one."""
    others = [ref for ref in finding.refs if ref != finding.subject]
    alone = len(others) == 1 and not any(term.total for term in body.right)
    if not alone or (len(body.left) > 1 and [term.place.of for term in body.right] != [others[0].table]):
        return expected
    place = names.place(others[0])
    return f"{expected} of {place}" if lang == "en" else f"{place} 的 {expected}"


def _stated(names: Names, finding: Finding, stated: str, lang: Lang) -> str:
    statement = names.binding.statements.tables.get(finding.subject.table)
    blank = statement is not None and (finding.subject.line, finding.subject.column) not in statement.figures
    if blank and not finding.stated:
        return "left blank (counts as 0)" if lang == "en" else "未填（按 0 计）"
    return f"stated {stated}" if lang == "en" else f"填列 {stated}"


def _chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
