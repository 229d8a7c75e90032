"""Relation systems for the tests: small ones by hand, nine-table ones from a case's figures or from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from juesuan.causes import Relation, Variable

CASES = Path(__file__).parents[1] / "data" / "cases"
WAN = 1_000_000
T1, T2, T3, T4, T5, T6, T9 = (
    "收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表",
    "一般公共预算财政拨款基本支出决算明细表", "财政拨款“三公”经费支出决算表",
)
CLASSES = (201, 202, 203, 204, 205, 206, 207, 208, 210, 211, 212, 213, 214, 215, 216, 217, 219, 220, 221, 222, 223,
           224, 229, 231, 232, 234)
Place = tuple[str, int, int]


def fen(text: str | float | None) -> int | None:
    """万元 as printed -> 分."""
    return None if text is None else round(float(text) * 100) * 10_000


class Build:
    """Collects cells by key and relations between keys; a missing key is no term."""

    def __init__(self) -> None:
        self.cells: dict[Any, Variable] = {}
        self.relations: list[Relation] = []

    def cell(self, key: Any, value: str | float | None, grid: Place, weight: int = 1) -> None:
        self.cells[key] = Variable(len(self.cells), fen(value), 5_000, grid, weight)

    def rule(self, terms: Iterable[tuple[Any, int]], op: str = "=", derives: Any = None, soft: bool = False) -> None:
        present = tuple((self.cells[key].index, coef) for key, coef in terms if key in self.cells)
        if len(present) < 2:
            return
        target = None if derives is None else self.cells[derives].index
        self.relations.append(Relation(len(self.relations), present, op, soft=soft, derives=target))  # type: ignore[arg-type]

    def total(self, key: Any, parts: Iterable[Any]) -> None:
        """key = Σ parts, where there are any."""
        parts = [part for part in parts if part in self.cells]
        if parts and key in self.cells:
            self.rule([(key, -1), *((part, 1) for part in parts)], derives=key)

    def tie(self, a: Any, b: Any) -> None:
        if a in self.cells and b in self.cells:
            self.rule([(a, 1), (b, -1)])

    def most(self, a: Any, b: Any, soft: bool = False) -> None:
        if a in self.cells and b in self.cells:
            self.rule([(a, 1), (b, -1)], "<=", soft=soft)

    def done(self) -> tuple[list[Variable], list[Relation]]:
        return list(self.cells.values()), self.relations


def hand(figures: Mapping[str, float | None], *rules: str, table: str = "表") -> tuple[list[Variable], list[Relation]]:
    """A small system: named cells down one column, rules like "t = a + b" (defines t), "a = b", "a <= b"."""
    build = Build()
    for row, (name, value) in enumerate(figures.items()):
        build.cell(name, value, (table, row, 0))
    for text in rules:
        op = "<=" if "<=" in text else "="
        left, right = (side.split() for side in text.split(op))
        terms = [(left[0], 1)] + [(name, -1) for name in right if name != "+"]
        build.rule(terms, op, derives=left[0] if op == "=" and len(terms) > 2 else None)
    return build.done()


def change(variables: Sequence[Variable], new: Mapping[int, int | None]) -> list[Variable]:
    """``variables`` with other figures."""
    return [replace(v, fen=new[v.index]) if v.index in new else v for v in variables]


def load(path: Path) -> dict[str, Any]:
    """The tables of a case file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    tables: dict[str, Any] = data.get("tables", data)
    return tables


def nine_tables(tables: Mapping[str, Any]) -> tuple[Build, dict[Any, Variable]]:
    """Cells and relations of 表1–表6 and 表9 of one case: keys (table, row key, column number)."""
    build = Build()
    _summary(build, T1, tables[T1])
    for name in (T2, T3, T5):
        _classified(build, name, tables[name])
    _summary(build, T4, tables[T4])
    _economic(build, tables[T6])
    _three_public(build, tables[T9])
    _across(build)
    return build, build.cells


