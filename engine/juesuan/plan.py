"""Plans: the rules spelled out for one file's shape, as index tuples over its figures.

Compiling is the slow part (a few thousand relations); it depends only on which lines and columns a file has, so files
of one shape share a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from juesuan.formula import Binder, Op, Place, Predicate, Relation, Term
from juesuan.refs import Ref
from juesuan.rules import Rule
from juesuan.shape import PRIOR, TableShape, UnknownSet
from juesuan.tables import TableSpec


class UnknownName(KeyError):
    """A rule names a table, line or column that does not exist."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Σ left op Σ right over (factor, variable index); ``plus``/``minus`` are the variables of ``left - right``.

    ``derives`` is the variable this relation computes (-1 where it only checks), ``condition`` an index or -1.
    """

    rule: int
    subject: Ref
    left: tuple[tuple[int, int], ...]
    right: tuple[tuple[int, int], ...]
    op: Op
    plus: tuple[int, ...]
    minus: tuple[int, ...]
    derives: int = -1
    condition: int = -1


@dataclass(frozen=True, slots=True)
class Structural:
    """A predicate over a table's line or a whole table."""

    rule: int
    subject: Ref
    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A relation that cannot be evaluated, and why."""

    rule: int
    subject: Ref
    reason: str


@dataclass(frozen=True, slots=True)
class Condition:
    """When a relation applies: linear parts over variables, and predicates (nature, anyof, titled)."""

    parts: tuple[tuple[tuple[int, ...], tuple[int, ...], Op], ...]
    anyof: tuple[tuple[int, ...], ...]
    nature: str
    titled: tuple[str, str] = ("", "")  # a table and a word its title must have
    missing: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything to evaluate for one shape.

    ``containing`` maps a variable to the linears that use it; ``adds``/``takes`` to those whose ``left - right`` it
    raises or lowers; ``slots`` finds a table's variables by (line, column); ``by_op``, ``by_condition`` list linears.
    """

    rules: tuple[Rule, ...]
    variables: tuple[Ref, ...]
    linears: tuple[Linear, ...]
    structurals: tuple[Structural, ...]
    gaps: tuple[Gap, ...]
    conditions: tuple[Condition, ...]
    idle: tuple[int, ...]  # rules with nothing to apply to, or that need what the tables do not hold
    containing: Mapping[int, tuple[int, ...]]
    adds: tuple[tuple[int, ...], ...]
    takes: tuple[tuple[int, ...], ...]
    slots: Mapping[str, Mapping[tuple[str, str], int]]
    by_op: Mapping[Op, tuple[int, ...]]
    by_condition: tuple[tuple[int, ...], ...]
    shapes: Mapping[str, TableShape]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A binder's variable at one value: a line (of a table; ``code`` carries it to other tables) or a column."""

    table: str
    line: str = ""
    code: str = ""
    column: str = ""


class _Missing(Exception):
    """A place that the file should have and has not."""


