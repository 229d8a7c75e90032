"""The report as data: schema "juesuan.report/1", the same for files, servers and every rendering (text, HTML)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from juesuan.amount import show
from juesuan.catalogue import Catalogue, load
from juesuan.findings import Cause, Correction, Counts, Finding, Reading, WordFinding
from juesuan.messages import Lang, Messages, allowance, alternatives
from juesuan.naming import Names
from juesuan.validation import Validation

SCHEMA: Literal["juesuan.report/1"] = "juesuan.report/1"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CatalogueMark(_Record):
    """Which rules were applied: 规则目录 version and fingerprint."""

    version: str
    sha256: str


class CountsRecord(_Record):
    """applicable = holds + rounding + breaks + not_evaluated, always."""

    applicable: int
    holds: int = Field(description="相符")
    rounding: int = Field(description="尾差")
    breaks: int = Field(description="不符")
    not_evaluated: int = Field(description="未执行")
    not_applicable: int = Field(description="不适用")


class ExplanationRecord(_Record):
    """审核说明 of a 核实性 finding: reason from the list, text, who wrote it and when, and the cell it is typed in."""

    reason: str
    text: str
    who: str
    when: str
    cell: str


class FindingRecord(_Record):
    """One relation that is not simply 相符.

    Of the tables: amounts are decimal strings in 万元 whatever the table is written in, so that reports add up; null
    where none; ``message`` speaks in the table's own unit. Of words and forms: ``table`` is 情况说明 or the form's
    title, ``row`` the section or indicator, and the values are texts as they are written ("675.49 万元").
    """

    id: str
    rule: str
    severity: Literal["fatal", "explain", "warn"] = Field(description="强制性、核实性、提示")
    verdict: Literal["rounding", "breaks", "not_evaluated"] = Field(description="尾差、不符、未执行")
    table: str = Field(description="the table's published name")
    row: str | None = Field(description="科目 code, or the label of a row without one; null for a whole table")
    column: str | None = Field(description="printed heading; null where the finding is about a row or table")
    cells: list[str] = Field(description='"Sheet!A1", the finding\'s own cell first')
    stated: str | None
    expected: str | None
    difference: str | None = Field(description="stated - expected")
    allowed: str | None = Field(description="rounding allowance, in whole steps of 0.01; 0.00 in tables of 元")
    message: str
    cause: str | None = Field(description="id of the cause entry that explains it; of several cells the first")
    explanation: ExplanationRecord | None = Field(description="审核说明 that closes it; null where there is none")


class AlternativeRecord(_Record):
    """Another cell whose correction would repair the same findings (也可能是); amounts in 万元."""

    cell: str | None
    table: str
    row: str | None
    column: str | None
    stated: str | None
    suggested: str | None
    unit: Literal["万元", "元"]


class CauseRecord(_Record):
    """One cell to correct (根源).

    A cause of several cells (figures shifted by a row, swapped …) is one entry per cell with the ids c3.1, c3.2 … and
    one ``group`` c3; its findings name the first, which also has the alternatives.
    ``suggested`` null: the cell should be blank. Amounts in 万元; ``unit`` is what the cell is written in.
    """

    id: str
    cell: str | None
    table: str
    row: str | None
    column: str | None
    stated: str | None
    suggested: str | None
    explains: list[str]
    group: str
    kind: Literal["value", "shift", "swap", "sign", "unit", "digits"] = Field(
        description="数值、错行错栏、互换、正负号、金额单位、数字录入"
    )
    note: str
    message: str
    unit: Literal["万元", "元"]
    alternatives: list[AlternativeRecord]


class ProblemRecord(_Record):
    """Something told of the file itself: what was normalised, what could not be read or bound."""

    code: str
    cell: str | None
    message: str


class UnboundRecord(_Record):
    """A figure in the words that nothing vouches for: not an error, but nobody has checked it."""

    cell: str | None
    text: str


class ReadingRecord(_Record):
    """How many figures of 情况说明 were bound to tables, 补充资料, forms or arithmetic; the others one by one."""

    figures: int
    bound: int
    unbound: list[UnboundRecord]


class Report(_Record):
    """The report of one file. ``reading`` is null for a file without 情况说明."""

    schema_: Literal["juesuan.report/1"] = Field(alias="schema")
    file: str
    unit: str
    year: int | None
    layout: str
    catalogue: CatalogueMark
    counts: CountsRecord
    findings: list[FindingRecord]
    causes: list[CauseRecord]
    problems: list[ProblemRecord]
    reading: ReadingRecord | None


class Failure(_Record):
    """A file that cannot be used, in a list of several."""

    schema_: Literal["juesuan.report/1"] = Field(alias="schema")
    file: str
    error: str


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a report (what ``juesuan schema report`` prints)."""
    found = Report.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **found}