def _summary(build: Build, name: str, table: Mapping[str, Any]) -> None:
    """表1 or 表4: income at columns 3, expenditure from column 6."""
    labels = {"本年收入合计": "收", "使用非财政拨款结余": "用", "年初结转和结余": "初", "年初财政拨款结转和结余": "初",
              "本年支出合计": "支", "结余分配": "配", "年末结转和结余": "末", "年末财政拨款结转和结余": "末"}
    for row, line in enumerate(table["income"]):
        key = labels.get(line["item"], "收总" if line["item"] == "总计" else line["line"])
        build.cell((name, key, 1), line["amount"], (name, row, 3))
    for row, line in enumerate(table["expenditure"]):
        key = labels.get(line["item"], "支总" if line["item"] == "总计" else None)
        key = key or (f"类{CLASSES[row]}" if row < 26 else line["line"])
        values = line["values"] if "values" in line else [line["amount"]]
        for n, value in enumerate(values):
            build.cell((name, key, n + 1), value, (name, row, 6 + n))
    build.total((name, "收", 1), [(name, n, 1) for n in range(1, 9)])
    build.total((name, "收总", 1), [(name, k, 1) for k in ("收", "用", "初")])
    for n in range(1, 5):
        build.total((name, "支", n), [(name, f"类{c}", n) for c in CLASSES])
        build.total((name, "支总", n), [(name, k, n) for k in ("支", "配", "末")])
    build.tie((name, "收总", 1), (name, "支总", 1))
    if name == T4:
        build.total((name, "初", 1), [(name, n, 1) for n in (29, 30, 31)])
        for row in [f"类{c}" for c in CLASSES] + ["支", "末", "支总"]:
            build.total((name, row, 1), [(name, row, n) for n in (2, 3, 4)])
        for n, (income, opening) in enumerate(((1, 29), (2, 30), (3, 31)), start=2):
            terms = [((name, income, 1), 1), ((name, opening, 1), 1), ((name, "支", n), -1), ((name, "末", n), -1)]
            build.rule(terms)


def _classified(build: Build, name: str, table: Mapping[str, Any]) -> None:
    """表2, 表3 or 表5: rows by functional code, column 1 the row sum."""
    codes = []
    width = len(table["columns"])
    for row, line in enumerate(table["rows"]):
        code = line["code"] or "合计"
        codes.append(code)
        for n, value in enumerate(line["values"], start=1):
            build.cell((name, code, n), value, (name, row, 3 + n))
    for code in codes:
        build.total((name, code, 1), [(name, code, n) for n in range(2, width + 1)])
    for code in codes:
        size = 3 if code == "合计" else len(code) + 2
        children = [c for c in codes if len(c) == size and c != "合计" and (code == "合计" or c.startswith(code))]
        for n in range(1, width + 1):
            build.total((name, code, n), [(name, child, n) for child in children])


def _economic(build: Build, table: Mapping[str, Any]) -> None:
    """表6: economic codes with their two totals; three panels side by side, as printed."""
    codes = [line["code"] for line in table["rows"]]
    for row, line in enumerate(table["rows"]):
        build.cell((T6, line["code"], 1), line["amount"], (T6, row, 3))
    for n, label in enumerate(("人员经费合计", "公用经费合计")):
        build.cell((T6, label, 1), table[label], (T6, len(codes) + n, 3))
    for code in codes:
        if len(code) == 3:
            build.total((T6, code, 1), [(T6, c, 1) for c in codes if len(c) == 5 and c.startswith(code)])
    build.total((T6, "人员经费合计", 1), [(T6, c, 1) for c in ("301", "303")])
    build.total((T6, "公用经费合计", 1), [(T6, c, 1) for c in ("302", "307", "310", "399")])


def _three_public(build: Build, table: Mapping[str, Any]) -> None:
    """表9: six budget columns and six final ones in one row."""
    for side, (start, label) in enumerate(((1, "budget"), (7, "final"))):
        for n, value in enumerate(table[label].values()):
            build.cell((T9, "数", start + n), value, (T9, 0, start + n))
        first = 1 + 6 * side
        build.total((T9, "数", first), [(T9, "数", first + n) for n in (1, 2, 5)])
        build.total((T9, "数", first + 2), [(T9, "数", first + n) for n in (3, 4)])
    for n in range(1, 7):
        build.most((T9, "数", n + 6), (T9, "数", n), soft=True)


