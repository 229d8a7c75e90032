"""What a case's figures mean, worked out here on its own: (table, line, column) → 分, to compare with a binding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from juesuan.binding import Binding
from juesuan.english import english
from juesuan.findings import CheckReport
from tests.foreign.cases import T1, T2, T3, T4, T5, T6, T7, T8, T9, TABLES, Address, Case, addresses, figure
from tests.published import BREAKS, ROUNDING
from tests.test_published import arithmetic

Meaning = tuple[str, str, str]
FEN = 1_000_000  # in one 万元

KEYS = dict(
    zip(
        TABLES,
        ("收支总表", "收入决算表", "支出决算表", "财拨总表", "一般公共预算支出表", "基本支出明细表", "政府性基金表",
         "国有资本经营表", "三公表"),
        strict=True,
    )
)  # fmt: skip
CLASSES = [
    "201",
    "202",
    "203",
    "204",
    "205",
    "206",
    "207",
    "208",
    "210",
    "211",
    "212",
    "213",
    "214",
    "215",
    "216",
    "217",
    "219",
    "220",
    "221",
    "222",
    "223",
    "224",
    "229",
    "231",
    "232",
    "234",
]
_FUNDS = ("合计", "一般公共预算", "政府性基金预算", "国有资本经营预算")
_GRANTS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
_T4_INCOME = {
    **dict(enumerate(_GRANTS, start=1)),
    27: "本年收入合计",
    28: "年初财政拨款结转和结余",
    **{n: f"年初{name}" for n, name in enumerate(_GRANTS, start=29)},
    32: "收入总计",
}


def meaning(case: Case, at: Address) -> Meaning:
    """The meaning of the figure at an address."""
    title = str(at[0])
    table, part = KEYS[title], str(at[1])
    content = case["tables"][title]
    if title == T9:
        return table, str(at[2]), {"budget": "预算数", "final": "决算数"}[part]
    if title == T6:
        return table, part if len(at) == 2 else content["rows"][at[2]]["code"], "决算数"
    row = content[part][at[2]]
    if title in (T2, T3, T5, T7, T8):
        return table, row["code"] or "合计", content["columns"][at[4]]
    item = (row["item"] or "").split("、")[-1]
    if part == "expenditure":
        line = CLASSES[int(at[2])] if int(at[2]) < len(CLASSES) else item.replace("总计", "支出总计")
        return table, line, _FUNDS[int(at[4])] if title == T4 else "决算数"
    if title == T4:
        return table, _T4_INCOME.get(row["line"], f"行{row['line']}"), "金额"
    return table, item.replace("总计", "收入总计"), "决算数"


def expected(case: Case) -> dict[Meaning, int]:
    """Every figure of a case that is not zero, by meaning."""
    found = {}
    for table in TABLES:
        for at in addresses(case, table):
            if value := figure(case, at):
                found[meaning(case, at)] = int(value * FEN)
    return found


def bound(binding: Binding) -> dict[Meaning, int]:
    """Every figure bound that is not zero, by meaning."""
    return {
        (key, *place): amount.fen
        for key, statement in binding.statements.tables.items()
        for place, amount in statement.figures.items()
        if amount.fen
    }


def published(case: Case, report: CheckReport) -> bool:
    """Whether a report has exactly the findings proof-read for the case."""
    return arithmetic(report) == BREAKS[case["case"]] | ROUNDING[case["case"]]


#: Told of every workbook that is not ours, or of the three accounts themselves (003 clips a line's name).
_USUAL = re.compile(
    r"不是本项目的模板|没有提供上年决算|没有写明年度|没有写明单位名称|单位性质（行政、参公、事业）没有填写|行名“(三、)?国有资本经营预算财政拨”"
)


def told(report: CheckReport) -> list[str]:
    """Every problem told but the usual ones, as "cell message"; all of them have an English wording."""
    assert [p.message for p in report.problems if english(p.message) == p.message] == []
    assert [f.detail for f in report.findings if f.detail and english(f.detail) == f.detail] == []
    return [f"{p.cell} {p.message}".strip() for p in report.problems if not _USUAL.search(p.message)]


def unmatched(messages: Iterable[str], patterns: Iterable[str]) -> tuple[list[str], list[str]]:
    """(messages that no pattern matches, patterns that match no message)."""
    messages, patterns = list(messages), list(patterns)
    return (
        [m for m in messages if not any(re.search(p, m) for p in patterns)],
        [p for p in patterns if not any(re.search(p, m) for m in messages)],
    )


def wan(text: str) -> int:
    """「12.5」万元 in 分."""
    return int(Decimal(text) * FEN)


__all__ = ["CLASSES", "FEN", "KEYS", "T1", "bound", "expected", "meaning", "published", "told", "unmatched", "wan"]
