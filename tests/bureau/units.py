"""Twenty-seven units that add up to 003's published tables: one is 000 as published, the rest share what remains.

The remainder of every leaf figure (项 in the tables by code, 款 in the economic table, an item of 三公) is divided
among the other units by weights; totals follow from the leaves, so each unit's account agrees in itself.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from juesuan import catalogue
from juesuan.fill import Totals, fill
from juesuan.template.package import workbook_bytes
from tests.foreign.cases import CASES, T1, T2, T3, T4, T5, T6, T7, T8, T9

Case = dict[str, Any]
DEPARTMENT = "武汉市人力资源和社会保障局"
REAL = "101"
COUNT = 27
#: Two units between which money flows: the payer and the receiver of an internal grant, in 0.01 万元.
PAYER, RECEIVER, GRANT = "102", "103", 100


@dataclass
class Figures:
    """One unit's leaves, in 0.01 万元."""

    income: dict[str, dict[int, int]] = field(default_factory=dict)
    spending: dict[str, dict[int, int]] = field(default_factory=dict)
    general: dict[str, dict[int, int]] = field(default_factory=dict)
    basic: dict[str, int] = field(default_factory=dict)
    three: dict[tuple[str, str], int] = field(default_factory=dict)
    opening: int = 0
    grants_opening: int = 0
    distributed: int = 0


def load(case_id: str) -> Case:
    found: Case = json.loads((CASES / f"{case_id}.json").read_text(encoding="utf-8"))
    return found


def hundredths(text: str | None) -> int:
    return int((Decimal(text or 0) * 100).to_integral_value())


def said(number: int) -> str | None:
    return f"{Decimal(number) / 100:.2f}" if number else None


def _leaves(case: Case, table: str) -> dict[str, dict[int, int]]:
    rows = {r["code"]: r["values"] for r in case["tables"][table]["rows"] if r["code"]}
    leaf = [c for c in rows if len(c) == 7]
    return {c: {n: hundredths(v) for n, v in enumerate(rows[c]) if n and v} for c in leaf}


def _summary(case: Case, side: str, item: str) -> int:
    return sum(hundredths(r["amount"]) for r in case["tables"][T1][side] if item in (r["item"] or ""))


def read(case: Case) -> Figures:
    """The leaves of a published case."""
    three_title = next(t for t in case["tables"] if "三公" in t)
    leaf = ("因公出国（境）费", "公务用车购置费", "公务用车运行维护费", "公务接待费")
    three = {
        (part, item): hundredths(case["tables"][three_title][part].get(item))
        for part in ("budget", "final")
        for item in leaf
    }
    basic_title = next(t for t in case["tables"] if "基本支出决算" in t)
    basic = {r["code"]: hundredths(r["amount"]) for r in case["tables"][basic_title]["rows"] if len(r["code"]) == 5}
    opening = sum(
        hundredths(r["amount"]) for r in case["tables"][T4]["income"] if "年初财政拨款结转" in (r["item"] or "")
    )
    return Figures(
        _leaves(case, T2),
        _leaves(case, T3),
        _leaves(case, T5),
        {c: v for c, v in basic.items() if v},
        three,
        _summary(case, "income", "年初结转和结余"),
        opening,
        _summary(case, "expenditure", "结余分配"),
    )


