"""The small accounts with forms (tests.forms.build), as a section of a case file has changed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tests.forms.build import Account, basic, hunan, project

#: Which account a case starts from: 武汉 whole and project forms, 湖南 county forms, a region with reference weights.
BASES = {"武汉": lambda: Account(), "湖南": lambda: county(), "四川": lambda: reference()}


def county() -> Account:
    return Account([hunan(), basic()], region="湖南")


def reference() -> Account:
    """A project form in a region whose scheme only recommends weights: 10, 50, 30, 10."""
    account = Account([project()], region="四川")
    form = account.forms[0]
    form["funds"][0] |= {"weight": "10", "score": "10"}
    form["indicators"][0] |= {"level1_weight": "50", "level2_weight": "30", "weight": "30", "score": "30"}
    for row in (1, 2, 3):
        form["indicators"][row]["level1_weight"] = "50"
    form["extra"] = {}
    return account


def change(account: Account, entry: Mapping[str, Any], *, beyond: bool = False) -> Account:
    """``set``: path ("1.indicators.0.actual", "0.extra.基本支出总额") → text, "" for a blank; ``known``, ``tables``."""
    for path, text in entry.get("set", {}).items():
        *way, last = path.split(".")
        place: Any = account.forms
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        place[last] = text or None
    for key, value in entry.get("known", {}).items():
        given = date.fromisoformat(value) if key == "published" else value
        account.known = replace(account.known, **{key: given})
    account.tables |= entry.get("tables", {})
    return change(account, entry["beyond"]) if beyond else account
