"""Shapes: which lines and columns one file's tables have, and the sets of lines rules speak of (类、上级、末级 …)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from juesuan.statements import Line, StatementSet
from juesuan.tables import TOTAL, TableSpec

#: Names of 项 that only hold 基本支出, and of the one that only holds 项目支出.
RUNNING = ("行政运行", "事业运行")
MANAGING = ("一般行政管理事务",)


class UnknownSet(KeyError):
    """A rule names a set of lines or columns that its table does not have."""


class TableShape:
    """One table's lines and columns as found, with the tree its codes span.

    A line's parent is the nearest shorter code that is present, so that a missing 款 row neither hides nor doubles
    its 项; that the row is missing is another rule's finding.
    """

    def __init__(self, spec: TableSpec, lines: tuple[Line, ...], columns: tuple[str, ...], partial: bool) -> None:
        self.spec = spec
        self.lines = lines
        self.columns = columns
        self.partial = partial
        self.keys = frozenset(line.key for line in lines)

    @cached_property
    def by_key(self) -> dict[str, Line]:
        return {line.key: line for line in self.lines}

    @cached_property
    def coded(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.code)

    @cached_property
    def parents(self) -> dict[str, str]:
        """Line key → key of its nearest present ancestor ("" at the top)."""
        first: dict[str, str] = {}
        for line in self.coded:
            first.setdefault(line.code, line.key)
        found = {}
        for line in self.coded:
            above = (first[line.code[:n]] for n in (5, 3) if n < len(line.code) and line.code[:n] in first)
            found[line.key] = next(above, "")
        return found

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Line key ("" for the top) → keys of its children, in the file's order."""
        found: dict[str, list[str]] = {}
        for key, parent in self.parents.items():
            found.setdefault(parent, []).append(key)
        return {key: tuple(below) for key, below in found.items()}

    def lines_in(self, name: str) -> tuple[str, ...]:
        """The keys of the lines in a named set. Raises UnknownSet."""
        maker = getattr(self, f"_{self.spec.kind}", None)
        found: tuple[str, ...] | None = maker(name) if maker else None
        if found is None:
            raise UnknownSet(f"《{self.spec.name}》没有名为“{name}”的行集合")
        return found

    def columns_in(self, name: str) -> tuple[str, ...] | None:
        """The columns in a named set, or None if it is not a set of columns."""
        if name == "栏":
            return self.spec.column_keys
        if name == "分栏":
            return self.spec.column_keys[1:]
        for panel in self.spec.panels:
            if name == f"{panel.key}栏":
                return panel.columns
        return None

    def _codes(self, name: str) -> tuple[str, ...] | None:
        lines = self.coded
        match name:
            case "行":
                return tuple(x.key for x in self.lines if x.code or x.key == TOTAL)
            case "科目":
                return tuple(x.key for x in lines)
            case "类":
                return self.children.get("", ())
            case "款" | "项":
                return tuple(x.key for x in lines if len(x.code) == (5 if name == "款" else 7))
            case "上级":
                return tuple(x.key for x in lines if x.key in self.children)
            case "末级":
                return tuple(x.key for x in lines if x.key not in self.children)
            case "运行类项" | "管理事务项":
                names = RUNNING if name == "运行类项" else MANAGING
                return tuple(x.key for x in lines if len(x.code) == 7 and x.label.strip() in names)
        return None

    def _economic(self, name: str) -> tuple[str, ...] | None:
        lines = self.coded
        top = self.children.get("", ())
        totals = {t.key.removesuffix("合计"): t.classes for t in self.spec.totals}
        if name in ("科目", "类", "上级", "末级"):
            return self._codes(name)
        if name == "全部行":
            return tuple(x.key for x in self.lines)
        if name == "款":
            return tuple(x.key for x in lines if len(x.code) == 5)
        if name == "其他类":
            return tuple(k for k in self.children if k and k[:3] not in ("301", "302", "303"))
        if name == "基建科目":
            return tuple(x.key for x in lines if x.code.startswith("309"))
        if name.endswith("各款"):
            return self.children.get(name.removesuffix("各款"), ())
        for block, classes in totals.items():
            if name == f"{block}类":
                return tuple(k for k in top if k[:3] in classes)
            if name == f"{block}款":
                return tuple(x.key for x in lines if len(x.code) == 5 and x.code[:3] in classes)
        return None

    def _panels(self, name: str) -> tuple[str, ...] | None:
        if name in self.spec.grouped:
            return tuple(k for k in self.spec.grouped[name] if k in self.keys)
        if name == "空行":
            return tuple(x.key for x in self.lines if not x.label)
        if name == "应有行":
            return tuple(x.key for p in self.spec.panels for x in p.tail if not (x.optional or x.blank))
        for panel in self.spec.panels:
            if name == f"{panel.key}行":
                return tuple(x.key for x in panel.lines if x.key in self.keys and not x.blank)
        return None

    def _matrix(self, name: str) -> tuple[str, ...] | None:
        return tuple(x.key for x in self.spec.lines) if name == "行" else None


PRIOR = "上年"


def shapes(statements: StatementSet, specs: Mapping[str, TableSpec]) -> dict[str, TableShape]:
    """The shapes of a file's tables by table key (last year's tables stand beside them as 上年…)."""
    return {
        key: TableShape(specs[key.removeprefix(PRIOR)], table.lines, table.columns, table.partial)
        for key, table in statements.tables.items()
    }
