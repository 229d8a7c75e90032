"""The 校验结果 sheet: causes first, then every finding with a place for its 审核说明, then what is told of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from juesuan import explanations
from juesuan.book import Problem, cell_place
from juesuan.catalogue import Catalogue
from juesuan.edits import Entry, Link, ResultCell, ResultSheet, Tone
from juesuan.findings import Finding, WordFinding
from juesuan.messages import Lang, Messages
from juesuan.naming import Names, split_cell
from juesuan.report import to_json
from juesuan.sheetnames import RESULT
from juesuan.show import words
from juesuan.validation import Validation

TONE_OF: dict[str, Tone] = {
    "fatal": "error",
    "explain": "explain",
    "warn": "rounding",
    "explained": "rounding",
    "rounding": "rounding",
    "not_evaluated": "explain",
}
_FOUND: dict[Lang, tuple[str, ...]] = {
    "zh": ("序号", "类别", "规则", "表", "行", "栏", "单元格", "填列数", "应为", "相差", "说明", "处理办法"),
    "en": ("No.", "Kind", "Rule", "Table", "Row", "Column", "Cell", "Stated", "Expected", "Difference", "What", "Mend"),
}
HEADER: dict[Lang, tuple[str, ...]] = {lang: (*names, *explanations.COLUMNS[lang]) for lang, names in _FOUND.items()}
WIDTHS = (6, 9, 9, 26, 18, 16, 20, 13, 13, 12, 56, 40, 18, 40, 10, 12, 8)
_TYPED = len(explanations.COLUMNS["zh"])
Row = tuple[ResultCell, ...]
_NONE: Row = (None,) * _TYPED


class Results:
    """What the sheet lists, in its order."""

    def __init__(self, validation: Validation, catalogue: Catalogue, lang: Lang) -> None:
        self.validation, self.catalogue, self.lang = validation, catalogue, lang
        self.report = validation.report
        self.messages = Messages(catalogue, validation.binding, lang)
        self.names: Names = self.messages.names
        self.document = to_json(validation, lang, catalogue)
        typed = explanations.read(validation.fresh.original)
        self.typed = {one.explanation.key: one.explanation for one in typed}

    def sorted(self) -> list[Finding | WordFinding]:
        """By class, then by place in the file (words after tables), then by rule."""
        tables = {key: at for at, key in enumerate(self.validation.binding.tables)}
        number = {finding.id: at for at, finding in enumerate(self.report.every)}

        def key(finding: Finding | WordFinding) -> tuple[int, int, str, tuple[int, int], str, int]:
            cells = self.cells(finding)
            sheet, cell = split_cell(cells[0]) if cells else ("", "")
            worded = isinstance(finding, WordFinding)
            place = cell_place(cell) if cell else (-1, -1)
            table = 100 if isinstance(finding, WordFinding) else tables.get(finding.subject.table, 99)
            at = words.ORDER.index(self.kind(finding))
            return at, table, sheet if worded else "", place, finding.rule, number[finding.id]

        return sorted(self.report.every, key=key)

    def kind(self, finding: Finding | WordFinding) -> str:
        """The class a finding is shown under: its severity when it breaks and is not explained, else its verdict."""
        if finding.id in self.report.explanations:
            return "explained"
        return finding.severity if finding.verdict == "breaks" else finding.verdict

    def cells(self, finding: Finding | WordFinding) -> tuple[str, ...]:
        """The finding's cells, its own first."""
        return finding.cells if isinstance(finding, WordFinding) else self.names.cells(finding)

    def sheet(self) -> ResultSheet:
        """The sheet."""
        rows: list[Row] = []
        tones: list[Tone | None] = []
        for row, tone in (*self._cause_rows(), *self._finding_rows(), *self._problem_rows(self.report.problems)):
            rows.append((len(rows) + 1, *row))
            tones.append(tone)
        document, lang = self.document, self.lang
        summary = [
            words.title(document, lang),
            words.verdict(document, lang),
            words.tally(document, lang),
            words.basis(document, lang),
        ]
        if any(isinstance(cell, Entry) for row in rows for cell in row):
            summary.append(words.how_to_explain(lang))
        first = len(HEADER[lang]) - _TYPED
        return ResultSheet(
            RESULT, tuple(summary), HEADER[lang], tuple(rows), tuple(tones), WIDTHS,
            {first: explanations.reasons()}, frozenset({first + _TYPED - 1}),
        )  # fmt: skip

    def _cause_rows(self) -> Iterable[tuple[Row, Tone | None]]:
        rule_of = {f.id: f.rule for f in self.report.findings}
        for entry in self.document["causes"]:
            rules = dict.fromkeys(rule_of[i] for i in entry["explains"] if i in rule_of)
            yield (
                (
                    words.name("cause", self.lang), entry["id"], entry["table"], entry["row"], entry["column"],
                    _link(entry["cell"]), _number(entry["stated"]), _number(entry["suggested"]),
                    _difference(entry["stated"], entry["suggested"]), self._slip(entry["note"], rules),
                    self._advice(entry), *_NONE,
                ),
                "cause",
            )  # fmt: skip

    def _slip(self, note: str, rules: Iterable[str]) -> str:
        """The likely slip, and what correcting it mends."""
        names = ("、" if self.lang == "zh" else ", ").join(rules)
        if self.lang == "en":
            return f"{note[:1].upper()}{note[1:]}{'. ' if note else ''}{f'Mends {names}.' if names else ''}".strip()
        return f"{note}{'。' if note else ''}{f'改正后 {names} 即相符。' if names else ''}"

    def _advice(self, entry: Mapping[str, Any]) -> str:
        blank = "blank" if self.lang == "en" else "空"
        others = [f"{x['cell']} {blank if x['suggested'] is None else x['suggested']}" for x in entry["alternatives"]]
        suggested = entry["suggested"]
        if self.lang == "en":
            text = f"Change to {suggested}." if suggested is not None else "Clear this cell."
            return f"{text} Or else: {'; '.join(others)}." if others else text
        text = f"改为 {suggested}。" if suggested is not None else "清空这一格。"
        return f"{text}也可能是：{'；'.join(others)}。" if others else text

    def _finding_rows(self) -> Iterable[tuple[Row, Tone | None]]:
        entries = {entry["id"]: entry for entry in self.document["findings"]}
        for finding in self.sorted():
            entry, found = entries[finding.id], self.kind(finding)
            what, mend = self._said(finding, entry)
            yield (
                (
                    words.name(found, self.lang), entry["rule"], entry["table"], entry["row"], entry["column"],
                    _link(entry["cells"][0] if entry["cells"] else None), _number(entry["stated"]),
                    _number(entry["expected"]), _number(entry["difference"]), what, mend, *self._typed(finding),
                ),
                None if found == "warn" else TONE_OF[found],
            )  # fmt: skip

    def _said(self, finding: Finding | WordFinding, entry: Mapping[str, Any]) -> tuple[str, str | None]:
        if isinstance(finding, WordFinding):
            return self._parted(finding, entry["message"])
        mend = self.messages.mend(finding)
        if entry["cause"]:
            mend = f"See cause {entry['cause']}." if self.lang == "en" else f"见根源 {entry['cause']}。"
        said = self.messages.what(finding).rstrip("。.")
        title = self.messages.title(self.catalogue.rule(finding.rule))
        return f"{said}. Rule: {title}." if self.lang == "en" else f"{said}。规则：{title}。", mend

    def _parted(self, finding: WordFinding, message: str) -> tuple[str, str | None]:
        """What is said of a finding of words, and how to mend it, which closes the sentence."""
        rule = self.catalogue.declared(finding.rule)
        mend = (rule.mend_en if self.lang == "en" else rule.mend).strip()
        if mend and message.endswith(mend) and len(message) > len(mend):
            return message[: -len(mend)].strip(), mend
        return message, None

    def _typed(self, finding: Finding | WordFinding) -> Row:
        """The cells to type an explanation in, with what is typed there already, accepted or not. What must be
        corrected has none; what was typed there all the same is shown and refused, not thrown away."""
        if finding.verdict != "breaks":
            return _NONE
        mark = explanations.key(finding, self.validation.binding)
        given = self.report.explanations.get(finding.id) or self.typed.get(mark)
        told = (given.reason, given.text, given.who, given.when) if given else ("",) * (_TYPED - 1)
        if explanations.explainable(finding):
            return (*map(Entry, told), mark)
        return (*(text or None for text in told), mark)

    def _problem_rows(self, problems: tuple[Problem, ...]) -> Iterable[tuple[Row, Tone | None]]:
        for problem in problems:
            said = self.messages.problem(problem)
            name = words.name("problem", self.lang)
            yield (
                (
                    name, problem.code, None, None, None, _link(problem.cell or None), None, None, None, said, None,
                    *_NONE,
                ),
                None,
            )  # fmt: skip


def _link(cell: str | None) -> Link | None:
    return Link(cell, cell) if cell else None


def _number(text: str | None) -> Decimal | str | None:
    """An amount as a number, so that the sheet can be sorted and added up; other texts as they are."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return text


def _difference(stated: str | None, suggested: str | None) -> Decimal | None:
    if stated is None and suggested is None:
        return None
    return Decimal(stated or "0.00") - Decimal(suggested or "0.00")
