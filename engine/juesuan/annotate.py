"""Validation → Edits: coloured cells with notes, tab colours and the 校验结果 sheet. Pure; hosts apply them."""

from __future__ import annotations

from dataclasses import dataclass, field

from juesuan.book import cell_place
from juesuan.catalogue import Catalogue, load
from juesuan.edits import Edit, Mark, TabColour, Tone
from juesuan.findings import Cause, Correction, Finding, WordFinding
from juesuan.messages import Lang, alternatives, correction_of, figure
from juesuan.naming import split_cell
from juesuan.resultsheet import TONE_OF, Results
from juesuan.show import words
from juesuan.validation import Validation

#: From the worst to the mildest.
TONES: tuple[Tone, ...] = ("cause", "error", "explain", "rounding")
#: Findings spelled out in one note; the rest are counted.
NOTED = 6


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
        self.results = Results(validation, catalogue, lang)
        self.messages, self.names = self.results.messages, self.results.names

    def edits(self) -> list[Edit]:
        cells: dict[tuple[str, str], _Told] = {}
        for cause in self.report.causes:
            for correction in cause.corrections:
                self._tell(cells, correction.cell, "cause", self._cause_note(cause, correction))
        for finding in self.results.sorted():
            for cell in self.results.cells(finding)[:1]:
                self._tell(cells, cell, TONE_OF[self.results.kind(finding)], self._note(finding))
        order = sorted(cells, key=lambda at: (at[0], cell_place(at[1])))
        edits: list[Edit] = [Mark(*at, cells[at].tone, self._joined(cells[at].notes)) for at in order]
        worst: dict[str, Tone] = {}
        for sheet, cell in order:
            worst[sheet] = min(worst.get(sheet, "rounding"), cells[sheet, cell].tone, key=TONES.index)
        edits += [TabColour(sheet, tone) for sheet, tone in worst.items()]
        return [*edits, self.results.sheet()]

    def _tell(self, cells: dict[tuple[str, str], _Told], cell: str, tone: Tone, note: str) -> None:
        sheet, name = split_cell(cell)
        if sheet:
            cells.setdefault((sheet, name), _Told(tone)).add(tone, note)

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

    def _note(self, finding: Finding | WordFinding) -> str:
        name = words.name(self.results.kind(finding), self.lang)
        if isinstance(finding, WordFinding):
            head = f"{name} {finding.rule}"
            head = f"【{head}】" if self.lang == "zh" else f"[{head}]"
            parts = (head, self.messages.worded(finding), self._explained(finding))
            return "\n".join(filter(None, parts))
        rule = self.catalogue.rule(finding.rule)
        head = f"{name} {rule.id} {self.messages.title(rule)}"
        tail = self._explained(finding) or self.messages.mend(finding)
        if finding.cause:
            tail = (
                f"Follows from cause {finding.cause}."
                if self.lang == "en"
                else f"由根源 {finding.cause} 引起，改正它即可。"
            )
        said = self.messages.what(finding)
        said = f"{said}." if self.lang == "en" else f"{said.rstrip('。')}。"
        return "\n".join(filter(None, (f"【{head}】" if self.lang == "zh" else f"[{head}]", said, tail)))

    def _explained(self, finding: Finding | WordFinding) -> str:
        """The explanation that closes the finding; "" where there is none."""
        given = self.report.explanations.get(finding.id)
        if given is None:
            return ""
        if self.lang == "en":
            return f"Explained by {given.who} on {given.when}: {given.reason}; {given.text}"
        return f"审核说明（{given.who}，{given.when}）：{given.reason}；{given.text}"

    def _joined(self, notes: list[str]) -> str:
        shown = notes[:NOTED]
        if len(notes) > NOTED:
            more = len(notes) - NOTED
            shown.append(
                f"{more} more, see sheet 校验结果." if self.lang == "en" else f"另有 {more} 条，见“校验结果”表。"
            )
        return "\n\n".join(shown)