def failure(file: str, error: str) -> dict[str, Any]:
    """The entry of a file that cannot be used."""
    return {"schema": SCHEMA, "file": file, "error": error}


def to_json(validation: Validation, lang: Lang = "zh", catalogue: Catalogue | None = None) -> dict[str, Any]:
    """The report of a validation as plain data, ready for ``json.dumps``."""
    return _Writer(validation, catalogue or load(), lang).report()


class _Writer:
    def __init__(self, validation: Validation, catalogue: Catalogue, lang: Lang) -> None:
        self.source = validation.report
        self.names = Names(catalogue, validation.binding)
        self.messages = Messages(catalogue, validation.binding, lang)
        self.first = {
            c.id: c.id if len(c.corrections) == 1 else f"{c.id}.1" for c in self.source.causes if c.corrections
        }

    def report(self) -> dict[str, Any]:
        report = self.source
        return {
            "schema": SCHEMA,
            "file": report.file,
            "unit": report.unit,
            "year": report.year,
            "layout": report.layout,
            "catalogue": {"version": report.catalogue_version, "sha256": report.catalogue_sha256},
            "counts": counts(report.counts),
            "findings": [self.finding(f) if isinstance(f, Finding) else self.worded(f) for f in report.every],
            "causes": [entry for c in report.causes for entry in self.cause(c)],
            "problems": [
                {"code": p.code, "cell": p.cell or None, "message": self.messages.problem(p)} for p in report.problems
            ],
            "reading": _reading(report.reading),
        }

    def worded(self, finding: WordFinding) -> dict[str, Any]:
        return {
            "id": finding.id,
            "rule": finding.rule,
            "severity": finding.severity,
            "verdict": finding.verdict,
            "table": finding.table,
            "row": finding.row or None,
            "column": finding.column or None,
            "cells": list(finding.cells),
            "stated": finding.stated or None,
            "expected": finding.expected or None,
            "difference": finding.difference or None,
            "allowed": None,
            "message": self.messages.worded(finding),
            "cause": None,
            "explanation": self.explanation(finding.id),
        }

    def explanation(self, finding: str) -> dict[str, Any] | None:
        given = self.source.explanations.get(finding)
        if given is None:
            return None
        return {"reason": given.reason, "text": given.text, "who": given.who, "when": given.when, "cell": given.cell}

    def finding(self, finding: Finding) -> dict[str, Any]:
        names = self.names
        column = None if names.about_line(finding) else names.column(finding.subject) or None

        def shown(fen: int | None) -> str | None:
            return None if fen is None else show(fen, "万元")

        allowed = None if finding.allowed is None else allowance(finding.allowed, "万元") or show(0, "万元")
        return {
            "id": finding.id,
            "rule": finding.rule,
            "severity": finding.severity,
            "verdict": finding.verdict,
            "table": names.table(finding.subject),
            "row": names.row(finding.subject) or None,
            "column": column,
            "cells": list(names.cells(finding)),
            "stated": shown(finding.stated),
            "expected": shown(finding.expected),
            "difference": shown(finding.difference),
            "allowed": allowed,
            "message": self.messages.finding(finding),
            "cause": self.first.get(finding.cause),
            "explanation": self.explanation(finding.id),
        }

    def cause(self, cause: Cause) -> list[dict[str, Any]]:
        several = len(cause.corrections) > 1
        entries = []
        for number, correction in enumerate(cause.corrections, start=1):
            place = self.correction(correction)
            unit = place.pop("unit")
            entries.append(
                {
                    "id": f"{cause.id}.{number}" if several else cause.id,
                    **place,
                    "explains": list(cause.explains),
                    "group": cause.id,
                    "kind": cause.kind,
                    "note": self.messages.note(cause.note),
                    "message": self.messages.cause(cause, correction),
                    "unit": unit,
                    "alternatives": [self.correction(x) for x in alternatives(cause, correction)],
                }
            )
        return entries

    def correction(self, correction: Correction) -> dict[str, Any]:
        names = self.names
        return {
            "cell": correction.cell or None,
            "table": names.table(correction.ref),
            "row": names.row(correction.ref) or None,
            "column": names.column(correction.ref) or None,
            "stated": None if correction.stated is None else show(correction.stated, "万元"),
            "suggested": None if correction.suggested is None else show(correction.suggested, "万元"),
            "unit": names.unit(correction.ref),
        }


def counts(found: Counts) -> Mapping[str, int]:
    """The counts as data."""
    return {
        "applicable": found.applicable,
        "holds": found.holds,
        "rounding": found.rounding,
        "breaks": found.breaks,
        "not_evaluated": found.not_evaluated,
        "not_applicable": found.not_applicable,
    }


def _reading(found: Reading | None) -> dict[str, Any] | None:
    if found is None:
        return None
    unbound = [{"cell": cell or None, "text": text} for cell, text in found.unbound]
    return {"figures": found.figures, "bound": found.bound, "unbound": unbound}
