"""Last year's closing balances carried in a distributed workbook, so that this year's opening ones can be checked.

Kept as one text in the meta sheet (key ``prior``): JSON of the year, the unit and, for each table, line → column →
amount in 万元. Only what the rules compare with last year is carried (T1-09, T7-05).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from juesuan.amount import NotAnAmount, Unit, parse, show
from juesuan.statements import Line, Statement, StatementSet

KEY = "prior"
_UNIT: Unit = "万元"
_CLOSING = "年末结转和结余"
_SUMMARY, _FUND = "收支总表", "政府性基金表"


def encode(prior: StatementSet) -> str:
    """Last year's closing balances as one text; "" where the account has neither table."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    summary = prior.tables.get(_SUMMARY)
    if summary is not None:
        tables[_SUMMARY] = {
            _CLOSING: {c: show(a.fen, _UNIT) for (line, c), a in summary.figures.items() if line == _CLOSING}
        }
    fund = prior.tables.get(_FUND)
    if fund is not None:
        codes = {x.key: x.code for x in fund.lines if x.code}
        # Codes without a balance go along: that there was none is what an opening balance is compared with.
        tables[_FUND] = {
            code: {_CLOSING: show(a.fen, _UNIT)} if (a := fund.figures.get((line, _CLOSING))) else {}
            for line, code in codes.items()
        }
    if not tables:
        return ""
    whole = {"year": prior.year, "unit": prior.unit, "tables": tables}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(text: str) -> StatementSet | None:
    """The closing balances of such a text; None where it is "" or not of this kind."""
    if not text:
        return None
    try:
        found: Any = json.loads(text)
        tables = {key: _statement(key, lines) for key, lines in found["tables"].items()}
        year = found["year"]
        if not isinstance(year, int | None) or not isinstance(found["unit"], str):
            return None
        return StatementSet(found["unit"], "", "", year, tables)
    except (ValueError, KeyError, TypeError, AttributeError, NotAnAmount):
        return None


def _statement(table: str, lines: Mapping[str, Mapping[str, str]]) -> Statement:
    column = "决算数" if table == _SUMMARY else _CLOSING
    figures = {}
    for line, cells in lines.items():
        for name, text in cells.items():
            if (amount := parse(text, _UNIT)) is not None:
                figures[line, name] = amount
    listed = tuple(Line(key, key if key.isdigit() else "", key) for key in lines)
    return Statement(table, _UNIT, listed, (column,), figures)
