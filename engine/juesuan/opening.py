"""Last year's account carried in a distributed workbook, so that opening balances are checked without last year's file.

Kept in the meta sheet, compressed: under the key ``prior``, and where a cell would not hold it under ``prior_2`` …
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any, get_args

from juesuan.amount import Amount, NotAnAmount, Unit, parse, show
from juesuan.statements import Line, Statement, StatementSet

KEY = "prior"
#: Characters in one cell; Excel takes 32,767.
_CELL = 30_000
#: No account inflates to more, bytes.
_LIMIT = 16 * 1024 * 1024


def encode(prior: StatementSet) -> dict[str, str]:
    """Last year's account as texts by key of the meta sheet."""
    whole = {
        "unit": prior.unit,
        "kind": prior.kind,
        "nature": prior.nature,
        "year": prior.year,
        "tables": {key: _table(statement) for key, statement in prior.tables.items()},
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")
    packed = base64.b64encode(zlib.compress(text, 9)).decode("ascii")
    parts = [packed[at : at + _CELL] for at in range(0, len(packed), _CELL)]
    return {KEY if n == 1 else f"{KEY}_{n}": part for n, part in enumerate(parts, start=1)}


def decode(meta: Mapping[str, str]) -> StatementSet | None:
    """Last year's account out of the meta sheet's values; None where it holds none, or none that can be read."""
    parts, number = [meta.get(KEY, "")], 2
    while more := meta.get(f"{KEY}_{number}", ""):
        parts.append(more)
        number += 1
    if not parts[0]:
        return None
    try:
        stream = zlib.decompressobj()
        text = stream.decompress(base64.b64decode("".join(parts), validate=True), _LIMIT)
        if not stream.eof:  # cut off, or absurdly large
            return None
        found: Any = json.loads(text)
        tables = {str(key): _statement(str(key), table) for key, table in found["tables"].items()}
        year = found["year"]
        if year is not None and not isinstance(year, int):
            return None
        return StatementSet(str(found["unit"]), str(found["kind"]), str(found["nature"]), year, tables)
    except (ValueError, KeyError, TypeError, AttributeError, NotAnAmount, zlib.error):
        return None


def keys(meta: Mapping[str, str]) -> dict[str, str]:
    """The entries of the meta sheet that carry last year's account."""
    return {key: text for key, text in meta.items() if key == KEY or key.startswith(f"{KEY}_")}


def _table(statement: Statement) -> dict[str, Any]:
    rows: dict[str, dict[str, str]] = {}
    for (line, column), amount in statement.figures.items():
        rows.setdefault(line, {})[column] = show(amount.fen, statement.unit)
    return {
        "unit": statement.unit,
        "columns": list(statement.columns),
        "lines": [[x.key, x.code, x.label] for x in statement.lines],
        "figures": rows,
    }


def _statement(key: str, table: Mapping[str, Any]) -> Statement:
    unit: Unit = table["unit"]
    if unit not in get_args(Unit):
        raise ValueError(unit)
    figures = {}
    for line, cells in table["figures"].items():
        for column, text in cells.items():
            if (amount := parse(text, unit)) is not None:
                figures[line, column] = Amount(amount.fen, amount.half)
    lines = tuple(Line(str(k), str(code), str(label)) for k, code, label in table["lines"])
    return Statement(key, unit, lines, tuple(map(str, table["columns"])), figures)
