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
from juesuan.findings import Cause, Correction, Finding
from juesuan.formula import Relation
from juesuan.naming import Names
from juesuan.rules import Rule

Lang = Literal["zh", "en"]

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
        rule, names = self.catalogue.rule(finding.rule), self.names
        place = names.place(finding.subject, column=not names.about_line(finding))
        if finding.verdict == "not_evaluated":
            return not_evaluated(place, finding, rule, self.lang)
        if finding.stated is None or finding.expected is None:
            return structural(place, finding, rule, self.lang)
        said = amounts(names, finding, rule, self.lang)
        if finding.verdict == "rounding":
            return rounding(place, said, finding, rule, self.lang)
        return breaks(place, said, finding, rule, self.lang)

    def cause(self, cause: Cause, correction: Correction) -> str:
        """One cell to correct: where, what stands there, what should, and the likely slip."""
        names = self.names
        unit = names.unit(correction.ref)
        return cause_of(
            names.place(correction.ref),
            figure(correction.stated, unit, self.lang),
            figure(correction.suggested, unit, self.lang),
            cause.note,
            tuple(self.alternative(x) for x in cause.alternatives),
            self.lang,
        )

    def alternative(self, correction: Correction) -> str:
        """Another cell whose correction would do as well."""
        names = self.names
        value = figure(correction.suggested, names.unit(correction.ref), self.lang)
        place = names.place(correction.ref)
        return f"{place} changed to {value}" if self.lang == "en" else f"{place} 改为 {value}"

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
        return _bound(body.op, stated, expected, finding, lang)
    if len(body.left) > 1:
        if lang == "en":
            return f"the left side comes to {stated}, the right side to {expected}, off by {gap}"
        return f"等式左边合计 {stated}，右边合计 {expected}，应当相等，相差 {gap}"
    have = _stated(names, finding, stated, lang)
    if not body.right:
        return f"{have}, should be 0" if lang == "en" else f"{have}，应为 0"
    others = [ref for ref in finding.refs if ref != finding.subject]
    if len(body.right) == 1 and not body.right[0].total and len(others) == 1:
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
        return "按各栏合计" if columns else "按各项合计"
    return "by the relation it should be" if lang == "en" else "按有关各数计算"


def breaks(place: str, said: str, finding: Finding, rule: Rule, lang: Lang) -> str:
    """不符 with amounts."""
    allowed = allowance(finding.allowed, finding.unit)
    if rule.percent:
        aside = f" (up to {rule.percent}% is accepted)" if lang == "en" else f"（允许相差 {rule.percent}%）"
    elif allowed and not finding.detail:
        aside = f" (rounding allowance ±{allowed})" if lang == "en" else f"（允许尾差 ±{allowed}）"
    else:
        aside = ""
    return _joined(place, f"{said}{aside}", rule, finding, lang)


def rounding(place: str, said: str, finding: Finding, rule: Rule, lang: Lang) -> str:
    """尾差: explained by rounding, nothing to mend."""
    allowed = allowance(finding.allowed, finding.unit) or "0"
    if lang == "en":
        return f"{place}: {said}; explained by rounding (allowance ±{allowed}), nothing to mend. {english(rule.title)}."
    return f"{place}：{said}，是四舍五入的尾差（允许 ±{allowed}），不必修改。{sentence(rule.title)}"


def structural(place: str, finding: Finding, rule: Rule, lang: Lang) -> str:
    """不符 of structure or text: the check says what is wrong."""
    what = finding.detail or rule.title
    return _joined(place, english(what) if lang == "en" else what, rule, finding, lang)


def not_evaluated(place: str, finding: Finding, rule: Rule, lang: Lang) -> str:
    """未执行: why the relation could not be checked."""
    if lang == "en":
        return f"{place}: not checked, because {english(finding.detail)}. {english(rule.title)}. Mend this and check again."
    return f"{place}：没有核对，因为{finding.detail.rstrip('。')}。{sentence(rule.title)}改好后请重新校验。"


def cause_of(place: str, stated: str, suggested: str, note: str, others: tuple[str, ...], lang: Lang) -> str:
    """根源: one cell to correct."""
    if lang == "en":
        also = f" Or else: {'; '.join(others)}." if others else ""
        why = f" ({english(note)})" if note else ""
        return f"{place}: stated {stated}, suggested {suggested}{why}.{also}"
    also = f"也可能是：{'；'.join(others)}。" if others else ""
    why = f"（{note}）" if note else ""
    return f"{place}：填列 {stated}，建议改为 {suggested}{why}。{also}"


# --- words and numbers ---


def figure(fen: int | None, unit: Unit, lang: Lang = "zh") -> str:
    """An amount, or that the cell is blank."""
    if fen is None:
        return "blank" if lang == "en" else "空"
    return show(fen, unit)


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
    text = rule.mend or MEND[rule.severity]
    return english(text) if lang == "en" else sentence(text)


def _bound(op: str, stated: str, expected: str, finding: Finding, lang: Lang) -> str:
    gap = show(abs(finding.difference or 0), finding.unit)
    zero = not finding.expected
    match op, lang:
        case "<=", "en":
            return f"{stated} should not exceed {expected}, over by {gap}"
        case "<=", _:
            return f"为 {stated}，不应大于 {expected}，超出 {gap}"
        case ">=", "en":
            return f"{stated} should not be negative" if zero else f"{stated} should be at least {expected}, short by {gap}"
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


def _stated(names: Names, finding: Finding, stated: str, lang: Lang) -> str:
    statement = names.binding.statements.tables.get(finding.subject.table)
    blank = statement is not None and (finding.subject.line, finding.subject.column) not in statement.figures
    if blank and not finding.stated:
        return "left blank (counts as 0)" if lang == "en" else "未填（按 0 计）"
    return f"stated {stated}" if lang == "en" else f"填列 {stated}"


def _joined(place: str, said: str, rule: Rule, finding: Finding, lang: Lang) -> str:
    if lang == "en":
        title = "" if finding.detail and finding.stated is None else f" {_capital(english(rule.title))}."
        return f"{place}: {said.rstrip('.')}.{title} {mend(rule, lang)}"
    title = "" if finding.detail == rule.title else sentence(rule.title)
    return f"{place}：{sentence(said)}{title}{mend(rule, lang)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
