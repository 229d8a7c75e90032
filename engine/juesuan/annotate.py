"""Validation → Edits: coloured cells with notes, tab colours and the 校验结果 sheet. Pure; hosts apply them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from juesuan.book import Problem, cell_place
from juesuan.catalogue import Catalogue, load
from juesuan.edits import Edit, Link, Mark, ResultSheet, TabColour, Tone
from juesuan.findings import Cause, Correction, Finding
from juesuan.messages import Lang, Messages, alternatives, correction_of, figure
from juesuan.naming import Names, split_cell
from juesuan.report import to_json
from juesuan.show import words
from juesuan.validation import Validation

#: From the worst to the mildest.
TONES: tuple[Tone, ...] = ("cause", "error", "explain", "rounding")
TONE_OF: dict[str, Tone] = {
    "fatal": "error",
    "explain": "explain",
    "warn": "rounding",
    "rounding": "rounding",
    "not_evaluated": "explain",
}
#: Findings spelled out in one note; the rest are counted.
NOTED = 6
HEADER = {
    "zh": ("序号", "类别", "规则", "表", "行", "栏", "单元格", "填列数", "应为", "相差", "说明", "处理办法"),
    "en": ("No.", "Kind", "Rule", "Table", "Row", "Column", "Cell", "Stated", "Expected", "Difference", "What", "Mend"),
}
WIDTHS = (6, 9, 9, 26, 18, 16, 20, 13, 13, 12, 56, 40)
RESULT = "校验结果"
Row = tuple[str | int | Link | None, ...]


def marks(validation: Validation, lang: Lang = "zh", catalogue: Catalogue | None = None) -> list[Edit]:
    """What the annotated copy gets: a Mark for each cell (its worst tone), a TabColour for each sheet, the results."""
    return _Annotator(validation, catalogue or load(), lang).edits()


@dataclass
class _Told:
    """What one cell is told: its worst tone, and its notes in order."""

    tone: Tone
    notes: list[str] = field(default_factory=list)

    def add(self, tone: Tone, note: str) -> None:
        self.tone = min(self.tone, tone, key=TONES.index)
        self.notes.append(note)


class _Annotator:
    def __init__(self, validation: Validation, catalogue: Catalogue, lang: Lang) -> None:
        self.validation, self.catalogue, self.lang = validation, catalogue, lang
        self.report = validation.report
        self.messages = Messages(catalogue, validation.binding, lang)
        self.names: Names = self.messages.names
        self.document = to_json(validation, lang, catalogue)

    def edits(self) -> list[Edit]:
        cells: dict[tuple[str, str], _Told] = {}
        for cause in self.report.causes:
            for correction in cause.corrections:
                self._tell(cells, correction.cell, "cause", self._cause_note(cause, correction))
        for finding in self._sorted():
            own = self.names.cells(finding)[:1]
            for cell in own:
                self._tell(cells, cell, TONE_OF[_kind(finding)], self._note(finding))
        order = sorted(cells, key=lambda at: (at[0], cell_place(at[1])))
        edits: list[Edit] = [Mark(*at, cells[at].tone, self._joined(cells[at].notes)) for at in order]
        worst: dict[str, Tone] = {}
        for sheet, cell in order:
            worst[sheet] = min(worst.get(sheet, "rounding"), cells[sheet, cell].tone, key=TONES.index)
        edits += [TabColour(sheet, tone) for sheet, tone in worst.items()]
        return [*edits, self._results()]

    def _tell(self, cells: dict[tuple[str, str], _Told], cell: str, tone: Tone, note: str) -> None:
        sheet, name = split_cell(cell)
        if sheet:
            cells.setdefault((sheet, name), _Told(tone)).add(tone, note)

    def _sorted(self) -> list[Finding]:
        """By class, then by place in the file, then by rule."""
        tables = {key: at for at, key in enumerate(self.validation.binding.tables)}

        def key(finding: Finding) -> tuple[int, int, tuple[int, int], str, int]:
            cells = self.names.cells(finding)
            place = cell_place(split_cell(cells[0])[1]) if cells else (-1, -1)
            kind = words.ORDER.index(_kind(finding))
            return kind, tables.get(finding.subject.table, 99), place, finding.rule, self.report.findings.index(finding)

        return sorted(self.report.findings, key=key)

    # --- notes ---

    def _cause_note(self, cause: Cause, correction: Correction) -> str:
        unit = self.names.unit(correction.ref)
        change = correction_of(figure(correction.stated, unit), figure(correction.suggested, unit), self.lang)
        rules = dict.fromkeys(f.rule for f in self.report.findings if f.id in cause.explains)
        slip = self.messages.note(cause.note)
        others = [self.messages.alternative(x) for x in alternatives(cause, correction)[:3]]
        if self.lang == "en":
            lines = [f"[cause {cause.id}] {change}{f' ({slip})' if slip else ''}."]
            lines += [f"Or else: {other}." for other in others]
            return "\n".join([*lines, f"Mends {', '.join(rules)}."] if rules else lines)
        lines = [f"【根源 {cause.id}】{change}{f'（{slip}）' if slip else ''}。"]
        lines += [f"也可能是：{other}。" for other in others]
        return "\n".join([*lines, f"改正后 {'、'.join(rules)} 即相符。"] if rules else lines)

    def _note(self, finding: Finding) -> str:
        rule = self.catalogue.rule(finding.rule)
        head = f"{words.name(_kind(finding), self.lang)} {rule.id} {self.messages.title(rule)}"
        tail = self.messages.mend(finding)
        if finding.cause:
            tail = (
                f"Follows from cause {finding.cause}."
                if self.lang == "en"
                else f"由根源 {finding.cause} 引起，改正它即可。"
            )
        said = self.messages.what(finding)
        said = f"{said}." if self.lang == "en" else f"{said.rstrip('。')}。"
        return "\n".join(filter(None, (f"【{head}】" if self.lang == "zh" else f"[{head}]", said, tail)))

    def _joined(self, notes: list[str]) -> str:
        shown = notes[:NOTED]
        if len(notes) > NOTED:
            more = len(notes) - NOTED
            shown.append(
                f"{more} more, see sheet 校验结果." if self.lang == "en" else f"另有 {more} 条，见“校验结果”表。"
            )
        return "\n\n".join(shown)

    # --- the result sheet ---

    def _results(self) -> ResultSheet:
        rows: list[Row] = []
        tones: list[Tone | None] = []
        for row, tone in (*self._cause_rows(), *self._finding_rows(), *self._problem_rows(self.report.problems)):
            rows.append((len(rows) + 1, *row))
            tones.append(tone)
        document = self.document
        summary = (
            words.title(document, self.lang),
            words.verdict(document, self.lang),
            words.tally(document, self.lang),
            words.basis(document, self.lang),
        )
        return ResultSheet(RESULT, summary, HEADER[self.lang], tuple(rows), tuple(tones), WIDTHS)

    def _cause_rows(self) -> Iterable[tuple[Row, Tone | None]]:
        rule_of = {f.id: f.rule for f in self.report.findings}
        for entry in self.document["causes"]:
            rules = dict.fromkeys(rule_of[i] for i in entry["explains"] if i in rule_of)
            yield (
                (
                    words.name("cause", self.lang),
                    entry["id"],
                    entry["table"],
                    entry["row"],
                    entry["column"],
                    _link(entry["cell"]),
                    entry["stated"],
                    entry["suggested"],
                    _difference(entry["stated"], entry["suggested"]),
                    self._slip(entry["note"], rules),
                    self._advice(entry),
                ),
                "cause",
            )

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
        for finding in self._sorted():
            entry, kind = entries[finding.id], _kind(finding)
            mend = self.messages.mend(finding)
            if entry["cause"]:
                mend = f"See cause {entry['cause']}." if self.lang == "en" else f"见根源 {entry['cause']}。"
            rule = self.catalogue.rule(finding.rule)
            said = self.messages.what(finding).rstrip("。.")
            title = self.messages.title(rule)
            what = f"{said}. {title}." if self.lang == "en" else f"{said}。{title}。"
            yield (
                (
                    words.name(kind, self.lang),
                    entry["rule"],
                    entry["table"],
                    entry["row"],
                    entry["column"],
                    _link(entry["cells"][0] if entry["cells"] else None),
                    entry["stated"],
                    entry["expected"],
                    entry["difference"],
                    what,
                    mend,
                ),
                (None if kind == "warn" else TONE_OF[kind]),
            )

    def _problem_rows(self, problems: tuple[Problem, ...]) -> Iterable[tuple[Row, Tone | None]]:
        for problem in problems:
            yield (
                (
                    words.name("problem", self.lang),
                    problem.code,
                    None,
                    None,
                    None,
                    _link(problem.cell or None),
                    None,
                    None,
                    None,
                    self.messages.problem(problem),
                    None,
                ),
                None,
            )


def _kind(finding: Finding) -> str:
    return finding.severity if finding.verdict == "breaks" else finding.verdict


def _link(cell: str | None) -> Link | None:
    return Link(cell, cell) if cell else None


def _difference(stated: str | None, suggested: str | None) -> str | None:
    if stated is None and suggested is None:
        return None
    return str(Decimal(stated or "0.00") - Decimal(suggested or "0.00"))
