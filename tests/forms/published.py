"""The thirteen published self-assessment forms and the tables beside them, as the engine takes them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from juesuan.amount import parse
from juesuan.forms.records import Form, FormReport, Known, read_forms
from juesuan.forms.verify import verify
from juesuan.statements import Line, Statement, StatementSet
from tests.foreign import cases

DATA = Path(__file__).resolve().parents[1] / "data" / "forms"
CASES = ("000", "001", "003")
#: What the cover and the narrative of each account say.
KNOWN = {
    "000": Known("武汉市工伤保险中心（武汉市劳动能力鉴定中心）", date(2024, 10, 12), None, 1, True),
    "001": Known("株洲市工伤保险服务中心", None, 292_830_000, None, None),
    "003": Known("武汉市人力资源和社会保障局", None, None, 9, True),
}


def load(case: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / f"{case}.json").read_text(encoding="utf-8"))
    return data


def forms(case: str) -> tuple[Form, ...]:
    return read_forms(load(case)["forms"])


def statements(case: str) -> StatementSet:
    """The figures of the tables that forms are compared with."""
    account = cases.load(case)
    spending = account["tables"][cases.T3]
    (total,) = [row for row in spending["rows"] if not row["code"]]
    figures = {
        ("合计", c): a for c, v in zip(spending["columns"], total["values"], strict=True) if (a := parse(v, "万元"))
    }
    summary = account["tables"][cases.T1]
    income = next(row["amount"] for row in summary["income"] if row["item"] == "总计")
    spent = next(row["amount"] for row in summary["expenditure"] if row["item"] == "本年支出合计")
    both = {("收入总计", "决算数"): parse(income, "万元"), ("本年支出合计", "决算数"): parse(spent, "万元")}
    tables = {"支出决算表": figures, "收支总表": {place: a for place, a in both.items() if a}}
    return StatementSet(
        account["unit"], account["kind"], "", account["year"],
        {
            key: Statement(key, "万元", tuple(Line(x, "", x) for x, _ in held), tuple({c for _, c in held}), held)
            for key, held in tables.items()
        },
    )  # fmt: skip


def report(case: str) -> FormReport:
    """Everything checked in one account."""
    data = load(case)
    return verify(forms(case), data["region"], data["year"], statements=statements(case), known=KNOWN[case])
