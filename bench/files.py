"""The workbooks that are measured: a published account filled into the standard template, with other figures each."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from juesuan.catalogue import load
from juesuan.fill import Totals, fill
from juesuan.hosts.write import write_workbook

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
CASES = DATA / "cases"
_THREE = "三公"
_BUDGET = ("合计", "公务接待费")


def workbooks(folder: Path, case: str, totals: Totals, count: int, *, units: bool = False) -> list[Path]:
    """``count`` filled templates of one shape whose figures differ (a budget figure grows by 0.01 万元 from one to the
    next), so that no answer can be kept from run to run. ``units``: the unit's name differs too, as in a bureau's heap.
    """
    folder.mkdir(parents=True, exist_ok=True)
    original: dict[str, Any] = json.loads((CASES / f"{case}.json").read_text(encoding="utf-8"))
    paths = []
    for number in range(count):
        varied = copy.deepcopy(original)
        _raise_budget(varied, Decimal(number) / 100)
        if units:
            varied["unit"] = f"{varied['unit']}第{number + 1}分中心"
        path = folder / f"{case}-{totals}{'-units' if units else ''}-{number}.xlsx"
        draft, _ = fill(varied, load(), totals=totals)
        write_workbook(draft, path)
        paths.append(path)
    return paths


def whole(folder: Path, case: str, totals: Totals, count: int) -> list[Path]:
    """The same with 情况说明, 名词解释, 补充资料 and 自评表: whole submissions, differing in the same way."""
    folder.mkdir(parents=True, exist_ok=True)
    original: dict[str, Any] = json.loads((CASES / f"{case}.json").read_text(encoding="utf-8"))
    words = json.loads((DATA / "narrative" / f"{case}.json").read_text(encoding="utf-8"))
    original |= {"narrative": words["narrative"], "glossary": [p["text"] for p in words["glossary"]]}
    original["forms"] = json.loads((DATA / "forms" / f"{case}.json").read_text(encoding="utf-8"))["forms"]
    original["facts"] = json.loads((DATA / "facts" / f"{case}.json").read_text(encoding="utf-8"))
    paths = []
    for number in range(count):
        varied = copy.deepcopy(original)
        _raise_budget(varied, Decimal(number) / 100)
        for part in varied["narrative"]:  # other words in every paragraph, so that no reading of a text can be kept
            part["text"] = "\n".join(
                f"{line}（{'甲乙丙丁戊己庚辛壬癸子丑'[number]}稿）" for line in part["text"].split("\n")
            )
        path = folder / f"{case}-whole-{totals}-{number}.xlsx"
        write_workbook(fill(varied, load(), totals=totals)[0], path)
        paths.append(path)
    return paths


def _raise_budget(case: dict[str, Any], step: Decimal) -> None:
    for title, table in case["tables"].items():
        if _THREE in title:
            for item in _BUDGET:
                table["budget"][item] = str(Decimal(table["budget"].get(item) or 0) + step)
