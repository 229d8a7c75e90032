"""名词解释: the terms and 科目 that an account uses, with definitions from narrative/glossary.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from juesuan import data
from juesuan.catalogue import Catalogue
from juesuan.data import BadData
from juesuan.layout import Layout, chinese
from juesuan.narrate.figures import Figures
from juesuan.narrate.records import Piece
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement

FILE = "narrative/glossary.toml"
SECTION = "名词解释"
CODES = "科目"


@cache
def _document() -> Mapping[str, Any]:
    document = data.toml(FILE)
    for entry in document["term"]:
        if not entry.get("when") and not entry.get("always") and entry["key"] != CODES:
            raise BadData(f"{FILE}：“{entry['key']}”没有写什么时候用（when 或 always）")
    return document


def glossary(statements: StatementSet, *, catalogue: Catalogue, layout: Layout, region: str = "",
             kind: str = "") -> tuple[Piece, ...]:
    """The entries for what the account's tables use, in the order of the data; 科目 by code in their place.

    A 科目 without a definition is shown as 【待填：…】.
    """
    figures = Figures(statements, Supplement(), catalogue)
    document = _document()
    kind = kind or statements.kind or "单位"
    pieces: list[Piece] = []
    number = 0
    for entry in document["term"]:
        if not _used(entry, figures, region or layout.region):
            continue
        codes = _codes(figures) if entry["key"] == CODES else ()
        if entry["key"] == CODES and not codes:
            continue
        number += 1
        text = entry.get("text", "").replace("{主体}", kind)
        name = entry["name"].replace("{主体}", kind)
        said = f"（{chinese(number)}）{name}" + (f"：{text}" if text else "")
        pieces.append(Piece(f"名词.{entry['key']}", SECTION, said))
        for at, code in enumerate(codes, start=1):
            pieces.append(_code(figures, code, at, document))
    return tuple(pieces)


def _used(entry: Mapping[str, Any], figures: Figures, region: str) -> bool:
    """Whether the account needs the term: one of the places it names holds a figure."""
    if region not in entry.get("regions", (region,)) or figures.statements.nature in entry.get("not_for", ()):
        return False
    return bool(entry.get("always") or entry["key"] == CODES or
                any(figures.table(place).fen for place in entry.get("when", ())))


def _codes(figures: Figures) -> tuple[str, ...]:
    """The 项 that the spending tables hold with figures, by code."""
    found = set()
    for table, column in (("支出决算表", "本年支出合计"), ("一般公共预算支出表", "小计"), ("政府性基金表", "小计"),
                          ("国有资本经营表", "合计")):
        statement = figures.statement(table)
        for line in statement.lines if statement else ():
            if len(line.code) == 7 and figures.table(f"{table}[{line.code}, {column}]").fen:
                found.add(line.code)
    return tuple(sorted(found))


def _code(figures: Figures, code: str, number: int, document: Mapping[str, Any]) -> Piece:
    row = figures.row(code)
    head = f"{number}.{row.names[0]}（类）{row.names[1]}（款）{row.names[2]}（项）："
    common = (c["text"] for c in document["common"] if code.endswith(c["ending"]) and row.name == c["name"])
    text = document["code"].get(code) or next(common, "")
    if text:
        return Piece(f"名词.{code}", SECTION, head + text)
    return Piece(f"名词.{code}", SECTION, f"{head}【待填：{row.name}的解释】", (f"名词.{code}",))