def split(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` by weights, in whole numbers that add up to it (the largest remainders get the rest)."""
    whole = sum(weights)
    shares = [total * w // whole for w in weights]
    rests = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in rests[: total - sum(shares)]:
        shares[i] += 1
    return shares


def _divided(total: Mapping[Any, int], taken: Mapping[Any, int], weights: Sequence[int]) -> list[dict[Any, int]]:
    found: list[dict[Any, int]] = [{} for _ in weights]
    for key, value in total.items():
        for at, share in enumerate(split(value - taken.get(key, 0), weights)):
            if share:
                found[at][key] = share
    return found


@cache
def department() -> Figures:
    return read(load("003"))


@cache
def units() -> dict[str, Figures]:
    """Code → leaves; ``REAL`` is 000."""
    whole, real = department(), read(load("000"))
    weights = [7 + (i * 5) % 11 for i in range(COUNT - 1)]
    others = [Figures() for _ in weights]
    for name in ("income", "spending", "general"):
        total, own = getattr(whole, name), getattr(real, name)
        for code, columns in total.items():
            for other, share in zip(others, _divided(columns, own.get(code, {}), weights), strict=True):
                if share:
                    getattr(other, name)[code] = share
    for other, three in zip(others, _divided(whole.three, real.three, weights), strict=True):
        other.three = three
    for name in ("opening", "distributed"):
        rest = getattr(whole, name) - getattr(real, name)
        for other, share in zip(others, split(rest, weights), strict=True):
            setattr(other, name, share)
    for other in others:  # 003 has no grants left at the end of the year, so its units have none either
        received = sum(columns.get(1, 0) for columns in other.income.values())
        other.grants_opening = sum(sum(columns.values()) for columns in other.general.values()) - received
    _basic(whole.basic, real.basic, others)
    return {REAL: real, **{str(102 + i): other for i, other in enumerate(others)}}


def _basic(whole: Mapping[str, int], real: Mapping[str, int], others: list[Figures]) -> None:
    """Economic items so that each unit's add up to its basic spending by code: what is left, item by item, in order."""
    left = {code: whole[code] - real.get(code, 0) for code in whole}
    for at, other in enumerate(others):
        need = sum(columns.get(1, 0) for columns in other.general.values())
        total = sum(left.values())
        if at == len(others) - 1:
            need = total
        shares = dict(zip(left, split(need, list(left.values())), strict=True)) if need else {}
        other.basic = {code: share for code, share in shares.items() if share}
        for code, share in shares.items():
            left[code] -= share


# --- the account of one unit ---


def account(unit: str, name: str, figures: Figures, year: int = 2023, kind: str = "单位", nature: str = "事业") -> Case:
    """The case of one unit's leaves, totals computed."""
    template = load("003")
    tables = template["tables"]
    by_code = {T2: figures.income, T3: figures.spending, T5: figures.general, T7: {}, T8: {}}
    found = {title: _by_code(tables[title], leaves) for title, leaves in by_code.items()}
    for title in (T7, T8):
        found[title]["remark"] = tables[title]["remark"].replace(DEPARTMENT, name)
    found[T6] = _economic(tables[T6], figures.basic)
    found[T9] = _three(tables[T9], figures.three)
    found[T1] = _first(tables[T1], found, figures)
    found[T4] = _grants(tables[T4], found, figures)
    return {
        "case": unit,
        "unit": name,
        "year": year,
        "kind": kind,
        "nature": nature,
        "region": "湖北",
        "money_unit": "万元",
        "tables": {title: found[title] for title in (T1, T2, T3, T4, T5, T6, T7, T8, T9)},
    }


def _by_code(table: Mapping[str, Any], leaves: Mapping[str, Mapping[int, int]]) -> dict[str, Any]:
    names = {r["code"]: r["name"] for r in table["rows"]}
    width = len(table["columns"])
    totals: dict[str | None, list[int]] = {}
    for code, columns in leaves.items():
        for level in (None, code[:3], code[:5], code):
            row = totals.setdefault(level, [0] * width)
            for column, value in columns.items():
                row[column] += value
    if "本年收入" in str(table["columns"]) and "年初" in str(table["columns"]):
        totals = {None: [0] * width}
    for row in totals.values():
        row[0] = sum(row[1:])
    totals.setdefault(None, [0] * width)
    rows = [
        {"code": code, "name": names.get(code, "合计" if code is None else ""), "values": [said(v) for v in row]}
        for code, row in sorted(totals.items(), key=lambda x: x[0] or "")
    ]
    return {**{k: v for k, v in table.items() if k != "rows"}, "rows": rows}


def _economic(table: Mapping[str, Any], items: Mapping[str, int]) -> dict[str, Any]:
    rows, sums = [], {"人员经费": 0, "公用经费": 0}
    for row in table["rows"]:
        code = row["code"]
        value = items.get(code, 0) if len(code) == 5 else sum(v for c, v in items.items() if c.startswith(code))
        if len(code) == 5:
            sums["人员经费" if code[:3] in ("301", "303") else "公用经费"] += value
        rows.append({**row, "amount": said(value)})
    return {**table, "rows": rows, "人员经费合计": said(sums["人员经费"]), "公用经费合计": said(sums["公用经费"])}


def _three(table: Mapping[str, Any], items: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    found = dict(table)
    for part in ("budget", "final"):
        one = {item: items.get((part, item), 0) for item in table[part]}
        one["公务用车小计"] = one["公务用车购置费"] + one["公务用车运行维护费"]
        one["合计"] = one["因公出国（境）费"] + one["公务用车小计"] + one["公务接待费"]
        found[part] = {item: said(value) for item, value in one.items()}
    return found


def _total(table: Mapping[str, Any], code: str | None) -> list[int]:
    """A row's figures; zeros where the table does not have it."""
    return next(([hundredths(v) for v in r["values"]] for r in table["rows"] if r["code"] == code), [0] * 7)


_CLASSES = {"教育": "205", "社会保障和就业": "208", "卫生健康": "210", "资源勘探": "215", "住房保障": "221"}


def _class_total(table: Mapping[str, Any], item: str) -> int:
    code = next((code for word, code in _CLASSES.items() if word in item), "")
    return _total(table, code)[0] if code else 0


def _first(table: Mapping[str, Any], found: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    income, spending = _total(found[T2], None), _total(found[T3], None)
    closing = income[0] + figures.opening - spending[0] - figures.distributed
    lines = {
        1: income[1],
        4: income[2],
        5: income[3],
        6: income[4],
        7: income[5],
        8: income[6],
        27: income[0],
        29: figures.opening,
        31: income[0] + figures.opening,
        58: spending[0],
        59: figures.distributed,
        60: closing,
        62: income[0] + figures.opening,
    }
    return _lines(table, lines, lambda row: _class_total(found[T3], row["item"] or ""))


def _grants(table: Mapping[str, Any], found: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    income, spending = _total(found[T2], None)[1], _total(found[T5], None)[0]
    closing = income + figures.grants_opening - spending
    new = dict(table)
    lines = {
        1: income,
        27: income,
        28: figures.grants_opening,
        29: figures.grants_opening,
        32: income + figures.grants_opening,
    }
    new["income"] = [{**r, "amount": said(lines.get(r["line"], 0))} for r in table["income"]]
    spent = {59: spending, 60: closing, 64: spending + closing}
    rows = []
    for r in table["expenditure"]:
        value = spent.get(r["line"], 0) or (_class_total(found[T5], r["item"] or "") if r["line"] < 59 else 0)
        rows.append({**r, "values": [said(value), said(value), None, None]})
    new["expenditure"] = rows
    return new


def _lines(table: Mapping[str, Any], lines: Mapping[int, int], by_class: Any) -> dict[str, Any]:
    new = dict(table)
    new["income"] = [{**r, "amount": said(lines.get(r["line"], 0))} for r in table["income"]]
    new["expenditure"] = [
        {**r, "amount": said(lines[r["line"]] if r["line"] in lines else by_class(r) if r["line"] < 58 else 0)}
        for r in table["expenditure"]
    ]
    return new


# --- names ---


def name_of(code: str) -> str:
    return load("000")["unit"] if code == REAL else f"{DEPARTMENT}第{int(code) - 100}直属单位"


def roster_text() -> str:
    lines = ["单位编码,单位名称,上级编码,单位性质,版式", f"1,{DEPARTMENT},,,hubei-2023"]
    lines += [f"{code},{name_of(code)},1,事业,{'hubei-2023-30' if code == REAL else ''}" for code in units()]
    return "\n".join(lines) + "\n"


def write_roster(folder: Path) -> Path:
    path = folder / "units.csv"
    path.write_text(roster_text(), encoding="utf-8")
    return path


def grant(units_: Mapping[str, Figures]) -> None:
    """An internal grant: the payer spends it (out of what it would have kept), the receiver gets it (and keeps it)."""
    code, payer, receiver = "2080199", units_[PAYER], units_[RECEIVER]
    payer.spending[code] = {**payer.spending.get(code, {}), 5: GRANT}
    receiver.income[code] = {**receiver.income.get(code, {}), 2: GRANT}


def with_grant() -> dict[str, Figures]:
    """The units, money passed between two of them."""
    found = copy.deepcopy(units())
    grant(found)
    return found


def cases(figures: Mapping[str, Figures] | None = None) -> dict[str, Case]:
    """Code → account; 000 as published."""
    return {
        code: load("000") if code == REAL else account(code, name_of(code), f)
        for code, f in (figures or units()).items()
    }


def filled(case: Case, totals: Totals = "stated") -> bytes:
    """The account in the standard workbook."""
    return workbook_bytes(fill(case, catalogue.load(), totals=totals)[0])


def collect(folder: Path, figures: Mapping[str, Figures] | None = None) -> Path:
    """All accounts in ``folder``/收件, two folders deep; the folder."""
    inbox = folder / "收件"
    for number, (code, case) in enumerate(cases(figures).items()):
        below = inbox / f"第{number % 3}批"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{code}.xlsx").write_bytes(filled(case))
    return inbox