def _across(build: Build) -> None:
    """表间 relations X-01 … X-25, as far as these tables have them."""
    build.tie((T1, "收", 1), (T2, "合计", 1))
    build.rule([((T2, "合计", 2), -1), *(((T1, n, 1), 1) for n in (1, 2, 3))])
    for n in range(4, 9):
        build.tie((T1, n, 1), (T2, "合计", n - 1))
    build.tie((T1, "支", 1), (T3, "合计", 1))
    for code in CLASSES:
        build.tie((T1, f"类{code}", 1), (T3, str(code), 1))
        build.tie((T4, f"类{code}", 2), (T5, str(code), 1))
        build.most((T4, f"类{code}", 1), (T1, f"类{code}", 1))
    for n in (1, 2, 3):
        build.tie((T4, n, 1), (T1, n, 1))
    build.tie((T4, "收", 1), (T2, "合计", 2))
    build.tie((T4, "支", 2), (T5, "合计", 1))
    build.most((T4, "初", 1), (T1, "初", 1))
    build.most((T4, "末", 1), (T1, "末", 1))
    for name, code, n in [key for key in build.cells if key[0] == T5]:
        build.most((name, code, n), (T3, code, n))
    build.rule([((T5, "合计", 2), -1), ((T6, "人员经费合计", 1), 1), ((T6, "公用经费合计", 1), 1)])
    for code, n in (("30212", 8), ("31013", 10), ("30231", 11), ("30217", 12)):
        build.most((T6, code, 1), (T9, "数", n))
    build.most((T9, "数", 7), (T4, "支", 1))
    for code, item in (("30108", "2080505"), ("30109", "2080506"), ("30113", "2210201")):
        if (T6, code, 1) in build.cells and (T5, item, 2) in build.cells:
            build.rule([((T6, code, 1), 1), ((T5, item, 2), -1)], soft=True)


def seeded(seed: int) -> tuple[Build, dict[Any, Variable]]:
    """A clean nine-table-like system with a random tree, columns and amounts; everything exact to 0.01 万元."""
    rng = random.Random(seed)
    codes: list[str] = []
    for head in sorted(rng.sample((205, 206, 208, 210, 213, 221), rng.randint(2, 4))):
        codes.append(str(head))
        for group in range(1, rng.randint(1, 3) + 1):
            codes.append(f"{head}{group:02}")
            codes += [f"{head}{group:02}{item:02}" for item in range(1, rng.randint(1, 4) + 1)]
    leaves = [code for code in codes if len(code) == 7]
    own: dict[tuple[str, int], int] = {}
    for code in leaves:
        for column in (2, 3):
            if rng.random() < 0.7:
                own[code, column] = rng.randint(101, 300_000)
    tables: dict[str, Any] = {}
    for name, extra in ((T3, True), (T5, False)):
        rows = []
        for code in ["合计", *codes]:
            under = [leaf for leaf in leaves if code == "合计" or leaf.startswith(code)]
            cents = [sum(own.get((leaf, n), 0) for leaf in under) for n in (2, 3)]
            # 表3 holds 表5 and what other money pays, which is a multiple of the leaf's number.
            more = sum(1_000 * (leaves.index(leaf) + 1) for leaf in under) if extra else 0
            values = [sum(cents) + more, cents[0], cents[1] + more] + ([0, 0, 0] if extra else [])
            rows.append({"code": None if code == "合计" else code, "values": [v / 100 if v else None for v in values]})
        tables[name] = {"columns": [""] * (6 if extra else 3), "rows": rows}
    build = Build()
    for name in (T3, T5):
        _classified(build, name, tables[name])
    for name, source in ((T1, T3), (T4, T5)):
        by_code = {row["code"]: row["values"][0] for row in tables[source]["rows"]}
        lines = [{"item": "", "line": n, "values": [by_code.get(str(c))] * (2 if name == T4 else 1)}
                 for n, c in enumerate(CLASSES, start=33)]
        for item in ("本年支出合计", "总计"):
            lines.append({"item": item, "line": 0, "values": [by_code[None]] * (2 if name == T4 else 1)})
        _summary(build, name, {"income": [], "expenditure": lines})
    _across(build)
    return build, build.cells