class _Compiler:
    def __init__(
        self, rules: tuple[Rule, ...], specs: Mapping[str, TableSpec], shapes: Mapping[str, TableShape]
    ) -> None:
        self.rules, self.specs, self.shapes = rules, specs, shapes
        self.index: dict[Ref, int] = {}
        self.linears: list[Linear] = []
        self.structurals: list[Structural] = []
        self.gaps: list[Gap] = []
        self.conditions: dict[Condition, int] = {}
        self.idle: list[int] = []

    def run(self) -> Plan:
        for number, rule in enumerate(self.rules):
            before = len(self.linears) + len(self.structurals) + len(self.gaps)
            if not self._needs_more(rule):
                self._rule(number, rule)
            if len(self.linears) + len(self.structurals) + len(self.gaps) == before:
                self.idle.append(number)
        return self._plan()

    def _plan(self) -> Plan:
        size = len(self.index)
        containing: dict[int, list[int]] = {}
        adds: list[list[int]] = [[] for _ in range(size)]
        takes: list[list[int]] = [[] for _ in range(size)]
        by_op: dict[Op, list[int]] = {}
        by_condition: list[list[int]] = [[] for _ in self.conditions]
        for at, linear in enumerate(self.linears):
            for variable in {v for _, v in linear.left + linear.right}:
                containing.setdefault(variable, []).append(at)
            for variable in linear.plus:
                adds[variable].append(at)
            for variable in linear.minus:
                takes[variable].append(at)
            by_op.setdefault(linear.op, []).append(at)
            if linear.condition >= 0:
                by_condition[linear.condition].append(at)
        slots: dict[str, dict[tuple[str, str], int]] = {}
        for (table, line, column), variable in self.index.items():
            slots.setdefault(table, {})[line, column] = variable
        return Plan(
            rules=self.rules,
            variables=tuple(self.index),
            linears=tuple(self.linears),
            structurals=tuple(self.structurals),
            gaps=tuple(self.gaps),
            conditions=tuple(self.conditions),
            idle=tuple(self.idle),
            containing={v: tuple(found) for v, found in containing.items()},
            adds=tuple(tuple(x) for x in adds),
            takes=tuple(tuple(x) for x in takes),
            slots=slots,
            by_op={op: tuple(found) for op, found in by_op.items()},
            by_condition=tuple(tuple(x) for x in by_condition),
            shapes=self.shapes,
        )

    def _needs_more(self, rule: Rule) -> bool:
        return bool(rule.needs) and not any(key.startswith(PRIOR) for key in self.shapes)

    def _rule(self, number: int, rule: Rule) -> None:
        tree = rule.tree
        try:
            domains = [list(self._domain(binder)) for binder in tree.binders]
        except _Missing as missing:
            self.gaps.append(Gap(number, Ref(self._first_table(rule), "", ""), str(missing)))
            return
        names = [binder.variable for binder in tree.binders]
        for values in product(*domains):
            environment = dict(zip(names, values, strict=True))
            if isinstance(tree.body, Predicate):
                self._structural(number, tree.body, environment)
            else:
                self._linear(number, tree.body, tree.when, environment)

    def _first_table(self, rule: Rule) -> str:
        if rule.tree.binders:
            return rule.tree.binders[0].sets[0][0]
        body = rule.tree.body
        return body.left[0].place.of if isinstance(body, Relation) else str(body.arguments[0])

    # --- binders ---

    def _domain(self, binder: Binder) -> Iterator[_Bound]:
        seen: set[str] = set()
        for table, name in binder.sets:
            spec = self._spec(table)
            columns = TableShape(spec, (), (), False).columns_in(name)
            if columns is not None:
                yield from (_Bound(table, column=c) for c in columns)
                continue
            if table not in self.shapes:
                raise _Missing(f"没有读到《{spec.name}》")
            shape = self.shapes[table]
            for key in shape.lines_in(name):
                code = shape.by_key[key].code if key in shape.by_key else ""
                if (identity := code or key) in seen and len(binder.sets) > 1:
                    continue
                seen.add(identity)
                yield _Bound(table, line=key, code=code)

    def _spec(self, table: str) -> TableSpec:
        try:
            return self.specs[table.removeprefix(PRIOR)]
        except KeyError:
            raise UnknownName(f"没有名为“{table}”的表") from None

    # --- relations ---

    def _linear(
        self, number: int, body: Relation, when: tuple[Relation | Predicate, ...], env: dict[str, _Bound]
    ) -> None:
        try:
            left = tuple(self._terms(body.left, env))
            right = tuple(self._terms(body.right, env))
        except _Missing as missing:
            self.gaps.append(Gap(number, self._place_ref(body.left[0].place, env), str(missing)))
            return
        if not left and not right:
            return
        subject = self._subject(body, env)
        plus = tuple(v for f, v in left if f > 0) + tuple(v for f, v in right if f < 0)
        minus = tuple(v for f, v in left if f < 0) + tuple(v for f, v in right if f > 0)
        condition = self._condition(when, env) if when else -1
        derives = left[0][1] if len(left) == 1 and self._derives(self.rules[number], subject) else -1
        self.linears.append(Linear(number, subject, left, right, body.op, plus, minus, derives, condition))

    def _derives(self, rule: Rule, subject: Ref) -> bool:
        if rule.role != "derive":
            return False
        columns = self._spec(subject.table).column_keys
        return not rule.derives or subject.column in (columns[1:] if rule.derives == ("分栏",) else rule.derives)

    def _subject(self, body: Relation, env: dict[str, _Bound]) -> Ref:
        """The cell a finding points at: the first left place that the file has, else the first on the right."""
        for term in body.left + body.right:
            for ref in self._refs(term, env):
                if ref is not None:
                    return ref
        return self._place_ref(body.left[0].place, env)

    def _terms(self, terms: Iterable[Term], env: dict[str, _Bound]) -> Iterator[tuple[int, int]]:
        for term in terms:
            for ref in self._refs(term, env):
                if ref is not None:
                    yield term.factor, self.index.setdefault(ref, len(self.index))

    def _refs(self, term: Term, env: dict[str, _Bound]) -> Iterator[Ref | None]:
        place = term.place
        if not term.total:
            yield self._resolve(place, env)
            return
        if place.children or place.of in env:
            bound = env[place.of]
            spec = self._spec(bound.table)
            columns = self._columns(place.column, spec, env)
            lines = self.shapes[bound.table].children.get(bound.line, ()) if place.children else (bound.line,)
        else:
            spec = self._spec(place.of)
            if place.of not in self.shapes:
                raise _Missing(f"没有读到《{spec.name}》")
            lines = self.shapes[place.of].lines_in(place.line)
            bound = _Bound(place.of)
            columns = self._columns(place.column, spec, env) if place.column else ()
        for line in lines:
            for column in columns or (spec.columns_of(line)[0],):
                yield self._at(bound.table, line, column)

    def _columns(self, name: str, spec: TableSpec, env: dict[str, _Bound]) -> tuple[str, ...]:
        if name in env:
            return (env[name].column,)
        group = TableShape(spec, (), (), False).columns_in(name)
        if group is None and name not in spec.column_keys:
            raise UnknownName(f"《{spec.name}》没有栏“{name}”")
        return (name,) if group is None else group

    def _resolve(self, place: Place, env: dict[str, _Bound]) -> Ref | None:
        if place.of in env:
            bound = env[place.of]
            return self._at(bound.table, bound.line, self._columns(place.column, self._spec(bound.table), env)[0])
        spec = self._spec(place.of)
        if place.line in env:
            bound = env[place.line]
            line = bound.code or bound.line
        else:
            line = place.line
            if line not in spec.fixed and not line.isdigit():
                raise UnknownName(f"《{spec.name}》没有行“{line}”")
        column = self._columns(place.column, spec, env)[0] if place.column else spec.columns_of(line)[0]
        return self._at(place.of, line, column)

    def _at(self, table: str, line: str, column: str) -> Ref | None:
        """The figure's ref; None for an exact zero (a line the file need not have); _Missing where it ought to be."""
        spec = self._spec(table)
        if column not in spec.columns_of(line):
            raise UnknownName(f"《{spec.name}》的行“{line}”没有栏“{column}”")
        if table not in self.shapes:
            raise _Missing(f"没有读到《{spec.name}》")
        shape = self.shapes[table]
        if line not in shape.keys:
            fixed = spec.fixed.get(line)
            if fixed is None or fixed.optional or fixed.code or (spec.kind == "panels" and fixed in _heads(spec)):
                return None
            if spec.may_be_empty and not shape.lines:
                return None
            raise _Missing(f"《{spec.name}》中没有找到行“{fixed.printed or line}”")
        if column not in shape.columns:
            if shape.partial or column == spec.columns_of(line)[0]:
                raise _Missing(f"《{spec.name}》中没有找到栏“{spec.column(column).printed}”")
            return None
        return Ref(table, line, column)

    def _place_ref(self, place: Place, env: dict[str, _Bound]) -> Ref:
        """A ref to show for a place that may not exist."""
        if place.of in env:
            bound = env[place.of]
            column = env[place.column].column if place.column in env else place.column
            return Ref(bound.table, bound.line, column)
        line = env[place.line].line if place.line in env else place.line
        column = env[place.column].column if place.column in env else place.column
        return Ref(place.of, line, column)

    # --- conditions and predicates ---

    def _condition(self, when: tuple[Relation | Predicate, ...], env: dict[str, _Bound]) -> int:
        parts, anyof, nature, titled, missing = [], [], "", ("", ""), ""
        for part in when:
            try:
                if isinstance(part, Relation):
                    left, right = list(self._terms(part.left, env)), list(self._terms(part.right, env))
                    plus = tuple(v for f, v in left if f > 0) + tuple(v for f, v in right if f < 0)
                    minus = tuple(v for f, v in left if f < 0) + tuple(v for f, v in right if f > 0)
                    parts.append((plus, minus, part.op))
                elif part.name == "nature":
                    nature = str(part.arguments[0])
                elif part.name == "titled":
                    titled = (str(part.arguments[0]), str(part.arguments[1]))
                elif part.name == "anyof" and isinstance(part.arguments[0], Place):
                    anyof.append(tuple(v for _, v in self._anyof(part.arguments[0], env)))
                else:
                    raise UnknownName(f"条件中不能用“{part.name}”")
            except _Missing as error:
                missing = missing or str(error)
        condition = Condition(tuple(parts), tuple(anyof), nature, titled, missing)
        return self.conditions.setdefault(condition, len(self.conditions))

    def _anyof(self, place: Place, env: dict[str, _Bound]) -> Iterator[tuple[int, int]]:
        spec = self._spec(place.of)
        group = place.line in spec.grouped
        yield from self._terms((Term(1, place, total=group),), env)

    def _structural(self, number: int, body: Predicate, env: dict[str, _Bound]) -> None:
        first = body.arguments[0]
        rest = tuple(str(a) for a in body.arguments[1:])
        if isinstance(first, str) and first in env:
            bound = env[first]
            spec = self._spec(bound.table)
            subject = Ref(bound.table, bound.line, spec.columns_of(bound.line)[0])
            for other in rest if body.name == "within" else ():
                if other not in self.shapes:
                    self.gaps.append(Gap(number, subject, f"没有读到《{self._spec(other).name}》"))
                    return
            self.structurals.append(Structural(number, subject, body.name, rest))
            return
        if body.name == "reading":
            return  # told by reading and binding, as problems
        table = str(first)
        spec = self._spec(table)
        subject = Ref(table, next(iter(spec.fixed), ""), spec.column_keys[0])
        if table not in self.shapes:
            self.gaps.append(Gap(number, subject, f"没有读到《{spec.name}》"))
            return
        self.structurals.append(Structural(number, subject, body.name, rest))


def _heads(spec: TableSpec) -> tuple[object, ...]:
    return tuple(line for panel in spec.panels for line in panel.head)


def compile_plan(rules: tuple[Rule, ...], specs: Mapping[str, TableSpec], shapes: Mapping[str, TableShape]) -> Plan:
    """The plan of ``rules`` for the tables found. Raises UnknownName or UnknownSet for a rule that names nothing."""
    try:
        return _Compiler(rules, specs, shapes).run()
    except UnknownSet as error:
        raise UnknownName(error.args[0]) from error
