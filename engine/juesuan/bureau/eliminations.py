"""Declared internal flows (内部往来): what one unit paid another of the same department, taken out on both sides.

A .csv or .xlsx with the columns 类型 (补助、上缴), 付款单位编码, 收款单位编码, 支出科目, 收入科目, 金额 (万元).
收入科目 may be left empty where it is the same as 支出科目.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from juesuan import data
from juesuan.amount import NotAnAmount, parse
from juesuan.bureau.roster import Roster, decoded, said_in
from juesuan.hosts.guard import load
from juesuan.hosts.read import read_book
from juesuan.refs import Ref
from juesuan.tables import TOTAL
from juesuan.text import plain

_SUMMARY, _INCOME, _SPENDING = "收支总表", "收入决算表", "支出决算表"
_HEADS = {
    "类型": "kind",
    "往来类型": "kind",
    "付款单位编码": "payer",
    "付款单位": "payer",
    "收款单位编码": "payee",
    "收款单位": "payee",
    "支出科目": "spent",
    "支出科目编码": "spent",
    "收入科目": "got",
    "收入科目编码": "got",
    "金额": "amount",
    "金额（万元）": "amount",
}


class BadEliminations(ValueError):
    """The declared flows cannot be used; the message names the rows, in Chinese."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A kind of internal flow and where it is stated."""

    name: str
    income_column: str
    income_line: str
    spending_column: str


@dataclass(frozen=True, slots=True)
class Elimination:
    """One flow: from ``payer`` (spent under code ``spent``) to ``payee`` (got under ``got``), ``fen`` in 分."""

    flow: Flow
    payer: str
    payee: str
    spent: str
    got: str
    fen: int
    row: int = 0

    def income(self) -> Iterator[Ref]:
        """The payee's figures it is part of, and the department's."""
        for line in _levels(self.got):
            yield Ref(_INCOME, line, "本年收入合计")
            yield Ref(_INCOME, line, self.flow.income_column)
        for line in (self.flow.income_line, "本年收入合计", "收入总计"):
            yield Ref(_SUMMARY, line, "决算数")

    def spending(self) -> Iterator[Ref]:
        """The payer's figures it is part of, and the department's."""
        for line in _levels(self.spent):
            yield Ref(_SPENDING, line, "本年支出合计")
            yield Ref(_SPENDING, line, self.flow.spending_column)
        for line in (self.spent[:3], "本年支出合计", "支出总计"):
            yield Ref(_SUMMARY, line, "决算数")

    @property
    def got_at(self) -> Ref:
        return Ref(_INCOME, self.got, self.flow.income_column)

    @property
    def spent_at(self) -> Ref:
        return Ref(_SPENDING, self.spent, self.flow.spending_column)


def _levels(code: str) -> tuple[str, ...]:
    return (TOTAL, *(code[:n] for n in (3, 5, 7) if n <= len(code)))


@cache
def flows() -> Mapping[str, Flow]:
    """The kinds of flows by each of their names."""
    found: dict[str, Flow] = {}
    for entry in data.toml("bureau/flows.toml")["flow"]:
        flow = Flow(entry["name"], entry["income_column"], entry["income_line"], entry["spending_column"])
        found.update(dict.fromkeys((entry["name"], *entry.get("aliases", ())), flow))
    return found


def read_eliminations(path: Path, roster: Roster) -> tuple[Elimination, ...]:
    """The flows a file declares. Raises BadEliminations naming every row that is wrong, CannotRead."""
    content = load(path)
    if content.startswith(b"PK"):
        sheet = read_book(content, name=path.name).sheets[0]
        rows = [
            (at + 1, [said_in(v, sheet.formats.get((at, c), "")) for c, v in enumerate(row)])
            for at, row in enumerate(sheet.rows)
        ]
    else:
        text = decoded(content, path.name)
        rows = [(at, list(cells)) for at, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=1)]
    return parse_eliminations(rows, path.name, roster)


def parse_eliminations(rows: Sequence[tuple[int, Sequence[str]]], name: str, roster: Roster) -> tuple[Elimination, ...]:
    """Flows from (row number, cells). Raises BadEliminations."""
    columns: dict[str, int] = {}
    start = 0
    for _, cells in rows:
        start += 1
        columns = {key: at for at, text in enumerate(cells) if (key := _HEADS.get(plain(text)))}
        if {"kind", "payer", "payee", "spent", "amount"} <= columns.keys():
            break
    else:
        raise BadEliminations(f"抵销表“{name}”没有表头：类型、付款单位编码、收款单位编码、支出科目、收入科目、金额。")
    found, errors = [], []
    for number, cells in rows[start:]:
        if not any(cells):
            continue
        texts = {key: cells[at].strip() if at < len(cells) else "" for key, at in columns.items()}
        try:
            found.append(_elimination(number, texts, roster))
        except (ValueError, NotAnAmount) as error:
            errors.append(f"第 {number} 行：{error}")
    if errors:
        raise BadEliminations(f"抵销表“{name}”有 {len(errors)} 处错误：{'；'.join(errors[:20])}。")
    return tuple(found)


def _elimination(row: int, texts: Mapping[str, str], roster: Roster) -> Elimination:
    flow = flows().get(texts["kind"])
    if flow is None:
        raise ValueError(f"类型应为补助或上缴，不是“{texts['kind']}”")
    for key, label in (("payer", "付款"), ("payee", "收款")):
        if texts[key] not in roster.units:
            raise ValueError(f"{label}单位编码“{texts[key]}”不在名册中")
    if texts["payer"] == texts["payee"]:
        raise ValueError("付款单位和收款单位相同")
    got = texts.get("got") or texts["spent"]
    for code in (texts["spent"], got):
        if not (code.isascii() and code.isdigit() and len(code) == 7):
            raise ValueError(f"科目“{code}”应为 7 位的项级编码")
    amount = parse(texts["amount"], "万元")
    if amount is None or amount.fen <= 0:
        raise ValueError("金额应大于 0")
    return Elimination(flow, texts["payer"], texts["payee"], texts["spent"], got, amount.fen, row)
