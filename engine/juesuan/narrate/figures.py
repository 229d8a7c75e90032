"""Looking up what sentences need: figures of the tables, rows of 科目, values of 补充资料."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from juesuan.catalogue import Catalogue
from juesuan.refs import Ref
from juesuan.statements import Statement, StatementSet
from juesuan.supplement import Supplement, specs
from juesuan.tables import TOTAL

GENERAL, BASIC = "一般公共预算支出表", "基本支出明细表"
_REF = re.compile(r"^([^\[\]]+)\[([^\[\],]+), *([^\[\],]+)\]$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in 分, None where it is not known; then ``key`` and ``label`` say what is lacking."""

    fen: int | None
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A 科目 of the general budget's spending table: its names by level and its figures."""

    code: str
    names: tuple[str, str, str]
    total: Quantity
    project: Quantity

    @property
    def name(self) -> str:
        """The name of the 科目 itself."""
        return self.names[{3: 0, 5: 1}.get(len(self.code), 2)]


@lru_cache(maxsize=1024)
def ref(text: str) -> Ref:
    """ "收支总表[收入总计, 决算数]" → Ref. Raises ValueError for anything else."""
    match = _REF.match(text)
    if not match:
        raise ValueError(f"“{text}”应写成 表[行, 栏]")
    return Ref(*match.groups())


class Figures:
    """One file's tables and 补充资料."""

    def __init__(self, statements: StatementSet, supplement: Supplement, catalogue: Catalogue) -> None:
        self.statements, self.supplement, self.catalogue = statements, supplement, catalogue

    def table(self, *places: str) -> Quantity:
        """The first of the places that the file states; a blank of a line that is there is zero."""
        for place in places:
            found = self._fen(ref(place))
            if found is not None:
                return Quantity(found, "", "")
        return Quantity(None, f"表.{places[0]}", self._called(ref(places[0])))

    def _fen(self, wanted: Ref) -> int | None:
        statement = self.statements.tables.get(wanted.table)
        if statement is None:
            return None
        lines = self._keys[wanted.table]
        line = lines.get(wanted.line, wanted.line)
        found = statement.figures.get((line, wanted.column))
        if found is not None:
            return found.fen
        if (line, wanted.column) in statement.unread:
            return None
        if wanted.column not in statement.columns:
            return None if statement.partial else 0
        if wanted.line in lines or (wanted.line == TOTAL and statement.empty):
            return 0
        spec = self.catalogue.tables[wanted.table].fixed.get(wanted.line)
        return 0 if spec and spec.optional and statement.lines else None

    def _called(self, wanted: Ref) -> str:
        spec = self.catalogue.tables[wanted.table]
        fixed = spec.fixed.get(wanted.line)
        line = fixed.printed if fixed and fixed.printed else wanted.line
        return f"《{spec.name}》{line}行{spec.column(wanted.column).printed}"

    @cached_property
    def _keys(self) -> Mapping[str, Mapping[str, str]]:
        """Table → code or line key → line key."""
        return {key: {**{line.code: line.key for line in reversed(table.lines) if line.code},
                      **{line.key: line.key for line in table.lines}}
                for key, table in self.statements.tables.items()}

    def given(self, key: str) -> Quantity:
        """An amount of 补充资料."""
        found = self.supplement.amount(key)
        return Quantity(found.fen if found else None, key, specs().label(key))

    # --- 科目 ---

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Code → name, as the tables print it, those of the general budget first."""
        found: dict[str, str] = {}
        for key in (GENERAL, "支出决算表", "收入决算表", "政府性基金表", "国有资本经营表"):
            table = self.statements.tables.get(key)
            for line in table.lines if table else ():
                if line.code and line.label.strip():
                    found.setdefault(line.code, line.label.strip())
        return found

    def name(self, code: str) -> str:
        """The name of a functional 科目; its code where neither table nor dictionary has one."""
        return self._names.get(code) or self.catalogue.functional.name(code, self.statements.year) or code

    @cached_property
    def general(self) -> tuple[Row, ...]:
        """The rows of the general budget's spending table with figures, by code."""
        table = self.statements.tables.get(GENERAL)
        codes = {line.code for line in table.lines if line.code} if table else set()
        rows = (self.row(code) for code in sorted(codes))
        return tuple(row for row in rows if row.total.fen != 0)

    def row(self, code: str) -> Row:
        """A 科目 with its figures in the general budget, whether the table lists it or not."""
        names = (self.name(code[:3]), self.name(code[:5]), self.name(code[:7]))
        table = self.statements.tables.get(GENERAL)
        if table is not None and code not in self._keys[GENERAL]:
            none = Quantity(0, "", "")
            return Row(code, names, none, none)
        return Row(code, names, self.table(f"{GENERAL}[{code}, 小计]"), self.table(f"{GENERAL}[{code}, 项目支出]"))

    def economic(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the economic 款 of these classes that have figures, by code."""
        table = self.statements.tables.get(BASIC)
        if table is None:
            return ()
        found = []
        for line in sorted(table.lines, key=lambda line: line.code):
            amount = table.figures.get((line.key, "决算数"))
            if len(line.code) == 5 and line.code[:3] in classes and amount and amount.fen:
                found.append(line.label.strip() or self.catalogue.economic.name(line.code) or line.code)
        return tuple(dict.fromkeys(found))

    def statement(self, key: str) -> Statement | None:
        return self.statements.tables.get(key)
